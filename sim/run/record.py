"""The record of a report, and the lock that keeps two runners apart."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil
from filelock import FileLock, Timeout

from sim.domain import InputError, Problem
from sim.ensemble import BLOCK
from sim.run.files import sha256_file, write_atomic

# -- What a run was made of: hashes of inputs, code, lock and outputs, versions, seed and draws ----

SCHEMA = "coopsim-record/1"
RECORDS = ".records"
RECORD = "record.json"
_LIBRARIES = (
    "numpy",
    "scipy",
    "pandas",
    "altair",
    "vl-convert-python",
    "papermill",
    "nbclient",
    "nbconvert",
    "ipykernel",
)
_SOURCE = Path(__file__).resolve().parents[1]


def now() -> str:
    """The time in UTC, ISO 8601, whole seconds."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@cache
def code_hash() -> str:
    """SHA-256 over the source of `sim`, by relative path; where it is installed does not matter."""
    paths = [path for kind in ("py", "css", "js", "docx") for path in sorted(_SOURCE.rglob(f"*.{kind}"))]
    return _tree_hash(paths, _SOURCE)


def _tree_hash(paths: Sequence[Path], root: Path) -> str:
    digest = hashlib.sha256()
    for path in paths:
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def lock_hash() -> str:
    """SHA-256 of requirements.lock beside the source tree; empty when installed without it."""
    lock = _SOURCE.parent / "requirements.lock"
    return sha256_file(lock) if lock.is_file() else ""


def data_hashes(root: Path) -> dict[str, str]:
    """SHA-256 of every data file a run may read, by path under the data root."""
    return {path.relative_to(root).as_posix(): sha256_file(path) for path in sorted(root.rglob("*")) if path.is_file()}


def versions() -> dict[str, str]:
    """Python and the libraries that figures and pages depend on."""
    found = {"python": platform.python_version()}
    for name in ("coopsim", *_LIBRARIES):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def build_record(
    *, settings: Mapping[str, Any], inputs: Mapping[str, str], scenarios: Sequence[Mapping[str, Any]],
    outputs: Mapping[str, str], started: str, state: str, key: Mapping[str, str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A run's record; its shape is data/schemas/record.schema.json.

    Parameters
    ----------
    settings : what was asked for (seed, draws, language, …)
    inputs, outputs : {path: SHA-256}
    scenarios : one entry each with slug, state, hashes and reason
    key : parts of the content key, for resuming
    """
    record = {
        "schema": SCHEMA,
        "state": state,
        "started": started,
        "ended": now(),
        "settings": {**settings, "block": BLOCK},
        "code": code_hash(),
        "lock": lock_hash(),
        "versions": versions(),
        "inputs": dict(inputs),
        "outputs": dict(outputs),
        "scenarios": [dict(entry) for entry in scenarios],
    }
    return record | ({"key": dict(key)} if key else {})


def write_record(path: Path, record: Mapping[str, Any]) -> None:
    """Write a record with its seal; it is always the last file of what it describes."""
    write_atomic(path, record_text({**record, "seal": seal(record)}))


def seal(record: Mapping[str, Any]) -> str:
    """SHA-256 over a record without its seal, so that a changed byte in it is noticed too."""
    bare = {name: value for name, value in record.items() if name != "seal"}
    return hashlib.sha256(record_text(bare).encode()).hexdigest()


def record_text(record: Mapping[str, Any]) -> str:
    """The one way a record is written."""
    return json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


# -- One report at a time in a folder. The lock is the operating system's: it dies with its holder ---

_LOCK, _HOLDER = ".lock", ".holder.json"


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold a folder for this process; what a dead or garbled holder left behind does not matter.

    Raises
    ------
    InputError
        When another live process holds it; tells which, since when.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise InputError(Problem("folder_in_use", _holder(folder), file=str(folder))) from None
    try:
        about = {"pid": os.getpid(), "started": now(), "created": psutil.Process().create_time()}
        (folder / _HOLDER).write_text(json.dumps(about), encoding="utf-8")
        yield
    finally:
        with contextlib.suppress(OSError):
            (folder / _HOLDER).unlink()
        lock.release()


def _holder(folder: Path) -> dict[str, object]:
    """Who holds the folder, as far as it can be told."""
    try:
        about = json.loads((folder / _HOLDER).read_text(encoding="utf-8"))
        return {"pid": int(about["pid"]), "since": str(about["started"])}
    except (OSError, ValueError, KeyError, TypeError):
        return {"pid": "?", "since": "?"}
