"""The ledger: forecasts kept before the outturn is known, and their scores when it is."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from sim.domain import AVERAGES, INDICATOR, MONTHLY, MONTHS_PER_YEAR, YEAR_END, InputError, Observation, Problem
from sim.evidence.past_scores import INTERVALS, part_of_flow, point_score, weighted_interval_score
from sim.inputs.figures import OBSERVED, Mapped, last_month
from sim.inputs.text import flush

# -- The forecast ledger: published forecasts, frozen and chained by hashes, append-only -----------
# A ledger is a text file with one JSON entry a line. Each entry holds the hash of the one before it,
# so that nothing already published can be changed, dropped or slipped in without being noticed.

SCHEMA = "coopsim-ledger/2"
#: Entries of this form hold one share for all years and a straight line for the money; they say neither any more.
_EARLIER = "coopsim-ledger/1"
_EARLIER_ONLY = ("underlying", "per_billion")
_NOTHING_BEFORE = "0" * 64


@dataclass(frozen=True)
class Forecast:
    """One frozen series of one published scenario, as it was expected to be printed.

    Attributes
    ----------
    quantiles : {year as text: {level as text: value}}, base year first for stocks and averages
    means : {year as text: mean, as every page prints it}
    moved : {year as text: mean of what will be printed less that}, for the true base-year figure behind the printed one
    variance : {year as text: of the figure that will be printed}, in the unit squared
    underlying : {year as text: share of that year's variance that comes from assumptions, closed index}; the rest
        comes from events and errors of reporting, and what these do together with assumptions
    """

    indicator: str
    unit: str
    quantiles: Mapping[str, Mapping[str, float]]
    means: Mapping[str, float] = field(default_factory=dict)
    moved: Mapping[str, float] = field(default_factory=dict)
    variance: Mapping[str, float] = field(default_factory=dict)
    underlying: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Published:
    """One entry of the ledger.

    Attributes
    ----------
    vintage : when it was published (UTC)
    planned : {year as text: {line: tỷ đồng}} the money it assumed
    printed : {indicator: figure printed for the base year}, where naive rules start
    base_year : the last year with figures when it was made
    key : hashes of scenario, inputs and posterior
    province, definition : slug of the pack, and the scenario in full (YAML), to run it again with other money
    """

    vintage: str
    scenario: str
    label: Mapping[str, str]
    area_code: str
    base_year: int
    draws: int
    seed: int
    planned: Mapping[str, Mapping[str, float]]
    forecasts: tuple[Forecast, ...]
    key: Mapping[str, str]
    printed: Mapping[str, float] = field(default_factory=dict)
    province: str = ""
    definition: str = ""


@dataclass(frozen=True)
class Spent:
    """Money of one year after all [tỷ đồng]: `paid` out, or else given to the lines as a plan gives it."""

    billion: float
    paid: bool


def append(path: Path, published: Published) -> str:
    """Add an entry; what is there already is checked first and never rewritten.

    Returns
    -------
    str
        The entry's hash.

    Raises
    ------
    InputError
        When the ledger was changed by hand.
    """
    entries = _read(path)
    previous = entries[-1]["hash"] if entries else _NOTHING_BEFORE
    body = {"schema": SCHEMA, "previous": previous, **asdict(published)}
    digest = _digest(body)
    line = json.dumps({**body, "hash": digest}, ensure_ascii=False, sort_keys=True) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        flush(file.fileno())
    return digest


def entries_of(path: Path) -> tuple[Published, ...]:
    """Every entry of a ledger, oldest first.

    Raises
    ------
    InputError
        When there is no ledger, a line cannot be read or a hash does not fit.
    """
    if not path.is_file():
        raise InputError(Problem("ledger_missing", file=str(path)))
    found = []
    for entry in _read(path):
        fields = {name: entry[name] for name in Published.__dataclass_fields__ if name != "forecasts" and name in entry}
        dropped = _EARLIER_ONLY if entry["schema"] == _EARLIER else ()
        forecasts = ({name: value for name, value in one.items() if name not in dropped} for one in entry["forecasts"])
        found.append(Published(**fields, forecasts=tuple(Forecast(**forecast) for forecast in forecasts)))
    return tuple(found)


def _read(path: Path) -> list[dict[str, Any]]:
    """Entries as plain data, with the chain checked."""
    if not path.is_file():
        return []
    entries: list[dict[str, Any]] = []
    previous = _NOTHING_BEFORE
    # Only a newline ends an entry; a label may hold any other separator Unicode knows.
    lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            stated = entry.pop("hash")
            known = entry["schema"] in (SCHEMA, _EARLIER)
            intact = entry["previous"] == previous and _digest(entry) == stated and known
        except (ValueError, KeyError, AttributeError, TypeError):
            intact = False
        if not intact:
            raise InputError(Problem("ledger_changed", file=str(path), line=number))
        previous = stated
        entries.append({**entry, "hash": stated})
    return entries


def _digest(body: Mapping[str, Any]) -> str:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


# -- Scoring a published forecast against figures that arrived after it ----------------------------

#: The Cooperatives Law 2023 and the merged province: from here on counts are another series, and
#: figures of the old area stand for other boundaries (data README, traps 6 and 7).
LAW_BREAK, BOUNDARY_BREAK = (2024, 7), (2025, 7)
#: No page prints more: 4.4 million a month is 52.8 a year, not 52.800000000000004.
_DECIMALS = 6

SCORED, NOT_MAPPED, NOT_OBSERVED = "scored", "not_mapped", "not_observed"
OTHER_BOUNDARY, OUTSIDE = "other_boundary", "outside"


@dataclass(frozen=True)
class Scored:
    """One figure against what was published.

    Attributes
    ----------
    outcome : ``scored``, or why it was not
    law_break : the count was made under the new law
    expected, error : mean of the forecast, and figure minus it
    score, no_change, last_growth : weighted interval scores of ours and of two naive rules
    policy, one_off, underlying : parts of the error, which add up to it; None where the money really spent is not
        known, or nothing says what the year's range comes from
    """

    observation: Observation
    outcome: str
    indicator: str = ""
    value: float = 0.0
    law_break: bool = False
    quantiles: Mapping[float, float] | None = None
    expected: float = 0.0
    error: float = 0.0
    inside: bool = False
    score: float = 0.0
    no_change: float | None = None
    last_growth: float | None = None
    policy: float | None = None
    one_off: float | None = None
    underlying: float | None = None


#: What the years' money from the first projected one on changes in each mean, {indicator: {year: change}}.
Effect = Callable[[tuple[Spent, ...]], Mapping[str, Mapping[int, float]]]


def score(
    published: Published, figures: Sequence[Observation], terms: Mapping[str, Mapped], *,
    growth: Mapping[str, float], effect: Effect | None = None,
) -> list[Scored]:  # fmt: skip
    """Score every usable figure of a file; the others are listed with the reason.

    Parameters
    ----------
    terms : our indicator for each printed term
    growth : {indicator: last yearly growth before the forecast}, for the naive rule
    effect : the plan run again with the money spent, on the draws of the forecast; without it policy is not known

    Notes
    -----
    A figure within a year meets the forecast of that date: levels are interpolated between
    year-ends (averages geometrically), flows count for the share of the year they cover.

    The error is figure minus mean. Its policy part is what the money really spent changes in the mean. The rest lies
    with assumptions as far as the base year was miscounted, and is shared between luck and assumptions like the
    variance of that very year: what each of the two is expected to have given, knowing only their sum.
    """
    spent = _spent(published, figures)
    scored = (_score_one(published, one, terms, growth) for one in figures if one.entity != "budget")
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
    published: Published, figure: Observation, terms: Mapping[str, Mapped], growth: Mapping[str, float]
) -> Scored:
    moment = last_month(figure.year, figure.period)
    if moment is None or figure.status not in OBSERVED:
        return Scored(figure, NOT_OBSERVED)
    if figure.area_code != published.area_code or moment >= BOUNDARY_BREAK:
        return Scored(figure, OTHER_BOUNDARY)
    if figure.indicator not in terms:
        return Scored(figure, NOT_MAPPED)
    indicator = terms[figure.indicator].indicator
    forecast = next((one for one in published.forecasts if one.indicator == indicator), None)
    quantiles = _quantiles_at(forecast, figure) if forecast else None
    if forecast is None or quantiles is None:
        return Scored(figure, OUTSIDE, indicator)
    monthly = MONTHS_PER_YEAR if figure.unit == MONTHLY else 1.0
    value = round(figure.value * terms[figure.indicator].factor * monthly, _DECIMALS)
    low, high = INTERVALS[0]
    expected = _expected(forecast, figure, quantiles)
    naive = _naive(published, forecast, figure, value, growth.get(indicator))
    return Scored(
        figure, SCORED, indicator, value,
        law_break=moment >= LAW_BREAK and INDICATOR[indicator].count,
        quantiles=quantiles, expected=expected, error=value - expected,
        inside=quantiles[low] <= value <= quantiles[high],
        score=weighted_interval_score(quantiles, value), no_change=naive[0], last_growth=naive[1],
    )  # fmt: skip


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
    covered = year_share(figure)
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
    """A level within a year, between two year-ends."""
    if forecast.indicator in AVERAGES and start > 0.0 and after > 0.0:
        return float(start ** (1.0 - covered) * after**covered)
    return start + covered * (after - start)


def _expected(forecast: Forecast, figure: Observation, quantiles: Mapping[float, float]) -> float:
    """Published mean at the date of a figure; the median where an entry holds no mean."""
    year, covered = str(figure.year), year_share(figure)
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
    Which events of a year fall into its first part is chance too: a part c of a year's count n has a variance of
    c² Var(n) + c (1 - c) E(n), of which assumptions give c² of theirs. The variance of a level is taken to build up
    evenly over the year.
    """
    year, covered = str(figure.year), year_share(figure)
    if year not in forecast.variance:
        return None
    whole, moved = forecast.variance[year], covered * forecast.moved[year]
    known = forecast.underlying[year] * whole
    if INDICATOR[forecast.indicator].flow:
        whole = covered**2 * whole + covered * (1.0 - covered) * forecast.means[year]
        known *= covered**2
    elif covered < 1.0:
        before = str(figure.year - 1)
        start = forecast.variance.get(before, 0.0)
        known = (1.0 - covered) * forecast.underlying.get(before, 0.0) * start + covered * known
        whole = (1.0 - covered) * start + covered * whole
        moved += (1.0 - covered) * forecast.moved.get(before, 0.0)
    return (known / whole, moved) if whole > 0.0 else None


def year_share(figure: Observation) -> float:
    """For flows the share of the year a figure covers; for levels how far into the year it stands."""
    moment = last_month(figure.year, figure.period)
    assert moment is not None
    if figure.indicator.endswith(("_new", "_dissolved", "_exit")):
        if figure.period == "h2":
            return 0.5
        if figure.period.startswith("month-"):
            return 1.0 / MONTHS_PER_YEAR
    return moment[1] / MONTHS_PER_YEAR


def _naive(
    published: Published, forecast: Forecast, figure: Observation, value: float, growth: float | None
) -> tuple[float | None, float | None]:
    """Absolute errors of "no change" and "last growth rate" from the base year, where there is a level."""
    base = forecast.quantiles.get(str(published.base_year))
    if base is None:
        return None, None
    level = published.printed.get(forecast.indicator, base["0.5"])
    no_change = point_score(level, value)
    if growth is None:
        return no_change, None
    years = figure.year - 1 - published.base_year + year_share(figure)
    return no_change, point_score(level * (1.0 + growth) ** years, value)


def _policy(
    published: Published, one: Scored, spent: Mapping[tuple[int, int], Spent], effect: Effect
) -> float | None:
    """What the money spent otherwise than planned explains; None where it is not known for every year since the base.

    A figure within a year meets the money up to its month, or else the year's; a level then stands between what
    money does by the two year-ends, a flow takes its share of the year.
    """
    figure, covered = one.observation, year_share(one.observation)
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
