"""Office tables: figures that are known come back exactly, and what is not sure is asked, never guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.support.offices import LAYOUTS, ONE, Layout, asked, figures_of, read, workbook


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.name)
def test_every_figure_of_a_layout_comes_back_and_no_other(layout: Layout) -> None:
    assert figures_of(read(layout.raw, layout.answers, aim=layout.aim)) == layout.known


def test_a_figure_that_is_typed_otherwise_is_not_the_known_one() -> None:
    """The recovery above can fail: one changed cell is one changed figure."""
    layout = LAYOUTS[3]
    changed = {name: [list(row) for row in rows] for name, rows in layout.sheets.items()}
    changed["2025"][1][2] = 777
    found = figures_of(read(workbook(changed)))
    assert (
        len(found ^ layout.known) == 2
        and ("VN-99", "htx_total", 2025, "year", "actual", Decimal(777), "count") in found
    )


def test_a_heading_that_could_be_two_indicators_is_asked() -> None:
    raw = workbook({"A": [["Năm", "Doanh thu (triệu đồng)", "Số HTX"], ["TH 2024", 900, 500], ["TH 2025", 950, 510]]})
    reading = read(raw)
    assert asked(reading) == {("several", "Doanh thu (triệu đồng)")} and reading.table is None
    assert set(reading.questions[0].options) == {"htx_avg_revenue", "htx_revenue_total", "out"}
    found = figures_of(read(raw, {"Doanh thu": "htx_avg_revenue"}))
    assert ("VN-99", "htx_avg_revenue", 2024, "year", "actual", Decimal(900), "million VND/yr") in found


@pytest.mark.parametrize(
    ("unit", "typed"), [("tỷ đồng", 895), ("triệu đồng", 0.895), ("đồng", 895), ("triệu đồng", 895_000)]
)
def test_a_unit_that_is_wrong_by_a_thousand_is_asked(unit: str, typed: float) -> None:
    raw = workbook({"A": [["Năm", f"Doanh thu bình quân HTX ({unit})"], ["TH 2024", typed]]})
    assert {key for key, _ in asked(read(raw))} == {"size"}


def test_a_unit_that_is_right_is_not_asked() -> None:
    raw = workbook({"A": [["Năm", "Doanh thu bình quân HTX (tỷ đồng)"], ["TH 2024", 0.895]]})
    assert {row[5] for row in figures_of(read(raw))} == {Decimal(895)}


def test_a_figure_far_from_the_newest_one_is_asked() -> None:
    """0.36 tỷ is possible for some province, not for one that had 360."""
    raw = workbook({"A": [["Năm", "Tổng doanh thu HTX (tỷ đồng)"], ["TH 2024", 0.36]]})
    assert asked(read(raw)) == set()
    known = type(ONE)(ONE.areas, 2023, {("VN-99", "htx_revenue_total"): 350.0})
    assert {key for key, _ in asked(read(raw, aim=known))} == {"size"}


def test_money_without_a_unit_is_asked_and_counts_are_not() -> None:
    raw = workbook({"A": [["Năm", "Lãi bình quân một HTX", "Tổng số HTX"], ["TH 2024", 110, 502]]})
    assert asked(read(raw)) == {("unit", "Lãi bình quân một HTX")}


def test_years_out_of_order_are_asked_and_stand_when_they_are_confirmed() -> None:
    raw = workbook({"A": [["Chỉ tiêu", "TH 2024", "TH 2026", "TH 2025"], ["Tổng số HTX", 500, 510, 520]]})
    assert asked(read(raw, {"*": "cả năm"})) == {("order", "*")}
    assert len(figures_of(read(raw, {"*": "cả năm, đúng thứ tự"}))) == 3
    falling = workbook({"A": [["Chỉ tiêu", "TH 2025", "TH 2024"], ["Tổng số HTX", 510, 500]]})
    assert asked(read(falling)) == set()


def test_two_columns_of_one_figure_are_asked() -> None:
    raw = workbook({"A": [["Năm", "Số HTX", "Tổng số HTX"], ["TH 2024", 500, 501]]})
    assert asked(read(raw)) == {("twice", "Tổng số HTX")}
    assert {row[5] for row in figures_of(read(raw, {"Số HTX": "bỏ"}))} == {Decimal(501)}


def test_a_title_above_may_narrow_what_stands_below_it() -> None:
    rows = [["Chỉ tiêu", "ĐVT", "TH 2024"], ["HTX nông nghiệp"], ["Tổng số HTX", "HTX", 300]]
    reading = read(workbook({"A": rows}))
    assert {key for key, _ in asked(reading)} == {"narrower"}
    agriculture = {"Tổng số HTX": "htx_agriculture"}
    assert {row[1] for row in figures_of(read(workbook({"A": rows}), agriculture))} == {"htx_agriculture"}


def test_what_nobody_knows_is_asked_or_left_out_never_taken() -> None:
    rows = [["Chỉ tiêu", "ĐVT", "TH 2024", "Điểm"], ["Tổng số HTX", "HTX", 500, 7], ["Dân số", "người", 1000, 8]]
    raw = workbook({"A": rows})
    assert asked(read(raw)) == {("column", "Điểm"), ("row", "Dân số")}
    assert {row[1] for row in figures_of(read(raw, leave_out=True))} == {"htx_total"}


def test_a_half_years_money_is_asked_whether_it_is_a_years() -> None:
    rows = [
        ["6 tháng đầu năm 2024"],
        ["Chỉ tiêu", "ĐVT", "Thực hiện"],
        ["Doanh thu bình quân một HTX", "triệu đồng", 450],
    ]
    raw = workbook({"A": rows})
    name = "Doanh thu bình quân một HTX"
    assert asked(read(raw)) == {("unit_per", name)}
    assert {row[5] for row in figures_of(read(raw, {name: "triệu đồng/kỳ"}))} == {Decimal(900)}
    assert {row[5] for row in figures_of(read(raw, {name: "triệu đồng/năm"}))} == {Decimal(450)}


def test_a_number_with_two_readings_is_asked_unless_it_counts() -> None:
    counts = workbook({"A": [["Năm", "Số thành viên HTX"], ["TH 2024", "7.650"]]})
    assert {row[5] for row in figures_of(read(counts))} == {Decimal(7650)}
    money = workbook({"A": [["Năm", "Doanh thu bình quân HTX (triệu đồng)"], ["TH 2024", "1.234"]]})
    assert asked(read(money)) == {("decimal", "*")}
    assert {row[5] for row in figures_of(read(money, {"*": "dấu phẩy thập phân"}))} == {Decimal(1234)}


def test_a_total_is_left_out_and_held_against_the_sum_of_its_rows() -> None:
    layout = LAYOUTS[2]
    assert [one.agrees for one in read(layout.raw, aim=layout.aim).sums] == [True, True, True]
    changed = {name: [list(row) for row in rows] for name, rows in layout.sheets.items()}
    changed["6T"][4][2] = 1461
    first = read(workbook(changed), aim=layout.aim).sums[0]
    assert not first.agrees and (first.total, first.parts) == (Decimal(1461), Decimal(1460))


def test_the_pack_keeps_the_years_it_has() -> None:
    layout = LAYOUTS[7]
    left = read(layout.raw, layout.answers, aim=layout.aim).left
    assert ("", "2023 (3)", "earlier") in left


def test_districts_are_left_out_and_their_total_taken_as_the_whole_is_held_against_them() -> None:
    rows = [["Năm 2024"], ["TT", "Huyện, thành phố", "Tổng số HTX (1)"], [1, "Bát Xát", 50], [2, "Sa Pa", 60],
            [None, "Tổng cộng", 111], ["(1) Đến 31/12"]]  # fmt: skip
    raw = workbook({"A": rows})
    open_rows = {("row", "Bát Xát"), ("row", "Sa Pa")}
    assert asked(read(raw, {"*": "thực hiện"})) == open_rows
    whole = read(raw, {"*": "thực hiện", "Tổng cộng": "Tỉnh Mẫu"}, leave_out=True)
    assert figures_of(whole) == {("VN-99", "htx_total", 2024, "year", "actual", Decimal(111), "count")}
    (one,) = whole.sums
    assert (one.total, one.parts, one.agrees) == (Decimal(111), Decimal(110), False)
