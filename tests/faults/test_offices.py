"""Files as offices make them: what stands around a table is understood or left out, and never garbles a message."""

from __future__ import annotations

import datetime
import io
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sim.domain import InputError, Problem
from sim.inputs.excel import parse_scenario_book, parse_workbook
from sim.inputs.figures import load_figures
from sim.inputs.scenarios import load_scenario
from sim.inputs.yaml import load_catalogue
from sim.run import scenario_bytes

HEAD = "Địa bàn;Mã địa bàn;Năm;Kỳ;Loại hình;Chỉ tiêu;Giá trị;Đơn vị;Tình trạng;Mã nguồn;Ghi chú"
ROWS = [
    "Mẫu;VN-99;2023;year;HTX;htx_total;300;count;actual;p;",
    "Mẫu;VN-99;2023;year;THT;tht_count;900;count;actual;p;",
]


def text(*lines: str, end: str = "\n") -> bytes:
    return end.join([*lines, ""]).encode()


def padded(lines: list[str], more: int) -> list[str]:
    return [line + ";" * more for line in lines]


def values(path: Path, content: bytes) -> tuple[list[float], list[Problem]]:
    path.write_bytes(content)
    notes: list[Problem] = []
    return [figure.value for figure in load_figures(path, notes=notes)], notes


def refused(path: Path, content: bytes) -> list[Problem]:
    path.write_bytes(content)
    with pytest.raises(InputError) as told:
        load_figures(path)
    return list(told.value.problems)


@pytest.mark.parametrize(
    "content",
    [
        text("sep=;", HEAD, *ROWS, end="\r"),
        text("sep=;", HEAD, *ROWS, end="\r\n"),
        text('"sep=;"', HEAD, *ROWS),
        text('"sep=;";;;;;;;;;;', HEAD, *ROWS),
        text("sep=;;;;;;;;;;;", HEAD, *ROWS, end="\r"),
        text("sep=;", *padded([HEAD, *ROWS], 3)),
        text("sep=;", "SỐ LIỆU;;;;;;;;;;", "Đơn vị: HTX;;;;;;;;;;", HEAD, *ROWS),
        text("sep=;", "SỐ LIỆU NĂM 2023", "", HEAD, *ROWS, "Nguồn: Liên minh HTX"),
        text("sep=;", HEAD, *ROWS, "Nguồn: Liên minh HTX;;;;;;;;;;", "Người lập;;;;;;;;;;Giám đốc"),
        text("sep=;", HEAD, *ROWS, "Tổng cộng;;;;;;1200;;;;"),
        text("sep=;", HEAD.replace("Đ", "Ð"), *ROWS),
        text("sep=;", HEAD.replace("Kỳ", "Kì").replace("Giá trị", '"Giá\ntrị"'), *ROWS),
        text("sep=;", HEAD.replace(" ", "  ").upper(), *ROWS),
    ],
)
def test_a_table_in_an_office_s_file_gives_its_figures(content: bytes, tmp_path: Path) -> None:
    found, notes = values(tmp_path / "t.csv", content)
    assert found == [300, 900]
    assert {note.key for note in notes} <= {"row_left_out", "heading_respelt"}


@pytest.mark.parametrize(
    ("content", "key", "line"),
    [
        (text("sep=;", HEAD, ROWS[0] + ";;"), "csv_field_count", 3),  # wider than its head: something is shifted
        (text("sep=;", HEAD, ROWS[0].replace("300", "12;3")), "csv_field_count", 3),
        (text("sep=;", HEAD, ROWS[0], "Mẫu;VN-99;2023;year;HTX;htx_active;;count;actual;p;"), "cell_missing", 4),
        (text("sep=;", HEAD, ROWS[0], "Tổng;VN-99;2023;year;HTX;htx_active;x;count;actual;p;"), "number_unreadable", 4),
    ],
)
def test_what_may_be_a_figure_is_never_left_out(content: bytes, key: str, line: int, tmp_path: Path) -> None:
    (problem,) = refused(tmp_path / "t.csv", content)
    assert (problem.key, problem.line) == (key, line)


@pytest.mark.parametrize("typed", ["Năm 2024", "năm 2024", "Year 2024"])
def test_a_year_with_its_word_is_answered_with_the_year(typed: str, tmp_path: Path) -> None:
    (problem,) = refused(tmp_path / "t.csv", text("sep=;", HEAD, ROWS[0].replace("2023", typed)))
    assert (problem.key, problem.place, problem.suggestion) == ("bad_year", "year", "2024")


def workbook(*changes: tuple[str, Any], **states: str) -> bytes:
    made = openpyxl.Workbook()
    for line in (HEAD, *ROWS):
        made.active.append([int(part) if part.isdigit() else part for part in line.split(";")])
    for address, value in changes:
        made.active[address] = value
    for name, state in states.items():
        made.create_sheet(name).append(["x"])
        made[name].sheet_state = state
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("value", "shown", "hint"),
    [
        (datetime.time(12, 30), "12:30", "12.30"),
        (datetime.timedelta(hours=12, minutes=30), "12:30", "12.30"),
        (datetime.timedelta(hours=137, minutes=5), "137:05", "137.05"),
    ],
)
@pytest.mark.parametrize(("lang", "words"), [("vi", "là giờ"), ("en", "a time")])
def test_a_time_typed_for_a_number_is_told(value: Any, shown: str, hint: str, lang, words, tmp_path: Path) -> None:
    (problem,) = refused(tmp_path / "t.xlsx", workbook(("G2", value)))
    assert (problem.key, problem.value, problem.suggestion) == ("number_time", shown, hint)
    message = load_catalogue(lang).describe(problem)
    assert message.startswith("F04") and "G2" in message and words in message


@pytest.mark.parametrize("column", ["A", "B", "C", "D", "E", "F", "H", "I", "J", "K"])
def test_a_time_in_any_other_column_ends_in_no_traceback(column: str, tmp_path: Path) -> None:
    (tmp_path / "t.xlsx").write_bytes(workbook((f"{column}2", datetime.time(7, 15))))
    try:
        load_figures(tmp_path / "t.xlsx")
    except InputError as told:
        assert any("7:15" in str(problem.value) for problem in told.problems)


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_hidden_sheets_are_left_out_and_said(state: str, tmp_path: Path) -> None:
    found, notes = values(tmp_path / "t.xlsx", workbook(foxz=state))
    assert found == [300, 900]
    (note,) = notes
    assert (note.key, note.params, note.warning) == ("sheets_unseen", {"sheets": "foxz"}, True)


@pytest.mark.parametrize(
    "far",
    [
        '<row r="1048576" s="1" customFormat="1"/>',
        '<row r="1048576"><c r="A1048576" s="1"/></row>',
        '<row r="40"><c r="XFD40" s="1"/></row>',
    ],
)
def test_styled_cells_far_outside_the_table_do_not_count(far: str, tmp_path: Path) -> None:
    source, stream = zipfile.ZipFile(io.BytesIO(workbook())), io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sheet1.xml"):
                content = re.sub(rb"<dimension [^>]*>", b"", content)
                content = content.replace(b"</sheetData>", f"{far}</sheetData>".encode())
            made.writestr(name, content)
    assert values(tmp_path / "t.xlsx", stream.getvalue()) == ([300, 900], [])
    (sheet,) = parse_workbook(stream.getvalue(), file="t.xlsx").values()
    assert max(sheet.cells)[0] == 3


@pytest.mark.parametrize(
    ("typed", "keys"),
    [("Tổng cộng", ["row_left_out"]), ("Cộng", ["row_left_out"]), ("TOTAL", ["row_left_out"]), ("hai", ["bad_year"])],
)
def test_a_row_of_totals_makes_no_message_about_another_cell(typed: str, keys: list[str]) -> None:
    made = openpyxl.load_workbook(io.BytesIO(scenario_bytes(load_scenario("fund-12.3"), Path("s.xlsx"), lang="vi")))
    page = made.worksheets[1]
    row = next(row for row in range(6, 60) if page.cell(row, 1).value is None)
    page.cell(row, 1).value, page.cell(row, 2).value = typed, 99
    page.cell(6, 1).value = f"Năm {page.cell(6, 1).value}"
    stream = io.BytesIO()
    made.save(stream)
    document = parse_scenario_book(stream.getvalue(), file="s.xlsx")
    assert [problem.key for problem in document.problems] == keys
    assert document.problems[0].place.endswith(f"!A{row}")
    assert sorted(document.data["plan"]["fund"]) == list(load_scenario("fund-12.3").plan.fund)
