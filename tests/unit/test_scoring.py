"""Scoring rules equal their closed forms, and honesty scores best under each of them."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, pi, sqrt

import numpy as np
import pytest
from scipy.special import ndtr, ndtri

from sim.evidence import (
    covered,
    interval_score,
    point_score,
    probability_integral_transform,
    weighted_interval_score,
)

LEVELS = (0.1, 0.25, 0.5, 0.75, 0.9)
#: Evenly spaced ranks of a standard normal: expectations without sampling noise.
MANY = ndtri((np.arange(20_000) + 0.5) / 20_000)
OUTCOMES = ndtri((np.arange(2_000) + 0.5) / 2_000)
#: A forecast that is shifted, too sure of itself, or too vague, as (mean, sd).
DISHONEST = ((0.5, 1.0), (-0.8, 1.0), (0.0, 0.5), (0.0, 2.0))


def density(z: float) -> float:
    """Standard normal density."""
    return exp(-0.5 * z * z) / sqrt(2 * pi)


def quantiles(mean: float, sd: float) -> dict[float, float]:
    """Published quantiles of a normal forecast."""
    return {level: mean + sd * float(ndtri(level)) for level in LEVELS}


def pinball(level: float, quantile: float, outturn: float) -> float:
    """Loss of one quantile."""
    return (level - (outturn < quantile)) * (outturn - quantile)


def test_interval_score_inside_is_the_width_and_outside_pays_two_over_alpha() -> None:
    assert interval_score(26, 53, 40, 0.8) == 27
    assert interval_score(26, 53, 20, 0.8) == pytest.approx(27 + 2 / 0.2 * 6)
    assert interval_score(26, 53, 57, 0.5) == pytest.approx(27 + 2 / 0.5 * 4)


@pytest.mark.parametrize("coverage", [0.8, 0.5])
def test_mean_interval_score_of_an_honest_normal_is_the_closed_form(coverage: float) -> None:
    z = float(ndtri(0.5 + coverage / 2))
    found = np.mean([interval_score(-z, z, outturn, coverage) for outturn in OUTCOMES])
    beyond = density(z) - z * (1 - float(ndtr(z)))  # E max(Y - z, 0)
    assert found == pytest.approx(2 * z + 4 / (1 - coverage) * beyond, rel=0.01)


@pytest.mark.parametrize("outturn", [-3.0, -0.9, 0.0, 0.2, 1.0, 4.0])
def test_weighted_interval_score_is_the_mean_pinball_loss(outturn: float) -> None:
    """Bracher et al. 2021: with K intervals, WIS = sum of all 2K + 1 pinball losses over K + 1/2."""
    published = quantiles(0.1, 1.3)
    losses = sum(pinball(level, value, outturn) for level, value in published.items())
    assert weighted_interval_score(published, outturn) == pytest.approx(losses / 2.5, rel=1e-12)


def test_mean_weighted_interval_score_of_an_honest_normal_is_the_closed_form() -> None:
    """The mean pinball loss of a normal's own quantile is sd times the density at its score."""
    found = np.mean([weighted_interval_score(quantiles(0, 1), outturn) for outturn in OUTCOMES])
    assert found == pytest.approx(sum(density(float(ndtri(level))) for level in LEVELS) / 2.5, rel=0.01)


def test_a_forecast_without_a_range_scores_its_absolute_error() -> None:
    assert point_score(405, 391) == 14
    assert weighted_interval_score(dict.fromkeys(LEVELS, 405), 391) == pytest.approx(14)


def _mean_wis(mean: float, sd: float) -> float:
    return float(np.mean([weighted_interval_score(quantiles(mean, sd), outturn) for outturn in OUTCOMES]))


def _mean_interval(mean: float, sd: float) -> float:
    q = quantiles(mean, sd)
    return float(np.mean([interval_score(q[0.1], q[0.9], outturn, 0.8) for outturn in OUTCOMES]))


@pytest.mark.parametrize("mean_score", [_mean_wis, _mean_interval])
@pytest.mark.parametrize("mean, sd", DISHONEST)
def test_honesty_scores_best(mean_score: Callable[[float, float], float], mean: float, sd: float) -> None:
    assert mean_score(0, 1) < mean_score(mean, sd)


def test_coverage_counts_truths_inside_and_those_on_an_end_half() -> None:
    low, high = np.array([0.0, 0.0, 0.0, 0.0]), np.array([1.0, 1.0, 1.0, 1.0])
    assert covered(low, high, np.array([0.0, 1.0, 0.5, 1.01])) == 0.5


def test_coverage_of_honest_ranges_is_what_they_say() -> None:
    for inside in (0.8, 0.5):
        z = np.full(OUTCOMES.size, ndtri(0.5 + inside / 2))
        assert covered(-z, z, OUTCOMES) == pytest.approx(inside, rel=0.01)


def test_rank_of_the_outturn_counts_ties_half() -> None:
    assert probability_integral_transform(np.array([1.0, 2.0, 2.0, 3.0]), 2.0) == 0.5
    assert probability_integral_transform(np.array([1.0, 2.0]), 0.0) == 0.0
    assert probability_integral_transform(np.array([1.0, 2.0]), 9.0) == 1.0


def _ranks(sd: float) -> np.ndarray:
    return np.sort([probability_integral_transform(sd * MANY, outturn) for outturn in OUTCOMES])


def test_ranks_of_an_honest_forecast_are_uniform_and_of_others_are_not() -> None:
    uniform = (np.arange(OUTCOMES.size) + 0.5) / OUTCOMES.size
    assert np.abs(_ranks(1.0) - uniform).max() < 0.01
    assert _ranks(1.0).var() == pytest.approx(1 / 12, rel=0.01)
    assert _ranks(0.6).var() > 1.2 / 12  # too sure: outturns pile up at both ends
    assert _ranks(1.6).var() < 0.8 / 12  # too vague: they gather in the middle
