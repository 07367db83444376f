"""Targets: what a province printed it wants to reach, and what somebody sets beside it."""

import math
from dataclasses import dataclass
from decimal import Decimal

from sim.domain.errors import InputError, Numbers, Problem
from sim.domain.indicators import INDICATOR, PERCENT
from sim.domain.plan import Label

#: Growth may be below zero; no count, average or total may.
_GROWTH = "%/yr"
#: More than any figure of a province can be, in the unit of its indicator.
_MOST = 10**7
#: Growth of a year that nobody means [%].
_MOST_GROWTH = 10 * PERCENT


@dataclass(frozen=True)
class Target:
    """A target, met when the indicator reaches `low` (to `high`): of the province's plan, or of one's own.

    Attributes
    ----------
    source_id : where the province printed it; empty for one of one's own
    """

    id: str
    indicator: str
    year: int
    low: float
    high: float | None
    label: Label
    headline: bool
    source_id: str

    @property
    def own(self) -> bool:
        """Whether somebody set it beside the province's plan."""
        return not self.source_id

    @property
    def at_most(self) -> bool:
        """Whether it is met at or below its level, less being better."""
        return self.own and self.low == -math.inf

    @property
    def level(self) -> float:
        """What has to be reached, or not exceeded."""
        return self.high if self.at_most and self.high is not None else self.low


def own_target(
    indicator: str, year: int, level: float, high: float | None = None, *, name: str | Label = ""
) -> Target:
    """A target of one's own; its id is ``<indicator>@<year>``.

    Raises
    ------
    InputError
        As `Scenario.with_target`.
    """
    problems = target_problems(indicator, level, high)
    if problems:
        raise InputError(*problems)
    words = {"vi": name, "en": name} if isinstance(name, str) else dict(name)
    less = INDICATOR[indicator].better < 0
    low, top = (-math.inf, float(level)) if less else (float(level), None if high is None else float(high))
    return Target(f"{indicator}@{year}", indicator, year, low, top, words, False, "")


def target_problems(indicator: object, level: object, high: object = None) -> list[Problem]:
    """What is wrong with a target of one's own, whatever its year: places are the keys of its file."""
    if not isinstance(indicator, str) or indicator not in INDICATOR:
        return [Problem("unknown_indicator", place="indicator", value=str(indicator), allowed=", ".join(INDICATOR))]
    row, numbers = INDICATOR[indicator], {"level": level} | ({} if high is None else {"high": high})
    found = [problem for place, number in numbers.items() if (problem := _level_problem(indicator, place, number))]
    if found or high is None:
        return found
    if row.better < 0:
        return [Problem("target_no_band", {"indicator": indicator}, place="high", value=high)]
    if float(high) < float(level):  # type: ignore[arg-type]
        return [Problem("target_order", {"low": level, "high": high}, place="high", value=high)]
    return []


def _level_problem(indicator: str, place: str, number: object) -> Problem | None:
    """No number, one that no figure of a province can be, or a part of an HTX."""
    row = INDICATOR[indicator]
    if not isinstance(number, (int, float, Decimal)) or isinstance(number, bool) or not math.isfinite(number):
        return Problem("expected_number", place=place, value=str(number))
    low, top = (-_MOST_GROWTH, _MOST_GROWTH) if row.unit == _GROWTH else (0, _MOST)
    if not low <= number <= top:
        told = {"indicator": indicator, "unit": row.unit}
        return Problem("target_level", told, place=place, value=number, allowed=Numbers("{} … {}", (low, top)))
    if row.count and number % 1:
        return Problem("target_not_whole", {"indicator": indicator, "unit": row.unit}, place=place, value=number)
    return None
