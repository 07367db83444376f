"""A race ends where looking at every split on every draw ends: the same best, the same near it, number by number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from sim.analysis.compare import outcome_of
from sim.analysis.split import (
    Aim,
    BestSplit,
    Chance,
    Mean,
    ScoredSplit,
    allocate,
    build_surface,
    outcomes_of,
    race,
    racing,
    weighted,
)
from sim.domain import COARSE_PARTS, LINES, UNBOUNDED, Bounds, FixedFund, Plan, Scenario
from sim.ensemble import CommonDraws, Outcome, common_draws, evaluate
from tests.support import tiny

YEARS, DRAWS = 3, 512
LAST = tiny.BASE_YEAR + YEARS
ACTIVE, INCOME = outcome_of("htx_active", LAST), outcome_of("htx_worker_income", LAST)
TOTAL, DISSOLVED = outcome_of("htx_revenue_total", LAST), outcome_of("htx_dissolved", LAST)
WITHIN = FixedFund(Bounds(Fraction(3, 5)), COARSE_PARTS)
LIMITED = FixedFund(Bounds(None, {"survey"}, floors={"capacity": tiny.BILLION}), COARSE_PARTS)
AIMS: Mapping[str, Aim] = {
    "active": Mean(ACTIVE),
    "total": Mean(TOTAL),
    "income": Mean(INCOME),
    "fewest dissolved": Mean(DISSOLVED),
    "even chance": Chance(ACTIVE, 92),
    "small chance": Chance(ACTIVE, 110),
    "two goals": {ACTIVE: 2.0, INCOME: 1.0},
}
WORLDS = {"usual": {}, "nothing stops": {"phi_capacity_stopping": 0.0}, "strong market": {"effect_market_revenue": 0.3}}


def fund_of(shares: Mapping[str, float]) -> Plan:
    """The reference plan's fund in other shares, the same every year."""
    plan = tiny.scenario(years=YEARS).plan
    years = range(tiny.BASE_YEAR + 1, LAST + 1)
    lines = {line: {year: int(plan.annual_budget(year) * shares[line]) for year in years} for line in LINES}
    return replace(plan, fund={year: plan.annual_budget(year) for year in years}, lines=lines, repeat_last=False)


def asked(world: str, plan: Plan | None = None) -> Scenario:
    """A scenario in one of the worlds."""
    found = tiny.scenario(years=YEARS, under=tiny.world("stated", WORLDS[world]))
    return found if plan is None else replace(found, plan=plan)


@pytest.fixture(scope="module")
def draws() -> CommonDraws:
    return common_draws(tiny.province(), tiny.register(), draws=DRAWS, seed=5, horizon=LAST)


def chosen(draws: CommonDraws, scenario: Scenario, aim: Aim, fund: FixedFund, *, raced: bool) -> BestSplit:
    """The best split by a race, or by looking at everything."""
    found = (race(draws, scenario, aim, outcomes_of(aim), fund) if raced
             else build_surface(draws, scenario, outcomes_of(aim), fund))  # fmt: skip
    several = isinstance(aim, Mapping)
    single = weighted(found, aim, np.arange(len(found.splits))) if isinstance(aim, Mapping) else aim
    assert several or single is aim
    return allocate(found, single, fund.bounds)


def told(one: ScoredSplit) -> tuple[object, ...]:
    """All that is told of a split, without the row it happens to have."""
    return tuple(one.money.items()), one.value, one.behind, one.behind_mcse, one.often, one.level


def same(one: BestSplit, other: BestSplit) -> bool:
    """Whether two answers are the same to the last bit."""
    lists = [
        [[told(split) for split in found] for found in (which.near_best, which.leading, which.listed, [which.plan])]
        for which in (one, other)
    ]
    return lists[0] == lists[1] and (one.candidates, one.binding) == (other.candidates, other.binding)


@pytest.mark.parametrize("aim", AIMS.values(), ids=AIMS)
@pytest.mark.parametrize("world", WORLDS)
def test_a_race_ends_where_looking_at_every_split_ends(draws: CommonDraws, world: str, aim: Aim) -> None:
    plans = [None, fund_of({"establishment": 0.7, "capacity": 0.1, "market": 0.1, "survey": 0.1})]
    for plan in plans:
        for fund in (WITHIN, LIMITED):
            scenario = asked(world, plan)
            raced, every = (chosen(draws, scenario, aim, fund, raced=raced) for raced in (True, False))
            assert same(raced, every)


@pytest.mark.parametrize("aim", [Mean(TOTAL), AIMS["two goals"]], ids=["total", "two goals"])
def test_over_the_whole_grid_most_splits_are_left_out(draws: CommonDraws, aim: Aim) -> None:
    fund = FixedFund(UNBOUNDED, COARSE_PARTS)
    raced, every = (chosen(draws, asked("usual"), aim, fund, raced=raced) for raced in (True, False))
    assert same(raced, every)
    assert raced.candidates == 1771
    assert len(raced.surface.splits) < 1771 / 2


def test_where_nothing_tells_splits_apart_none_is_left_out(draws: CommonDraws) -> None:
    """Constructed ties: survey money does nothing here, and capacity and market do the same at the same money."""
    nothing = dict.fromkeys(
        ("phi_establishment_founding", "phi_establishment_reactivation", "phi_capacity_stopping",
         "phi_survey_dissolution", "effect_capacity_revenue", "effect_market_revenue", "targeting_gain"), 0.0,
    )  # fmt: skip
    equal = {
        **nothing, "effect_capacity_revenue": 0.2, "effect_market_revenue": 0.2, "coverage_capacity_revenue": 1.0,
        "coverage_market_revenue": 1.0, "persistence_capacity": 0.0, "persistence_market": 0.0,
        "doubling_return_capacity": 0.5, "doubling_return_market": 0.5, "reference_split_capacity": 0.25,
        "reference_split_market": 0.25,
    }  # fmt: skip
    for effects, aim in ((nothing, Mean(ACTIVE)), (nothing, Chance(ACTIVE, 92)), (equal, Mean(TOTAL))):
        scenario = tiny.scenario(years=YEARS, under=tiny.world("stated", effects))
        raced, every = (chosen(draws, scenario, aim, WITHIN, raced=raced) for raced in (True, False))
        assert same(raced, every)
        assert effects is equal or len(every.near_best) == every.candidates


def test_the_negative_control_a_race_that_drops_too_soon_is_caught(
    draws: CommonDraws, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With any difference on the first draws taken for one on all, splits near the best are lost, and it is seen."""
    monkeypatch.setattr(racing, "RACE_ERROR", 3e3)
    wrong = 0
    for world in WORLDS:
        for aim in (Mean(ACTIVE), Mean(TOTAL), Mean(INCOME)):
            raced, every = (chosen(draws, asked(world), aim, WITHIN, raced=raced) for raced in (True, False))
            wrong += not same(raced, every)
    assert wrong > 4


def test_part_of_the_draws_are_those_draws(draws: CommonDraws) -> None:
    """Blocks cut anywhere give the numbers of the whole, also of a figure as it will be printed."""
    money = np.full((2, YEARS, len(LINES)), 3.0)
    outcomes = [ACTIVE, Outcome("htx_revenue", LAST, "nominal", printed=True)]
    whole = evaluate(draws, asked("usual"), money, outcomes)
    cuts = (0, 1, 100, 256, DRAWS)
    parts = [evaluate(draws.part(*ends), asked("usual"), money, outcomes) for ends in zip(cuts, cuts[1:], strict=False)]
    np.testing.assert_array_equal(np.concatenate(parts, axis=-1), whole)
