"""One year held back: what we would have said at the end of 2022 about 2023, against two naive rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain.calibration import END, GROWTH, Calibration, Match
from sim.domain.parameters import Register
from sim.evidence.conditioning import LEAST_EFFECTIVE, Effort, condition, resample
from sim.evidence.past import LATENT, Past
from sim.evidence.scoring import INTERVALS, point_score, weighted_interval_score

Array = NDArray[np.floating]

#: Half the draws of the published posterior are plenty for one year's quantiles.
HINDCAST_EFFORT = Effort(fit_size=1 << 16, size=1 << 17, rows=1 << 14, wanted=LEAST_EFFECTIVE)


@dataclass(frozen=True)
class Hindcast:
    """One figure of the held-back year.

    Attributes
    ----------
    match : the figure as printed
    quantiles : {level: forecast made without that year}
    score : weighted interval score, in the figure's unit
    no_change, last_growth : the same for two naive rules; None where the past holds too little
    """

    match: Match
    quantiles: Mapping[float, float]
    score: float
    no_change: float | None
    last_growth: float | None

    @property
    def inside(self) -> bool:
        """Whether the printed figure lies in the 80 % range."""
        low, high = INTERVALS[0]
        return self.quantiles[low] <= self.match.value <= self.quantiles[high]


def hindcast(calibration: Calibration, register: Register, *, seed: int = 0) -> tuple[Hindcast, ...]:
    """Predict the last year of history from the years before it.

    The printed figure is predicted as latent value times reporting error, as every outturn is.
    """
    last = calibration.years[-1]
    known, held = Past(calibration.until(last - 1), register), Past(calibration, register)
    rng = np.random.default_rng([seed, last])
    weighted = condition(known, known.observed, effort=HINDCAST_EFFORT, rng=rng)
    scores = weighted.scores[:, resample(weighted, HINDCAST_EFFORT.rows, rng)]
    printed = held.sample_observations(held.predictions(scores), rng)
    levels = sorted({level for interval in INTERVALS for level in interval} | {0.5})
    found = []
    for match in calibration.matches:
        if match.year != last or match.kind not in (END, GROWTH) or match.indicator not in LATENT:
            continue
        quantiles = {level: float(np.quantile(printed[match.id], level)) for level in levels}
        naive = _naive(calibration, match)
        found.append(Hindcast(match, quantiles, weighted_interval_score(quantiles, match.value), *naive))
    return tuple(found)


def _naive(calibration: Calibration, match: Match) -> tuple[float | None, float | None]:
    """Scores of "no change" and "last growth rate", from the latest earlier figures of the series."""
    if match.kind != END:
        return None, None
    earlier = [
        other
        for other in calibration.matches
        if other.indicator == match.indicator and other.kind != GROWTH and other.year < match.year
    ]
    if not earlier:
        return None, None
    latest = earlier[-1]
    no_change = point_score(latest.value, match.value)
    if len(earlier) < 2:
        return no_change, None
    before = earlier[-2]
    years = _moment(latest) - _moment(before)
    ahead = _moment(match) - _moment(latest)
    growth = (latest.value / before.value) ** (ahead / years) if years else 1.0
    return no_change, point_score(latest.value * growth, match.value)


def _moment(match: Match) -> float:
    """When a figure stands, in years: the middle of its year or its end."""
    return match.year + (1.0 if match.kind == END else 0.5)
