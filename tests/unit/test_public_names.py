"""`import sim` gives verbs, whatever has been imported before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUN = "import sim\n{}\nprint(callable(sim.run), sim.run(['no-support'], draws=16).scenarios)"


BEFORE = ["", "import sim.run", "from sim.run import Settings", "from sim import run, compare"]


@pytest.mark.parametrize("before", BEFORE)
def test_run_is_a_verb_although_a_room_has_its_name(before: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RUN.format(before)], cwd=ROOT, capture_output=True, text=True, timeout=200
    )
    assert done.stdout.split(maxsplit=1)[0] == "True" and "no-support" in done.stdout, done.stderr


def test_every_public_name_is_there() -> None:
    import sim.run  # noqa: F401 - the room of the verb's name

    assert all(callable(getattr(sim, name)) for name in set(sim.__all__) - {"__version__"})
    assert len(sim.__all__) <= 22
