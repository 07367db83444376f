"""Charts to pictures: Altair specification to script-free SVG, or PNG, in the language's numbers."""

from __future__ import annotations

import re
from typing import Any

from markupsafe import Markup, escape

from sim.report.dom import NotWellFormed

#: Vega-Lite release Altair 5.5 writes; vl-convert carries it.
VEGALITE = "5.20"
_VIETNAMESE = {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", "\u00a0\u20ab"]}
_ENGLISH = {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["\u20ab\u00a0", ""]}
LOCALES = {"vi": _VIETNAMESE, "en": _ENGLISH}
_HIDDEN = re.compile(r'<path[^>]* display="none"[^>]*/>')
#: What Vega writes for its own events and accessibility; the whole picture carries one text instead.
_NOISE = re.compile(r' (?:aria-[a-z]+|role|pointer-events)="[^"]*"')
_SVG = "http://www.w3.org/2000/svg"
_VIEW = re.compile(r'viewbox="0 0 ([\d.]+) ([\d.]+)"', re.IGNORECASE)
_SIZE = re.compile(r'^<svg([^>]*?) width="([\d.]+)" height="([\d.]+)"')


def svg(chart: Any, lang: str, *, alt: str, prefix: str) -> Markup:
    """An inline SVG that scales with its column, says its message and clashes with no other.

    Parameters
    ----------
    chart : altair chart
    alt : what the chart says, for those who do not see it
    prefix : put before every id, so that pictures on one page do not share any
    """
    text = _vl_convert().vegalite_to_svg(_specification(chart), vl_version=VEGALITE, format_locale=LOCALES[lang])
    text = re.sub(r'\bid="', f'id="{prefix}-', text)
    text = re.sub(r"url\((['\"]?)#", rf"url(\1#{prefix}-", text)
    text = re.sub(r'((?:xlink:)?href)="#', rf'\1="#{prefix}-', text)
    text = text.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "").replace(
        ' xmlns="http://www.w3.org/2000/svg"', ""
    )
    text = _NOISE.sub("", _HIDDEN.sub("", text))
    match = _SIZE.match(text)
    if match is None:
        raise NotWellFormed(f"unexpected head of a picture: {text[:80]!r}")
    attributes, width = match.group(1).replace(' version="1.1"', ""), match.group(2)
    head = f'<svg{attributes} role="img" aria-label="{escape(alt)}" style="max-width:{float(width) * _STRETCH:g}px"'
    return Markup(head + text[match.end() :])


#: How far a picture may be blown up to fill its column.
_STRETCH = 1.2


def png(chart: Any, lang: str, *, scale: float) -> bytes:
    """The same picture as PNG; the chart must have been drawn with literal colours."""
    return _vl_convert().vegalite_to_png(
        _specification(chart), vl_version=VEGALITE, format_locale=LOCALES[lang], scale=scale
    )


def compiled(chart: Any) -> dict[str, Any]:
    """The chart as a Vega specification, for pages that draw it themselves."""
    specification = _vl_convert().vegalite_to_vega(_specification(chart), vl_version=VEGALITE)
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
    return _vl_convert().svg_to_png(drawing, scale=scale)


def _specification(chart: Any) -> dict[str, Any]:
    specification = chart.to_dict()
    specification.pop("usermeta", None)
    return specification


def _vl_convert() -> Any:
    import vl_convert  # starts a JavaScript engine: only when something is drawn

    return vl_convert
