"""Scenarios from files: a plan in a world to a horizon, checked against the pack they are for."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from sim import domain
from sim.domain import InputError, Problem, Register, Scenario
from sim.inputs import excel, text, yaml
from sim.inputs.pack import (
    load_province,
    load_register,
    pack_folder,
)
from sim.inputs.scenarios.parts import (
    check_money,
    check_overrides,
    load_plan,
    load_world,
    plan_content,
    plan_from,
    register_bytes,
    world_content,
    world_from,
)
from sim.inputs.scenarios.present import changed_past, check_targets, target_contents, targets_outside
from sim.inputs.text import PLANS, File, Place
from sim.inputs.yaml import Checked, Loader, parse_yaml

#: The scenario that stands for the usual choice: its ranges are checked and kept to be scored; its plan was in force,
#: and it opens reports, where a pack does not say which.
MAIN = "fund-12.3"


@dataclass(frozen=True)
class Background:
    """What scenarios are checked against: loaded once, used for many.

    Attributes
    ----------
    base_year : the year before the first projected one
    own : folder of the data pack, which may hold plans and scenarios of its own
    areas : codes of its areas; none where that is not known
    planning_year : the present one; default the first projected one
    in_force : the base plan, whose money the years before it have; None for every plan's own
    """

    root: Path
    register: Register
    base_year: int
    own: Path | None = None
    areas: tuple[str, ...] = ()
    planning_year: int = 0
    in_force: domain.Plan | None = None

    @property
    def present(self) -> int:
        """The planning year."""
        return self.planning_year or self.base_year + 1

    @property
    def past(self) -> range:
        """Projected years that are over."""
        return range(self.base_year + 1, self.present)

    @property
    def reach(self) -> range:
        """Years a scenario may have as its horizon."""
        return range(self.present, self.base_year + text.limit("horizon_years") + 1)

    def unreached(self, horizon: int, document: text.Document, at: Place) -> Problem:
        """Why a year cannot be a horizon: it is over, or nothing is projected for it."""
        reach = self.reach
        over, allowed = self.base_year < horizon < reach[0], f"{reach[0]} … {reach[-1]}"
        key, params = ("horizon_over", {"year": reach[0]}) if over else ("horizon_out_of_range", {})
        return document.problem(key, at, params=params, value=horizon, allowed=allowed)

    def with_past(self, plan: domain.Plan) -> domain.Plan:
        """A plan with the base plan's money in the years that are over."""
        return domain.with_past(plan, self.in_force, self.past) if self.in_force else plan


def load_background(root: Path | None = None, *, province: str | None = None) -> Background:
    """The register, the base year and the planning year of a data root, and the base plan of the years between."""
    root = root or text.data_root()
    pack, own = load_province(province, root=root), pack_folder(province, root=root)
    codes, register = tuple(area.code for area in pack.areas), load_register(root, province=province)
    found = Background(root, register, pack.base_year, own, codes, pack.planning_year)
    slug = pack.plan_in_force or MAIN
    if not pack.past_years or (not pack.plan_in_force and slug not in text.offered(PLANS, root, own)):
        return found
    return replace(found, in_force=load_plan(slug, root=root, own=own))


def list_scenarios(root: Path | None = None) -> tuple[str, ...]:
    """Slugs of the scenarios there are to choose from, sorted: the chosen pack's own, else those all packs share."""
    return text.offered(text.SCENARIOS, root or text.data_root(), pack_folder(root=root))


def opening(root: Path | None = None) -> str:
    """Slug of the scenario that opens reports and the planner: that of the plan in force where there is one."""
    in_force = load_province(root=root).plan_in_force
    return in_force if in_force in list_scenarios(root) else MAIN


def load_scenario(
    name: str | os.PathLike[str] | File,
    *,
    root: Path | None = None,
    background: Background | None = None,
    notes: list[Problem] | None = None,
) -> Scenario:
    """A scenario with its plan and its world.

    Parameters
    ----------
    name : a slug, matched exactly in the pack's own scenarios, then in ``data/scenarios``; anything with a
        slash of either kind or ending in .yaml, .yml or .xlsx is a path; never one for the other. Or a file that
        was read already
    root : data root; by default `data_root`
    background : pass one when loading many scenarios
    notes : receives warnings, which refuse nothing

    Raises
    ------
    InputError
        With every problem of the scenario, of its plan and of its world.
    """
    background = background or load_background(root)
    file = name if isinstance(name, File) else text.File.named(text.SCENARIOS, name, background.root, background.own)
    return _read(file, background, notes)


def checked_scenario(scenario: Scenario, *, background: Background | None = None) -> Scenario:
    """A scenario made in Python, held to what a file is held to; money of years that are over is the base plan's.

    Raises
    ------
    InputError
        With every problem a file of the same content would have, by key.
    """
    written, background = text.File(yaml.scenario_text(scenario).encode(), ""), background or load_background()
    try:
        _read(written, background, None)
    except InputError as error:
        bare = (replace(problem, file="", line=None, column=None) for problem in error.problems)
        raise InputError(*bare) from None
    plan = background.with_past(scenario.plan)
    return scenario if plan is scenario.plan else replace(scenario, plan=plan)


def _read(file: File, background: Background, notes: list[Problem] | None) -> Scenario:
    """The scenario of a file, whose parts are all read before anything is refused."""
    found: list[Problem] = []
    known = register_bytes(background.register)
    content = _SCENARIOS.load(file, background, depends=[known], notes=found)
    problems: list[Problem] = []
    plan, world = (
        text.collected(partial(_part, name, content[name], background, file=file, notes=found), problems)
        for name in ("plan", "world")
    )
    horizon, reach, document = content["horizon"], background.reach, partial(_document, file.raw, file=file.name)
    if plan:
        plan, stated = background.with_past(plan), plan
        if plan is not stated and not isinstance(content["plan"], str):
            changed = changed_past(stated, plan, background.past, document())
            (problems if document().addresses else found).extend(changed)
    if horizon not in reach:
        problems.append(background.unreached(horizon, document(), ("horizon",)))
    elif plan and (missing := plan.missing(range(background.base_year + 1, horizon + 1))):
        params = {"plan": plan.slug, "years": ", ".join(map(str, missing)), "horizon": horizon}
        problems.append(document().problem("plan_too_short", ("horizon",), params=params, value=horizon))
    if plan and background.areas:
        at: Place = ("plan",) if isinstance(content["plan"], str) else ("plan", "areas")
        for problem in domain.areas_problems(plan.areas, background.areas):
            at_key, about = len(at) > 1, {"value": problem.value, "allowed": problem.allowed}
            problems.append(document().problem(problem.key, at, at_key=at_key, **about))
    targets = tuple(domain.own_target(**target) for target in content["targets"])
    problems += targets_outside(targets, range(reach[0], horizon + 1), document)
    text.refuse(problems)
    assert plan is not None and world is not None
    if notes is not None:
        notes.extend(found)
    return Scenario(content["slug"], content["label"], plan, world, horizon, targets)


def _document(raw: bytes, *, file: str) -> text.Document:
    """A scenario file as plain data with places, whether YAML or the workbook of the same content."""
    if file.lower().endswith(text.XLSX) or excel.is_workbook(raw):
        return excel.parse_scenario_book(raw, file=file)
    return parse_yaml(raw, file=file)


def _check(found: Checked, background: Background) -> None:
    """What can be said of the file alone and of the register."""
    document, root = found.document, background.root
    for number, problem in enumerate(found.problems):
        if problem.key == "bad_slug" and problem.place in ("plan", "world"):
            near = text.nearest(str(problem.value), text.offered(f"{problem.place}s", root, background.own))
            found.problems[number] = replace(problem, suggestion=near)
    check_targets(found)
    if isinstance(document.data.get("plan"), dict):
        check_money(found, ("plan",))
    if isinstance(document.data.get("world"), dict):
        check_overrides(found, background.register, ("world",))
    if found.value is not None:
        return
    for name in ("plan", "world"):  # looked up all the same: all problems at once
        slug = document.data.get(name)
        if isinstance(slug, str) and not document.spoilt((name,)):
            unknown = text.unknown_slug(name + "s", slug, root, background.own)
            if unknown is not None and unknown.key != "bad_name":  # its form was told already
                found.problems.append(document.placed(unknown, (name,)))


def _content(value: Mapping[str, Any]) -> dict[str, Any]:
    """Validated data ready for the cache; inline parts without a name take the scenario's."""
    content = dict(value)
    content["targets"] = target_contents(value["targets"])
    for name, prepare in (("plan", plan_content), ("world", world_content)):
        part = value[name]
        if not isinstance(part, str):
            own = {key: part[key] or value[key] for key in ("slug", "label")}
            content[name] = {**prepare(part), **own}
    return content


def _part(name: str, stated: Any, background: Background, *, file: text.File, notes: list[Problem]) -> Any:
    """The plan or the world that a scenario holds or names."""
    if not isinstance(stated, str):
        return plan_from(stated) if name == "plan" else world_from(stated)
    unknown = text.unknown_slug(name + "s", stated, background.root, background.own)
    if unknown is not None:
        raise InputError(_document(file.raw, file=file.name).placed(unknown, (name,)))
    if name == "plan":
        return load_plan(stated, root=background.root, own=background.own)
    return load_world(stated, root=background.root, register=background.register, notes=notes)


_SCENARIOS = Loader("scenario", lambda: yaml.ScenarioShape, _check, _content, _document)

Scenario.find_world = load_world
