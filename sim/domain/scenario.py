"""Scenarios and provinces, and the one canonical text that equal inputs share."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from typing import Any, ClassVar, TypeVar

from sim.domain.breaks import Break
from sim.domain.calls import answering_class
from sim.domain.errors import InputError, Problem
from sim.domain.frozen import freeze
from sim.domain.indicators import INDICATORS, MONTHLY, MONTHS_PER_YEAR, VND_PER_BILLION, Indicator
from sim.domain.plan import UNSTATED, Label, Plan
from sim.domain.targets import Target, own_target
from sim.domain.world import World

Drawn = TypeVar("Drawn")
#: The world that restates nothing.
CENTRAL = "central"

# -- A scenario is a plan in a world to a horizon; a province is where it starts from --------------

@answering_class("with_world", "with_plan", "with_target", "without_target", kinds=True)
@dataclass(frozen=True)
class Scenario:
    """Plan + world + horizon: everything that is chosen or stated, nothing that is sampled.

    Attributes
    ----------
    targets : of one's own, beside the province's; they ask something of a projection and change none of it
    """

    slug: str
    label: Label
    plan: Plan
    world: World
    horizon: int
    targets: tuple[Target, ...] = ()

    #: Finds a world by its slug; the reader of worlds sets it.
    find_world: ClassVar[Callable[[str], World] | None] = None

    def years(self, base_year: int) -> range:
        """Projected years: from the one after the base year to the horizon."""
        return range(base_year + 1, self.horizon + 1)

    def __repr__(self) -> str:
        return f"<Scenario {self.slug}: plan {self.plan.slug} in world {self.world.slug} to {self.horizon}>"

    def _repr_html_(self) -> str:
        from html import escape

        return f"<p>{escape(repr(self))}</p>{self.plan._repr_html_()}"

    def with_world(self, world: World | str) -> "Scenario":
        """The same plan in another world, by its slug or as a value; the slug is ``<plan>--<world>``.

        Raises
        ------
        InputError
            When there is no such world.
        """
        if isinstance(world, str):
            if Scenario.find_world is None:
                raise InputError(Problem("unknown_world", {"name": world}, value=world))
            world = Scenario.find_world(world)
        slug = self.plan.slug if world.slug == CENTRAL else f"{self.plan.slug}--{world.slug}"
        return dataclasses.replace(self, slug=slug, world=world)

    def with_plan(self, plan: Plan) -> "Scenario":
        """Another plan in the same world to the same horizon; the slug is the plan's, with the world's behind it."""
        here = dataclasses.replace(self, plan=plan, label=plan.label)
        return here.with_world(self.world)


    def with_target(
        self, indicator: str, year: int, level: float, high: float | None = None, *, name: str | Label = ""
    ) -> "Scenario":
        """The same with one more target of one's own; one of the same indicator and year is replaced.

        Parameters
        ----------
        level : at least this where more is better, at most this where less is [unit of the indicator]
        high : end of a band that begins with `level`
        name : in one language or by language; default said by the indicator, the level and the year

        Raises
        ------
        InputError
            For an indicator there is not, or a level that is no number or cannot be.
        """
        made = own_target(indicator, year, level, high, name=name)
        return dataclasses.replace(self, targets=(*self.without_target(indicator, year).targets, made))

    def without_target(self, indicator: str, year: int) -> "Scenario":
        """The same without one's own target of an indicator and year."""
        kept = tuple(one for one in self.targets if (one.indicator, one.year) != (indicator, year))
        return dataclasses.replace(self, targets=kept)


@dataclass(frozen=True)
class Subject:
    """What a figure answers: two figures of one subject are two answers to one question.

    Attributes
    ----------
    stat : ``level``, ``difference``, ``chance``, ``contribution`` …; of its range ``level p10`` …
    basis : price basis of money
    scenario, reference : whose figure it is, and what it is beside; None where it is beside nothing
    part : of what is split up, which part: a line, an assumption, a target
    area : code; blank for the whole province
    """

    stat: str
    indicator: str
    year: int
    basis: str
    scenario: Scenario
    reference: Scenario | None = None
    part: str = ""
    area: str = ""

    def told(self, stat: str) -> "Subject":
        """Another statistic of the same."""
        return dataclasses.replace(self, stat=f"{self.stat} {stat}")

    @property
    def key(self) -> tuple[object, ...]:
        """The same for equal questions, whatever plans and worlds are called: by what they spend and state."""
        beside = None if self.reference is None else _stated(self.reference)
        return self.stat, self.indicator, self.year, self.basis, _stated(self.scenario), beside, self.part, self.area


def _stated(scenario: Scenario) -> tuple[object, ...]:
    """What a scenario spends on its lines, what its world states, and how far it goes."""
    plan, years = scenario.plan, range(min(scenario.plan.fund), scenario.horizon + 1)
    money = tuple(tuple(plan.line_budget(line, year) for year in years) for line in plan.lines)
    areas = tuple(
        (line, year, tuple(sorted(plan.area_shares(line, year).items()))) for line in plan.areas for year in years
    )
    basis = plan.price_basis if any(map(any, money)) else ""
    world = tuple(sorted((key, repr(one.distribution)) for key, one in scenario.world.overrides.items()))
    return money, areas, basis, world, scenario.horizon


#: The entity of rows that are money of the province.
_BUDGET = "budget"
#: Periods of figures that stand at the end of a year, or for the whole of it.
YEAR_END = ("year", "end")


@dataclass(frozen=True)
class Observation:
    """One printed (or derived) figure with where it stands.

    The key is (area_code, entity, indicator, year, period, source_id).
    """

    area: str
    area_code: str
    year: int
    period: str
    entity: str
    indicator: str
    value: float
    unit: str
    status: str
    source_id: str
    note: str
    line: int

    @property
    def yearly(self) -> float:
        """The value, money of a month as a year's: 4.4 million a month is 52.8, not 52.800000000000004."""
        return round(self.value * MONTHS_PER_YEAR, 6) if self.unit == MONTHLY else self.value


@dataclass(frozen=True)
class Source:
    """Where a figure was printed."""

    id: str
    title: str
    url: str
    note: str


@dataclass(frozen=True)
class Area:
    """One stratum of the province.

    `pack` names the data pack an area that was a province of its own takes its assumptions and history from,
    `plan` the plan it lived under from the last figures of that pack to the base year.
    """

    code: str
    label: Label
    founding_share: float
    pack: str = field(default="", metadata={UNSTATED: True})
    plan: str = field(default="", metadata={UNSTATED: True})


@dataclass(frozen=True)
class Trap:
    """A known trap of the figures, shown wherever one of its indicators is used."""

    id: str
    indicators: tuple[str, ...]
    text: Label


@dataclass(frozen=True)
class Assumed:
    """A base-year figure nobody printed: an assumption stands for it, drawn like any other.

    Attributes
    ----------
    id : assumption in the register, under the area's own id where it has one
    of : indicator it is a share or a multiple of; "" when it is the figure itself
    """

    id: str
    of: str = ""


@dataclass(frozen=True)
class AssumedFund:
    """A reference fund nobody printed for a province: an assumption stands for it.

    Attributes
    ----------
    id : assumption in the register [billion VND/yr]
    pack : data pack of the province whose printed fund it was scaled from
    """

    id: str
    pack: str


@dataclass(frozen=True)
class Province:
    """A data pack: areas, boundary vintage, base-year figures, history, targets, traps.

    Attributes
    ----------
    base : {indicator id: {area code: Observation}} at the end of `base_year`
    reference_fund : the fund the reference split is stated against [VND]; where nobody printed one for this
        province, the printed one that `assumed_fund` stands for a multiple of
    assumed_fund : None where the reference fund was printed for this province
    assumed : {indicator id: {area code: Assumed}} of figures that were not printed
    code : of the whole, whose figures are the sum of its areas'; "" where there is but one area
    deflator : price level of `PRICE_YEAR` over the base year's; 1 where they are the same year
    missing : indicators without any figure; they are not projected, and reported as missing
    planning_year : the present year: what came before it is over, what is asked begins with it
    continues : slug of the pack of an earlier base year that this one goes on from; "" where it begins
    plan_in_force : slug of the base plan, whose money years that are over have; "" where no pack says
    set_aside : lines of observations.csv that stand on another footing: shown in the data page,
        never drawn beside the others nor fitted
    breaks : declared dates at which figures change their footing, by date
    confirmed : keys of figures somebody looked at and found on the same footing as the ones before
    conditioned_to : day up to which figures are used; later ones are shown as what came in; None uses all
    """

    slug: str
    label: Label
    boundary: Label
    areas: tuple[Area, ...]
    base_year: int
    base: Mapping[str, Mapping[str, Observation]]
    reference_fund: int
    reference_fund_source: str
    observations: tuple[Observation, ...]
    sources: Mapping[str, Source]
    targets: tuple[Target, ...]
    traps: tuple[Trap, ...]
    context: Mapping[str, object]
    set_aside: frozenset[int] = frozenset()
    assumed: Mapping[str, Mapping[str, Assumed]] = field(default_factory=dict)
    missing: frozenset[str] = frozenset()
    deflator: float = 1.0
    breaks: tuple[Break, ...] = ()
    confirmed: frozenset[tuple[Any, ...]] = frozenset()
    code: str = ""
    conditioned_to: Date | None = None
    planning_year: int = 0
    plan_in_force: str = ""
    continues: str = ""
    assumed_fund: AssumedFund | None = None

    def uses(self, moment: tuple[int, int]) -> bool:
        """Whether a figure known at the end of a month (year, 1–12) is used, not only shown as what came in."""
        day = self.conditioned_to
        return day is None or moment <= (day.year, day.month)

    @property
    def merged(self) -> bool:
        """True when its areas are simulated with their own assumptions and summed."""
        return any(area.pack for area in self.areas)

    def __repr__(self) -> str:
        size = f"{len(self.areas)} areas, {len(self.observations)} figures to {self.base_year}"
        return f"<Province {self.slug}: {size}, {len(self.targets)} targets>"

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The published indicators this province has a starting point for, in their order."""
        return tuple(indicator for indicator in INDICATORS if indicator.id not in self.missing)

    @property
    def borrowed_fund(self) -> Observation | None:
        """The printed row of a reference fund that is another area's; None where it is this province's own."""
        codes = {area.code for area in self.areas}
        rows = [
            row for row in self.observations
            if row.entity == _BUDGET and row.source_id == self.reference_fund_source
            and row.value * VND_PER_BILLION == self.reference_fund
        ]  # fmt: skip
        return None if self.assumed_fund or not rows or any(row.area_code in codes for row in rows) else rows[0]

    def reference_billion(self, assumptions: Mapping[str, Drawn]) -> "Drawn | float":
        """The reference fund [billion VND/yr], as printed or as assumed.

        Parameters
        ----------
        assumptions : {id: value or draws}
        """
        if self.assumed_fund:
            return assumptions[self.assumed_fund.id]
        return self.reference_fund / VND_PER_BILLION

    @property
    def past_years(self) -> range:
        """Projected years that are over: their money is spent and no suggestion changes it."""
        return range(self.base_year + 1, self.planning_year)

    def open_years(self, horizon: int) -> range:
        """Years that can still be planned, to a horizon."""
        return range(self.planning_year, horizon + 1)

    def __post_init__(self) -> None:
        freeze(self, "base", "sources", "context", "assumed")
        if not self.planning_year:
            object.__setattr__(self, "planning_year", self.base_year + 1)
