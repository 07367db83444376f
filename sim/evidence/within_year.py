"""How likely figures within a year are, given the year a model expects: counts of parts of it, levels on the way.

Pure functions of arrays; what is compared with what is decided in `sim.evidence.nowcast`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from sim.domain import MONTHS_PER_YEAR
from sim.ensemble import Array

#: Months of a year, 1–12.
Months = frozenset[int]
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


def log_parts(year: Array, parts: Mapping[Months, float], *, concentration: float, error: float = 0.0) -> Array:
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


def level_within(
    before: Array | float, after: Array | float, share: float, *, average: bool
) -> NDArray[np.floating] | float:
    """A level within a year, on its way from year's end to year's end: averages geometrically, stocks evenly.

    Parameters
    ----------
    before, after : at the two year-ends, (draw) or one each; above nothing where it is an average
    share : of the year that has passed
    """
    if not average:
        return before + share * (after - before)
    return np.sqrt(before * after) if share == _HALF else before ** (1.0 - share) * after**share


def log_copied(residual: Array, variance: Array | float, *, grain: float, copied: float) -> Array:
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
