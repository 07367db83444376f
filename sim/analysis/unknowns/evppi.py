"""Value of information (EVPI, EVPPI) for a choice between plans: which assumption to measure first.

The value of information is what the choice gains on average when it may wait for the answer. Where
the same plan is best whatever the answer, it is zero, however uncertain the outcome.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.analysis.compare import Estimate, mean_estimate
from sim.domain import BUDGET_LINES, LINES
from sim.ensemble import Array

Places = NDArray[np.intp]

#: Folds of cross-fitting: a rule learnt on seven eighths is tried on the rest.
_FOLDS = 8
#: Quantiles at which a spline bends (Harrell 2001, five knots).
_KNOTS = (0.05, 0.275, 0.5, 0.725, 0.95)

#: What one inquiry would find out together: how a line works, or what earlier budgets were.
INQUIRIES: Mapping[str, tuple[str, ...]] = {
    **{line.id: line.inquiry for line in BUDGET_LINES},
    "budgets": ("prior_funding_ratio", *(f"reference_split_{line}" for line in LINES)),
}


@dataclass(frozen=True)
class Information:
    """EVPPI of one assumption, or of several together: mean gain of the choice from knowing them [outcome's unit]."""

    name: str
    members: tuple[str, ...]
    worth: Estimate


def perfect_information(utilities: Array, *, effective_draws: float = np.inf) -> Estimate:
    """Expected value of perfect information (EVPI): worth of knowing everything, event ranks included.

    Parameters
    ----------
    utilities : (plan, draw), more is better
    """
    return mean_estimate(utilities.max(axis=0) - utilities[best_plan(utilities)], effective_draws)


def partial_information(
    utilities: Array, inputs: Array, *, copies: Places | None = None, effective_draws: float = np.inf, seed: int = 0
) -> Estimate:
    """Expected value of partial perfect information (EVPPI) by regression on the draws of one run.

    Parameters
    ----------
    utilities : (plan, draw) in the outcome's unit, more is better
    inputs : (assumption, draw)
    copies : (draw) the first draw that took the same draw of a posterior; default: none took another's

    Notes
    -----
    What each plan brings more than the best one is regressed on the assumptions by restricted cubic
    splines with pairwise products (after Strong, Oakley and Brennan 2014). Taking the largest of
    fitted values would favour noise; here a rule learnt on seven folds chooses on the eighth, and
    what the chosen plan brings *there* counts. The estimate therefore errs to the low side and is
    zero on average where nothing is to be learnt. Copies of one draw of a posterior share a fold: a
    rule would else be tried on what it was learnt from.
    """
    inputs, draws = np.atleast_2d(inputs), utilities.shape[1]
    # What was drawn afresh says nothing of the posterior draw it came with: only shared inputs tie copies together.
    if copies is None or not (inputs == inputs[:, copies]).all(axis=1).any():
        copies = np.arange(draws)
    place = np.random.default_rng(seed).permutation(draws).argsort()[copies]
    order = np.argsort(place, kind="stable")
    cuts = place[order][np.linspace(0, draws, _FOLDS + 1).astype(int)[1:-1]]
    ends = [0, *np.searchsorted(place[order], cuts), draws]  # never between copies
    folds = [slice(*pair) for pair in pairwise(ends)]
    scaled = [(value - value.mean()) / value.std() for value in inputs if value.std() > 0.0]
    pairs = [(one * other)[None] for place, one in enumerate(scaled) for other in scaled[:place]]
    design = np.concatenate([np.ones((1, draws)), *map(_spline, scaled), *pairs]).T[order]
    # The best comes first: a rule that was taught nothing keeps the choice.
    plans = np.argsort(-utilities.mean(axis=1), kind="stable")
    more = (utilities[plans] - utilities[plans[0]]).T[order]
    squares = [design[fold].T @ design[fold] for fold in folds]
    products = [design[fold].T @ more[fold] for fold in folds]
    gain = np.empty(draws)
    for fold, square, product in zip(folds, squares, products, strict=True):
        rule = np.linalg.lstsq(sum(squares) - square, sum(products) - product, rcond=None)[0]
        chosen = (design[fold] @ rule).argmax(axis=1)
        gain[fold] = np.take_along_axis(more[fold], chosen[:, None], axis=1)[:, 0]
    return mean_estimate(gain, effective_draws)


def information(
    utilities: Array,
    parameters: Mapping[str, Array],
    parts: Mapping[str, Sequence[str]],
    *,
    copies: Places | None = None,
    effective_draws: float = np.inf,
    seed: int = 0,
) -> tuple[Information, ...]:
    """EVPPI of every part of the assumptions, by falling worth, in the outcome's unit.

    Parameters
    ----------
    utilities : (plan, draw), more is better
    parameters : {assumption id: (draw)}
    parts : {name: assumption ids}; parts may overlap
    copies : (draw) the first draw that took the same draw of a posterior
    """
    found = []
    for name, members in parts.items():
        inputs = np.stack([parameters[key] for key in members])
        worth = partial_information(utilities, inputs, copies=copies, effective_draws=effective_draws, seed=seed)
        found.append(Information(name, tuple(members), worth))
    return tuple(sorted(found, key=lambda one: one.worth.value, reverse=True))


def best_plan(utilities: Array) -> int:
    """Row of the plan with the highest mean, from (plan, draw)."""
    return int(utilities.mean(axis=1).argmax())


def best_and_runner_up(utilities: Array) -> tuple[int, int]:
    """Rows of the two plans with the highest means, from (plan, draw)."""
    best, second = np.argsort(-utilities.mean(axis=1), kind="stable")[:2]
    return int(best), int(second)


def _spline(value: Array) -> Array:
    """Restricted cubic spline, linear beyond the outer knots, (column, draw)."""
    knots = np.unique(np.quantile(value, _KNOTS))
    if knots.size < 3:
        return value[None]
    *inner, before, last = knots
    *cubes, cube_before, cube_last = np.maximum(value - knots[:, None], 0.0) ** 3
    bent = [
        cube - cube_before * (last - knot) / (last - before) + cube_last * (before - knot) / (last - before)
        for knot, cube in zip(inner, cubes, strict=True)
    ]
    return np.stack([value, *(column / (last - knots[0]) ** 2 for column in bent)])
