"""A cache of a test's own, nothing remembered from before, and the day by the computer's clock."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from sim.inputs.text import places as cache

#: Where tests of reading find the module behind the door.
__all__ = ["cache", "clock", "own_cache"]


def own_cache(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is read from here on is read anew and kept in this folder."""
    monkeypatch.setenv("COOPSIM_CACHE", str(folder))
    cache.forget()


def clock(monkeypatch: pytest.MonkeyPatch, year: int) -> None:
    """Let the computer's clock stand in the middle of a year."""

    class Day(datetime.date):
        @classmethod
        def today(cls) -> datetime.date:
            return cls(year, 6, 15)

    monkeypatch.setattr(cache, "date", Day)
