"""Scenario files to scenarios: names are resolved, the plan must cover every year to the horizon."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from sim.domain import InputError, Problem, Register, Scenario
from sim.inputs import text, yaml
from sim.inputs.excel import is_workbook, parse_scenario_book
from sim.inputs.pack import load_province, load_register
from sim.inputs.scenarios.plans import (
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
from sim.inputs.yaml import Checked, Loader, parse_yaml


@dataclass(frozen=True)
class Background:
    """What scenarios are checked against: loaded once, used for many.

    Attributes
    ----------
    base_year : the year before the first projected one
    """

    root: Path
    register: Register
    base_year: int

    @property
    def reach(self) -> range:
        """Years a scenario may have as its horizon."""
        return range(self.base_year + 1, self.base_year + text.limit("horizon_years") + 1)


def load_background(root: Path | None = None, *, province: str | None = None) -> Background:
    """The register and the base year of a data root."""
    root = root or text.data_root()
    return Background(root, load_register(root, province=province), load_province(province, root=root).base_year)


def list_scenarios(root: Path | None = None) -> tuple[str, ...]:
    """Slugs of the scenarios of the data root, sorted."""
    return text.known_slugs((root or text.data_root()) / text.SCENARIOS)


def load_scenario(
    name: str | os.PathLike[str],
    *,
    root: Path | None = None,
    background: Background | None = None,
    notes: list[Problem] | None = None,
) -> Scenario:
    """A scenario with its plan and its world.

    Parameters
    ----------
    name : a slug, matched exactly in ``data/scenarios``; anything with a slash of either kind or ending
        in .yaml, .yml or .xlsx is a path; never one for the other
    root : data root; by default `data_root`
    background : pass one when loading many scenarios
    notes : receives warnings, which refuse nothing

    Raises
    ------
    InputError
        With every problem of the scenario, of its plan and of its world.
    """
    background = background or load_background(root)
    file = text.File.named(text.SCENARIOS, name, background.root)
    found: list[Problem] = []
    known = register_bytes(background.register)
    content = _SCENARIOS.load(file, background, depends=[known], notes=found)
    problems: list[Problem] = []
    plan, world = (
        text.collected(partial(_part, name, content[name], background, file=file, notes=found), problems)
        for name in ("plan", "world")
    )
    horizon, reach, document = content["horizon"], background.reach, partial(_document, file.raw, file=file.name)
    if horizon not in reach:
        allowed = f"{reach[0]} … {reach[-1]}"
        problems.append(document().problem("horizon_out_of_range", ("horizon",), value=horizon, allowed=allowed))
    elif plan and (missing := plan.missing(range(reach[0], horizon + 1))):
        params = {"plan": plan.slug, "years": ", ".join(map(str, missing)), "horizon": horizon}
        problems.append(document().problem("plan_too_short", ("horizon",), params=params, value=horizon))
    text.refuse(problems)
    assert plan is not None and world is not None
    if notes is not None:
        notes.extend(found)
    return Scenario(content["slug"], content["label"], plan, world, horizon)


def _document(raw: bytes, *, file: str) -> text.Document:
    """A scenario file as plain data with places, whether YAML or the workbook of the same content."""
    if file.lower().endswith(text.XLSX) or is_workbook(raw):
        return parse_scenario_book(raw, file=file)
    return parse_yaml(raw, file=file)


def _check(found: Checked, background: Background) -> None:
    """What can be said of the file alone and of the register."""
    document, root = found.document, background.root
    for number, problem in enumerate(found.problems):
        if problem.key == "bad_slug" and problem.place in ("plan", "world"):
            near = text.nearest(str(problem.value), text.known_slugs(root / f"{problem.place}s"))
            found.problems[number] = replace(problem, suggestion=near)
    if isinstance(document.data.get("plan"), dict):
        check_money(found, ("plan",))
    if isinstance(document.data.get("world"), dict):
        check_overrides(found, background.register, ("world",))
    if found.value is not None:
        return
    for name in ("plan", "world"):  # looked up all the same: all problems at once
        slug = document.data.get(name)
        if isinstance(slug, str) and not document.spoilt((name,)):
            unknown = text.unknown_slug(name + "s", slug, root)
            if unknown is not None and unknown.key != "bad_name":  # its form was told already
                found.problems.append(document.placed(unknown, (name,)))


def _content(value: Mapping[str, Any]) -> dict[str, Any]:
    """Validated data ready for the cache; inline parts without a name take the scenario's."""
    content = dict(value)
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
    unknown = text.unknown_slug(name + "s", stated, background.root)
    if unknown is not None:
        raise InputError(_document(file.raw, file=file.name).placed(unknown, (name,)))
    if name == "plan":
        return load_plan(stated, root=background.root)
    return load_world(stated, root=background.root, register=background.register, notes=notes)


_SCENARIOS = Loader("scenario", lambda: yaml.ScenarioShape, _check, _content, _document)
