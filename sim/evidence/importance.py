"""Adaptive importance sampling on normal scores, for posteriors that plain resampling cannot reach.

The target is a likelihood times a standard normal prior in many dimensions. A mixture of the
prior (for safety) and one fitted normal (for aim) is refitted on tempered, truncated weights until
it covers the posterior; the best round is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.domain import steps
from sim.ensemble import Array
from sim.evidence.proposal import PIECE, Normals, Proposal, Redrawn, moments

LogLikelihood = Callable[[Array], Array]
Judged = Callable[[Array], tuple[Array, NDArray[np.float32]]]

#: Tempering aims at this share of draws being effective in a fit; low enough to move, high enough to fit.
_FIT_SHARE = 0.05
#: Fitting ends when a round promises this many times the effective draws wanted of the last sample.
_MARGIN = 2.0
#: Fitting rounds grow with a hard posterior this often at most; beyond that only the last sample does.
_FIT_DOUBLINGS = 2
#: Draws of the last sample with less than exp(-this) of the largest weight are dropped: of a million of them not one
#: would be picked.
_NEGLIGIBLE = 40.0
#: No direction of a fit is narrower than this, however few draws it rests on.
_LEAST_VARIANCE = 1e-4
#: Fits are rounded to this many decimals: processors multiply matrices with different last bits, and
#: without rounding those bits would grow, round by round, into another posterior.
_DIGITS = 6
#: An impossible draw's log likelihood in a fit: far below any possible one, and powers of it exist.
_IMPOSSIBLE = -1e6
#: Fewer effective draws than this and a published posterior is not used at all.
LEAST_EFFECTIVE = 1000


@dataclass(frozen=True)
class Effort:
    """How hard to search: draws of each fitting round, rounds, draws of the last sample, rows kept.

    `wanted` effective draws end the search early; fewer make it go on, with twice the draws each of
    `doublings` times (`adaptive_importance_sampling`).
    """

    fit_size: int = 1 << 17
    rounds: int = 12
    size: int = 1 << 19
    rows: int = 1 << 17
    wanted: float = 6.0 * LEAST_EFFECTIVE
    doublings: int = 2


#: Were as many draws of a sample effective as are wanted, the weights of a part of it would come within a few percent
#: to that part of their sum; not even so many times as much is believed.
_ASTRAY = 1.5


@dataclass
class _Worth:
    """How many draws of a growing sample are effective: sums of weights and of their squares beside the largest."""

    largest: float = -np.inf
    total: float = 0.0
    squares: float = 0.0

    def with_more(self, log_weights: Array) -> float:
        """Effective draws with these further ones, at least one of which is possible."""
        largest = max(self.largest, float(log_weights.max()))
        weights, scale = np.exp(np.maximum(log_weights - largest, _NOTHING)), np.exp(self.largest - largest)
        self.total = float(scale * self.total + weights.sum())
        self.squares, self.largest = float(scale**2 * self.squares + weights @ weights), largest
        return self.total**2 / self.squares


@dataclass(frozen=True)
class Weighted:
    """Weighted draws of a posterior.

    Attributes
    ----------
    drawn : (dimension, draw) normal scores, or how to draw them again
    log_weights : (draw) up to a constant
    log_likelihood : (draw)
    effective : effective sample size (sum w)^2 / sum w^2
    told : (draw, row) what was told of each draw beside its likelihood
    """

    drawn: Array | Redrawn
    log_weights: Array
    log_likelihood: Array
    effective: float
    told: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), np.float32))

    @property
    def scores(self) -> Array:
        """(dimension, draw) normal scores of every draw."""
        return self.taken(np.arange(self.log_weights.size))

    def taken(self, columns: NDArray[np.intp]) -> Array:
        """Normal scores of some draws, (dimension, column)."""
        return self.drawn.taken(columns) if isinstance(self.drawn, Redrawn) else self.drawn[:, columns]

    @property
    def pareto_k(self) -> float:
        """Shape of the tail of the weights (`pareto_k`)."""
        return pareto_k(self.log_weights)


#: Below this a log weight beside the largest moves no bit of a sum; exponentials that underflow take ten times as long.
_NOTHING = -300.0


def effective_size(log_weights: Array) -> float:
    """Effective sample size, (sum w)^2 / sum w^2, of unnormalised log weights (draw)."""
    largest = log_weights.max()
    if not np.isfinite(largest):
        return 0.0  # not one draw is possible
    weights = np.maximum(log_weights - largest, _NOTHING)
    np.exp(weights, out=weights)
    return float(weights.sum() ** 2 / np.square(weights, out=weights).sum())


#: Fewer weights have no shape.
_LEAST_TAIL = 5
#: Above this the mean of a sample may be carried by a few draws, however many seem effective (Vehtari et al. 2024).
MOST_PARETO_K = 0.7


def pareto_k(log_weights: Array) -> float:
    """Pareto k-hat: shape of a generalised Pareto tail of importance weights (draw); low is good.

    Notes
    -----
    Vehtari et al. 2024: the largest min(S/5, 3 sqrt(S)) weights, fitted by the empirical Bayes estimate of Zhang and
    Stephens 2009, pulled towards 1/2 as by ten further weights. 0 where the largest weights are equal;
    infinite where too few draws are possible to tell.
    """
    size = int(min(0.2 * log_weights.size, 3.0 * np.sqrt(log_weights.size)))
    ordered = np.sort(log_weights[np.isfinite(log_weights)])[-size - 1 :]
    if size < _LEAST_TAIL or ordered.size <= size:
        return float("inf")
    weights = np.exp(ordered - ordered[-1])
    tail = weights[1:] - weights[0]
    tail = tail[tail > 0.0]
    return _generalised_pareto_shape(tail) if tail.size >= _LEAST_TAIL else 0.0


def _generalised_pareto_shape(tail: Array) -> float:
    """Shape of a generalised Pareto distribution, from an ascending positive sample (Zhang and Stephens 2009)."""
    count, grid = tail.size, 30 + int(np.sqrt(tail.size))
    quartile = tail[int(count / 4 + 0.5) - 1]
    points = 1.0 / tail[-1] + (1.0 - np.sqrt(grid / (np.arange(1, grid + 1) - 0.5))) / (3.0 * quartile)
    shapes = np.log1p(-points[:, None] * tail).mean(axis=1)
    profile = count * (np.log(-points / shapes) - shapes - 1.0)
    weights = np.exp(profile - profile.max())
    point = float(points @ weights / weights.sum())
    shape = float(np.log1p(-point * tail).mean())
    return (count * shape + 10.0 * 0.5) / (count + 10.0)


def systematic_resampling(log_weights: Array, rows: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Systematic resampling: (row) columns of equal weight, in random order, from unnormalised log weights (draw)."""
    weights = np.exp(log_weights - log_weights.max())
    ranks = (np.arange(rows) + rng.random()) / rows
    columns = np.searchsorted(np.cumsum(weights) / weights.sum(), ranks)
    return rng.permutation(np.minimum(columns, weights.size - 1))


def adaptive_importance_sampling(
    log_likelihood: LogLikelihood,
    dimensions: int,
    *,
    effort: Effort,
    rng: np.random.Generator,
    judged: Judged | None = None,
) -> Weighted:
    """Adaptive importance sampling of a posterior under a standard normal prior.

    Parameters
    ----------
    log_likelihood : (dimension, draw) scores → (draw)
    effort : how hard to search; the best sample is returned whatever it reached
    judged : (dimension, draw) scores → log likelihood, (draw), and what is to be told of a draw, (row, draw)

    Returns
    -------
    Weighted
    """
    search = _Search(log_likelihood, rng, Proposal.prior(dimensions), judged)
    found: Weighted | None = None
    given_up: list[tuple[int, _Search]] = []
    for attempt in range(effort.doublings + 1):
        size = effort.size << attempt
        for _ in range(effort.rounds if attempt == 0 else effort.rounds // 2):
            reached = search.step(effort.fit_size << min(attempt, _FIT_DOUBLINGS))
            if reached * size >= _MARGIN * effort.wanted:
                break
        before = search.as_it_stands()
        sample = search.weigh(size, effort.wanted if attempt < effort.doublings else 0.0)
        if sample is None:
            given_up.append((size, before))
        elif found is None or sample.effective > found.effective:
            found = sample
        if found and found.effective >= effort.wanted:
            return found
    for size, before in given_up:  # none of the others came as far as was wanted: these may have come further
        sample = before.weigh(size)
        found = sample if sample and (found is None or sample.effective >= found.effective) else found
    assert found is not None
    return found


class _Search:
    """Refits the proposal round by round; the temperature never falls, the best fit is kept."""

    def __init__(
        self, log_likelihood: LogLikelihood, rng: np.random.Generator, start: Proposal, judged: Judged | None = None
    ) -> None:
        self._log_likelihood, self._rng, self._judged = log_likelihood, rng, judged
        self._proposal = self._best = start
        self._effective, self._temperature = 0.0, 0.0
        self._normals = Normals(start.mean.size)

    def step(self, size: int) -> float:
        """One round: sample, temper, refit; returns the share of its draws that was effective."""
        _, scores = self._normals.drawn(self._rng, size)
        likelihood, ratio = self._evaluated(self._proposal, scores)
        effective = effective_size(likelihood + ratio)
        if effective / size > self._effective:
            self._best, self._effective = self._proposal, effective / size
        np.maximum(likelihood, _IMPOSSIBLE, out=likelihood)
        self._temperature = _temperature(likelihood, ratio, floor=self._temperature)
        self._proposal = _fit(scores, self._temperature * likelihood + ratio)
        return effective / size

    def as_it_stands(self) -> _Search:
        """A search from the best fit so far, with the same random numbers to come."""
        rng = np.random.Generator(deepcopy(self._rng.bit_generator))
        return _Search(self._log_likelihood, rng, self._best, self._judged)

    def weigh(self, size: int, wanted: float = 0.0) -> Weighted | None:
        """A last sample, piece by piece; draws that could never be picked are forgotten.

        None as soon as it is clear that fewer draws than wanted will be effective: then the rest is drawn, so that
        random numbers stand where they would, but not weighed.
        """
        starts: list[np.random.BitGenerator] = []
        parts: list[tuple[Array, Array, NDArray[np.intp]]] = []
        largest, count, told = -np.inf, 0, np.empty((size, 0), np.float32)
        worth, thin = _Worth(), False
        for first in steps(range(0, size, PIECE)):
            start, normals = self._normals.drawn(self._rng, min(PIECE, size - first))
            if thin:
                continue
            starts.append(start)
            chunks: list[NDArray[np.float32]] = []
            likelihood, log_weights = self._evaluated(self._best, normals, chunks)
            log_weights += likelihood
            largest = max(largest, float(log_weights.max()))
            kept = np.flatnonzero(log_weights >= largest - _NEGLIGIBLE)  # all of them where not one is possible
            parts.append((log_weights[kept], likelihood[kept], first + kept))
            if chunks:  # on room for all, of which only what is kept is ever touched
                told = told if told.size else np.empty((size, len(chunks[0])), np.float32)
                told[count : count + kept.size] = np.concatenate(chunks, axis=1).take(kept, axis=1).T
            count += kept.size
            if wanted and kept.size and np.isfinite(largest):
                thin = worth.with_more(parts[-1][0]) * (_ASTRAY * size / (first + normals.shape[1])) ** 2 < wanted
        if thin:
            return None
        log_weights, likelihood, places = (np.concatenate(part) for part in zip(*parts, strict=True))
        drawn = Redrawn(self._best, self._normals, tuple(starts), size, places)
        return Weighted(drawn, log_weights, likelihood, effective_size(log_weights), told[:count])

    def _evaluated(
        self, proposal: Proposal, normals: Array, told: list[NDArray[np.float32]] | None = None
    ) -> tuple[Array, Array]:
        """Log likelihood and log prior - log proposal density, (draw) each; scores are left for the normals.

        Not so where `told` takes, chunk by chunk, what is told of draws.
        """
        likelihood, ratio = np.empty((2, normals.shape[1]))
        for those, scores, ratio[those] in proposal.through(normals):
            if told is None:
                likelihood[those] = self._log_likelihood(scores)
                normals[:, those] = scores
            elif self._judged is None:
                likelihood[those] = self._log_likelihood(scores)
            else:
                likelihood[those], some = self._judged(scores)
                told.append(some)
        return likelihood, ratio


def _temperature(likelihood: Array, ratio: Array, *, floor: float) -> float:
    """Largest power of the likelihood that leaves enough effective draws to fit; never falls."""
    wanted = _FIT_SHARE * likelihood.size
    low, high = floor, 1.0
    if effective_size(likelihood + ratio) >= wanted:
        return 1.0
    while round(low, _DIGITS) < round(high, _DIGITS):
        middle = 0.5 * (low + high)
        if effective_size(middle * likelihood + ratio) >= wanted:
            low = middle
        else:
            high = middle
    return max(round(low, _DIGITS), floor, 1e-4)


def _fit(scores: Array, log_weights: Array) -> Proposal:
    """A normal fitted to draws, no weight above total / sqrt(N) (Ionides 2008): a few extreme ones fit nothing."""
    weights = np.exp(log_weights - log_weights.max())
    weights = np.where(np.isfinite(weights), weights, 0.0)
    weights = np.minimum(weights, weights.mean() * np.sqrt(weights.size))
    weights /= weights.sum()
    mean, square = moments(scores, weights)
    covariance = _denoised(square - np.outer(mean, mean), 1.0 / float(np.square(weights).sum()))
    return Proposal(mean.round(_DIGITS), np.linalg.cholesky(covariance.round(_DIGITS)))


def _denoised(covariance: Array, effective: float) -> Array:
    """A covariance estimated from few effective draws, without the noise of the estimate.

    Notes
    -----
    Under a standard normal prior the data move few directions; in all others the variance is one.
    Eigenvalues of pure noise fill 1 ± sqrt(d/n) squared (Marchenko and Pastur 1967): those become
    one; the others are moved back by the bias of a spiked model (Baik and Silverstein 2006). With
    many dimensions this noise, more than anything else, is what makes weights uneven.
    """
    values, vectors = np.linalg.eigh(covariance)
    noise = covariance.shape[0] / effective
    shifted = values + 1.0 - noise
    outside = shifted**2 - 4.0 * values
    found = (outside > 0.0) & ((values > 1.0) | (noise < 1.0))
    root = np.sign(values - 1.0) * np.sqrt(np.maximum(outside, 0.0))
    true = np.maximum(np.where(found, 0.5 * (shifted + root), 1.0), _LEAST_VARIANCE)
    return (vectors * true) @ vectors.T
