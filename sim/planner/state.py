"""What the planner's user has chosen, and what each lever does to it. Pure: no widgets, no files, no runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from sim.domain import (
    Allocation,
    Limits,
    Plan,
    Scenario,
    World,
    allocation_of,
    same_every_year,
    spelled_out,
    with_allocation,
)


@dataclass(frozen=True)
class Reference:
    """What is compared with: a plan in the world of the moment, or a pinned scenario in its own.

    Attributes
    ----------
    world : None when the reference follows the world that is being looked at
    """

    key: str
    plan: Plan
    world: World | None = None

    def scenario(self, like: Scenario) -> Scenario:
        """The reference as a scenario to the same horizon."""
        return Scenario(self.key, self.plan.label, self.plan, self.world or like.world, like.horizon)


@dataclass(frozen=True)
class State:
    """The scenario under way and what of it the levers show.

    Attributes
    ----------
    base_year : the year before the first projected one
    year : the year the levers set, or None for every year at once
    allocation : money of that year, with locks
    edited : whether money was moved since the plan was opened
    """

    scenario: Scenario
    reference: Reference
    base_year: int
    draws: int
    year: int | None
    allocation: Allocation
    edited: bool = False

    @classmethod
    def opened(cls, scenario: Scenario, reference: Reference, *, base_year: int, draws: int) -> State:
        """A scenario as it is opened: all years at once where they are equal, else the first one."""
        first = base_year + 1
        found = cls(scenario, reference, base_year, draws, None, allocation_of(scenario.plan, first))
        return found._settled(Limits())

    @property
    def years(self) -> range:
        """Projected years."""
        return range(self.base_year + 1, self.scenario.horizon + 1)

    @cached_property
    def flat(self) -> bool:
        """Whether every projected year has the same money."""
        return same_every_year(self.plan)

    @cached_property
    def plan(self) -> Plan:
        """The plan with every projected year spelled out."""
        return spelled_out(self.scenario.plan, self.years)

    def can_reach(self, horizon: int) -> bool:
        """Whether plan and reference say something about every year to a horizon."""
        years = range(self.base_year + 1, horizon + 1)
        return self.scenario.plan.covers(years) and self.reference.plan.covers(years)

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

    def with_price_basis(self, basis: str) -> State:
        """The same amounts meant in đồng of each year, or in đồng of the base year."""
        plan = replace(self.plan, price_basis=basis)
        return replace(self, scenario=replace(self.scenario, plan=plan), edited=True)

    def with_scenario(self, scenario: Scenario) -> State:
        """A scenario brought in whole: plan, world and horizon; the reference stays as far as it reaches."""
        years = range(self.base_year + 1, scenario.horizon + 1)
        last = scenario.horizon if self.reference.plan.covers(years) else max(self.reference.plan.fund)
        found = replace(self, scenario=replace(scenario, horizon=min(scenario.horizon, last)), edited=False)
        return found._settled(Limits())

    def with_split(self, plan: Plan) -> State:
        """Another plan's money under this one's name; locks, floors and caps stay."""
        named = replace(plan, slug=self.plan.slug, label=self.plan.label)
        found = replace(self, scenario=replace(self.scenario, plan=named), edited=True)
        return found._settled(self.allocation.limits)

    def at_year(self, year: int | None) -> State:
        """The levers on one year, or on all of them (only where they are equal)."""
        shown = self.years[0] if year is None else year
        allocation = allocation_of(self.plan, shown, self.allocation.limits)
        return replace(self, year=year, allocation=allocation)

    def same_every_year(self) -> State:
        """The shown year's money in every year."""
        return replace(self._moved(self.allocation, everywhere=True), year=None)

    def with_plan(self, plan: Plan) -> State:
        """Another plan to start from; world, reference and horizon stay, as far as the plan goes."""
        horizon = self.scenario.horizon if plan.repeat_last else min(self.scenario.horizon, max(plan.fund))
        scenario = replace(self.scenario, slug=plan.slug, label=plan.label, plan=plan, horizon=horizon)
        return replace(self, scenario=scenario, edited=False)._settled(self.allocation.limits)

    def with_world(self, world: World) -> State:
        """The same plan in another world."""
        return replace(self, scenario=replace(self.scenario, world=world))

    def with_horizon(self, horizon: int) -> State:
        """The same plan to another year."""
        state = replace(self, scenario=replace(self.scenario, horizon=horizon))
        return state if self.year is None or self.year in state.years else state._settled(self.allocation.limits)

    def with_draws(self, draws: int) -> State:
        """Another number of draws."""
        return replace(self, draws=draws)

    def with_reference(self, reference: Reference) -> State:
        """Another reference."""
        return replace(self, reference=reference)

    def _moved(self, allocation: Allocation, *, everywhere: bool = False) -> State:
        every_year = everywhere or self.year is None
        years = sorted({*self.plan.fund, *self.years}) if every_year else [self.year]
        plan = with_allocation(self.plan, (year for year in years if year is not None), allocation)
        moved = self.edited or plan != self.plan
        return replace(self, scenario=replace(self.scenario, plan=plan), allocation=allocation, edited=moved)

    def _settled(self, limits: Limits) -> State:
        """The levers on all years where they are equal, else on the first."""
        year = None if self.flat else self.years[0]
        allocation = allocation_of(self.plan, self.years[0], limits)
        return replace(self, year=year, allocation=allocation)
