"""Sobol indices: how much of an outcome's variance comes from each assumption, alone and with all it takes part in.

First-order indices come from the given draws. Total indices need the model run again with one part
of the assumptions exchanged for independent draws. A total index says what would remain if only
that part stayed unknown; it has that meaning for parts that are independent of one another, so that
assumptions updated on history together are one part, as are shares of one whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.answer import first_order, grouped, resampled_shares
from sim.analysis.compare import Estimate, bootstrap_error, bootstrap_weights
from sim.ensemble import Array

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
