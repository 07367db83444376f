"""HTML built from parts: every part is escaped unless it is already `Markup`."""

from __future__ import annotations

from collections.abc import Iterable

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
