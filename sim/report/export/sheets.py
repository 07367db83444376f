"""Sheets of a workbook as plain data: kept as JSON beside a page, written to a file whenever it is asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal

from sim.report.numerals import rounded


@dataclass(frozen=True)
class Number:
    """A figure with what it shows.

    Attributes
    ----------
    value : as printed on the page, so that every form of a report says the same
    places : decimals shown
    signed : True for a difference, whose plus is printed
    percent : True for a share in [0, 1] that is shown in percent
    """

    value: float
    places: int = 0
    signed: bool = False
    percent: bool = False


#: A plain whole number is a year or a count of draws: it goes without points.
Cell = Number | str | int | None


@dataclass(frozen=True)
class Head:
    """A column: its head and its width in characters; what stands in narrow ones is centred."""

    text: str
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """One sheet: a title, some sentences, one table."""

    name: str
    title: str
    notes: Sequence[str]
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]


@dataclass(frozen=True)
class Workbook:
    """Sheets with the properties of their file."""

    title: str
    subject: str
    lang: str
    sheets: Sequence[Sheet] = field(default_factory=tuple)

    def as_json(self) -> str:
        """The workbook as one text."""
        return json.dumps(asdict(self), ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Workbook:
        """The workbook of `as_json`."""
        data = json.loads(text)
        data["sheets"] = [_sheet(sheet) for sheet in data["sheets"]]
        return cls(**data)


def _sheet(data: dict) -> Sheet:
    rows = [[Number(**cell) if isinstance(cell, dict) else cell for cell in row] for row in data["rows"]]
    return Sheet(data["name"], data["title"], data["notes"], [Head(**head) for head in data["heads"]], rows)


def number(value: float | Decimal, place: int, *, signed: bool = False) -> Number:
    """A figure rounded to a power of ten, as it is printed."""
    return Number(float(rounded(value, place)), max(0, -place), signed=signed)


def exact(value: float | Decimal) -> Number:
    """A printed figure with the digits it was printed with."""
    whole = (value if isinstance(value, Decimal) else Decimal(repr(float(value)))).normalize()
    exponent = whole.as_tuple().exponent
    return number(whole, min(0, exponent if isinstance(exponent, int) else 0))
