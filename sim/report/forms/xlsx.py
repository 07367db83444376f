"""Sheets of typed cells as Excel files, the zip archives Word and Excel files are, and the forms a page has."""

import io
import json
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from markupsafe import escape

from sim.inputs.text import FORMULA_STARTS, put
from sim.report.forms.native import Chart, draw, rows_below

#: The earliest moment a ZIP entry can carry; when a report was made stands in record.json.
_MOMENT = (1980, 1, 1, 0, 0, 0)
_STAMP = "1980-01-01T00:00:00Z"
_CORE = "docProps/core.xml"
_CREATOR = "coopsim"
_OWN = re.compile(r"<(dc:title|dc:creator|dc:language)(?:\s*/>|[^>]*>.*?</\1>)", re.DOTALL)
_DATES = re.compile(r"(<dcterms:(?:created|modified)[^>]*>)[^<]*(</dcterms:)")


Edit = Callable[[bytes], bytes]


def repack(content: bytes, *, title: str = "", lang: str = "", edits: Mapping[str, Edit] | None = None) -> bytes:
    """The same archive with every clock taken out of it, entries in their order.

    Parameters
    ----------
    content : an XLSX or DOCX file
    title, lang : written into the file's properties where the program that made it wrote none
    edits : {entry: what is made of its content}
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            data = (edits or {}).get(entry.filename, bytes)(old.read(entry))
            if entry.filename == _CORE:  # without a clock, naming the program and never a person
                xml = _DATES.sub(rf"\g<1>{_STAMP}\g<2>", data.decode())
                if title:
                    own = {"dc:title": title, "dc:creator": _CREATOR, "dc:language": lang}
                    named = "".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in own.items())
                    xml = _OWN.sub("", xml).replace("</cp:coreProperties>", f"{named}</cp:coreProperties>")
                data = xml.encode()
            info = zipfile.ZipInfo(entry.filename, _MOMENT)
            info.compress_type, info.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(info, data)
    return buffer.getvalue()


@dataclass(frozen=True)
class Number:
    """A figure with what it shows.

    Attributes
    ----------
    value : as printed on the page, so that every form of a report says the same
    places : decimals shown
    signed : True for a difference, whose plus is printed
    percent : True for a share in [0, 1] that is shown in percent
    """

    value: float
    places: int = 0
    signed: bool = False
    percent: bool = False


#: A plain whole number is a year or a count of draws: it goes without points.
Cell = Number | str | int | None


@dataclass(frozen=True)
class Head:
    """A column: its head and its width in characters; what stands in narrow ones is centred."""

    text: str
    width: int = 14


@dataclass(frozen=True)
class Sheet:
    """One sheet: a title, some sentences, one table; charts stand below it, drawn of cells of any sheet."""

    name: str
    title: str
    notes: Sequence[str]
    heads: Sequence[Head]
    rows: Sequence[Sequence[Cell]]
    charts: Sequence[Chart] = ()

    @property
    def head(self) -> int:
        """Row of the column heads, counted from 1 as a spreadsheet does."""
        return len(self.notes) + 3


@dataclass(frozen=True)
class Workbook:
    """Sheets with the properties of their file."""

    title: str
    subject: str
    lang: str
    sheets: Sequence[Sheet] = field(default_factory=tuple)

    def as_json(self) -> str:
        """The workbook as one text."""
        return json.dumps(self, default=vars, ensure_ascii=False) + "\n"

    @classmethod
    def from_json(cls, text: str) -> "Workbook":
        """The workbook of `as_json`."""
        data = json.loads(text)
        for sheet in data["sheets"]:
            sheet["heads"] = [Head(**head) for head in sheet["heads"]]
            sheet["charts"] = [Chart(**chart) for chart in sheet["charts"]]
            rows = sheet["rows"]
            sheet["rows"] = [[Number(**cell) if isinstance(cell, dict) else cell for cell in row] for row in rows]
        return cls(**{**data, "sheets": [Sheet(**sheet) for sheet in data["sheets"]]})


# -- To an Excel file: numbers stay numbers, and no text ever becomes a formula --

#: Makes LibreOffice and Excel point and group figures as the report's language does.
_LOCALE = {"vi": "[$-42A]", "en": "[$-409]"}
_A4 = 9
_FONT = "Times New Roman"
_INK, _HEAD, _RULE = "1C2A2E", "D3E8E4", "C3CDCA"
_TITLE, _TEXT = 14, 11
#: Columns narrower than this hold marks, grades and years, which are centred.
_WIDE = 12
#: Widths are counted in digits; letters of running text are narrower, word ends included.
_ROOM = 0.85
#: Height of a line of letters [points].
_LINE = 15


def xlsx(book: Workbook) -> bytes:
    """The file; equal sheets give equal bytes."""
    import openpyxl

    made = openpyxl.Workbook()
    made.remove(made.active)
    for sheet in book.sheets:
        _write(made.create_sheet(sheet.name), sheet, book.lang)
    heads = {sheet.name: sheet.head for sheet in book.sheets}
    for sheet in book.sheets:
        draw(made, sheet.name, sheet.charts, heads, below=sheet.head + len(sheet.rows))
    properties = made.properties
    properties.title, properties.subject, properties.language = book.title, book.subject, book.lang
    properties.creator = properties.lastModifiedBy = _CREATOR
    buffer = io.BytesIO()
    made.save(buffer)
    return repack(buffer.getvalue())


def _write(page: Any, sheet: Sheet, lang: str) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    side = Side(style="thin", color=_RULE)
    border = Border(left=side, right=side, top=side, bottom=side)
    _put(page.cell(1, 1), sheet.title, lang).font = Font(name=_FONT, size=_TITLE, bold=True, color=_INK)
    room = sum(head.width for head in sheet.heads)
    for place, note in enumerate(sheet.notes, start=2):  # across the whole table, in as many lines as it takes
        cell = _put(page.cell(place, 1), note, lang)
        cell.font = Font(name=_FONT, size=_TEXT, italic=True, color=_INK)
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        page.merge_cells(start_row=place, start_column=1, end_row=place, end_column=len(sheet.heads))
        page.row_dimensions[place].height = _LINE * ceil(len(note) / room)
    head = sheet.head
    for column, found in enumerate(sheet.heads, start=1):
        cell = _put(page.cell(head, column), found.text, lang)
        cell.font = Font(name=_FONT, size=_TEXT, bold=True, color=_INK)
        cell.fill = PatternFill("solid", fgColor=_HEAD)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        cell.border = border
        page.column_dimensions[get_column_letter(column)].width = found.width
    page.row_dimensions[head].height = _LINE * max(ceil(len(found.text) / (found.width - 1)) for found in sheet.heads)
    model = _models(page, page.cell(head, 1), border)
    for line, row in enumerate(sheet.rows, start=head + 1):
        for column, value in enumerate(row, start=1):
            _put(page.cell(line, column), value, lang)
        _style_body(page, line, row, sheet, model)
    last = get_column_letter(len(sheet.heads))
    page.freeze_panes = page.cell(head + 1, 2)
    end = head + len(sheet.rows)
    page.auto_filter.ref = f"A{head}:{last}{end}"
    _print_setup(page, head, f"A1:{last}{end + rows_below(len(sheet.charts))}")
    if sheet.charts:  # no page's end cuts a chart
        page.page_setup.fitToHeight = 1


def _put(cell: Any, value: Cell, lang: str) -> Any:
    """A value in its cell; text is stored as text whatever it begins with."""
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    if isinstance(value, Number):
        cell.value = value.value
        cell.number_format = _format(value, lang)
    elif isinstance(value, int):
        cell.value = value
        cell.number_format = "0"
    elif value:
        put(cell, ILLEGAL_CHARACTERS_RE.sub("\ufffd", value))
    return cell


def _format(number: Number, lang: str) -> str:
    """Format code with the language's points and, for differences, its true minus sign."""
    digits = "0" + ("." + "0" * number.places if number.places else "")
    if number.percent:
        return f"{_LOCALE[lang]}{digits}\\ %" if lang == "vi" else f"{_LOCALE[lang]}{digits}%"
    code = _LOCALE[lang] + "#,##" + digits
    plus = _LOCALE[lang] + ('"+"' if number.signed else "") + "#,##" + digits
    return f'{plus};{_LOCALE[lang]}"\u2212"#,##{digits};{code}'


def _style_body(page: Any, line: int, row: Sequence[Cell], sheet: Sheet, model: dict[str, Any]) -> None:
    """Style one row, as high as its longest text needs."""
    lines = 1
    for column, (value, head) in enumerate(zip(row, sheet.heads, strict=True), start=1):
        figure = isinstance(value, (Number, int))
        kind = "centre" if head.width < _WIDE else "right" if figure else "left"
        kind = "right" if isinstance(value, Number) else kind
        cell = page.cell(line, column)
        shown = cell.number_format
        # One array per kind, copied: making the same font for each of thousands of cells takes seconds.
        cell._style = copy(model[kind]._style)
        if figure:
            cell.number_format = shown
        elif isinstance(value, str):
            cell.quotePrefix = value.startswith(FORMULA_STARTS)
            lines = max(lines, ceil(len(value) * _ROOM / head.width))
    page.row_dimensions[line].height = _LINE * lines


def _models(page: Any, corner: Any, border: Any) -> dict[str, Any]:
    """One styled cell of each kind, outside the printed table."""
    from openpyxl.cell import Cell as Made
    from openpyxl.styles import Alignment, Font

    ways = {
        "left": Alignment(wrap_text=True, vertical="top", horizontal="left"),
        "centre": Alignment(wrap_text=True, vertical="top", horizontal="center"),
        "right": Alignment(vertical="top", horizontal="right"),
    }
    found = {kind: Made(page, row=corner.row, column=corner.column) for kind in ways}
    for kind, cell in found.items():
        cell.font, cell.alignment = Font(name=_FONT, size=_TEXT, color=_INK), ways[kind]
        cell.border = border
    return found


def _print_setup(page: Any, head: int, area: str) -> None:
    page.page_setup.paperSize = _A4
    page.page_setup.orientation = "landscape"
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    page.print_title_rows = f"{head}:{head}"
    page.print_area = area
    page.oddFooter.center.text = "&P / &N"
    page.oddFooter.left.text = "&A"
    page.page_margins.left = page.page_margins.right = 0.6
    page.page_margins.top = page.page_margins.bottom = 0.8
