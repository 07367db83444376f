"""The forecast ledger: published forecasts, frozen and chained by hashes, append-only.

A ledger is a text file with one JSON entry a line. Each entry holds the hash of the one before it,
so that nothing already published can be changed, dropped or slipped in without being noticed.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from sim.domain.errors import InputError, Problem

SCHEMA = "coopsim-ledger/1"
_NOTHING_BEFORE = "0" * 64


@dataclass(frozen=True)
class Forecast:
    """One frozen series of one published scenario, as it was expected to be printed.

    Attributes
    ----------
    quantiles : {year as text: {level as text: value}}, base year first for stocks and averages
    underlying : share of the range that comes from assumptions rather than from one-off luck
    per_billion : {line: change of the mean for one more tỷ a year on it, by year as text}
    """

    indicator: str
    unit: str
    quantiles: Mapping[str, Mapping[str, float]]
    underlying: float
    per_billion: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class Published:
    """One entry of the ledger.

    Attributes
    ----------
    vintage : when it was published (UTC)
    planned : {year as text: {line: tỷ đồng}} the money it assumed
    printed : {indicator: figure printed for the base year}, where naive rules start
    base_year : the last year with figures when it was made
    key : hashes of inputs, posterior and code
    """

    vintage: str
    scenario: str
    label: Mapping[str, str]
    area_code: str
    base_year: int
    draws: int
    seed: int
    planned: Mapping[str, Mapping[str, float]]
    forecasts: tuple[Forecast, ...]
    key: Mapping[str, str]
    printed: Mapping[str, float] = field(default_factory=dict)


def append(path: Path, published: Published) -> str:
    """Add an entry; what is there already is checked first and never rewritten.

    Returns
    -------
    str
        The entry's hash.

    Raises
    ------
    InputError
        When the ledger was changed by hand.
    """
    entries = _read(path)
    previous = entries[-1]["hash"] if entries else _NOTHING_BEFORE
    body = {"schema": SCHEMA, "previous": previous, **asdict(published)}
    digest = _digest(body)
    line = json.dumps({**body, "hash": digest}, ensure_ascii=False, sort_keys=True) + "\n"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    return digest


def entries_of(path: Path) -> tuple[Published, ...]:
    """Every entry of a ledger, oldest first.

    Raises
    ------
    InputError
        When there is no ledger, a line cannot be read or a hash does not fit.
    """
    if not path.is_file():
        raise InputError(Problem("ledger_missing", file=str(path)))
    return tuple(_published(entry) for entry in _read(path))


def _published(entry: Mapping[str, Any]) -> Published:
    fields = {name: entry[name] for name in Published.__dataclass_fields__ if name != "forecasts"}
    return Published(**fields, forecasts=tuple(Forecast(**forecast) for forecast in entry["forecasts"]))


def _read(path: Path) -> list[dict[str, Any]]:
    """Entries as plain data, with the chain checked."""
    if not path.is_file():
        return []
    entries: list[dict[str, Any]] = []
    previous = _NOTHING_BEFORE
    # Only a newline ends an entry; a label may hold any other separator Unicode knows.
    lines = path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    for number, line in enumerate(lines, start=1):
        try:
            entry = json.loads(line)
            stated = entry.pop("hash")
            intact = entry["previous"] == previous and _digest(entry) == stated and entry["schema"] == SCHEMA
        except (ValueError, KeyError, AttributeError, TypeError):
            intact = False
        if not intact:
            raise InputError(Problem("ledger_changed", file=str(path), line=number))
        previous = stated
        entries.append({**entry, "hash": stated})
    return entries


def _digest(body: Mapping[str, Any]) -> str:
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
