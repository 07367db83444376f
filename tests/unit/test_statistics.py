"""Published rows: statistics, their Monte Carlo error, and the shape of summary.csv."""

from __future__ import annotations

import numpy as np
import pytest

from sim.domain import INDICATORS
from sim.ensemble import QUANTILES, SUMMARY_COLUMNS, Result, describe, monte_carlo_error, sorted_quantiles, summary_rows
from tests.support import tiny
from tests.support.runs import run_plans

KEYS = ("scenario", "indicator", "area", "year", "unit", "price_basis")


@pytest.fixture(scope="module")
def small() -> Result:
    return run_plans(tiny.register(), {"zebra": None, "ant": {}}, draws=64, years=2, strata=2)


def test_quantiles_are_the_linear_ones() -> None:
    mean, p10, p25, p50, p75, p90, _ = describe(np.arange(11.0))
    assert (mean, p10, p25, p50, p75, p90) == (5, 1, 2.5, 5, 7.5, 9)


@pytest.mark.parametrize("draws", [1, 2, 7, 1001, 4096])
def test_quantiles_by_sorting_are_numpys_to_the_last_bit(draws: int) -> None:
    rng = np.random.default_rng(draws)
    for values in (rng.lognormal(size=(3, 2, draws)), rng.poisson(40.0, draws).astype(float)):
        assert (sorted_quantiles(values) == np.quantile(values, QUANTILES, axis=-1)).all()


def test_a_figure_that_is_printed_comes_back_to_the_last_digit() -> None:
    row = describe(np.full(1001, 0.1))
    assert (row[:6] == 0.1).all() and row[6] == 0


def test_the_error_of_a_mean_shrinks_with_the_draws_it_is_worth() -> None:
    values = np.random.default_rng(0).standard_normal(10_000)
    assert monte_carlo_error(values) == pytest.approx(values.std() / 100)
    assert monte_carlo_error(values, 1e12) == pytest.approx(values.std() / 100)
    both = values.std() * np.sqrt(1 / 10_000 + 1 / 400)
    assert monte_carlo_error(values, 400.0) == pytest.approx(both)


def test_the_monte_carlo_error_is_as_large_as_the_scatter_between_seeds() -> None:
    means = np.random.default_rng(0).standard_normal((400, 256)).mean(axis=1)
    assert means.std() == pytest.approx(monte_carlo_error(np.random.default_rng(1).standard_normal(256)), rel=0.15)


def test_rows_are_sorted_by_scenario_indicator_area_year_and_price_basis(small: Result) -> None:
    order = {indicator.id: place for place, indicator in enumerate(INDICATORS)}
    areas = {area: place for place, area in enumerate(small.areas)}
    keys = [(row[0], order[row[1]], areas[row[2]], row[3], row[5]) for row in summary_rows(small)]
    assert keys == sorted(keys) and len(keys) == len(set(keys))


def test_money_stands_twice_and_everything_else_once(small: Result) -> None:
    frame = small.summary()
    assert tuple(frame.columns) == SUMMARY_COLUMNS
    money = {indicator.id for indicator in INDICATORS if indicator.money}
    for indicator, rows in frame.groupby("indicator"):
        assert set(rows["price_basis"]) == ({"nominal", "real_2023"} if indicator in money else {""})


def test_stocks_and_averages_have_a_base_year_row_and_flows_have_none(small: Result) -> None:
    frame = small.summary()
    with_base = set(frame.query("year == 2023")["indicator"])
    assert with_base == {indicator.id for indicator in INDICATORS if not indicator.flow}


def test_base_year_rows_are_the_printed_figures_without_spread(small: Result) -> None:
    rows = small.summary().query("year == 2023 and area == 'all'").set_index("indicator")
    for indicator, figure in tiny.BASE_FIGURES.items():
        row = rows.loc[[indicator]].iloc[0]
        assert row["p10"] == row["p90"] == pytest.approx(figure) and row["mcse"] == 0
    workers = rows.loc[["htx_workers"]].iloc[0]
    assert workers["p10"] < workers["p90"] and workers["mcse"] > 0


def test_nominal_and_real_money_agree_in_the_base_year(small: Result) -> None:
    base = small.summary().query("year == 2023 and indicator == 'htx_revenue'")
    assert base.groupby("price_basis")["mean"].first().nunique() == 1


def test_quantiles_never_cross(small: Result) -> None:
    quantiles = small.summary()[["p10", "p25", "p50", "p75", "p90"]].to_numpy()
    assert (np.diff(quantiles, axis=1) >= 0).all()
    assert np.isfinite(small.summary()["mcse"]).all() and (small.summary()["mcse"] >= 0).all()


def test_values_put_missing_base_year_rows_as_nan(small: Result) -> None:
    founded, active = small.values("htx_founded"), small.values("htx_active")
    assert founded.shape == active.shape == (2, 64, 3, 3)
    assert np.isnan(founded[:, :, 0]).all() and not np.isnan(founded[:, :, 1:]).any()
    assert (active[:, :, 0, -1] == 405).all()


def test_flows_have_no_base_year_value_and_say_so(small: Result) -> None:
    with pytest.raises(KeyError, match="htx_founded"):
        small.base_values("ant", "htx_founded")
    with pytest.raises(KeyError, match="bee"):
        small.run_of("bee")


def test_a_part_of_a_result_keeps_its_numbers(small: Result) -> None:
    part = small.only(["ant"])
    assert part.scenarios == ("ant",)
    np.testing.assert_array_equal(part.series("ant", "htx_active"), small.series("ant", "htx_active"))
