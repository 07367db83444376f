"""Scoring rules, hindcast and posterior predictive checks: what the past says of the printed ranges."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from sim.domain import END, GROWTH, Calibration, Match, Register
from sim.ensemble import QUANTILES, Array
from sim.evidence.conditioning import LEAST_EFFECTIVE, Effort, condition, resample
from sim.evidence.past import LATENT, Past

# -- Scoring rules for forecasts: smaller is better, and honesty is the best policy under each of them ---

#: Central intervals published, as their two quantiles; their coverage is the difference.
INTERVALS = ((0.1, 0.9), (0.25, 0.75))
#: Effort of a check on the past: half the draws of the published posterior are plenty for quantiles of one year.
CHECK_EFFORT = Effort(fit_size=1 << 16, size=1 << 17, rows=1 << 14, wanted=LEAST_EFFECTIVE)


def interval_score(low: float, high: float, outturn: float, coverage: float) -> float:
    """Interval score: width, plus 2/alpha times how far the outturn lies outside, in the unit of the outturn.

    Parameters
    ----------
    low, high : ends of the central interval
    coverage : of the interval, in (0, 1)

    Notes
    -----
    Gneiting and Raftery 2007; alpha = 1 - coverage.
    """
    alpha = 1.0 - coverage
    return (high - low) + 2.0 / alpha * (max(low - outturn, 0.0) + max(outturn - high, 0.0))


def weighted_interval_score(quantiles: Mapping[float, float], outturn: float) -> float:
    """Weighted interval score of published quantiles, in the unit of the outturn.

    Parameters
    ----------
    quantiles : {0.1, 0.25, 0.5, 0.75, 0.9: value}

    Notes
    -----
    Bracher et al. 2021: the median's absolute error and alpha/2 times each interval score,
    over K + 1/2.
    """
    score = 0.5 * abs(outturn - quantiles[0.5])
    for low, high in INTERVALS:
        coverage = high - low
        score += 0.5 * (1.0 - coverage) * interval_score(quantiles[low], quantiles[high], outturn, coverage)
    return score / (len(INTERVALS) + 0.5)


def point_score(forecast: float, outturn: float) -> float:
    """The weighted interval score of a forecast without a range: its absolute error."""
    return abs(outturn - forecast)


def probability_integral_transform(draws: Array, outturn: float) -> float:
    """Probability integral transform: share of draws (draw) below the outturn, ties half; uniform when it is right."""
    return float((draws < outturn).mean() + 0.5 * (draws == outturn).mean())


def covered(low: Array, high: Array, truth: Array) -> float:
    """Coverage: share of truths inside their interval, all of shape (truth); those on an end count half.

    Notes
    -----
    The quantiles of a count are whole numbers that many truths hit: with both ends counted an honest range
    holds more than it says, with neither less.
    """
    return float((0.5 * ((low <= truth) & (truth <= high)) + 0.5 * ((low < truth) & (truth < high))).mean())


#: How evenly a year's events spread over it (`part_year_concentration` of the register).
EVENNESS = 12.0


def part_of_flow(year: Mapping[float, float], share: float, evenness: float = EVENNESS) -> dict[float, float]:
    """Quantiles of a count over a share of the year, {level: whole number}, from those of the whole year's count.

    Notes
    -----
    Beta-binomial thinning, as history is matched (`part_of_year`): a part varies more than a share of the year
    does. The two spreads add in quadrature on each side of the median.
    """
    middle = share * year[0.5]
    luck = (1.0 - share) * middle * (evenness + year[0.5]) / (evenness + 1.0)

    def moved(level: float, value: float) -> float:
        apart = np.hypot(share * value - middle, ndtri(level) * np.sqrt(luck))
        return float(np.rint(max(0.0, middle + np.sign(level - 0.5) * apart)))

    return {level: moved(level, value) for level, value in year.items()}


# -- Hindcast: the last year of history predicted from the years before it, against two naive rules ---

@dataclass(frozen=True)
class Hindcast:
    """One figure of the last year of history, predicted without that year.

    Attributes
    ----------
    match : the figure as printed
    quantiles : {level: forecast made without that year}
    score : weighted interval score, in the figure's unit
    no_change, last_growth : the same for two naive rules; None where the past holds too little
    """

    match: Match
    quantiles: Mapping[float, float]
    score: float
    no_change: float | None
    last_growth: float | None

    @property
    def inside(self) -> bool:
        """Whether the printed figure lies in the 80 % range."""
        low, high = INTERVALS[0]
        return self.quantiles[low] <= self.match.value <= self.quantiles[high]


def hindcast(calibration: Calibration, register: Register, *, seed: int = 0) -> tuple[Hindcast, ...]:
    """Hindcast: predict the last year of history from the years before it.

    The printed figure is predicted as latent value times reporting error, as every outturn is.
    """
    last = calibration.years[-1]
    known, whole = Past(calibration.until(last - 1), register), Past(calibration, register)
    rng = np.random.default_rng([seed, last])
    weighted = condition(known, known.observed, effort=CHECK_EFFORT, rng=rng)
    scores = weighted.taken(resample(weighted, CHECK_EFFORT.rows, rng))
    printed = whole.sample_observations(whole.predictions(scores), rng)
    found = []
    for match in calibration.matches:
        if match.year != last or match.kind not in (END, GROWTH) or match.indicator not in LATENT:
            continue
        quantiles = {level: float(np.quantile(printed[match.id], level)) for level in QUANTILES}
        naive = _naive(calibration, match)
        found.append(Hindcast(match, quantiles, weighted_interval_score(quantiles, match.value), *naive))
    return tuple(found)


def _naive(calibration: Calibration, match: Match) -> tuple[float | None, float | None]:
    """Scores of "no change" and "last growth rate", from the latest earlier figures of the series."""
    if match.kind != END:
        return None, None
    levels = [other for other in calibration.matches if other.indicator == match.indicator and other.kind != GROWTH]
    earlier = [other for other in levels if other.year < match.year]
    if not earlier:
        return None, None
    latest = earlier[-1]
    no_change = point_score(latest.value, match.value)
    if len(earlier) < 2:
        return no_change, None
    before = earlier[-2]
    years = _moment(latest) - _moment(before)
    ahead = _moment(match) - _moment(latest)
    growth = (latest.value / before.value) ** (ahead / years) if years else 1.0
    return no_change, point_score(latest.value * growth, match.value)


def _moment(match: Match) -> float:
    """When a figure stands, in years: the middle of its year or its end."""
    return match.year + (1.0 if match.kind == END else 0.5)


# -- What the model says the printed figures should have been, before and after seeing them --------

@dataclass(frozen=True)
class Predictive:
    """Where one printed figure falls among what the model would have printed.

    Attributes
    ----------
    rank : share of predictions below it
    p10, p50, p90 : of the predictions
    """

    match: Match
    rank: float
    p10: float
    p50: float
    p90: float

    @property
    def tail(self) -> float:
        """Two-sided share of predictions at least as far out."""
        return 2.0 * min(self.rank, 1.0 - self.rank)


def prior_predictive(past: Past, *, seed: int = 0) -> tuple[Predictive, ...]:
    """Prior predictive check: every figure against what the assumptions alone would have printed."""
    rng = np.random.default_rng([seed, 3])
    return _against(past, rng.standard_normal((past.dimensions, CHECK_EFFORT.rows)), rng)


def posterior_predictive(past: Past, *, seed: int = 0) -> tuple[Predictive, ...]:
    """Posterior predictive check: every figure against what the conditioned model would print again."""
    rng = np.random.default_rng([seed, 4])
    weighted = condition(past, past.observed, effort=CHECK_EFFORT, rng=rng)
    return _against(past, weighted.taken(resample(weighted, CHECK_EFFORT.rows, rng)), rng)


def _against(past: Past, scores: Array, rng: np.random.Generator) -> tuple[Predictive, ...]:
    printed = past.sample_observations(past.predictions(scores), rng)
    found = []
    for match in past.calibration.matches:
        p10, p50, p90 = (float(value) for value in np.quantile(printed[match.id], (0.1, 0.5, 0.9)))
        rank = probability_integral_transform(printed[match.id], match.value)
        found.append(Predictive(match, rank, p10, p50, p90))
    return tuple(found)


def impossible(series: Mapping[str, Array]) -> dict[str, int]:
    """Draws that break a hard limit, by limit: there should be none."""
    active, registered = series["htx_active"], series["htx_registered"]
    broken = {
        "negative_stock": (active < 0) | (registered < active),
        "income_not_positive": series["htx_worker_income"] <= 0,
        "revenue_not_positive": series["htx_revenue"] <= 0,
        "unions_over_registered": series["lhhtx_member_htx"] > registered,
        "workers_negative": series["htx_workers"] < 0,
        "not_finite": ~np.isfinite(series["htx_revenue"]),
    }
    return {name: int(cases.sum()) for name, cases in broken.items()}
