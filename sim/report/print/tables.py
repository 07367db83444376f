"""Tables as values, and how they are printed: HTML and terminal.

How to use it::

    table = Table(
        (Column(w.term("column_line"), numeric=False), Column(w.term("short_htx_active"))),
        [(w.term(f"line_{line}"), Figure.of_difference(part, "htx_active")) for line, part in parts.items()],
        caption=w.text("parts_caption"),
    )
    table.html(w)         # on a page
    table.terminal(w, 80) # lines of text, at any width

A cell is a `Printed` (`Figure`, `Said`, `Phrase`, `Together` …), words without digits, markup, or None for nothing.
The mark of a column follows from what stands in it: where all have one source its head carries the mark, and the
cells go without. ``Column(inline=True)`` is for columns whose sources differ from row to row: each cell has its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

from sim.report.print.figure import Figure
from sim.report.print.marks import DIGIT, Mark, marked
from sim.report.print.markup import el, join, section
from sim.report.print.phrases import Printed, plain_text, planned_words
from sim.report.print.terminal import fitted
from sim.report.print.words import NO_BREAK, Wording


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
    numeric: bool = True
    inline: bool = False

    @property
    def words(self) -> str:
        """Its head as words only."""
        return Markup(escape(self.head)).striptags()


@dataclass(frozen=True)
class Table:
    """Columns and rows of figures and words.

    Attributes
    ----------
    caption : in the terminal its title
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
            apart = column.inline or self.by_row
            sources = set() if apart else {cell.mark for cell in cells if isinstance(cell, Printed)}
            if len(sources) > 1:
                raise Unmarked(f"column {column.head!r} has figures of several sources: {sources}")
            bare = [cell for cell in cells if type(cell) is str and DIGIT.search(cell)]
            if sources and bare:
                raise Unmarked(f"a number without a source in column {column.head!r}: {bare[0]!r}")
            found.append(sources.pop() if sources else None)
        return found


    def html(self, w: Wording) -> Markup:
        """A table that stacks on a phone: each cell carries its column's head, each row begins with its name."""
        marks = self.marks()
        heads = []
        for column, mark in zip(self.columns, marks, strict=True):
            kind = "num" if column.numeric else None
            named = marked_head(column.head, mark, cls=kind) if mark else el("th", column.head, scope="col", cls=kind)
            heads.append(named)
        caption = el("caption", self.caption) if self.caption else None
        body = el("tbody", *(self._row(w, row, marks) for row in self.rows))
        return el("table", caption, el("thead", el("tr", *heads)), body, cls=f"stack {self.cls}".strip())

    def _row(self, w: Wording, row: Sequence[object], marks: Sequence[Mark | None]) -> Markup:
        cells: list[object] = []
        for place, (column, cell, mark) in enumerate(zip(self.columns, row, marks, strict=True)):
            if isinstance(cell, Printed):
                cell = self._cell(w, column, cell)
            kind = "num" if column.numeric else None
            if place == 0:
                cells.append(el("th", cell, scope="row", cls=kind))
                continue
            label = column.words + (f"{NO_BREAK}{mark.symbol}" if mark else "")
            cells.append(el("td", el("span", cell) if cell else None, data_label=label, cls=kind))
        source = next((cell.mark for cell in row if isinstance(cell, Printed)), None) if self.by_row else None
        return marked("tr", *cells, mark=source) if source else el("tr", *cells)

    def _cell(self, w: Wording, column: Column, cell: Printed) -> Markup | str:
        if self.by_row:
            return Markup("{}<sup>{}</sup>").format(cell.cell(w), cell.mark.symbol)
        if not column.inline:
            return cell.cell(w)
        if isinstance(cell, Figure) and cell.low is not None:
            return Markup("{} <small>({})</small>").format(cell.html(w), cell.ends.html(w))
        return cell.html(w)

    def terminal(self, w: Wording, width: int) -> str:
        """Lines of text of a width: numbers are never broken, a long name has a line of its own."""
        def written(cell: object) -> str:
            if isinstance(cell, Figure) and cell.low is not None:
                return f"{cell.text(w)} ({cell.ends.text(w)})"
            return plain_text(cell, w)

        rows = [[written(cell) for cell in row] for row in self.rows]
        right = [place > 0 and column.numeric for place, column in enumerate(self.columns)]
        heads = [column.words for column in self.columns]
        return fitted(plain_text(self.caption, w), heads, rows, right=right, width=width)


def marked_head(head: object, mark: Mark, *, cls: str | None = None) -> Markup:
    """The head of a column whose figures all have one source."""
    sign = el("span", mark.symbol, cls="mk")
    return marked("th", head, Markup("&nbsp;"), sign, mark=mark, scope="col", cls=cls)


# -- The way from a page to the same figures in other forms ----------------------------------------


def file_links(
    stem: str, kinds: Sequence[str], lang: str, *, explorer: bool, older: Collection[str]
) -> Markup | None:
    """Links to one scenario's files.

    Parameters
    ----------
    kinds : formats that have a file beside the page
    older : names of those that this run could not make: an earlier run's stand there
    """
    w = Wording(lang)
    links = el("p", _links(w, stem, kinds, older)) if kinds else None
    return section("files", w.text("files_title"), links, _try(w, explorer)) if links or explorer else None


def downloads(
    rows: Sequence[tuple[str, str, Sequence[str]]], lang: str, *, explorer: bool, older: Collection[str]
) -> Markup | None:
    """The files of every scenario of a run.

    Parameters
    ----------
    rows : (label, file stem, formats)
    older : as for `file_links`
    """
    w = Wording(lang)
    offered = [row for row in rows if row[2]]
    if not offered and not explorer:
        return None
    columns = [Column(w.text("column_scenario"), numeric=False), Column(w.text("column_files"), numeric=False)]
    named = [(replace(planned_words(label), always=True), stem, kinds) for label, stem, kinds in offered]
    body = [(label, _links(w, stem, kinds, older)) for label, stem, kinds in named]
    files = Table(columns, body).html(w) if body else None
    return section("files", w.text("files_title"), _try(w, explorer), files)


def _links(w: Wording, stem: str, kinds: Sequence[str], older: Collection[str]) -> Markup:
    def link(kind: str) -> Markup:
        made = el("a", w.text(f"file_{kind}"), href=f"{stem}.{kind}")
        return join([made, w.text("file_older")], " ") if f"{stem}.{kind}" in older else made

    return join(map(link, kinds), " · ")


def _try(w: Wording, explorer: bool) -> Markup | None:
    return el("p", el("a", w.text("file_explorer"), href="explorer.html")) if explorer else None
