"""One canonical text per scenario, assumption set and pack, so that equal inputs have equal hashes."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sim.domain.parameters import Register
from sim.domain.scenario import Province, Scenario

#: Fields that name or explain a thing without changing any number.
_WORDS = frozenset({"label", "description", "question", "reason", "owner", "note", "text", "line"})


def canonical(value: Any) -> Any:
    """Plain data of a domain value: ordered, without words that change no number."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
        return canonical({name: item for name, item in fields.items() if name not in _WORDS})
    if isinstance(value, Mapping):
        return {str(key): canonical(value[key]) for key in sorted(value, key=str)}
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    return value


def fingerprint(value: Any) -> str:
    """SHA-256 of the canonical text of any domain value or plain data."""
    text = json.dumps(canonical(value), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def scenario_fingerprint(scenario: Scenario) -> str:
    """Hash of what a scenario chooses and states: plan, world and horizon, not its names."""
    plan, world = dataclasses.replace(scenario.plan, slug=""), dataclasses.replace(scenario.world, slug="")
    return fingerprint({"plan": plan, "world": world, "horizon": scenario.horizon})


def inputs_fingerprint(province: Province, register: Register) -> str:
    """Hash of the figures and assumptions a projection reads."""
    base = {name: {area: row.value for area, row in rows.items()} for name, rows in province.base.items()}
    targets = [(target.id, target.low, target.high) for target in province.targets]
    used = {key: register[key] for key in register}
    parts = {
        "areas": province.areas,
        "base": base,
        "fund": province.reference_fund,
        "targets": targets,
        "register": used,
    }
    if province.assumed or province.missing or province.deflator != 1:
        stand_ins = {name: [how.id, how.of] for name, how in province.assumed.items()}
        parts |= {"assumed": stand_ins, "missing": sorted(province.missing), "deflator": province.deflator}
    return fingerprint(parts)
