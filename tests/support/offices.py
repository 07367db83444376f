"""Workbooks as offices make them, each with the figures it holds known exactly."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import openpyxl

from sim.inputs.excel import parse_workbook
from sim.inputs.figures import worded
from sim.inputs.office import Aim, Answers, Reading, Vocabulary, understand
from sim.inputs.yaml import load_catalogue

ONE = Aim({"VN-99": ("Tỉnh Mẫu",)}, after=2023)
TWO = Aim({"VN-98": ("Địa bàn A",), "VN-99": ("Địa bàn B",), "VN-90": ("Toàn tỉnh",)}, after=2023)
#: (area, term, year, period, status, value, unit)
Figures = set[tuple[str, str, int, str, str, Decimal, str]]
MILLION = "million VND/yr"


@dataclass(frozen=True)
class Layout:
    """One way of laying a table out, and what stands in it."""

    name: str
    sheets: Mapping[str, Sequence[Sequence[Any]]]
    figures: Sequence[tuple[str, str, int, str, str, str, str]]
    merged: Sequence[str] = ()
    aim: Aim = ONE
    answers: Mapping[str, str] = field(default_factory=dict)

    @property
    def raw(self) -> bytes:
        return workbook(self.sheets, self.merged)

    @property
    def known(self) -> Figures:
        return {
            (area, term, year, period, status, Decimal(value), unit)
            for area, term, year, period, status, value, unit in self.figures
        }


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], merged: Sequence[str] = ()) -> bytes:
    """The bytes of a workbook; `merged` holds for its first sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    for ref in merged:
        book.worksheets[0].merge_cells(ref)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(
    raw: bytes, answers: Mapping[str, str] | None = None, *, aim: Aim = ONE, tables: Any = None,
    leave_out: bool = False, heading: int | None = None, names: Sequence[str] = (),
) -> Reading:  # fmt: skip
    """What the assistant makes of a workbook; of all its sheets unless some are named."""
    found = parse_workbook(raw, file="bang.xlsx")
    said = Answers(Vocabulary(aim.areas), answers or {}, tables or {}, leave_out)
    return understand([found[name] for name in names or found], aim, said, heading)


def figures_of(reading: Reading) -> Figures:
    """The figures of a settled reading."""
    assert reading.table, [question.key for question in reading.questions] + [one.key for one in reading.problems]
    found: Figures = set()
    for row in reading.table.rows:
        area, term, year, period, status, unit = (
            row[name].text for name in ("area_code", "indicator", "year", "period", "status", "unit")
        )
        found.add((area, term, int(year), period, status, row["value"].number or Decimal(0), unit))
    return found


def term_named(name: object) -> object:
    """The id of a term by its Vietnamese name, as an entry sheet has it; anything else as it is."""
    words = load_catalogue("vi")
    return {worded("indicator", term, words): term for term in Vocabulary().known_terms}.get(str(name), name)


def asked(reading: Reading) -> set[tuple[str, str]]:
    """(kind of question, what it is about) of everything that has to be answered."""
    return {(question.key, question.name) for question in reading.questions}


_A, _B, _W = "VN-99", "VN-98", "VN-90"
LAYOUTS = (
    Layout(
        "indicators down, years across, two-level heads, sections and dashes",
        {
            "Biểu 01": [
                ["UBND TỈNH MẪU", None, None, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
                ["BIỂU TỔNG HỢP"],
                [None],
                ["TT", "Chỉ tiêu", "ĐVT", "Năm 2024", None, "Năm 2025", None, "Ghi chú"],
                [None, None, None, "Kế hoạch", "Thực hiện", "KH", "Ước TH", None],
                ["A", "B", "C", 1, 2, 3, 4, 5],
                ["I", "Hợp tác xã"],
                [1, "Tổng số HTX", "HTX", 520, 525, 560, "548 HTX", None],
                [None, "- Đang hoạt động", "HTX", None, 418, None, 436],
                [2, "Doanh thu bình quân 1 HTX", "tr.đồng", None, "941,5", None, 980],
                ["II", "Tổ hợp tác"],
                [1, "Thành viên", "người", None, 47500, None, "47.900"],
                ["Nguồn: Liên minh HTX tỉnh"],
                [None, None, None, None, "NGƯỜI LẬP BIỂU"],
            ]
        },
        [
            (_A, "htx_total", 2024, "plan", "plan", "520", "count"),
            (_A, "htx_total", 2024, "year", "actual", "525", "count"),
            (_A, "htx_total", 2025, "plan", "plan", "560", "count"),
            (_A, "htx_total", 2025, "year", "estimate", "548", "count"),
            (_A, "htx_active", 2024, "year", "actual", "418", "count"),
            (_A, "htx_active", 2025, "year", "estimate", "436", "count"),
            (_A, "htx_avg_revenue", 2024, "year", "actual", "941.5", MILLION),
            (_A, "htx_avg_revenue", 2025, "year", "estimate", "980", MILLION),
            (_A, "tht_members", 2024, "year", "actual", "47500", "persons"),
            (_A, "tht_members", 2025, "year", "estimate", "47900", "persons"),
        ],
        ["D4:E4", "F4:G4", "A4:A5", "B4:B5", "C4:C5", "H4:H5"],
    ),
    Layout(
        "years down, indicators across, merged heads, one unit over the table",
        {
            "Các năm": [
                ["ĐVT: triệu đồng"],
                ["Năm", "Số HTX", None, "Bình quân 1 HTX", None],
                [None, "Tổng số", "Đang hoạt động", "Doanh thu", "Lợi nhuận"],
                ["TH 2024", 525, 418, 941.5, 110],
                ["Ước 2025", 548, 436, 980, 115],
            ]
        },
        [
            (_A, "htx_total", 2024, "year", "actual", "525", "count"),
            (_A, "htx_active", 2024, "year", "actual", "418", "count"),
            (_A, "htx_avg_revenue", 2024, "year", "actual", "941.5", MILLION),
            (_A, "htx_avg_profit", 2024, "year", "actual", "110", MILLION),
            (_A, "htx_total", 2025, "year", "estimate", "548", "count"),
            (_A, "htx_active", 2025, "year", "estimate", "436", "count"),
            (_A, "htx_avg_revenue", 2025, "year", "estimate", "980", MILLION),
            (_A, "htx_avg_profit", 2025, "year", "estimate", "115", MILLION),
        ],
        ["A2:A3", "B2:C2", "D2:E2"],
    ),
    Layout(
        "areas down with a total below, the half-year in the title",
        {
            "6T": [
                ["BÁO CÁO KẾT QUẢ THỰC HIỆN 6 THÁNG ĐẦU NĂM 2024"],
                ["TT", "Địa bàn", "Số HTX", "Thành viên HTX (người)", "Kinh phí đã chi (triệu đồng)"],
                [1, "Địa bàn A", 560, "8.000", 4200],
                [2, "Địa bàn B", 900, "34.000", 8100],
                [None, "Tổng cộng", 1460, 42000, 12300],
            ]
        },
        [
            (_B, "htx_total", 2024, "mid", "actual", "560", "count"),
            (_A, "htx_total", 2024, "mid", "actual", "900", "count"),
            (_B, "htx_members", 2024, "mid", "actual", "8000", "persons"),
            (_A, "htx_members", 2024, "mid", "actual", "34000", "persons"),
            (_B, "support_spent_total", 2024, "h1", "actual", "4.2", "billion VND"),
            (_A, "support_spent_total", 2024, "h1", "actual", "8.1", "billion VND"),
        ],
        aim=TWO,
    ),
    Layout(
        "a sheet a year",
        {
            str(year): [
                ["Chỉ tiêu", "Đơn vị tính", "Thực hiện"],
                ["Tổng số HTX", "HTX", 500 + year - 2023],
                ["HTX ĐANG HOẠT ĐỘNG", "HTX", 400 + year - 2023],
            ]
            for year in (2024, 2025)
        },
        [
            (_A, "htx_total", 2024, "year", "actual", "501", "count"),
            (_A, "htx_active", 2024, "year", "actual", "401", "count"),
            (_A, "htx_total", 2025, "year", "actual", "502", "count"),
            (_A, "htx_active", 2025, "year", "actual", "402", "count"),
        ],
    ),
    Layout(
        "months across with a sum behind them, a dash for nothing",
        {
            "Tháng": [
                ["Năm 2024"],
                ["Nội dung", "Tháng 1", "Tháng 2", "Tháng 3", "Cộng"],
                ["Số HTX thành lập mới", 3, 4, 2, 9],
                ["HTX giải thể", 0, 1, "-", 1],
            ]
        },
        [
            (_A, "htx_new", 2024, "month-01", "actual", "3", "count"),
            (_A, "htx_new", 2024, "month-02", "actual", "4", "count"),
            (_A, "htx_new", 2024, "month-03", "actual", "2", "count"),
            (_A, "htx_dissolved", 2024, "month-01", "actual", "0", "count"),
            (_A, "htx_dissolved", 2024, "month-02", "actual", "1", "count"),
        ],
        answers={"*": "thực hiện"},
    ),
    Layout(
        "one figure a row, without any code",
        {
            "Số liệu": [
                ["Chỉ tiêu", "Năm", "Kỳ", "Đơn vị", "Tình trạng", "Giá trị", "Ghi chú"],
                ["Tổng số HTX", 2024, "Cả năm", "HTX", "Thực hiện", 525, "sổ đăng ký"],
                ["Tổng số HTX", 2025, "6 tháng", "HTX", "ước", 548, None],
                ["Doanh thu bình quân một HTX", 2024, "cả năm", "tỷ đồng/năm", "thực hiện", "0,98", None],
                [
                    "Thu nhập bình quân lao động HTX",
                    2024,
                    "cả năm",
                    "nghìn đồng/người/tháng",
                    "thực hiện",
                    "4 100",
                    None,
                ],
            ]
        },
        [
            (_A, "htx_total", 2024, "year", "actual", "525", "count"),
            (_A, "htx_total", 2025, "mid", "estimate", "548", "count"),
            (_A, "htx_avg_revenue", 2024, "year", "actual", "980", MILLION),
            (_A, "htx_worker_income", 2024, "year", "actual", "4.1", "million VND/month"),
        ],
    ),
    Layout(
        "areas across with the whole behind them",
        {
            "Quý I": [
                ["Quý I năm 2024 (ước thực hiện)"],
                ["Chỉ tiêu", "ĐVT", "Địa bàn A", "Địa bàn B", "Toàn tỉnh"],
                ["HTX thành lập mới", "HTX", 5, 7, 12],
                ["Tổng số HTX", "HTX", 560, 900, 1460],
            ]
        },
        [
            (_B, "htx_new", 2024, "to-03", "estimate", "5", "count"),
            (_A, "htx_new", 2024, "to-03", "estimate", "7", "count"),
            (_W, "htx_new", 2024, "to-03", "estimate", "12", "count"),
            (_B, "htx_total", 2024, "to-03", "estimate", "560", "count"),
            (_A, "htx_total", 2024, "to-03", "estimate", "900", "count"),
            (_W, "htx_total", 2024, "to-03", "estimate", "1460", "count"),
        ],
        aim=TWO,
    ),
    Layout(
        "days as heads, an area merged over its rows, earlier years beside",
        {
            "Mốc": [
                ["Địa phương", "Chỉ tiêu", "31/12/2023", "30/6/2024", "31/12/2024", "TH/KH (%)"],
                ["Địa bàn A", "Tổng số HTX", 540, 550, 560, 98],
                [None, "HTX đang hoạt động", 400, 405, 410, 99],
                ["Địa bàn B", "Tổng số HTX", 880, 890, 900, 97],
            ]
        },
        [
            (_B, "htx_total", 2024, "mid", "actual", "550", "count"),
            (_B, "htx_total", 2024, "year", "actual", "560", "count"),
            (_B, "htx_active", 2024, "mid", "actual", "405", "count"),
            (_B, "htx_active", 2024, "year", "actual", "410", "count"),
            (_A, "htx_total", 2024, "mid", "actual", "890", "count"),
            (_A, "htx_total", 2024, "year", "actual", "900", "count"),
        ],
        ["A2:A3"],
        TWO,
        {"*": "thực hiện"},
    ),
    Layout(
        "the strict columns too, codes and all",
        {
            "Số liệu": [
                [
                    "Địa bàn",
                    "Mã địa bàn",
                    "Năm",
                    "Kỳ",
                    "Loại hình",
                    "Chỉ tiêu",
                    "Giá trị",
                    "Đơn vị",
                    "Tình trạng",
                    "Mã nguồn",
                    "Ghi chú",
                ],
                ["Tỉnh Mẫu", "VN-99", 2024, "mid", "HTX", "htx_total", 525, "count", "actual", "outturn-2024", None],
            ]
        },
        [(_A, "htx_total", 2024, "mid", "actual", "525", "count")],
    ),
)
