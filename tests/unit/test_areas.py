"""Adding areas up: what is counted adds, what is an average weighs, and growth decomposes anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.domain import INDICATORS, NOMINAL, REAL, Area, Province, price_bases
from sim.ensemble import ALL_AREAS, Result, add_areas, run
from tests.support import tiny

SUMS = tuple(
    indicator.id
    for indicator in INDICATORS
    if indicator.id.startswith(("htx_", "tht_", "lhhtx_"))
    and indicator.unit in ("HTX", "THT", "LHHTX", "persons", "billion VND/yr")
)
REVENUE_PARTS = ("htx_like_for_like", "htx_catch_up", "htx_composition")
INCOME_PARTS = ("htx_income_like_for_like", "htx_income_composition")


def projected(strata: int, *, draws: int = 256, years: int = 4) -> Result:
    """Quiet averages (no discrepancy), so that growth can be read off levels."""
    register = tiny.register({"discrepancy_revenue": 0.0, "discrepancy_income": 0.0, "discrepancy_tht": 0.0})
    return run(tiny.province(strata), register, [tiny.scenario(years=years)], draws=draws, seed=5)


@pytest.fixture(scope="module")
def sixty() -> Result:
    return projected(60)


@pytest.mark.parametrize("strata", [1, 3])
def test_some_years_of_a_series_are_cut_of_the_whole(strata: int) -> None:
    result = projected(strata, draws=32)
    for indicator in INDICATORS:
        for basis in price_bases(indicator):
            whole = result.series("reference", indicator.id, basis)
            for at in (slice(0, 1), slice(2, 3), slice(-1, None), slice(1, 3)):
                cut = result.series("reference", indicator.id, basis, at)
                np.testing.assert_array_equal(cut, whole[at], err_msg=indicator.id)


@pytest.mark.parametrize("indicator", SUMS)
def test_sixty_strata_add_up(sixty: Result, indicator: str) -> None:
    series = sixty.series("reference", indicator, REAL)
    assert series.shape[1] == 61 and sixty.areas[-1] == ALL_AREAS
    np.testing.assert_allclose(series[:, :-1].sum(axis=1), series[:, -1], rtol=1e-9)


@pytest.mark.parametrize(
    ("average", "count"),
    [
        ("htx_revenue", "htx_active"), ("htx_profit", "htx_active"), ("htx_worker_income", "htx_workers"),
        ("tht_revenue", "tht_count"), ("tht_profit", "tht_count"),
    ],
)  # fmt: skip
def test_an_average_of_areas_is_their_total_over_their_number(sixty: Result, average: str, count: str) -> None:
    values, weight = (sixty.series("reference", name, NOMINAL) for name in (average, count))
    expected = (values[:, :-1] * weight[:, :-1]).sum(axis=1) / weight[:, :-1].sum(axis=1)
    np.testing.assert_allclose(values[:, -1], expected, rtol=1e-9)


@pytest.mark.parametrize("basis", [NOMINAL, REAL])
@pytest.mark.parametrize(("average", "parts"), [("htx_revenue", REVENUE_PARTS), ("htx_worker_income", INCOME_PARTS)])
def test_the_parts_of_growth_add_up_over_the_whole_province(
    sixty: Result, average: str, parts: tuple[str, ...], basis: str
) -> None:
    levels = sixty.series("reference", average, basis)[:, -1]
    before = np.concatenate([sixty.base_values("reference", average)[-1:], levels[:-1]])
    together = sum(sixty.series("reference", part, basis)[:, -1] for part in parts)
    np.testing.assert_allclose(together, 100 * (levels / before - 1), atol=2e-4)


def test_the_province_founds_as_many_however_it_is_cut() -> None:
    whole, cut = (projected(strata, draws=4096).series("reference", "htx_founded")[:, -1] for strata in (1, 12))
    error = np.sqrt((whole.var(axis=1) + cut.var(axis=1)) / whole.shape[1])
    assert (np.abs(whole.mean(axis=1) - cut.mean(axis=1)) < 4 * error).all()
    np.testing.assert_allclose(cut.std(axis=1), whole.std(axis=1), rtol=0.06)


def test_sixty_strata_give_the_answer_of_one(sixty: Result) -> None:
    whole = projected(1, draws=4096)
    for indicator in ("htx_active", "htx_revenue_total", "htx_members", "lhhtx_count"):
        one = whole.series("reference", indicator, REAL)[-1, 0]
        many = sixty.series("reference", indicator, REAL)[-1, -1]
        error = np.sqrt(one.var() / one.size + many.var() / many.size)
        assert abs(one.mean() - many.mean()) < 4 * error + 0.002 * one.mean(), indicator


def test_all_areas_share_the_weather_and_each_has_its_own_luck(sixty: Result) -> None:
    shared = sixty.series("reference", "htx_like_for_like", REAL)[0, :-1]
    assert np.ptp(shared, axis=0).max() < 1e-9
    founded = sixty.series("reference", "htx_founded")[0, :-1]
    own = np.corrcoef(founded)[np.triu_indices(60, 1)].mean()
    assert own < 0.1


def test_one_stratum_is_the_province_and_has_no_second_row() -> None:
    ran = projected(1)
    assert ran.areas == ("A00",)
    assert ran.series("reference", "htx_active").shape == (4, 1, 256)


def test_base_year_figures_add_up_to_what_was_printed(sixty: Result) -> None:
    for indicator, figure in tiny.BASE_FIGURES.items():
        assert sixty.base_values("reference", indicator)[-1] == pytest.approx(figure), indicator
    assert sixty.base_values("reference", "htx_revenue_total")[-1] == pytest.approx(405 * 895 / 1000)


def test_foundings_go_where_the_pack_says() -> None:
    whole = tiny.province(2)
    areas = (Area("A00", {}, 1.0), Area("A01", {}, 0.0))
    lopsided = Province(**{**vars(whole), "areas": areas})
    ran = run(lopsided, tiny.register(), [tiny.scenario(years=2)], draws=64, seed=5)
    founded = ran.series("reference", "htx_founded")
    assert founded[:, 1].max() == 0 and founded[:, 0].min() > 0


def test_an_average_over_areas_without_anyone_is_no_error() -> None:
    figures = {"htx_revenue": np.array([[900.0], [800.0]]), "htx_active": np.zeros((2, 1))}
    assert add_areas(figures, "htx_revenue")[0] == 0.0


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("shares", [{}, {"A00": 0.5, "A01": 0.5}, {"A00": 0, "A01": 1}])
def test_an_area_without_active_htx_is_projected_beside_one_that_has_some(shares: dict[str, float]) -> None:
    """Money that goes there has no reference funding to be compared with."""
    whole, scenario = tiny.province(2), tiny.scenario(years=3)
    base = {name: dict(rows) for name, rows in whole.base.items()}
    base["htx_active"]["A01"] = replace(base["htx_active"]["A01"], value=0.0)
    asked = replace(scenario, plan=scenario.plan.with_areas(shares) if shares else scenario.plan)
    ran = run(Province(**{**vars(whole), "base": base}), tiny.register(), [asked], draws=64, seed=5)
    for indicator in INDICATORS:
        assert np.isfinite(ran.series("reference", indicator.id)).all(), indicator.id


def test_every_indicator_has_a_figure_for_every_area(sixty: Result) -> None:
    for indicator in INDICATORS:
        for basis in price_bases(indicator):
            assert np.isfinite(sixty.series("reference", indicator.id, basis)).all(), indicator.id
