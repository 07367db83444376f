"""The same futures with some assumptions changed: exchanged for independent draws, or held at a value.

Both keep everything else of a draw as it was, luck included, so that what changes in the outcome
is due to the assumption alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sim.domain.parameters import Distribution, Override, Register, World
from sim.ensemble.draws import Block
from sim.ensemble.plans import CommonDraws
from sim.ensemble.streams import stream_key
from sim.model.state import Luck

Array = NDArray[np.floating]


def exchanged(draws: CommonDraws, other: CommonDraws, ids: Iterable[str], *, luck: bool = False) -> CommonDraws:
    """Draws that take some assumptions, and luck if asked, from other draws.

    Parameters
    ----------
    other : independent draws of the same size and horizon
    ids : assumption ids
    """
    names = tuple(ids)

    def block(mine: Block, theirs: Block) -> Block:
        calibrated = {**mine.calibrated, **{name: theirs.calibrated[name] for name in names}}
        ranks = {**mine.ranks, **{name: theirs.ranks[name] for name in names}}
        return replace(mine, calibrated=calibrated, ranks=ranks, luck=theirs.luck if luck else mine.luck)

    blocks = (block(mine, theirs) for mine, theirs in zip(draws.blocks, other.blocks, strict=True))
    return replace(draws, blocks=tuple(blocks))


def shuffled(draws: CommonDraws, *, seed: int) -> CommonDraws:
    """The same futures in a random order within each block.

    Notes
    -----
    Two scrambles of one Sobol column share their leading digits point by point, so that draws of
    another seed are *not* independent of these in their order. In a random order they are.
    """
    rng = np.random.default_rng(stream_key(seed, "shuffle"))

    def block(one: Block) -> Block:
        order = rng.permutation(one.size)

        def taken(arrays: Mapping[str, Array]) -> dict[str, Array]:
            return {name: values[..., order] for name, values in arrays.items()}

        luck = Luck(taken(one.luck.uniform), taken(one.luck.score))
        return replace(one, calibrated=taken(one.calibrated), ranks=taken(one.ranks), luck=luck)

    return replace(draws, blocks=tuple(block(one) for one in draws.blocks))


def held(draws: CommonDraws, values: Mapping[str, float]) -> CommonDraws:
    """Draws with some assumptions at one value in every draw, as if it were known.

    Notes
    -----
    Shares of one whole (a simplex) stay a whole: the others keep their proportions. Correlated
    assumptions do not move along; what history says of them together is left aside.
    """
    return replace(draws, blocks=tuple(_held(block, draws.register, values) for block in draws.blocks))


def held_in(world: World, values: Mapping[str, float]) -> World:
    """A world whose own statements about held assumptions give way to the held values."""
    stated = {
        key: Override(key, Distribution(values[key], values[key], values[key]), override.reason)
        if key in values
        else override
        for key, override in world.overrides.items()
    }
    return replace(world, overrides=stated)


def _held(block: Block, register: Register, values: Mapping[str, float]) -> Block:
    calibrated = dict(block.calibrated)
    for key, value in values.items():
        simplex = register[key].distribution.simplex
        if simplex:
            others = [name for name in simplex_ids(register, simplex) if name != key]
            scale = (1.0 - value) / np.maximum(1.0 - calibrated[key], np.finfo(float).tiny)
            calibrated |= {name: calibrated[name] * scale for name in others}
        calibrated[key] = np.full(block.size, value)
    return replace(block, calibrated=calibrated)


def simplex_ids(register: Register, simplex: str) -> tuple[str, ...]:
    """Assumptions that are shares of one whole."""
    return tuple(key for key in register if register[key].distribution.simplex == simplex)


def uncertain_ids(draws: CommonDraws, world: World) -> tuple[str, ...]:
    """Assumptions that differ between draws under a world, in register order."""
    return tuple(key for key, values in draws.parameters(world).items() if values.min() < values.max())


def groups_of(draws: CommonDraws, ids: Collection[str], conditioned: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Assumptions told apart into parts that are independent of one another, {name: ids}.

    Parameters
    ----------
    conditioned : assumptions updated on history together; they stay one part

    Returns
    -------
    dict
        Single assumptions by their id; those updated on history as ``history``; shares of one whole
        by the name of their simplex.
    """
    parts: dict[str, tuple[str, ...]] = {}
    for key in ids:
        simplex = draws.register[key].distribution.simplex
        name = "history" if key in conditioned else simplex or key
        parts[name] = (*parts.get(name, ()), key)
    return parts
