"""What was understood of a file that comes in, in plain sentences, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sim.domain.budget import LINES
from sim.domain.errors import Problem
from sim.domain.scenario import Scenario
from sim.domain.units import billion_from_vnd
from sim.inputs.catalogue import Catalogue, load_catalogue
from sim.report.numerals import EN_DASH, exact_text


def scenario_preview(scenario: Scenario, notes: Sequence[Problem], lang: str) -> Iterator[str]:
    """Sentences about a scenario: its name, its world, and the money of every year."""
    words = load_catalogue(lang)
    label = scenario.label[lang]
    yield words.text("exchange.preview_name", label=label, slug=scenario.slug, horizon=scenario.horizon)
    yield words.text("exchange.preview_world", world=scenario.world.label[lang])
    plan = scenario.plan
    money = {year: _money(scenario, year, lang, words) for year in sorted(plan.fund)}
    for years in _runs(money):
        span = str(years[0]) if len(years) == 1 else f"{years[0]}{EN_DASH}{years[-1]}"
        yield words.text("exchange.preview_money", year=span, **money[years[0]])
    if plan.repeat_last:
        yield words.text("exchange.preview_repeat", year=max(plan.fund))
    yield from told(notes, words)


def _money(scenario: Scenario, year: int, lang: str, words: Catalogue) -> dict[str, str]:
    plan = scenario.plan
    lines = [f"{words.text(f'terms.line_{line}')}: {_billion(plan.line_budget(line, year), lang)}" for line in LINES]
    amounts = {"fund": plan.annual_budget(year), "left": plan.unallocated(year)}
    return {"lines": "; ".join(lines), **{name: _billion(vnd, lang) for name, vnd in amounts.items()}}


def _runs(money: Mapping[int, dict[str, str]]) -> list[list[int]]:
    """Years in runs of the same money."""
    runs: list[list[int]] = []
    for year in money:
        if runs and money[runs[-1][-1]] == money[year]:
            runs[-1].append(year)
        else:
            runs.append([year])
    return runs


def told(notes: Sequence[Problem], words: Catalogue) -> Iterator[str]:
    """Warnings, one a line."""
    for note in notes:
        yield f"  {words.describe(note)}"


def _billion(vnd: int, lang: str) -> str:
    return exact_text(billion_from_vnd(vnd), lang)
