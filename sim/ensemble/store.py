"""Arrays that are expensive to make and fixed by their key, kept on disk between runs.

Their files together stay below a limit (data/schemas/limits.json): whenever one is added, those not used for
longest make room. Several processes may do so at a time; whoever misses a file makes the array again. Every file
ends in a checksum over its key and its bytes: what a disk, a copy or another version changed is found and made anew.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import IO

import numpy as np

from sim.inputs.text import cache_dir, limit, made_anew, synced

#: Only the first blocks of a run are kept: everyday sizes are fast, huge ones fill no disk.
KEPT_BLOCKS = 4

#: How much of a file is summed up at a time [bytes].
_PIECE = 1 << 20


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
    NumPy's plain format, read without pickle, with a checksum behind it. An entry that does not fit its
    checksum is made anew, and that is said.
    """
    folder = cache_dir() if keep else None
    if folder is None:
        return make()
    name = hashlib.sha256(json.dumps(key, sort_keys=True).encode()).hexdigest()[:32]
    path = folder / f"{name}.npy"
    found = _read(path)
    if found is None:
        found = make()
        with suppress(OSError):
            _write(path, found)
            _make_room(folder)
        return found
    with suppress(OSError):
        os.utime(path)  # many systems do not note reading: the time of change says when it was last used
    return found


def _read(path: Path) -> np.ndarray | None:
    """The array of a file; None where there is none, or not one that was written under this name."""
    try:
        with path.open("rb") as file:
            whole = _whole(file, path.name)
        if not whole:
            made_anew(path)
            return None
        found: np.ndarray = np.load(path, allow_pickle=False, mmap_mode="r")
        return found
    except (OSError, ValueError, EOFError):
        return None


def _whole(file: IO[bytes], name: str) -> bool:
    """Whether a file ends in the checksum of its name and all before it."""
    digest, left = _begun(name), os.fstat(file.fileno()).st_size - _begun(name).digest_size
    while left > 0:
        piece = file.read(min(left, _PIECE))
        if not piece:
            return False
        digest.update(piece)
        left -= len(piece)
    return file.read() == digest.digest()


def _begun(name: str) -> "hashlib._Hash":
    """A checksum that has taken in the name, so that no entry passes for another."""
    return hashlib.sha256(name.encode() + b"\0")


class _Summed:
    """A file that sums up what is written to it."""

    def __init__(self, file: IO[bytes], name: str) -> None:
        self.file, self.digest = file, _begun(name)

    def write(self, data: bytes) -> None:
        """Write and count."""
        self.digest.update(data)
        self.file.write(data)


def _write(path: Path, array: np.ndarray) -> None:
    """Write an array and its checksum beside the target, to the disk, then name it; or leave nothing behind."""
    import tempfile  # most starts write nothing

    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            summed = _Summed(file, path.name)
            np.save(summed, array, allow_pickle=False)
            file.write(summed.digest.digest())
            file.flush()
            synced(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise


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


@cache
def code_of(*modules: str) -> str:
    """SHA-256 over the source of modules and packages as first read, for keys of what they compute."""
    digest = hashlib.sha256()
    source = Path(__file__).resolve().parents[2]
    for module in modules:
        path = source / module.replace(".", "/")
        files = sorted(path.rglob("*.py")) if path.is_dir() else [path.with_suffix(".py")]
        for file in files:
            digest.update(file.relative_to(source).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()
