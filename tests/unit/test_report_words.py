"""The report's catalogue: both languages say the same things, and numbers never hide in sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sim.report
from sim.domain import INDICATORS, LINES
from sim.inputs.pack import load_province, load_register
from sim.inputs.yaml import load_catalogue, placeholders
from sim.report.print import unit_key

SECTIONS = ("terms", "report")
#: Names that hold a digit because the thing they name does: methods, a price basis, a rank.
WITH_DIGITS = re.compile(
    r"range_\d+|terminal_\w+|match_\w+|ledger_\w+|basis_real|count_\d|unit_\w+|page_\w+"
    r"|xlsx_head_(?:inner_)?(?:low|high)"
)


def texts(lang: str, section: str) -> dict[str, str]:
    return load_catalogue(lang).section(section)


@pytest.mark.parametrize("section", SECTIONS)
def test_both_languages_have_the_same_texts_with_the_same_places(section: str):
    vi, en = texts("vi", section), texts("en", section)
    assert vi.keys() == en.keys()
    assert {key: placeholders(text) for key, text in vi.items()} == {
        key: placeholders(text) for key, text in en.items()
    }


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_numbers_come_through_placeholders_so_that_they_carry_a_mark(lang: str):
    bare = {key: re.sub(r"\{\w+\}", "", text) for key, text in texts(lang, "report").items()}
    hidden = [key for key, text in bare.items() if re.search(r"\d", text) and not WITH_DIGITS.fullmatch(key)]
    assert hidden == []


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_name_a_page_needs_is_there(lang: str):
    terms = texts(lang, "terms")
    assert {indicator.id for indicator in INDICATORS} <= terms.keys()
    assert {f"line_{line}" for line in LINES} | {f"grade_{grade}" for grade in "ABCDE"} <= terms.keys()
    units = {indicator.unit for indicator in INDICATORS}
    units |= {entry.unit for entry in load_register().entries.values()}
    assert {unit for unit in units if unit_key(unit) not in terms} == set()


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_term_of_the_printed_pages_has_a_name(lang: str):
    terms = texts(lang, "terms")
    used = {row.indicator for row in load_province("lao-cai").observations}
    assert {term for term in used if f"page_{term}" not in terms} == set()


def test_every_sentence_of_the_report_is_used():
    """A key stands in the code whole, or begins with a stem the code completes."""
    code = "".join(path.read_text(encoding="utf-8") for path in Path(sim.report.__file__).parent.rglob("*.py"))
    stems = set(re.findall(r'f"([a-z_]+_)\{', code)) | set(re.findall(r'"([a-z_]+_)" \+', code))
    whole = set(re.findall(r"""["'.]([a-z0-9_]+)["']""", code))
    unused = [key for key in texts("vi", "report") if key not in whole and not key.startswith(tuple(stems))]
    assert unused == []
