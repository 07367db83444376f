"""What every HTX earns, what joining and leaving does to the average, and shocks that hit them all."""

from __future__ import annotations

import numpy as np
import pytest

from sim.domain import NOMINAL, REAL
from sim.ensemble import Result, run
from tests.support import oracle, tiny
from tests.support.runs import mean_gain, run_one, run_plans, values

NO_NOISE = {"discrepancy_revenue": 0.0, "discrepancy_income": 0.0, "discrepancy_tht": 0.0}
NOBODY_MOVES = {"foundings_reference": 0.0, "stopping_rate": 0.0, "reactivation_rate": 0.0, "dissolution_rate": 0.0}
#: Reference funding without any effect: common growth is then the register's own.
NO_EFFECT = {
    "effect_capacity_revenue": 0.0, "effect_market_revenue": 0.0, "phi_establishment_founding": 0.0,
    "phi_establishment_reactivation": 0.0, "phi_capacity_stopping": 0.0, "phi_survey_dissolution": 0.0,
}  # fmt: skip
FLOWS = ("htx_founded", "htx_stopped", "htx_reactivated", "htx_dissolved")


@pytest.mark.parametrize("strata", [1, 3])
def test_the_arrays_follow_the_page_of_the_model_on_every_draw(strata: int) -> None:
    draws = 24
    register = tiny.register({**NO_NOISE, "stopping_rate": (0.02, 0.08, 0.3), "foundings_reference": (5, 20, 60)})
    ran = run_one(register, tiny.scenario(money=tiny.times(1.7)), province=tiny.province(strata), draws=draws)
    for draw in range(draws):
        for area in range(strata):
            _assert_follows_the_page(ran, area, draw, strata)


def _assert_follows_the_page(ran: Result, area: int, draw: int, strata: int) -> None:
    scenario = ran.scenarios[0]

    def series(indicator: str) -> np.ndarray:
        return ran.series(scenario, indicator, REAL)[:, area, draw]

    p = {key: float(value[draw]) for key, value in ran.runs[0].parameters.items()}
    base = {
        name: float(figures[area, 0]) for name, figures in ran.base_stocks(scenario).items() if name != "htx_workers"
    }
    active, inactive = base["htx_active"], base["htx_registered"] - base["htx_active"]
    start = oracle.Htx(
        active,
        inactive,
        base["htx_members"],
        float(ran.base_values(scenario, "htx_workers")[area, draw]),
        base["htx_revenue"],
        oracle.start_missing(active, inactive, base["htx_revenue"], 1 / strata, p),
        base["htx_worker_income"],
    )
    entered = series("htx_active") - np.concatenate([[active], series("htx_active")[:-1]])
    entered = entered + series("htx_stopped") - series("htx_reactivated")
    flows = [
        {**{name: float(series(name)[year]) for name in FLOWS}, "htx_founded_active": float(entered[year])}
        for year in range(len(entered))
    ]
    common = 1.0 + series("htx_like_for_like") / 100.0
    years = oracle.path(start, flows, [(float(g), float(np.log(g))) for g in common], p)
    for indicator, name in (
        ("htx_active", "active"), ("htx_inactive", "inactive"), ("htx_members", "members"), ("htx_workers", "workers"),
        ("htx_revenue", "average"), ("htx_worker_income", "income"),
    ):  # fmt: skip
        np.testing.assert_allclose(
            series(indicator), [getattr(year, name) for year in years], rtol=2e-5, err_msg=indicator
        )
    for indicator, name in (
        ("htx_catch_up", "catch_up"),
        ("htx_composition", "composition"),
        ("htx_income_like_for_like", "income_like_for_like"),
    ):
        expected = [100.0 * getattr(year, name) for year in years]
        np.testing.assert_allclose(series(indicator), expected, atol=2e-3, err_msg=indicator)


def test_without_any_uncertainty_or_movement_revenue_grows_at_the_stated_rate() -> None:
    register = tiny.certain_register({**NO_NOISE, **NOBODY_MOVES, **NO_EFFECT, "revenue_growth_reference": 0.035})
    ran = run_one(register, draws=4)
    years = np.arange(1, 8)
    path = 895.0 * np.exp(0.035 * years)
    np.testing.assert_allclose(values(ran, "htx_revenue")[:, 0], path, rtol=1e-6)
    np.testing.assert_allclose(values(ran, "htx_revenue_total")[:, 0], 405 * path / 1000, rtol=1e-6)
    np.testing.assert_allclose(values(ran, "htx_profit")[:, 0], 0.12 * path, rtol=1e-6)
    np.testing.assert_allclose(values(ran, "htx_like_for_like")[:, 0], 100 * np.expm1(0.035), rtol=1e-5)
    np.testing.assert_allclose(values(ran, "htx_composition")[:, 0], 0.0, atol=1e-4)
    np.testing.assert_allclose(values(ran, "htx_catch_up")[:, 0], 0.0, atol=1e-9)


def test_income_follows_its_trend_and_its_share_of_revenue_growth() -> None:
    settled = {**NO_NOISE, **NOBODY_MOVES, **NO_EFFECT, "revenue_growth_reference": 0.04, "income_trend": 0.01}
    ran = run_one(tiny.certain_register({**settled, "income_pass_through": 0.5}), draws=4)
    np.testing.assert_allclose(values(ran, "htx_worker_income")[:, 0], 48 * np.exp(0.03 * np.arange(1, 8)), rtol=1e-6)


def test_support_lifts_revenue_by_a_level_worked_out_by_hand() -> None:
    quiet = {**NO_NOISE, **NOBODY_MOVES, **NO_EFFECT, **tiny.AT_REFERENCE, "targeting_gain": 0.0}
    strong = {"coverage_market_revenue": 0.1, "effect_market_revenue": 0.03, "persistence_market": 0.4}
    ran = run(
        tiny.province(),
        tiny.certain_register({**quiet, **strong}),
        [
            tiny.scenario("reference", real=True, years=30),
            tiny.scenario("none", tiny.times(0, "market"), real=True, years=30),
        ],
        draws=2,
        seed=1,
    )
    lost = values(ran, "htx_revenue", "none")[:, 0] / values(ran, "htx_revenue", "reference")[:, 0]
    level = 0.1 * 0.03 / 0.6
    np.testing.assert_allclose(lost, np.exp(-level * (1 - 0.4 ** np.arange(1, 31))), rtol=1e-5)


def test_newcomers_lower_the_average_while_every_htx_grows() -> None:
    wave = {
        **NO_NOISE,
        **NO_EFFECT,
        "foundings_reference": 110.0,
        "revenue_growth_reference": 0.04,
        "relative_revenue_new": 0.2,
    }
    ran = run_one(tiny.certain_register(wave), tiny.scenario(years=1))
    assert (values(ran, "htx_like_for_like")[0] > 3.9).all()
    assert (values(ran, "htx_composition")[0] < 0).all()
    assert (values(ran, "htx_revenue")[0] < 895.0).mean() > 0.9
    assert (values(ran, "htx_revenue_total")[0] > 405 * 0.895).all()


def test_newcomers_as_large_as_the_others_change_no_average() -> None:
    alike = {f"relative_revenue_{who}": 1.0 for who in ("new", "reactivated", "stopped")}
    ran = run_one(tiny.certain_register({**NO_NOISE, **NO_EFFECT, **alike}))
    np.testing.assert_allclose(values(ran, "htx_composition"), 0.0, atol=2e-4)
    np.testing.assert_allclose(values(ran, "htx_catch_up"), 0.0, atol=2e-4)


def test_the_faster_newcomers_catch_up_the_more_the_sector_earns() -> None:
    base = {**NO_NOISE, **NO_EFFECT, "revenue_growth_reference": 0.0}
    slow, fast = (
        run_one(tiny.certain_register({**base, "newcomer_catch_up": speed}), draws=64) for speed in (0.05, 0.5)
    )
    np.testing.assert_array_equal(values(slow, "htx_active"), values(fast, "htx_active"))
    earned = [values(ran, "htx_revenue_total").mean(axis=1) for ran in (slow, fast)]
    assert (earned[1] > earned[0]).all()
    assert (values(fast, "htx_catch_up")[0] > values(slow, "htx_catch_up")[0]).all()


def test_an_area_that_lost_its_last_htx_keeps_the_common_path() -> None:
    ending = {**NO_NOISE, **NO_EFFECT, "stopping_rate": 1.0, "foundings_reference": 0.0, "reactivation_rate": 0.0}
    ran = run_one(tiny.certain_register({**ending, "revenue_growth_reference": 0.02}), draws=8)
    assert (values(ran, "htx_active") == 0).all()
    np.testing.assert_allclose(values(ran, "htx_revenue")[-1], 895 * np.exp(0.02 * 7), rtol=1e-5)
    assert (values(ran, "htx_revenue_total") == 0).all()
    assert np.isfinite(values(ran, "htx_worker_income")).all()
    np.testing.assert_allclose(values(ran, "htx_composition"), 0.0, atol=1e-3)


class TestPrices:
    """Everything is kept in 2023 đồng and shown nominal."""

    def test_nominal_money_is_real_money_times_the_price_index(self) -> None:
        ran = run_one(tiny.certain_register({"inflation": 0.05}), draws=16)
        prices = 1.05 ** np.arange(1, 8)[:, None]
        for indicator in (
            "htx_revenue",
            "htx_profit",
            "htx_worker_income",
            "htx_revenue_total",
            "tht_revenue",
            "tht_profit",
        ):
            nominal, real = values(ran, indicator, basis=NOMINAL), values(ran, indicator, basis=REAL)
            np.testing.assert_allclose(nominal, real * prices, rtol=1e-6)

    def test_inflation_belongs_to_like_for_like_growth(self) -> None:
        settled = {**NO_NOISE, **NOBODY_MOVES, **NO_EFFECT, "inflation": 0.05, "revenue_growth_reference": 0.0}
        ran = run_one(tiny.certain_register(settled), draws=4)
        np.testing.assert_allclose(values(ran, "htx_like_for_like", basis=NOMINAL), 5.0, atol=1e-4)
        np.testing.assert_allclose(values(ran, "htx_like_for_like", basis=REAL), 0.0, atol=1e-4)

    def test_each_draw_has_one_inflation_rate(self, result: Result) -> None:
        prices = result.run_of("reference").prices
        np.testing.assert_allclose(prices[1:] / prices[:-1], np.broadcast_to(prices[0], prices[1:].shape), rtol=1e-6)


class TestShocks:
    """A common shock moves every scenario alike, and the central path keeps its mean."""

    SETTLED = {**NO_NOISE, **NOBODY_MOVES, **NO_EFFECT, "revenue_growth_reference": 0.0}
    SHOCKED = {
        **SETTLED,
        "revenue_volatility": 0.05,
        "disaster_probability": 0.2,
        "disaster_loss": 0.15,
        "shock_recovery": 0.0,
    }

    def revenue(
        self, changes: dict[str, float], restated: dict[str, float] | None = None, *, years: int = 7
    ) -> np.ndarray:
        scenario = tiny.scenario(years=years, under=tiny.world("stated", restated))
        return values(run_one(tiny.certain_register(changes), scenario, draws=16_384), "htx_revenue") / 895.0

    def test_shocks_and_disasters_do_not_move_the_mean_of_the_calibrated_path(self) -> None:
        revenue = self.revenue(self.SHOCKED)
        error = revenue.std(axis=1) / np.sqrt(revenue.shape[1])
        assert (np.abs(revenue.mean(axis=1) - 1.0) < 4 * error).all()
        assert revenue.std(axis=1)[-1] > 0.1

    def test_a_year_without_disaster_is_better_than_the_mean_and_one_with_it_worse(self) -> None:
        growth = self.revenue({**self.SHOCKED, "revenue_volatility": 0.0}, years=1)[0]
        lucky, hit = 1 / (1 - 0.2 * 0.15), (1 - 0.15) / (1 - 0.2 * 0.15)
        assert np.abs(growth[:, None] - [lucky, hit]).min(axis=1).max() < 1e-5
        assert (growth < 1).mean() == pytest.approx(0.2, abs=0.01)

    def test_doubling_the_disaster_probability_lowers_mean_revenue(self) -> None:
        usual, doubled = self.revenue(self.SHOCKED), self.revenue(self.SHOCKED, {"disaster_probability": 0.4})
        assert (doubled.mean(axis=1) < usual.mean(axis=1)).all()
        expected = (1 - 0.4 * 0.15) / (1 - 0.2 * 0.15)
        np.testing.assert_allclose(doubled.mean(axis=1), expected ** np.arange(1, 8), rtol=0.01)
        assert (doubled <= usual * (1 + 1e-6)).all()

    def test_heavier_losses_lower_mean_revenue(self) -> None:
        assert self.revenue(self.SHOCKED, {"disaster_loss": 0.3}).mean() < self.revenue(self.SHOCKED).mean()

    def test_a_wilder_world_is_measured_against_the_calibrated_correction(self) -> None:
        wild = self.revenue({**self.SETTLED, "revenue_volatility": 0.05}, {"revenue_volatility": 0.2}, years=1)[0]
        error = wild.std() / np.sqrt(wild.size)
        assert wild.mean() == pytest.approx(np.exp((0.2**2 - 0.05**2) / 2), abs=4 * error)
        assert wild.mean() > 1 + 4 * error

    def test_a_full_recovery_undoes_a_disaster_the_year_after(self) -> None:
        recovering = {**self.SHOCKED, "revenue_volatility": 0.0, "shock_recovery": 1.0}
        path = self.revenue(recovering, years=3)
        per_year = (1 - 0.2 * 0.15), 1 + 0.2 * (1 / 0.85 - 1)
        # Whatever happened before, only a disaster of the last year is still felt.
        for year in range(3):
            undisturbed = 1.0 / (per_year[0] ** (year + 1) * per_year[1] ** year)
            felt = path[year] / undisturbed
            assert np.minimum(np.abs(felt - 1.0), np.abs(felt - 0.85)).max() < 1e-5

    def test_a_disaster_that_never_heals_stays_in_the_level(self) -> None:
        path = self.revenue({**self.SHOCKED, "revenue_volatility": 0.0}, years=2)
        first, growth = path[0], path[1] / path[0]
        assert abs(np.corrcoef(first, growth)[0, 1]) < 0.05

    def test_with_no_spread_and_no_disaster_there_is_no_shock_at_all(self) -> None:
        np.testing.assert_allclose(self.revenue(self.SETTLED), 1.0, rtol=1e-6)

    def test_shocks_cancel_in_a_paired_comparison(self) -> None:
        changes = {**self.SHOCKED, "effect_market_revenue": 0.03, "disaster_loss": 0.5}
        ran = run_plans(tiny.certain_register(changes), {"none": {}, "more": tiny.times(2.0)}, draws=1024)
        ratio = values(ran, "htx_revenue", "more") / values(ran, "htx_revenue", "none")
        assert ratio.std(axis=1).max() < 1e-6 < values(ran, "htx_revenue", "none").std(axis=1).min()

    def test_half_of_the_shock_reaches_the_cooperative_groups(self) -> None:
        ran = run_one(tiny.certain_register({**self.SHOCKED, "tht_revenue_growth": 0.0}))
        groups, htx = np.log(values(ran, "tht_revenue") / 216), np.log(values(ran, "htx_revenue") / 895)
        np.testing.assert_allclose(groups, 0.5 * htx, atol=1e-5)


class TestDiscrepancy:
    """What the model leaves out: a walk on averages only, of mean one, that cancels in pairs."""

    NOISY = {**TestShocks.SETTLED, "discrepancy_revenue": 0.1}

    def test_it_has_mean_one_and_grows_with_the_root_of_time(self) -> None:
        revenue = values(run_one(tiny.certain_register(self.NOISY), draws=16_384), "htx_revenue") / 895
        error = revenue.std(axis=1) / np.sqrt(revenue.shape[1])
        assert (np.abs(revenue.mean(axis=1) - 1.0) < 4 * error).all()
        np.testing.assert_allclose(np.log(revenue).std(axis=1), 0.1 * np.sqrt(np.arange(1, 8)), rtol=0.05)

    def test_profit_and_total_carry_the_walk_of_revenue(self) -> None:
        ran = run_one(tiny.certain_register(self.NOISY), draws=64)
        revenue = values(ran, "htx_revenue")
        np.testing.assert_allclose(values(ran, "htx_profit"), 0.12 * revenue, rtol=1e-6)
        np.testing.assert_allclose(
            values(ran, "htx_revenue_total"), revenue * values(ran, "htx_active") / 1000, rtol=1e-12
        )

    def test_it_never_touches_counts_nor_the_decomposition(self) -> None:
        plain, noisy = (
            run_one(tiny.register({**NO_NOISE, "discrepancy_revenue": spread}), draws=64) for spread in (0.0, 0.2)
        )
        for indicator in (
            "htx_active",
            "htx_founded",
            "htx_members",
            "htx_workers",
            "htx_composition",
            "htx_like_for_like",
        ):
            np.testing.assert_array_equal(values(plain, indicator), values(noisy, indicator))
        assert (values(plain, "htx_revenue") != values(noisy, "htx_revenue")).all()

    def test_income_and_groups_have_walks_of_their_own(self) -> None:
        ran = run_one(
            tiny.certain_register({**TestShocks.SETTLED, "discrepancy_income": 0.1, "discrepancy_tht": 0.1}), draws=4096
        )
        walks = [np.log(values(ran, name)[0]) for name in ("htx_worker_income", "tht_revenue")]
        assert abs(np.corrcoef(*walks)[0, 1]) < 0.05
        np.testing.assert_allclose(values(ran, "htx_revenue"), 895, rtol=1e-6)


def test_stopping_all_support_raises_the_average_while_the_total_falls(result: Result) -> None:
    """The composition story: fewer small newcomers flatter the average, and the sector is smaller."""
    average, error = mean_gain(result, "none", "reference", "htx_revenue")
    total, total_error = mean_gain(result, "none", "reference", "htx_revenue_total")
    active, _ = mean_gain(result, "none", "reference", "htx_active")
    assert average > 3 * error
    assert total < -3 * total_error
    assert active < 0
    like_for_like = [mean_gain(result, "none", "reference", "htx_like_for_like", year)[0] for year in range(2)]
    composition = [mean_gain(result, "none", "reference", "htx_composition", year)[0] for year in range(2)]
    assert max(like_for_like) < 0 < min(composition)
