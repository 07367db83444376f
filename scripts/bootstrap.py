"""Set up coopsim in ``.venv``: exactly the hashed versions of the locks, and the project itself.

    python3 scripts/bootstrap.py runtime            what `make report` needs
    python3 scripts/bootstrap.py dev                the same and the test tools
    python3 scripts/bootstrap.py lock [--upgrade]   write the locks anew from pyproject.toml
    python3 scripts/bootstrap.py report|planner|lab|test [ARGUMENTS]   set up, then do it: for whoever has no make

The standard library is all it needs. It does nothing, in a moment, when `.venv` already answers to the locks.
uv installs, because it is many times faster than pip; pip takes over when uv cannot do its work.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from package_source import ALLOW, may_install_system_packages, pip_settings, uv_environment  # noqa: E402  (needs the line above)

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "coopsim-setup.json"
WINDOWS = os.name == "nt"
BIN = VENV / ("Scripts" if WINDOWS else "bin")
PYTHON = BIN / ("python.exe" if WINDOWS else "python")
UV = BIN / ("uv.exe" if WINDOWS else "uv")
LOCKS = {"runtime": ["requirements.lock"], "dev": ["requirements.lock", "requirements-dev.lock"]}
OLDEST = (3, 11)
NEWER = ("python3.13", "python3.12", "python3.11")


class SetUpError(Exception):
    """A step that could not be done; the text says which and what to do."""


def say(text: str) -> None:
    """Print one line of progress to stderr, at once."""
    print(f"coopsim: {text}", file=sys.stderr, flush=True)


def call(command: list, *, env: dict[str, str] | None = None) -> bool:
    """Run a command and tell whether it succeeded; its standard output goes to stderr."""
    return subprocess.run([str(part) for part in command], cwd=ROOT, env=env, stdout=sys.stderr).returncode == 0


# --- what is there already --------------------------------------------------------------------------------------

def use_a_new_enough_python() -> None:
    """Start again under a Python that is new enough, when this one is not."""
    if sys.version_info >= OLDEST:
        return
    for name in NEWER:
        found = shutil.which(name)
        if found and subprocess.run([found, "-c", ""], stderr=subprocess.DEVNULL).returncode == 0:
            sys.exit(subprocess.run([found, *sys.argv]).returncode)
    here = ".".join(map(str, sys.version_info[:2]))
    say(f"Python 3.11 or newer is needed; {sys.executable} is {here}. Name another one: make report PYTHON=…")
    say(f"Cần Python 3.11 trở lên; bản hiện có là {here}. Chỉ định bản khác: make report PYTHON=…")
    sys.exit(2)


def interpreter_key() -> list[str]:
    """What a virtual environment depends on: the Python under it and the place where it lies."""
    return [sys.version.split()[0], os.path.realpath(sys.executable), str(VENV)]


def fingerprint(profile: str) -> str:
    """Hash of everything that decides what a profile installs: the locks and the project's own metadata."""
    import tomllib  # here, so that an old Python can still read this file and say that it is too old

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    digest = hashlib.sha256(json.dumps([project["build-system"], project["project"]], sort_keys=True).encode())
    for lock in LOCKS[profile]:
        digest.update((ROOT / lock).read_bytes())
    return digest.hexdigest()


def read_stamp() -> dict:
    """What the last finished set-up left behind; empty when there is none that can be used."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    usable = PYTHON.exists() and stamp.get("interpreter") == interpreter_key()
    return stamp if usable else {}


# --- the steps --------------------------------------------------------------------------------------------------

def make_venv() -> None:
    """Make an empty ``.venv``; without pip, which takes longer to unpack than uv takes to install everything."""
    import venv

    say(f"making a virtual environment with Python {sys.version.split()[0]} in .venv")
    venv.EnvBuilder(clear=True, symlinks=not WINDOWS, with_pip=False).create(VENV)


def pip_command() -> list:
    """Return a pip that installs into ``.venv``: this Python's own one, else one unpacked there."""
    probe = subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True)
    if probe.returncode == 0:
        return [sys.executable, "-m", "pip", "--python", PYTHON]
    unpack = [str(PYTHON), "-m", "ensurepip", "--default-pip"]
    if subprocess.run(unpack, capture_output=True).returncode != 0:
        add_system_pip()
        if subprocess.run(unpack, capture_output=True).returncode != 0:
            raise SetUpError("this Python has neither pip nor ensurepip. Install them and run this again; on Debian or "
                             f"Ubuntu: sudo apt-get install python3-venv ({ALLOW}=1 has this done for you)\n"
                             "coopsim: Python này chưa có pip. Hãy cài rồi chạy lại; trên Debian hay Ubuntu: "
                             f"sudo apt-get install python3-venv (đặt {ALLOW}=1 để chương trình tự cài)")
    return [PYTHON, "-m", "pip"]


def add_system_pip() -> None:
    """Debian keeps ensurepip in a package of its own: install it where somebody said that this may be done."""
    if not may_install_system_packages() or WINDOWS or os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    say("this Python has no pip: installing the system package python3-venv")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    if call(["apt-get", "update", "-qq"], env=quiet):
        call(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "python3-venv"], env=quiet)


def pip_install(*arguments: object) -> bool:
    """Install with pip, whose own configuration says from where."""
    env = {**os.environ, "PIP_USER": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    return call([*pip_command(), "install", "-qq", "--no-deps", *arguments], env=env)


def uv_pip(*arguments: object) -> bool:
    """Run ``uv pip …`` for ``.venv``, with pip's configuration put into uv's words."""
    if not UV.exists():
        return False
    quiet = [] if sys.stderr.isatty() else ["--quiet"]
    env = uv_environment(pip_settings(sys.executable), os.environ)
    env["VIRTUAL_ENV"] = str(VENV)
    env.pop("UV_SYSTEM_PYTHON", None)
    return call([UV, *quiet, "pip", *arguments], env=env)


def locked_entry(name: str) -> str:
    """Return the lines of one package in requirements.lock: version, marker and hashes."""
    entry: list[str] = []
    for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{name}==") or (entry and line.startswith("    --hash")):
            entry.append(line)
        elif entry:
            break
    return "\n".join(entry).rstrip("\\ ") + "\n"


def install_uv() -> None:
    """Put the locked uv into ``.venv``; without it pip does everything, only slower."""
    pinned = locked_entry("uv")
    version = pinned.split()[0]
    try:
        present = subprocess.run([str(UV), "--version"], capture_output=True, text=True).stdout.split()
    except OSError:
        present = []
    if len(present) > 1 and version == f"uv=={present[1]}":
        return
    say(f"fetching the installer ({version})")
    wanted = VENV / "installer.txt"
    wanted.write_text(pinned, encoding="utf-8")
    if not pip_install("--only-binary", ":all:", "--require-hashes", "-r", wanted):
        say("the installer cannot be had here")


def install_locked(profile: str) -> None:
    """Install what the locks of a profile name, and nothing else."""
    locks = LOCKS[profile]
    entries = {line.split("==")[0] for lock in locks for line in (ROOT / lock).read_text(encoding="utf-8").splitlines()
               if line[:1].isalnum()}
    say(f"downloading and installing up to {len(entries)} packages, each checked against its hash")
    if uv_pip("sync", "--require-hashes", *locks):
        return
    say("uv could not do it; trying pip, which takes a minute or two longer")
    if not pip_install("--require-hashes", *[part for lock in locks for part in ("-r", lock)]):
        raise SetUpError("the packages could not be installed. Is a package index reachable? "
                         "`pip config list` shows which one is asked; PIP_INDEX_URL or PIP_FIND_LINKS names another")


def install_project() -> None:
    """Install coopsim itself so that the code in this folder is what runs; asks no network."""
    options = ("--no-build-isolation", "--editable", ROOT)
    if uv_pip("install", "--offline", "--no-deps", *options) or pip_install("--no-index", *options):
        return
    raise SetUpError("coopsim itself could not be installed into .venv; the lines above say why")


def set_up(profile: str) -> None:
    """Bring ``.venv`` to the state the locks describe; test tools that are there stay there."""
    stamp = read_stamp()
    if stamp.get(profile) == fingerprint(profile):
        return
    if not stamp:
        make_venv()
    STAMP.unlink(missing_ok=True)
    profiles = ["runtime", "dev"] if profile == "dev" or "dev" in stamp else ["runtime"]
    install_uv()
    install_locked(profiles[-1])
    install_project()
    done = {"interpreter": interpreter_key(), **{name: fingerprint(name) for name in profiles}}
    temporary = STAMP.with_suffix(".tmp")
    temporary.write_text(json.dumps(done), encoding="utf-8")
    os.replace(temporary, STAMP)
    say("ready")


# --- the locks --------------------------------------------------------------------------------------------------

def write_locks(upgrade: bool) -> None:
    """Resolve pyproject.toml once for every supported Python and system, with hashes and without addresses."""
    common = ["compile", "--universal", "--fork-strategy", "fewest", "--generate-hashes", "--no-annotate",
              "--no-emit-index-url", "--no-emit-find-links", "--custom-compile-command", "make lock", "--quiet"]
    common += ["--upgrade"] if upgrade else []
    # Only the main index: a local mirror knows some of the files of a release, so it gives some of the hashes.
    env = uv_environment({key: value for key, value in pip_settings(sys.executable).items()
                          if key not in ("extra-index-url", "find-links")}, os.environ)
    runtime, dev = LOCKS["dev"]
    jobs = ([*common, "pyproject.toml", "--group", "setup", "-o", runtime],
            [*common, "--group", "dev", "-c", runtime, "-o", dev])
    for job in jobs:
        say(f"resolving {job[-1]}")
        if not call([UV if UV.exists() else "uv", "pip", *job], env=env):
            raise SetUpError(f"{job[-1]} could not be resolved")
        if "://" in (ROOT / job[-1]).read_text(encoding="utf-8"):
            raise SetUpError(f"{job[-1]} holds an address; it must not")


def start(verb: str, arguments: list[str]) -> int:
    """Do what `make` does under this name, where there is no make; returns the exit code."""
    coopsim = [str(PYTHON), "-m", "sim"]
    lab = [str(PYTHON), "-m", "jupyterlab", "--ip=127.0.0.1", "--LabApp.news_url=None", "notebooks/00_start_here.ipynb"]
    commands = {
        "report": [*coopsim, "report", "-o", "results", *arguments],
        "planner": [*coopsim, "planner", *arguments],
        "lab": [*lab, *arguments],
        "test": [str(PYTHON), "-m", "pytest", "-q", "-n", "auto", "-m", "not slow", *arguments],
    }
    # A package path or home meant for another Python would be found before .venv.
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    return subprocess.run(commands[verb], cwd=ROOT, env=env).returncode


VERBS = ("report", "planner", "lab", "test")


def main() -> int:
    """Do what the command line asks; 0 when done, 2 when it cannot be done, 130 when stopped."""
    parser = argparse.ArgumentParser(description="Set up coopsim in .venv.")
    parser.add_argument("profile", choices=("runtime", "dev", "lock", *VERBS))
    parser.add_argument("--upgrade", action="store_true", help="with lock: take the newest versions allowed")
    options, arguments = parser.parse_known_args()
    if arguments and options.profile not in VERBS:
        parser.error(f"unknown arguments: {' '.join(arguments)}")
    use_a_new_enough_python()
    try:
        if options.profile == "lock":
            write_locks(options.upgrade)
        else:
            set_up("dev" if options.profile in ("dev", "test") else "runtime")
            if options.profile in VERBS:
                return start(options.profile, arguments)
    except SetUpError as problem:
        say(str(problem))
        return 2
    except KeyboardInterrupt:
        say("stopped; the next run starts the set-up afresh")
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
