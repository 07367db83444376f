"""Dates at which the footing of figures changed: those of every province, and those a pack declares."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sim import domain
from sim.inputs import text, yaml
from sim.inputs.yaml import Checked, Loader


def check_breaks(found: Checked, entries: Mapping[str, Any], at: text.Place = ()) -> None:
    """Dates that exist and indicators of ours, each once a break."""
    for key, entry in entries.items():
        try:
            date.fromisoformat(entry["date"])
        except ValueError:
            found.tell("bad_date", (*at, key, "date"), value=entry["date"])
        seen: set[str] = set()
        for number, shift in enumerate(entry["shifts"]):
            for part, name in enumerate(shift["indicators"]):
                place: text.Place = (*at, key, "shifts", number, "indicators", part)
                if name not in domain.INDICATOR:
                    near = text.nearest(name, domain.INDICATOR)
                    found.tell("unknown_indicator", place, value=name, suggestion=near)
                elif name in seen:
                    found.tell("duplicate_break", place, params={"name": name}, value=name)
                seen.add(name)


def breaks_content(entries: Mapping[str, Any]) -> dict[str, Any]:
    """Breaks as they are kept: numbers as floats."""
    return {
        key: {**entry, "shifts": [{**shift, "sd": float(shift["sd"])} for shift in entry["shifts"]]}
        for key, entry in entries.items()
    }


def shared_breaks(root: Path) -> text.File | None:
    """The file of the breaks all packs of a data root share."""
    path = root / text.BREAKS
    return text.File.at(path) if path.is_file() else None


def load_breaks(file: text.File | None, own: Mapping[str, Any], areas: Iterable[str]) -> tuple[domain.Break, ...]:
    """Breaks that concern some area of a pack, by date; one of the pack's own replaces a shared one of its name.

    Parameters
    ----------
    file : `shared_breaks`
    own : `breaks_content` of the pack

    Raises
    ------
    InputError
        With every problem of the file.
    """
    entries = {**(_SHARED.load(file) if file else {}), **own}
    found = (_break(key, entry) for key, entry in entries.items() if set(areas) - set(entry["unaffected"]))
    return tuple(sorted(found, key=lambda one: (one.date, one.id)))


def _break(key: str, entry: Mapping[str, Any]) -> domain.Break:
    shifts = [(name, shift) for shift in entry["shifts"] for name in shift["indicators"]]
    return domain.Break(
        id=key,
        date=date.fromisoformat(entry["date"]),
        label=entry["label"],
        boundary=entry["boundary"],
        shift={name: shift["sd"] for name, shift in shifts},
        grade={name: shift["grade"] for name, shift in shifts},
        reason={name: shift["reason"] for name, shift in shifts},
        source=entry["source"],
        note=entry["note"],
    )


def _check(found: Checked) -> None:
    if found.value:
        check_breaks(found, found.value)


_SHARED = Loader("breaks", lambda: yaml.BreaksShape, _check, breaks_content)
