"""The outside doors of the program: the one place that follows when modules move.

Everything goes through ``python -m sim`` in a process of its own, as a user's terminal does. The planner has no
command that answers; it is opened as its notebook opens it, with the one import of `_planner`, and is asked by the
messages a browser sends.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = 80
#: Beside the folders commands run in: a cache of their own, so that nothing is answered from what older code kept.
CACHE = ".cache"
#: Variables that would make somebody's own settings show in an output.
_OWN = ("COOPSIM_", "XDG_DATA", "JUPYTER", "PYTHONPATH", "LC_", "FORCE_COLOR")
_LONGEST = 900


@dataclass(frozen=True)
class Answer:
    """What a command left behind."""

    code: int
    out: str
    err: str


class NoBrowser(RuntimeError):
    """There is nothing to print a PDF with; said aloud, because a net with a hole in it is none."""


@cache
def browser() -> str:
    """Path of a Chromium.

    Raises
    ------
    NoBrowser
        When there is none and none can be installed.
    """
    named = os.environ.get("COOPSIM_CHROMIUM")
    if named:
        return named
    done = subprocess.run([sys.executable, ROOT / "scripts" / "browser.py"], capture_output=True, text=True)
    if done.returncode:
        raise NoBrowser(f"frozen outputs: PDF CANNOT BE MADE, so nothing is checked: {done.stderr.strip()}")
    return done.stdout.strip()


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: text for name, text in os.environ.items() if not name.startswith(_OWN)}
    own = {"COLUMNS": str(COLUMNS), "LINES": "40", "TZ": "UTC", "PYTHONUTF8": "1", "NO_COLOR": "1", "TERM": "dumb",
           "PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(folder / ".own")}  # fmt: skip
    cache = folder.parent / CACHE
    return kept | own | ({"XDG_CACHE_HOME": str(cache)} if cache.exists() else {})


def command(folder: Path, argv: Sequence[str], *, pdf: bool = False) -> Answer:
    """Run ``coopsim`` in a folder, with nobody there to answer a question."""
    environment = _environment(folder) | ({"COOPSIM_CHROMIUM": browser()} if pdf else {})
    done = subprocess.run(
        [sys.executable, "-m", "sim", *argv], cwd=folder, env=environment, stdin=subprocess.DEVNULL,
        capture_output=True, timeout=_LONGEST,
    )  # fmt: skip
    return Answer(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def planner(folder: Path, asked: Mapping[str, Any], wishes: Sequence[Mapping[str, Any]], province: str) -> Any:
    """What the planner shows when it is opened and after each wish, as `_planner_answers` returns it."""
    question = json.dumps({"asked": asked, "wishes": wishes})
    done = subprocess.run(
        [sys.executable, "-m", "tests.frozen.doors"], cwd=folder, input=question.encode(),
        env=_environment(folder) | {"COOPSIM_PROVINCE": province}, capture_output=True, timeout=_LONGEST,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(done.stderr.decode("utf-8"))
    return json.loads(done.stdout)


def _planner(parameters: str) -> Any:
    """The planner as its notebook makes it."""
    from sim.planner import Planner

    return Planner(**json.loads(parameters))


#: Traits every widget has, the drawing the charts are made from, and what is said and kept when the line is lost, which
#: are no answer.
_NO_ANSWER = {"layout", "tabbable", "tooltip", "spec", "parting"}


def _planner_answers(asked: dict[str, Any], wishes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Traits sent to the view, and files handed to the browser, after opening and after each wish.

    Only what changed since the answer before is told, and the whole first.
    """
    (view,) = _planner(json.dumps(asked)).children
    files: list[Any] = []
    view.send = lambda content, buffers=(): files.append([content, [_told(bytes(one)) for one in buffers]])
    before: dict[str, Any] = {}
    answers = []
    for wish in [None, *wishes]:
        if wish:
            view._handle_custom_msg({"live": False, **wish}, [])
        while getattr(view, "more", {}).get("rest", "revision" in getattr(view, "answer", {}) and not view.more):
            view._handle_custom_msg({"wish": "more", "value": view.answer["revision"]}, [])
        now = {name: _trait(view, name) for name in sorted(view.keys)
               if not name.startswith("_") and name not in _NO_ANSWER}  # fmt: skip
        answers.append({name: value for name, value in now.items() if before.get(name) != value} | {"files": files[:]})
        before = now
        files.clear()
    return answers


def _trait(view: Any, name: str) -> Any:
    value = getattr(view, name)
    if not isinstance(value, bytes):
        return value
    import numpy as np

    columns = view.answer["columns"]
    return [dict(zip(columns, row, strict=True)) for row in np.frombuffer(value).reshape(-1, len(columns)).tolist()]


def _told(content: bytes) -> str:
    return content.decode("utf-8") if not content.startswith(b"PK") else "‹workbook›"


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_planner_answers(**json.load(sys.stdin))))
