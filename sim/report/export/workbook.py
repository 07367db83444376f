"""A scenario's workbook: the figures, and the sheets that say what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from math import isfinite

from sim.analysis.story import Story
from sim.domain.parameters import Assumption, Distribution
from sim.domain.scenario import Observation
from sim.report.answer import title
from sim.report.assumptions import source_names, unit_beside
from sim.report.basis import used_distribution
from sim.report.export.figures import (
    margin_sheet,
    money_sheet,
    summary_sheet,
    targets_sheet,
    yearly_sheet,
)
from sim.report.export.sheets import Cell, Head, Number, Sheet, Workbook, exact, number
from sim.report.marks import symbols
from sim.report.numerals import last_place, rounded
from sim.report.values import in_percent
from sim.report.wording import Wording

_PERCENT = 100
_MEASUREMENT = "measurement"


def workbook(story: Story, lang: str, *, hashes: Mapping[str, str]) -> Workbook:
    """Every sheet of a scenario.

    Parameters
    ----------
    hashes : {what: whole hash or version} of what the run was made of
    """
    w = Wording(lang)
    sheets = (
        summary_sheet(w, story), yearly_sheet(w, story), money_sheet(w, story), margin_sheet(w, story),
        targets_sheet(w, story), assumptions_sheet(w, story), inputs_sheet(w, story), record_sheet(w, story, hashes),
    )  # fmt: skip
    return Workbook(w.label(story.scenario.label), title(story, lang), lang, sheets)


def assumptions_sheet(w: Wording, story: Story) -> Sheet:
    """Every assumption the projection reads, with what this scenario's world makes of it."""
    names = (
        "assumption",
        "spread_low",
        "spread_middle",
        "spread_high",
        "unit",
        "grade",
        "source",
        "reason",
        "mark",
        "id",
    )
    widths = (30, 8, 8, 8, 12, 14, 26, 42, 6, 20)
    heads = [Head(w.text(f"xlsx_head_{name}"), width) for name, width in zip(names, widths, strict=True)]
    used = [story.register[key] for key in story.register if story.register[key].role != _MEASUREMENT]
    rows = [_assumption_row(w, story, entry) for entry in used]
    notes = [w.text("assumptions_text", count=len(used)), w.text("xlsx_spread")]
    return Sheet(w.text("xlsx_assumptions"), w.text("assumptions_title"), notes, heads, rows)


def _assumption_row(w: Wording, story: Story, entry: Assumption) -> list[Cell]:
    override = story.scenario.world.overrides.get(entry.id)
    flags = [w.text("flag_world")] if override else []
    flags += [w.text("flag_conditioned")] if entry.conditioned and isfinite(story.result.effective_draws) else []
    label = w.label(entry.label) + (f" ({', '.join(flags)})" if flags else "")
    return [
        label, *_spread(used_distribution(story, entry), entry.unit), unit_beside(w, entry.unit),
        f"{entry.grade}: " + w.term(f"grade_{entry.grade}") + "; " + w.text(f"xlsx_kind_{entry.kind}"),
        source_names(w, story, entry.source), w.label(override.reason if override else entry.reason),
        symbols("assumption"), entry.id,
    ]  # fmt: skip


def _spread(distribution: Distribution, unit: str) -> list[Cell]:
    """Low, middle and high, rounded as the page prints them; the middle alone for what has no spread."""
    percent = in_percent(unit)

    def shown(value: float) -> Number:
        scaled = Decimal(repr(float(value))) * (_PERCENT if percent else 1)
        return exact(rounded(scaled, last_place(float(scaled), 0.0)))

    if distribution.simplex:
        return [None, shown(distribution.mean), None]
    if distribution.constant:
        return [None, shown(distribution.p50), None]
    return [shown(value) for value in (distribution.p10, distribution.p50, distribution.p90)]


def inputs_sheet(w: Wording, story: Story) -> Sheet:
    """The printed figures the projection starts from and is drawn beside, and what was chosen."""
    names = ("indicator", "year", "value", "unit", "use", "mark", "source", "note")
    widths = (36, 7, 12, 14, 18, 6, 34, 32)
    heads = [Head(w.text(f"xlsx_head_{name}"), width) for name, width in zip(names, widths, strict=True)]
    notes = [w.text("xlsx_chosen", **_chosen(w, story)), *_stated(w, story)]
    return Sheet(w.text("xlsx_inputs"), w.text("xlsx_inputs_title"), notes, heads, list(_input_rows(w, story)))


def _chosen(w: Wording, story: Story) -> dict[str, object]:
    scenario = story.scenario
    plan, world, basis = w.label(scenario.plan.label), w.label(scenario.world.label), w.basis(scenario.plan.price_basis)
    return {"scenario": scenario.slug, "plan": plan, "basis": basis, "world": world, "horizon": scenario.horizon}


def _stated(w: Wording, story: Story) -> list[str]:
    changed = [w.label(story.register[key].label) for key in story.scenario.world.overrides]
    return [w.text("xlsx_world_states", names="; ".join(changed))] if changed else []


def _input_rows(w: Wording, story: Story) -> Iterator[list[Cell]]:
    for indicator, rows in story.province.base.items():
        for row in rows.values():
            yield [w.term(indicator), row.year, *_observed(w, story, row, "use_start")]
    for fan in story.fans:
        for point in fan.history:
            source = story.province.sources.get(point.source_id)
            value, unit = exact(point.value), w.unit_of(fan.indicator)
            yield [
                w.term(fan.indicator), point.year, value, unit, w.text("use_shown"), symbols(point.status),
                source.title if source else point.source_id, "",
            ]  # fmt: skip


def _observed(w: Wording, story: Story, row: Observation, use: str) -> list[Cell]:
    source = story.province.sources.get(row.source_id)
    title_of = source.title if source else row.source_id
    return [exact(row.value), w.unit(row.unit), w.text(use), symbols(row.status), title_of, row.note]


def record_sheet(w: Wording, story: Story, hashes: Mapping[str, str]) -> Sheet:
    """What the run was made of; moments in time stand in record.json alone."""
    heads = [Head(w.text("xlsx_head_what"), 36), Head(w.text("xlsx_head_value"), 72)]
    result = story.result
    rows: list[list[Cell]] = [
        [w.text("xlsx_record_draws"), result.draws],
        [w.text("xlsx_record_seed"), result.seed],
    ]
    if isfinite(result.effective_draws):
        rows.append(
            [w.text("xlsx_record_worth"), number(result.effective_draws, last_place(result.effective_draws, 0.0))]
        )
    rows += [[name, text] for name, text in hashes.items()]
    return Sheet(w.text("xlsx_record"), w.text("provenance_title"), [w.text("xlsx_record_note")], heads, rows)
