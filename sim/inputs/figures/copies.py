"""Figures that repeat another to the printed digit: the plan they were to meet, or the figure of a year before."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from sim.domain import Observation
from sim.inputs.figures.observations import OBSERVED, PLANNED, UNUSED_PERIODS, last_month

#: Digits by which a figure must be printed before that it is printed again says anything: 48 is no accident two
#: years running, 3 unions are 3 unions; things that are counted are the same number more easily than averages.
_DIGITS, _DIGITS_OF_COUNTS = 2, 3
#: Events of a year: equal numbers of two years are two numbers.
EVENTS = re.compile(r"_(?:new|dissolved|exit|net_change)$")
#: Terms that are printed in per cent or as parts of something are no levels.
_LEVEL = re.compile(r"count|persons|.*\bVND\b.*")
_COUNTS = re.compile(r"count|persons")
#: How a note says that a figure is its plan.
_AS_PLANNED = re.compile(r"(?<![\d.,])100 ?% (?:of (?:the )?plan|(?:so với )?kế hoạch)", re.IGNORECASE)


def copied(observations: Iterable[Observation]) -> Mapping[Observation, Observation]:
    """Figures that say no more than another one did, each with that other.

    Returns
    -------
    {figure: its plan, or the figure of the year before}
        A plan that only the figure's note speaks of is a row of its own here: the figure's with status ``plan``.

    Notes
    -----
    Found are printed levels (no parts, no growth, nothing worked out) of one area and term. That they are copied is
    possible, never certain: the assumption ``copied_says_nothing`` is the chance of it.
    """
    rows = [row for row in observations if _LEVEL.fullmatch(row.unit)]
    series: dict[tuple[str, ...], list[Observation]] = {}
    for row in rows:
        series.setdefault((row.area_code, row.entity, row.indicator, row.unit), []).append(row)
    return {row: of for found in series.values() for row, of in _pairs(found)}


def _pairs(rows: list[Observation]) -> Iterator[tuple[Observation, Observation]]:
    """Figures of one series that repeat another of it."""
    alike: dict[tuple[int, float], list[Observation]] = {}
    for row in rows:
        alike.setdefault((row.year, row.value), []).append(row)
    for row in rows:
        if row.status not in OBSERVED or row.period in UNUSED_PERIODS:
            continue
        plans = [one for one in alike[row.year, row.value] if one.status in PLANNED]
        said = [replace(row, status="plan", period="plan")] if _AS_PLANNED.search(row.note) else []
        earlier = [] if EVENTS.search(row.indicator) else alike.get((row.year - 1, row.value), ())
        before = [one for one in earlier if one.status in OBSERVED and last_month(one.year, one.period) is not None]
        found = [*plans, *said, *before]
        if found and _telling(row):  # few figures have another like them
            yield row, found[0]


def grain(value: float) -> float:
    """One of the last printed digit that is no zero: 1,400 was printed to the hundred, 46.8 to the tenth."""
    last = Decimal(repr(value)).normalize().as_tuple().exponent
    assert isinstance(last, int)  # printed figures are numbers
    return 10.0**last


def _telling(row: Observation) -> bool:
    """Whether a figure has so many digits, zeros at its end apart, that it is not the same by accident."""
    digits = Decimal(repr(row.value)).normalize().as_tuple().digits
    return len(digits) >= (_DIGITS_OF_COUNTS if _COUNTS.fullmatch(row.unit) else _DIGITS)
