"""Planted jumps of printed series are found; series the model makes, and Lào Cai's register, are left alone."""

import time
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from sim.domain import CENTRAL, INDICATOR, NOMINAL, Observation, Province, World
from sim.ensemble import run
from sim.evidence import LEVEL, SAID, Jump, jumps, load_inputs
from sim.inputs.figures import key_of
from sim.inputs.pack import load_calibration, load_province, load_register
from sim.inputs.scenarios import load_scenario

YEARS = (2024, 2025, 2026)
#: What is printed of each series: term, unit.
PRINTED = {
    "htx_registered": ("htx_total", "count"),
    "htx_active": ("htx_active", "count"),
    "htx_members": ("htx_members", "persons"),
    "htx_revenue": ("htx_avg_revenue", "million VND/yr"),
    "tht_count": ("tht_count", "count"),
}


@cache
def pack(*, aside: bool = True) -> tuple[Province, object]:
    province, register = load_province("lao-cai"), load_register(province="lao-cai")
    left_out = load_calibration(province, register).set_aside if aside else ()
    lines = frozenset(row.line for group in left_out for row in group.observations)
    return replace(province, set_aside=lines, breaks=()), register


def found(**changes: object) -> dict[tuple[str, int, str], Jump]:
    province, register = pack()
    asked = jumps(replace(province, **changes), register)
    return {(one.figure.indicator, one.figure.year, one.figure.period): one for one in asked}


@cache
def futures(count: int) -> dict[str, np.ndarray]:
    """Printed series of some futures of the province, base year first, {indicator: (year, future)}."""
    province, register = pack()
    scenario = replace(load_scenario("fund-12.3"), world=World(CENTRAL, {}, {}, {}))
    result = run(province, register, [scenario], draws=count, seed=99)
    return {
        name: result.printed("fund-12.3", name, NOMINAL if INDICATOR[name].money else "", base=True)[:, -1]
        for name in PRINTED
    }


def printed_series(name: str, values: np.ndarray) -> tuple[Observation, ...]:
    term, unit = PRINTED[name]
    entity = "THT" if "tht" in name else "HTX"
    row = Observation("x", "VN-02", 2023, "end", entity, term, 0.0, unit, "actual", "p", "", 0)
    years = range(2023, 2023 + len(values))
    return tuple(
        replace(row, year=year, value=float(value), line=line)
        for line, (year, value) in enumerate(zip(years, values, strict=True), start=2)
    )


def asked_share(name: str, *, planted: float, futures_: int = 300) -> float:
    """Share of futures in which the last figure is asked about, moved by a factor."""
    province, register = pack()
    asked = 0
    for future in futures(futures_)[name].T[:, : len(YEARS)]:
        moved = future * np.array([1.0, 1.0, planted])
        rows = printed_series(name, moved)
        asked += any(one.figure == rows[-1] for one in jumps(replace(province, observations=rows), register))
    return asked / futures_


@pytest.mark.parametrize("name", PRINTED)
def test_a_series_the_model_makes_is_asked_about_as_rarely_as_was_said(name):
    assert asked_share(name, planted=1.0, futures_=60) <= 0.10


@pytest.mark.parametrize(("name", "planted"), [("htx_registered", 0.8), ("htx_active", 1.4), ("htx_revenue", 1.6),
                                               ("htx_members", 0.7), ("tht_count", 0.6)])  # fmt: skip
def test_a_planted_jump_is_found(name, planted):
    assert asked_share(name, planted=planted, futures_=60) >= 0.95


def test_the_groups_counted_anew_are_found_one_by_one():
    asked = found()
    counted = {key[1:]: (one.before.value, one.figure.value) for key, one in asked.items() if key[0] == "tht_count"}
    assert counted == {(2023, "year"): (7735, 3958), (2024, "mid"): (3958, 2700)}
    assert asked["tht_count", 2024, "mid"].kind == LEVEL and asked["tht_count", 2024, "mid"].asked


def test_revenue_that_is_said_to_have_grown_and_stands_lower_is_found():
    one = found()["tht_avg_revenue", 2024, "mid"]
    assert (one.kind, one.figure.value, one.before.value, round(one.growth, 3)) == (SAID, 198, 216, 0.031)
    assert round(one.value) == 192 and one.value < one.low < one.before.value < one.high


def test_the_register_is_not_cried_at():
    """Negative control: 441, 473, 502, 515."""
    asked = {key[0] for key in found()}
    assert not {"htx_total", "htx_active", "htx_new", "htx_members"} & asked


def test_what_was_answered_is_not_asked_again():
    figure = found()["tht_count", 2024, "mid"].figure
    key = (figure.area_code, figure.entity, figure.indicator, figure.year, figure.period, figure.source_id)
    confirmed = found(confirmed=frozenset([key]))
    assert ("tht_count", 2024, "mid") not in confirmed and ("tht_count", 2023, "year") in confirmed
    declared = found(breaks=load_province("lao-cai").breaks)
    assert [one.id for one in declared["tht_count", 2023, "year"].breaks] == ["tht-recount-2023"]
    assert not declared["tht_count", 2023, "year"].asked and declared["tht_count", 2024, "mid"].asked


def test_only_the_figures_that_came_in_are_judged():
    province, register = pack()
    mine = [row for row in province.observations if row.area_code == "VN-02" and row.year == 2024]
    rows = [row for row in mine if row.indicator == "tht_count"]
    assert {one.figure.line for one in jumps(province, register, judged=rows)} == {rows[0].line}
    assert not jumps(province, register, judged=[row for row in province.observations if row.indicator == "htx_total"])


def test_a_series_the_model_does_not_know_moves_as_others_do():
    province, register = pack()
    rows = [row for row in province.observations if row.indicator == "htx_agriculture" and row.area_code == "VN-02"]
    known = next(row for row in rows if (row.year, row.period) == (2022, "mid"))
    usual, odd = (replace(known, year=2023, value=value, line=9999) for value in (258.0, 90.0))
    for row, expected in ((usual, False), (odd, True)):
        asked = jumps(replace(province, observations=(*province.observations, row)), register, judged=[row])
        assert bool(asked) == expected
        assert all(not one.modelled for one in asked)


def test_it_takes_less_than_a_second_of_the_processor():
    province, register = pack()
    jumps(province, register)
    start = time.process_time()
    jumps(province, register)
    assert time.process_time() - start < 1.0


def asked_in(slug: str, codes: set[str], **changes: object) -> dict[tuple[object, ...], tuple[object, ...]]:
    province, register, _ = load_inputs(province=slug)
    asked = jumps(replace(province, **changes), register)
    return {
        (one.kind, *key_of(one.figure)): (one.asked, one.aside, one.before.value, one.low, one.high, one.modelled)
        for one in asked
        if one.figure.area_code in codes
    }


def test_a_figure_is_asked_about_in_the_pack_of_its_area_and_in_the_merged_one_or_in_neither():
    areas = load_province("lao-cai-2025").areas
    merged = asked_in("lao-cai-2025", {area.code for area in areas})
    own = [asked_in(area.pack, {area.code}) for area in areas]
    assert merged == {key: found for part in own for key, found in part.items()}
    income = [asked for (_, _, _, term, *_), (asked, *_) in merged.items() if term == "htx_worker_income"]
    assert income == [False], "38 million of 2021 is set aside in both, with the same reason"
    alone = asked_in("lao-cai-2025", {"VN-02"}, set_aside=frozenset())
    assert [key for key in alone if key not in merged or alone[key][0] != merged[key][0]], "the negative control"


def test_the_merged_pack_tells_why_a_figure_is_set_aside():
    own, merged = (load_inputs(province=slug)[2].set_aside for slug in ("lao-cai", "lao-cai-2025"))
    told = {(key_of(row), group.reason["vi"]) for group in merged for row in group.observations}
    assert told >= {(key_of(row), group.reason["vi"]) for group in own for row in group.observations}
