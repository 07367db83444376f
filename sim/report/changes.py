"""What the scenarios of a comparison were given that the reference was not: money by plan, assumptions by world."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from markupsafe import Markup

from sim.analysis.changes import InputChanges, input_changes
from sim.domain.budget import LINES
from sim.domain.scenario import Scenario
from sim.domain.units import VND_PER_BILLION
from sim.ensemble.results import Result
from sim.report.marks import number, plain, said, year
from sim.report.markup import el, join, listing, section
from sim.report.tables import Column, table
from sim.report.values import spread, spread_caption
from sim.report.wording import Wording

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
