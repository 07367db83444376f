"""Whatever is planned, in whatever world: what must add up adds up on every single draw."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import given, settings, strategies as st

from sim.domain import INDICATORS, LINES, NOMINAL, REAL, Plan, Scenario, price_bases
from sim.ensemble import Result, run
from tests.support import tiny

DRAWS = 48
#: Levels then carry no discrepancy, so that growth can be read off them.
QUIET = {"discrepancy_revenue": 0.0, "discrepancy_income": 0.0, "discrepancy_tht": 0.0}
#: Assumptions a world may restate, from nothing to the edge of what the bounds allow.
RESTATED = {
    "foundings_reference": (0, 120),
    "stopping_rate": (0, 1),
    "reactivation_rate": (0, 1),
    "dissolution_rate": (0, 1),
    "dissolution_lumpiness": (0, 2),
    "shell_share": (0, 1),
    "newcomer_catch_up": (0.02, 1),
    "relative_revenue_new": (0, 2),
    "relative_revenue_stopped": (0, 1),
    "disaster_probability": (0, 1),
    "disaster_loss": (0, 0.9),
    "shock_recovery": (0, 1),
    "inflation": (-0.05, 0.3),
    "revenue_growth_reference": (-0.1, 0.2),
    "phi_capacity_stopping": (0, 0.8),
    "targeting_gain": (0, 1),
    "workers_per_added_active": (0, 100),
    "members_per_new_htx": (5, 100),
    "disbursement_rate": (0.3, 1),
    "prior_funding_ratio": (0.3, 1.5),
    "htx_per_union": (2, 50),
    "union_founding_rate": (0, 10),
}


@st.composite
def plans(draw: st.DrawFn, years: int) -> Plan:
    """Any money, year by year, with or without a remainder, nominal or real."""
    vnd = st.integers(0, 30 * tiny.BILLION)
    calendar = range(tiny.BASE_YEAR + 1, tiny.BASE_YEAR + 1 + years)
    lines = {line: {year: draw(vnd) for year in calendar} for line in LINES}
    spare = draw(vnd)
    fund = {year: sum(lines[line][year] for line in LINES) + spare for year in calendar}
    return Plan("any", {}, draw(st.sampled_from(("nominal", "real_2023"))), fund, lines)


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    years = draw(st.integers(1, 9))
    chosen = draw(st.lists(st.sampled_from(sorted(RESTATED)), max_size=5, unique=True))
    changes: dict[str, Any] = {key: float(draw(st.floats(*RESTATED[key]))) for key in chosen}
    return Scenario("any", {}, draw(plans(years)), tiny.world("any", changes), tiny.BASE_YEAR + years)


def projected(scenario: Scenario, strata: int, seed: int) -> Result:
    return run(tiny.province(strata), tiny.register(QUIET), [scenario], draws=DRAWS, seed=seed)


def before(result: Result, indicator: str) -> np.ndarray:
    """The series one year earlier, the base year first."""
    series = result.series("any", indicator, REAL)
    return np.concatenate([result.base_values("any", indicator)[None], series[:-1]])


ANY = {"scenario": scenarios(), "strata": st.integers(1, 4), "seed": st.integers(0, 2**32 - 1)}
identities = settings(max_examples=30, deadline=None)


@identities
@given(**ANY)
def test_htx_are_created_moved_and_dissolved_and_none_is_lost(scenario: Scenario, strata: int, seed: int) -> None:
    ran = projected(scenario, strata, seed)
    now = {
        name: ran.series("any", f"htx_{name}")
        for name in ("registered", "active", "inactive", "founded", "stopped", "reactivated", "dissolved")
    }
    np.testing.assert_array_equal(now["registered"], now["active"] + now["inactive"])
    np.testing.assert_array_equal(now["registered"] - before(ran, "htx_registered"), now["founded"] - now["dissolved"])
    entered = now["active"] - before(ran, "htx_active") + now["stopped"] - now["reactivated"]
    assert (entered >= 0).all() and (entered <= now["founded"]).all()
    assert (now["stopped"] <= before(ran, "htx_active")).all()
    assert (now["reactivated"] + now["dissolved"] <= before(ran, "htx_inactive")).all()


@identities
@given(**ANY)
def test_the_parts_of_growth_add_up_real_and_nominal(scenario: Scenario, strata: int, seed: int) -> None:
    ran = projected(scenario, strata, seed)
    prices = ran.runs[0].prices
    inflation = prices / np.concatenate([np.ones((1, prices.shape[1])), prices[:-1]])
    revenue_parts, income_parts = (
        ("like_for_like", "catch_up", "composition"),
        ("income_like_for_like", "income_composition"),
    )
    for average, parts in (("htx_revenue", revenue_parts), ("htx_worker_income", income_parts)):
        real = ran.series("any", average, REAL) / before(ran, average)
        for basis, growth in ((REAL, real), (NOMINAL, real * inflation[:, None])):
            together = sum(ran.series("any", f"htx_{part}", basis) for part in parts)
            np.testing.assert_allclose(together, 100 * (growth - 1), atol=5e-3, rtol=1e-4)


@identities
@given(**ANY)
def test_totals_profits_and_prices_agree_on_every_draw(scenario: Scenario, strata: int, seed: int) -> None:
    ran = projected(scenario, strata, seed)
    active, margin = ran.series("any", "htx_active"), ran.runs[0].parameters["profit_margin"]
    for basis in (NOMINAL, REAL):
        revenue = ran.series("any", "htx_revenue", basis)
        np.testing.assert_allclose(ran.series("any", "htx_revenue_total", basis), revenue * active / 1000, rtol=1e-6)
        np.testing.assert_allclose(ran.series("any", "htx_profit", basis), revenue * margin, rtol=1e-6, atol=1e-9)


@identities
@given(**ANY)
def test_every_figure_is_finite_and_every_count_whole_and_not_negative(
    scenario: Scenario, strata: int, seed: int
) -> None:
    ran = projected(scenario, strata, seed)
    signed = {indicator.id for indicator in INDICATORS if indicator.unit == "%/yr"}
    for indicator in INDICATORS:
        for basis in price_bases(indicator):
            series = ran.series("any", indicator.id, basis)
            assert np.isfinite(series).all(), indicator.id
            assert indicator.id in signed or series.min() >= -1e-6, indicator.id
            if indicator.count:
                np.testing.assert_array_equal(series, np.rint(series), err_msg=indicator.id)


@identities
@given(**ANY)
def test_unions_stay_within_the_register_and_never_dissolve(scenario: Scenario, strata: int, seed: int) -> None:
    ran = projected(scenario, strata, seed)
    assert (ran.series("any", "lhhtx_count") >= before(ran, "lhhtx_count")).all()
    assert (ran.series("any", "lhhtx_member_htx") <= ran.series("any", "htx_registered")).all()


@identities
@given(scenario=scenarios(), seed=st.integers(0, 2**32 - 1))
def test_the_same_scenario_under_another_name_is_the_same_future(scenario: Scenario, seed: int) -> None:
    twin = Scenario("twin", {}, scenario.plan, scenario.world, scenario.horizon)
    ran = run(tiny.province(), tiny.register(), [scenario, twin], draws=DRAWS, seed=seed)
    for indicator in INDICATORS:
        difference = ran.series("any", indicator.id) - ran.series("twin", indicator.id)
        assert (difference == 0).all(), indicator.id


@identities
@given(scenario=scenarios(), seed=st.integers(0, 2**32 - 1))
def test_spending_is_never_negative_and_zero_only_without_money(scenario: Scenario, seed: int) -> None:
    ran = projected(scenario, 1, seed)
    spending = ran.runs[0].spending
    for year in range(spending.shape[0]):
        for place, line in enumerate(LINES):
            money = scenario.plan.line_budget(line, tiny.BASE_YEAR + 1 + year)
            assert (spending[year, place] > 0).all() if money else (spending[year, place] == 0).all()
