"""The same futures with some assumptions changed: exchanged for independent draws, or fixed at a value.

Both keep everything else of a draw as it was, event ranks included, so that what changes in the outcome
is due to the assumption alone.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from sim.domain import Distribution, Override, Register, World
from sim.ensemble.draws import Array, Beside, Block, Posterior
from sim.ensemble.plans import CommonDraws, common_draws
from sim.ensemble.streams import block_count, stream_key
from sim.model import EventRanks


def exchanged(draws: CommonDraws, other: CommonDraws, ids: Iterable[str], *, event_ranks: bool = False) -> CommonDraws:
    """Draws that take some assumptions, and event ranks if asked, from other draws.

    Parameters
    ----------
    other : independent draws of the same size and horizon
    ids : assumption ids
    """
    names = tuple(ids)

    def block(mine: Block, theirs: Block) -> Block:
        calibrated = {**mine.calibrated, **{name: theirs.calibrated[name] for name in names}}
        ranks = {**mine.ranks, **{name: theirs.ranks[name] for name in names}}
        chosen = theirs if event_ranks else mine
        return replace(mine, calibrated=calibrated, ranks=ranks, event_ranks=chosen.event_ranks)

    blocks = (block(mine, theirs) for mine, theirs in zip(draws.blocks, other.blocks, strict=True))
    return replace(draws, blocks=tuple(blocks))


def exchanged_beside(
    draws: CommonDraws, other: CommonDraws, posterior: Posterior, ids: Sequence[str], given: Sequence[str]
) -> CommonDraws:
    """Draws whose conditioned assumptions `ids` are drawn anew from other draws beside the `given` ones, which stay."""

    copula = Beside(posterior, ids, given)

    def block(mine: Block, theirs: Block) -> Block:
        new = copula.draw(mine.calibrated, theirs.calibrated)
        ranks = {name: theirs.ranks[name] for name in ids}
        return replace(mine, calibrated={**mine.calibrated, **new}, ranks={**mine.ranks, **ranks})

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
            return {name: values.take(order, axis=-1) for name, values in arrays.items()}

        event_ranks = EventRanks(taken(one.event_ranks.uniform), taken(one.event_ranks.score))
        return replace(one, calibrated=taken(one.calibrated), ranks=taken(one.ranks), event_ranks=event_ranks)

    return replace(draws, blocks=tuple(block(one) for one in draws.blocks))


def independent_of(draws: CommonDraws, posterior: Posterior | None) -> CommonDraws:
    """As many other draws of the same seed, from later blocks and in a random order."""
    later = common_draws(
        draws.province, draws.register, draws=draws.size, seed=draws.seed, horizon=draws.horizon, posterior=posterior,
        first_block=block_count(draws.size),
    )  # fmt: skip
    return shuffled(later, seed=draws.seed)


def fixed(draws: CommonDraws, values: Mapping[str, float]) -> CommonDraws:
    """Draws with some assumptions fixed at one value in every draw, as if it were known.

    Parameters
    ----------
    values : {assumption id: value}, in its unit

    Notes
    -----
    Shares of one whole (a simplex) stay a whole: the others keep their proportions. Correlated
    assumptions do not move along; what history says of them together is left aside.
    """
    register = draws.register

    def block(one: Block) -> Block:
        calibrated = dict(one.calibrated)
        for key, value in values.items():
            simplex = register[key].distribution.simplex
            if simplex:
                scale = (1.0 - value) / np.maximum(1.0 - calibrated[key], np.finfo(float).tiny)
                others = (name for name in register if register[name].distribution.simplex == simplex and name != key)
                calibrated |= {name: calibrated[name] * scale for name in others}
            calibrated[key] = np.full(one.size, value)
        return replace(one, calibrated=calibrated)

    return replace(draws, blocks=tuple(block(one) for one in draws.blocks))


def fixed_in(world: World, values: Mapping[str, float], register: Register) -> World:
    """A world whose own statements about fixed assumptions give way to the fixed values."""
    fixed = {
        key: Override(key, Distribution(value, value, value), stated.reason)
        for key, value in values.items()
        if (stated := world.states(register[key]))
    }
    return replace(world, overrides={**world.overrides, **fixed})


def uncertain_ids(draws: CommonDraws, world: World) -> tuple[str, ...]:
    """Assumptions that differ between draws under a world, in register order."""
    return tuple(key for key, values in draws.parameters(world).items() if values.min() < values.max())


def groups_of(draws: CommonDraws, ids: Collection[str], conditioned: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Assumptions grouped into parts that are independent of one another, {name: ids}.

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
