"""The register of assumptions: several files by theme, one checked whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from sim.domain import Assumption, InputError, Problem, Register, Source
from sim.inputs.pack.province import chosen_province, list_provinces
from sim.inputs.text import MARK, Document, Place, data_root, limit, nearest, read_file, refuse, remembered, shown_path
from sim.inputs.yaml import distribution_from, distribution_problems, numeric, plain

FOLDER, PACK_FILE = "assumptions", "assumptions.yaml"
EFFECTS = "effects.csv"
NO_SOURCE = "none"


def load_register(
    root: Path | None = None, *, province: str | None = None, notes: list[Problem] | None = None
) -> Register:
    """Every assumption of the data root, in the order of file names and of entries, and those of the data pack.

    Parameters
    ----------
    root : data root; by default `data_root`
    province : the pack whose own assumptions take the place of common ones; by default the chosen one
    notes : receives warnings (a range of zero width), which refuse nothing

    Raises
    ------
    InputError
        With every problem of every file.
    """
    root = root or data_root()
    paths = sorted((root / FOLDER).glob("*.yaml"))
    if not paths:
        raise InputError(Problem("register_missing", file=shown_path(root / FOLDER)))
    own = root / MARK / chosen_province(province, root=root) / PACK_FILE if list_provinces(root) else None
    return _register(paths, root, notes, own=own)


def read_register_file(path: Path, *, root: Path | None = None, notes: list[Problem] | None = None) -> Register:
    """The assumptions of one file alone, which may lie anywhere; sources are those of the data root.

    Raises
    ------
    InputError
        With every problem of the file; ids and columns of other files are not looked at.
    """
    return _register([path], root or data_root(), notes)


def _register(paths: Sequence[Path], root: Path, notes: list[Problem] | None, *, own: Path | None = None) -> Register:
    files = {path: read_file(path, max_bytes=limit("yaml_bytes")) for path in paths}
    tables = {path: read_file(path, max_bytes=limit("csv_bytes")) for path in _source_tables(root)}
    over = {own: read_file(own, max_bytes=limit("yaml_bytes"))} if own and own.exists() else {}
    parts = [*files.values(), b"own", *over.values(), *tables.values()]
    content = remembered("register", parts, lambda: _read(files, tables, over))
    if notes is not None:
        notes.extend(Problem(**warning) for warning in content["notes"])
    return Register({key: _assumption(key, entry) for key, entry in content["entries"]})


def _source_tables(root: Path) -> list[Path]:
    """The tables whose ids an assumption may name as its source."""
    effects = root / EFFECTS
    return [*sorted(root.glob("provinces/*/sources.csv")), *([effects] if effects.exists() else [])]


def studies(root: Path | None = None) -> dict[str, Source]:
    """The studies assumptions may name, by id; none where the data root has no table of effects."""
    from sim.inputs.figures import effect_sources

    path = (root or data_root()) / EFFECTS
    if not path.exists():
        return {}
    return effect_sources(read_file(path, max_bytes=limit("csv_bytes")), file=shown_path(path))


def _assumption(key: str, entry: Mapping[str, Any]) -> Assumption:
    low, high = entry["bounds"]
    plain_fields = {name: value for name, value in entry.items() if name not in ("distribution", "bounds")}
    return Assumption(id=key, distribution=distribution_from(entry["distribution"]), bounds=(low, high), **plain_fields)


def _read(files: Mapping[Path, bytes], tables: Mapping[Path, bytes], over: Mapping[Path, bytes]) -> dict[str, Any]:
    from sim.inputs.figures import source_ids

    problems: list[Problem] = []
    sources = {NO_SOURCE}
    for path, raw in tables.items():
        sources |= source_ids(raw, shown_path(path), problems)
    entries: dict[str, tuple[Document, Mapping[str, Any]]] = {}
    for path, raw in files.items():
        _read_file(raw, shown_path(path), entries=entries, problems=problems)
    own: dict[str, tuple[Document, Mapping[str, Any]]] = {}
    for path, raw in over.items():
        _read_file(raw, shown_path(path), entries=own, problems=problems)
    entries |= own  # a pack's own assumption takes the place of the common one, in its order
    for key, (document, entry) in entries.items():
        problems += _entry_problems(document, key, entry=entry, sources=sources)
    problems += _column_problems(entries) + _simplex_problems(entries)
    notes: list[Problem] = []
    refuse(problems, notes)
    return {
        "entries": [[key, _content(entry)] for key, (_, entry) in entries.items()],
        "notes": [vars(note) | {"params": dict(note.params)} for note in notes],
    }


def _read_file(
    raw: bytes,
    file: str,
    *,
    entries: dict[str, tuple[Document, Mapping[str, Any]]],
    problems: list[Problem],
) -> None:
    """Add the entries of one file; those whose shape is wrong are told and left out."""
    from sim.inputs.yaml import RegisterShape, check_parts, parse_yaml

    try:
        document = parse_yaml(raw, file=file)
    except InputError as error:
        problems.extend(error.problems)
        return
    valid, found = check_parts(RegisterShape, document)
    problems.extend(found)
    for key, entry in valid.items():
        if key in entries:
            other = entries[key][0]
            params = {"id": key, "file": other.file, "line": other.where((key,), key=True)[0]}
            problems.append(document.problem("duplicate_id", (key,), at_key=True, params=params, value=key))
        else:
            entries[key] = (document, entry)


def _content(entry: Mapping[str, Any]) -> dict[str, Any]:
    bounds = [float(bound) for bound in entry["bounds"]]
    return {**entry, "distribution": numeric(entry["distribution"]), "bounds": bounds}


def _entry_problems(document: Document, key: str, *, entry: Mapping[str, Any], sources: set[str]) -> list[Problem]:
    problems = []
    low, high = entry["bounds"]
    if low > high:
        text = f"[{plain(low)}, {plain(high)}]"
        problems.append(document.problem("bounds_order", (key, "bounds"), value=text))
    else:
        place = (key, "distribution")
        problems += distribution_problems(document, place, written=entry["distribution"], bounds=entry["bounds"])
    for source in entry["source"].split(","):
        if source.strip() not in sources:
            near = nearest(source.strip(), sources)
            problems.append(document.problem("unknown_source", (key, "source"), value=source.strip(), suggestion=near))
    return problems + _date_problems(document, key, entry)


def _date_problems(document: Document, key: str, entry: Mapping[str, Any]) -> list[Problem]:
    problems = []
    for name in ("date", "review_by"):
        try:
            date.fromisoformat(entry[name])
        except ValueError:
            problems.append(document.problem("bad_date", (key, name), value=entry[name]))
    if not problems and entry["review_by"] < entry["date"]:
        params = {"date": entry["date"]}
        problems.append(
            document.problem("review_before_date", (key, "review_by"), params=params, value=entry["review_by"])
        )
    return problems


def _column_problems(entries: Mapping[str, tuple[Document, Mapping[str, Any]]]) -> list[Problem]:
    owners: dict[int, str] = {}
    problems = []
    for key, (document, entry) in entries.items():
        column = entry["column"]
        if column in owners:
            other = entries[owners[column]][0]
            line = other.where((owners[column], "column"))[0]
            params = {"id": owners[column], "file": other.file, "line": line, "free": _free(entries)}
            problems.append(document.problem("duplicate_column", (key, "column"), params=params, value=column))
        owners.setdefault(column, key)
    return problems


def _free(entries: Mapping[str, tuple[Document, Mapping[str, Any]]]) -> int:
    taken: list[int] = [entry["column"] for _, entry in entries.values()]
    return max(taken) + 1


def _simplex_problems(entries: Mapping[str, tuple[Document, Mapping[str, Any]]]) -> list[Problem]:
    """Means of a group add up to 1 exactly, and its members state one concentration."""
    groups: dict[str, list[str]] = {}
    for key, (_, entry) in entries.items():
        if "simplex" in entry["distribution"]:
            groups.setdefault(entry["distribution"]["simplex"], []).append(key)
    problems = []
    for name, keys in groups.items():
        first = keys[0]
        document = entries[first][0]
        total = sum((entries[key][1]["distribution"]["mean"] for key in keys), Decimal(0))
        params = {"group": name, "members": ", ".join(keys)}
        if total != 1:
            place: Place = (first, "distribution", "mean")
            problems.append(document.problem("simplex_sum", place, params=params, value=total, allowed="1"))
        stated = {entries[key][1]["distribution"]["concentration"] for key in keys}
        if len(stated) > 1:
            place = (first, "distribution", "concentration")
            text = ", ".join(plain(value) for value in sorted(stated))
            problems.append(document.problem("simplex_concentration", place, params=params, value=text))
    return problems
