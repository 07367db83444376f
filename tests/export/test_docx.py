"""The Word file says what the page says, in the page and letters of a Vietnamese office, with real tables."""

from __future__ import annotations

import base64
import importlib.util
import io
import re
import struct
import zipfile
import zlib
from pathlib import Path

import docx as reader
import numpy as np
import pytest
from docx.oxml.ns import qn
from markupsafe import escape

from sim.domain import RunError
from sim.inputs.yaml import load_catalogue
from sim.report.forms import docx as word
from sim.report.print import Wording, el, join, parse
from tests.security.payloads import ALL
from tests.support.shared_figures import bare, numbers, read_docx, read_html, rows_of, word_rows

ROOT = Path(__file__).resolve().parents[2]
TITLE = 'Quỹ 12,3 tỷ <đồng> & "thử"'


@pytest.fixture(scope="module")
def content(told) -> bytes:
    return word.docx(told.fragments, title=TITLE, lang="vi")


@pytest.fixture(scope="module")
def made(content):
    return reader.Document(io.BytesIO(content))


def test_the_word_file_says_what_the_page_says(told, made):
    assert read_docx(made) == read_html(told.html)


def test_every_row_of_figures_of_the_page_stands_in_the_word_file(told, made):
    ours, theirs = [numbers(" ".join(cells)) for cells in rows_of(told.html)], word_rows(made)
    assert len(ours) > 100 and [row for row in ours if row not in theirs] == []


def test_the_page_is_a4_with_the_margins_of_the_decree_and_a_number_above(made):
    section = made.sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    assert 20 <= section.top_margin.mm <= 25 and 20 <= section.bottom_margin.mm <= 25
    assert 30 <= section.left_margin.mm <= 35 and 15 <= section.right_margin.mm <= 20
    assert section.different_first_page_header_footer and "PAGE" in section.header._element.xml


def test_letters_are_times_new_roman_thirteen(made):
    normal = made.styles["Normal"]
    assert normal.font.name == "Times New Roman" and normal.font.size.pt == 13
    assert {made.styles[f"Heading {level}"].font.name for level in (1, 2, 3)} == {"Times New Roman"}


def test_headings_follow_the_page(made):
    names = [bare(paragraph.text) for paragraph in made.paragraphs if paragraph.style.name == "Heading 1"]
    w = Wording("vi")
    assert {w.text(f"{name}_title") for name in ("targets", "basis", "money", "provenance")} <= set(names)


def test_every_table_has_a_caption_lines_and_a_head_that_is_repeated(made):
    captions = [paragraph for paragraph in made.paragraphs if paragraph.style.name == "Table Caption"]
    assert len(captions) == len(made.tables) > 15
    numbers = [bare(caption.text).split(".")[0] for caption in captions]
    assert numbers == [f"Bảng {place}" for place in range(1, len(captions) + 1)]
    assert "w:insideH" in made.styles["Table"].element.xml
    for table in made.tables:
        assert table.style.name == "Table"
        assert table.rows[0]._tr.trPr is not None and table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_figures_are_numbered_once_in_order_and_a_table_behind_one_names_the_figure_it_stands_behind(told, made):
    w = Wording("vi")
    styles = {"Image Caption": "Hình", "Table Caption": "Bảng"}
    captions = [paragraph for paragraph in made.paragraphs if paragraph.style.name in styles]
    texts = [(styles[caption.style.name], bare(caption.text)) for caption in captions]
    for named, count in (("Hình", told.html.count("<svg")), ("Bảng", len(made.tables))):
        numbers = [int(re.match(rf"{named} (\d+)\.", text)[1]) for kind, text in texts if kind == named]
        assert numbers == list(range(1, count + 1))
    behind, last = [], 0
    for kind, text in texts:
        if kind == "Hình":
            last = int(text.split()[1].rstrip("."))
        elif named := re.search(w.text("docx_behind", number=r"(\d+)"), text):
            assert int(named[1]) == last
            behind.append(last)
    with_data = [figure for figure in parse(told.html).walk() if figure.tag == "figure" and _hidden_table(figure)]
    assert len(behind) == len(set(behind)) == len(with_data), "a table beside a figure is not the figure's own"


def _hidden_table(figure) -> bool:
    inside = [node for child in figure.children if child.tag == "details" for node in child.walk()]
    return any(node.tag == "table" for node in inside)


def test_the_letter_of_a_note_stands_apart_from_its_words_and_from_the_word_it_is_put_to(told, made):
    texts = [paragraph.text for paragraph in made.paragraphs]
    notes = [text for text in texts if re.match(r"[a-z]\) [A-ZĐ]", text)]
    letters = [node for node in parse(told.html).walk() if "letter" in node.classes]
    assert len(notes) == len(letters) >= 6
    signs = [node.content for node in parse(told.html).walk() if "traps" in node.classes]
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    assert signs and any(text.endswith(f"\u00a0{signs[0]}") for text in [*cells, *texts])
    assert not [text for text in [*cells, *texts] if re.search(r"HTX[a-g](,|$)", text)]


def test_no_row_is_cut_by_the_end_of_a_page(made):
    rows = [row._tr for table in made.tables for row in table.rows]
    assert len(rows) > 150
    assert all(row.trPr is not None and row.trPr.find(qn("w:cantSplit")) is not None for row in rows)


def test_every_column_holds_its_longest_word_and_two_words_of_its_head(made):
    for table in made.tables:
        grid = [int(column.get(qn("w:w"))) for column in table._tbl.tblGrid.iter(qn("w:gridCol"))]
        small = "Small" in table.rows[0].cells[0].paragraphs[0].style.name
        line = 96 if small else 82
        for place, width in enumerate(grid):
            cells = [row.cells[place].text for row in table.rows]
            room = line * width / sum(grid)
            longest = max(len(word) for text in cells for word in re.split(r"[ \n]", text))
            head = re.split(r"[ \n]", cells[0])
            assert longest <= room, (cells[0], room)
            assert len(" ".join(head[:2])) <= room + 1 or len(grid) >= 7, (cells[0], room)


def test_widths_that_are_all_alike_would_break_words():
    """Negative control of the widths: a long word beside years needs more than its share."""
    heads = [[(el("b", word), False) for word in ("Năm", "Siêudàikhôngngắtđược" * 2, "x")]]
    rows = [[(escape(text), True) for text in ("2024", "1", "2")]] * 3
    widths = word._widths(heads, rows, 60)
    assert sum(widths) == 100 and widths[1] * 60 / 100 >= 40 > 60 / 3


def test_every_chart_is_a_picture_with_words_for_those_who_do_not_see_it(told, made):
    charts = told.html.count("<svg")
    assert len(made.inline_shapes) == charts > 5
    described = [shape._inline.docPr.get("descr") for shape in made.inline_shapes]
    assert all(text and len(text) > 20 for text in described)


def test_pictures_carry_literal_colours(told):
    from sim.report.forms import manuscript

    html = manuscript(told.fragments, title=TITLE, lang="vi")
    assert "var(--" not in html and "<svg" not in html
    assert parse(html)


def test_the_file_names_its_title_language_and_program_and_no_moment_in_time(made, content):
    properties = made.core_properties
    assert (properties.title, properties.language, properties.author) == (TITLE, "vi", "coopsim")
    assert properties.created.year == properties.modified.year == 1980
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}


def test_the_reference_file_is_what_its_script_builds():
    path = ROOT / "scripts" / "reference_docx.py"
    spec = importlib.util.spec_from_file_location("reference_docx", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.build() == word.REFERENCE.read_bytes()


def test_where_there_is_no_pandoc_the_message_says_what_to_do(monkeypatch):
    monkeypatch.setattr(word, "_bundled", lambda: None)
    monkeypatch.setattr(word.shutil, "which", lambda name: None)
    word.find_pandoc.cache_clear()
    with pytest.raises(RunError) as refused:
        word.find_pandoc()
    word.find_pandoc.cache_clear()
    assert "pandoc" in load_catalogue("vi").describe(refused.value.problems[0])


def test_no_text_becomes_a_field_a_link_or_a_picture():
    texts = [text for text in ALL if "\n" not in text and "\r" not in text]
    fragment = str(join(el("p", text) for text in texts))
    content = word.docx([fragment], title=texts[0], lang="vi")
    made = reader.Document(io.BytesIO(content))
    # The title stands first; blanks in HTML are one blank.
    shown = [" ".join(paragraph.text.split()) for paragraph in made.paragraphs]
    assert shown[1:] == [" ".join(text.split()) for text in texts]
    xml = made.element.xml
    assert "w:instrText" not in xml and "w:fldSimple" not in xml and "w:hyperlink" not in xml and "w:drawing" not in xml
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        linked = [name for name in archive.namelist() if name.endswith(".rels")]
        assert not [name for name in linked if b"External" in archive.read(name)]


def test_no_letter_of_a_picture_is_cut_at_its_edge(told):
    from sim.report.forms import manuscript

    html = manuscript(told.fragments, title=TITLE, lang="vi")
    pictures = [base64.b64decode(code) for code in re.findall(r"data:image/png;base64,([^\"]+)", html)]
    assert len(pictures) > 5
    for picture in pictures:
        rows = pixels(picture)
        assert not rows[:, 0, 3].any() and not rows[:, -1, 3].any()


def pixels(picture: bytes) -> np.ndarray:
    """The red, green, blue and opaque parts of a PNG of 8 bits each, row by row."""
    parts, at = [], 8
    while at < len(picture):
        (length,), kind = struct.unpack(">I", picture[at : at + 4]), picture[at + 4 : at + 8]
        parts.append((kind, picture[at + 8 : at + 8 + length]))
        at += length + 12
    width, height, depth, colours = struct.unpack(">IIBB", parts[0][1][:10])
    assert (depth, colours) == (8, 6)
    raw = zlib.decompress(b"".join(content for kind, content in parts if kind == b"IDAT"))
    lines = np.frombuffer(raw, np.uint8).reshape(height, 1 + 4 * width)
    shown = np.zeros((height + 1, width + 1, 4), np.int64)
    for y, line in enumerate(lines, start=1):
        kind, delta = line[0], line[1:].reshape(width, 4).astype(np.int64)
        if kind == 0:
            shown[y, 1:] = delta
        elif kind == 1:
            shown[y, 1:] = delta.cumsum(axis=0) % 256
        elif kind == 2:
            shown[y, 1:] = (shown[y - 1, 1:] + delta) % 256
        else:
            for x in range(1, width + 1):
                left, above, corner = shown[y, x - 1], shown[y - 1, x], shown[y - 1, x - 1]
                guess = (left + above) // 2 if kind == 3 else nearest(left, above, corner)
                shown[y, x] = (guess + delta[x - 1]) % 256
    return shown[1:, 1:]


def nearest(left: np.ndarray, above: np.ndarray, corner: np.ndarray) -> np.ndarray:
    """Paeth's guess."""
    far = np.abs(left + above - corner - np.stack([left, above, corner])).argmin(axis=0)
    return np.choose(far, [left, above, corner])
