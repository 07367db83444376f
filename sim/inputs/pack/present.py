"""The planning year: which year is the present one for a pack, and the money that was handed out before it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from sim.domain import MONTHS_PER_YEAR, YEAR_END, InputError, Observation, Problem, Province
from sim.inputs import text
from sim.inputs.figures import OBSERVED

#: What a caller asked for, where one did: `in_year`.
_asked: ContextVar[int | None] = ContextVar("planning_year", default=None)
#: Entities whose year-end figures say that a year is over; prices and money spent do not.
_COUNTED = ("HTX", "THT", "LHHTX")
#: Where a year that was asked for stands, for whoever reads why it is refused.
_OPTION = "--year"


@contextmanager
def in_year(year: int | None) -> Iterator[None]:
    """Packs read inside have this planning year; None leaves what else says so."""
    if year is None:
        yield
        return
    before = _asked.set(year)
    try:
        yield
    finally:
        _asked.reset(before)


def planned_in(province: Province, stated: int | None = None) -> Province:
    """A pack in its planning year.

    It is the year asked for (`in_year`, else ``COOPSIM_YEAR``), else the pack's own (`planning_year` in pack.yaml),
    else the year after the last year-end figures the pack uses.

    Parameters
    ----------
    stated : the pack's own

    Raises
    ------
    InputError
        For a year up to the base year, one beyond what the model projects, or no year at all.
    """
    asked = _asked.get()
    if asked is None and (told := os.environ.get(text.YEAR_VARIABLE)):
        if not (told.isascii() and told.isdigit()):
            raise InputError(_refusal(province, text.shown(told)))
        asked = int(told)
    if asked is None:
        return replace(province, planning_year=stated or _after_last_figures(province))
    if type(asked) is not int or asked not in years_to_plan(province.base_year):
        raise InputError(_refusal(province, asked))
    return replace(province, planning_year=asked)


def years_to_plan(base_year: int) -> range:
    """Years that can be the planning year of a pack: all the model projects."""
    return range(base_year + 1, base_year + text.limit("horizon_years") + 1)


def _refusal(province: Province, value: object) -> Problem:
    years = years_to_plan(province.base_year)
    params = {"base": province.base_year, "province": province.slug}
    return Problem("planning_year", params, place=_OPTION, value=value, allowed=f"{years[0]} … {years[-1]}")


def _after_last_figures(province: Province) -> int:
    """The year after the last one whose end the pack's areas have printed figures of that are used."""
    codes, years = {area.code for area in province.areas}, years_to_plan(province.base_year)
    ended = [
        row.year
        for row in province.observations
        if row.area_code in codes and ends_a_year(row) and province.uses((row.year, MONTHS_PER_YEAR))
    ]
    return min(max([province.base_year, *ended]) + 1, years[-1])


def ends_a_year(row: Observation) -> bool:
    """Whether a figure was printed of what there was at the end of a year, or came about in the whole of it."""
    return row.period in YEAR_END and row.status in OBSERVED and row.entity in _COUNTED
