"""Grids of scenarios, and `coopsim check` over every kind of file."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from sim.domain import CENTRAL, InputError, Label, Plan, Problem, Scenario, World, areas_problems, count_of
from sim.inputs import text, yaml
from sim.inputs.figures import is_table, load_figures, load_outturns
from sim.inputs.pack import list_provinces, read_register_file
from sim.inputs.scenarios.parts import load_plan, load_world
from sim.inputs.scenarios.scenarios import Background, load_background, load_scenario
from sim.inputs.yaml import Loader, read_yaml

#: The world whose scenarios carry their plan's name alone, and the horizon that needs no saying.
USUAL_HORIZON = 2030
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
    checked = _GRIDS.read(text.File.at(path))
    document, content = checked.document, checked.value
    reader = _Reader(document, path.parent, background)
    parts = {kind: [reader.named(kind, place, name) for place, name in enumerate(content[kind])] for kind in _KINDS}
    text.refuse(reader.problems)
    horizons = content["horizons"] or [USUAL_HORIZON]
    outside = [year for year in horizons if year not in background.reach]
    text.refuse(background.unreached(year, document, ("horizons",)) for year in outside)
    found = [reader.combined(*parts) for parts in itertools.product(parts["plans"], parts["worlds"], horizons)]
    text.refuse(reader.problems)
    made = tuple(scenario for scenario in found if scenario)
    text.refuse(reader.twice(made))
    grid = Grid(content["slug"], content["label"], made, tuple(parts["scenarios"]))
    if not grid.count:
        raise InputError(document.problem("grid_empty"))
    if notes is not None:
        notes += [note for place, note in enumerate(reader.notes) if note not in reader.notes[:place]]
    return grid


_GRIDS = Loader("grid", lambda: yaml.GridShape)


def too_large(grid: Grid, file: str) -> Problem | None:
    """That a grid holds more scenarios than a batch runs without being asked twice."""
    most = text.limit("grid_scenarios")
    if grid.count <= most:
        return None
    return Problem("grid_too_large", {"count": count_of(grid.count), "most": count_of(most)}, file=file)


@dataclass
class _Reader:
    """A grid file while it is read.

    Attributes
    ----------
    folder : of the file; paths in it start there, so that both can be moved together
    slugs : of the scenarios it names, with their places and how they are written there
    """

    document: text.Document
    folder: Path
    background: Background
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    slugs: list[tuple[str, text.Place, str]] = field(default_factory=list)

    def named(self, kind: str, place: int, name: str) -> Any:
        """What a name or a path stands for: a plan, a world, or what a scenario is called by from here."""
        found: str | Path = name
        if text.is_path(name):
            found = self.folder / name
            problem = None if found.is_file() else Problem("file_missing")
        else:
            problem = text.unknown_slug(kind, name, self.background.root, self.background.own)
        if problem is not None:
            self.problems.append(replace(self.document.placed(problem, (kind, place)), value=name))
            return None
        root, register = self.background.root, self.background.register
        if kind == "plans":
            plan = text.collected(partial(load_plan, found, root=root, own=self.background.own), self.problems)
            wrong = areas_problems(plan.areas, self.background.areas) if plan and self.background.areas else ()
            self.problems += [replace(self.document.placed(one, (kind, place)), value=one.value) for one in wrong]
            return plan
        if kind == "worlds":
            load = partial(load_world, found, root=root, register=register, notes=self.notes)
            return text.collected(load, self.problems)
        read = partial(load_scenario, found, background=self.background, notes=self.notes)
        scenario = text.collected(read, self.problems)
        if scenario is None:
            return None
        self.slugs.append((scenario.slug, (kind, place), name))
        return str(found)

    def combined(self, plan: Plan, world: World, horizon: int) -> Scenario | None:
        """One scenario of the grid, or None when its plan ends too soon."""
        plan = self.background.with_past(plan)
        missing = plan.missing(range(self.background.base_year + 1, horizon + 1))
        if missing:
            params = {"plan": plan.slug, "years": ", ".join(map(str, missing))}
            self.problems.append(self.document.problem("plan_ends_before", ("plans",), params=params, value=plan.slug))
            return None
        label = {lang: f"{plan.label[lang]} · {world.label[lang]}" for lang in plan.label}
        telling = ((world.slug, world.slug != CENTRAL), (str(horizon), horizon != USUAL_HORIZON))
        slug = "--".join([plan.slug, *(part for part, tells in telling if tells)])
        return Scenario(slug, label, plan, world, horizon)

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


# -- `coopsim check`: any file a user writes, read by the loader of its kind -----------------------

#: What tells a kind of file by its keys, most telling first.
_TELLING = (
    ("grid", "scenarios"), ("grid", "plans"), ("grid", "horizons"), ("grid", "worlds"),  # may say `horizon` by mistake
    ("scenario", "horizon"), ("plan", "fund"), ("plan", "lines"), ("world", "overrides"), ("scenario", "plan"),
)  # fmt: skip


def check_file(name: str, notes: list[Problem]) -> str:
    """Read one file and return its kind: scenario, plan, world, grid, assumptions or observations.

    Parameters
    ----------
    name : path of the file
    notes : receives warnings, which refuse nothing

    Raises
    ------
    InputError
        With every problem of the file.
    """
    path = Path(name)
    background = partial(load_background, province=_pack_of(path))
    if path.suffix.lower() == text.CSV:
        load_outturns(path, notes=notes)
        return "observations"
    if path.suffix.lower() == text.XLSX and is_table(path):
        load_figures(path, notes=notes)
        return "observations"
    kind = "scenario" if path.suffix.lower() == text.XLSX else _kind(path)
    if kind == "scenario":
        load_scenario(path, background=background(), notes=notes)
    elif kind == "plan":
        if (plan := load_plan(path)).areas:
            shown, wrong = text.shown_path(path), areas_problems(plan.areas, background().areas)
            text.refuse(replace(problem, file=shown) for problem in wrong)
    elif kind == "world":
        load_world(path, notes=notes)
    elif kind == "grid":
        large = too_large(load_grid(path, background(), notes=notes), text.shown_path(path))
        notes += [replace(large, warning=True)] if large else []
    else:
        read_register_file(path, notes=notes)
    return kind


def _pack_of(path: Path) -> str | None:
    """The data pack in whose folder a file lies, None for the chosen one."""
    folder = path.resolve().parent.parent
    return folder.name if folder.parent.name == text.PROVINCES and folder.name in list_provinces() else None


def _kind(path: Path) -> str:
    """Kind of a YAML file by its keys; a mapping of entries with distributions is a register file."""
    document = read_yaml(path)
    for kind, key in _TELLING:
        if key in document.data:
            return kind
    if any(isinstance(entry, dict) and "distribution" in entry for entry in document.data.values()):
        return "assumptions"
    document.require()
    raise InputError(document.problem("unknown_kind_of_file"))
