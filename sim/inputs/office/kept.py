"""Answers kept for the next month: a file of data, written whole, read as carefully as a stranger's."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.domain import InputError, Problem
from sim.inputs import text as texts
from sim.inputs.office.asked import WHOLE, Reading
from sim.inputs.office.vocabulary import (
    OUT,
    Said,
    Vocabulary,
    masked,
)

#: Its name beside one's scenarios, and the version of its form.
FILE, VERSION = "office-tables.json", 1
_SHAPE = re.compile("[0-9a-f]{32}")


def load_kept(path: Path, notes: list[Problem]) -> dict[str, dict[str, str]]:
    """{shape of headings: {label: meaning}} of earlier tables; a file that cannot be used is told and left alone.

    Parameters
    ----------
    notes : receives why nothing, or not all of it, is taken from the file
    """
    if not path.is_file():
        return {}
    file = texts.shown_path(path)
    try:
        content = json.loads(texts.read_file(path, max_bytes=texts.limit("office_kept_bytes")).decode("utf-8"))
    except (InputError, ValueError, RecursionError):
        notes.append(Problem("assist_kept_unreadable", file=file, warning=True))
        return {}
    if not isinstance(content, dict) or content.get("version") != VERSION:
        version = content.get("version") if isinstance(content, dict) else None
        notes.append(Problem("assist_kept_version", file=file, value=texts.shown(version), warning=True))
        return {}
    found: dict[str, dict[str, str]] = {}
    tables = content.get("tables")
    for shape, answers in tables.items() if isinstance(tables, dict) else ():
        if _SHAPE.fullmatch(shape) and isinstance(answers, dict):
            found[shape] = {name: text for name, text in answers.items() if _sound(name, text)}
    return found


def _sound(name: object, text: object) -> bool:
    """Whether an entry could have been written by us."""
    longest = texts.limit("text_characters")
    return all(isinstance(one, str) and 0 < len(one) <= longest for one in (name, text))


def keep(path: Path, reading: Reading, given: Mapping[str, str], vocabulary: Vocabulary) -> str:
    """The text of the file with what was answered for a table; earlier answers for the same shape give way.

    Notes
    -----
    Kept is what holds next month too: which indicator, unit, area or state a label stands for, and what is left out.
    A year and a part of the year are asked anew.
    """
    found = load_kept(path, [])
    before = found.pop(reading.shape, {})
    lasting = {
        masked(name) if name != WHOLE else WHOLE: lasts(vocabulary.meaning(text)) for name, text in given.items()
    }
    found[reading.shape] = {**before, **{name: text for name, text in lasting.items() if text}}
    most = texts.limit("office_kept")
    tables = dict(list(found.items())[-most:])
    return json.dumps({"version": VERSION, "tables": tables}, ensure_ascii=False, indent=1) + "\n"


def lasts(said: Said) -> str:
    """An answer without its year and part of the year, as it is written and read again; "" where nothing remains."""
    if said.role == OUT:
        return OUT
    unit = "/".join(filter(None, said.unit)) if said.unit else ""
    marks = sorted(said.marks & {"decimal_comma", "decimal_point"})
    parts: list[Any] = [
        said.role,
        *said.terms,
        unit,
        said.status,
        said.area,
        *(mark.replace("_", " ") for mark in marks),
    ]
    return ", ".join(filter(None, parts))
