"""Labelled results: every published series of every scenario, draw by draw.

Series are kept real and nominal ones are made when asked for, so that money is stored once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.domain.indicators import INDICATOR, REAL
from sim.domain.parameters import Register
from sim.domain.scenario import Province, Scenario
from sim.domain.units import MILLION_PER_BILLION
from sim.ensemble.areas import add_areas, all_areas, base_figures
from sim.ensemble.start import base_stocks
from sim.ensemble.statistics import SUMMARY_COLUMNS, summary_rows

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.floating]

ALL_AREAS = "all"
_PERCENT = 100.0
#: Growth decompositions: published id, the model's series, and whether inflation belongs to it.
_GROWTH = {
    "htx_like_for_like": "growth",
    "htx_catch_up": "catch_up",
    "htx_composition": "composition",
    "htx_income_like_for_like": "income_growth",
    "htx_income_composition": "income_composition",
}
_LIKE_FOR_LIKE = {"htx_like_for_like", "htx_income_like_for_like"}


@dataclass(frozen=True)
class BlockRun:
    """What one block of one scenario yields.

    Attributes
    ----------
    series : {name: (year, area, draw)}, real
    prices : (year, draw) price index
    spending : (year, line, draw) real money over reference funding
    clipped : (draw) how often a probability was cut to 1
    parameters : {assumption id: (draw)} under the scenario's world
    start_workers : (area, draw) regular workers in the base year
    """

    series: Mapping[str, Array]
    prices: Array
    spending: Array
    clipped: Array
    parameters: Mapping[str, Array]
    start_workers: Array


@dataclass(frozen=True)
class ScenarioRun:
    """A scenario's series over all draws; the same fields as its blocks'."""

    scenario: Scenario
    series: Mapping[str, Array]
    prices: Array
    spending: Array
    clipped: Array
    parameters: Mapping[str, Array]
    start_workers: Array

    @classmethod
    def join(cls, scenario: Scenario, parts: Sequence[BlockRun]) -> ScenarioRun:
        """One run of its blocks, in order."""
        first = parts[0]
        if len(parts) == 1:
            return cls(scenario, **vars(first))
        return cls(
            scenario=scenario,
            series={name: np.concatenate([part.series[name] for part in parts], axis=-1) for name in first.series},
            prices=np.concatenate([part.prices for part in parts], axis=-1),
            spending=np.concatenate([part.spending for part in parts], axis=-1),
            clipped=np.concatenate([part.clipped for part in parts]),
            parameters={key: np.concatenate([part.parameters[key] for part in parts]) for key in first.parameters},
            start_workers=np.concatenate([part.start_workers for part in parts], axis=-1),
        )

    def values(self, indicator: str, price_basis: str = "") -> Array:
        """One published series, (year, area, draw), years after the base year only.

        Parameters
        ----------
        indicator : id of `sim.domain.indicators`, or ``lhhtx_founded`` (behind the union target)
        price_basis : ``nominal`` (default for money) or ``real_2023``
        """
        if indicator in _GROWTH:
            return self._growth(indicator, nominal=price_basis != REAL)
        if indicator == "htx_revenue_total":
            average = self.values("htx_revenue", price_basis)
            return average * self.series["htx_active"] / MILLION_PER_BILLION
        values = self.series[indicator]
        money = indicator in INDICATOR and INDICATOR[indicator].money
        return values * self.prices[:, None, :] if money and price_basis != REAL else values

    def _growth(self, indicator: str, *, nominal: bool) -> Array:
        """A part of an average's growth [%/yr]; with inflation, nominal growth of each part's own money.

        Like-for-like carries inflation, 100(G(1+pi) - 1); the others are scaled by it, so that the
        parts add up to the growth of the average in both price bases.
        """
        real = self.series[_GROWTH[indicator]]
        if not nominal:
            return _PERCENT * real
        inflation = 1.0 + self.parameters["inflation"]
        if indicator in _LIKE_FOR_LIKE:
            return _PERCENT * ((1.0 + real) * inflation - 1.0)
        return _PERCENT * real * inflation


@dataclass(frozen=True)
class Result:
    """Scenarios projected on common draws.

    Attributes
    ----------
    runs : one per scenario, in the order asked
    draws, seed : of the run; equal seeds are common random numbers
    effective_draws : equal-weight draws the sample is worth (smaller when it was conditioned)
    """

    province: Province
    register: Register
    runs: tuple[ScenarioRun, ...]
    draws: int
    seed: int
    effective_draws: float = np.inf

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Slugs, in order."""
        return tuple(run.scenario.slug for run in self.runs)

    @property
    def years(self) -> tuple[int, ...]:
        """Base year and every projected year."""
        return tuple(range(self.province.base_year, self.runs[0].scenario.horizon + 1))

    @property
    def areas(self) -> tuple[str, ...]:
        """Area codes, and ``all`` where there is more than one."""
        codes = tuple(area.code for area in self.province.areas)
        return codes if len(codes) == 1 else (*codes, ALL_AREAS)

    def run_of(self, scenario: str) -> ScenarioRun:
        """The run of one scenario.

        Raises
        ------
        KeyError
            When the scenario was not projected.
        """
        for run in self.runs:
            if run.scenario.slug == scenario:
                return run
        raise KeyError(scenario)

    def only(self, scenarios: Sequence[str]) -> Result:
        """The same result with some of its scenarios."""
        return replace(self, runs=tuple(self.run_of(slug) for slug in scenarios))

    def series(self, scenario: str, indicator: str, price_basis: str = "") -> Array:
        """One series with all areas, (year, area, draw), years after the base year only."""
        run = self.run_of(scenario)
        values = run.values(indicator, price_basis)
        if len(self.areas) == 1:
            return values
        together = all_areas(run.values, self.base_stocks(scenario, price_basis), indicator, price_basis)
        return np.concatenate([values, together[:, None, :]], axis=1)

    def base_stocks(self, scenario: str, price_basis: str = "") -> dict[str, Array]:
        """Base-year stocks and averages by area, (area, draw), as printed or assumed; workers as drawn."""
        run = self.run_of(scenario)
        stocks = base_stocks(self.province, run.parameters)
        if price_basis == REAL:
            stocks |= {
                name: values * self.province.deflator for name, values in stocks.items() if INDICATOR[name].money
            }
        return {**stocks, "htx_workers": run.start_workers}

    def base_values(self, scenario: str, indicator: str, price_basis: str = "") -> Array:
        """Base-year values, (area, draw); the same in both price bases where the base year is the price year.

        Raises
        ------
        KeyError
            When the indicator is a flow and has none.
        """
        if INDICATOR[indicator].flow:
            raise KeyError(f"{indicator} has no base-year value")
        stocks = base_figures(self.base_stocks(scenario, price_basis))
        values = np.broadcast_to(stocks[indicator], (len(self.province.areas), self.draws))
        if len(self.areas) == 1:
            return values
        return np.concatenate([values, add_areas(stocks, indicator)[None] + np.zeros((1, self.draws))])

    def values(self, indicator: str, price_basis: str = "") -> Array:
        """One series of every scenario, (scenario, draw, year, area); NaN where there is no base-year row."""
        stacked = []
        for slug in self.scenarios:
            values = self.series(slug, indicator, price_basis)
            base = np.full(values.shape[1:], np.nan)
            if not INDICATOR[indicator].flow:
                base = self.base_values(slug, indicator, price_basis)
            stacked.append(np.concatenate([base[None], values]))
        return np.moveaxis(np.stack(stacked), 3, 1)

    def summary(self) -> pd.DataFrame:
        """The summary frame of DESIGN.md: mean, quantiles and Monte Carlo error of every series."""
        import pandas as pd

        return pd.DataFrame.from_records(list(summary_rows(self)), columns=list(SUMMARY_COLUMNS))
