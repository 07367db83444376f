"""Two goals at once: the splits of which no other is better in both."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.surface import ResponseSurface
from sim.domain.indicators import INDICATOR
from sim.ensemble.plans import Outcome

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Frontier:
    """Splits between two goals.

    Attributes
    ----------
    outcomes : the two goals
    rows : rows of the surface that were compared
    means : (row, 2) expected figures
    front : places in `rows` that no other row beats in both, by rising first goal
    """

    outcomes: tuple[Outcome, Outcome]
    rows: NDArray[np.intp]
    means: Array
    front: NDArray[np.intp]


def frontier(surface: ResponseSurface, first: Outcome, second: Outcome, rows: NDArray[np.intp]) -> Frontier:
    """Pareto front of the expected figures of two outcomes."""
    means = np.stack([surface.of(one)[rows].mean(axis=-1, dtype=np.float64) for one in (first, second)], axis=1)
    signs = [-1.0 if INDICATOR[one.indicator].better < 0 else 1.0 for one in (first, second)]
    return Frontier((first, second), rows, means, undominated(means * signs))


def undominated(points: Array) -> NDArray[np.intp]:
    """Points (point, 2) that no other is at least as good as in both and better in one, by rising first."""
    order = np.lexsort((-points[:, 1], -points[:, 0]))
    best, kept = -np.inf, []
    for place in order:
        if points[place, 1] > best:
            kept.append(place)
            best = points[place, 1]
    return np.array(kept[::-1], dtype=np.intp)
