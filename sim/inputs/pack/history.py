"""calibration.yaml of a data pack: which figures of the past are matched, and which are set aside."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.domain import (
    FIRST_HALF,
    GROWTH,
    MONTHLY,
    MONTHS_PER_YEAR,
    PERCENT,
    Calibration,
    Match,
    Observation,
    Province,
    Register,
    SetAside,
)
from sim.inputs import yaml
from sim.inputs.figures import key_of
from sim.inputs.text import CALIBRATION, PROVINCES, File, Place, data_root, nearest
from sim.inputs.yaml import Checked, Loader


def load_calibration(province: Province, register: Register, *, root: Path | None = None) -> Calibration:
    """The observed history of a province; an empty one where the pack has no calibration.yaml.

    Parameters
    ----------
    province, register : what its references lead to: figures, and errors of measurement

    Raises
    ------
    InputError
        With every problem of the file.
    """
    path = (root or data_root()) / PROVINCES / province.slug / CALIBRATION
    if not path.exists():
        return Calibration(province.base_year, (), (), ())  # too little history to learn from
    rows = {key_of(row): row for row in province.observations}
    known = repr((sorted(rows), sorted(register))).encode()
    return _calibration(_CALIBRATIONS.load(File.at(path), rows, register, depends=[known]), rows, register)


def _calibration(content: Mapping[str, Any], rows: Mapping[Any, Observation], register: Register) -> Calibration:
    matches = tuple(_match(name, entry, rows, register) for name, entry in content["used"].items())
    set_aside = tuple(
        SetAside(tuple(rows[tuple(key)] for key in entry["figures"]), entry["reason"]) for entry in content["set_aside"]
    )
    inflation = tuple(rows[tuple(key)].value / PERCENT for key in content["inflation"])
    return Calibration(content["start_year"], inflation, matches, set_aside)


def _match(name: str, entry: Mapping[str, Any], rows: Mapping[Any, Observation], register: Register) -> Match:
    row = rows[tuple(entry["figure"])]
    value = row.value / PERCENT if entry["kind"] == GROWTH else row.value
    if row.unit == MONTHLY:
        value *= MONTHS_PER_YEAR
    error = register.value(entry["error"]) if entry["error"] else 0.0
    return Match(name, entry["indicator"], entry["year"], entry["kind"], value, error, entry["relative"], row)


def _content(value: Mapping[str, Any]) -> dict[str, Any]:
    used = {
        name: {**entry["match"], "figure": _key(entry["figure"], entry["match"]["year"])}
        for name, entry in value["used"].items()
    }
    set_aside = [
        {"figures": [_key(figure, figure["year"]) for figure in entry["figures"]], "reason": entry["reason"]}
        for entry in value["set_aside"]
    ]
    inflation = [_key(value["inflation"][year], year) for year in sorted(value["inflation"])]
    return {"start_year": value["start_year"], "inflation": inflation, "used": used, "set_aside": set_aside}


def _key(figure: Mapping[str, Any], year: int) -> list[Any]:
    """The observation key of a reference, as `key_of` gives it."""
    return [figure["area_code"], figure["entity"], figure["indicator"], year, figure["period"], figure["source_id"]]


def _check_references(found: Checked, rows: Mapping[Any, Observation], register: Register) -> None:
    """Every figure is a row that was printed, and every error of measurement one the register knows."""
    value = found.value or {"inflation": {}, "used": {}, "set_aside": ()}
    figures: list[tuple[Place, list[Any]]] = []
    for year, figure in value["inflation"].items():
        figures.append((("inflation", year), _key(figure, year)))
    for name, entry in value["used"].items():
        figures.append((("used", name, "figure"), _key(entry["figure"], entry["match"]["year"])))
        _check_error(found, ("used", name, "match", "error"), entry["match"], register)
    for number, entry in enumerate(value["set_aside"]):
        for place, figure in enumerate(entry["figures"]):
            figures.append((("set_aside", number, "figures", place), _key(figure, figure["year"])))
    for at, key in figures:
        if tuple(key) not in rows:
            text = ", ".join(str(part) for part in key)
            found.tell("row_not_found", at, params={"key": text}, value=text)


def _check_error(found: Checked, place: Place, match: Mapping[str, Any], register: Register) -> None:
    """Every figure but a half-year count names its error of measurement."""
    error = match["error"]
    if match["kind"] != FIRST_HALF and error not in register.entries:
        near = nearest(error or "", [key for key in register if register[key].role == "measurement"])
        found.tell("unknown_assumption", place, params={"id": error or ""}, value=error, suggestion=near)


_CALIBRATIONS = Loader("calibration", lambda: yaml.CalibrationShape, _check_references, _content)
