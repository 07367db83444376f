"""Sobol indices and EVPPI: which assumption widens the range, and what knowing it is worth."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sim.analysis.answer import first_order, grouped, resampled_shares
from sim.analysis.compare import Estimate, bootstrap_error, bootstrap_weights, mean_estimate
from sim.domain import BUDGET_LINES, LINES
from sim.ensemble import Array, apart

#: Shares of the draws at which an index is looked at again, to see whether it has settled.
STAGES = (0.25, 0.5, 1.0)


@dataclass(frozen=True)
class Index:
    """A sensitivity index [share of variance].

    Attributes
    ----------
    estimate : share of the outcome's variance
    path : the same from the first quarter, the first half and all of the draws
    """

    estimate: Estimate
    path: tuple[float, ...]


@dataclass(frozen=True)
class Influence:
    """What one part of the assumptions does to an outcome.

    Attributes
    ----------
    name : assumption id, or the name of a group
    firsts : {assumption id: first-order index}; empty for the event ranks
    total : None where only given draws were looked at
    """

    name: str
    firsts: Mapping[str, Index]
    total: Index | None

    @property
    def members(self) -> tuple[str, ...]:
        """Assumptions of the part, none for the event ranks."""
        return tuple(self.firsts)

    @property
    def first(self) -> Index | None:
        """Largest first-order index of the members."""
        return max(self.firsts.values(), key=lambda index: index.estimate.value, default=None)

    @property
    def distinguished(self) -> bool:
        """Whether the part is distinguished from one without influence."""
        return any(index.estimate.distinguished for index in (self.first, self.total) if index)


def first_order_index(output: Array, value: Array, weights: Array, *, effective_draws: float = np.inf) -> Index:
    """Sobol first-order index Var(E[Y|X]) / Var(Y) from given draws.

    Parameters
    ----------
    output, value : (draw)
    weights : (resample, draw) of `bootstrap_weights`

    Notes
    -----
    Of an assumption that is correlated with others it holds what goes with them, too.
    """
    path = tuple(first_order(output[:size], value[:size]) for size in _sizes(output.size))
    error = bootstrap_error(resampled_shares(output, grouped(value), weights), output.size, effective_draws)
    return Index(Estimate(path[-1], error), path)


def total_index(output: Array, exchanged: Array, weights: Array, *, effective_draws: float = np.inf) -> Index:
    """Sobol total index E[Var(Y|all others)] / Var(Y).

    Parameters
    ----------
    output : (draw)
    exchanged : (draw) the outcome with one part of the inputs taken from independent draws
    weights : (resample, draw)

    Notes
    -----
    Jansen (1999): half the mean squared change over the variance.
    """
    squares = 0.5 * np.square(output - exchanged)
    stages = [(squares[:size].mean(), output[:size].var()) for size in _sizes(output.size)]
    path = tuple(float(part / whole) if whole > 0.0 else 0.0 for part, whole in stages)
    counts = weights.sum(axis=1)
    mean = weights @ output / counts
    spread = weights @ np.square(output - output.mean()) / counts - np.square(mean - output.mean())
    resampled = weights @ squares / counts / np.where(spread > 0.0, spread, 1.0)
    error = bootstrap_error(resampled, output.size, effective_draws)
    return Index(Estimate(path[-1], error), path)


def influences(
    output: Array,
    parameters: Mapping[str, Array],
    parts: Mapping[str, Sequence[str]],
    exchanged: Mapping[str, Array],
    *,
    effective_draws: float = np.inf,
    seed: int = 0,
) -> tuple[Influence, ...]:
    """Sobol indices of every part of the assumptions, by falling influence.

    Parameters
    ----------
    output : (draw) an outcome, or the difference of two plans
    parameters : {assumption id: (draw)}
    parts : {name: assumption ids}
    exchanged : {name: (draw)} the outcome with that part exchanged; the event ranks are a part without ids
    """
    weights = bootstrap_weights(output.size, seed=seed)
    options = {"effective_draws": effective_draws}
    found = []
    for name, members in parts.items():
        other = exchanged.get(name)
        total = None if other is None else total_index(output, other, weights, **options)
        firsts = {key: first_order_index(output, parameters[key], weights, **options) for key in members}
        found.append(Influence(name, firsts, total))
    return tuple(sorted(found, key=_size, reverse=True))


def _size(influence: Influence) -> float:
    index = influence.total or influence.first
    return index.estimate.value if index else 0.0


def _sizes(draws: int) -> list[int]:
    return [max(1, int(draws * stage)) for stage in STAGES]


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
    return mean_estimate(apart(utilities.max(axis=0), utilities[best_plan(utilities)]), effective_draws)


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
    more = apart(utilities[plans], utilities[plans[0]]).T[order]
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
