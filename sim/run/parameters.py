"""Papermill parameters: what a notebook declares, what a run fills in, and what was asked, checked.

A notebook declares plain typed values in its one cell tagged ``parameters``. Whoever runs it (Papermill's ``-p``,
``-f`` and ``-y``, nbconvert, JupyterLab) changes those; a name it does not declare, a value of another type or out of
range fails the notebook in words, so that no page is ever about something else than what was asked.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sim.domain import InputError, Numbers, Problem
from sim.ensemble import DEFAULT_DRAWS, DEFAULT_SEED, MAX_DRAWS
from sim.inputs.pack import plan_in
from sim.inputs.scenarios import load_scenario
from sim.inputs.text import nearest
from sim.inputs.yaml import LANGUAGES, speak
from sim.run.job import RUN, TAG, assigned

#: Papermill's first line of the cell it puts below the declared values.
_INJECTED = "# Parameters"
#: What it may hold.
_RUN_TYPES: dict[str, type] = {
    "folder": str, "token": str, "scenario": str, "scenarios": list, "states": list, "hashes": dict, "notices": list,
    "lang": str, "draws": int, "seed": int, "year": int, "ledger": str,
}  # fmt: skip
_TYPES: dict[str, type] = {
    "scenario": str, "scenarios": list, "lang": str, "draws": int, "seed": int, "year": int, RUN: str,
}  # fmt: skip


@dataclass(frozen=True)
class Ask:
    """What a notebook was asked.

    Attributes
    ----------
    scenarios : names or paths; the first is the one a scenario page is about
    year : planning year; 0 for what the data pack or ``COOPSIM_YEAR`` says
    folder, token : of a run by `coopsim report`; empty when run by hand
    states : {slug, page, state, reason, label} of each scenario of the run, for the overview pages;
        and stale where the page is an earlier run's
    notices : [kind, text] that stand above the answer
    ledger : path of one's own ledger of forecasts; empty for the usual one
    """

    scenarios: tuple[str, ...]
    lang: str = LANGUAGES[0]
    draws: int = DEFAULT_DRAWS
    seed: int = DEFAULT_SEED
    year: int = 0
    folder: str = ""
    token: str = ""
    states: tuple[Mapping[str, Any], ...] = ()
    hashes: Mapping[str, str] | None = None
    notices: tuple[tuple[str, str], ...] = ()
    ledger: str = ""


def read(names: Mapping[str, Any]) -> Ask:
    """Check the parameters of a notebook: ``read(globals())``.

    Parameters
    ----------
    names : what the notebook has defined so far

    Raises
    ------
    InputError
        For a parameter that the notebook does not declare, a value of another type or out of range, a scenario that
        is not there.
    """
    declared = list(names.get("__annotations__", ()))
    given = {name: names[name] for name in declared if name in names}
    run = _run_of(given.pop(RUN, ""))
    lang = run.get("lang", given.get("lang"))
    if lang in LANGUAGES:
        speak(lang)
    refuse_parameters([*_undeclared(names), *(_wrong(name, value) for name, value in given.items())])
    asked_alone = run.pop("scenario", None)
    first = [given.pop("scenario")] if "scenario" in given else [asked_alone] if asked_alone else []
    scenarios = run.pop("scenarios", None) or [*first, *given.pop("scenarios", ())]
    plan_in(run.get("year") or given.get("year") or None)
    for name in dict.fromkeys(scenarios):
        if not run:  # a run of ours has read them all, and tells what is wrong with each
            load_scenario(name)
    own = {name: value for name, value in given.items() if name in _TYPES}
    for name in ("states", "notices"):
        run[name] = tuple(run.get(name, ()))
    return Ask(scenarios=tuple(scenarios), **{**own, **run})


def refuse_parameters(problems: Sequence[Problem | None]) -> None:
    """Raise for what is wrong with parameters, all of it at once."""
    found = [problem for problem in problems if problem]
    if found:
        raise InputError(*found)


def require_declared(names: Mapping[str, Any]) -> None:
    """Refuse names that Papermill was given and the notebook does not declare: ``require_declared(globals())``."""
    refuse_parameters(list(_undeclared(names)))


def _undeclared(names: Mapping[str, Any]) -> Iterator[Problem]:
    declared = list(names.get("__annotations__", ()))
    cells = [cell for cell in names.get("In", ()) if cell.startswith(_INJECTED)]
    for name in dict.fromkeys(name for cell in cells for name in assigned(cell)):
        if name not in declared:
            known = [one for one in declared if one != RUN]
            near = nearest(name, known)
            yield Problem(
                "unknown_parameter", {"name": name}, place=TAG, value=name, allowed=", ".join(known), suggestion=near
            )


def _wrong(name: str, value: Any) -> Problem | None:
    """What is wrong with one value; nothing with a parameter of somebody's own notebook."""
    if name not in _TYPES:
        return None
    place = f"{TAG}.{name}"
    if name == "scenarios" and isinstance(value, (list, tuple)) and all(isinstance(one, str) for one in value):
        return None
    if name == "scenarios" or not isinstance(value, _TYPES[name]) or isinstance(value, bool):
        return Problem("parameter_type", {"name": name}, place=place, value=repr(value))
    if name == "lang" and isinstance(value, str) and value not in LANGUAGES:
        near = nearest(value, LANGUAGES)
        return Problem("unknown_language", place=place, value=value, allowed=", ".join(LANGUAGES), suggestion=near)
    if name == "draws" and isinstance(value, int) and not 1 <= value <= MAX_DRAWS:
        return Problem("out_of_bounds", place=place, value=value, allowed=Numbers("1–{}", (MAX_DRAWS,)))
    if name == "year" and isinstance(value, int) and value < 0:
        return Problem("out_of_bounds", place=place, value=value, allowed="0 …")
    if name == "seed" and isinstance(value, int) and value < 0:
        return Problem("out_of_bounds", place=place, value=value, allowed="≥ 0")
    return None


def _run_of(text: Any) -> dict[str, Any]:
    """What `coopsim report` filled in; empty when run by hand."""
    place = f"{TAG}.{RUN}"
    if text == "":
        return {}
    try:
        data = json.loads(text)
    except (TypeError, ValueError) as error:
        raise InputError(Problem("parameters_not_json", {"detail": str(error)}, place=place)) from None
    if not isinstance(data, dict):
        raise InputError(Problem("parameters_not_json", {"detail": type(data).__name__}, place=place))
    allowed = ", ".join(sorted(_RUN_TYPES))
    refuse_parameters(
        [
            Problem("unknown_parameter", {"name": key}, place=place, value=key, allowed=allowed)
            if key not in _RUN_TYPES
            else None
            if isinstance(value, _RUN_TYPES[key]) and not isinstance(value, bool)
            else Problem("parameter_type", {"name": key}, place=f"{place}.{key}", value=str(value))
            for key, value in data.items()
        ]
    )
    return data
