"""A cache of a test's own, and nothing remembered from before."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.inputs.text import places as cache

#: Where tests of reading find the module behind the door.
__all__ = ["cache", "own_cache"]


def own_cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read from here on is read anew and kept in this folder."""
    monkeypatch.setenv("COOPSIM_CACHE", str(folder))
    cache.forget()
