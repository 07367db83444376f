"""A run is ok only when its last cell was reached: every false success Papermill would report is caught."""

from __future__ import annotations

import json
import time
from pathlib import Path

import nbformat
import psutil
import pytest

from sim.batch.execute import ended
from sim.batch.job import EXECUTED, FAILED, KILLED, OK, TIMEOUT, Job, Limits
from sim.batch.pool import Worker, crew_of, run_jobs

MARK = """
import json
from IPython.display import display
display({"application/vnd.coopsim.end+json": {"token": json.loads(parameters)["token"]}, "text/plain": "ok"}, raw=True)
"""
STALE_MARK = MARK.replace('json.loads(parameters)["token"]', '"another-run"')
ENDINGS = {
    "reaches its end": (MARK, OK),
    "leaves by sys.exit(0)": ("import sys; sys.exit(0)\n" + MARK, FAILED),
    "raises": ("raise ValueError('x')\n" + MARK, FAILED),
    "forgets the marker": ("1 + 1", FAILED),
    "shows an old marker": (STALE_MARK, FAILED),
    "kills its kernel": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", KILLED),
    "leaves by os._exit(0)": ("import os; os._exit(0)", KILLED),
    "runs out of time": ("import time; time.sleep(60)", TIMEOUT),
}


def notebook(folder: Path, *cells: str) -> Path:
    """A notebook with a parameters cell and these cells."""
    first = nbformat.v4.new_code_cell("parameters = '{}'", metadata={"tags": ["parameters"]})
    book = nbformat.v4.new_notebook(
        cells=[first, *(nbformat.v4.new_code_cell(cell) for cell in cells)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "source.ipynb"
    nbformat.write(book, path)
    return path


#: Short enough for a test, with room for a start on a busy machine.
SHORT = Limits(cell=4, notebook=30, start=60)


def job(tmp_path: Path, slug: str, *cells: str, limits: Limits = SHORT) -> Job:
    """A job of such a notebook."""
    return Job(slug, notebook(tmp_path / slug, *cells), {}, tmp_path / slug / "run", limits)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Every ending, run on two workers at a time; and the processes left over afterwards."""
    folder = tmp_path_factory.mktemp("endings")
    jobs = [job(folder, f"job-{number}", code) for number, (code, _) in enumerate(ENDINGS.values())]
    with crew_of([Worker(folder / "log") for _ in range(2)]) as crew:
        found = run_jobs(jobs, crew, lambda _, outcome: outcome)
    left = [child for child in psutil.Process().children(recursive=True) if "ipykernel" in " ".join(child.cmdline())]
    return dict(zip(ENDINGS, found, strict=True)), jobs, left


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_notebook_that(ending, outcomes):
    assert outcomes[0][ending].state == ENDINGS[ending][1], outcomes[0][ending]


def test_no_kernel_outlives_its_worker(outcomes):
    assert not outcomes[2]


def test_a_failure_says_what_went_wrong_on_one_line(outcomes):
    assert outcomes[0]["raises"].reason == "ValueError: x"


def test_the_partial_notebook_of_a_failure_is_kept(outcomes):
    place = list(ENDINGS).index("raises")
    assert json.loads((outcomes[1][place].folder / EXECUTED).read_text())["cells"]


def test_a_marker_in_an_earlier_cell_is_no_end(tmp_path):
    executed = tmp_path / "x.ipynb"
    shown = {
        "output_type": "display_data",
        "data": {"application/vnd.coopsim.end+json": {"token": "t"}},
        "metadata": {},
    }
    cells = [{"cell_type": "code", "outputs": [shown]}, {"cell_type": "code", "outputs": []}]
    executed.write_text(json.dumps({"cells": cells}))
    assert not ended(executed, "t")
    executed.write_text(json.dumps({"cells": cells[:1]}))
    assert ended(executed, "t")


def test_a_notebook_over_its_time_is_stopped_with_its_whole_family(tmp_path):
    child = "import subprocess, sys; p = subprocess.Popen(['sleep', '600']); open('pid', 'w').write(str(p.pid))"
    slow = job(tmp_path, "slow", child, "import time; time.sleep(600)", limits=Limits(cell=500, notebook=6, start=60))
    started = time.monotonic()
    with crew_of([Worker(tmp_path / "log")]) as crew:
        outcome = run_jobs([slow], crew, lambda _, found: found)[0]
        assert outcome.state == TIMEOUT
    assert time.monotonic() - started < 6 + 10
    assert not psutil.pid_exists(int((slow.folder / "pid").read_text()))


def test_a_worker_serves_again_after_it_was_killed(tmp_path):
    good = [job(tmp_path, f"good-{number}", MARK) for number in range(2)]
    with crew_of([Worker(tmp_path / "log")]) as crew:
        assert run_jobs(good[:1], crew, lambda _, found: found)[0].ok
        crew[0].stop()
        assert run_jobs(good[1:], crew, lambda _, found: found)[0].ok
