"""Whatever happens to a report, every final file is whole, what was done is kept, and the figures are the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sim.domain import InputError
from sim.run import EXECUTED, OK, Ending, Job, verify
from tests.support.tiny_report import WORKER, half_written, report_module, result_hash, tiny_report

ROOT = Path(__file__).resolve().parents[2]
ERRORS = {"ENOSPC": 28, "EACCES": 13, "EINTR": 4}
STEPS = ("write", "fsync", "replace")


def killed(folder: Path, kills: int, *, timeout: int) -> dict[str, Any]:
    """What the loop of kills tells."""
    command = [sys.executable, "-m", "tests.support.kill_loop", str(folder), str(kills), "4"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=timeout)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def nothing_lost(tally: dict[str, Any]) -> None:
    none = ("corrupt", "differed", "lost", "repeated")
    assert {name: tally[name] for name in none} == dict.fromkeys(none, 0), tally
    assert not tally["left"], "\n".join(tally["left"])
    assert tally["finished"] >= 1 and tally["longest_gone"] <= 10


@pytest.mark.alone
def test_a_few_kills_lose_nothing_but_what_was_in_flight(tmp_path):
    nothing_lost(killed(tmp_path, 4, timeout=280))


@pytest.mark.alone
@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_two_hundred_kills_lose_nothing_but_what_was_in_flight(tmp_path):
    tally = killed(tmp_path, 200, timeout=7000)
    nothing_lost(tally)
    assert tally["kills"] == 200 and tally["with_two_workers"] == 100


def test_a_worker_whose_report_was_killed_before_it_could_look_runs_nothing():
    """One in a hundred kills falls between the start of a worker and its first look at its parent."""
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True)
    command = [sys.executable, "-m", WORKER, gone.stdout.strip()]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE) as worker:  # its standard input stays open
        assert worker.wait(timeout=60) == 1


# --- a disk that refuses ----------------------------------------------------------------------------------------


class Replayed:
    """A runner that gives what real ones left, without notebooks being run again."""

    def __init__(self, kept: Path) -> None:
        self._kept = kept

    def run(self, job: Job) -> Ending:
        shutil.copytree(self._kept / job.folder.name, job.folder, dirs_exist_ok=True)
        return Ending(job.slug, OK)

    def stop(self) -> None:
        """It holds nothing."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """What the notebooks of a tiny report leave in their folders, and the finished report."""
    root = tmp_path_factory.mktemp("kept")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report_module.shutil, "rmtree", lambda path, **_: None)
        tiny_report(root / "out")
    (root / "out" / report_module.WORK).rename(root / "work")
    assert all((folder / EXECUTED).is_file() for folder in (root / "work").iterdir() if folder.is_dir())
    return root


@pytest.fixture
def replay(kept, monkeypatch) -> Iterator[Callable[[Path], None]]:
    """Make a report from what is kept, in a moment."""
    monkeypatch.setattr(report_module, "_crew", lambda run: [Replayed(kept / "work")])
    yield lambda out: tiny_report(out)


class Refusing:
    """Counts the calls of a step that puts bytes in place, and refuses one of them."""

    def __init__(self, real: Callable[..., Any], error: int, at: int) -> None:
        self.calls, self._real, self._error, self._at = 0, real, error, at

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        self.calls += 1
        if self.calls == self._at:
            raise OSError(self._error, os.strerror(self._error))
        return self._real(*arguments, **options)


def _refuse(monkeypatch: pytest.MonkeyPatch, step: str, error: int, at: int) -> Refusing:
    name = "fdopen" if step == "write" else step
    refusing = Refusing(getattr(os, name), error, at)
    monkeypatch.setattr(os, name, refusing)
    return refusing


def survives(replay: Callable[[Path], None], out: Path, step: str, error: int, at: int) -> bool:
    """Make a report with one refused step, then once more; False when there is no such step any more."""
    with pytest.MonkeyPatch.context() as patch:
        refusing = _refuse(patch, step, error, at)
        try:
            replay(out)
        except (OSError, InputError) as refused:
            assert "Traceback" not in str(refused)
        reached = refusing.calls >= at
    assert not half_written(out), (step, error, at)
    assert not [path for path in out.rglob("*.part") if report_module.WORK not in path.parts]
    replay(out)
    assert verify(out)
    return reached


@pytest.mark.parametrize("step, error", list(zip(STEPS, ERRORS, strict=True)))
def test_a_disk_that_refuses_at_some_step_leaves_whole_files_and_the_next_run_mends_all(
    step, error, replay, kept, tmp_path
):
    _refused_everywhere(replay, kept, tmp_path, (step, ERRORS[error]), every=15)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("step", STEPS)
def test_a_disk_that_refuses_at_every_single_step(step, error, replay, kept, tmp_path):
    _refused_everywhere(replay, kept, tmp_path, (step, ERRORS[error]), every=1)


def _refused_everywhere(
    replay: Callable[[Path], None], kept: Path, tmp_path: Path, how: tuple[str, int], *, every: int
) -> None:
    wanted, at, found = result_hash(kept / "out"), 1, 0
    while survives(replay, tmp_path / str(at), *how, at):
        assert result_hash(tmp_path / str(at)) == wanted
        shutil.rmtree(tmp_path / str(at))
        at, found = at + every, found + 1
    assert found >= 40 // every, "the step was hardly ever reached"
