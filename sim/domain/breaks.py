"""Dates at which what is counted changed: a series is one on each side of them, never across."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date
from typing import Protocol

from sim.domain.frozen import freeze
from sim.domain.plan import Label

#: Year and month (1-12) at whose end a figure stands.
Month = tuple[int, int]


@dataclass(frozen=True)
class Break:
    """One declared date from which on figures stand on another footing.

    Attributes
    ----------
    date : first day on the new footing
    boundary : the area itself is another from here on, so that figures of the two sides are never compared
    shift : {indicator: sd of the log of the level after it over the level before it}, centred on no shift
    grade, reason : {indicator: what the sd rests on}
    source_id, note : where the date is printed, and what has to be known about that source
    """

    id: str
    date: Date
    label: Label
    boundary: bool
    shift: Mapping[str, float]
    grade: Mapping[str, str]
    reason: Mapping[str, Label]
    source: str = ""
    note: Label | None = None

    def __post_init__(self) -> None:
        freeze(self, "shift", "grade", "reason")

    @property
    def indicators(self) -> tuple[str, ...]:
        """The series it breaks."""
        return tuple(self.shift)

    @property
    def month(self) -> Month:
        """Year and month of its date: a figure that stands at the end of this month is behind it."""
        return self.date.year, self.date.month


class Broken(Protocol):
    """What knows its breaks: a province."""

    @property
    def breaks(self) -> tuple[Break, ...]:
        """Declared breaks, by date."""
        ...


def breaks_between(province: Broken, indicator: str, start: Month, end: Month) -> tuple[Break, ...]:
    """Declared breaks of a series after the end of one month and up to the end of another, by date.

    Parameters
    ----------
    indicator : one of ours, not a printed term
    start, end : months at whose ends two figures stand, the earlier one first

    Notes
    -----
    Several breaks between two figures shift the level independently: the sd of the log between them is the root of
    the sum of squares of their `Break.shift`.
    """
    return tuple(one for one in province.breaks if indicator in one.shift and start < one.month <= end)
