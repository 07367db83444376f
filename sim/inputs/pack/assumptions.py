"""The register of assumptions: several files by theme, one checked whole."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

from sim.domain import Area, Assumption, Distribution, InputError, Numbers, Problem, Register, Source
from sim.inputs import text
from sim.inputs.pack.areas import of_areas
from sim.inputs.pack.province import chosen_province, list_provinces, load_province

#: What an assumption without a source names as its source.
NO_SOURCE = "none"
#: {id: where it stands and what stands there}
_Entries = dict[str, tuple[text.Document, Mapping[str, Any]]]


def load_register(
    root: Path | None = None, *, province: str | None = None, notes: list[Problem] | None = None
) -> Register:
    """Every assumption of the data root, in the order of file names and of entries, and those of the data pack.

    Parameters
    ----------
    root : data root; by default `data_root`
    province : the pack whose own assumptions take the place of common ones; by default the chosen one. A pack
        whose areas were provinces has each area's assumptions from that province's pack
    notes : receives warnings (a range of zero width), which refuse nothing

    Raises
    ------
    InputError
        With every problem of every file.
    """
    root = root or text.data_root()
    paths = sorted((root / text.REGISTER).glob(f"*{text.YAML}"))
    if not paths:
        raise InputError(Problem("register_missing", file=text.shown_path(root / text.REGISTER)))
    packs = [root / text.PROVINCES / chosen_province(province, root=root)] if list_provinces(root) else []
    own = [pack / text.ASSUMPTIONS for pack in packs if (pack / text.ASSUMPTIONS).exists()]
    register = _register(paths, root, notes, own=own)
    areas = [area for pack in packs for area in _former_provinces(pack, root)]
    if not areas:
        return register
    parts = {area.code: load_register(root, province=area.pack) for area in areas}
    return of_areas(_register(paths, root, None), register, areas, parts)


def _former_provinces(pack: Path, root: Path) -> tuple[Area, ...]:
    """The areas of a pack that were provinces of their own."""
    stated = (pack / text.PACK).read_bytes()  # most packs name none, and a start reads no more than it needs
    areas = load_province(pack.name, root=root).areas if b"pack:" in stated else ()
    return tuple(area for area in areas if area.pack)


def read_register_file(path: Path, *, root: Path | None = None, notes: list[Problem] | None = None) -> Register:
    """The assumptions of one file alone, which may lie anywhere; sources are those of the data root.

    Raises
    ------
    InputError
        With every problem of the file; ids and columns of other files are not looked at.
    """
    return _register([path], root or text.data_root(), notes)


def _register(paths: Sequence[Path], root: Path, notes: list[Problem] | None, *, own: Sequence[Path] = ()) -> Register:
    effects = root / text.EFFECTS
    shared = [path for path in (root / text.PEERS / text.SOURCES, effects) if path.exists()]
    cited = [*sorted(root.glob("provinces/*/sources.csv")), *shared]
    files, tables, over = ([text.File.at(path) for path in some] for some in (paths, cited, own))
    parts = [*(file.raw for file in files), b"own", *(file.raw for file in (*over, *tables))]
    read = partial(_read, files, tables, over)
    entries = {}
    for key, entry in text.remembered_with_notes("register", parts, read, notes):
        low, high = entry["bounds"]
        typed = {"distribution": distribution_from(entry["distribution"]), "bounds": (low, high)}
        typed |= {"of": entry["of"] or "", "area": entry["area"] or ""}
        entries[key] = Assumption(id=key, **{**entry, **typed})
    return Register(entries)


def studies(root: Path | None = None) -> dict[str, Source]:
    """The studies and pages on other provinces that assumptions may name, by id; none where the data root has none."""
    from sim.inputs.figures import effect_sources, parse_sources

    root, found = root or text.data_root(), dict[str, Source]()
    peers, effects = root / text.PEERS / text.SOURCES, root / text.EFFECTS
    if peers.exists():
        file = text.File.at(peers)
        found = {row[0]: Source(*row) for row in parse_sources(file.raw, file=file.name)}
    if not effects.exists():
        return found
    file = text.File.at(effects)
    return found | effect_sources(file.raw, file=file.name)


def _read(
    files: Sequence[text.File], tables: Sequence[text.File], over: Sequence[text.File], warnings: list[Problem]
) -> list[tuple[str, dict[str, Any]]]:
    from sim.inputs.figures import source_ids

    problems: list[Problem] = []
    sources = {NO_SOURCE}
    for table in tables:
        sources |= source_ids(table.raw, table.name, problems)
    entries = _entries(files, problems)
    entries |= _entries(over, problems)  # a pack's own assumption takes the place of the common one, in its order
    columns: dict[int, str] = {}
    doubled = []
    free = max((entry["column"] for _, entry in entries.values()), default=0) + 1
    for key, (document, entry) in entries.items():
        problems += _entry_problems(document, key, entry=entry, sources=sources)
        owner = columns.setdefault(entry["column"], key)
        if owner != key:
            other = entries[owner][0]
            params = {"id": owner, "file": other.file, "line": other.where((owner, "column"))[0], "free": free}
            at, column = (key, "column"), entry["column"]
            doubled.append(document.problem("duplicate_column", at, params=params, value=column))
    text.refuse([*problems, *doubled, *_simplex_problems(entries)], warnings)
    return [
        (key, {**entry, "distribution": numeric(entry["distribution"]), "bounds": [*map(float, entry["bounds"])]})
        for key, (_, entry) in entries.items()
    ]


def _entries(files: Sequence[text.File], problems: list[Problem]) -> _Entries:
    """The entries of some files; those whose shape is wrong are told and left out."""
    from sim.inputs.yaml import RegisterShape, check_parts, parse_yaml

    entries: _Entries = {}
    for file in files:
        document = text.collected(partial(parse_yaml, file.raw, file=file.name), problems)
        if document is None:
            continue
        valid, found = check_parts(RegisterShape, document)
        problems.extend(found)
        for key, entry in valid.items():
            if key in entries:
                other = entries[key][0]
                params = {"id": key, "file": other.file, "line": other.where((key,), key=True)[0]}
                problems.append(document.problem("duplicate_id", (key,), at_key=True, params=params, value=key))
            else:
                entries[key] = (document, entry)
    return entries


def _entry_problems(document: text.Document, key: str, *, entry: Mapping[str, Any], sources: set[str]) -> list[Problem]:
    problems, late = [], []
    low, high = entry["bounds"]
    if low > high:
        stated = f"[{text.plain(low)}, {text.plain(high)}]"
        problems.append(document.problem("bounds_order", (key, "bounds"), value=stated))
    else:
        place = (key, "distribution")
        problems += distribution_problems(document, place, written=entry["distribution"], bounds=entry["bounds"])
    for source in entry["source"].split(","):
        if source.strip() not in sources:
            near = text.nearest(source.strip(), sources)
            problems.append(document.problem("unknown_source", (key, "source"), value=source.strip(), suggestion=near))
    for name in ("date", "review_by"):
        try:
            date.fromisoformat(entry[name])
        except ValueError:
            late.append(document.problem("bad_date", (key, name), value=entry[name]))
    if not late and entry["review_by"] < entry["date"]:
        at, params = (key, "review_by"), {"date": entry["date"]}
        late.append(document.problem("review_before_date", at, params=params, value=entry["review_by"]))
    return problems + late


def _simplex_problems(entries: _Entries) -> list[Problem]:
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
            place: text.Place = (first, "distribution", "mean")
            problems.append(document.problem("simplex_sum", place, params=params, value=total, allowed="1"))
        stated = {entries[key][1]["distribution"]["concentration"] for key in keys}
        if len(stated) > 1:
            place = (first, "distribution", "concentration")
            values = ", ".join(text.plain(value) for value in sorted(stated))
            problems.append(document.problem("simplex_concentration", place, params=params, value=values))
    return problems


# -- Distributions as written in the register and in worlds: checked, and turned into the domain's ---

QUANTILES = ("p10", "p50", "p90")


def distribution_problems(
    document: text.Document, place: text.Place, *, written: Mapping[str, Any], bounds: Sequence[Any]
) -> list[Problem]:
    """What is wrong with the numbers of one distribution.

    Parameters
    ----------
    place : where the mapping with the numbers stands
    written : p10, p50, p90, or value, or simplex, mean, concentration
    bounds : hard limits [low, high] of the assumption
    """
    problems = []
    allowed = Numbers("{} … {}", tuple(bounds))
    for name in (*QUANTILES, "value", "mean"):
        # as floats on both sides: a decimal .3 lies above the binary .3 the register keeps
        if name in written and not float(bounds[0]) <= float(written[name]) <= float(bounds[1]):
            value = text.plain(written[name])
            problems.append(document.problem("outside_bounds", (*place, name), value=value, allowed=allowed))
    if "p10" not in written:
        return problems
    for low, high in pairwise(QUANTILES):
        if written[low] > written[high]:
            below, above = text.plain(written[low]), text.plain(written[high])
            params = {"low": low, "high": high, "low_value": below, "high_value": above}
            problems.append(document.problem("quantile_order", (*place, low), params=params, value=below))
    if written["p10"] == written["p50"] == written["p90"]:
        problems.append(document.problem("zero_width", (*place, "p10"), value=text.plain(written["p10"]), warning=True))
    return problems


def numeric(written: Mapping[str, Any]) -> dict[str, Any]:
    """The mapping with floats for decimals, ready for the cache."""
    return {name: value if isinstance(value, (str, Mapping)) else float(value) for name, value in written.items()}


def distribution_from(content: Mapping[str, Any]) -> Distribution:
    """The domain's distribution of validated content."""
    if "simplex" in content:
        return Distribution(*[content["mean"]] * len(QUANTILES), **content)
    return Distribution(*(content["value" if "value" in content else name] for name in QUANTILES))
