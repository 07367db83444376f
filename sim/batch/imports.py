"""`coopsim import` of figures: a table becomes a data pack beside the others, whole or not at all."""

from __future__ import annotations

import csv
import io
import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.batch.files import page_stem
from sim.domain.errors import InputError, Problem
from sim.domain.scenario import Observation
from sim.evidence.knowledge import load_knowledge
from sim.inputs.assumptions import PACK_FILE, load_register
from sim.inputs.catalogue import LANGUAGES, load_catalogue
from sim.inputs.document import nearest, refuse
from sim.inputs.figures import load_figures
from sim.inputs.indicator_map import load_indicator_map
from sim.inputs.limits import limit
from sim.inputs.models import SLUG_PATTERN
from sim.inputs.observations import COLUMNS
from sim.inputs.pack_draft import Asked, Draft, draft_pack, pack_data
from sim.inputs.province import list_provinces
from sim.inputs.roots import MARK, OBSERVATIONS, PACK, SOURCES, data_root, shown_path
from sim.inputs.safe_cells import csv_cell
from sim.inputs.sources import SOURCE_COLUMNS, parse_sources
from sim.inputs.text import clean, read_file, shown
from sim.inputs.yaml_text import yaml_text


@dataclass(frozen=True)
class Understood:
    """A table as it was understood, before anything is written."""

    draft: Draft
    target: Path
    sources: tuple[tuple[str, ...], ...]
    notes: tuple[Problem, ...]


def asked_of(slug: str | None, name: str | None, area: str | None, base_year: int | None) -> Asked:
    """What the command line asks for.

    Raises
    ------
    InputError
        When the pack's name is no slug, or something that cannot be guessed was left out.
    """
    problems = [
        Problem("missing_key", {"key": flag}, place=flag)
        for flag, value in (("--pack", slug), ("--name", name), ("--area", area), ("--base-year", base_year))
        if not value
    ]
    if slug and not _is_slug(slug):
        problems.append(Problem("bad_pack_name", place="--pack", value=shown(slug)))
    refuse(problems)
    return Asked(slug or "", clean(name or ""), area or "", base_year or 0)


def _is_slug(slug: str) -> bool:
    return bool(re.fullmatch(SLUG_PATTERN, slug)) and len(slug) <= limit("name_characters") and page_stem(slug) == slug


def understand_figures(
    path: Path, asked: Asked, *, sheet: str | None = None, sources: Path | None = None
) -> Understood:
    """Read a table of figures and draft the pack it would make; nothing is written.

    Parameters
    ----------
    sources : a sources.csv that names where the figures were printed; without one the file itself is the source

    Raises
    ------
    InputError
        When the table is refused, the pack exists, or a figure nothing can stand for is missing.
    """
    target = data_root() / MARK / asked.slug
    if asked.slug in list_provinces():
        raise InputError(Problem("pack_exists", {"slug": asked.slug}, place="--pack", value=asked.slug))
    notes: list[Problem] = []
    figures = load_figures(path, sheet=sheet, notes=notes)
    draft = draft_pack(asked, figures, terms=load_indicator_map(), register=load_register(), file=shown_path(path))
    return Understood(draft, target, _sources(figures, path, sources), tuple(notes))


def _sources(figures: Sequence[Observation], path: Path, sources: Path | None) -> tuple[tuple[str, ...], ...]:
    used = sorted({row.source_id for row in figures})
    if sources is not None:
        rows = parse_sources(read_file(sources, max_bytes=limit("csv_bytes")), file=shown_path(sources))
        refuse(_uncited(figures, [row[0] for row in rows], shown_path(path)))
        return tuple(tuple(row) for row in rows if row[0] in used)
    title = load_catalogue(LANGUAGES[0]).text("figures.source_own", file=path.name)
    return tuple((source, title, "", "") for source in used)


def _uncited(figures: Sequence[Observation], listed: Sequence[str], file: str) -> Iterator[Problem]:
    """Each source that figures name and the list does not, told once, at the first such figure."""
    first = {row.source_id: row.line for row in reversed(figures) if row.source_id not in listed}
    for source, line in first.items():
        near = nearest(source, listed)
        yield Problem("unknown_source", file=file, line=line, place="source_id", value=source, suggestion=near)


def write_pack(understood: Understood) -> Path:
    """Write the pack beside the others; it is read back whole before it takes its name.

    Raises
    ------
    InputError
        When the finished pack is refused by its own reader.
    """
    draft, target = understood.draft, understood.target
    name = dict.fromkeys(LANGUAGES, draft.asked.name)
    files = {
        OBSERVATIONS: csv_text(COLUMNS, [[getattr(row, column) for column in COLUMNS] for row in draft.figures]),
        SOURCES: sources_text(understood.sources),
        PACK: yaml_text(pack_data(draft, own_name=name)),
        PACK_FILE: yaml_text(draft.assumptions),
    }
    return place_pack(files, target)


def place_pack(files: dict[str, str], target: Path) -> Path:
    """Put the files of a pack in place in one step, after the pack's own readers accepted them."""
    with tempfile.TemporaryDirectory(prefix=".coopsim-", dir=target.parent.parent) as scratch:
        root = Path(scratch)
        made = root / MARK / target.name
        made.mkdir(parents=True)
        for name, text in files.items():
            (made / name).write_text(text, encoding="utf-8", newline="\n")
        for entry in data_root().iterdir():
            if entry.name not in (MARK, root.name) and not entry.name.startswith("."):
                os.symlink(entry, root / entry.name)
        for pack in (data_root() / MARK).iterdir():
            if pack.is_dir():
                os.symlink(pack, root / MARK / pack.name)
        load_knowledge(root, province=target.name)
        shutil.move(made, target)
    return target


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
    return f"{value:.15g}" if isinstance(value, float) else value
