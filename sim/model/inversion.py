"""Exact inverse distribution functions, so that a count is the quantile of one event rank in every scenario.

The same seed with a library sampler is not common random numbers: rejection sampling consumes a
varying number of uniforms and the streams of two scenarios drift apart. Here each event has one
rank (and its normal score), and counts are had by inversion of the exact distribution function."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, pdtr

from sim.model.memory import level

Array = NDArray[np.floating]
Places = NDArray[np.intp]
Mask = NDArray[np.bool_]

# Numerical switches, not assumptions; tests/unit/test_inversion.py proves what they promise.
#: A probability above this is not rare: counting up from zero would lose the first mass.
_RARE = 0.5
#: Where the mean is below this, counting up from zero is quicker than expanding and checking.
_COUNT_UP_BELOW = 0.8
#: Among many such elements, those with a mean up to this are not worth parting from them.
_COUNT_UP_ALONG = 4.0
#: Counting up goes over all elements until so many times as many as are open, and more than some; then over those.
_MOST_CLOSED, _SOME = 8, 512
#: Trials that were counted before are counted again alone where they are not more than one of so many.
_OF_ALL = 2
#: Expansions run in single precision up to this mean, which misses by less than so much of it and the mean below.
_SINGLE_UP_TO, _SLACK = 512.0, 1e-6
#: Up to this mean every doubtful expansion is settled exactly; above it, it is simply rounded.
_EXACT_UP_TO = 40.0
#: The expansion misses the exact boundary between two counts by less than the larger of _MISS and _TAIL z**4 - _BELOW,
#: over the variance; so close to a boundary it is in doubt.
_MISS, _TAIL, _BELOW = 0.032, 0.0105, 0.02
#: Smaller variances count as this one: divisions stay finite, and what is promised above still holds.
_LEAST_VARIANCE = 0.14


class Curve(NamedTuple):
    """What expansions take from normal scores z alone.

    Attributes
    ----------
    score, skew, bend : z, (z^2 - 1) / 6 and (7 - z^2) / 36
    miss : how far an expansion may miss the exact boundary, times its variance
    """

    score: Array
    skew: Array
    bend: Array
    miss: Array

    @classmethod
    def of(cls, score: Array) -> Curve:
        """Of scores in the precision in which they are given."""
        square = score * score
        miss = _TAIL * square * square - _BELOW
        np.maximum(miss, level(_MISS, miss), out=miss)
        return cls(score, (square - 1.0) / 6.0, (7.0 - square) / 36.0, miss)


def poisson(mean: Array, uniform: Array, score: Array, curve: Curve | None = None, out: Array | None = None) -> Array:
    """Poisson count of the given rank.

    Parameters
    ----------
    mean : (…, draw), >= 0
    uniform, score : (…, draw); rank in (0, 1) and its standard normal score
    curve : of the scores in single precision, where it is at hand
    out : where counts are to stand

    Returns
    -------
    (…, draw) whole numbers as floats of the score's type, non-decreasing in the rank.

    Notes
    -----
    Small means are counted up from zero. Of others a Cornish-Fisher expansion guesses; where it comes close to a
    boundary between two counts, the distribution function decides, so that the count is exact.
    """
    mean, uniform, score = _same_shape(mean, uniform, score)
    law = _Poisson(mean)
    return _given(_counted(law, law.single(), uniform, score, curve), score, out)


def binomial(
    trials: Array, probability: Array, uniform: Array, score: Array,
    curve: Curve | None = None, out: Array | None = None,
) -> Array:  # fmt: skip
    """Binomial count of the given rank.

    Parameters
    ----------
    trials : (…, draw), whole, >= 0
    probability : (…, draw), in [0, 1]; may lack what it has one of
    uniform, score, curve, out : as for `poisson`

    Returns
    -------
    (…, draw) whole numbers as floats of the score's type, 0 … trials, non-decreasing in the rank.
    """
    trials, uniform, score = _same_shape(trials, uniform, score)
    law = _Binomial(trials, probability)
    quick = law.single()
    counts = _counted(law, quick, uniform, score, curve)
    np.minimum(counts, trials if counts.dtype == trials.dtype else quick.trials, out=counts)
    return _given(counts, score, out)


def binomial_after(
    before: tuple[Array, Array], trials: Array, probability: Array, uniform: Array, score: Array,
    curve: Curve | None = None, *, out: Array,
) -> Array:  # fmt: skip
    """As `binomial`, into `out`, where trials of the same probabilities and ranks were counted before.

    Parameters
    ----------
    before : those trials and their counts; where trials are the same, so is the count
    out : (…, draw), all in one piece
    """
    changed = _places(trials != before[0])
    if changed.size * _OF_ALL > trials.size:
        return binomial(trials, probability, uniform, score, curve, out)
    if before[1] is not out:
        np.copyto(out, before[1])
    if changed.size:
        law = _Binomial(trials, probability).at(changed)
        counts = _counted(law, law.single(), uniform.reshape(-1)[changed], score.reshape(-1)[changed])
        out.reshape(-1)[changed] = np.minimum(counts, law.trials)
    return out


def _given(counts: Array, score: Array, out: Array | None) -> Array:
    """Counts as floats of the score's type, where they are to stand."""
    if out is None:
        return counts.astype(score.dtype, copy=False)
    out[...] = counts
    return out


def _same_shape(*arrays: Array) -> tuple[Array, ...]:
    shapes = {array.shape for array in arrays}
    return arrays if len(shapes) == 1 else np.broadcast_arrays(*arrays)


@dataclass(eq=False)
class _Poisson:
    """Poisson laws, one an element."""

    mean: Array

    def single(self) -> _Poisson:
        """The laws in single precision."""
        return _Poisson(self.mean.astype(np.float32))

    @property
    def rare(self) -> Mask | bool:
        """Where counting up from zero loses no first mass."""
        return True

    @property
    def along(self) -> bool:
        """Whether all others may be counted up along with these."""
        return bool(self.mean.max() <= _COUNT_UP_ALONG)

    @property
    def grain(self) -> Array:
        """Mean of the rarer outcome: the smaller, the more one count matters."""
        return self.mean

    def at(self, places: Places) -> _Poisson:
        """The laws of some flat elements, in double precision."""
        return _Poisson(_taken(self.mean, self.mean.shape, places))

    def masses(self) -> tuple[Array, Array | float, Array]:
        """Mass at zero, and Panjer's a and b."""
        mean = self.mean.astype(np.float64, copy=False)
        return np.exp(-mean), 0.0, mean

    def expansion(self, curve: Curve) -> tuple[Array, Array]:
        """Cornish-Fisher quantile and the variance."""
        return _expansion(self.mean, self.mean, curve.skew, 0.5 * curve.bend - 0.125, curve.score)

    def cdf(self, count: Array) -> Array:
        """Distribution function."""
        return np.asarray(pdtr(count, self.mean))


@dataclass(eq=False)
class _Binomial:
    """Binomial laws, one an element; probabilities that areas share are kept once."""

    trials: Array
    probability: Array

    @cached_property
    def mean(self) -> Array:
        """Means."""
        return self.trials * self.probability

    @property
    def grain(self) -> Array:
        """Mean of the rarer outcome: where success is likelier than not, it is failure."""
        return np.minimum(self.mean, self.trials * (1.0 - self.probability))

    def single(self) -> _Binomial:
        """The laws in single precision."""
        return _Binomial(self.trials.astype(np.float32), self.probability.astype(np.float32))

    @property
    def rare(self) -> Mask | bool:
        """Where counting up from zero loses no first mass."""
        return self.probability <= _RARE

    @property
    def along(self) -> bool:
        """Whether all others may be counted up along with these."""
        return bool(self.mean.max() <= _COUNT_UP_ALONG and self.probability.max() <= _RARE)

    def at(self, places: Places) -> _Binomial:
        """The laws of some flat elements, in double precision."""
        trials, probability = (_taken(one, self.trials.shape, places) for one in (self.trials, self.probability))
        return _Binomial(trials, probability)

    def masses(self) -> tuple[Array, Array | float, Array]:
        """Mass at zero, and Panjer's a and b."""
        n, p = (array.astype(np.float64, copy=False) for array in (self.trials, self.probability))
        odds = p / (1.0 - p)
        return np.exp(n * np.log1p(-p)), -odds, (n + 1.0) * odds

    def expansion(self, curve: Curve) -> tuple[Array, Array]:
        """Cornish-Fisher quantile and the variance."""
        q = 1.0 - self.probability
        curved = (self.probability * q + 0.5) * curve.bend
        curved -= 0.125
        skewed = (q - self.probability) * curve.skew
        return _expansion(self.mean, self.mean * q, skewed, curved, curve.score)

    def cdf(self, count: Array) -> Array:
        """Distribution function."""
        n, p = self.trials, self.probability
        return np.where(count < n, betainc(np.maximum(n - count, 1.0), count + 1.0, 1.0 - p), 1.0)


def _taken(values: Array, shape: tuple[int, ...], places: Places) -> Array:
    """Some flat elements of values broadcast to a shape, in double precision."""
    if values.shape == shape:
        found = values.reshape(-1)[places]
    elif values.size == shape[-1] or values.shape == (*shape[:-2], 1, shape[-1]):
        row = places // shape[-1]
        column = places - row * shape[-1]
        if values.size > shape[-1]:
            column += row // shape[-2] * shape[-1]
        found = values.reshape(-1)[column]
    else:
        found = np.broadcast_to(values, shape)[np.unravel_index(places, shape)]
    return found if found.dtype == np.float64 else found.astype(np.float64)


_Law = _Poisson | _Binomial


def _counted(law: _Law, quick: _Law, uniform: Array, score: Array, curve: Curve | None = None) -> Array:
    """Counts of the given ranks, element by element in the way that is quicker, as some of them say."""
    some = quick.mean.reshape(-1)[:: 1 + quick.mean.size // _SOME]
    if 2 * np.count_nonzero(some < _COUNT_UP_BELOW) <= some.size:
        return _settled(law, quick, uniform, score, curve)
    few = (quick.mean < _COUNT_UP_BELOW) & quick.rare
    number = int(np.count_nonzero(few))
    if number == few.size or quick.along:
        return _count_up(law, uniform)
    counts, ranks = np.empty_like(score, order="C"), uniform.reshape(-1)
    places, many = _places(few), _places(~few)
    counts.reshape(-1)[places] = _count_up(law.at(places), ranks[places])
    law = law.at(many)
    counts.reshape(-1)[many] = _settled(law, law.single(), ranks[many], score.reshape(-1)[many])
    return counts


def _places(where: Mask) -> Places:
    """Flat places of what is true."""
    return where.reshape(-1).nonzero()[0]


def _expansion(mean: Array, variance: Array, skewed: Array, curved: Array, score: Array) -> tuple[Array, Array]:
    """Cornish-Fisher quantile to second order, and the variance.

    Parameters
    ----------
    skewed : (q - p)(z^2 - 1) / 6, the third cumulant over six variances; p is 0 for Poisson
    curved : (p q (7 - z^2) - 1 - z^2 / 2) / 36, may be written to

    Notes
    -----
    m + s z + skewed + z curved / s. The grain of whole counts takes 1/12 off the variance that the expansion sees
    (Sheppard); without it one count in a hundred is wrong.
    """
    # In place: these arrays are the model's hottest.
    variance = np.maximum(variance, level(_LEAST_VARIANCE, variance))
    spread = np.sqrt(variance)
    curved /= spread
    curved += spread
    curved *= score
    curved += mean
    curved += skewed
    return curved, variance


def _settled(law: _Law, quick: _Law, uniform: Array, score: Array, curve: Curve | None = None) -> Array:
    """Rounds the expansion, and lets the distribution decide where that is in doubt.

    The expansion runs in single precision (`quick`); what that may change is in doubt too.
    """
    largest = float(quick.mean.max())
    slack = _SLACK * (_EXACT_UP_TO + largest)
    if largest > _SINGLE_UP_TO:
        quick, slack, curve = law, 0.0, None
    curve = curve or Curve.of(score.astype(quick.mean.dtype, copy=False))
    value, variance = quick.expansion(curve)
    count = np.rint(value, order="C")  # else its flat places would be those of a copy
    sure = np.subtract(value, count)
    np.abs(sure, out=sure)
    np.subtract(0.5 - slack, sure, out=sure)
    sure *= variance
    at = _places(sure < curve.miss)
    np.maximum(count, level(0.0, count), out=count)
    if not at.size:
        return count
    flat, doubtful = count.reshape(-1), law.at(at)
    if largest > _EXACT_UP_TO - slack and not (fine := doubtful.grain <= _EXACT_UP_TO).all():
        near = _places((sure.reshape(-1)[at] < 0.0) > fine)
        if near.size:
            where = at[near]
            flat[where] = np.rint(doubtful.at(near).expansion(Curve.of(score.reshape(-1)[where]))[0])
        kept = _places(fine)
        at, doubtful = at[kept], doubtful.at(kept)
    guess = np.maximum(np.floor(value.reshape(-1)[at]), 0.0, dtype=np.float64)
    wide = (0.5 - slack) * variance.reshape(-1)[at] <= curve.miss.reshape(-1)[at]
    flat[at] = _searched(doubtful, guess, uniform.reshape(-1)[at], wide)
    return count


def _searched(law: _Law, guess: Array, rank: Array, wide: Mask) -> Array:
    """Smallest count whose distribution function reaches the rank, searched from a guess just below or at it.

    Within half a count of the boundary one comparison decides; where the expansion may miss by more (`wide`),
    it is walked from count to count, up or down.
    """
    up = rank > law.cdf(guess)
    count = guess + up
    at = left = _places(wide & (up | (guess > 0.0)))
    while left.size:
        law, rank, up = law.at(left), rank[left], up[left]
        now = count[at]
        further = (rank > law.cdf(now - ~up)) == up
        now += np.where(up, further, -1.0 * further)
        count[at] = now
        further &= now > 0.0
        left = _places(further)
        at = at[left]
    return count


def _count_up(law: _Law, rank: Array) -> Array:
    """Smallest count whose distribution function reaches the rank, counted up from zero.

    Panjer's class: the masses of Poisson (a = 0, b = mean) and binomial (a = -p/q, b = (n+1)p/q)
    follow mass[k] = mass[k-1] (a + b/k).
    """
    mass, a, b = law.masses()
    return _climbed((mass, mass, a, b), rank, 0)


def _climbed(rule: tuple[Array, Array, Array | float, Array], rank: Array, step: int) -> Array:
    """How many counts more than `step` it takes; `rule` is the mass there, all up to there, and Panjer's a and b."""
    mass, total, a, b = rule
    count = np.zeros(rank.shape)
    open_ = rank > total
    while number := np.count_nonzero(open_):
        if number * _MOST_CLOSED < rank.size > _SOME:
            at = _places(open_)
            mass, total, a, b = (_taken(np.asarray(one), rank.shape, at) for one in (mass, total, a, b))
            count.reshape(-1)[at] += _climbed((mass, total, a, b), rank.reshape(-1)[at], step)
            break
        step += 1
        count += open_
        factor = b / step
        factor += a
        mass = mass * np.maximum(factor, level(0.0, factor), out=factor)
        total = total + mass
        open_ = rank > total
        # Rounding can leave the total a hair under a rank near one: no mass left ends the search.
        open_ &= mass > 0.0
    return count
