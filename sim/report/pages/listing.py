"""The index: overview and the list of scenarios."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from sim.analysis.answer import Range, ScenarioAnswer, TargetChance, range_of, target_chances
from sim.analysis.compare import Rank, ranks
from sim.domain import HEADLINE, INDICATOR, NOMINAL, Scenario
from sim.ensemble import Result
from sim.report.pages.answer import cards, finding, header, headline_of, lead, notice, why
from sim.report.print import (
    NO_BREAK,
    Figure,
    Mark,
    Ranked,
    Wording,
    chip,
    el,
    join,
    marked_head,
    named,
    p80,
    planned_words,
    section,
    tight_axis,
    year,
)

# -- The first page of a whole run: the main answer in short, what failed, and every scenario with its link ---

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
    figures : ranges of the last year, `HEADLINE`
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
    headline = headline_of(target_chances(result, slug))
    basis = {shown: NOMINAL if INDICATOR[shown].money else "" for shown in HEADLINE}
    figures = {shown: range_of(result, slug, shown, last, basis[shown]) for shown in HEADLINE}
    draws = {shown: result.series(slug, shown, basis[shown])[-1, -1] for shown in HEADLINE}
    if headline is not None:
        met = result.series(slug, headline.target.indicator)[headline.target.year - result.years[0] - 1, -1]
        draws[REACH] = met >= headline.target.low
    kept = {name: values[:_KEPT].astype(np.float32) for name, values in draws.items()}
    founded = range_of(result, slug, "htx_founded", first)
    scenario = result.run_of(slug).scenario
    return ScenarioRow(scenario, href, founded, headline, figures, grade, kept, result.effective_draws)


def overview(answer: ScenarioAnswer, lang: str = "vi", *, href: str, notices: Sequence[tuple[str, str]] = ()) -> Markup:
    """The main scenario's answer in short, with the way to its page."""
    w = Wording(lang)
    return el(
        "section",
        header(w, answer),
        el("h1", finding(w, answer)),
        *(notice(kind, text) for kind, text in notices),
        el("p", lead(w, answer, anchor=href), cls="lead"),
        cards(w, answer),
        why(w, answer),
        el("p", el("a", w.text("read_whole"), href=href, cls="more")),
        id="answer",
        cls="answer",
    )


def failures(failed: Sequence[FailedScenario], lang: str = "vi") -> Markup:
    """Scenarios without a page, named first, each with its reason."""
    w = Wording(lang)
    if not failed:
        return Markup("")
    title = el("h2", w.html("failures_title", count=Figure.counted(failed)))
    return el("section", title, el("ul", *(_failed(w, one) for one in failed)), id="failures", cls="notice fail")


def _failed(w: Wording, one: FailedScenario) -> Markup:
    name = el("b", planned_words(w.label(one.label)))
    return el("li", name, " (", el("code", one.slug), "): ", el("span", one.reason, cls="reason plain"))


# -- Every scenario of a run in one list: by the figure and for the plan and world the reader picks, without script ---
# One table per figure, each in its own order; what is picked is told to the style sheet by the lists themselves.

#: Fewer worlds or plans than this need no list to pick from.
_CHOICE = 2
_WHOLE = 100.0


@dataclass(frozen=True)
class _Listed:
    """The rows of a listing and what they may be picked by: plans and worlds by place, from 1."""

    w: Wording
    rows: Sequence[ScenarioRow]
    plans: Mapping[str, int]
    worlds: Mapping[str, int]

    def classes(self, row: ScenarioRow) -> str:
        """By these the style sheet finds a row's plan and world."""
        return f"p{self.plans[row.scenario.plan.slug]} w{self.worlds[row.scenario.world.slug]}"

    @property
    def horizons(self) -> bool:
        """Whether rows end in different years."""
        return len({row.scenario.horizon for row in self.rows}) > 1


def scenario_table(rows: Sequence[ScenarioRow], lang: str = "vi") -> Markup:
    """Every scenario with its main figures, its rank among those of its world, and the link to its page."""
    w = Wording(lang)
    if not rows:
        return section("scenarios", w.text("scenarios_title"), el("p", w.text("missing")))
    listed = _Listed(w, rows, _places(row.scenario.plan.slug for row in rows), _places(_world(row) for row in rows))
    measures = [name for name in (*HEADLINE, REACH) if name != REACH or all(row.chance for row in rows)]
    return section(
        "scenarios",
        w.text("scenarios_title"),
        el("p", w.html("scenarios_caption", p80=p80(w)), cls="sub"),
        el("style", Markup(_picking(listed, len(measures)))),
        _lists(listed, measures),
        *(_table(listed, name, place + 1) for place, name in enumerate(measures)),
        cls="listing",
    )


def _world(row: ScenarioRow) -> str:
    return row.scenario.world.slug


def _places(names: Iterable[str]) -> dict[str, int]:
    return {name: place + 1 for place, name in enumerate(dict.fromkeys(names))}


def _picking(listed: _Listed, measures: int) -> str:
    """Rules that show the picked figure, plan and world; a browser without `:has` shows all."""
    rules = [
        f".listing:has(.by option:nth-child({place}):checked) table:not(.m{place}) {{ display: none; }}"
        for place in range(1, measures + 1)
    ]
    for name, places in (("p", listed.plans), ("w", listed.worlds)):
        # The first entry of a list is "all".
        rules += [
            f".listing:has(.of-{name} option:nth-child({place + 1}):checked) tbody tr:not(.{name}{place})"
            " { display: none; }"
            for place in places.values()
        ]
    return "@supports selector(:has(a)) {\n" + "\n".join(rules) + "\n}\n"


def _lists(listed: _Listed, measures: Sequence[str]) -> Markup:
    """The lists to pick from; the world with most scenarios is picked first, so that plans meet on equal terms."""
    w, rows = listed.w, listed.rows
    by = [el("option", _measure(w, name), selected=place == 0) for place, name in enumerate(measures)]
    picks = [_pick(w.text("list_by"), "by", by)]
    worlds = {_world(row): w.label(row.scenario.world.label) for row in rows}
    plans = {row.scenario.plan.slug: w.label(row.scenario.plan.label) for row in rows}
    counted = Counter(_world(row) for row in rows)
    first = max(worlds, key=lambda slug: counted[slug])
    if len(worlds) >= _CHOICE:
        chosen = first if counted[first] >= _CHOICE else ""
        options = _options(w, "list_every_world", worlds, counted, chosen)
        picks.append(_pick(w.text("column_world"), "of-w", options))
    if len(plans) >= _CHOICE:
        options = _options(w, "list_every_plan", plans, Counter(row.scenario.plan.slug for row in rows), "")
        picks.append(_pick(w.text("list_plan"), "of-p", options))
    return el("div", *picks, cls="picks")


def _options(w: Wording, every: str, names: Mapping[str, str], counted: Counter[str], chosen: str) -> list[Markup]:
    total = sum(counted.values())
    found = [el("option", w.text("list_count", name=w.text(every), count=w.number(total)), selected=not chosen)]
    for slug, name in names.items():
        text = w.text("list_count", name=name, count=w.number(counted[slug]))
        found.append(el("option", text, selected=slug == chosen))
    return found


def _pick(name: str, cls: str, options: Sequence[Markup]) -> Markup:
    identity = f"pick-{cls}"
    return el("p", el("label", name, **{"for": identity}), el("select", *options, id=identity, cls=cls))


def _measure(w: Wording, name: str) -> str:
    return w.text("list_reach") if name == REACH else w.term(f"card_{name}")


def _table(listed: _Listed, measure: str, place: int) -> Markup:
    """One figure, highest first, each range on the scale all share; figures of one year stand together."""
    w, rows = listed.w, listed.rows
    figures = {row.scenario.slug: _figure(row, measure) for row in rows}
    found = _ranks(rows, measure, figures)
    order = sorted(rows, key=lambda row: (-row.scenario.horizon, -figures[row.scenario.slug], row.scenario.slug))
    ends = _ends(rows, measure)
    graded = any(row.grade for row in rows)
    head = [
        marked_head(w.text("list_rank"), Mark.MODEL),
        marked_head(w.text("column_scenario"), Mark.of(rows[0].scenario)),
        el("th", w.html("column_grade"), scope="col") if graded else None,
        el("th", p80(w), scope="col", cls="scale") if ends else None,
        marked_head(_head(listed, measure), Mark.MODEL, cls="num"),
    ]
    body = [_row(listed, row, measure, rank=found[row.scenario.slug], ends=ends, graded=graded) for row in order]
    words = "list_caption_years" if listed.horizons else "list_caption"
    caption = el("caption", w.text(words, what=_measure(w, measure)))
    return el("table", caption, el("thead", el("tr", *head)), el("tbody", *body), cls=f"ranked m{place}")


def _figure(row: ScenarioRow, measure: str) -> float:
    if measure == REACH:
        assert row.chance
        return row.chance.probability
    return row.figures[measure].p50


def _ranks(rows: Sequence[ScenarioRow], measure: str, figures: Mapping[str, float]) -> dict[str, Rank | None]:
    """Ranks among the scenarios of one world and horizon: across worlds a rank would rank luck, not plans."""
    found: dict[str, Rank | None] = dict.fromkeys(figures)
    for world, horizon in dict.fromkeys((_world(row), row.scenario.horizon) for row in rows):
        alike = [
            row for row in rows if (_world(row), row.scenario.horizon) == (world, horizon) and measure in row.draws
        ]
        if len(alike) >= _CHOICE:
            draws = {row.scenario.slug: row.draws[measure] for row in alike}
            found |= ranks(draws, figures, effective_draws=alike[0].effective_draws)
    return found


def _ends(rows: Sequence[ScenarioRow], measure: str) -> tuple[float, float] | None:
    if measure == REACH:
        return None
    low, high, _ = tight_axis([end for row in rows for end in (row.figures[measure].p10, row.figures[measure].p90)])
    return low, high


def _head(listed: _Listed, measure: str) -> Markup:
    w, first = listed.w, listed.rows[0]
    if measure == REACH:
        return w.html("column_reach", year=year(first.founded.year))
    named = {"what": w.term(measure), "unit": w.unit_of(measure)}
    if listed.horizons:
        return w.html("column_last_year", **named)
    return w.html("column_in_year", year=year(first.scenario.horizon), **named)


def _row(
    listed: _Listed, row: ScenarioRow, measure: str, *,
    rank: Rank | None, ends: tuple[float, float] | None, graded: bool,
) -> Markup:  # fmt: skip
    w, label = listed.w, listed.w.label(row.scenario.label)
    name = el("a", label, href=row.href) if row.href else label
    world = w.label(row.scenario.world.label)
    about: list[object] = [] if world in label else [named(w, row.scenario.world)]  # a grid's names say it already
    about += [year(row.scenario.horizon)] if listed.horizons else []
    return el(
        "tr",
        el("td", w.text("nothing") if rank is None else Ranked(rank).text(w)),
        el("th", name, _flag(w, rank), " ", el("small", join(about, ", ")) if about else None, scope="row"),
        el("td", chip(row.grade)) if graded else None,
        el("td", _track(row.figures[measure], ends), cls="scale") if ends else None,
        el("td", _value(w, row, measure), cls="num"),
        cls=listed.classes(row),
    )


def _flag(w: Wording, rank: Rank | None) -> Markup | None:
    if rank is None or not (rank.highest or rank.lowest):
        return None
    return el("span", w.text("list_highest" if rank.highest else "list_lowest"), cls="flag quiet")


def _track(found: Range, ends: tuple[float, float]) -> Markup:
    """The 80 % range and its middle on the scale of the table."""
    low, high = ends
    reach = (high - low) or 1.0

    def share(value: float) -> str:
        return f"{_WHOLE * value / reach:.1f}%"

    bar = el("i", style=f"left:{share(found.p10 - low)};width:{share(found.p90 - found.p10)}")
    return el("span", bar, el("b", style=f"left:{share(found.p50 - low)}"), cls="track")


def _value(w: Wording, row: ScenarioRow, measure: str) -> Markup:
    if measure == REACH:
        assert row.chance
        founded = Figure.of_range(row.founded).cell(w)
        reach = Figure.of_target_chance(row.chance).text(w)
        return Markup("{}{}<small>{}</small>").format(reach, NO_BREAK, w.html("list_founded", n=founded))
    return Markup(Figure.of_range(row.figures[measure]).cell(w))
