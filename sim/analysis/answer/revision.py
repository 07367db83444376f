"""What moved since the forecast before, and why: base figures, rates, prices and plan, each with its Shapley value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from math import factorial

import numpy as np

from sim import domain
from sim.analysis.answer.scenario import Range, ranges
from sim.ensemble import Array, Result, monte_carlo_error, run
from sim.evidence import Knowledge

#: What may have moved, in the order it is told.
BASE, RATES, PRICES, PLAN = CAUSES = ("base", "rates", "prices", "plan")


@dataclass(frozen=True)
class Part:
    """One cause's part of a move, with its Monte Carlo error, in the unit of the figure."""

    mean: float
    mcse: float


@dataclass(frozen=True)
class Revised:
    """One figure as it was forecast before and as it is now.

    Attributes
    ----------
    before, after : means and ranges; their means differ by the sum of the parts
    parts : {cause of `CAUSES`: its part}; those that can move nothing are left out
    """

    indicator: str
    year: int
    before: Range
    after: Range
    parts: Mapping[str, Part]


@dataclass(frozen=True)
class Revision:
    """What a newer start makes of an older forecast.

    Attributes
    ----------
    before, after : base years
    figures : by indicator and year
    """

    scenario: domain.Scenario
    before: int
    after: int
    figures: tuple[Revised, ...]

    def of(self, indicator: str) -> tuple[Revised, ...]:
        """One indicator's figures, by year."""
        return tuple(one for one in self.figures if one.indicator == indicator)


def revision(
    old: Knowledge, new: Knowledge, scenario: domain.Scenario, *, draws: int, seed: int,
    planned: domain.Scenario | None = None,
) -> Revision:  # fmt: skip
    """Shapley decomposition of how a forecast moved between two base years, over the years both project.

    Parameters
    ----------
    old, new : what was known before and what is known now, of the same boundaries
    scenario : as it is now
    planned : the scenario as it was, where its plan has changed since

    Notes
    -----
    A mean is worked out for every mixture of old and new causes, on the same draws: where a projection starts, which
    rates and other assumptions it runs on, how far the prices of the years between rose, and what was planned. Each
    cause gets what it adds, averaged over every order they may come in, so that the parts add up. A newer start is
    printed in money of its own year: prices then move nothing.
    """
    mixtures = _Mixtures(old, new, scenario, planned or scenario, draws=draws, seed=seed)
    causes = tuple(one for one in CAUSES if one != PLAN or planned is not None)
    figures = []
    for row in _moved(old, new):
        for year in scenario.years(new.province.base_year):
            figures.append(mixtures.revised(row, year, causes))
    return Revision(scenario, old.province.base_year, new.province.base_year, tuple(figures))


def _moved(old: Knowledge, new: Knowledge) -> Iterator[domain.Indicator]:
    wanted = {*domain.HEADLINE, "htx_founded", "htx_registered"}
    yield from (one for one in new.province.indicators if one.id in wanted and one in old.province.indicators)


class _Mixtures:
    """Projections under mixtures of old and new causes, each made once."""

    def __init__(
        self, old: Knowledge, new: Knowledge, scenario: domain.Scenario, planned: domain.Scenario, *, draws: int,
        seed: int,
    ) -> None:  # fmt: skip
        self._old, self._new, self._scenario, self._planned = old, new, scenario, planned
        self._run = cache(self._project)
        self._draws, self._seed = draws, seed

    def _project(self, base: bool, rates: bool, plan: bool) -> Result:
        start, known = (self._new if base else self._old), (self._new if rates else self._old)
        entries = {**start.register.entries, **known.register.entries}
        posterior = known.posterior
        if base != rates:  # events of a year and true base figures belong to one start; what they taught of rates stays
            posterior = replace(posterior, events={}, latent={})
        scenario = replace(self._scenario if plan else self._planned, slug=self._scenario.slug)
        return run(
            start.province, domain.Register(entries), [scenario], draws=self._draws, seed=self._seed,
            posterior=posterior if posterior.ids else None,
        )  # fmt: skip

    def draws(self, row: domain.Indicator, year: int, new: frozenset[str]) -> Array:
        """Draws of a level under a mixture, (draw), nominal."""
        result = self._run(BASE in new, RATES in new, PLAN in new)
        slug, basis = self._scenario.slug, domain.NOMINAL if row.money else ""
        at = year - result.years[0] - 1
        values = result.series(slug, row.id, basis)[at, -1]
        if row.money and PRICES in new and BASE not in new:
            values = values * self._prices(result)
        return values

    def _prices(self, result: Result) -> Array:
        """Actual over assumed price level of the years between the two starts, (draw)."""
        years = self._new.province.base_year - self._old.province.base_year
        actual = np.prod(1.0 + np.array(self._new.calibration.inflation[-years:]))
        assumed = result.runs[0].prices[years - 1] * self._old.province.deflator
        return np.asarray(actual / assumed)

    def revised(self, row: domain.Indicator, year: int, causes: tuple[str, ...]) -> Revised:
        """One figure with its parts."""
        found = {
            names: self.draws(row, year, frozenset(names))
            for size in range(len(causes) + 1)
            for names in combinations(causes, size)
        }
        worth = self._new.posterior.effective if self._new.posterior.ids else np.inf
        parts = {}
        for cause in causes:
            moved = sum(
                (factorial(len(names)) * factorial(len(causes) - len(names) - 1) / factorial(len(causes)))
                * (found[tuple(one for one in causes if one in names or one == cause)] - draws)
                for names, draws in found.items()
                if cause not in names
            )
            parts[cause] = Part(float(np.mean(moved)), float(monte_carlo_error(np.asarray(moved), worth)))
        if not row.money:
            parts.pop(PRICES, None)
        ends = (self._range(row, year, new=False), self._range(row, year, new=True))
        return Revised(row.id, year, *ends, parts)

    def _range(self, row: domain.Indicator, year: int, *, new: bool) -> Range:
        """Mean of the model and range of what will be printed, as every page tells them."""
        basis = domain.NOMINAL if row.money else ""
        (found,) = ranges(self._run(new, new, new), self._scenario.slug, row.id, basis, [year])
        return found if new else replace(found, subject=None)
