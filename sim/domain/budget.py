"""Budget lines and plans: money per line and year that always adds up, to the đồng."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sim.domain.frozen import Frozen

#: The four lines of the 2024 fund, in the order of the source document.
LINES = ("establishment", "capacity", "market", "survey")
PRICE_BASES = ("nominal", "real_2023")

Label = Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """What the province chooses: a fund per year and how it is split over the four lines.

    Attributes
    ----------
    slug, label : id and names by language
    price_basis : ``nominal`` (đồng of each year) or ``real_2023`` (đồng of 2023)
    fund : {year: whole đồng}
    lines : {line: {year: whole đồng}}, every line of `LINES`
    repeat_last : True when years after the last given one repeat it
    """

    slug: str
    label: Label
    price_basis: str
    fund: Mapping[int, int]
    lines: Mapping[str, Mapping[int, int]]
    repeat_last: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "fund", Frozen(dict(self.fund)))
        frozen = {line: Frozen(dict(self.lines[line])) for line in LINES}
        object.__setattr__(self, "lines", Frozen(frozen))
        for year in self.fund:
            if self.unallocated(year) < 0:
                raise ValueError(f"{self.slug}: the lines of {year} exceed the fund")

    def annual_budget(self, year: int) -> int:
        """The fund of one year [VND]."""
        return _of_year(self.fund, year, self.repeat_last, self.slug)

    def line_budget(self, line: str, year: int) -> int:
        """Money of one line in one year [VND]."""
        return _of_year(self.lines[line], year, self.repeat_last, f"{self.slug}.{line}")

    def unallocated(self, year: int) -> int:
        """What the year's fund leaves to no line [VND]: fund = sum of lines + this, exactly."""
        return self.annual_budget(year) - sum(self.line_budget(line, year) for line in LINES)

    def missing(self, years: range) -> list[int]:
        """Years of a horizon for which the fund or a line has no money written down."""
        ends = [
            (series, max(series, default=math.inf) if self.repeat_last else math.inf)
            for series in (self.fund, *self.lines.values())
        ]
        return [year for year in years if any(year not in series and year <= end for series, end in ends)]

    def covers(self, years: range) -> bool:
        """Whether every year of the horizon has money written down."""
        return not self.missing(years)


def _of_year(series: Mapping[int, int], year: int, repeat_last: bool, what: str) -> int:
    if year in series:
        return series[year]
    if repeat_last and series and year > max(series):
        return series[max(series)]
    raise KeyError(f"{what} has no money for {year}")
