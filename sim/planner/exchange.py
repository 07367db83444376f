"""Files in and out of the planner: saving, taking a file in, downloads."""

import re
import tempfile
import unicodedata
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TypeVar, cast

from sim.domain import InputError, Problem, Scenario, World
from sim.inputs.text import XLSX, YAML, limit, shown_path, slug_like
from sim.inputs.yaml import scenario_text
from sim.planner.opening import Opened
from sim.planner.words import Refusal, SheetNotChosen
from sim.run import PackImport, ScenarioImport, imports, page_stem, scenario_bytes, understand_scenario, write_atomic

_SUFFIX = ".yaml"


def slug_of(name: str, shipped: Collection[str] = ()) -> str:
    """The file name a scenario's name gives: lower case, without diacritics, hyphens for blanks.

    Raises
    ------
    Refusal
        When the name is empty, holds a path, gives no slug, is reserved or is a shipped scenario's.
    """
    text = unicodedata.normalize("NFC", name).strip()
    if not text:
        raise Refusal("name_empty")
    if "/" in text or "\\" in text:
        raise Refusal("name_path")
    if len(text) > limit("name_characters"):
        raise Refusal("name_long", limit=limit("name_characters"))
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
    path = folder / f"{scenario.slug}{_SUFFIX}"
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
_SCENARIO_SUFFIXES = (XLSX, YAML, ".yml")
_FIGURE_SUFFIXES = (XLSX, ".csv")
_SOURCE_SUFFIXES = (".csv",)
_BYTES_PER_MEGABYTE = 1_000_000
#: What a file's name may not hold where it is kept for the moment it is read.
_UNSAFE = re.compile(r"[^\w. -]|^\.+")
_LONGEST_NAME = 100

_Read = TypeVar("_Read", ScenarioImport, PackImport)


@dataclass(frozen=True)
class Exchange:
    """Scenarios to and from files.

    Attributes
    ----------
    folder : where scenarios are saved
    """

    opened: Opened
    folder: str

    def save(self, scenario: Scenario, name: str, *, overwrite: bool) -> tuple[Scenario, Path]:
        """Save a scenario under a name; returns it as saved, and its file.

        Raises
        ------
        Refusal
            When the name gives no file, or the file is there and may not be replaced.
        """
        found = named(scenario, slug_of(name, self.opened.shipped), name)
        path = save(found, Path(self.folder), known_worlds=self.opened.worlds, overwrite=overwrite)
        return found, path

    def export(self, scenario: Scenario, kind: str, lang: str) -> tuple[str, bytes, str]:
        """A scenario as a file to take away: its name, its bytes and its MIME type."""
        if kind not in _KINDS:
            raise Refusal("unknown")
        suffix, mime = _KINDS[kind]
        name = f"{scenario.slug}{suffix}"
        return name, scenario_bytes(scenario, Path(name), lang=lang), mime

    def scenario(self, file: str, content: bytes) -> ScenarioImport:
        """A scenario's file as it is understood; nothing is written.

        Raises
        ------
        Refusal
            When the file is of another kind or too large.
        InputError
            When it is refused, with the cells or lines.
        """
        return _read([_Upload(file, content, _SCENARIO_SUFFIXES)], lambda path: understand_scenario(path, None))

    def figures(self, asked: Mapping[str, str], contents: Sequence[bytes]) -> PackImport:
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
        found = imports.asked_of(
            asked["pack"].strip(),
            asked["name"].strip() or None,
            asked["area"].strip() or None,
            _year(asked["base_year"].strip()),
        )
        uploads = [_Upload(asked["file"], contents[0], _FIGURE_SUFFIXES)]
        if asked.get("sources"):
            uploads.append(_Upload(asked["sources"], contents[1], _SOURCE_SUFFIXES))

        def read(table: Path, sources: Path | None = None) -> PackImport:
            return imports.understand_figures(table, found, sheet=asked.get("sheet") or None, sources=sources)

        try:
            understood = _read(uploads, read)
        except InputError as error:
            for problem in error.problems:
                if problem.key == "sheet_not_named":
                    raise SheetNotChosen(problem.file, cast("tuple[str, ...]", problem.params["sheets"])) from None
            raise
        origin = understood.origin  # what writing refuses is told by the table's own name as well
        table = replace(origin.table, file=PurePosixPath(Path(origin.table.file).as_posix()).name)
        return replace(understood, origin=replace(origin, table=table))

    def write_figures(self, understood: PackImport) -> Path:
        """Write a pack that was understood and agreed to.

        Raises
        ------
        InputError
            When something changed since and its own readers refuse it, with the cells.
        """
        return imports.write_pack(understood)


@dataclass(frozen=True)
class _Upload:
    """A file as the browser sent it, and the endings it may have."""

    file: str
    content: bytes
    suffixes: tuple[str, ...]


def _year(typed: str) -> int | None:
    """A year as it was typed; None where nothing was."""
    if typed and not re.fullmatch("[0-9]{4}", typed):
        raise InputError(imports.bad_year(typed))
    return int(typed) if typed else None


def _read(uploads: Sequence[_Upload], read: Callable[..., _Read]) -> _Read:
    """Hand uploaded files to a reader of paths, in a folder of their own; problems are told by their names alone."""
    with tempfile.TemporaryDirectory(prefix="coopsim-upload-") as folder:
        paths = [_kept(upload, Path(folder) / str(number)) for number, upload in enumerate(uploads)]
        names = {shown_path(path): path.name for path in paths}

        def named_only(problems: Iterable[Problem]) -> tuple[Problem, ...]:
            files = {problem.file: names.get(problem.file, problem.file or paths[0].name) for problem in problems}
            return tuple(replace(problem, file=files[problem.file]) for problem in problems)

        try:
            found = read(*paths)
        except InputError as error:
            raise InputError(*named_only(error.problems)) from None
        return replace(found, notes=named_only(found.notes))


def _kept(upload: _Upload, folder: Path) -> Path:
    """Put an upload in a folder under a harmless form of its name."""
    name = _UNSAFE.sub("_", PureWindowsPath(PurePosixPath(upload.file).name).name)[-_LONGEST_NAME:]
    if Path(name).suffix.lower() not in upload.suffixes:
        raise Refusal("file_kind", file=name, kinds=", ".join(upload.suffixes))
    largest = limit("xlsx_bytes")
    if len(upload.content) > largest:
        raise Refusal("file_large", file=name, limit=largest // _BYTES_PER_MEGABYTE)
    folder.mkdir()
    path = folder / name
    path.write_bytes(upload.content)
    return path
