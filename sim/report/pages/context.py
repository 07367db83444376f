"""Around the answer: targets, other worlds, what scenarios choose otherwise."""

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup

from sim.analysis.answer import ScenarioAnswer, TargetChance, headline_of
from sim.analysis.compare import input_changes
from sim.domain import LINES, Scenario, Target
from sim.ensemble import Result
from sim.report import print as pr
from sim.report.pages.answer import band_end
from sim.report.pages.basis import source_title
from sim.report.pages.frames import beside


def targets(answer: ScenarioAnswer, lang: str = "vi") -> Markup:
    """Every target with its chance; the headline one with the spread of the futures behind it."""
    w, first = pr.Wording(lang), headline_of(answer.chances)
    heads = ("target", "year", "chance")
    columns = [pr.Column(w.text(f"column_{head}"), numeric=head == "chance") for head in heads]
    rows = [
        (_target_name(w, found.target), pr.year(found.target.year), pr.Figure.of_target_chance(found))
        for found in answer.chances
    ]
    printed = (found.target for found in answer.chances if not found.target.own)
    titles = dict.fromkeys(source_title(answer.province, target.source_id) for target in printed)
    sources = [pr.el("cite", title) for title in titles]
    return beside(
        "targets",
        w.text("targets_title"),
        _spread(w, answer, first) if first is not None else None,
        pr.Table(columns, rows).html(w) if rows else pr.el("p", w.text("missing")),
        pr.el("p", w.text("column_source"), ": ", pr.join(sources, "; "), cls="sub") if sources else None,
        pr.el("p", w.html("targets_text")),
        pr.el("p", w.html("union_text"), cls="sub"),
    )


def _target_name(w: pr.Wording, target: Target) -> object:
    """A target's name; one that no page of the province holds says so."""
    name = pr.named(w, target)
    return pr.join([name.html(w), pr.el("span", w.text("own_target"), cls="flag quiet")], " ") if target.own else name


def _spread(w: pr.Wording, answer: ScenarioAnswer, first: TargetChance) -> Markup:
    """How the futures of the target's year lie around what must be reached."""
    target = first.target
    row = target.year - answer.province.base_year - 1
    draws = answer.result.printed(answer.scenario.slug, target.indicator)[row, -1]
    band = band_end(answer, target)
    founded, low, chance = (
        pr.Figure.of_range(answer.founded),
        pr.Figure.target(target),
        pr.Figure.of_target_chance(first),
    )
    message = w.html(
        "spread_message", year=pr.year(target.year), n=founded, p80=pr.p80(w), span=founded.ends, low=low, chance=chance
    )
    labels = w.text("below_target", low=low), w.text("target_reached", low=low, chance=chance)
    chart = pr.chance_chart(draws.tolist(), low=target.low, high=band, labels=labels)
    key = None
    if band:
        sign, words = pr.el("i", cls="key like_for_like"), w.html("key_band", band=pr.Figure.target(target, band).ends)
        key = pr.el("p", pr.el("span", sign, " ", words), cls="legend")
    return pr.chart_figure(w, message, w.text("spread_sub"), chart, key, prefix="spread")


# -- The plan around the fund: where a planner finds his own document again, and what no line moves ---


def context(answer: ScenarioAnswer, lang: str = "vi", *, worlds: Mapping[str, str] | None = None) -> Markup:
    """What is no lever here, and how the plan's own headings meet lines and worlds.

    Parameters
    ----------
    worlds : {slug: name} of the shipped worlds; a slug without a name is printed as it is
    """
    w, pack = pr.Wording(lang), answer.province.context
    names = dict(worlds or {})
    names.setdefault(answer.scenario.world.slug, w.label(answer.scenario.world.label))
    levers, programmes = (_entries(pack, name) for name in ("not_levers", "programmes"))
    title, text = pr.el("h3", w.text("not_levers_title")), pr.el("p", w.html("not_levers_text"))
    fixed = pr.listing(pr.cited(w.label(entry["label"])) for entry in levers)
    programmes_title = pr.el("h3", w.text("programmes_title"))
    cites = pr.listing(pr.el("cite", w.label(entry["label"])) for entry in programmes)
    tables = (_groups(w, pack, names), _difficulties(w, pack, names))
    return pr.section(
        "context",
        w.text("context_title"),
        pr.el("div", title, text, fixed, cls="not-levers") if levers else None,
        pr.details(
            w.text("context_plan"),
            *(table.html(w) if table.rows else None for table in tables),
            pr.el("div", programmes_title, cites) if programmes else None,
            cls="print-open",
        ),
    )


def _entries(pack: Mapping[str, object], name: str) -> Sequence[Mapping[str, Any]]:
    found = pack.get(name) or ()
    return found if isinstance(found, Sequence) else ()


def _groups(w: pr.Wording, pack: Mapping[str, object], names: Mapping[str, str]) -> pr.Table:
    rows = []
    for group in _entries(pack, "solution_groups"):
        lines = pr.join((w.term(f"line_{line}") for line in group.get("lines", ())), "; ")
        worlds = pr.join((pr.assumed_words(names.get(world, world)) for world in group.get("worlds", ())), "; ")
        nothing = w.text("nothing_here")
        rows.append((pr.plain(w.label(group["label"])), lines or nothing, worlds or nothing))
    columns = [pr.Column(w.text(f"column_{head}"), numeric=False) for head in ("group", "lines", "worlds")]
    return pr.Table(columns, rows, caption=w.text("groups_caption"), cls="wordy")


def _difficulties(w: pr.Wording, pack: Mapping[str, object], names: Mapping[str, str]) -> pr.Table:
    rows = [
        (pr.cited(w.label(one["label"])), pr.assumed_words(names.get(one["world"], one["world"])))
        for one in _entries(pack, "difficulties")
    ]
    columns = [pr.Column(w.text(f"column_{head}"), numeric=False, inline=True) for head in ("difficulty", "worlds")]
    return pr.Table(columns, rows, caption=w.text("difficulties_caption"), cls="wordy")


# -- What the scenarios of a comparison were given that the reference was not: money by plan, assumptions by world ---

#: Place of the last digit of money here [tỷ đồng]; a scenario's own page has every đồng.
_MONEY_PLACE = -2


def changes(result: Result, reference: str, lang: str = "vi", *, left_out: Sequence[Scenario] = ()) -> Markup:
    """Money of each plan and restated assumptions of each world; what differs from the reference is bold.

    Parameters
    ----------
    left_out : scenarios asked for that the comparison does not hold
    """
    w = pr.Wording(lang)
    base = result.run_of(reference).scenario
    scenarios = [base, *(run.scenario for run in result.runs if run.scenario.slug != reference)]
    lead = w.html("changes_text", reference=pr.named(w, base, inside=True), last=pr.year(base.horizon))
    out = []
    for one in left_out:
        key = "left_out_horizon" if one.horizon != base.horizon else "left_out_many"
        out.append(w.html(key, name=pr.named(w, one), last=pr.year(one.horizon)))
    title = pr.el("h3", w.html("left_out_title", count=pr.Figure.counted(out)))
    return pr.section(
        "changes",
        w.text("changes_title"),
        pr.el("p", lead, cls="sub"),
        _plans(w, result, base, scenarios),
        _worlds(w, result, base, scenarios),
        pr.el("div", title, pr.listing(out)) if out else None,
    )


def _plans(w: pr.Wording, result: Result, base: Scenario, scenarios: Sequence[Scenario]) -> Markup:
    """One row per plan."""
    columns = [
        pr.Column(w.text("list_plan"), numeric=False),
        *(pr.Column(w.term(f"line_{line}")) for line in LINES),
        pr.Column(w.text("row_fund")),
        pr.Column(w.text("column_basis"), numeric=False),
    ]
    years = result.province.open_years(result.years[-1])

    def yearly(planned: Sequence[int], bold: bool) -> pr.Printed:
        """Money [VND] as tỷ, short."""
        return pr.strong(pr.first_to_last([pr.Figure.planned(vnd).short(_MONEY_PLACE) for vnd in planned]), bold)

    rows: dict[str, list[object]] = {}
    for scenario in scenarios:
        plan, found = scenario.plan, input_changes(scenario, base, years)
        if plan.slug in rows:
            continue
        lines = [yearly([plan.line_budget(line, when) for when in years], line in found.lines) for line in LINES]
        fund = yearly([plan.annual_budget(when) for when in years], found.fund)
        basis = pr.plain(w.basis(plan.price_basis))
        rows[plan.slug] = [pr.named(w, plan), *lines, fund, pr.el("b", basis) if found.basis else basis]
    caption = w.html("changes_caption", unit=w.unit("billion VND/yr"))
    return pr.Table(columns, list(rows.values()), caption=caption, cls="changed").html(w)


def _worlds(w: pr.Wording, result: Result, base: Scenario, scenarios: Sequence[Scenario]) -> Markup | None:
    """One row per world that states something else than the reference's."""
    rows = []
    for scenario in {scenario.world.slug: scenario for scenario in reversed(scenarios)}.values():
        found = input_changes(scenario, base, result.province.open_years(result.years[-1]))
        restated = []
        for key in (*found.overrides, *found.dropped):
            entry = result.register[key]
            was, now = (
                pr.spread(stated[key].distribution if key in stated else entry.distribution, entry.unit)
                for stated in (base.world.overrides, scenario.world.overrides)
            )
            values = {"name": pr.named(w, entry), "before": was, "after": pr.strong(now)}
            restated.append(pr.Phrase("changes_restated", values))
        if restated:
            rows.append([pr.named(w, scenario.world), pr.Together(restated, wrap=pr.listing, between="; ")])
    if not rows:
        return None
    columns = [pr.Column(w.text(key), numeric=False) for key in ("column_world", "column_restated")]
    caption = pr.join([w.text("restated_caption"), " ", pr.spread_caption(w)])
    rows.sort(key=lambda row: str(row[0]))
    return pr.Table(columns, rows, caption=caption, cls="wordy restated").html(w)
