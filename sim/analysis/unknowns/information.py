"""EVPI and EVPPI: what knowing everything, or an assumption, is worth to a choice between plans."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import combinations, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.compare import Estimate, mean_estimate
from sim.domain import BUDGET_LINES, LINES
from sim.ensemble import Array, apart, sorted_quantiles

Places = NDArray[np.intp]

#: Folds of cross-fitting: a rule learnt on seven eighths is tried on the rest.
_FOLDS = 8
#: Neighbours of the second estimator, as a power of the draws it knows: about where bias and noise balance in the
#: five dimensions of an inquiry, 4 / (4 + 5).
_NEIGHBOURS = 0.4
#: Quantiles at which a spline bends (Harrell 2001, five knots).
_KNOTS = (0.05, 0.275, 0.5, 0.725, 0.95)

#: What one inquiry would find out together: how a line works, or what earlier budgets were.
INQUIRIES: Mapping[str, tuple[str, ...]] = {
    **{line.id: line.inquiry for line in BUDGET_LINES},
    "budgets": ("prior_funding_ratio", *(f"reference_split_{line}" for line in LINES)),
}


@dataclass(frozen=True)
class Information:
    """EVPPI of one assumption, or of several together: mean gain of the choice from knowing them [outcome's unit].

    Attributes
    ----------
    again : the same from nearest neighbours; None where it was not looked at again
    low : True when `again` finds more, beyond both intervals and beyond the error of their difference
    """

    name: str
    members: tuple[str, ...]
    worth: Estimate
    again: Estimate | None = None
    low: bool = False


def perfect_information(utilities: Array, *, effective_draws: float = np.inf) -> Estimate:
    """Expected value of perfect information (EVPI): worth of knowing everything, event ranks included.

    Parameters
    ----------
    utilities : (plan, draw), more is better
    """
    return mean_estimate(apart(utilities.max(axis=0), utilities[best_plan(utilities)]), effective_draws)


class _Folded(NamedTuple):
    """Draws in the order of their folds, the folds in that order, and what plans of all outcomes bring in it."""

    order: Places
    folds: list[slice]
    more: Array


def _folded(outcomes: Sequence[Array], copies: Places | None, seed: int) -> _Folded:
    """Folds of the draws, from (draw, plan) of each outcome; copies of one draw share a fold."""
    draws = len(outcomes[0])
    place = np.random.default_rng(seed).permutation(draws).argsort()
    place = place if copies is None else place[copies]
    order = np.argsort(place, kind="stable")
    cuts = place[order][np.linspace(0, draws, _FOLDS + 1).astype(int)[1:-1]]
    ends = [0, *np.searchsorted(place[order], cuts), draws]  # never between copies
    return _Folded(order, [slice(*pair) for pair in pairwise(ends)], np.concatenate(outcomes, axis=1)[order])


def _tied(inputs: Array, copies: Places) -> bool:
    """Whether copies of a draw know the same: what was drawn afresh says nothing of the posterior draw it came with."""
    return bool((inputs == inputs[:, copies]).all(axis=1).any())


def _by_regression(outcomes: Sequence[Array], inputs: Array, folded: _Folded) -> list[Array]:
    """What the plan chosen by fitted values brings more than the best, (draw), from (draw, plan) of each outcome."""
    order, folds, more = folded
    scaled = [(value - value.mean()) / value.std() for value in inputs if value.std() > 0.0]
    products = [reduce(np.multiply, some)[None] for size in (2, 3) for some in combinations(scaled, size)]
    design = np.concatenate([np.ones((1, order.size)), *map(_spline, scaled), *products]).T[order]
    squares = [design[fold].T @ design[fold] for fold in folds]
    targets = [design[fold].T @ more[fold] for fold in folds]
    all_squares, all_targets = sum(squares), sum(targets)
    fitted = np.empty(more.shape)
    for fold, square, target in zip(folds, squares, targets, strict=True):
        learnt = np.linalg.lstsq(all_squares - square, all_targets - target, rcond=None)[0]
        fitted[order[fold]] = design[fold] @ learnt
    ends = [0, *np.cumsum([one.shape[1] for one in outcomes])]
    return [_chosen(one, fitted[:, first:last]) for one, (first, last) in zip(outcomes, pairwise(ends), strict=True)]


def _by_neighbours(outcomes: Sequence[Array], inputs: Array, order: Places, first: slice) -> tuple[Places, list[Array]]:
    """Draws of the first fold, and what the plan with the highest mean among their neighbours in the others brings."""
    from scipy.spatial import KDTree  # a fifth of a second that answers without EVPPI need not wait

    tried, known = order[first], order[first.stop :]
    if not known.size:
        return tried, [np.zeros(tried.size) for _ in outcomes]
    ranks = np.stack([np.sort(value).searchsorted(value) for value in inputs], axis=1)  # equal ones stay together
    tree = KDTree(ranks[known], compact_nodes=False, balanced_tree=False)  # quicker to build for one question
    near = known[tree.query(ranks[tried], k=np.arange(1, 1 + int(known.size**_NEIGHBOURS)))[1]]
    means = ([plan[near].mean(axis=1) for plan in more.T] for more in outcomes)
    return tried, [_chosen(more[tried], np.stack(mean, axis=1)) for more, mean in zip(outcomes, means, strict=True)]


def _more(utilities: Array) -> Array:
    """What each plan brings more than the best, (draw, plan); that comes first: who learnt nothing keeps it."""
    plans = np.argsort(-utilities.mean(axis=1), kind="stable")
    return apart(utilities[plans], utilities[plans[0]]).T


def _chosen(more: Array, expected: Array) -> Array:
    """What the plan expected to bring most brings, (draw), from (draw, plan)."""
    best, brings = expected[:, 0], more[:, 0]
    for plan in range(1, more.shape[1]):  # a few plans of many draws: quicker than to search every draw
        ahead = expected[:, plan] > best
        best, brings = np.where(ahead, expected[:, plan], best), np.where(ahead, more[:, plan], brings)
    return brings


def information(
    outcomes: Sequence[Array],
    parameters: Mapping[str, Array],
    parts: Mapping[str, Sequence[str]],
    *,
    copies: Places | None = None,
    effective_draws: float = np.inf,
    seed: int = 0,
    again: bool = False,
) -> list[tuple[Information, ...]]:
    """Expected value of partial perfect information (EVPPI) of every part of the assumptions for each outcome.

    By regression on the draws of one run, by falling worth, in the outcome's unit.

    Parameters
    ----------
    outcomes : (plan, draw) of each, more is better
    parameters : {assumption id: (draw)}
    parts : {name: assumption ids}; parts may overlap
    copies : (draw) the first draw that took the same draw of a posterior; default: none took another's
    again : whether a second estimator looks for what the first may miss

    Notes
    -----
    What each plan brings more than the best one is regressed on the assumptions by restricted cubic
    splines with products of two and of three (after Strong, Oakley and Brennan 2014). Taking the
    largest of fitted values would favour noise; here a rule learnt on seven folds chooses on the
    eighth, and what the chosen plan brings *there* counts. The estimate therefore errs to the low
    side and is zero on average where nothing is to be learnt. Copies of one draw of a posterior share
    a fold: a rule would else be tried on what it was learnt from.

    The second takes the plan with the highest mean among nearest neighbours, by ranks of the
    assumptions: it assumes no form, so that it sees thresholds and interactions for which the splines
    have no column. Both rules are tried on draws they know nothing of and reach at most the true worth
    on average. So where the second brings more, the first is low; where it brings less, that says
    nothing: among many assumptions no neighbour is near.
    """
    figures = worths_of(
        outcomes, parameters, parts, copies=copies, effective_draws=effective_draws, seed=seed, again=again
    )
    return informed(figures, parts)


def worths_of(
    outcomes: Sequence[Array], parameters: Mapping[str, Array], parts: Mapping[str, Sequence[str]],
    *, copies: Places | None, effective_draws: float, seed: int, again: bool,
) -> Array:  # fmt: skip
    """Figures of `information`, (outcome, part, figure): worth, its error, both again or not a number, low."""
    found = np.full((len(outcomes), len(parts), 5), np.nan)
    more = [_more(utilities) for utilities in outcomes]
    folds: dict[bool, _Folded] = {}  # of draws whose copies know the same, and of others
    for place, members in enumerate(parts.values()):
        inputs = np.stack([parameters[key] for key in members])
        tied = copies is not None and _tied(inputs, copies)
        if tied not in folds:
            folds[tied] = _folded(more, copies if tied else None, seed)
        order, (first, *_), _ = folds[tied]
        gains = _by_regression(more, inputs, folds[tied])
        tried, seconds = _by_neighbours(more, inputs, order, first) if again else (order, [None] * len(gains))
        for row, gain, second in zip(found[:, place], gains, seconds, strict=True):
            worth = mean_estimate(gain, effective_draws)
            row[:2] = worth.value, worth.error
            if second is not None:
                checked, ahead = (mean_estimate(part, effective_draws) for part in (second, second - gain[tried]))
                row[2:] = checked.value, checked.error, ahead.distinguished and checked.low > worth.high
    return found


def informed(figures: Array, parts: Mapping[str, Sequence[str]]) -> list[tuple[Information, ...]]:
    """`information` of the figures of `worths_of`, by falling worth."""

    def one(name: str, value: float, error: float, second: float, second_error: float, low: float) -> Information:
        again = None if np.isnan(second) else Estimate(second, second_error)
        return Information(name, tuple(parts[name]), Estimate(value, error), again, again is not None and bool(low))

    found = ([one(name, *row) for name, row in zip(parts, rows, strict=True)] for rows in figures.tolist())
    return [tuple(sorted(kept, key=lambda one: one.worth.value, reverse=True)) for kept in found]


def best_plan(utilities: Array) -> int:
    """Row of the plan with the highest mean, from (plan, draw)."""
    return int(utilities.mean(axis=1).argmax())


def best_and_runner_up(utilities: Array) -> tuple[int, int]:
    """Rows of the two plans with the highest means, from (plan, draw)."""
    best, second = np.argsort(-utilities.mean(axis=1), kind="stable")[:2]
    return int(best), int(second)


def _spline(value: Array) -> Array:
    """Restricted cubic spline, linear beyond the outer knots, (column, draw)."""
    knots = np.unique(sorted_quantiles(value, _KNOTS))
    if knots.size < 3:
        return value[None]
    *inner, before, last = knots
    beyond = np.maximum(value - knots[:, None], 0.0)
    *cubes, cube_before, cube_last = beyond * beyond * beyond  # a general power takes ten times as long
    bent = [
        cube - cube_before * (last - knot) / (last - before) + cube_last * (before - knot) / (last - before)
        for knot, cube in zip(inner, cubes, strict=True)
    ]
    return np.stack([value, *(column / (last - knots[0]) ** 2 for column in bent)])
