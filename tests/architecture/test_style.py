"""The linters that `make lint` runs find nothing: types, names and layout hold as written down."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    "tool", [("ruff", "check", "sim", "tests", "scripts", "benchmarks"), ("mypy",)], ids=lambda tool: tool[0]
)
def test_the_linter_finds_nothing(tool: tuple[str, ...]) -> None:
    found = subprocess.run([sys.executable, "-m", *tool], cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr
