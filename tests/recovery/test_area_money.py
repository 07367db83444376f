"""Money divided between areas works where it is given, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from sim.analysis.answer import line_money, one_more
from sim.analysis.compare import BY_ACTIVE, input_changes, input_rows
from sim.analysis.split import scaled
from sim.domain import LINES, InputError, Province, Scenario, scenario_fingerprint
from sim.ensemble import Outcome, area_shares, common_draws, evaluate, evaluate_each, plan_money, run
from tests.support import tiny

AREAS = ("A00", "A01")
YEARS = 4
SERIES = ("htx_founded", "htx_active", "htx_stopped", "htx_reactivated", "htx_revenue", "htx_members")
COUNTS = SERIES[:4]


def two_areas(active: tuple[int, int] = (270, 135)) -> Province:
    """Lào Cai's figures in two areas of unequal size."""
    province = tiny.province(strata=2)
    base = dict(province.base)
    for name, whole in (("htx_active", active), ("htx_registered", tuple(round(one * 502 / 405) for one in active))):
        rows = base[name]
        base[name] = {code: replace(rows[code], value=float(part)) for code, part in zip(AREAS, whole, strict=True)}
    return replace(province, base=base)


def divided(scenario: Scenario, first: float, **how: object) -> Scenario:
    """The scenario with this share of its lines' money in the first area."""
    plan = scenario.plan.with_areas({AREAS[0]: first, AREAS[1]: 1 - first}, **how)  # type: ignore[arg-type]
    return replace(scenario, slug=f"{scenario.slug}-{first}", plan=plan)


def series_of(province: Province, *scenarios: Scenario) -> list[dict[str, np.ndarray]]:
    ran = run(province, tiny.register(), scenarios, draws=1000, seed=3)
    return [{name: ran.series(one.slug, name) for name in SERIES} for one in scenarios]


def test_the_division_by_active_htx_is_the_plan_that_divides_nothing() -> None:
    plain = tiny.scenario(years=YEARS)
    undivided, by_size = series_of(two_areas(), plain, divided(plain, 2 / 3))
    for name in SERIES:
        np.testing.assert_allclose(by_size[name], undivided[name], rtol=1e-9)


def test_money_moved_within_one_line_to_one_area_leaves_the_other_area_as_it_is() -> None:
    """Twice the money and three quarters of it in the first area: the second still gets what it got."""
    plain = tiny.scenario(years=YEARS)
    # Double the fund; of two thirds + one third, the second area's third of the old fund is a sixth of the new one.
    twice = tiny.scenario("twice", tiny.times(2.0), years=YEARS)
    given = divided(twice, 5 / 6)
    before, after = series_of(two_areas(), plain, given)
    for name in SERIES:
        np.testing.assert_allclose(after[name][:, 1], before[name][:, 1], rtol=1e-9, err_msg=name)
    assert (after["htx_active"][-1, 0].mean() - before["htx_active"][-1, 0].mean()) > 1


def test_control_where_money_is_not_divided_twice_the_money_moves_both_areas() -> None:
    plain, twice = tiny.scenario(years=YEARS), tiny.scenario("twice", tiny.times(2.0), years=YEARS)
    before, after = series_of(two_areas(), plain, twice)
    moved = (after["htx_active"][-1] - before["htx_active"][-1]).mean(axis=-1)
    assert (moved > 0.5).all()


def test_all_money_in_one_area_leaves_the_other_where_no_support_leaves_it() -> None:
    plain, nothing = tiny.scenario(years=YEARS), tiny.scenario("none", dict.fromkeys(LINES, 0.0), years=YEARS)
    none, all_first = series_of(two_areas(), nothing, divided(plain, 1.0))
    for name in COUNTS:
        np.testing.assert_array_equal(all_first[name][:, 1], none[name][:, 1], err_msg=name)
    assert (all_first["htx_active"][-1, 0] >= none["htx_active"][-1, 0]).mean() > 0.9


def test_one_line_divided_otherwise_moves_only_what_that_line_moves() -> None:
    plain = tiny.scenario(years=YEARS)
    market = divided(plain, 1.0, lines=["market"])
    before, after = series_of(two_areas(), plain, market)
    for name in COUNTS:
        np.testing.assert_array_equal(after[name], before[name])
    revenue = (after["htx_revenue"][-1] - before["htx_revenue"][-1]).mean(axis=-1)
    assert revenue[0] > 0 > revenue[1]


def test_areas_add_up_whatever_the_division() -> None:
    ran = run(two_areas(), tiny.register(), [divided(tiny.scenario(years=YEARS), 0.9)], draws=200, seed=1)
    (one,) = (row.scenario.slug for row in ran.runs)
    for name in ("htx_active", "htx_founded", "htx_registered"):
        series = ran.series(one, name)
        np.testing.assert_array_equal(series[:, -1], series[:, :-1].sum(axis=1))


def test_many_plans_at_once_are_divided_as_each_says() -> None:
    plain, outcome = tiny.scenario(years=YEARS), [Outcome("htx_active", tiny.BASE_YEAR + YEARS)]
    rows = [plain, divided(plain, 1.0), divided(plain, 0.5)]
    province = two_areas()
    draws = common_draws(province, tiny.register(), draws=300, seed=3, horizon=plain.horizon)
    together = evaluate_each(draws, rows, outcome)[0]
    years = plain.years(tiny.BASE_YEAR)
    for row, found in zip(rows, together, strict=True):
        alone = evaluate(draws, row, plan_money(row.plan, years)[None], outcome)[0, 0]
        np.testing.assert_array_equal(found, alone)
        ran = run(province, tiny.register(), [row], draws=300, seed=3)
        np.testing.assert_array_equal(alone, ran.series(row.slug, "htx_active")[-1, -1].astype(np.float32))
    assert (together[1] != together[2]).any()


@pytest.mark.parametrize("strata", [1, 3])
def test_a_province_without_these_areas_refuses_the_division(strata: int) -> None:
    plan = tiny.plan().with_areas({"VN-02": 0.5, "VN-06": 0.5})
    with pytest.raises(InputError) as refused:
        area_shares(tiny.province(strata), plan, range(2024, 2026))
    problem = refused.value.problems[0]
    assert problem.key == ("areas_of_one" if strata == 1 else "unknown_area") and "VN-02" in str(problem.value)


def test_whole_dong_by_area_come_back_as_they_were_given() -> None:
    given = {"A00": Decimal("1.000000001"), "A01": Decimal("2.689999998")}
    plan = tiny.plan().with_money(market=given, years=range(2025, 2027))
    for year in (2025, 2026):
        assert plan.area_budget("market", year) == {"A00": 1_000_000_001, "A01": 2_689_999_998}
        assert sum(plan.area_budget("market", year).values()) == plan.line_budget("market", year)
    assert plan.area_budget("market", 2027) == {} == plan.area_budget("capacity", 2025)


@pytest.mark.parametrize("fund", [1, 7, 10**12 - 1, 12_300_000_001])
@pytest.mark.parametrize("shares", [{"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}, {"a": 0.1, "b": 0.9}, {"a": 1}])
def test_money_by_area_adds_up_to_the_dong(fund: int, shares: dict[str, float]) -> None:
    plan = replace(tiny.plan(), fund={2024: fund}, lines={"market": {2024: fund}}).with_areas(shares)
    assert sum(plan.area_budget("market", 2030).values()) == fund


@pytest.mark.parametrize("wrong", [{"a": 0.5, "b": 0.4}, {"a": 1.2, "b": -0.2}, {"a": True}, {"a": float("nan")}])
def test_shares_that_make_no_whole_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(InputError):
        tiny.plan().with_areas(wrong)


def test_a_plan_that_divides_nothing_keeps_its_hash() -> None:
    assert scenario_fingerprint(tiny.scenario()) == KNOWN
    assert scenario_fingerprint(divided(tiny.scenario(), 0.4)) != KNOWN


def test_one_division_said_in_two_ways_has_one_hash() -> None:
    plain = tiny.scenario()
    short = plain.plan.with_areas({"A00": 0.4, "A01": 0.6})
    long = plain.plan.with_areas({"A01": Decimal("0.60"), "A00": 0.4, "A02": 0})
    long = long.with_areas({"A00": 0.4, "A01": 0.6}, years=range(2026, 2029))
    assert short.areas["market"] == {2024: {"A00": Decimal("0.4"), "A01": Decimal("0.6")}} == long.areas["market"]
    hashes = {scenario_fingerprint(replace(plain, plan=plan)) for plan in (short, long)}
    assert len(hashes) == 1 and KNOWN not in hashes


#: Of the plain scenario, before plans could divide anything between areas.
KNOWN = "6bcaea0d74f5887d2f516660a2971dd3edd2ccae755ab37fda042e4e91bd80cc"


def test_what_lies_outside_experience_is_judged_in_the_area_that_gets_the_money() -> None:
    province = two_areas()
    plain = tiny.scenario("twice", tiny.times(2.0), years=YEARS)  # twice everywhere, or six times in the smaller area
    small = divided(plain, 0.0)
    ran = run(province, tiny.certain_register(tiny.AT_REFERENCE), [plain, small], draws=50, seed=1)
    for money in line_money(ran, plain.slug):
        assert not money.outside_experience and money.areas == {}
    for money in line_money(ran, small.slug):
        assert money.outside_experience
        assert money.areas[AREAS[0]][0] == 0 and money.areas[AREAS[1]][0] == pytest.approx(3 * money.spending[0])


def test_one_more_on_a_line_and_less_of_every_line_keep_the_division() -> None:
    one = divided(tiny.scenario(years=YEARS), 0.8)
    years = one.years(tiny.BASE_YEAR)
    for plan in (one_more(one, "market", years).plan, scaled(one.plan, years, 0.3)):
        assert plan.areas == one.plan.areas


def test_what_differs_between_two_plans_says_their_division() -> None:
    plain = tiny.scenario(years=YEARS)
    other = divided(plain, 0.9, lines=["market"])
    years = plain.years(tiny.BASE_YEAR)
    assert input_changes(other, plain, years).lines == {"market"}
    (row,) = input_rows(plain, other, years)
    assert row[2:] == ("market", years[0], years[-1], "", BY_ACTIVE, "A00=0.9 A01=0.1")
    assert not list(input_rows(plain, plain, years))
