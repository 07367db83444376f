"""sources.csv and effects.csv: where figures were printed, by id."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from sim.domain.errors import InputError, Problem
from sim.domain.scenario import Source
from sim.inputs.document import refuse
from sim.inputs.table import Table, parse_table

SOURCE_COLUMNS = ("id", "title", "url", "note")
EFFECT_COLUMNS = ("id", "what", "population", "effect", "interval_or_test", "design", "source_url", "use_note")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def parse_sources(raw: bytes, *, file: str) -> list[list[str]]:
    """The rows of a sources.csv: id, title, url, note.

    Raises
    ------
    InputError
        With every problem of the table.
    """
    table = parse_table(raw, SOURCE_COLUMNS, file=file)
    refuse([*_id_problems(table), *_missing(table, ("title",))])
    return [[row[name].text for name in SOURCE_COLUMNS] for row in table.rows]


@lru_cache(maxsize=2)
def effect_sources(raw: bytes, *, file: str) -> dict[str, Source]:
    """The studies of an effects.csv as sources: what was measured and how, where it was printed; parsed once."""
    table = parse_table(raw, EFFECT_COLUMNS, file=file)
    cells = ({name: row[name].text for name in EFFECT_COLUMNS} for row in table.rows)
    return {
        row["id"]: Source(row["id"], f"{row['what']} ({row['design']})", row["source_url"], row["use_note"])
        for row in cells
    }


def source_ids(raw: bytes, file: str, problems: list[Problem]) -> set[str]:
    """The ids of a table of sources or of effects; its problems are added to the list."""
    columns = EFFECT_COLUMNS if b"interval_or_test" in raw.split(b"\n", 1)[0] else SOURCE_COLUMNS
    try:
        table = parse_table(raw, columns, file=file)
    except InputError as error:
        problems.extend(error.problems)
        return set()
    problems.extend(_id_problems(table))
    return {row["id"].text for row in table.rows}


def _id_problems(table: Table) -> list[Problem]:
    problems = []
    first: dict[str, int] = {}
    for row in table.rows:
        cell = row["id"]
        if cell.text in first:
            params = {"first": first[cell.text], "key": cell.text}
            problems.append(table.problem("duplicate_row", cell, "id", params=params))
        elif not _ID.fullmatch(cell.text):
            problems.append(table.problem("id_not_ascii" if cell.text else "cell_missing", cell, "id"))
        first.setdefault(cell.text, cell.line)
    return problems


def _missing(table: Table, names: Sequence[str]) -> list[Problem]:
    return [
        table.problem("cell_missing", row[name], name) for row in table.rows for name in names if not row[name].text
    ]
