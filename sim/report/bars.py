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
    low, high = min(0.0, *(row.low for row in rows)), max(0.0, *(row.high for row in rows))
    reach = (high - low) or 1.0

    def share(value: float) -> str:
        return f"{_WHOLE * value / reach:.2f}%"

    lines = []
    for row in rows:
        bar = el("i", cls="bar pos", style=f"left:{share(row.low - low)};width:{share(row.high - row.low)}")
        line = el("i", cls="zero", style=f"left:{share(center - low)}")
        lines.append(el("span", row.name, cls="bar-name"))
        lines.append(el("span", bar, line, cls="track", aria_hidden="true"))
        lines.append(el("span", row.printed, el("sup", symbols(mark)), cls="bar-value", data_mark=mark))
    return el("div", *lines, cls=f"bars {cls}".strip())


def bars(rows: Sequence[Bar], *, mark: str, cls: str = "") -> Markup:
    """Bars from one zero line; below zero they run to the left."""
    low, high = min(0.0, *(row.value for row in rows)), max(0.0, *(row.value for row in rows))
    reach = (high - low) or 1.0

    def share(value: float) -> str:
        return f"{_WHOLE * value / reach:.2f}%"

    lines = []
    for row in rows:
        start, kind = min(0.0, row.value) - low, "total" if row.total else "neg" if row.value < 0 else "pos"
        lines.append(el("span", row.name, cls="bar-name"))
        lines.append(
            el(
                "span",
                el("i", cls=f"bar {kind}", style=f"left:{share(start)};width:{share(abs(row.value))}"),
                el("i", cls="zero", style=f"left:{share(-low)}"),
                cls="track",
                aria_hidden="true",
            )
        )
        lines.append(el("span", row.printed, el("sup", symbols(mark)), cls="bar-value", data_mark=mark))
    return el("div", *lines, cls=f"bars {cls}".strip())
