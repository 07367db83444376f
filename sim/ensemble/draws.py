"""Frozen draws: parameter values and event ranks that every scenario, slider move and optimiser shares."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from scipy.special import gammaincinv, ndtri

from sim.domain import Distribution, Register, World
from sim.ensemble import store
from sim.ensemble.streams import BLOCK, Array, Posterior, event_uniforms, sobol_uniforms
from sim.model import EVENTS, EventRanks

#: Standard normal score of the 90th percentile: where p10 and p90 lie on a split normal.
Z90 = float(ndtri(0.9))


@dataclass(frozen=True)
class Block:
    """One block of frozen draws.

    Attributes
    ----------
    register : the assumptions drawn from
    size : how many draws the block holds
    calibrated : {assumption id: (draw)} values as calibrated
    ranks : {assumption id: (draw)} the uniform behind each value, for worlds that restate it
    event_ranks : one rank per (event, year, area, draw)
    stages : what was worked out from these draws for the worlds asked last (`sim.ensemble.stage`);
        never taken over by another block
    """

    register: Register
    size: int
    calibrated: Mapping[str, Array]
    ranks: Mapping[str, Array]
    event_ranks: EventRanks
    stages: list[Any] = field(default_factory=list, init=False, repr=False, compare=False)

    @property
    def years(self) -> int:
        """How many years there are event ranks for."""
        return len(self.event_ranks.score["revenue_shock"])

    def first(self, years: int) -> Block:
        """The same draws for the first so many years; no year's events look ahead."""
        if years == self.years:
            return self

        def cut(arrays: Mapping[str, Array]) -> dict[str, Array]:
            return {name: values[:years] for name, values in arrays.items()}

        return replace(self, event_ranks=EventRanks(cut(self.event_ranks.uniform), cut(self.event_ranks.score)))

    def under(self, world: World) -> Mapping[str, Array]:
        """Parameter draws with a world's overrides, each through its own unchanged rank."""
        restated = {
            key: split_normal(override.distribution, self.register[key].bounds, self.ranks[key])
            for key, override in world.overrides.items()
        }
        return {**self.calibrated, **restated}


def split_normal(distribution: Distribution, bounds: tuple[float, float], ranks: Array) -> Array:
    """Split-normal values through p10, p50, p90, clipped to the bounds, by inversion at the given ranks.

    Parameters
    ----------
    bounds : hard limits, in the assumption's unit
    ranks : (…) in (0, 1)

    Returns
    -------
    (…) in the assumption's unit

    Notes
    -----
    p50 + z (p50 - p10)/z90 below the median, p50 + z (p90 - p50)/z90 above it. A p10 on the lower
    bound gives an atom of 10 % there: no effect at all is a real possibility. Values are rounded
    to the float32 the draws are stored in, so that stored and fresh draws are the same numbers.
    """
    return split_normal_at(distribution, bounds, ndtri(ranks.astype(np.float64)))


def split_normal_at(distribution: Distribution, bounds: tuple[float, float], score: Array) -> Array:
    """Values of a split normal, as `split_normal`, at standard normal scores of any shape."""
    if distribution.constant:
        return np.full(score.shape, distribution.p50)
    below, above = distribution.p50 - distribution.p10, distribution.p90 - distribution.p50
    values = distribution.p50 + score / Z90 * np.where(score < 0.0, below, above)
    return _as_stored(np.clip(values, *bounds))


def draw_block(
    register: Register,
    *,
    seed: int,
    index: int,
    size: int,
    years: int,
    areas: Sequence[str],
    posterior: Posterior | None = None,
) -> Block:
    """The frozen draws of one block.

    Parameters
    ----------
    seed : of the run; with the index it fixes every number
    index : which block, from 0
    size : how many of its draws are wanted, up to `BLOCK`
    years : horizon in years
    areas : area codes; events of an area follow its code, not its place in the list
    posterior : sample of the conditioned assumptions; None leaves them at their prior

    Returns
    -------
    Block whose arrays are prefixes of the full block's.
    """
    ids = [key for key in register if register[key].role == "projection"]
    # Constants have a rank too: a world may restate one with a spread.
    columns = [(key, register[key].column) for key in ids]
    key = ["sobol", seed, index, BLOCK, columns, store.code_of("sim.ensemble.streams")]
    rows = store.remember(key, lambda: sobol_uniforms(columns, seed=seed, block=index), keep=index < store.KEPT_BLOCKS)
    ranks = dict(zip(ids, rows, strict=True))
    values = _values(register, ranks) | (posterior.block(index) if posterior is not None else {})
    event_ranks = EventRanks()
    for event in EVENTS:
        scope = ("",) if event.shared else areas
        streams = (event_uniforms(event.name, seed=seed, block=index, area=area, years=years) for area in scope)
        uniform = np.stack([stream[:, :size] for stream in streams], axis=1).astype(np.float64)
        event_ranks.score[event.name] = ndtri(uniform)
        if event.both:
            event_ranks.uniform[event.name] = uniform
    return Block(
        register=register,
        size=size,
        calibrated={key: values[key][:size] for key in ids},
        ranks={key: ranks[key][:size] for key in ids},
        event_ranks=event_ranks,
    )


def _values(register: Register, ranks: Mapping[str, Array]) -> dict[str, Array]:
    """Assumptions at their ranks; shares of one whole are Dirichlet: gamma variates by inversion, over their sum."""
    values, simplexes = {}, defaultdict(list)
    for key, rank in ranks.items():
        entry = register[key]
        if entry.distribution.simplex:
            shape = entry.distribution.mean * entry.distribution.concentration
            simplexes[entry.distribution.simplex].append((key, gammaincinv(shape, rank.astype(np.float64))))
        else:
            values[key] = split_normal(entry.distribution, entry.bounds, rank)
    for parts in simplexes.values():
        gammas = np.stack([gamma for _, gamma in parts])
        values |= zip((key for key, _ in parts), _as_stored(gammas / gammas.sum(axis=0)), strict=True)
    return values


def _as_stored(values: Array) -> Array:
    return values.astype(np.float32).astype(np.float64)
