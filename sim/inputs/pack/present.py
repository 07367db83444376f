"""The planning year: which year is the present one for a pack, and what is over before it."""

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
#: What ``COOPSIM_YEAR`` was before `plan_in` said something else.
_said: str | None = None
#: Entities whose year-end figures say that a year is over; prices and money spent do not.
_COUNTED = ("HTX", "THT", "LHHTX")
#: Where a year that was asked for stands, for whoever reads why it is refused.
_ARGUMENT, _OPTION = "year", f"--year, {text.YEAR_VARIABLE}"


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


def plan_in(year: int | None) -> None:
    """Packs this process reads from now on have this planning year, until another is said; None: as before any was.

    For a notebook's kernel, which runs each cell in a context of its own.
    """
    global _said
    if year is not None and _said is None:
        _said = os.environ.get(text.YEAR_VARIABLE, "")
    if year is not None:
        os.environ[text.YEAR_VARIABLE] = str(year)
    elif _said is not None:
        os.environ[text.YEAR_VARIABLE] = _said
        _said = None


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
    asked, place = _asked.get(), _ARGUMENT
    if asked is None and (told := os.environ.get(text.YEAR_VARIABLE)):
        if not (told.isascii() and told.isdigit()):
            raise InputError(_refusal(province, text.shown(told), _OPTION))
        asked, place = int(told), _OPTION
    if asked is None:
        return replace(province, planning_year=stated or _after_last_figures(province))
    if type(asked) is not int or asked not in years_to_plan(province.base_year):
        raise InputError(_refusal(province, asked, place))
    return replace(province, planning_year=asked)


def years_to_plan(base_year: int) -> range:
    """Years that can be the planning year of a pack: all the model projects."""
    return range(base_year + 1, base_year + text.limit("horizon_years") + 1)


def _refusal(province: Province, value: object, place: str) -> Problem:
    years = years_to_plan(province.base_year)
    params = {"base": province.base_year, "province": province.slug}
    return Problem("planning_year", params, place=place, value=value, allowed=f"{years[0]} … {years[-1]}")


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
