"""The planner's view: chart content and the widget that carries it to the browser."""

import importlib.metadata
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets
from numpy.typing import NDArray

from sim.inputs.text import remembered
from sim.planner.answer import Answer
from sim.view import module, style

#: Name of the data set that the browser replaces.
ROWS = "rows"
#: Colours are variables of view.css, so that the light and dark themes of the notebook both work.
_INK, _MUTED, _GRID = "var(--cs-ink)", "var(--cs-muted)", "var(--cs-grid)"
_BAND80, _BAND50, _MEAN, _GHOST = "var(--cs-band80)", "var(--cs-band50)", "var(--cs-accent)", "var(--cs-ghost)"
_FONT = "var(--cs-font)"
_WIDTH, _HEIGHT = 330, 122
_SMALL, _TITLE = 11, 12
#: Room for axis labels, equal in all panels so that their years stand below each other.
_AXIS_ROOM = 36
_DASH = [4, 3]
#: Altair 5 speaks this version of Vega-Lite; vl-convert needs it by name.
_VEGA_LITE = "5.20"
#: Columns of the numbers that are sent; a panel is a chart by its place.
COLUMNS = ("panel", "year", "seen", "mean", "p10", "p25", "p75", "p90", "gmean", "g10", "g90")
_RANGE = ("mean", "p10", "p25", "p75", "p90")


def view_assets() -> dict[str, Any]:
    """The compiled chart and the browser module with Vega inside; kept on disk between sessions.

    Returns
    -------
    dict
        ``spec``: Vega specifications by number of columns; ``module``: JavaScript of the view, which loads nothing.
    """
    sources = [Path(__file__).read_bytes(), module().encode()]
    versions = "|".join(importlib.metadata.version(name) for name in ("altair", "vl-convert-python"))
    return remembered("planner-view", [*sources, versions.encode()], _build)


def _build() -> dict[str, Any]:
    import vl_convert

    specs = {}
    for columns in (1, 2):  # panels beside each other on a phone and on a desk
        spec = vl_convert.vegalite_to_vega(fan_specification(columns), vl_version=_VEGA_LITE)
        spec.pop("$schema")  # names an older Vega than the bundled one, which would warn in the console
        specs[str(columns)] = spec
    return {"spec": specs, "module": vl_convert.javascript_bundle(module(), vl_version=_VEGA_LITE)}


def frame(answer: Answer) -> NDArray[np.float64]:
    """Numbers of the charts, (row, column of `COLUMNS`): history, base year, projected years; NaN for none."""
    rows: list[dict[str, float]] = []
    for place, panel in enumerate(answer.panels):
        rows += [{"panel": place, "year": point.year, "seen": point.value} for point in panel.fan.history]
        rows.append({"panel": place, "year": panel.base_year, **dict.fromkeys(COLUMNS[3:], panel.base)})
        for ours, theirs in zip(panel.fan.ranges, panel.ghost.ranges, strict=True):
            ghost = {"gmean": theirs.mean, "g10": theirs.p10, "g90": theirs.p90}
            rows.append({"panel": place, "year": ours.year, **{name: getattr(ours, name) for name in _RANGE}, **ghost})
    return np.array([[row.get(name, np.nan) for name in COLUMNS] for row in rows], dtype=np.float64)


def fan_specification(columns: int = 2) -> dict[str, Any]:
    """One fan per panel: history, 80 % and 50 % ranges, mean, and the reference as a ghost.

    Parameters
    ----------
    columns : of panels; one on a phone

    Notes
    -----
    Rows: panel title, order, year, mean, p10 … p90 of the scenario; gmean, g10, g90 of the reference; seen;
    and the texts at the end of the fan. Titles and end labels arrive as text in the right language.
    """
    import altair as alt

    axis = alt.Axis(
        format="d", tickMinStep=1, grid=False, labelFlush=False, tickSize=3, labelOverlap="greedy", labelSeparation=5
    )  # fmt: skip
    base = alt.Chart().encode(x=alt.X("year:Q", title=None, scale=alt.Scale(nice=False, zero=False), axis=axis))

    def value(name: str) -> Any:
        axis = alt.Axis(tickCount=4, format=",.0f", title=None, minExtent=_AXIS_ROOM)
        return alt.Y(f"{name}:Q", axis=axis, scale=alt.Scale(zero=False, nice=True))

    ghost, small = {"color": _GHOST, "strokeDash": _DASH}, {"color": _MUTED, "fontSize": _SMALL}
    bands = (("p10", "p90", _BAND80), ("p25", "p75", _BAND50))
    lines: tuple[tuple[str, dict[str, Any]], ...] = (
        ("g10", {**ghost, "strokeWidth": 1}),
        ("g90", {**ghost, "strokeWidth": 1}),
        ("gmean", {**ghost, "strokeWidth": 2}),
        ("mean", {"color": _MEAN, "strokeWidth": 2.2}),
        ("seen", {"color": _INK, "strokeWidth": 1.6}),
    )
    ends = (("p10", small), ("mean", {"fontWeight": 700, "color": _MEAN, "fontSize": _TITLE}), ("p90", small))
    text = {"align": "left", "dx": 5, "baseline": "middle"}
    layers = alt.layer(
        *(base.mark_area(color=color).encode(y=value(low), y2=f"{high}:Q") for low, high, color in bands),
        *(base.mark_line(**style).encode(y=value(name)) for name, style in lines),
        base.mark_point(color=_INK, fill=_INK, size=18, opacity=1).encode(y=value("seen")),
        *(
            base.mark_text(**text, **style).encode(y=value(name), text=alt.Text(f"end_{name}:N"))
            for name, style in ends
        ),
        data=alt.NamedData(ROWS),
    )
    header = alt.Header(
        title=None, labelAnchor="start", labelFontSize=_TITLE, labelFontWeight=600, labelLimit=0, labelPadding=4
    )
    facet = alt.Facet("panel:N", sort=alt.SortField("order"), header=header)
    chart = layers.properties(width=_WIDTH, height=_HEIGHT).facet(
        facet, columns=columns, spacing={"row": 12, "column": 44}
    )
    axes = alt.AxisConfig(
        labelColor=_MUTED, labelFont=_FONT, labelFontSize=_SMALL, gridColor=_GRID, domainColor=_GRID, tickColor=_GRID,
        domain=False,
    )  # fmt: skip
    themed = chart.resolve_scale(y="independent").configure(
        axis=axes,
        background="transparent",
        header=alt.HeaderConfig(labelColor=_INK, labelFont=_FONT),
        text=alt.MarkConfig(font=_FONT),
        view=alt.ViewConfig(stroke=None),
        padding={"left": 2, "right": 46, "top": 0, "bottom": 2},
    )
    return themed.to_dict(validate=True)


#: Number formats of chart axes; d3 has none for Vietnamese.
LOCALES = {
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", "\u00a0\u20ab"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["\u20ab\u00a0", ""]},
}
READY, ERROR = "ready", "error"

Hear = Callable[[str, Any, Sequence[bytes], bool], None]


class PlannerView(anywidget.AnyWidget):
    """Shows the levers and the last answer, and says whether it is still the answer.

    Attributes
    ----------
    spec : compiled charts by number of columns, sent once
    levers : see `sim.planner.levers.levers_content`
    answer : {top, bottom: HTML; panels, columns: of the chart; alt, lang, locale, revision}
    frame : numbers of the chart, float64 in rows of `answer.columns`
    more : what follows a moment later: {revision, margins, evidence: HTML; tries; rest}
    status : {state: ``ready`` or ``error``, message, notice, of_file: whether it is about an upload, saved,
        sheets: to choose from}; an error marks the answer as stale
    parting : should the line be lost: {texts: what is said; kept: {province, yaml, draws, reference, edited}}
    done : wishes answered so far
    """

    spec = traitlets.Dict().tag(sync=True)
    levers = traitlets.Dict().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    frame = traitlets.Bytes(b"").tag(sync=True)
    more = traitlets.Dict().tag(sync=True)
    status = traitlets.Dict({"state": READY}).tag(sync=True)
    parting = traitlets.Dict().tag(sync=True)
    done = traitlets.Int(0).tag(sync=True)

    def __init__(self, hear: Hear) -> None:
        assets = view_assets()
        self._esm = assets["module"]
        self._css = style()
        super().__init__(spec=assets["spec"])
        self._hear = hear
        self.on_msg(self._heard)

    def _heard(self, _: Any, content: Any, buffers: Sequence[Any]) -> None:
        """A wish from the browser: {wish, value, live}. Everything it changes goes back in one message."""
        with self.hold_sync():
            try:
                wish, value = str(content["wish"]), content.get("value")
                self._hear(wish, value, [bytes(buffer) for buffer in buffers], bool(content.get("live")))
            finally:
                self.done += 1

    def tell(self, **told: Any) -> None:
        """Change parts of the status."""
        self.status = {**self.status, **told}

    def show(self, content: dict[str, Any], numbers: np.ndarray, lang: str) -> None:
        """Replace the answer."""
        self.answer = {**content, "lang": lang, "locale": LOCALES[lang], "revision": self.revision + 1}
        self.frame = np.ascontiguousarray(numbers, dtype="<f8").tobytes()

    @property
    def revision(self) -> int:
        """Number of the answer shown."""
        return int(self.answer.get("revision", 0))
