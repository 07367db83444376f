"""The areas of a province beside their sum: what is added up adds up in print, to the digit."""

from collections.abc import Sequence

from markupsafe import Markup

from sim.analysis.answer import ScenarioAnswer, range_of
from sim.analysis.compare import difference
from sim.domain import INDICATOR, NOMINAL, REAL
from sim.report import print as pr

#: Sums first, then averages, which weigh the areas by what they are per.
_SHOWN = (
    "htx_founded", "htx_registered", "htx_active", "htx_members", "htx_workers", "htx_revenue_total", "htx_revenue",
    "htx_worker_income",
)  # fmt: skip
_ADDED = "htx_active", "htx_revenue_total"


def by_area(w: pr.Wording, answer: ScenarioAnswer) -> Markup | None:
    """Levels of the planning and the last year by area and over all, and what the plan adds where; or nothing."""
    areas = answer.province.areas
    if len(areas) == 1:
        return None
    years = sorted({answer.province.planning_year, answer.result.years[-1]})
    columns = [
        pr.Column(w.text("column_indicator"), numeric=False),
        *(pr.Column(w.label(area.label)) for area in areas),
        pr.Column(w.text("areas_whole")),
    ]
    missing = answer.province.missing
    rows: list[Sequence[object]] = []
    for year in years:
        rows += [_levels(w, answer, name, year) for name in _SHOWN if name not in missing]
    rows += [_added(w, answer, name) for name in _ADDED if answer.references]
    return pr.el(
        "div",
        pr.el("h3", w.text("areas_title")),
        pr.el("p", w.html("areas_text", p80=pr.p80(w)), cls="sub"),
        pr.Table(columns, rows, cls="side").html(w),
    )


def area_figures(answer: ScenarioAnswer, indicator: str, year: int) -> list[pr.Figure]:
    """A level of each area and of all, the whole last; what is counted adds up as printed."""
    row = INDICATOR[indicator]
    codes = [*(area.code for area in answer.province.areas), ""]
    basis = NOMINAL if row.money else ""
    found = [
        pr.Figure.of_range(range_of(answer.result, answer.scenario.slug, indicator, year, basis, area=code))
        for code in codes
    ]
    return found if row.per else [*pr.together(found[:-1], found[-1]), found[-1]]


def _levels(w: pr.Wording, answer: ScenarioAnswer, indicator: str, year: int) -> Sequence[object]:
    basis = NOMINAL if INDICATOR[indicator].money else ""
    return _head(w, indicator, basis, pr.year(year)), *area_figures(answer, indicator, year)


def _added(w: pr.Wording, answer: ScenarioAnswer, indicator: str) -> Sequence[object]:
    """What the plan adds to the first reference in the last year, area by area."""
    basis, last = REAL if INDICATOR[indicator].money else "", answer.result.years[-1]
    codes = [*(area.code for area in answer.province.areas), ""]
    found = [
        pr.Figure.of_draws(
            difference(
                answer.result, answer.references[0], answer.scenario.slug, indicator, year=last, price_basis=basis,
                area=code,
            ),
            indicator,
        )
        for code in codes
    ]  # fmt: skip
    head = _head(w, indicator, basis, pr.year(last), ": ", w.text("areas_added"))
    return head, *pr.together(found[:-1], found[-1]), found[-1]


def _head(w: pr.Wording, indicator: str, basis: str, *when: object) -> Markup:
    unit = pr.plain(w.unit_with_basis(indicator, basis))
    return pr.join([w.term(indicator), ", ", unit, ", ", *when])
