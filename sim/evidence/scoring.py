"""Scoring rules for forecasts: smaller is better, and honesty is the best policy under each of them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

#: Central intervals published, as their two quantiles; their coverage is the difference.
INTERVALS = ((0.1, 0.9), (0.25, 0.75))


def crps(draws: Array, outturn: float) -> float:
    """Continuous ranked probability score of equal-weight draws, in the unit of the outturn.

    Parameters
    ----------
    draws : (draw)
    outturn : what happened

    Notes
    -----
    E|X - y| - E|X - X'|/2 with the fair estimator of the second term (Gneiting and Raftery 2007;
    Zamo and Naveau 2018), from sorted draws.
    """
    ordered = np.sort(draws)
    size = ordered.size
    if size < 2:
        return float(np.abs(draws - outturn).mean())
    ranks = np.arange(1, size + 1)
    spread = 2.0 * ((2.0 * ranks - size - 1.0) @ ordered) / (size * (size - 1.0))
    return float(np.abs(draws - outturn).mean() - 0.5 * spread)


def interval_score(low: float, high: float, outturn: float, coverage: float) -> float:
    """Interval score: width, plus 2/alpha times how far the outturn lies outside.

    Notes
    -----
    Gneiting and Raftery 2007; alpha = 1 - coverage.
    """
    alpha = 1.0 - coverage
    return (high - low) + 2.0 / alpha * (max(low - outturn, 0.0) + max(outturn - high, 0.0))


def weighted_interval_score(quantiles: Mapping[float, float], outturn: float) -> float:
    """Weighted interval score of published quantiles, in the unit of the outturn.

    Parameters
    ----------
    quantiles : {0.1, 0.25, 0.5, 0.75, 0.9: value}

    Notes
    -----
    Bracher et al. 2021: the median's absolute error and alpha/2 times each interval score,
    over K + 1/2.
    """
    score = 0.5 * abs(outturn - quantiles[0.5])
    for low, high in INTERVALS:
        coverage = high - low
        score += 0.5 * (1.0 - coverage) * interval_score(quantiles[low], quantiles[high], outturn, coverage)
    return score / (len(INTERVALS) + 0.5)


def point_score(forecast: float, outturn: float) -> float:
    """The weighted interval score of a forecast without a range: its absolute error."""
    return abs(outturn - forecast)


def probability_integral_transform(draws: Array, outturn: float) -> float:
    """Share of draws below the outturn, ties counted half: uniform when the forecast is right."""
    return float((draws < outturn).mean() + 0.5 * (draws == outturn).mean())


def covered(low: Array, high: Array, truth: Array) -> float:
    """Share of truths inside their interval."""
    return float(((low <= truth) & (truth <= high)).mean())
