"""Planners' figures as a data pack beside the others, whole or not at all.

What the pack's own readers refuse is said of the cell or the argument it came from, never of a file nobody wrote.
"""

import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path

from sim.domain import InputError, Observation, Problem
from sim.evidence import load_inputs
from sim.inputs import text as texts
from sim.inputs.excel import Cell, Table
from sim.inputs.figures import COLUMNS, SOURCE_COLUMNS, load_indicator_map, parse_sources, read_figures
from sim.inputs.pack import (
    Asked,
    Draft,
    draft_pack,
    list_provinces,
    load_province,
    load_register,
    pack_data,
    stored_only,
)
from sim.inputs.yaml import LANGUAGES, SLUG_PATTERN, load_catalogue, yaml_text
from sim.run.asking import questions, with_aside
from sim.run.files import csv_text, page_stem

_HEADER_LINES = 1
#: Reads a table and its figures; receives a list for notices.
Reader = Callable[[list[Problem]], tuple[Table, Sequence[Observation]]]
#: A row of sources.csv.
Source = tuple[str, ...]
#: What a key of pack.yaml was asked for with.
ASKED_WITH = {"slug": "--pack", "label": "--name", "areas": "--area", "base_year": "--base-year"}


@dataclass(frozen=True)
class PackImport:
    """A table of figures as the pack it makes, before anything is written; notes are warnings and refuse nothing.

    Attributes
    ----------
    files : {name: text} of the pack
    sources : ids of its sources, in their order
    """

    draft: Draft
    target: Path
    files: Mapping[str, str]
    sources: tuple[str, ...]
    notes: tuple[Problem, ...]
    origin: "Origin"


@dataclass(frozen=True)
class Origin:
    """What a pack is made of.

    Attributes
    ----------
    table : as it was typed, with the place of every cell
    asked_with : {key of pack.yaml: the argument it came from}
    earlier : figures of the pack that a newer year continues, which stand before the table's
    earlier_file : where those are, as the user knows them
    """

    table: Table
    asked_with: Mapping[str, str] = field(default_factory=lambda: ASKED_WITH)
    earlier: Sequence[Observation] = ()
    earlier_file: str = ""

    def at_cell(self, problem: Problem) -> Problem:
        """A problem with line and column name, at that cell of the table."""
        if problem.file != self.table.file or problem.line is None:
            return problem
        return self._at(problem, problem.line, problem.place)

    def own(self, problem: Problem, understood: PackImport, *, made: Path) -> Problem:
        """A problem of the pack that was made for trial, where the user can mend it.

        Parameters
        ----------
        made : folder the pack was tried in
        """
        here, target, draft = texts.shown_path(made), understood.target, understood.draft
        if not problem.file.startswith(f"{here}/"):
            root, own_root = (texts.shown_path(folder.parent.parent) for folder in (made, target))
            return replace(problem, file=problem.file.replace(root, own_root))
        name = problem.file.removeprefix(f"{here}/")
        row = self._figure(problem, understood, name)
        if row is not None:
            column = "unit" if problem.key == "wrong_unit" else problem.place if problem.place in COLUMNS else "value"
            column, line = "source_id" if name == texts.SOURCES else column, draft.figures[row].line
            if row < len(self.earlier):
                return replace(problem, file=self.earlier_file, line=line, column=None, place=column)
            return self._at(problem, line, column)
        asked = self.asked_with.get(problem.place.split(".")[0]) if name == texts.PACK else None
        if asked:
            return replace(problem, file=self.table.file, line=None, column=None, place=asked)
        return replace(problem, file=texts.shown_path(target / name), line=None, column=None)

    def _figure(self, problem: Problem, understood: PackImport, name: str) -> int | None:
        """Index of the figure a problem of a written file is about; None where it is about none."""
        draft = understood.draft
        head, _, rest = problem.place.partition(".")
        if name == texts.OBSERVATIONS and problem.line:
            below = _HEADER_LINES + 1
            for index, row in enumerate(draft.figures):  # a note may run over several lines
                below += 1 + sum(str(getattr(row, column)).count("\n") for column in COLUMNS)
                if problem.line < below:
                    return index
            return len(draft.figures) - 1
        if name == texts.SOURCES and problem.line:
            cited = understood.sources[problem.line - _HEADER_LINES - 1]
            return next(index for index, row in enumerate(draft.figures) if row.source_id == cited)
        if name == texts.PACK and head == "base" and rest in draft.printed:
            return draft.figures.index(draft.printed[rest])
        if name == texts.PACK and head == "reference_fund" and draft.fund is not None:
            return draft.figures.index(draft.fund)
        return None

    def noted(self, key: str, figure: Observation, params: Mapping[str, object]) -> Problem:
        """A warning at the value of one of the table's figures."""
        return self._at(Problem(key, params, value=figure.value, warning=True), figure.line, "value")

    def place_of(self, figure: Observation) -> str:
        """Where the value of one of the table's figures stands."""
        return f"{self.table.file}:{self.table.address(self._cell(figure.line, 'value'))}"

    def _cell(self, line: int, column: str) -> Cell:
        cells = next(row for row in self.table.rows if row["area"].line == line)
        return cells[column if column in cells else "value"]

    def _at(self, problem: Problem, line: int, column: str) -> Problem:
        cell = self._cell(line, column)
        kept = {name: getattr(problem, name) for name in ("params", "value", "allowed", "suggestion", "warning")}
        return self.table.problem(problem.key, cell, column, **kept)


def asked_of(slug: str | None, name: str | None, area: str | None, base_year: int | None) -> Asked:
    """What the command line asks for.

    Raises
    ------
    InputError
        When the pack's name is no slug, its base year no year, or something that cannot be guessed was left out.
    """
    problems = [
        Problem("arguments_missing", {"names": flag}, place=flag)
        for flag, value in (("--pack", slug), ("--name", name), ("--area", area), ("--base-year", base_year))
        if not (value.strip() if isinstance(value, str) else value)
    ]
    hidden = texts.hidden_characters(name or "")
    problems += [replace(problem, line=None, column=None, place="--name") for problem in hidden]
    if slug and not _is_slug(slug):
        near = texts.slug_like(slug)
        near = near if near and _is_slug(near) else ""
        problems.append(Problem("bad_pack_name", place="--pack", value=texts.shown(slug), suggestion=near))
    if base_year and not texts.limit("first_year") <= base_year <= texts.limit("last_year"):
        problems.append(bad_year(base_year))
    texts.refuse(problems)
    return Asked(slug or "", texts.clean(name or ""), area or "", base_year or 0)


def bad_year(typed: object) -> Problem:
    """The refusal of a base year that is none."""
    allowed = f"{texts.limit('first_year')} … {texts.limit('last_year')}"
    return Problem("bad_year", place="--base-year", value=texts.shown(typed), allowed=allowed)


def _is_slug(slug: str) -> bool:
    short = len(slug) <= texts.limit("name_characters")
    return short and bool(re.fullmatch(SLUG_PATTERN, slug)) and page_stem(slug) == slug


def understand_figures(
    path: Path, asked: Asked, *, sheet: str | None = None, sources: Path | None = None, reader: Reader | None = None
) -> PackImport:
    """Read a table of figures, draft the pack it would make and try it as writing it would; nothing is kept.

    Parameters
    ----------
    sources : a sources.csv that names where the figures were printed; without one the file itself is the source
    reader : reads the file otherwise than strictly

    Raises
    ------
    InputError
        When the table is refused, the pack exists, a figure nothing can stand for is missing, or the
        finished pack would be refused by its own reader.
    """
    require_new(asked)
    notes: list[Problem] = []
    table, figures = reader(notes) if reader else read_figures(path, sheet=sheet, notes=notes)
    origin = Origin(table)
    try:
        draft = draft_pack(asked, figures, terms=load_indicator_map(), register=load_register(), file=table.file)
        cited = _sources(figures, path, sources)
    except InputError as error:
        raise InputError(*map(origin.at_cell, error.problems)) from None
    names = dict.fromkeys(LANGUAGES, asked.name)
    pack, stand_ins = yaml_text(pack_data(draft, own_name=names)), yaml_text({**draft.assumptions, **draft.rates})
    return tried_pack(draft, cited, {texts.PACK: pack, texts.ASSUMPTIONS: stand_ins}, notes=notes, origin=origin)


def require_new(asked: Asked) -> None:
    """Refuse the name of a pack that there is.

    Raises
    ------
    InputError
        When there is.
    """
    if asked.slug in list_provinces():
        raise InputError(Problem("pack_exists", {"slug": asked.slug}, place="--pack", value=asked.slug))


def _sources(figures: Sequence[Observation], path: Path, sources: Path | None) -> list[Source]:
    used = {row.source_id for row in figures}
    if sources is None:
        return own_sources(used, path)
    rows = parse_sources(texts.read_file(sources, max_bytes=texts.limit("csv_bytes")), file=texts.shown_path(sources))
    listed, asked = [row[0] for row in rows], {"list": sources.name}
    # Each source once, at the first figure that names it.
    first = {row.source_id: row.line for row in reversed(figures) if row.source_id not in listed}
    texts.refuse(
        Problem("source_not_listed", asked, file=texts.shown_path(path), line=line, place="source_id", value=source,
                suggestion=texts.nearest(source, listed))
        for source, line in first.items()
    )  # fmt: skip
    return [tuple(row) for row in rows if row[0] in used]


def own_sources(names: Iterable[str], path: Path) -> list[Source]:
    """Rows of sources.csv of figures for which the planner's own file is the source."""
    title = load_catalogue(LANGUAGES[0]).text("figures.source_own", file=path.name)
    return [(name, title, "", "") for name in sorted(names)]


def tried_pack(
    draft: Draft, sources: Sequence[Source], files: Mapping[str, str], *, notes: Sequence[Problem], origin: Origin
) -> PackImport:
    """The pack of a draft, its sources and its other files, accepted by its own readers; nothing is kept.

    Raises
    ------
    InputError
        With every problem, at the cell or the argument it comes from.
    """
    figures = ([getattr(row, column) for column in COLUMNS] for row in draft.figures)
    # Digits without an exponent, which would not be read again.
    written = csv_text(COLUMNS, figures, lambda value: f"{Decimal(f'{value:.15g}'):f}")
    tables = {texts.OBSERVATIONS: written, texts.SOURCES: csv_text(SOURCE_COLUMNS, sources)}
    target = texts.writable_root() / texts.PROVINCES / draft.asked.slug
    told = (*notes, *_stored_only(draft, {row[0]: row[1] for row in sources}, origin))
    found = PackImport(draft, target, {**tables, **files}, tuple(row[0] for row in sources), told, origin)
    with _tried(found) as made:
        return replace(found, notes=(*told, *_questions(draft, origin, made)))


def _questions(draft: Draft, origin: Origin, made: Path) -> Iterator[Problem]:
    """What has to be asked about the figures that come in."""
    root, slug = made.parent.parent, made.name
    pack = with_aside(load_province(slug, root=root), load_register(root, province=slug), root=root)
    return questions(*pack, draft.figures[len(origin.earlier) :], origin.noted)


def _stored_only(draft: Draft, titles: Mapping[str, str], origin: Origin) -> Iterator[Problem]:
    """Figures of the planner's that nothing is computed from, with value, source and place of those used instead."""
    found = list(stored_only(draft, draft.figures[len(origin.earlier) :], load_indicator_map()))
    idle = [row for row, used in found if used is None]
    if idle:
        years = ", ".join(str(year) for year in sorted({row.year for row in idle}))
        params: dict[str, object] = {"base": draft.asked.base_year, "years": years}
        yield origin.noted("price_rise_not_needed", idle[0], params)
    for row, used in found:
        if used is None:
            continue
        earlier = any(used is one for one in origin.earlier)
        place = f"{origin.earlier_file}:{used.line}" if earlier else origin.place_of(used)
        params = {"used": used.value, "source": titles.get(used.source_id) or used.source_id, "place": place}
        yield origin.noted("figure_stored_only", row, params)


def write_pack(understood: PackImport) -> Path:
    """Put a pack in place in one step, after its own readers accepted it once more; returns its folder.

    Raises
    ------
    InputError
        As `tried_pack`, when something has changed since.
    """
    with _tried(understood) as made:
        shutil.move(made, understood.target)
    return understood.target


@contextmanager
def _tried(understood: PackImport) -> Iterator[Path]:
    """The folder of a pack that was accepted, beside everything of the data root; it is gone afterwards."""
    target = understood.target
    with tempfile.TemporaryDirectory(prefix=".coopsim-", dir=target.parent.parent) as scratch:
        root = Path(scratch)
        made = root / texts.PROVINCES / target.name
        made.mkdir(parents=True)
        for name, text in understood.files.items():
            (made / name).write_text(text, encoding="utf-8", newline="\n")
        # A copy, some hundred kB: not every system and drive lets its users make links.
        texts.copy_folder(texts.data_root(), root, (".*", target.name))
        try:
            load_inputs(root, province=target.name)
        except InputError as error:
            found: list[Problem] = []
            for problem in error.problems:
                placed = understood.origin.own(problem, understood, made=made)
                if placed not in found:  # a name is written in two languages, and typed once
                    found.append(placed)
            raise InputError(*found) from None
        yield made
