"""What the system refused, told with the advice that fits: a full disk is not mended by a permission."""

from __future__ import annotations

import errno
import re
from pathlib import Path

from sim.domain.errors import Problem

_ADVICE = {
    "disk_full": (errno.ENOSPC, errno.EDQUOT),
    "folder_not_writable": (errno.EACCES, errno.EPERM, errno.EROFS),
    "path_in_the_way": (errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENOTEMPTY),
}
_KEY_OF = {number: key for key, numbers in _ADVICE.items() for number in numbers}
#: A file being written beside its target; no user knows its name.
_HALF_WRITTEN = re.compile(r"\.[a-z0-9_]{8}\.part")


def system_refusal(error: OSError, file: str = "") -> Problem:
    """The problem of an error of the system.

    Parameters
    ----------
    file : what was to be written, where it is better known than by the error
    """
    path = Path(file or str(error.filename or ""))
    shown = str(path.parent if _HALF_WRITTEN.fullmatch(path.name) else path) if path.name else file
    key = _KEY_OF.get(error.errno or 0, "disk_refused")
    return Problem(key, {"detail": error.strerror or str(error)}, file=shown)
