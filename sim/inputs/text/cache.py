"""Validated content kept as JSON, so that a warm start imports neither YAML nor validation libraries.

An entry is named by the SHA-256 of the files' bytes and of this package's own source: a changed byte
or a changed rule is another entry, so nothing is ever stale. Errors are never kept. An entry that does
not carry its own checksum is ignored; a folder that cannot be written only costs time.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.domain import Problem
from sim.inputs.text.places import CACHE_VARIABLE, limit, limits_text

_memory: dict[str, Any] = {}


def remembered(kind: str, contents: Iterable[bytes], build: Callable[[], Any]) -> Any:
    """The validated, JSON-like content of some files: from the cache, or built and kept.

    Parameters
    ----------
    kind : what is built; part of the entry's name
    contents : bytes of every file (and of anything else) the result depends on
    build : makes the content; whatever it raises passes through and nothing is kept

    Returns
    -------
    dict, list, str, int, float, bool or None, nested
        Shared between callers: read it, never change it.
    """
    key = _digest([kind.encode(), code_version().encode(), *contents])
    if key not in _memory:
        folder = cache_dir()
        content = _load(folder / f"{key}.json") if folder else None
        if content is None:
            content = build()
            text = json.dumps(content, ensure_ascii=False, allow_nan=False)
            content = json.loads(text)  # cold and warm starts must see the same types
            if folder:
                _save(folder, key, text)
        if len(_memory) >= limit("cache_entries"):
            _memory.clear()
        _memory[key] = content
    return _memory[key]


def remembered_with_notes(
    kind: str, contents: Iterable[bytes], build: Callable[[list[Problem]], Any], notes: list[Problem] | None = None
) -> Any:
    """As `remembered`, for content that was accepted with warnings, which are kept with it.

    Parameters
    ----------
    build : makes the content and appends its warnings to the list it is given
    notes : receives the warnings
    """

    def make() -> dict[str, Any]:
        warnings: list[Problem] = []
        content = build(warnings)
        return {"content": content, "notes": [vars(note) | {"params": dict(note.params)} for note in warnings]}

    kept = remembered(kind, contents, make)
    if notes is not None:
        notes.extend(Problem(**note) for note in kept["notes"])
    return kept["content"]


def forget() -> None:
    """Drop what this process remembers; files stay."""
    _memory.clear()


@lru_cache(maxsize=1)
def code_version() -> str:
    """SHA-256 over the source of this package, the domain it fills and the limits it applies."""
    inputs = Path(__file__).resolve().parents[1]
    sources = sorted([*inputs.rglob("*.py"), *(inputs.parent / "domain").glob("*.py")])
    parts = [source.name.encode() + b"\0" + source.read_bytes() for source in sources]
    return _digest([*parts, limits_text().encode()])


def _digest(parts: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for part in parts:  # each part by its own digest, so that no two lists of parts look alike
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


def cache_dir() -> Path | None:
    """The folder of what can be made again; None where the user has no such place. It may not exist yet."""
    stated = os.environ.get(CACHE_VARIABLE, "")
    if stated:
        return Path(stated) / "inputs"
    try:
        from platformdirs import user_cache_dir

        return Path(user_cache_dir("coopsim", appauthor=False)) / "inputs"
    except (ImportError, OSError, RuntimeError, KeyError):
        return None


def _load(path: Path) -> Any:
    """The content of an entry, or None when there is none or it is damaged."""
    try:
        checksum, _, text = path.read_text(encoding="utf-8").partition("\n")
        if hashlib.sha256(text.encode()).hexdigest() != checksum:
            return None
        return json.loads(text)
    except (OSError, ValueError):
        return None


def _save(folder: Path, key: str, text: str) -> None:
    """Write an entry whole or not at all."""
    import tempfile  # a warm start writes nothing

    checksum = hashlib.sha256(text.encode()).hexdigest()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".tmp")
    except OSError:
        return
    try:
        with open(handle, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(f"{checksum}\n{text}")
        os.replace(name, folder / f"{key}.json")
        entries = list(folder.glob("*.json"))
        if len(entries) > limit("cache_entries"):  # the newest stay
            for old in sorted(entries, key=lambda entry: entry.stat().st_mtime)[: -limit("cache_entries")]:
                old.unlink(missing_ok=True)
    except OSError:
        Path(name).unlink(missing_ok=True)
