"""A page around its sections, and the gate every page passes: harmless, whole, each number with the right mark."""

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from markupsafe import Markup

from sim.report.print.marks import MADE, Mark, ledger, spoken, unmarked_numbers, without_ledger
from sim.report.print.markup import Node, NotWellFormed, details, el, join, listing, parse, uncollected
from sim.report.print.words import Wording

_POLICY = "content-security-policy"
CSP = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_HTML = frozenset(
    "html head meta title style body a nav main footer section aside header div p h1 h2 h3 h4 span b i em strong small "
    "sup sub br ul ol li dl dt dd table caption thead tbody tfoot tr th td figure figcaption details summary code cite "
    "time abbr img label select option #root".split()
)
_SVG = frozenset("svg g path line rect circle text tspan title desc defs clippath".split())
_ATTRIBUTES = frozenset(
    "id class lang title scope colspan rowspan role href rel src alt style charset name content http-equiv open "
    "datetime data-mark data-label aria-label aria-hidden aria-current for selected "
    # pictures
    "d x y x1 y1 x2 y2 r cx cy width height viewbox transform fill stroke stroke-width stroke-dasharray stroke-linecap "
    "stroke-linejoin stroke-miterlimit stroke-dashoffset stroke-opacity fill-opacity opacity font-family font-size "
    "font-weight font-style text-anchor dominant-baseline clip-path preserveaspectratio points".split()
)
#: Attributes that are read and never followed.
_TEXTS = frozenset({"content", "data-label", "aria-label", "title", "alt"})
_META_NAMES = frozenset({"viewport", "referrer", "color-scheme", "description", "generator"})
_LOCAL = re.compile(
    r"(?:#[A-Za-z0-9._-]+|(?![A-Za-z][A-Za-z0-9+.-]*:)[A-Za-z0-9._-]+\.(?:html|pdf|docx|xlsx)(?:#[A-Za-z0-9._-]+)?)\Z"
)
#: The only addresses outside that a page may link to.
WEB = re.compile(r"https://[A-Za-z0-9.-]+(?:/[^\s\"'<>\\]*)?\Z")
_DATA_IMAGE = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=]+\Z")
#: Style of a single element: a length on a line, nothing that could load or cover.
_INLINE_STYLE = re.compile(r"(?:(?:left|width|max-width):-?\d+(?:\.\d+)?(?:%|px);?)+\Z")
_STYLE_SHEET = re.compile(r"url\s*\(|@import|@font-face|expression\s*\(|javascript:|</|\\", re.IGNORECASE)
_PAINT = re.compile(r"url\((?!#[A-Za-z0-9_-]+\))|javascript:|data:", re.IGNORECASE)


class Unsafe(ValueError):
    """A page that must not be written; the message holds the offending bit."""


def check_page(html: str) -> Node:
    """Refuse a page that could run, load or hide something, or prints a number of unknown origin; its tree otherwise.

    Raises
    ------
    Unsafe
        With every offending bit.
    """
    return check_fragment(html, whole=True)


#: Where the first line of a page goes, and the one an earlier failure put there.
_FIRST_LINE = re.compile(r'(<body[^>]*>)(<p class="notice fail stale">.*?</p>)?', re.DOTALL)


def marked_stale(html: str, reason: str, lang: str = "vi") -> str:
    """A page of an earlier run, saying on its first line that it is old and why there is no newer one.

    Raises
    ------
    ValueError
        For a text that is no page.
    """
    line = el(
        "p", el("b", Wording(lang).text("stale_line")), " ", el("span", reason, cls="plain"), cls="notice fail stale"
    )
    check_fragment(line)
    marked, found = _FIRST_LINE.subn(lambda match: f"{match.group(1)}{line}", html, count=1)
    if not found:
        raise ValueError("no page")
    return marked


@uncollected()
def check_fragment(html: str, *, whole: bool = False, made: list[Mark] | None = None) -> Node:
    """The same for a part of a page, which has no policy of its own.

    Parameters
    ----------
    made : the ledger of the marks made while it was printed; each mark must be the one its figure made

    Raises
    ------
    Unsafe
    """
    try:
        root = parse(html)
    except NotWellFormed as error:
        raise Unsafe(str(error)) from error
    allowed = _ATTRIBUTES if made is None else _ATTRIBUTES | {MADE}
    found = list(_problems(root, allowed, in_picture=False))
    if whole:
        found += _head_problems(root)
    found += [f"number without a mark: {excerpt}" for excerpt in unmarked_numbers(root, made)]
    if found:
        raise Unsafe("; ".join(found))
    return root


def printed(render: Callable[..., object], *arguments: Any, **options: Any) -> str:
    """A section as it goes out, checked while it is known which figure made which mark.

    Raises
    ------
    Unsafe
        Also when a mark was written by hand, or is another than that of the figure it stands beside.
    """
    with ledger() as made:
        html = str(render(*arguments, **options) or "")
    check_fragment(html, made=made)
    return without_ledger(html)


def _problems(node: Node, allowed: frozenset[str], *, in_picture: bool) -> Iterator[str]:
    """What is wrong with an element and all below it, in reading order."""
    if node.tag == "":
        return
    in_picture = in_picture or node.tag == "svg"
    if node.tag not in (_SVG if in_picture else _HTML):
        yield f"element <{node.tag}>"
    for name, value in node.attributes.items():
        if name not in allowed:
            yield f"attribute {name}={value[:60]!r} of <{node.tag}>"
        elif not (_CHECKS[name](node, value) if name in _CHECKS else name in _TEXTS or not _PAINT.search(value)):
            yield f"{name}={value[:60]!r} of <{node.tag}>"
    if node.tag == "style" and (match := _STYLE_SHEET.search(node.content)):
        yield f"style sheet with {match.group()!r}"
    for child in node.children:
        if child.tag:
            yield from _problems(child, allowed, in_picture=in_picture)


def _link(node: Node, value: str) -> bool:
    if node.tag != "a":
        return False
    if WEB.match(value):
        return "noreferrer" in node.attributes.get("rel", "").split()
    return bool(_LOCAL.match(value))


_CHECKS: dict[str, Callable[[Node, str], bool]] = {
    "href": _link,
    "src": lambda node, value: node.tag == "img" and bool(_DATA_IMAGE.match(value)),
    "style": lambda node, value: bool(_INLINE_STYLE.match(value)),
    "http-equiv": lambda node, value: value.lower() == _POLICY and node.attributes.get("content") == CSP,
    "name": lambda node, value: node.tag == "meta" and value in _META_NAMES,
    "charset": lambda node, value: value.lower() == "utf-8",
}


def _head_problems(root: Node) -> Iterator[str]:
    nodes = [node for node in root.walk() if node.tag]
    policies = [node for node in nodes if "http-equiv" in node.attributes]
    if len(policies) != 1 or policies[0].parent.tag != "head":
        yield "the page must carry its content security policy once, in the head"
    first = next((node for node in nodes if node.tag in ("style", "img", "svg")), None)
    if policies and first is not None and nodes.index(first) < nodes.index(policies[0]):
        yield "the content security policy must stand before anything it restricts"
    languages = [node.attributes.get("lang", "") for node in nodes if node.tag == "html"]
    if len(languages) != 1 or not languages[0]:
        yield "the page must name its language"
    identities = [node.attributes["id"] for node in nodes if "id" in node.attributes]
    for double in {name for name in identities if identities.count(name) > 1}:
        yield f"id {double!r} is given twice"
    yield from _outline_problems(nodes)


_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))


def _outline_problems(nodes: list[Node]) -> Iterator[str]:
    levels = [int(node.tag[1]) for node in nodes if node.tag in _HEADINGS]
    if levels.count(1) != 1:
        yield f"a page has one first heading, not {levels.count(1)}"
    for before, after in pairwise(levels):
        if after > before + 1:
            yield f"heading h{after} follows h{before}"


#: Under this type a notebook keeps the bare section for the page made from it.
FRAGMENT = "application/vnd.coopsim.fragment+json"


@cache
def style() -> str:
    """The style sheet, as shipped with the package."""
    return files("sim.report").joinpath("style.css").read_text(encoding="utf-8")


#: A page with fewer parts than this is its own table of contents.
_FEW = 3


def contents(w: Wording, root: Node) -> Markup | None:
    """The parts of a page behind one click, in reading order."""
    nodes = [node for node in root.walk() if node.tag == "section" and "id" in node.attributes]
    heads = [(node, next((child for child in node.children if child.tag == "h2"), None)) for node in nodes]
    links = [el("a", spoken(head.content), href=f"#{node.attributes['id']}") for node, head in heads if head]
    return details(w.text("contents"), listing(links), cls="contents") if len(links) >= _FEW else None


@uncollected()
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

    def around(nav: Markup) -> str:
        body = el(
            "body",
            el("a", w.text("skip"), href="#main", cls="skip"),
            nav,
            el("p", w.text("marks_key"), cls="marks-key"),
            el("main", main, id="main"),
            el("footer", el("p", w.html("footer"))),
            cls="coopsim",
        )
        return f"<!doctype html>\n{el('html', head, body, lang=lang)}\n"

    def led(parts: Markup | None) -> Markup:
        return el("nav", *links, parts, aria_label=w.text("nav_label"), cls="top")

    full = led(contents(w, check_page(around(led(None)))))
    check_fragment(full)  # by itself: reading the whole page twice takes as long as all other checks of it
    return around(full)
