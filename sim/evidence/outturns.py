"""What will be printed, predicted: projections moved to the truth behind the base figures, with reporting error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.domain.indicators import INDICATOR, NOMINAL
from sim.domain.units import MILLION_PER_BILLION
from sim.ensemble.posterior import Posterior
from sim.ensemble.results import Result
from sim.ensemble.streams import BLOCK, block_count

Array = NDArray[np.floating]

#: The register's reporting error of each published figure; counts are printed as they are.
REPORTING_ERROR = {
    "htx_members": "error_members",
    "htx_workers": "error_workers",
    "htx_revenue": "error_averages",
    "htx_profit": "error_averages",
    "htx_worker_income": "error_averages",
    "tht_revenue": "error_averages",
    "tht_profit": "error_averages",
    "tht_members": "error_members",
}
#: Series whose true base-year level stands behind another's printed one.
_MOVED_BY = {"htx_profit": "htx_revenue"}


def from_latent(values: Array, latent: Array, printed: float, *, count: bool) -> Array:
    """A projection from the printed base-year figure, moved to the true one behind it.

    Averages and members move in proportion, counts by as many as were miscounted.
    """
    return np.maximum(values + latent - printed, 0.0) if count else values * (latent / printed)


def outturn_draws(result: Result, posterior: Posterior, scenario: str, indicator: str) -> Array:
    """Draws of a figure as it will be printed for the whole province, nominal, (year, draw).

    The first row is the base year (for flows: empty, NaN).
    """
    if indicator == "htx_inactive":
        registered = outturn_draws(result, posterior, scenario, "htx_registered")
        return np.maximum(registered - outturn_draws(result, posterior, scenario, "htx_active"), 0.0)
    if indicator == "htx_revenue_total":
        active = outturn_draws(result, posterior, scenario, "htx_active")
        return outturn_draws(result, posterior, scenario, "htx_revenue") * active / MILLION_PER_BILLION
    basis = NOMINAL if INDICATOR[indicator].money else ""
    values = result.series(scenario, indicator, basis)[:, -1]
    if INDICATOR[indicator].flow:
        return np.concatenate([np.full((1, result.draws), np.nan), values])
    base = result.base_values(scenario, indicator)[-1][None]
    whole = np.concatenate([base + np.zeros((1, result.draws)), values])
    source = _MOVED_BY.get(indicator, indicator)
    if source in posterior.latent:
        printed = float(result.base_values(scenario, source)[-1].flat[0])
        whole = from_latent(whole, _latent(posterior, source, result.draws), printed, count=INDICATOR[source].count)
    return whole * _noise(result, indicator, whole.shape)


def _latent(posterior: Posterior, indicator: str, draws: int) -> Array:
    blocks = [posterior.latent_block(index)[indicator] for index in range(block_count(draws))]
    return np.concatenate(blocks)[:draws]


def _noise(result: Result, indicator: str, shape: tuple[int, ...]) -> Array | float:
    if indicator not in REPORTING_ERROR:
        return 1.0
    error = result.register.value(REPORTING_ERROR[indicator])
    rng = np.random.default_rng([result.seed, BLOCK, sorted(REPORTING_ERROR).index(indicator)])
    return np.exp(error * rng.standard_normal(shape))
