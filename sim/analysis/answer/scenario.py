"""The answer for one scenario: levels, growth parts, targets, evidence and history."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from sim import domain
from sim.analysis.answer.drivers import SHARE_DRAWS, Evidence, RestsOn
from sim.analysis.answer.funding import Funding
from sim.analysis.answer.money import LineMoney, line_money, one_more, per_extra_billion
from sim.analysis.compare import Difference, difference, outcome_of, share_error
from sim.ensemble import CommonDraws, Outcome, Posterior, Result, common_draws, describe, run


@dataclass(frozen=True)
class HistoryPoint:
    """One year-end figure of the past, in the indicator's unit.

    Attributes
    ----------
    status : actual, estimate or derived, as in the source table
    """

    year: int
    value: float
    status: str
    source_id: str


def history(province: domain.Province, indicator: str) -> tuple[HistoryPoint, ...]:
    """History of an indicator: year-end figures of the whole province before the planning year, oldest first.

    Areas that were provinces of their own are never joined: of theirs only figures of the whole are a past.
    Figures set aside are not drawn. Where two pages give one year, the figure of the base-year
    source comes first in the pack's order and is drawn; both stay in the data notebook.
    """
    printed = domain.INDICATOR[indicator].history
    return () if printed is None else _year_ends(province, printed)


def outturns(province: domain.Province, indicator: str) -> tuple[HistoryPoint, ...]:
    """What was printed of the years between the base year and the planning year; flows too, which no fan draws."""
    printed = _FLOWS.get(indicator) or domain.INDICATOR[indicator].history
    found = _year_ends(province, printed) if printed else ()
    return tuple(point for point in found if point.year in province.past_years)


def _year_ends(province: domain.Province, printed: tuple[str, str]) -> tuple[HistoryPoint, ...]:
    areas = {province.code} if province.merged else {area.code for area in province.areas}
    points: dict[int, HistoryPoint] = {}
    for row in province.observations:
        wanted = row.area_code in areas and (row.entity, row.indicator) == printed and row.period in domain.YEAR_END
        if wanted and row.line not in province.set_aside and row.year < province.planning_year:
            points.setdefault(row.year, HistoryPoint(row.year, row.yearly, row.status, row.source_id))
    return tuple(points[year] for year in sorted(points))


#: What must be known of a target's year, by (entity, printed term) of observations.csv.
_FLOWS = {"htx_founded": ("HTX", "htx_new")}

# -- Chances of the province's own targets ---------------------------------------------------------

#: What a target of one's own must be of to lead an answer.
_FOUNDED = "htx_founded"
TARGET_COLUMNS = ("scenario", "target", "year", "probability", "mcse")


@dataclass(frozen=True)
class TargetChance:
    """Probability that one target is met, with its Monte Carlo error; the question it answers."""

    target: domain.Target
    probability: float
    mcse: float
    subject: domain.Subject | None = field(default=None, compare=False, repr=False)


def target_chances(result: Result, scenario: str) -> tuple[TargetChance, ...]:
    """Probability that each target is met whose year can still be planned and lies within the horizon [share of draws].

    The province's own first, then those of the scenario.
    """
    stated, years = result.run_of(scenario).scenario, result.province.open_years(result.years[-1])
    asked = (*result.province.targets, *stated.targets)
    return tuple(chance_in(result, scenario, target) for target in asked if target.year in years)


def chance_in(result: Result, scenario: str, target: domain.Target) -> TargetChance:
    """Probability that a target is met in one scenario, by the figure that will be printed; money in current prices."""
    share, run = float(target_met(result, scenario, target).mean()), result.run_of(scenario)
    error = share_error(share, result.draws, result.effective_draws)
    part = f"{target.indicator} {target.low:g} {target.high}" if target.own else target.id
    basis = domain.NOMINAL if _is_money(target) else ""
    subject = domain.Subject("chance", target.indicator, target.year, basis, run.scenario, part=part)
    return TargetChance(target, share, error, subject)


def headline_of(chances: Sequence[TargetChance]) -> TargetChance | None:
    """The chance of the province's headline target, else of one's own for new HTX; None where neither is to be met.

    One's own leads by a level alone: sentences say "so many or more", which a band is not.
    """
    own = (one for one in chances if one.target.own and one.target.indicator == _FOUNDED and one.target.high is None)
    return next((found for found in chances if found.target.headline), next(own, None))


def target_met(result: Result, scenario: str, target: domain.Target) -> np.ndarray:
    """Whether each draw meets a target, (draw)."""
    basis = domain.NOMINAL if _is_money(target) else ""
    series = result.printed(scenario, target.indicator, basis)
    year = series[target.year - result.province.base_year - 1, -1]
    return np.asarray((year >= target.low) & (True if target.high is None else year <= target.high))


def _is_money(target: domain.Target) -> bool:
    return target.indicator in domain.INDICATOR and domain.INDICATOR[target.indicator].money


class TargetCounter:
    """Counts met targets block by block, for runs too large to keep."""

    def __init__(self, effective_draws: float = np.inf) -> None:
        self._effective = effective_draws
        self._met: dict[tuple[str, str, int], list[float]] = {}

    def add(self, block: Result) -> None:
        """Count one block's draws."""
        for scenario in block.scenarios:
            for chance in target_chances(block, scenario):
                entry = self._met.setdefault((scenario, chance.target.id, chance.target.year), [0.0, 0.0])
                entry[0] += chance.probability * block.draws
                entry[1] += block.draws

    def rows(self) -> Iterator[tuple[object, ...]]:
        """Rows of targets.csv."""
        for key, (met, draws) in sorted(self._met.items(), key=lambda item: item[0][0]):
            share = met / draws
            yield (*key, share, share_error(share, draws, self._effective))


def target_rows(result: Result) -> Iterator[tuple[object, ...]]:
    """Rows of targets.csv."""
    for scenario in sorted(result.scenarios):
        for chance in target_chances(result, scenario):
            yield (scenario, chance.target.id, chance.target.year, chance.probability, chance.mcse)


# -- The answer: computed once, drawn and worded elsewhere -----------------------------------------


@dataclass(frozen=True)
class Range:
    """Statistics of one series in one year, in the indicator's unit and the price basis shown.

    Attributes
    ----------
    mean, mcse : of the model's draws; means subtract to the differences of plans
    p10, p25, p50, p75, p90 : of the figure as it will be printed
    """

    indicator: str
    year: int
    price_basis: str
    mean: float
    p10: float
    p25: float
    p50: float
    p75: float
    p90: float
    mcse: float
    subject: domain.Subject | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Card:
    """One headline figure: its range, what it rests on, and paired differences by reference slug."""

    range: Range
    evidence: Evidence
    differences: Mapping[str, Difference]


@dataclass(frozen=True)
class Parts:
    """Growth parts of an average in one year, means over draws; they add up to `whole` [%/yr]."""

    year: int
    whole: float
    like_for_like: float
    catch_up: float
    composition: float


@dataclass(frozen=True)
class Fan:
    """A series from its history to the horizon, in the indicator's unit."""

    indicator: str
    price_basis: str
    history: tuple[HistoryPoint, ...]
    ranges: tuple[Range, ...]


@dataclass(frozen=True)
class Margin:
    """What one more tỷ a year on a line changes in the last year, by indicator, and the grade of its total revenue."""

    money: LineMoney
    extra: Mapping[str, Difference]
    grade: str


@dataclass(frozen=True)
class Since:
    """The chance of the main target with figures that came in up to the end of a month (year, 1–12)."""

    chance: TargetChance
    moment: tuple[int, int]


@dataclass(frozen=True)
class ScenarioAnswer:
    """A scenario's answer.

    Attributes
    ----------
    result : runs of the scenario, its references and its one-more variants, on common draws
    references : slugs compared with, the first without support, the second with the 2024 fund
    founded : new HTX of the planning year
    difference_evidence : what the difference in total revenue from the first reference rests on
    funding : money and effect per active HTX, where the province's reference fund is assumed
    since : the main chance given figures that came in and nothing else of the answer rests on; None without them
    first : draws the result begins with, for what else is asked of its plan
    """

    scenario: domain.Scenario
    result: Result
    references: tuple[str, ...]
    founded: Range
    chances: tuple[TargetChance, ...]
    cards: tuple[Card, ...]
    parts: tuple[Parts, ...]
    fans: tuple[Fan, ...]
    margins: tuple[Margin, ...]
    difference_evidence: Evidence
    funding: Funding | None = None
    since: Since | None = None
    first: CommonDraws | None = field(default=None, compare=False, repr=False)

    @property
    def province(self) -> domain.Province:
        """The data pack the projection starts from."""
        return self.result.province

    @property
    def register(self) -> domain.Register:
        """The assumptions it rests on."""
        return self.result.register

    def leading_lines(self, indicator: str) -> tuple[str, ...]:
        """Lines on which one more tỷ adds most in the last year: the highest mean, and those no draws tell from it."""
        basis, last = domain.REAL if domain.INDICATOR[indicator].money else "", self.result.years[-1]
        ordered = sorted(self.margins, key=lambda one: one.extra[indicator].mean, reverse=True)
        first, *others = (one.money.line for one in ordered)

        def behind(line: str) -> bool:
            theirs, ours = (f"{self.scenario.slug}+{one}" for one in (line, first))
            return difference(self.result, theirs, ours, indicator, year=last, price_basis=basis).distinguished

        return first, *(line for line in others if not behind(line))


def answer_for(
    province: domain.Province,
    register: domain.Register,
    scenario: domain.Scenario,
    references: Sequence[domain.Scenario],
    *,
    posterior: Posterior | None = None,
    draws: int,
    seed: int,
) -> ScenarioAnswer:
    """Project a scenario with its references on common draws and summarise them.

    Parameters
    ----------
    references : scenarios whose plans are compared with; they are taken in the scenario's own
        world and horizon, so that a difference is the plan's alone
    posterior : what history says of the conditioned assumptions
    """
    compared = [one for one in (in_world_of(each, scenario) for each in references) if one.slug != scenario.slug]
    years = province.open_years(scenario.horizon)
    everything = [scenario, *compared, *(one_more(scenario, line, years) for line in domain.LINES)]
    slug, slugs = scenario.slug, tuple(reference.slug for reference in compared)
    alike: dict[str, Any] = {"seed": seed, "posterior": posterior}
    first = common_draws(province, register, draws=min(draws, SHARE_DRAWS), horizon=scenario.horizon, **alike)
    result = run(province, register, everything, draws=draws, drawn=first.blocks, **alike)
    cards = [_card_outcome(indicator, years[-1]) for indicator in domain.HEADLINE]
    total = outcome_of("htx_revenue_total", years[-1])
    # No range is told of what later references gain. Money that moves no count comes first: counts stay.
    more = [f"{slug}+{one.id}" for one in sorted(domain.BUDGET_LINES, key=lambda line: line.acts_on != ("revenue",))]
    asked = {slug: [*cards, total], **dict.fromkeys((*more, *slugs[:1]), [total])}
    rests_on = RestsOn.of(result, asked, posterior, graded=more, shared=slugs[:1], draws=first)
    margins = []
    for money in line_money(result, slug):
        extra = {name: per_extra_billion(result, slug, money.line, name) for name in domain.PER_BILLION}
        margins.append(Margin(money, extra, rests_on.grade(total, f"{slug}+{money.line}", slug)))
    return ScenarioAnswer(
        scenario=scenario,
        result=result,
        references=slugs,
        founded=range_of(result, slug, "htx_founded", years[0]),
        chances=target_chances(result, slug),
        cards=tuple(_card(rests_on, slug, outcome, slugs) for outcome in cards),
        parts=growth_parts(result, slug, years),
        fans=tuple(fan(result, slug, indicator) for indicator in domain.FANS),
        margins=tuple(margins),
        difference_evidence=rests_on.evidence(total, slug, slugs[0] if slugs else slug),
        first=first,
    )


def in_world_of(reference: domain.Scenario, scenario: domain.Scenario) -> domain.Scenario:
    """The reference's plan in the scenario's world and horizon, its slug `<plan>--<world>`."""
    if reference.plan == scenario.plan:
        return scenario
    if (reference.world, reference.horizon) == (scenario.world, scenario.horizon):
        return reference
    slug = f"{reference.plan.slug}--{scenario.world.slug}"
    return replace(reference, slug=slug, world=scenario.world, horizon=scenario.horizon)


def range_of(
    result: Result, scenario: str, indicator: str, year: int, price_basis: str = "", *, area: str = ""
) -> Range:
    """Mean of the model, range of what will be printed for the whole province, and Monte Carlo error, in one year.

    Parameters
    ----------
    area : code; default the whole province
    """
    return ranges(result, scenario, indicator, price_basis, (year,), area=area)[0]


def ranges(
    result: Result, scenario: str, indicator: str, price_basis: str, years: Sequence[int], *, area: str = ""
) -> tuple[Range, ...]:
    """Statistics of the whole province, or of one area, in each of some consecutive years."""
    place = result.areas.index(area) if area else -1
    first = years[0] - result.years[1]
    shown = slice(first, first + len(years)), place
    values, printed = (of(scenario, indicator, price_basis)[shown] for of in (result.series, result.printed))
    rows = describe(values, result.effective_draws, printed=printed).T.tolist()
    plan = result.run_of(scenario).scenario
    return tuple(
        replace(
            Range(indicator, year, price_basis, *row),
            subject=domain.Subject("level", indicator, year, price_basis, plan, area=area),
        )
        for year, row in zip(years, rows, strict=True)
    )


def fan(result: Result, scenario: str, indicator: str, price_basis: str | None = None) -> Fan:
    """A series with its history.

    Parameters
    ----------
    price_basis : nominal where it is money, unless stated; history was printed so, and stands
        beside no other
    """
    basis = (domain.NOMINAL if domain.INDICATOR[indicator].money else "") if price_basis is None else price_basis
    points = () if basis == domain.REAL else history(result.province, indicator)
    return Fan(indicator, basis, points, ranges(result, scenario, indicator, basis, result.years[1:]))


def growth_parts(result: Result, scenario: str, years: Sequence[int]) -> tuple[Parts, ...]:
    """Growth parts of nominal average revenue per active HTX, means over draws, by year [%/yr]."""
    rows = [year - result.province.base_year - 1 for year in years]
    parts = [result.series(scenario, name, domain.NOMINAL) for name in domain.parts_of("htx_revenue")]
    means = np.stack([values[rows, -1].mean(axis=-1) for values in parts], axis=-1)
    return tuple(Parts(year, sum(parts), *parts) for year, parts in zip(years, means.tolist(), strict=True))


def _card_outcome(indicator: str, year: int) -> Outcome:
    """A headline figure in the prices its level is printed in."""
    return Outcome(indicator, year, domain.NOMINAL if domain.INDICATOR[indicator].money else "")


def _card(rests_on: RestsOn, scenario: str, outcome: Outcome, references: Sequence[str]) -> Card:
    result, indicator, year = rests_on.result, outcome.indicator, outcome.year
    compared = domain.REAL if domain.INDICATOR[indicator].money else ""
    differences = {
        reference: difference(result, reference, scenario, indicator, year=year, price_basis=compared)
        for reference in references
    }
    shown = range_of(result, scenario, indicator, year, outcome.price_basis)
    return Card(shown, rests_on.evidence(outcome, scenario), differences)
