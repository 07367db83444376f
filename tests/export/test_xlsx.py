"""The Excel file says what the page says, as numbers, and text in it never runs."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from decimal import Decimal

import openpyxl
import pytest

from sim.domain import HEADLINE
from sim.inputs.scenarios import list_scenarios, list_worlds, load_scenario
from sim.report.forms import Head, Number, Sheet, Workbook
from sim.report.forms.xlsx import xlsx
from sim.report.print import Mark
from sim.run import csv_text
from tests.security.payloads import ALL
from tests.support.shared_figures import read_html, read_xlsx, table

PAYLOADS = ('=HYPERLINK("http://x","y")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0")


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content))


@pytest.fixture(scope="module")
def made(told) -> openpyxl.Workbook:
    return opened(xlsx(told.book))


def test_the_workbook_says_what_the_page_says(told, made):
    assert read_xlsx(made) == read_html(told.html)


def test_figures_are_numbers_with_the_points_of_the_language(made):
    figures = [row["Trung bình"] for row in table(made["Tóm tắt"]) if not isinstance(row["Trung bình"], str)]
    assert len(figures) > 8 and all(isinstance(value, (int, float)) for value in figures)
    cells = [cell for row in made["Theo năm"].iter_rows(min_row=6) for cell in row if isinstance(cell.value, float)]
    assert cells and all(cell.number_format.startswith("[$-42A]#,##0") for cell in cells)


def test_the_central_figure_is_called_the_mean_and_its_range_by_its_share(told, made):
    assert {"Trung bình", "Khoảng 80\u00a0%, từ", "Khoảng 80\u00a0%, đến"} <= set(table(made["Tóm tắt"])[0])
    words = [cell.value for page in made for row in page.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert not [word for word in words if "trung vị" in word.lower()]
    for row in table(made["Theo năm"]):
        assert row["Khoảng 80\u00a0%, từ"] <= row["Trung bình"] <= row["Khoảng 80\u00a0%, đến"]


def test_cells_that_stand_together_subtract_to_the_printed_difference(told, made):
    page = made["So sánh"]
    head = int(page.freeze_panes[1:]) - 1
    rows = list(page.iter_rows(min_row=head + 1))
    assert len(rows) == len(told.answer.cards)
    compared = 0
    for _, level, *pairs in rows:
        for reference, gap in zip(pairs[::2], pairs[1::2], strict=True):
            if not isinstance(gap.value, str):
                compared += 1
                shown = [Decimal(str(cell.value)) for cell in (level, reference, gap)]
                assert shown[0] - shown[1] == shown[2]
                # What a cell shows is what it holds: no digit is hidden by its format.
                for cell, value in zip((level, reference, gap), shown, strict=True):
                    places = len(cell.number_format.split(";")[0].partition(".")[2].rstrip('"'))
                    assert value == round(value, places)
    assert compared >= 4


def test_no_slug_stands_where_there_is_a_label(made):
    slugs = {*list_scenarios(), *list_worlds(), *(load_scenario(name).plan.slug for name in list_scenarios())}
    slugs |= {"scenario", "inputs", "posterior", "code", "lock"}
    for page in made:
        rows = list(page.iter_rows(values_only=True))
        ids = {place for row in rows for place, value in enumerate(row) if value == "Mã"}
        for row in rows:
            for place, value in enumerate(row):
                words = set(re.split(r"[\s;:,()]+", str(value))) if place not in ids else set()
                assert not words & slugs, (page.title, value)


def test_every_sheet_is_there_in_the_readers_language(told, made):
    assert made.sheetnames == [
        "Tóm tắt", "So sánh", "Biểu đồ", "Theo năm", "Kinh phí", "Thêm một tỷ đồng", "Mục tiêu", "Giả định",
        "Số liệu đầu vào", "Hồ sơ tính toán",
    ]  # fmt: skip
    english = told.book_in("en")
    assert [sheet.name for sheet in english.sheets][:3] == ["Summary", "Side by side", "Charts"]


def test_every_year_of_every_series_is_there_and_every_assumption_has_grade_and_source(told, made):
    years = table(made["Theo năm"])
    assert {row["Năm"] for row in years} == set(range(2023, 2031))
    assert all(row["Dấu"] in ("●", "◐", "○", "?") for row in years)
    assumptions = table(made["Giả định"])
    assert len(assumptions) >= 60
    assert all(row["Mức độ bằng chứng"] and row["Nguồn"] and row["Lý do"] for row in assumptions)


def test_each_sheet_prints_on_a4_with_its_head_on_every_page(made):
    for page in made:
        assert page.page_setup.paperSize == 9 and page.sheet_properties.pageSetUpPr.fitToPage
        assert page.print_title_rows and page.freeze_panes


def test_the_file_names_its_title_language_and_program_and_no_moment_in_time(told, made):
    properties = made.properties
    assert (properties.title, properties.language, properties.creator) == (told.book.title, "vi", "coopsim")
    assert properties.created.year == properties.modified.year == 1980


def test_the_same_answer_is_the_same_file(told):
    assert xlsx(told.book) == xlsx(Workbook.from_json(told.book.as_json()))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_text_that_looks_like_a_formula_stays_text(payload):
    sheet = Sheet("A", payload, [payload], [Head(payload), Head("b")], [[payload, payload]])
    content = xlsx(Workbook(payload, payload, "vi", [sheet]))
    page = opened(content)["A"]
    cells = [cell for row in page.iter_rows() for cell in row if cell.value is not None]
    assert len(cells) == 6 and all(cell.data_type == "s" for cell in cells)
    assert all(cell.quotePrefix for row in page.iter_rows(min_row=5) for cell in row)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")


def test_minus_five_stays_a_number():
    page = opened(xlsx(Workbook("t", "", "vi", [Sheet("A", "t", [], [Head("x")], [[Number(-5.0)], [-5]])])))["A"]
    assert [(row[0].value, row[0].data_type, bool(row[0].quotePrefix)) for row in page.iter_rows(min_row=4)] == [
        (-5, "n", False),
        (-5, "n", False),
    ]


def test_control_characters_do_not_break_the_file():
    page = opened(xlsx(Workbook("t", "", "vi", [Sheet("A", "t", [], [Head("x")], [["a\x00b\x1bc"]])])))["A"]
    assert page["A4"].value == "a\ufffdb\ufffdc"


def test_in_csv_too_text_never_becomes_a_formula_and_numbers_keep_their_sign():
    payloads = [payload for payload in PAYLOADS if "\r" not in payload]  # inputs refuse line breaks in names
    text = csv_text(("name", "value"), [(payload, -5.0) for payload in payloads])
    names = [row[0] for row in csv.reader(io.StringIO(text, newline=""))][1:]
    assert names == [f"'{payload}" for payload in payloads]
    assert text.count(",-5.0\n") == len(payloads)


def test_no_hostile_text_becomes_anything_but_text():
    content = xlsx(Workbook("t", "", "vi", [Sheet("A", "t", [], [Head("x")], [[text] for text in ALL])]))
    cells = [row[0] for row in opened(content)["A"].iter_rows(min_row=4)]
    assert len(cells) == len(ALL) and all(cell.data_type == "s" for cell in cells)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if "rels" in name and b"External" in archive.read(name)]


def test_an_average_is_told_without_the_largest_too(told):
    assert "bình quân không kể HTX lớn nhất: khoảng" in told.book.as_json()
    assert "average without the largest HTX: about" in told.book_in("en").as_json()


def test_charts_are_the_spreadsheets_own_and_drawn_of_the_cells_the_page_prints(told, made):
    """Each series points at cells that hold the page's fan, year by year, and is called by its column's head."""
    sheet = made["Biểu đồ"]
    assert len(sheet._charts) == len(HEADLINE) + 1
    drawn = [fan for fan in told.answer.fans if fan.indicator in HEADLINE]
    for fan, chart in zip(drawn, sheet._charts, strict=False):
        middle, low, high = chart.series
        for series, end in ((middle, "mean"), (low, "p10"), (high, "p90")):
            cells = [cell.value for row in sheet[series.val.numRef.f.split("!")[1].replace("$", "")] for cell in row]
            expected = [getattr(found, end) for found in fan.ranges]
            assert cells == pytest.approx(expected, rel=0.02), (fan.indicator, end)
            head = sheet[series.tx.strRef.f.split("!")[1].replace("$", "")].value
            assert "80" in head or "Trung bình" in head
    money = sheet._charts[-1]
    assert money.grouping == "stacked" and len(money.series) == 4
    assert money.y_axis.number_format.formatCode == "General"  # 35, not 35,000
    assert all("Kinh phí" in series.val.numRef.f for series in money.series)


def test_a_workbook_tells_each_areas_base_year_by_its_own_source_and_its_own_digits(merged_book):
    """What Yên Bái printed is observed though Lào Cai's is assumed; in prices of another year nobody printed it."""
    sheet = next(one for one in merged_book.sheets if len(one.rows) > 200)
    name = "Average revenue per active HTX"
    rows = {(row[1], row[3]): row for row in sheet.rows if row[0] == name and row[4] == 2024}
    printed, deflated = rows["old Yên Bái", "current prices"], rows["old Yên Bái", "2023 prices"]
    assert (printed[5].value, printed[5].places, printed[-1]) == (2200, 0, Mark.ACTUAL.symbol)
    assert deflated[-1] == Mark.DERIVED.symbol and {cell.places for cell in deflated[5:10]} == {0}
    for place in ("old Lào Cai", "Lào Cai province (from 1 July 2025)"):
        assert rows[place, "current prices"][-1] == Mark.ASSUMPTION.symbol
    cells = [cell for row in sheet.rows for cell in row if isinstance(cell, Number)]
    assert max(cell.places for cell in cells) <= 4
