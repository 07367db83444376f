"""What the levers offer: steps, tops and draws. Values and reasons are in ``data/planner.json``.

They belong to the program, like the limits of `sim.inputs.text.places`: always read from the program's own data.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from sim.inputs.text import program_data

SETTINGS_FILE = program_data() / "planner.json"


@lru_cache(maxsize=1)
def _all() -> dict[str, dict[str, Any]]:
    entries: dict[str, dict[str, Any]] = json.loads(SETTINGS_FILE.read_text(encoding="utf-8"))
    return entries


def setting(name: str) -> int:
    """One setting [unit as stated in the file]."""
    return int(_all()[name]["value"])


def choices(name: str) -> tuple[int, ...]:
    """A setting that is a list."""
    return tuple(_all()[name]["value"])
