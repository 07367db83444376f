"""What all charts share: their size, axes with round ends, and one plain look."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from sim.report.palette import Palette

#: One width for every chart: three stand side by side on a desk, two on paper, one on a phone,
#: always near the size their letters were drawn for [px].
WIDTH, HEIGHT = 336, 216
LETTER = 12
STROKE, DOT = 2, 52
#: An axis begins at zero when its lowest value is below this share of its highest.
_FROM_ZERO = 0.4
_TICKS = 4
_NICE_STEPS = (1, 2, 2.5, 5, 10)
_ROUNDING = 1e-9
_MARGIN = 0.03
_FONT = "system-ui, 'Segoe UI', 'Noto Sans', sans-serif"


def altair() -> Any:
    """Altair, imported only when something is drawn."""
    import altair

    return altair


def round_axis(values: Iterable[float], *, ticks: int = _TICKS) -> tuple[float, float, float]:
    """Round ends and step of an axis that holds all values, from zero unless they lie far above it."""
    found = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(found), max(found)
    low = 0.0 if 0 <= low <= high * _FROM_ZERO else low
    raw = (high - low) / ticks or abs(high) or 1.0
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * nice for nice in _NICE_STEPS if size * nice >= raw * (1 - _ROUNDING))
    return math.floor(low / step) * step, math.ceil(high / step) * step, step


def tight_axis(values: Iterable[float], *, ticks: int = _TICKS) -> tuple[float, float, float]:
    """Ends close around all values, and the round step between the labels within."""
    found = list(values)
    low, high, step = round_axis(found, ticks=ticks)
    margin = (max(found) - min(found)) * _MARGIN or step
    return max(low, min(found) - margin), min(high, max(found) + margin), step


def value_axis(
    low: float, high: float, step: float, palette: Palette, *, grid: bool = True, count: bool = False
) -> Any:
    """An axis of quantities with a label at every round step between its ends."""
    first, last = math.ceil(low / step - _ROUNDING), math.floor(high / step + _ROUNDING)
    ticks = [place * step for place in range(first, last + 1)]
    decimals = 0 if count else max(0, -math.floor(math.log10(step) + _ROUNDING))
    if not count and decimals == 0 and step != round(step):
        decimals = 1
    return altair().Axis(
        values=ticks,
        format=f",.{decimals}f",
        grid=grid,
        gridColor=palette.rule,
        domain=False,
        ticks=False,
        labelColor=palette.quiet,
    )


def year_axis(first: int, last: int, palette: Palette) -> Any:
    """Years counted back from the last one, without a thousands point."""
    every = max(1, math.ceil((last - first) / (_TICKS - 1)))
    ticks = sorted(range(last, first - 1, -every))
    return altair().Axis(
        values=ticks,
        format="d",
        grid=False,
        labelFlush=False,
        domainColor=palette.quiet,
        tickColor=palette.quiet,
        labelColor=palette.quiet,
    )


def finish(
    chart: Any, palette: Palette, *, height: float = HEIGHT, width: float = WIDTH, right: float = 6, left: float = 0
) -> Any:
    """Size and look of a chart; `right` leaves room for labels that stand beyond the last value."""
    padding = {"left": left, "right": right, "top": 8, "bottom": 2}
    fit = altair().AutoSizeParams(type="fit", contains="padding")
    background = "transparent" if palette.paper.startswith("var(") else palette.paper
    return (
        chart.properties(width=width, height=height, padding=padding, autosize=fit, background=background)
        .configure(aria=False, font=_FONT)
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=LETTER, labelPadding=4)
    )


def inline(rows: list[dict[str, Any]]) -> Any:
    """A chart over rows given in place."""
    return altair().Chart(altair().InlineData(values=rows))
