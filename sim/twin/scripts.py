"""The scripts of the page's own session, put together in one scope."""

from importlib.resources import files

#: In the order they are put together.
FACE = (
    "exact.js", "words.js", "figures.js", "allocation.js", "plan.js", "state.js", "answer.js", "details.js",
    "levers.js", "assume.js", "legacy.js", "desk.js", "yaml.js", "csv.js", "read.js", "keep.js", "session.js",
    "open.js", "start.js",
)  # fmt: skip
#: What they give to whoever puts the page together.
_GIVEN = "openSession, startPage"


def face_script() -> str:
    """JavaScript that defines ``openSession`` and ``startPage`` and loads nothing."""
    here = files("sim.twin")
    source = "\n".join(here.joinpath(name).read_text(encoding="utf-8") for name in FACE)
    return scope(source, _GIVEN)


def scope(source: str, given: str) -> str:
    """A script whose names stay its own, but those it gives."""
    return f'const {{ {given} }} = (() => {{\n"use strict";\n{source}\nreturn {{ {given} }};\n}})();\n'
