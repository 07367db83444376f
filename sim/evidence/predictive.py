"""What the model says the printed figures should have been, before and after seeing them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain.calibration import Match
from sim.evidence.conditioning import LEAST_EFFECTIVE, Effort, condition, resample
from sim.evidence.past import Past
from sim.evidence.scoring import probability_integral_transform

Array = NDArray[np.floating]

PREDICTIVE_EFFORT = Effort(fit_size=1 << 16, size=1 << 17, rows=1 << 14, wanted=LEAST_EFFECTIVE)


@dataclass(frozen=True)
class Predictive:
    """Where one printed figure falls among what the model would have printed.

    Attributes
    ----------
    rank : share of predictions below it
    p10, p50, p90 : of the predictions
    """

    match: Match
    rank: float
    p10: float
    p50: float
    p90: float

    @property
    def tail(self) -> float:
        """Two-sided share of predictions at least as far out."""
        return 2.0 * min(self.rank, 1.0 - self.rank)


def prior_predictive(past: Past, *, seed: int = 0) -> tuple[Predictive, ...]:
    """Every figure against what the assumptions alone would have printed."""
    rng = np.random.default_rng([seed, 3])
    return _against(past, rng.standard_normal((past.dimensions, PREDICTIVE_EFFORT.rows)), rng)


def posterior_predictive(past: Past, *, seed: int = 0) -> tuple[Predictive, ...]:
    """Every figure against what the conditioned model would print again."""
    rng = np.random.default_rng([seed, 4])
    weighted = condition(past, past.observed, effort=PREDICTIVE_EFFORT, rng=rng)
    return _against(past, weighted.scores[:, resample(weighted, PREDICTIVE_EFFORT.rows, rng)], rng)


def _against(past: Past, scores: Array, rng: np.random.Generator) -> tuple[Predictive, ...]:
    printed = past.sample_observations(past.predictions(scores), rng)
    return tuple(_one(match, printed[match.id]) for match in past.calibration.matches)


def _one(match: Match, draws: Array) -> Predictive:
    p10, p50, p90 = (float(value) for value in np.quantile(draws, (0.1, 0.5, 0.9)))
    return Predictive(match, probability_integral_transform(draws, match.value), p10, p50, p90)


def impossible(series: Mapping[str, Array]) -> dict[str, int]:
    """Draws that break a hard limit, by limit: there should be none."""
    active, registered = series["htx_active"], series["htx_registered"]
    broken = {
        "negative_stock": (active < 0) | (registered < active),
        "income_not_positive": series["htx_worker_income"] <= 0,
        "revenue_not_positive": series["htx_revenue"] <= 0,
        "unions_over_registered": series["lhhtx_member_htx"] > registered,
        "workers_negative": series["htx_workers"] < 0,
        "not_finite": ~np.isfinite(series["htx_revenue"]),
    }
    return {name: int(cases.sum()) for name, cases in broken.items()}
