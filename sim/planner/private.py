"""What a planner's server has for itself: a folder, sockets, an environment in which no Jupyter of the user's is found.

The folder goes when the server ends; what one that was killed left behind goes when the next one starts.
"""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from sim.domain import InputError, Problem

PREFIX = "coopsim-planner-"
_LOCK = "in-use.lock"
#: A folder without a lock is being made just now, unless it is older [s].
_MAKING = 60
#: The longest path of a Unix socket [bytes]: 107 on Linux, 103 on a Mac.
_LONGEST = 103
#: What is added to the folder: a kernel's own random name and the number of its channel.
_SOCKET = "k0123456789ab-5"
#: Variables that lead to what a user set up for Jupyter, IPython and Voilà, by their beginnings.
_USERS = ("JUPYTER", "IPYTHON", "VOILA_", "PYTHONSTARTUP")


@dataclass(frozen=True)
class Lodging:
    """A private folder; whether its path is short enough for sockets."""

    folder: Path
    sockets: bool

    def below(self, name: str) -> Path:
        """A folder below it, made when missing."""
        path = self.folder / name
        path.mkdir(mode=stat.S_IRWXU, exist_ok=True)
        return path


@contextmanager
def lodging() -> Iterator[Lodging]:
    """A folder of this server's own, gone afterwards; those of servers that were killed go first.

    Raises
    ------
    InputError
        When no folder for temporary files can be written.
    """
    bases = _bases()
    for base in bases:
        sweep(base)
    found = _made(bases)
    lock = FileLock(found.folder / _LOCK)
    with suppress(OSError, NotImplementedError):  # a place without locks: then nobody can sweep it either
        lock.acquire(timeout=0)
    try:
        yield found
    finally:
        lock.release()
        shutil.rmtree(found.folder, ignore_errors=True)


def sweep(base: Path) -> None:
    """Remove the folders of servers that ended without being able to."""
    for folder in base.glob(f"{PREFIX}*"):
        with suppress(OSError, NotImplementedError):
            state = folder.lstat()
            if not stat.S_ISDIR(state.st_mode) or (hasattr(os, "getuid") and state.st_uid != os.getuid()):
                continue
            if not (folder / _LOCK).exists() and time.time() - state.st_mtime < _MAKING:
                continue
            with suppress(Timeout):
                with FileLock(folder / _LOCK, timeout=0):
                    pass
                shutil.rmtree(folder, ignore_errors=True)


def _bases() -> list[Path]:
    """Where temporary folders may be made, the usual place first."""
    with suppress(FileNotFoundError):  # none can be written
        tempfile.gettempdir()
    stated = [tempfile.tempdir, os.environ.get("XDG_RUNTIME_DIR"), "/tmp" if os.name == "posix" else None]
    return [path for path in map(Path, dict.fromkeys(filter(None, stated))) if path.is_dir()]


def _made(bases: list[Path]) -> Lodging:
    """A folder in the first base whose path is short enough for sockets, else in the first that can be written."""
    short = {base: len(os.fsencode(base / f"{PREFIX}{'x' * 8}" / _SOCKET)) <= _LONGEST for base in bases}
    for base in sorted(bases, key=lambda base: not short[base]):
        with suppress(OSError):
            return Lodging(Path(tempfile.mkdtemp(prefix=PREFIX, dir=base)), short[base] and os.name != "nt")
    tried = ", ".join(map(str, bases)) or os.environ.get("TMPDIR", "")
    raise InputError(Problem("planner_no_folder", place="TMPDIR", value=tried))


def shut_out(home: Lodging, web: Path) -> None:
    """Leave nothing in this process's environment by which a user's Jupyter would be found.

    Parameters
    ----------
    web : folder with the planner's own template
    """
    for name in [name for name in os.environ if name.startswith(_USERS)]:
        del os.environ[name]
    folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    os.environ.update({name: str(home.below(name.lower())) for name in folders})
    os.environ["JUPYTER_PLATFORM_DIRS"] = "1"  # else it warns
    os.environ["JUPYTER_PATH"] = str(web)
    from jupyter_core import paths

    for listed in (paths.SYSTEM_CONFIG_PATH, paths.ENV_CONFIG_PATH):
        listed.clear()
    paths.SYSTEM_JUPYTER_PATH[:] = [path for path in paths.SYSTEM_JUPYTER_PATH if path in paths.ENV_JUPYTER_PATH]
