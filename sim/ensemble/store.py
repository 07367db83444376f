"""Arrays that are expensive to make and fixed by their key, kept on disk between runs.

Their files together stay below a limit (data/schemas/limits.json): whenever one is added, those not used for
longest make room. Several processes may do so at a time; whoever misses a file makes the array again.
"""

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np

from sim.inputs.text import cache_dir, limit

#: Only the first blocks of a run are kept: everyday sizes are fast, huge ones fill no disk.
KEPT_BLOCKS = 4


def remember(key: object, make: Callable[[], np.ndarray], *, keep: bool = True) -> np.ndarray:
    """The array of a key: from disk where it is, else made and, if possible, kept.

    Parameters
    ----------
    key : anything JSON can write; it must name all that the array depends on
    make : makes the array
    keep : False to neither look nor keep

    Notes
    -----
    A cache that cannot be read or written costs time, never an answer. Arrays are stored in
    NumPy's plain format, read without pickle.
    """
    folder = cache_dir() if keep else None
    if folder is None:
        return make()
    name = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:32]
    path = folder / f"{name}.npy"
    try:
        found: np.ndarray = np.load(path, allow_pickle=False, mmap_mode="r")
    except (OSError, ValueError, EOFError):
        found = make()
        with suppress(OSError):
            path.parent.mkdir(parents=True, exist_ok=True)
            handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
            with os.fdopen(handle, "wb") as file:
                np.save(file, found, allow_pickle=False)
            os.replace(temporary, path)
            _make_room(path.parent)
        return found
    with suppress(OSError):
        os.utime(path)  # many systems do not note reading: the time of change says when it was last used
    return found


def _make_room(folder: Path) -> None:
    """Remove leftovers and the entries not used for longest, large ones first, until the rest is below the limit.

    What was used a moment ago stays: another process may be about to read it. Small entries go last; the
    largest part of them, checks on synthetic truths, took hours and weighs nothing.
    """
    recent = time.time() - limit("array_grace_seconds")
    entries: list[tuple[bool, float, int, Path]] = []
    for path in [*folder.glob("*.npy"), *folder.glob("*.part")]:
        with suppress(OSError):
            found = path.stat()
            if path.suffix == ".npy":
                small = found.st_size <= limit("array_small_bytes")
                entries.append((small, found.st_mtime, found.st_size, path))
            elif found.st_mtime < recent:
                path.unlink(missing_ok=True)
    surplus = sum(size for _, _, size, _ in entries) - limit("array_cache_bytes")
    for _, used, size, path in sorted(entries):
        if surplus <= 0:
            return
        if used < recent:
            with suppress(OSError):  # some systems refuse while another process reads it
                path.unlink(missing_ok=True)
                surplus -= size


def code_of(*modules: str) -> str:
    """SHA-256 over the source of modules and packages, for keys of what they compute."""
    digest = hashlib.sha256()
    source = Path(__file__).resolve().parents[2]
    for module in modules:
        path = source / module.replace(".", "/")
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
        for file in files:
            digest.update(file.relative_to(source).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
