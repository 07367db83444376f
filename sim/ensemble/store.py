"""Arrays that are expensive to make and fixed by their key, kept on disk between runs."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sim.inputs.cache import cache_dir

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
        return np.load(path, allow_pickle=False, mmap_mode="r")
    except (OSError, ValueError, EOFError):
        array = make()
        _keep(path, array)
        return array


def _keep(path: Path, array: np.ndarray) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "wb") as file:
            np.save(file, array, allow_pickle=False)
        os.replace(temporary, path)
    except OSError:
        return


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
