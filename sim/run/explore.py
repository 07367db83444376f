"""The explorer page of a report: an emulator per shipped world, the grades, and where a reader may start."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from sim.analysis.answer import SHARE_DRAWS, Emulator, emulate, evidence, kept_draws
from sim.domain import CENTRAL, FANS, INDICATOR, LINES, NOMINAL, VND_PER_BILLION, Scenario
from sim.ensemble import DEFAULT_DRAWS, DEFAULT_SEED, Array, CommonDraws, Outcome, apart, evaluate
from sim.evidence import Knowledge, draws_for
from sim.inputs.scenarios import list_scenarios, list_worlds, load_scenario, load_world
from sim.inputs.text import program_data
from sim.report.forms.explorer import explorer
from sim.run.project import MAIN

_SERIES = ("htx_founded", *FANS)


@lru_cache(maxsize=1)
def settings() -> dict[str, float]:
    """What the explorer offers; values with units and reasons are in ``data/explorer.json``."""
    entries: dict[str, dict[str, Any]] = json.loads((program_data() / "explorer.json").read_text(encoding="utf-8"))
    return {name: entry["value"] for name, entry in entries.items()}


def explorer_page(
    known: Knowledge, lang: str, *, draws: int = DEFAULT_DRAWS, seed: int = DEFAULT_SEED, worlds: Sequence[str] = ()
) -> str:
    """The page.

    Parameters
    ----------
    draws : of the report around it, so that a plan that is a page has one answer; at most what the settings say
    worlds : slugs; every shipped world when left out

    Raises
    ------
    ValueError
        When the page is larger than it may be.
    """
    chosen = {**settings(), "draws": _draws(draws)}
    scenarios = [scenario_of(slug) for slug in worlds or world_slugs()]
    # Plans of the central world with the same money every year, each once; the usual one first.
    starts, top = {scenarios[0].plan.slug: scenarios[0]}, chosen["line_top"] * VND_PER_BILLION
    for one in map(load_scenario, list_scenarios()):
        plan = one.plan
        if one.world.slug != CENTRAL or plan.price_basis != NOMINAL or plan.areas:
            continue
        money = [{plan.line_budget(line, year) for year in known.province.open_years(one.horizon)} for line in LINES]
        if all(len(amounts) == 1 and max(amounts) <= top for amounts in money):
            starts.setdefault(plan.slug, one)
    emulators = [emulator_of(known, one, draws=draws, seed=seed) for one in scenarios]
    grades = {one.world.slug: _grades(known, one, emulators[0].outcomes, draws=draws, seed=seed) for one in scenarios}
    page = explorer(
        emulators, {slug: levels for slug, (levels, _) in grades.items()}, list(starts.values()), lang=lang,
        gain_grades={slug: gains for slug, (_, gains) in grades.items()}, province=known.province, settings=chosen,
    )  # fmt: skip
    if len(page.encode()) > chosen["most_bytes"]:
        raise ValueError(f"explorer.html is {len(page.encode())} bytes, more than {chosen['most_bytes']:.0f}")
    return page


def world_slugs() -> list[str]:
    """Shipped worlds, the one shown first in front."""
    return sorted(list_worlds(), key=lambda slug: (slug != CENTRAL, slug))


def scenario_of(world: str) -> Scenario:
    """The plan the sliders stand at, in a world."""
    start = load_scenario(MAIN)
    return replace(start, slug=f"{start.plan.slug}--{world}", world=load_world(world))


def _draws(asked: int) -> int:
    """Draws the explorer rests on when its report rests on so many."""
    return min(asked, int(settings()["draws"]))


def emulator_of(known: Knowledge, scenario: Scenario, *, draws: int = DEFAULT_DRAWS, seed: int) -> Emulator:
    """The emulator of one world, as the settings have it."""
    chosen = settings()
    years = scenario.years(known.province.base_year)
    basis = {series: NOMINAL if INDICATOR[series].money else "" for series in _SERIES}
    outcomes = [Outcome(series, year, basis[series]) for series in _SERIES for year in years]
    nodes, top = int(chosen["nodes"]), chosen["line_top"]
    return emulate(known, scenario, outcomes, top=top, count=nodes, draws=_draws(draws), seed=seed)


def _grades(
    known: Knowledge, scenario: Scenario, outcomes: Sequence[Outcome], *, draws: int, seed: int
) -> tuple[dict[str, str], dict[str, str]]:
    """{indicator: evidence grade} of the last year at the scenario's own plan: of levels, of what its money changes."""
    last = [outcome for outcome in outcomes if outcome.year == scenario.horizon]
    made = draws_for(known, scenario, draws=_draws(draws), seed=seed)
    years = known.province.open_years(scenario.horizon)
    money = np.array([[[scenario.plan.line_budget(line, year) / VND_PER_BILLION for line in LINES] for year in years]])
    plans = np.concatenate([money, np.zeros_like(money)])
    supported, without = _both(made, scenario, plans, last)
    parameters, fewer = made.parameters(scenario.world), min(made.size, SHARE_DRAWS)
    futures = kept_draws(draws_for(known, scenario, draws=fewer, seed=seed), known.posterior, scenario.world)
    kept = {part: _both(one, scenario, plans, last) for part, one in futures.items()}
    printed, _ = _both(made, scenario, plans, [replace(outcome, printed=True) for outcome in last])

    def graded(values: Array, again: Mapping[str, Array], shown: Array | None = None) -> dict[str, str]:
        found = {}
        for row, outcome in enumerate(last):
            one, out = {part: drawn[row] for part, drawn in again.items()}, None if shown is None else shown[row]
            rests_on = evidence(values[row], one, parameters, known.register, made.effective_draws, printed=out)
            found[outcome.indicator] = rests_on.grade
        return found

    levels = graded(supported, {part: level for part, (level, _) in kept.items()}, printed)
    return levels, graded(apart(supported, without), {part: apart(*both) for part, both in kept.items()})


def _both(draws: CommonDraws, scenario: Scenario, plans: Array, outcomes: Sequence[Outcome]) -> Array:
    """Outcomes with the money and without, (plan, outcome, draw)."""
    return np.moveaxis(evaluate(draws, scenario, plans, outcomes).astype(float), 1, 0)
