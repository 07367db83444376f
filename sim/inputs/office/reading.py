"""A workbook of an office as a table of figures: matched, asked, and only then read."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from sim.domain import InputError, Problem, count_of
from sim.inputs import text as texts
from sim.inputs.excel import Cell, Sheet, Table
from sim.inputs.figures import COLUMNS
from sim.inputs.office.asked import UNKNOWN, WHOLE, Aim, Answers, Line, Question, Reading, answered
from sim.inputs.office.figures import Figure, Taken, take
from sim.inputs.office.grid import Block, find_block
from sim.inputs.office.labels import crossings, labels_of
from sim.inputs.office.vocabulary import (
    Said,
    entity_of,
)

_TITLE = "title"
_SOURCE = ("nguồn", "source")
_MARK = "in_order"


def understand(sheets: Sequence[Sheet], aim: Aim, answers: Answers, heading: int | None = None) -> Reading:
    """Read sheets of one form, as far as it is sure what they say.

    Parameters
    ----------
    sheets : of one workbook, each a table with the same headings
    heading : first heading row, where that was said

    Raises
    ------
    InputError
        When no heading is found, an answer says nothing or is for a label there is not, or a table is too large.
    """
    taken: list[Taken] = []
    lines: dict[tuple[str, str, str], Line] = {}
    _check_size(sheets)
    for sheet in sheets:
        block = find_block(sheet, answers.vocabulary, heading, answers.tables)
        answers.turn_to(block.shape)
        found = crossings(block, answers.vocabulary, answers)
        ambient, told = _ambient(block, answers)
        one = Taken(block, found, aim, ambient)
        take(one)
        one.problems += _form_problems(block, one)
        taken.append(one)
        lines |= {(line.kind, line.name, line.place): line for line in (*told, *found.lines)}
    figures = [figure for one in taken for figure in one.figures]
    questions = _questions(taken, figures, answers)
    problems = [problem for one in taken for problem in one.problems]
    texts.refuse(answers.unused([line.name for line in lines.values()]))
    if not figures and not questions and not problems:
        raise InputError(Problem("assist_nothing", file=sheets[0].file, place=sheets[0].name))
    table = None if questions or problems else _table(sheets[0], figures, taken)
    return Reading(
        sheets[0].file, tuple(sheet.name for sheet in sheets), taken[0].block.heads, tuple(lines.values()), questions,
        tuple(problems), tuple(_left(taken)), tuple(total for one in taken for total in one.sums), table,
        taken[0].block.shape, tuple(_notes(taken, answers)),
        {figure.place: figure.typed for figure in figures}, {code: names[0] for code, names in aim.areas.items()},
    )  # fmt: skip


def _check_size(sheets: Sequence[Sheet]) -> None:
    """Refuse what is longer, all sheets together, than any table of an office."""
    most, sheet = texts.limit("office_rows"), sheets[0]
    rows = sum(max((row for row, _ in one.cells), default=0) for one in sheets)
    if max(rows, *(len(one.scan.merged) for one in sheets)) > most:
        raise InputError(Problem("assist_too_long", {"rows": count_of(most)}, file=sheet.file, place=sheet.name))


def _ambient(block: Block, answers: Answers) -> tuple[Said, list[Line]]:
    """What is said of the whole table: by answers, by the sheet's name, by its titles; two that differ say nothing."""
    titles = [(block.sheet.name, block.sheet.name), *((block.sheet.address(at), text) for at, text in block.titles)]
    said = [(place, text, answers.vocabulary.title(text)) for place, text in titles]
    named = said[0][2]
    years = {one.moment.year for _, _, one in said if one.moment.years}
    parts = {one.moment.part for _, _, one in said if one.moment.part}
    states = {one.status for _, _, one in said if one.status}
    units = {one.unit for _, _, one in said if one.unit}
    year = named.moment.year or (years.pop() if len(years) == 1 else 0)
    moment = replace(
        named.moment, years=(year,) if year else (),
        part=named.moment.part or (parts.pop() if len(parts) == 1 else ""),
    )  # fmt: skip
    found = Said(moment=moment, status=states.pop() if len(states) == 1 else "",
                 unit=units.pop() if len(units) == 1 else None)  # fmt: skip
    lines = [
        Line(WHOLE, text, place, one, _TITLE)
        for place, text, one in said
        if one.moment.year == year != 0 or (one.moment.part and one.moment.part == moment.part) or one.unit
    ]
    whole = answers.whole()
    told = [Line(WHOLE, WHOLE, "", whole, whole.reason)] if whole != Said() else []
    return answered(found, whole) if whole != Said() else found, [*lines, *told]


# -- questions -----------------------------------------------------------------------------------------


def _questions(taken: Sequence[Taken], figures: Sequence[Figure], answers: Answers) -> tuple[Question, ...]:
    """Everything that has to be answered, labels first."""
    asked: dict[tuple[str, str], Question] = {}
    for one in taken:
        asked |= {key: asked.get(key, question) for key, question in one.found.questions.items()}
    for question in (*_twice(taken, figures), *_order(figures, answers)):
        asked.setdefault((question.key, question.name), question)
    most = texts.limit("office_asked")
    if sum(key in UNKNOWN for key, _ in asked) > most:
        sheet = taken[0].block.sheet
        raise InputError(Problem("assist_too_many", {"limit": most}, file=sheet.file, place=sheet.name))
    return tuple(sorted(asked.values(), key=lambda one: (one.name == WHOLE, one.key not in UNKNOWN)))


def _key(figure: Figure) -> tuple[object, ...]:
    return figure.area, figure.term, figure.year, figure.period, figure.source


def _twice(taken: Sequence[Taken], figures: Sequence[Figure]) -> Iterator[Question]:
    """Figures that are the same one twice: of two columns one has to be left out; two rows are refused."""
    first: dict[tuple[object, ...], Figure] = {}
    for figure in figures:
        other = first.setdefault(_key(figure), figure)
        if other is figure:
            continue
        names = figure.crossing.column, other.crossing.column
        if names[0] != names[1]:
            yield Question("twice", names[0], figure.place, ("out",), {"other": names[1], "place": other.place})
        elif figure.crossing.row != other.crossing.row:
            names = figure.crossing.row, other.crossing.row
            yield Question("twice", names[0], figure.place, ("out",), {"other": names[1], "place": other.place})
        else:
            params = {"first": other.place, "key": figure.crossing.row or figure.term}
            taken[0].problems.append(figure.sheet.problem("duplicate_row", figure.crossing.at, params=params))


def _order(figures: Sequence[Figure], answers: Answers) -> Iterator[Question]:
    """Years of one series that neither rise nor fall may be typed wrongly."""
    if _MARK in answers.whole().marks:
        return
    series: dict[tuple[str, str, str], list[Figure]] = {}
    for figure in figures:
        series.setdefault((figure.area, figure.term, figure.status), []).append(figure)
    for found in series.values():
        years = [figure.year for figure in found]
        if years not in (sorted(years), sorted(years, reverse=True)):
            spelt = ", ".join(map(str, dict.fromkeys(years)))
            yield Question("order", WHOLE, found[0].place, (_MARK,), {"years": spelt})
            return


# -- what is told --------------------------------------------------------------------------------------


def _form_problems(block: Block, taken: Taken) -> Iterator[Problem]:
    """What hides in labels, and merged cells that hold a figure."""
    rows, columns = taken.found.unread
    for at, kept in block.sheet.scan.formulas.items():
        inside = at[0] in block.rows and at[1] in block.paths
        if not kept and inside and at[0] not in rows and at[1] not in columns:
            yield block.sheet.problem("xlsx_formula_empty", at)
    used = {one.at for one in (*taken.found.crossings, *taken.found.totals)}
    for at, text in labels_of(block):
        yield from block.sheet.hidden_characters(at, text)
    for ref in block.sheet.scan.merged:
        first = ref.partition(":")[0]
        if any(block.sheet.address(at).rpartition("!")[2] == first for at in used):
            yield Problem("xlsx_merged", file=block.sheet.file, place=f"{block.sheet.name}!{ref}", value=ref)


def _left(taken: Sequence[Taken]) -> Iterator[tuple[str, str, str]]:
    """What was left out: (place, text, reason)."""
    for one in taken:
        yield from one.found.left
        for at, text in one.block.below:
            yield one.block.sheet.address(at), texts.shown(text), "below"
        for year, count in sorted(one.skipped.items()):
            yield "", f"{year} ({count})", "earlier"
        for area, count in one.ended.items():
            yield "", f"{one.aim.areas[area][0]} ({count})", "ended"
        if one.block.second:
            yield one.block.sheet.address((one.block.second, 1)), "", "second"


def _notes(taken: Sequence[Taken], answers: Answers) -> Iterator[Problem]:
    for one in taken:
        sheet, used = one.block.sheet, {crossing.at for crossing in one.found.crossings}
        if sheet.scan.hidden:
            cells = ", ".join(sheet.scan.hidden[:10])
            yield Problem("xlsx_hidden", {"cells": cells}, file=sheet.file, place=sheet.name, warning=True)
        formulas = [sheet.address(at) for at, kept in sheet.scan.formulas.items() if kept and at in used]
        if formulas:
            cells = ", ".join(formulas[:10])
            yield Problem("xlsx_formula", {"cells": cells}, file=sheet.file, place=sheet.name, warning=True)
    for text in dict.fromkeys(answers.broken):
        yield Problem("assist_kept_broken", value=texts.shown(text), warning=True)


# -- the table -----------------------------------------------------------------------------------------


def _table(sheet: Sheet, figures: Iterable[Figure], taken: Sequence[Taken]) -> Table:
    """The figures in the columns of a table of figures, every cell with the place it was typed in."""
    sources = {one.block.sheet.name: _source(one.block) for one in taken}
    areas = taken[0].aim.areas
    rows = []
    for line, figure in enumerate(figures, start=2):
        text: Mapping[str, str] = {
            "area": areas[figure.area][0], "area_code": figure.area, "year": str(figure.year),
            "period": figure.period, "entity": entity_of(figure.term), "indicator": figure.term,
            "value": _plain(figure.value), "unit": figure.unit, "status": figure.status, "source_id": figure.source,
            "note": "; ".join(filter(None, (figure.crossing.note, sources[figure.sheet.name], _as_typed(figure)))),
        }  # fmt: skip
        rows.append({
            name: Cell(text[name], line, column, figure.value if name == "value" else None, figure.place)
            for column, name in enumerate(COLUMNS, start=1)
        })  # fmt: skip
    return Table(sheet.file, tuple(rows), sheet=sheet.name)


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def _as_typed(figure: Figure) -> str:
    """What was typed, where another unit is kept."""
    kept = _plain(figure.value)
    declared = figure.declared.name + (f"/{figure.declared.per}" if figure.declared.per else "")
    return "" if declared == figure.unit or figure.typed == kept else f"{figure.typed} {declared}"


def _source(block: Block) -> str:
    """Where the figures are from, as the sheet says below its table."""
    found = (text for _, text in block.below if texts.clean(text).casefold().startswith(_SOURCE))
    return next(found, "")
