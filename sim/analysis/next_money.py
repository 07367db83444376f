"""Which line the next tỷ đồng belongs to, what to know before deciding, and what would turn the choice."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from sim.analysis.compare import Difference, paired_difference
from sim.analysis.experiment import Choice, Experiment, outcomes_of, sweep
from sim.analysis.information import Information, information
from sim.analysis.one_at_a_time import Switch, switches
from sim.analysis.story import Story
from sim.domain.budget import LINES
from sim.ensemble.plans import Outcome
from sim.evidence.knowledge import Knowledge

#: How many assumptions worth knowing are looked at further.
_LOOKED_AT = 3


@dataclass(frozen=True)
class NextMoney:
    """The best line for one more tỷ đồng a year in one outcome.

    Attributes
    ----------
    best, rival : lines with the highest means
    lead : best minus rival, paired
    known : assumptions clearly worth knowing, the most valuable first, at most three
    switches : where each of these turns the choice; best and rival are lines here
    """

    outcome: Outcome
    best: str
    rival: str
    lead: Difference
    known: tuple[Information, ...]
    switches: tuple[Switch, ...]


def next_money(known: Knowledge, told: Story) -> tuple[NextMoney, ...]:
    """The choice of a line, from the runs a story holds already; only switches need new ones."""
    result, slug = told.result, told.scenario.slug
    plans = tuple(result.run_of(f"{slug}+{line}").scenario for line in LINES)
    outcomes = outcomes_of(told.scenario.horizon)
    rows = (told.scenario, *plans)
    given = np.stack(
        [[result.series(row.slug, one.indicator, one.price_basis)[-1, -1] for row in rows] for one in outcomes]
    )
    runs = Experiment(
        known, Choice(plans, told.scenario), outcomes, result.draws, result.seed, given, result.run_of(slug).parameters
    )
    return tuple(_of(runs, place) for place in range(len(outcomes)))


def _of(runs: Experiment, place: int) -> NextMoney:
    utilities = runs.given[place, 1:]
    order = np.argsort(-utilities.mean(axis=1), kind="stable")
    varying = {key: (key,) for key, values in runs.parameters.items() if values.min() < values.max()}
    worth = information(
        utilities, runs.parameters, varying,
        copies=runs.copies, effective_draws=runs.effective_draws, seed=runs.seed,
    )  # fmt: skip
    clear = tuple(one for one in worth if one.worth.clear)[:_LOOKED_AT]
    ids = [one.name for one in clear]
    found = switches(runs, sweep(runs, ids), place, ids=ids) if ids else ()
    line_of = {plan.slug: line for plan, line in zip(runs.choice.plans, LINES, strict=True)}
    named = tuple(replace(one, best=line_of[one.best], rival=line_of.get(one.rival, "")) for one in found)
    lead = paired_difference(utilities[order[0]] - utilities[order[1]], 1, runs.effective_draws)
    return NextMoney(runs.outcomes[place], LINES[order[0]], LINES[order[1]], lead, clear, named)
