"""A page around its sections, checked by the gate."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from markupsafe import Markup

from sim.report.print.gate import CSP, Unsafe, check_page
from sim.report.print.marks import spoken
from sim.report.print.markup import NotWellFormed, details, el, join, listing, parse
from sim.report.print.words import Wording

#: Under this type a notebook keeps the bare section for the page made from it.
FRAGMENT = "application/vnd.coopsim.fragment+json"


@cache
def style() -> str:
    """The style sheet, as shipped with the package."""
    return files("sim.report").joinpath("style.css").read_text(encoding="utf-8")


#: A page with fewer parts than this is its own table of contents.
_FEW = 3


def contents(w: Wording, main: str) -> Markup | None:
    """The parts of a page behind one click, in reading order."""
    try:
        nodes = [node for node in parse(main).walk() if node.tag == "section" and "id" in node.attributes]
    except NotWellFormed as error:
        raise Unsafe(str(error)) from error
    heads = [(node, next((child for child in node.children if child.tag == "h2"), None)) for node in nodes]
    links = [el("a", spoken(head.content), href=f"#{node.attributes['id']}") for node, head in heads if head]
    return details(w.text("contents"), listing(links), cls="contents") if len(links) >= _FEW else None


def page(title: str, fragments: Sequence[object], lang: str = "vi", nav: Sequence[tuple[str, str]] = ()) -> str:
    """A complete HTML page, checked.

    Parameters
    ----------
    title : plain text of the browser's title
    fragments : sections as markup; plain strings are taken as markup too, having passed the gate
    nav : (name, file name beside this page); an empty file name is the page itself

    Raises
    ------
    sim.report.print.gate.Unsafe
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
    main = join(Markup(fragment) for fragment in fragments)
    links = [el("a", name, href=href) if href else el("b", name, aria_current="page") for name, href in nav]
    body = el(
        "body",
        el("a", w.text("skip"), href="#main", cls="skip"),
        el("nav", *links, contents(w, main), aria_label=w.text("nav_label"), cls="top"),
        el("main", main, id="main"),
        el("footer", el("p", w.html("footer"))),
        cls="coopsim",
    )
    html = f"<!doctype html>\n{el('html', head, body, lang=lang)}\n"
    check_page(html)
    return html
