"""YAML as it is written: strings that stay strings, and a scenario as one canonical file."""

import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sim.domain import EVERY_LINE, LINES, AreaShares, InputError, Plan, Scenario, Target, World, billion_from_vnd
from sim.inputs.text import limit


def yaml_text(content: Mapping[str, Any]) -> str:
    """Plain data as a YAML file that the strict reader takes back unchanged."""
    stream = io.StringIO()
    yaml_writer().dump(quoted(content), stream)
    return stream.getvalue()


def yaml_writer() -> Any:
    """The writer: it loads and keeps comments, and writes decimals with every digit."""
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


def quoted(value: Any) -> Any:
    """Texts in double quotes, years of one series and plain lists on one line: the file reads like a shipped one."""
    from ruamel.yaml.comments import CommentedMap, CommentedSeq
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, str):
        return DoubleQuotedScalarString(value)
    if isinstance(value, (list, tuple)):
        made = CommentedSeq(quoted(item) for item in value)
        if not any(isinstance(item, dict) for item in value):
            made.fa.set_flow_style()
        return made
    if not isinstance(value, dict):
        return value
    mapping = CommentedMap({key: quoted(item) for key, item in value.items()})
    if value and all(isinstance(key, int) for key in value):
        mapping.fa.set_flow_style()
    return mapping


# -- A scenario as YAML that is read back to the same plan to the đồng and the same world; comments survive ---

_NOTHING: Mapping[str, Any] = {}


def scenario_text(
    scenario: Scenario,
    *,
    plans: Mapping[str, Plan] = _NOTHING,
    worlds: Mapping[str, World] = _NOTHING,
    kept: bytes = b"",
) -> str:
    """The scenario as YAML: money as exact decimals of tỷ đồng, every text in quotes.

    Parameters
    ----------
    plans, worlds : of the data root, by slug; the scenario's own is named where it is one of these
        and written out in full where it is not
    kept : the file this text will replace: its comments, order and spellings stay where nothing changed
    """
    from sim.inputs.yaml.reader import parse_yaml

    plan, world = scenario.plan, scenario.world
    content = {
        "slug": scenario.slug,
        "label": dict(scenario.label),
        "plan": plan.slug if plans.get(plan.slug) == plan else plan_data(plan),
        "world": world.slug if worlds.get(world.slug) == world else world_data(world),
        "horizon": scenario.horizon,
    }
    if scenario.targets:
        content["targets"] = [target_data(target) for target in scenario.targets]
    stream = io.StringIO()
    try:
        if kept:  # the strict reader first: aliases and tags never reach the loader
            parse_yaml(kept, file="").require()
    except InputError:
        kept = b""  # no sound scenario file: nothing of it stays
    old = yaml_writer().load(kept.decode("utf-8-sig")) if kept else None
    if old is not None:
        _update(old, content)
    yaml_writer().dump(quoted(content) if old is None else old, stream)
    return stream.getvalue()


def target_data(target: Target) -> dict[str, Any]:
    """A target of one's own as plain data of its place in a scenario file."""
    stated = {"indicator": target.indicator, "year": target.year, "level": _plain(target.level)}
    band = {} if target.high is None or target.at_most else {"high": _plain(target.high)}
    return {**stated, **band, **({"label": dict(target.label)} if any(target.label.values()) else {})}


def _plain(number: float) -> int | Decimal:
    """A whole number as one, any other with the digits it was written with."""
    return int(number) if float(number).is_integer() else Decimal(repr(float(number)))


def plan_data(plan: Plan) -> dict[str, Any]:
    """The plan as plain data of the shape of a plan file."""
    return {
        "slug": plan.slug,
        "label": dict(plan.label),
        "price_basis": plan.price_basis,
        "fund": _series(plan.fund),
        "lines": {line: _series(plan.lines[line]) for line in LINES},
        "repeat_last": plan.repeat_last,
        **({"areas": {"shares": _areas(plan.areas)}} if plan.areas else {}),
    }


def _areas(areas: AreaShares) -> dict[str, dict[str, dict[int, Decimal]]]:
    """Shares by area and year: once where all lines share them, else line by line."""
    first = next(iter(areas.values()))
    stated = {EVERY_LINE: first} if all(areas.get(line) == first for line in LINES) else areas
    found = {}
    for line, years in stated.items():
        codes = sorted({area for shares in years.values() for area in shares})
        found[line] = {area: {year: shares.get(area, Decimal(0)) for year, shares in years.items()} for area in codes}
    return found


def _series(money: Mapping[int, int]) -> dict[int, Decimal]:
    return {year: billion_from_vnd(vnd) for year, vnd in money.items()}


def world_data(world: World) -> dict[str, Any]:
    """The world as plain data of the shape of a world file."""
    overrides = {}
    for key, override in world.overrides.items():
        stated = override.distribution
        low, middle, high = (Decimal(repr(float(number))) for number in (stated.p10, stated.p50, stated.p90))
        numbers = {"value": middle} if stated.constant else {"p10": low, "p50": middle, "p90": high}
        overrides[key] = {**numbers, "reason": dict(override.reason)}
    about = {"description": dict(world.description)} if any(world.description.values()) else {}
    return {"slug": world.slug, "label": dict(world.label), **about, "overrides": overrides}


def _update(old: Any, new: Mapping[str, Any]) -> None:
    """Bring an old mapping to new content; whatever says the same already is left as it was written."""
    for key in [key for key in old if key not in new]:
        del old[key]
    for key, value in new.items():
        there = old.get(key)
        if isinstance(value, dict) and isinstance(there, dict):
            _update(there, value)
            continue
        if isinstance(value, Decimal) and isinstance(there, (int, float)) and not isinstance(there, bool):
            same = Decimal(repr(there + 0)) == value
        else:
            same = (type(there) is type(value) or isinstance(there, str)) and there == value
        if not same:
            old[key] = quoted(value)
