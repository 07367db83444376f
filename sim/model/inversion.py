"""Exact inverse distribution functions, so that a count is the quantile of one event rank in every scenario.

The same seed with a library sampler is not common random numbers: rejection sampling consumes a
varying number of uniforms and the streams of two scenarios drift apart. Here each event has one
rank (and its normal score), and counts are had by inversion of the exact distribution function.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, pdtr

Array = NDArray[np.floating]
Places = NDArray[np.intp]
Mask = NDArray[np.bool_]
#: Mass at zero and Panjer's a and b of some flat elements; distribution function of some at given counts.
Masses = Callable[[Places], tuple[Array, Array, Array]]
Cdf = Callable[[Places, Array], Array]

# Numerical switches, not assumptions; tests/unit/test_inversion.py proves what they promise.
#: A probability above this is not rare: counting up from zero would lose the first mass.
_RARE = 0.5
#: When no mean is above this, counting up from zero is quicker than expanding and checking.
_COUNT_UP_BELOW = 2.0
#: Up to this mean every doubtful expansion is settled exactly; above it, it is simply rounded.
_EXACT_UP_TO = 40.0
#: The expansion misses the exact boundary between two counts by less than
#: _MISS (1 + z**4 / 3) / variance; so close to a boundary it is in doubt.
_MISS = 0.03
#: Keeps divisions finite; below this variance everything is in doubt anyway.
_LEAST_VARIANCE = 0.05


def poisson(mean: Array, uniform: Array, score: Array) -> Array:
    """Poisson count of the given rank.

    Parameters
    ----------
    mean : (…, draw), >= 0
    uniform, score : (…, draw); rank in (0, 1) and its standard normal score

    Returns
    -------
    (…, draw) whole numbers as floats of the score's type, non-decreasing in the rank.

    Notes
    -----
    A Cornish-Fisher expansion guesses; where it comes close to a boundary between two counts, the
    distribution function decides, so that the count is exact.
    """
    mean, uniform, score = _same_shape(mean, uniform, score)
    means = mean.ravel()

    def masses(at: Places) -> tuple[Array, Array, Array]:
        m = means[at].astype(np.float64)
        return np.exp(-m), np.zeros_like(m), m

    if mean.max(initial=0.0) < _COUNT_UP_BELOW:
        return _from_zero(masses, uniform, score)

    def cdf(at: Places, count: Array) -> Array:
        return pdtr(count, means[at].astype(np.float64))

    return _settle(_expansion(mean, 1.0, 0.0, score), mean, uniform, cdf)


def binomial(trials: Array, probability: Array, uniform: Array, score: Array) -> Array:
    """Binomial count of the given rank.

    Parameters
    ----------
    trials : (…, draw), whole, >= 0
    probability : (…, draw), in [0, 1]
    uniform, score : (…, draw); rank in (0, 1) and its standard normal score

    Returns
    -------
    (…, draw) whole numbers as floats of the score's type, 0 … trials, non-decreasing in the rank.
    """
    trials, probability, uniform, score = _same_shape(trials, probability, uniform, score)
    mean, rest = trials * probability, 1.0 - probability
    numbers, chances = trials.ravel(), probability.ravel()

    def masses(at: Places) -> tuple[Array, Array, Array]:
        n, p = numbers[at].astype(np.float64), chances[at].astype(np.float64)
        odds = p / (1.0 - p)
        return np.exp(n * np.log1p(-p)), -odds, (n + 1.0) * odds

    rare = probability.max(initial=0.0) <= _RARE
    if rare and mean.max(initial=0.0) < _COUNT_UP_BELOW:
        return np.minimum(_from_zero(masses, uniform, score), trials)

    def cdf(at: Places, count: Array) -> Array:
        n, p = numbers[at].astype(np.float64), chances[at].astype(np.float64)
        return np.where(count < n, betainc(np.maximum(n - count, 1.0), count + 1.0, 1.0 - p), 1.0)

    # Where success is likelier than not, it is failure whose mean says how fine the grain of counts is.
    grain = mean if rare else np.minimum(mean, trials * rest)
    return np.minimum(_settle(_expansion(mean, rest, probability, score), grain, uniform, cdf), trials)


def _same_shape(*arrays: Array) -> tuple[Array, ...]:
    shapes = {array.shape for array in arrays}
    return arrays if len(shapes) == 1 else np.broadcast_arrays(*arrays)


def _expansion(mean: Array, rest: Array | float, probability: Array | float, score: Array) -> tuple[Array, Array]:
    """Cornish-Fisher quantile to second order, and how far it may miss the exact boundary.

    Notes
    -----
    Binomial; `probability` 0 and `rest` 1 is Poisson. The grain of whole counts takes 1/12 off the
    variance that the expansion sees (Sheppard); without it one count in a hundred is wrong.
    """
    # In place: these arrays are the model's hottest, and memory is what they wait for.
    variance = np.maximum(mean * rest, _LEAST_VARIANCE)
    spread = np.sqrt(variance)
    square = score * score
    value = spread * score
    value += mean
    skewed = square - 1.0
    skewed *= (rest - probability) / 6.0
    value += skewed
    curved = 7.0 - square
    curved *= probability * rest
    curved -= 0.5 * square + 1.0
    curved *= score
    spread *= 36.0
    curved /= spread
    value += curved
    square *= square
    square *= _MISS / 3.0
    square += _MISS
    square /= variance
    return value, square


def _settle(expansion: tuple[Array, Array], grain: Array, uniform: Array, cdf: Cdf) -> Array:
    """Rounds the expansion, and lets the distribution decide where that is in doubt.

    `grain` is the mean of the rarer outcome: the smaller, the more one count matters.
    """
    value, miss = expansion
    count = np.rint(value)
    off = np.abs(value - count)
    off += miss
    doubt = off > 0.5
    if grain.max() > _EXACT_UP_TO:
        doubt &= grain <= _EXACT_UP_TO
    np.maximum(count, 0.0, out=count)
    at = np.flatnonzero(doubt)
    if at.size:
        guess = np.maximum(np.floor(value.ravel()[at]), 0.0).astype(np.float64)
        count.reshape(-1)[at] = _searched(guess, uniform.ravel()[at], miss.ravel()[at] >= 0.5, at, cdf)
    return count


def _searched(guess: Array, rank: Array, wide: Mask, at: Places, cdf: Cdf) -> Array:
    """Smallest count whose distribution function reaches the rank, searched from a guess just below or at it.

    Within half a count of the boundary one comparison decides; where the expansion may miss by more (`wide`),
    it is walked from count to count, down first.
    """
    above = rank > cdf(at, guess)
    count = guess + above
    down = np.flatnonzero(wide & ~above & (guess > 0.0))
    while down.size:
        down = down[rank[down] <= cdf(at[down], count[down] - 1.0)]
        count[down] -= 1.0
        down = down[count[down] > 0.0]
    up = np.flatnonzero(wide & above)
    while up.size:
        up = up[rank[up] > cdf(at[up], count[up])]
        count[up] += 1.0
    return count


def _from_zero(masses: Masses, uniform: Array, score: Array) -> Array:
    """Every element counted up from zero, in the shape and type of the score."""
    count = _count_up(*masses(np.arange(uniform.size)), uniform.ravel())
    return count.reshape(score.shape).astype(score.dtype)


def _count_up(mass: Array, a: Array, b: Array, rank: Array) -> Array:
    """Smallest count whose distribution function reaches the rank, counted up from zero.

    Panjer's class: the masses of Poisson (a = 0, b = mean) and binomial (a = -p/q, b = (n+1)p/q)
    follow mass[k] = mass[k-1] (a + b/k). Each step keeps only the draws that are still open.
    """
    count = np.zeros(rank.size)
    where, total = np.flatnonzero(rank > mass), mass
    mass, total, a, b, rank = mass[where], total[where], a[where], b[where], rank[where]
    step = 0
    while where.size:
        step += 1
        count[where] = step
        mass = mass * np.maximum(a + b / step, 0.0)
        total = total + mass
        # Rounding can leave the total a hair under a rank near one: no mass left ends the search.
        open_ = np.flatnonzero((rank > total) & (mass > 0.0))
        where, mass, total = where[open_], mass[open_], total[open_]
        a, b, rank = a[open_], b[open_], rank[open_]
    return count
