"""First-order indices of single assumptions from given draws, by binned conditional means."""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from sim.ensemble import Array

#: Equally filled bins of a conditional mean.
_BINS = 32


def first_order(output: Array, value: Array) -> float:
    """First-order sensitivity index Var(E[Y|X]) / Var(Y) from given draws.

    Parameters
    ----------
    output, value : (draw)

    Returns
    -------
    float, at least 0

    Notes
    -----
    Binned conditional means over equally filled bins, less the share that noise alone would
    give (one-way analysis of variance, epsilon squared). Equal values stay in one bin, so an atom
    at zero is one group.
    """
    return first_order_in(output, groups_of({"": value})[""])


def first_order_in(output: Array, group: NDArray[np.intp]) -> float:
    """`first_order` of an input whose groups are known."""
    return first_orders(output, {"": group})[""]


def first_orders(output: Array, groups: Mapping[str, NDArray[np.intp]]) -> dict[str, float]:
    """`first_order` of each input, whose groups are known."""
    varies, spread = output.var() != 0.0, _spread(output)
    return {
        key: max(0.0, _spread_share(*spread, group)) if group.size and varies else 0.0 for key, group in groups.items()
    }


def grouped(value: Array) -> NDArray[np.intp]:
    """Which equally filled bin each draw lies in, (draw); equal values share one."""
    edges = np.unique(np.sort(value)[np.linspace(0, value.size - 1, _BINS + 1).astype(int)])
    return np.searchsorted(edges, value, side="left")


def groups_of(parameters: Mapping[str, Array]) -> dict[str, NDArray[np.intp]]:
    """`grouped` of each assumption, {assumption id: (draw)}; an empty one where all its values are the same."""
    nothing = np.empty(0, dtype=np.intp)
    return {key: nothing if one.min() == one.max() else grouped(one) for key, one in parameters.items()}


def grouped_share(output: Array, group: NDArray[np.intp]) -> float:
    """First-order index with the groups given (epsilon squared); below zero where noise would give more.

    Parameters
    ----------
    output : (draw)
    group : (draw) of `grouped`
    """
    return _spread_share(*_spread(output), group)


def _spread(output: Array) -> tuple[Array, Array]:
    """An output around its mean, (draw), and the sum of its squares."""
    around = output - output.mean()
    return around, np.square(around).sum()


def _spread_share(around: Array, squares: Array, group: NDArray[np.intp]) -> float:
    """`grouped_share` of an output whose spread is known."""
    counts = np.bincount(group).astype(np.float64)
    sums = np.bincount(group, weights=around).astype(np.float64)
    return float(_share_between(counts, sums, squares, np.zeros(())))


def resampled_shares(outputs: Sequence[Array], group: NDArray[np.intp], times: Array) -> Array:
    """`grouped_share` of resamples of the draws, (output, resample).

    Parameters
    ----------
    outputs, group : (draw) each
    times : (draw, resample) how often each draw stands in each resample

    Notes
    -----
    Added in order and in double precision, not by products of matrices: a bootstrap error is the same however many
    threads linear algebra has.
    """
    around = np.stack([output - output.mean() for output in outputs])
    columns = np.concatenate([np.ones((1, group.size)), around, np.square(around)])
    order = np.argsort(group, kind="stable")
    bins = np.split(order, np.flatnonzero(np.diff(group[order])) + 1)
    found = [np.einsum("dr,cd->cr", times[one].astype(np.float64), columns[:, one]) for one in bins]
    counts, *rest = np.stack(found, axis=-1)
    sums, squares = np.split(np.stack(rest), 2)
    return _share_between(counts, sums, squares.sum(axis=-1), sums.sum(axis=-1))


def _share_between(counts: Array, sums: Array, squares: Array, total: Array) -> Array:
    """Epsilon squared of a one-way analysis of variance; groups on the last axis.

    Parameters
    ----------
    counts, sums : draws and sum of the output per group
    squares, total : sum of squares and sum of the output over all draws
    """
    size = counts.sum(axis=-1)
    groups = (counts > 0).sum(axis=-1)
    shift = np.square(total) / size
    whole = squares - shift
    between = (np.square(sums) / np.maximum(counts, 1)).sum(axis=-1) - shift
    noise = (groups - 1) * (whole - between) / np.maximum(size - groups, 1)
    usable = (whole > 0.0) & (size > groups)
    return np.where(usable, (between - noise) / np.where(usable, whole, 1.0), 0.0)
