"""What a report is made of, and what of it need not be made again."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.domain import InputError, Problem, Scenario, fingerprint
from sim.inputs.scenarios import list_scenarios, load_background, load_scenario
from sim.inputs.text import is_path
from sim.inputs.yaml import load_catalogue
from sim.run.files import page_stem, sha256_file
from sim.run.job import INVALID, OK, Ending, Limits
from sim.run.record import RECORDS, SCHEMA, code_hash, lock_hash, versions

# -- The plan of a report: every scenario asked for, read before anything runs ---------------------

@dataclass(frozen=True)
class Settings:
    """How a report is made; `jobs` notebooks run at a time, `formats` are made beside the pages.

    `made` has {name in the folder: SHA-256} of the scenario files the program itself wrote for this report.
    """

    out: Path
    draws: int
    seed: int
    lang: str = "vi"
    jobs: int = 2
    limits: Limits = field(default_factory=Limits)
    kernel: str = ""
    resume: bool = True
    cluster: str = ""
    formats: tuple[str, ...] = ("html",)
    made: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Entry:
    """One scenario of a report: where it came from and how it went.

    Attributes
    ----------
    name : as a kernel in another folder finds it: a slug, or an absolute path
    slug : of the scenario; of the file where it could not be read
    scenario : None when it was refused
    ending : None until it ran
    """

    name: str
    slug: str
    scenario: Scenario | None
    ending: Ending | None = None

    @property
    def stem(self) -> str:
        """Stem of its files."""
        return page_stem(self.slug)

    @property
    def ok(self) -> bool:
        """Whether it has a page."""
        return self.scenario is not None and self.ending is not None and self.ending.ok

    def state(self) -> dict[str, Any]:
        """What overview pages need to know of it."""
        ending = self.ending or Ending(self.slug, OK)
        label = dict(self.scenario.label) if self.scenario else self.slug
        return {
            "slug": self.slug,
            "page": f"{self.stem}.html",
            "state": ending.state,
            "reason": ending.reason,
            "label": label,
        }


def read_entries(names: Sequence[str], lang: str) -> list[Entry]:
    """Read every scenario asked for, or every shipped one; a refused one becomes an invalid entry.

    Raises
    ------
    InputError
        When not one can be read, with every problem of all of them.
    """
    background = load_background()
    catalogue = load_catalogue(lang)
    entries: list[Entry] = []
    problems: list[Problem] = []
    named: dict[str, str] = {}
    refused: set[str] = set()
    for name in names or list_scenarios():
        if name in refused:
            continue  # refused already
        found: tuple[Problem, ...] = ()
        try:
            scenario = load_scenario(name, background=background)
            if scenario.slug in named:
                both = {"slug": scenario.slug, "names": f"{named[scenario.slug]}, {name}"}
                found = (Problem("duplicate_scenario", both, value=scenario.slug),)
            named.setdefault(scenario.slug, name)
        except InputError as error:
            found = error.problems
        if not found:
            entries.append(Entry(str(Path(name).resolve()) if is_path(name) else name, scenario.slug, scenario))
            continue
        problems.extend(found)
        refused.add(name)
        reason = " · ".join(catalogue.describe(problem) for problem in found)
        slug = _unused(Path(name).name, entries)
        entries.append(Entry(name, slug, None, Ending(slug, INVALID, reason)))
    if not any(entry.scenario for entry in entries):
        raise InputError(*problems)
    return entries


def _unused(slug: str, entries: Sequence[Entry]) -> str:
    taken = {entry.slug for entry in entries}
    number = 2
    while slug in taken:
        slug, number = f"{slug}-{number}", number + 1
    return slug


def plan_text(entries: Sequence[Entry], settings: Settings, started: str, files: Sequence[str]) -> str:
    """What is going to be done and written, as plan.json: written before the first notebook starts."""
    rows = [{"name": entry.name, "slug": entry.slug, "valid": entry.scenario is not None} for entry in entries]
    asked = {"draws": settings.draws, "seed": settings.seed, "lang": settings.lang}
    plan = {"started": started, **asked, "scenarios": rows, "files": list(files), "made": dict(settings.made)}
    return json.dumps(plan, ensure_ascii=False, indent=1) + "\n"


# -- Content-addressed resume: a run is repeated only when something it is made of has changed -----
# Every part of the key is kept in the run's record, so that a miss can say which part changed.
# Worker count, paths and clocks are no part of it.

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


def kept_ending(out: Path, slug: str, stem: str) -> Ending:
    """The ending of an earlier run that stands; its kernel is on record, and no part of the key."""
    try:
        (row,) = json.loads((out / RECORDS / f"{stem}.json").read_text(encoding="utf-8"))["scenarios"]
        return Ending(slug, OK, kept=True, kernel=str(row.get("kernel", "")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Ending(slug, OK, kept=True)


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
