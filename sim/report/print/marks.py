"""Provenance marks: every printed number says whether it was observed, estimated, assumed or has no source."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum

from markupsafe import Markup

from sim.domain import Assumption, Distribution, Override, Plan, Scenario, Subject, Target, Trap, World
from sim.report.print.markup import Node, el, parse

ACTUAL, ESTIMATE, ASSUMED, UNKNOWN, OWN = "\u25cf", "\u25d0", "\u25cb", "?", "\u25c7"


class Mark(Enum):
    """Where a number comes from; the value stands in the markup (``data-mark``).

    A page has the thing a number came from and never names a mark itself: marks come from sources (`Mark.of`) and
    from the constructors of `sim.report.print.figure`.
    """

    ACTUAL = "actual"
    ESTIMATE = "estimate"
    DERIVED = "derived"
    MODEL = "model"
    ASSUMPTION = "assumption"
    PLAN = "plan"
    TARGET = "target"
    UNKNOWN = "unknown"
    #: How many there are of what was listed or run: counted, so that no reader needs a symbol.
    COUNT = "count"
    #: Shown by a cell of an analyst's own, which the program did not make.
    OWN = "own"
    #: A text of the pack that cites figures of several sources, observed and estimated.
    CITED = "actual estimate"

    @property
    def symbol(self) -> str:
        """What is printed beside the number."""
        return _SYMBOLS[self]

    @classmethod
    def of(cls, source: object) -> "Mark":
        """The mark of whatever comes from a plan, a world, an assumption, a target, or a figure of the pack.

        Raises
        ------
        TypeError
            When the thing is no source of figures.
        """
        if type(source) in _SOURCES:
            return _SOURCES[type(source)]
        status = getattr(source, "status", None)  # an observation, a point of the history
        if isinstance(status, str):
            return cls(status)
        raise TypeError(f"no provenance is known of {type(source).__name__}")


_SYMBOLS = {
    Mark.ACTUAL: ACTUAL,
    **dict.fromkeys((Mark.ESTIMATE, Mark.DERIVED, Mark.MODEL), ESTIMATE),
    **dict.fromkeys((Mark.ASSUMPTION, Mark.PLAN, Mark.TARGET), ASSUMED),
    Mark.UNKNOWN: UNKNOWN,
    Mark.COUNT: "",
    Mark.OWN: OWN,
    Mark.CITED: ACTUAL + ESTIMATE,
}
_SOURCES: dict[type, Mark] = {
    **dict.fromkeys((Plan, Scenario), Mark.PLAN),
    **dict.fromkeys((World, Assumption, Override, Distribution), Mark.ASSUMPTION),
    Target: Mark.TARGET,
    Trap: Mark.CITED,
}
#: What a legend explains.
LEGEND = (Mark.ACTUAL, Mark.ESTIMATE, Mark.ASSUMPTION, Mark.UNKNOWN)
_KINDS = frozenset(mark.value for mark in Mark)
#: Elements and the class whose numbers are not figures: years and dates, page furniture, hashes,
#: bibliographic names.
_EXEMPT = frozenset({"time", "nav", "code", "cite", "head", "style", "title", "script", "select"})
PLAIN = "plain"
DIGIT = re.compile(r"\d")
_CONTEXT = 60
#: Keeps a mark on the line of its number.
_JOINER = "\u2060"
#: Where the gate finds which of the marks made while a section was printed an element carries.
MADE = "data-made"
_MADE = re.compile(rf' {MADE}="\d+"')
_LEDGER: ContextVar[list[Mark] | None] = ContextVar("marks made by the section being printed", default=None)


_TOLD: ContextVar[list["Told"] | None] = ContextVar("answers printed", default=None)


@dataclass(frozen=True)
class Told:
    """An answer as printed.

    Attributes
    ----------
    subject : the question
    value : before rounding
    text : as it reads, words included
    place : of its last digit; None where words stand
    signed : whether its sign is told with it
    lang : of the text; none of a number in a cell
    """

    subject: Subject
    value: float
    text: str
    place: int | None
    signed: bool
    lang: str


@contextmanager
def answers() -> Iterator[list[Told]]:
    """Every answer that is printed in any form meanwhile: one question must not have two."""
    told: list[Told] = []
    token = _TOLD.set(told)
    try:
        yield told
    finally:
        _TOLD.reset(token)


def note(answer: Callable[[], Told]) -> None:
    """Keep an answer where they are being kept."""
    told = _TOLD.get()
    if told is not None:
        told.append(answer())


@contextmanager
def ledger() -> Iterator[list[Mark]]:
    """The marks made while something is printed, in order: what the gate holds the markup against."""
    made: list[Mark] = []
    token = _LEDGER.set(made)
    try:
        yield made
    finally:
        _LEDGER.reset(token)


def marked(tag: str, *children: object, mark: Mark, **attributes: object) -> Markup:
    """An element whose numbers all come from one source; the symbol must stand in it.

    Raises
    ------
    TypeError
        When the mark is not a `Mark`: a number whose source nobody knows is not printed.
    """
    if not isinstance(mark, Mark):
        raise TypeError(f"not a mark: {mark!r}")
    made = _LEDGER.get()
    if made is not None:
        made.append(mark)
        attributes[MADE] = len(made) - 1
    return el(tag, *children, **attributes, data_mark=mark.value)


def number(text: object, mark: Mark, *, cls: str = "n") -> Markup:
    """A printed number with its mark: ``<span class="n" data-mark="model">615<sup>◐</sup></span>``; a count bare."""
    sign = (_JOINER, el("sup", mark.symbol)) if mark.symbol else ()
    return marked("span", text, *sign, mark=mark, cls=cls)


def without_ledger(html: str) -> str:
    """Markup as it goes out, without the references to the ledger."""
    return _MADE.sub("", html)


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


def unmarked_numbers(html: str | Node, made: list[Mark] | None = None) -> list[str]:
    """Numbers in the visible text that no mark covers, marks that are not printed, and wrong ones.

    Parameters
    ----------
    html : markup, or a page already read
    made : what was noted in the `ledger` while this was printed; None where that is no longer known

    Returns
    -------
    list of str
        One excerpt each; empty when every number is covered. A number is covered by a marked element around it, or
        by the marked head of its table column. With a ledger, each mark must be the one its figure made.
    """
    root = html if isinstance(html, Node) else parse(html)
    nodes, heads = list(root.walk()), dict[Node, list[Node]]()
    texts = (node for node in nodes if node.tag == "" and DIGIT.search(node.text))
    found = [_excerpt(node) for node in texts if not _covered(node, heads)]
    with_mark = [node for node in nodes if "data-mark" in node.attributes]
    found += [f"mark not printed: {_excerpt(node)}" for node in with_mark if not _mark_is_printed(node)]
    if made is not None:
        found += [f"not the mark of a figure: {_excerpt(node)}" for node in with_mark if not _is_made(node, made)]
    return found


def _is_made(node: Node, made: list[Mark]) -> bool:
    """Whether a marked element has the very mark that was made for it."""
    order = node.attributes.get(MADE, "")
    return order.isdecimal() and int(order) < len(made) and made[int(order)].value == node.attributes["data-mark"]


def _covered(node: Node, heads: dict[Node, list[Node]]) -> bool:
    """Whether something around a text has a mark, or its column; the last row of each table's head is found once."""
    for parent in node.ancestors():
        if parent.tag in _EXEMPT or PLAIN in parent.classes or _known(parent):
            return True
        if parent.tag in ("td", "th") and _column_is_marked(parent, heads):
            return True
    return False


def _known(node: Node) -> bool:
    return node.attributes.get("data-mark") in _KINDS


def _mark_is_printed(node: Node) -> bool:
    return _known(node) and set(Mark(node.attributes["data-mark"]).symbol) <= set(node.content)


def _column_is_marked(cell: Node, heads: dict[Node, list[Node]]) -> bool:
    table = next((parent for parent in cell.ancestors() if parent.tag == "table"), None)
    if table is None or any(parent.tag == "thead" for parent in cell.ancestors()):
        return False
    if table not in heads:
        heads[table] = [node for node in table.walk() if node.tag == "tr" and node.parent.tag == "thead"][-1:]
    row = cell.parent
    place = sum(other.span for other in row.children[: row.children.index(cell)] if other.tag in ("td", "th"))
    for head in heads[table]:
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
