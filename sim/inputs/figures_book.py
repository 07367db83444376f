"""An Excel sheet to enter a year's outturns in: one row for each figure, only the values are left to fill in."""

from __future__ import annotations

import io
from collections.abc import Sequence

from sim.domain.indicators import INDICATOR
from sim.domain.scenario import Province
from sim.inputs.catalogue import Catalogue
from sim.inputs.limits import limit
from sim.inputs.observations import COLUMNS, ENTITIES, STATUSES
from sim.inputs.safe_cells import put

_WIDTHS = (22, 12, 8, 8, 12, 22, 14, 18, 12, 18, 40)
#: Printed terms asked for beside those the pack starts from: (entity, term, unit).
_MORE = (
    ("HTX", "htx_new", "count"),
    ("HTX", "htx_dissolved", "count"),
    ("HTX", "htx_workers", "persons"),
    ("LHHTX", "union_total", "count"),
    ("LHHTX", "union_member_htx", "count"),
)
_CPI = ("Vietnam", "VN", "macro", "cpi_inflation", "%")


def figures_book(province: Province, years: Sequence[int], words: Catalogue) -> bytes:
    """The workbook; rows whose value stays empty are left out when it is read.

    Parameters
    ----------
    years : years to enter
    words : texts of the language of its headings
    """
    import openpyxl
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = openpyxl.Workbook()
    page = book.active
    page.title = words.text("figures.sheet")
    for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True), start=1):
        cell = put(page.cell(1, column), words.text(f"figures.column_{name}"))
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFD3E8E4")
        page.column_dimensions[get_column_letter(column)].width = width
    rows = [row for year in years for row in _rows(province, year)]
    for at, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            put(page.cell(at, column), value)
    _choices(page, len(rows) + 1, words)
    page.freeze_panes = "G2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _rows(province: Province, year: int) -> list[list[object]]:
    area = province.areas[0].code
    name = province.label["vi"]
    terms = {
        (row.entity, row.indicator): INDICATOR[indicator].unit if row.unit == INDICATOR[indicator].unit else row.unit
        for indicator, rows in province.base.items()
        for row in rows.values()
        if row.status != "derived" or row.indicator in {item.indicator for item in province.observations}
    }
    terms |= {(entity, term): unit for entity, term, unit in _MORE}
    source = f"outturn-{year}"
    rows: list[list[object]] = [
        [name, area, year, "year", entity, term, None, unit, "actual", source, None]
        for (entity, term), unit in terms.items()
    ]
    where, code, entity, term, unit = _CPI
    rows.append([where, code, year, "year", entity, term, None, unit, "actual", source, None])
    return rows


def _choices(page: object, last: int, words: Catalogue) -> None:
    from openpyxl.worksheet.datavalidation import DataValidation

    lists = {"status": STATUSES, "entity": ENTITIES}
    for name, choices in lists.items():
        letter = "ABCDEFGHIJK"[COLUMNS.index(name)]
        rule = DataValidation(type="list", formula1='"' + ",".join(choices) + '"')
        rule.add(f"{letter}2:{letter}{last + limit('horizon_years')}")
        page.add_data_validation(rule)  # type: ignore[attr-defined]
    value = DataValidation(type="decimal", operator="greaterThan", formula1="-1E+9", allow_blank=True)
    value.prompt, value.showInputMessage = words.text("figures.help_value"), True
    value.add(f"G2:G{last}")
    page.add_data_validation(value)  # type: ignore[attr-defined]
