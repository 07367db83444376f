"""No row of the list of bad inputs and faults is without a test: rows are found by the names of the tests."""

from __future__ import annotations

import re
from pathlib import Path

from tests.faults.test_rows import CASES, READ

HERE = Path(__file__).resolve().parent
#: Rows whose faults need whole runs: what the runner, its kernels and its disk must survive.
RUNS = frozenset(range(66, 93))
_ROWS = re.compile(r"^def test_(\d\d)(?:_(to|and)_(\d\d))?_", re.MULTILINE)


def covered() -> set[int]:
    """Rows named by a test of this folder, or by a case of the table."""
    rows = {case.row for case in CASES} | {row for row, *_ in READ}
    for path in HERE.glob("test_*.py"):
        for first, word, last in _ROWS.findall(path.read_text(encoding="utf-8")):
            stated = {int(first), int(last or first)}
            rows |= set(range(min(stated), max(stated) + 1)) if word == "to" else stated
    return rows


def test_every_row_about_inputs_has_a_test():
    assert set(range(1, 97)) - RUNS - covered() == set()


def test_a_row_without_a_test_would_be_noticed():
    assert 97 not in covered() and 0 not in covered()
