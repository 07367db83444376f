"""How sure a choice between plans is: what its spread comes from, what to measure first, what would turn it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.analysis.compare import Difference, paired_difference
from sim.analysis.discovery import Box, find_box
from sim.analysis.experiment import (
    LEFT_ASIDE,
    Experiment,
    Sweep,
    across_worlds,
    exchanged_outcomes,
    experiment,
    outcomes_of,
    sweep,
)
from sim.analysis.information import INQUIRIES, Information, best_plan, information, perfect_information
from sim.analysis.one_at_a_time import Swing, Switch, switches, tornado
from sim.analysis.resampling import Estimate
from sim.analysis.robustness import ENOUGH, Robustness, robustness
from sim.analysis.sensitivity import Influence, influences
from sim.domain.parameters import World
from sim.domain.scenario import Scenario
from sim.ensemble.plans import Outcome

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Sensitivity:
    """What the scenario's answer in one outcome rests on.

    Attributes
    ----------
    gain : what the scenario brings more than the reference; None for the reference itself, whose
        level is looked at
    influences : parts of the futures by falling share of the variance
    swings : assumptions by falling swing
    """

    outcome: Outcome
    gain: Difference | None
    influences: tuple[Influence, ...]
    swings: tuple[Swing, ...]


@dataclass(frozen=True)
class Worth:
    """How sure the choice between plans is in one outcome.

    Attributes
    ----------
    best, runner_up : slugs of plans with the highest means
    lead : best minus runner-up, paired
    often : share of futures in which the best plan is best or equal
    everything : worth of knowing all, luck included
    singles, inquiries : worth of knowing single assumptions, and what one inquiry would find out
    switches : where single assumptions turn the choice
    box : where the futures gather in which another plan is better; None where none holds up
    """

    outcome: Outcome
    best: str
    runner_up: str
    lead: Difference
    often: float
    everything: Estimate
    singles: tuple[Information, ...]
    inquiries: tuple[Information, ...]
    switches: tuple[Switch, ...]
    box: Box | None


@dataclass(frozen=True)
class Tradeoff:
    """Another goal under which another plan comes first.

    Attributes
    ----------
    best : slug of the plan that is best for this goal
    behind : slug of the plan that is best for what uncertainty is asked about first
    lead : best minus behind, paired
    """

    outcome: Outcome
    best: str
    behind: str
    lead: Difference


@dataclass(frozen=True)
class Uncertainty:
    """All of it for one choice.

    Attributes
    ----------
    worths : empty where no other plan has the same money
    robustness : {outcome: plans across worlds}, empty likewise
    worlds : the worlds of `robustness`
    tradeoffs : goals left aside here that another plan serves better
    """

    runs: Experiment
    sensitivities: tuple[Sensitivity, ...]
    worths: tuple[Worth, ...]
    robustness: Mapping[Outcome, Robustness]
    worlds: tuple[World, ...]
    tradeoffs: tuple[Tradeoff, ...] = ()

    @property
    def scenario(self) -> Scenario:
        """The scenario asked about."""
        return self.runs.choice.scenario

    def plan(self, slug: str) -> Scenario:
        """The scenario of a plan."""
        return next(one for one in self.runs.choice.plans if one.slug == slug)


def uncertainty(runs: Experiment, worlds: Sequence[World], *, threshold: float = ENOUGH) -> Uncertainty:
    """Everything about one choice; from kept runs where there are some."""
    found = sweep(runs)
    several = len(runs.choice.plans) > 1
    return Uncertainty(
        runs=runs,
        sensitivities=sensitivities(runs, found),
        worths=worths(runs, found) if several else (),
        robustness=judged(runs, worlds, threshold=threshold) if several else {},
        worlds=tuple(worlds),
        tradeoffs=tradeoffs(runs) if several else (),
    )


def tradeoffs(runs: Experiment) -> tuple[Tradeoff, ...]:
    """Goals left aside for which a plan is clearly better than the best one for the first outcome."""
    plans = [one.slug for one in runs.choice.plans]
    behind = best_plan(runs.given[0, 1:].astype(np.float64))
    goals = outcomes_of(runs.choice.scenario.horizon, LEFT_ASIDE)
    others = experiment(runs.known, runs.choice, outcomes=goals, draws=runs.draws, seed=runs.seed)
    found = []
    for goal, values in zip(goals, others.given[:, 1:].astype(np.float64), strict=True):
        best = best_plan(values)
        lead = paired_difference(values[best] - values[behind], 1, runs.effective_draws)
        if lead.clear:
            found.append(Tradeoff(goal, plans[best], plans[behind], lead))
    return tuple(found)


def sensitivities(runs: Experiment, found: Sweep) -> tuple[Sensitivity, ...]:
    """What the scenario's answer rests on, outcome by outcome."""
    base, parts, exchanged = exchanged_outcomes(runs, found.moving)
    reference, scenario = (row.plan for row in runs.choice.rows[:2])
    gain = reference != scenario
    parameters = {key: values[: base.shape[-1]] for key, values in runs.parameters.items()}

    def answer(values: Array) -> Array:
        values = values.astype(np.float64)
        return values[1] - values[0] if gain else values[1]

    told = []
    for place, outcome in enumerate(runs.outcomes):
        changed = {name: answer(values[place]) for name, values in zip(parts, exchanged, strict=True)}
        options = {"effective_draws": runs.effective_draws}
        shares = influences(answer(base[place]), parameters, parts, changed, seed=runs.seed, **options)
        swings = tornado(found, place, gain=gain, **options)
        mean_gain = paired_difference(runs.gains(place)[0], 1, runs.effective_draws) if gain else None
        told.append(Sensitivity(outcome, mean_gain, shares, swings))
    return tuple(told)


def worths(runs: Experiment, found: Sweep, *, ids: Sequence[str] | None = None) -> tuple[Worth, ...]:
    """How sure the choice is, outcome by outcome; more of every outcome is better.

    Parameters
    ----------
    ids : only these assumptions are looked at for switches
    """
    return tuple(_worth(runs, found, place, ids) for place in range(len(runs.outcomes)))


def _worth(runs: Experiment, found: Sweep, place: int, ids: Sequence[str] | None) -> Worth:
    utilities = runs.given[place, 1:].astype(np.float64)
    plans = [one.slug for one in runs.choice.plans]
    order = np.argsort(-utilities.mean(axis=1), kind="stable")
    best = best_plan(utilities)
    beaten = utilities.max(axis=0) > utilities[best]
    return Worth(
        outcome=runs.outcomes[place],
        best=plans[best],
        runner_up=plans[int(order[1])],
        lead=paired_difference(utilities[best] - utilities[order[1]], 1, runs.effective_draws),
        often=float(1.0 - beaten.mean()),
        everything=perfect_information(utilities, effective_draws=runs.effective_draws),
        singles=known_worth(runs, place, {key: (key,) for key in runs.parameters}),
        inquiries=known_worth(runs, place, INQUIRIES),
        switches=switches(runs, found, place, ids=ids),
        box=find_box(beaten, {key: runs.parameters[key] for key in found.moving}, seed=runs.seed),
    )


def known_worth(runs: Experiment, place: int, parts: Mapping[str, Sequence[str]]) -> tuple[Information, ...]:
    """Worth of knowing parts of the assumptions for the choice in one outcome."""
    varying = {key for key, values in runs.parameters.items() if values.min() < values.max()}
    kept = {name: [key for key in members if key in varying] for name, members in parts.items()}
    return information(
        runs.given[place, 1:].astype(np.float64), runs.parameters, {name: ids for name, ids in kept.items() if ids},
        copies=runs.copies, effective_draws=runs.effective_draws, seed=runs.seed,
    )  # fmt: skip


def judged(runs: Experiment, worlds: Sequence[World], *, threshold: float = ENOUGH) -> dict[Outcome, Robustness]:
    """Plans across worlds, outcome by outcome."""
    values = across_worlds(runs, worlds)
    plans, slugs = [one.slug for one in runs.choice.plans], [world.slug for world in worlds]
    return {
        outcome: robustness(
            values[:, place], plans, slugs, threshold=threshold, effective_draws=runs.effective_draws
        )
        for place, outcome in enumerate(runs.outcomes)
    }  # fmt: skip
