"""The year and the part of it that a label names: ``6 tháng đầu năm 2026``, ``Quý I``, ``31/12/2025``."""

import calendar
import re
from collections.abc import Callable
from dataclasses import dataclass

from sim.inputs import text as texts
from sim.inputs.figures import EVENTS, PARTS

_HALF, _MONTHS = 6, 12
_QUARTERS = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_CODED = re.compile(r"(?:to|month)-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Moment:
    """A year and a part of it, as far as they are named.

    Attributes
    ----------
    years : every year that is named; two say nothing
    part : "", "year", "h2", "to-MM" (the months from January on), "month-MM" or "quarter-N"
    """

    years: tuple[int, ...] = ()
    part: str = ""

    def __bool__(self) -> bool:
        return bool(self.years or self.part)

    @property
    def year(self) -> int:
        """The one year that is named, or 0."""
        return self.years[0] if len(self.years) == 1 else 0

    def also(self, more: "Moment") -> "Moment":
        """With what another label adds; the nearer label's part of the year is the one that holds."""
        return Moment(tuple(dict.fromkeys((*self.years, *more.years))), more.part or self.part)

    @classmethod
    def coded(cls, text: str) -> "Moment":
        """A part of the year as the command line names it: h1, q1, 9m, to-MM, month-MM; nothing for other words."""
        part = {**PARTS, "h1": "to-06", "mid": "to-06", "end": "year"}.get(text, "")
        return cls(part=part or (text if _CODED.fullmatch(text) else "")) if text != "year" else cls()


def period_of(term: str, part: str) -> str:
    """The period a table of figures gives a term: events of the part, what there was at its end; "" where none fits."""
    event = EVENTS.search(term) is not None or term.startswith("support_")
    if part.startswith("quarter-"):
        quarter = int(part.removeprefix("quarter-"))
        if quarter == 1 or not event:
            return period_of(term, f"to-{3 * quarter:02d}")
        return ""
    if part == "to-12":
        return "year"
    if part == "to-06":
        return "h1" if event else "mid"
    if part == "month-06" and not event:
        return "mid"
    if part == "month-12" and not event:
        return "year"
    return part if event or part in ("year", "h2") else part.replace("month-", "to-")


def months_of(part: str) -> int:
    """How many months a part of the year has; 0 where it is none."""
    if part.startswith("to-"):
        return int(part.removeprefix("to-"))
    return {"year": _MONTHS, "h2": _HALF}.get(part, 1 if part.startswith("month-") else 3 if part else 0)


def moments(spelt: str) -> tuple[Moment, str]:
    """Year and part within a text without accents, and the words that remain."""
    years: list[int] = []
    part = ""
    for pattern, made in _PATTERNS:
        while found := pattern.search(spelt):
            named, year = made(found)
            if named is None:
                break
            part, years = named or part, [*years, *([year] if year else [])]
            spelt = " ".join((spelt[: found.start()] + " " + spelt[found.end() :]).split())
    spelt = (
        re.sub(r"^(?:(?:tinh )?den(?: nga[iy])?|nga[iy]|trong|thoi diem)\b", "", spelt).strip()
        if years or part
        else spelt
    )
    return Moment(tuple(dict.fromkeys(years)), part), spelt


_Made = Callable[[re.Match[str]], tuple[str | None, int]]


def _dated(found: re.Match[str]) -> tuple[str | None, int]:
    """The end of a month; another day is no part of a year."""
    day, month, year = map(int, found.groups())
    first, last = texts.limit("first_year"), texts.limit("last_year")
    if not (1 <= month <= _MONTHS and first <= year <= last) or day != calendar.monthrange(year, month)[1]:
        return None, 0
    return "year" if month == _MONTHS else f"to-{month:02d}", year


def _months(found: re.Match[str]) -> tuple[str | None, int]:
    number = int(found.group(1))
    if not 1 <= number <= _MONTHS:
        return None, 0
    return "year" if number == _MONTHS else f"to-{number:02d}", 0


def _month(found: re.Match[str]) -> tuple[str | None, int]:
    number, year = int(found.group(1)), int(found.group(2) or 0)
    return (f"month-{number:02d}", year) if 1 <= number <= _MONTHS else (None, 0)


def _quarter(found: re.Match[str]) -> tuple[str | None, int]:
    text = found.group(1)
    return f"quarter-{_QUARTERS.get(text) or int(text)}", int(found.group(2) or 0)


def _year(found: re.Match[str]) -> tuple[str | None, int]:
    year = int(found.group(1))
    return ("", year) if texts.limit("first_year") <= year <= texts.limit("last_year") else (None, 0)


_ENDING = r"(?:[ /]*(?:nam )?((?:19|20)[0-9]{2})\b)?"
_PATTERNS: tuple[tuple[re.Pattern[str], _Made], ...] = (
    (re.compile(r"\b([0-9]{1,2})[ /]([0-9]{1,2})[ /]((?:19|20)[0-9]{2})\b"), _dated),
    (re.compile(r"\b6 ?(?:thang|t) cuoi nam\b"), lambda _: ("h2", 0)),
    (re.compile(r"\b(?:ca nam|full year)\b"), lambda _: ("year", 0)),
    (re.compile(r"\b(?:lu[iy] ke )?([0-9]{1,2}) ?(?:thang|t|months?)\b(?: dau)?(?: nam\b(?! ?(?:19|20)))?"), _months),
    (re.compile(rf"\b(?:thang|t|month) ?([0-9]{{1,2}})\b{_ENDING}"), _month),
    (re.compile(rf"\b(?:qu[yi]|q) ?(i{{1,3}}|iv|[1-4])\b{_ENDING}"), _quarter),
    (re.compile(r"\b(?:nam |[yi]ear )?((?:19|20)[0-9]{2})\b"), _year),
)
