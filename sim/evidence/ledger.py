"""The ledger: forecasts kept before the outturn is known, and their scores when it is."""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sim.domain import AVERAGES, INDICATOR, MONTHLY, MONTHS_PER_YEAR, YEAR_END, InputError, Observation, Problem
from sim.evidence.past_scores import INTERVALS, part_of_flow, point_score, weighted_interval_score
from sim.inputs.figures import OBSERVED, Mapped, last_month

# -- The forecast ledger: published forecasts, frozen and chained by hashes, append-only -----------
# A ledger is a text file with one JSON entry a line. Each entry holds the hash of the one before it,
# so that nothing already published can be changed, dropped or slipped in without being noticed.

SCHEMA = "coopsim-ledger/1"
_NOTHING_BEFORE = "0" * 64


@dataclass(frozen=True)
class Forecast:
    """One frozen series of one published scenario, as it was expected to be printed.

    Attributes
    ----------
    quantiles : {year as text: {level as text: value}}, base year first for stocks and averages
    underlying : share of the range that comes from assumptions rather than from one-off events
    per_billion : {line: change of the mean for one more tỷ a year on it, by year as text}
    """

    indicator: str
    unit: str
    quantiles: Mapping[str, Mapping[str, float]]
    underlying: float
    per_billion: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Published:
    """One entry of the ledger.

    Attributes
    ----------
    vintage : when it was published (UTC)
    planned : {year as text: {line: tỷ đồng}} the money it assumed
    printed : {indicator: figure printed for the base year}, where naive rules start
    base_year : the last year with figures when it was made
    key : hashes of inputs, posterior and code
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
        os.fsync(file.fileno())
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
        fields = {name: entry[name] for name in Published.__dataclass_fields__ if name != "forecasts"}
        found.append(Published(**fields, forecasts=tuple(Forecast(**forecast) for forecast in entry["forecasts"])))
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
            intact = entry["previous"] == previous and _digest(entry) == stated and entry["schema"] == SCHEMA
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
    error : figure minus median
    score, no_change, last_growth : weighted interval scores of ours and of two naive rules
    policy, one_off, underlying : parts of the error; None where the money really spent is not known
    """

    observation: Observation
    outcome: str
    indicator: str = ""
    value: float = 0.0
    law_break: bool = False
    quantiles: Mapping[float, float] | None = None
    error: float = 0.0
    inside: bool = False
    score: float = 0.0
    no_change: float | None = None
    last_growth: float | None = None
    policy: float | None = None
    one_off: float = 0.0
    underlying: float = 0.0


def score(
    published: Published, figures: Sequence[Observation], terms: Mapping[str, Mapped], *, growth: Mapping[str, float]
) -> list[Scored]:
    """Score every usable figure of a file; the others are listed with the reason.

    Parameters
    ----------
    terms : our indicator for each printed term
    growth : {indicator: last yearly growth before the forecast}, for the naive rule

    Notes
    -----
    A figure within a year meets the forecast of that date: levels are interpolated between
    year-ends (averages geometrically), flows count for the share of the year they cover.
    """
    spent = {
        figure.year: figure.value  # tỷ đồng really spent, where the file holds it
        for figure in figures
        if figure.entity == "budget" and figure.indicator == "support_budget_total" and figure.status in OBSERVED
        and figure.area_code == published.area_code and figure.period in YEAR_END
    }  # fmt: skip
    return [_score_one(published, figure, terms, growth, spent) for figure in figures if figure.entity != "budget"]


def _score_one(
    published: Published,
    figure: Observation,
    terms: Mapping[str, Mapped],
    growth: Mapping[str, float],
    spent: Mapping[int, float],
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
    error = value - quantiles[0.5]
    policy = _policy(published, forecast, figure, spent)
    rest = error - (policy or 0.0)
    naive = _naive(published, forecast, figure, value, growth.get(indicator))
    return Scored(
        figure, SCORED, indicator, value,
        law_break=moment >= LAW_BREAK and INDICATOR[indicator].count,
        quantiles=quantiles, error=error, inside=quantiles[low] <= value <= quantiles[high],
        score=weighted_interval_score(quantiles, value), no_change=naive[0], last_growth=naive[1],
        policy=policy, one_off=(1.0 - forecast.underlying) * rest, underlying=forecast.underlying * rest,
    )  # fmt: skip


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
    between = {}
    for level, after in year.items():
        start = before[level]
        geometric = forecast.indicator in AVERAGES and start > 0.0 and after > 0.0
        linear = start + covered * (after - start)
        between[float(level)] = float(start ** (1.0 - covered) * after**covered) if geometric else linear
    return between


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


def _policy(published: Published, forecast: Forecast, figure: Observation, spent: Mapping[int, float]) -> float | None:
    """What the money spent otherwise than planned explains, split over the lines as planned.

    A flow answers to its own year's money; a level to the money of all years since the base, and
    within a year it stands between the two year-ends.
    """
    covered = year_share(figure)
    if INDICATOR[forecast.indicator].flow:
        effect = _effect_of_money(published, forecast, range(figure.year, figure.year + 1), spent)
        return None if effect is None else covered * effect
    now = _effect_of_money(published, forecast, range(published.base_year + 1, figure.year + 1), spent)
    before = _effect_of_money(published, forecast, range(published.base_year + 1, figure.year), spent)
    if now is None or before is None:
        return None
    return before + covered * (now - before)


def _effect_of_money(
    published: Published, forecast: Forecast, years: range, spent: Mapping[int, float]
) -> float | None:
    """Effect in the last of some years of the mean yearly money spent more than planned; None where unknown."""
    if not years:
        return 0.0
    plans = [published.planned.get(str(year)) for year in years]
    if any(year not in spent for year in years) or not all(plans):
        return None
    totals = [sum(plan.values()) for plan in plans if plan]
    more = sum(spent[year] - total for year, total in zip(years, totals, strict=True)) / len(years)
    last = plans[-1] or {}
    shares = {line: (money / totals[-1] if totals[-1] else 1.0 / len(last)) for line, money in last.items()}
    return more * sum(share * forecast.per_billion[line].get(str(years[-1]), 0.0) for line, share in shares.items())
