"""What each line does: its Shapley value in what the plan does, and its response curve."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from math import comb, factorial, lcm

import numpy as np

from sim.analysis.answer import OUTSIDE_EXPERIENCE, median_spending_per_billion, one_more
from sim.analysis.compare import Difference, indicator_difference, outcome_difference
from sim.analysis.split.least_money import without_money
from sim.domain import BUDGET_LINES, LINES, Scenario, Subject
from sim.ensemble import Array, CommonDraws, Outcome, apart, evaluate, plan_money

#: Least common denominator of the Shapley weights 1/(n C(n-1, k)) of n lines, so that sums stay exact: 12 for four.
WEIGHTS_DENOMINATOR = lcm(*(len(LINES) * comb(len(LINES) - 1, others) for others in range(len(LINES))))


@dataclass(frozen=True)
class Attribution:
    """Shapley value of every line in what a plan does beside no support at all.

    Attributes
    ----------
    years : that can still be planned: what the lines get in them is shared out
    scaled : (outcome, line, draw) the contributions times `WEIGHTS_DENOMINATOR`
    total : (outcome, draw) plan minus no support
    """

    scenario: Scenario
    years: range
    outcomes: tuple[Outcome, ...]
    scaled: Array
    total: Array
    effective_draws: float

    def __repr__(self) -> str:
        ids = ", ".join(outcome.indicator for outcome in self.outcomes)
        return f"<Attribution {self.scenario.slug}: {len(LINES)} lines, {self.total.shape[-1]} draws; {ids}>"

    def contribution(self, outcome: Outcome, line: str) -> Difference:
        """One line's Shapley value over draws, in the outcome's unit."""
        draws = self.scaled[self.outcomes.index(outcome), LINES.index(line)] / WEIGHTS_DENOMINATOR
        found = indicator_difference(outcome.indicator, draws, self.effective_draws)
        asked = outcome.indicator, outcome.year, outcome.price_basis
        return replace(found, subject=Subject("contribution", *asked, self.scenario, part=line))

    def whole(self, outcome: Outcome) -> Difference:
        """All lines together: the plan minus no support."""
        draws = self.total[self.outcomes.index(outcome)]
        nothing = without_money(self.scenario, self.years)
        return outcome_difference(outcome, draws, self.scenario, nothing, self.effective_draws)


#: Lines whose money moves counts; what only other money tells apart is run one after the other: counts stay (`Way`).
_COUNTED = [place for place, line in enumerate(BUDGET_LINES) if line.acts_on != ("revenue",)]


def _counted(members: Sequence[int]) -> list[int]:
    return [*(members[place] for place in _COUNTED), sum(members)]


def attribute(draws: CommonDraws, scenario: Scenario, outcomes: Sequence[Outcome]) -> Attribution:
    """Shapley attribution (Shapley 1953): what a plan does, shared over its lines on every draw.

    Returns
    -------
    Attribution
        In the outcomes' units; the lines' parts add up to the plan minus no support on every draw.

    Notes
    -----
    Every set of lines is funded as planned, the others with nothing. A line's part is its mean
    addition over all orders in which lines can join. The weights (1/4, 1/12, 1/12, 1/4 of four lines)
    are kept as whole multiples of their common part: figures are float32, so that these and their sums
    are exact in float64, and the parts add up to the total on every draw to the last bit.
    """
    years = draws.province.open_years(scenario.horizon)
    sets = sorted(product((0, 1), repeat=len(LINES)), key=_counted)
    money = plan_money(scenario.plan, years)[None] * np.array(sets)[:, None, :]
    values = evaluate(draws, scenario, money, outcomes).astype(np.float64)
    place = {members: at for at, members in enumerate(sets)}
    parts = np.zeros((len(outcomes), len(LINES), draws.size))
    lines = len(LINES)
    # Weight of joining after n others: n! (lines - n - 1)! / lines!.
    weights = [WEIGHTS_DENOMINATOR * factorial(n) * factorial(lines - n - 1) // factorial(lines) for n in range(lines)]
    for members, at in place.items():
        for line in range(lines):
            if not members[line]:
                joined = (*members[:line], 1, *members[line + 1 :])
                parts[:, line] += weights[sum(members)] * (values[:, place[joined]] - values[:, at])
    return Attribution(scenario, years, tuple(outcomes), parts, values[:, -1] - values[:, 0], draws.effective_draws)


# -- Response curves -------------------------------------------------------------------------------

#: Multiples of a line's planned money that are looked at: from nothing to three times.
MULTIPLES = tuple(step / 4 for step in range(13))
_AS_PLANNED = MULTIPLES.index(1.0)


@dataclass(frozen=True)
class CurvePoint:
    """One level of money on one line, the other lines as planned.

    Attributes
    ----------
    billion : [billion VND/yr], mean over the horizon
    spending : median real money over reference funding [1], in the year it is largest
    change : {outcome: this level minus nothing on the line, paired}
    """

    multiple: float
    billion: float
    spending: float
    change: dict[Outcome, Difference]

    @property
    def outside_experience(self) -> bool:
        """Whether the level was never lived."""
        return self.spending > OUTSIDE_EXPERIENCE


@dataclass(frozen=True)
class OneMore:
    """One tỷ đồng more a year on a line, beside the plan.

    Attributes
    ----------
    money : [billion VND] over the horizon
    change : {outcome: difference}
    """

    money: float
    change: dict[Outcome, Difference]

    def cost_per_unit(self, outcome: Outcome) -> tuple[float, float, float]:
        """Money per unit of an outcome gained: expected, and at the 80 % range's good and bad end.

        Returns
        -------
        tuple [billion VND per unit of the indicator]
            Infinite where the gain is not above zero: no money buys it.
        """
        found = self.change[outcome]
        expected, good, bad = (self.money / gain if gain > 0 else np.inf for gain in (found.mean, found.p90, found.p10))
        return expected, good, bad


@dataclass(frozen=True)
class Curve:
    """One line's response.

    Attributes
    ----------
    points : by rising money; the plan is the one with multiple 1
    """

    line: str
    points: tuple[CurvePoint, ...]
    one_more: OneMore

    def __repr__(self) -> str:
        ends = f"{self.points[0].billion:g}–{self.points[-1].billion:g}"
        return f"<Curve {self.line}: {len(self.points)} points, {ends} billion VND>"

    @property
    def plan(self) -> CurvePoint:
        """Where the plan stands."""
        return self.points[_AS_PLANNED]


def response_curves(
    draws: CommonDraws, scenario: Scenario, outcomes: Sequence[Outcome], lines: Sequence[str] = LINES
) -> tuple[Curve, ...]:
    """Response curve of every line: from nothing to three times its planned money, the others as planned.

    Returns
    -------
    tuple of Curve
        One per line: paired differences from nothing on the line, in the outcomes' units, by money
        [billion VND/yr]; and of one tỷ đồng more a year beside the plan.

    Notes
    -----
    A line the plan gives nothing is looked at in multiples of an equal part of the reference fund.
    """
    years = draws.province.open_years(scenario.horizon)
    planned = plan_money(scenario.plan, years)
    medians = {key: draws.register.value(key) for key in draws.register}
    unit = np.where(planned.any(axis=0), planned, draws.province.reference_billion(medians) / len(LINES))
    steps = np.array(MULTIPLES)
    tables = []
    for line in lines:
        place = LINES.index(line)
        money = np.repeat(planned[None], len(steps) + 2, axis=0)
        money[: len(steps), :, place] = steps[:, None] * unit[:, place]
        money[-1, :, place] += 1.0
        tables.append(money)
    every = np.concatenate(tables)
    once = {money.tobytes(): money for money in every}  # the plan itself is in every table
    ran = evaluate(draws, scenario, np.stack([*once.values()]), outcomes)
    found = dict(zip(once, np.moveaxis(ran, 1, 0), strict=True))
    values = np.stack([found[money.tobytes()] for money in every], axis=1).astype(np.float64)
    ratios = median_spending_per_billion(draws, scenario)
    parts = np.split(values, len(lines), axis=1)
    return tuple(
        _curve(draws, scenario, outcomes, line, money, part, ratios[:, LINES.index(line)])
        for line, money, part in zip(lines, tables, parts, strict=True)
    )


def _curve(
    draws: CommonDraws, scenario: Scenario, outcomes: Sequence[Outcome], line: str, money: Array, values: Array,
    per_billion: Array,
) -> Curve:  # fmt: skip
    def change(row: int, part: str) -> dict[Outcome, Difference]:
        changes = {}
        for outcome, found in zip(outcomes, values, strict=True):
            subject = Subject("curve", outcome.indicator, outcome.year, outcome.price_basis, scenario, part=part)
            gain = indicator_difference(outcome.indicator, apart(found[row], found[0]), draws.effective_draws)
            changes[outcome] = replace(gain, subject=subject)
        return changes

    added = one_more(scenario, line, draws.province.open_years(scenario.horizon))
    more = {
        outcome: outcome_difference(outcome, apart(found[-1], found[-2]), added, scenario, draws.effective_draws)
        for outcome, found in zip(outcomes, values, strict=True)
    }
    on_line = money[:, :, LINES.index(line)]
    points = tuple(
        CurvePoint(
            multiple,
            float(on_line[row].mean()),
            float((on_line[row] * per_billion).max()),
            change(row, f"{line} {multiple:g}"),
        )  # fmt: skip
        for row, multiple in enumerate(MULTIPLES)
    )
    return Curve(line, points, OneMore(float((money[-1] - money[-2]).sum()), more))
