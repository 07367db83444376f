"""Strict CSV: known columns, one field count, quotes where they belong, every cell with its place.

The separator is a comma unless the first line says ``sep=;`` (Excel writes and reads that line), or the
file is Excel's "Unicode text" (UTF-16 with tabs). Nothing is sniffed: another separator is refused.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sim.domain import InputError, Problem
from sim.inputs.excel.workbook import address
from sim.inputs.text import UTF16_MARKS, clean, decode, nearest, position, refuse, shown

#: Separator and decimal sign as a file may declare them before its header.
_DECLARED = re.compile(r"(?:sep=([,;\t])[^\S\n]*\r?\n)?(?:decimal\s*[:=]\s*([.,])[^\S\n]*\r?\n)?", re.IGNORECASE)
#: First bytes of files that are not text, whatever their name says.
_BINARY = ((b"PK\x03\x04", "zip"), (b"\xd0\xcf\x11\xe0", "xls"), (b"%PDF", "pdf"))


@dataclass(frozen=True)
class Cell:
    """A cleaned field and where it starts; `number` where a spreadsheet stored one."""

    text: str
    line: int
    column: int
    number: Decimal | None = None


@dataclass(frozen=True)
class Table:
    """A read table.

    Attributes
    ----------
    file : as told to the user
    rows : one mapping of column name to cell per row
    decimal : the decimal sign the file itself declares, or ""
    sheet : name of the sheet in a workbook, or ""
    """

    file: str
    rows: tuple[dict[str, Cell], ...]
    decimal: str = ""
    sheet: str = ""

    def address(self, cell: Cell) -> str:
        """Where a cell is: its address in a workbook, its line in a text file."""
        return address(self.sheet, (cell.line, cell.column)) if self.sheet else str(cell.line)

    def problem(self, key: str, cell: Cell, place: str, **details: Any) -> Problem:
        """A problem at a cell; `details` are further fields of `Problem`."""
        details.setdefault("value", shown(cell.text) if cell.number is None else cell.number)
        if self.sheet:
            address = self.address(cell)
            place = f"{address} ({place})" if place else address
        return Problem(key, file=self.file, line=cell.line, column=cell.column, place=place, **details)


def parse_table(
    raw: bytes, columns: Sequence[str], *, file: str, headings: Mapping[str, str] = MappingProxyType({})
) -> Table:
    """Read a CSV file with exactly these columns, in any order.

    Parameters
    ----------
    raw : bytes of the file
    file : as told to the user
    headings : {heading, case folded: column}, other words a column may be headed with

    Raises
    ------
    InputError
        With every problem of the table's form.
    """
    for magic, kind in _BINARY:
        if raw.startswith(magic):
            raise InputError(Problem("csv_is_binary", {"kind": kind}, file=file))
    text = decode(raw, file=file, utf16=True)
    declared = _DECLARED.match(text)
    assert declared is not None  # every part of it may be missing
    separator, start = declared.group(1), declared.end()
    if not separator:
        tabs = raw.startswith(UTF16_MARKS) and "\t" in text[start:].split("\n", maxsplit=1)[0]
        separator = "\t" if tabs else ","
    lines = list(_records(text, separator, start=start, file=file))
    if not lines:
        raise InputError(Problem("file_empty", file=file))
    header = [replace(cell, text=headings.get(cell.text.casefold(), cell.text)) for cell in lines[0]]
    refuse(_header_problems(header, columns, file))
    if len(lines) == 1:
        raise InputError(Problem("csv_header_only", file=file, line=header[0].line))
    names, problems = [cell.text for cell in header], []
    for row in lines[1:]:
        if len(row) != len(names):
            params, whole = {"fields": len(row), "columns": len(names)}, separator.join(cell.text for cell in row)
            problems.append(Table(file, ()).problem("csv_field_count", row[0], "", params=params, value=shown(whole)))
    refuse(problems)
    return Table(file, tuple(dict(zip(names, row, strict=True)) for row in lines[1:]), declared.group(2) or "")


def _records(text: str, separator: str, *, start: int, file: str) -> Iterator[list[Cell]]:
    """Rows of cells; rows without any text are passed over."""
    plain = f'[^{re.escape(separator)}"\r\n]*'
    field = re.compile(rf'[^\S\r\n{re.escape(separator)}]*"((?:[^"]|"")*)"[^\S\r\n{re.escape(separator)}]*|({plain})')
    index, line, line_start = start, position(text, start)[0], start
    row: list[Cell] = []
    while index <= len(text):
        found = field.match(text, index)
        assert found is not None  # the second branch matches the empty text
        quoted, bare = found.groups()
        row.append(Cell(clean(bare if quoted is None else quoted.replace('""', '"')), line, index - line_start + 1))
        inside = found.group()
        if "\n" in inside:
            line += inside.count("\n")
            line_start = index + inside.rindex("\n") + 1
        index = found.end()
        after = text[index : index + 1]
        if after == separator:
            index += 1
            continue
        if after not in ("", "\r", "\n"):
            stray = Cell(text[index:], line, index - line_start + 1)
            raise InputError(Table(file, ()).problem("csv_stray_quote", stray, ""))
        if any(cell.text for cell in row):
            yield row
        row = []
        index += len("\r\n") if text.startswith("\r\n", index) else 1
        line, line_start = line + 1, index


def _header_problems(header: Sequence[Cell], columns: Sequence[str], file: str) -> list[Problem]:
    table = Table(file, ())
    names = [cell.text for cell in header]
    allowed = ",".join(columns)
    if len(names) == 1 and len(columns) > 1:
        return [table.problem("csv_one_column", header[0], "", params={"expected": len(columns)}, allowed=allowed)]
    problems = []
    missing = [column for column in columns if column not in names]
    for number, cell in enumerate(header):
        params = {"name": shown(cell.text)}
        if cell.text in names[:number]:
            problems.append(table.problem("csv_duplicate_column", cell, "", params=params))
        elif cell.text not in columns:
            known = {"allowed": allowed, "suggestion": nearest(cell.text, missing)}
            problems.append(table.problem("csv_unknown_column", cell, "", params=params, **known))
    for column in missing:
        problems.append(table.problem("csv_missing_column", header[0], column, params={"name": column}, value=None))
    return problems
