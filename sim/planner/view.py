"""The planner in the browser: one AnyWidget with levers, words and one Vega view, fed with data only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import numpy as np
import traitlets

from sim.planner.chart import view_assets

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
    done : wishes answered so far
    """

    spec = traitlets.Dict().tag(sync=True)
    levers = traitlets.Dict().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    frame = traitlets.Bytes(b"").tag(sync=True)
    more = traitlets.Dict().tag(sync=True)
    status = traitlets.Dict({"state": READY}).tag(sync=True)
    done = traitlets.Int(0).tag(sync=True)

    def __init__(self, hear: Hear) -> None:
        assets = view_assets()
        self._esm = assets["module"]
        self._css = (Path(__file__).resolve().parent / "view.css").read_text(encoding="utf-8")
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

    def hand_over(self, name: str, content: bytes, kind: str) -> None:
        """Give the browser a file to keep."""
        self.send({"file": name, "type": kind}, buffers=[content])
