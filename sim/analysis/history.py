"""The observed past of an indicator, as points beside a projection."""

from __future__ import annotations

from dataclasses import dataclass

from sim.domain.scenario import Province

#: Periods that stand at the end of a year, or for the whole of it.
_YEAR_END = frozenset({"year", "end"})
#: Page terms of each indicator that has a history worth drawing.
_PAGE_TERMS = {
    "htx_registered": ("HTX", "htx_total"),
    "htx_active": ("HTX", "htx_active"),
    "htx_members": ("HTX", "htx_members"),
    "htx_revenue": ("HTX", "htx_avg_revenue"),
    "htx_profit": ("HTX", "htx_avg_profit"),
    "htx_worker_income": ("HTX", "htx_worker_income"),
    "tht_revenue": ("THT", "tht_avg_revenue"),
    "lhhtx_count": ("LHHTX", "union_active"),
}


@dataclass(frozen=True)
class HistoryPoint:
    """One year-end figure of the past.

    Attributes
    ----------
    status : actual, estimate or derived, as in the source table
    """

    year: int
    value: float
    status: str
    source_id: str


def history(province: Province, indicator: str) -> tuple[HistoryPoint, ...]:
    """Year-end figures of the whole province up to the base year, oldest first.

    Figures set aside are not drawn. Where two pages give one year, the figure of the base-year
    source comes first in the pack's order and is drawn; both stay in the data notebook.
    """
    if indicator not in _PAGE_TERMS:
        return ()
    entity, term = _PAGE_TERMS[indicator]
    areas = {area.code for area in province.areas}
    points: dict[int, HistoryPoint] = {}
    for row in province.observations:
        wanted = row.area_code in areas and (row.entity, row.indicator) == (entity, term)
        drawn = wanted and row.line not in province.set_aside
        if drawn and row.period in _YEAR_END and row.year <= province.base_year:
            points.setdefault(row.year, HistoryPoint(row.year, row.value, row.status, row.source_id))
    return tuple(points[year] for year in sorted(points))
