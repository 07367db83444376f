"""Files in and out of the planner: saving, taking a file in, downloads."""

import re
import tempfile
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TypeVar, cast

from sim.domain import InputError, Problem, Scenario, World
from sim.inputs.text import XLSX, YAML, legacy, limit, shown_path, slug_like
from sim.inputs.yaml import scenario_text
from sim.planner.words import Refusal, SheetNotChosen
from sim.run import (
    LaterFigures,
    PackImport,
    ScenarioImport,
    imports,
    page_stem,
    scenario_bytes,
    understand_later,
    understand_scenario,
    write_atomic,
)


def slug_of(name: str, shipped: Collection[str] = ()) -> str:
    """The file name a scenario's name gives: lower case, without diacritics, hyphens for blanks.

    Raises
    ------
    Refusal
        When the name is empty, holds a path or text of an old encoding, gives no slug, is reserved or is a
        shipped scenario's.
    """
    text = unicodedata.normalize("NFC", name).strip()
    if not text:
        raise Refusal("name_empty")
    if "/" in text or "\\" in text:
        raise Refusal("name_path")
    if len(text) > limit("name_characters"):
        raise Refusal("name_long", limit=limit("name_characters"))
    if old := legacy(text):
        raise Refusal("name_legacy", value=old.text, encoding=old.encoding, meant=old.meant)
    slug = slug_like(text)
    if not slug:
        raise Refusal("name_slug", value=text)
    if page_stem(slug) != slug:
        raise Refusal("name_taken", value=slug)
    if slug in shipped:
        raise Refusal("name_shipped", value=slug)
    return slug


def named(scenario: Scenario, slug: str, name: str) -> Scenario:
    """The scenario, and its plan, under a name of the planner's own."""
    label = {"vi": name, "en": name}
    return replace(scenario, slug=slug, label=label, plan=replace(scenario.plan, slug=slug, label=label))


def save(scenario: Scenario, folder: Path, *, known_worlds: Mapping[str, World], overwrite: bool = False) -> Path:
    """Write a named scenario into a folder.

    Parameters
    ----------
    known_worlds : worlds of the data root; another world is written out in full
    overwrite : whether an existing file may be replaced

    Returns
    -------
    Path of the file

    Raises
    ------
    Refusal
        When the file exists and may not be replaced, or cannot be written.

    Notes
    -----
    A file that is replaced keeps its comments.
    """
    path = folder / f"{scenario.slug}{YAML}"
    exists = path.exists()
    if exists and not overwrite:
        raise Refusal("exists", file=path.as_posix())
    try:
        kept = path.read_bytes() if exists else b""
        write_atomic(path, scenario_text(scenario, worlds=known_worlds, kept=kept))
    except OSError as error:
        raise Refusal("write", file=path.as_posix(), detail=error.strerror or type(error).__name__) from error
    return path


#: Files a scenario can be taken away as: suffix and MIME type.
_KINDS = {
    "excel": (XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "yaml": (YAML, "application/yaml"),
}
_SCENARIO_SUFFIXES, _FIGURE_SUFFIXES, _SOURCE_SUFFIXES = (XLSX, YAML, ".yml"), (XLSX, ".csv"), (".csv",)
_BYTES_PER_MEGABYTE = 1_000_000
#: What a file's name may not hold where it is kept for the moment it is read.
_UNSAFE = re.compile(r"[^\w. -]|^\.+")
_LONGEST_NAME = 100

_Read = TypeVar("_Read", ScenarioImport, PackImport, LaterFigures)
#: A file as the browser sent it: its name, its bytes and the endings it may have.
_Upload = tuple[str, bytes, tuple[str, ...]]


def export(scenario: Scenario, kind: str, lang: str) -> tuple[str, bytes, str]:
    """A scenario as a file to take away: its name, its bytes and its MIME type."""
    if kind not in _KINDS:
        raise Refusal("unknown")
    suffix, mime = _KINDS[kind]
    name = f"{scenario.slug}{suffix}"
    return name, scenario_bytes(scenario, Path(name), lang=lang), mime


def read_scenario(file: str, content: bytes) -> ScenarioImport:
    """A scenario's file as it is understood; nothing is written.

    Raises
    ------
    Refusal
        When the file is of another kind or too large.
    InputError
        When it is refused, with the cells or lines.
    """
    return _read([(file, content, _SCENARIO_SUFFIXES)], lambda path: understand_scenario(path, None))


def read_figures(asked: Mapping[str, str], contents: Sequence[bytes]) -> PackImport:
    """A table of figures as the data pack it would make; nothing is written.

    Parameters
    ----------
    asked : file, pack, name, area and base_year as they were typed; sheet and sources (a file's name)
        where they were chosen
    contents : bytes of the table, then of the sources where there are any

    Raises
    ------
    Refusal, InputError
        As above, and when something that cannot be guessed was left out.
    SheetNotChosen
        When a workbook has several sheets and none was named.
    """
    pack, name, area, year = (asked[key].strip() for key in ("pack", "name", "area", "base_year"))
    if year and not re.fullmatch("[0-9]{4}", year):
        raise InputError(imports.bad_year(year))
    found = imports.asked_of(pack, name or None, area or None, int(year) if year else None)
    uploads: list[_Upload] = [(asked["file"], contents[0], _FIGURE_SUFFIXES)]
    if asked.get("sources"):
        uploads.append((asked["sources"], contents[1], _SOURCE_SUFFIXES))

    def read(table: Path, sources: Path | None = None) -> PackImport:
        return imports.understand_figures(table, found, sheet=asked.get("sheet") or None, sources=sources)

    understood = _read(uploads, read)
    origin = understood.origin  # what writing refuses is named by the table's own name as well
    table = replace(origin.table, file=PurePosixPath(Path(origin.table.file).as_posix()).name)
    return replace(understood, origin=replace(origin, table=table))


def read_later(asked: Mapping[str, str], content: bytes) -> LaterFigures:
    """Figures of the current year for the open pack, as they are understood; nothing is written.

    Raises
    ------
    Refusal, InputError, SheetNotChosen
        As `read_figures`.
    """
    uploads: list[_Upload] = [(asked["file"], content, _FIGURE_SUFFIXES)]
    return _read(uploads, lambda table: understand_later(table, sheet=asked.get("sheet") or None))


def _read(uploads: Sequence[_Upload], read: Callable[..., _Read]) -> _Read:
    """Hand uploads to a reader of paths, in a folder of their own under harmless names; problems name the files."""
    with tempfile.TemporaryDirectory(prefix="coopsim-upload-") as folder:
        paths: list[Path] = []
        for number, (file, content, suffixes) in enumerate(uploads):
            name = _UNSAFE.sub("_", PureWindowsPath(PurePosixPath(file).name).name)[-_LONGEST_NAME:]
            if Path(name).suffix.lower() not in suffixes:
                raise Refusal("file_kind", file=name, kinds=", ".join(suffixes))
            if len(content) > (largest := limit("xlsx_bytes")):
                raise Refusal("file_large", file=name, limit=largest // _BYTES_PER_MEGABYTE)
            paths.append(Path(folder) / str(number) / name)
            paths[-1].parent.mkdir()
            paths[-1].write_bytes(content)
        names = {shown_path(path): path.name for path in paths}

        def named_only(problems: Iterable[Problem]) -> tuple[Problem, ...]:
            files = {problem.file: names.get(problem.file, problem.file or paths[0].name) for problem in problems}
            return tuple(replace(problem, file=files[problem.file]) for problem in problems)

        try:
            found = read(*paths)
        except InputError as error:
            problems = named_only(error.problems)
            for problem in problems:
                if problem.key == "sheet_not_named":
                    raise SheetNotChosen(problem.file, cast("tuple[str, ...]", problem.params["sheets"])) from None
            raise InputError(*problems) from None
        return replace(found, notes=named_only(found.notes))
