"""What a planner has chosen, and the named tries beside it; every change gives another state."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from operator import attrgetter
from typing import Protocol

from sim import domain
from sim.analysis.answer import TargetChance
from sim.analysis.compare import Difference
from sim.domain import same_every_year


@dataclass(frozen=True)
class Reference:
    """What is compared with: a plan in the world of the moment, or a pinned scenario in its own.

    Attributes
    ----------
    world : None when the reference follows the world that is being looked at
    """

    key: str
    plan: domain.Plan
    world: domain.World | None = None

    def scenario(self, like: domain.Scenario) -> domain.Scenario:
        """The reference as a scenario to the same horizon."""
        return domain.Scenario(self.key, self.plan.label, self.plan, self.world or like.world, like.horizon)


@dataclass(frozen=True)
class State:
    """The scenario under way and what of it the levers show.

    Attributes
    ----------
    base_year : the year before the first projected one
    present : the planning year, the first whose money can still be moved
    year : the year the levers set, or None for every year at once
    allocation : money of that year, with locks
    edited : whether money was moved since the plan was opened
    area_line : the line whose areas the levers divide, "" for every line
    """

    scenario: domain.Scenario
    reference: Reference
    base_year: int
    draws: int
    year: int | None
    allocation: domain.Allocation
    edited: bool = False
    present: int = 0
    area_line: str = ""

    @classmethod
    def opened(
        cls, scenario: domain.Scenario, reference: Reference, *, base_year: int, draws: int, present: int = 0
    ) -> State:
        """A scenario as it is opened: all years at once where they are equal, else the first one."""
        first = present or base_year + 1
        allocation = domain.allocation_of(scenario.plan, first)
        found = cls(scenario, reference, base_year, draws, None, allocation, present=first)
        return found._settled(domain.Limits())

    @property
    def years(self) -> range:
        """Years whose money can still be moved."""
        return range(self.present, self.scenario.horizon + 1)

    @property
    def past(self) -> range:
        """Projected years that are over; their money is the base plan's."""
        return range(self.base_year + 1, self.present)

    @cached_property
    def flat(self) -> bool:
        """Whether every year that can be moved has the same money."""
        return same_every_year(self.plan, self.present)

    @cached_property
    def plan(self) -> domain.Plan:
        """The plan with every projected year spelled out."""
        return domain.spelled_out(self.scenario.plan, (*self.past, *self.years))

    def with_line(self, line: str, vnd: int) -> State:
        """One line set to an amount [VND]; see `Allocation.move`."""
        return self._moved(self.allocation.move(line, vnd))

    def with_fund(self, vnd: int) -> State:
        """Another fund [VND]; see `Allocation.resize`."""
        return self._moved(self.allocation.resize(vnd))

    def with_remainder_spread(self) -> State:
        """The remainder given to the unlocked lines."""
        return self._moved(self.allocation.spread())

    def with_locks(self, locked: Iterable[str]) -> State:
        """These lines locked and no others; no money moves."""
        return replace(self, allocation=self.allocation.lock(locked))

    def with_limit(self, line: str, *, floor: int | None, cap: int | None) -> State:
        """Another floor and cap of a line [VND]; see `Allocation.limit`."""
        return self._moved(self.allocation.limit(line, floor=floor, cap=cap))

    def area_shares(self) -> domain.Shares:
        """What areas get of the shown line in the shown year; empty for their parts by active HTX."""
        return self.plan.area_shares(self.area_line or domain.LINES[0], self.year or self.years[0])

    def with_areas(self, shares: domain.Shares) -> State:
        """The shown line's money, or every line's, divided so in the shown year or in all; empty for by active HTX."""
        lines = (self.area_line,) if self.area_line else domain.LINES
        if self.year is not None:
            plan = self.plan.with_areas(shares, lines=lines, years=self.year)
        else:
            first = self.years[0]
            kept = {line: {year: one for year, one in stated.items() if year < first}
                    for line, stated in self.plan.areas.items() if line in lines}  # fmt: skip
            divided = {line: {**kept.get(line, {}), first: shares} for line in lines}
            plan = replace(self.plan, areas={**self.plan.areas, **divided})
        return replace(self, scenario=replace(self.scenario, plan=plan), edited=self.edited or plan != self.plan)

    def with_price_basis(self, basis: str) -> State:
        """The same amounts meant in đồng of each year, or in đồng of the base year."""
        plan = replace(self.plan, price_basis=basis)
        return replace(self, scenario=replace(self.scenario, plan=plan), edited=True)

    def with_scenario(self, scenario: domain.Scenario) -> State:
        """A scenario brought in whole: plan, world and horizon; the reference stays as far as it reaches."""
        years = range(self.base_year + 1, scenario.horizon + 1)
        last = scenario.horizon if self.reference.plan.covers(years) else max(self.reference.plan.fund)
        end = min(scenario.horizon, last)
        cut = replace(scenario, horizon=end, targets=tuple(one for one in scenario.targets if one.year <= end))
        return replace(self, scenario=cut, edited=False)._settled(domain.Limits())

    def with_split(self, plan: domain.Plan) -> State:
        """Another plan's money under this one's name; locks, floors and caps stay."""
        named = replace(plan, slug=self.plan.slug, label=self.plan.label)
        scenario = replace(self.scenario, plan=named)
        return replace(self, scenario=scenario, edited=True)._settled(self.allocation.limits)

    def at_year(self, year: int | None) -> State:
        """The levers on one year, or on all of them (only where they are equal)."""
        shown = self.years[0] if year is None else year
        allocation = domain.allocation_of(self.plan, shown, self.allocation.limits)
        return replace(self, year=year, allocation=allocation)

    def same_every_year(self) -> State:
        """The shown year's money in every year."""
        return replace(self._moved(self.allocation, everywhere=True), year=None)

    def with_plan(self, plan: domain.Plan) -> State:
        """Another plan to start from; world and horizon stay as far as it goes, and a reference that is no start."""
        horizon = self.scenario.horizon if plan.repeat_last else min(self.scenario.horizon, max(plan.fund))
        kept = tuple(one for one in self.scenario.targets if one.year <= horizon)
        here = replace(self.scenario, slug=plan.slug, label=plan.label, plan=plan)
        scenario = replace(here, horizon=horizon, targets=kept)
        started = self.reference.world is None and self.reference.key == self.plan.slug
        reference = Reference(plan.slug, plan) if started else self.reference
        return replace(self, scenario=scenario, reference=reference, edited=False)._settled(self.allocation.limits)

    def with_world(self, world: domain.World) -> State:
        """The same plan in another world."""
        return replace(self, scenario=replace(self.scenario, world=world))

    def with_horizon(self, horizon: int) -> State:
        """The same plan to another year."""
        kept = tuple(one for one in self.scenario.targets if one.year <= horizon)
        state = replace(self, scenario=replace(self.scenario, horizon=horizon, targets=kept))
        return state if self.year is None or self.year in state.years else state._settled(self.allocation.limits)

    def with_targets(self, scenario: domain.Scenario) -> State:
        """Other targets of one's own."""
        return replace(self, scenario=replace(self.scenario, targets=scenario.targets))

    def with_allocation(self, allocation: domain.Allocation) -> State:
        """Another allocation of the shown year, or of every year where they are equal."""
        return self._moved(allocation)

    def _moved(self, allocation: domain.Allocation, *, everywhere: bool = False) -> State:
        every_year = everywhere or self.year is None
        years = sorted({*self.plan.fund, *self.years} - {*self.past}) if every_year else [self.year]
        plan = domain.with_allocation(self.plan, (year for year in years if year is not None), allocation)
        moved = self.edited or plan != self.plan
        return replace(self, scenario=replace(self.scenario, plan=plan), allocation=allocation, edited=moved)

    def _settled(self, limits: domain.Limits) -> State:
        """The levers on all years where they are equal, else on the first."""
        year = None if self.flat else self.years[0]
        allocation = domain.allocation_of(self.plan, self.years[0], limits)
        return replace(self, year=year, allocation=allocation)


#: Tries without name and note that stay in sight; the others always do.
KEPT = 8


@dataclass(frozen=True)
class Try:
    """A plan in a world that was looked at.

    Attributes
    ----------
    name, note : given by the user as they were typed; one without a name only has a number
    at : when it was first looked at [s since 1970], 0 where nobody kept it
    """

    number: int
    plan: domain.Plan
    world: domain.World
    name: str = ""
    note: str = ""
    at: int = 0

    @property
    def bare(self) -> bool:
        """Whether nobody said anything about it."""
        return not (self.name or self.note)

    @property
    def key(self) -> str:
        """Tells tries apart, also where names are equal."""
        return f"try-{self.number}"

    def scenario(self, horizon: int) -> domain.Scenario:
        """The try to a horizon."""
        return domain.Scenario(self.key, self.plan.label, self.plan, self.world, horizon)


@dataclass(frozen=True)
class Rating:
    """What the strip says of a try, on the draws of the moment.

    Attributes
    ----------
    chance : of the province's headline target, None where the horizon ends before it
    gain : total revenue against the reference, last year, base-year đồng
    """

    chance: TargetChance | None
    gain: Difference


class Store(Protocol):
    """Where tries are kept for good; each method says no by None and never raises."""

    def take(self, one: Try) -> Try | None:
        """Keep a try: it comes back under the number it has there, which may be that of an equal one."""

    def get(self, key: str) -> Try | None:
        """A try kept there."""


@dataclass
class Tries:
    """Tries in the order they were made.

    Attributes
    ----------
    ratings : by key, of the question (reference, horizon, draws) that `asked` names
    store : keeps them for good, where there is anything to keep them in
    """

    _tries: dict[str, Try] = field(default_factory=dict)
    ratings: dict[str, Rating] = field(default_factory=dict)
    _asked: object = None
    _last: int = 0
    store: Store | None = None

    def __iter__(self) -> Iterator[Try]:
        return iter(self._tries.values())

    def get(self, key: str) -> Try | None:
        """A try by its key, also one that is no longer among the last."""
        return self._tries.get(key) or (self.store.get(key) if self.store else None)

    def find(self, plan: domain.Plan, world: domain.World) -> Try | None:
        """The try with this money in this world."""
        money = attrgetter("price_basis", "fund", "lines", "repeat_last", "areas")
        return next((one for one in self if money(one.plan) == money(plan) and one.world == world), None)

    def add(self, plan: domain.Plan, world: domain.World, *, name: str = "", keep: str = "") -> Try:
        """Remember a plan in a world; a name given now goes to the try there is.

        Parameters
        ----------
        keep : key of a try that must stay (the reference), however old it is
        """
        found = self.find(plan, world)
        return self.put(replace(found, name=name or found.name) if found else Try(0, plan, world, name), keep=keep)

    def put(self, one: Try, *, keep: str = "") -> Try:
        """Put a try in its place, or at the end under the next number where it has none (0); it is kept for good."""
        if one != self._tries.get(one.key):
            one = (self.store and self.store.take(one)) or replace(one, number=one.number or self._last + 1)
        self.hold([one], keep=keep)
        return one

    def hold(self, tries: Collection[Try], *, keep: str = "") -> None:
        """Have these among the last ones; those nobody said anything about make room, the oldest first."""
        self._tries |= {one.key: one for one in tries}
        self._tries = dict(sorted(self._tries.items(), key=lambda item: item[1].number))
        self._last = max([self._last, *(one.number for one in self)])
        new = {keep, *(one.key for one in tries)}
        bare = [one.key for one in self if one.bare and one.key not in new]
        most = KEPT - sum(one.bare for one in tries)
        for key in bare[: max(0, len(bare) - max(most, 0))]:
            del self._tries[key]
            self.ratings.pop(key, None)

    def ask(self, question: object) -> None:
        """Ratings answer one question; another question makes them stale."""
        if question != self._asked:
            self.ratings, self._asked = {}, question

    def unrated(self, years: range) -> list[Try]:
        """Tries that the present question is still open for, newest first."""
        return [one for one in reversed(list(self)) if one.key not in self.ratings and one.plan.covers(years)]
