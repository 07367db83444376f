"""`coopsim export` and `coopsim import` of scenarios: one scenario as YAML or as an Excel workbook, and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sim.batch.files import write_atomic
from sim.domain.budget import Plan
from sim.domain.errors import InputError, Problem
from sim.domain.parameters import World
from sim.domain.scenario import Scenario
from sim.inputs.catalogue import load_catalogue
from sim.inputs.figures_book import figures_book
from sim.inputs.names import SUFFIX as YAML
from sim.inputs.names import known_slugs
from sim.inputs.plans import load_plan
from sim.inputs.province import load_province
from sim.inputs.roots import data_root
from sim.inputs.scenario_text import scenario_text
from sim.inputs.scenarios import load_background, load_scenario
from sim.inputs.workbook import SUFFIX as XLSX
from sim.inputs.worlds import list_worlds, load_world

#: Where imported scenarios go, below the working directory; the planner saves there too.
FOLDER = "scenarios"
FORMATS = (XLSX, YAML, ".yml")


@dataclass(frozen=True)
class Understood:
    """A file as it was understood, before anything is written.

    Attributes
    ----------
    scenario : what the file holds
    target : where it would be written
    notes : warnings, which refuse nothing
    """

    scenario: Scenario
    target: Path
    notes: tuple[Problem, ...]

    @property
    def replaces(self) -> bool:
        """Whether a file stands there already."""
        return self.target.exists()


def export(name: str, target: Path, *, lang: str, force: bool) -> None:
    """Write a scenario to a file of either kind; a YAML file that is replaced keeps its comments.

    Raises
    ------
    InputError
        When the scenario is refused, the file's kind is none of ours, or it exists and `force` is not set.
    """
    if target.suffix.lower() not in FORMATS:
        raise InputError(Problem("not_a_format", value=target.name, place="-o", allowed=", ".join(FORMATS)))
    scenario = load_scenario(name)
    if target.exists() and not force:
        raise InputError(Problem("file_exists", file=target.as_posix(), place="-o"))
    write_atomic(target, scenario_bytes(scenario, target, lang=lang))


def export_figures(years: Sequence[int], target: Path, *, lang: str, force: bool) -> None:
    """Write the sheet to enter outturns of some years in.

    Raises
    ------
    InputError
        When the file is no workbook, or exists and `force` is not set.
    """
    if target.suffix.lower() != XLSX:
        raise InputError(Problem("not_a_format", value=target.name, place="-o", allowed=XLSX))
    if target.exists() and not force:
        raise InputError(Problem("file_exists", file=target.as_posix(), place="-o"))
    write_atomic(target, figures_book(load_province(), years, load_catalogue(lang)))


def understand(path: Path, target: Path | None) -> Understood:
    """Read a scenario's file and say where its YAML would go; nothing is written.

    Raises
    ------
    InputError
        When the file is refused.
    """
    notes: list[Problem] = []
    scenario = load_scenario(path, notes=notes)
    return Understood(scenario, target or Path(FOLDER) / f"{scenario.slug}{YAML}", tuple(notes))


def keep(understood: Understood, *, lang: str) -> None:
    """Write what was understood."""
    write_atomic(understood.target, scenario_bytes(understood.scenario, understood.target, lang=lang))


def scenario_bytes(scenario: Scenario, target: Path, *, lang: str) -> bytes:
    """The bytes of a scenario's file of the kind its name says."""
    plans, worlds = known_parts()
    if target.suffix.lower() == XLSX:
        from sim.inputs.scenario_book import scenario_book

        return scenario_book(scenario, load_catalogue(lang), worlds=worlds, register=load_background().register)
    kept = target.read_bytes() if target.exists() else b""
    return scenario_text(scenario, plans=plans, worlds=worlds, kept=kept).encode()


def known_parts() -> tuple[dict[str, Plan], dict[str, World]]:
    """Plans and worlds of the data root, by slug."""
    root = data_root()
    plans = {slug: load_plan(slug, root=root) for slug in known_slugs(root / "plans")}
    return plans, {slug: load_world(slug, root=root) for slug in list_worlds(root)}
