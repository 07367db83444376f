"""The yearly recursion: from a start, effects, parameters and event ranks to every series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from numpy.typing import NDArray

from sim.model.economy import income_next, revenue_step
from sim.model.exogenous import Exogenous, exogenous
from sim.model.flows import apply_htx, exit_rates, foundings, htx_flows, members_next, workers_next
from sim.model.memory import WIDTH, room, same, slabs
from sim.model.others import discrepancy, groups, unions
from sim.model.response import Effects, Parameters
from sim.model.state import FLOW_SERIES, EventRanks, Flows, Start, State

Array = NDArray[np.floating]

#: Series the yearly step records.
STEPPED = (
    "htx_active", "htx_inactive", "htx_stopped", "htx_reactivated", "htx_dissolved", "htx_members",
    "htx_workers", "htx_revenue", "htx_worker_income", "catch_up", "htx_founded", "htx_founded_active",
    "htx_registered",
)  # fmt: skip
#: Series that are told of a step besides.
_TOLD = ("htx_profit", "composition", "income_composition")
#: Series that need neither members nor workers, pay or parts of growth.
SHORT = ("htx_active", "htx_inactive", *FLOW_SERIES, "htx_revenue")

#: What a plan moves of the HTX.
_MOVED = ("founding", "reactivation", "stopping", "dissolution", "revenue_level")


@dataclass(frozen=True)
class Setting:
    """What the HTX of a world meet and no money moves.

    Attributes
    ----------
    exogenous : before any discrepancy
    revenue_gap, income_gap : (year, area or 1, draw) what the model leaves out of the averages
    """

    exogenous: Exogenous
    revenue_gap: Array
    income_gap: Array


@dataclass(frozen=True)
class Projection:
    """Series of one block of draws.

    Attributes
    ----------
    series : {name: (year, area, draw)}; money in base-year đồng, growth as shares
    clipped : (draw) how often a probability had to be cut to 1
    """

    series: dict[str, Array]
    clipped: NDArray[np.int64]
    way: Way


@dataclass(frozen=True)
class Way:
    """How the HTX of a plan went, for another plan or world on the same ranks: what is alike is not drawn anew.

    Attributes
    ----------
    states : at the end of each year, before any discrepancy
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
        return _Taken(self, alike, drawn, founded)

    def _years(self, pairs: Sequence[tuple[Array, Array]]) -> int:
        """In how many first years arrays by year are the same."""
        pairs = [(ours, theirs) for ours, theirs in pairs if ours is not theirs]
        years = range(len(self.states))
        return next((at for at in years if not all(same(ours[at], theirs[at]) for ours, theirs in pairs)), len(years))


@dataclass(frozen=True)
class _Taken:
    """First years in which all of how another plan went, its flows and its foundings are taken over."""

    way: Way
    alike: int = 0
    drawn: int = 0
    founded: int = 0


def setting(start: Start, world: Parameters, calibrated: Parameters, ranks: EventRanks) -> Setting:
    """What every plan of a world shares, for as many years as there are event ranks.

    Parameters
    ----------
    start : figures at the end of the base year
    world, calibrated : parameter draws, (draw) each or (area, draw) where areas have their own; they differ
        only where the world restates
    ranks : one rank per event
    """
    return Setting(
        exogenous=exogenous(start, world, calibrated, ranks),
        revenue_gap=_discrepancy("revenue", world, ranks),
        income_gap=_discrepancy("income", world, ranks),
    )


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
    series = _room(SHORT if short else (*STEPPED, *_TOLD), effects, known.exogenous)
    way = Way(effects, dict(series), [], known, world, ranks, pace.rates)
    taken = before.taken(way) if before else None
    for part in _parts(known.exogenous, effects, world, ranks):
        way.states[:] = _walk(part, pace, series, known, taken)
    if short:
        return Projection(series, pace.clipped, way)
    shape = series["htx_active"].shape
    for name, factors in (("growth", pace.growth), ("income_growth", pace.pay_rise)):
        shared = room((len(factors), *factors[0].shape))
        for year, factor in enumerate(factors):
            np.subtract(factor, 1.0, out=shared[year])
        series[name] = np.broadcast_to(shared, shape)
    return Projection(series, pace.clipped, way)


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
    series = _room(STEPPED, effects, known)
    for part in _parts(known, effects, world, ranks):
        _walk(part, pace, series)
    return series, pace.clipped


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
    levels = np.diff(effects.revenue_level, axis=0, prepend=0.0)
    for some in slabs(years, scope, draws):
        rates += zip(*exit_rates(known.dissolution[some], effects, p, clipped, some), strict=True)
        log_common = known.log_growth[some] + levels[some]
        growth += list(np.exp(log_common))
        pay_rise += list(np.exp(p["income_trend"] + p["income_pass_through"] * log_common)) if pay else growth[some]
    return _Pace(rates, growth, pay_rise, clipped)


def _room(names: Sequence[str], effects: Effects, known: Exogenous) -> dict[str, Array]:
    """Empty series of a run, (year, area, draw) each."""
    years, _, draws = effects.founding.shape
    return {name: room((years, known.initial.active.shape[0], draws)) for name in names}


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
    return values[..., areas, :] if np.ndim(values) > 1 and values.shape[-2] > 1 else values


def _walk(
    part: _Part, pace: _Pace, series: dict[str, Array], told: Setting | None = None, before: _Taken | None = None
) -> list[State]:
    """Some areas from year to year into the series, and their states at the end of each.

    Parameters
    ----------
    told : with discrepancy, and with all that is told of a step
    before : of all areas, how another plan went
    """
    alike = before.alike if before else 0
    states = before.way.states[:alike] if before else []
    if before and alike:
        for name, values in series.items():
            values[:alike] = before.way.series[name][:alike]
    areas, state = part.areas, states[-1] if states else part.initial
    _found(part, series, before)
    for year in range(alike, len(pace.rates)):
        record = {name: values[year, areas] for name, values in series.items()}
        if before and year < before.drawn:
            flows = Flows(*(before.way.series[name][year] for name in FLOW_SERIES))
        else:
            rates = _rows(pace.rates[year][0], areas), _rows(pace.rates[year][1], areas)
            new = record["htx_founded"], record["htx_founded_active"]
            flows = htx_flows(state, new, rates, part.ranks, year=year)
        common = _rows(pace.growth[year], areas), _rows(pace.pay_rise[year], areas)
        states.append(_advance(state, flows, common, part.p, record))
        if told is not None:
            gaps = told.revenue_gap[year], told.income_gap[year]
            _tell(record, (state, states[-1]), common, part.p, tuple(_rows(gap, areas) for gap in gaps))
        state = states[-1]
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
        founded[years], active[years] = foundings(expected, part.p, part.ranks, years)


def _advance(state: State, flows: Flows, common: tuple[Array, Array], p: Parameters, record: dict[str, Array]) -> State:
    """State after one year; everything about the year goes into its record.

    `common` is what all who stay share: growth of revenue and of pay, factors.
    """
    growth, pay_rise = common
    active, inactive = apply_htx(state, flows)
    revenue = revenue_step(state, flows, active, growth, p)
    year = {
        "htx_active": active, "htx_inactive": inactive, "htx_stopped": flows.stopped,
        "htx_reactivated": flows.reactivated, "htx_dissolved": flows.dissolved, "htx_revenue": revenue.revenue,
    }  # fmt: skip
    after = replace(state, active=active, inactive=inactive, revenue=revenue.revenue, missing_revenue=revenue.missing)
    if "htx_members" in record:
        after.workers, joined, left = workers_next(state, flows, p)
        after.income = income_next(state, joined, left, pay_rise, p)
        after.members = members_next(state.members, flows, p)
        np.add(active, inactive, out=record["htx_registered"])
        year |= {
            "htx_members": after.members, "htx_workers": after.workers, "htx_worker_income": after.income,
            "catch_up": revenue.catch_up,
        }  # fmt: skip
    for name, values in year.items():
        record[name][...] = values
    return after


def _tell(
    record: dict[str, Array],
    states: tuple[State, State],
    common: tuple[Array, Array],
    p: Parameters,
    gaps: tuple[Array, ...],
) -> None:
    """Growth of the averages parted into what all who stay share and the rest, then the discrepancy, then profit."""
    before, after = states
    revenue = np.multiply(after.revenue, gaps[0], out=record["htx_revenue"])
    if "composition" not in record:
        return
    shared, pay = (factor - 1.0 for factor in common)
    np.subtract(after.revenue / before.revenue - 1.0 - shared, record["catch_up"], out=record["composition"])
    np.subtract(after.income / before.income - 1.0, pay, out=record["income_composition"])
    np.multiply(after.income, gaps[1], out=record["htx_worker_income"])
    np.multiply(revenue, p["profit_margin"], out=record["htx_profit"])


def beside_htx(start: Start, p: Parameters, shocks: Array, ranks: EventRanks) -> dict[str, Array]:
    """Series of groups and unions, {name: (year, area, draw)}; member HTX not yet bounded by those there are."""
    count, revenue = groups(start, p, shocks)
    revenue = revenue * _discrepancy("tht", p, ranks)
    founded, number, members = unions(start, p, ranks)
    return {
        "tht_count": np.rint(count),
        "tht_members": count * p["tht_members_per_group"],
        "tht_revenue": revenue,
        "tht_profit": revenue * p["tht_profit_share"],
        "lhhtx_founded": founded,
        "lhhtx_count": number,
        "lhhtx_member_htx": members,
    }


def _discrepancy(output: str, p: Parameters, ranks: EventRanks) -> Array:
    return discrepancy(p[f"discrepancy_{output}"], ranks.score[f"discrepancy_{output}"])
