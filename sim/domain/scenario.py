"""Scenarios and provinces, the history they are conditioned on, and the one canonical text that equal inputs share."""

import dataclasses
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date as Date
from decimal import Decimal
from html import escape
from typing import Any, ClassVar

from sim.domain.breaks import Break
from sim.domain.errors import InputError, Problem
from sim.domain.frozen import freeze
from sim.domain.indicators import INDICATORS, Indicator
from sim.domain.plan import UNSTATED, Label, Plan
from sim.domain.world import Register, World

#: The world that restates nothing.
CENTRAL = "central"

# -- A scenario is a plan in a world to a horizon; a province is where it starts from --------------

@dataclass(frozen=True)
class Scenario:
    """Plan + world + horizon: everything that is chosen or stated, nothing that is sampled."""

    slug: str
    label: Label
    plan: Plan
    world: World
    horizon: int

    #: Finds a world by its slug; the reader of worlds sets it.
    find_world: ClassVar[Callable[[str], World] | None] = None

    def years(self, base_year: int) -> range:
        """Projected years: from the one after the base year to the horizon."""
        return range(base_year + 1, self.horizon + 1)

    def __repr__(self) -> str:
        return f"<Scenario {self.slug}: plan {self.plan.slug} in world {self.world.slug} to {self.horizon}>"

    def _repr_html_(self) -> str:
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

    `pack` names the data pack an area that was a province of its own takes its assumptions and history from.
    """

    code: str
    label: Label
    founding_share: float
    pack: str = field(default="", metadata={UNSTATED: True})


@dataclass(frozen=True)
class Target:
    """A target of the province's own plan: met when the indicator reaches `low` (to `high`)."""

    id: str
    indicator: str
    year: int
    low: float
    high: float | None
    label: Label
    headline: bool
    source_id: str


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
class Province:
    """A data pack: areas, boundary vintage, base-year figures, history, targets, traps.

    Attributes
    ----------
    base : {indicator id: {area code: Observation}} at the end of `base_year`
    reference_fund : the fund the reference split is stated against [VND]
    assumed : {indicator id: {area code: Assumed}} of figures that were not printed
    code : of the whole, whose figures are the sum of its areas'; "" where there is but one area
    deflator : price level of `PRICE_YEAR` over the base year's; 1 where they are the same year
    missing : indicators without any figure; they are not projected, and reported as missing
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

    def __post_init__(self) -> None:
        freeze(self, "base", "sources", "context", "assumed")


# -- One canonical text per scenario, assumption set and pack, so that equal inputs have equal hashes ---

#: Fields that name or explain a thing without changing any number.
_WORDS = frozenset({"label", "description", "question", "reason", "owner", "note", "text", "line"})


def canonical(value: Any) -> Any:
    """Plain data of a domain value: ordered, without words that change no number."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {one: getattr(value, one.name) for one in dataclasses.fields(value) if one.name not in _WORDS}
        stated = {one.name: item for one, item in fields.items() if item or UNSTATED not in one.metadata}
        return canonical(stated)
    if isinstance(value, Mapping):
        return {str(key): canonical(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def fingerprint(value: Any) -> str:
    """SHA-256 of the canonical text of any domain value or plain data."""
    text = json.dumps(canonical(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def scenario_fingerprint(scenario: Scenario) -> str:
    """Hash of what a scenario chooses and states: plan, world and horizon, not its names."""
    plan, world = dataclasses.replace(scenario.plan, slug=""), dataclasses.replace(scenario.world, slug="")
    return fingerprint({"plan": plan, "world": world, "horizon": scenario.horizon})


def inputs_fingerprint(province: Province, register: Register) -> str:
    """Hash of the figures and assumptions a projection reads."""
    base = {name: {area: row.value for area, row in rows.items()} for name, rows in province.base.items()}
    targets = [(target.id, target.low, target.high) for target in province.targets]
    parts: dict[str, Any] = {"areas": province.areas, "base": base, "fund": province.reference_fund}
    parts |= {"targets": targets, "register": {key: register[key] for key in register}}
    if province.assumed or province.missing or province.deflator != 1:
        stand_ins = {name: _stand_in(areas) for name, areas in province.assumed.items()}
        parts |= {"assumed": stand_ins, "missing": sorted(province.missing), "deflator": province.deflator}
    return fingerprint(parts)


def _stand_in(areas: Mapping[str, Assumed]) -> Any:
    """What stands for a figure: one for all areas that lack it, or each area's own."""
    found = {code: [how.id, how.of] for code, how in areas.items()}
    return next(iter(found.values())) if len(found) == 1 else found


#: How a figure of the past relates to the model's yearly series.
END, MIDDLE, GROWTH, FIRST_HALF = MATCH_KINDS = ("end", "middle", "growth", "first_half")


@dataclass(frozen=True)
class Match:
    """One observed figure used to update the assumptions.

    Attributes
    ----------
    id : names it in tables and checks
    indicator : the model's series
    kind : at year's end, in the middle of the year, growth over the year [share], or a count of
        the first half-year
    value : observed, in the unit of the series (growth as a share)
    error : standard deviation of what is observed around the truth; of the log when `relative`
    """

    id: str
    indicator: str
    year: int
    kind: str
    value: float
    error: float
    relative: bool
    observation: Observation


@dataclass(frozen=True)
class SetAside:
    """Figures that are kept in the pack and never used for fitting, with the reason."""

    observations: tuple[Observation, ...]
    reason: Label


@dataclass(frozen=True)
class Calibration:
    """The observed history of one province.

    Attributes
    ----------
    start_year : history starts at its end, with latent stocks and averages
    inflation : actual price growth of each later year, oldest first [share]
    """

    start_year: int
    inflation: tuple[float, ...]
    matches: tuple[Match, ...]
    set_aside: tuple[SetAside, ...]

    @property
    def years(self) -> range:
        """The simulated years of history."""
        return range(self.start_year + 1, self.start_year + 1 + len(self.inflation))

    def until(self, year: int) -> "Calibration":
        """What was known at the end of a year: later matches dropped, for hindcasts."""
        kept = tuple(match for match in self.matches if match.year <= year)
        return Calibration(self.start_year, self.inflation, kept, self.set_aside)
