"""Grid files: plans × worlds × horizons, told in one file, become one scenario each."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sim.domain.budget import Label, Plan
from sim.domain.errors import InputError, Problem, count_of
from sim.domain.parameters import World
from sim.domain.scenario import Scenario
from sim.inputs.document import Document, Place, refuse
from sim.inputs.limits import limit
from sim.inputs.names import is_path, unknown_slug
from sim.inputs.plans import load_plan
from sim.inputs.roots import shown_path
from sim.inputs.scenarios import Background, load_scenario
from sim.inputs.text import read_file
from sim.inputs.worlds import load_world

#: The world whose scenarios carry their plan's name alone, and the horizon that needs no saying.
CENTRAL, USUAL_HORIZON = "central", 2030
_KINDS = ("plans", "worlds", "scenarios")


@dataclass(frozen=True)
class Grid:
    """A grid of scenarios.

    Attributes
    ----------
    scenarios : combinations, in the file's order
    named : further scenarios: names of shipped ones, paths of others
    """

    slug: str
    label: Label
    scenarios: tuple[Scenario, ...]
    named: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many scenarios it holds."""
        return len(self.scenarios) + len(self.named)


def load_grid(path: Path, background: Background, *, notes: list[Problem] | None = None) -> Grid:
    """A grid file.

    Parameters
    ----------
    notes : receives warnings, which refuse nothing

    Raises
    ------
    InputError
        With every problem of the file: unknown names, files that are missing or refused themselves, plans that
        end before a horizon, no scenario at all.
    """
    from sim.inputs.models import GridShape
    from sim.inputs.validation import check_shape
    from sim.inputs.yaml_reader import parse_yaml

    raw = read_file(path, max_bytes=limit("yaml_bytes"))
    document = parse_yaml(raw, file=shown_path(path)).require()
    content, problems = check_shape(GridShape, document)
    refuse(problems)
    reader = _Reader(document, path.parent, background)
    parts = {kind: [reader.named(kind, place, name) for place, name in enumerate(content[kind])] for kind in _KINDS}
    refuse(reader.problems)
    horizons = reader.horizons(content["horizons"] or [USUAL_HORIZON])
    refuse(reader.problems)
    found = [reader.combined(*parts) for parts in itertools.product(parts["plans"], parts["worlds"], horizons)]
    refuse(reader.problems)
    made = tuple(scenario for scenario in found if scenario)
    refuse(reader.twice(made))
    grid = Grid(content["slug"], content["label"], made, tuple(parts["scenarios"]))
    if not grid.count:
        raise InputError(document.problem("grid_empty"))
    if notes is not None:
        notes += [note for place, note in enumerate(reader.notes) if note not in reader.notes[:place]]
    return grid


def too_large(grid: Grid, file: str) -> Problem | None:
    """That a grid holds more scenarios than a batch runs without being asked twice."""
    most = limit("grid_scenarios")
    if grid.count <= most:
        return None
    return Problem("grid_too_large", {"count": count_of(grid.count), "most": count_of(most)}, file=file)


@dataclass
class _Reader:
    """A grid file while it is read.

    Attributes
    ----------
    folder : of the file; paths in it start there, so that both can be moved together
    problems : what is wrong so far
    notes : warnings of the files it names
    slugs : of the scenarios it names, with their places and how they are written there
    """

    document: Document
    folder: Path
    background: Background
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    slugs: list[tuple[str, Place, str]] = field(default_factory=list)

    def named(self, kind: str, place: int, name: str) -> Any:
        """What a name or a path stands for: a plan, a world, or what a scenario is called by from here."""
        found: str | Path = name
        if is_path(name):
            found = self.folder / name
            problem = None if found.is_file() else Problem("file_missing")
        else:
            problem = unknown_slug(kind, name, self.background.root)
        if problem is not None:
            self.problems.append(replace(self.document.placed(problem, (kind, place)), value=name))
            return None
        try:
            return self._read(kind, found, place, name)
        except InputError as error:
            self.problems.extend(error.problems)
            return None

    def _read(self, kind: str, name: str | Path, place: int, written: str) -> Any:
        if kind == "plans":
            return load_plan(name, root=self.background.root)
        if kind == "worlds":
            return load_world(name, root=self.background.root, register=self.background.register, notes=self.notes)
        scenario = load_scenario(name, background=self.background, notes=self.notes)
        self.slugs.append((scenario.slug, (kind, place), written))
        return str(name)

    def horizons(self, years: list[int]) -> list[int]:
        """Last years, all within the model's reach."""
        reach = self.background.reach
        allowed = f"{reach[0]} … {reach[-1]}"
        self.problems += [
            self.document.problem("horizon_out_of_range", ("horizons",), value=year, allowed=allowed)
            for year in years
            if year not in reach
        ]
        return years

    def combined(self, plan: Plan, world: World, horizon: int) -> Scenario | None:
        """One scenario of the grid, or None when its plan ends too soon."""
        missing = plan.missing(range(self.background.reach[0], horizon + 1))
        if missing:
            params = {"plan": plan.slug, "years": ", ".join(map(str, missing))}
            self.problems.append(self.document.problem("plan_ends_before", ("plans",), params=params, value=plan.slug))
            return None
        label = {lang: f"{plan.label[lang]} · {world.label[lang]}" for lang in plan.label}
        return Scenario(_slug(plan.slug, world.slug, horizon), label, plan, world, horizon)

    def twice(self, made: Sequence[Scenario]) -> list[Problem]:
        """Scenarios of one name, made here or named: their files, pages and rows could not be told apart."""
        slugs = [scenario.slug for scenario in made]
        problems = [
            self.document.problem("grid_duplicate", ("plans",), params={"slug": slug}, value=slug)
            for slug in sorted({slug for slug in slugs if slugs.count(slug) > 1})
        ]
        for slug, place, name in self.slugs:
            if slug in slugs:
                params = {"slug": slug}
                problems.append(self.document.problem("grid_duplicate", place, params=params, value=name))
            slugs.append(slug)
        return problems


def _slug(plan: str, world: str, horizon: int) -> str:
    parts = [plan]
    if world != CENTRAL:
        parts.append(world)
    if horizon != USUAL_HORIZON:
        parts.append(str(horizon))
    return "--".join(parts)
