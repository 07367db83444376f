"""Content-addressed resume: a run is repeated only when something it is made of has changed.

Every part of the key is kept in the run's record, so that a miss can say which part changed.
Worker count, paths and clocks are no part of it.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.batch.files import sha256_file
from sim.batch.job import OK, Outcome
from sim.batch.record import RECORDS, SCHEMA, code_hash, lock_hash, versions
from sim.domain.canonical import fingerprint
from sim.domain.scenario import Scenario

#: Why a run is not taken from an earlier one.
NEW, FAILED_BEFORE, CHANGED, EDITED, MISSING = "new", "failed_before", "changed", "edited", "missing"


@dataclass(frozen=True)
class Reuse:
    """What an earlier run of the same name is worth now.

    Attributes
    ----------
    outputs : {path: SHA-256} when it can be kept as it is, else None
    why : reason it cannot be kept, one of the words above
    parts : parts of the key that changed, or outputs that were edited or are missing
    """

    outputs: Mapping[str, str] | None
    why: str = ""
    parts: tuple[str, ...] = ()


def shared_parts(root: Path, asked: Mapping[str, Any], notebooks: Path) -> dict[str, str]:
    """Parts of the key that all runs of a report share."""
    data = {
        path.relative_to(root).as_posix(): sha256_file(path) for path in sorted(root.rglob("*")) if _read_by_runs(path)
    }
    code = {path.name: sha256_file(path) for path in sorted(notebooks.glob("*.ipynb"))}
    return {
        "schema": SCHEMA,
        "data": fingerprint(data),
        "notebooks": fingerprint(code),
        "code": code_hash(),
        "lock": lock_hash(),
        "versions": fingerprint(versions()),
        **{name: fingerprint(value) for name, value in asked.items()},
    }


def _read_by_runs(path: Path) -> bool:
    """Scenarios, plans and worlds count through the scenario itself: one more file changes no other run."""
    return path.is_file() and path.parent.name not in ("scenarios", "plans", "worlds")


def scenario_part(scenario: Scenario) -> str:
    """Fingerprint of a scenario with its words: they stand on its page."""
    plain = json.dumps(dataclasses.asdict(scenario), default=_plain, sort_keys=True, ensure_ascii=False)
    return fingerprint(plain)


def _plain(value: object) -> object:
    return dict(value) if isinstance(value, Mapping) else str(value)


def key_before(out: Path, stem: str) -> dict[str, str]:
    """The content key of an earlier run of this name; empty when there was none."""
    try:
        return dict(json.loads((out / RECORDS / f"{stem}.json").read_text(encoding="utf-8"))["key"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def kept_outcome(out: Path, slug: str, stem: str) -> Outcome:
    """The outcome of an earlier run that stands; its kernel is on record, and no part of the key."""
    try:
        (row,) = json.loads((out / RECORDS / f"{stem}.json").read_text(encoding="utf-8"))["scenarios"]
        return Outcome(slug, OK, kept=True, kernel=str(row.get("kernel", "")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Outcome(slug, OK, kept=True)


def reuse(out: Path, stem: str, key: Mapping[str, str]) -> Reuse:
    """Whether an earlier run still stands: same key, and every output as it was written."""
    try:
        record = json.loads((out / RECORDS / f"{stem}.json").read_text(encoding="utf-8"))
        before, outputs, state = record["key"], record["outputs"], record["state"]
    except (OSError, ValueError, KeyError, TypeError):
        return Reuse(None, NEW)
    if state != OK:
        return Reuse(None, FAILED_BEFORE)
    changed = tuple(name for name in sorted({*key, *before}) if key.get(name) != before.get(name))
    if changed:
        return Reuse(None, CHANGED, changed)
    missing = tuple(name for name in outputs if not (out / name).is_file())
    if missing:
        return Reuse(None, MISSING, missing)
    edited = tuple(name for name, digest in outputs.items() if sha256_file(out / name) != digest)
    return Reuse(None, EDITED, edited) if edited else Reuse(outputs)
