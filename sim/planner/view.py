"""The answer side in the browser: one AnyWidget with words and one Vega view, fed with data only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import anywidget
import traitlets

from sim.planner.chart import view_assets

#: Number formats of chart axes; d3 has none for Vietnamese.
LOCALES = {
    "vi": {"decimal": ",", "thousands": ".", "grouping": [3], "currency": ["", "\u00a0\u20ab"]},
    "en": {"decimal": ".", "thousands": ",", "grouping": [3], "currency": ["\u20ab\u00a0", ""]},
}
READY, COMPUTING, ERROR = "ready", "computing", "error"


class AnswerView(anywidget.AnyWidget):
    """Shows the last answer and says whether it is still the answer.

    Attributes
    ----------
    spec : compiled chart, sent once
    answer : {top, bottom: HTML; rows: of the chart; alt, lang, locale, revision}
    state : ``ready``, ``computing`` or ``error``; anything but ready marks the answer as stale
    message : what the state means, in words
    """

    spec = traitlets.Dict().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    state = traitlets.Unicode(READY).tag(sync=True)
    message = traitlets.Unicode("").tag(sync=True)

    def __init__(self) -> None:
        assets = view_assets()
        self._esm = assets["module"]
        self._css = (Path(__file__).resolve().parent / "view.css").read_text(encoding="utf-8")
        super().__init__(spec=assets["spec"])
        self.add_class("cs-answer")

    def tell(self, state: str, message: str) -> None:
        """Change the state before or without a new answer."""
        with self.hold_sync():
            self.state, self.message = state, message

    def show(self, content: dict[str, Any], lang: str, message: str) -> None:
        """Replace the answer; one message to the browser."""
        revision = self.answer.get("revision", 0) + 1
        with self.hold_sync():
            self.answer = {**content, "lang": lang, "locale": LOCALES[lang], "revision": revision}
            self.state, self.message = READY, message
