"""Answers to the questions of the command line: read, computed once, written as asked."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import sim.run as jobs
from sim import domain
from sim.analysis import split, unknowns
from sim.analysis.compare import Difference, compare_rows, input_rows, outcome_of
from sim.cli import asked as read
from sim.cli.arguments import sampling
from sim.cli.questions import DONE, SOME_FAILED, Question, imported
from sim.ensemble import Outcome, Result
from sim.evidence import FAIL, Check, Size, draws_for, load_knowledge
from sim.inputs.pack import load_province
from sim.inputs.scenarios import load_scenario, opening
from sim.inputs.text import listed
from sim.report.forms import terminal
from sim.report.print import Wording


def answer(question: Question, arguments: argparse.Namespace) -> int:
    """Compute a question's answer; write its tables, print one or show it in the terminal.

    Returns
    -------
    int
        Exit code.
    """
    out, form = getattr(arguments, "out", None), getattr(arguments, "format", "table")
    jobs.require_no_report_table(out, *(table.file for table in question.tables))
    found = imported(question.compute)(arguments)
    found = found if isinstance(found, tuple) else (found,)
    for table in question.tables if out else question.tables[:1] if form != "table" else ():
        columns, rows = imported(table.columns), imported(table.rows)(*found)
        if out:
            jobs.write_atomic(Path(out) / table.file, jobs.csv_text(columns, rows))
        elif form == "json":
            told = [dict(zip(columns, row, strict=True)) for row in rows]
            print(json.dumps(told, ensure_ascii=False, indent=1, default=str))
        else:
            sys.stdout.write(jobs.csv_text(columns, rows))
    if form == "table":
        terminal.show(w := Wording(arguments.lang), imported(question.sections)(w, *found))
    return imported(question.code)(*found) if question.code else DONE


# -- Scenarios side by side ------------------------------------------------------------------------


def compare(arguments: argparse.Namespace) -> tuple[Result, tuple[int, ...], tuple[str, ...]]:
    """Scenarios on common draws, and the years and indicators wanted of them; all that are usual where empty."""
    if len(set(arguments.scenarios)) < 2:
        raise domain.InputError(domain.Problem("nothing_to_compare", value=arguments.scenarios[0]))
    indicators = read.indicators_asked(arguments.indicators)
    result = jobs.compared(arguments.scenarios, **sampling(arguments, kept=True))
    return result, read.years_asked(arguments.years, result.years[1:]), indicators


def differences(result: Result, years: Sequence[int], indicators: Sequence[str]) -> Iterable[tuple[object, ...]]:
    """Rows of compare.csv: paired differences of every scenario from the first."""
    return compare_rows(result, result.scenarios[0], years=years, indicators=indicators)


def inputs(result: Result, *_: object) -> Iterator[tuple[object, ...]]:
    """Rows of inputs.csv: what every scenario chooses or states otherwise than the first."""
    first, *others = [run.scenario for run in result.runs]
    for other in others:
        yield from input_rows(first, other, result.province.open_years(result.years[-1]))


# -- What is not known -----------------------------------------------------------------------------

#: Plans across worlds, with the plans and worlds themselves.
Judged: TypeAlias = (
    "tuple[Mapping[Outcome, unknowns.Robustness], Mapping[str, domain.Scenario], Sequence[domain.World]]"
)


def sensitivity(arguments: argparse.Namespace) -> unknowns.Uncertainty:
    """What drives the range, what to measure first and what turns the choice."""
    drawn = sampling(arguments, kept=True)
    jobs.unknowns.require_enough(drawn["draws"])
    return jobs.examined(load_knowledge(), load_scenario(arguments.scenario), **drawn)


def robust(arguments: argparse.Namespace) -> Judged:
    """Plans of the same money across worlds."""
    asked = {"threshold": arguments.threshold, **sampling(arguments, kept=True)}
    known, worlds = load_knowledge(), [one for text in arguments.worlds or () for one in listed(text, "--worlds")]
    names = arguments.scenarios or [opening()]
    runs, found, stated = jobs.unknowns.robust(known, names, worlds, **asked)
    return found, {plan.slug: plan for plan in runs.alternatives.plans}, stated


def regrets(found: Mapping[Outcome, unknowns.Robustness], *_: object) -> Iterable[tuple[object, ...]]:
    """Rows of robust.csv."""
    return unknowns.robust_rows(found)


def credibility(arguments: argparse.Namespace) -> tuple[list[Check], str]:
    """The checks of the ranges, and when the slow ones ran."""
    known = load_knowledge()
    slow = jobs.credibility.stored(known)
    if arguments.full or arguments.truths:
        size = Size() if not arguments.truths else Size(arguments.truths, max(1, arguments.truths // 3))
        with jobs.credibility.workers(arguments.jobs) as executor:
            slow = jobs.credibility.run_full(known, size, executor, keep=arguments.full)
    return jobs.credibility.standing(known, slow), jobs.credibility.status(slow, arguments.lang)


def verdict(found: Sequence[Check], _: str) -> int:
    """Exit code: whether a check failed."""
    return SOME_FAILED if any(check.verdict == FAIL for check in found) else DONE


# -- How the money is split ------------------------------------------------------------------------


def allocate(arguments: argparse.Namespace) -> tuple[split.BestSplit, split.HeldOut]:
    """The best split, what comes as near, and what it changes on the draws of a report."""
    scenario = load_scenario(arguments.scenario)
    limits = {"within": arguments.within, "locked": arguments.lock, "floors": arguments.floor, "caps": arguments.cap}
    bounds = read.bounds_asked(**limits)
    goal: read.Goal = read.indicator_named(arguments.goal, "--goal")
    if arguments.target is not None:
        goal = read.target_named(arguments.target, load_province(), scenario)
    elif arguments.weights is not None:
        goal = read.weights_asked(arguments.weights, scenario)
    fund = domain.FixedFund(bounds, domain.FINE_PARTS if arguments.step == "2.5" else domain.COARSE_PARTS)
    told, known = sampling(arguments, kept=True), load_knowledge()
    chosen = {**told, "draws": split.SURFACE_DRAWS}
    worlds = listed(arguments.worlds, "--worlds")
    found = read.best_split(known, scenario, fund, rule=arguments.rule, goal=goal, worlds=worlds, sampling=chosen)
    return found, split.held_out(draws_for(known, scenario, **told), found)


#: The plan, the least money, what for (a target, or to do as much in an outcome as another plan), how sure, that plan.
Sought: TypeAlias = (
    "tuple[domain.Scenario, split.LeastMoney, split.Chance | Outcome, float, domain.Scenario | None]"
)


def seek(arguments: argparse.Namespace) -> Sought:
    """The least money that reaches a target, or does as much as another plan."""
    scenario, fund = load_scenario(arguments.scenario), domain.FlexibleFund(arguments.probability, arguments.up_to)
    drawn = sampling(arguments, kept=True)
    if arguments.target is not None:
        target = read.target_named(arguments.target, load_province(), scenario)
        from sim import api

        return scenario, api.seek(scenario, target, fund, **drawn), target, fund.probability, None
    other = load_scenario(arguments.break_even)
    if other.horizon != scenario.horizon:
        horizons = f"{scenario.horizon}, {other.horizon}"
        raise domain.InputError(domain.Problem("horizons_differ", {"horizons": horizons}, place="--break-even"))
    outcome = outcome_of(read.indicator_named(arguments.goal, "--goal"), scenario.horizon)
    found = split.break_even(draws_for(load_knowledge(), scenario, **drawn), scenario, other, outcome, fund)
    return scenario, found, outcome, fund.probability, other


def attribute(arguments: argparse.Namespace) -> split.Attribution:
    """Each line's part of what the plan does beside no support."""
    from sim import api

    scenario = load_scenario(arguments.scenario)
    return api.attribute(scenario, _indicators(arguments), **sampling(arguments, kept=True))


def curve(arguments: argparse.Namespace) -> tuple[domain.Scenario, Sequence[split.Curve]]:
    """What more or less money on each line does."""
    from sim import api

    scenario, names = load_scenario(arguments.scenario), _indicators(arguments)
    lines = [read.line_named(line, "--lines") for line in listed(arguments.lines, "--lines")] or domain.LINES
    return scenario, api.curve(scenario, names, lines, **sampling(arguments, kept=True))


def _indicators(arguments: argparse.Namespace) -> Sequence[str]:
    asked = listed(arguments.indicators, "--indicators")
    return [read.indicator_named(name, "--indicators") for name in asked] or domain.JUDGED


# -- Choices as rows: money, multiples and changes at full precision -------------------------------

_CHANGE = ("indicator", "year", "unit", "price_basis", "mean", "p10", "p50", "p90", "mcse")
ALLOCATE_COLUMNS = ("scenario", "rank", *domain.LINES, "value", "behind", "mcse", "near_best", "is_plan", "draws")
ATTRIBUTE_COLUMNS = ("scenario", "line", *_CHANGE)
CURVE_COLUMNS = ("scenario", "line", "multiple", "billion_vnd", "spending", "outside_experience", *_CHANGE)


def allocate_rows(found: split.BestSplit, *_: object) -> Iterator[tuple[object, ...]]:
    """The best split, those that come as near, and the plan: money of a year, mean over the horizon [billion VND].

    Values are those of the draws it was chosen on, as many as the last column says.
    """
    near, years = {choice.row for choice in found.near_best}, len(found.surface.splits.years)
    ranked = [*found.near_best, *([found.plan] if found.plan.row not in near else [])]
    for rank, choice in enumerate(ranked, start=1):
        money = [choice.money[line] / years / domain.VND_PER_BILLION for line in domain.LINES]
        judged = choice.value, choice.behind, choice.behind_mcse, choice.row in near, choice.money == found.plan.money
        yield found.surface.scenario.slug, rank, *money, *judged, found.surface.draws


def attribute_rows(found: split.Attribution) -> Iterator[tuple[object, ...]]:
    """Every line's part and, as line ``total``, all together."""
    for outcome in found.outcomes:
        parts = {line: found.contribution(outcome, line) for line in domain.LINES} | {"total": found.whole(outcome)}
        for line, part in parts.items():
            yield found.scenario.slug, line, *_change(outcome, part)


def curve_rows(scenario: domain.Scenario, curves: Sequence[split.Curve]) -> Iterator[tuple[object, ...]]:
    """Every level of every line: change from nothing on that line."""
    for curve in curves:
        for point in curve.points:
            level = point.multiple, point.billion, point.spending, point.outside_experience
            for outcome, change in point.change.items():
                yield scenario.slug, curve.line, *level, *_change(outcome, change)


def _change(outcome: Outcome, found: Difference) -> tuple[object, ...]:
    named = outcome.indicator, outcome.year, domain.INDICATOR[outcome.indicator].unit, outcome.price_basis
    return *named, found.mean, found.p10, found.p50, found.p90, found.mcse
