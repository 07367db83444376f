"""Do the ranges that pages print hold what will be printed? On outturns drawn from the model's own distribution.

The outturns are made here by hand: the model's path on other futures, moved to a true base year, with the error that
the register states. A range that forgets either is caught.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from sim.domain import INDICATOR
from sim.ensemble import BLOCK, QUANTILES, SUMMARY_COLUMNS, Result, run, summary_rows
from sim.evidence import EVENNESS, HALVES, PRINTED, Knowledge, covered, part_of_flow, part_of_year
from sim.inputs.scenarios import load_scenario

DRAWS, NEXT = 2 * BLOCK, 2024
#: Widest and narrowest share that a range of a calibrated check may hold (docs/model.md section 5).
LEAST, MOST = 0.73, 0.87
#: What is printed with an error, or from a base year that was.
PROPORTIONAL = {"htx_members": 0.03, "htx_revenue": 0.05, "htx_profit": 0.05, "htx_worker_income": 0.05}


@pytest.fixture(scope="module")
def published(knowledge: Knowledge) -> Result:
    """What a page is made from."""
    return _run(knowledge, seed=20240101)


@pytest.fixture(scope="module")
def outturns(knowledge: Knowledge) -> dict[str, np.ndarray]:
    """Figures printed for the next year in other futures, {series: (draw)}."""
    rng = np.random.default_rng(5)
    ahead = _run(knowledge, seed=7)
    # Posterior rows in another order: whose base year it was has nothing to do with whose range is asked.
    latent = {name: values[:DRAWS].astype(float) for name, values in knowledge.posterior.latent.items()}
    figures = {name: _path(ahead, name) for name in PRINTED if not INDICATOR[name].made_of}
    for name in ("htx_registered", "htx_active"):
        figures[name] = figures[name] + latent[name] - knowledge.province.base[name]["VN-02"].value
    for name, error in PROPORTIONAL.items():
        source = "htx_revenue" if name == "htx_profit" else name
        ratio = latent[source] / knowledge.province.base[source]["VN-02"].value
        figures[name] = figures[name] * ratio * np.exp(error * rng.standard_normal(DRAWS))
    figures["htx_workers"] = figures["htx_workers"] * np.exp(0.08 * rng.standard_normal(DRAWS))
    figures["htx_inactive"] = figures["htx_registered"] - figures["htx_active"]
    figures["htx_revenue_total"] = figures["htx_revenue"] * figures["htx_active"] / 1000
    halves = {half: part_of_year(figures[flow], 0.5, EVENNESS, rng) for half, flow in HALVES.items()}
    return figures | halves


def _run(knowledge: Knowledge, *, seed: int) -> Result:
    return run(
        knowledge.province, knowledge.register, [load_scenario("fund-12.3")], draws=DRAWS, seed=seed,
        posterior=knowledge.posterior,
    )  # fmt: skip


def _path(result: Result, name: str) -> np.ndarray:
    basis = "nominal" if INDICATOR[name].money else ""
    return np.asarray(result.series("fund-12.3", name, basis)[NEXT - result.province.base_year - 1, -1])


def _shares(ranges: Mapping[str, Mapping[float, float]], outturns: Mapping[str, np.ndarray]) -> dict[str, float]:
    return {
        name: covered(np.array(ranges[name][0.1]), np.array(ranges[name][0.9]), figures)
        for name, figures in outturns.items()
        if name in ranges
    }


def test_printed_ranges_hold_eight_of_ten_printed_figures_of_every_indicator(published, outturns):
    """Levels, flows and half-years; 44 % of members, 45 % of income and 60 % of revenue were held."""
    ranges = {}
    for row in summary_rows(published):
        one = dict(zip(SUMMARY_COLUMNS, row, strict=True))
        if one["year"] == NEXT and one["price_basis"] in ("", "nominal"):
            ranges[one["indicator"]] = {level: one[f"p{100 * level:.0f}"] for level in QUANTILES}
    ranges |= {half: part_of_flow(ranges[flow], 0.5) for half, flow in HALVES.items()}
    shares = _shares(ranges, outturns)
    assert shares.keys() == {*PRINTED, *HALVES}
    assert {name: share for name, share in shares.items() if not LEAST < share < MOST} == {}


def test_ranges_of_the_models_own_path_hold_too_few(published, outturns):
    """The negative control: what pages printed before, from the printed base year and without any error."""
    printed = [*PROPORTIONAL, "htx_workers", "htx_active", "htx_revenue_total"]
    ranges = {
        name: dict(zip(QUANTILES, np.quantile(_path(published, name), QUANTILES), strict=True)) for name in printed
    }
    shares = _shares(ranges, outturns)
    assert all(shares[name] < LEAST for name in printed), shares
    assert max(shares[name] for name in ("htx_members", "htx_worker_income", "htx_workers")) < 0.5


def test_half_a_range_of_a_year_is_no_range_of_half_a_year(published, outturns):
    """The negative control of half-years: which events fall into the half is chance too."""
    year = np.quantile(_path(published, "htx_founded"), QUANTILES)
    half = outturns["htx_founded first_half"]
    assert covered(np.array(0.5 * year[0]), np.array(0.5 * year[-1]), half) < 0.75
    month = part_of_year(outturns["htx_founded"], 1 / 12, EVENNESS, np.random.default_rng(9))
    assert covered(year[0] / 12, year[-1] / 12, month) < 0.5
    ranges = part_of_flow(dict(zip(QUANTILES, year, strict=True)), 1 / 12)
    assert LEAST < covered(np.array(ranges[0.1]), np.array(ranges[0.9]), month) < MOST


@pytest.mark.parametrize("share", [0.5, 0.75])
def test_a_part_of_a_year_has_the_quantiles_of_its_counts(published, share):
    for flow in ("htx_founded", "htx_dissolved", "htx_stopped"):
        year = _path(published, flow)
        counts = part_of_year(year, share, EVENNESS, np.random.default_rng(3))
        found = part_of_flow(dict(zip(QUANTILES, np.quantile(year, QUANTILES), strict=True)), share)
        assert np.abs(np.array(list(found.values())) - np.quantile(counts, QUANTILES)).max() <= 1
