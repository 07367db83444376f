"""Tables that read on a desk, on a phone and on paper."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from sim.report.marks import symbols
from sim.report.markup import el
from sim.report.numerals import NO_BREAK


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
    A column's mark is printed in its head and holds for every number below (`sim.report.marks`).
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
