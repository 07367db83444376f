"""The files of the view, put together."""

from importlib.resources import files

#: JavaScript of the view in the order it is put together; all of one name space.
SCRIPTS = (
    "dom.js",
    "places.js",
    "scale.js",
    "chart.js",
    "picture.js",
    "table.js",
    "targets.js",
    "levers.js",
    "sharing.js",
    "saved.js",
    "strip.js",
    "brief.js",
    "program.js",
    "suggest.js",
    "questions.js",
    "assumptions.js",
    "assistant.js",
    "line.js",
    "asker.js",
    "view.js",
)


def script() -> str:
    """JavaScript that defines ``render({ model, el })``, no other name, and loads nothing."""
    here = files("sim.view")
    text = "\n".join(here.joinpath(name).read_text(encoding="utf-8") for name in SCRIPTS)
    return f"const {{ render }} = (() => {{\n{text}\nreturn {{ render }};\n}})();\n"


def module() -> str:
    """The same as a module whose default export is what anywidget asks for."""
    return f"{script()}export default {{ render }};\n"


def style() -> str:
    """Looks of the view; every rule is below ``.cs-view``."""
    return files("sim.view").joinpath("view.css").read_text(encoding="utf-8")
