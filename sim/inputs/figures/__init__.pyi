from .concepts import (
    Concept as Concept,
    load_concepts as load_concepts,
    other_concept as other_concept,
)
from .copies import (
    EVENTS as EVENTS,
    copied as copied,
    grain as grain,
)
from .entry import (
    PARTS as PARTS,
    SPENT as SPENT,
    SPENT_LINE as SPENT_LINE,
    figures_book as figures_book,
    figures_of as figures_of,
    is_table as is_table,
    load_figures as load_figures,
    load_outturns as load_outturns,
    period_asked as period_asked,
    read_figures as read_figures,
    sheet_table as sheet_table,
)
from .observations import (
    COLUMNS as COLUMNS,
    ENTITIES as ENTITIES,
    OBSERVED as OBSERVED,
    PLANNED as PLANNED,
    SOURCE_COLUMNS as SOURCE_COLUMNS,
    UNUSED_PERIODS as UNUSED_PERIODS,
    WORKED_OUT as WORKED_OUT,
    Mapped as Mapped,
    effect_sources as effect_sources,
    gaps as gaps,
    key_of as key_of,
    last_month as last_month,
    load_indicator_map as load_indicator_map,
    load_observations as load_observations,
    months_covered as months_covered,
    parse_observations as parse_observations,
    parse_sources as parse_sources,
    source_ids as source_ids,
    year_span as year_span,
)
from .px import (
    PxTable as PxTable,
    is_px as is_px,
    read_px as read_px,
)
from .sense import (
    doubts as doubts,
)
from .worded import (
    coded as coded,
    worded as worded,
)
