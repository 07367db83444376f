"""The Pareto front of splits between two goals."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import domain, ensemble
from sim.analysis.split.surface import ResponseSurface


@dataclass(frozen=True)
class Frontier:
    """Splits between two goals, and their Pareto front.

    Attributes
    ----------
    outcomes : the two goals
    rows : rows of the surface that were compared
    means : (row, 2) expected figures
    errors : (row, 2) Monte Carlo error of their difference from the plan's
    front : places in `rows` that no other row beats in both, by rising first goal
    """

    outcomes: tuple[ensemble.Outcome, ensemble.Outcome]
    rows: NDArray[np.intp]
    means: ensemble.Array
    errors: ensemble.Array
    front: NDArray[np.intp]


def frontier(
    surface: ResponseSurface, outcomes: tuple[ensemble.Outcome, ensemble.Outcome], rows: NDArray[np.intp], *,
    levels: Mapping[ensemble.Outcome, float] | None = None,
) -> Frontier:  # fmt: skip
    """Pareto front of the expected figures of two outcomes.

    Parameters
    ----------
    rows : splits of the surface that are compared
    levels : {outcome: expected figure of the plan} on the draws of the reports; default on those of the surface.
        What a split changes is taken from the surface, draw by draw, and put upon them.
    """
    plan, means, errors = surface.splits.plan_row, [], []
    for one in outcomes:
        values = surface.of(one)
        level = values[plan].mean(dtype=np.float64) if levels is None else levels[one]
        changes = values[rows] - values[plan]
        means.append(level + changes.mean(axis=-1, dtype=np.float64))
        errors.append(ensemble.monte_carlo_error(changes, surface.effective_draws))
    signs = [-1.0 if domain.INDICATOR[one.indicator].better < 0 else 1.0 for one in outcomes]
    points = np.stack(means, axis=1)
    return Frontier(outcomes, rows, points, np.stack(errors, axis=1), undominated(points * signs))


def undominated(points: ensemble.Array) -> NDArray[np.intp]:
    """Pareto front of points, (point, 2): their places by rising first figure, more being better.

    A point is left out where another is at least as good in both figures and better in one.
    """
    order = np.lexsort((-points[:, 1], -points[:, 0]))
    best = np.maximum.accumulate(points[order, 1])
    return order[np.append(True, best[1:] > best[:-1])][::-1]
