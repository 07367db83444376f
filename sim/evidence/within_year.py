"""How likely figures within a year are, given the year a model expects: counts of parts of it, levels on the way.

Pure functions of arrays; what is compared with what is decided in `sim.evidence.nowcast`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.special import gammaln

from sim.domain import MONTHS_PER_YEAR
from sim.ensemble import Array

#: Months of a year, 1–12.
Months = frozenset[int]
#: Largest power of e that is a number.
_LARGEST = 700.0
#: No count is known more exactly than to half of one.
_HALF = 0.5


def disjoint(known: Sequence[tuple[Months, float]]) -> dict[Months, float] | None:
    """Counts of parts of a year that overlap as counts of parts that do not, {months: count}.

    Parameters
    ----------
    known : (months, count) each; a part may hold others: the first half, and then nine months

    Returns
    -------
    dict
        None where two of them cannot both be true: more in a part than in the whole of it, or parts that overlap
        without one holding the other.
    """
    found: dict[Months, float] = {}
    for months, count in sorted(known, key=lambda one: (len(one[0]), sorted(one[0]))):
        inside = {part: number for part, number in found.items() if part <= months}
        covered: Months = frozenset().union(*inside)
        rest, left = months - covered, count - sum(inside.values())
        if any(part & rest for part in found) or left < 0 or (not rest and left):
            return None
        if rest:
            found[rest] = left
    return found


def log_parts(year: Array, parts: Mapping[Months, float], *, concentration: float, error: float) -> Array:
    """Dirichlet-multinomial log likelihood of the counts of parts of a year, (draw), up to a constant.

    Parameters
    ----------
    year : (draw) the whole year's count
    parts : {months: count}, none of which overlap
    concentration : how evenly a year's events come: shares of the parts are Dirichlet with this times their length
    error : sd of the log of a whole year's printed count, of which nothing remains to come

    Notes
    -----
    One part alone is Beta-binomial with its share of the year as mean; a very large concentration makes it binomial.
    """
    whole = sum(parts.values())
    if sum(map(len, parts)) == MONTHS_PER_YEAR:
        return np.asarray(-0.5 * ((year - whole) / max(error * whole, _HALF)) ** 2)
    rest = np.maximum(year - whole, 0.0)
    shares = {months: concentration * len(months) / MONTHS_PER_YEAR for months in parts}
    open_ = concentration - sum(shares.values())
    total = gammaln(year + 1.0) - gammaln(rest + 1.0) - gammaln(year + concentration) + gammaln(rest + open_)
    total = total + sum(gammaln(parts[one] + shares[one]) - gammaln(parts[one] + 1.0) for one in parts)
    return np.where(year >= whole, total, -np.inf)


def part_variance(year: Array, first: float, then: float, *, concentration: float) -> Array:
    """Covariance of a year's count up to two dates, (draw): Beta-binomial where the dates are one.

    Parameters
    ----------
    year : (draw) the whole year's count
    first, then : share of the year before each date, the earlier one first
    """
    return np.asarray(first * (1.0 - then) * year * (year + concentration) / (1.0 + concentration))


def log_normal(residual: Array, covariance: Array) -> Array:
    """Log density of residuals that are normal together, (draw), up to a constant.

    Parameters
    ----------
    residual : (figure, draw)
    covariance : (figure, figure, draw)
    """
    if len(residual) == 1:
        return np.asarray(-0.5 * (residual[0] ** 2 / covariance[0, 0] + np.log(covariance[0, 0])))
    root = np.linalg.cholesky(np.moveaxis(covariance, -1, 0))
    white = np.linalg.solve(root, residual.T[:, :, None])[..., 0]
    spread = np.log(np.diagonal(root, axis1=1, axis2=2)).sum(axis=1)
    return np.asarray(-0.5 * (white**2).sum(axis=1) - spread)


def log_copied(residual: Array, variance: Array, *, grain: float, copied: float) -> Array:
    """Log likelihood of a figure that equals an earlier one to its last digit, (draw): a mixture.

    Parameters
    ----------
    residual, variance : (draw) each, in the figure's unit
    grain : one of its last printed digit
    copied : chance that it was copied, and says nothing

    Notes
    -----
    A copied figure is what it is whatever the truth; one that was counted anew falls on the same digit only as often
    as the density times the grain says.
    """
    counted = np.exp(-0.5 * residual**2 / variance) / np.sqrt(2.0 * np.pi * variance) * grain
    return np.asarray(np.log(copied + (1.0 - copied) * np.minimum(counted, 1.0)))


def tail_shape(log_weights: Array) -> float:
    """Pareto shape of the largest importance weights, k-hat; weights up to 0.7 can be trusted.

    Notes
    -----
    Vehtari, Simpson, Gelman, Yao and Gabry 2024; the generalised Pareto is fitted to the largest 3 sqrt(N) weights by
    the empirical Bayes rule of Zhang and Stephens (2009), with their weak prior of ten draws at one half.
    """
    ordered = np.sort(log_weights)
    wanted = int(min(0.2 * ordered.size, 3.0 * np.sqrt(ordered.size)))
    if wanted < 5 or not np.isfinite(ordered[-wanted - 1 :]).all():
        return float("inf")
    weights = np.exp(ordered - ordered[-1])
    excess = weights[-wanted:] - weights[-wanted - 1]
    if excess[-1] <= 0.0:
        return 0.0  # the largest weights are equal: there is no tail
    count = 30 + int(np.sqrt(wanted))
    quarter = max(float(excess[int(wanted / 4 + 0.5) - 1]), float(np.finfo(float).tiny))
    grid = 1.0 / excess[-1] + (1.0 - np.sqrt(count / (np.arange(1, count + 1) - 0.5))) / 3.0 / quarter
    shapes = np.log1p(-grid[:, None] * excess).mean(axis=1)
    scores = wanted * (np.log(-grid / shapes) - shapes - 1.0)
    weight = 1.0 / np.exp(np.minimum(scores - scores[:, None], _LARGEST)).sum(axis=1)
    middle = float(grid @ weight / weight.sum())
    shape = float(np.log1p(-middle * excess).mean())
    return (wanted * shape + 10 * 0.5) / (wanted + 10)
