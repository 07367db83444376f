"""Results: labelled arrays over scenario, draw, year and area, their sums over areas and their statistics."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim import domain
from sim.ensemble.draws import Array
from sim.ensemble.outturns import Outturns, areas_of
from sim.ensemble.stage import base_stocks
from sim.ensemble.statistics import describe, sample_worth

if TYPE_CHECKING:
    import pandas as pd

# -- Adding areas up: stocks add, averages weigh, growth is decomposed anew over the whole ---------

Values = Callable[[str, str], Array]
_ALL = slice(None)
#: Scenario, indicator, area, year, unit and price basis of a row.
RowKey = tuple[str, str, str, int, str, str]

#: Series made of others, from the parts their rows name.
_ARITHMETIC: Mapping[str, Callable[..., Array]] = {
    "htx_inactive": lambda registered, active: registered - active,
    "htx_revenue_total": lambda average, active: average * active / domain.MILLION_PER_BILLION,
}


def made(indicator: str, part: Callable[[str], Array]) -> Array:
    """A series that is made of others.

    Parameters
    ----------
    part : gives each series it is made of, by id; all of shapes that broadcast
    """
    return _ARITHMETIC[indicator](*map(part, domain.INDICATOR[indicator].made_of))


def as_printed(indicator: str, moved: Callable[[str], Array]) -> Array:
    """Draws of a series as it will be printed; what is made of others is made of them as printed.

    Parameters
    ----------
    moved : gives each series that is not made of others as it will be printed (`Outturns.moved`)
    """
    row = _row(indicator)
    if not row.made_of:
        return moved(indicator)
    whole = made(indicator, moved)
    return np.maximum(whole, 0.0) if row.count else whole


def base_figures(stocks: Mapping[str, Array]) -> dict[str, Array]:
    """Base-year figures of every stock and average, with those that are made of them."""
    whole = [one for one in domain.INDICATORS if one.made_of and stocks.keys() >= set(one.made_of)]
    return {**stocks, **{one.id: made(one.id, stocks.__getitem__) for one in whole}}


def _row(indicator: str) -> domain.Indicator:
    """The row of a series; one that stands behind a target alone is not published and adds up."""
    return domain.INDICATOR.get(indicator) or domain.Indicator(indicator, unit="")


def add_areas(figures: Mapping[str, Array], indicator: str) -> Array:
    """One figure over all areas, (draw): a sum, or an average weighted by what it is per.

    Parameters
    ----------
    figures : {id: (…, area, draw)}, the series and what it is per
    """
    values, per = figures[indicator], _row(indicator).per
    if not per:
        return values.sum(axis=-2)
    weight = np.broadcast_to(figures[per], np.broadcast_shapes(values.shape, figures[per].shape))
    return (values * weight).sum(axis=-2) / np.maximum(weight.sum(axis=-2), 1.0)


def _growth_part(values: Values, base: Mapping[str, Array], row: domain.Indicator, price_basis: str) -> Array:
    """A part of the growth of the average over all areas [%/yr], (year, draw), from what its parts are by area.

    What areas share stays like-for-like (weighted by last year's total); catch-up is money over
    the new number of HTX; composition, now also between areas, is the rest.
    """
    of, per, parts = row.part_of, domain.INDICATOR[row.part_of].per, domain.parts_of(row.part_of)
    weight = values(per, price_basis)
    average = values(of, price_basis)
    weight_before = _shift(weight, base[per])
    average_before = _shift(average, base[of])
    total_before = average_before * weight_before
    growth = {name: values(name, price_basis) for name in parts}
    like_for_like = (growth[parts[0]] * total_before).sum(axis=1) / total_before.sum(axis=1)
    if row.id == parts[0]:
        return like_for_like
    whole_before = total_before.sum(axis=1) / np.maximum(weight_before.sum(axis=1), 1.0)
    whole = np.maximum(weight.sum(axis=1), 1.0)
    catch_up = 0.0
    if len(parts) > 2:
        catch_up = (growth[parts[1]] * average_before * weight).sum(axis=1) / (whole_before * whole)
        if row.id == parts[1]:
            return catch_up
    factor = 1.0 + sum(growth.values()) / domain.PERCENT
    after = (average_before * factor * weight).sum(axis=1) / whole
    return domain.PERCENT * (after / whole_before - 1.0) - like_for_like - catch_up


def _shift(series: Array, base: Array) -> Array:
    """The series one year earlier, starting with the base year."""
    first = np.broadcast_to(base, series.shape[1:])
    return np.concatenate([first[None], series[:-1]])


# -- Labelled results: every published series of every scenario, draw by draw ----------------------
# Series are kept real and nominal ones are made when asked for, so that money is stored once.


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
    clipped: NDArray[np.int64]
    parameters: Mapping[str, Array]
    start_workers: Array


_FIELDS = tuple(field.name for field in fields(BlockRun))


#: What was joined, by the pieces it was joined of, which it keeps so that no others take their numbers.
Joints = dict[tuple[int, ...], tuple[Sequence[Any], Any]]


def _joined(pieces: Sequence[Any], known: Joints) -> Any:
    """Arrays of consecutive draws as one, also within mappings; the same arrays once."""
    first = pieces[0]
    if len(pieces) == 1:
        return first
    key = tuple(map(id, pieces))
    if key not in known:
        if isinstance(first, Mapping):
            made: Any = {name: _joined([piece[name] for piece in pieces], known) for name in first}
        else:
            made = np.concatenate(pieces, axis=-1)
        known[key] = pieces, made
    return known[key][1]


@dataclass(frozen=True)
class ScenarioRun(BlockRun):
    """A scenario's series over all draws; the same fields as its blocks'."""

    scenario: domain.Scenario

    @classmethod
    def join(cls, scenario: domain.Scenario, parts: Sequence[BlockRun], known: Joints | None = None) -> ScenarioRun:
        """One run of its blocks, in order.

        Parameters
        ----------
        known : of other scenarios on the same draws, which share what no money moves
        """
        known = {} if known is None else known
        joined = {name: _joined([getattr(part, name) for part in parts], known) for name in _FIELDS}
        return cls(**joined, scenario=scenario)

    def values(self, indicator: str, price_basis: str = "", at: slice = _ALL) -> Array:
        """One published series, (year, area, draw), years after the base year only.

        Parameters
        ----------
        indicator : id of `sim.domain.indicators`, or ``lhhtx_founded`` (behind the union target)
        price_basis : ``nominal`` (default for money) or ``real_2023``
        at : places of years; default all
        """
        row = _row(indicator)
        if row.part_of:
            growth = domain.PERCENT * self.series[row.series][at]
            if price_basis == domain.REAL:
                return growth
            # Like-for-like carries inflation, 100(G(1+pi) - 1); the others are scaled by it, so that the
            # parts add up to the growth of the average in both price bases.
            inflation = 1.0 + self.parameters["inflation"]
            if row.id != domain.parts_of(row.part_of)[0]:
                return growth * inflation
            return domain.PERCENT * ((1.0 + self.series[row.series][at]) * inflation - 1.0)
        if row.made_of and indicator not in self.series:
            return made(indicator, lambda part: self.values(part, price_basis, at))
        values = self.series[indicator][at]
        return values * self.prices[at, None, :] if row.money and price_basis != domain.REAL else values


@dataclass(frozen=True)
class Result:
    """Scenarios projected on common draws.

    Attributes
    ----------
    runs : one per scenario, in the order asked
    draws, seed : of the run; equal seeds are common random numbers
    outturns : what moves its draws to the figures that will be printed
    effective_draws : equal-weight draws the sample of the posterior is worth; infinite without one
    """

    province: domain.Province
    register: domain.Register
    runs: tuple[ScenarioRun, ...]
    draws: int
    seed: int
    outturns: Outturns
    effective_draws: float = np.inf

    @property
    def scenarios(self) -> tuple[str, ...]:
        """Slugs, in order."""
        return tuple(run.scenario.slug for run in self.runs)

    @property
    def worth(self) -> float:
        """How many independent draws it is worth."""
        return sample_worth(self.draws, self.effective_draws)

    @property
    def years(self) -> tuple[int, ...]:
        """Base year and every projected year."""
        return tuple(range(self.province.base_year, self.runs[0].scenario.horizon + 1))

    @property
    def areas(self) -> tuple[str, ...]:
        """Area codes, and ``all`` where there is more than one."""
        return areas_of(self.province)

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

    def series(self, scenario: str, indicator: str, price_basis: str = "", at: slice = _ALL) -> Array:
        """One series with all areas, (year, area, draw), years after the base year only; or some of them, by place."""
        run = self.run_of(scenario)
        values = run.values(indicator, price_basis, at)
        if len(self.areas) == 1:
            return values
        row = _row(indicator)
        if row.part_of:
            together = _growth_part(run.values, self.base_stocks(scenario, price_basis), row, price_basis)[at]
        else:
            needed = (indicator, row.per) if row.per else (indicator,)
            together = add_areas({name: run.values(name, price_basis, at) for name in needed}, indicator)
        return np.concatenate([values, together[:, None, :]], axis=1)

    def printed(self, scenario: str, indicator: str, price_basis: str = "", *, base: bool = False) -> Array:
        """One series as it will be printed, (year, area, draw): what ranges of levels are read off.

        Parameters
        ----------
        base : True to have stocks and averages begin with the base year, as if it were printed once more
        """

        def moved(part: str) -> Array:
            first = base and not _row(part).flow
            values = _with_base(self, scenario, _row(part), price_basis) if first else None
            values = self.series(scenario, part, price_basis) if values is None else values
            return self.outturns.moved(part, values, slice(0 if first else 1, None))

        return as_printed(indicator, moved)

    def base_stocks(self, scenario: str, price_basis: str = "") -> dict[str, Array]:
        """Base-year stocks and averages by area, (area, draw), as printed or assumed; workers as drawn."""
        run = self.run_of(scenario)
        stocks = base_stocks(self.province, run.parameters)
        if price_basis == domain.REAL:
            stocks |= {
                name: values * self.province.deflator for name, values in stocks.items() if domain.INDICATOR[name].money
            }
        return {**stocks, "htx_workers": run.start_workers}

    def base_values(self, scenario: str, indicator: str, price_basis: str = "") -> Array:
        """Base-year values, (area, draw); the same in both price bases where the base year is the price year.

        Raises
        ------
        KeyError
            When the indicator is a flow and has none.
        """
        if domain.INDICATOR[indicator].flow:
            raise KeyError(f"{indicator} has no base-year value")
        stocks = base_figures(self.base_stocks(scenario, price_basis))
        values = np.broadcast_to(stocks[indicator], (len(self.province.areas), self.draws))
        if len(self.areas) == 1:
            return values
        return np.concatenate([values, add_areas(stocks, indicator)[None] + np.zeros((1, self.draws))])

    def values(self, indicator: str, price_basis: str = "") -> Array:
        """One series of every scenario, (scenario, draw, year, area); NaN where there is no base-year row."""
        stacked = np.stack(
            [_with_base(self, slug, domain.INDICATOR[indicator], price_basis) for slug in self.scenarios]
        )
        if domain.INDICATOR[indicator].flow:
            stacked = np.pad(stacked, ((0, 0), (1, 0), (0, 0), (0, 0)), constant_values=np.nan)
        return np.moveaxis(stacked, 3, 1)

    def summary(self) -> pd.DataFrame:
        """The frame of summary.csv: mean of the model, range of what will be printed and Monte Carlo error."""
        import pandas as pd

        return pd.DataFrame.from_records(list(summary_rows(self)), columns=list(SUMMARY_COLUMNS))


# -- Published rows: means, quantiles and Monte Carlo errors ----------------------------------------

SUMMARY_COLUMNS = (
    "scenario", "indicator", "area", "year", "unit", "price_basis",
    "mean", "p10", "p25", "p50", "p75", "p90", "mcse",
)  # fmt: skip


def published_rows(result: Result, of: Callable[[Array, Array], Array]) -> Iterator[tuple[RowKey, Array]]:
    """Every row of summary.csv as its key and what is made of its draws, in the order of the file.

    Parameters
    ----------
    of : makes (year, area, …) of all draws of a series and of what will be printed, (year, area, draw) each
    """
    for scenario in sorted(result.scenarios):
        for indicator in result.province.indicators:
            bases = domain.price_bases(indicator)
            tables = {basis: of(*_both(result, scenario, indicator, basis)) for basis in bases}
            years = result.years[1:] if indicator.flow else result.years
            for place, area in enumerate(result.areas):
                for row, year in enumerate(years):
                    for basis, table in tables.items():
                        yield (scenario, indicator.id, area, year, indicator.unit, basis), table[row, place]


def summary_rows(result: Result) -> Iterator[tuple[object, ...]]:
    """Rows of summary.csv, sorted by scenario, indicator order, area, year, price basis."""

    def of(values: Array, printed: Array) -> Array:
        return np.moveaxis(describe(values, result.effective_draws, printed=printed), 0, -1)

    described = published_rows(result, of)
    return ((*key, *map(float, numbers)) for key, numbers in described)


def _with_base(result: Result, scenario: str, indicator: domain.Indicator, basis: str) -> Array:
    """A series with its base-year row where the indicator has one, (year, area, draw)."""
    values = result.series(scenario, indicator.id, basis)
    if indicator.flow:
        return values
    return np.concatenate([result.base_values(scenario, indicator.id, basis)[None], values])


def _both(result: Result, scenario: str, indicator: domain.Indicator, basis: str) -> tuple[Array, Array]:
    """A series, and the same as it will be printed; the base year is printed already."""
    values, printed = _with_base(result, scenario, indicator, basis), result.printed(scenario, indicator.id, basis)
    return values, printed if indicator.flow else np.concatenate([values[:1], printed])
