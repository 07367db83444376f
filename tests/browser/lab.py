"""A JupyterLab of one's own on this machine, and a page in a real Chromium that may reach nothing else."""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parents[2]
VARIABLE = "COOPSIM_CHROMIUM"
_ON_PATH = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: Addresses beyond this machine. Others are let through by the browser itself: a page that probes its server must not
#: wait for a test that is calculating.
_ELSEWHERE = re.compile(r"^(?!https?://(?:127\.0\.0\.1|localhost)(?::\d+)?(?:/|$)|(?:data|blob|about):)")
#: No news, no look for newer versions, no pop-ups over the page.
_QUIET = {
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    }
}
_SERVER_WAIT, _STEP = 40.0, 0.1


class NoBrowser(AssertionError):
    """There is no Chromium: a test that needs one fails, it is not left out."""


def chromium() -> str:
    """The browser named by the environment, or one found on the path.

    Raises
    ------
    NoBrowser
        When there is none.
    """
    stated = os.environ.get(VARIABLE, "")
    found = stated or next((path for path in map(shutil.which, _ON_PATH) if path), "")
    if not found or not Path(found).exists():
        raise NoBrowser(f"no Chromium: set {VARIABLE}, or install one of {', '.join(_ON_PATH)}")
    return found


@dataclass(frozen=True)
class Lab:
    """A running server: where it is, and the folder it shows."""

    url: str
    token: str
    folder: Path


@contextmanager
def running_lab(work: Path, notebook: str, source: Path = REPOSITORY / "notebooks") -> Iterator[Lab]:
    """A JupyterLab in a folder that holds a copy of one notebook; all its own files stay below `work`."""
    folder = work / "notebooks"
    folder.mkdir(parents=True)
    shutil.copy(source / notebook, folder / notebook)
    token = secrets.token_hex(16)
    with (work / "server.log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(_command(folder, token), cwd=folder, env=environment(work), stdout=log, stderr=log)
        try:
            yield Lab(_address(work, server), token, folder)
        finally:
            server.terminate()
            try:
                server.wait(timeout=15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _command(folder: Path, token: str) -> list[str]:
    return [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root",
        "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", f"--ServerApp.root_dir={folder}",
        f"--IdentityProvider.token={token}", "--LabApp.expose_app_in_browser=True",
        "--LabApp.extension_manager=readonly",
        "--ServerApp.kernel_websocket_connection_class=sim.planner.prompt_connection.PromptConnection",
    ]  # fmt: skip


def environment(work: Path) -> dict[str, str]:
    """The tests' own environment with every folder of Jupyter moved out of the way."""
    settings = work / "settings"
    for name, values in _QUIET.items():
        path = settings / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(values), encoding="utf-8")
    folders = {
        "JUPYTER_CONFIG_DIR": "config", "JUPYTER_RUNTIME_DIR": "runtime", "IPYTHONDIR": "ipython",
        "JUPYTERLAB_SETTINGS_DIR": "settings", "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
    }  # fmt: skip
    paths = [str(REPOSITORY), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        **{name: str(work / place) for name, place in folders.items()},
        "PYTHONPATH": os.pathsep.join(paths),
    }


def _address(work: Path, server: subprocess.Popen[bytes]) -> str:
    """The address the server chose, from the file it writes once it listens."""
    until = time.monotonic() + _SERVER_WAIT
    while time.monotonic() < until and server.poll() is None:
        for info in (work / "runtime").glob("jpserver-*.json"):
            try:
                return str(json.loads(info.read_text(encoding="utf-8"))["url"])
            except ValueError:
                break  # half written
        time.sleep(_STEP)
    raise AssertionError("JupyterLab did not start:\n" + (work / "server.log").read_text(encoding="utf-8")[-3000:])


@dataclass
class Watched:
    """A page, what it tried to reach outside, and what it complained about."""

    page: Any
    blocked: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


@contextmanager
def running_browser() -> Iterator[Any]:
    """One Chromium for many pages."""
    from playwright.sync_api import sync_playwright

    flags = [*_FLAGS, *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else [])]
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium(), args=flags)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def watched_page(browser: Any, *, width: int = 1400, height: int = 900) -> Iterator[Watched]:
    """A page whose every request beyond this machine is refused and remembered."""
    viewport = {"width": width, "height": height}
    context = browser.new_context(viewport=viewport, locale="vi-VN", accept_downloads=True)
    watched = Watched(context.new_page())

    def gate(route: Any) -> None:
        watched.blocked.append(route.request.url)
        route.abort()

    watched.page.route(_ELSEWHERE, gate)
    watched.page.on("pageerror", lambda error: watched.errors.append(str(error)))
    try:
        yield watched
    finally:
        context.close()


def open_notebook(page: Any, lab: Lab, notebook: str) -> None:
    """Open a notebook in JupyterLab, put the file browser aside and wait until its kernel answers."""
    page.goto(f"{lab.url}lab/tree/{notebook}?token={lab.token}")
    page.wait_for_function("window.jupyterapp?.shell?.currentWidget?.sessionContext")
    page.evaluate(
        """async () => {
            const app = window.jupyterapp;
            await app.restored;
            const panel = app.shell.currentWidget;
            await panel.context.ready;
            await panel.sessionContext.ready;
            if (!app.shell.leftCollapsed) app.shell.collapseLeft();
        }"""
    )


def run_all(page: Any) -> None:
    """Run all cells, as from the menu."""
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
