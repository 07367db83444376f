"""The parts of a report, every scenario of it read before anything runs; and which need not be made again."""

import dataclasses
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

from sim.domain import InputError, Problem, Scenario, fingerprint
from sim.inputs.scenarios import list_scenarios, load_background, load_scenario
from sim.inputs.text import is_path
from sim.inputs.yaml import load_catalogue
from sim.run.files import page_stem, sha256_file
from sim.run.job import INVALID, OK, Ending, Limits
from sim.run.record import RECORDS, SCHEMA, code_hash, lock_hash, read_record, versions


@dataclass(frozen=True)
class Settings:
    """How a report is made; `jobs` notebooks run at a time, `formats` are made beside the pages.

    `made` has {name in the folder: SHA-256} of the scenario files the program itself wrote for this report; `notebooks`
    are an analyst's own, each a page; `only` names the one page that is made of every scenario page and overview;
    `year` is the planning year that was asked for.
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
    notebooks: tuple[Path, ...] = ()
    only: str = ""
    year: int = 0

    @property
    def asked(self) -> dict[str, Any]:
        """What every figure of the report depends on beside the scenarios, by its name in records and notebooks."""
        year = {"year": self.year} if self.year else {}
        return {"lang": self.lang, "draws": self.draws, "seed": self.seed, **year}


@dataclass
class Entry:
    """A page or a file of a report: what it is about, what it is made of, how making it ended.

    Attributes
    ----------
    name : as a kernel in another folder finds the scenario: a slug, or an absolute path
    slug : of the scenario; of the file where it could not be read; of an overview page; a file's own name
    scenario : of a scenario's page; None where it was refused, and for everything else
    ending : None until it ran
    stem : of its files, and of its record among the records; by default made of the slug
    key : {part: fingerprint} of all it is made of
    stale : when the page in its place was made, where this run failed and an earlier one's stays
    """

    name: str
    slug: str
    scenario: Scenario | None = None
    ending: Ending | None = None
    stem: str = ""
    key: dict[str, str] = field(default_factory=dict)
    stale: str = ""

    def __post_init__(self) -> None:
        self.stem = self.stem or page_stem(self.slug)

    @property
    def ok(self) -> bool:
        """Whether it was made, now or earlier."""
        return self.ending is not None and self.ending.ok

    @property
    def ended(self) -> Ending:
        """How making it ended, once it has."""
        assert self.ending
        return self.ending

    def state(self) -> dict[str, Any]:
        """What overview pages need to know of it."""
        label = dict(self.scenario.label) if self.scenario else self.slug
        about = {"slug": self.slug, "page": f"{self.stem}.html"}
        more = {"stale": True} if self.stale else {}
        return {**about, "state": self.ended.state, "reason": self.ended.reason, "label": label, **more}


def read_entries(names: Sequence[str], lang: str) -> list[Entry]:
    """Read every scenario asked for, or every shipped one; a refused one becomes an invalid entry.

    Raises
    ------
    InputError
        When not one can be read, with every problem of all of them.
    """
    background, catalogue = load_background(), load_catalogue(lang)
    entries, problems = list[Entry](), list[Problem]()
    named, refused = dict[str, str](), set[str]()
    for name in names or list_scenarios():
        if name in refused:
            continue
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
            here = str(Path(name).resolve()) if is_path(name) else name
            entries.append(Entry(here, scenario.slug, scenario))
            continue
        problems.extend(found)
        refused.add(name)
        reason = " · ".join(catalogue.describe(problem) for problem in found)
        slug, number, taken = Path(name).name, 2, {entry.slug for entry in entries}
        while slug in taken:
            slug, number = f"{slug}-{number}", number + 1
        entries.append(Entry(name, slug, ending=Ending(slug, INVALID, reason)))
    if not any(entry.scenario for entry in entries):
        raise InputError(*problems)
    return entries


def plan_text(entries: Sequence[Entry], settings: Settings, started: str, files: Sequence[str]) -> str:
    """What is going to be done and written, as plan.json: written before the first notebook starts."""
    rows = [{"name": entry.name, "slug": entry.slug, "valid": entry.scenario is not None} for entry in entries]
    asked = {name: settings.asked[name] for name in ("draws", "seed", "lang")}
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
    outputs : {path: SHA-256} when it can be kept as it is, else None for one of the reasons above
    parts : parts of the key that changed, or outputs that were edited or are missing
    before : its content key; empty when there was none
    kernel : it ran in, which is on record and no part of the key
    """

    outputs: Mapping[str, str] | None
    why: str = ""
    parts: tuple[str, ...] = ()
    before: Mapping[str, str] = field(default_factory=dict)
    kernel: str = ""


def shared_parts(inputs: Mapping[str, str], asked: Mapping[str, Any], notebooks: Path) -> dict[str, str]:
    """Parts of the key that all pages of a report share.

    Parameters
    ----------
    inputs : {path: SHA-256} of every data file
    notebooks : their folder
    """
    # Scenarios, plans and worlds count through the scenario itself: one more file changes no other run.
    through = ("scenarios", "plans", "worlds")
    data = {name: digest for name, digest in inputs.items() if PurePosixPath(name).parent.name not in through}
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


def scenario_part(scenario: Scenario) -> str:
    """Fingerprint of a scenario with its words: they stand on its page."""

    def plain(value: object) -> object:
        return dict(value) if isinstance(value, Mapping) else str(value)

    return fingerprint(json.dumps(dataclasses.asdict(scenario), default=plain, sort_keys=True, ensure_ascii=False))


def reuse(out: Path, entry: Entry) -> Reuse:
    """Whether an earlier run of an entry still stands: same key, and every output as it was written."""
    record, key, kernel = read_record(out / RECORDS / f"{entry.stem}.json"), entry.key, ""
    with suppress(KeyError, ValueError, TypeError, AttributeError):
        (row,) = record["scenarios"]
        kernel = str(row.get("kernel", ""))
    if not {"key", "outputs", "state"} <= record.keys():
        return Reuse(None, NEW, kernel=kernel)
    before, outputs = record["key"], record["outputs"]
    found = partial(Reuse, before=before, kernel=kernel)
    if record["state"] != OK:
        return found(None, FAILED_BEFORE)
    if changed := tuple(name for name in sorted({*key, *before}) if key.get(name) != before.get(name)):
        return found(None, CHANGED, changed)
    if missing := tuple(name for name in outputs if not (out / name).is_file()):
        return found(None, MISSING, missing)
    edited = tuple(name for name, digest in outputs.items() if sha256_file(out / name) != digest)
    return found(None, EDITED, edited) if edited else found(outputs)
