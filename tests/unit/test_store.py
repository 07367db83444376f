"""The cache of arrays stays below its limit, keeps what is used, and never costs an answer."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from sim.domain import Problem
from sim.ensemble import store
from sim.inputs.yaml import load_catalogue

ROOT = Path(__file__).resolve().parents[2]
LARGE, SMALL = 40_000, 1_000
LIMITS = {"array_cache_bytes": 100_000, "array_small_bytes": 10_000, "array_grace_seconds": 3_600}
DAY = 86_400


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache of its own, with room for two large arrays."""
    monkeypatch.setenv("COOPSIM_CACHE", str(tmp_path))
    monkeypatch.setattr(store, "limit", LIMITS.__getitem__)
    return tmp_path / "inputs"


def kept(folder: Path, name: str, size: int = LARGE, *, days_ago: float) -> Path:
    """An entry that was last used some days ago; returns its file."""
    before = set(folder.glob("*"))
    store.remember(name, lambda: np.zeros(size // 8))
    (path,) = set(folder.glob("*.npy")) - before
    used(path, days_ago)
    return path


def used(path: Path, days_ago: float) -> None:
    moment = time.time() - days_ago * DAY
    os.utime(path, (moment, moment))


def made(name: str) -> tuple[np.ndarray, bool]:
    """An array of the cache, and whether it had to be made."""
    calls: list[int] = []
    make: Callable[[], np.ndarray] = lambda: calls.append(1) or np.ones(LARGE // 8)  # noqa: E731
    return store.remember(name, make), bool(calls)


def test_what_was_not_used_for_longest_goes_first(folder: Path) -> None:
    oldest, newer = kept(folder, "a", days_ago=3), kept(folder, "b", days_ago=2)
    made("c")
    assert not oldest.exists() and newer.exists()
    assert sum(path.stat().st_size for path in folder.glob("*.npy")) <= LIMITS["array_cache_bytes"]


def test_reading_counts_as_use(folder: Path) -> None:
    read, other = kept(folder, "a", days_ago=3), kept(folder, "b", days_ago=2)
    assert not made("a")[1]
    made("c")
    assert read.exists() and not other.exists()


def test_what_was_just_written_or_read_stays_even_beyond_the_limit(folder: Path) -> None:
    for name in "abcd":
        made(name)
    assert not any(made(name)[1] for name in "abcd")
    assert len(list(folder.glob("*.npy"))) == 4


def test_small_entries_that_took_hours_stay_while_large_ones_make_room(folder: Path) -> None:
    truths = [kept(folder, f"truth-{number}", SMALL, days_ago=30) for number in range(10)]
    large = [kept(folder, name, days_ago=2) for name in "ab"]
    made("c")
    assert all(path.exists() for path in truths) and sum(path.exists() for path in large) == 1


def test_entries_of_other_caches_are_left_alone_and_leftovers_of_killed_writers_go(folder: Path) -> None:
    kept(folder, "a", days_ago=3)
    inputs, leftover, writing = folder / "x.json", folder / "old.part", folder / "now.part"
    for path in (inputs, leftover, writing):
        path.write_bytes(b"x" * 200_000)
    used(inputs, 9), used(leftover, 9)
    made("c")
    assert inputs.exists() and writing.exists() and not leftover.exists()


def test_an_array_in_use_stays_whole_when_its_file_goes(folder: Path) -> None:
    kept(folder, "a", days_ago=3)
    held = store.remember("a", lambda: np.ones(1))
    used(next(folder.glob("*.npy")), 3)
    kept(folder, "b", days_ago=2)
    made("c")
    assert len(list(folder.glob("*.npy"))) == 2 and not held.any() and held.size == LARGE // 8


def test_a_file_that_cannot_be_removed_costs_no_answer(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept(folder, "a", days_ago=3), kept(folder, "b", days_ago=2)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError("in use")

    monkeypatch.setattr(Path, "unlink", refuse)
    assert made("c")[0].all() and len(list(folder.glob("*.npy"))) == 3


#: Fills the cache again and again beside another process that does the same; every array has to be its own.
CROWD = """
import sys
import numpy as np
from sim.domain import Problem
from sim.ensemble import store
from sim.inputs.text import places
from sim.inputs.yaml import load_catalogue
store.limit = {"array_cache_bytes": 100_000, "array_small_bytes": 10_000, "array_grace_seconds": 0}.__getitem__
for turn in range(150):
    number = (turn * int(sys.argv[1])) % 17
    found = store.remember(["crowd", number], lambda: np.full(2_000, float(number)))
    assert found.size == 2_000 and (found == number).all()
"""


def test_two_processes_that_crowd_one_cache_get_right_arrays_only(folder: Path) -> None:
    both = [subprocess.Popen([sys.executable, "-c", CROWD, step], cwd=ROOT) for step in ("3", "5")]
    assert [one.wait(timeout=120) for one in both] == [0, 0]
    assert not list(folder.glob("*.part"))
    assert sum(path.stat().st_size for path in folder.glob("*.npy")) <= 2 * LIMITS["array_cache_bytes"]


# -- What is read back is checked --


def flip(path: Path, at: int) -> None:
    """One bit of a file turns."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


DAMAGES: dict[str, Callable[[Path, Path], object]] = {
    "a bit of a number": lambda path, other: flip(path, -1000),
    "a bit of the shape": lambda path, other: flip(path, 70),
    "a bit of the first byte": lambda path, other: flip(path, 0),
    "a bit of the checksum": lambda path, other: flip(path, -1),
    "cut short": lambda path, other: os.truncate(path, path.stat().st_size // 2),
    "emptied": lambda path, other: os.truncate(path, 0),
    "cut by its checksum": lambda path, other: os.truncate(path, path.stat().st_size - 32),
    "longer": lambda path, other: path.write_bytes(path.read_bytes() + b"\0"),
    "swapped with another": lambda path, other: path.write_bytes(other.read_bytes()),
    "of a version without checksums": lambda path, other: np.save(path, np.zeros(LARGE // 8)),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_entry_is_found_made_anew_and_said_once(
    damage: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, other = kept(folder, "a", days_ago=3), kept(folder, "b", days_ago=3)
    DAMAGES[damage](path, other)
    found, anew = made("a")
    assert anew and found.all()
    told = capsys.readouterr().err
    assert told.count("\n") == 1 and path.name in told and "F72" in told
    assert made("a")[1] is False and not capsys.readouterr().err


def test_many_damaged_entries_are_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in "abc":
        flip(kept(folder, name, days_ago=3), -500)
    assert all(made(name)[1] for name in "abc")
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("lang, word", [("vi", "hỏng"), ("en", "damaged")])
def test_it_is_said_in_either_language(lang: str, word: str) -> None:
    assert word in load_catalogue(lang).describe(Problem("cache_damaged", file="x.npy", warning=True))


def test_a_disk_that_fills_while_an_entry_is_written_keeps_no_part(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    assert made("a")[0].all() and not list(folder.glob("*"))


def test_an_entry_is_on_the_disk_before_it_has_its_name(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[bool] = []
    monkeypatch.setattr(os, "fsync", lambda handle: synced.append(any(folder.glob("*.npy"))))
    made("a")
    assert synced == [False] and len(list(folder.glob("*.npy"))) == 1


@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_arrays_of_any_shape_come_back_as_they_were(folder: Path, shape: tuple[int, ...], order: str) -> None:
    array = np.asarray(np.arange(np.prod(shape, dtype=int), dtype=np.float32).reshape(shape), order=order)
    store.remember("x", lambda: array)
    again = store.remember("x", lambda: np.zeros(9))
    assert again.dtype == array.dtype and np.array_equal(again, array)
