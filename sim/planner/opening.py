"""How the planner opens: settings, what is asked, the scenarios to choose from."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.domain import InputError, Plan, Problem, Province, Scenario, World
from sim.ensemble import DEFAULT_SEED, MAX_DRAWS
from sim.evidence import Knowledge, load_earlier, load_knowledge
from sim.inputs.pack import plan_in
from sim.inputs.scenarios import (
    Background,
    list_plans,
    list_scenarios,
    list_worlds,
    load_background,
    load_plan,
    load_scenario,
    load_world,
    opening,
)
from sim.inputs.text import data_root, settings
from sim.inputs.yaml import LANGUAGES
from sim.planner.words import Refusal
from sim.run import parts_by_active


def setting(name: str) -> int:
    """One setting [unit as stated in the file]."""
    return int(settings("planner")[name])


def choices(name: str) -> tuple[int, ...]:
    """A setting that is a list."""
    return tuple(settings("planner")[name])


@dataclass(frozen=True)
class Asked:
    """The notebook's parameters, checked.

    Attributes
    ----------
    scenario : name or path; empty for the plan in force
    reference : slug of the plan compared with; empty for the scenario's own as it was opened
    """

    scenario: str = ""
    reference: str = ""
    lang: str = LANGUAGES[0]
    draws: int = 0
    seed: int = DEFAULT_SEED
    folder: str = "scenarios"
    year: int = 0


@dataclass(frozen=True)
class Opened:
    """What the planner works with.

    Attributes
    ----------
    plans, worlds : of the data root, by slug, with those of the opened scenario
    shipped : slugs of scenarios that a saved one must not take
    background : what files of scenarios are checked against
    weights : {area code: its part by active HTX} of a province of several areas
    """

    asked: Asked
    knowledge: Knowledge
    scenario: Scenario
    plans: Mapping[str, Plan]
    worlds: Mapping[str, World]
    shipped: tuple[str, ...]
    background: Background
    weights: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def earlier(self) -> Knowledge | None:
        """What the pack that this one goes on from knows."""
        return load_earlier(self.knowledge)

    @property
    def folder(self) -> Path:
        """Where scenarios are saved."""
        return Path(self.asked.folder)

    @property
    def province(self) -> Province:
        """The data pack."""
        return self.knowledge.province


def read_parameters(data: Mapping[str, Any]) -> Asked:
    """Check what is asked, by name.

    Raises
    ------
    Refusal
        For an unknown name or a value out of range.
    """
    if not set(data) <= set(Asked.__dataclass_fields__):
        raise Refusal("parameters", keys=", ".join(Asked.__dataclass_fields__))
    asked = Asked(**{"draws": setting("draws"), **data})
    checks = (
        ("scenario", isinstance(asked.scenario, str), "fund-12.3, …"),
        ("reference", isinstance(asked.reference, str), "no-support, …"),
        ("folder", isinstance(asked.folder, str), "scenarios, …"),
        ("lang", asked.lang in LANGUAGES, ", ".join(LANGUAGES)),
        ("draws", type(asked.draws) is int and 1 <= asked.draws <= MAX_DRAWS, f"1 … {MAX_DRAWS}"),
        ("seed", type(asked.seed) is int and asked.seed >= 0, "0 …"),
        ("year", type(asked.year) is int and asked.year >= 0, "0 …"),
    )
    for key, valid, allowed in checks:
        if not valid:
            raise Refusal("parameter", key=key, value=json.dumps(data.get(key), ensure_ascii=False), allowed=allowed)
    return asked


def open_planner(asked: Asked) -> Opened:
    """Load everything the planner offers.

    Raises
    ------
    InputError
        With every problem of the files.
    """
    root = data_root()
    plan_in(asked.year or None)
    try:
        knowledge = load_knowledge(root)
    except InputError:
        plan_in(None)  # a year that was refused is nobody's any more
        raise
    background = load_background(root)
    asked = replace(asked, scenario=asked.scenario or opening(root))
    scenario = load_scenario(asked.scenario, root=root, background=background)
    plans = {slug: background.with_past(load_plan(slug, root=root)) for slug in list_plans(root)}
    worlds = {slug: load_world(slug, root=root, register=knowledge.register) for slug in list_worlds(root)}
    if asked.reference and asked.reference not in plans:
        allowed = ", ".join(plans)
        raise InputError(Problem("unknown_plan", {"name": asked.reference}, value=asked.reference, allowed=allowed))
    weights = parts_by_active(knowledge, scenario, seed=asked.seed)
    return Opened(asked, knowledge, scenario, plans, worlds, list_scenarios(root), background, weights)
