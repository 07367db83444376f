"""The planner's view: numbers of its charts, and the widget that carries everything to the browser."""

from collections.abc import Callable, Sequence
from typing import Any

import anywidget
import numpy as np
import traitlets
from numpy.typing import NDArray

from sim.planner.answer import Answer
from sim.view import module, style

#: Columns of the numbers that are sent; a panel is a chart by its place.
COLUMNS = ("panel", "year", "seen", "mean", "p10", "p25", "p75", "p90", "gmean", "g10", "g90")
_RANGE = ("mean", "p10", "p25", "p75", "p90")
READY, ERROR = "ready", "error"

Hear = Callable[[str, Any, Sequence[bytes], bool], None]


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


class PlannerView(anywidget.AnyWidget):
    """Shows the levers and the last answer, and says whether it is still the answer.

    Attributes
    ----------
    levers : see `sim.planner.levers.levers_content`
    answer : {top, bottom: HTML; panels, columns: of the charts; alt, lang, revision}
    frame : numbers of the chart, float64 in rows of `answer.columns`
    more : what follows a moment later: {revision, margins, evidence: HTML; tips: of the charts; tries; rest}
    status : {state: ``ready`` or ``error``, message, notice, of_file, calm: whether it is about an upload, or
        no more than news, saved,
        sheets: to choose from, resumed: {text, away, calm} of work that was left}; an error marks the answer as stale
    parting : should the line be lost: {texts: what is said; name, kept: the browser's copy of the work, see `Content`}
    done : wishes answered so far
    """

    levers = traitlets.Dict().tag(sync=True)
    answer = traitlets.Dict().tag(sync=True)
    frame = traitlets.Bytes(b"").tag(sync=True)
    more = traitlets.Dict().tag(sync=True)
    status = traitlets.Dict({"state": READY}).tag(sync=True)
    parting = traitlets.Dict().tag(sync=True)
    done = traitlets.Int(0).tag(sync=True)

    def __init__(self, hear: Hear, after: Callable[[], None] = lambda: None) -> None:
        self._esm, self._css = module(), style()
        super().__init__()
        self._hear, self._after = hear, after
        self.on_msg(self._heard)

    def _heard(self, _: Any, content: Any, buffers: Sequence[Any]) -> None:
        """A wish from the browser: {wish, value, live}. Everything it changes goes back in one message.

        What is answered has been kept; only while a slider is held nothing is.
        """
        live = bool(content.get("live"))
        with self.hold_sync():
            try:
                wish, value = str(content["wish"]), content.get("value")
                self._hear(wish, value, [bytes(buffer) for buffer in buffers], live)
                if not live:
                    self._after()
            finally:
                self.done += 1

    def tell(self, **told: Any) -> None:
        """Change parts of the status."""
        self.status = {**self.status, **told}

    def show(self, content: dict[str, Any], numbers: np.ndarray, lang: str) -> None:
        """Replace the answer."""
        self.answer = {**content, "lang": lang, "revision": self.revision + 1}
        self.frame = np.ascontiguousarray(numbers, dtype="<f8").tobytes()

    @property
    def revision(self) -> int:
        """Number of the answer shown."""
        return int(self.answer.get("revision", 0))
