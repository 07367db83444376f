"""Shapes of a province's data pack and of the map from printed terms to indicators."""

from typing import Annotated, Literal

from pydantic import Field, Strict, Tag

from sim.domain import LINES, MATCH_KINDS
from sim.inputs.yaml.shapes import (
    AREA_PATTERN,
    VARIANT,
    VINTAGE_PATTERN,
    Flag,
    Id,
    LabelShape,
    Number,
    Shape,
    Slug,
    Text,
    Triple,
    Year,
    by_key,
)

AreaCode = Annotated[str, Strict(), Field(pattern=AREA_PATTERN)]
Share = Annotated[Number, Field(ge=0, le=1)]
Vintage = Annotated[str, Strict(), Field(pattern=VINTAGE_PATTERN)]
LineId = Literal[LINES]  # type: ignore[valid-type]


class BaseReference(Shape):
    """A row of observations.csv of the base year, for each area."""

    entity: Text
    indicator: Text
    period: Text
    source_id: Text


class RowReference(BaseReference):
    """A row of observations.csv of a stated year."""

    year: Year
    area_code: AreaCode | None = None


class AreaShape(Shape):
    """One stratum of the province."""

    code: AreaCode
    label: LabelShape
    founding_share: Share


class AssumedShape(Shape):
    """A figure nobody printed: an assumption, or its multiple of another indicator's figure."""

    assumption: Id
    of: Id | None = None


class MissingShape(Shape):
    """No figure and nothing to stand for it."""

    missing: Literal[True]


Figure = Annotated[
    Annotated[BaseReference, Tag(VARIANT + "printed")] | Annotated[AssumedShape, Tag(VARIANT + "assumption")],
    by_key("assumption", "missing", otherwise="printed"),
]
FigureOrNone = Annotated[
    Annotated[BaseReference, Tag(VARIANT + "printed")]
    | Annotated[AssumedShape, Tag(VARIANT + "assumption")]
    | Annotated[MissingShape, Tag(VARIANT + "missing")],
    by_key("assumption", "missing", otherwise="printed"),
]


class BaseShape(Shape):
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


class TargetShape(Shape):
    """A target of the province's plan."""

    id: Slug
    indicator: Id
    year: Year
    low: RowReference
    high: RowReference | None = None
    label: LabelShape
    headline: Flag


class TrapShape(Shape):
    """A known trap of the figures."""

    id: Slug
    indicators: Annotated[list[Text], Field(min_length=1)]
    text: LabelShape


class ItemShape(Shape):
    """Something the plan names."""

    id: Slug
    label: LabelShape


class SolutionShape(ItemShape):
    """A group of solutions and where a planner finds it again."""

    lines: list[LineId]
    worlds: list[Slug]


class DifficultyShape(ItemShape):
    """A difficulty the plan names and the world that states it."""

    world: Slug


class ContextShape(Shape):
    """The plan around the fund."""

    solution_groups: list[SolutionShape]
    programmes: list[ItemShape]
    difficulties: list[DifficultyShape]
    not_levers: list[ItemShape]


class PackShape(Shape):
    """pack.yaml of a province."""

    slug: Slug
    label: LabelShape
    boundary: LabelShape
    boundary_vintage: Vintage
    base_year: Year
    areas: Annotated[list[AreaShape], Field(min_length=1)]
    base: BaseShape
    reference_fund: RowReference
    targets: list[TargetShape]
    traps: list[TrapShape]
    context: ContextShape


class MappedShape(Shape):
    """Our indicator for a printed term."""

    indicator: Id
    factor: Annotated[Number, Field(gt=0)]
    plausible: tuple[Number, Number] | None = None


class StandInEntryShape(Shape):
    """The assumption behind a stand-in, without what only a date or a column can add."""

    label: LabelShape
    question: LabelShape
    unit: Text
    distribution: Triple
    bounds: tuple[Number, Number]
    reason: LabelShape


IndicatorMapShape = dict[Text, MappedShape]


class StandInShape(Shape):
    """What stands for a figure nobody printed."""

    id: Id
    of: Id
    entry: StandInEntryShape | None = None


class FigureShape(BaseReference):
    """A row of observations.csv; its year stands beside it."""

    area_code: AreaCode


class DatedFigureShape(FigureShape):
    """A row of observations.csv of a stated year."""

    year: Year


_MATCHED = (
    "htx_registered",
    "htx_active",
    "htx_founded",
    "htx_dissolved",
    "htx_revenue",
    "htx_worker_income",
    "htx_members",
)


class MatchRuleShape(Shape):
    """How a printed figure meets the model's series."""

    indicator: Literal[_MATCHED]  # type: ignore[valid-type]
    year: Year
    kind: Literal[MATCH_KINDS]  # type: ignore[valid-type]
    error: Id | None = None
    relative: Flag = False


class UsedShape(Shape):
    """One figure the assumptions are updated with."""

    match: MatchRuleShape
    figure: FigureShape


class SetAsideShape(Shape):
    """Figures never used for fitting, and why."""

    figures: Annotated[list[DatedFigureShape], Field(min_length=1)]
    reason: LabelShape


class CalibrationShape(Shape):
    """calibration.yaml of a province."""

    start_year: Year
    inflation: Annotated[dict[Year, FigureShape], Field(min_length=1)]
    used: Annotated[dict[Slug, UsedShape], Field(min_length=1)]
    set_aside: list[SetAsideShape]
