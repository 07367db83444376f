"""Figures that came in after the base year: of which series, where and when, as the nowcast reads them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from sim.domain import INDICATOR, LINES, MONTHS_PER_YEAR, Observation, Province
from sim.ensemble import ALL_AREAS
from sim.evidence.within_year import Months
from sim.inputs.figures import OBSERVED, SPENT, SPENT_LINE, Mapped, copied, months_covered

#: Printed terms of each line's money paid out.
_SPENT_LINES = {SPENT_LINE.format(line): line for line in LINES}
#: Series of cooperative groups: counted anew at every review, so that a new figure says nothing of the year.
_GROUPS = "tht_"


@dataclass(frozen=True)
class Arrival:
    """One figure dated within a year after the base year.

    Attributes
    ----------
    indicator : one of ours, or the printed term of money paid out
    value : in the indicator's unit
    area : code of the area, or ``all`` for the whole province
    months : of its year that a flow covers; a level stands at the end of the last of them
    copied : it repeats the figure of the year before, or its plan, to the printed digit
    """

    observation: Observation
    indicator: str
    value: float
    area: str
    months: Months
    copied: bool = False

    @property
    def year(self) -> int:
        """Its year."""
        return self.observation.year

    @property
    def moment(self) -> tuple[int, int]:
        """Year and month at whose end it was known."""
        return self.year, max(self.months)

    @property
    def share(self) -> float:
        """Share of the year that has passed at its date."""
        return max(self.months) / MONTHS_PER_YEAR


def months_of(period: str) -> Months:
    """The months of its year that a figure of a period covers; none for periods that are never used."""
    covered = months_covered(period)
    return frozenset(range(covered[0], covered[1] + 1)) if covered else frozenset()


def arrivals(
    rows: Iterable[Observation], province: Province, terms: Mapping[str, Mapped], *, whole: Collection[str] = ()
) -> tuple[Arrival, ...]:
    """The figures among rows that say something of the years after the base year, by date.

    Parameters
    ----------
    terms : our indicator for each printed term
    whole : more area codes that stand for the whole province, beside ``all`` and its own

    Notes
    -----
    Of several figures of one thing and one date the first that was counted is taken, else the first estimated.
    """
    rows = tuple(rows)
    places = {area.code: area.code for area in province.areas}
    whole_place = ALL_AREAS if len(places) > 1 else next(iter(places))
    places |= dict.fromkeys(filter(None, (ALL_AREAS, province.code, *whole)), whole_place)
    found: dict[tuple[object, ...], Arrival] = {}
    for row in sorted(rows, key=lambda row: OBSERVED.index(row.status) if row.status in OBSERVED else len(OBSERVED)):
        one = _arrival(row, province, terms, places)
        if one is not None:
            found.setdefault((one.indicator, one.area, one.year, one.months), one)
    known = sorted(found.values(), key=lambda one: (one.moment, one.indicator, one.area, len(one.months)))
    again = copied((*province.observations, *rows))
    return tuple(replace(one, copied=one.observation in again) for one in known)


def _arrival(
    row: Observation, province: Province, terms: Mapping[str, Mapped], places: Mapping[str, str]
) -> Arrival | None:
    months = months_of(row.period)
    usable = months and row.year > province.base_year and row.status in OBSERVED and row.area_code in places
    if not usable or (row.line in province.set_aside and row in province.observations):
        return None
    if row.entity == "budget":
        named = row.indicator == SPENT or row.indicator in _SPENT_LINES
        return Arrival(row, row.indicator, row.value, places[row.area_code], months) if named else None
    if row.indicator not in terms:
        return None
    indicator = terms[row.indicator].indicator
    if indicator.startswith(_GROUPS) or indicator not in {one.id for one in province.indicators}:
        return None
    return Arrival(row, indicator, terms[row.indicator].value_of(row), places[row.area_code], months)


def spent_of(known: Iterable[Arrival]) -> dict[int, tuple[float, dict[str, float]]]:
    """Money paid out as last told, {year: (share of it that has passed, {line, or "" for all: billion VND})}."""
    found: dict[int, tuple[float, dict[str, float]]] = {}
    for one in known:
        if one.indicator in INDICATOR or min(one.months) > 1:
            continue
        share, money = found.get(one.year, (0.0, {}))
        if one.share > share:
            share, money = one.share, {}
        if one.share == share:
            money = {**money, _SPENT_LINES.get(one.indicator, ""): one.value}
        found[one.year] = (share, money)
    return found

