"""Charts that the spreadsheet program draws itself, from cells of the workbook: they follow when a cell is changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.report.print import PRINTED

#: Width and height of one [cm], and how many columns and rows of cells it covers with the room around it.
_SIZE, _COVERS = (10.2, 7.5), (4, 16)
#: How many stand beside each other.
_BESIDE = 3
#: Width of the middle line and of the ends of a range [EMU].
_MIDDLE, _END = 28575, 9525
#: Letters of a title [hundredths of a point].
_TITLE = 1100


@dataclass(frozen=True)
class Chart:
    """A chart of the spreadsheet program itself, of cells of a sheet.

    Attributes
    ----------
    unit : of its values, beside the axis
    sheet : whose rows it draws, `first` to `last` of them, counted from 0
    along : column of the years
    columns : one series each; the first is drawn as the middle, the others thin, unless `stacked`
    stacked : columns of a whole instead of lines
    """

    title: str
    unit: str
    sheet: str
    first: int
    last: int
    along: int
    columns: Sequence[int]
    stacked: bool = False


def rows_below(charts: int) -> int:
    """How many rows so many charts cover below a table."""
    return 1 + -(-charts // _BESIDE) * _COVERS[1] if charts else 0


def draw(book: Any, name: str, charts: Sequence[Chart], heads: Mapping[str, int], *, below: int) -> None:
    """Put a sheet's charts below its table, side by side.

    Parameters
    ----------
    book : openpyxl's, with every sheet written
    heads : {sheet: row of its column heads}
    below : last row of the table
    """
    from openpyxl.utils import get_column_letter

    for place, chart in enumerate(charts):
        row, column = divmod(place, _BESIDE)
        anchor = f"{get_column_letter(1 + column * _COVERS[0])}{below + 2 + row * _COVERS[1]}"
        book[name].add_chart(_made(book[chart.sheet], chart, heads[chart.sheet]), anchor)


def _made(cells: Any, chart: Chart, head: int) -> Any:
    from openpyxl.chart import BarChart, LineChart, Reference, Series
    from openpyxl.drawing.text import CharacterProperties, ParagraphProperties

    made = BarChart() if chart.stacked else LineChart()
    made.title, made.y_axis.title, made.height, made.width = chart.title, chart.unit, _SIZE[1], _SIZE[0]
    made.title.tx.rich.p[0].pPr = ParagraphProperties(defRPr=CharacterProperties(sz=_TITLE, b=True))
    made.legend.position = "b"
    made.x_axis.delete = made.y_axis.delete = False
    first, last = head + 1 + chart.first, head + 1 + chart.last
    for at, column in enumerate(chart.columns):
        values = Reference(cells, min_col=column + 1, min_row=first, max_row=last)
        series = Series(values, title_from_data=False)
        series.tx = _named(cells, column + 1, head)
        _look(series, at, stacked=chart.stacked)
        made.series.append(series)
    made.set_categories(Reference(cells, min_col=chart.along + 1, min_row=first, max_row=last))
    if chart.stacked:
        made.grouping, made.overlap = "stacked", 100
        made.y_axis.number_format = "General"  # cells of money have three decimals: 35,000 would be read as a thousand
    return made


def _named(cells: Any, column: int, head: int) -> Any:
    """A series is called as the head of its column says."""
    from openpyxl.chart.series import SeriesLabel, StrRef
    from openpyxl.utils import get_column_letter, quote_sheetname

    place = f"{quote_sheetname(cells.title)}!${get_column_letter(column)}${head}"
    return SeriesLabel(strRef=StrRef(place))


def _look(series: Any, at: int, *, stacked: bool) -> None:
    """The report's colours: the middle strong, the ends of its range thin; or one colour a piece."""
    colours = [PRINTED.accent, PRINTED.contrast, PRINTED.band_50, PRINTED.quiet]
    if stacked:
        series.graphicalProperties.solidFill = colours[at % len(colours)].removeprefix("#").upper()
        return
    line = series.graphicalProperties.line
    line.solidFill = PRINTED.accent.removeprefix("#").upper()
    line.width, series.smooth = (_MIDDLE if at == 0 else _END), False
    if at:
        line.dashStyle = "dash"
