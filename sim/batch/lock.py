"""One report at a time in a folder. The lock is the operating system's: it dies with its holder."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

import psutil
from filelock import FileLock, Timeout

from sim.batch.record import now
from sim.domain.errors import InputError, Problem

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
