"""Suggestions that can be used: the best split for a goal of one's choice, in the years asked, and what it costs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from sim.analysis.compare import outcome_of
from sim.analysis.split import Aim, BestSplit, Chance, HeldOut, Mean, best_split, chance_of, held_out
from sim.domain import GOALS, INDICATOR, LINES, REAL, Bounds, FixedFund, Limits, Plan, Province, Scenario, Target
from sim.ensemble import DEFAULT_DRAWS, CommonDraws, evaluate, monte_carlo_error
from sim.evidence import Knowledge, draws_for
from sim.planner.levers import number_of
from sim.planner.proposals import Proposal
from sim.planner.state import State
from sim.planner.words import Refusal, Words
from sim.report.print import Figure, el, join, money_together

#: What a split may be suggested for; what it costs is told in every goal.
JUDGED = GOALS[:3]
#: Keys of the choice: several goals at once, and the chance of a target by its place.
SEVERAL, TARGET = "several", "target-"


@dataclass(frozen=True)
class Suggestion:
    """The best split near the plan, and what it brings on draws that had no part in choosing it.

    Attributes
    ----------
    aim : what it was chosen for
    chances : probability before and after with its Monte Carlo error, where it was chosen for one
    """

    chosen: BestSplit
    seen: HeldOut
    aim: Aim
    chances: tuple[tuple[float, float], ...] = ()

    @property
    def better(self) -> bool:
        """Whether it is clearly ahead of the plan as it is, also on other draws."""
        return not self.chosen.plan_is_near_best and self.seen.holds


def targets_of(province: Province, scenario: Scenario) -> list[Target]:
    """Targets of open years that money of the lines can move: the province's, then one's own."""
    years = province.open_years(scenario.horizon)
    told = [one for one in (*province.targets, *scenario.targets) if one.year in years]
    return [one for one in told if one.indicator.startswith("htx")]


def suggest_content(words: Words, province: Province, scenario: Scenario) -> dict[str, Any]:
    """The choice of a goal beside the button."""
    goals = [(words.term(f"card_{name}"), name) for name in JUDGED]
    chances = [
        (words.say("suggest_chance", target=words.target(one)), f"{TARGET}{place}")
        for place, one in enumerate(targets_of(province, scenario))
    ]
    return {
        "title": words.say("suggest_goal"),
        "goals": [*goals, *chances, (words.say("suggest_several"), SEVERAL)],
        "goal": JUDGED[0],
        "several": SEVERAL,
        "weights": [{"id": name, "label": words.term(f"card_{name}")} for name in JUDGED],
    }


def aim_of(words: Words, province: Province, scenario: Scenario, asked: Mapping[str, Any]) -> Aim:
    """What a split is asked for.

    Raises
    ------
    Refusal
        When the goal is unknown, or a weight no number above zero.
    """
    goal = str(asked.get("goal") or JUDGED[0])
    if goal in JUDGED:
        return Mean(outcome_of(goal, scenario.horizon))
    if goal == SEVERAL:
        typed = {name: str(asked.get("weights", {}).get(name, "")).strip() for name in JUDGED}
        weights = {name: float(number_of(text, words.lang)) for name, text in typed.items() if text}
        if not (weighed := {name: weight for name, weight in weights.items() if weight > 0}):
            raise Refusal("suggest_weights")
        return {outcome_of(name, scenario.horizon): weight for name, weight in weighed.items()}
    targets = {f"{TARGET}{place}": one for place, one in enumerate(targets_of(province, scenario))}
    if goal not in targets:
        raise Refusal("unknown")
    return chance_of(targets[goal])


def asked_years(state: State) -> tuple[int, ...]:
    """The year the levers set, or every year that can still be planned."""
    return tuple(state.years) if state.year is None else (state.year,)


def suggest(  # noqa: PLR0913  (what is known, whose money, for what, in which years, on which draws)
    known: Knowledge, scenario: Scenario, limits: Limits, seed: int, draws: int = DEFAULT_DRAWS, *,
    aim: Aim | None = None, years: tuple[int, ...] = (),
) -> Suggestion:  # fmt: skip
    """The best split for an aim that keeps the limits.

    Parameters
    ----------
    draws : of all that is told of it, as of the rest of the screen; it is chosen on others
    aim : default the highest expected total revenue
    years : whose money is split; default all that can be planned

    Raises
    ------
    InputError
        When there is no money to split, or no split keeps the limits.
    """
    bounds = Bounds(locked=limits.locked, floors=limits.floors, caps=limits.caps)
    aim = aim or Mean(outcome_of(JUDGED[0], scenario.horizon))
    judged = [outcome_of(indicator, scenario.horizon) for indicator in GOALS]
    chosen = best_split(known, scenario, aim, FixedFund(bounds, only=years), outcomes=judged, seed=seed)
    told = draws_for(known, scenario, draws=draws, seed=seed)
    chances = _chances(told, chosen, aim) if isinstance(aim, Chance) else ()
    return Suggestion(chosen, held_out(told, chosen), aim, chances)


def _chances(told: CommonDraws, chosen: BestSplit, aim: Chance) -> tuple[tuple[float, float], ...]:
    """Chance of the target under the plan and under the suggestion, each with its error."""
    splits = chosen.surface.splits
    money = splits.billion[[splits.plan_row, chosen.best.row]]
    met = aim.met(evaluate(told, chosen.surface.scenario, money, [aim.outcome])[0]).astype(float)
    errors = monte_carlo_error(met, told.effective_draws)
    return tuple(zip(map(float, met.mean(axis=-1)), map(float, errors), strict=True))


def proposal(words: Words, known: Knowledge, state: State, asked: Mapping[str, Any], *, seed: int) -> Proposal:
    """What is suggested; there is nothing to accept where nothing is clearly better."""
    aim, limits = aim_of(words, known.province, state.scenario, asked), state.allocation.limits
    found = suggest(known, state.scenario, limits, seed, state.draws, aim=aim, years=asked_years(state))
    year, better = state.scenario.horizon, found.chosen.plan_of_best
    makes = (lambda state: state.with_split(better)) if found.better else None
    return Proposal(lambda words: str(suggestion_html(words, found, year)), makes, bound=True)


def suggestion_html(words: Words, found: Suggestion, year: int) -> Markup:
    """The suggestion in words; figures are those of the unseen draws."""
    if not found.better:
        count = words.number(found.chosen.candidates)
        return el("p", words.rich("suggest_none", count=count, goal=_goal(words, found)))
    mine = [found.aim.outcome.indicator] if isinstance(found.aim, Mean) else []
    beside = [
        el("li", words.rich("suggest_beside", name=words.term(f"card_{one}"), gain=_change(words, found, one)))
        for one in GOALS
        if one not in mine
    ]
    parts = [el("p", _lead(words, found, year)), _money(words, found)]
    cost = [el("p", words.rich("suggest_cost")), el("ul", *beside)]
    return join([*parts, *cost, el("p", _note(words, found), cls="cs-quiet")])


def _goal(words: Words, found: Suggestion) -> str:
    """What it was chosen for, inside a sentence."""
    if isinstance(found.aim, Mean):
        return words.mention(words.term(f"card_{found.aim.outcome.indicator}"))
    return words.say("suggest_goal_chance" if isinstance(found.aim, Chance) else "suggest_goal_several")


def _lead(words: Words, found: Suggestion, year: int) -> Markup:
    """What it brings in what it was chosen for."""
    if isinstance(found.aim, Chance):
        before, after = (Figure.of_chance(*one) for one in found.chances)
        return words.rich("suggest_lead_chance", before=before, after=after)
    if not isinstance(found.aim, Mean):
        return words.rich("suggest_lead_several", goals=_goal(words, found), year=year)
    indicator = found.aim.outcome.indicator
    gain = Figure.of_difference(found.seen.changes[found.aim.outcome], indicator).with_unit()
    basis = f"; {words.basis(REAL)}" if INDICATOR[indicator].money else ""
    return words.rich("suggest_lead", goal=_goal(words, found), year=year, gain=gain, span=gain.ends, basis=basis)


def _change(words: Words, found: Suggestion, indicator: str) -> Markup:
    """What it changes in another goal."""
    outcome = next(one for one in found.seen.changes if one.indicator == indicator and one.year == _last(found))
    change = Figure.of_difference(found.seen.changes[outcome], indicator).with_unit()
    return change.html(words)


def _last(found: Suggestion) -> int:
    return found.chosen.surface.scenario.horizon


def _money(words: Words, found: Suggestion) -> Markup:
    """Money of every line before and after as the boxes say it, and shares that add up to a hundred."""
    splits, best = found.chosen.surface.splits, found.chosen.plan_of_best
    years, plans = splits.asked_years, (found.chosen.surface.scenario.plan, best)
    one_year = all(len({_of_year(plan, year) for year in years}) == 1 for plan in plans)
    told = years[:1] if one_year else years
    amounts = [[sum(plan.line_budget(line, year) for year in told) for line in LINES] for plan in plans]
    whole = [sum(money) for money in amounts]
    (*before, _, fund), (*after, _, fund_after) = map(money_together, amounts, whole)
    shares = [words.shares([vnd / all_ for vnd in money]) for money, all_ in zip(amounts, whole, strict=True)]
    scope = "suggest_of_year" if len(years) == 1 else "suggest_of_each" if one_year else "suggest_of_all"
    title = words.rich(scope, year=years[0], years=words.between(str(years[0]), str(years[-1])))
    rows = [
        el("li", words.rich("suggest_line", line=words.term(f"line_{line}"), before=words.exact(one),
                            after=words.exact(other), share_before=mine, share_after=theirs))
        for line, one, other, mine, theirs in zip(LINES, before, after, *shares, strict=True)
    ]  # fmt: skip
    total = el("li", words.rich("suggest_total", before=words.exact(fund), after=words.exact(fund_after)))
    return join([el("p", title), el("ul", *rows, total)])


def _of_year(plan: Plan, year: int) -> tuple[int, ...]:
    return tuple(plan.line_budget(line, year) for line in LINES)


def _note(words: Words, found: Suggestion) -> Markup:
    """Where it was looked for, how many other splits do as well, and what the figures rest on."""
    others = len(found.chosen.near_best) - 1
    near = [words.rich("suggest_near", n=words.number(others))] if others else []
    searched = words.rich("suggest_searched", count=words.number(found.chosen.candidates))
    return join([searched, *near, words.rich("suggest_note", draws=words.number(found.seen.draws))], " ")
