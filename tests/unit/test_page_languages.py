"""A page speaks one language: words, numbers and dates, in headings, axes, tables and footnotes."""

from __future__ import annotations

import re

import pytest

from sim.inputs.pack import load_province
from sim.inputs.yaml import load_catalogue, note_words
from sim.report.print import LANGUAGES, Node, Wording, parse
from tests.support import notebook_pages

NOTEBOOKS = notebook_pages.page_notebooks()
#: Names of works and machines keep their own language, as does what says so of itself.
_KEPT = frozenset({"cite", "code", "style", "title"})
_HEARD = ("aria-label", "data-label", "alt", "title")
#: Everyday English words that are no Vietnamese syllables.
ENGLISH = re.compile(
    r"\b(?:the|of|and|with|from|year|years|revenue|average|total|plan|plans|scenario|scenarios|world|range|mean|median"
    r"|chance|target|targets|source|sources|unit|value|grade|evidence|assumptions?|draws?|share|figure|figures|no|yes"
    r"|higher|lower|workers?|members?|income|growth|inputs?|code|lock|seed)\b",
    re.IGNORECASE,
)
#: Letters only Vietnamese has; names of places and persons keep them in English too.
VIETNAMESE = re.compile(r"\b\w*[ăđơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịọỏốồổỗộớờởỡợụủứừửữựỳỵỷỹ]\w*\b", re.IGNORECASE)
NAMES = frozenset({"Bái", "Bắc", "Kạn", "Thừa", "Huế", "đồng", "tỷ"})
DOT_DECIMAL = re.compile(r"(?<![\d.,/])\d{1,3}\.\d{1,2}(?![\d./])")
#: A figure in percent as the other language writes it: 15 % in English, 15% in Vietnamese.
PERCENT = {"vi": re.compile(r"[\d}]%"), "en": re.compile(r"[\d}]\s%")}
COMMA_DECIMAL = re.compile(r"(?<![\d.,])\d{1,3},\d{1,2}(?![\d,])")


def texts(node: Node, lang: str) -> list[str]:
    """What is read or heard in the page's own language."""
    if node.tag in _KEPT or (node.tag != "html" and "lang" in node.attributes):
        return []
    if node.tag == "":
        return [node.text]
    heard = [node.attributes[name] for name in _HEARD if name in node.attributes]
    return heard + [text for child in node.children for text in texts(child, lang)]


def body(shown, notebook: str, lang: str) -> str:
    html = notebook_pages.page_from(notebook, shown(lang)[notebook], lang)
    return "\n".join(texts(parse(html), lang))


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_vietnamese_page_has_no_english_words_and_no_decimal_points(shown, notebook: str):
    text = body(shown, notebook, "vi")
    assert {found.group() for found in ENGLISH.finditer(text)} == set()
    assert {found.group() for found in DOT_DECIMAL.finditer(text)} == set()


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_an_english_page_has_no_vietnamese_words_and_no_decimal_commas(shown, notebook: str):
    text = body(shown, notebook, "en")
    assert {found.group() for found in VIETNAMESE.finditer(text)} - NAMES == set()
    assert {found.group() for found in COMMA_DECIMAL.finditer(text)} == set()


def test_a_word_or_a_number_of_the_other_language_would_be_noticed():
    page = parse('<p>tổng the 1.5</p><svg><text>revenue</text></svg><p lang="en">year</p><cite>source</cite>')
    text = "\n".join(texts(page, "vi"))
    assert {found.group() for found in ENGLISH.finditer(text)} == {"the", "revenue"}
    assert DOT_DECIMAL.search(text) and not DOT_DECIMAL.search("1.500 01.7.2025")
    assert VIETNAMESE.search("trung vị") and COMMA_DECIMAL.search("1,5") and not COMMA_DECIMAL.search("1,500")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_percent_is_written_in_one_way_in_each_language(shown, notebook: str, lang: str):
    lines = body(shown, notebook, lang).split("\n")
    assert [line for line in lines if PERCENT[lang].search(line)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_text_writes_percent_as_its_language_does(lang: str):
    catalogue, w = load_catalogue(lang), Wording(lang)
    assert [key for key in catalogue if PERCENT[lang].search(catalogue.texts[key])] == []
    assert not PERCENT[lang].search(" ".join([w.with_unit("15", w.unit("%")), w.with_unit("3", w.unit("%/yr"))]))
    assert Wording("en").label({"en": "some 4 %, net"}) == "some 4%, net"
    assert w.with_unit("15", "HTX") == "15\u00a0HTX"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_page_names_its_language(shown, notebook: str, lang: str):
    html = notebook_pages.page_from(notebook, shown(lang)[notebook], lang)
    assert next(node for node in parse(html).walk() if node.tag == "html").attributes["lang"] == lang


def test_every_note_of_the_shipped_sources_is_told_in_vietnamese() -> None:
    """English notes stood on Vietnamese pages, and +8% without the blank the language has."""
    w = Wording("vi")
    for pack in ("lao-cai", "yen-bai"):
        for row in load_province(pack).observations:
            for part, told in zip(row.note.split("; "), w.note(row.note).split("; "), strict=True):
                bare = re.sub(r"\d(?:[\d.,]*\d)?", "#", part)
                assert not part or bare in note_words("vi"), part
                assert "%" not in told or "\u00a0%" in told
    assert w.note("+7.1% yoy; regular workers") == "+7,1\u00a0% so với cùng kỳ năm trước; lao động thường xuyên"
    assert w.note("Báo cáo 123 của tỉnh") == "Báo cáo 123 của tỉnh" and Wording("en").note("+8% yoy") == "+8% yoy"
