"""An installed Chromium, Chrome or Edge, found and made to print: no network, no profile, no endless wait."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import psutil

from sim.domain.errors import Problem, RunError

#: Names the path of a browser that is to be used instead of a found one.
VARIABLE = "COOPSIM_CHROMIUM"
_COMMANDS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
    "microsoft-edge-stable", "msedge",
)  # fmt: skip
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Google\Chrome\Application\chrome.exe",
    r"%LocalAppData%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles%\Microsoft\Edge\Application\msedge.exe",
    r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
)
_OFFLINE = (
    "--headless", "--disable-gpu", "--disable-quic", "--disable-extensions", "--no-first-run", "--disable-sync",
    "--no-default-browser-check", "--disable-background-networking", "--disable-component-update",
    "--disable-default-apps", "--host-resolver-rules=MAP * ~NOTFOUND", "--proxy-server=127.0.0.1:9",
)  # fmt: skip
_PRINTING = ("--no-pdf-header-footer", "--generate-pdf-document-outline")
#: Seconds a browser may take to start, and to print.
_START, _PRINT = 60, 180


def find_browser() -> str:
    """The browser to print with.

    Raises
    ------
    RunError
        When there is none, or the one that was named does not start.
    """
    named = os.environ.get(VARIABLE)
    if named:
        chosen = shutil.which(named) or named
        if _starts(chosen):
            return chosen
        raise RunError(Problem("browser_named_wrong", {"variable": VARIABLE}, value=named))
    found = [path for command in _COMMANDS if (path := shutil.which(command))]
    for candidate in [*found, *map(os.path.expandvars, _PLACES)]:
        if _starts(candidate):
            return candidate
    raise RunError(Problem("browser_missing", {"variable": VARIABLE}))


@cache
def _starts(path: str) -> bool:
    """Whether a browser starts: some systems ship a `chromium` that only says where to get one."""
    if not Path(path).is_file():
        return False
    if sys.platform == "win32":  # there ``--version`` opens a window
        return True
    try:
        done = subprocess.run([path, "--version"], capture_output=True, text=True, timeout=_START, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and any(name in done.stdout for name in ("Chrom", "Edge"))


def print_page(html: str) -> bytes:
    """A page as PDF.

    Parameters
    ----------
    html : a self-contained page without script

    Raises
    ------
    RunError
        When no browser is found, or it does not finish in time.
    """
    browser = find_browser()
    with tempfile.TemporaryDirectory(prefix="coopsim-print-", ignore_cleanup_errors=True) as folder:
        page, out = Path(folder, "page.html"), Path(folder, "page.pdf")
        page.write_text(html, encoding="utf-8")
        command = [browser, *_OFFLINE, *_PRINTING, *_as_root(), f"--user-data-dir={Path(folder, 'profile')}"]
        _run([*command, f"--print-to-pdf={out}", page.as_uri()])
        if not out.is_file() or not out.stat().st_size:
            raise RunError(Problem("browser_did_not_print", {"browser": browser}))
        return out.read_bytes()


def _as_root() -> tuple[str, ...]:
    """Chromium's sandbox does not start for root; the page has no script anyway."""
    return ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()


def _run(command: list[str]) -> None:
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        process.wait(_PRINT)
    except subprocess.TimeoutExpired:
        raise RunError(Problem("browser_too_slow", {"browser": command[0], "seconds": _PRINT})) from None
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill a browser that still runs, with every process it started."""
    if process.poll() is not None:
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        for child in psutil.Process(process.pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):
                child.kill()
    process.kill()
    process.wait()
