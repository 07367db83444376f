"""Where the money goes, what reaches the field, and what one more tỷ đồng on a line does."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from sim import domain
from sim.analysis.compare import Difference, outcome_difference, outcome_of
from sim.ensemble import CommonDraws, Result, apart, area_shares, sorted_quantiles
from sim.ensemble.stage import stage
from sim.model import spending_by_area

#: Median spending ratio above which a plan lies outside experience (docs/model.md section 2).
OUTSIDE_EXPERIENCE = 3.0


def median_spending_per_billion(draws: CommonDraws, scenario: domain.Scenario) -> NDArray[np.floating]:
    """Median over draws of one tỷ's real spending over reference funding, (open year, line) [per billion VND].

    Spending is proportional to money, so that a plan's median is its money times this.
    """
    on = stage(draws.province, scenario.world, draws.blocks[0])
    per_billion = on.per_billion(real=scenario.plan.price_basis != domain.NOMINAL)
    return np.median(per_billion[len(draws.province.past_years) :], axis=-1)


@dataclass(frozen=True)
class LineMoney:
    """One line's money over the horizon.

    Attributes
    ----------
    planned : {year: whole VND} of the years that can still be planned, in the plan's price basis
    spending : median real money over reference funding, by the same years [1]
    outside_experience : True when that median, or an area's, exceeds 3 in some year
    areas : {code: such medians over the area's own reference funding}, where the plan divides the line's money
    """

    line: str
    planned: dict[int, int]
    spending: tuple[float, ...]
    outside_experience: bool
    areas: Mapping[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def beyond(self) -> tuple[int, ...]:
        """Years in which the median, or an area's, lies beyond what was ever lived."""
        found = zip(self.planned, zip(self.spending, *self.areas.values(), strict=True), strict=True)
        return tuple(year for year, medians in found if max(medians) > OUTSIDE_EXPERIENCE)


def line_money(result: Result, scenario: str) -> tuple[LineMoney, ...]:
    """Money of every line of one scenario's plan, and how far it lies from what was lived."""
    run = result.run_of(scenario)
    province, plan = result.province, run.scenario.plan
    (medians,) = sorted_quantiles(run.spending, (0.5,))
    past = len(province.past_years)
    medians, divided = medians[past:], _by_area(result, scenario)
    return tuple(
        LineMoney(
            line=line,
            planned={year: plan.line_budget(line, year) for year in province.open_years(result.years[-1])},
            spending=tuple(float(value) for value in medians[:, place]),
            outside_experience=bool((np.append(medians[:, place], divided[past:, place]) > OUTSIDE_EXPERIENCE).any()),
            areas={
                area.code: tuple(float(value) for value in divided[past:, place, number])
                for number, area in enumerate(province.areas)
                if plan.areas.get(line)
            } if divided.size else {},
        )
        for place, line in enumerate(domain.LINES)
    )  # fmt: skip


def _by_area(result: Result, scenario: str) -> NDArray[np.floating]:
    """Median real money over an area's own reference funding, (year, line, area); none where nothing is divided."""
    run, province = result.run_of(scenario), result.province
    shares = area_shares(province, run.scenario.plan, range(result.years[1], result.years[-1] + 1))
    if shares is None:
        return np.empty((len(result.years) - 1, len(domain.LINES), 0))
    active = result.base_values(scenario, "htx_active")[:-1]
    (found,) = sorted_quantiles(spending_by_area(run.spending, shares, active / active.sum(axis=0)), (0.5,))
    return found


def disbursed(result: Result, scenario: str) -> np.ndarray:
    """Money expected to be paid out, all lines, (year, draw) [billion VND, the plan's basis]."""
    run = result.run_of(scenario)
    plan = run.scenario.plan
    allocated = [
        sum(plan.line_budget(line, year) for line in domain.LINES) / domain.VND_PER_BILLION for year in result.years[1:]
    ]
    return np.array(allocated)[:, None] * run.parameters["disbursement_rate"]


def fundable_foundings(result: Result, scenario: str, year: int) -> np.ndarray:
    """New HTX that the establishment money of one year could pay for, (draw) [HTX]."""
    run = result.run_of(scenario)
    money = (
        run.scenario.plan.line_budget(domain.FOUNDING_LINE, year) / domain.VND_PER_BILLION * domain.MILLION_PER_BILLION
    )
    p = run.parameters
    return money * p["disbursement_rate"] * p["founding_share_of_line"] / p["unit_support_per_founding"]


def one_more(scenario: domain.Scenario, line: str, years: Sequence[int]) -> domain.Scenario:
    """The scenario with one tỷ đồng more on one line in each of some years, the fund raised by as much."""
    plan = scenario.plan
    more, before = dict.fromkeys(years, domain.VND_PER_BILLION), [year for year in plan.fund if year < years[0]]
    added = {name: more if name == line else {} for name in domain.LINES}
    every = (*before, *years)
    more_plan = domain.Plan(
        slug=f"{plan.slug}+{line}",
        label=plan.label,
        price_basis=plan.price_basis,
        fund={year: plan.annual_budget(year) + more.get(year, 0) for year in every},
        lines={
            name: {year: plan.line_budget(name, year) + added[name].get(year, 0) for year in every}
            for name in domain.LINES
        },
        areas=plan.areas,
    )
    return replace(scenario, slug=f"{scenario.slug}+{line}", plan=more_plan)


def sign_assumed(register: domain.Register, reference: domain.Scenario) -> bool:
    """Whether "better than the reference" is how the model is made, not what it found.

    So it is beside a reference that spends nothing, where no effect of a line may be below zero.
    """
    spends = any(any(money.values()) for money in reference.plan.lines.values())
    effects = [key for line in domain.BUDGET_LINES for key in line.inquiry if key in register.entries]
    return not spends and all(register[key].bounds[0] >= 0.0 for key in effects)


def per_extra_billion(result: Result, scenario: str, line: str, indicator: str) -> Difference:
    """Paired difference one more tỷ a year on a line makes in the last year, money without inflation.

    Parameters
    ----------
    result : holds the scenario and its variant of `one_more` on common draws
    """
    runs = [result.run_of(slug) for slug in (f"{scenario}+{line}", scenario)]
    more, plain = (result.series(run.scenario.slug, indicator, domain.REAL, slice(-1, None))[0, -1] for run in runs)
    outcome = outcome_of(indicator, result.years[-1])
    return outcome_difference(outcome, apart(more, plain), runs[0].scenario, runs[1].scenario, result.effective_draws)
