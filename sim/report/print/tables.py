"""Tables as values, and how they are printed: HTML, terminal, CSV; columns rounded once.

How to use it::

    table = Table(
        (Column(w.term("column_line"), numeric=False), Column(w.term("short_htx_active"))),
        [(w.term(f"line_{line}"), Figure.of_difference(part, "htx_active")) for line, part in parts.items()],
        caption=w.text("parts_caption"),
    )
    table.html(w)                      # on a page
    table.terminal(w, width=80)        # in the terminal, at any width
    table.csv_rows()                   # raw values with full precision, words as they are

A cell is a `Printed` (`Figure`, `Said`, `Phrase`, `Together` …), words without digits, markup, or None for nothing.
The mark of a column follows from what stands in it: where all have one source its head carries the mark, and the
cells go without. ``Column(inline=True)`` is for columns whose sources differ from row to row: each cell has its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from sim.analysis.compare import CRITICAL_VALUE, Difference
from sim.report.print.figure import Figure, Printed, Said, plain_text
from sim.report.print.marks import DIGIT, Mark, marked, plain, said, symbols
from sim.report.print.markup import el, join, section
from sim.report.print.terminal import fitted
from sim.report.print.words import NO_BREAK, Wording, decimal_text, rounded, signed_text, told_apart


class Unmarked(TypeError):
    """A cell whose source nobody can tell."""


@dataclass(frozen=True)
class Column:
    """A column of a table.

    Attributes
    ----------
    head : words, or the date all its figures are of
    numeric : whether it holds numbers
    inline : whether each cell carries its own mark, because sources differ from row to row
    """

    head: object
    mark: str = ""
    numeric: bool = True
    inline: bool = False


@dataclass(frozen=True)
class Table:
    """Columns and rows of figures and words.

    Attributes
    ----------
    by_row : whether each row is of one source and carries its mark
    """

    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    caption: object = None
    cls: str = ""
    by_row: bool = False

    def marks(self) -> list[Mark | None]:
        """What each column's head says of all that stands below; None where the cells do.

        Raises
        ------
        Unmarked
            When sources differ within a column that is not `inline`, or bare text beside figures holds a number.
        """
        found = []
        for place, column in enumerate(self.columns):
            cells = [row[place] for row in self.rows]
            sources = {cell.mark for cell in cells if isinstance(cell, Printed)} if not self._apart(column) else set()
            if len(sources) > 1:
                raise Unmarked(f"column {column.head!r} has figures of several sources: {sources}")
            bare = [cell for cell in cells if type(cell) is str and DIGIT.search(cell)]
            if sources and bare:
                raise Unmarked(f"a number without a source in column {column.head!r}: {bare[0]!r}")
            found.append(sources.pop() if sources else None)
        return found

    def _apart(self, column: Column) -> bool:
        return column.inline or self.by_row

    def html(self, w: Wording) -> Markup:
        """A table that stacks on a phone: each cell carries its column's head, each row begins with its name."""
        marks = self.marks()
        heads = [_head(column, mark) for column, mark in zip(self.columns, marks, strict=True)]
        return el(
            "table",
            el("caption", self.caption) if self.caption else None,
            el("thead", el("tr", *heads)),
            el("tbody", *(self._row(w, row, marks) for row in self.rows)),
            cls=f"stack {self.cls}".strip(),
        )

    def _row(self, w: Wording, row: Sequence[object], marks: Sequence[Mark | None]) -> Markup:
        cells: list[object] = []
        for place, (column, cell, mark) in enumerate(zip(self.columns, row, marks, strict=True)):
            if isinstance(cell, Printed):
                cell = self._cell(w, column, cell)
            kind = "num" if column.numeric else None
            if place == 0:
                cells.append(el("th", cell, scope="row", cls=kind))
                continue
            label = Markup(escape(column.head)).striptags() + (f"{NO_BREAK}{mark.symbol}" if mark else "")
            cells.append(el("td", el("span", cell) if cell else None, data_label=label, cls=kind))
        source = next((cell.mark for cell in row if isinstance(cell, Printed)), None) if self.by_row else None
        return marked("tr", *cells, mark=source) if source else el("tr", *cells)

    def _cell(self, w: Wording, column: Column, cell: Printed) -> Markup | str:
        if self.by_row:
            return Markup("{}<sup>{}</sup>").format(cell.cell(w), cell.mark.symbol)
        return cell.html(w) if column.inline else cell.cell(w)

    def terminal(self, w: Wording, width: int) -> str:
        """Lines of text: numbers are never broken, a name without room has a line of its own (`fitted`)."""
        return fitted(
            plain_text(self.caption, w),
            [plain_head(column) for column in self.columns],
            [[_unmarked(cell, w) for cell in row] for row in self.rows],
            right=[column.numeric for column in self.columns],
            width=width,
        )

    def csv_rows(self) -> list[list[object]]:
        """Heads, then raw values with full precision; words as they are."""
        return [[plain_head(column) for column in self.columns], *([raw(cell) for cell in row] for row in self.rows)]


def plain_head(column: Column) -> str:
    """A column's head as words only."""
    return Markup(escape(column.head)).striptags()


def raw(cell: object) -> object:
    """What a cell holds: the value of a figure as it was computed."""
    if isinstance(cell, Figure):
        return cell.value
    if isinstance(cell, Said):
        return cell.words
    if isinstance(cell, Printed):
        raise TypeError(f"a cell with more than one value: {cell!r}")
    if isinstance(cell, Markup):
        return cell.striptags()
    return "" if cell is None else cell


def _head(column: Column, mark: Mark | None) -> Markup:
    kind = "num" if column.numeric else None
    if mark is None:
        return el("th", column.head, scope="col", cls=kind)
    sign = el("span", mark.symbol, cls="mk")
    return marked("th", column.head, Markup("&nbsp;"), sign, mark=mark, scope="col", cls=kind)


def _unmarked(cell: object, w: Wording) -> str:
    """A cell as words and digits only, a figure with its range."""
    if isinstance(cell, Figure) and cell.low is not None:
        return f"{cell.text(w)} ({cell.ends.text(w)})"
    return plain_text(cell, w)


# -- The form of tables before `Table`: columns are given their mark -------------------------------


def table(
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    *,
    caption: object = None,
    cls: str = "",
    row_marks: Sequence[str] = (),
) -> Markup:
    """Superseded by `Table`."""
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
