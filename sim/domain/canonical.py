"""One canonical text per scenario, assumption set and pack, so that equal inputs have equal hashes."""

import dataclasses
import hashlib
import json
from collections import deque
from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from sim.domain.plan import UNSTATED
from sim.domain.scenario import Assumed, Province, Scenario
from sim.domain.world import Register

#: Fields that name or explain a thing without changing any number.
_WORDS = frozenset({"label", "description", "question", "reason", "owner", "note", "text", "line"})
_PLAIN = frozenset({str, int, float, bool, type(None)})


@cache
def _fields(kind: Any) -> tuple[tuple[str, bool], ...]:
    """Fields of a dataclass that change a number, by name, and whether they count only where they are stated."""
    found = ((one.name, UNSTATED in one.metadata) for one in dataclasses.fields(kind) if one.name not in _WORDS)
    return tuple(sorted(found))


def canonical(value: Any) -> Any:
    """Plain data of a domain value: ordered, without words that change no number."""
    kind: Any = type(value)
    if kind in _PLAIN:
        return value
    if hasattr(kind, "__dataclass_fields__"):
        stated = ((name, getattr(value, name), optional) for name, optional in _fields(kind))
        return {name: canonical(item) for name, item, optional in stated if item or not optional}
    if isinstance(value, Mapping):
        return {str(key): canonical(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    return f"{value.normalize():f}" if isinstance(value, Decimal) else value


def fingerprint(value: Any) -> str:
    """SHA-256 of the canonical text of any domain value or plain data."""
    text = json.dumps(canonical(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def scenario_fingerprint(scenario: Scenario) -> str:
    """Hash of what a scenario chooses and states: plan, world and horizon, not its names."""
    plan, world = dataclasses.replace(scenario.plan, slug=""), dataclasses.replace(scenario.world, slug="")
    return fingerprint({"plan": plan, "world": world, "horizon": scenario.horizon})


#: Hashes of the inputs last asked about: a page asks again and again about the same ones.
_LAST: deque[tuple[Province, Register, str]] = deque(maxlen=4)


def inputs_fingerprint(province: Province, register: Register) -> str:
    """Hash of the figures and assumptions a projection reads."""
    for pack, entries, known in tuple(_LAST):
        if pack is province and entries is register:
            return known
    found = _of_inputs(province, register)
    _LAST.append((province, register, found))
    return found


def _of_inputs(province: Province, register: Register) -> str:
    base = {name: {area: row.value for area, row in rows.items()} for name, rows in province.base.items()}
    targets = [(target.id, target.low, target.high) for target in province.targets]
    parts: dict[str, Any] = {"areas": province.areas, "base": base, "fund": province.reference_fund}
    parts |= {"targets": targets, "register": {key: register[key] for key in register}}
    if province.past_years:
        parts["planning_year"] = province.planning_year
    if province.assumed_fund:
        parts["assumed_fund"] = province.assumed_fund.id
    if province.assumed or province.missing or province.deflator != 1:
        stand_ins = {name: _stand_in(areas) for name, areas in province.assumed.items()}
        parts |= {"assumed": stand_ins, "missing": sorted(province.missing), "deflator": province.deflator}
    return fingerprint(parts)


def _stand_in(areas: Mapping[str, Assumed]) -> Any:
    """What stands for a figure: one for all areas that lack it, or each area's own."""
    found = {code: [how.id, how.of] for code, how in areas.items()}
    return next(iter(found.values())) if len(found) == 1 else found
