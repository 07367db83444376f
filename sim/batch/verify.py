"""`coopsim verify DIR`: is every byte of a report folder still what was written?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from sim.batch.files import sha256_file
from sim.batch.owned import EDITED
from sim.batch.record import RECORD, record_text, seal
from sim.domain.errors import InputError, Problem

#: Leftovers of a running or killed process, and copies of what people edited: no part of a report.
_PASSING = (".lock", ".holder.json", ".work", EDITED)


def verify(folder: Path) -> int:
    """Check a folder against its record.

    Returns
    -------
    int
        How many files were checked.

    Raises
    ------
    InputError
        With every file that was changed, is missing, or was added.
    """
    path = folder / RECORD
    if not path.is_file():
        raise InputError(Problem("record_missing", file=str(path)))
    problems = list(_problems(folder, path))
    if problems:
        raise InputError(*problems)
    return len(json.loads(path.read_text(encoding="utf-8"))["outputs"]) + 1


def _problems(folder: Path, path: Path) -> Iterator[Problem]:
    try:
        text = path.read_bytes().decode()
        record = json.loads(text)
        intact = record["seal"] == seal(record) and text == record_text(record)
        outputs = dict(record["outputs"])
    except (ValueError, KeyError, TypeError):
        intact, outputs = False, {}
    if not intact:
        yield Problem("record_changed", file=str(path))
        return
    for name, digest in outputs.items():
        file = folder / name
        if not file.is_file():
            yield Problem("output_missing", file=str(file))
        elif sha256_file(file) != digest:
            yield Problem("output_changed", file=str(file))
    known = {RECORD, *outputs}
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.is_file() and name not in known and name.split("/", 1)[0] not in _PASSING:
            yield Problem("output_added", file=str(file))
