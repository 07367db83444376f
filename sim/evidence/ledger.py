"""The ledger: forecasts kept before their outturns are known."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sim.domain import MONTHS_PER_YEAR, InputError, Problem
from sim.inputs.text import flush

# Published forecasts, frozen and chained by hashes, append-only.
# A ledger is a text file with one JSON entry a line. Each entry holds the hash of the one before it,
# so that nothing already published can be changed, dropped or slipped in without being noticed.

SCHEMA = "coopsim-ledger/2"
#: Entries of this form hold one share for all years and a straight line for the money; they say neither any more.
_EARLIER = "coopsim-ledger/1"
_EARLIER_ONLY = ("underlying", "per_billion")
_NOTHING_BEFORE = "0" * 64


@dataclass(frozen=True)
class Forecast:
    """One frozen series of one published scenario, as it was expected to be printed.

    Attributes
    ----------
    quantiles : {year as text: {level as text: value}}, base year first for stocks and averages
    means : {year as text: mean, as every page prints it}
    moved : {year as text: mean of what will be printed less that}, for the true base-year figure behind the printed one
    variance : {year as text: of the figure that will be printed}, in the unit squared
    underlying : {year as text: share of that year's variance that comes from assumptions, closed index}; the rest
        comes from events and errors of reporting, and what these do together with assumptions
    """

    indicator: str
    unit: str
    quantiles: Mapping[str, Mapping[str, float]]
    means: Mapping[str, float] = field(default_factory=dict)
    moved: Mapping[str, float] = field(default_factory=dict)
    variance: Mapping[str, float] = field(default_factory=dict)
    underlying: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Published:
    """One entry of the ledger.

    Attributes
    ----------
    vintage : when it was published (UTC)
    planned : {year as text: {line: tỷ đồng}} the money it assumed
    printed : {indicator: figure printed for the base year}, where naive rules start
    base_year : the year it starts from
    data_end : date of the last figures it could know, ISO; in older entries the end of the base year
    key : hashes of scenario, inputs and posterior
    province, definition : slug of the pack, and the scenario in full (YAML), to run it again with other money
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
    province: str = ""
    definition: str = ""
    data_end: str = ""

    @property
    def frozen_on(self) -> date:
        """Date it was published (UTC)."""
        return datetime.fromisoformat(self.vintage).date()

    @property
    def known_to(self) -> date:
        """Date of the last figures it could know."""
        return date.fromisoformat(self.data_end) if self.data_end else date(self.base_year, MONTHS_PER_YEAR, 31)

    @property
    def data_month(self) -> tuple[int, int]:
        """Year and month (1-12) of the last figures it could know."""
        return self.known_to.year, self.known_to.month


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
        flush(file.fileno())
    return digest


def entries_of(path: Path) -> tuple[Published, ...]:
    """Every entry of a ledger, oldest first.

    Raises
    ------
    InputError
        When there is no ledger, a line cannot be read or a hash does not fit.
    """
    if not path.is_file():
        raise InputError(Problem("file_not_regular" if path.exists() else "ledger_missing", file=str(path)))
    found = []
    for line, entry in enumerate(_read(path), start=1):
        fields = {name: entry[name] for name in Published.__dataclass_fields__ if name != "forecasts" and name in entry}
        dropped = _EARLIER_ONLY if entry["schema"] == _EARLIER else ()
        forecasts = ({name: value for name, value in one.items() if name not in dropped} for one in entry["forecasts"])
        try:
            found.append(Published(**fields, forecasts=tuple(Forecast(**forecast) for forecast in forecasts)))
            _ = found[-1].known_to, found[-1].frozen_on
        except (TypeError, ValueError):  # its hash fits, its form does not
            raise InputError(Problem("ledger_changed", file=str(path), line=line)) from None
    return tuple(found)


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
            known = entry["schema"] in (SCHEMA, _EARLIER)
            intact = entry["previous"] == previous and _digest(entry) == stated and known
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
