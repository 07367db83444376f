"""The draws of assumptions and event ranks that named random streams give."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtr, ndtri

from sim.domain import Distribution, Register, World
from sim.ensemble import store
from sim.ensemble.streams import BLOCK, MAX_DRAWS, event_uniforms, open_unit, sobol_uniforms
from sim.model import EVENTS, EventRanks

#: Draws and what is computed from them: kept in float32, computed in float64 (docs/decisions/0004).
Array = NDArray[np.floating]

# -- A frozen sample of the conditioned assumptions: what draws take instead of the prior ----------


@dataclass(frozen=True)
class Posterior:
    """Equal-weight draws of the assumptions that history updated, in a fixed random order.

    Attributes
    ----------
    ids : assumption ids, one per row
    values : (assumption, row) float32; draw i of any run uses row i mod the number of rows
    latent : {indicator: (row)} true base-year value behind the printed figure; projections start
        from what was printed, predictions of later printed figures from this. (area, row) where areas were
        fitted apart, NaN for an area that starts from a drawn figure, which is the true one already
    effective : effective sample size of the weighted sample behind it
    key : hash of everything it depends on
    events : {event: (year, scope, row)} normal scores of the first projected years' events, where figures of
        those years are known; all scenarios share them, and events left out are drawn as ever
    tail : Pareto shape of the largest weights behind it; above 0.7 they are too uneven to be trusted
    """

    ids: tuple[str, ...]
    values: NDArray[np.float32]
    latent: Mapping[str, NDArray[np.float32]]
    effective: float
    key: str
    events: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    tail: float = 0.0

    def block(self, index: int) -> dict[str, NDArray[np.float64]]:
        """Values of one block of draws, {assumption id: (draw)}."""
        wanted = self._rows(index)
        return {key: self.values[place, wanted].astype(np.float64) for place, key in enumerate(self.ids)}

    def latent_block(self, index: int) -> dict[str, NDArray[np.float64]]:
        """Latent base-year values of one block of draws, {indicator: (draw) or (area, draw)}."""
        wanted = self._rows(index)
        return {key: values[..., wanted].astype(np.float64) for key, values in self.latent.items()}

    def events_block(self, index: int) -> dict[str, NDArray[np.float64]]:
        """Normal scores of known years' events of one block of draws, {event: (year, scope, draw)}."""
        wanted = self._rows(index)
        return {name: scores[..., wanted].astype(np.float64) for name, scores in self.events.items()}

    def _rows(self, index: int) -> NDArray[np.intp]:
        return np.arange(index * BLOCK, (index + 1) * BLOCK) % self.values.shape[1]


#: Rows of a posterior its margins and correlations are read off.
_SCORED = 1 << 13


class Beside:
    """How some of the assumptions of a posterior are drawn anew beside others that stay.

    Parameters
    ----------
    ids, given : assumptions drawn anew, and those that stay

    Notes
    -----
    A Gaussian copula: on the normal scores of the sample's own margins, what a regression on the given
    ones leaves over in independent draws is added to what it expects beside the kept ones.
    """

    def __init__(self, posterior: Posterior, ids: Sequence[str], given: Sequence[str]) -> None:
        self._ids, self._given = tuple(ids), tuple(given)
        places = {key: posterior.ids.index(key) for key in (*ids, *given)}
        wanted = np.arange(_SCORED) % posterior.values.shape[1]
        rows = {key: posterior.values[place, wanted].astype(np.float64) for key, place in places.items()}
        self._ordered = {key: np.sort(rows[key]) for key in ids}
        self._margins = {key: _margin(values) for key, values in rows.items()}
        scores = self._scores((*self._ids, *self._given), rows)
        moments, count = scores @ scores.T, len(self._ids)
        self._slopes = moments[:count, count:] @ np.linalg.pinv(moments[count:, count:])

    def draw(self, kept: Mapping[str, Array], other: Mapping[str, Array]) -> dict[str, Array]:
        """The assumptions drawn anew, {assumption id: (draw)}.

        Parameters
        ----------
        kept, other : {assumption id: (draw)} the draws they stand beside, and independent ones
        """
        scores = self._scores(self._ids, other)
        if self._given:
            scores = scores + self._slopes @ (self._scores(self._given, kept) - self._scores(self._given, other))
        ranks = dict(zip(self._ids, ndtr(scores), strict=True))
        middles = (np.arange(_SCORED) + 0.5) / _SCORED
        return {key: _as_stored(_interpolated(rank, middles, self._ordered[key])) for key, rank in ranks.items()}

    def _scores(self, keys: Sequence[str], draws: Mapping[str, Array]) -> Array:
        return ndtri(np.stack([_interpolated(draws[key], *self._margins[key]) for key in keys]))


def _interpolated(values: Array, known: Array, there: Array) -> Array:
    """`numpy.interp`, which finds places in order in a tenth of the time; the same numbers."""
    order, found = np.argsort(values), np.empty(values.shape)
    found[order] = np.interp(values[order], known, there)
    return found


def _margin(values: Array) -> tuple[Array, Array]:
    """Ordered values of a sample and the middle of each one's ranks, in (0, 1)."""
    found, counts = np.unique(values, return_counts=True)
    return found, (np.cumsum(counts) - 0.5 * counts) / values.size


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

    def among(self, start: int, stop: int) -> Block:
        """The draws from one place to before another."""

        def cut(arrays: Mapping[str, Array]) -> dict[str, Array]:
            return {name: values[..., start:stop] for name, values in arrays.items()}

        events = EventRanks(cut(self.event_ranks.uniform), cut(self.event_ranks.score))
        return replace(
            self, size=stop - start, calibrated=cut(self.calibrated), ranks=cut(self.ranks), event_ranks=events
        )

    def under(self, world: World) -> Mapping[str, Array]:
        """Parameter draws with a world's overrides, each through its own unchanged rank.

        What is stated by an id that stands by area only holds in every area that states nothing of its own.
        """
        restated = {
            one: split_normal(override.distribution, self.register[one].bounds, self.ranks[one])
            for key, override in world.overrides.items()
            for one in self.register.versions(key)
            if one == key or one not in world.overrides
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
    values = score / Z90
    # The side whose spread holds is the larger of both products, or the smaller: quicker than to choose by the sign.
    left = values * below
    values *= above
    (np.maximum if above >= below else np.minimum)(left, values, out=values)
    values += distribution.p50
    return _as_stored(np.clip(values, *bounds, out=values))


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
    kept = not store.KEPT_BLOCKS <= index < MAX_DRAWS // BLOCK
    rows = store.remember(key, lambda: sobol_uniforms(columns, seed=seed, block=index), keep=kept)
    ranks = dict(zip(ids, rows, strict=True))
    shapes = _gamma_shapes(register, ids)
    made_of = ["gammas", key, shapes, scipy.__version__]
    gammas = store.remember(made_of, lambda: _gammas(shapes, ranks), keep=kept and bool(shapes))
    values = _values(register, ranks, posterior.block(index) if posterior is not None else {}, gammas)
    learnt = posterior.events_block(index) if posterior is not None else {}
    return Block(
        register=register,
        size=size,
        calibrated={key: values[key][:size] for key in ids},
        ranks={key: ranks[key][:size] for key in ids},
        event_ranks=_event_ranks(learnt, areas, size, seed=seed, block=index, years=years),
    )


def _event_ranks(learnt: Mapping[str, Array], areas: Sequence[str], size: int, **stream: int) -> EventRanks:
    """Ranks of every event as its streams give them; of years that are known their own.

    Parameters
    ----------
    learnt : {event: (year, scope, draw)} normal scores of known years
    stream : as `event_uniforms` takes it
    """
    event_ranks = EventRanks()
    for event in EVENTS:
        scope = ("",) if event.shared else areas
        streams = (event_uniforms(event.name, area=area, **stream) for area in scope)
        uniform = np.stack([one[:, :size] for one in streams], axis=1).astype(np.float64)
        score = ndtri(uniform)
        event_ranks.score[event.name] = score
        if event.both:
            event_ranks.uniform[event.name] = uniform
    _learn(event_ranks, learnt, size)
    return event_ranks


def _learn(ranks: EventRanks, learnt: Mapping[str, Array], size: int) -> None:
    """Write known years' events into the ranks of so many draws."""
    for name in learnt.keys() & ranks.score.keys():
        found = learnt[name][: len(ranks.score[name]), :, :size]
        ranks.score[name][: len(found)] = found
        if name in ranks.uniform:
            ranks.uniform[name][: len(found)] = ndtr(found)


def learnt_anew(block: Block, before: Posterior, now: Posterior, index: int) -> Block | None:
    """A block as another posterior gives it: what none has a part in stays, all that was learnt is replaced.

    Parameters
    ----------
    before : the posterior it was drawn with
    index : which block it is

    Returns
    -------
    Block, the same as `draw_block` gives; None where something was learnt before that is not now
    """
    learnt, years = now.events_block(index), {name: len(scores) for name, scores in before.events.items()}
    if not {*before.ids} <= {*now.ids} or any(len(learnt.get(name, ())) < count for name, count in years.items()):
        return None
    values = {key: found[: block.size] for key, found in now.block(index).items() if key in block.calibrated}
    kept = block.event_ranks
    own = [{name: one.copy() if name in learnt else one for name, one in each.items()}
           for each in (kept.uniform, kept.score)]  # fmt: skip
    ranks = EventRanks(*own)
    _learn(ranks, learnt, block.size)
    return replace(block, calibrated={**block.calibrated, **values}, event_ranks=ranks)


def random_block(
    register: Register,
    rng: np.random.Generator,
    *,
    size: int,
    years: int,
    areas: int,
    learnt: Mapping[str, Array],
) -> Block:
    """Plain random draws, for samples too large for quasi-random ones and that no run shares.

    Parameters
    ----------
    areas : how many
    learnt : {assumption id: (draw)} values of those a posterior gives
    """
    ids = [key for key in register if register[key].role == "projection"]
    ranks = dict(zip(ids, open_unit(rng.random((len(ids), size))), strict=True))
    event_ranks = EventRanks()
    for event in EVENTS:
        score = rng.standard_normal((years, 1 if event.shared else areas, size), dtype=np.float32).astype(np.float64)
        event_ranks.score[event.name] = score
        if event.both:
            event_ranks.uniform[event.name] = ndtr(score)
    gammas = _gammas(_gamma_shapes(register, ids), ranks)
    return Block(register, size, _values(register, ranks, learnt, gammas), ranks, event_ranks)


def _gamma_shapes(register: Register, ids: Sequence[str]) -> dict[str, float]:
    """Shapes of the gamma variates of shares of one whole, {assumption id: shape} in the order of the ids."""
    spread = {key: register[key].distribution for key in ids}
    return {key: one.mean * one.concentration for key, one in spread.items() if one.simplex}


def _gammas(shapes: Mapping[str, float], ranks: Mapping[str, Array]) -> Array:
    """Gamma variates by inversion, (share, draw)."""
    return np.array([gammaincinv(shape, ranks[key].astype(np.float64)) for key, shape in shapes.items()])


def _values(
    register: Register, ranks: Mapping[str, Array], learnt: Mapping[str, Array], gammas: Array
) -> dict[str, Array]:
    """Assumptions as learnt, others at their ranks.

    Shares of one whole are Dirichlet: gamma variates over their sum.

    Parameters
    ----------
    gammas : of all shares, in the order of the ranks
    """
    values: dict[str, Array] = {}
    simplexes, variates = defaultdict(list), iter(gammas)
    for key, rank in ranks.items():
        entry = register[key]
        if entry.distribution.simplex:
            simplexes[entry.distribution.simplex].append((key, next(variates)))
        else:
            values[key] = learnt[key] if key in learnt else split_normal(entry.distribution, entry.bounds, rank)
    for parts in simplexes.values():
        together = np.stack([gamma for _, gamma in parts])
        values |= zip((key for key, _ in parts), _as_stored(together / together.sum(axis=0)), strict=True)
    return {**values, **learnt}


def _as_stored(values: Array) -> Array:
    return values.astype(np.float32).astype(np.float64)
