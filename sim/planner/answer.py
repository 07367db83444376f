"""The planner's answer as numbers: what `sim.analysis` says about one result of two runs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sim.analysis.compare import Difference, difference
from sim.analysis.drivers import Evidence, evidence
from sim.analysis.money import LineMoney, line_money
from sim.analysis.story import CARDS, Fan, Parts, Range, fan, growth_parts, range_of
from sim.analysis.targets import TargetChance, target_chances
from sim.domain.indicators import INDICATOR, NOMINAL, REAL
from sim.ensemble.results import Result
from sim.planner.engine import CURRENT, REFERENCE


@dataclass(frozen=True)
class Figure:
    """One headline figure in the last year and how it differs from the reference.

    Attributes
    ----------
    range : nominal where it is money
    difference : scenario minus reference on the same draws, in base-year đồng where it is money
    """

    range: Range
    difference: Difference


@dataclass(frozen=True)
class Panel:
    """One chart: the scenario's fan, the reference's as a ghost, and the base-year figure both start from."""

    fan: Fan
    ghost: Fan
    base_year: int
    base: float


@dataclass(frozen=True)
class Answer:
    """Everything the right-hand side shows.

    Attributes
    ----------
    founded : new HTX of the first year
    parts : mean growth of average revenue, first and last year
    evidence : what the difference in total revenue rests on, or total revenue itself where there is none
    outside : lines whose money lies outside experience in some year
    """

    founded: Range
    founded_difference: Difference
    figures: tuple[Figure, ...]
    chances: tuple[TargetChance, ...]
    parts: tuple[Parts, ...]
    panels: tuple[Panel, ...]
    evidence: Evidence
    outside: tuple[LineMoney, ...]
    draws: int
    seed: int

    @property
    def identical(self) -> bool:
        """Whether the scenario is the reference as far as any shown figure can tell."""
        return all(figure.difference.identical for figure in self.figures) and self.founded_difference.identical


def answer(result: Result) -> Answer:
    """Read the answer off a result of `Engine.compare`."""
    first, last = result.years[1], result.years[-1]
    return Answer(
        founded=range_of(result, CURRENT, "htx_founded", first),
        founded_difference=difference(result, REFERENCE, CURRENT, "htx_founded", year=first),
        figures=tuple(_figure(result, indicator, last) for indicator in CARDS),
        chances=target_chances(result, CURRENT),
        parts=tuple(growth_parts(result, CURRENT, year) for year in sorted({first, last})),
        panels=tuple(_panel(result, indicator) for indicator in CARDS),
        evidence=_evidence(result),
        outside=tuple(money for money in line_money(result, CURRENT) if money.outside_experience),
        draws=result.draws,
        seed=result.seed,
    )


def _figure(result: Result, indicator: str, year: int) -> Figure:
    money = INDICATOR[indicator].money
    shown = range_of(result, CURRENT, indicator, year, NOMINAL if money else "")
    gain = difference(result, REFERENCE, CURRENT, indicator, year=year, price_basis=REAL if money else "")
    return Figure(shown, gain)


def _panel(result: Result, indicator: str) -> Panel:
    base = float(np.median(result.base_values(CURRENT, indicator)[-1]))
    return Panel(fan(result, CURRENT, indicator), fan(result, REFERENCE, indicator), result.province.base_year, base)


def _evidence(result: Result) -> Evidence:
    total = result.series(CURRENT, "htx_revenue_total", REAL)[-1, -1]
    gain = total - result.series(REFERENCE, "htx_revenue_total", REAL)[-1, -1]
    return evidence(gain if gain.any() else total, result.run_of(CURRENT).parameters, result.register)
