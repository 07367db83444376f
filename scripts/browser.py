"""Print the path of a Chromium that the browser tests can drive; get one when there is none.

Order: ``COOPSIM_CHROMIUM``, an installed Chromium, Chrome or Edge, the system package (apt, as root, and only where
``COOPSIM_SYSTEM_PACKAGES=1`` permits it), and last an npm package unpacked in ``.cache``, which changes nothing of the
system. The path goes to stdout, what is being done to stderr; exit 1 when all fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from package_source import ALLOW, may_install_system_packages  # noqa: E402  (needs the line above)

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache" / "chromium"
NPM_PACKAGE = "@sparticuz/chromium@147.0.0"  # the last release that Node.js 20 can unpack
COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "microsoft-edge",
            "microsoft-edge-stable", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    r"%ProgramFiles%\Google\Chrome\Application\chrome.exe",
    r"%ProgramFiles(x86)%\Microsoft\Edge\Application\msedge.exe",
    r"%ProgramFiles%\Microsoft\Edge\Application\msedge.exe",
)


def say(text: str) -> None:
    """Print one line of progress to stderr, at once."""
    print(f"coopsim: {text}", file=sys.stderr, flush=True)


def works(path: str | Path) -> bool:
    """Tell whether a browser starts: some systems ship a `chromium` that only says where to get one."""
    if os.name == "nt":  # there ``--version`` opens a window
        return Path(path).is_file()
    try:
        done = subprocess.run([str(path), "--version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and any(name in done.stdout for name in ("Chrom", "Edge"))


def installed() -> str | None:
    """Find a browser that is already there."""
    found = [shutil.which(command) for command in COMMANDS]
    candidates = [*filter(None, found), *map(os.path.expandvars, PLACES), str(CACHE / "run")]
    return next((path for path in candidates if Path(path).exists() and works(path)), None)


def from_system_packages() -> str | None:
    """Install Debian's chromium where that is permitted and this is root on a machine with apt."""
    if not may_install_system_packages() or os.name == "nt" or os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    say("no browser found: installing the system package chromium for the browser tests (a minute or so)")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        done = subprocess.run(["apt-get", *arguments], env=quiet, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True)
        if done.returncode != 0:
            say(f"apt-get {arguments[0]} failed: {done.stderr.strip()[-500:]}")
    return installed()


def from_npm() -> str | None:
    """Unpack a Chromium that an npm package carries, with the libraries it brings along (Linux, x86-64)."""
    if not (sys.platform == "linux" and shutil.which("npm") and shutil.which("node")):
        return None
    say(f"no browser found: fetching {NPM_PACKAGE} into .cache for the browser tests (about 70 MB)")
    CACHE.mkdir(parents=True, exist_ok=True)
    install = ["npm", "install", "--prefix", str(CACHE), "--no-audit", "--no-fund", "--ignore-scripts", "--silent"]
    # The variable makes the package unpack its own system libraries too, as it does on a bare machine.
    unpacking = {**os.environ, "TMPDIR": str(CACHE), "AWS_EXECUTION_ENV": "AWS_Lambda_nodejs22.x"}
    unpack = 'import("@sparticuz/chromium").then(m => m.default.executablePath())'
    for command in ([*install, NPM_PACKAGE], ["node", "-e", unpack]):
        done = subprocess.run(command, cwd=CACHE, env=unpacking, capture_output=True, text=True)
        if done.returncode != 0:
            say(f"{command[0]} failed: {done.stderr.strip()[-500:]}")
            return None
    runner = CACHE / "run"
    runner.write_text('#!/bin/sh\nhere="$(cd "$(dirname "$0")" && pwd)"\n'
                      'export LD_LIBRARY_PATH="$here/al2023/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"\n'
                      'exec "$here/chromium" "$@"\n', encoding="utf-8")
    runner.chmod(0o755)
    return str(runner) if works(runner) else None


def find() -> str | None:
    """Return the path of a working browser, or None after saying why there is none."""
    named = os.environ.get("COOPSIM_CHROMIUM")
    if named:
        chosen = shutil.which(named) or named
        if works(chosen):
            return chosen
        say(f"COOPSIM_CHROMIUM names {named}, which does not start as a Chromium, Chrome or Edge")
        return None
    path = installed() or from_system_packages() or from_npm()
    if path is None:
        say("no Chromium, Chrome or Edge for the browser tests: install one (Debian, Ubuntu: sudo apt-get install "
            f"chromium; {ALLOW}=1 has this done for you), or set COOPSIM_CHROMIUM to its path")
        say("không có Chromium, Chrome hay Edge để kiểm thử: hãy cài một trình duyệt (Debian, Ubuntu: sudo apt-get "
            f"install chromium; đặt {ALLOW}=1 để tự cài), hoặc đặt COOPSIM_CHROMIUM là đường dẫn của nó")
    return path


if __name__ == "__main__":
    browser = find()
    if browser is None:
        sys.exit(1)
    print(browser)
