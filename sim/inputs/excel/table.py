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
from sim.inputs.excel.offices import by_folded, folded, heading_row, respelling
from sim.inputs.excel.workbook import address
from sim.inputs.text import UTF16_MARKS, clean, decode, nearest, position, refuse, shown

#: Separator and decimal sign as a file may declare them before its header.
_END = r'"?[^\S\r\n]*[;,\t]*(?:\r\n|\r|\n)'  # programs that keep the line put quotes and separators around it
_DECLARED = re.compile(rf'(?:"?sep=([,;\t]){_END})?(?:"?decimal\s*[:=]\s*([.,]){_END})?', re.IGNORECASE)
#: First bytes of files that are not text, whatever their name says.
_BINARY = ((b"PK\x03\x04", "zip"), (b"\xd0\xcf\x11\xe0", "xls"), (b"%PDF", "pdf"))


@dataclass(frozen=True)
class Cell:
    """A cleaned field and where it starts; `number` where a spreadsheet stored one, `place` where that is elsewhere."""

    text: str
    line: int
    column: int
    number: Decimal | None = None
    place: str = ""


@dataclass(frozen=True)
class Table:
    """A read table.

    Attributes
    ----------
    file : as told to the user
    rows : one mapping of column name to cell per row
    decimal : the decimal sign the file itself declares, or ""
    sheet : name of the sheet in a workbook, or ""
    words : cells that stand alone in their row: titles above the table, a source below
    respelt : headings that were understood in another spelling, with the one that is meant
    """

    file: str
    rows: tuple[dict[str, Cell], ...]
    decimal: str = ""
    sheet: str = ""
    words: tuple[Cell, ...] = ()
    respelt: tuple[tuple[Cell, str], ...] = ()

    def address(self, cell: Cell) -> str:
        """Where a cell is: its address in a workbook, its line in a text file."""
        if cell.place:
            return cell.place
        return address(self.sheet, (cell.line, cell.column)) if self.sheet else str(cell.line)

    def problem(self, key: str, cell: Cell, place: str, **details: Any) -> Problem:
        """A problem at a cell; `details` are further fields of `Problem`."""
        details.setdefault("value", shown(cell.text) if cell.number is None else cell.number)
        if self.sheet:
            address = self.address(cell)
            place = f"{address} ({place})" if place else address
        line, column = (None, None) if cell.place else (cell.line, cell.column)
        return Problem(key, file=self.file, line=line, column=column, place=place, **details)


def parse_table(
    raw: bytes, columns: Sequence[str], *, file: str, headings: Mapping[str, str] = MappingProxyType({})
) -> Table:
    """Read a CSV file with exactly these columns, in any order.

    Parameters
    ----------
    raw : bytes of the file
    file : as told to the user
    headings : {heading: column}, other words a column may be headed with, in a table that offices made: rows of words
        stand around it

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
    names, words = by_folded(headings), list[Cell]()
    if headings:
        head = heading_row([[cell.text for cell in row] for row in lines], names, columns) or 0
        alone = [row for row in lines[head + 1 :] if sum(bool(cell.text) for cell in row) == 1]
        words = [next(cell for cell in row if cell.text) for row in alone]
        apart = {row[0].line for row in alone}
        lines = [row for row in lines[head:] if row[0].line not in apart]
    width = len(lines[0])  # programs put empty cells behind the end of every row alike
    typed = _cut(lines[0], next((end for end in range(width, 1, -1) if lines[0][end - 1].text), 1))
    header = [replace(cell, text=names.get(folded(cell.text), cell.text)) for cell in typed]
    respelt = [(cell, meant) for cell in typed if (meant := respelling(cell.text, headings))]
    refuse(_header_problems(header, columns, file))
    if len(lines) == 1:
        raise InputError(Problem("csv_header_only", file=file, line=header[0].line))
    titles, problems = [cell.text for cell in header], []
    rows = [_cut(row, len(titles)) if len(row) == width else row for row in lines[1:]]
    for row in rows:
        if len(row) != len(titles):
            params, whole = {"fields": len(row), "columns": len(titles)}, separator.join(cell.text for cell in row)
            problems.append(Table(file, ()).problem("csv_field_count", row[0], "", params=params, value=shown(whole)))
    refuse(problems)
    content = tuple(dict(zip(titles, row, strict=True)) for row in rows)
    return Table(file, content, declared.group(2) or "", words=tuple(words), respelt=tuple(respelt))


def _cut(row: list[Cell], end: int) -> list[Cell]:
    """A row up to an end, when nothing stands behind it."""
    return row if any(cell.text for cell in row[end:]) else row[:end]


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
