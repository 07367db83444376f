"""World files to worlds: assumptions restated within the limits the register sets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.domain.errors import Problem
from sim.domain.parameters import Assumption, Override, Register, World
from sim.inputs.assumptions import load_register
from sim.inputs.cache import remembered
from sim.inputs.distributions import QUANTILES, distribution_from, distribution_problems, numeric
from sim.inputs.document import Document, Place, nearest, refuse
from sim.inputs.limits import limit
from sim.inputs.names import known_slugs, resolve, slug_of
from sim.inputs.plans import slug_problem
from sim.inputs.roots import data_root, shown_path
from sim.inputs.text import read_file

KIND = "worlds"


def list_worlds(root: Path | None = None) -> tuple[str, ...]:
    """Slugs of the worlds of the data root, sorted."""
    return known_slugs((root or data_root()) / KIND)


def load_world(
    name: str | os.PathLike[str],
    *,
    root: Path | None = None,
    register: Register | None = None,
    notes: list[Problem] | None = None,
) -> World:
    """A world by slug (of the data root) or by path, checked against the register.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    root = root or data_root()
    path = resolve(KIND, name, root)
    raw = read_file(path, max_bytes=limit("yaml_bytes"))
    register = register or load_register(root)
    slug = slug_of(name)
    parts = [slug.encode(), raw, register_bytes(register)]
    content = remembered("world", parts, lambda: _read(raw, shown_path(path), slug=slug, register=register))
    if notes is not None:
        notes.extend(Problem(**warning) for warning in content["notes"])
    return world_from(content)


def world_from(content: Mapping[str, Any]) -> World:
    """The world of validated content (`world_content`)."""
    overrides = {
        key: Override(key, distribution_from(override), override["reason"])
        for key, override in content["overrides"].items()
    }
    nothing = {"vi": "", "en": ""}
    return World(content["slug"], content["label"], content.get("description") or nothing, overrides)


def register_bytes(register: Register) -> bytes:
    """What of the register a world's checks depend on."""
    entries = register.entries.items()
    return repr([(key, entry.bounds, entry.distribution.simplex, entry.role) for key, entry in entries]).encode()


def _read(raw: bytes, file: str, *, slug: str, register: Register) -> dict[str, Any]:
    from sim.inputs.models import WorldShape
    from sim.inputs.validation import check_shape
    from sim.inputs.yaml_reader import parse_yaml

    document = parse_yaml(raw, file=file)
    value, problems = check_shape(WorldShape, document)
    problems += override_problems(document, (), register)
    if slug and value and value["slug"] != slug:
        problems.append(slug_problem(document, slug))
    notes: list[Problem] = []
    refuse(problems, notes)
    return {**world_content(value), "notes": [vars(note) | {"params": dict(note.params)} for note in notes]}


def world_content(value: Mapping[str, Any]) -> dict[str, Any]:
    """Validated data with plain floats, ready for the cache."""
    return {**value, "overrides": {key: numeric(override) for key, override in value["overrides"].items()}}


def override_problems(document: Document, at: Place, register: Register) -> list[Problem]:
    """Overrides that name no assumption, one they may not restate, or numbers outside its bounds.

    Parameters
    ----------
    at : where the world stands in the document, () when it is the document
    """
    world: Any = document.data
    for part in at:
        world = world.get(part)
    overrides = world.get("overrides") if isinstance(world, dict) else None
    if not isinstance(overrides, dict):
        return []
    problems = []
    for key, override in overrides.items():
        place = (*at, "overrides", key)
        if document.spoilt(place):
            continue
        if key not in register.entries:
            near = nearest(str(key), register)
            problems.append(document.problem("unknown_assumption", place, at_key=True, value=key, suggestion=near))
        elif isinstance(override, dict):
            problems += _number_problems(document, place, override=override, assumption=register[key])
    return problems


def _number_problems(
    document: Document, place: Place, *, override: Mapping[str, Any], assumption: Assumption
) -> list[Problem]:
    if assumption.distribution.simplex:
        params = {"group": assumption.distribution.simplex}
        return [document.problem("override_of_simplex", place, at_key=True, params=params, value=place[-1])]
    if assumption.role == "measurement":
        return [document.problem("override_of_measurement", place, at_key=True, value=place[-1])]
    names = ("value",) if "value" in override else QUANTILES
    written = {name: override.get(name) for name in names}
    if not all(_is_number(number) for number in written.values()):
        return []  # told by the shape already
    return distribution_problems(document, place, written=written, bounds=assumption.bounds)


def _is_number(value: Any) -> bool:
    return not isinstance(value, (bool, str, dict, list)) and value is not None
