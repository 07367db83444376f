"""How charts are drawn: colours, axes, bars, and SVG that is safe on a page."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from markupsafe import Markup, escape

from sim.report.print.engine import LOCALES, OURS, VEGALITE, drawn, plain, vl_convert
from sim.report.print.marks import Mark, marked, spoken
from sim.report.print.markup import NotWellFormed, el
from sim.report.print.phrases import Printed
from sim.report.print.words import Wording


@dataclass(frozen=True)
class Palette:
    """Named colours of a chart.

    Attributes
    ----------
    ink, quiet, faint, rule, paper : text and history, axis text, what is left aside, grid, background
    accent, band_80, band_50 : the mean and its ranges
    contrast : what pulls down; also targets
    """

    ink: str
    quiet: str
    faint: str
    rule: str
    paper: str
    accent: str
    band_80: str
    band_50: str
    contrast: str


#: For inlined SVG: follows light and dark (`style.css`).
STYLED = Palette(
    ink="var(--ink)", quiet="var(--quiet)", faint="var(--faint)", rule="var(--rule)", paper="var(--card)",
    accent="var(--accent)", band_80="var(--band80)", band_50="var(--band50)", contrast="var(--contrast)",
)  # fmt: skip
#: For PNG in Word and e-mail: the light values of `style.css`.
PRINTED = Palette(
    ink="#1c2a2e", quiet="#55666b", faint="#c3cdca", rule="#dfe5e2", paper="#ffffff",
    accent="#0b6b66", band_80="#d3e8e4", band_50="#97c8c0", contrast="#a84a24",
)  # fmt: skip


# -- What all charts share: their size, axes with round ends, and one plain look -------------------

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


def round_axis(values: Iterable[float], *, ticks: int = _TICKS) -> tuple[float, float, float]:
    """Round ends and step of an axis that holds all values, from zero unless they lie far above it."""
    found = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
    low, high = min(found), max(found)
    low = 0.0 if 0 <= low <= high * _FROM_ZERO else low
    raw = (high - low) / ticks or abs(high) or 1.0
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * nice for nice in _NICE_STEPS if size * nice >= raw * (1 - _ROUNDING))
    return math.floor(low / step) * step, math.ceil(high / step) * step, step


def tight_axis(values: Iterable[float]) -> tuple[float, float, float]:
    """Ends close around all values, and the round step between the labels within."""
    found = list(values)
    low, high, step = round_axis(found)
    margin = (max(found) - min(found)) * _MARGIN or step
    return max(low, min(found) - margin), min(high, max(found) + margin), step


# A chart is a Vega-Lite specification of plain dictionaries: those need no building and no checking while a report is
# made. That they are valid is a test's concern, which holds every kind of chart against the schema.

#: A specification, or a part of one.
Spec = dict[str, Any]


@dataclass(frozen=True)
class Layer:
    """Rows and how they are drawn: {channel: what of a row it shows}, and a mark with its look."""

    rows: Sequence[Mapping[str, Any]]
    channels: Mapping[str, Spec] = field(default_factory=dict)
    look: Mapping[str, Any] = field(default_factory=dict)

    def encode(self, **channels: Spec) -> "Layer":
        """The same rows on more channels."""
        return replace(self, channels={**self.channels, **channels})

    def drawn(self, mark: str, **look: Any) -> "Layer":
        """The same rows as areas, lines, points, bars, rules or texts."""
        return replace(self, look={"type": mark, **look})


def measured(name: str, **more: Any) -> Spec:
    """A channel that shows a quantity of each row; without a type where it is the other end of one that has it."""
    return {"field": name, "type": "quantitative", **more}


def worded(name: str, **more: Any) -> Spec:
    """A channel that shows words of each row, or a kind it is of."""
    return {"field": name, "type": "nominal", **more}


def until(name: str) -> Spec:
    """The other end of an area or a rule."""
    return {"field": name}


def at(value: float | str) -> Spec:
    """A channel fixed to a place in the picture [px], or to its ``width``."""
    return {"value": value}


def scale(low: float, high: float, **more: Any) -> Spec:
    """From one end to the other as they are."""
    return {"domain": [low, high], "nice": False, **more}


def colours(kinds: Sequence[object], paints: Sequence[str]) -> Spec:
    """What to add to a channel of colour: a paint for each kind, and no legend."""
    return {"legend": None, "scale": {"domain": list(kinds), "range": list(paints)}}


def value_axis(
    low: float, high: float, step: float, palette: Palette, *, grid: bool = True, count: bool = False
) -> Spec:
    """An axis of quantities with a label at every round step between its ends."""
    first, last = math.ceil(low / step - _ROUNDING), math.floor(high / step + _ROUNDING)
    ticks = [place * step for place in range(first, last + 1)]
    decimals = 0 if count else max(0, -math.floor(math.log10(step) + _ROUNDING))
    if not count and decimals == 0 and step != round(step):
        decimals = 1
    look = {"grid": grid, "gridColor": palette.rule, "labelColor": palette.quiet, "domain": False, "ticks": False}
    return {"values": ticks, "format": f",.{decimals}f", **look}


def year_axis(first: int, last: int, palette: Palette) -> Spec:
    """Years counted back from the last one, without a thousands point."""
    every = max(1, math.ceil((last - first) / (_TICKS - 1)))
    ticks = sorted(range(last, first - 1, -every))
    look = dict.fromkeys(("domainColor", "tickColor", "labelColor"), palette.quiet)
    return {"values": ticks, "format": "d", "grid": False, "labelFlush": False, **look}


def scaled(name: str, ends: tuple[float, float], axis: Spec | None, **more: Any) -> Spec:
    """A quantity on one of the two axes, from one end to the other as they are."""
    return measured(name, title=None, scale=scale(*ends, **more), axis=axis)


def finish(
    layers: Sequence[Layer], palette: Palette, *, height: float = HEIGHT, width: float = WIDTH, right: float = 6,
) -> Spec:  # fmt: skip
    """A chart of layers, the first undermost; `right` leaves room for labels that stand beyond the last value."""
    sources = list[Sequence[Mapping[str, Any]]]()
    for layer in layers:
        if layer.rows not in sources:
            sources.append(layer.rows)
    parts = [
        {"data": {"name": f"rows-{sources.index(one.rows)}"}, "mark": one.look, "encoding": one.channels}
        for one in layers
    ]
    return {
        "$schema": f"https://vega.github.io/schema/vega-lite/v{VEGALITE}.1.json", "usermeta": OURS,
        "config": {
            "view": {"continuousWidth": 300, "continuousHeight": 300, "stroke": None}, "aria": False, "font": _FONT,
            # Labels are numbers and years: without a limit none is measured for whether it has to be cut.
            "axis": {"labelFontSize": LETTER, "labelPadding": 4, "labelLimit": 0},
        },
        "width": width, "height": height, "padding": {"left": 0, "right": right, "top": 8, "bottom": 2},
        "autosize": {"type": "fit", "contains": "padding"},
        "background": "transparent" if palette.paper.startswith("var(") else palette.paper,
        "datasets": {f"rows-{place}": rows for place, rows in enumerate(sources)}, "layer": parts,
    }  # fmt: skip


# -- Charts to pictures: specification to script-free SVG, or PNG, in the language's numbers ----------

_HIDDEN = re.compile(r'<path[^>]* display="none"[^>]*/>')
#: What Vega writes for its own events and accessibility; the whole picture carries one text instead.
_NOISE = re.compile(r' (?:aria-[a-z]+|role|pointer-events)="[^"]*"')
_SVG = "http://www.w3.org/2000/svg"
_VIEW = re.compile(r'viewbox="0 0 ([\d.]+) ([\d.]+)"', re.IGNORECASE)
#: How far a picture may be blown up to fill its column.
_STRETCH = 1.2
_SIZE = re.compile(r'^<svg([^>]*?) width="([\d.]+)" height="([\d.]+)"')


def svg(chart: Mapping[str, Any], lang: str, *, alt: str, prefix: str) -> Markup:
    """An inline SVG that scales with its column, says its message and clashes with no other.

    Parameters
    ----------
    chart : Vega-Lite specification
    alt : what the chart says, for those who do not see it
    prefix : put before every id, so that pictures on one page do not share any
    """
    text = drawn(chart, lang)
    text = re.sub(r'\bid="', f'id="{prefix}-', text)
    text = re.sub(r"url\((['\"]?)#", rf"url(\1#{prefix}-", text)
    text = re.sub(r'((?:xlink:)?href)="#', rf'\1="#{prefix}-', text)
    text = text.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "").replace(f' xmlns="{_SVG}"', "")
    text = _NOISE.sub("", _HIDDEN.sub("", text))
    match = _SIZE.match(text)
    if match is None:
        raise NotWellFormed(f"unexpected head of a picture: {text[:80]!r}")
    attributes, width = match.group(1).replace(' version="1.1"', ""), match.group(2)
    head = f'<svg{attributes} role="img" aria-label="{escape(alt)}" style="max-width:{float(width) * _STRETCH:g}px"'
    return Markup(head + text[match.end() :])


def chart_figure(
    w: Wording, message: Markup, about: object, chart: Spec, *below: object, prefix: str, cls: str = "sub"
) -> Markup:
    """A chart of simulated figures under its message, with what stands behind it.

    Parameters
    ----------
    about : what is drawn, below the message
    prefix : of the picture's ids
    cls : class of the line below the message
    """
    caption = el("figcaption", el("b", message), el("span", about, " ", Mark.MODEL.symbol, cls=cls))
    picture = svg(chart, w.lang, alt=spoken(message), prefix=prefix)
    return marked("figure", caption, picture, *below, mark=Mark.MODEL)


def png(chart: Spec, lang: str, *, scale: float) -> bytes:
    """The same picture as PNG; the chart must have been drawn with literal colours."""
    given = {"vl_version": VEGALITE, "format_locale": LOCALES[lang], "scale": scale}
    return bytes(vl_convert().vegalite_to_png(plain(chart), **given))


def compiled(chart: Spec) -> Spec:
    """The chart as a Vega specification, for pages that draw it themselves."""
    specification = vl_convert().vegalite_to_vega(plain(chart), vl_version=VEGALITE)
    specification.pop("$schema", None)  # names an older Vega than the bundled one
    specification.pop("usermeta", None)
    return dict(specification)


def svg_to_png(drawing: str, *, scale: float, sides: float = 0.0) -> bytes:
    """A picture of `svg` as PNG, once its colours are literal ones.

    Parameters
    ----------
    scale : pixels per unit of the drawing
    sides : room left and right of it, for letters wider than those it was laid out with [units]
    """
    match = _VIEW.search(drawing)
    if match is None:
        raise NotWellFormed(f"unexpected head of a picture: {drawing[:80]!r}")
    width, height = float(match.group(1)) + 2 * sides, match.group(2)
    view = f'viewBox="{-sides:g} 0 {width:g} {height}"'
    size = f'<svg xmlns="{_SVG}" width="{width:g}" height="{height}"'
    drawing = drawing.replace(match.group(0), view, 1).replace("<svg", size, 1)
    return vl_convert().svg_to_png(drawing, scale=scale)


# -- Bars made of plain elements: they wrap with the text, share one zero line and need no picture ---


@dataclass(frozen=True)
class Bar:
    """One bar: its name, its length or its two ends in any one unit, and the figure as printed."""

    name: object
    value: float | tuple[float, float]
    printed: Printed
    total: bool = False


def bars(w: Wording, rows: Sequence[Bar], *, center: float = 0.0, cls: str = "", marks: bool = True) -> Markup:
    """Bars on one scale that holds zero, with an upright line at the center; below zero they run to the left.

    Parameters
    ----------
    marks : whether each figure carries its mark; False where they stand in an element that carries one for all
    """
    drawn = []
    for row in rows:
        if isinstance(row.value, tuple):
            drawn.append((row, *row.value, "pos"))
        else:
            kind = "total" if row.total else "neg" if row.value < 0 else "pos"
            drawn.append((row, min(0.0, row.value), max(0.0, row.value), kind))
    least, most = min(0.0, *(low for _, low, _, _ in drawn)), max(0.0, *(high for _, _, high, _ in drawn))
    reach = (most - least) or 1.0

    def share(value: float) -> str:
        return f"{100.0 * value / reach:.2f}%"

    lines, line = [], el("i", cls="zero", style=f"left:{share(center - least)}")
    for row, low, high, kind in drawn:
        bar = el("i", cls=f"bar {kind}", style=f"left:{share(low - least)};width:{share(high - low)}")
        lines.append(el("span", row.name, cls="bar-name"))
        lines.append(el("span", bar, line, cls="track", aria_hidden="true"))
        text, mark = row.printed.text(w), row.printed.mark
        said = marked("span", text, el("sup", mark.symbol), mark=mark, cls="bar-value") if marks else None
        lines.append(said or el("span", text, cls="bar-value"))
    return el("div", *lines, cls=f"bars {cls}".strip())
