"""Limits of what is read at all; their values and reasons are in ``data/schemas/limits.json``.

They belong to the program, not to a data set: a data root given by the user cannot widen them,
so they are read from beside the package.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from sim.inputs.roots import program_data


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
