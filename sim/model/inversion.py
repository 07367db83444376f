"""Exact inverse distribution functions, so that one uniform is one piece of luck in every scenario.

The same seed with a library sampler is not common random numbers: rejection sampling consumes a
varying number of uniforms and the streams of two scenarios drift apart. Here each event has one
uniform (and its normal score) and every scenario asks it the same question: which count has this
rank?
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.floating]

#: Above this mean the Cornish-Fisher quantile is used. A numerical switch, not an assumption: its
#: error against the exact quantile is proved in tests/unit/test_inversion.py.
_NORMAL_ABOVE = 12.0
#: Steps of the exact search between two narrowings to the draws that are still open.
_NARROW_EVERY = 6


def poisson(mean: Array, uniform: Array, score: Array) -> Array:
    """Poisson count of the given rank.

    Parameters
    ----------
    mean : (…, draw), >= 0
    uniform, score : (…, draw); rank in (0, 1) and its standard normal score

    Returns
    -------
    (…, draw) whole numbers as floats, non-decreasing in the rank.

    Notes
    -----
    Exact search of the distribution function for small means; for the others a Cornish-Fisher
    expansion to second order around the normal quantile, rounded to the nearest count.
    """
    mean, uniform, score = np.broadcast_arrays(mean, uniform, score)
    large = mean > _NORMAL_ABOVE
    if large.all():
        return _poisson_expansion(mean, score)
    small = np.where(large, 0.0, mean)
    count = _search(np.exp(-small), np.zeros_like(small), small, uniform)
    if large.any():
        count[large] = _poisson_expansion(mean[large], score[large])
    return count


def binomial(trials: Array, probability: Array, uniform: Array, score: Array) -> Array:
    """Binomial count of the given rank.

    Parameters
    ----------
    trials : (…, draw), whole, >= 0
    probability : (…, draw), in [0, 1]
    uniform, score : (…, draw); rank in (0, 1) and its standard normal score

    Returns
    -------
    (…, draw) whole numbers as floats, 0 … trials, non-decreasing in the rank.
    """
    trials, probability, uniform, score = np.broadcast_arrays(trials, probability, uniform, score)
    flipped = probability > 0.5
    if flipped.any():
        rare = np.where(flipped, 1.0 - probability, probability)
        rank = np.where(flipped, 1.0 - uniform, uniform)
        count = _rare_binomial(trials, rare, rank, np.where(flipped, -score, score))
        return np.where(flipped, trials - count, count)
    return _rare_binomial(trials, probability, uniform, score)


def _rare_binomial(trials: Array, probability: Array, uniform: Array, score: Array) -> Array:
    mean = trials * probability
    large = mean > _NORMAL_ABOVE
    if large.all():
        return _binomial_expansion(trials, probability, score)
    small = np.where(large, 0.0, trials)
    odds = probability / (1.0 - probability)
    count = np.minimum(_search((1.0 - probability) ** small, -odds, (small + 1.0) * odds, uniform), small)
    if large.any():
        count[large] = _binomial_expansion(trials[large], probability[large], score[large])
    return count


def _poisson_expansion(mean: Array, score: Array) -> Array:
    root = np.sqrt(mean)
    square = score * score
    value = mean + root * score + (square - 1.0) / 6.0 + score * (1.0 - square) / (72.0 * root)
    return np.maximum(np.floor(value + 0.5), 0.0)


def _binomial_expansion(trials: Array, probability: Array, score: Array) -> Array:
    mean = trials * probability
    variance = mean * (1.0 - probability)
    spread = np.sqrt(variance)
    square = score * score
    skewed = (1.0 - 2.0 * probability) * (square - 1.0) / 6.0
    kurtosis = 1.0 - 6.0 * probability * (1.0 - probability)
    skew_square = (1.0 - 2.0 * probability) ** 2
    third = score * ((square - 3.0) * kurtosis / 24.0 - (2.0 * square - 5.0) * skew_square / 36.0)
    value = np.floor(mean + spread * score + skewed + third / spread + 0.5)
    return np.minimum(np.maximum(value, 0.0), trials)


def _search(mass: Array, a: Array, b: Array, rank: Array) -> Array:
    """Smallest count whose distribution function reaches the rank.

    Upward search in Panjer's class: the masses of Poisson (a = 0, b = mean) and binomial
    (a = -p/q, b = (n+1)p/q) follow mass[k] = mass[k-1] (a + b/k).
    """
    shape = rank.shape
    mass, a, b, rank = mass.ravel(), a.ravel(), b.ravel(), rank.ravel()
    count = np.zeros(rank.size)
    where = np.arange(rank.size)
    total = mass
    step = 0
    while where.size:
        found = np.zeros(where.size)
        for _ in range(_NARROW_EVERY):
            found += rank > total
            step += 1
            mass = mass * np.maximum(a + b / step, 0.0)
            total = total + mass
        count[where] += found
        # Rounding can leave the total a hair under a rank near one: no mass left ends the search.
        open_ = np.flatnonzero((rank > total) & (mass > 0.0))
        where, mass, total = where[open_], mass[open_], total[open_]
        a, b, rank = a[open_], b[open_], rank[open_]
    return count.reshape(shape)
