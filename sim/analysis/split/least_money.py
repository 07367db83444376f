"""Goal seeking: the least money that reaches a target, and break-even search between two plans.

Money is looked at on a grid of levels, successively refined around the answer, all on the same
draws. A level answers only when every higher level looked at answers too; where more money does
not always help, that is said.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from sim.analysis.answer import OUTSIDE_EXPERIENCE, median_spending_per_billion
from sim.analysis.compare import CRITICAL_VALUE
from sim.analysis.split.objectives import Chance
from sim.domain import INDICATOR, LINES, FlexibleFund, InputError, Plan, Problem, Scenario
from sim.ensemble import Array, CommonDraws, Outcome, apart, evaluate, monte_carlo_error, plan_money

#: (level) → (level, draw) score; the answer is where its mean reaches zero.
Score = Callable[[Array], Array]

#: Levels put between two neighbours each time the search is refined, and how often it is.
_BETWEEN, _REFINEMENTS = 16, 2
#: A fund of up to three times the plan's.
ANY_FUND = FlexibleFund()


@dataclass(frozen=True)
class LeastMoney:
    """The least money that answers a question.

    Attributes
    ----------
    plan : the plan with the money found; None when no level looked at is enough
    multiple : of the plan's money; nan when there is none
    low, high : multiples between which the score is not distinguished from zero; nan beyond the range
    levels, score, mcse : what was looked at first: score by multiple, zero being just enough
    monotone : True when at no level looked at first the score is distinguished as lower than at a lower
        level; what lies between two levels is not looked at
    up_to : largest multiple looked at
    outside_experience : True when some line then lies beyond what was ever lived
    first : year from which money is looked at
    """

    plan: Plan | None
    multiple: float
    low: float
    high: float
    levels: Array
    score: Array
    mcse: Array
    monotone: bool
    up_to: float
    outside_experience: bool
    first: int = 0

    def __repr__(self) -> str:
        found = f"{self.multiple:.3g} times the plan's money" if self.reachable else f"none up to {self.up_to:g} times"
        return f"<LeastMoney {self.answer}: {found}>"

    @property
    def reachable(self) -> bool:
        """Whether some level within the range is enough."""
        return self.plan is not None

    @property
    def answer(self) -> str:
        """What kind of answer it is: ``none``, ``nothing`` (none needed), ``nothing_unsure``, ``found``, ``open``.

        ``open``: found, but the draws cannot rule out that it takes more than was looked at.
        """
        if not self.reachable:
            return "none"
        if self.multiple == 0.0:
            return "nothing" if self.high == 0.0 else "nothing_unsure"
        return "found" if np.isfinite(self.high) else "open"


def seek(draws: CommonDraws, scenario: Scenario, target: Chance, fund: FlexibleFund = ANY_FUND) -> LeastMoney:
    """Goal seek: the least money, split as planned, that meets a target with the wanted probability.

    Parameters
    ----------
    target : outcome and the figure it is to reach, in the indicator's unit
    fund : probability wanted, and the largest multiple of the plan's money looked at

    Raises
    ------
    InputError
        When the plan has no money whose split could be kept.
    """

    def score(levels: Array) -> Array:
        return target.met(_values(draws, scenario, levels, target.outcome)) - fund.probability

    return _search(draws, scenario, score, fund)


def break_even(
    draws: CommonDraws, scenario: Scenario, other: Scenario, outcome: Outcome, fund: FlexibleFund = ANY_FUND
) -> LeastMoney:
    """Break-even search: the least money, split as planned, that does as much as another plan with its own.

    Parameters
    ----------
    other : scenario of the plan to equal, in its own world
    outcome : figure whose expected value is to be equal; where less is better, no larger

    Raises
    ------
    InputError
        When the scenario's plan has no money.
    """
    years = draws.province.open_years(scenario.horizon)
    rival = evaluate(draws, other, plan_money(other.plan, years)[None], [outcome])[0, 0].astype(np.float64)
    sign = -1.0 if INDICATOR[outcome.indicator].better < 0 else 1.0

    def score(levels: Array) -> Array:
        return sign * apart(_values(draws, scenario, levels, outcome), rival)

    return _search(draws, scenario, score, fund)


def _values(draws: CommonDraws, scenario: Scenario, levels: Array, outcome: Outcome) -> Array:
    years = draws.province.open_years(scenario.horizon)
    money = np.stack([plan_money(scaled(scenario.plan, years, level), years) for level in levels])
    return evaluate(draws, scenario, money, [outcome])[0].astype(np.float64)


def scaled(plan: Plan, years: range, multiple: float) -> Plan:
    """The plan with every line's money multiplied and cut to whole đồng in some years; nothing stays unallocated there.

    Years before them stay as they are.
    """
    before = [year for year in plan.fund if year < years[0]]
    lines = {
        line: {
            **{year: plan.line_budget(line, year) for year in before},
            **{year: int(plan.line_budget(line, year) * multiple) for year in years},
        }
        for line in LINES
    }
    fund = {year: plan.annual_budget(year) for year in before}
    fund |= {year: sum(lines[line][year] for line in LINES) for year in years}
    return replace(plan, slug=f"{plan.slug}-scaled", fund=fund, lines=lines, repeat_last=False)


def without_money(scenario: Scenario, years: range) -> Scenario:
    """The scenario with nothing on any line in any of some years, up to its last."""
    return replace(scenario, plan=scaled(scenario.plan, years, 0.0))


def _search(draws: CommonDraws, scenario: Scenario, score: Score, fund: FlexibleFund) -> LeastMoney:
    years = draws.province.open_years(scenario.horizon)
    planned = plan_money(scenario.plan, years)
    if not planned.any():
        raise InputError(Problem("no_money_to_split", {"plan": scenario.plan.slug}, place=scenario.plan.slug))
    levels = np.linspace(0.0, fund.up_to, fund.steps + 1)
    scores = score(levels)
    means, errors = scores.mean(axis=-1), monte_carlo_error(scores, draws.effective_draws)
    found = _refined(levels, means, score)
    spending = found * (planned * median_spending_per_billion(draws, scenario)).max()
    return LeastMoney(
        plan=None if np.isnan(found) else scaled(scenario.plan, years, found),
        multiple=found,
        low=_crossing(levels, means + CRITICAL_VALUE * errors),
        high=_crossing(levels, means - CRITICAL_VALUE * errors),
        levels=levels,
        score=means,
        mcse=errors,
        monotone=not _falls(scores, draws.effective_draws),
        up_to=fund.up_to,
        outside_experience=bool(spending > OUTSIDE_EXPERIENCE),
        first=years[0],
    )


def _falls(scores: Array, effective_draws: float) -> bool:
    """Whether some level scores less than the best level below it by more than the draws leave open.

    Notes
    -----
    All levels meet the same draws, so that the difference is taken draw by draw: its error is far smaller than
    the two levels' own, and a fall of a few draws does not count as one. Against the best level rather than the
    neighbour, since a slow fall is lost between neighbours.
    """
    means = scores.mean(axis=-1)
    best = np.array([np.argmax(means[: level + 1]) for level in range(len(means))])
    change = apart(scores, scores[best])
    return bool((change.mean(axis=-1) < -CRITICAL_VALUE * monte_carlo_error(change, effective_draws)).any())


def _refined(levels: Array, means: Array, score: Score) -> float:
    """First level from which every level is enough, by successive refinement; nan when there is none."""
    for _ in range(_REFINEMENTS):
        first = _first_enough(means)
        if not first:
            return float("nan") if first is None else float(levels[0])
        levels = np.linspace(levels[first - 1], levels[first], _BETWEEN + 1)
        means = score(levels).mean(axis=-1)
    return float(levels[_first_enough(means) or 0])


def _first_enough(means: Array) -> int | None:
    """Place of the first score from which all are at least zero."""
    short = np.flatnonzero(means < 0)
    if short.size == 0:
        return 0
    return None if short[-1] == means.size - 1 else int(short[-1]) + 1


def _crossing(levels: Array, means: Array) -> float:
    """Level from which a curve stays at or above zero, straight between its points."""
    first = _first_enough(means)
    if first is None:
        return float("nan")
    if first == 0:
        return float(levels[0])
    low, high = means[first - 1], means[first]
    return float(levels[first - 1] + (levels[first] - levels[first - 1]) * -low / (high - low))
