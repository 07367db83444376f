"""Workbooks, opened safely: structure scanned before anything is parsed."""

import io
import math
import operator
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import IO, Any

from sim.domain import InputError, Problem, count_of
from sim.inputs.text import hidden_characters, limit, nearest

_CELL = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True)
class Scan:
    """What stands around the values of a sheet.

    Attributes
    ----------
    merged : ranges, as ``B2:C3``
    hidden : rows and columns, as a spreadsheet names them
    formulas : {(row, column): whether the result was stored beside the formula}
    endless : {(row, column): text of a number too large for a float}
    ends : last row and last column that hold something
    """

    merged: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    formulas: Mapping[tuple[int, int], bool] = field(default_factory=dict)
    endless: Mapping[tuple[int, int], str] = field(default_factory=dict)
    ends: tuple[int, int] = (0, 0)


def letters(column: int) -> str:
    """A column's letters: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def address(sheet: str, at: tuple[int, int]) -> str:
    """``Sheet!C5`` of a cell by row and column, as a spreadsheet shows it."""
    return f"{sheet}!{letters(at[1])}{at[0]}"


def scan_sheet(stream: IO[bytes], *, file: str, name: str) -> Scan:
    """Walk one sheet; elements are dropped as soon as they are read.

    Raises
    ------
    InputError
        When the sheet has more rows or columns than are read at all.
    """
    from defusedxml.ElementTree import iterparse

    merged: list[str] = []
    hidden: list[str] = []
    cells = _Cells(file, name)
    rows = 0
    for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
        tag = element.tag.rpartition("}")[2]
        if tag == "c":
            cells.take(element)
            element.clear()
        elif tag == "row":
            rows = max(rows + 1, int(element.get("r") or rows + 1))
            if cells.end_row(rows) and element.get("hidden") in ("1", "true"):
                hidden.append(str(rows))
            element.clear()
        elif tag == "col" and element.get("hidden") in ("1", "true"):
            ends = dict.fromkeys((element.get("min", ""), element.get("max", "")))
            names = dict.fromkeys(letters(min(int(number), limit("xlsx_columns"))) for number in ends)
            hidden.append(":".join(names))
        elif tag == "mergeCell":
            merged.append(element.get("ref", "")[: limit("shown_characters")])
    return Scan(tuple(merged), tuple(hidden), cells.formulas, cells.endless, (cells.last_row, cells.last_column))


@dataclass
class _Cells:
    """The cells of one sheet while it is walked; those that are styled and hold nothing do not count."""

    file: str
    name: str
    formulas: dict[tuple[int, int], bool] = field(default_factory=dict)
    endless: dict[tuple[int, int], str] = field(default_factory=dict)
    last_row: int = 0
    last_column: int = 0
    column: int = 0
    filled: bool = False

    def take(self, element: Any) -> None:
        at = _position(element.get("r", ""))
        self.column = at[1] or self.column + 1
        children = {child.tag.rpartition("}")[2]: child for child in element}
        if not children:
            return
        self.filled, self.last_column = True, max(self.last_column, self.column)
        _check_size((at[0], self.column), self.file, self.name)
        value = children.get("v")
        if "f" in children:
            self.formulas[at] = value is not None and bool(value.text)
        if value is not None and element.get("t", "n") == "n" and _endless(value.text or ""):
            self.endless[at] = str(value.text)

    def end_row(self, row: int) -> bool:
        """Whether the row that ends here holds anything."""
        filled, self.filled, self.column = self.filled, False, 0
        if filled:
            self.last_row = max(self.last_row, row)
            _check_size((row, 0), self.file, self.name)
        return filled


def _endless(text: str) -> bool:
    """Whether a number read as a float would lose itself: 1E400 is infinite there."""
    try:
        return not math.isfinite(float(text))
    except ValueError:
        return False  # told by whoever reads the values


def _position(reference: str) -> tuple[int, int]:
    """Row and column, from 1, of ``C5``; (0, 0) where a cell has no reference of its own."""
    found = _CELL.fullmatch(reference)
    if not found:
        return 0, 0
    column = 0
    for letter in found.group(1):
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found.group(2)), column


def _check_size(at: tuple[int, int], file: str, name: str) -> None:
    rows, columns = limit("xlsx_rows"), limit("xlsx_columns")
    if at[0] > rows or at[1] > columns:
        most = {"rows": count_of(rows), "columns": count_of(columns)}
        raise InputError(Problem("xlsx_too_large", most, file=file, place=name))


# -- Excel workbooks, opened as carefully as a stranger's file deserves: nothing runs, nothing unpacks without bound ---
# The archive's own table of contents is judged before a byte is unpacked. Each sheet is walked once with
# a parser that knows no entities, for its size, merged cells, hidden rows and formulas; only then does
# openpyxl read the values. A merged or unreadable cell is never guessed at.

ZIP_MAGIC, OLE_MAGIC = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_MACROS = "vbaproject.bin"
#: How many cells a note names.
_NAMED = 10
Address = tuple[int, int]


class Percent(str):
    """A number that its cell shows in per cent, as it is shown: ``3.63%``, whatever is stored."""


@dataclass(frozen=True)
class Doubtful:
    """A number whose cell shows another one than it stores, and not in per cent."""

    stored: Decimal
    shown: Decimal
    format: str


Value = str | int | float | bool | date | datetime


@dataclass(frozen=True)
class Sheet:
    """One sheet as it was read.

    Attributes
    ----------
    file, name : as told to the user
    cells : {(row, column) from 1: value}; empty cells have none
    scan : merged cells, hidden rows and columns, formulas
    doubtful : numbers that have two readings; `cells` holds what is stored
    unseen : whether the sheet is hidden
    """

    file: str
    name: str
    cells: Mapping[Address, Value]
    scan: Scan
    doubtful: Mapping[Address, Doubtful] = field(default_factory=dict)
    unseen: bool = False

    def address(self, at: Address) -> str:
        """``Sheet!C5``, as a spreadsheet shows it."""
        return address(self.name, at)

    def problem(self, key: str, at: Address, **details: Any) -> Problem:
        """A problem at a cell; `details` are further fields of `Problem`."""
        row, column = at
        return Problem(key, file=self.file, line=row, column=column, place=self.address(at), **details)

    def hidden_characters(self, at: Address, text: str) -> list[Problem]:
        """A problem where the text of a cell holds a character nobody can see."""
        return [
            self.problem(found.key, at, params=found.params, value=found.value, suggestion=found.suggestion)
            for found in hidden_characters(text)[:1]
        ]

    def form_problems(self, *, columns: int) -> list[Problem]:
        """Merged cells, formulas without a value and numbers shown otherwise refuse; the rest is warnings.

        Parameters
        ----------
        columns : how many columns are read; formulas and numbers beyond them matter to nobody
        """
        found = [self._problem("xlsx_merged", f"!{ref}", value=ref) for ref in self.scan.merged]
        if self.scan.hidden:
            found.append(self._problem("xlsx_hidden", cells=self.scan.hidden, warning=True))
        formulas = {at: kept for at, kept in self.scan.formulas.items() if at[1] <= columns}
        found += [self.problem("xlsx_formula_empty", at) for at, kept in formulas.items() if not kept]
        for at, number in self.doubtful.items():
            if at[1] <= columns:
                params = {"stored": number.stored, "shown": number.shown, "format": number.format}
                found.append(self.problem("xlsx_shown_otherwise", at, params=params, value=number.stored))
        stored = [self.address(at) for at, kept in formulas.items() if kept]
        if stored:
            found.append(self._problem("xlsx_formula", cells=stored, warning=True))
        return found

    def _problem(self, key: str, where: str = "", *, cells: Sequence[str] = (), **details: Any) -> Problem:
        params = {"cells": ", ".join(cells[:_NAMED])} if cells else {}
        return Problem(key, params, file=self.file, place=self.name + where, **details)


def is_workbook(raw: bytes) -> bool:
    """Whether the bytes begin as an Excel file of any age, whatever the name says."""
    return raw.startswith((ZIP_MAGIC, OLE_MAGIC))


def parse_workbook(raw: bytes, *, file: str) -> dict[str, Sheet]:
    """The sheets of a workbook, by name, in the workbook's order.

    Raises
    ------
    InputError
        When it is no .xlsx, is encrypted, holds macros, would unpack to too much, or cannot be read.
    """
    _check_archive(raw, file)
    sheets = {}
    try:
        import zipfile

        import openpyxl

        book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True, keep_links=False)
        archive = zipfile.ZipFile(io.BytesIO(raw))
        for page in book.worksheets:
            with archive.open(page._worksheet_path) as stream:  # openpyxl keeps merged cells only when it loads all
                scan = scan_sheet(stream, file=file, name=page.title)
            page.reset_dimensions()
            read = {
                (cell.row, cell.column): scan.endless.get((cell.row, cell.column)) or _value(cell)
                for row in page.iter_rows(max_row=scan.ends[0] or 1, max_col=scan.ends[1] or None)
                for cell in row
                if cell.value is not None and cell.value != ""
            }
            doubtful = {at: value for at, value in read.items() if isinstance(value, Doubtful)}
            cells = {at: float(value.stored) if isinstance(value, Doubtful) else value for at, value in read.items()}
            unseen = page.sheet_state != "visible"
            sheets[page.title] = Sheet(file, page.title, cells, scan, doubtful, unseen)
        return sheets
    except InputError:
        raise
    except Exception as error:  # a damaged archive makes zipfile, the XML parser and openpyxl throw almost anything
        raise InputError(Problem("xlsx_unreadable", file=file)) from error


def _check_archive(raw: bytes, file: str) -> None:
    """Judge the file by its first bytes and by the archive's table of contents, without unpacking."""
    if raw.startswith(OLE_MAGIC):
        raise InputError(Problem("xlsx_encrypted" if _ENCRYPTED in raw else "xlsx_old", file=file))
    if not raw.startswith(ZIP_MAGIC):
        raise InputError(Problem("xlsx_not_zip", file=file))
    import zipfile  # a warm start reads no workbook

    try:
        parts = zipfile.ZipFile(io.BytesIO(raw)).infolist()
    except Exception as error:
        raise InputError(Problem("xlsx_unreadable", file=file)) from error
    unpacked = sum(part.file_size for part in parts)
    most, ratio = limit("xlsx_unpacked_bytes"), limit("xlsx_ratio")
    if len(parts) > limit("xlsx_parts") or unpacked > most or unpacked > ratio * len(raw):
        raise InputError(Problem("xlsx_bomb", {"size": unpacked >> 20, "limit": most >> 20}, file=file))
    if any(part.filename.lower().endswith(_MACROS) for part in parts):
        raise InputError(Problem("xlsx_macros", file=file))
    if any(part.flag_bits & 1 for part in parts):
        raise InputError(Problem("xlsx_encrypted", file=file))


def _value(cell: Any) -> Value | Doubtful:
    """The value as the sheet shows it."""
    value: Value = cell.value
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return shown_value(value, str(cell.number_format))
    if isinstance(value, (time, timedelta)):  # 12:30 typed for 12,30, which spreadsheets take for a time
        seconds = value.total_seconds() if isinstance(value, timedelta) else value.hour * 3600 + value.minute * 60
        return f"{int(seconds) // 3600}:{int(seconds) % 3600 // 60:02}"
    return value


# -- Number formats: what a cell shows of the number it stores --------------------------------------

#: Text in quotes, an escaped sign, a blank or a fill of the width of a sign, a colour or condition; else one sign.
_FORMAT_PART = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]|.', re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[0-9.]+)\]")
_HOLDS = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
#: Commas right behind the last place of the whole or of the fraction: each leaves three digits away.
_THOUSANDS = re.compile(r"[0#?](,+)(?![0#?,])")
_PER_THOUSAND = 3
_GENERAL = "General"


def shown_value(value: float, number_format: str) -> float | Percent | Doubtful:
    """What a cell of this format shows of a number, digits left away or not.

    Notes
    -----
    A percent sign of the format multiplies by 100; one in quotes or escaped stands as it is. Of several sections
    a format has for numbers above, below and at zero, or with conditions of their own, the one that holds counts.
    """
    section = _section(number_format, value)
    signs = "".join(part for part in section if len(part) == 1)
    if not (set(signs) & set("0#?") or _GENERAL in signs):
        return value  # the section shows no number: a dash for nothing, say
    words = "".join(part for part in section if part[0] in '"\\' and len(part) > 1)
    percents, stored = signs.count("%"), Decimal(repr(value))
    left_away = sum(len(found) for found in _THOUSANDS.findall(re.sub("[^0#?.,]", "", signs)))
    if left_away or percents > 1 or '"' in signs or (percents and "%" in words):
        shown = stored.scaleb(2 * percents - _PER_THOUSAND * left_away)
        return Doubtful(stored, shown.normalize(), number_format)
    if percents or "%" in words:
        return Percent(f"{stored.scaleb(2 * percents).normalize():f}%")
    return value


def _section(number_format: str, value: float) -> list[str]:
    """The parts of the section of a format that holds for a number."""
    sections: list[list[str]] = [[]]
    for part in _FORMAT_PART.findall(number_format):
        sections.append([]) if part == ";" else sections[-1].append(part)
    conditions = [next(filter(None, map(_CONDITION.fullmatch, section)), None) for section in sections]
    if any(conditions):
        holding = (
            section
            for section, condition in zip(sections, conditions, strict=True)
            if condition is None or _HOLDS[condition.group(1)](value, float(condition.group(2)))
        )
        return next(holding, sections[-1])
    numbers = sections[:3]  # a fourth is for text
    place = 1 if value < 0 else 2 if value == 0 else 0
    return numbers[place] if place < len(numbers) else numbers[0]


def chosen_sheet(
    sheets: Mapping[str, Sheet], name: str | None, *, file: str, notes: list[Problem] | None = None
) -> Sheet:
    """The sheet that is meant: the named one, or the only one that can be seen and holds anything.

    Parameters
    ----------
    notes : receives that hidden sheets were left out

    Raises
    ------
    InputError
        When there is no such sheet, or none is named and several hold something.
    """
    filled = [sheet for sheet in sheets.values() if sheet.cells]
    allowed = ", ".join(sheet.name for sheet in filled)
    if name is not None:
        if name in sheets:
            return sheets[name]
        near = nearest(name, sheets)
        raise InputError(Problem("sheet_missing", file=file, value=name, allowed=allowed, suggestion=near))
    if not filled:
        raise InputError(Problem("file_empty", file=file))
    seen = [sheet for sheet in filled if not sheet.unseen] or filled
    if len(seen) > 1:
        names = tuple(sheet.name for sheet in seen)
        raise InputError(Problem("sheet_not_named", {"sheets": names}, file=file, allowed=", ".join(names)))
    if notes is not None and len(seen) < len(filled):
        left = ", ".join(sheet.name for sheet in filled if sheet.unseen)
        notes.append(Problem("sheets_unseen", {"sheets": left}, file=file, warning=True))
    return seen[0]
