"""What can be known to fail before anything runs: a folder that takes no files, a notebook without parameters.

What the system refuses comes with the advice that fits: a full disk is not mended by a permission.
"""

import errno
import json
import os
import tempfile
from collections.abc import Collection, Iterable
from pathlib import Path

from sim.domain import InputError, Problem
from sim.inputs.text import nearest
from sim.run.files import HALF_WRITTEN

_ADVICE = (
    dict.fromkeys((errno.ENOSPC, errno.EDQUOT), "disk_full")
    | dict.fromkeys((errno.EACCES, errno.EPERM, errno.EROFS), "folder_not_writable")
    | dict.fromkeys((errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENOTEMPTY), "path_in_the_way")
)
_TAG = "parameters"


def system_refusal(error: OSError, file: str = "") -> Problem:
    """The problem of an error of the system.

    Parameters
    ----------
    file : what was to be written, where it is better known than by the error
    """
    path = Path(file or str(error.filename or ""))
    shown = str(path.parent if HALF_WRITTEN.fullmatch(path.name) else path) if path.name else file
    key = _ADVICE.get(error.errno or 0, "disk_refused")
    return Problem(key, {"detail": error.strerror or str(error)}, file=shown)


def check_folder(folder: Path, within: Collection[str] | None = None) -> None:
    """Make a folder and see that it takes a file, and that no folder in it leads somewhere else.

    Parameters
    ----------
    within : names of the folders in it that will be written to; None where that is any of them

    Raises
    ------
    InputError
        When it does not, with the system's own words; when a folder in it is a link.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"\0")
    except OSError as error:
        raise InputError(system_refusal(error, str(folder))) from None
    # A linked file is replaced by ours; through a linked folder ours would land outside.
    here = folder.resolve()
    linked = [
        path
        for path in sorted(folder.iterdir())
        if (within is None or path.name in within) and path.is_dir() and path.resolve() != here / path.name
    ]
    if linked:
        raise InputError(*(Problem("folder_is_link", file=str(path)) for path in linked))


def check_kernel() -> None:
    """See that the kernel asked for by the environment exists.

    Otherwise every notebook would fail to start three times, with Jupyter's own words.

    Raises
    ------
    InputError
        When it does not; with the names there are.
    """
    from sim.run.kernels import FORKED, STOCK, VARIABLE

    asked, usual = os.environ.get(VARIABLE), (FORKED, STOCK)
    if not asked or asked in usual:
        return
    from jupyter_client.kernelspec import KernelSpecManager

    known = [*usual, *sorted(set(KernelSpecManager().find_kernel_specs()) - {*usual})]
    if asked not in known:
        near = nearest(asked, known)
        raise InputError(
            Problem("unknown_kernel", place=VARIABLE, value=asked, allowed=", ".join(known), suggestion=near)
        )


def check_templates(notebooks: Iterable[Path]) -> None:
    """See that each notebook has its one cell of parameters.

    Without it Papermill would put ours first, and the notebook's own would win: a page on another scenario.

    Raises
    ------
    InputError
        With every notebook that has none, several, or cannot be read.
    """
    problems: list[Problem] = []
    for path in notebooks:
        try:
            cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
            tagged = sum(_TAG in cell["metadata"].get("tags", ()) for cell in cells)
        except (OSError, ValueError, KeyError, TypeError):
            tagged = 0
        if tagged != 1:
            problems.append(Problem("template_parameters", file=path.name, place=f"metadata.tags.{_TAG}"))
    if problems:
        raise InputError(*problems)
