"""calibration.yaml of a data pack: which figures of the past are matched, and which are set aside."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim import domain
from sim.inputs import yaml
from sim.inputs.figures import key_of
from sim.inputs.text import CALIBRATION, PROVINCES, File, Place, data_root, nearest
from sim.inputs.yaml import Checked, Loader


def load_calibration(
    province: domain.Province, register: domain.Register, *, root: Path | None = None
) -> domain.Calibration:
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
        return domain.Calibration(province.base_year, (), (), ())  # too little history to learn from
    rows = {key_of(row): row for row in province.observations}
    known = repr((sorted(rows), sorted(register))).encode()
    content = _CALIBRATIONS.load(File.at(path), rows, register, depends=[known])
    matches = []
    for name, entry in content["used"].items():
        row = rows[tuple(entry["figure"])]
        value = row.value / domain.PERCENT if entry["kind"] == domain.GROWTH else row.value
        value *= domain.MONTHS_PER_YEAR if row.unit == domain.MONTHLY else 1
        error = register.value(entry["error"]) if entry["error"] else 0.0
        how = (entry["indicator"], entry["year"], entry["kind"], value, error, entry["relative"])
        matches.append(domain.Match(name, *how, row))
    set_aside = tuple(
        domain.SetAside(tuple(rows[tuple(key)] for key in entry["figures"]), entry["reason"])
        for entry in content["set_aside"]
    )
    inflation = tuple(rows[tuple(key)].value / domain.PERCENT for key in content["inflation"])
    return domain.Calibration(content["start_year"], inflation, tuple(matches), set_aside)


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


def _check_references(found: Checked, rows: Mapping[Any, domain.Observation], register: domain.Register) -> None:
    """Every figure is a row that was printed; all but half-year counts name an error of measurement of the register."""
    value = found.value or {"inflation": {}, "used": {}, "set_aside": ()}
    figures: list[tuple[Place, list[Any]]] = []
    for year, figure in value["inflation"].items():
        figures.append((("inflation", year), _key(figure, year)))
    for name, entry in value["used"].items():
        figures.append((("used", name, "figure"), _key(entry["figure"], entry["match"]["year"])))
        error = entry["match"]["error"]
        if entry["match"]["kind"] != domain.FIRST_HALF and error not in register.entries:
            near = nearest(error or "", [key for key in register if register[key].role == "measurement"])
            at: Place = ("used", name, "match", "error")
            found.tell("unknown_assumption", at, params={"id": error or ""}, value=error, suggestion=near)
    for number, entry in enumerate(value["set_aside"]):
        for place, figure in enumerate(entry["figures"]):
            figures.append((("set_aside", number, "figures", place), _key(figure, figure["year"])))
    for at, key in figures:
        if tuple(key) not in rows:
            text = ", ".join(str(part) for part in key)
            found.tell("row_not_found", at, params={"key": text}, value=text)


_CALIBRATIONS = Loader("calibration", lambda: yaml.CalibrationShape, _check_references, _content)
