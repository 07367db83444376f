"""Where data are, and the limits of what is read."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.domain import InputError, Problem

# -- Names: variables of the environment, what a data root holds, what files end in ------------------

DATA_VARIABLE, CACHE_VARIABLE, PROVINCE_VARIABLE = "COOPSIM_DATA", "COOPSIM_CACHE", "COOPSIM_PROVINCE"
#: Folders of a data root; a folder with `PROVINCES` in it is one.
PROVINCES, REGISTER, PLANS, WORLDS, SCENARIOS = "provinces", "assumptions", "plans", "worlds", "scenarios"
#: Files of a data pack, below `PROVINCES`; the last two it may do without.
PACK, OBSERVATIONS, SOURCES = "pack.yaml", "observations.csv", "sources.csv"
CALIBRATION, ASSUMPTIONS = "calibration.yaml", "assumptions.yaml"
#: Files that all data packs of a root share.
EFFECTS, INDICATOR_MAP, STAND_INS = "effects.csv", "indicator_map.yaml", "placeholders.yaml"
#: Names the data pack that is meant where several stand side by side and nobody says which.
DEFAULT = "DEFAULT"
YAML, CSV, XLSX = ".yaml", ".csv", ".xlsx"


# -- Where the data are: ``COOPSIM_DATA``, else the nearest parent with data/provinces, else the source tree ---


def source_data() -> Path:
    """The ``data`` folder that stands beside the package itself."""
    return Path(__file__).resolve().parents[3] / "data"


def program_data() -> Path:
    """The folder of what the program itself brings: labels, limits, schemas.

    Beside the package; when the package was installed without its data, those of the data root.
    """
    beside = source_data()
    return beside if (beside / "schemas").is_dir() else data_root()


def data_root() -> Path:
    """The folder that holds provinces, assumptions, plans, worlds and scenarios.

    Returns
    -------
    Path
        ``COOPSIM_DATA`` may name the data folder itself or the folder above it.

    Raises
    ------
    InputError
        When ``COOPSIM_DATA`` is set but leads to no data: another root is never taken instead.
    """
    stated = os.environ.get(DATA_VARIABLE, "")
    if stated:
        for candidate in (Path(stated), Path(stated) / "data"):
            if (candidate / PROVINCES).is_dir():
                return candidate
        raise InputError(Problem("data_root_missing", {"variable": DATA_VARIABLE}, value=stated))
    here = Path.cwd()
    for parent in (here, *here.parents):
        if (parent / "data" / PROVINCES).is_dir():
            return parent / "data"
    return source_data()


def shown_path(path: Path) -> str:
    """A path as it is told to the user: short when it lies below the working directory."""
    try:
        text = path.resolve().relative_to(Path.cwd().resolve()).as_posix()
    except (ValueError, OSError, RuntimeError):
        text = str(path)
    return "".join(char if char.isprintable() else "?" for char in text)


# -- Limits of what is read at all; their values and reasons are in ``data/schemas/limits.json`` ---
# They belong to the program, not to a data set: a data root given by the user cannot widen them,
# so they are read from beside the package.


@lru_cache(maxsize=1)
def limits_text() -> str:
    """The file of limits."""
    return (program_data() / "schemas" / "limits.json").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _all() -> dict[str, dict[str, Any]]:
    entries: dict[str, dict[str, Any]] = json.loads(limits_text())
    return entries


def limit(name: str) -> int:
    """One limit [unit as stated in the file]."""
    return int(_all()[name]["value"])


def share(name: str) -> float:
    """One limit that is a share, in (0, 1)."""
    return float(_all()[name]["value"])
