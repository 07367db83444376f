"""`coopsim credibility`: the quick checks, and the slow ones as they were last run in full.

The slow checks live through hundreds of synthetic truths. Their result is kept beside the pack,
with the key of the posterior and of the code it belongs to: when either changes it is stale, and
says so until they are run again.
"""

import datetime
import json
import os
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import asdict, dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sim.domain import InputError, Problem, Register, fingerprint
from sim.ensemble import DEFAULT_DRAWS, DEFAULT_SEED, code_of
from sim.evidence import (
    CODE,
    FAIL,
    Check,
    Knowledge,
    LeftOut,
    Size,
    leave_one_out,
    load_peers,
    peers_check,
    pool,
    quick_checks,
    truth_checks,
)  # fmt: skip
from sim.inputs.pack import peers_behind
from sim.inputs.scenarios import load_scenario
from sim.inputs.text import PROVINCES, data_root, remembered, this_year
from sim.inputs.yaml import load_catalogue
from sim.run.files import write_atomic
from sim.run.project import MAIN

FILE = "credibility.json"
#: Modules the slow checks depend on besides those of the posterior and of one truth.
_CODE = (*CODE, "sim.evidence.truths", "sim.evidence.checks")


@dataclass(frozen=True)
class Stored:
    """The slow checks as last run; `stale` when something they depend on has changed since."""

    checks: tuple[Check, ...]
    date: str
    stale: bool


def key_of(known: Knowledge) -> str:
    """What the checks depend on: the posterior's content, every assumption, the base figures, the plan, the code."""
    register = [known.register[name] for name in known.register]
    content = {"register": register, "base": known.province.base, "scenario": load_scenario(MAIN)}
    return f"{known.posterior.key}:{fingerprint(content)}:{code_of(*_CODE)}"


def workers(jobs: int) -> Executor:
    """Processes for the slow checks, one thread each: more threads than processors only wait for each other."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # read by the children when they import NumPy
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"))


def quick(known: Knowledge) -> tuple[Check, ...]:
    """The quick checks, kept by content between runs."""

    def make() -> list[dict[str, Any]]:
        found = quick_checks(known, load_scenario(MAIN), draws=DEFAULT_DRAWS, seed=DEFAULT_SEED)
        return [asdict(check) for check in found]

    return tuple(Check(**entry) for entry in remembered("credibility", [key_of(known).encode()], make))


def peers() -> tuple[LeftOut, ...]:
    """How provinces that were left out are predicted by the others, kept by content; none without other provinces."""
    quantities = load_peers()

    def make() -> list[dict[str, Any]]:
        return [asdict(leave_one_out(pool(quantity))) for quantity in quantities]

    content = fingerprint([asdict(quantity) for quantity in quantities])
    code = code_of("sim.evidence.peers", "sim.evidence.pooling", "sim.evidence.past_scores")
    kept = remembered("peers", [content.encode(), code.encode()], make)
    return tuple(LeftOut(**{**entry, "new": tuple(entry["new"])}) for entry in kept)


def stored(known: Knowledge) -> Stored | None:
    """The slow checks as last run, or None when they never were."""
    path = _path(known)
    if not path.is_file():
        return None
    data = json.loads(path.read_text(encoding="utf-8"))
    checks = tuple(Check(**entry) for entry in data["checks"])
    return Stored(checks, data["date"], stale=data["key"] != key_of(known))


def standing(known: Knowledge, slow: Stored | None = None) -> list[Check]:
    """The quick checks, that of other provinces, and the slow ones: those given, else as last run."""
    slow, others = slow or stored(known), peers()
    return [*quick(known), *([peers_check(others)] if others else ()), *(slow.checks if slow else ())]


def run_full(known: Knowledge, size: Size, executor: Executor, *, keep: bool) -> Stored:
    """Run the slow checks now; keep them beside the pack when asked.

    Raises
    ------
    InputError
        When the province has no history that the checks could be about.
    """
    if not known.calibration.matches:
        raise InputError(Problem("no_history_to_check", place="--full", value=known.province.slug))
    checks = tuple(truth_checks(known, load_scenario(MAIN), size, seed=DEFAULT_SEED, executor=executor))
    date = datetime.datetime.now(datetime.UTC).date().isoformat()
    if keep:
        data = {"date": date, "key": key_of(known), "checks": [asdict(check) for check in checks]}
        write_atomic(_path(known), json.dumps(data, indent=1, sort_keys=True) + "\n")
    return Stored(checks, date, stale=False)


def _path(known: Knowledge) -> Path:
    return data_root() / PROVINCES / known.province.slug / FILE


def expired(register: Register, today: datetime.date | None = None) -> tuple[str, ...]:
    """Ids of assumptions whose review date has passed; none where the clock is off."""
    if today is None and this_year() is None:
        return ()
    day = (today or datetime.date.today()).isoformat()
    return tuple(key for key in register if register[key].review_by < day)


def notices(known: Knowledge, lang: str) -> list[tuple[str, str]]:
    """What has to stand above every answer: failed checks, checks to look at, expired assumptions."""
    catalogue = load_catalogue(lang)
    found: list[tuple[str, str]] = []
    for check in standing(known):
        if check.verdict == FAIL:  # what it means and what to do
            name, advice = (catalogue.text(f"evidence.{what}_{check.id}") for what in ("name", "advice"))
            found.append(("fail", catalogue.text("evidence.notice", name=name, advice=advice)))
    without = known.without_history
    others = peers_behind(known.register, known.province.areas[0].code) if without else 0
    rests = {"provinces": others} if others else {}
    if without and len(without) < len(known.province.areas):
        names = ", ".join(area.label[lang] for area in without)
        key = "evidence.no_history_of_peers" if others else "evidence.no_history_of"
        found.append(("review", catalogue.text(key, areas=names, **rests)))
    elif without:
        key = "evidence.no_history_peers" if others else "evidence.no_history"
        found.append(("review", catalogue.text(key, **rests)))
    overdue = expired(known.register)
    if overdue:
        labels = ", ".join(known.register[key].label[lang] for key in overdue)
        found.append(("review", catalogue.text("evidence.expired", labels=labels)))
    return found


def status(slow: Stored | None, lang: str) -> str:
    """When the slow checks ran, or that they have to be run."""
    catalogue = load_catalogue(lang)
    if slow is None:
        return catalogue.text("evidence.never")
    return catalogue.text("evidence.stale" if slow.stale else "evidence.current", date=slow.date)
