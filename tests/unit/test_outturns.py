"""What will be printed: the same error for every scenario, door and length of run, and none where none is owed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.answer import fan, range_of, target_chances
from sim.analysis.compare import difference
from sim.domain import HEADLINE, INDICATOR, INDICATORS, NOMINAL, REAL, Province, price_bases
from sim.ensemble import (
    BLOCK,
    Outcome,
    Posterior,
    Result,
    common_draws,
    evaluate,
    plan_money,
    run,
    stream,
    summary_rows,
)
from tests.support import tiny

SEED, YEARS = 11, 3
RICHER = {"establishment": 8.0}


def posterior(rows: int = 2 * BLOCK) -> Posterior:
    """A sample that knows the true base year: counts off by some, averages by some per cent."""
    rng = np.random.default_rng(2)
    latent = {
        "htx_registered": 502 + rng.integers(-5, 6, rows), "htx_active": 405 + rng.integers(-9, 10, rows),
        "htx_revenue": 895 * np.exp(0.04 * rng.standard_normal(rows)),
        "htx_worker_income": 48 * np.exp(0.04 * rng.standard_normal(rows)),
        "htx_members": 7500 * np.exp(0.02 * rng.standard_normal(rows)),
    }  # fmt: skip
    return Posterior(
        (), np.empty((0, rows), np.float32), {name: values.astype(np.float32) for name, values in latent.items()},
        effective=np.inf, key="",
    )  # fmt: skip


def projected(
    *, draws: int = 600, years: int = YEARS, seed: int = SEED, known: Posterior | None = None, strata: int = 1,
    errors: dict[str, float] | None = None,
) -> Result:  # fmt: skip
    plain = tiny.scenario(years=years)
    richer = replace(plain, slug="richer", plan=tiny.plan("richer", RICHER))
    return run(
        tiny.province(strata), tiny.register(errors), [plain, richer], draws=draws, seed=seed, posterior=known
    )  # fmt: skip


@pytest.fixture(scope="module")
def known() -> Result:
    return projected(known=posterior())


def basis_of(indicator: str) -> str:
    return NOMINAL if INDICATOR[indicator].money else ""


def test_every_scenario_meets_the_same_error(known: Result) -> None:
    """Two plans are then apart in print by what they are apart in the model."""
    for indicator in ("htx_revenue", "htx_members", "htx_worker_income", "tht_revenue"):
        factors = [
            known.printed(slug, indicator, basis_of(indicator)) / known.series(slug, indicator, basis_of(indicator))
            for slug in known.scenarios
        ]
        np.testing.assert_allclose(*factors, rtol=1e-12)
        assert factors[0].std() > 0.02


def test_prices_share_the_error(known: Result) -> None:
    nominal, real = (
        known.printed("reference", "htx_revenue", basis) / known.series("reference", "htx_revenue", basis)
        for basis in (NOMINAL, REAL)
    )
    np.testing.assert_allclose(nominal, real, rtol=1e-12)


def test_a_longer_run_begins_with_the_shorter_one() -> None:
    few, more, later = projected(draws=300), projected(draws=BLOCK + 50), projected(draws=300, years=YEARS + 2)
    for indicator in ("htx_members", "htx_revenue_total", "tht_profit"):
        short = few.printed("reference", indicator, basis_of(indicator))
        np.testing.assert_array_equal(short, more.printed("reference", indicator, basis_of(indicator))[..., :300])
        np.testing.assert_array_equal(short, later.printed("reference", indicator, basis_of(indicator))[:YEARS])


def test_an_indicator_more_or_less_moves_no_others_error() -> None:
    plain, without = projected(), projected(errors={"error_members": 0.0})
    assert not np.array_equal(plain.printed("reference", "htx_members"), without.printed("reference", "htx_members"))
    for indicator in ("htx_revenue", "htx_profit", "htx_workers", "tht_revenue"):
        np.testing.assert_array_equal(
            *(one.printed("reference", indicator, basis_of(indicator)) for one in (plain, without))
        )
    scores = [
        np.log(plain.printed("reference", name, NOMINAL) / plain.series("reference", name, NOMINAL))
        for name in ("htx_revenue", "htx_profit", "htx_worker_income")
    ]
    assert np.abs(np.corrcoef([score.ravel() for score in scores]) - np.eye(3)).max() < 0.1, "each has its own"


def test_without_a_history_counts_are_printed_as_they_are_and_averages_with_their_error_alone() -> None:
    result = projected()
    for indicator in INDICATORS:
        for basis in price_bases(indicator):
            model, printed = (of("reference", indicator.id, basis) for of in (result.series, result.printed))
            if indicator.error:
                spread = float(np.log(printed / model).std())
                assert spread == pytest.approx(tiny.REPORTING[indicator.error], rel=0.1), indicator.id
            elif indicator.id != "htx_revenue_total":
                np.testing.assert_array_equal(model, printed, err_msg=indicator.id)


def test_counts_move_by_what_was_miscounted_and_flows_and_growth_not_at_all(known: Result) -> None:
    latent = posterior().latent
    moved = {
        name: known.printed("reference", name) - known.series("reference", name) for name in latent if "me" not in name
    }
    for name in ("htx_registered", "htx_active"):
        expected = latent[name][: known.draws] - tiny.BASE_FIGURES[name]
        np.testing.assert_array_equal(moved[name], np.broadcast_to(expected, moved[name].shape))
    inactive = known.printed("reference", "htx_registered") - known.printed("reference", "htx_active")
    np.testing.assert_array_equal(known.printed("reference", "htx_inactive"), np.maximum(inactive, 0))
    for indicator in INDICATORS:
        if indicator.flow:
            basis = basis_of(indicator.id)
            np.testing.assert_array_equal(
                known.printed("reference", indicator.id, basis), known.series("reference", indicator.id, basis)
            )


def test_a_printed_total_is_the_printed_average_times_the_printed_count(known: Result) -> None:
    average, active = known.printed("richer", "htx_revenue", NOMINAL), known.printed("richer", "htx_active")
    np.testing.assert_allclose(known.printed("richer", "htx_revenue_total", NOMINAL), average * active / 1000)


def test_means_and_differences_stay_the_models(known: Result) -> None:
    exact = projected(errors=dict.fromkeys(tiny.REPORTING, 0.0))
    for indicator in HEADLINE:
        basis, last = basis_of(indicator), known.years[-1]
        ours, theirs = (range_of(known, slug, indicator, last, basis) for slug in ("richer", "reference"))
        model = range_of(exact, "richer", indicator, last, basis)
        assert ours.p90 - ours.p10 > model.p90 - model.p10 and ours.mean == pytest.approx(model.mean, rel=1e-12)
        change = difference(known, "reference", "richer", indicator, year=last, price_basis=basis)
        assert ours.mean - theirs.mean == pytest.approx(change.mean, rel=1e-9)
        assert change == difference(exact, "reference", "richer", indicator, year=last, price_basis=basis)


def test_the_base_year_is_printed_already(known: Result) -> None:
    table = known.summary()
    base = table[table.year == tiny.BASE_YEAR]
    certain = base[base.indicator != "htx_workers"]
    assert (certain.p10 == certain.p90).all() and (certain["mean"] == certain.p10).all()
    workers = base[base.indicator == "htx_workers"].iloc[0]
    assert workers.p10 < workers.p90


def test_every_door_tells_one_range(known: Result) -> None:
    """Summary rows, pages, plans side by side, and very many draws block by block."""
    last, rows = known.years[-1], {row[:2] + row[3:6:2]: row[6:] for row in summary_rows(known)}
    draws = common_draws(
        known.province, known.register, draws=known.draws, seed=SEED, horizon=last, posterior=posterior()
    )
    scenario = known.run_of("richer").scenario
    money = plan_money(scenario.plan, scenario.years(tiny.BASE_YEAR))[None]
    for indicator in (*HEADLINE, "htx_inactive", "htx_profit"):
        basis = basis_of(indicator)
        found = range_of(known, "richer", indicator, last, basis)
        row = rows["richer", indicator, last, basis]
        assert (found.mean, found.p10, found.p25, found.p50, found.p75, found.p90) == pytest.approx(row[:6], rel=1e-12)
        assert fan(known, "richer", indicator, basis).ranges[-1] == found
        values = evaluate(draws, scenario, money, [Outcome(indicator, last, basis, printed=True)])[0, 0]
        assert np.quantile(values, (0.1, 0.9)) == pytest.approx((found.p10, found.p90), rel=1e-6)


def test_streamed_ranges_are_those_of_kept_draws() -> None:
    draws = BLOCK + 300
    kept = projected(draws=draws, known=posterior())
    scenarios = [one.scenario for one in kept.runs]
    streamed = stream(kept.province, kept.register, scenarios, draws=draws, seed=SEED, posterior=posterior())
    for row, block in zip(summary_rows(kept), streamed.rows, strict=True):
        assert block[:6] == row[:6]
        np.testing.assert_allclose(block[6], row[6], rtol=1e-9)
        spread = max(1e-9, row[11] - row[7])
        assert np.abs(np.subtract(block[7:12], row[7:12])).max() <= 0.01 * spread, row[:4]


def test_a_chance_of_founding_carries_no_error_of_reporting() -> None:
    """The register of business holds every founding: what is counted there is what is printed."""
    noisy, exact = projected(known=posterior()), projected(errors=dict.fromkeys(tiny.REPORTING, 0.0))
    assert [one.probability for one in target_chances(noisy, "richer")] == [
        one.probability for one in target_chances(exact, "richer")
    ]


def test_areas_are_printed_with_an_error_each_and_miscounts_are_whole() -> None:
    result = projected(strata=3, known=posterior(), draws=256)
    counts = result.printed("reference", "htx_active") - result.series("reference", "htx_active")
    assert (counts == np.rint(counts)).all()
    whole = posterior().latent["htx_active"][:256] - tiny.BASE_FIGURES["htx_active"]
    np.testing.assert_array_equal(counts[0, -1], whole)
    assert np.abs(counts[0, :-1].sum(axis=0) - whole).max() <= 1.5
    average = result.printed("reference", "htx_revenue", REAL) / result.series("reference", "htx_revenue", REAL)
    ratio = posterior().latent["htx_revenue"][:256] / tiny.BASE_FIGURES["htx_revenue"]
    noise = np.log(average / ratio).reshape(-1, 256)
    assert np.abs(np.corrcoef(noise) - np.eye(len(noise))).max() < 0.3
    assert noise.std() == pytest.approx(tiny.REPORTING["error_averages"], rel=0.05)


def test_a_series_with_an_assumed_base_year_has_no_miscount() -> None:
    """Where nobody printed a base figure there is none that the truth could lie beside."""
    province: Province = tiny.province()
    later = projected(known=posterior()).outturns
    bare = replace(
        later, province=replace(province, base={k: v for k, v in province.base.items() if k != "htx_active"})
    )
    values = np.full((YEARS, 1, later.draws), 400.0)
    np.testing.assert_array_equal(bare.moved("htx_active", values), values)
    assert later.moved("htx_active", values).std() > 1
