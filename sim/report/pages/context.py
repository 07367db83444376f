"""Around the answer: targets, other worlds, what scenarios choose otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from markupsafe import Markup

from sim.analysis.answer import ScenarioAnswer, TargetChance
from sim.analysis.compare import InputChanges, input_changes
from sim.domain import LINES, VND_PER_BILLION, Scenario
from sim.ensemble import Result
from sim.report.print import (
    Column,
    Wording,
    chance,
    chance_chart,
    details,
    el,
    join,
    level,
    listing,
    number,
    p80,
    plain,
    said,
    section,
    span,
    spoken,
    spread,
    spread_caption,
    svg,
    symbols,
    table,
    target_low,
    year,
)

# -- Chances of the province's own targets, and the spread behind the headline one -----------------

def targets(answer: ScenarioAnswer, lang: str = "vi") -> Markup:
    """Every target with its chance; the headline one with the spread of the futures behind it."""
    w = Wording(lang)
    headline = next((found for found in answer.chances if found.target.headline), None)
    columns = [
        Column(w.text("column_target"), "target", numeric=False),
        Column(w.text("column_year"), numeric=False),
        Column(w.text("column_chance"), "model"),
    ]
    rows = [
        (w.label(found.target.label), year(found.target.year), w.chance(found.probability, found.mcse))
        for found in answer.chances
    ]
    sources = [el("cite", title) for title in dict.fromkeys(_source(answer, found) for found in answer.chances)]
    text = el(
        "div",
        table(columns, rows) if rows else el("p", w.text("missing")),
        el("p", w.text("column_source"), ": ", join(sources, "; "), cls="sub") if sources else None,
        el("p", w.html("targets_text")),
        el("p", w.html("union_text"), cls="sub"),
        cls="beside",
    )
    figure = _spread(w, answer, headline) if headline is not None else None
    return section("targets", w.text("targets_title"), el("div", figure, text, cls="figure-and-text"))


def _source(answer: ScenarioAnswer, found: TargetChance) -> str:
    source = answer.province.sources.get(found.target.source_id)
    return source.title if source else found.target.source_id


def _spread(w: Wording, answer: ScenarioAnswer, headline: TargetChance) -> Markup:
    """How the futures of the target's year lie around what must be reached."""
    target = headline.target
    row = target.year - answer.province.base_year - 1
    draws = answer.result.series(answer.scenario.slug, target.indicator)[row, -1]
    band = next(
        (found.target.high for found in answer.chances if found.target.low == target.low and found.target.high), None
    )
    founded = answer.founded
    message = w.html(
        "spread_message", year=year(target.year), n=level(w, founded), p80=p80(w), span=span(w, founded),
        low=target_low(w, target), chance=chance(w, headline),
    )  # fmt: skip
    low = w.exact(target.low)
    labels = (
        w.text("below_target", low=low),
        w.text("target_reached", low=low, chance=w.chance(headline.probability, headline.mcse)),
    )
    picture = svg(
        chance_chart(draws.tolist(), low=target.low, high=band, labels=labels),
        w.lang,
        alt=spoken(message),
        prefix="spread",
    )
    between = number(w.between(low, w.exact(band)), "target") if band else None
    key = (
        el("p", el("span", el("i", cls="key like_for_like"), " ", w.html("key_band", band=between)), cls="legend")
        if between
        else None
    )
    sub = el("span", w.text("spread_sub"), " ", symbols("model"), cls="sub")
    return el("figure", el("figcaption", el("b", message), sub), picture, key, data_mark="model")


# -- The plan around the fund: where a planner finds his own document again, and what no line moves ---

#: Figures in the pack's own words come from printed pages.
_CITED = "actual"


def context(answer: ScenarioAnswer, lang: str = "vi", *, worlds: Mapping[str, str] | None = None) -> Markup:
    """What is no lever here, and how the plan's own headings meet lines and worlds.

    Parameters
    ----------
    worlds : {slug: name} of the shipped worlds; a slug without a name is printed as it is
    """
    w = Wording(lang)
    names = dict(worlds or {})
    names.setdefault(answer.scenario.world.slug, w.label(answer.scenario.world.label))
    pack = answer.province.context
    levers = _entries(pack, "not_levers")
    return section(
        "context",
        w.text("context_title"),
        el(
            "div",
            el("h3", w.text("not_levers_title")),
            el("p", w.html("not_levers_text")),
            listing(_cited(w, entry) for entry in levers),
            cls="not-levers",
        )
        if levers
        else None,
        details(
            w.text("context_plan"),
            _groups(w, pack, names),
            _difficulties(w, pack, names),
            _programmes(w, pack),
            cls="print-open",
        ),
    )


def _entries(pack: Mapping[str, object], name: str) -> Sequence[Mapping[str, Any]]:
    found = pack.get(name) or ()
    return found if isinstance(found, Sequence) else ()


def _cited(w: Wording, entry: Mapping[str, Any]) -> Markup | str:
    label = w.label(entry["label"])
    return said(label, _CITED)


def _groups(w: Wording, pack: Mapping[str, object], names: Mapping[str, str]) -> Markup | None:
    groups = _entries(pack, "solution_groups")
    if not groups:
        return None
    columns = [Column(w.text(key), numeric=False) for key in ("column_group", "column_lines", "column_worlds")]
    rows = [
        (
            plain(w.label(group["label"])),
            join((w.term(f"line_{line}") for line in group.get("lines", ())), "; ") or w.text("nothing_here"),
            join((said(names.get(world, world), "assumption") for world in group.get("worlds", ())), "; ")
            or w.text("nothing_here"),
        )
        for group in groups
    ]
    return table(columns, rows, caption=w.text("groups_caption"), cls="wordy")


def _difficulties(w: Wording, pack: Mapping[str, object], names: Mapping[str, str]) -> Markup | None:
    found = _entries(pack, "difficulties")
    if not found:
        return None
    rows = [(_cited(w, entry), said(names.get(entry["world"], entry["world"]), "assumption")) for entry in found]
    columns = [Column(w.text("column_difficulty"), numeric=False), Column(w.text("column_worlds"), numeric=False)]
    return table(columns, rows, caption=w.text("difficulties_caption"), cls="wordy")


def _programmes(w: Wording, pack: Mapping[str, object]) -> Markup | None:
    found = _entries(pack, "programmes")
    if not found:
        return None
    return el(
        "div", el("h3", w.text("programmes_title")), listing(el("cite", w.label(entry["label"])) for entry in found)
    )


# -- What the scenarios of a comparison were given that the reference was not: money by plan, assumptions by world ---

#: Place of the last digit of money here [tỷ đồng]; a scenario's own page has every đồng.
_MONEY_PLACE = -2


def changes(result: Result, reference: str, lang: str = "vi", *, left_out: Sequence[Scenario] = ()) -> Markup:
    """Money of each plan and restated assumptions of each world; what differs from the reference is bold.

    Parameters
    ----------
    left_out : scenarios asked for that the comparison does not hold
    """
    w = Wording(lang)
    base = result.run_of(reference).scenario
    scenarios = [base, *(run.scenario for run in result.runs if run.scenario.slug != reference)]
    lead = w.html("changes_text", reference=said(w.mention(base.label), "plan"), last=year(base.horizon))
    return section(
        "changes",
        w.text("changes_title"),
        el("p", lead, cls="sub"),
        _plans(w, result, base, scenarios),
        _worlds(w, result, base, scenarios),
        _left_out(w, base, left_out),
    )


def _plans(w: Wording, result: Result, base: Scenario, scenarios: Sequence[Scenario]) -> Markup:
    """One row per plan."""
    columns = [
        Column(w.text("list_plan"), "plan", numeric=False),
        *(Column(w.term(f"line_{line}"), "plan") for line in LINES),
        Column(w.text("row_fund"), "plan"),
        Column(w.text("column_basis"), numeric=False),
    ]
    used = {scenario.plan.slug: scenario for scenario in reversed(scenarios)}
    chosen = [scenario for scenario in scenarios if used[scenario.plan.slug] is scenario]
    years = result.years[1:]
    rows = [_plan(w, scenario, input_changes(scenario, base, years), years) for scenario in chosen]
    return table(columns, rows, caption=w.html("changes_caption", unit=w.unit("billion VND/yr")), cls="changed")


def _plan(w: Wording, scenario: Scenario, found: InputChanges, years: Sequence[int]) -> list[object]:
    plan = scenario.plan
    lines = [
        _strong(_money(w, [plan.line_budget(line, when) for when in years]), line in found.lines) for line in LINES
    ]
    fund = _strong(_money(w, [plan.annual_budget(when) for when in years]), found.fund)
    return [w.label(plan.label), *lines, fund, _strong(plain(w.basis(plan.price_basis)), found.basis)]


def _money(w: Wording, planned: Sequence[int]) -> str:
    """Yearly money [VND] as tỷ, short: one figure where all years are equal, else the first and the last."""
    first, last = (w.short(Decimal(planned[place]) / VND_PER_BILLION, _MONEY_PLACE) for place in (0, -1))
    return first if len(set(planned)) == 1 else w.text("from_first_to_last", first=first, last=last)


def _strong(text: Markup | str, differs: bool) -> Markup | str:
    return el("b", text) if differs else text


def _worlds(w: Wording, result: Result, base: Scenario, scenarios: Sequence[Scenario]) -> Markup | None:
    """One row per world that states something else than the reference's."""
    rows = []
    for scenario in {scenario.world.slug: scenario for scenario in reversed(scenarios)}.values():
        found = input_changes(scenario, base, result.years[1:])
        keys = [*found.overrides, *found.dropped]
        if keys:
            rows.append(
                [w.label(scenario.world.label), listing(_restated(w, result, scenario, base, key) for key in keys)]
            )
    if not rows:
        return None
    columns = [Column(w.text("column_world"), "assumption", numeric=False)]
    columns.append(Column(w.text("column_restated"), "assumption", numeric=False))
    caption = join([w.text("restated_caption"), " ", spread_caption(w)])
    return table(columns, sorted(rows, key=lambda row: str(row[0])), caption=caption, cls="wordy restated")


def _restated(w: Wording, result: Result, scenario: Scenario, base: Scenario, key: str) -> Markup:
    """One assumption: what the reference's world takes, and what this one takes."""
    entry = result.register[key]
    before, after = (
        stated[key].distribution if key in stated else entry.distribution
        for stated in (base.world.overrides, scenario.world.overrides)
    )
    was, now = spread(w, before, entry.unit), spread(w, after, entry.unit)
    return w.html("changes_restated", name=w.label(entry.label), before=was, after=el("b", now))


def _left_out(w: Wording, base: Scenario, left_out: Sequence[Scenario]) -> Markup | None:
    """Scenarios the comparison does not hold, each with the reason."""
    if not left_out:
        return None
    items = []
    for one in left_out:
        key = "left_out_horizon" if one.horizon != base.horizon else "left_out_many"
        items.append(w.html(key, name=said(w.label(one.label), "plan"), last=year(one.horizon)))
    count = number(w.number(len(items)), "actual")
    return el("div", el("h3", w.html("left_out_title", count=count)), listing(items))
