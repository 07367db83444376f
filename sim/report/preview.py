"""What was understood of a file that comes in, in plain sentences, before anything is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sim.domain.budget import LINES
from sim.domain.errors import Problem
from sim.domain.scenario import Scenario
from sim.domain.units import billion_from_vnd
from sim.inputs.catalogue import Catalogue, load_catalogue
from sim.inputs.numerals import exact_text
from sim.inputs.pack_draft import MERGER, Draft
from sim.report.numerals import EN_DASH
from sim.report.wording import Wording


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


def figures_preview(draft: Draft, notes: Sequence[Problem], lang: str, *, path: str) -> Iterator[str]:
    """Sentences about a table of figures: where every indicator would start, and what is left aside."""
    words = load_catalogue(lang)
    others = sorted({row.area_code for row in draft.figures} - {draft.asked.area})
    yield words.text("figures.read", path=path, count=len(draft.figures), areas=len(others) + 1)
    side = "boundary_from" if draft.asked.merged else "boundary_before"
    yield words.text("figures.vintage", boundary=words.text(f"figures.{side}", date=MERGER.strftime("%d/%m/%Y")))
    yield words.text("figures.base", year=draft.asked.base_year)
    for indicator, how in draft.base.items():
        yield _start(words, draft, indicator, how, lang)
    if others:
        yield words.text("figures.other_areas", areas=", ".join(others))
    if draft.unmapped:
        terms = [words.texts.get(f"terms.page_{term}", term) for term in draft.unmapped]
        yield words.text("figures.unmapped", terms="; ".join(terms))
    yield from told(notes, words)


def _start(words: Catalogue, draft: Draft, indicator: str, how: Mapping[str, Any], lang: str) -> str:
    name = words.text(f"terms.{indicator}")
    if "assumption" in how:
        grade = draft.grades[how["assumption"]]
        return words.text("figures.base_assumed", name=name, id=how["assumption"], grade=grade)
    if "missing" in how:
        return words.text("figures.base_missing", name=name)
    row = draft.printed[indicator]
    value = exact_text(row.value, lang)
    return words.text("figures.base_printed", name=name, value=value, unit=Wording(lang).unit(row.unit), line=row.line)


def told(notes: Sequence[Problem], words: Catalogue) -> Iterator[str]:
    """Warnings, one a line."""
    for note in notes:
        yield f"  {words.describe(note)}"


def _billion(vnd: int, lang: str) -> str:
    return exact_text(billion_from_vnd(vnd), lang)
