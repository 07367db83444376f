"""Statistics of draws: means, quantiles and their Monte Carlo error."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sim.ensemble.draws import Array

QUANTILES = (0.1, 0.25, 0.5, 0.75, 0.9)


def sample_worth(draws: float, effective_draws: float = np.inf) -> float:
    """How many independent draws a sample is worth: 1 / (1/D + 1/effective draws).

    Notes
    -----
    The futures are drawn with replacement from a sample of the posterior that itself is only worth so
    many draws: both errors add. For what rests on no conditioned assumption it is a lower bound.
    """
    return 1.0 / (1.0 / draws + 1.0 / effective_draws)


def monte_carlo_error(values: Array, effective_draws: float = np.inf) -> Array:
    """Monte Carlo standard error of the mean: sd x sqrt(1/D + 1/effective draws).

    Parameters
    ----------
    values : (…, draw)
    effective_draws : equal-weight draws the sample of the posterior is worth

    Returns
    -------
    (…) in the unit of the values
    """
    return values.std(axis=-1) / np.sqrt(sample_worth(values.shape[-1], effective_draws))


#: Equal draws worked out in another order differ by rounding alone: by less than this part of their size.
_ROUNDING = 1e-9


def apart(ours: Array, theirs: Array) -> Array:
    """Ours minus theirs draw by draw, in their unit; exactly zero where only rounding tells them apart.

    Notes
    -----
    Whatever counts draws as better or worse counts this: noise in the sixteenth digit is neither. Size is the larger
    of the two, or one unit, of which no page prints so small a part: a small rest of large numbers carries their noise.
    """
    difference = np.subtract(ours, theirs)
    size = np.maximum(np.maximum(np.abs(ours), np.abs(theirs)), 1.0)
    return np.where(np.abs(difference) <= _ROUNDING * size, 0.0, difference)


def describe(values: Array, effective_draws: float = np.inf, *, printed: Array | None = None) -> Array:
    """Mean, p10, p25, p50, p75, p90 and Monte Carlo error of the mean.

    Parameters
    ----------
    values : (…, draw), whose mean is told: it subtracts to the differences of plans
    printed : (…, draw) of the figure as it will be printed, whose range is told; the values when left out

    Returns
    -------
    (statistic, …) in the unit of the values

    Notes
    -----
    Where every draw is the same printed figure, that figure comes back exactly, with error 0.
    """
    quantiles = sorted_quantiles(values if printed is None else printed)
    mean, error = values.mean(axis=-1), monte_carlo_error(values, effective_draws)
    fixed = values.min(axis=-1) == values.max(axis=-1)
    mean, error = np.where(fixed, values[..., 0], mean), np.where(fixed, 0.0, error)
    return np.concatenate([mean[None], quantiles, error[None]])


def sorted_quantiles(values: Array, shares: Sequence[float] = QUANTILES) -> Array:
    """Quantiles, bit for bit NumPy's ``linear`` ones, in a fifth of the time.

    Parameters
    ----------
    values : (…, draw)
    shares : levels in [0, 1]

    Returns
    -------
    (share, …) in the unit of the values

    Notes
    -----
    NumPy selects around ten places, where one sort with vector instructions is quicker. The
    interpolation runs from the nearer end, as NumPy's does, so that no digit differs.
    """
    ordered = np.sort(values, axis=-1)
    place = np.array(shares) * (values.shape[-1] - 1)
    below = np.floor(place).astype(np.intp)
    part = (place - below).reshape(-1, *(1,) * (values.ndim - 1))
    low = np.moveaxis(ordered[..., below], -1, 0)
    high = np.moveaxis(ordered[..., np.minimum(below + 1, values.shape[-1] - 1)], -1, 0)
    step = high - low
    return np.where(part >= 0.5, high - step * (1.0 - part), low + step * part)
