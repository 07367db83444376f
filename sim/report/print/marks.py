"""Provenance marks: every printed number says whether it was observed, estimated, assumed or has no source."""

from __future__ import annotations

import re
from collections.abc import Iterator

from markupsafe import Markup

from sim.report.print.markup import Node, el, parse

ACTUAL, ESTIMATE, ASSUMED, UNKNOWN = "\u25cf", "\u25d0", "\u25cb", "?"
#: Symbol by kind; the statuses of a data pack are kinds too.
SYMBOLS = {
    "actual": ACTUAL,
    "estimate": ESTIMATE,
    "derived": ESTIMATE,
    "model": ESTIMATE,
    "assumption": ASSUMED,
    "plan": ASSUMED,
    "target": ASSUMED,
    "unknown": UNKNOWN,
}
#: Elements and the class whose numbers are not figures: years and dates, page furniture, hashes,
#: bibliographic names.
_EXEMPT = frozenset({"time", "nav", "code", "cite", "head", "style", "title", "script", "select"})
PLAIN = "plain"
_DIGIT = re.compile(r"\d")
_CONTEXT = 60
#: Keeps a mark on the line of its number.
_JOINER = "\u2060"


def symbols(mark: str) -> str:
    """The symbols of one kind, or of several joined by blanks, each once."""
    return "".join(dict.fromkeys(SYMBOLS[kind] for kind in mark.split()))


def number(text: object, mark: str, *, cls: str = "n") -> Markup:
    """A printed number with its mark: ``<span class="n" data-mark="model">615<sup>◐</sup></span>``."""
    return el("span", text, _JOINER, el("sup", symbols(mark)), cls=cls, data_mark=mark)


def said(text: str, mark: str) -> Markup | str:
    """Prose of the data files: marked as a whole when it holds figures, otherwise as it is."""
    return number(text, mark, cls="said") if _DIGIT.search(text) else text


def spoken(text: str) -> str:
    """A marked sentence as a screen reader or a window title should have it: words and numbers only."""
    said_aloud = Markup(text).striptags() if isinstance(text, Markup) else text
    for sign in (_JOINER, ACTUAL, ESTIMATE, ASSUMED):
        said_aloud = said_aloud.replace(sign, "")
    return said_aloud


def plain(text: object) -> Markup:
    """Digits that are a name or a method, not a figure (80 % of a range, an article of law)."""
    return el("span", text, cls=PLAIN)


def year(value: int | str) -> Markup:
    """A year or a date."""
    return el("time", value)


def unmarked_numbers(html: str) -> list[str]:
    """Numbers in the visible text that no mark covers, and marks that are not printed.

    Returns
    -------
    list of str
        One excerpt each; empty when every number is covered. A number is covered by a marked
        element around it, or by the marked head of its table column.
    """
    root = parse(html)
    found = [_excerpt(node) for node in _texts(root) if _DIGIT.search(node.text) and not _covered(node)]
    found += [f"mark not printed: {_excerpt(node)}" for node in root.walk() if not _mark_is_printed(node)]
    return found


def _texts(root: Node) -> Iterator[Node]:
    for node in root.walk():
        if node.tag == "":
            yield node


def _covered(node: Node) -> bool:
    for parent in node.ancestors():
        if parent.tag in _EXEMPT or PLAIN in parent.classes or _known(parent):
            return True
        if parent.tag in ("td", "th") and _column_is_marked(parent):
            return True
    return False


def _known(node: Node) -> bool:
    kinds = node.attributes.get("data-mark", "").split()
    return bool(kinds) and all(kind in SYMBOLS for kind in kinds)


def _mark_is_printed(node: Node) -> bool:
    if "data-mark" not in node.attributes:
        return True
    return _known(node) and all(symbol in node.content for symbol in symbols(node.attributes["data-mark"]))


def _column_is_marked(cell: Node) -> bool:
    table = next((parent for parent in cell.ancestors() if parent.tag == "table"), None)
    if table is None or any(parent.tag == "thead" for parent in cell.ancestors()):
        return False
    row = cell.parent
    place = sum(other.span for other in row.children[: row.children.index(cell)] if other.tag in ("td", "th"))
    heads = [node for node in table.walk() if node.tag == "tr" and node.parent.tag == "thead"]
    for head in heads[-1:]:
        start = 0
        for other in head.children:
            if start <= place < start + other.span and other.tag == "th":
                return _known(other)
            start += other.span if other.tag in ("td", "th") else 0
    return False


def _excerpt(node: Node) -> str:
    text = " ".join(node.content.split())
    around = " ".join(node.parent.content.split())
    return f"{text[:_CONTEXT]!r} in {around[:_CONTEXT]!r}"
