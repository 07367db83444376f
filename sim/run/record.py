"""What a run was made of, put down last of all its files; whether all of it still holds; and one run at a time."""

import contextlib
import datetime
import hashlib
import json
import os
import platform
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.domain import InputError, Problem, Scenario, inputs_fingerprint, scenario_fingerprint
from sim.ensemble import BLOCK
from sim.inputs.text import ABSENT, LOCK, go_without, shipped
from sim.run.files import sha256_file, write_atomic

if TYPE_CHECKING:
    from filelock import BaseFileLock

    from sim.evidence import Knowledge

SCHEMA = "coopsim-record/1"
RECORDS = ".records"
RECORD = "record.json"
#: Folder of the copies of what was edited by hand; no record answers for them.
EDITED_FOLDER = "edited"
#: Leftovers of a running or killed process, and those copies: no part of a report.
_PASSING = (".lock", ".lock-file", ".holder.json", ".work", EDITED_FOLDER)
_LIBRARIES = (
    "numpy", "scipy", "pandas", "altair", "vl-convert-python", "papermill", "nbclient", "nbconvert", "ipykernel",
)  # fmt: skip
_SOURCE = Path(__file__).resolve().parents[1]


def now() -> str:
    """The time in UTC, ISO 8601, whole seconds."""
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


@cache
def code_hash() -> str:
    """SHA-256 over the source of `sim`, by relative path; where it is installed does not matter."""
    digest = hashlib.sha256()
    for path in (path for kind in ("py", "css", "js", "docx") for path in sorted(_SOURCE.rglob(f"*.{kind}"))):
        digest.update(path.relative_to(_SOURCE).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def lock_hash() -> str:
    """SHA-256 of requirements.lock as it came with the program; empty without it."""
    lock = shipped("requirements.lock")
    return sha256_file(lock) if lock.is_file() else ""


def data_hashes(root: Path) -> dict[str, str]:
    """SHA-256 of every data file a run may read, by path under the data root."""
    return {path.relative_to(root).as_posix(): sha256_file(path) for path in sorted(root.rglob("*")) if path.is_file()}


def versions() -> dict[str, str]:
    """Python and the libraries that figures and pages depend on, looked up once."""
    return dict(_versions())


@cache
def _versions() -> Mapping[str, str]:
    from importlib import metadata  # a run that leaves no record does without

    found = {"python": platform.python_version()}
    for name in ("coopsim", *_LIBRARIES):
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def row_of(known: "Knowledge", slug: str, state: str, scenario: Scenario | None = None, **more: str) -> dict[str, str]:
    """What a record says of one scenario, page or file.

    Parameters
    ----------
    known : the province and register it was made with
    more : further texts of the row, as the schema has them
    """
    row = {"slug": slug, "state": state, "inputs": inputs_fingerprint(known.province, known.register), **more}
    return row | ({"scenario": scenario_fingerprint(scenario)} if scenario else {})


def build_record(
    *, settings: Mapping[str, Any], inputs: Mapping[str, str], scenarios: Sequence[Mapping[str, Any]],
    outputs: Mapping[str, str], started: str, state: str, key: Mapping[str, str] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """A run's record; its shape is data/schemas/record.schema.json.

    Parameters
    ----------
    settings : what was asked for (seed, draws, language, …)
    inputs, outputs : {path: SHA-256}
    scenarios : rows of `row_of`
    key : parts of the content key, for resuming
    """
    record = {
        "schema": SCHEMA,
        "state": state,
        "started": started,
        "ended": now(),
        "settings": {**settings, "block": BLOCK},
        "code": code_hash(),
        "lock": lock_hash(),
        "versions": versions(),
        "inputs": dict(inputs),
        "outputs": dict(outputs),
        "scenarios": [dict(entry) for entry in scenarios],
    }
    return record | ({"key": dict(key)} if key else {})


def write_record(path: Path, record: Mapping[str, Any]) -> None:
    """Write a record with its seal; it is always the last file of what it describes."""
    write_atomic(path, record_text({**record, "seal": seal(record)}))


def read_record(path: Path) -> dict[str, Any]:
    """A record, or another JSON object of a run; empty where there is none or it is damaged."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def seal(record: Mapping[str, Any]) -> str:
    """SHA-256 over a record without its seal, so that a changed byte in it is noticed too."""
    bare = {name: value for name, value in record.items() if name != "seal"}
    return hashlib.sha256(record_text(bare).encode()).hexdigest()


def record_text(record: Mapping[str, Any]) -> str:
    """The one way a record is written."""
    return json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def verify(folder: Path) -> int:
    """Check that every byte of a folder is still what its record says was written.

    Returns
    -------
    int
        How many files were checked.

    Raises
    ------
    InputError
        With every file that was changed, is missing, or was added.
    """
    path = folder / RECORD
    if not path.is_file():
        raise InputError(Problem("record_missing", file=str(path)))
    try:
        text = path.read_bytes().decode()
        record = json.loads(text)
        intact = record["seal"] == seal(record) and text == record_text(record)
        outputs = dict(record["outputs"])
    except (ValueError, KeyError, TypeError):
        intact, outputs = False, {}
    if not intact:
        raise InputError(Problem("record_changed", file=str(path)))
    problems: list[Problem] = []
    for name, digest in outputs.items():
        file = folder / name
        if not file.is_file():
            problems.append(Problem("output_missing", file=str(file)))
        elif sha256_file(file) != digest:
            problems.append(Problem("output_changed", file=str(file)))
    known = {RECORD, *outputs}
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder).as_posix()
        if file.is_file() and name not in known and name.split("/", 1)[0] not in _PASSING:
            problems.append(Problem("output_added", file=str(file)))
    if problems:
        raise InputError(*problems)
    return len(outputs) + 1


# -- One report at a time in a folder. The lock is the operating system's: it dies with its holder ---

_LOCK, _HOLDER = ".lock", ".holder.json"
#: Its stand-in where the file system has no locks: a file that names its holder.
_LOCK_FILE = ".lock-file"


@contextlib.contextmanager
def only_one(folder: Path) -> Iterator[None]:
    """Hold a folder for this process; what a dead or garbled holder left behind does not matter.

    Raises
    ------
    InputError
        When another live process holds it; says which, since when.
    """
    folder.mkdir(parents=True, exist_ok=True)
    import psutil  # a projection that is only printed holds no folder

    try:
        lock = _locked(folder)
    except TimeoutError:
        about = read_record(folder / _HOLDER)
        holder = {"pid": about.get("pid", "?"), "since": about.get("started", "?")}
        raise InputError(Problem("folder_in_use", holder, file=str(folder))) from None
    try:
        about = {"pid": os.getpid(), "started": now(), "created": psutil.Process().create_time()}
        (folder / _HOLDER).write_text(json.dumps(about), encoding="utf-8")
        yield
    finally:
        with contextlib.suppress(OSError):
            (folder / _HOLDER).unlink()
        lock.release()


def _locked(folder: Path) -> "BaseFileLock":
    """The lock of a folder, taken; where the file system has none, a file that names its holder stands for it."""
    from filelock import FileLock, SoftFileLock

    lock: BaseFileLock = FileLock(folder / _LOCK, fallback_to_soft=False)
    try:
        lock.acquire(timeout=0)
    except OSError as error:
        if isinstance(error, TimeoutError) or error.errno not in ABSENT:
            raise
        lock = SoftFileLock(folder / _LOCK_FILE)
        lock.acquire(timeout=0)
        go_without(LOCK)
    return lock
