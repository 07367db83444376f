"""calibration.yaml of a data pack: which figures of the past are matched, and which are set aside."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sim.domain import (
    FIRST_HALF,
    GROWTH,
    MONTHS_PER_YEAR,
    PERCENT,
    Calibration,
    Match,
    Observation,
    Problem,
    Province,
    Register,
    SetAside,
)
from sim.inputs.figures import key_of
from sim.inputs.text import MARK, Document, Place, data_root, limit, nearest, read_file, refuse, remembered, shown_path

FILE = "calibration.yaml"
_MONTHLY = "million VND/month"


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
    path = (root or data_root()) / MARK / province.slug / FILE
    if not path.exists():
        return Calibration(province.base_year, (), (), ())  # too little history to learn from
    raw = read_file(path, max_bytes=limit("yaml_bytes"))
    rows = {key_of(row): row for row in province.observations}
    known = repr((sorted(rows), sorted(register))).encode()
    content = remembered(
        "calibration", [raw, known], lambda: _read(raw, shown_path(path), rows=rows, register=register)
    )
    return _calibration(content, rows, register)


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
    if row.unit == _MONTHLY:
        value *= MONTHS_PER_YEAR
    error = register.value(entry["error"]) if entry["error"] else 0.0
    return Match(name, entry["indicator"], entry["year"], entry["kind"], value, error, entry["relative"], row)


def _read(raw: bytes, file: str, *, rows: Mapping[Any, Observation], register: Register) -> dict[str, Any]:
    from sim.inputs.yaml import CalibrationShape, check_shape, parse_yaml

    document = parse_yaml(raw, file=file).require()
    content, problems = check_shape(CalibrationShape, document)
    refuse(problems)
    problems = list(_reference_problems(document, content, rows, register))
    refuse(problems)
    used = {
        name: {**entry["match"], "figure": _key(entry["figure"], entry["match"]["year"])}
        for name, entry in content["used"].items()
    }
    set_aside = [
        {"figures": [_key(figure, figure["year"]) for figure in entry["figures"]], "reason": entry["reason"]}
        for entry in content["set_aside"]
    ]
    inflation = [_key(content["inflation"][year], year) for year in sorted(content["inflation"])]
    return {"start_year": content["start_year"], "inflation": inflation, "used": used, "set_aside": set_aside}


def _key(figure: Mapping[str, Any], year: int) -> list[Any]:
    """The observation key of a reference, as `key_of` gives it."""
    return [figure["area_code"], figure["entity"], figure["indicator"], year, figure["period"], figure["source_id"]]


def _reference_problems(
    document: Document, content: Mapping[str, Any], rows: Mapping[Any, Observation], register: Register
) -> Iterator[Problem]:
    figures: list[tuple[Place, list[Any]]] = []
    for year, figure in content["inflation"].items():
        figures.append((("inflation", year), _key(figure, year)))
    for name, entry in content["used"].items():
        figures.append((("used", name, "figure"), _key(entry["figure"], entry["match"]["year"])))
        yield from _error_problems(document, name, entry["match"], register)
    for number, entry in enumerate(content["set_aside"]):
        for place, figure in enumerate(entry["figures"]):
            figures.append((("set_aside", number, "figures", place), _key(figure, figure["year"])))
    for at, key in figures:
        if tuple(key) not in rows:
            text = ", ".join(str(part) for part in key)
            yield document.problem("row_not_found", at, params={"key": text}, value=text)


def _error_problems(document: Document, name: str, match: Mapping[str, Any], register: Register) -> Iterator[Problem]:
    """Every figure but a half-year count names its error of measurement."""
    place: Place = ("used", name, "match", "error")
    if match["kind"] == FIRST_HALF:
        return
    if match["error"] not in register.entries:
        errors = [key for key in register if register[key].role == "measurement"]
        yield document.problem(
            "unknown_assumption", place, params={"id": match["error"] or ""}, value=match["error"],
            suggestion=nearest(match["error"] or "", errors),
        )  # fmt: skip
