"""The plan of a report: every scenario asked for, read before anything runs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.batch.files import page_stem
from sim.batch.job import INVALID, OK, Limits, Outcome
from sim.domain.errors import InputError, Problem
from sim.domain.scenario import Scenario
from sim.inputs.catalogue import load_catalogue
from sim.inputs.names import is_path
from sim.inputs.scenarios import list_scenarios, load_background, load_scenario


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
    outcome : None until it ran
    """

    name: str
    slug: str
    scenario: Scenario | None
    outcome: Outcome | None = None

    @property
    def stem(self) -> str:
        """Stem of its files."""
        return page_stem(self.slug)

    @property
    def ok(self) -> bool:
        """Whether it has a page."""
        return self.scenario is not None and self.outcome is not None and self.outcome.ok

    def state(self) -> dict[str, Any]:
        """What overview pages need to know of it."""
        outcome = self.outcome or Outcome(self.slug, OK)
        label = dict(self.scenario.label) if self.scenario else self.slug
        return {
            "slug": self.slug,
            "page": f"{self.stem}.html",
            "state": outcome.state,
            "reason": outcome.reason,
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
            continue  # told already
        found: tuple[Problem, ...] = ()
        try:
            scenario = load_scenario(name, background=background)
            if scenario.slug in named:
                told = {"slug": scenario.slug, "names": f"{named[scenario.slug]}, {name}"}
                found = (Problem("duplicate_scenario", told, value=scenario.slug),)
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
        entries.append(Entry(name, slug, None, Outcome(slug, INVALID, reason)))
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
