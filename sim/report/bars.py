"""Bars made of plain elements: they wrap with the text, share one zero line and need no picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sim.report.marks import symbols
from sim.report.markup import el

_WHOLE = 100.0


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its length in any one unit, and the figure as printed."""

    name: object
    value: float
    printed: str
    total: bool = False


@dataclass(frozen=True)
class Span:
    """A bar between two values, named and printed like a `Bar`."""

    name: object
    low: float
    high: float
    printed: str


def spans(rows: Sequence[Span], *, center: float, mark: str, cls: str = "") -> Markup:
    """Bars around one upright line; zero is in the picture."""
    return _drawn([(row, row.low, row.high, "pos") for row in rows], center, mark, cls)


def bars(rows: Sequence[Bar], *, mark: str, cls: str = "") -> Markup:
    """Bars from one zero line; below zero they run to the left."""

    def kind(row: Bar) -> str:
        return "total" if row.total else "neg" if row.value < 0 else "pos"

    return _drawn([(row, min(0.0, row.value), max(0.0, row.value), kind(row)) for row in rows], 0.0, mark, cls)


def _drawn(rows: Sequence[tuple[Bar | Span, float, float, str]], center: float, mark: str, cls: str) -> Markup:
    """Bars as (what is told, low, high, kind) on one scale that holds zero, with an upright line at the center."""
    least, most = min(0.0, *(low for _, low, _, _ in rows)), max(0.0, *(high for _, _, high, _ in rows))
    reach = (most - least) or 1.0

    def share(value: float) -> str:
        return f"{_WHOLE * value / reach:.2f}%"

    lines = []
    for row, low, high, kind in rows:
        bar = el("i", cls=f"bar {kind}", style=f"left:{share(low - least)};width:{share(high - low)}")
        line = el("i", cls="zero", style=f"left:{share(center - least)}")
        lines.append(el("span", row.name, cls="bar-name"))
        lines.append(el("span", bar, line, cls="track", aria_hidden="true"))
        lines.append(el("span", row.printed, el("sup", symbols(mark)), cls="bar-value", data_mark=mark))
    return el("div", *lines, cls=f"bars {cls}".strip())
