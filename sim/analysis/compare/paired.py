"""Paired differences on common draws, their errors, the order of scenarios by them, and what differs in the inputs."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.domain import (
    INDICATOR,
    REAL,
    TOGETHER,
    Indicator,
    Scenario,
    Subject,
    price_bases,
    steps,
)
from sim.ensemble import Z90, Array, Outcome, Result, apart, monte_carlo_error, sample_worth, sorted_quantiles

if TYPE_CHECKING:
    import pandas as pd

#: Resamples of a bootstrap: enough for a standard error to some percent.
RESAMPLES = 200
#: Standard errors by which things must differ before they are distinguished, everywhere.
CRITICAL_VALUE = 3.0
#: Share of draws that must lie on the side of the mean before a difference is told as higher or lower: a few far draws
#: make a mean that most futures contradict, and a planner meets one future.
CLEAR_SHARE = 0.6


@dataclass(frozen=True)
class Estimate:
    """What the draws give and its standard error, in its own unit."""

    value: float
    error: float

    @property
    def distinguished(self) -> bool:
        """Whether it is distinguished as above zero."""
        return self.value > CRITICAL_VALUE * self.error

    @property
    def low(self) -> float:
        """Lower end of the 80 % interval of something that cannot be negative: below zero only by noise."""
        return max(0.0, self.value - Z90 * self.error)

    @property
    def high(self) -> float:
        """Upper end of the 80 % interval."""
        return max(0.0, self.value + Z90 * self.error)


def mean_estimate(values: Array, effective_draws: float = np.inf) -> Estimate:
    """Mean of draws with its Monte Carlo error, in their unit.

    Parameters
    ----------
    values : (draw)
    effective_draws : equal-weight draws the sample of the posterior is worth
    """
    return Estimate(float(values.mean()), float(monte_carlo_error(values, effective_draws)))


def share_error(share: float, draws: float, effective_draws: float = np.inf) -> float:
    """Monte Carlo error of a share of draws: that of a binomial proportion."""
    return float(np.sqrt(share * (1.0 - share) / sample_worth(draws, effective_draws)))


def bootstrap_weights(draws: int, *, seed: int, resamples: int = RESAMPLES) -> NDArray[np.float32]:
    """Bootstrap: how often each draw stands in each resample, (resample, draw).

    One set of weights serves every estimate from the same draws, so that estimates stay comparable.
    """
    rng = np.random.default_rng(seed)
    weights = np.empty((resamples, draws), dtype=np.float32)
    for row in weights:
        row[:] = np.bincount(rng.integers(0, draws, draws), minlength=draws)
    return weights


def bootstrap_error(resampled: Array, draws: int, effective_draws: float = np.inf) -> float:
    """Bootstrap standard error of an estimate, larger where the draws are worth fewer (conditioned on history).

    Parameters
    ----------
    resampled : (resample) the estimate of each resample
    draws : number of draws resampled
    effective_draws : equal-weight draws the sample of the posterior is worth
    """
    return float(resampled.std()) * float(np.sqrt(draws / sample_worth(draws, effective_draws)))


COMPARE_COLUMNS = (
    "reference", "scenario", "indicator", "area", "year", "unit", "price_basis",
    "mean", "p10", "p50", "p90", "p_better", "mcse",
)  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """Scenario minus reference, draw by draw, of one indicator in one year and area.

    Attributes
    ----------
    mean, p10, p50, p90, mcse : of the difference, in the indicator's unit
    p_better : P(better) + half P(equal); None where neither direction is better
    identical : True when every draw is equal
    distinguished : True when it may be told as higher or lower: the mean is beyond three Monte Carlo errors and more
        than three fifths of the draws lie on its side (equal ones count half)
    subject : the question it answers, where that is known
    """

    mean: float
    p10: float
    p50: float
    p90: float
    mcse: float
    p_better: float | None
    identical: bool
    distinguished: bool
    subject: Subject | None = field(default=None, compare=False, repr=False)


def paired_difference(difference: Array, better: int, effective_draws: float = np.inf) -> Difference:
    """Paired difference on common draws: its mean, range, Monte Carlo error and share of draws in which it is better.

    Parameters
    ----------
    difference : (draw) as `apart` takes it, in the unit of the figure
    better : 1 where more is better, -1 where less is, 0 where neither
    effective_draws : equal-weight draws the sample of the posterior is worth
    """
    p10, p50, p90 = sorted_quantiles(difference, (0.1, 0.5, 0.9))
    mean, error = float(difference.mean()), float(monte_carlo_error(difference, effective_draws))
    higher = float((difference > 0).mean() + 0.5 * (difference == 0).mean())
    on_its_side = higher if mean > 0 else 1.0 - higher
    return Difference(
        mean=mean, p10=float(p10), p50=float(p50), p90=float(p90), mcse=error,
        p_better=(higher if better > 0 else 1.0 - higher) if better else None,
        identical=bool((difference == 0).all()),
        distinguished=abs(mean) > CRITICAL_VALUE * error and on_its_side > CLEAR_SHARE,
    )  # fmt: skip


def outcome_of(indicator: str, year: int) -> Outcome:
    """An outcome in the price basis plans are compared in: money without inflation."""
    return Outcome(indicator, year, REAL if INDICATOR[indicator].money else "")


def indicator_difference(indicator: str, difference: Array, effective_draws: float = np.inf) -> Difference:
    """`paired_difference` of one indicator, (draw) in its unit; the indicator says which direction is better."""
    return paired_difference(difference, INDICATOR[indicator].better, effective_draws)


def difference(
    result: Result, reference: str, scenario: str, indicator: str, *, year: int, price_basis: str = "", area: str = ""
) -> Difference:
    """Paired difference of one indicator in one year, scenario minus reference, in the indicator's unit.

    Parameters
    ----------
    price_basis : of money; blank for all else
    area : code; default the whole province
    """
    place = result.areas.index(area) if area else -1
    row = year - result.province.base_year - 1
    slugs = scenario, reference
    ours, theirs = (result.series(slug, indicator, price_basis, slice(row, row + 1))[0, place] for slug in slugs)
    named = result.run_of(scenario).scenario, result.run_of(reference).scenario
    found = indicator_difference(indicator, apart(ours, theirs), result.effective_draws)
    return replace(found, subject=Subject("difference", indicator, year, price_basis, *named, area=area))


def outcome_difference(
    outcome: Outcome, difference: Array, scenario: Scenario, reference: Scenario, effective_draws: float = np.inf
) -> Difference:
    """`indicator_difference` of an outcome under a scenario minus that under a reference, (draw) in its unit."""
    found = indicator_difference(outcome.indicator, difference, effective_draws)
    named = outcome.indicator, outcome.year, outcome.price_basis
    return replace(found, subject=Subject("difference", *named, scenario, reference))


def with_companions(indicators: Sequence[str], published: Sequence[Indicator]) -> tuple[Indicator, ...]:
    """Indicators in published order; none of those that mislead alone comes without the others.

    An average may fall although every HTX grows, when many small ones join: average, total and
    the three parts of growth are always shown side by side.

    Parameters
    ----------
    indicators : ids wanted; none means all
    published : those of the data pack
    """
    wanted = set(indicators) or {indicator.id for indicator in published}
    for group in TOGETHER:
        if wanted & group:
            wanted |= group
    return tuple(indicator for indicator in published if indicator.id in wanted)


def default_years(result: Result) -> tuple[int, ...]:
    """The first projected year and the last."""
    return tuple(sorted({result.province.planning_year, result.years[-1]}))


def compare_rows(
    result: Result, reference: str, *, years: Sequence[int] = (), indicators: Sequence[str] = ()
) -> Iterator[tuple[object, ...]]:
    """Rows of `coopsim compare`: every other scenario of the result against the reference.

    Parameters
    ----------
    years : default the first projected year and the last
    indicators : ids; default all. Those that must stand together come together.
    """
    for scenario in result.scenarios:
        if scenario == reference:
            continue
        for indicator in with_companions(indicators, result.province.indicators):
            for area in result.areas:
                for year in years or default_years(result):
                    for basis in price_bases(indicator):
                        found = difference(
                            result, reference, scenario, indicator.id, year=year, price_basis=basis, area=area
                        )
                        yield (
                            reference, scenario, indicator.id, area, year, indicator.unit, basis,
                            found.mean, found.p10, found.p50, found.p90, found.p_better, found.mcse,
                        )  # fmt: skip


def compare(
    result: Result, reference: str, *, years: Sequence[int] = (), indicators: Sequence[str] = ()
) -> "pd.DataFrame":
    """`compare_rows` as a pandas frame."""
    import pandas as pd

    scenarios = [scenario for scenario in result.scenarios if scenario != reference]
    pairs = (result.only([reference, scenario]) for scenario in steps(scenarios))
    rows = [row for pair in pairs for row in compare_rows(pair, reference, years=years, indicators=indicators)]
    return pd.DataFrame.from_records(rows, columns=list(COMPARE_COLUMNS))


# -- The order of scenarios; those the draws do not distinguish share their ranks ------------------


@dataclass(frozen=True)
class Rank:
    """Ranks a scenario shares with those it is not distinguished from; 1 is the highest figure.

    Attributes
    ----------
    first, last : equal when the scenario stands alone
    highest, lowest : in the first or last group, where there is more than one group
    """

    first: int
    last: int
    highest: bool = False
    lowest: bool = False


def ranks(
    draws: Mapping[str, Array], figures: Mapping[str, float], *, effective_draws: float = np.inf, chance: bool = False
) -> dict[str, Rank]:
    """Rank of each scenario by one figure, highest first.

    Parameters
    ----------
    draws : {scenario: (draw)}, of common draws
    figures : {scenario: the figure printed}, which sets the order
    chance : True where draws say whether something happens: most are equal, and their error alone tells them apart

    Notes
    -----
    A scenario joins a group while its paired difference from the group's first one is not
    distinguished from zero: both ends of a group may then differ from a third scenario differently,
    but never from its first.
    """
    order = sorted(draws, key=lambda name: (-figures[name], name))
    groups: list[list[str]] = []
    for name in order:
        behind = paired_difference(apart(draws[groups[-1][0]], draws[name]), 1, effective_draws) if groups else None
        if behind is None or (
            behind.mean > CRITICAL_VALUE * behind.mcse if chance else behind.mean > 0 and behind.distinguished
        ):
            groups.append([name])
        else:
            groups[-1].append(name)
    found: dict[str, Rank] = {}
    before, several = 0, len(groups) > 1
    for group in groups:
        highest, lowest = several and group is groups[0], several and group is groups[-1]
        rank = Rank(before + 1, before + len(group), highest, lowest)
        found |= dict.fromkeys(group, rank)
        before += len(group)
    return found
