"""One walk over a sheet's XML for what openpyxl does not tell in its bounded-memory mode."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO

from sim.domain.errors import InputError, Problem, count_of
from sim.inputs.limits import limit

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
    """

    merged: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    formulas: Mapping[tuple[int, int], bool] = field(default_factory=dict)
    endless: Mapping[tuple[int, int], str] = field(default_factory=dict)


def letters(column: int) -> str:
    """A column's letters: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


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
    formulas: dict[tuple[int, int], bool] = {}
    endless: dict[tuple[int, int], str] = {}
    rows = 0
    for _, element in iterparse(stream, events=("end",), forbid_dtd=True):
        tag = element.tag.rpartition("}")[2]
        if tag == "c":
            at = _position(element.get("r", ""))
            _check_size(at, file, name)
            children = {child.tag.rpartition("}")[2]: child for child in element}
            value = children.get("v")
            if "f" in children:
                formulas[at] = value is not None and bool(value.text)
            if value is not None and element.get("t", "n") == "n" and _endless(value.text or ""):
                endless[at] = str(value.text)
            element.clear()
        elif tag == "row":
            rows = max(rows + 1, int(element.get("r") or rows + 1))
            _check_size((rows, 0), file, name)
            if element.get("hidden") in ("1", "true"):
                hidden.append(str(rows))
            element.clear()
        elif tag == "col" and element.get("hidden") in ("1", "true"):
            hidden.append(_columns(element.get("min", ""), element.get("max", "")))
        elif tag == "mergeCell":
            merged.append(element.get("ref", "")[: limit("shown_characters")])
    return Scan(tuple(merged), tuple(hidden), formulas, endless)


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


def _columns(first: str, last: str) -> str:
    names = [letters(min(int(number), limit("xlsx_columns"))) for number in dict.fromkeys((first, last))]
    return ":".join(dict.fromkeys(names))


def _check_size(at: tuple[int, int], file: str, name: str) -> None:
    for number, most in zip(at, (limit("xlsx_rows"), limit("xlsx_columns")), strict=True):
        if number > most:
            raise InputError(
                Problem(
                    "xlsx_too_large",
                    {"rows": count_of(limit("xlsx_rows")), "columns": count_of(limit("xlsx_columns"))},
                    file=file,
                    place=name,
                )
            )
