"""`coopsim check`: reads any file a user writes by the loader of its kind and tells what it is."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from sim.domain.errors import InputError, Problem
from sim.inputs.assumptions import read_register_file
from sim.inputs.document import Document
from sim.inputs.grids import load_grid, too_large
from sim.inputs.limits import limit
from sim.inputs.observations import load_observations
from sim.inputs.plans import load_plan
from sim.inputs.roots import shown_path
from sim.inputs.scenarios import load_background, load_scenario
from sim.inputs.text import read_file
from sim.inputs.workbook import SUFFIX as XLSX
from sim.inputs.worlds import load_world

#: What tells a kind of file by its keys, most telling first.
_TELLING = (
    ("grid", "scenarios"), ("grid", "plans"), ("grid", "horizons"), ("grid", "worlds"),  # may say `horizon` by mistake
    ("scenario", "horizon"), ("plan", "fund"), ("plan", "lines"), ("world", "overrides"), ("scenario", "plan"),
)  # fmt: skip


def check_file(name: str, notes: list[Problem]) -> str:
    """Read one file and return its kind: scenario, plan, world, grid, assumptions or observations.

    Parameters
    ----------
    name : path of the file
    notes : receives warnings, which refuse nothing

    Raises
    ------
    InputError
        With every problem of the file.
    """
    path = Path(name)
    if path.suffix.lower() == XLSX:
        return _check_workbook(path, notes)
    if path.suffix.lower() == ".csv":
        load_observations(path, notes=notes)
        return "observations"
    as_path = name if "/" in name or os.sep in name else f"./{name}"
    kind = _kind(path)
    if kind == "scenario":
        load_scenario(as_path, notes=notes)
    elif kind == "plan":
        load_plan(as_path)
    elif kind == "world":
        load_world(as_path, notes=notes)
    elif kind == "grid":
        _check_grid(path, notes)
    else:
        read_register_file(path, notes=notes)
    return kind


def _check_workbook(path: Path, notes: list[Problem]) -> str:
    from sim.inputs.figures import is_table, load_figures

    if is_table(path):
        load_figures(path, notes=notes)
        return "observations"
    load_scenario(path, notes=notes)
    return "scenario"


def _check_grid(path: Path, notes: list[Problem]) -> None:
    grid = load_grid(path, load_background(), notes=notes)
    large = too_large(grid, shown_path(path))
    if large:
        notes.append(replace(large, warning=True))


def _kind(path: Path) -> str:
    """Kind of a YAML file by its keys; a mapping of entries with distributions is a register file."""
    from sim.inputs.yaml_reader import parse_yaml

    document: Document = parse_yaml(read_file(path, max_bytes=limit("yaml_bytes")), file=shown_path(path))
    for kind, key in _TELLING:
        if key in document.data:
            return kind
    entries = [entry for entry in document.data.values() if isinstance(entry, dict) and "distribution" in entry]
    if entries:
        return "assumptions"
    document.require()
    raise InputError(document.problem("unknown_kind_of_file"))
