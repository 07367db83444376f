"""Uncertainty of one experiment: Sobol indices, tornado, EVPPI, switching values, PRIM and robustness together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from sim.analysis.answer import WEAK, Evidence, evidence
from sim.analysis.compare import Difference, Estimate, bootstrap_weights, outcome_difference
from sim.analysis.unknowns import experiments
from sim.analysis.unknowns.information import (
    INQUIRIES,
    Information,
    best_and_runner_up,
    best_plan,
    informed,
    perfect_information,
    worths_of,
)
from sim.analysis.unknowns.one_at_a_time import Swing, Switch, scenario_values, switches, tornado
from sim.analysis.unknowns.robust import ENOUGH, Box, Robustness, find_box, robustness
from sim.analysis.unknowns.sensitivity import Binned, Index, Influence, influences
from sim.domain import INDICATOR, Scenario, World, steps
from sim.ensemble import Array, Outcome, apart, code_of, remember


@dataclass(frozen=True)
class Sensitivity:
    """What the scenario's answer in one outcome rests on.

    Attributes
    ----------
    gain : what the scenario brings more than the reference; None for the reference itself, whose
        level is looked at
    influences : parts of the futures by falling share of the variance
    swings : assumptions by falling swing
    evidence : what it rests on, as every page says it
    """

    outcome: Outcome
    gain: Difference | None
    influences: tuple[Influence, ...]
    swings: tuple[Swing, ...]
    evidence: Evidence


@dataclass(frozen=True)
class Worth:
    """How sure the choice between plans is in one outcome.

    Attributes
    ----------
    best, runner_up : slugs of plans with the highest means
    lead : best minus runner-up, paired
    often : share of futures in which the best plan is best or equal
    everything : EVPI: worth of knowing all, event ranks included
    singles, inquiries : EVPPI of single assumptions, and of what one inquiry would find out
    switches : switching values of single assumptions
    box : PRIM box where the futures gather in which another plan is better; None where none holds up
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
    """Another goal under which another plan comes first: best minus what is best for the first outcome, paired."""

    outcome: Outcome
    best: str
    behind: str
    lead: Difference


@dataclass(frozen=True)
class Uncertainty:
    """What is not known about one choice.

    Attributes
    ----------
    worths : empty where no other plan has the same money
    robustness : {outcome: plans across worlds}, empty likewise
    worlds : the worlds of `robustness`
    tradeoffs : goals left aside here that another plan serves better
    """

    runs: experiments.Experiment
    sensitivities: tuple[Sensitivity, ...]
    worths: tuple[Worth, ...]
    robustness: Mapping[Outcome, Robustness]
    worlds: tuple[World, ...]
    tradeoffs: tuple[Tradeoff, ...] = ()

    @property
    def scenario(self) -> Scenario:
        """The scenario asked about."""
        return self.runs.alternatives.scenario

    def plan(self, slug: str) -> Scenario:
        """The scenario of a plan."""
        return next(one for one in self.runs.alternatives.plans if one.slug == slug)


def uncertainty(runs: experiments.Experiment, worlds: Sequence[World], *, threshold: float = ENOUGH) -> Uncertainty:
    """Sensitivity, value of information, switching values, PRIM and robustness of one choice.

    Parameters
    ----------
    runs : of the alternatives; what else has to be run is kept on disk
    worlds : that robustness is looked at across
    threshold : share of the best gain that is enough
    """
    found = experiments.sweep(runs)
    several = len(runs.alternatives.plans) > 1
    return Uncertainty(
        runs=runs,
        sensitivities=_sensitivities(runs, found),
        worths=_worths(runs, found) if several else (),
        robustness=robustness_of(runs, worlds, threshold=threshold) if several else {},
        worlds=tuple(worlds),
        tradeoffs=_tradeoffs(runs) if several else (),
    )


def _tradeoffs(runs: experiments.Experiment) -> tuple[Tradeoff, ...]:
    """Goals left aside for which a plan is distinguished as better than the best one for the first outcome."""
    plans = [one.slug for one in runs.alternatives.plans]
    behind = best_plan(runs.given[0, 1:].astype(np.float64))
    goals = experiments.outcomes_of(runs.alternatives.scenario.horizon, experiments.LEFT_ASIDE)
    others = experiments.experiment(
        runs.known, runs.alternatives, outcomes=goals, draws=runs.draws, seed=runs.seed, drawn=runs.drawn
    )
    found = []
    for goal, values in zip(goals, others.given[:, 1:].astype(np.float64), strict=True):
        best = best_plan(values)
        lead = _lead(runs, goal, values, (best, behind))
        if lead.distinguished:
            found.append(Tradeoff(goal, plans[best], plans[behind], lead))
    return tuple(found)


def _lead(runs: experiments.Experiment, outcome: Outcome, values: Array, pair: tuple[int, int]) -> Difference:
    """One plan minus another, paired, from (plan, draw)."""
    ahead, behind = (runs.alternatives.plans[place] for place in pair)
    return outcome_difference(outcome, apart(values[pair[0]], values[pair[1]]), ahead, behind, runs.effective_draws)


def _sensitivities(runs: experiments.Experiment, found: experiments.Sweep) -> tuple[Sensitivity, ...]:
    """What the scenario's answer rests on, outcome by outcome."""
    base, parts, exchanged = experiments.exchanged_outcomes(runs, found.moving)
    kept = experiments.kept_outcomes(runs)
    reference, scenario = (row.plan for row in runs.alternatives.rows[:2])
    gain = reference != scenario
    parameters = {key: values[: base.shape[-1]] for key, values in runs.parameters.items()}
    options = {"effective_draws": runs.effective_draws}
    outputs = [scenario_values(values, gain) for values in base]
    binned = Binned(parameters, outputs, bootstrap_weights(base.shape[-1], seed=runs.seed))
    groups = {key: binned.group(key, base.shape[-1]) for key in parameters}
    answers = []
    for place, outcome in enumerate(steps(runs.outcomes)):
        changed = {name: scenario_values(values[place], gain) for name, values in zip(parts, exchanged, strict=True)}
        again = {part: scenario_values(values[place], gain) for part, values in kept.items()}
        rests_on = evidence(outputs[place], again, parameters, runs.known.register, runs.effective_draws, groups=groups)
        luck = Index(rests_on.luck, ())
        shares = tuple(
            replace(one, alone=luck) if one.name == experiments.EVENT_RANKS else one
            for one in influences(
                outputs[place], parameters, parts, changed,
                effective_draws=runs.effective_draws, first=partial(binned.index, place),
            )
        )  # fmt: skip
        center = float(scenario_values(runs.given[place], gain).mean())
        swings = tornado(found, place, center=center, gain=gain, **options)
        asked = runs.alternatives.scenario, runs.alternatives.reference
        mean_gain = outcome_difference(outcome, runs.gains(place)[0], *asked, runs.effective_draws)
        answers.append(Sensitivity(outcome, mean_gain if gain else None, shares, swings, rests_on))
    return tuple(answers)


def _worths(runs: experiments.Experiment, found: experiments.Sweep) -> tuple[Worth, ...]:
    """How sure the choice is, outcome by outcome."""
    singles = evppi_in(runs, {key: (key,) for key in runs.parameters}, again=True)
    inquiries = evppi_in(runs, INQUIRIES, again=True)
    pairs = list(zip(singles, inquiries, strict=True))
    return tuple(_worth(runs, found, place, pair) for place, pair in enumerate(steps(pairs)))


def _worth(
    runs: experiments.Experiment, found: experiments.Sweep, place: int, known: Sequence[tuple[Information, ...]]
) -> Worth:
    """How sure the choice is in one outcome, more of which is better, with the EVPPI of singles and of inquiries."""
    utilities = runs.given[place, 1:].astype(np.float64)
    plans = [one.slug for one in runs.alternatives.plans]
    best, runner_up = best_and_runner_up(utilities)
    beaten = apart(utilities.max(axis=0), utilities[best]) > 0.0
    return Worth(
        outcome=runs.outcomes[place],
        best=plans[best],
        runner_up=plans[runner_up],
        lead=_lead(runs, runs.outcomes[place], utilities, (best, runner_up)),
        often=float(1.0 - beaten.mean()),
        everything=perfect_information(utilities, effective_draws=runs.effective_draws),
        singles=known[0],
        inquiries=known[1],
        switches=switches(runs, found, place),
        box=find_box(beaten, {key: runs.parameters[key] for key in found.moving}, seed=runs.seed),
    )


def evppi_in(
    runs: experiments.Experiment, parts: Mapping[str, Sequence[str]], *, again: bool = False
) -> list[tuple[Information, ...]]:
    """EVPPI of parts of the assumptions for the choice in each outcome, in its unit; what never varies is left out.

    Parameters
    ----------
    again : whether a second estimator looks at them, too
    """
    varying = {key for key, values in runs.parameters.items() if values.min() < values.max()}
    kept = {name: [key for key in members if key in varying] for name, members in parts.items()}
    asked = {name: ids for name, ids in kept.items() if ids}

    def make() -> Array:
        return worths_of(
            list(runs.given[:, 1:].astype(np.float64)), runs.parameters, asked,
            copies=runs.copies, effective_draws=runs.effective_draws, seed=runs.seed, again=again,
        )  # fmt: skip

    code = code_of("sim.analysis.unknowns.information", "sim.analysis.compare.paired")
    return informed(remember(runs.key("evppi", runs.content, list(asked.items()), again, code), make), asked)


def robustness_of(
    runs: experiments.Experiment, worlds: Sequence[World], *, threshold: float = ENOUGH
) -> dict[Outcome, Robustness]:
    """Robustness of the alternatives across worlds, outcome by outcome."""
    values = experiments.across_worlds(runs, worlds)
    plans, slugs = [one.slug for one in runs.alternatives.plans], [world.slug for world in worlds]
    options = {"threshold": threshold, "effective_draws": runs.effective_draws}
    return {outcome: robustness(values[:, at], plans, slugs, **options) for at, outcome in enumerate(runs.outcomes)}


# -- The same as rows, for tables and files --------------------------------------------------------

SENSITIVITY_COLUMNS = (
    "scenario", "indicator", "year", "unit", "price_basis", "answer", "part", "kind", "grade",
    "first", "first_low", "first_high", "total", "total_low", "total_high", "total_quarter", "total_half",
    "distinguished", "value_p10", "value_p90", "mean_at_p10", "mean_at_p90", "swing_mcse",
    "worth", "worth_mcse", "worth_distinguished", "worth_again", "worth_again_mcse", "worth_low", "switch", "switch_to",
)  # fmt: skip
ROBUST_COLUMNS = (
    "plan", "indicator", "year", "unit", "price_basis", "mean", "p10", "regret_mean", "regret_p90", "regret_max",
    "worst_world", "worst_regret", "enough", "threshold", "best_by",
    "mean_mcse", "p10_mcse", "regret_mean_mcse", "worst_regret_mcse", "enough_mcse",
)  # fmt: skip
#: Kinds of parts: one assumption, several that are correlated, the event ranks, and what one inquiry would find out.
KINDS = ("assumption", "group", "luck", "inquiry")
EVERYTHING = "everything"
_BLANK = dict.fromkeys(SENSITIVITY_COLUMNS)


def sensitivity_rows(found: Uncertainty) -> Iterator[tuple[object, ...]]:
    """Every assumption, group and inquiry in every outcome; blank where a figure has no meaning."""
    register = found.runs.known.register
    worths = {worth.outcome: worth for worth in found.worths}
    for sensitivity in found.sensitivities:
        answer = "gain" if sensitivity.gain else "level"
        head = {"scenario": found.scenario.slug, **outcome_columns(sensitivity.outcome), "answer": answer}
        rows: dict[tuple[str, str], dict[str, object]] = {}
        for part, kind, figures in _figures(sensitivity, worths.get(sensitivity.outcome)):
            grade = register[part].grade if part in register.entries else None
            rows.setdefault((part, kind), head | {"part": part, "kind": kind, "grade": grade}).update(figures)
        for row in rows.values():
            yield tuple((_BLANK | row).values())


def outcome_columns(outcome: Outcome) -> dict[str, object]:
    """What names an outcome in a row."""
    unit = INDICATOR[outcome.indicator].unit
    return {"indicator": outcome.indicator, "year": outcome.year, "unit": unit, "price_basis": outcome.price_basis}


def _figures(sensitivity: Sensitivity, worth: Worth | None) -> Iterator[tuple[str, str, dict[str, object]]]:
    """(part, kind, figures by column) by falling influence, then the rest; a part comes as often as it has figures."""
    assumption, group, ranks, inquiry = KINDS
    for influence in sensitivity.influences:
        single = influence.members == (influence.name,)
        kind = assumption if single else ranks if influence.name == experiments.EVENT_RANKS else group
        yield influence.name, kind, _part_figures(influence)
        for key, index in influence.firsts.items():
            yield key, assumption, _ends("first", index.estimate)
    weak = sensitivity.evidence.weak
    yield WEAK, group, _ends("first", weak) | {"distinguished": weak.distinguished}
    for swing in sensitivity.swings:
        figures: dict[str, object] = {"value_p10": swing.values[0], "value_p90": swing.values[1]}
        figures |= {"mean_at_p10": swing.means[0], "mean_at_p90": swing.means[1], "swing_mcse": swing.error}
        yield swing.id, assumption, figures
    if worth:
        everything = Information(EVERYTHING, (), worth.everything)
        for kind, known in ((assumption, worth.singles), (inquiry, (*worth.inquiries, everything))):
            for one in known:
                figures = {"worth": one.worth.value, "worth_mcse": one.worth.error}
                figures |= {"worth_distinguished": one.worth.distinguished}
                if one.again:
                    figures |= {"worth_again": one.again.value, "worth_again_mcse": one.again.error}
                    figures |= {"worth_low": one.low}
                yield one.name, kind, figures
        for switch in worth.switches:
            yield switch.id, assumption, {"switch": switch.value, "switch_to": switch.rival or None}


def _part_figures(influence: Influence) -> dict[str, object]:
    """Figures of a part as a whole, by column."""
    figures: dict[str, object] = {"distinguished": influence.distinguished}
    if influence.alone:
        figures |= _ends("first", influence.alone.estimate)
    if influence.total:
        quarter, half, _ = influence.total.path
        figures |= _ends("total", influence.total.estimate) | {"total_quarter": quarter, "total_half": half}
    return figures


def _ends(name: str, estimate: Estimate) -> dict[str, object]:
    return {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}


def robust_rows(found: Mapping[Outcome, Robustness]) -> Iterator[tuple[object, ...]]:
    """Every plan in every outcome."""
    for outcome, judged in found.items():
        for plan in judged.plans:
            named = " ".join(rule.name for rule in judged.rules if plan.plan in rule.plans)
            yield (
                plan.plan, *outcome_columns(outcome).values(), plan.mean, plan.p10, plan.regret_mean, plan.regret_p90,
                plan.regret_max, plan.worst_world, plan.worst_regret, plan.enough, judged.threshold, named,
                *plan.errors,
            )  # fmt: skip
