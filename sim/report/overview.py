"""The first page of a whole run: the main answer in short, what failed, and every scenario with its link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sim.analysis.story import Range, Story, range_of
from sim.analysis.targets import TargetChance, target_chances
from sim.domain.indicators import INDICATOR, NOMINAL
from sim.domain.scenario import Scenario
from sim.ensemble.results import Result
from sim.report.answer import cards, finding, header, lead, notice, why
from sim.report.marks import said, year
from sim.report.markup import el, section
from sim.report.tables import Column, table
from sim.report.values import chip, p80
from sim.report.wording import Wording

#: What the table of scenarios shows, in reading order.
SHOWN = ("htx_active", "htx_revenue_total", "htx_revenue")


@dataclass(frozen=True)
class ScenarioRow:
    """One scenario of a run, light enough to keep many.

    Attributes
    ----------
    href : page beside the index, or ""
    figures : ranges of the last year, `SHOWN`
    grade : evidence grade of its difference, "" where it was not asked for
    """

    scenario: Scenario
    href: str
    founded: Range
    chance: TargetChance | None
    figures: Mapping[str, Range]
    grade: str = ""


@dataclass(frozen=True)
class FailedScenario:
    """A scenario that has no page, and why."""

    slug: str
    label: Mapping[str, str] | str
    reason: str


def row_of(result: Result, slug: str, *, href: str = "", grade: str = "") -> ScenarioRow:
    """The row of one projected scenario."""
    first, last = result.years[1], result.years[-1]
    headline = next((found for found in target_chances(result, slug) if found.target.headline), None)
    figures = {shown: range_of(result, slug, shown, last, NOMINAL if INDICATOR[shown].money else "") for shown in SHOWN}
    founded = range_of(result, slug, "htx_founded", first)
    return ScenarioRow(result.run_of(slug).scenario, href, founded, headline, figures, grade)


def overview(story: Story, lang: str = "vi", *, href: str, notices: Sequence[tuple[str, str]] = ()) -> Markup:
    """The main scenario's answer in short, with the way to its page."""
    w = Wording(lang)
    return el(
        "section",
        header(w, story),
        el("h1", finding(w, story)),
        *(notice(kind, text) for kind, text in notices),
        el("p", lead(w, story, anchor=href), cls="lead"),
        cards(w, story),
        why(w, story),
        el("p", el("a", w.text("read_whole"), href=href, cls="more")),
        id="answer",
        cls="answer",
    )


def failures(failed: Sequence[FailedScenario], lang: str = "vi") -> Markup:
    """Scenarios without a page, named first, each with its reason."""
    w = Wording(lang)
    if not failed:
        return Markup("")
    items = [
        el("li", el("b", said(w.label(one.label), "plan")), " (", el("code", one.slug), "): ", el("code", one.reason))
        for one in failed
    ]
    return el("section", el("h2", w.text("failures_title")), el("ul", *items), id="failures", cls="notice fail")


def scenario_table(rows: Sequence[ScenarioRow], lang: str = "vi") -> Markup:
    """Every scenario with its main figures and the link to its page."""
    w = Wording(lang)
    if not rows:
        return section("scenarios", w.text("scenarios_title"), el("p", w.text("missing")))
    first, last = rows[0].founded.year, rows[0].figures[SHOWN[0]].year
    columns = [
        Column(w.text("column_scenario"), "plan", numeric=False),
        Column(w.text("column_world"), numeric=False),
        Column(w.html("column_founded", year=year(first)), "model"),
        Column(w.html("column_reach", year=year(first)), "model"),
        *(
            Column(w.html("column_in_year", what=w.term(shown), unit=w.unit_of(shown), year=year(last)), "model")
            for shown in SHOWN
        ),
    ]
    graded = any(row.grade for row in rows)
    columns += [Column(w.text("column_grade"), numeric=False)] if graded else []
    body = [_row(w, row, graded) for row in sorted(rows, key=lambda row: bool(row.scenario.world.overrides))]
    return section(
        "scenarios", w.text("scenarios_title"), table(columns, body, caption=w.html("scenarios_caption", p80=p80(w)))
    )


def _row(w: Wording, row: ScenarioRow, graded: bool) -> list[object]:
    label = w.label(row.scenario.label)
    cells: list[object] = [
        el("a", label, href=row.href) if row.href else label,
        said(w.label(row.scenario.world.label), "assumption"),
        _with_range(w, row.founded),
        w.chance(row.chance.probability, row.chance.mcse) if row.chance else w.text("missing"),
        *(_with_range(w, row.figures[shown]) for shown in SHOWN),
    ]
    return [*cells, chip(row.grade)] if graded else cells


def _with_range(w: Wording, found: Range) -> Markup:
    middle = w.level(found.indicator, found.p50, found.mcse)
    return Markup("{} <small>({})</small>").format(middle, w.span(found.indicator, found.p10, found.p90, found.mcse))
