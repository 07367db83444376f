"""The PDF says what the page says, reads and navigates as a document, and tells nothing of its computer."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import pypdf
import pytest

from sim.domain import RunError
from sim.inputs.yaml import load_catalogue
from sim.report.forms import appendix, pdf as browser, print_page
from sim.report.forms.pdf import dated, pdf
from sim.report.print import Wording, details, el, parse, style
from tests.support.kernels import wait_gone
from tests.support.paper import half_blank, headings_alone, heads_alone, heads_of
from tests.support.shared_figures import bare, read_html, read_text, rows_of

#: Letters of a cell that holds a sentence.
SENTENCE = 120
TITLE = 'Quỹ 12,3 tỷ <đồng> "thử"'


@pytest.fixture(scope="module")
def content(told) -> bytes:
    try:
        browser.find_browser()
    except RunError:
        pytest.skip("no Chromium, Chrome or Edge on this computer")
    return pdf(told.fragments, title=TITLE, lang="vi")


@pytest.fixture(scope="module")
def made(content) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


@pytest.fixture(scope="module")
def text(made) -> str:
    return " ".join(page.extract_text() for page in made.pages)


def test_the_pdf_says_what_the_page_says(told, text):
    assert read_text(text) == read_html(told.html)


def test_every_row_of_figures_of_the_page_stands_on_paper(told, text):
    # A row of sentences may be cut by the end of a page.
    rows = [cells for cells in rows_of(told.html) if max(map(len, cells)) < SENTENCE]
    assert len(rows) > 100 and [cells for cells in rows if _dense("".join(cells)) not in _dense(text)] == []


def test_every_table_behind_a_chart_is_printed_under_the_charts_own_words(told, text):
    figures = [node for node in parse(told.html).walk() if node.tag == "figure" and _tables(node)]
    assert len(figures) >= 8
    printed = _dense(text.rpartition(Wording("vi").text("behind_title"))[2])
    for figure in figures:
        caption = next(child for child in figure.children if child.tag == "figcaption")
        message = _dense(next(node for node in caption.walk() if node.tag == "b").content)
        rows = [_dense(row.content) for table in _tables(figure) for row in table.walk() if row.tag == "tr"]
        place = printed.find(message)
        assert place >= 0 and len(rows) > 3, message
        assert all(row in printed[place:] for row in rows), (message, rows)


def _tables(figure):
    return [node for part in figure.children if part.tag == "details" for node in part.walk() if node.tag == "table"]


def _dense(text: str) -> str:
    """Text without marks and gaps: on paper a line may break anywhere."""
    return "".join(bare(text).split())


def test_the_tables_take_two_pages_at_the_most_and_stand_in_the_bookmarks(told, made):
    bare_pages = pypdf.PdfReader(io.BytesIO(print_page(told.html))).pages
    assert len(made.pages) <= len(bare_pages) + 2
    names = [
        item.title for level in made.outline if isinstance(level, list) for item in level if hasattr(item, "title")
    ]
    assert Wording("vi").text("behind_title") in names


def test_no_heading_or_head_of_a_table_ends_a_page_and_no_page_is_half_blank(told, made):
    assert headings_alone(made) == []
    assert heads_alone(made, heads_of(told.html)) == []
    assert half_blank(made) == []


def test_a_stranded_heading_and_a_half_blank_page_are_found_out():
    """Negative control: boxes that cannot be broken push each other to the next page, and headings stay behind."""
    box = "<div style='height:{}mm; break-inside:avoid'>x</div>".format
    head = "<table><thead style='break-after:auto'><tr><th>Đầu bảng</th></tr></thead></table>"
    heading = "<h2 style='break-after:auto'>Còn lại một mình</h2>"
    body = "".join([box(230), heading, box(100), "<p>x</p>", box(200), head, box(90)])
    html = f"<html><head><style>{style()}</style></head><body class=coopsim><main>{body}</main></body></html>"
    made = pypdf.PdfReader(io.BytesIO(print_page(html)))
    assert headings_alone(made) == ["1: Còn lại một mình"]
    assert heads_alone(made, ["Đầu bảng"]) == ["3: Đầubảng"]
    assert [place for place, _ in half_blank(made)] == [2]


def test_text_of_a_chart_stays_text_among_the_tables():
    hostile = el("b", "<script>1</script>")
    behind = el("table", el("thead", el("tr", el("th", "a&b<i>"))), el("tbody", el("tr", el("td", "1<br>2"))))
    chart = el("figure", el("figcaption", hostile), el("svg", el("title", "x")), details("x", behind))
    made = appendix([chart], lang="en")
    assert "<script" not in made and "&lt;script&gt;" in made and "a&amp;b&lt;i&gt;" in made and "1&lt;br&gt;2" in made
    assert "<svg" not in made, "the picture is not drawn twice"


def test_without_charts_there_is_no_empty_heading():
    assert appendix([el("section", el("h2", "x"), el("table", el("tbody")))], lang="vi") == ""


def test_vietnamese_text_can_be_selected_and_pages_are_numbered(text, made):
    assert "tổ hợp tác" in bare(text) and "Ước" in text or "ước tính" in text
    assert f"Trang 1/{len(made.pages)}" in bare(text)


def test_the_document_is_a4_with_title_language_and_bookmarks(made):
    width, height = (float(side) for side in made.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842)
    assert made.metadata.title == TITLE and made.trailer["/Root"]["/Lang"] == "vi"
    levels = [level for level in made.outline if isinstance(level, list)]
    names = [item.title for level in levels for item in level if not isinstance(item, list)]
    w = Wording("vi")
    assert {w.text(f"{name}_title") for name in ("targets", "basis", "money", "provenance")} <= set(names)


def test_neither_path_nor_moment_of_printing_is_in_the_file(content, text):
    assert b"D:19800101000000" in content
    assert not [word for word in ("file:", "coopsim-print", "/tmp") if word in text or word.encode() in content]


def test_charts_are_drawn_not_painted(made):
    assert not [image for page in made.pages for image in page.images]


def test_where_no_browser_is_found_the_message_names_what_to_install(monkeypatch):
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setattr(browser.shutil, "which", lambda name: None)
    monkeypatch.setattr(browser, "_PLACES", ())
    with pytest.raises(RunError) as refused:
        browser.find_browser()
    said = load_catalogue("vi").describe(refused.value.problems[0])
    assert "Chromium" in said and "Edge" in said and browser.VARIABLE in said


def test_a_named_browser_that_does_not_start_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv(browser.VARIABLE, str(tmp_path / "nothing"))
    with pytest.raises(RunError) as refused:
        browser.find_browser()
    assert refused.value.problems[0].key == "browser_named_wrong"


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_a_browser_that_hangs_is_ended_with_all_it_started(monkeypatch, tmp_path):
    stand_in, started = tmp_path / "chromium", tmp_path / "pid"
    script = '#!/bin/sh\n[ "$1" = --version ] && echo Chromium && exit 0\nsleep 300 &\necho $! > {}\nwait\n'
    stand_in.write_text(script.format(started))
    stand_in.chmod(stand_in.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv(browser.VARIABLE, str(stand_in))
    monkeypatch.setattr(browser, "_PRINT", 2)
    with pytest.raises(RunError) as failed:
        browser.print_page("<p>x</p>")
    assert failed.value.problems[0].key == "browser_too_slow"
    pid = int(Path(started).read_text())
    wait_gone([pid])


def test_cells_are_numbered_alike_however_many_elements_the_browser_counted():
    """One more in between by chance, and a tree that is sorted by them."""
    first = b"<</ID (node00000046)>> <</Headers [(node00000046) (node00000051)]>> (node00000051)"
    again = b"<</ID (node00000047)>> <</Headers [(node00000047) (node00000060)]>> (node00000060)"
    assert dated(first) == dated(again) and len(dated(first)) == len(first)
    assert dated(first).count(b"(node00000001)") == 2 and dated(first).count(b"(node00000002)") == 2
    assert dated(first) != dated(first.replace(b"(node00000051)", b"(node00000046)"))
