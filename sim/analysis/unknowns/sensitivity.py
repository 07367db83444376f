"""Sobol indices: which assumption widens the range."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from sim.analysis.answer import (
    closed_index,
    first_order_in,
    grouped,
    groups_of,
    resampled_shares,
)
from sim.analysis.compare import Estimate, bootstrap_error, bootstrap_weights
from sim.ensemble import Array

Places = NDArray[np.intp]

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
    alone : closed index of the part as a whole; None where only its members' were looked at
    """

    name: str
    firsts: Mapping[str, Index]
    total: Index | None
    alone: Index | None = None

    @property
    def members(self) -> tuple[str, ...]:
        """Assumptions of the part, none for the event ranks."""
        return tuple(self.firsts)

    @property
    def first(self) -> Index | None:
        """Its index alone, or the largest first-order index of its members."""
        return self.alone or max(self.firsts.values(), key=lambda index: index.estimate.value, default=None)

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
    return Binned({"": value}, [output], weights).index(0, "", effective_draws)


class Binned:
    """First-order indices of inputs for several outputs: what rests on an input alone is worked out once.

    Parameters
    ----------
    parameters : {assumption id: (draw)}
    outputs : (draw) each
    weights : (resample, draw) of `bootstrap_weights`
    """

    def __init__(self, parameters: Mapping[str, Array], outputs: Sequence[Array], weights: Array) -> None:
        self._parameters, self._outputs, self._times = parameters, outputs, np.ascontiguousarray(weights.T)
        self._groups: dict[tuple[str, int], Places] = {}
        self._shares: dict[str, Array] = {}

    def group(self, key: str, size: int) -> Places:
        """Bins of the first draws; empty where all their values are the same."""
        if (key, size) not in self._groups:
            self._groups[key, size] = groups_of({key: self._parameters[key][:size]})[key]
        return self._groups[key, size]

    def index(self, place: int, key: str, effective_draws: float) -> Index:
        """First-order index of an input for one of the outputs."""
        output = self._outputs[place]
        path = tuple(first_order_in(output[:size], self.group(key, size)) for size in _sizes(output.size))
        if key not in self._shares:
            group = self.group(key, output.size)
            group = group if group.size else grouped(self._parameters[key])
            self._shares[key] = resampled_shares(self._outputs, group, self._times)
        error = bootstrap_error(self._shares[key][place], output.size, effective_draws)
        return Index(Estimate(path[-1], error), path)


def total_index(output: Array, exchanged: Array, *, effective_draws: float = np.inf) -> Index:
    """Sobol total index E[Var(Y|all others)] / Var(Y).

    Parameters
    ----------
    output : (draw)
    exchanged : (draw) the outcome with one part of the inputs taken from independent draws

    Notes
    -----
    One less the closed index of all others: half the mean squared change (Jansen 1999) over the variance of both.
    """
    if output.min() == output.max():
        return Index(Estimate(0.0, 0.0), (0.0,) * len(STAGES))
    others = [closed_index(output[:size], exchanged[:size], effective_draws) for size in _sizes(output.size)]
    path = tuple(1.0 - one.value for one in others)
    return Index(Estimate(path[-1], others[-1].error), path)


def influences(
    output: Array,
    parameters: Mapping[str, Array],
    parts: Mapping[str, Sequence[str]],
    exchanged: Mapping[str, Array],
    *,
    effective_draws: float = np.inf,
    seed: int = 0,
    first: Callable[[str, float], Index] | None = None,
) -> tuple[Influence, ...]:
    """Sobol indices of every part of the assumptions, by falling influence.

    Parameters
    ----------
    output : (draw) an outcome, or the difference of two plans
    parameters : {assumption id: (draw)}
    parts : {name: assumption ids}
    exchanged : {name: (draw)} the outcome with that part exchanged; the event ranks are a part without ids
    first : `Binned.index` of the output, where many are looked at; default: it is worked out here
    """
    first = first or partial(Binned(parameters, [output], bootstrap_weights(output.size, seed=seed)).index, 0)
    found = []
    for name, members in parts.items():
        other = exchanged.get(name)
        total = None if other is None else total_index(output, other, effective_draws=effective_draws)
        firsts = {key: first(key, effective_draws) for key in members}
        found.append(Influence(name, firsts, total))
    return tuple(sorted(found, key=_size, reverse=True))


def _size(influence: Influence) -> float:
    index = influence.total or influence.first
    return index.estimate.value if index else 0.0


def _sizes(draws: int) -> list[int]:
    return [max(1, int(draws * stage)) for stage in STAGES]
