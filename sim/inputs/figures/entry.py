"""Planners' own figures: the sheet they are entered in, and how it is read."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

from sim.domain import LINES, InputError, Observation, Problem, Province
from sim.inputs import excel, text as texts
from sim.inputs.figures import observations
from sim.inputs.figures.copies import EVENTS
from sim.inputs.figures.sense import CPI_TERM, doubts
from sim.inputs.figures.worded import coded, worded
from sim.inputs.text import CSV, XLSX, File, clean, limit, nearest, put, read_file, refuse, shown, shown_path
from sim.inputs.yaml import LANGUAGES, Catalogue, load_catalogue

_WIDTHS = (22, 12, 8, 16, 12, 38, 14, 18, 12, 18, 40)
#: Printed terms asked for beside those the pack starts from: (entity, term, unit).
_MORE = (
    ("HTX", "htx_new", "count"),
    ("HTX", "htx_dissolved", "count"),
    ("HTX", "htx_workers", "persons"),
    ("LHHTX", "union_total", "count"),
    ("LHHTX", "union_member_htx", "count"),
    ("budget", "support_spent_total", "billion VND"),
)
_CPI = ("Vietnam", "VN", "macro", CPI_TERM, "%")


#: How parts of a year are asked for, by the period their figures are of; months to-MM and month-MM beside them.
PARTS = {"year": "year", "q1": "to-03", "h1": "h1", "9m": "to-09"}
_MONTHS = re.compile(r"(?:to|month)-(?:0[1-9]|1[0-2])")
#: Money paid out: all of it, and of each line.
SPENT, SPENT_LINE = "support_spent_total", "support_spent_{}"


def period_asked(text: str) -> str:
    """The period of figures of a part of a year, as ``--period`` names it.

    Raises
    ------
    InputError
        When there is no such part.
    """
    period = PARTS.get(text, text if _MONTHS.fullmatch(text) else "")
    if not period:
        allowed = ", ".join((*PARTS, "to-MM", "month-MM"))
        raise InputError(Problem("not_one_of", place="--period", value=shown(text), allowed=allowed))
    return period


def _period_of(term: str, period: str) -> str:
    """The period of one term: what came about in a part of the year, or what there was at the end of it."""
    if EVENTS.search(term) or term.startswith("support_"):
        return period
    return "mid" if period == "h1" else period.replace("month-", "to-")


def _empty_rows(
    province: Province, years: Sequence[int], words: Catalogue, period: str, planned: Mapping[int, Mapping[str, str]]
) -> Iterator[tuple[object, ...]]:
    """Rows to be filled in: what the pack starts from and what else is asked for; of a part each line's money."""
    printed = {row.indicator for row in province.observations}
    starting = [row for rows in province.base.values() for row in rows.values()]
    units = {
        (row.entity, row.indicator): row.unit for row in starting if row.status != "derived" or row.indicator in printed
    }
    units |= {(entity, term): unit for entity, term, unit in _MORE}
    part = period != "year"
    if part:
        units |= {("budget", SPENT_LINE.format(line)): units["budget", SPENT] for line in LINES}
    places = [(area.label["vi"], area.code) for area in province.areas] if part and province.code else []
    places += [(province.label["vi"], province.code if places else province.areas[0].code)]
    own = [(*place, *term, unit) for place in places for term, unit in units.items()]
    for year in years:
        source = f"outturn-{year}-{period}" if part else f"outturn-{year}"
        notes = {
            SPENT_LINE.format(line) if line else SPENT: words.text("figures.note_planned", money=text)
            for line, text in planned.get(year, {}).items()
        }
        for area, code, entity, term, unit in [*own, *(() if part else (_CPI,))]:
            noted = notes.get(term) if code == places[-1][1] else None
            yield (area, code, year, _period_of(term, period), entity, term, None, unit, "actual", source, noted)


def figures_book(
    province: Province, years: Sequence[int], words: Catalogue, *, period: str = "year",
    planned: Mapping[int, Mapping[str, str]] | None = None,
) -> bytes:  # fmt: skip
    """The workbook; rows whose value stays empty are left out when it is read.

    Parameters
    ----------
    years : years to enter
    words : texts of the language of its headings
    period : the part of each year to enter, as `period_asked` gives it
    planned : {year: {line, or "" for the fund: tỷ đồng as text}} that is noted beside the money paid out
    """
    import openpyxl
    from openpyxl.styles import Font, PatternFill
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = openpyxl.Workbook()
    page = book.active
    page.title = words.text("figures.sheet")
    for column, (name, width) in enumerate(zip(observations.COLUMNS, _WIDTHS, strict=True), start=1):
        cell = put(page.cell(1, column), words.text(f"figures.column_{name}"))
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="FFD3E8E4")
        page.column_dimensions[get_column_letter(column)].width = width
    last = 1
    for row in _empty_rows(province, years, words, period, planned or {}):
        last += 1
        for column, value in enumerate(row, start=1):
            name = observations.COLUMNS[column - 1]
            put(page.cell(last, column), worded(name, value, words) if isinstance(value, str) else value)
    for name, choices in (("status", observations.STATUSES), ("entity", observations.ENTITIES)):
        letter = get_column_letter(observations.COLUMNS.index(name) + 1)
        spelt = (worded(name, choice, words) for choice in choices)
        rule = DataValidation(type="list", formula1='"' + ",".join(spelt) + '"')
        rule.add(f"{letter}2:{letter}{last + limit('horizon_years')}")
        page.add_data_validation(rule)
    rule = DataValidation(type="decimal", operator="greaterThan", formula1="-1E+9", allow_blank=True)
    rule.prompt, rule.showInputMessage = words.text("figures.help_value"), True
    rule.add(f"G2:G{last}")
    page.add_data_validation(rule)
    page.freeze_panes = "G2"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# -- Planners' own tables of figures, CSV or Excel: the columns of observations.csv, read without guessing ---



def load_outturns(path: Path, *, notes: list[Problem] | None = None) -> tuple[Observation, ...]:
    """Figures of a file of whoever: a data pack's own table, whose form is strict, or one that planners made."""
    packed = path.name == texts.OBSERVATIONS and (path.parent / texts.PACK).is_file()
    return (observations.load_observations if packed else load_figures)(path, notes=notes)


def load_figures(
    path: Path, *, sheet: str | None = None, notes: list[Problem] | None = None
) -> tuple[Observation, ...]:
    """Figures of a file; see `read_figures`."""
    return read_figures(path, sheet=sheet, notes=notes)[1]


def read_figures(
    path: Path, *, sheet: str | None = None, notes: list[Problem] | None = None
) -> tuple[excel.Table, tuple[Observation, ...]]:
    """A table of figures as it was typed, and its figures; rows of a workbook whose value is still empty are left out.

    Parameters
    ----------
    sheet : name of the sheet where a workbook has several
    notes : receives what was accepted but should be told

    Raises
    ------
    InputError
        With every problem of every row, by line and column or by the cell's address.
    """
    warnings: list[Problem] = [] if notes is None else notes
    raw = read_file(path, max_bytes=limit("xlsx_bytes"))
    file = shown_path(path)
    if path.suffix.lower() == XLSX:  # the name says workbook: what else it may be is refused there
        chosen = excel.chosen_sheet(excel.parse_workbook(raw, file=file), sheet, file=file, notes=warnings)
        table = sheet_table(chosen, warnings)
    elif excel.is_workbook(raw):
        raise InputError(Problem("csv_is_binary", {"kind": "Excel"}, file=file))
    else:
        raw = read_file(path, max_bytes=limit("csv_bytes"))
        table = excel.parse_table(raw, observations.COLUMNS, file=file, headings=_column_names())
        table = _figures_only(table, warnings)
    table = coded(table)
    return table, figures_of(table, warnings)


def figures_of(table: excel.Table, notes: list[Problem]) -> tuple[Observation, ...]:
    """The figures of a planner's table that was read with the columns of a table of figures.

    Raises
    ------
    InputError
        With every problem of every row.
    """
    figures = observations.parse_observations(table, decimal=None, notes=notes)
    refuse(doubts(table, figures), notes)
    return figures


def is_table(path: Path) -> bool:
    """Whether a file is a table of figures rather than a scenario: by its name, and a workbook by its sheets.

    Raises
    ------
    InputError
        When a workbook cannot be opened.
    """
    if path.suffix.lower() != XLSX:
        return path.suffix.lower() == CSV
    file = File.at(path)
    return not excel.is_scenario_book(excel.parse_workbook(file.raw, file=file.name))


def sheet_table(sheet: excel.Sheet, notes: list[Problem]) -> excel.Table:
    """The table of a sheet: its heading is the first row that names the columns, in any language.

    Raises
    ------
    InputError
        When no row is such a heading, a column is missing or twice, or cells are merged.
    """
    names = _column_names()
    short = excel.by_folded(names)
    lines: dict[int, dict[int, str]] = {}
    for (row, column), value in sorted(sheet.cells.items()):
        lines.setdefault(row, {})[column] = clean(str(value))
    index = excel.heading_row([list(line.values()) for line in lines.values()], short, observations.COLUMNS)
    if index is None:
        words = [(at, value) for at, value in sorted(sheet.cells.items()) if isinstance(value, str)]
        refuse((found for at, value in words for found in sheet.hidden_characters(at, value)), notes)
        raise InputError(
            Problem("heading_missing", file=sheet.file, place=sheet.name, allowed=", ".join(observations.COLUMNS))
        )
    head, titles = list(lines.items())[index]
    place = {column: short[excel.folded(title)] for column, title in titles.items() if excel.folded(title) in short}
    refuse([*sheet.form_problems(columns=max(titles)), *_head_problems(sheet, head, titles, place)], notes)
    below = sorted({row for row, _ in sheet.cells if row > head})
    rows = tuple({name: _cell(sheet, (row, column), name) for column, name in place.items()} for row in below)
    respelt = tuple(
        (excel.Cell(title, head, column), meant)
        for column, title in titles.items()
        if (meant := excel.respelling(title, names))
    )
    table = _figures_only(excel.Table(sheet.file, rows, sheet=sheet.name, respelt=respelt), notes)
    filled = tuple(row for row in table.rows if row["value"].text not in observations.MISSING)
    if not filled:
        raise InputError(Problem("csv_header_only", file=sheet.file, line=head, place=sheet.name))
    cells = [cell for row in filled for cell in row.values()]
    refuse((found for cell in cells for found in sheet.hidden_characters((cell.line, cell.column), cell.text)), notes)
    return replace(table, rows=filled)


def _head_problems(
    sheet: excel.Sheet, head: int, titles: Mapping[int, str], place: Mapping[int, str]
) -> Iterator[Problem]:
    """Headings nobody knows, columns named twice, columns that are missing."""
    for column, title in titles.items():
        if column not in place:
            text, near = shown(title), nearest(title, _column_names())
            params, at = {"name": text}, (head, column)
            yield sheet.problem("csv_unknown_column", at, params=params, value=text, suggestion=near)
        elif list(place.values()).index(place[column]) != list(place).index(column):
            yield sheet.problem("csv_duplicate_column", (head, column), params={"name": shown(title)})
    for name in observations.COLUMNS:
        if name not in place.values():
            yield sheet.problem("csv_missing_column", (head, 1), params={"name": name}, value=name)


def _figures_only(table: excel.Table, notes: list[Problem]) -> excel.Table:
    """A table without rows of words and totals, and with headings in other spellings; both are said."""
    for cell, meant in table.respelt:
        notes.append(table.problem("heading_respelt", cell, "", params={"meant": meant}, warning=True))
    rows, left = [], list(table.words)
    for row in table.rows:
        named = row["area_code"].text or row["indicator"].text
        first = next((cell for cell in row.values() if cell.text), None)
        if first and not named and (not row["value"].text or excel.is_total(first.text)):
            left.append(first)
        else:
            rows.append(row)
    for cell in left:
        notes.append(table.problem("row_left_out", cell, "", warning=True))
    return replace(table, rows=tuple(rows))


def _column_names() -> dict[str, str]:
    """{heading, case folded: column} in every language; the last one is the one to write."""
    names = {column: column for column in observations.COLUMNS}
    for language in LANGUAGES:
        words = load_catalogue(language)
        names |= {words.text(f"figures.column_{column}").casefold(): column for column in observations.COLUMNS}
    return names


def _cell(sheet: excel.Sheet, at: tuple[int, int], name: str) -> excel.Cell:
    """A cell as text, and its number where it is one of the values."""
    value = sheet.cells.get(at, "")
    number: Decimal | None = None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        number = Decimal(repr(value))
        text = f"{number.normalize():f}"
    elif isinstance(value, excel.Percent):
        text, number = value, Decimal(value.removesuffix("%"))
    else:
        text = value.strftime("%d/%m/%Y") if isinstance(value, date) else clean(str(value))
    return excel.Cell(text, *at, number if name == "value" else None)
