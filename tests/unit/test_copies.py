"""Figures that repeat their plan or last year's figure to the printed digit are found; others are not."""

from dataclasses import replace

import pytest

from sim.domain import Observation
from sim.inputs.figures import copied
from sim.inputs.pack import load_province, load_register

MONEY = "million VND/yr"
ROW = Observation("P", "VN-40", 2022, "year", "HTX", "htx_avg_revenue", 2200.0, MONEY, "estimate", "p", "", 2)


def row(**changes: object) -> Observation:
    return replace(ROW, **changes)


def test_income_printed_twice_is_found_with_what_it_repeats():
    found = {one.indicator: (one.year, of.year) for one, of in copied(load_province("lao-cai").observations).items()
             if one.area_code == "VN-02"}  # fmt: skip
    assert found == {"htx_worker_income": (2024, 2023)}


def test_an_estimate_at_its_plan_is_found_whether_the_plan_is_a_row_or_a_note():
    plan = row(period="plan", status="plan", source_id="q", line=3)
    assert copied([ROW, plan]) == {ROW: plan}
    noted = row(note="ước, exactly 100% of plan")
    assert copied([noted])[noted] == replace(noted, status="plan", period="plan")
    assert copied([row(note="đạt 100 % kế hoạch")])


def twice(**changes: object) -> list[Observation]:
    return [row(**changes), row(year=2021, **changes)]


@pytest.mark.parametrize(
    "rows",
    [
        [ROW, row(period="plan", status="plan", value=2201.0)],
        [ROW, row(period="plan", status="plan", year=2023)],
        [ROW, row(period="plan", status="plan", area_code="VN-41")],
        [row(note="62.3% of plan")],
        [row(note="2,100% of plan")],
        [ROW, row(year=2020)],
        [ROW, row(year=2021, value=2199.9)],
        [ROW, row(year=2021, status="derived")],
        [ROW, row(year=2021, period="undated")],
        twice(indicator="htx_new", unit="count", value=115.0),
        twice(indicator="union_active", unit="count", value=18.0),
        twice(indicator="htx_members", unit="persons", value=8000.0),
        twice(unit="%", value=72.5),
    ],
)
def test_what_only_looks_alike_is_no_copy(rows):
    assert not copied(rows)


def test_the_chance_that_a_copy_says_nothing_is_an_assumption_of_measurement():
    entry = load_register()["copied_says_nothing"]
    drawn = entry.distribution
    assert (drawn.p10, drawn.p50, drawn.p90) == (0.1, 0.3, 0.6)
    assert (entry.bounds, entry.grade, entry.role) == ((0, 1), "D", "measurement")
