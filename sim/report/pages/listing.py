"""The index: what failed, and the list of scenarios."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from sim.analysis.answer import Range, TargetChance, headline_of, range_of, target_chances, target_met
from sim.analysis.compare import Rank, ranks
from sim.domain import HEADLINE, INDICATOR, NOMINAL, Scenario
from sim.ensemble import Result
from sim.report import print as pr

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
    """A scenario without a page of this run, and the reason, which says what to do; `href` is an earlier run's page."""

    slug: str
    label: Mapping[str, str] | str
    reason: str
    href: str = ""


def row_of(result: Result, slug: str, *, href: str = "", grade: str = "") -> ScenarioRow:
    """The row of one projected scenario."""
    present, last = result.province.planning_year, result.years[-1]
    reached = headline_of(target_chances(result, slug))
    basis = {shown: NOMINAL if INDICATOR[shown].money else "" for shown in HEADLINE}
    figures = {shown: range_of(result, slug, shown, last, basis[shown]) for shown in HEADLINE}
    draws = {shown: result.series(slug, shown, basis[shown])[-1, -1] for shown in HEADLINE}
    if reached is not None:
        draws[REACH] = target_met(result, slug, replace(reached.target, high=None))
    kept = {name: values[:_KEPT].astype(np.float32) for name, values in draws.items()}
    founded = range_of(result, slug, "htx_founded", present)
    scenario = result.run_of(slug).scenario
    return ScenarioRow(scenario, href, founded, reached, figures, grade, kept, result.effective_draws)


def failures(failed: Sequence[FailedScenario], lang: str = "vi") -> Markup:
    """Scenarios without a page, named first, each with its reason."""
    w = pr.Wording(lang)
    if not failed:
        return Markup("")
    items = []
    for one in failed:
        name = pr.el("b", pr.planned_words(w.label(one.label)))
        told = [name, " (", pr.el("code", one.slug), "): ", pr.el("span", one.reason, cls="reason plain")]
        items.append(pr.join([*told, " ", pr.el("a", w.text("stale_page"), href=one.href)] if one.href else told))
    title = pr.el("h2", w.html("failures_title", count=pr.Figure.counted(failed)))
    return pr.el("section", title, pr.listing(items), id="failures", cls="notice fail")


# -- Every scenario of a run in one list: by the figure and for the plan and world the reader picks, without script ---
# One table per figure, each in its own order; what is picked is told to the style sheet by the lists themselves.

#: Fewer worlds or plans than this need no list to pick from.
_CHOICE = 2
_WHOLE = 100.0


@dataclass(frozen=True)
class _Listed:
    """The rows of a listing and what they may be picked by: plans and worlds by place, from 1."""

    w: pr.Wording
    rows: Sequence[ScenarioRow]
    plans: Mapping[str, int]
    worlds: Mapping[str, int]

    @property
    def horizons(self) -> bool:
        """Whether rows end in different years."""
        return len({row.scenario.horizon for row in self.rows}) > 1


def scenario_table(rows: Sequence[ScenarioRow], lang: str = "vi") -> Markup:
    """Every scenario with its main figures, its rank among those of its world, and the link to its page."""
    w = pr.Wording(lang)
    if not rows:
        return pr.section("scenarios", w.text("scenarios_title"), pr.el("p", w.text("missing")))
    plans, worlds = (
        {slug: place for place, slug in enumerate(dict.fromkeys(slugs), start=1)}
        for slugs in ((row.scenario.plan.slug for row in rows), map(_world, rows))
    )
    listed = _Listed(w, rows, plans, worlds)
    measures = [name for name in (*HEADLINE, REACH) if name != REACH or all(row.chance for row in rows)]
    return pr.section(
        "scenarios",
        w.text("scenarios_title"),
        pr.el("p", w.html("scenarios_caption", p80=pr.p80(w)), cls="sub"),
        pr.el("style", Markup(_picking(listed, len(measures)))),
        _lists(listed, measures),
        *(_table(listed, name, place + 1) for place, name in enumerate(measures)),
        cls="listing",
    )


def _world(row: ScenarioRow) -> str:
    return row.scenario.world.slug


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
    by = [pr.el("option", _measure(w, name), selected=place == 0) for place, name in enumerate(measures)]
    picks = [("by", "list_by", by)]
    worlds = {_world(row): w.label(row.scenario.world.label) for row in rows}
    plans = {row.scenario.plan.slug: w.label(row.scenario.plan.label) for row in rows}
    in_world, of_plan = Counter(map(_world, rows)), Counter(row.scenario.plan.slug for row in rows)
    first = max(worlds, key=lambda slug: in_world[slug])
    if len(worlds) >= _CHOICE:
        chosen = first if in_world[first] >= _CHOICE else ""
        picks.append(("of-w", "column_world", _options(w, "list_every_world", worlds, in_world, chosen)))
    if len(plans) >= _CHOICE:
        picks.append(("of-p", "list_plan", _options(w, "list_every_plan", plans, of_plan, "")))
    shown = [
        pr.el(
            "p",
            pr.el("label", w.text(key), **{"for": f"pick-{cls}"}),
            pr.el("select", *options, id=f"pick-{cls}", cls=cls),
        )
        for cls, key, options in picks
    ]
    return pr.el("div", *shown, cls="picks")


def _options(w: pr.Wording, every: str, names: Mapping[str, str], counted: Counter[str], chosen: str) -> list[Markup]:
    entries = [("", w.text(every), counted.total()), *((slug, name, counted[slug]) for slug, name in names.items())]
    return [
        pr.el("option", w.text("list_count", name=name, count=w.number(count)), selected=slug == chosen)
        for slug, name, count in entries
    ]


def _measure(w: pr.Wording, name: str) -> str:
    return w.text("list_reach") if name == REACH else w.term(f"card_{name}")


def _table(listed: _Listed, measure: str, place: int) -> Markup:
    """One figure, highest first, each range on the scale all share; figures of one year stand together."""
    w, rows, first = listed.w, listed.rows, listed.rows[0]
    figures = {
        row.scenario.slug: row.chance.probability if measure == REACH and row.chance else row.figures[measure].mean
        for row in rows
    }
    found = _ranks(rows, measure, figures)
    order = sorted(rows, key=lambda row: (-row.scenario.horizon, -figures[row.scenario.slug], row.scenario.slug))
    graded, ends = any(row.grade for row in rows), None
    if measure == REACH:
        head = w.html("column_reach", year=pr.year(first.founded.year))
    else:
        low, high, _ = pr.tight_axis(
            [end for row in rows for end in (row.figures[measure].p10, row.figures[measure].p90)]
        )
        ends, named_ = (low, high), {"what": w.term(measure), "unit": w.unit_of(measure)}
        when = {} if listed.horizons else {"year": pr.year(first.scenario.horizon)}
        head = w.html("column_last_year" if listed.horizons else "column_in_year", **when, **named_)
    heads = [
        pr.marked_head(w.text("list_rank"), pr.Mark.MODEL),
        pr.marked_head(w.text("column_scenario"), pr.Mark.of(first.scenario)),
        pr.el("th", w.html("column_grade"), scope="col") if graded else None,
        pr.el("th", pr.p80(w), scope="col", cls="scale") if ends else None,
        pr.marked_head(head, pr.Mark.MODEL, cls="num"),
    ]
    body = [_row(listed, row, measure, rank=found[row.scenario.slug], ends=ends, graded=graded) for row in order]
    words = "list_caption_years" if listed.horizons else "list_caption"
    caption = pr.el("caption", w.text(words, what=_measure(w, measure)))
    return pr.el("table", caption, pr.el("thead", pr.el("tr", *heads)), pr.el("tbody", *body), cls=f"ranked m{place}")


def _ranks(rows: Sequence[ScenarioRow], measure: str, figures: Mapping[str, float]) -> dict[str, Rank | None]:
    """Ranks among the scenarios of one world and horizon: across worlds a rank would rank luck, not plans."""
    found: dict[str, Rank | None] = dict.fromkeys(figures)
    groups: dict[tuple[str, int], list[ScenarioRow]] = {}
    for row in rows:
        if measure in row.draws:
            groups.setdefault((_world(row), row.scenario.horizon), []).append(row)
    for alike in groups.values():
        if len(alike) >= _CHOICE:
            draws = {row.scenario.slug: row.draws[measure] for row in alike}
            effective = alike[0].effective_draws
            found |= ranks(draws, figures, effective_draws=effective, chance=measure == REACH)
    return found


def _row(
    listed: _Listed, row: ScenarioRow, measure: str, *,
    rank: Rank | None, ends: tuple[float, float] | None, graded: bool,
) -> Markup:  # fmt: skip
    w, scenario = listed.w, row.scenario
    label, world = w.label(scenario.label), w.label(scenario.world.label)
    about: list[object] = [] if world in label else [pr.named(w, scenario.world)]  # a grid's names say it already
    about += [pr.year(scenario.horizon)] if listed.horizons else []
    flag = None
    if rank is not None and (rank.highest or rank.lowest):
        flag = pr.el("span", w.text("list_highest" if rank.highest else "list_lowest"), cls="flag quiet")
    if measure == REACH:
        assert row.chance
        reach, founded = pr.Figure.of_target_chance(row.chance).text(w), pr.Figure.of_range(row.founded).cell(w)
        value = Markup("{}{}<small>{}</small>").format(reach, pr.NO_BREAK, w.html("list_founded", n=founded))
    else:
        value = Markup(pr.Figure.of_range(row.figures[measure]).finer.cell(w))
    name = pr.el("a", label, href=row.href) if row.href else label
    return pr.el(
        "tr",
        pr.el("td", w.text("nothing") if rank is None else pr.Ranked(rank).text(w)),
        pr.el("th", name, flag, " ", pr.el("small", pr.join(about, ", ")) if about else None, scope="row"),
        pr.el("td", pr.chip(row.grade)) if graded else None,
        pr.el("td", _track(row.figures[measure], ends), cls="scale") if ends else None,
        pr.el("td", value, cls="num"),
        cls=f"p{listed.plans[scenario.plan.slug]} w{listed.worlds[_world(row)]}",  # by these the style sheet finds it
    )


def _track(found: Range, ends: tuple[float, float]) -> Markup:
    """The 80 % range and the mean on the scale of the table."""
    low, high = ends
    left, width, middle = (
        f"{_WHOLE * value / ((high - low) or 1.0):.1f}%"
        for value in (found.p10 - low, found.p90 - found.p10, found.mean - low)
    )
    return pr.el(
        "span", pr.el("i", style=f"left:{left};width:{width}"), pr.el("b", style=f"left:{middle}"), cls="track"
    )
