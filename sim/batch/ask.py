"""The one parameter of a notebook, checked before anything else happens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from sim.domain.errors import InputError, Problem
from sim.ensemble.runner import DEFAULT_DRAWS, DEFAULT_SEED


@dataclass(frozen=True)
class Ask:
    """What a notebook was asked.

    Attributes
    ----------
    scenarios : names or paths; the first is the one a scenario page is about
    folder, token : of a run by `coopsim report`; empty when run by hand
    states : {slug, page, state, reason, label} of each scenario of the run, for the overview pages
    hashes : what the run is made of, printed as provenance
    notices : [kind, text] that stand above the answer
    """

    scenarios: tuple[str, ...]
    lang: str = "vi"
    draws: int = DEFAULT_DRAWS
    seed: int = DEFAULT_SEED
    folder: str = ""
    token: str = ""
    states: tuple[Mapping[str, Any], ...] = ()
    hashes: Mapping[str, str] | None = None
    notices: tuple[tuple[str, str], ...] = ()


_TYPES: dict[str, type | tuple[type, ...]] = {
    "scenario": str, "scenarios": list, "lang": str, "draws": int, "seed": int, "folder": str,
    "token": str, "states": list, "hashes": dict, "notices": list,
}  # fmt: skip


def read(parameters: str) -> Ask:
    """Check the one JSON parameter of a notebook.

    Parameters
    ----------
    parameters : JSON object; ``scenario`` is short for one of ``scenarios``

    Raises
    ------
    InputError
        When it is no JSON object, or holds a key nobody asks for or a value of the wrong type.
    """
    try:
        data = json.loads(parameters)
    except ValueError as error:
        raise InputError(Problem("parameters_not_json", {"detail": str(error)}, place="parameters")) from None
    if not isinstance(data, dict):
        raise InputError(Problem("parameters_not_json", {"detail": type(data).__name__}, place="parameters"))
    problems = [problem for key, value in data.items() if (problem := _problem(key, value))]
    if problems:
        raise InputError(*problems)
    names = ([data.pop("scenario")] if "scenario" in data else []) + data.pop("scenarios", [])
    for name in ("states", "notices"):
        data[name] = tuple(data.get(name, ()))
    return Ask(scenarios=tuple(names), **data)


def _problem(key: str, value: object) -> Problem | None:
    known = sorted({field.name for field in fields(Ask)} | {"scenario"})
    if key not in known:
        return Problem("unknown_parameter", {"name": key}, place="parameters", value=key, allowed=", ".join(known))
    if not isinstance(value, _TYPES[key]) or isinstance(value, bool):
        return Problem("parameter_type", {"name": key}, place=f"parameters.{key}", value=str(value))
    return None
