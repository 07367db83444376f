"""Which assumptions an answer rests on, and how good the evidence for them is.

First-order sensitivity indices from given draws, by binned conditional means.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain import GRADES, Register
from sim.ensemble import Array

#: What together makes up this share of the variance decides the grade.
_DECISIVE = 0.8
#: Assumptions that size the events of single years; what no input explains rests on them.
_EVENT_SIZES = (
    "founding_lumpiness", "dissolution_lumpiness", "revenue_volatility", "disaster_probability",
    "disaster_loss", "discrepancy_revenue", "discrepancy_income",
)  # fmt: skip
#: Equally filled bins of a conditional mean.
_BINS = 32
#: Grades of weak evidence.
_WEAK_GRADES = frozenset("DE")


@dataclass(frozen=True)
class Driver:
    """One assumption's first-order share of an answer's variance."""

    id: str
    share: float
    grade: str


@dataclass(frozen=True)
class Evidence:
    """What an answer's range rests on.

    Attributes
    ----------
    grade : the worst among what makes up 80 % of the variance; the residual counts with the grade
        of the assumptions that size single years' events
    drivers : inputs by falling share of the variance
    residual : share of the variance no single input explains (event ranks and interactions)
    weak_share : share of the variance from inputs graded D or E
    """

    grade: str
    drivers: tuple[Driver, ...]
    residual: float
    weak_share: float


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
    if output.var() == 0.0 or value.min() == value.max():
        return 0.0
    return max(0.0, grouped_share(output, grouped(value)))


def grouped(value: Array) -> NDArray[np.intp]:
    """Which equally filled bin each draw lies in, (draw); equal values share one."""
    order = np.argsort(value, kind="stable")
    edges = np.unique(value[order[np.linspace(0, value.size - 1, _BINS + 1).astype(int)]])
    return np.searchsorted(edges, value, side="left")


def grouped_share(output: Array, group: NDArray[np.intp]) -> float:
    """First-order index with the groups given (epsilon squared); below zero where noise would give more.

    Parameters
    ----------
    output : (draw)
    group : (draw) of `grouped`
    """
    around = output - output.mean()
    counts = np.bincount(group).astype(np.float64)
    sums = np.bincount(group, weights=around).astype(np.float64)
    return float(_share_between(counts, sums, np.square(around).sum(), np.zeros(())))


def resampled_shares(output: Array, group: NDArray[np.intp], weights: Array) -> Array:
    """`grouped_share` of resamples of the draws, (resample).

    Parameters
    ----------
    output, group : (draw)
    weights : (resample, draw) how often each draw stands in each resample
    """
    around = (output - output.mean()).astype(np.float32)
    inside = (group[:, None] == np.arange(group.max() + 1)).astype(np.float32)
    counts, sums = weights @ inside, weights @ (inside * around[:, None])
    return _share_between(counts, sums, weights @ np.square(around), weights @ around)


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


def evidence(output: Array, parameters: Mapping[str, Array], register: Register) -> Evidence:
    """What one output's range rests on.

    Parameters
    ----------
    output : (draw) values, or paired differences
    parameters : {assumption id: (draw)}
    """
    drivers = [
        Driver(key, first_order(output, values), register[key].grade)
        for key, values in parameters.items()
        if key in register.entries
    ]
    drivers.sort(key=lambda driver: -driver.share)
    explained = sum(driver.share for driver in drivers)
    residual = max(0.0, 1.0 - explained)
    weak = sum(driver.share for driver in drivers if driver.grade in _WEAK_GRADES)
    return Evidence(_grade(drivers, residual, register), tuple(drivers), residual, min(1.0, weak))


def _grade(drivers: Sequence[Driver], residual: float, register: Register) -> str:
    """The worst grade among the largest parts of the variance, the residual among them."""
    sizes = [register[key].grade for key in _EVENT_SIZES if key in register.entries]
    parts = [*drivers, Driver("", residual, max(sizes, key=GRADES.index, default=GRADES[-1]))]
    parts.sort(key=lambda part: -part.share)
    whole = sum(part.share for part in parts)
    worst, covered = GRADES[0], 0.0
    for part in parts:
        if part.share == 0.0 or covered >= _DECISIVE * whole:
            return worst
        worst = max(worst, part.grade, key=GRADES.index)
        covered += part.share
    return worst if covered else GRADES[-1]
