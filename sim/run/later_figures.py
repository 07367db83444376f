"""Figures of the current year from a planner's own file: tried, shown with what they do, added to the pack."""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

from sim.analysis.answer import CameIn, came_in
from sim.domain import InputError, Observation, Problem, Province
from sim.ensemble import DEFAULT_DRAWS, DEFAULT_SEED
from sim.evidence import load_knowledge, plan_in_force
from sim.inputs import text as texts
from sim.inputs.figures import COLUMNS, SOURCE_COLUMNS, key_of, read_figures
from sim.inputs.pack import load_province
from sim.run.files import csv_text, write_atomic
from sim.run.imports import Origin, Reader, own_sources

#: Area code of the country, whose prices every pack may hold.
_COUNTRY = "VN"


@dataclass(frozen=True)
class LaterFigures:
    """Figures as they were understood, before anything is written.

    Attributes
    ----------
    rows : what came in
    files : {name: text} of the pack's tables with them
    came : what they make of the plan in force; None where they say nothing of its targets or year
    """

    province: Province
    rows: tuple[Observation, ...]
    files: Mapping[str, str]
    target: Path
    notes: tuple[Problem, ...]
    came: CameIn | None


def understand_later(path: Path, *, sheet: str | None = None, reader: Reader | None = None) -> LaterFigures:
    """Read figures of years after the base year, try the pack with them and work out what they do; nothing is kept.

    Parameters
    ----------
    reader : reads the file otherwise than strictly

    Raises
    ------
    InputError
        When the table is refused, a figure is of another area, of the base year or before, or in the pack already;
        when figures contradict each other or the pack's own reader refuses them.
    """
    province, notes = load_province(), list[Problem]()
    table, rows = reader(notes) if reader else read_figures(path, sheet=sheet, notes=notes)
    refused = _refused(province, rows, table.file)
    texts.refuse(map(Origin(table).at_cell, refused) if reader else refused)
    folder = texts.data_root() / texts.PROVINCES / province.slug
    files = {texts.OBSERVATIONS: _longer(folder / texts.OBSERVATIONS, _lines(rows))}
    new = {row.source_id for row in rows} - set(province.sources)
    cited = csv_text(SOURCE_COLUMNS, own_sources(new, path)).split("\n", 1)[1]
    files[texts.SOURCES] = _longer(folder / texts.SOURCES, cited)
    target = texts.writable_root() / texts.PROVINCES / province.slug
    with _tried(target, files) as root, _at_cells(Origin(table), _typed(files[texts.OBSERVATIONS], rows), bool(reader)):
        known = load_knowledge(root, province=province.slug)
        came = came_in(known, plan_in_force(known.province, root), draws=DEFAULT_DRAWS, seed=DEFAULT_SEED)
    return LaterFigures(province, tuple(rows), files, target, tuple(notes), came)


def write_later(understood: LaterFigures) -> Path:
    """Put the pack's tables in place; returns its folder."""
    for name, text in understood.files.items():
        write_atomic(understood.target / name, text)
    return understood.target


def _refused(province: Province, rows: Sequence[Observation], file: str) -> Iterator[Problem]:
    known = {key_of(row): row.line for row in province.observations}
    codes = [*(area.code for area in province.areas), *filter(None, [province.code])]
    for row in rows:
        if row.area_code not in (*codes, _COUNTRY):
            allowed = ", ".join(codes)
            near = texts.nearest(row.area_code, codes)
            yield Problem("not_one_of", file=file, line=row.line, place="area_code", value=row.area_code,
                          allowed=allowed, suggestion=near)  # fmt: skip
        if row.year <= province.base_year:
            params = {"year": province.base_year}
            yield Problem("figure_not_later", params, file=file, line=row.line, place="year", value=row.year)
        if key_of(row) in known:
            again: dict[str, object] = {"first": known[key_of(row)], "key": row.indicator}
            yield Problem("duplicate_row", again, file=file, line=row.line, place="indicator", value=row.indicator)


def _lines(rows: Sequence[Observation]) -> str:
    """Rows as a pack holds them: digits without an exponent."""
    lines = ([getattr(row, column) for column in COLUMNS] for row in rows)
    whole = csv_text(COLUMNS, lines, lambda value: f"{Decimal(f'{value:.15g}'):f}")
    return whole.split("\n", 1)[1]


def _longer(path: Path, more: str) -> str:
    """A table of the pack with rows below it."""
    text = texts.read_file(path, max_bytes=texts.limit("csv_bytes")).decode()
    return text + ("" if text.endswith("\n") else "\n") + more


def _typed(text: str, rows: Sequence[Observation]) -> dict[int, int]:
    """{line of the pack's longer table: line of the planner's} of the rows that were added at its end."""
    below, found = text.count("\n") + 1, dict[int, int]()
    for row in reversed(rows):  # a note may run over several lines
        below -= 1 + sum(str(getattr(row, column)).count("\n") for column in COLUMNS)
        found[below] = row.line
    return found


@contextmanager
def _at_cells(origin: Origin, typed: Mapping[int, int], helped: bool) -> Iterator[None]:
    """What the pack's reader refuses of rows that were added, at the cells a helped reader took them from."""
    try:
        yield
    except InputError as error:
        own = [
            origin.at_cell(replace(problem, file=origin.table.file, line=typed[problem.line or 0]))
            if helped and Path(problem.file).name == texts.OBSERVATIONS and problem.line in typed
            else problem
            for problem in error.problems
        ]
        raise InputError(*own) from None


@contextmanager
def _tried(target: Path, files: Mapping[str, str]) -> Iterator[Path]:
    """A data root that holds the pack with these tables; it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix=".coopsim-", dir=target.parent.parent) as scratch:
        root = Path(scratch)
        texts.copy_folder(texts.data_root(), root, (".*",))
        for name, text in files.items():
            (root / texts.PROVINCES / target.name / name).write_text(text, encoding="utf-8", newline="\n")
        try:
            yield root
        except InputError as error:
            here, own = texts.shown_path(root), texts.shown_path(target.parent.parent)
            raise InputError(*(_own(problem, here, own) for problem in error.problems)) from None


def _own(problem: Problem, here: str, own: str) -> Problem:
    """A problem of the root that was made for trial, of the one it stands for."""
    return replace(problem, file=problem.file.replace(here, own))
