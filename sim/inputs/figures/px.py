"""Tables of the statistics office (PX-Web): provinces in rows, years in columns, as figures of its own concept.

A title line, a heading with years, rows of provinces, lines of notes. Such a table counts HTX *with business results*:
its figures get that term, stand beside the register and are never joined to it.
"""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.domain import InputError, Observation, Problem
from sim.inputs import text as texts, yaml
from sim.inputs.figures import observations
from sim.inputs.yaml import Loader

#: What the office counts, at the end of the year, as the concepts of the house call it.
TERM, PERIOD, UNIT = "htx_with_results", "end", "count"
BEFORE, FROM = "before", "from"
_MISSING = (":", "..", "...", "…", *observations.MISSING)
_SEPARATORS = (",", ";", "\t")
#: A heading of a year: bare, or with words before (``Năm``, ``Sơ bộ``) or behind (the name of the series).
_YEAR = re.compile(
    r"(?P<before>(?:năm|year|sơ bộ|ước tính|ước|prel\.|preliminary)?)\s*"
    r"(?P<year>(?:19|20)[0-9]{2})(?P<after>(?![0-9]).*)",
    re.IGNORECASE,
)
#: The heading stands at most this many lines below the first: titles and remarks go before it.
_HEAD_LINES = 12
_PRELIMINARY = ("so bo", "uoc", "prel")
#: What a title says that counts cooperatives with results, and what one of something else says.
_COUNTED, _RESULTS = ("hop tac xa", "htx", "cooperative"), ("ket qua san xuat", "business result", "business outcome")
_OTHERS = ("lao dong", "doanh thu", "von", "loi nhuan", "thu nhap", "thanh vien", "tai san", "ty le", "co cau")
_WORDS_BEFORE = ("thanh pho ", "tinh ", "tp ")


@dataclass(frozen=True)
class PxTable:
    """A table of the statistics office as it was understood.

    Attributes
    ----------
    title : its title line
    side : the boundaries its provinces have, before or from 1 July 2025
    figures : one observation a province and year that has a number
    missing : how many cells say there is none
    left_out : names of rows that are no province
    """

    title: str
    side: str
    figures: tuple[Observation, ...]
    missing: int
    left_out: tuple[str, ...]

    @property
    def years(self) -> tuple[int, ...]:
        """Years with figures, sorted."""
        return tuple(sorted({figure.year for figure in self.figures}))


@dataclass(frozen=True)
class _Areas:
    """Provinces by their names, on both sides of the merger; other rows of tables."""

    date: date
    before: Mapping[str, Sequence[str]]
    merged: Mapping[str, Sequence[str]]
    others: Sequence[str]

    @cached_property
    def codes(self) -> dict[str, str]:
        return {_bare(name): code for code, names in self.before.items() for name in names}

    @cached_property
    def gone(self) -> frozenset[str]:
        """Codes of provinces that became part of another."""
        return frozenset(part for code, parts in self.merged.items() for part in parts if part != code)


def is_px(path: Path) -> bool:
    """Whether a text file is laid out like a table of the statistics office: its heading names years."""
    if path.suffix.lower() != texts.CSV:
        return False
    try:
        lines = _lines(texts.decode(texts.read_file(path, max_bytes=texts.limit("csv_bytes")), file="", utf16=True))
    except InputError:
        return False  # told by whoever reads it
    return _heading(lines) is not None


def read_px(path: Path, *, source: str, side: str | None = None, root: Path | None = None) -> PxTable:
    """A table of the statistics office; counts keep the office's own concept.

    Parameters
    ----------
    source : id of the source its figures name
    side : the boundaries of its provinces where the table itself does not tell

    Raises
    ------
    InputError
        When it is no such table, counts something else, or names a province nobody knows; when its boundaries
        cannot be told or do not fit its years; with every cell that is no count.
    """
    raw = texts.read_file(path, max_bytes=texts.limit("csv_bytes"))
    file = texts.shown_path(path)
    lines = _lines(texts.decode(raw, file=file, utf16=True))
    head = _heading(lines)
    if head is None:
        raise InputError(Problem("px_no_years", file=file))
    title = " ".join(cell for _, cells in lines[:head] for cell in cells if cell)
    _refuse_other_title(title, file)
    columns = _columns(lines[head], file)
    areas = _load_areas(root)
    rows, left_out, problems = _rows(lines[head + 1 :], areas, file)
    texts.refuse(problems)
    found = _side({code for _, _, code, _ in rows}, columns, areas, side, file)
    problems, figures, missing, first = [], list[Observation](), 0, dict[str, int]()
    for line, name, code, cells in rows:
        if code in first:
            problems.append(Problem("px_area_twice", {"first": first[code]}, file=file, line=line, value=name))
        first.setdefault(code, line)
        own = f"{code}-{areas.date.year}" if found == FROM and code in areas.merged else code
        for at, (year, status) in columns.items():
            text = cells[at] if at < len(cells) else ""
            if text in _MISSING:
                missing += 1
                continue
            value = _count(text, problems, file=file, line=line, place=f"{name}, {year}")
            what = (own, year, PERIOD, "HTX", TERM, value, UNIT, status, source)
            figures.append(Observation(name, *what, title, line))
    texts.refuse(problems)
    if not figures:
        raise InputError(Problem("px_no_figures", file=file))
    return PxTable(title, found, tuple(figures), missing, tuple(left_out))


def _lines(text: str) -> list[tuple[int, list[str]]]:
    """Rows with their line numbers; the separator is the sign that stands in the heading of years."""
    for separator in _SEPARATORS:
        reader = csv.reader(io.StringIO(text, newline=None), delimiter=separator)  # line ends of any system
        try:
            lines = [(reader.line_num, list(map(texts.clean, row))) for row in reader if any(map(str.strip, row))]
        except csv.Error:
            continue  # a cell longer than any of a table: a quotation mark that is never closed
        if _heading(lines) is not None:
            return lines
    return [(number, [texts.clean(line)]) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]


def _heading(lines: Sequence[tuple[int, Sequence[str]]]) -> int | None:
    """Index of the first row whose first cell is a word and whose others are all years."""
    for index, (_, cells) in enumerate(lines[:_HEAD_LINES]):
        filled = [cell for cell in cells[1:] if cell]
        if filled and cells[0] and not _YEAR.fullmatch(cells[0]) and all(map(_YEAR.fullmatch, filled)):
            return index
    return None


def _refuse_other_title(title: str, file: str) -> None:
    said = texts.bare(title)
    counts = any(word in said for word in _COUNTED) and any(word in said for word in _RESULTS)
    if not counts or any(re.search(rf"\b{word}\b", said) for word in _OTHERS):
        raise InputError(Problem("px_other_count", file=file, value=texts.shown(title) if title else None))


def _refuse_other_series(heads: Sequence[str], file: str) -> None:
    for head in heads:
        if any(re.search(rf"\b{word}\b", texts.bare(head)) for word in _OTHERS):
            raise InputError(Problem("px_other_count", file=file, value=texts.shown(head)))


def _columns(head: tuple[int, Sequence[str]], file: str) -> dict[int, tuple[int, str]]:
    """{place: (year, status)} of the columns; a year that stands twice is of several series and refused."""
    line, cells = head
    _refuse_other_series([cell for cell in cells[1:] if cell], file)
    columns: dict[int, tuple[int, str]] = {}
    for at, cell in enumerate(cells[1:], start=1):
        found = _YEAR.fullmatch(cell) if cell else None
        if found is None:
            continue
        early = any(word in texts.bare(found["before"]) for word in _PRELIMINARY)
        year = int(found["year"])
        if year in {known for known, _ in columns.values()}:
            raise InputError(Problem("px_year_twice", file=file, line=line, value=texts.shown(cell)))
        columns[at] = (year, "estimate" if early else "actual")
    return columns


_Row = tuple[int, str, str, Sequence[str]]


def _rows(
    lines: Sequence[tuple[int, Sequence[str]]], areas: _Areas, file: str
) -> tuple[list[_Row], list[str], list[Problem]]:
    """Rows of provinces with their codes, names of other rows, and names nobody knows; notes stand alone in theirs."""
    others = {_bare(name) for name in areas.others}
    rows, left_out, problems = list[_Row](), list[str](), list[Problem]()
    for line, cells in lines:
        if not any(cells[1:]):
            continue  # a note, a source
        name = cells[0]
        if _bare(name) in others:
            left_out.append(name)
        elif _bare(name) in areas.codes:
            rows.append((line, name, areas.codes[_bare(name)], cells))
        else:
            names = [one for known in areas.before.values() for one in known]
            near = texts.nearest(name, names)
            problems.append(Problem("px_area_unknown", file=file, line=line, value=texts.shown(name), suggestion=near))
    return rows, left_out, problems


def _side(
    codes: set[str], columns: Mapping[int, tuple[int, str]], areas: _Areas, stated: str | None, file: str
) -> str:
    """The boundaries of a table: told by provinces that are gone, by all that are left, or by whoever brings it."""
    gone, merged = codes & areas.gone, codes & set(areas.merged)
    whole = len(areas.before) - len(areas.gone)
    found = BEFORE if gone or not merged else FROM if len(codes) == whole else stated
    if found is None:
        names = ", ".join(sorted(areas.before[code][0] for code in merged))
        params = {"areas": names, "date": areas.date.strftime("%d/%m/%Y")}
        raise InputError(Problem("px_side_unknown", params, file=file, place="--boundary", allowed=f"{BEFORE}, {FROM}"))
    late = [year for year, _ in columns.values() if year >= areas.date.year]
    if stated and found != stated and merged:
        params = {"areas": ", ".join(sorted(areas.before[code][0] for code in gone or merged))}
        raise InputError(Problem("px_side_other", params, file=file, place="--boundary", value=stated, allowed=found))
    if found == BEFORE and late and (gone or merged):  # a year that ends after the merger has no such province
        params = {"date": areas.date.strftime("%d/%m/%Y")}
        raise InputError(Problem("px_side_years", params, file=file, value=str(min(late))))
    return found


def _count(text: str, problems: list[Problem], *, file: str, line: int, place: str) -> float:
    """A number of HTX; what is none is told and stands as 0, which nobody sees."""
    read = texts.read_number(text, decimal=".", grouped=True)
    at: dict[str, Any] = {"file": file, "line": line, "place": place, "value": texts.shown(text)}
    if read.value is None:
        problems.append(Problem(read.problem, {"decimal": "."}, suggestion=read.hint, **at))
    elif read.value < 0:
        problems.append(Problem("value_negative", {"unit": UNIT}, allowed="≥ 0", **at))
    elif read.value != read.value.to_integral_value():
        problems.append(Problem("count_not_whole", {"unit": UNIT}, **at))
    return float(read.value or 0)


def _bare(name: str) -> str:
    """A name of a province as it is compared: without accents, signs and what kind of place it is."""
    words = " ".join(re.sub(r"[^a-z0-9]+", " ", texts.bare(name)).split())
    return next((words.removeprefix(kind) for kind in _WORDS_BEFORE if words.startswith(kind)), words)


def _load_areas(root: Path | None) -> _Areas:
    content = _AREAS.load(texts.File.at((root or texts.data_root()) / texts.AREAS))
    return _Areas(date.fromisoformat(content["date"]), content["before"], content["merged"], content["others"])


def _check_areas(found: Any) -> None:
    """Merged provinces are made of provinces there are, each of one."""
    value = found.value or {"before": {}, "merged": {}}
    for code, parts in value["merged"].items():
        for number, part in enumerate(parts):
            if part not in value["before"]:
                known = list(value["before"])
                place: texts.Place = ("merged", code, number)
                found.tell("not_one_of", place, value=part, allowed="VN-…", suggestion=texts.nearest(part, known))


_AREAS = Loader("areas", lambda: yaml.AreasShape, _check_areas)
