"""The planner as `coopsim planner` serves it: a process of one's own, its address read from what it prints."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.browser.lab import REPOSITORY, environment
from tests.browser.screen import WAIT

#: A page of the planner that has an answer.
OPEN = ".cs-view[data-painted]"

_ADDRESS = re.compile(r"(http://(127\.0\.0\.1):(\d+)/)\?token=(\S+)")


@dataclass(frozen=True)
class App:
    """A running planner: its address without and with the token, the folder it was started in, and its process."""

    url: str
    port: int
    token: str
    folder: Path
    process: int

    @property
    def door(self) -> str:
        """The address a planner opens."""
        return f"{self.url}?token={self.token}"


@contextmanager
def running_app(
    work: Path, arguments: Sequence[str] = (), folder: Path | None = None, data: Path = REPOSITORY / "data"
) -> Iterator[App]:
    """`coopsim planner` in an empty folder, or in one there is; all its own files stay below `work`."""
    work.mkdir(parents=True, exist_ok=True)
    if folder is None:
        (folder := work / "desk").mkdir()
    command = [sys.executable, "-m", "sim", "planner", "--no-browser", *arguments]
    variables = {**environment(work), "COOPSIM_DATA": str(data)}
    with (work / "app.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(command, cwd=folder, env=variables, stdout=subprocess.PIPE, stderr=log, text=True)
        try:
            yield _app(work, server, folder)
        finally:
            server.send_signal(signal.SIGTERM)
            try:
                server.wait(timeout=30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def opened(tabs: Any, address: str) -> Any:
    """A new page of the planner in a browser's context, with its first answer."""
    page = tabs.new_page()
    page.goto(address, timeout=WAIT)
    page.wait_for_selector(OPEN, timeout=WAIT)
    return page


def _app(work: Path, server: subprocess.Popen[str], folder: Path) -> App:
    assert server.stdout
    for line in server.stdout:
        found = _ADDRESS.search(line)
        if found:
            return App(found.group(1), int(found.group(3)), found.group(4), folder, server.pid)
    raise AssertionError("the planner did not start:\n" + (work / "app.log").read_text(encoding="utf-8")[-3000:])
