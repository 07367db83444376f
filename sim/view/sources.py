"""The files of the view, put together."""

from importlib.resources import files

#: JavaScript of the view in the order it is put together; all of one name space.
SCRIPTS = ("dom.js", "places.js", "targets.js", "levers.js", "sharing.js", "strip.js", "brief.js", "line.js", "view.js")


def script() -> str:
    """JavaScript that defines ``render({ model, el })`` and loads nothing."""
    here = files("sim.view")
    return "\n".join(here.joinpath(name).read_text(encoding="utf-8") for name in SCRIPTS)


def module() -> str:
    """The same as a module whose default export is what anywidget asks for."""
    return f"{script()}\nexport default {{ render }};\n"


def style() -> str:
    """Looks of the view; every rule is below ``.cs-view``."""
    return files("sim.view").joinpath("view.css").read_text(encoding="utf-8")
