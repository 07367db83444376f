"""Shapes of a province's data pack and of the map from printed terms to indicators."""

from typing import Annotated, Literal

from pydantic import Field, Strict, Tag

from sim.domain import GRADES, LINES
from sim.inputs.yaml import shapes

AreaCode = shapes.AreaCode
Share = Annotated[shapes.Number, Field(ge=0, le=1)]
Vintage = Annotated[str, Strict(), Field(pattern=shapes.VINTAGE_PATTERN)]
LineId = Literal[LINES]  # type: ignore[valid-type]


class BaseReference(shapes.Shape):
    """A row of observations.csv of the base year, for each area."""

    entity: shapes.Text
    indicator: shapes.Text
    period: shapes.Text
    source_id: shapes.Text


class RowReference(BaseReference):
    """A row of observations.csv of a stated year."""

    year: shapes.Year
    area_code: AreaCode | None = None


class AssumedShape(shapes.Shape):
    """A figure nobody printed: an assumption, or its multiple of another indicator's figure."""

    assumption: shapes.Id
    of: shapes.Id | None = None


class MissingShape(shapes.Shape):
    """No figure and nothing to stand for it."""

    missing: Literal[True]


Figure = Annotated[
    Annotated[BaseReference, Tag(shapes.VARIANT + "printed")]
    | Annotated[AssumedShape, Tag(shapes.VARIANT + "assumption")],
    shapes.by_key("assumption", "missing", otherwise="printed"),
]
FigureOrNone = Annotated[
    Annotated[BaseReference, Tag(shapes.VARIANT + "printed")]
    | Annotated[AssumedShape, Tag(shapes.VARIANT + "assumption")]
    | Annotated[MissingShape, Tag(shapes.VARIANT + "missing")],
    shapes.by_key("assumption", "missing", otherwise="printed"),
]


class FigureShape(BaseReference):
    """A row of observations.csv; its year stands beside it."""

    area_code: AreaCode


class DatedFigureShape(FigureShape):
    """A row of observations.csv of a stated year."""

    year: shapes.Year


class FundReference(RowReference):
    """The printed fund plans are measured against; with `assumption` and `pack`, one scaled from another province's."""

    assumption: shapes.Id | None = None
    pack: shapes.Slug | None = None


class AreaShape(shapes.Shape):
    """One stratum of the province; one that was a province of its own names its pack, and may start otherwise."""

    code: AreaCode
    label: shapes.LabelShape
    founding_share: Share
    pack: shapes.Slug | None = None
    plan: shapes.Slug | None = None
    base: dict[shapes.Id, Figure] = {}


class BaseShape(shapes.Shape):
    """Where each indicator starts."""

    htx_registered: BaseReference
    htx_active: Figure
    htx_members: Figure
    htx_revenue: Figure
    htx_profit: Figure
    htx_worker_income: Figure
    tht_count: FigureOrNone
    tht_members: FigureOrNone
    tht_revenue: FigureOrNone
    tht_profit: FigureOrNone
    lhhtx_count: FigureOrNone
    lhhtx_member_htx: FigureOrNone


class TargetShape(shapes.Shape):
    """A target of the province's plan."""

    id: shapes.Slug
    indicator: shapes.Id
    year: shapes.Year
    low: RowReference
    high: RowReference | None = None
    label: shapes.LabelShape
    headline: shapes.Flag


class TrapShape(shapes.Shape):
    """A known trap of the figures."""

    id: shapes.Slug
    indicators: Annotated[list[shapes.Text], Field(min_length=1)]
    text: shapes.LabelShape


class ItemShape(shapes.Shape):
    """Something the plan names."""

    id: shapes.Slug
    label: shapes.LabelShape


class SolutionShape(ItemShape):
    """A group of solutions and where a planner finds it again."""

    lines: list[LineId]
    worlds: list[shapes.Slug]


class DifficultyShape(ItemShape):
    """A difficulty the plan names and the world that states it."""

    world: shapes.Slug


class ShiftShape(shapes.Shape):
    """By how much a break may move the level of some series."""

    indicators: Annotated[list[shapes.Id], Field(min_length=1)]
    sd: Annotated[shapes.Number, Field(gt=0, le=2)]
    grade: Literal[GRADES]  # type: ignore[valid-type]
    reason: shapes.LabelShape


class BreakShape(shapes.Shape):
    """A date from which on figures stand on another footing."""

    date: Annotated[str, Strict(), Field(pattern=shapes.DATE_PATTERN)]
    label: shapes.LabelShape
    boundary: shapes.Flag = False
    source: shapes.Text
    note: shapes.LabelShape | None = None
    unaffected: list[AreaCode] = []
    shifts: Annotated[list[ShiftShape], Field(min_length=1)]


BreaksShape = dict[shapes.Slug, BreakShape]


class ConceptShape(shapes.Shape):
    """One way of counting HTX."""

    terms: Annotated[list[shapes.Id], Field(min_length=1)]
    shares: list[shapes.Id] = []
    indicator: shapes.Id | None = None
    label: shapes.LabelShape
    counts: shapes.LabelShape
    counted_by: shapes.LabelShape


ConceptsShape = dict[shapes.Id, ConceptShape]


class ContextShape(shapes.Shape):
    """The plan around the fund."""

    solution_groups: list[SolutionShape]
    programmes: list[ItemShape]
    difficulties: list[DifficultyShape]
    not_levers: list[ItemShape]


class PackShape(shapes.Shape):
    """pack.yaml of a province."""

    slug: shapes.Slug
    label: shapes.LabelShape
    boundary: shapes.LabelShape
    boundary_vintage: Vintage
    base_year: shapes.Year
    conditioned_to: Annotated[str, Strict(), Field(pattern=shapes.DATE_PATTERN)] | None = None
    code: AreaCode | None = None
    planning_year: shapes.Year | None = None
    continues: shapes.Slug | None = None
    plan_in_force: shapes.Slug | None = None
    areas: Annotated[list[AreaShape], Field(min_length=1)]
    base: BaseShape
    reference_fund: FundReference
    targets: list[TargetShape]
    traps: list[TrapShape]
    breaks: BreaksShape = {}
    confirmed: list[DatedFigureShape] = []
    context: ContextShape


class MappedShape(shapes.Shape):
    """Our indicator for a printed term."""

    indicator: shapes.Id
    factor: Annotated[shapes.Number, Field(gt=0)]
    plausible: tuple[shapes.Number, shapes.Number] | None = None


class StandInEntryShape(shapes.Shape):
    """The assumption behind a stand-in, without what only a date or a column can add."""

    label: shapes.LabelShape
    question: shapes.LabelShape
    unit: shapes.Text
    distribution: shapes.Triple | None = None
    bounds: tuple[shapes.Number, shapes.Number]
    reason: shapes.LabelShape


IndicatorMapShape = dict[shapes.Text, MappedShape]


class OfficeShape(shapes.Shape):
    """office.yaml: how offices head their tables."""

    short: dict[shapes.Text, shapes.Text]
    fillers: list[shapes.Text]
    neutral: list[shapes.Text]
    roles: dict[shapes.Id, list[shapes.Text]]
    compared: list[shapes.Text]
    total: list[shapes.Text]
    whole: list[shapes.Text]
    terms: dict[shapes.Id, list[shapes.Text]]
    several: dict[shapes.Text, list[shapes.Id]]
    statuses: dict[shapes.Id, list[shapes.Text]]
    units: dict[shapes.Text, list[shapes.Text]]
    per: dict[shapes.Id, list[shapes.Text]]
    missing: list[shapes.Text]
    answers: dict[shapes.Id, list[shapes.Text]]


class StandInShape(shapes.Shape):
    """What stands for a figure nobody printed."""

    id: shapes.Id
    of: shapes.Id | None = None
    peers: shapes.Id | None = None
    entry: StandInEntryShape | None = None


class SetAsideShape(shapes.Shape):
    """Figures never used for fitting, and why."""

    figures: Annotated[list[DatedFigureShape], Field(min_length=1)]
    reason: shapes.LabelShape


class CalibrationShape(shapes.Shape):
    """calibration.yaml of a province."""

    set_aside: list[SetAsideShape]


# -- data/peers: which figures of other provinces feed priors, and the priors ------------------------

class ExcludedShape(shapes.Shape):
    """Provinces that are no peers of anyone, and why."""

    codes: list[AreaCode]
    reason: shapes.LabelShape


class PeerAsideShape(shapes.Shape):
    """One figure of a province and year that is not used, and why."""

    area_code: AreaCode
    year: shapes.Year
    indicator: shapes.Id
    reason: shapes.Text


class WindowShape(shapes.Shape):
    """Which years a count over several years speaks of."""

    area_code: AreaCode
    term: shapes.Id
    start: shapes.Number
    end: shapes.Number
    stands_for: shapes.Id


class FootingShape(shapes.Shape):
    """How finely averages are printed [sd of log]."""

    whole: Annotated[shapes.Number, Field(ge=0)]
    part: Annotated[shapes.Number, Field(ge=0)]


class PeerQuantityShape(shapes.Shape):
    """One quantity that provinces share a prior of."""

    kind: Literal["count", "share", "level"]
    terms: Annotated[list[shapes.Id], Field(min_length=1)]
    of: shapes.Id | None = None
    unit: shapes.Text
    range: tuple[shapes.Number, shapes.Number]
    between: Annotated[shapes.Number, Field(gt=0)]
    year: Annotated[shapes.Number, Field(gt=0)]
    tails: Annotated[shapes.Number, Field(gt=2)] | None = None
    footing: FootingShape | None = None


class PeerRulesShape(shapes.Shape):
    """rules.yaml of peers."""

    tables: Annotated[list[shapes.Text], Field(min_length=1)]
    excluded: ExcludedShape
    first_year: shapes.Year
    stock_gap_years: Annotated[shapes.Number, Field(ge=0)]
    part_year_concentration: Annotated[shapes.Number, Field(gt=0)]
    estimate_error: Annotated[shapes.Number, Field(ge=0)]
    set_aside: list[PeerAsideShape]
    windows: list[WindowShape]
    quantities: dict[shapes.Id, PeerQuantityShape]


class PeerPriorShape(shapes.Triple):
    """What is to be expected of a quantity in a new province."""

    year: shapes.Triple
    unit: shapes.Text
    provinces: Annotated[shapes.Whole, Field(ge=1)]
    rows: Annotated[shapes.Whole, Field(ge=1)]
    grade: Literal["B"]
    source: shapes.Text
    reason: shapes.LabelShape
    without: dict[AreaCode, shapes.Triple]


PeerPriorsShape = dict[shapes.Id, PeerPriorShape]


_Names = Annotated[list[shapes.Text], Field(min_length=1)]


class AreasShape(shapes.Shape):
    """areas.yaml: provinces by code and name on both sides of a merger."""

    date: shapes.Date
    before: dict[AreaCode, _Names]
    merged: dict[AreaCode, list[AreaCode]]
    others: _Names
