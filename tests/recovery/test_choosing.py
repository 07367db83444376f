"""Tiny worlds whose best plan is known on paper: it is found, and what only looks good is not.

In each world most effects are switched off, so that the best split follows from a formula and not
from the code under test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from sim.analysis.compare import outcome_of
from sim.analysis.split import (
    WEIGHTS_DENOMINATOR,
    Chance,
    LeastRegret,
    LowEnd,
    Mean,
    ResponseSurface,
    TailMean,
    allocate,
    attribute,
    break_even,
    build_surface,
    held_out,
    scaled,
    seek,
    violations,
    weighted,
)
from sim.analysis.split.least_money import _falls
from sim.domain import COARSE_PARTS, LINES, UNBOUNDED, Bounds, FixedFund, FlexibleFund, Scenario
from sim.ensemble import CommonDraws, Outcome, common_draws, run
from tests.support import tiny

SEED, DRAWS, YEARS = 3, 64, 3
LAST = tiny.BASE_YEAR + YEARS
COARSE = FixedFund(UNBOUNDED, COARSE_PARTS)
ACTIVE, AVERAGE = outcome_of("htx_active", LAST), outcome_of("htx_revenue", LAST)
TOTAL, INCOME = outcome_of("htx_revenue_total", LAST), outcome_of("htx_worker_income", LAST)
FOUNDED = Outcome("htx_founded", tiny.BASE_YEAR + 1)

#: No line does anything, the earlier fund was the same fund split the same way, prices rest.
NOTHING_WORKS = {
    "phi_establishment_founding": 0.0,
    "phi_establishment_reactivation": 0.0,
    "phi_capacity_stopping": 0.0,
    "phi_survey_dissolution": 0.0,
    "effect_capacity_revenue": 0.0,
    "effect_market_revenue": 0.0,
    "targeting_gain": 0.0,
    "prior_funding_ratio": 1.0,
    "inflation": 0.0,
    **{f"reference_split_{line}": share for line, share in tiny.REFERENCE_SPLIT.items()},
}


def world_of(**working: float) -> Scenario:
    """The reference plan in a world where only the given effects are there."""
    return tiny.scenario(years=YEARS, under=tiny.world("stated", {**NOTHING_WORKS, **working}))


def market_and_capacity(capacity: float, market: float) -> Scenario:
    """Both lines lift revenue alone, at once and with the same fading: rho = 1/2."""
    return world_of(
        effect_capacity_revenue=capacity,
        effect_market_revenue=market,
        coverage_capacity_revenue=1.0,
        coverage_market_revenue=1.0,
        persistence_capacity=0.0,
        persistence_market=0.0,
        doubling_return_capacity=0.5,
        doubling_return_market=0.5,
    )


@pytest.fixture(scope="module")
def draws() -> CommonDraws:
    return common_draws(tiny.province(), tiny.register(), draws=DRAWS, seed=SEED, horizon=LAST)


@pytest.fixture(scope="module")
def surface(draws: CommonDraws) -> ResponseSurface:
    """The usual uncertain world, splits within 40 % of the reference in steps of 5 %."""
    fund = FixedFund(Bounds(Fraction(2, 5)), COARSE_PARTS)
    return build_surface(draws, tiny.scenario(years=YEARS), (FOUNDED, ACTIVE, AVERAGE, TOTAL, INCOME), fund)


@pytest.fixture(scope="module")
def alone(surface: ResponseSurface) -> Mapping[Outcome, np.ndarray]:
    """(row, draw) of each outcome."""
    splits = surface.splits
    plans = [replace(splits.plan_of(row), slug=str(row)) for row in range(len(splits))]
    scenarios = [replace(surface.scenario, slug=plan.slug, plan=plan) for plan in plans]
    result = run(tiny.province(), tiny.register(), scenarios, draws=DRAWS, seed=SEED)
    return {
        one: np.stack(
            [
                result.series(str(row), one.indicator, one.price_basis)[one.year - tiny.BASE_YEAR - 1, -1]
                for row in range(len(splits))
            ]
        )
        for one in surface.outcomes
    }


def best_shares(draws: CommonDraws, scenario: Scenario, outcome: Outcome) -> dict[str, float]:
    found = allocate(build_surface(draws, scenario, [outcome], COARSE), Mean(outcome))
    assert found.candidates == 1771
    return {line: round(found.best.share(line), 9) for line in LINES}


class TestKnownBestPlans:
    """Zero regret on the grid in worlds where the best split is known."""

    def test_where_only_founding_support_works_all_money_goes_there(self, draws: CommonDraws) -> None:
        scenario = world_of(phi_establishment_founding=0.4, doubling_return_establishment=0.9)
        assert best_shares(draws, scenario, ACTIVE) == {"establishment": 1, "capacity": 0, "market": 0, "survey": 0}

    def test_two_equal_lines_share_alike(self, draws: CommonDraws) -> None:
        shares = best_shares(draws, market_and_capacity(0.2, 0.2), AVERAGE)
        assert shares == {"establishment": 0, "capacity": 0.5, "market": 0.5, "survey": 0}

    def test_a_stronger_line_gets_more_until_the_last_dong_does_the_same_on_both(self, draws: CommonDraws) -> None:
        """Strength times rho**u must be equal: ln(a/b) = (u_b - u_a) ln(rho), with u = share / 0.3."""
        gap = (0.7 - 0.3) / 0.3
        shares = best_shares(draws, market_and_capacity(0.1, 0.1 * 0.5**-gap), AVERAGE)
        assert shares == {"establishment": 0, "capacity": 0.3, "market": 0.7, "survey": 0}

    def test_the_negative_control_with_the_strengths_exchanged_that_split_is_not_found(
        self, draws: CommonDraws
    ) -> None:
        gap = (0.7 - 0.3) / 0.3
        assert best_shares(draws, market_and_capacity(0.1 * 0.5**-gap, 0.1), AVERAGE)["market"] == 0.3

    def test_where_nothing_works_no_split_can_be_told_from_another(self, draws: CommonDraws) -> None:
        surface = build_surface(draws, world_of(), [ACTIVE], COARSE)
        found = allocate(surface, Mean(ACTIVE))
        assert len(found.near_best) == found.candidates == 1771
        assert found.plan_is_near_best and found.changes[ACTIVE].identical


class TestBruteForce:
    """The same answer as running every plan of the grid through `run`, one by one."""

    def test_the_surface_is_exact_on_its_grid(self, surface: ResponseSurface, alone: Mapping) -> None:
        assert len(surface.splits) > 20
        for outcome in surface.outcomes:
            np.testing.assert_array_equal(surface.of(outcome), alone[outcome].astype(np.float32))

    @pytest.mark.parametrize("outcome", [FOUNDED, ACTIVE, AVERAGE, TOTAL, INCOME], ids=lambda one: one.indicator)
    def test_the_best_mean_is_the_best_of_all(self, surface: ResponseSurface, alone: Mapping, outcome: Outcome) -> None:
        found = allocate(surface, Mean(outcome))
        means = alone[outcome].mean(axis=1)
        assert found.best.value == pytest.approx(means.max(), rel=1e-6)
        assert means[found.best.row] == pytest.approx(means.max(), rel=1e-6)

    def test_every_rule_finds_the_best_of_all(self, surface: ResponseSurface, alone: Mapping) -> None:
        active = alone[ACTIVE]
        low = np.quantile(active, 0.1, axis=1)
        worst = np.sort(active, axis=1)[:, : round(0.25 * DRAWS)].mean(axis=1)
        chance = (alone[FOUNDED] >= 40).mean(axis=1)
        for objective, values in (
            (LowEnd(ACTIVE), low),
            (TailMean(ACTIVE, 0.25), worst),
            (Chance(FOUNDED, 40), chance),
        ):
            assert allocate(surface, objective).best.value == pytest.approx(values.max(), rel=0.01), objective

    def test_regret_across_worlds_is_the_largest_loss_counted_by_hand(
        self, draws: CommonDraws, surface: ResponseSurface
    ) -> None:
        fund = FixedFund(Bounds(Fraction(2, 5)), COARSE_PARTS)
        storms = replace(surface.scenario, world=tiny.world("other", {"phi_capacity_stopping": 0.5}))
        other = build_surface(draws, storms, surface.outcomes, fund)
        found = allocate(surface, LeastRegret(Mean(ACTIVE), (other,)))
        means = np.stack([one.of(ACTIVE).mean(axis=1, dtype=float) for one in (surface, other)])
        kept = np.unique(surface.splits.vnd, axis=0, return_index=True)[1]
        regret = (means[:, kept].max(axis=1, keepdims=True) - means).max(axis=0)
        assert -found.best.value == pytest.approx(regret[kept].min())

    def test_several_goals_lie_between_the_goals_alone(self, surface: ResponseSurface) -> None:
        rows = np.arange(len(surface.splits))
        both = allocate(surface, weighted(surface, {ACTIVE: 1, INCOME: 1}, rows))
        mean = {one: surface.of(one).mean(axis=1, dtype=float) for one in (ACTIVE, INCOME)}
        alone = {one: allocate(surface, Mean(one)).best.row for one in (ACTIVE, INCOME)}
        for mine, others in ((ACTIVE, INCOME), (INCOME, ACTIVE)):
            assert mean[mine][alone[others]] <= mean[mine][both.best.row] <= mean[mine][alone[mine]]


class TestLimits:
    """Money and limits hold to the đồng, and a limit that holds the best back is named."""

    def test_locks_floors_and_caps_hold_in_every_year(self, draws: CommonDraws) -> None:
        bounds = Bounds(
            None, {"survey"}, floors={"capacity": 4 * tiny.BILLION}, caps={"establishment": 5 * tiny.BILLION}
        )
        scenario = tiny.scenario(years=YEARS)
        found = allocate(
            build_surface(draws, scenario, [ACTIVE], FixedFund(bounds, COARSE_PARTS)), Mean(ACTIVE), bounds
        )
        years = tuple(range(2024, LAST + 1))
        for year in years:
            assert found.plan_of_best.line_budget("survey", year) == scenario.plan.line_budget("survey", year)
            assert found.plan_of_best.line_budget("capacity", year) >= 4 * tiny.BILLION
            assert found.plan_of_best.line_budget("establishment", year) <= 5 * tiny.BILLION
            assert found.plan_of_best.annual_budget(year) == tiny.FUND
        assert violations(found.plan_of_best, scenario.plan, bounds, years) == []
        assert {(one.line, one.kind) for one in found.binding} >= {("survey", "lock"), ("establishment", "cap")}

    def test_a_line_on_its_limit_is_flagged_and_one_that_is_free_is_not(self, draws: CommonDraws) -> None:
        scenario = world_of(phi_establishment_founding=0.4)
        tight = Bounds(Fraction(1, 5))
        found = allocate(build_surface(draws, scenario, [ACTIVE], FixedFund(tight, COARSE_PARTS)), Mean(ACTIVE), tight)
        assert ("establishment", "within") in {(one.line, one.kind) for one in found.binding}
        loose = allocate(build_surface(draws, market_and_capacity(0.2, 0.2), [AVERAGE], COARSE), Mean(AVERAGE))
        assert loose.binding == ()

    def test_the_recount_catches_a_missing_dong_a_broken_cap_and_a_moved_lock(self) -> None:
        plan, years = tiny.plan(), (2024,)
        bounds = Bounds(Fraction(3, 10), {"survey"}, caps={"market": 4 * tiny.BILLION})

        def moved(**by: int):
            lines = {line: {2024: plan.line_budget(line, 2024) + by.get(line, 0)} for line in LINES}
            return replace(plan, lines=lines)

        assert violations(plan, plan, bounds, years) == []
        assert violations(moved(market=-1), plan, bounds, years) == ["money of 2024"]
        assert violations(moved(market=3 * 10**8, capacity=-3 * 10**8), plan, bounds, years) == []
        assert violations(moved(market=4 * 10**8, capacity=-4 * 10**8), plan, bounds, years) == ["market of 2024"]
        assert violations(moved(survey=1, capacity=-1), plan, bounds, years) == ["lock of survey in 2024"]
        assert "change of establishment" in violations(
            moved(establishment=10**9, capacity=-(10**9)), plan, bounds, years
        )


class TestWinnersCurse:
    """The best of many is partly the luckiest of many."""

    def test_a_gain_that_is_only_luck_vanishes_on_unseen_draws(self, draws: CommonDraws) -> None:
        surface = build_surface(draws, world_of(), [ACTIVE], COARSE)
        noise = np.random.default_rng(0).normal(0.0, 30.0, surface.values.shape).astype(np.float32)
        lucky = replace(surface, values=surface.values + noise)
        found = allocate(lucky, Mean(ACTIVE))
        later = common_draws(tiny.province(), tiny.register(), draws=DRAWS, seed=SEED, horizon=LAST, first_block=1)
        again = held_out(later, found)
        assert again.in_sample.value > 2 * again.in_sample.error
        assert again.out_of_sample.value == 0 and not again.holds

    def test_a_gain_that_is_there_stays(self, draws: CommonDraws) -> None:
        found = allocate(build_surface(draws, world_of(phi_establishment_founding=0.4), [ACTIVE], COARSE), Mean(ACTIVE))
        later = common_draws(tiny.province(), tiny.register(), draws=512, seed=SEED, horizon=LAST, first_block=1)
        again = held_out(later, found)
        gain = again.in_sample
        assert again.holds and again.out_of_sample.value == pytest.approx(gain.value, abs=4 * gain.error)


class TestAttribution:
    """Contributions of the four lines, whatever their order."""

    OUTCOMES = (FOUNDED, ACTIVE, AVERAGE, TOTAL, INCOME)

    def test_the_parts_add_up_to_the_total_on_every_draw_to_the_last_bit(self, draws: CommonDraws) -> None:
        found = attribute(draws, tiny.scenario(years=YEARS), self.OUTCOMES)
        assert found.total[:4].any(axis=1).all()
        np.testing.assert_array_equal(found.scaled.sum(axis=1), WEIGHTS_DENOMINATOR * found.total)

    def test_a_line_that_does_nothing_contributes_exactly_nothing(self, draws: CommonDraws) -> None:
        found = attribute(draws, world_of(phi_establishment_founding=0.4), [ACTIVE])
        for line in ("capacity", "market", "survey"):
            assert found.contribution(ACTIVE, line).identical
        assert found.contribution(ACTIVE, "establishment") == found.whole(ACTIVE)

    def test_two_lines_that_only_work_together_share_the_credit(self, draws: CommonDraws) -> None:
        """With full aiming, establishment does nothing without surveys: m = h(u_survey), 0 or 1 at the reference."""
        scenario = world_of(phi_establishment_founding=0.4, targeting_gain=1.0)
        found = attribute(draws, scenario, [FOUNDED])
        line, survey = (found.contribution(FOUNDED, name).mean for name in ("establishment", "survey"))
        assert line == survey > 0

    def test_the_negative_control_each_line_taken_away_alone_does_not_add_up(self, draws: CommonDraws) -> None:
        scenario = world_of(phi_establishment_founding=0.4, targeting_gain=1.0)
        result = run(
            tiny.province(),
            tiny.register(),
            [
                scenario,
                replace(scenario, slug="none", plan=tiny.plan("none", {})),
                *(
                    replace(scenario, slug=line, plan=tiny.plan(line, {**tiny.times(1.0), line: 0.0}))
                    for line in ("establishment", "survey")
                ),
            ],
            draws=DRAWS,
            seed=SEED,
        )
        first = {slug: result.series(slug, "htx_founded")[0, -1] for slug in result.scenarios}
        whole = first["reference"] - first["none"]
        alone = sum(first["reference"] - first[line] for line in ("establishment", "survey"))
        assert (alone.mean() - whole.mean()) > 1


class TestSeeking:
    """Least money for a target, checked by projecting what was found."""

    @pytest.mark.parametrize("probability", [0.3, 0.5])
    def test_the_money_found_reaches_the_target_and_a_little_less_does_not(
        self, draws: CommonDraws, probability: float
    ) -> None:
        scenario = world_of(phi_establishment_founding=0.4)
        found = seek(draws, scenario, Chance(FOUNDED, 40), FlexibleFund(probability))
        assert found.reachable and found.monotone and found.low <= found.multiple <= found.high
        less = scaled(scenario.plan, range(2024, LAST + 1), found.multiple - 0.01)
        plans = [replace(scenario, slug=slug, plan=plan) for slug, plan in (("enough", found.plan), ("less", less))]
        result = run(tiny.province(), tiny.register(), plans, draws=DRAWS, seed=SEED)
        reached = {slug: (result.series(slug, "htx_founded")[0, -1] >= 40).mean() for slug in ("enough", "less")}
        assert reached["enough"] >= probability > reached["less"]

    def test_what_no_money_within_the_range_reaches_is_said_so(self, draws: CommonDraws) -> None:
        found = seek(draws, world_of(), Chance(FOUNDED, 400))
        assert not found.reachable and found.plan is None and np.isnan(found.multiple)

    def test_what_needs_no_money_costs_nothing(self, draws: CommonDraws) -> None:
        found = seek(draws, world_of(), Chance(FOUNDED, 5))
        assert found.multiple == 0 and found.plan.annual_budget(2024) == 0

    def test_a_figure_that_money_lowers_is_not_called_reachable_by_more(self, draws: CommonDraws) -> None:
        scenario = world_of(phi_establishment_founding=0.8, doubling_return_establishment=0.9)
        without = run(
            tiny.province(), tiny.register(), [replace(scenario, plan=tiny.plan("none", {}))], draws=DRAWS, seed=SEED
        )
        median = float(np.median(without.series("reference", "htx_revenue", "real_2023")[-1, -1]))
        found = seek(draws, scenario, Chance(AVERAGE, median))
        assert not found.monotone and not found.reachable

    def test_a_fall_is_told_when_the_draws_can_tell_it_and_only_then(self) -> None:
        rng = np.random.default_rng(SEED)
        luck = rng.normal(size=2048)
        rising = np.linspace(0, 1, 31)[:, None] + luck
        assert not _falls(rising, np.inf)
        noisy = np.linspace(0, 0.1, 31)[:, None] + luck + rng.normal(size=(31, 2048)) * 0.6
        assert (np.diff(noisy.mean(axis=-1)) < 0).any() and not _falls(noisy, np.inf), "a few draws' noise is no fall"
        slow = np.linspace(0, -0.3, 31)[:, None] + luck + rng.normal(size=(31, 2048))
        assert _falls(slow, np.inf), "lost between neighbours, plain from one end to the other"
        assert _falls(np.array([[0.0, 0.0], [-1e-6, -1e-6]]), np.inf), "a fall on every draw is sure"

    def test_a_plan_breaks_even_with_itself_at_its_own_money(self, draws: CommonDraws) -> None:
        scenario = tiny.scenario(years=YEARS)
        found = break_even(draws, scenario, scenario, ACTIVE)
        assert found.multiple == pytest.approx(1.0, abs=0.01)

    def test_a_plan_without_effect_never_catches_up(self, draws: CommonDraws) -> None:
        scenario = world_of(phi_establishment_founding=0.4)
        idle = replace(scenario, plan=tiny.plan("idle", {"market": 12.3}))
        assert not break_even(draws, idle, scenario, ACTIVE).reachable
