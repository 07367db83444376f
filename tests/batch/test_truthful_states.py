"""A run is ok only when its last cell was reached: every false success Papermill would report is caught."""

from __future__ import annotations

import json
import os
import threading
import time
from dataclasses import replace
from pathlib import Path

import nbformat
import psutil
import pytest

from sim.run import (
    END_MARKER,
    EXECUTED,
    FAILED,
    KILLED,
    OK,
    TIMEOUT,
    Job,
    Limits,
    Worker,
    begin_loading,
    crew_of,
    ended,
    run_jobs,
)
from sim.run.job import Ending
from sim.run.kernels import STOCK
from tests.support.kernels import PATIENCE, wait_gone

MARK = """
import json
from IPython.display import display
display({"application/vnd.coopsim.end+json": {"token": json.loads(for_report)["token"]}, "text/plain": "ok"}, raw=True)
"""
STALE_MARK = MARK.replace('json.loads(for_report)["token"]', '"another-run"')
_FILES = """
import resource
resource.setrlimit(resource.RLIMIT_NOFILE, (100, 100))
held = [open("/dev/null") for _ in range(200)]
"""
_FULL = """
try:
    open("/dev/full", "w").write("x" * 9_999_999)
except OSError as error:
    raise RuntimeError(str(error)) from error
"""
#: Code of the last cell, the state it ends in, and what the reason says in English.
ENDINGS = {
    "reaches its end": (MARK, OK, ""),
    "leaves by sys.exit(0)": ("import sys; sys.exit(0)\n" + MARK, FAILED, "F78"),
    "raises": ("raise ValueError('x')\n" + MARK, FAILED, "F79 source.ipynb: cell 3: ValueError: x;"),
    "runs out of memory": ("bytearray(1 << 60)\n" + MARK, FAILED, "F71 source.ipynb: out of memory (cell 3: Memory"),
    "asks for an array beyond memory": ("import numpy; numpy.ones(1 << 50)", FAILED, "F71 source.ipynb: out of memory"),
    "opens too many files": (_FILES, FAILED, "F71 source.ipynb: the system lets no more files be opened (cell 3: OS"),
    "lets another run into a full disk": (_FULL, FAILED, "F72 source.ipynb: the disk is full (cell 3: RuntimeError: ["),
    "fills the disk": ("open('/dev/full', 'w').write('x' * 9999999)", FAILED, "F72 source.ipynb: the disk is full"),
    "may not write": ("raise PermissionError(13, 'Permission denied', '/x')", FAILED, "F73 source.ipynb: reading or"),
    "forgets the marker": ("1 + 1", FAILED, "F78"),
    "shows an old marker": (STALE_MARK, FAILED, "F78"),
    "kills its kernel": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", KILLED, "by the signal SIGKILL"),
    "crashes": ("import ctypes; ctypes.string_at(0)", KILLED, "F75 source.ipynb: the kernel was ended half-way (st"),
    "leaves by os._exit(3)": ("import os; os._exit(3)", KILLED, "it left by itself with the code 3"),
    "runs out of time": ("import time; time.sleep(600)", TIMEOUT, "F70"),
}
#: Seconds no cell takes but the one that is to run out of them.
AMPLE, SHORT = 200, 2


def notebook(folder: Path, *cells: str) -> Path:
    """A notebook with a parameters cell and these cells."""
    first = nbformat.v4.new_code_cell("for_report: str = ''", metadata={"tags": ["parameters"]})
    book = nbformat.v4.new_notebook(
        cells=[first, *(nbformat.v4.new_code_cell(cell) for cell in cells)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "source.ipynb"
    nbformat.write(book, path)
    return path


def job(tmp_path: Path, slug: str, *cells: str, limits: Limits | None = None, kernel: str = "") -> Job:
    """A job of such a notebook; only a cell that sleeps meets its limit."""
    limits = limits or Limits(cell=SHORT if "sleep(600)" in cells[-1] else AMPLE, notebook=AMPLE, start=AMPLE)
    return Job(slug, notebook(tmp_path / slug, *cells), {"lang": "en"}, tmp_path / slug / "run", limits, kernel)


def kernels_in(folder: Path) -> list[psutil.Process]:
    """Processes that work in a folder of the tests."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd().startswith(str(folder)):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return found


@pytest.fixture(scope="module", params=["the fastest kernel", "the ordinary kernel"])
def outcomes(request, tmp_path_factory):
    """Every ending, run on two workers at a time; and the processes left over afterwards."""
    folder = tmp_path_factory.mktemp("endings")
    kernel = STOCK if request.param == "the ordinary kernel" else ""
    jobs = [job(folder, f"job-{number}", code, kernel=kernel) for number, (code, *_) in enumerate(ENDINGS.values())]
    with crew_of([Worker(folder / "log") for _ in range(2)]) as crew:
        found = run_jobs(jobs, crew, lambda _, outcome: outcome)
    left = kernels_in(folder)
    return dict(zip(ENDINGS, found, strict=True)), jobs, left


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_notebook_that(ending, outcomes):
    outcome, (_, state, reason) = outcomes[0][ending], ENDINGS[ending]
    assert outcome.state == state and reason in outcome.reason, outcome


def test_no_kernel_outlives_its_worker(outcomes):
    wait_gone([process.pid for process in outcomes[2]])


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_of_a_hundred_notebooks_that_only_seem_to_succeed_none_is_ok(tmp_path):
    traps = [code for code, state, _ in ENDINGS.values() if state != OK]
    jobs = [job(tmp_path, f"trap-{number}", traps[number % len(traps)]) for number in range(100)]
    with crew_of([Worker(tmp_path / "log") for _ in range(2)]) as crew:
        outcomes = run_jobs(jobs, crew, lambda _, outcome: outcome)
    assert len(outcomes) == 100 and not [outcome.slug for outcome in outcomes if outcome.ok]


def test_a_cell_that_prints_without_end_is_cut_and_its_run_goes_on(tmp_path):
    from sim.run import MOST_TEXT

    flood = "print('x' * 3_000_000)", MARK
    flooded = job(tmp_path, "flood", *flood)
    with crew_of([Worker(tmp_path / "log")]) as crew:
        assert run_jobs([flooded], crew, lambda _, found: found)[0].ok
    cells = json.loads((flooded.folder / EXECUTED).read_text())["cells"]
    assert MOST_TEXT <= sum(len("".join(output["text"])) for output in cells[-2]["outputs"]) < MOST_TEXT + 200
    assert "left out" in "".join(cells[-2]["outputs"][-1]["text"])


def test_no_reason_spans_lines_or_shows_a_traceback(outcomes):
    reasons = [outcome.reason for outcome in outcomes[0].values()]
    assert not [reason for reason in reasons if "\n" in reason or "Traceback" in reason or len(reason) > 500]


def test_the_partial_notebook_of_a_failure_is_kept(outcomes):
    place = list(ENDINGS).index("raises")
    assert json.loads((outcomes[1][place].folder / EXECUTED).read_text())["cells"]


def test_a_marker_in_an_earlier_cell_is_no_end(tmp_path):
    executed = tmp_path / "x.ipynb"
    shown = {"output_type": "display_data", "data": {END_MARKER: {"token": "t"}}, "metadata": {}}
    cells = [{"cell_type": "code", "outputs": [shown]}, {"cell_type": "code", "outputs": []}]
    executed.write_text(json.dumps({"cells": cells}))
    assert not ended(executed, "t")
    executed.write_text(json.dumps({"cells": cells[:1]}))
    assert ended(executed, "t")


def test_a_notebook_over_its_time_is_stopped_with_its_whole_family(tmp_path):
    child = "import subprocess, sys; p = subprocess.Popen(['sleep', '600']); open('pid', 'w').write(str(p.pid))"
    limits = Limits(cell=AMPLE, notebook=20, start=AMPLE)
    slow = job(tmp_path, "slow", child, "import time; time.sleep(600)", limits=limits)
    with crew_of([Worker(tmp_path / "log")]) as crew:
        outcome = run_jobs([slow], crew, lambda _, found: found)[0]
        assert outcome.state == TIMEOUT
    wait_gone([int((slow.folder / "pid").read_text())])


def test_a_worker_serves_again_after_it_was_killed(tmp_path):
    good = [job(tmp_path, f"good-{number}", MARK) for number in range(2)]
    with crew_of([Worker(tmp_path / "log")]) as crew:
        assert run_jobs(good[:1], crew, lambda _, found: found)[0].ok
        crew[0].stop()
        assert run_jobs(good[1:], crew, lambda _, found: found)[0].ok


def test_as_many_workers_load_beforehand_as_there_will_surely_be_notebooks(tmp_path):
    with crew_of([Worker(tmp_path / name) for name in "ab"]) as crew:
        begin_loading(crew, 1, forked=False)
        assert [(tmp_path / name).exists() for name in "ab"] == [True, False]
        assert run_jobs([job(tmp_path, "good", MARK)], crew, lambda _, found: found)[0].ok


def test_only_a_kernel_that_may_be_killed_leaves_undone_what_is_done_as_it_ends(tmp_path):
    last = "import atexit, os, pathlib; atexit.register(pathlib.Path('left').touch)"
    pid = "pathlib.Path('pid').write_text(str(os.getpid()))"
    own, ours = (replace(job(tmp_path, slug, last, pid, MARK), prompt=slug == "ours") for slug in ("own", "ours"))
    with crew_of([Worker(tmp_path / "log")]) as crew:
        assert all(ending.ok for ending in run_jobs([ours, own], crew, lambda _, found: found))
        assert (own.folder / "left").exists() and not (ours.folder / "left").exists()
        wait_gone([int((one.folder / "pid").read_text()) for one in (own, ours)])


class Quick:
    """A runner whose notebooks end at once."""

    def __init__(self) -> None:
        self.begun = {slug: threading.Event() for slug in "abc"}

    def run(self, job: Job) -> Ending:
        self.begun[job.slug].set()
        return Ending(job.slug, OK)

    def stop(self) -> None:
        """It holds nothing."""


def jobs_of(folder: Path) -> list[Job]:
    return [Job(slug, folder / "any.ipynb", {}, folder / slug) for slug in "abc"]


def test_a_worker_goes_on_while_pages_are_published_one_at_a_time(tmp_path):
    quick, published = Quick(), list[str]()

    def publish(one: Job, ending: Ending) -> Ending:
        published.append(one.slug)
        assert quick.begun["c"].wait(PATIENCE), "the worker waits until the page is published"
        assert published[-1] == one.slug, "two pages are published at a time"
        return ending

    assert [one.slug for one in run_jobs(jobs_of(tmp_path), [quick], publish)] == published == list("abc")


def test_whoever_gives_up_publishes_nothing_more(tmp_path):
    quick, published = Quick(), list[str]()

    def refuse(one: Job, _: Ending) -> Ending:
        assert quick.begun["c"].wait(PATIENCE)
        published.append(one.slug)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_jobs(jobs_of(tmp_path), [quick], refuse)
    before = list(published)
    time.sleep(0.2)
    assert published == before


#: What a user set up for Jupyter and IPython, below HOME; the first two end or replace every kernel that finds them.
USERS = {
    "a foreign kernel called python3": (
        ".local/share/jupyter/kernels/python3/kernel.json",
        '{"argv": ["/bin/false"], "display_name": "x", "language": "python"}',
    ),
    "a start-up file that leaves": (".ipython/profile_default/startup/00.py", "import os; os._exit(1)"),
    "a broken configuration": (".ipython/profile_default/ipython_kernel_config.py", "raise SystemExit(1)"),
}


@pytest.mark.skipif(os.name == "nt", reason="HOME of POSIX")
@pytest.mark.parametrize("kernel", [STOCK, ""])
@pytest.mark.parametrize("users", USERS)
def test_nothing_a_user_set_up_reaches_a_run(users: str, kernel: str, tmp_path: Path, monkeypatch) -> None:
    name, text = USERS[users]
    file = tmp_path / "home" / name
    file.parent.mkdir(parents=True)
    file.write_text(text)
    for unset in ("IPYTHONDIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "XDG_DATA_HOME"):
        monkeypatch.delenv(unset, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    worker = Worker(tmp_path / "log")
    try:
        assert worker.run(job(tmp_path, "job", MARK, kernel=kernel)).state == OK
    finally:
        worker.stop()
