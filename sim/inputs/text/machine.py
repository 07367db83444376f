"""What a computer is without – some step of a drive, a sound cache – is noted, and said once a command."""

import atexit
import errno
import os
import sys
from collections.abc import Collection
from pathlib import Path

from sim.domain import CoopsimError, Problem

#: What a file system answers that has no such step: network drives (SMB, NFS), folders of a virtual machine, FAT.
ABSENT = frozenset({errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.ENOLCK, errno.ENOTTY})
#: Steps that a file system may be without.
FLUSH, LOCK = "flush", "lock"
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
