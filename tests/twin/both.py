"""The planner's session in Python and in JavaScript side by side, on the same wishes."""

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from sim.domain import Scenario, Target
from sim.inputs.scenarios import load_plan
from sim.planner import Words
from sim.planner.opening import Opened, open_planner, read_parameters
from sim.planner.session import Session
from sim.twin import engine_script, face_script, payload
from sim.twin.face import Opened as PageOpened, face
from sim.twin.plain import plain_target
from tests.support.v8 import V8

#: The browser's part that a bare engine of JavaScript lacks.
_BROWSER = """
class TextEncoder {
  encode(text) { return unescape(encodeURIComponent(text)).split("").map((sign) => sign.charCodeAt(0)); }
}
"""
#: An engine that gives back answers made in Python.
_TOLD = """
let told = {};
const stub = {
  compare: () => ({}),
  answerOf: () => told.answer,
  evidence: () => told.evidence,
  funding: () => null,
  margin: (result, line) => told.margins[line],
  rating: (result, scenario) => told.ratings[scenario.slug],
};
"""


def plain(value: Any) -> Any:
    """A value of Python's as the scripts hold it: fields by name, no subjects, None where there is no finite number."""
    if isinstance(value, Target):
        return plain_target(value)
    if isinstance(value, Scenario):
        return None
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value) if one.name != "subject"}
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(one) for one in value]
    if isinstance(value, np.ndarray):
        return [plain(one) for one in value.ravel().tolist()]
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    return value


def planner(lang: str = "vi", **asked: Any) -> Session:
    """The planner of the application, opened as asked."""
    return Session(open_planner(read_parameters({"lang": lang, **asked})), Words(lang))


def page_opened(opened: Opened) -> PageOpened:
    """What the page opens with, where the planner opens with `opened`."""
    return PageOpened(
        scenario=opened.scenario, reference=opened.asked.reference, plans=opened.plans, worlds=opened.worlds,
        written={slug: load_plan(slug) for slug in opened.plans}, shipped=opened.shipped,
        reserved=("index", "con"), weights=opened.weights,
    )  # fmt: skip


class Twin:
    """The session in JavaScript, on answers that Python made or on its own engine."""

    def __init__(self, session: Session, *, own_engine: bool = False) -> None:
        opened = session.opened
        content = face(opened.knowledge, page_opened(opened), lang=opened.asked.lang, draws=opened.asked.draws)
        self.js = V8()
        self.js.eval(_BROWSER + face_script() + _TOLD)
        self.js.eval(f"const carried = {json.dumps(content)}; let session = null; let files = [];")
        if own_engine:
            worlds, asked = tuple(opened.worlds.values()), opened.asked
            carried = payload(opened.knowledge, seed=asked.seed, draws=asked.draws, worlds=worlds)
            self.js.eval(engine_script())
            self.js.eval(f"const model = makeEngine({json.dumps(carried)}); 0")
        self.engine = "model" if own_engine else "stub"

    def tell(self, **told: Any) -> None:
        """What the engine will say."""
        self.js.eval(f"Object.assign(told, {json.dumps(plain(told))})")

    def open(self) -> None:
        """Open the page's session."""
        self.js.eval(f"session = openSession(carried, {self.engine}); 0")
        self.js.eval("session.model.on('msg:custom', (...one) => files.push(one))")

    def wish(self, name: str, value: Any = None, live: bool = False) -> None:
        """One wish from the view."""
        self.js.eval(f"session.model.meet({json.dumps({'wish': name, 'value': value, 'live': live})}); 0")

    def get(self, name: str) -> Any:
        """What the view would get."""
        return json.loads(self.js.eval(f"JSON.stringify(session.model.get({json.dumps(name)}))"))

    def frame(self) -> list[float | None]:
        """Numbers of the chart."""
        text = self.js.eval(
            "var numbers = new Float64Array(session.model.get('frame').buffer);"
            "JSON.stringify([...numbers].map((one) => (isNaN(one) ? null : one)))"
        )
        return json.loads(text)

    def file(self) -> str:
        """Text of the file taken away last."""
        return self.js.eval("decodeURIComponent(escape(String.fromCharCode(...files[files.length - 1][1][0])))")


@contextmanager
def answers_of(session: Session) -> Iterator[list[Any]]:
    """Every answer that is read off a result meanwhile."""
    made: list[Any] = []
    read = session._reader.answer

    def kept(*args: Any, **named: Any) -> Any:
        made.append(read(*args, **named))
        return made[-1]

    session._reader.answer = kept  # type: ignore[method-assign]
    try:
        yield made
    finally:
        session._reader.answer = read  # type: ignore[method-assign]

