"""A whole page: head, style, navigation and sections, self-contained and without script."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from markupsafe import Markup

from sim.report.gate import CSP, check_page
from sim.report.markup import el, join
from sim.report.wording import Wording


@cache
def style() -> str:
    """The style sheet, as shipped with the package."""
    return files("sim.report").joinpath("style.css").read_text(encoding="utf-8")


def page(title: str, fragments: Sequence[object], lang: str = "vi", nav: Sequence[tuple[str, str]] = ()) -> str:
    """A complete HTML page, checked.

    Parameters
    ----------
    title : plain text of the browser's title
    fragments : sections as markup; plain strings are taken as markup too, having passed the gate
    nav : (name, file name beside this page); an empty file name is the page itself

    Raises
    ------
    sim.report.gate.Unsafe
        When anything on the page could run, load or hide something, or a number has no mark.
    """
    w = Wording(lang)
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=CSP),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", title),
        el("style", Markup(style())),
    )
    links = [el("a", name, href=href) if href else el("b", name, aria_current="page") for name, href in nav]
    body = el(
        "body",
        el("a", w.text("skip"), href="#main", cls="skip"),
        el("nav", *links, aria_label=w.text("nav_label"), cls="top") if links else None,
        el("main", join(Markup(fragment) for fragment in fragments), id="main"),
        el("footer", el("p", w.html("footer"))),
        cls="coopsim",
    )
    html = f"<!doctype html>\n{el('html', head, body, lang=lang)}\n"
    check_page(html)
    return html
