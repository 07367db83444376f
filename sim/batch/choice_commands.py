"""What `coopsim allocate`, `seek`, `attribute` and `curve` do: compute once, print a table or write one."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from sim.analysis.attribution import attribute
from sim.analysis.curves import response_curves
from sim.analysis.held_out import held_out, unseen_draws
from sim.analysis.seek import break_even, seek
from sim.analysis.surface import SURFACE_DRAWS, draws_for, outcome_of
from sim.batch import choice_tables as tables
from sim.batch import choose
from sim.batch.files import write_atomic
from sim.batch.project import require_kept
from sim.batch.tables import csv_text
from sim.domain.budget import LINES
from sim.domain.decisions import COARSE_PARTS, FINE_PARTS, FixedFund, FlexibleFund
from sim.domain.errors import InputError, Problem
from sim.domain.scenario import Scenario
from sim.ensemble.plans import Outcome
from sim.ensemble.runner import DEFAULT_DRAWS, DEFAULT_SEED
from sim.evidence.knowledge import Knowledge, load_knowledge
from sim.inputs.scenarios import load_scenario
from sim.report import terminal_choices as show

DONE = 0
#: Indicators of the last year shown unless others are asked for.
_USUAL = ("htx_active", "htx_revenue_total", "htx_revenue", "htx_worker_income", "htx_workers")


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
    return known, scenario, [outcome_of(name, scenario.horizon) for name in names or _USUAL]


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
