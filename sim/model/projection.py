"""The yearly recursion: from a start, effects, parameters and event ranks to every series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from sim.model.economy import income_next, revenue_step
from sim.model.exogenous import Exogenous, Setting
from sim.model.flows import apply_htx, exit_rates, foundings, htx_flows, workers_next
from sim.model.memory import WIDTH, room, rooms, same, slabs
from sim.model.response import Effects, Parameters
from sim.model.state import FLOW_SERIES, EventRanks, Flows, State
from sim.model.told import Series, averages, told_of

Array = NDArray[np.floating]

#: Series the yearly step records.
STEPPED = (
    "htx_active", "htx_inactive", "htx_stopped", "htx_reactivated", "htx_dissolved", "htx_workers", "htx_revenue",
    "htx_worker_income", "catch_up", "htx_founded", "htx_founded_active",
)  # fmt: skip
#: Series that need neither workers nor pay or parts of growth.
SHORT = ("htx_active", "htx_inactive", *FLOW_SERIES, "htx_revenue")

#: What is drawn in one call, and all areas.
_MOVES, _ALL = ("htx_stopped", "htx_reactivated"), slice(None)
#: What a plan moves of the HTX.
_MOVED = ("founding", "reactivation", "stopping", "dissolution", "revenue_level")


@dataclass(frozen=True)
class Projection:
    """Series of one block of draws.

    Attributes
    ----------
    series : {name: (year, area, draw)}; money in base-year đồng, growth as shares; of most only what is asked for
        is worked out
    clipped : (draw) how often a probability had to be cut to 1
    """

    series: Series
    clipped: NDArray[np.int64]
    way: Way


@dataclass(frozen=True)
class Way:
    """How the HTX of a plan went, for another plan or world on the same ranks: what is alike is not drawn anew.

    Attributes
    ----------
    series : of the yearly step, before any discrepancy as are
    states : at the end of each year
    rates : of each year, as `exit_rates` gives them
    """

    effects: Effects
    series: dict[str, Array]
    states: list[State]
    known: Setting
    p: Parameters
    ranks: EventRanks
    rates: Sequence[tuple[Array, Array]]

    def alike(self, effects: Effects, names: Sequence[str]) -> int:
        """In how many first years effects are the same to the last bit."""
        return self._years([(getattr(self.effects, name), getattr(effects, name)) for name in names])

    def taken(self, other: Way) -> _Taken:
        """What another way takes over: all of it only in the same world, else what has the same chances."""
        ours, theirs = self.known.exogenous, other.known.exogenous
        if self.ranks is not other.ranks or not same(self.p["shell_share"], other.p["shell_share"]):
            return _Taken(self, 0, 0, 0)
        world = self.known is other.known and self.p is other.p and self.series.keys() >= other.series.keys()
        alike = self.alike(other.effects, _MOVED) if world else 0
        founded = self._years([(ours.foundings, theirs.foundings), (self.effects.founding, other.effects.founding)])
        drawn = 0
        if same(ours.initial.active, theirs.initial.active) and same(ours.initial.inactive, theirs.initial.inactive):
            rates = enumerate(zip(self.rates[:founded], other.rates, strict=False))
            drawn = next((year for year, two in rates if not all(map(same, *two))), founded)
        return _Taken(self, alike, drawn, founded, ranked=ours.initial.active.shape == theirs.initial.active.shape)

    def _years(self, pairs: Sequence[tuple[Array, Array]]) -> int:
        """In how many first years arrays by year are the same."""
        pairs = [(ours, theirs) for ours, theirs in pairs if ours is not theirs]
        years = range(len(self.states))
        return next((at for at in years if not all(same(ours[at], theirs[at]) for ours, theirs in pairs)), len(years))


@dataclass(frozen=True)
class _Taken:
    """First years in which all of how another plan went, its flows and its foundings are taken over.

    `ranked` says whether it stands on the same ranks and has as many shells, so that like trials have like counts.
    """

    way: Way
    alike: int = 0
    drawn: int = 0
    founded: int = 0
    ranked: bool = False

    def foundings(self, years: slice) -> tuple[Array, Array]:
        """The other plan's new HTX of some years, all and active."""
        return self.way.series["htx_founded"][years], self.way.series["htx_founded_active"][years]

    def step(self, year: int, rates: tuple[Array, Array]) -> tuple[State, Flows, Sequence[bool]] | None:
        """The other plan's state before a year, its flows, and which of the rates are the same; None if none is."""
        alike = [same(*two) for two in zip(self.way.rates[year], rates, strict=True)] if self.ranked else []
        if not any(alike):
            return None
        state = self.way.states[year - 1] if year else self.way.known.exogenous.initial
        return state, Flows(*(self.way.series[name][year] for name in FLOW_SERIES)), alike


def project(  # noqa: PLR0913  (what is known, what the plan does, how another went)
    known: Setting,
    effects: Effects,
    world: Parameters,
    ranks: EventRanks,
    before: Way | None = None,
    *,
    short: bool = False,
) -> Projection:
    """Run the HTX of a plan; groups and unions, which no budget line moves, are `beside_htx`.

    Parameters
    ----------
    known : of the same world and event ranks
    effects : what the plan's money does, (year, scope, draw), of every year there are event ranks for
    before : how another plan or world went; the numbers are the same with and without
    short : only the series of `SHORT`

    Returns
    -------
    Projection

    Notes
    -----
    docs/model.md section 3. The decomposition of averages is taken before the discrepancy.
    """
    pace = _pace(known.exogenous, effects, world, pay=not short)
    into = _room(SHORT if short else STEPPED, effects, known.exogenous)
    way = Way(effects, into.series, [], known, world, ranks, pace.rates)
    taken = before.taken(way) if before else None
    for part in _parts(known.exogenous, effects, world, ranks):
        way.states[:] = _walk(part, pace, into, taken)
    if short:
        return Projection(averages(into.series, known), pace.clipped, way)
    return Projection(told_of(into.series, known, world, (pace.growth, pace.pay_rise)), pace.clipped, way)


def htx_paths(
    known: Exogenous, effects: Effects, world: Parameters, ranks: EventRanks
) -> tuple[dict[str, Array], NDArray[np.int64]]:
    """The HTX alone, before any discrepancy: what history is matched with.

    Returns
    -------
    series : {name: (year, area, draw)}, real
    clipped : (draw) how often a probability had to be cut to 1
    """
    pace = _pace(known, effects, world)
    into = _room(STEPPED, effects, known)
    for part in _parts(known, effects, world, ranks):
        _walk(part, pace, into)
    registered = into.series["htx_active"] + into.series["htx_inactive"]
    return {**into.series, "htx_registered": registered}, pace.clipped


@dataclass(frozen=True)
class _Pace:
    """What every HTX of a plan meets, whatever the stocks; (area or 1, draw) of each year.

    Attributes
    ----------
    rates : probabilities of stopping, reactivation and dissolution, as `exit_rates` gives them
    growth, pay_rise : factors of the revenue and the pay of those who stay
    clipped : (draw) how often a probability had to be cut to 1
    """

    rates: Sequence[tuple[Array, Array]]
    growth: Sequence[Array]
    pay_rise: Sequence[Array]
    clipped: NDArray[np.int64]


def _pace(known: Exogenous, effects: Effects, p: Parameters, *, pay: bool = True) -> _Pace:
    """Some years at a time, so that they stay in cache; without the rise of pay where it is not asked for."""
    years, scope, draws = effects.founding.shape
    clipped = np.zeros(draws, dtype=np.int64)
    rates: list[tuple[Array, Array]] = []
    growth: list[Array] = []
    pay_rise: list[Array] = []
    for some in slabs(years, scope, draws):
        rates += zip(*exit_rates(known.dissolution[some], effects, p, clipped, some), strict=True)
        log_common = known.log_growth[some] + _rises(effects.revenue_level, some)
        if pay:
            rise = p["income_pass_through"] * log_common
            rise += p["income_trend"]
            pay_rise += list(np.exp(rise, out=rise))
        growth += list(np.exp(log_common, out=log_common))
    return _Pace(rates, growth, pay_rise if pay else growth, clipped)


def _rises(levels: Array, years: slice) -> Array:
    """By how much levels of some years are above those of the year before, the first year's above 0."""
    rises = levels[years].copy()
    before = levels[max(years.start - 1, 0) : years.start + len(rises) - 1]
    rises[len(rises) - len(before) :] -= before
    return rises


@dataclass(frozen=True)
class _Room:
    """Where the series of a run stand, (year, area, draw) each; those stopped and reactivated stand in `moves` too."""

    series: dict[str, Array]
    moves: Array


def _room(names: Sequence[str], effects: Effects, known: Exogenous) -> _Room:
    """Empty series of a run."""
    years, _, draws = effects.founding.shape
    shape = years, known.initial.active.shape[0], draws
    moves = room((2, *shape))
    stand = dict(zip(_MOVES, moves, strict=True))
    rest = [name for name in names if name not in stand]
    stand |= dict(zip(rest, rooms(len(rest), shape), strict=True))
    return _Room({name: stand[name] for name in names}, moves)


@dataclass(frozen=True)
class _Part:
    """Some areas with all they meet: as `htx_paths` takes it."""

    areas: slice
    initial: State
    foundings: Array
    effects: Effects
    p: Parameters
    ranks: EventRanks


def _parts(known: Exogenous, effects: Effects, p: Parameters, ranks: EventRanks) -> Iterator[_Part]:
    """Areas in groups that fill the cache."""
    areas, draws = known.initial.active.shape
    size = max(1, WIDTH // draws)
    if size >= areas:
        yield _Part(_ALL, known.initial, known.foundings, effects, p, ranks)
        return
    for first in range(0, areas, size):
        rows = slice(first, first + size)
        yield _Part(
            areas=rows,
            initial=State(**{one.name: _rows(getattr(known.initial, one.name), rows) for one in fields(State)}),
            foundings=_rows(known.foundings, rows),
            effects=replace(effects, founding=_rows(effects.founding, rows)),
            p={name: _rows(values, rows) for name, values in p.items()},
            ranks=EventRanks(*({name: _rows(one[name], rows) for name in one} for one in (ranks.uniform, ranks.score))),
        )


def _rows(values: Array, areas: slice) -> Array:
    """Of values by area those of some areas, (…, area, draw); of values that all share, all."""
    return values if areas == _ALL or values.ndim < 2 or values.shape[-2] == 1 else values[..., areas, :]


def _walk(part: _Part, pace: _Pace, into: _Room, before: _Taken | None = None) -> list[State]:
    """Some areas from year to year into the series, and their states at the end of each.

    Parameters
    ----------
    before : of all areas, how another plan went
    """
    series, areas = into.series, part.areas
    alike, drawn = (before.alike, before.drawn) if before else (0, 0)
    states = before.way.states[:alike] if before else []
    if before:
        for name, values in series.items():
            known = drawn if name in FLOW_SERIES else alike
            if known:  # a way of few series has not all of them
                values[:known] = before.way.series[name][:known]
    _found(part, series, before)
    state = states[-1] if states else part.initial
    for year in range(alike, len(pace.rates)):
        record = {name: values[year] if areas == _ALL else values[year, areas] for name, values in series.items()}
        flows = Flows(*(record[name] for name in FLOW_SERIES))
        if year >= drawn:
            rates = _rows(pace.rates[year][0], areas), _rows(pace.rates[year][1], areas)
            out = into.moves[:, year, areas], flows.dissolved
            other = before.step(year, pace.rates[year]) if before else None
            htx_flows(state, rates, part.ranks, year=year, out=out, before=other)
        common = _rows(pace.growth[year], areas), _rows(pace.pay_rise[year], areas)
        state = _advance(state, flows, common, part.p, record)
        states.append(state)
    return states


def _found(part: _Part, series: dict[str, Array], before: _Taken | None) -> None:
    """Foundings of all years into the series, as many years together as stay in cache."""
    known, names = before.founded if before else 0, FLOW_SERIES[:2]
    founded, active = (series[name][:, part.areas] for name in names)
    if before:
        founded[:known], active[:known] = (before.way.series[name][:known] for name in names)
    for years in slabs(len(founded) - known, *founded.shape[1:]):
        years = slice(years.start + known, years.stop + known)
        expected = part.foundings[years] * part.effects.founding[years]
        last = before.foundings(years) if before and before.ranked else None
        foundings(expected, part.p, part.ranks, years, (founded[years], active[years]), last)


def _advance(state: State, flows: Flows, common: tuple[Array, Array], p: Parameters, record: dict[str, Array]) -> State:
    """State after one year; it stands in the year's record.

    Parameters
    ----------
    common : what all who stay share: growth of revenue and of pay, factors
    """
    growth, pay_rise = common
    active, inactive = apply_htx(state, flows, (record["htx_active"], record["htx_inactive"]))
    revenue, missing = record["htx_revenue"], np.empty_like(active)
    revenue_step(state, flows, active, growth, p, (revenue, missing, record.get("catch_up")))
    after = State(active, inactive, state.workers, revenue, missing, state.income)
    if "htx_workers" in record:
        after.workers, after.income = record["htx_workers"], record["htx_worker_income"]
        joined, left = workers_next(state, flows, p, after.workers)
        income_next(state, joined, left, pay_rise, p, after.income)
    return after
