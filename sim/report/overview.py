"""The first page of a whole run: the main answer in short, what failed, and every scenario with its link."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from sim.analysis.story import Range, Story, range_of
from sim.analysis.targets import TargetChance, target_chances
from sim.domain.indicators import INDICATOR, NOMINAL
from sim.domain.scenario import Scenario
from sim.ensemble.results import Result
from sim.report.answer import cards, finding, header, lead, notice, why
from sim.report.marks import number, said
from sim.report.markup import el
from sim.report.wording import Wording

#: Figures of the last year by which scenarios are listed, in reading order.
SHOWN = ("htx_active", "htx_revenue_total", "htx_revenue", "htx_worker_income")
#: The chance of the headline target, beside them.
REACH = "reach"
#: Draws kept to tell scenarios apart: hundreds of scenarios fit in memory, and each alone keeps all its own figures.
_KEPT = 16_384


@dataclass(frozen=True)
class ScenarioRow:
    """One scenario of a run, light enough to keep many.

    Attributes
    ----------
    href : page beside the index, or ""
    figures : ranges of the last year, `SHOWN`
    grade : evidence grade of its difference, "" where it was not asked for
    draws : {measure: (draw)} of the same draws in every row, to tell rows apart
    effective_draws : what they are worth
    """

    scenario: Scenario
    href: str
    founded: Range
    chance: TargetChance | None
    figures: Mapping[str, Range]
    grade: str = ""
    draws: Mapping[str, NDArray[np.float32]] = field(default_factory=dict)
    effective_draws: float = np.inf


@dataclass(frozen=True)
class FailedScenario:
    """A scenario that has no page, and the reason, which says what to do about it too."""

    slug: str
    label: Mapping[str, str] | str
    reason: str


def row_of(result: Result, slug: str, *, href: str = "", grade: str = "") -> ScenarioRow:
    """The row of one projected scenario."""
    first, last = result.years[1], result.years[-1]
    headline = next((found for found in target_chances(result, slug) if found.target.headline), None)
    basis = {shown: NOMINAL if INDICATOR[shown].money else "" for shown in SHOWN}
    figures = {shown: range_of(result, slug, shown, last, basis[shown]) for shown in SHOWN}
    draws = {shown: result.series(slug, shown, basis[shown])[-1, -1] for shown in SHOWN}
    if headline is not None:
        met = result.series(slug, headline.target.indicator)[headline.target.year - result.years[0] - 1, -1]
        draws[REACH] = met >= headline.target.low
    kept = {name: values[:_KEPT].astype(np.float32) for name, values in draws.items()}
    founded = range_of(result, slug, "htx_founded", first)
    scenario = result.run_of(slug).scenario
    return ScenarioRow(scenario, href, founded, headline, figures, grade, kept, result.effective_draws)


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
    count = number(w.number(len(failed)), "actual")
    title = el("h2", w.html("failures_title", count=count))
    return el("section", title, el("ul", *(_failed(w, one) for one in failed)), id="failures", cls="notice fail")


def _failed(w: Wording, one: FailedScenario) -> Markup:
    name = el("b", said(w.label(one.label), "plan"))
    return el("li", name, " (", el("code", one.slug), "): ", el("span", one.reason, cls="reason plain"))
