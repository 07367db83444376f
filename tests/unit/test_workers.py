"""Several workers on one machine: whoever has to be alone is, files stay whole, the longest come first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from filelock import FileLock, Timeout

from tests.support.kernels import PATIENCE, wait_until
from tests.support.workers import LONGEST, TOGETHER, ByFile, Floor, rank

ROOT = Path(__file__).parents[2]
#: Test files that write down when each test began and ended; the third is to be alone.
SPANS = """
import json, os, time
import pytest
def span(name):
    began = time.monotonic(); time.sleep(0.05)
    with open(os.environ["SPANS"], "a") as file:
        file.write(json.dumps([name, os.environ["PYTEST_XDIST_WORKER"], began, time.monotonic()]) + "\\n")
@pytest.mark.parametrize("number", range(6))
def test_in_company(number): span("company")
"""
ALONE = SPANS + """
@pytest.mark.alone
@pytest.mark.parametrize("number", range(3))
def test_alone(number): span("alone")
"""


def test_every_worker_has_a_place_at_the_same_time(tmp_path: Path) -> None:
    with Floor(tmp_path, "gw0").place(alone=False), Floor(tmp_path, "gw1").place(alone=False):
        pass


def taken(path: Path) -> bool:
    """Whether somebody holds a lock."""
    try:
        with FileLock(path, timeout=0):
            return False
    except Timeout:
        return True


def test_who_is_alone_waits_for_the_others_and_who_comes_later_waits_for_it(tmp_path: Path) -> None:
    first, second, third = (Floor(tmp_path, f"gw{number}") for number in range(3))
    happened: list[str] = []

    def come(floor: Floor, name: str) -> None:
        with floor.place(alone=name == "alone"):
            happened.append(name)

    threads = [threading.Thread(target=come, args=each) for each in ((second, "alone"), (third, "late"))]
    with first.place(alone=False):
        threads[0].start()
        wait_until(lambda: taken(tmp_path / "turnstile"), "nobody waits to be alone")
        threads[1].start()
        happened.append("first leaves")
    for thread in threads:
        thread.join(PATIENCE)
    assert happened == ["first leaves", "alone", "late"]


def test_a_run_of_two_workers_leaves_alone_whoever_asks_for_it(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    for number in range(4):
        (tmp_path / "tests" / f"test_company{number}.py").write_text(SPANS)
    (tmp_path / "tests" / "test_alone.py").write_text(ALONE)
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", f"--rootdir={tmp_path}",
               "-c", str(ROOT / "pyproject.toml"), "--confcutdir", str(ROOT), "-p", "tests.conftest",
               f"--basetemp={tmp_path / 'base'}", str(tmp_path / "tests")]  # fmt: skip
    environment = {**os.environ, "SPANS": str(tmp_path / "spans"), "PYTHONPATH": str(ROOT)}
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID"):
        environment.pop(name, None)
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "33 passed" in done.stdout.splitlines()[-1]
    spans = [json.loads(line) for line in (tmp_path / "spans").read_text().splitlines()]
    assert len({worker for _, worker, _, _ in spans}) == 2
    for _, worker, began, ended in (span for span in spans if span[0] == "alone"):
        assert not [span for span in spans if span[1] != worker and span[2] < ended and span[3] > began]


@pytest.fixture
def scheduler() -> ByFile:
    return object.__new__(ByFile)


def test_a_file_stays_on_one_worker_and_what_shares_a_screen_too(scheduler: ByFile) -> None:
    assert scheduler._split_scope("tests/unit/test_x.py::Test::test_y[a::b]") == "tests/unit/test_x.py"
    assert {scheduler._split_scope(f"tests/browser/test_{name}.py::test") for name in "ab"} == set(TOGETHER)


def test_the_order_names_files_there_are() -> None:
    assert all((ROOT / place).exists() for place in (*LONGEST, *TOGETHER))
    assert [rank(f"{LONGEST[0]}test_x.py::t"), rank("tests/unit/test_none.py::t")] == [0, len(LONGEST)]
