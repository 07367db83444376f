"""Published forecasts scored on figures that came in after them, beside two naive rules; errors in their parts."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sim.domain import AVERAGES, INDICATOR, MONTHS_PER_YEAR, PERCENT, YEAR_END, Break, Observation
from sim.evidence.ledger import Forecast, Published
from sim.evidence.naive import TOLD, Month, Naive, naive
from sim.evidence.past_scores import EVENNESS, INTERVALS, part_of_flow, point_score, weighted_interval_score
from sim.evidence.within_year import level_within
from sim.inputs.figures import OBSERVED, Mapped, copied, last_month, months_covered

SCORED, NOT_MAPPED, NOT_OBSERVED = "scored", "not_mapped", "not_observed"
OTHER_BOUNDARY, OUTSIDE, KNOWN = "other_boundary", "outside", "known"
DERIVED = "derived"


@dataclass(frozen=True)
class Spent:
    """Money of one year after all [tỷ đồng]: `paid` out, or else given to the lines as a plan gives it."""

    billion: float
    paid: bool


#: What the years' money from the first projected one on changes in each mean, {indicator: {year: change}}.
Effect = Callable[[tuple[Spent, ...]], Mapping[str, Mapping[int, float]]]


@dataclass(frozen=True)
class Scored:
    """One figure against what was published.

    Attributes
    ----------
    outcome : ``scored``, or why it was not
    value : the figure in the indicator's unit
    breaks : declared breaks of its series behind which it lies, as the forecast could hardly know; told apart
    copied : it repeats its plan or the figure of the year before to the printed digit
    expected, error : mean of the forecast, and figure minus it
    score : weighted interval score, in the indicator's unit
    rules : what the two naive rules said
    policy, one_off, underlying : parts of the error, which add up to it; None where the money really spent is not
        known, or nothing says what the year's range comes from
    """

    observation: Observation
    outcome: str
    indicator: str = ""
    value: float = 0.0
    breaks: tuple[Break, ...] = ()
    copied: bool = False
    quantiles: Mapping[float, float] | None = None
    expected: float = 0.0
    error: float = 0.0
    inside: bool = False
    score: float = 0.0
    rules: Naive = field(default_factory=Naive)
    policy: float | None = None
    one_off: float | None = None
    underlying: float | None = None

    @property
    def derived(self) -> bool:
        """Whether the figure follows from others of its page by arithmetic."""
        return self.observation.status == DERIVED

    @property
    def no_change(self) -> float | None:
        """Score of the rule that the last figure stays."""
        said = self.rules.no_change
        return None if said is None else point_score(said, self.value)

    @property
    def last_growth(self) -> float | None:
        """Score of the rule that it grows on as before."""
        said = self.rules.last_growth
        return None if said is None else point_score(said, self.value)


@dataclass(frozen=True)
class Beside:
    """Mean scores of a naive rule and of ours on the lines where the rule says something [% of the outturn]."""

    lines: int
    rule: float
    ours: float


@dataclass(frozen=True)
class Skill:
    """Mean weighted interval score of a forecast [% of the outturn], beside each naive rule that says anything."""

    lines: int
    ours: float
    no_change: Beside | None
    last_growth: Beside | None


def skill(lines: Sequence[Scored]) -> Skill | None:
    """Mean relative score: each line's weighted interval score over its outturn, averaged; None without lines.

    Notes
    -----
    The score of a rule without a range is its absolute error. A figure of nothing is no measure of an error: its
    line is left out. Each rule is averaged over the lines where it says something, ours beside it over the same.
    """
    usable = [one for one in lines if one.value != 0.0]
    if not usable:
        return None

    def mean(scores: Sequence[tuple[float, Scored]]) -> float:
        return PERCENT * sum(score / abs(one.value) for score, one in scores) / len(scores)

    def beside(scores: Sequence[float | None]) -> Beside | None:
        told = [(score, one) for score, one in zip(scores, usable, strict=True) if score is not None]
        return Beside(len(told), mean(told), mean([(one.score, one) for _, one in told])) if told else None

    return Skill(
        len(usable), mean([(one.score, one) for one in usable]),
        beside([one.no_change for one in usable]), beside([one.last_growth for one in usable]),
    )  # fmt: skip


@dataclass(frozen=True)
class Judged:
    """A published forecast against figures that came in.

    Attributes
    ----------
    scored : every figure, in their order
    renewed : True when figures or assumptions changed since, so that what money does is told by today's
    """

    published: Published
    scored: tuple[Scored, ...]
    renewed: bool = False

    @property
    def lines(self) -> tuple[Scored, ...]:
        """Scored figures on the footing the forecast was made on."""
        return tuple(one for one in self.scored if one.outcome == SCORED and not one.breaks)

    @property
    def behind_breaks(self) -> tuple[Scored, ...]:
        """Scored figures of series that a declared break may have moved."""
        return tuple(one for one in self.scored if one.outcome == SCORED and one.breaks)

    @property
    def met(self) -> tuple[Scored, ...]:
        """All of them, those apart last."""
        return (*self.lines, *self.behind_breaks)

    @property
    def counted(self) -> tuple[Scored, ...]:
        """Those of its lines that count for its skill, derived ones apart."""
        return tuple(one for one in self.lines if not one.derived)

    @property
    def skill(self) -> Skill | None:
        """The overall skill of the forecast: of figures printed as such, on the footing it was made on."""
        return skill(self.counted)

    @property
    def deciding(self) -> Scored | None:
        """The line that moves the comparison with "no change" most, where more than two are compared."""
        compared = [one for one in self.counted if one.no_change is not None and one.value]

        def moves(one: Scored) -> float:
            return abs(((one.no_change or 0.0) - one.score) / one.value)

        return max(compared, key=moves) if len(compared) > 2 else None


#: Columns of a scored figure as a row.
LEDGER_COLUMNS = (
    "scenario", "vintage", "data_end", "indicator", "area", "year", "period", "unit", "outturn", "status", "mean",
    "p10", "p90", "inside", "wis", "no_change", "last_growth", "error", "policy", "one_off", "underlying", "derived",
    "copied", "breaks",
)  # fmt: skip


def ledger_rows(judged: Judged) -> Iterator[tuple[object, ...]]:
    """The scored figures of a forecast as rows of `LEDGER_COLUMNS`; empty where something is not known."""
    made = judged.published
    for one in judged.scored:
        if one.quantiles is not None:
            row = one.observation
            yield (
                made.scenario, made.vintage, made.known_to.isoformat(), one.indicator, row.area_code, row.year,
                row.period, INDICATOR[one.indicator].unit, one.value, row.status, one.expected, one.quantiles[0.1],
                one.quantiles[0.9], one.inside, one.score, one.no_change, one.last_growth, one.error, one.policy,
                one.one_off, one.underlying, one.derived, one.copied, " ".join(found.id for found in one.breaks),
            )  # fmt: skip


def score(
    published: Published, figures: Sequence[Observation], terms: Mapping[str, Mapped], *,
    known: Sequence[Observation] = (), breaks: Sequence[Break] = (), effect: Effect | None = None,
) -> list[Scored]:  # fmt: skip
    """Score every usable figure of a file; the others are listed with the reason.

    Parameters
    ----------
    terms : our indicator for each printed term
    known : the province's figures in the pack's order; those up to the data end are where naive rules start
    breaks : declared for the province
    effect : the plan run again with the money spent, on the draws of the forecast; without it policy is not known

    Notes
    -----
    Only figures that stand after the forecast's data end are scored: it could know the others. A figure within a
    year meets the forecast of that date: levels are interpolated between year-ends (averages geometrically), flows
    count for the share of the year they cover.

    The error is figure minus mean. Its policy part is what the money really spent changes in the mean. The rest lies
    with assumptions as far as the base year was miscounted, and is shared between luck and assumptions like the
    variance of that very year: what each of the two is expected to have given, knowing only their sum.
    """
    spent, copies = _spent(published, figures), copied([*known, *figures])
    scored = (_score_one(published, one, terms, known, breaks) for one in figures if one.entity != "budget")
    scored = (replace(one, copied=one.observation in copies) for one in scored)
    return [_split(published, one, spent, effect) if one.outcome == SCORED else one for one in scored]


#: Printed money by whether it was paid out, or given as a plan gives it; what was paid out is nearer to the field.
_MONEY = {"support_budget_total": False, "support_spent_total": True}
_FIRST_PARTS = ("mid", "h1")


def _spent(published: Published, figures: Sequence[Observation]) -> dict[tuple[int, int], Spent]:
    """Money from the beginning of a year up to a month as a file holds it, at the pace of a year, {(year, month)}."""
    found = {}
    for one in sorted(figures, key=lambda one: _MONEY.get(one.indicator, False)):
        moment = last_month(one.year, one.period)
        whole = one.period in (*YEAR_END, *_FIRST_PARTS) or one.period.startswith("to-")
        ours = one.entity == "budget" and one.indicator in _MONEY and one.area_code == published.area_code
        if moment and whole and ours and one.status in OBSERVED:
            found[moment] = Spent(one.value * MONTHS_PER_YEAR / moment[1], _MONEY[one.indicator])
    return found


def _score_one(
    published: Published, figure: Observation, terms: Mapping[str, Mapped], known: Sequence[Observation],
    breaks: Sequence[Break],
) -> Scored:  # fmt: skip
    moment = last_month(figure.year, figure.period)
    if moment is None or figure.status not in TOLD:
        return Scored(figure, NOT_OBSERVED)
    other = any(one.boundary and published.data_month < one.month <= moment for one in breaks)
    if figure.area_code != published.area_code or other:
        return Scored(figure, OTHER_BOUNDARY)
    if figure.indicator not in terms:
        return Scored(figure, NOT_MAPPED)
    indicator = terms[figure.indicator].indicator
    if moment <= published.data_month:
        return Scored(figure, KNOWN, indicator)
    forecast = next((one for one in published.forecasts if one.indicator == indicator), None)
    quantiles = _quantiles_at(forecast, figure) if forecast else None
    if forecast is None or quantiles is None:
        return Scored(figure, OUTSIDE, indicator)
    value, (low, high) = terms[figure.indicator].value_of(figure), INTERVALS[0]
    expected = _expected(forecast, figure, quantiles)
    rules = naive(figure, indicator, known, terms, until=published.data_month)
    if rules.no_change is None and forecast.indicator in published.printed:
        rules = Naive(published.printed[forecast.indicator])
    return Scored(
        figure, SCORED, indicator, value, breaks=_behind(published, indicator, moment, breaks),
        quantiles=quantiles, expected=expected, error=value - expected,
        inside=quantiles[low] <= value <= quantiles[high],
        score=weighted_interval_score(quantiles, value), rules=rules,
    )  # fmt: skip


def _behind(published: Published, indicator: str, moment: Month, breaks: Sequence[Break]) -> tuple[Break, ...]:
    """Breaks of a series after the forecast's data end, or so shortly before that it hardly knew the new footing."""
    year, month = published.data_month
    return tuple(one for one in breaks if indicator in one.shift and (year - 1, month) < one.month <= moment)


def share_covered(indicator: str, figure: Observation) -> float:
    """For flows the share of the year a figure covers; for levels how far into the year it stands."""
    months = months_covered(figure.period)
    assert months is not None
    first, last = months
    return (last - first + 1 if INDICATOR[indicator].flow else last) / MONTHS_PER_YEAR


def _split(
    published: Published, one: Scored, spent: Mapping[tuple[int, int], Spent], effect: Effect | None
) -> Scored:
    """The error in its parts."""
    policy = _policy(published, one, spent, effect) if effect else None
    forecast = next(found for found in published.forecasts if found.indicator == one.indicator)
    found = _underlying_at(forecast, one.observation)
    if found is None:
        return replace(one, policy=policy)
    rest, (share, moved) = one.error - (policy or 0.0), found
    underlying = moved + share * (rest - moved)
    return replace(one, policy=policy, one_off=rest - underlying, underlying=underlying)


def _quantiles_at(forecast: Forecast, figure: Observation) -> dict[float, float] | None:
    """Published quantiles at the date of a figure; None outside the published years."""
    year = forecast.quantiles.get(str(figure.year))
    if year is None:
        return None
    covered = share_covered(forecast.indicator, figure)
    if INDICATOR[forecast.indicator].flow:
        whole = {float(level): value for level, value in year.items()}
        return whole if covered == 1.0 else part_of_flow(whole, covered)
    if covered == 1.0:
        return {float(level): value for level, value in year.items()}
    before = forecast.quantiles.get(str(figure.year - 1))
    if before is None:
        return None
    return {float(level): _between(forecast, before[level], after, covered) for level, after in year.items()}


def _between(forecast: Forecast, start: float, after: float, covered: float) -> float:
    average = forecast.indicator in AVERAGES and start > 0.0 and after > 0.0
    return float(level_within(start, after, covered, average=average))


def _expected(forecast: Forecast, figure: Observation, quantiles: Mapping[float, float]) -> float:
    """Published mean at the date of a figure; the median where an entry holds no mean."""
    year, covered = str(figure.year), share_covered(forecast.indicator, figure)
    if year not in forecast.means:
        return quantiles[0.5]
    after = forecast.means[year]
    if INDICATOR[forecast.indicator].flow:
        return covered * after
    return after if covered == 1.0 else _between(forecast, forecast.means[str(figure.year - 1)], after, covered)


def _underlying_at(forecast: Forecast, figure: Observation) -> tuple[float, float] | None:
    """Share of the variance at the date of a figure that comes from assumptions, and `Forecast.moved` there.

    None where nothing says it.

    Notes
    -----
    Which events of a year fall into its first part is chance too (beta-binomial, of the evenness k with which history
    is matched): a part c of a year's count n has a variance of c² Var(n) + c (1 - c) E[n (n + k)] / (1 + k), of which
    assumptions give c² of theirs. The variance of a level is taken to build up evenly over the year.
    """
    year, covered = str(figure.year), share_covered(forecast.indicator, figure)
    if year not in forecast.variance:
        return None
    whole, moved = forecast.variance[year], covered * forecast.moved[year]
    known = forecast.underlying[year] * whole
    if INDICATOR[forecast.indicator].flow:
        mean = forecast.means[year]
        spread = (whole + mean**2 + EVENNESS * mean) / (1.0 + EVENNESS)
        whole = covered**2 * whole + covered * (1.0 - covered) * spread
        known *= covered**2
    elif covered < 1.0:
        before = str(figure.year - 1)
        start = forecast.variance.get(before, 0.0)
        known = (1.0 - covered) * forecast.underlying.get(before, 0.0) * start + covered * known
        whole = (1.0 - covered) * start + covered * whole
        moved += (1.0 - covered) * forecast.moved.get(before, 0.0)
    return (known / whole, moved) if whole > 0.0 else None


def _policy(
    published: Published, one: Scored, spent: Mapping[tuple[int, int], Spent], effect: Effect
) -> float | None:
    """What the money spent otherwise than planned explains; None where it is not known for every year since the base.

    A figure within a year meets the money up to its month, or else the year's; a level then stands between what
    money does by the two year-ends, a flow takes its share of the year.
    """
    figure, covered = one.observation, share_covered(one.indicator, one.observation)
    moment = last_month(figure.year, figure.period)
    assert moment is not None
    ends = [(year, MONTHS_PER_YEAR) for year in range(published.base_year + 1, figure.year)]
    money = [spent.get(end) for end in ends] + [spent.get(moment) or spent.get((figure.year, MONTHS_PER_YEAR))]
    known = tuple(one for one in money if one)
    if len(known) < len(money):
        return None
    changes = effect(known)[one.indicator]
    before = 0.0 if INDICATOR[one.indicator].flow else changes.get(figure.year - 1, 0.0)
    return before + covered * (changes[figure.year] - before)
