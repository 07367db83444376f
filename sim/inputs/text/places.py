"""Where data are, the limits of what is read, and what is kept of what was read."""

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from sim.domain import InputError, Problem
from sim.inputs.text.machine import made_anew, passing_cache, takes_files

# -- Names: variables of the environment, what a data root holds, what files end in ------------------

DATA_VARIABLE, CACHE_VARIABLE, PROVINCE_VARIABLE = "COOPSIM_DATA", "COOPSIM_CACHE", "COOPSIM_PROVINCE"
LANG_VARIABLE, YEAR_VARIABLE = "COOPSIM_LANG", "COOPSIM_YEAR"
#: Folders of a data root; a folder with `PROVINCES` in it is one.
PROVINCES, REGISTER, PLANS, WORLDS, SCENARIOS = "provinces", "assumptions", "plans", "worlds", "scenarios"
#: Folder of what other provinces printed, and of the priors fitted to it.
PEERS = "peers"
#: Provinces, their codes and names.
AREAS = "areas.yaml"
#: Files of a data pack, below `PROVINCES`; the last two it may do without.
PACK, OBSERVATIONS, SOURCES = "pack.yaml", "observations.csv", "sources.csv"
CALIBRATION, ASSUMPTIONS = "calibration.yaml", "assumptions.yaml"
#: Files that all data packs of a root share.
EFFECTS, INDICATOR_MAP, STAND_INS = "effects.csv", "indicator_map.yaml", "placeholders.yaml"
BREAKS, CONCEPTS = "breaks.yaml", "concepts.yaml"
#: Names the data pack that is meant where several stand side by side and nobody says which.
DEFAULT = "DEFAULT"
YAML, CSV, XLSX = ".yaml", ".csv", ".xlsx"


# -- Where the data are: ``COOPSIM_DATA``, else the nearest parent with data/provinces, else one's own copy, else
# what came with the program ---

#: The package itself. Beside it in a checkout, in it once it is installed, lie data, notebooks and the lock.
_PACKAGE = Path(__file__).resolve().parents[2]
_SHIPPED = _PACKAGE / "shipped"
#: Says what a copy of the shipped data was made of, {path: SHA-256}: what nobody changed follows the program.
_COPIED = ".shipped.json"
#: What the program always reads from what came with it.
_PROGRAM = ("labels", "schemas", "README.md", "planner.json", "explorer.json", "office.yaml")


def shipped(name: str) -> Path:
    """A file or folder that comes with the program: ``data``, ``notebooks``, ``requirements.lock``."""
    installed = _SHIPPED / name
    return installed if installed.exists() else _PACKAGE.parent / name


def source_data() -> Path:
    """The ``data`` folder that comes with the program."""
    return shipped("data")


def program_data() -> Path:
    """The folder of what the program itself brings, whatever data root is asked: labels, limits, schemas."""
    return source_data()


def data_root() -> Path:
    """The folder that holds provinces, assumptions, plans, worlds and scenarios.

    Returns
    -------
    Path
        ``COOPSIM_DATA`` may name the data folder itself or the folder above it.

    Raises
    ------
    InputError
        When ``COOPSIM_DATA`` is set but leads to no data: another root is never taken instead.
    """
    stated = os.environ.get(DATA_VARIABLE, "")
    if stated:
        for candidate in (Path(stated), Path(stated) / "data"):
            if (candidate / PROVINCES).is_dir():
                return candidate
        raise InputError(Problem("data_root_missing", {"variable": DATA_VARIABLE}, value=stated))
    here = Path.cwd()
    for parent in (here, *here.parents):
        if (parent / "data" / PROVINCES).is_dir():
            return parent / "data"
    own = own_data()
    if own and (own / PROVINCES).is_dir():
        _follow(own)
        return own
    return source_data()


def own_data() -> Path | None:
    """Where an installed program keeps packs and scenarios of one's own; None in a checkout, which holds them."""
    if not _SHIPPED.is_dir():
        return None
    from platformdirs import user_documents_path

    return user_documents_path() / "coopsim" / "data"


def writable_root() -> Path:
    """The data root, as one that may be written: one's own copy is made of what came with the program.

    Raises
    ------
    InputError
        When the copy cannot be made.
    """
    root, own = data_root(), own_data()
    if own is None or root != source_data():
        return root
    try:
        copy_folder(root, own, _PROGRAM)
        (own / _COPIED).write_text(json.dumps(_hashes(root)), encoding="utf-8")
    except OSError as error:
        params = {"variable": DATA_VARIABLE, "reason": error.strerror or type(error).__name__}
        raise InputError(Problem("own_data_refused", params, value=str(own))) from None
    return own


def copy_folder(source: Path, target: Path, without: Sequence[str]) -> None:
    """Copy what a folder holds into another; contents alone, for some drives take neither modes nor times.

    Parameters
    ----------
    without : patterns of names that stay behind, at any depth
    """
    import shutil

    target.mkdir(parents=True, exist_ok=True)
    names = [path.name for path in source.iterdir()]
    left = shutil.ignore_patterns(*without)(str(source), names)
    for name in names:
        if name not in left:
            path = source / name
            if path.is_dir():
                copy_folder(path, target / name, without)
            else:
                shutil.copyfile(path, target / name)


def _hashes(root: Path) -> dict[str, str]:
    """SHA-256 of what a copy of a data root holds, by path."""
    files = (path.relative_to(root) for path in sorted(root.rglob("*")) if path.is_file())
    return {path.as_posix(): _hash_of(root / path) for path in files if path.parts[0] not in (_COPIED, *_PROGRAM)}


@lru_cache(maxsize=1)
def _follow(own: Path) -> None:
    """After another version was installed: what it ships replaces what nobody changed since it was copied."""
    source = source_data()
    try:
        copied: dict[str, str] = json.loads((own / _COPIED).read_text(encoding="utf-8"))
        now = _hashes(source)
        if copied == now:
            return
        for name, digest in now.items():
            target = own / name
            if copied.get(name) != digest and (not target.exists() or _hash_of(target) == copied.get(name)):
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes((source / name).read_bytes())
        (own / _COPIED).write_text(json.dumps(now), encoding="utf-8")
    except (OSError, ValueError):
        return  # a copy that cannot be brought up to date is still the user's data


def _hash_of(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@lru_cache(maxsize=64)
def _resolved(folder: Path, _here: str) -> Path:
    """A folder without links, as seen from the working directory: most files read lie in a few."""
    return folder.resolve()


def shown_path(path: Path) -> str:
    """A path as it is told to the user: short when it lies below the working directory."""
    try:
        here = os.getcwd()
        whole = path.resolve() if path.is_symlink() else _resolved(path.parent, here) / path.name
        text = whole.relative_to(_resolved(Path(here), here)).as_posix()
    except (ValueError, OSError, RuntimeError):
        text = str(path)
    return text if text.isprintable() else "".join(char if char.isprintable() else "?" for char in text)


# -- Limits of what is read at all; their values and reasons are in ``data/schemas/limits.json`` ---
# They belong to the program, not to a data set: a data root given by the user cannot widen them,
# so they are read from beside the package.


@lru_cache(maxsize=4)
def settings(name: str) -> dict[str, Any]:
    """{setting: value} of ``data/NAME.json``, where units and reasons stand beside."""
    entries: dict[str, dict[str, Any]] = json.loads((program_data() / f"{name}.json").read_text(encoding="utf-8"))
    return {key: entry["value"] for key, entry in entries.items()}


@lru_cache(maxsize=1)
def limits_text() -> str:
    """The file of limits."""
    return (program_data() / "schemas" / "limits.json").read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _all() -> dict[str, dict[str, Any]]:
    entries: dict[str, dict[str, Any]] = json.loads(limits_text())
    return entries


def limit(name: str) -> int:
    """One limit [unit as stated in the file]."""
    return int(_all()[name]["value"])


def share(name: str) -> float:
    """One limit that is a share, in (0, 1)."""
    return float(_all()[name]["value"])


def today() -> date:
    """The day by this computer's clock."""
    return date.today()


def this_year() -> int | None:
    """The year by this computer's clock; None where that is off: before the newest figures the program comes with."""
    year = today().year
    return year if limit("clock_year") <= year <= limit("last_year") else None


def after_today(year: int) -> bool:
    """Whether a year has not come yet; nothing has not where the clock is off."""
    now = this_year()
    return now is not None and year > now


_memory: dict[str, Any] = {}


def remembered(kind: str, contents: Iterable[bytes], build: Callable[[], Any]) -> Any:
    """The validated, JSON-like content of some files: from the cache, or built and kept.

    Parameters
    ----------
    kind : what is built; part of the entry's name
    contents : bytes of every file (and of anything else) the result depends on
    build : makes the content; whatever it raises passes through and nothing is kept

    Returns
    -------
    dict, list, str, int, float, bool or None, nested
        Shared between callers: read it, never change it.
    """
    key = _digest([kind.encode(), code_version().encode(), *contents])
    if key not in _memory:
        folder = cache_dir()
        content = _load(folder / f"{key}.json") if folder else None
        if content is None:
            content = build()
            text = json.dumps(content, ensure_ascii=False, allow_nan=False)
            content = json.loads(text)  # cold and warm starts must see the same types
            if folder:
                _save(folder, key, text)
        if len(_memory) >= limit("cache_entries"):
            _memory.clear()
        _memory[key] = content
    return _memory[key]


def remembered_with_notes(
    kind: str, contents: Iterable[bytes], build: Callable[[list[Problem]], Any], notes: list[Problem] | None = None
) -> Any:
    """As `remembered`, for content that was accepted with warnings, which are kept with it.

    Parameters
    ----------
    build : makes the content and appends its warnings to the list it is given
    notes : receives the warnings
    """

    def make() -> dict[str, Any]:
        warnings: list[Problem] = []
        content = build(warnings)
        return {"content": content, "notes": [vars(note) | {"params": dict(note.params)} for note in warnings]}

    kept = remembered(kind, contents, make)
    if notes is not None:
        notes.extend(Problem(**note) for note in kept["notes"])
    return kept["content"]


def forget() -> None:
    """Drop what this process remembers; files stay."""
    _memory.clear()


@lru_cache(maxsize=1)
def code_version() -> str:
    """SHA-256 over the source of this package, the domain it fills and the limits it applies."""
    sources = sorted([*(_PACKAGE / "inputs").rglob("*.py"), *(_PACKAGE / "domain").glob("*.py")])
    parts = [source.name.encode() + b"\0" + source.read_bytes() for source in sources]
    return _digest([*parts, limits_text().encode()])


def _digest(parts: Iterable[bytes]) -> str:
    whole = hashlib.sha256()
    for part in parts:  # each part by its own digest, so that no two lists of parts look alike
        whole.update(hashlib.sha256(part).digest())
    return whole.hexdigest()


def synced(handle: int) -> None:
    """Bring a file of the cache to the disk before it is named; where the system cannot, its checksum tells later."""
    with suppress(OSError):
        os.fsync(handle)


def cache_dir() -> Path | None:
    """The folder of what can be made again, one for this command where the user's cannot be written; else None."""
    stated = os.environ.get(CACHE_VARIABLE, "")
    try:
        if not stated:
            from platformdirs import user_cache_dir

            stated = user_cache_dir("coopsim", appauthor=False)
        if takes_files(folder := Path(stated) / "inputs"):
            return folder
    except (ImportError, OSError, RuntimeError, KeyError):
        return None
    if passing := passing_cache():
        os.environ[CACHE_VARIABLE] = str(passing)  # what this process starts keeps it there too
        return passing / "inputs"
    return None


def _load(path: Path) -> Any:
    """The content of an entry, or None when there is none or it is damaged, another version's or another key's."""
    try:
        checksum, _, text = path.read_bytes().partition(b"\n")
    except OSError:
        return None
    if checksum != _checksum(path.stem, text):
        made_anew(path)
        return None
    return json.loads(text)


def _checksum(key: str, text: bytes) -> bytes:
    """What an entry has to begin with: its key counts, so that no entry passes for another."""
    return hashlib.sha256(key.encode() + b"\0" + text).hexdigest().encode()


def _save(folder: Path, key: str, text: str) -> None:
    """Write an entry whole or not at all."""
    import tempfile  # a warm start writes nothing

    data = text.encode()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder, suffix=".tmp")
    except OSError:
        return
    try:
        with open(handle, "wb") as stream:
            stream.write(_checksum(key, data) + b"\n" + data)
            stream.flush()
            synced(stream.fileno())
        os.replace(name, folder / f"{key}.json")
        entries = list(folder.glob("*.json"))
        if len(entries) > limit("cache_entries"):  # the newest stay
            for old in sorted(entries, key=lambda entry: entry.stat().st_mtime)[: -limit("cache_entries")]:
                old.unlink(missing_ok=True)
    except OSError:
        Path(name).unlink(missing_ok=True)
