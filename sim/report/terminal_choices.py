"""Choices as tables and sentences for the terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from sim.analysis.allocation import Allocated, Choice
from sim.analysis.attribution import Attribution
from sim.analysis.compare import Difference
from sim.analysis.curves import Curve
from sim.analysis.held_out import HeldOut
from sim.analysis.objectives import Chance
from sim.analysis.seek import Sought
from sim.domain.allocation import same_every_year
from sim.domain.budget import LINES, Plan
from sim.domain.decisions import FlexibleFund
from sim.domain.indicators import INDICATOR
from sim.domain.scenario import Scenario
from sim.domain.units import VND_PER_BILLION
from sim.ensemble.plans import Outcome
from sim.report.columns import column
from sim.report.wording import Wording, told_apart

#: Rows of near-best splits that are shown; the table written by -o holds all.
_SHOWN = 8


def allocation(found: Allocated, again: HeldOut, lang: str) -> None:
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


def _said(w: Wording, found: Allocated, again: HeldOut) -> list[str]:
    near, of = len(found.near_best), found.candidates
    # The best is among those near it: one alone is itself.
    key = "choice_near_of" if near > 1 else "choice_near_none"
    said = [w.text(key, near=w.number(near - 1), of=w.number(of))]
    if found.plan_is_near_best:
        said.append(w.text("choice_plan_is_near"))
    for binding in found.binding:
        said.append(w.text(f"choice_bound_{binding.kind}", line=w.term(f"line_{binding.line}")))
    key = "choice_held" if again.holds else "choice_not_held"
    gains = (w.signed(gain.mean, gain.mcse) for gain in (again.chosen_on, again.seen_on))
    first, second = gains
    said.append(w.text(key, chosen=first, seen=second, draws=w.number(again.draws)))
    return said


def _money(w: Wording, found: Allocated, choice: Choice) -> list[str]:
    """Share and money of each line, a year's mean."""
    years = len(found.surface.splits.years)
    return [
        f"{w.percent(100 * choice.share(line), -1)} ({w.number(choice.money[line] / years / VND_PER_BILLION, -2)})"
        for line in LINES
    ]


def _behind(w: Wording, choice: Choice) -> str:
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


def least_money(scenario: Scenario, found: Sought, target: Chance, fund: FlexibleFund, lang: str) -> None:
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


def even(scenario: Scenario, other: Scenario, found: Sought, outcome: Outcome, lang: str) -> None:
    """The least money with which one plan does as much as another."""
    w = Wording(lang)
    goal = w.text("seek_even", what=_name(w, outcome), year=str(outcome.year), other=w.mention(other.label))
    _sought(w, scenario, found, goal)


def _money_sought(w: Wording, plan: Plan, found: Sought) -> str:
    """How much it is: every year's money moves in proportion, so that one year's says them all."""
    first = min(plan.fund)
    now = sum(plan.line_budget(line, first) for line in LINES) / VND_PER_BILLION
    ends = {"money": found.multiple, "low": found.low, "high": found.high, "top": found.up_to, "now": 1.0}
    told = {name: w.number(now * end, -1) if math.isfinite(end) else "" for name, end in ends.items()}
    told["when"] = w.text("seek_each_year") if same_every_year(plan) else w.text("seek_first_year", year=str(first))
    falling = "" if found.reachable or found.monotone else "_falling"
    return w.text(f"seek_{found.answer}{falling}", **told)


def _sought(w: Wording, scenario: Scenario, found: Sought, goal: str) -> None:
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
