"""The planner's doors to files: what is saved, taken away and brought back."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TypeVar

from sim.batch import imports
from sim.batch.exchange import Understood, scenario_bytes, understand
from sim.domain.errors import InputError
from sim.domain.scenario import Scenario
from sim.inputs.limits import limit
from sim.inputs.names import SUFFIX as YAML
from sim.inputs.workbook import SUFFIX as XLSX
from sim.planner.opening import Opened
from sim.planner.refusals import Refusal
from sim.planner.save import named, save, slug_of

#: Files a scenario can be taken away as: suffix and MIME type.
_KINDS = {
    "excel": (XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "yaml": (YAML, "application/yaml"),
}
_SCENARIO_SUFFIXES = (XLSX, YAML, ".yml")
_FIGURE_SUFFIXES = (XLSX, ".csv")
_BYTES_PER_MEGABYTE = 1_000_000
#: What a file's name may not hold where it is kept for the moment it is read.
_UNSAFE = re.compile(r"[^\w. -]|^\.+")
_LONGEST_NAME = 100

_Read = TypeVar("_Read")


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

    def scenario(self, file: str, content: bytes) -> Understood:
        """A scenario's file as it is understood; nothing is written.

        Raises
        ------
        Refusal
            When the file is of another kind or too large.
        InputError
            When it is refused, with the cells or lines.
        """
        return _read(file, content, _SCENARIO_SUFFIXES, lambda path: understand(path, None))

    def figures(self, asked: Mapping[str, str], content: bytes) -> imports.Understood:
        """A table of figures as the data pack it would make; nothing is written.

        Parameters
        ----------
        asked : file, pack, name, area and base_year as they were typed

        Raises
        ------
        Refusal, InputError
            As above, and when something that cannot be guessed was left out.
        """
        year = asked["base_year"].strip()
        found = imports.asked_of(
            asked["pack"].strip(),
            asked["name"].strip() or None,
            asked["area"].strip() or None,
            int(year) if year.isascii() and year.isdigit() else None,
        )
        return _read(asked["file"], content, _FIGURE_SUFFIXES, lambda path: imports.understand_figures(path, found))

    def write_figures(self, understood: imports.Understood) -> Path:
        """Write a pack that was understood and agreed to."""
        return imports.write_pack(understood)


def _read(file: str, content: bytes, suffixes: tuple[str, ...], read: Callable[[Path], _Read]) -> _Read:
    """Hand an uploaded file to a reader of paths, in a folder of its own; problems are told by its name alone."""
    name = _UNSAFE.sub("_", PureWindowsPath(PurePosixPath(file).name).name)[-_LONGEST_NAME:]
    if Path(name).suffix.lower() not in suffixes:
        raise Refusal("file_kind", file=name, kinds=", ".join(suffixes))
    largest = limit("xlsx_bytes")
    if len(content) > largest:
        raise Refusal("file_large", file=name, limit=largest // _BYTES_PER_MEGABYTE)
    with tempfile.TemporaryDirectory(prefix="coopsim-upload-") as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            return read(path)
        except InputError as error:
            raise InputError(*(replace(problem, file=name) for problem in error.problems)) from None
