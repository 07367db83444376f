"""What to decide on a fund: the best split and all it is judged by, and the line the next tỷ đồng belongs to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np

from sim import domain
from sim.analysis import unknowns
from sim.analysis.answer import ScenarioAnswer
from sim.analysis.compare import Difference, outcome_difference, outcome_of
from sim.analysis.split.best import BestSplit, HeldOut, allocate, held_out
from sim.analysis.split.least_money import LeastMoney, scaled, seek
from sim.analysis.split.lines import Attribution, Curve, attribute, response_curves
from sim.analysis.split.objectives import Chance, Mean, Objective
from sim.analysis.split.pareto import Frontier, frontier
from sim.analysis.split.surface import (
    SURFACE_DRAWS,
    ResponseSurface,
    judged_outcomes,
    response_surface,
)
from sim.analysis.unknowns import switches
from sim.ensemble import DEFAULT_DRAWS, Array, CommonDraws, Outcome, apart, evaluate
from sim.evidence import Knowledge, draws_for

#: Probability with which a target is to be reached.
TARGET_PROBABILITY = 0.5
#: Slugs of the chosen split and of no money at all, where they run beside the plan.
SUGGESTED, NOTHING = "suggested-split", "no-money"


@dataclass(frozen=True)
class Decision:
    """Everything a decision page says, as numbers.

    Attributes
    ----------
    near, free : surfaces of splits close to the plan (2.5 % steps) and of all splits (5 % steps)
    choices, unlimited : {outcome: best split for its mean}, close to the plan and among all
    verified : {outcome: the choice close to the plan, told on the report's draws, which had no part in it}
    target, least_money : the headline target, and the money that reaches it as often as not; None
        where there is none within the horizon
    reversal : switching values: assumption by assumption, the value at which the plan as it is becomes better than
        the choice for the first goal; empty where that choice is the plan itself
    worlds : {world: first goal, choice minus plan, in that world}
    """

    scenario: domain.Scenario
    province: domain.Province
    near: ResponseSurface
    free: ResponseSurface
    choices: Mapping[Outcome, BestSplit]
    unlimited: Mapping[Outcome, BestSplit]
    verified: Mapping[Outcome, HeldOut]
    front: Frontier
    attribution: Attribution
    curves: tuple[Curve, ...]
    target: domain.Target | None
    least_money: LeastMoney | None
    reversal: tuple[unknowns.Switch, ...]
    worlds: Mapping[str, Difference]

    @property
    def goals(self) -> tuple[Outcome, ...]:
        """Outcomes a split was chosen for, the usual one first."""
        return tuple(self.choices)


def has_money(scenario: domain.Scenario, province: domain.Province) -> bool:
    """Whether there is anything to split in some year that can still be planned."""
    years = province.open_years(scenario.horizon)
    return any(scenario.plan.line_budget(line, year) for line in domain.LINES for year in years)


def default_objective(scenario: domain.Scenario) -> Objective:
    """What a split is chosen for unless asked otherwise."""
    return Mean(outcome_of(domain.GOALS[0], scenario.horizon))


def decide(
    known: Knowledge,
    scenario: domain.Scenario,
    *,
    seed: int,
    draws: int = SURFACE_DRAWS,
    common: int = DEFAULT_DRAWS,
    worlds: Sequence[domain.World] = (),
) -> Decision:
    """Compute a decision page's figures once.

    Parameters
    ----------
    draws : of the surfaces a split is chosen on, and told on no others
    common : draws of all that is told: those of the report, on whose other pages the same is asked
    worlds : in which the choice for the first goal is looked at again

    Raises
    ------
    InputError
        When the plan has no money to split.
    """
    usual = domain.FixedFund()
    near = response_surface(known, scenario, fund=usual, draws=draws, seed=seed)
    whole, likely = domain.FixedFund(domain.UNBOUNDED, domain.COARSE_PARTS), domain.FlexibleFund(TARGET_PROBABILITY)
    free = response_surface(known, scenario, fund=whole, draws=draws, seed=seed)
    goals = [outcome_of(indicator, scenario.horizon) for indicator in domain.GOALS]
    choices = {goal: allocate(near, Mean(goal), usual.bounds) for goal in goals}
    chosen = choices[goals[0]]
    frozen = draws_for(known, scenario, draws=common, seed=seed)
    ran = dict[int, Array]()
    verified = {goal: held_out(frozen, found, ran) for goal, found in choices.items()}
    outcomes = judged_outcomes(known.province, scenario)
    target = next((one for one in known.province.targets if one.headline and one.year <= scenario.horizon), None)
    first, second = (outcome_of(indicator, scenario.horizon) for indicator in domain.OPPOSED)
    return Decision(
        scenario=scenario,
        province=known.province,
        near=near,
        free=free,
        choices=choices,
        unlimited={goal: allocate(free, Mean(goal)) for goal in goals},
        verified=verified,
        front=frontier(free, (first, second), np.arange(len(free.splits)), levels=verified[goals[0]].levels),
        attribution=attribute(frozen, scenario, outcomes),
        curves=response_curves(frozen, scenario, outcomes),
        target=target,
        least_money=seek(frozen, scenario, chance_of(target), likely) if target else None,
        reversal=_reversal(known, chosen, frozen),
        worlds={world.slug: _gain_in(world, frozen, chosen, goals[0]) for world in worlds},
    )


def _gain_in(world: domain.World, frozen: CommonDraws, chosen: BestSplit, goal: Outcome) -> Difference:
    """What the chosen split gains over the plan as it is in another world, in the goal's unit."""
    splits, scenario = chosen.surface.splits, replace(chosen.surface.scenario, world=world)
    money = splits.billion[[chosen.best.row, splits.plan_row]]
    best, plan = evaluate(frozen, scenario, money, [goal])[0].astype(np.float64)
    return outcome_difference(
        goal, apart(best, plan), replace(scenario, plan=chosen.plan_of_best), scenario, frozen.effective_draws
    )


def _reversal(known: Knowledge, chosen: BestSplit, frozen: CommonDraws) -> tuple[unknowns.Switch, ...]:
    """Where single assumptions, fixed one at a time, make the plan as it is the better of the two."""
    scenario = chosen.surface.scenario
    if chosen.plan.money == chosen.best.money:
        return ()
    years = known.province.open_years(scenario.horizon)
    suggested = replace(scenario, slug=SUGGESTED, plan=replace(chosen.plan_of_best, slug=SUGGESTED))
    nothing = replace(scenario, slug=NOTHING, plan=scaled(scenario.plan, years, 0.0))
    first = [outcome for outcome in chosen.surface.outcomes if Mean(outcome) == chosen.objective]
    runs = unknowns.experiment(
        known, unknowns.Alternatives((scenario, suggested), nothing), outcomes=first, draws=frozen.size,
        seed=frozen.seed, drawn={(frozen.size, 0): frozen},
    )  # fmt: skip
    return switches(runs, unknowns.sweep(runs, alone=True), 0)


def chance_of(target: domain.Target) -> Chance:
    """A target as something to be reached with a probability; one of one's own by the figure as it will be printed."""
    basis = domain.NOMINAL if target.own and domain.INDICATOR[target.indicator].money else ""
    return Chance(Outcome(target.indicator, target.year, basis, printed=target.own), target.low, target.high)


# -- The line the next tỷ đồng belongs to ----------------------------------------------------------

#: How many assumptions worth knowing are looked at further.
_LOOKED_AT = 3


@dataclass(frozen=True)
class NextMoney:
    """The best line for one more tỷ đồng a year in one outcome.

    Attributes
    ----------
    best, rival : lines with the highest means
    lead : best minus rival, paired
    known : assumptions distinguished as worth knowing (EVPPI), the most valuable first, at most three
    switches : switching values of these; best and rival are lines here
    """

    outcome: Outcome
    best: str
    rival: str
    lead: Difference
    known: tuple[unknowns.Information, ...]
    switches: tuple[unknowns.Switch, ...]


def next_money(known: Knowledge, answer: ScenarioAnswer) -> tuple[NextMoney, ...]:
    """The best line for one more tỷ đồng, by outcome, with EVPPI and switching values.

    The runs are those of the scenario's answer; only switching values need new ones.
    """
    result, slug = answer.result, answer.scenario.slug
    plans = tuple(result.run_of(f"{slug}+{line}").scenario for line in domain.LINES)
    outcomes = unknowns.outcomes_of(answer.scenario.horizon)
    rows = (answer.scenario, *plans)
    given = np.stack(
        [[result.series(row.slug, one.indicator, one.price_basis)[-1, -1] for row in rows] for one in outcomes]
    )
    alternatives, parameters = unknowns.Alternatives(plans, answer.scenario), result.run_of(slug).parameters
    drawn = {(answer.first.size, 0): answer.first} if answer.first else {}
    runs = unknowns.Experiment(known, alternatives, outcomes, result.draws, result.seed, given, parameters, drawn)
    line_of = {plan.slug: line for plan, line in zip(plans, domain.LINES, strict=True)}
    found, singles = [], unknowns.evppi_in(runs, {key: (key,) for key in runs.parameters})
    worth_knowing = [tuple(one for one in each if one.worth.distinguished)[:_LOOKED_AT] for each in singles]
    ids = [[one.name for one in each] for each in worth_knowing]
    every = list(dict.fromkeys(chain(*ids)))
    swept = unknowns.sweep(runs, every, alone=True) if every else None
    for place, outcome in enumerate(outcomes):
        utilities = given[place, 1:]
        best, rival = unknowns.best_and_runner_up(utilities)
        pair = plans[best], plans[rival]
        lead = outcome_difference(outcome, apart(utilities[best], utilities[rival]), *pair, runs.effective_draws)
        turning = switches(runs, swept, place, ids=ids[place]) if swept and ids[place] else ()
        named = tuple(replace(one, best=line_of[one.best], rival=line_of.get(one.rival, "")) for one in turning)
        found.append(NextMoney(outcome, domain.LINES[best], domain.LINES[rival], lead, worth_knowing[place], named))
    return tuple(found)
