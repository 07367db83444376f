"""`coopsim allocate`, `seek`, `attribute` and `curve`: compute once, print a table or write one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from sim.analysis.compare import Difference, outcome_of
from sim.analysis.split import (
    SURFACE_DRAWS,
    Attribution,
    BestSplit,
    Curve,
    attribute,
    break_even,
    held_out,
    response_curves,
    seek,
    unseen_draws,
)
from sim.cli import asked as choose, choices as tables
from sim.domain import (
    COARSE_PARTS,
    FINE_PARTS,
    INDICATOR,
    JUDGED,
    LINES,
    VND_PER_BILLION,
    FixedFund,
    FlexibleFund,
    InputError,
    Problem,
    Scenario,
)
from sim.ensemble import DEFAULT_DRAWS, DEFAULT_SEED, Outcome
from sim.evidence import Knowledge, draws_for, load_knowledge
from sim.inputs.scenarios import load_scenario
from sim.report.forms import terminal as show
from sim.run import csv_text, require_kept, write_atomic

# -- Tables of choices, as the command line writes them --------------------------------------------

ALLOCATE_COLUMNS = (
    "scenario", "rank", *LINES,
    "value", "behind", "mcse", "near_best", "is_plan",
)  # fmt: skip
ATTRIBUTE_COLUMNS = (
    "scenario", "line", "indicator", "year", "unit", "price_basis", "mean", "p10", "p50", "p90", "mcse",
)  # fmt: skip
CURVE_COLUMNS = (
    "scenario", "line", "multiple", "billion_vnd", "spending", "outside_experience",
    "indicator", "year", "unit", "price_basis", "mean", "p10", "p50", "p90", "mcse",
)  # fmt: skip


def allocate_rows(found: BestSplit) -> Iterator[tuple[object, ...]]:
    """The best split, those that come as near, and the plan: money of a year, mean over the horizon [billion VND]."""
    listed = list(found.near_best)
    if found.plan.row not in {choice.row for choice in listed}:
        listed.append(found.plan)
    years = len(found.surface.splits.years)
    near = {choice.row for choice in found.near_best}
    for rank, choice in enumerate(listed, start=1):
        money = [choice.money[line] / years / VND_PER_BILLION for line in LINES]
        is_plan = choice.money == found.plan.money
        yield (
            found.surface.scenario.slug, rank, *money, choice.value, choice.behind, choice.behind_mcse,
            choice.row in near, is_plan,
        )  # fmt: skip


def attribute_rows(found: Attribution) -> Iterator[tuple[object, ...]]:
    """Every line's part and, as line ``total``, all together."""
    for outcome in found.outcomes:
        parts = {line: found.contribution(outcome, line) for line in LINES} | {"total": found.whole(outcome)}
        for line, part in parts.items():
            yield (found.scenario.slug, line, *_named(outcome), *_numbers(part))


def curve_rows(scenario: Scenario, curves: Sequence[Curve]) -> Iterator[tuple[object, ...]]:
    """Every level of every line: change from nothing on that line."""
    for curve in curves:
        for point in curve.points:
            for outcome, change in point.change.items():
                yield (
                    scenario.slug, curve.line, point.multiple, point.billion, point.spending, point.outside_experience,
                    *_named(outcome), *_numbers(change),
                )  # fmt: skip


def _named(outcome: Outcome) -> tuple[object, ...]:
    return outcome.indicator, outcome.year, INDICATOR[outcome.indicator].unit, outcome.price_basis


def _numbers(found: Difference) -> tuple[float, ...]:
    return found.mean, found.p10, found.p50, found.p90, found.mcse


# -- What `coopsim allocate`, `seek`, `attribute` and `curve` do: compute once, print a table or write one ---

DONE = 0


def allocate_command(arguments: argparse.Namespace) -> int:
    """The best split, what comes as near, what it costs elsewhere, and the same on unseen draws."""
    known, scenario = load_knowledge(), load_scenario(arguments.scenario)
    bounds = choose.bounds_asked(
        within=arguments.within, locked=arguments.lock, floors=arguments.floor, caps=arguments.cap
    )
    goal: choose.Goal = choose.indicator_named(arguments.goal, "--goal")
    if arguments.target is not None:
        goal = choose.target_named(arguments.target, known.province, scenario)
    elif arguments.weights is not None:
        goal = choose.weights_asked(arguments.weights, scenario)
    found = choose.best_split(
        known,
        scenario,
        FixedFund(bounds, FINE_PARTS if arguments.step == "2.5" else COARSE_PARTS),
        rule=arguments.rule,
        goal=goal,
        worlds=choose.listed(arguments.worlds, "--worlds"),
        sampling=_sampling(arguments, SURFACE_DRAWS),
    )
    if _written(arguments, "allocate.csv", tables.ALLOCATE_COLUMNS, tables.allocate_rows(found)):
        show.allocation(found, held_out(unseen_draws(known, found.surface), found), arguments.lang)
    return DONE


def seek_command(arguments: argparse.Namespace) -> int:
    """The least money that reaches a target, or does as much as another plan."""
    known, scenario = load_knowledge(), load_scenario(arguments.scenario)
    fund = FlexibleFund(arguments.probability, arguments.up_to)
    frozen = draws_for(known, scenario, **_sampling(arguments, DEFAULT_DRAWS))
    if arguments.target is not None:
        target = choose.target_named(arguments.target, known.province, scenario)
        show.least_money(scenario, seek(frozen, scenario, target, fund), target, fund, arguments.lang)
        return DONE
    other = load_scenario(arguments.break_even)
    if other.horizon != scenario.horizon:
        horizons = f"{scenario.horizon}, {other.horizon}"
        raise InputError(Problem("horizons_differ", {"horizons": horizons}, place="--break-even"))
    outcome = outcome_of(choose.indicator_named(arguments.goal, "--goal"), scenario.horizon)
    show.even(scenario, other, break_even(frozen, scenario, other, outcome, fund), outcome, arguments.lang)
    return DONE


def attribute_command(arguments: argparse.Namespace) -> int:
    """Each line's part of what the plan does beside no support."""
    known, scenario, outcomes = _asked(arguments)
    frozen = draws_for(known, scenario, **_sampling(arguments, DEFAULT_DRAWS))
    found = attribute(frozen, scenario, outcomes)
    if _written(arguments, "attribute.csv", tables.ATTRIBUTE_COLUMNS, tables.attribute_rows(found)):
        show.contributions(found, arguments.lang)
    return DONE


def curve_command(arguments: argparse.Namespace) -> int:
    """What more or less money on each line does."""
    known, scenario, outcomes = _asked(arguments)
    lines = [choose.line_named(line, "--lines") for line in choose.listed(arguments.lines, "--lines")] or LINES
    frozen = draws_for(known, scenario, **_sampling(arguments, DEFAULT_DRAWS))
    curves = response_curves(frozen, scenario, outcomes, lines)
    if _written(arguments, "curve.csv", tables.CURVE_COLUMNS, tables.curve_rows(scenario, curves)):
        show.curves(scenario, curves, arguments.lang)
    return DONE


def _asked(arguments: argparse.Namespace) -> tuple[Knowledge, Scenario, list[Outcome]]:
    known, scenario = load_knowledge(), load_scenario(arguments.scenario)
    asked = choose.listed(arguments.indicators, "--indicators")
    names = [choose.indicator_named(name, "--indicators") for name in asked]
    return known, scenario, [outcome_of(name, scenario.horizon) for name in names or JUDGED]


def _sampling(arguments: argparse.Namespace, usual: int) -> dict[str, int]:
    draws = arguments.draws or usual
    require_kept(draws)
    return {"draws": draws, "seed": DEFAULT_SEED if arguments.seed is None else arguments.seed}


def _written(
    arguments: argparse.Namespace, name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
) -> bool:
    """Write or print the table as asked; True when the terminal still wants its own."""
    if arguments.out:
        write_atomic(Path(arguments.out) / name, csv_text(columns, rows))
    elif arguments.format == "csv":
        sys.stdout.write(csv_text(columns, rows))
    return arguments.format == "table"
