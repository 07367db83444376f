"""No row of the list of bad inputs and faults is without a test: rows are found by the names of the tests."""

from __future__ import annotations

import re
from pathlib import Path

from tests.faults.test_rows import CASES, READ

HERE = Path(__file__).resolve().parent
#: Rows whose faults need whole runs, proved by tests of the batch: row → file and test.
ELSEWHERE = {
    69: ("batch/test_truthful_states.py", "test_a_cell_that_prints_without_end_is_cut_and_its_run_goes_on"),
    74: (
        "batch/test_report_folder.py",
        "test_a_killed_report_leaves_nothing_half_done_and_resumes_to_the_same_figures",
    ),
    75: ("batch/test_kernel_failures.py", "test_a_failure_ends_as_in_the_ordinary_kernel"),
    76: ("batch/test_report_folder.py", "test_an_interrupted_report_exits_130_and_leaves_no_process"),
    87: ("batch/test_formats.py", "test_a_file_held_open_by_another_program_is_tried_again"),
    90: ("batch/test_kernel_isolation.py", "test_a_kernel_has_the_surroundings_its_client_asked_for"),
}
_ROWS = re.compile(r"^def test_(\d\d)(?:_(to|and)_(\d\d))?_", re.MULTILINE)


def covered() -> set[int]:
    """Rows named by a test of this folder, or by a case of the table."""
    rows = {case.row for case in CASES} | {row for row, *_ in READ}
    for path in HERE.glob("test_*.py"):
        for first, word, last in _ROWS.findall(path.read_text(encoding="utf-8")):
            stated = {int(first), int(last or first)}
            rows |= set(range(min(stated), max(stated) + 1)) if word == "to" else stated
    return rows


def test_every_row_has_a_test():
    assert set(range(1, 97)) - set(ELSEWHERE) - covered() == set()


def test_the_tests_that_stand_elsewhere_are_there():
    for file, name in ELSEWHERE.values():
        assert f"def {name}(" in (HERE.parent / file).read_text(encoding="utf-8"), name


def test_a_row_without_a_test_would_be_noticed():
    assert 97 not in covered() and 0 not in covered()
