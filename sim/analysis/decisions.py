"""The decision a page is about: what to shift, what it costs elsewhere, and how the money works line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from sim.analysis.allocation import Allocated, allocate
from sim.analysis.attribution import Attribution, attribute
from sim.analysis.compare import Difference, paired_difference
from sim.analysis.curves import Curve, response_curves
from sim.analysis.experiment import Choice, experiment, sweep
from sim.analysis.frontier import Frontier, frontier
from sim.analysis.held_out import HeldOut, held_out, unseen_draws
from sim.analysis.objectives import Chance, Mean, Objective
from sim.analysis.one_at_a_time import Switch, switches
from sim.analysis.seek import Sought, scaled, seek
from sim.analysis.surface import (
    SURFACE_DRAWS,
    ResponseSurface,
    draws_for,
    judged_outcomes,
    outcome_of,
    response_surface,
)
from sim.domain.budget import LINES
from sim.domain.decisions import COARSE_PARTS, UNBOUNDED, FixedFund, FlexibleFund
from sim.domain.indicators import INDICATOR
from sim.domain.parameters import World
from sim.domain.scenario import Province, Scenario, Target
from sim.ensemble.plans import CommonDraws, Outcome, evaluate
from sim.ensemble.runner import DEFAULT_DRAWS
from sim.evidence.knowledge import Knowledge

#: Indicators of the last year a split may be chosen for. Total revenue comes first: it is the one
#: that counts both how many HTX there are and what each of them does.
GOALS = ("htx_revenue_total", "htx_active", "htx_worker_income", "htx_revenue")
#: The two goals that pull apart: how many, and how well off.
CONFLICT = ("htx_active", "htx_worker_income")
#: Probability with which a target is sought.
SOUGHT = 0.5
#: Slugs of the chosen split and of no money at all, where they run beside the plan.
SUGGESTED, NOTHING = "suggested-split", "no-money"


@dataclass(frozen=True)
class Decision:
    """Everything a decision page says, as numbers.

    Attributes
    ----------
    near, free : surfaces of splits close to the plan (2.5 % steps) and of all splits (5 % steps)
    choices, unlimited : {outcome: best split for its mean}, close to the plan and among all
    verified : {outcome: the choice close to the plan on unseen draws}
    target : the headline target, and the money that would reach it as often as not; None where
        there is none within the horizon
    reversal : assumption by assumption, the value at which the plan as it is becomes better than
        the choice for the first goal; empty where that choice is the plan itself
    worlds : {world: first goal, choice minus plan, in that world}
    """

    scenario: Scenario
    province: Province
    near: ResponseSurface
    free: ResponseSurface
    choices: Mapping[Outcome, Allocated]
    unlimited: Mapping[Outcome, Allocated]
    verified: Mapping[Outcome, HeldOut]
    front: Frontier
    attribution: Attribution
    curves: tuple[Curve, ...]
    target: Target | None
    sought: Sought | None
    reversal: tuple[Switch, ...]
    worlds: Mapping[str, Difference]

    @property
    def goals(self) -> tuple[Outcome, ...]:
        """Outcomes a split was chosen for, the usual one first."""
        return tuple(self.choices)


def has_money(scenario: Scenario) -> bool:
    """Whether there is anything to split in some year the plan writes down."""
    return any(scenario.plan.lines[line][year] for line in LINES for year in scenario.plan.lines[line])


def usual_objective(scenario: Scenario) -> Objective:
    """What a split is chosen for unless asked otherwise."""
    return Mean(outcome_of(GOALS[0], scenario.horizon))


def decide(
    known: Knowledge,
    scenario: Scenario,
    *,
    seed: int,
    draws: int = SURFACE_DRAWS,
    common: int = DEFAULT_DRAWS,
    worlds: Sequence[World] = (),
) -> Decision:
    """Compute a decision page's figures once.

    Parameters
    ----------
    draws : of the surfaces a split is chosen on
    common : draws of all else. A contribution stands on other pages too, and is one number only on one sample
    worlds : in which the choice for the first goal is looked at again

    Raises
    ------
    InputError
        When the plan has no money to split.
    """
    usual = FixedFund()
    near = response_surface(known, scenario, fund=usual, draws=draws, seed=seed)
    free = response_surface(known, scenario, fund=FixedFund(UNBOUNDED, COARSE_PARTS), draws=draws, seed=seed)
    goals = [outcome_of(indicator, scenario.horizon) for indicator in GOALS]
    choices = {goal: allocate(near, Mean(goal), usual.bounds) for goal in goals}
    later = unseen_draws(known, near)
    frozen = draws_for(known, scenario, draws=common, seed=seed)
    outcomes = judged_outcomes(known.province, scenario)
    target = next((one for one in known.province.targets if one.headline and one.year <= scenario.horizon), None)
    first, second = (outcome_of(indicator, scenario.horizon) for indicator in CONFLICT)
    return Decision(
        scenario=scenario,
        province=known.province,
        near=near,
        free=free,
        choices=choices,
        unlimited={goal: allocate(free, Mean(goal)) for goal in goals},
        verified={goal: held_out(later, found) for goal, found in choices.items()},
        front=frontier(free, first, second, np.arange(len(free.splits))),
        attribution=attribute(frozen, scenario, outcomes),
        curves=response_curves(frozen, scenario, outcomes),
        target=target,
        sought=seek(frozen, scenario, chance_of(target), FlexibleFund(SOUGHT)) if target else None,
        reversal=_reversal(known, choices[goals[0]], seed=seed, draws=draws),
        worlds={world.slug: _gain_in(frozen, choices[goals[0]], goals[0], world) for world in worlds},
    )


def _reversal(known: Knowledge, chosen: Allocated, *, seed: int, draws: int) -> tuple[Switch, ...]:
    """Where single assumptions, held one at a time, make the plan as it is the better of the two."""
    scenario, goal = chosen.surface.scenario, chosen.surface.outcomes
    if chosen.plan.money == chosen.best.money:
        return ()
    years = range(known.province.base_year + 1, scenario.horizon + 1)
    suggested = replace(scenario, slug=SUGGESTED, plan=replace(chosen.plan_of_best, slug=SUGGESTED))
    nothing = replace(scenario, slug=NOTHING, plan=scaled(scenario.plan, years, 0.0))
    first = [outcome for outcome in goal if Mean(outcome) == chosen.objective]
    runs = experiment(known, Choice((scenario, suggested), nothing), outcomes=first, draws=draws, seed=seed)
    return switches(runs, sweep(runs), 0)


def _gain_in(draws: CommonDraws, chosen: Allocated, goal: Outcome, world: World) -> Difference:
    """The first goal, choice minus plan, in another world."""
    rows = [chosen.best.row, chosen.surface.splits.plan_row]
    money = chosen.surface.splits.billion[rows]
    best, plan = evaluate(draws, replace(chosen.surface.scenario, world=world), money, [goal])[0].astype(np.float64)
    return paired_difference(best - plan, INDICATOR[goal.indicator].better, draws.effective_draws)


def chance_of(target: Target) -> Chance:
    """A province's target as something to be reached with a probability."""
    return Chance(Outcome(target.indicator, target.year), target.low, target.high)
