"""Files written whole or not at all, their names, and tables as CSV."""

import contextlib
import csv
import errno
import hashlib
import io
import os
import re
import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from sim.domain import fingerprint
from sim.inputs.text import ABSENT, FLUSH, csv_cell, flush, go_without

#: Names that a page of the report itself takes, or that some systems cannot hold.
TAKEN = frozenset(
    {"index", "compare", "decisions", "uncertainty", "data", "credibility", "ledger", "explorer"}
    | {"summary", "targets", "nowcast", "record"}
    | {"con", "prn", "aux", "nul"}
    | {f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10)}
)
#: Formats with a file of each scenario, in the order they are offered; those of them that are made from a page.
PER_SCENARIO, OF_A_PAGE = ("pdf", "docx", "xlsx"), ("pdf", "docx")
#: Every form of a report, in the order they are named in; the pages are always made, all else hangs on them.
FORMATS = ("html", "explorer", *PER_SCENARIO)
#: Ending of files that are being written.
_PART = ".part"
#: What they are called, beside their targets; no user knows these names.
HALF_WRITTEN = re.compile(rf"\.[a-z0-9_]{{8}}{re.escape(_PART)}")

#: What a slug does not hold; the longest stem kept.
_UNSAFE = re.compile(r"[^a-z0-9.-]+")
_LONGEST = 120
#: How often, and how many seconds apart, a file that is held open is tried again: 2.5 s in all.
_ATTEMPTS, _PAUSE = 10, 0.25

#: The same for what is done to a folder; some do not even open one.
_FOLDER_ABSENT = ABSENT | {errno.EPERM, errno.EACCES, errno.EBADF, errno.EISDIR}
#: A file that is not there yet, as bytes.
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def write_atomic(path: Path, content: bytes | str) -> None:
    """Write beside the target, flush to disk, then put it in place in one step.

    Who may read it is up to the user's umask. A file system that cannot flush is written to all the same.

    Raises
    ------
    OSError
        When the disk refuses; the old file is then still whole and nothing is left behind.
    """
    write_all({path: content})


def write_all(contents: Mapping[Path, bytes | str]) -> None:
    """Write files beside their targets; each is put in place only once all of them are on the disk.

    Raises
    ------
    OSError
        When the disk refuses; a disk that is full does before any old file has gone. Nothing is left behind.
    """
    parts: dict[Path, Path] = {}
    try:
        for path, content in contents.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            parts[path] = path.with_name(f".{secrets.token_hex(4)}{_PART}")
            with os.fdopen(os.open(parts[path], _NEW, 0o666), "wb") as file:  # its mode is what the umask leaves of it
                file.write(content.encode() if isinstance(content, str) else content)
                file.flush()
                flush(file.fileno())
        for path, part in parts.items():
            _put(part, path)
    except BaseException:
        for part in parts.values():
            with contextlib.suppress(OSError):
                os.unlink(part)
        raise
    if hasattr(os, "O_DIRECTORY"):  # Windows keeps no handle on folders
        for folder in dict.fromkeys(path.parent for path in parts):
            _flush_folder(folder)


def _put(part: Path, path: Path) -> None:
    """Put a written file in place; one that a program holds open on Windows gets a moment to be let go."""
    for left in reversed(range(_ATTEMPTS + 1)):
        try:
            return os.replace(part, path)
        except PermissionError:
            if not left:
                raise
            time.sleep(_PAUSE)


def _flush_folder(folder: Path) -> None:
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        if error.errno not in _FOLDER_ABSENT:
            raise
        go_without(FLUSH)
        return
    try:
        flush(descriptor, _FOLDER_ABSENT)
    finally:
        os.close(descriptor)


def sweep(folder: Path) -> None:
    """Remove what writers that were killed half-way left in a folder and below; other programs have part files too."""
    for path in folder.rglob(f".*{_PART}"):
        if HALF_WRITTEN.fullmatch(path.name) and path.is_file() and not path.is_symlink():
            path.unlink()


def sha256_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def page_stem(slug: str) -> str:
    """File name stem of a scenario's page: its slug, with a hash only where the name had to change.

    A file that was refused may have any name; what no file on every system can be called is left out.
    """
    safe = _UNSAFE.sub("-", slug.lower()).strip("-.")[:_LONGEST]
    taken = not safe or safe.split(".", 1)[0] in TAKEN
    if taken:
        safe = safe.replace(".", "-")  # some systems reserve a name whatever follows its first dot
    return f"{safe or 'x'}-{fingerprint(slug)[:8]}" if taken or safe != slug else slug


def csv_text(
    columns: Sequence[str], rows: Iterable[Sequence[object]], number: Callable[[float], object] = repr
) -> str:
    """CSV text in which no words become a formula: UTF-8 when written, ``\\n`` line ends, dot decimals.

    Parameters
    ----------
    number : writes a float; by default with all its digits
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    # A NumPy number is a float too, but its own repr names its type.
    cells = ([number(float(value)) if isinstance(value, float) else csv_cell(value) for value in row] for row in rows)
    writer.writerows(cells)
    return buffer.getvalue()


def merge_csv(texts: Iterable[str]) -> str:
    """One table of several with the same header, rows in the given order."""
    merged: list[str] = []
    for text in texts:
        header, _, body = text.partition("\n")
        if not merged:
            merged.append(header + "\n")
        elif merged[0] != header + "\n":
            raise ValueError(f"tables with different columns: {merged[0]!r} and {header!r}")
        merged.append(body)
    return "".join(merged)
