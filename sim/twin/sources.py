"""The twin's JavaScript, put together."""

from importlib.resources import files

#: JavaScript of the engine in the order it is put together; all of one name space.
ENGINE = (
    "random.js", "draws.js", "inversion.js", "stage.js", "project.js", "series.js", "outturns.js", "statistics.js",
    "reading.js", "evidence.js", "engine.js",
)  # fmt: skip


def engine_script() -> str:
    """JavaScript that defines ``makeEngine(payload)`` and nothing else, loads nothing and touches no page."""
    here = files("sim.twin")
    whole = "\n".join(here.joinpath(name).read_text(encoding="utf-8") for name in ENGINE)
    return f'const {{ makeEngine }} = (() => {{\n"use strict";\n{whole}\nreturn {{ makeEngine }};\n}})();\n'
