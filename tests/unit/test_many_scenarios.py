"""What hundreds of scenarios yield is kept in a file: the same numbers, in memory that does not grow with them."""

from __future__ import annotations

import copy
import gc
import io
import pickle
import subprocess
import sys

import numpy as np
import pytest

import sim
from sim.ensemble import run as project
from sim.evidence import load_knowledge
from sim.inputs.scenarios import load_scenario

FEW = ["fund-12.3", "fund-12.3--weak-markets", "no-support", "fund-24.6", "market-first--weak-markets"]


def in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sim.ensemble.runner.MOST_IN_MEMORY", 0)


def arrays(result: sim.Result) -> dict[object, np.ndarray]:
    """Everything a result holds."""
    found: dict[object, np.ndarray] = {}
    for run in result.runs:
        slug = run.scenario.slug
        found |= {(slug, name): values for name, values in {**run.series, **run.parameters}.items()}
        found |= {(slug, name): getattr(run, name) for name in ("prices", "spending", "clipped", "start_workers")}
    return found


@pytest.mark.parametrize(("draws", "pack"), [(8192, "lao-cai"), (5000, "lao-cai-2025"), (3, "yen-bai")])
def test_numbers_are_the_same_to_the_last_bit(monkeypatch: pytest.MonkeyPatch, draws: int, pack: str) -> None:
    monkeypatch.setenv("COOPSIM_PROVINCE", pack)
    before = sim.run(FEW, draws)
    in_a_file(monkeypatch)
    after = sim.run(FEW, draws)
    ours, theirs = arrays(after), arrays(before)
    assert ours.keys() == theirs.keys()
    assert all(np.array_equal(values, theirs[name]) for name, values in ours.items())
    assert after.scenarios == before.scenarios
    assert after.summary().equals(before.summary())
    assert sim.compare(after, "no-support").equals(sim.compare(before, "no-support"))


def test_a_copy_stands_for_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    in_a_file(monkeypatch)
    result = sim.run(FEW[:2], 64)
    for other in (copy.deepcopy(result), pickle.loads(pickle.dumps(result))):  # noqa: S301 (our own)
        assert isinstance(other.runs[0].series, dict)
        assert np.array_equal(other.values("htx_active"), result.values("htx_active"))


def test_what_was_looked_at_is_still_right_after_it_left_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = sim.run(FEW, 512).values("htx_revenue")
    in_a_file(monkeypatch)
    monkeypatch.setattr("sim.ensemble.spool._LOOKED_AT", 1)
    result = sim.run(FEW, 512)
    held = result.runs[0].series["htx_active"]
    first = held.copy()
    for _ in range(2):
        assert np.array_equal(result.values("htx_revenue"), expected)
    assert np.array_equal(held, first)


class Full(io.BytesIO):
    """A file on a disk without room."""

    def write(self, _: object) -> int:
        raise OSError(28, "No space left on device")


def no_file(**_: object) -> io.BytesIO:
    raise PermissionError(13, "Permission denied")


PLACES = {"full": lambda **_: Full(), "none": no_file, "unmapped": lambda **_: io.BytesIO()}


@pytest.mark.parametrize("made", PLACES.values(), ids=PLACES)
def test_a_place_without_room_leaves_everything_in_memory(monkeypatch: pytest.MonkeyPatch, made: object) -> None:
    in_a_file(monkeypatch)
    monkeypatch.setattr("sim.ensemble.spool.tempfile.TemporaryFile", made)
    assert isinstance(sim.run(FEW[:2], 64).runs[0].series, dict)


def test_what_fails_in_the_callers_own_progress_is_told_and_nothing_runs_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    in_a_file(monkeypatch)
    told = []

    def progress(done: int, _: int) -> None:
        told.append(done)
        raise BrokenPipeError

    known = load_knowledge()
    with pytest.raises(BrokenPipeError):
        project(known.province, known.register, [load_scenario(FEW[0])], draws=64, seed=1, progress=progress)
    assert told == [1]


@pytest.mark.filterwarnings("error::ResourceWarning", "error::pytest.PytestUnraisableExceptionWarning")
def test_the_file_is_closed_with_the_last_of_its_series(monkeypatch: pytest.MonkeyPatch) -> None:
    in_a_file(monkeypatch)
    result = sim.run(FEW[:2], 64)
    held = result.runs[0].series["htx_active"]
    first = held.copy()
    del result
    gc.collect()
    assert np.array_equal(held, first)


MEMORY = """
import resource, sys
from dataclasses import replace
from decimal import Decimal
import sim

base = sim.load_scenario("fund-12.3")
def asked(count):
    for place in range(count):
        plan = base.plan.with_money(years=base.plan.lines["market"], slug=f"p{place}", market=Decimal(3 + place) / 100)
        yield replace(base, slug=plan.slug, plan=plan)

for count in map(int, sys.argv[1:]):
    result = sim.run(list(asked(count)))
    result.summary()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is counted another way")
def test_memory_is_flat_in_scenarios() -> None:
    done = subprocess.run([sys.executable, "-c", MEMORY, "14", "56"], capture_output=True, text=True, check=True)
    few, many = map(int, done.stdout.split())
    assert many - few < 60, done.stdout  # 42 scenarios more would take 300 MB
