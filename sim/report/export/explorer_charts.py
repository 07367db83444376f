"""The explorer's charts: compiled once to Vega, fed with rows by the page's own script."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

from sim.inputs.cache import remembered
from sim.report.axes import DOT, LETTER, STROKE, altair, finish, round_axis, value_axis, year_axis
from sim.report.canvas import VEGALITE, compiled
from sim.report.palette import STYLED

#: Data sets that the page fills.
ROWS, PAST = "rows", "past"
_HALF_DISC = "M0,-1A1,1,0,0,0,0,1Z"


def fan(past: Sequence[Mapping[str, Any]], years: tuple[int, int], reach: tuple[float, float]) -> dict[str, Any]:
    """A Vega specification of one fan on fixed axes, so that what a slider moves can be seen.

    Parameters
    ----------
    past : rows {year, value, observed} of history
    years, reach : ends of the axes

    Notes
    -----
    Rows of `ROWS`: year, p10 … p90, ghost (median without support), last (True in the last year).
    """
    alt = altair()
    low, high, step = round_axis([*reach, *(row["value"] for row in past)])
    scale = alt.Scale(domain=[low, high], nice=False, zero=False)
    x = alt.X("year:Q", title=None, axis=year_axis(*years, STYLED), scale=alt.Scale(domain=list(years), nice=False))

    def y(name: str) -> Any:
        return alt.Y(f"{name}:Q", title=None, scale=scale, axis=value_axis(low, high, step, STYLED))

    base = alt.Chart(alt.NamedData(ROWS)).encode(x=x)
    ends = base.transform_filter("datum.last")
    label = {"align": "left", "baseline": "middle", "dx": 6, "fontSize": LETTER, "color": STYLED.quiet}
    layers = [
        base.mark_area(color=STYLED.band_80, opacity=1).encode(y=y("p10"), y2="p90"),
        base.mark_area(color=STYLED.band_50, opacity=1).encode(y=y("p25"), y2="p75"),
        base.mark_line(color=STYLED.quiet, strokeWidth=STROKE, strokeDash=[5, 4]).encode(y=y("ghost")),
        base.mark_line(color=STYLED.accent, strokeWidth=STROKE).encode(y=y("p50")),
        *_past(alt, x, y("value")),
        *(ends.mark_text(**label).encode(y=y(name), text=f"{name}_label:N") for name in ("p10", "p90")),
        ends.mark_text(**{**label, "color": STYLED.accent, "fontWeight": "bold"}).encode(
            y=y("p50"), text="p50_label:N"
        ),
    ]
    return compiled(finish(alt.layer(*layers), STYLED))


def _past(alt: Any, x: Any, y: Any) -> list[Any]:
    """A full dot where a figure was observed, a half one where it was estimated."""
    base = alt.Chart(alt.NamedData(PAST)).encode(x=x, y=y)
    full, half = base.transform_filter("datum.observed"), base.transform_filter("!datum.observed")
    shape = {"filled": True, "size": DOT, "opacity": 1}
    return [
        full.mark_point(**shape, color=STYLED.ink),
        half.mark_point(**shape, fill=STYLED.paper, stroke=STYLED.ink),
        half.mark_point(**shape, color=STYLED.ink, shape=_HALF_DISC),
    ]


def script() -> str:
    """The page's script with Vega in it, kept on disk: bundling takes seconds."""
    source = files("sim.report.export").joinpath("explorer.js").read_text(encoding="utf-8")
    version = importlib.metadata.version("vl-convert-python")
    return str(
        remembered("explorer-script", [source.encode(), version.encode(), VEGALITE.encode()], lambda: _bundle(source))
    )


def _bundle(source: str) -> str:
    import vl_convert

    return vl_convert.javascript_bundle(source, vl_version=VEGALITE)
