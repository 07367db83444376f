"""What a computer is without – a step of a drive, a place for a cache, a sound one – is noted, said once a command."""

import atexit
import errno
import os
import sys
from collections.abc import Collection
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from sim.domain import CoopsimError, InputError, Problem

#: What a file system answers that has no such step: network drives (SMB, NFS), folders of a virtual machine, FAT.
ABSENT = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.ENOLCK, errno.ENOTTY})
#: Steps that a file system may be without.
FLUSH, LOCK, CACHE = "flush", "lock", "cache"
_without: set[str] = set()
#: The first damaged entry, until it is told.
_damaged: list[Path] = []
_told: list[Path] = []


def go_without(step: str) -> None:
    """Note a step that a file system does not have; the user hears of it once."""
    _without.add(step)


def gone_without() -> tuple[str, ...]:
    """The steps that were noted since this was asked last."""
    found = tuple(sorted(_without))
    _without.clear()
    return found


def flush(descriptor: int, absent: Collection[int] = ABSENT) -> None:
    """Bring what was written to the disk; a file system that cannot be told to is gone without.

    Raises
    ------
    OSError
        When the disk refuses.
    """
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in absent:
            raise
        go_without(FLUSH)


#: Begins the name of a cache that lasts as long as the process whose number follows.
_PASSING = "coopsim-cache-"


@lru_cache(maxsize=8)
def takes_files(folder: Path) -> bool:
    """Whether files can be put into a folder, which is made when missing."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK | os.X_OK)


def passing_cache() -> Path | None:
    """A cache for this process and what it starts, where the user's own cannot be written (no HOME, a full disk).

    Without it every notebook would compute again what the command has just computed.
    """
    go_without(CACHE)
    return _passing_cache()


@lru_cache(maxsize=1)
def _passing_cache() -> Path | None:
    import shutil
    import tempfile

    import psutil

    try:
        made = Path(tempfile.mkdtemp(prefix=f"{_PASSING}{os.getpid()}-"))
    except OSError:
        return None
    for other in made.parent.glob(f"{_PASSING}*"):  # what a process left that was killed
        with suppress(ValueError, OSError):
            if not psutil.pid_exists(int(other.name.removeprefix(_PASSING).split("-")[0])):
                shutil.rmtree(other, ignore_errors=True)
    atexit.register(_take_away, made, os.getpid())
    return made


def _take_away(folder: Path, maker: int) -> None:
    """Remove a folder at the end of the process that made it, not of its forks."""
    import shutil

    if os.getpid() == maker:
        shutil.rmtree(folder, ignore_errors=True)


def made_anew(path: Path) -> None:
    """Say once a command that an entry of the cache was damaged and is made anew: the disk may be failing."""
    if not (_damaged or _told):
        _damaged.append(path)
    if CoopsimError.in_words:
        tell_damage()
    else:  # the words themselves are just being read
        atexit.register(tell_damage)


def tell_damage() -> None:
    """Say what `made_anew` could not say at once."""
    if not _damaged:
        return
    _told.append(_damaged.pop())
    try:
        print(CoopsimError(Problem("cache_damaged", file=str(_told[0]), warning=True)), file=sys.stderr)
    except (OSError, ValueError):
        return  # nobody can be told


def another_command() -> None:
    """What an earlier command of this process went without, or said, is over: the next one says it again."""
    for noted in (_without, _damaged, _told):
        noted.clear()


#: Open files that a few kernels or pages need, and what is asked for where it may be.
_FEWEST, _FILES = 256, 4096


def require_files() -> None:
    """Ask for as many open files as a report or a server needs.

    Raises
    ------
    InputError
        When the system allows too few.
    """
    if sys.platform == "win32":
        return
    import resource

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
    if soft != resource.RLIM_INFINITY and soft < _FEWEST:
        raise InputError(Problem("few_files", place="ulimit -n", value=soft, allowed=f"{_FEWEST} …"))
