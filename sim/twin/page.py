"""The whole planner as one HTML file: content as JSON, three scripts that may run, nothing that is loaded."""

import base64
import hashlib
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from sim.analysis.answer import PerHtx
from sim.evidence import Knowledge
from sim.inputs.yaml import load_catalogue
from sim.report.print import el
from sim.twin.carried import payload
from sim.twin.face import Opened, face
from sim.twin.scripts import face_script
from sim.twin.sources import engine_script
from sim.view import script, style

_METAS = {"viewport": "width=device-width, initial-scale=1", "referrer": "no-referrer", "color-scheme": "light dark"}


def page(  # noqa: PLR0913  (what is known, what is offered, how it opens: the one door of the file)
    known: Knowledge, opened: Opened, *, lang: str, seed: int, settings: Mapping[str, int],
    funding: Mapping[int, PerHtx] | None = None,
) -> str:  # fmt: skip
    """The file.

    Parameters
    ----------
    lang : the language it opens in; it carries both
    seed : of the report it stands beside, so that a plan has one answer in both
    settings : ``draws`` it holds, ``held`` while a slider is held
    funding : as `payload` takes it

    Raises
    ------
    ValueError
        When a script would end its own element.
    """
    draws = settings["draws"]
    carried = {
        "face": face(known, opened, lang=lang, draws=draws) | {"held": settings["held"]},
        "model": payload(known, seed=seed, draws=draws, worlds=tuple(opened.worlds.values()), funding=funding),
    }
    program = _program()
    body = el(
        "body",
        el("main", el("p", _say(lang, "opening"), cls="cs-opening"), id="planner"),
        el("p", _say(lang, "failed"), id="failed", hidden=True, role="alert", cls="cs-opening"),
        el("noscript", el("p", _say(lang, "no_script"), cls="cs-opening")),
        *(el("script", Markup(_json(content)), id=name, type="application/json") for name, content in carried.items()),
        el("script", Markup(program)),
        cls="cs-page",
    )
    title = f"{_say(lang, 'title')} – {known.province.label.get(lang) or known.province.slug}"
    return f"<!doctype html>\n{el('html', _head(title, program), body, lang=lang)}\n"


def _say(lang: str, key: str) -> str:
    return load_catalogue(lang).text(f"explorer.{key}")


def _json(content: Mapping[str, Any]) -> str:
    """Data that cannot end its element, whatever it holds."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def _program() -> str:
    parts = (engine_script(), face_script(), script(), "startPage(makeEngine, render);\n")
    program = _lean("".join(parts))
    if "</script" in program.lower() or "<!--" in program:
        raise ValueError("a script of the page would end its own element")
    return program


def _lean(source: str) -> str:
    """A script without its remarks and indents, which a reader finds in the sources.

    Raises
    ------
    ValueError
        When a text runs over several lines: its blanks would be part of it.
    """
    lines = [line.strip() for line in source.split("\n")]
    if any(line.count("`") % 2 for line in lines):
        raise ValueError("a script of the page has a text over several lines")
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _head(title: str, program: str) -> Markup:
    looks = style() + files("sim.twin").joinpath("page.css").read_text(encoding="utf-8")
    policy = (  # only this very script and style may be used, and nothing is loaded
        f"default-src 'none'; script-src 'sha256-{_digest(program)}'; style-src 'sha256-{_digest(looks)}'; "
        "img-src data: blob:; connect-src 'none'; base-uri 'none'; form-action 'none'"
    )
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        *(el("meta", name=name, content=content) for name, content in _METAS.items()),
        el("title", title),
        el("style", Markup(looks)),
    )
