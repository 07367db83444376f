"""Grid files: plans × worlds × horizons, told in one file, become one scenario each."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from pathlib import Path

from sim.domain.budget import Label
from sim.domain.errors import Problem
from sim.domain.scenario import Scenario
from sim.inputs.document import Document, refuse
from sim.inputs.limits import limit
from sim.inputs.names import unknown_slug
from sim.inputs.plans import load_plan
from sim.inputs.roots import shown_path
from sim.inputs.scenarios import Background, covered
from sim.inputs.text import read_file
from sim.inputs.worlds import load_world

#: The world whose scenarios carry their plan's name alone, and the horizon that needs no saying.
CENTRAL, USUAL_HORIZON = "central", 2030


@dataclass(frozen=True)
class Grid:
    """A grid of scenarios.

    Attributes
    ----------
    scenarios : combinations, in the file's order
    named : further shipped scenarios by name
    """

    slug: str
    label: Label
    scenarios: tuple[Scenario, ...]
    named: tuple[str, ...]


def load_grid(path: Path, background: Background) -> Grid:
    """A grid file.

    Raises
    ------
    InputError
        With every problem of the file: unknown names, plans that end before a horizon.
    """
    from sim.inputs.models import GridShape
    from sim.inputs.validation import check_shape
    from sim.inputs.yaml_reader import parse_yaml

    raw = read_file(path, max_bytes=limit("yaml_bytes"))
    document = parse_yaml(raw, file=shown_path(path)).require()
    content, problems = check_shape(GridShape, document)
    refuse(problems)
    refuse(_unknown(document, content, background))
    first, last = background.base_year + 1, background.base_year + limit("horizon_years")
    horizons = content["horizons"] or [USUAL_HORIZON]
    wrong = [year for year in horizons if not first <= year <= last]
    refuse(
        document.problem("horizon_out_of_range", ("horizons",), value=year, allowed=f"{first} … {last}")
        for year in wrong
    )
    found, problems = [], []
    for plan_name, world_name, horizon in itertools.product(content["plans"], content["worlds"], horizons):
        plan = load_plan(plan_name, root=background.root)
        world = load_world(world_name, root=background.root, register=background.register)
        missing = [year for year in range(first, horizon + 1) if not covered(plan, year)]
        if missing:
            params = {"plan": plan_name, "years": ", ".join(map(str, missing))}
            problems.append(document.problem("plan_ends_before", ("plans",), params=params, value=plan_name))
            continue
        label = {lang: f"{plan.label[lang]} · {world.label[lang]}" for lang in plan.label}
        found.append(Scenario(_slug(plan_name, world_name, horizon), label, plan, world, horizon))
    refuse(problems)
    return Grid(content["slug"], content["label"], tuple(found), tuple(content["scenarios"]))


def _slug(plan: str, world: str, horizon: int) -> str:
    parts = [plan]
    if world != CENTRAL:
        parts.append(world)
    if horizon != USUAL_HORIZON:
        parts.append(str(horizon))
    return "--".join(parts)


def _unknown(document: Document, content: dict, background: Background) -> list[Problem]:
    problems = []
    for kind in ("plans", "worlds", "scenarios"):
        for place, name in enumerate(content[kind]):
            problem = unknown_slug(kind, name, background.root)
            if problem is not None:
                problems.append(
                    document.problem(
                        problem.key, (kind, place), value=name, params=problem.params,
                        allowed=problem.allowed, suggestion=problem.suggestion,
                    )  # fmt: skip
                )
    return problems
