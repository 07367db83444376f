"""A scenario to a YAML file that `coopsim report` reads unchanged: same plan to the đồng, same world."""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from sim.batch.files import page_stem, write_atomic
from sim.domain.budget import LINES, Plan
from sim.domain.parameters import Distribution, World
from sim.domain.scenario import Scenario
from sim.domain.units import billion_from_vnd
from sim.inputs.limits import limit
from sim.planner.refusals import Refusal

_SLUG = re.compile(r"[a-z0-9][a-z0-9.-]*")
_SUFFIX = ".yaml"


def slug_of(name: str, shipped: Collection[str] = ()) -> str:
    """The file name a scenario's name gives: lower case, without diacritics, hyphens for blanks.

    Raises
    ------
    Refusal
        When the name is empty, holds a path, gives no slug, is reserved or is a shipped scenario's.
    """
    text = unicodedata.normalize("NFC", name).strip()
    if not text:
        raise Refusal("name_empty")
    if "/" in text or "\\" in text:
        raise Refusal("name_path")
    if len(text) > limit("name_characters"):
        raise Refusal("name_long", limit=limit("name_characters"))
    slug = _plain(text)
    if not _SLUG.fullmatch(slug):
        raise Refusal("name_slug", value=text)
    if page_stem(slug) != slug:
        raise Refusal("name_taken", value=slug)
    if slug in shipped:
        raise Refusal("name_shipped", value=slug)
    return slug


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return re.sub(r"-{2,}", "-", re.sub(r"[\s_,]+", "-", letters)).strip("-.")


def named(scenario: Scenario, slug: str, name: str) -> Scenario:
    """The scenario, and its plan, under a name of the planner's own."""
    label = {"vi": name, "en": name}
    return replace(scenario, slug=slug, label=label, plan=replace(scenario.plan, slug=slug, label=label))


def save(scenario: Scenario, folder: Path, *, known_worlds: Mapping[str, World], overwrite: bool = False) -> Path:
    """Write a named scenario into a folder.

    Parameters
    ----------
    known_worlds : worlds of the data root; another world is written out in full
    overwrite : whether an existing file may be replaced

    Returns
    -------
    Path of the file

    Raises
    ------
    Refusal
        When the file exists and may not be replaced, or cannot be written.
    """
    path = folder / f"{scenario.slug}{_SUFFIX}"
    if path.exists() and not overwrite:
        raise Refusal("exists", file=path.as_posix())
    try:
        write_atomic(path, scenario_text(scenario, known_worlds))
    except OSError as error:
        raise Refusal("write", file=path.as_posix(), detail=error.strerror or type(error).__name__) from error
    return path


def scenario_text(scenario: Scenario, known_worlds: Mapping[str, World]) -> str:
    """The scenario as YAML: money as exact decimals of tỷ đồng, every text in quotes."""
    world = scenario.world
    content = {
        "slug": scenario.slug,
        "label": dict(scenario.label),
        "plan": _plan(scenario.plan),
        "world": world.slug if known_worlds.get(world.slug) == world else _world(world),
        "horizon": scenario.horizon,
    }
    stream = io.StringIO()
    _yaml().dump(_quoted(content), stream)
    return stream.getvalue()


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "slug": plan.slug,
        "label": dict(plan.label),
        "price_basis": plan.price_basis,
        "fund": _series(plan.fund),
        "lines": {line: _series(plan.lines[line]) for line in LINES},
        "repeat_last": plan.repeat_last,
    }


def _series(money: Mapping[int, int]) -> dict[int, Decimal]:
    return {year: billion_from_vnd(vnd) for year, vnd in money.items()}


def _world(world: World) -> dict[str, Any]:
    overrides = {
        key: {**_distribution(override.distribution), "reason": dict(override.reason)}
        for key, override in world.overrides.items()
    }
    about = {"description": dict(world.description)} if any(world.description.values()) else {}
    return {"slug": world.slug, "label": dict(world.label), **about, "overrides": overrides}


def _distribution(stated: Distribution) -> dict[str, Decimal]:
    if stated.constant:
        return {"value": _exact(stated.p50)}
    return {name: _exact(getattr(stated, name)) for name in ("p10", "p50", "p90")}


def _exact(value: float) -> Decimal:
    return Decimal(repr(value))


def _yaml() -> Any:
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = limit("text_characters")
    yaml.indent(mapping=2)
    yaml.representer.add_representer(Decimal, _written)
    return yaml


def _written(maker: Any, value: Decimal) -> Any:
    """Every digit and no exponent; a whole number as one, or the writer would add a tag."""
    text = f"{value.normalize():f}"
    return maker.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


def _quoted(value: Any) -> Any:
    """Texts in double quotes, years of one series on one line, so that the file reads like a shipped one."""
    from ruamel.yaml.comments import CommentedMap
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, str):
        return DoubleQuotedScalarString(value)
    if not isinstance(value, dict):
        return value
    mapping = CommentedMap({key: _quoted(item) for key, item in value.items()})
    if value and all(isinstance(key, int) for key in value):
        mapping.fa.set_flow_style()
    return mapping
