"""The shipped data with a payload in every text a person may write: labels, questions, reasons, notes, sources."""

from __future__ import annotations

import csv
import io
import itertools
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tests.security.payloads import ALL

SHIPPED = Path(__file__).resolve().parents[2] / "data"
#: Folders and files whose texts people write.
_WRITTEN = ("plans", "worlds", "scenarios", "assumptions", "provinces")
_LANGUAGES = ("vi", "en")
#: Columns of tables that hold free text.
_FREE = {
    "observations.csv": ("area", "note"),
    "sources.csv": ("title", "url", "note"),
    "effects.csv": ("what", "design", "source_url", "use_note"),
}


def hostile_data(folder: Path, *, turn: int = 0) -> int:
    """Copy the shipped data and put payloads in turn into every free text; returns how many were put.

    Parameters
    ----------
    turn : which payload comes first, so that each can be made to stand in each place
    """
    shutil.copytree(SHIPPED, folder)
    payloads = itertools.islice(itertools.cycle(ALL), turn, None)
    written = 0
    for part in _WRITTEN:
        for path in sorted((folder / part).rglob("*.yaml")):
            written += _spoil_yaml(path, payloads)
        for path in sorted((folder / part).rglob("*.csv")):
            written += _spoil_table(path, payloads)
    return written + _spoil_table(folder / "effects.csv", payloads)


def _spoil_yaml(path: Path, payloads: Iterator[str]) -> int:
    yaml = YAML()
    yaml.preserve_quotes, yaml.width = True, 1_000_000
    content = yaml.load(path.read_text(encoding="utf-8"))
    count = _spoil(content, payloads)
    with path.open("w", encoding="utf-8") as stream:
        yaml.dump(content, stream)
    return count


def _spoil(node: Any, payloads: Iterator[str]) -> int:
    if isinstance(node, list):
        return sum(_spoil(entry, payloads) for entry in node)
    if not isinstance(node, dict):
        return 0
    if set(node) == set(_LANGUAGES):
        from ruamel.yaml.scalarstring import DoubleQuotedScalarString

        for lang in _LANGUAGES:
            node[lang] = DoubleQuotedScalarString(next(payloads))
        return len(_LANGUAGES)
    return sum(_spoil(entry, payloads) for entry in node.values())


def _spoil_table(path: Path, payloads: Iterator[str]) -> int:
    columns = _FREE.get(path.name, ())
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"))))
    if not columns or not rows:
        return 0
    for row in rows:
        row.update({name: _cell(next(payloads)) for name in columns if row[name]})
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return sum(bool(row[name]) for row in rows for name in columns)


def _cell(payload: str) -> str:
    """A payload as a cell of a table, which has one line."""
    return " ".join(payload.split())
