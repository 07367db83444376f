"""Tables that read on a desk, on a phone and on paper; columns rounded once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from sim.analysis.compare import CRITICAL_VALUE, Difference
from sim.report.print.marks import plain, said, symbols
from sim.report.print.markup import el, join, section
from sim.report.print.words import NO_BREAK, Wording, decimal_text, rounded, signed_text, told_apart

# -- Tables that read on a desk, on a phone and on paper -------------------------------------------

@dataclass(frozen=True)
class Column:
    """A table column: its head, the mark all its numbers share, and whether it holds numbers."""

    head: object
    mark: str = ""
    numeric: bool = True


def table(
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    *,
    caption: object = None,
    cls: str = "",
    row_marks: Sequence[str] = (),
) -> Markup:
    """A table that stacks on a phone: each cell carries its column's head, each row begins with its name.

    Parameters
    ----------
    row_marks : one mark per row, where provenance differs by row; its symbol must stand in a cell

    Notes
    -----
    A column's mark is printed in its head and holds for every number below (`sim.report.print.marks`).
    """
    heads = [
        el(
            "th",
            column.head,
            Markup("&nbsp;") + el("span", symbols(column.mark), cls="mk") if column.mark else None,
            scope="col",
            data_mark=column.mark or None,
            cls="num" if column.numeric else None,
        )
        for column in columns
    ]
    marks = iter(row_marks)
    body = [el("tr", *_cells(columns, row), data_mark=next(marks, None)) for row in rows]
    return el(
        "table",
        el("caption", caption) if caption else None,
        el("thead", el("tr", *heads)),
        el("tbody", *body),
        cls=f"stack {cls}".strip(),
    )


def _cells(columns: Sequence[Column], row: Sequence[object]) -> list[Markup]:
    cells = [el("th", row[0], scope="row", cls="num" if columns[0].numeric else None)]
    for column, cell in zip(columns[1:], row[1:], strict=True):
        label = Markup(escape(column.head)).striptags()
        mark = f"{NO_BREAK}{symbols(column.mark)}" if column.mark else ""
        cells.append(
            el("td", el("span", cell) if cell else None, data_label=label + mark, cls="num" if column.numeric else None)
        )
    return cells


# -- Differences read one below the other: a column is rounded once, to what its least certain row allows ---
# Rounded row by row, a curve would read "+2", "almost unchanged", "+10".

def column(w: Wording, changes: Sequence[Difference]) -> list[str]:
    """What stands in each row, without unit.

    Parameters
    ----------
    changes : by rising money; rows are each other's neighbours
    """
    place = max(w.change_place(one.mean, one.mcse) for one in changes)
    words = _in_words(changes)
    return [
        w.text("no_difference" if one.identical else "not_distinguished") if said else _figure(w, one, place)
        for one, said in zip(changes, words, strict=True)
    ]


def column_with_ranges(w: Wording, changes: Sequence[Difference]) -> list[Markup]:
    """`column` with the 80 % range of each row, at one place as well."""
    place = max(w.span_place(one) for one in changes)
    return [
        plain(text) if said else Markup("{} <small>({})</small>").format(text, w.signed_span(one, place=place))
        for one, text, said in zip(changes, column(w, changes), _in_words(changes), strict=True)
    ]


def _in_words(changes: Sequence[Difference]) -> list[bool]:
    """Rows that say there is no difference to tell.

    A row between two that can be told apart from nothing on the same side is on their curve and keeps its figure:
    words there would say that the effect comes, goes and comes again.
    """
    sides = [(one.mean > 0) - (one.mean < 0) if told_apart(one) else 0 for one in changes]
    between = [0, *(before if before == after else 0 for before, after in zip(sides, sides[2:], strict=False)), 0]
    return [one.identical or not (side or near) for one, side, near in zip(changes, sides, between, strict=True)]


def _figure(w: Wording, change: Difference, place: int) -> str:
    """A figure at the column's place; one that would read as zero by the bounds it lies in, where its sign is sure."""
    if rounded(change.mean, place):
        return signed_text(change.mean, place, w.lang)
    if abs(change.mean) <= CRITICAL_VALUE * change.mcse:
        return w.text("nearly_equal")
    half = 10.0**place / 2
    low, high = (0.0, half) if change.mean > 0 else (-half, 0.0)
    return w.text("column_within", **{
        name: signed_text(end, place - 1, w.lang) if end else decimal_text(end, 0, w.lang)
        for name, end in (("low", low), ("high", high))
    })  # fmt: skip


# -- The way from a page to the same figures in other forms ----------------------------------------

_EXPLORER = "explorer.html"


def file_links(stem: str, kinds: Sequence[str], lang: str, *, explorer: bool) -> Markup | None:
    """Links to one scenario's files.

    Parameters
    ----------
    kinds : formats that have a file beside the page
    """
    w = Wording(lang)
    if not kinds and not explorer:
        return None
    return section(
        "files", w.text("files_title"), el("p", _links(w, stem, kinds)) if kinds else None, _try(w, explorer)
    )


def downloads(rows: Sequence[tuple[str, str, Sequence[str]]], lang: str, *, explorer: bool) -> Markup | None:
    """The files of every scenario of a run.

    Parameters
    ----------
    rows : (label, file stem, formats)
    """
    w = Wording(lang)
    offered = [row for row in rows if row[2]]
    if not offered and not explorer:
        return None
    columns = [Column(w.text("column_scenario"), "plan", numeric=False), Column(w.text("column_files"), numeric=False)]
    body = [(said(label, "plan"), _links(w, stem, kinds)) for label, stem, kinds in offered]
    return section("files", w.text("files_title"), _try(w, explorer), table(columns, body) if body else None)


def _links(w: Wording, stem: str, kinds: Sequence[str]) -> Markup:
    return join((el("a", w.text(f"file_{kind}"), href=f"{stem}.{kind}") for kind in kinds), " · ")


def _try(w: Wording, explorer: bool) -> Markup | None:
    return el("p", el("a", w.text("file_explorer"), href=_EXPLORER)) if explorer else None
