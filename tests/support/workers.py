"""Several pytest workers on one machine: what they share, what each has to itself, and who may be alone.

`make test` runs one worker a core. A worker has its own Chromium, planner, JupyterLab, folders, ports and zygotes.
All share the user's cache, which the first one fills. What needs the machine to itself is marked `alone`: it waits
until the other workers are between two tests, and they wait for it.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from filelock import FileLock
from xdist.scheduler import LoadScopeScheduling

#: Folders and files in the order in which workers take them up: what takes longest first, so that they end together.
LONGEST = (
    "tests/browser/", "tests/batch/test_broken_scenarios.py", "tests/batch/", "tests/export/", "tests/recovery/",
    "tests/unit/test_page_languages.py", "tests/unit/test_report_pages.py", "tests/security/", "tests/faults/",
)  # fmt: skip
#: Folders whose files stay on one worker: they share a planner, a screen and a browser.
TOGETHER = ("tests/browser/",)
#: More workers than this gain nothing: many tests use several processes of their own.
MOST = 4


class ByFile(LoadScopeScheduling):
    """Hands out whole files, so that what a module sets up is set up once, the longest first."""

    def _split_scope(self, nodeid: str) -> str:
        path = nodeid.partition("::")[0]
        return next((folder for folder in TOGETHER if path.startswith(folder)), path)


def rank(nodeid: str) -> int:
    """Place of a test in the order of work."""
    return next((place for place, start in enumerate(LONGEST) if nodeid.startswith(start)), len(LONGEST))


class Floor:
    """The machine as workers share it: each test has a place on it, or all of them.

    Whoever wants a place passes the turnstile; one who wants to be alone stays in it until every place is free, so
    that a row of short tests cannot keep it waiting for ever.
    """

    def __init__(self, folder: Path, worker: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{worker}.here").touch()
        self._folder, self._own = folder, FileLock(folder / worker)
        self._turnstile, self.cache = FileLock(folder / "turnstile"), FileLock(folder / "cache")

    @contextmanager
    def place(self, *, alone: bool) -> Iterator[None]:
        """Hold one's own place, or everybody's."""
        with ExitStack() as held:
            with self._turnstile:
                for lock in self._everybody() if alone else [self._own]:
                    held.enter_context(lock)
                if alone:
                    yield
                    return
            yield

    def _everybody(self) -> list[FileLock]:
        return [FileLock(path.with_suffix("")) for path in sorted(self._folder.glob("*.here"))]


class Worker:
    """What one of several workers does beside its tests.

    Parameters
    ----------
    folder : the same for all workers of a run
    name : this worker's
    """

    def __init__(self, folder: Path, name: str) -> None:
        self._floor = Floor(folder, name)
        self._sockets = tempfile.mkdtemp(prefix="w")  # a short name, because paths of sockets must be short

    def pytest_sessionstart(self) -> None:
        """Zygotes of this worker's own, and one posterior for all: who comes first makes it, the others wait for it."""
        from sim.evidence import load_knowledge

        os.environ["XDG_RUNTIME_DIR"] = self._sockets
        with self._floor.cache, suppress(Exception):  # what fails here fails again in a test, and is told there
            load_knowledge()

    def pytest_sessionfinish(self) -> None:
        from sim.run import kernels

        kernels.release()
        shutil.rmtree(self._sockets, ignore_errors=True)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """The longest first, on every worker alike."""
        items.sort(key=lambda item: rank(item.nodeid))

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Outside the time a test may take: a place on the machine, or the whole of it."""
        with self._floor.place(alone=item.get_closest_marker("alone") is not None):
            return (yield)
