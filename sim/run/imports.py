"""Planners' figures as a data pack: read, previewed, written, with their origins."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import partial
from pathlib import Path

from sim.domain import InputError, Observation, Problem
from sim.evidence import load_knowledge
from sim.inputs.excel import Table
from sim.inputs.figures import COLUMNS, SOURCE_COLUMNS, load_indicator_map, parse_sources, read_figures
from sim.inputs.pack import Asked, Draft, draft_pack, list_provinces, load_register, pack_data
from sim.inputs.text import (
    ASSUMPTIONS,
    OBSERVATIONS,
    PACK,
    PROVINCES,
    SOURCES,
    clean,
    csv_cell,
    data_root,
    hidden_characters,
    limit,
    nearest,
    read_file,
    refuse,
    shown,
    shown_path,
    slug_like,
)
from sim.inputs.yaml import LANGUAGES, SLUG_PATTERN, load_catalogue, yaml_text
from sim.run.files import page_stem

# -- Where in a planner's own table a refusal of the pack made from it belongs: never in a file nobody wrote ---

_HEADER_LINES = 1
#: What a key of pack.yaml was asked for with.
ASKED_WITH = {"slug": "--pack", "label": "--name", "areas": "--area", "base_year": "--base-year"}


@dataclass(frozen=True)
class Origin:
    """What a pack is made of.

    Attributes
    ----------
    table : as it was typed, with the place of every cell
    asked_with : {key of pack.yaml: the argument it came from}
    earlier : figures of the pack that a newer year continues, which stand before the table's
    earlier_file : where those are, as told to the user
    """

    table: Table
    asked_with: Mapping[str, str] = field(default_factory=lambda: ASKED_WITH)
    earlier: Sequence[Observation] = ()
    earlier_file: str = ""

    def at_cell(self, problem: Problem) -> Problem:
        """A problem told by line and column name, at that cell of the table."""
        if problem.file != self.table.file or problem.line is None:
            return problem
        return self._at(problem, problem.line, problem.place)

    def own(self, problem: Problem, draft: Draft, *, made: Path, target: Path, sources: Sequence[str]) -> Problem:
        """A problem of the pack that was made for trial, where the user can mend it.

        Parameters
        ----------
        made, target : folder the pack was tried in, and the one it is for
        sources : ids of its sources, in their order
        """
        here = shown_path(made)
        if not problem.file.startswith(f"{here}/"):
            return replace(
                problem, file=problem.file.replace(shown_path(made.parent.parent), shown_path(target.parent.parent))
            )
        name = problem.file.removeprefix(f"{here}/")
        row = self._figure(problem, draft, name=name, sources=sources)
        if row is not None:
            column = "unit" if problem.key == "wrong_unit" else problem.place if problem.place in COLUMNS else "value"
            return self._at_figure(problem, draft, row, "source_id" if name == SOURCES else column)
        asked = self.asked_with.get(problem.place.split(".")[0]) if name == PACK else None
        if asked:
            return replace(problem, file=self.table.file, line=None, column=None, place=asked)
        return replace(problem, file=shown_path(target / name), line=None, column=None)

    def _figure(self, problem: Problem, draft: Draft, *, name: str, sources: Sequence[str]) -> int | None:
        """Index of the figure a problem of a written file is about; None where it is about none."""
        head, _, rest = problem.place.partition(".")
        if name == OBSERVATIONS and problem.line:
            return _index_of_line(draft.figures, problem.line)
        if name == SOURCES and problem.line:
            cited = sources[problem.line - _HEADER_LINES - 1]
            return next(index for index, row in enumerate(draft.figures) if row.source_id == cited)
        if name == PACK and head == "base" and rest in draft.printed:
            return draft.figures.index(draft.printed[rest])
        if name == PACK and head == "reference_fund" and draft.fund is not None:
            return draft.figures.index(draft.fund)
        return None

    def _at_figure(self, problem: Problem, draft: Draft, index: int, column: str) -> Problem:
        line = draft.figures[index].line
        if index < len(self.earlier):
            return replace(problem, file=self.earlier_file, line=line, column=None, place=column)
        return self._at(problem, line, column)

    def _at(self, problem: Problem, line: int, column: str) -> Problem:
        cells = next(row for row in self.table.rows if row["area"].line == line)
        cell = cells[column if column in cells else "value"]
        kept = {name: getattr(problem, name) for name in ("params", "value", "allowed", "suggestion", "warning")}
        return self.table.problem(problem.key, cell, column, **kept)


def _index_of_line(figures: Sequence[Observation], line: int) -> int:
    """Which figure a line of the written table holds; a note may run over several lines."""
    first = _HEADER_LINES + 1
    for index, row in enumerate(figures):
        first += 1 + sum(str(getattr(row, column)).count("\n") for column in COLUMNS)
        if line < first:
            return index
    return len(figures) - 1


def each_once(problems: Iterable[Problem]) -> list[Problem]:
    """Problems without those that say the same again: a name is written in two languages, and typed once."""
    found: list[Problem] = []
    for problem in problems:
        if problem not in found:
            found.append(problem)
    return found


# -- `coopsim import` of figures: a table becomes a data pack beside the others, whole or not at all ---

@dataclass(frozen=True)
class Understood:
    """A table as it was understood, before anything is written."""

    draft: Draft
    target: Path
    sources: tuple[tuple[str, ...], ...]
    notes: tuple[Problem, ...]
    origin: Origin


def asked_of(slug: str | None, name: str | None, area: str | None, base_year: int | None) -> Asked:
    """What the command line asks for.

    Raises
    ------
    InputError
        When the pack's name is no slug, its base year no year, or something that cannot be guessed was left out.
    """
    problems = [
        Problem("missing_key", {"key": flag}, place=flag)
        for flag, value in (("--pack", slug), ("--name", name), ("--area", area), ("--base-year", base_year))
        if not (value.strip() if isinstance(value, str) else value)
    ]
    problems += [replace(problem, line=None, column=None, place="--name") for problem in hidden_characters(name or "")]
    if slug and not _is_slug(slug):
        problems.append(Problem("bad_pack_name", place="--pack", value=shown(slug), suggestion=_slug_of(slug)))
    if base_year and not limit("first_year") <= base_year <= limit("last_year"):
        problems.append(bad_year(base_year))
    refuse(problems)
    return Asked(slug or "", clean(name or ""), area or "", base_year or 0)


def bad_year(typed: object) -> Problem:
    """The refusal of a base year that is none."""
    allowed = f"{limit('first_year')} … {limit('last_year')}"
    return Problem("bad_year", place="--base-year", value=shown(typed), allowed=allowed)


def _slug_of(name: str) -> str:
    """The pack name a name gives, or ""."""
    slug = slug_like(name)
    return slug if slug and _is_slug(slug) else ""


def _is_slug(slug: str) -> bool:
    return bool(re.fullmatch(SLUG_PATTERN, slug)) and len(slug) <= limit("name_characters") and page_stem(slug) == slug


def understand_figures(
    path: Path, asked: Asked, *, sheet: str | None = None, sources: Path | None = None
) -> Understood:
    """Read a table of figures, draft the pack it would make and try it as writing it would; nothing is kept.

    Parameters
    ----------
    sources : a sources.csv that names where the figures were printed; without one the file itself is the source

    Raises
    ------
    InputError
        When the table is refused, the pack exists, a figure nothing can stand for is missing, or the
        finished pack would be refused by its own reader.
    """
    target = data_root() / PROVINCES / asked.slug
    if asked.slug in list_provinces():
        raise InputError(Problem("pack_exists", {"slug": asked.slug}, place="--pack", value=asked.slug))
    notes: list[Problem] = []
    table, figures = read_figures(path, sheet=sheet, notes=notes)
    origin = Origin(table)
    try:
        draft = draft_pack(asked, figures, terms=load_indicator_map(), register=load_register(), file=table.file)
        cited = _sources(figures, path, sources)
    except InputError as error:
        raise InputError(*map(origin.at_cell, error.problems)) from None
    understood = Understood(draft, target, cited, tuple(notes), origin)
    try_pack(pack_files(understood), understood)
    return understood


def _sources(figures: Sequence[Observation], path: Path, sources: Path | None) -> tuple[tuple[str, ...], ...]:
    used = sorted({row.source_id for row in figures})
    if sources is not None:
        rows = parse_sources(read_file(sources, max_bytes=limit("csv_bytes")), file=shown_path(sources))
        refuse(_uncited(figures, [row[0] for row in rows], shown_path(path), listed_in=sources.name))
        return tuple(tuple(row) for row in rows if row[0] in used)
    title = load_catalogue(LANGUAGES[0]).text("figures.source_own", file=path.name)
    return tuple((source, title, "", "") for source in used)


def _uncited(figures: Sequence[Observation], listed: Sequence[str], file: str, *, listed_in: str) -> Iterator[Problem]:
    """Each source that figures name and the list does not, told once, at the first such figure."""
    first = {row.source_id: row.line for row in reversed(figures) if row.source_id not in listed}
    for source, line in first.items():
        near = nearest(source, listed)
        params = {"list": listed_in}
        yield Problem(
            "source_not_listed", params, file=file, line=line, place="source_id", value=source, suggestion=near
        )


def write_pack(understood: Understood) -> Path:
    """Write the pack beside the others; it is read back whole before it takes its name.

    Raises
    ------
    InputError
        When the finished pack is refused by its own reader.
    """
    return place_pack(pack_files(understood), understood)


def pack_files(understood: Understood) -> dict[str, str]:
    """The files of the pack, by name."""
    draft = understood.draft
    name = dict.fromkeys(LANGUAGES, draft.asked.name)
    return {
        OBSERVATIONS: csv_text(COLUMNS, [[getattr(row, column) for column in COLUMNS] for row in draft.figures]),
        SOURCES: sources_text(understood.sources),
        PACK: yaml_text(pack_data(draft, own_name=name)),
        ASSUMPTIONS: yaml_text(draft.assumptions),
    }


def try_pack(files: Mapping[str, str], understood: Understood) -> None:
    """Let the pack's own readers judge it; nothing is kept.

    Raises
    ------
    InputError
        With every problem, at the cell or the argument it comes from.
    """
    with _tried(files, understood):
        pass


def place_pack(files: Mapping[str, str], understood: Understood) -> Path:
    """Put the files of a pack in place in one step, after the pack's own readers accepted them.

    Raises
    ------
    InputError
        As `try_pack`.
    """
    with _tried(files, understood) as made:
        shutil.move(made, understood.target)
    return understood.target


@contextmanager
def _tried(files: Mapping[str, str], understood: Understood) -> Iterator[Path]:
    """The folder of a pack that was accepted, beside everything of the data root; it is gone afterwards."""
    target = understood.target
    with tempfile.TemporaryDirectory(prefix=".coopsim-", dir=target.parent.parent) as scratch:
        root = Path(scratch)
        made = root / PROVINCES / target.name
        made.mkdir(parents=True)
        for name, text in files.items():
            (made / name).write_text(text, encoding="utf-8", newline="\n")
        for entry in data_root().iterdir():
            if entry.name not in (PROVINCES, root.name) and not entry.name.startswith("."):
                os.symlink(entry, root / entry.name)
        for pack in (data_root() / PROVINCES).iterdir():
            if pack.is_dir():
                os.symlink(pack, root / PROVINCES / pack.name)
        try:
            load_knowledge(root, province=target.name)
        except InputError as error:
            sources = [row[0] for row in understood.sources]
            own = partial(understood.origin.own, draft=understood.draft, made=made, target=target, sources=sources)
            raise InputError(*each_once(map(own, error.problems))) from None
        yield made


def sources_text(rows: Sequence[Sequence[object]]) -> str:
    """The text of a sources.csv."""
    return csv_text(SOURCE_COLUMNS, rows)


def csv_text(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table as CSV in which no text can become a formula."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_plain(csv_cell(value)) for value in row] for row in rows)
    return stream.getvalue()


def _plain(value: object) -> object:
    return f"{Decimal(f'{value:.15g}'):f}" if isinstance(value, float) else value  # an exponent is not read again
