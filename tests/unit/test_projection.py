"""Whole projections: what more money does and does not do, and what equal plans must give."""

from __future__ import annotations

import numpy as np
import pytest

from sim.domain import INDICATORS, price_bases
from sim.ensemble import Result, run
from tests.support import tiny
from tests.support.runs import SEED, mean_gain, run_one, run_plans, values

#: How many Monte Carlo errors a sign must clear.
CLEAR = 3.0
RAISING_LINES = ("establishment", "capacity", "market")
COUNTS = tuple(indicator.id for indicator in INDICATORS if indicator.count)


def all_series(result: Result, scenario: str) -> dict[tuple[str, str], np.ndarray]:
    """Every published series of one scenario."""
    return {
        (indicator.id, basis): result.series(scenario, indicator.id, basis)
        for indicator in INDICATORS
        for basis in price_bases(indicator)
    }


def assert_identical(first: dict[tuple[str, str], np.ndarray], second: dict[tuple[str, str], np.ndarray]) -> None:
    for key, numbers in first.items():
        np.testing.assert_array_equal(numbers, second[key], err_msg=str(key))


def test_two_equal_plans_differ_by_exactly_nothing() -> None:
    ran = run_plans(tiny.register(), {"one": tiny.times(1.3), "same": tiny.times(1.3)}, draws=700)
    assert_identical(all_series(ran, "one"), all_series(ran, "same"))


def test_the_reference_plan_at_reference_funding_is_the_calibrated_path() -> None:
    """With no effect of any line, money does not matter; with every effect, only reference money is neutral."""
    effects = {key: 0.0 for key in tiny.ASSUMPTIONS if key.startswith(("phi_", "effect_"))} | {"targeting_gain": 0.0}
    neutral = run_one(tiny.register({**tiny.AT_REFERENCE, **effects}), tiny.scenario(real=True))
    acting = run_one(tiny.register(tiny.AT_REFERENCE), tiny.scenario(real=True))
    for indicator in COUNTS:
        np.testing.assert_array_equal(values(neutral, indicator), values(acting, indicator), err_msg=indicator)
    for indicator in ("htx_revenue", "htx_worker_income", "htx_revenue_total"):
        np.testing.assert_allclose(values(neutral, indicator), values(acting, indicator), rtol=1e-5)
    np.testing.assert_allclose(acting.runs[0].spending, 1.0, rtol=1e-6)


@pytest.mark.parametrize("line", RAISING_LINES)
@pytest.mark.parametrize("indicator", ["htx_active", "htx_revenue_total"])
def test_more_money_for_a_line_never_lowers_mean_active_htx_or_total_revenue(
    result: Result, line: str, indicator: str
) -> None:
    for year in range(7):
        gain, error = mean_gain(result, f"more-{line}", "reference", indicator, year)
        assert gain >= -CLEAR * error
    final, error = mean_gain(result, f"more-{line}", "reference", indicator)
    assert final >= CLEAR * error if (line, indicator) != ("market", "htx_active") else final == 0


@pytest.mark.parametrize("line", RAISING_LINES)
def test_each_further_doubling_of_a_line_adds_and_adds_less(line: str, register) -> None:
    ran = run_plans(register, {f"x{k}": tiny.times(float(k), line) for k in (0, 1, 2, 3)}, draws=2048)
    total = [values(ran, "htx_revenue_total", f"x{k}")[-1].mean() for k in (0, 1, 2, 3)]
    gains = np.diff(total)
    assert (gains > 0).all() and (np.diff(gains) < 0).all()


def test_money_moved_to_a_saturated_line_lowers_what_the_sector_earns() -> None:
    saturated = tiny.register({"doubling_return_market": 0.05, "doubling_return_establishment": 0.8})
    even = tiny.times(1.0)
    moved = even | {"market": even["market"] + 3.0, "establishment": even["establishment"] - 3.0}
    ran = run_plans(saturated, {"even": even, "moved": moved}, draws=2048)
    gain, error = mean_gain(ran, "moved", "even", "htx_revenue_total")
    assert gain < -CLEAR * error


def test_survey_near_reference_funding_of_the_others_keeps_active_htx_up(result: Result) -> None:
    gain, error = mean_gain(result, "more-survey", "reference", "htx_active")
    assert gain > -CLEAR * error
    cleaned, error = mean_gain(result, "more-survey", "reference", "htx_inactive")
    assert cleaned < -CLEAR * error


def test_survey_alone_cleans_up_the_pool_that_reactivation_draws_from(register) -> None:
    ran = run_plans(register, {"none": {}, "survey": {"survey": 12.3}}, draws=2048)
    lost, error = mean_gain(ran, "survey", "none", "htx_active")
    assert lost < -CLEAR * error
    dissolved, error = mean_gain(ran, "survey", "none", "htx_dissolved", 0)
    assert dissolved > CLEAR * error


def test_registered_htx_are_not_monotone_in_money(result: Result, register) -> None:
    """Survey money dissolves dead HTX and shortens the register, establishment money lengthens it."""
    ran = run_plans(register, {"none": {}, "survey": {"survey": 12.3}}, draws=2048)
    gain, error = mean_gain(ran, "survey", "none", "htx_registered")
    assert gain < -CLEAR * error
    gain, error = mean_gain(result, "more-establishment", "reference", "htx_registered")
    assert gain > CLEAR * error


def test_average_revenue_is_not_monotone_in_money(result: Result) -> None:
    """Establishment money brings small newcomers, market money lifts all."""
    gain, error = mean_gain(result, "more-establishment", "reference", "htx_revenue")
    assert gain < -CLEAR * error
    gain, error = mean_gain(result, "more-market", "reference", "htx_revenue")
    assert gain > CLEAR * error


def test_market_money_moves_no_htx_and_capacity_money_stops_fewer(result: Result) -> None:
    for indicator in ("htx_active", "htx_founded", "htx_stopped", "htx_dissolved"):
        np.testing.assert_array_equal(values(result, indicator, "more-market"), values(result, indicator, "reference"))
    stopped = values(result, "htx_stopped", "more-capacity")[0] - values(result, "htx_stopped", "reference")[0]
    assert (stopped <= 0).all() and (stopped < 0).any()


def test_in_the_first_year_more_establishment_money_never_founds_fewer_on_any_draw(result: Result) -> None:
    none, reference, more = (
        values(result, "htx_founded", slug)[0] for slug in ("none", "reference", "more-establishment")
    )
    assert (none <= reference).all() and (reference <= more).all()


def test_a_small_change_of_money_shows_through_the_noise() -> None:
    """One per cent more for everything: the paired error is a small part of the unpaired one."""
    ran = run_plans(tiny.register(), {"now": tiny.times(1.0), "slightly-more": tiny.times(1.01)}, draws=4096)
    paired = (values(ran, "htx_active", "slightly-more") - values(ran, "htx_active", "now"))[-1]
    assert paired.mean() > 0
    assert paired.var() < 0.002 * 2 * values(ran, "htx_active", "now")[-1].var()


def test_an_independent_seed_would_drown_that_change() -> None:
    province, register = tiny.province(), tiny.register()
    now = run(province, register, [tiny.scenario("now", tiny.times(1.0))], draws=4096, seed=SEED)
    other = run(province, register, [tiny.scenario("more", tiny.times(1.01))], draws=4096, seed=SEED + 1)
    unpaired = (values(other, "htx_active") - values(now, "htx_active"))[-1]
    assert unpaired.var() > 0.5 * 2 * values(now, "htx_active")[-1].var()


def test_a_world_changes_what_it_restates_and_leaves_the_luck_alone() -> None:
    worse = tiny.world("worse", {"stopping_rate": (0.05, 0.10, 0.18)})
    scenarios = [tiny.scenario("usual"), tiny.scenario("worse", under=worse)]
    ran = run(tiny.province(), tiny.register(), scenarios, draws=1024, seed=SEED)
    np.testing.assert_array_equal(values(ran, "htx_founded", "usual"), values(ran, "htx_founded", "worse"))
    assert (values(ran, "htx_stopped", "worse")[0] >= values(ran, "htx_stopped", "usual")[0]).all()
    assert values(ran, "htx_active", "worse")[-1].mean() < values(ran, "htx_active", "usual")[-1].mean()


def test_a_world_does_not_rewrite_the_past() -> None:
    """Where newcomers catch up half as fast, what they lacked in 2023 is what they lacked anyway."""
    register = tiny.register({"newcomer_catch_up": 0.2})
    slower = tiny.world("slower", {"newcomer_catch_up": 0.1})
    scenarios = [tiny.scenario("usual"), tiny.scenario("slower", under=slower)]
    ran = run(tiny.province(), register, scenarios, draws=256, seed=SEED)
    usual, slow = (values(ran, "htx_catch_up", slug)[0] for slug in ("usual", "slower"))
    np.testing.assert_allclose(slow, usual / 2, rtol=1e-4)
    assert (values(ran, "htx_revenue_total", "slower")[0] <= values(ran, "htx_revenue_total", "usual")[0]).all()


def test_a_world_that_restates_an_assumption_as_it_is_changes_nothing() -> None:
    same = tiny.world("same", {"stopping_rate": (0.025, 0.05, 0.09), "disaster_loss": (0.03, 0.07, 0.15)})
    ran = run(
        tiny.province(),
        tiny.register(),
        [tiny.scenario("usual"), tiny.scenario("same", under=same)],
        draws=300,
        seed=SEED,
    )
    assert_identical(all_series(ran, "usual"), all_series(ran, "same"))


@pytest.mark.parametrize(
    ("scenarios", "draws", "why"),
    [
        ([], 8, "horizon"),
        ([("a", 3), ("b", 5)], 8, "horizon"),
        ([("a", 3)], 0, "draws"),
        ([("a", 3)], 2**20 + 1, "draws"),
    ],
)
def test_a_run_that_cannot_be_compared_is_refused(scenarios: list[tuple[str, int]], draws: int, why: str) -> None:
    asked = [tiny.scenario(slug, years=years) for slug, years in scenarios]
    with pytest.raises(ValueError, match=why):
        run(tiny.province(), tiny.register(), asked, draws=draws, seed=1)


def test_one_draw_is_enough_to_run() -> None:
    ran = run_one(tiny.register(), draws=1)
    assert values(ran, "htx_active").shape == (7, 1)
    assert ran.summary()["mcse"].eq(0).all()
