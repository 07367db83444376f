"""The JavaScript twin beside the model: its engine run from Python, and what both say put side by side."""

from __future__ import annotations

import json
import warnings
from base64 import b64decode
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from sim.analysis.answer import PerHtx
from sim.domain import Scenario, Target
from sim.ensemble import DEFAULT_SEED, Array, Result, run
from sim.evidence import Knowledge
from sim.report.forms import find_browser
from sim.twin import engine_script, payload
from tests.support.v8 import V8

#: Counts behind every other figure of HTX, and figures in persons, money and percent.
COUNTS = (
    "htx_founded", "htx_stopped", "htx_reactivated", "htx_dissolved", "htx_active", "htx_registered", "htx_inactive",
)  # fmt: skip
#: Above this part of its size a figure counts as another.
CLOSE = 1e-9


class Runs(Protocol):
    """Something that runs JavaScript."""

    def run(self, script: str) -> Any:
        """The value of the last expression, which JSON can write."""


class _V8:
    """V8 in this process (mini-racer)."""

    def __init__(self, context: V8) -> None:
        self._context = context

    def run(self, script: str) -> Any:
        """As `Runs.run`."""
        told = self._context.eval(f"JSON.stringify(eval({json.dumps(script)}))")
        return json.loads(told) if told is not None else None


class _Browser:
    """A page of a Chromium, in a thread of its own: one driver a thread."""

    def __init__(self, thread: ThreadPoolExecutor, page: Any) -> None:
        self._thread, self._page = thread, page

    def run(self, script: str) -> Any:
        """As `Runs.run`."""
        asked = "(script) => JSON.stringify((0, eval)(script))"
        told = self._thread.submit(self._page.evaluate, asked, script).result()
        return json.loads(told) if told is not None else None


@contextmanager
def javascript() -> Iterator[Runs]:
    """V8 by its wheel; where there is none for this machine a Chromium, and that is said."""
    try:
        context = V8()
    except ImportError as error:
        warnings.warn(f"no V8 ({error}): the twin runs in a Chromium", stacklevel=2)
        with _chromium() as page:
            yield page
        return
    try:
        yield _V8(context)
    finally:
        context.close()  # left open it keeps the process from ending


@contextmanager
def _chromium() -> Iterator[Runs]:
    from playwright.sync_api import sync_playwright

    with ThreadPoolExecutor(1) as thread:
        drivers = thread.submit(lambda: sync_playwright().start()).result()
        launched = thread.submit(drivers.chromium.launch, executable_path=find_browser(), args=["--no-sandbox"])
        browser = launched.result()
        try:
            yield _Browser(thread, thread.submit(browser.new_page).result())
        finally:
            thread.submit(browser.close).result()
            thread.submit(drivers.stop).result()


#: Many arrays as one text: each asked for is appended, then all are read at once.
_DUMP = """
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
globalThis.dumped = (arrays) => {
  const size = arrays.reduce((sum, one) => sum + one.length, 0), whole = new Float64Array(size);
  let at = 0;
  for (const one of arrays) { whole.set(one, at); at += one.length; }
  const bytes = new Uint8Array(whole.buffer), parts = [];
  for (let i = 0; i < bytes.length; i += 3) {
    const three = (bytes[i] << 16) | ((bytes[i + 1] || 0) << 8) | (bytes[i + 2] || 0);
    parts.push(LETTERS[three >> 18], LETTERS[(three >> 12) & 63], LETTERS[(three >> 6) & 63], LETTERS[three & 63]);
  }
  return parts.join("");
};
"""


@dataclass
class Twin:
    """The engine of one province, on some of its draws."""

    known: Knowledge
    draws: int
    script: Runs
    content: Mapping[str, Any]

    def compare(self, scenario: Scenario, reference: Scenario) -> None:
        """Run both; what follows is read off them."""
        asked = f"{json.dumps(plain(scenario))}, {json.dumps(plain(reference))}, {self.draws}"
        self.script.run(f"globalThis.found = engine.compare({asked}); null")

    def answer(self, basis: str) -> dict[str, Any]:
        """The answer, as JSON carries it."""
        return dict(self.script.run(f"engine.answerOf(found, '{basis}')"))

    def figures(self, indicator: str, basis: str = "", *, area: str = "", printed: bool = False) -> Array:
        """One series of every projected year, (year, draw)."""
        first = self.known.province.base_year + 1
        call = f"engine.{'printed' if printed else 'series'}(found.current, '{indicator}', '{basis}', year, '{area}')"
        years = f"Array.from({{length: found.horizon - {first} + 1}}, (_, at) => {first} + at)"
        text = self.script.run(f"dumped({years}.map((year) => {call}))")
        padded = text + "=" * (-len(text) % 4)
        whole = np.frombuffer(b64decode(padded)[: len(padded) // 4 * 3 // 8 * 8], dtype="<f8")
        return whole[: whole.size // self.draws * self.draws].reshape(-1, self.draws)


@contextmanager
def twin(
    known: Knowledge, draws: int, *, changed: Mapping[str, str] | None = None,
    funding: Mapping[int, PerHtx] | None = None,
) -> Iterator[Twin]:  # fmt: skip
    """The engine of a province on the first draws of its run.

    Parameters
    ----------
    changed : pieces of its script and what stands in their place, for controls that must fail
    funding : as `payload` takes it
    """
    script, content = engine_script(), payload(known, seed=DEFAULT_SEED, draws=draws, funding=funding)
    for old, new in (changed or {}).items():
        if script.count(old) != 1:
            raise AssertionError(f"stands {script.count(old)} times in the script: {old}")
        script = script.replace(old, new)
    with javascript() as runs:
        made = f"Object.assign(globalThis, {{ makeEngine, engine: makeEngine({json.dumps(content)}) }}); null"
        runs.run(f"{_DUMP};\n{script};\n{made}")
        yield Twin(known, draws, runs, content)


def plain(scenario: Scenario) -> dict[str, Any]:
    """A scenario as the engine takes it."""
    plan, world = scenario.plan, scenario.world
    areas = {
        line: {year: {area: str(share) for area, share in shares.items()} for year, shares in years.items()}
        for line, years in plan.areas.items()
    }
    overrides = {}
    for key, one in world.overrides.items():
        points = one.distribution
        overrides[key] = {"p10": points.p10, "p50": points.p50, "p90": points.p90}
    return {
        "slug": scenario.slug, "horizon": scenario.horizon, "world": {"slug": world.slug, "overrides": overrides},
        "plan": {
            "slug": plan.slug, "price_basis": plan.price_basis, "fund": dict(plan.fund),
            "lines": {line: dict(money) for line, money in plan.lines.items()}, "repeat_last": plan.repeat_last,
            "areas": areas,
        },
        "targets": [_target(one) for one in scenario.targets],
    }  # fmt: skip


def _target(one: Target) -> dict[str, Any]:
    low = None if one.low == -np.inf else one.low
    return {"id": one.id, "indicator": one.indicator, "year": one.year, "low": low, "high": one.high,
            "headline": one.headline, "source_id": one.source_id}  # fmt: skip


def beside(known: Knowledge, scenario: Scenario, reference: Scenario, draws: int) -> Result:
    """Both scenarios run by the model on the same draws."""
    asked = [scenario, reference]
    return run(known.province, known.register, asked, draws=draws, seed=DEFAULT_SEED, posterior=known.posterior)


@dataclass
class Compared:
    """What differs between the model and its twin.

    Attributes
    ----------
    counts, unequal : draws of counts looked at, and those that differ
    furthest : largest difference of anything else, in parts of its size
    """

    counts: int = 0
    unequal: int = 0
    furthest: float = 0.0

    def add(self, twin: Twin, result: Result, indicator: str, basis: str = "", *, printed: bool = False) -> None:
        """Look at one series of the first scenario, over all areas and in each."""
        slug = result.scenarios[0]
        ours = (result.printed if printed else result.series)(slug, indicator, basis)
        whole_number = next((one.count for one in result.province.indicators if one.id == indicator), True)
        for place, area in enumerate(result.areas):
            theirs = twin.figures(indicator, basis, area="" if area == result.areas[-1] else area, printed=printed)
            if whole_number:
                self.counts += theirs.size
                self.unequal += int((ours[:, place] != theirs).sum())
            else:
                size = np.maximum(np.abs(ours[:, place]), 1.0)
                self.furthest = max(self.furthest, float((np.abs(ours[:, place] - theirs) / size).max()))
