"""Answers in the terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation

from rich.console import Console
from rich.table import Table

from sim.analysis.compare import Difference, default_years, difference, input_rows, shown_together
from sim.analysis.split import Attribution, BestSplit, Chance, Curve, HeldOut, LeastMoney, ScoredSplit
from sim.analysis.unknowns import Robustness, Sensitivity, Uncertainty, Worth
from sim.domain import (
    INDICATOR,
    LINES,
    REAL,
    VND_PER_BILLION,
    FlexibleFund,
    Indicator,
    Plan,
    Scenario,
    World,
    same_every_year,
)
from sim.ensemble import Outcome, Result
from sim.report.pages import box_sentence, part_label, share_cell, worth_text
from sim.report.print import EN_DASH, FOUND, Wording, amount, column, spoken, told_apart

# -- The comparison as a table for the terminal ----------------------------------------------------

#: Inputs with a name of their own beside the budget lines.
_NAMED = ("fund", "price_basis", "horizon", "world")


def comparison_table(result: Result, *, lang: str, years: Sequence[int] = (), indicators: Sequence[str] = ()) -> None:
    """Print what every scenario puts in and what comes out, against the first: real money."""
    wording = Wording(lang)
    console = Console()
    reference = result.runs[0].scenario
    for run in result.runs[1:]:
        names = wording.label(run.scenario.label), wording.label(reference.label)
        console.print(_inputs(wording, result, run.scenario))
        table = Table(title=wording.text("terminal_title", scenario=names[0], reference=names[1]), title_justify="left")
        for head in ("indicator", "year", "mean", "median", "range", "better"):
            table.add_column(wording.text(f"terminal_{head}"), justify="left" if head == "indicator" else "right")
        for indicator in shown_together(indicators, result.province.indicators):
            for year in years or default_years(result):
                table.add_row(*_row(wording, result, run.scenario.slug, indicator, year))
        console.print(table)
    console.print(wording.text("terminal_note", draws=wording.number(result.draws)), markup=False)


def _inputs(w: Wording, result: Result, scenario: Scenario) -> Table:
    """What a scenario chooses or states otherwise than the first."""
    table = Table(title=w.text("inputs_title"), title_justify="left")
    for head in ("what", "years", "before", "after"):
        table.add_column(w.text(f"inputs_{head}"), justify="left" if head == "what" else "right")
    for row in input_rows(result.runs[0].scenario, scenario, result.years[1:]):
        what, first, last, unit, before, after = map(str, row[2:])
        years = first if first == last else f"{first}{EN_DASH}{last}"
        name = _input_name(w, result, what)
        table.add_row(
            w.with_unit(f"{name},", w.unit(unit)) if unit else name, years, *(_value(w, one) for one in (before, after))
        )
    return table


def _input_name(w: Wording, result: Result, what: str) -> str:
    if what in LINES:
        return w.term(f"line_{what}")
    return w.text(f"inputs_{what}") if what in _NAMED else w.label(result.register[what].label)


def _value(w: Wording, text: str) -> str:
    """Numbers as the language writes them; words as they are."""
    try:
        return EN_DASH.join(w.exact(Decimal(part)) for part in text.split(EN_DASH)) if text else w.text("nothing")
    except InvalidOperation:
        return text


def _row(w: Wording, result: Result, scenario: str, indicator: Indicator, year: int) -> tuple[str, ...]:
    reference = result.runs[0].scenario.slug
    found = difference(
        result, reference, scenario, indicator.id, year=year, price_basis=REAL if indicator.money else ""
    )
    name = f"{w.term(indicator.id)} ({w.unit_of(indicator.id)})"
    if found.identical:
        return name, str(year), w.text("no_difference"), "", "", ""
    chance = "" if found.p_better is None else w.chance(found.p_better)
    better = chance if told_apart(found) else w.text("not_distinguished")
    middle = w.signed(found.p50, found.mcse)
    return name, str(year), w.signed(found.mean, found.mcse), middle, w.signed_span(found), better


# -- Choices as tables and sentences for the terminal ----------------------------------------------

#: Rows of near-best splits that are shown; the table written by -o holds all.
_SHOWN = 8


def allocation(found: BestSplit, again: HeldOut, lang: str) -> None:
    """The best split, those as near, what changes, and the same on unseen draws."""
    w, console = Wording(lang), Console()
    scenario = found.surface.scenario
    table = _table(w.text("choice_title", scenario=w.label(scenario.label)), w.text("choice_split"))
    for line in LINES:
        table.add_column(w.term(f"line_{line}"), justify="right")
    table.add_column(w.text("choice_behind"), justify="right")
    rows = [(w.text("choice_best"), found.best)]
    others = max(found.near_best, found.leading, key=len)
    rows += [(w.text("choice_near" if choice.near else "choice_next"), choice) for choice in others[1:_SHOWN]]
    rows += [(w.text("choice_plan"), found.plan)]
    for name, choice in rows:
        table.add_row(name, *_money(w, found, choice), _behind(w, choice))
    console.print(table)
    console.print(_changes(w, found.changes, w.text("choice_changes")))
    for sentence in _said(w, found, again):
        console.print(sentence, markup=False, highlight=False)


def _said(w: Wording, found: BestSplit, again: HeldOut) -> list[str]:
    near, of = len(found.near_best), found.candidates
    # The best is among those near it: one alone is itself.
    key = "choice_near_of" if near > 1 else "choice_near_none"
    said = [w.text(key, near=w.number(near - 1), of=w.number(of))]
    if found.plan_is_near_best:
        said.append(w.text("choice_plan_is_near"))
    for binding in found.binding:
        said.append(w.text(f"choice_bound_{binding.kind}", line=w.term(f"line_{binding.line}")))
    key = "choice_held" if again.holds else "choice_not_held"
    gains = (w.signed(gain.mean, gain.mcse) for gain in (again.in_sample, again.out_of_sample))
    first, second = gains
    said.append(w.text(key, chosen=first, seen=second, draws=w.number(again.draws)))
    return said


def _money(w: Wording, found: BestSplit, choice: ScoredSplit) -> list[str]:
    """Share and money of each line, a year's mean."""
    years = len(found.surface.splits.years)
    return [
        f"{w.percent(100 * choice.share(line), -1)} ({w.number(choice.money[line] / years / VND_PER_BILLION, -2)})"
        for line in LINES
    ]


def _behind(w: Wording, choice: ScoredSplit) -> str:
    return w.signed(-choice.behind, choice.behind_mcse) if choice.behind else w.text("nothing")


def _changes(w: Wording, changes: Mapping[Outcome, Difference], title: str) -> Table:
    table = _table(title, w.text("terminal_indicator"))
    for head in ("year", "mean", "range"):
        table.add_column(w.text(f"terminal_{head}"), justify="right")
    for outcome, change in changes.items():
        table.add_row(_name(w, outcome), str(outcome.year), *_figures(w, change, outcome))
    return table


def _figures(w: Wording, change: Difference, outcome: Outcome) -> tuple[str, str]:
    text = w.difference(change, outcome.indicator, unit=False)
    return (text, w.signed_span(change)) if told_apart(change) else (text, "")


def contributions(found: Attribution, lang: str) -> None:
    """Each line's part, indicator by indicator."""
    w = Wording(lang)
    table = _table(w.text("parts_title", scenario=w.label(found.scenario.label)), w.text("terminal_indicator"))
    for head in (*(w.term(f"line_{line}") for line in LINES), w.text("parts_whole")):
        table.add_column(head, justify="right")
    for outcome in found.outcomes:
        parts = [found.contribution(outcome, line) for line in LINES] + [found.whole(outcome)]
        table.add_row(
            f"{_name(w, outcome)}, {outcome.year}",
            *(w.difference(part, outcome.indicator, unit=False) for part in parts),
        )
    Console().print(table)


def curves(scenario: Scenario, found: Sequence[Curve], lang: str) -> None:
    """Levels of each line and what they change from nothing on it."""
    w, console = Wording(lang), Console()
    for curve in found:
        outcomes = list(curve.plan.change)
        title = w.text("curve_title", line=w.term(f"line_{curve.line}"), scenario=w.label(scenario.label))
        table = _table(title, w.text("curve_money"))
        for outcome in outcomes:
            table.add_column(_name(w, outcome), justify="right")
        columns = [column(w, [point.change[one] for point in curve.points]) for one in outcomes]
        for point, *cells in zip(curve.points, *columns, strict=True):
            flag = f" {w.text('flag_review')}" if point.outside_experience else ""
            here = f" {w.text('curve_here')}" if point is curve.plan else ""
            table.add_row(w.number(point.billion, -2) + here + flag, *cells)
        console.print(table)


def least_money(scenario: Scenario, found: LeastMoney, target: Chance, fund: FlexibleFund, lang: str) -> None:
    """The least money for a target, or that there is none within the range."""
    w = Wording(lang)
    at_most = INDICATOR[target.outcome.indicator].better < 0
    key = "seek_goal_band" if target.high is not None else "seek_goal_most" if at_most else "seek_goal"
    goal = w.text(
        key,
        what=_name(w, target.outcome),
        low=w.exact(target.low),
        high="" if target.high is None else w.exact(target.high),
        year=str(target.outcome.year),
        chance=w.share(fund.probability),
    )
    _sought(w, scenario, found, goal)


def even(scenario: Scenario, other: Scenario, found: LeastMoney, outcome: Outcome, lang: str) -> None:
    """The least money with which one plan does as much as another."""
    w = Wording(lang)
    goal = w.text("seek_even", what=_name(w, outcome), year=str(outcome.year), other=w.mention(other.label))
    _sought(w, scenario, found, goal)


def _money_sought(w: Wording, plan: Plan, found: LeastMoney) -> str:
    """How much it is: every year's money moves in proportion, so that one year's says them all."""
    first = min(plan.fund)
    now = sum(plan.line_budget(line, first) for line in LINES) / VND_PER_BILLION
    ends = {"money": found.multiple, "low": found.low, "high": found.high, "top": found.up_to, "now": 1.0}
    told = {name: w.number(now * end, -1) if math.isfinite(end) else "" for name, end in ends.items()}
    told["when"] = w.text("seek_each_year") if same_every_year(plan) else w.text("seek_first_year", year=str(first))
    falling = "" if found.reachable or found.monotone else "_falling"
    return w.text(f"seek_{found.answer}{falling}", **told)


def _sought(w: Wording, scenario: Scenario, found: LeastMoney, goal: str) -> None:
    said = [w.text("seek_asked", scenario=w.label(scenario.label), goal=goal), _money_sought(w, scenario.plan, found)]
    if found.reachable and not found.monotone:
        said.append(w.text("seek_not_monotone"))
    if found.outside_experience:
        said.append(w.text("seek_outside"))
    console = Console()
    for sentence in said:
        console.print(sentence, markup=False, highlight=False)


def _table(title: str, head: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(head, justify="left")
    return table


def _name(w: Wording, outcome: Outcome) -> str:
    return f"{w.term(outcome.indicator)} ({w.unit_of(outcome.indicator)})"


# -- What is not known, as tables for the terminal -------------------------------------------------

def sensitivity_tables(found: Uncertainty, *, lang: str) -> None:
    """Print what each answer rests on, what is worth knowing and where the choice turns."""
    w, console = Wording(lang), Console()
    worths = {worth.outcome: worth for worth in found.worths}
    for one in found.sensitivities:
        worth = worths.get(one.outcome)
        console.print(_parts(w, found, one))
        console.print(_assumptions(w, found, one, worth))
        if worth:
            for line in _sentences(w, found, worth):
                console.print(line, markup=False)
    if not found.worths:
        console.print(w.text("unknowns_lead_alone"), markup=False)


def _titled(w: Wording, outcome: Outcome, title: str) -> Table:
    return Table(title=f"{w.term(outcome.indicator)} {outcome.year}: {w.text(title)}", title_justify="left")


def _parts(w: Wording, found: Uncertainty, one: Sensitivity) -> Table:
    table = _titled(w, one.outcome, "unknowns_width_title")
    for head in ("part", "alone", "together"):
        table.add_column(w.text(f"unknowns_{head}"), justify="left" if head == "part" else "right")
    for part in one.influences:
        if part.distinguished:
            cells = part_label(w, found, part.name), share_cell(w, part.first), share_cell(w, part.total)
            table.add_row(*map(spoken, cells))
    return table


def _assumptions(w: Wording, found: Uncertainty, one: Sensitivity, worth: Worth | None) -> Table:
    table = _titled(w, one.outcome, "unknowns_swing_title")
    unit = w.unit_of(one.outcome.indicator)
    heads = [w.text("unknowns_part"), w.text("unknowns_held"), w.text("unknowns_becomes", what=unit)]
    for place, head in enumerate([*heads, *([w.text("unknowns_turn_title")] if worth else [])]):
        table.add_column(head, justify="right" if place else "left")
    register = found.runs.known.register
    turns = {switch.id: switch for switch in worth.switches} if worth else {}
    for swing in (swing for swing in one.swings if swing.distinguished):
        held = [amount(w, value, register[swing.id].unit) for value in swing.values]
        becomes = [w.level(one.outcome.indicator, value, swing.error) for value in swing.means]
        cells = [
            spoken(part_label(w, found, swing.id)),
            *(w.text("unknowns_arrow", low=low, high=high) for low, high in (held, becomes)),
        ]
        turn = turns.get(swing.id)
        if turn and turn.value is not None:
            sign = ">" if turn.above else "<"
            value = amount(w, turn.value, register[swing.id].unit, fine=FOUND)
            cells.append(f"{sign} {value}: {w.label(found.plan(turn.rival).plan.label)}")
        table.add_row(*cells)
    return table


def _sentences(w: Wording, found: Uncertainty, worth: Worth) -> list[str]:
    """Worth of each inquiry, of everything, and the box."""
    outcome, what = worth.outcome, w.term(worth.outcome.indicator)
    lines = [w.text("unknowns_turn_head", what=what, best=w.label(found.plan(worth.best).plan.label))]
    named = [(w.term(f"inquiry_{one.name}"), one.worth) for one in worth.inquiries]
    lines += [
        f"  {name}: {spoken(worth_text(w, value, outcome))}"
        for name, value in [*named, (w.text("unknowns_everything"), worth.everything)]
    ]
    lines.append(
        spoken(box_sentence(w, found, what, worth.box) if worth.box else w.html("unknowns_box_none", what=what))
    )
    return lines


def robust_tables(
    found: Mapping[Outcome, Robustness], plans: Mapping[str, Scenario], worlds: tuple[World, ...], *, lang: str
) -> None:
    """Print regret of every plan across worlds, and which plan each way of choosing names."""
    w, console = Wording(lang), Console()
    labels = {world.slug: w.label(world.label) for world in worlds}

    def name(slug: str) -> str:
        return w.label(plans[slug].plan.label)

    for outcome, judged in found.items():
        table = _titled(w, outcome, "unknowns_worlds_title")
        for place, head in enumerate(("plan", "regret_mean", "regret_high", "regret_max", "worst", "enough")):
            table.add_column(w.text(f"unknowns_{head}"), justify="right" if place else "left")
        for plan in sorted(judged.plans, key=lambda plan: plan.regret_mean):
            regrets = [
                w.level(outcome.indicator, value, plan.errors[2]) for value in (plan.regret_p90, plan.regret_max)
            ]
            worst = f"{labels[plan.worst_world]} ({w.unsigned(plan.worst_regret, plan.errors[3])})"
            mean = w.unsigned(plan.regret_mean, plan.errors[2])
            table.add_row(name(plan.plan), mean, *regrets, worst, w.chance(plan.enough, plan.errors[4]))
        console.print(table)
        for rule in judged.rules:
            picked = f" {w.text('unknowns_or')} ".join(name(slug) for slug in rule.plans)
            console.print(w.text("unknowns_rule_picks", rule=w.term(f"rule_{rule.name}"), plans=picked), markup=False)
        if not judged.agreed:
            console.print(w.text("unknowns_finding_split"), markup=False)
