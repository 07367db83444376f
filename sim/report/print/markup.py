"""HTML built from parts and read back: every part is escaped unless it is already `Markup`."""

import gc
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser

from markupsafe import Markup, escape

#: Elements without an end tag.
VOID = frozenset({"meta", "br", "hr", "img", "col", "wbr", "input", "link", "area", "base", "embed", "source", "track"})


def el(tag: str, *children: object, **attributes: object) -> Markup:
    """One element.

    Parameters
    ----------
    children : text (escaped), Markup (kept) or None (left out)
    attributes : ``cls`` stands for class, underscores for hyphens; None and False are left out,
        True gives a bare attribute
    """
    parts = [f"<{tag}"]
    for name, value in attributes.items():
        if value is None or value is False:
            continue
        name = "class" if name == "cls" else name.replace("_", "-")
        parts.append(f" {name}" if value is True else f' {name}="{escape(value)}"')
    parts.append(">")
    if tag in VOID:
        return Markup("".join(parts))
    return Markup("".join([*parts, *_escaped(children), f"</{tag}>"]))


def join(parts: Iterable[object], between: object = "") -> Markup:
    """Parts one after another; None is left out."""
    return Markup(str(escape(between)).join(_escaped(parts)))


def _escaped(parts: Iterable[object]) -> list[str]:
    return [part if type(part) is Markup else escape(part) for part in parts if part is not None]


def listing(items: Iterable[object], *, cls: str | None = None) -> Markup:
    """An unordered list."""
    return el("ul", *(el("li", item) for item in items), cls=cls)


def section(identity: str, title: object, *children: object, cls: str = "") -> Markup:
    """A titled part of a page, one level below the page's own heading."""
    return el("section", el("h2", title), *children, id=identity, cls=cls or None)


def details(summary: object, *children: object, cls: str | None = None) -> Markup:
    """Something behind one click, without script."""
    return el("details", el("summary", summary), *children, cls=cls)


def without_links(html: str, pages: Iterable[str]) -> Markup:
    """Markup without the paragraphs that do nothing but lead to pages which are not there.

    Parameters
    ----------
    pages : stems of their files
    """
    names = "|".join(map(re.escape, pages))
    return Markup(re.sub(rf'<p><a href="(?:{names})\.html"[^>]*>[^<]*</a></p>', "", html))


# -- A page as a tree, strictly read: what does not nest is refused, not repaired ------------------


@dataclass(eq=False)
class Node:
    """An element, or a piece of text (tag ``""``)."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parent: "Node" = None  # type: ignore[assignment]
    text: str = ""
    children: "list[Node]" = field(default_factory=list)

    def walk(self) -> "Iterator[Node]":
        """This node and everything below, in reading order."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    def ancestors(self) -> "Iterator[Node]":
        """Every element around this node, nearest first."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    @property
    def content(self) -> str:
        """All text of the node."""
        return "".join(node.text for node in self.walk() if node.tag == "")

    @property
    def classes(self) -> list[str]:
        """Class names."""
        return self.attributes.get("class", "").split()

    @property
    def span(self) -> int:
        """Columns a cell takes."""
        return int(self.attributes.get("colspan", "1"))


class NotWellFormed(ValueError):
    """Tags that do not nest."""


#: A tag as `el` and the chart engine write it: attributes in small letters, values that hold no other sign of markup.
_USUAL = re.compile(r'<([a-z][a-z0-9]*)((?: [a-z][a-z0-9-]*="[^"<>&]*")*)(/?)>')
_ATTRIBUTE = re.compile(r' ([a-z0-9-]+)="([^"]*)"')
#: Elements that hold text only, in which nothing is a tag.
_TEXT_ONLY = frozenset("script style title textarea xmp iframe noembed noframes noscript plaintext".split())


class _Builder(HTMLParser):
    """Reads tags as its class does; those written the usual way without trying every other."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("#root")
        self.here = self.root
        self.odd: list[str] = []

    def parse_starttag(self, i: int) -> int:
        usual = _USUAL.match(self.rawdata, i)
        if usual is None or usual[1] in _TEXT_ONLY:
            return super().parse_starttag(i)
        (self.handle_startendtag if usual[3] else self.handle_starttag)(usual[1], _ATTRIBUTE.findall(usual[2]))
        return usual.end()

    def parse_endtag(self, i: int) -> int:
        usual = f"</{self.here.tag}>"
        if self.here is self.root or self.here.tag in _TEXT_ONLY or not self.rawdata.startswith(usual, i):
            return super().parse_endtag(i)
        self.here = self.here.parent
        return i + len(usual)

    def updatepos(self, i: int, j: int) -> int:
        return j  # nobody asks for lines and columns

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in reversed(attrs)}, self.here)
        if len(node.attributes) != len(attrs):
            raise NotWellFormed(f"an attribute is given twice in <{tag}>")
        self.here.children.append(node)
        if tag not in VOID:
            self.here = node

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        around = self.here
        inside_svg = "svg" in (tag, around.tag) or any(node.tag == "svg" for node in around.ancestors())
        if tag not in VOID and not inside_svg:
            raise NotWellFormed(f"<{tag}/> would stay open in a browser")
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.here = self.here.parent

    def handle_endtag(self, tag: str) -> None:
        if self.here.tag != tag:
            raise NotWellFormed(f"</{tag}> closes <{self.here.tag}>")
        self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        self.here.children.append(Node("", parent=self.here, text=data))

    def handle_decl(self, decl: str) -> None:
        if decl.lower() != "doctype html":
            self.odd.append(decl)

    def handle_comment(self, data: str) -> None:
        self.odd.append(data)

    handle_pi = unknown_decl = handle_comment


@contextmanager
def uncollected() -> Iterator[None]:
    """Without looking for garbage, of which a growing tree makes none: looking takes as long as reading."""
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()


def parse(html: str) -> Node:
    """The tree of a page or fragment.

    Raises
    ------
    NotWellFormed
        When tags do not nest, an attribute is doubled, or there is a comment, a processing
        instruction or a foreign declaration, in which a browser might see something else.
    """
    with uncollected():
        builder = _Builder()
        builder.feed(str.__str__(html))  # a slice of `Markup` would be made by Python
        builder.close()
    if builder.here is not builder.root:
        raise NotWellFormed(f"<{builder.here.tag}> is never closed")
    if builder.odd:
        raise NotWellFormed(f"comment or declaration: {builder.odd[0][:60]!r}")
    return builder.root


def written(node: Node) -> Markup:
    """A tree as it was written, every text and value escaped."""
    if node.tag == "":
        return escape(node.text)
    attributes = Markup("").join(Markup(' {}="{}"').format(name, value) for name, value in node.attributes.items())
    start = Markup("<{}{}>").format(Markup(node.tag), attributes)
    if node.tag in VOID:
        return start
    return Markup("{}{}</{}>").format(start, Markup("").join(map(written, node.children)), Markup(node.tag))
