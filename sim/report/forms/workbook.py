"""The workbook of a scenario: the page's figures as sheets, with their digits, and what they rest on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from math import isfinite

from sim.analysis.answer import ScenarioAnswer
from sim.domain import INDICATOR, LINES, PER_BILLION, PERCENT, REAL
from sim.ensemble import QUANTILES, SUMMARY_COLUMNS, summary_rows
from sim.report.forms.xlsx import Cell, Head, Number, Sheet, Workbook
from sim.report.pages import (
    base_mark,
    finding,
    lead,
    source_names,
    source_title,
    title,
    unit_beside,
    used_distribution,
    year_table,
)
from sim.report.print import LEGEND, Figure, Mark, Printed, Wording, last_place, level_place, plain_text, spoken, spread

_NAME, _WORD, _FIGURE, _SENTENCE = 40, 17, 13, 44
_MEASUREMENT = "measurement"


def workbook(answer: ScenarioAnswer, lang: str, *, hashes: Mapping[str, str]) -> Workbook:
    """Every sheet of a scenario.

    Parameters
    ----------
    hashes : {what: whole hash or version} of what the run was made of
    """
    w = Wording(lang)
    sheets = (
        summary_sheet(w, answer), yearly_sheet(w, answer), money_sheet(w, answer), margin_sheet(w, answer),
        targets_sheet(w, answer), assumptions_sheet(w, answer), inputs_sheet(w, answer),
        record_sheet(w, answer, hashes),
    )  # fmt: skip
    return Workbook(w.label(answer.scenario.label), title(answer, lang), lang, sheets)


def cell(w: Wording, value: object) -> Cell:
    """Anything a row holds: figures as numbers with the digits they are printed with, marks as symbols, else words."""
    if isinstance(value, Figure) and value.clear:
        exact = value.as_printed().normalize()
        exponent = exact.as_tuple().exponent
        place = value.place if value.place is not None else exponent if isinstance(exponent, int) else 0
        if value.unit == "%" and value.place is not None:
            return Number(float(exact) / PERCENT, max(0, -place), percent=True)
        return Number(float(exact), max(0, -place), signed=value.signed)
    if isinstance(value, Mark):
        return value.symbol
    if isinstance(value, Printed):
        return plain_text(value, w)
    return value if isinstance(value, int) or value is None else str(value)


def _heads(w: Wording, *asked: tuple[str, int]) -> list[Head]:
    shares = dict(zip(("low", "quarter", "median", "three_quarters", "high"), QUANTILES, strict=True))
    return [Head(w.text(f"xlsx_head_{name}", share=w.share(shares.get(name, 0.0))), width) for name, width in asked]


def _cells(w: Wording, rows: Iterator[Sequence[object]] | Sequence[Sequence[object]]) -> list[list[Cell]]:
    return [[cell(w, value) for value in row] for row in rows]


def _marks(w: Wording) -> str:
    return "; ".join(f"{mark.symbol} {w.text(f'mark_{mark.value}')}" for mark in LEGEND) + "."


def _with_ends(figure: Figure) -> list[object]:
    """A figure and the ends of its range in cells of their own; words stand alone."""
    return [figure, figure.bottom, figure.top] if figure.clear else [figure, None, None]


def summary_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """The answer's figures with their ranges and their differences from the references."""
    province, world = answer.province, w.label(answer.scenario.world.label)
    place = f"{w.label(province.label)}, {w.label(province.boundary)}. {world}."
    notes = [spoken(finding(w, answer)), place, spoken(lead(w, answer))]
    notes += [w.text("xlsx_middle", basis=w.basis(REAL)), w.text("xlsx_digits"), _marks(w)]
    heads = [
        *_heads(w, ("indicator", _NAME), ("against", 28), ("unit", _WORD), ("year", 7), ("price", _WORD)),
        *_heads(w, ("middle", 16), ("low", _FIGURE), ("high", _FIGURE), ("mark", 7), ("grade", 11)),
    ]
    found = answer.founded
    founded = Figure.of_range(found)
    name, unit = w.term(found.indicator), w.unit_of(found.indicator)
    rows: list[list[object]] = [[name, "", unit, found.year, "", *_with_ends(founded), founded.mark, ""]]
    for card in answer.cards:  # the level of one figure, then its difference from each reference
        found, level = card.range, Figure.of_range(card.range)
        name, unit, grade = w.term(found.indicator), w.unit_of(found.indicator), card.evidence.grade
        rows.append([name, "", unit, found.year, w.basis(found.price_basis), *_with_ends(level), level.mark, grade])
        real = w.basis(REAL) if INDICATOR[found.indicator].money else ""
        for slug in answer.references:
            plan = w.label(answer.result.run_of(slug).scenario.plan.label)
            change = Figure.of_difference(card.differences[slug], found.indicator)
            rows.append([name, plan, unit, found.year, real, *_with_ends(change), change.mark, grade])
    return Sheet(w.text("xlsx_summary"), w.label(answer.scenario.label), notes, heads, _cells(w, rows))


def yearly_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """Every series of summary.csv, year by year, rounded as printed."""
    heads = [
        *_heads(w, ("indicator", _NAME), *([("area", _WORD)] if _several(answer) else [])),
        *_heads(w, ("unit", _WORD), ("price", _WORD), ("year", 7)),
        *_heads(w, ("mean", _FIGURE), ("low", _FIGURE), ("quarter", _FIGURE), ("median", _FIGURE)),
        *_heads(w, ("three_quarters", _FIGURE), ("high", _FIGURE), ("error", _FIGURE), ("mark", 7)),
    ]
    only = answer.result.only([answer.scenario.slug])
    rows = [_yearly_row(w, answer, dict(zip(SUMMARY_COLUMNS, row, strict=True))) for row in summary_rows(only)]
    notes = [w.text("xlsx_digits"), _marks(w)]
    return Sheet(w.text("xlsx_yearly"), w.text("xlsx_yearly_title"), notes, heads, _cells(w, rows))


def _several(answer: ScenarioAnswer) -> bool:
    return len(answer.province.areas) > 1


def _yearly_row(w: Wording, answer: ScenarioAnswer, row: dict) -> list[object]:
    indicator, year, error = row["indicator"], row["year"], row["mcse"]
    names = {area.code: w.label(area.label) for area in answer.province.areas}
    start: list[object] = [w.term(indicator)]
    start += [names.get(row["area"]) or w.label(answer.province.label)] if _several(answer) else []
    start += [w.unit(row["unit"]), w.basis(row["price_basis"]), year]
    base = year == answer.province.base_year
    printed = not error and base and not INDICATOR[indicator].product
    level = Figure.of_level(indicator, row["mean"], error)
    level = replace(level, mark=base_mark(answer, indicator)) if base else level

    def shown(name: str, end: str = "") -> Figure:
        place = None if printed else level_place(indicator, row[end or name], error)
        return replace(level, value=row[name], place=place)

    figures = [shown("mean"), shown("p10", "p90"), shown("p25", "p75"), shown("p50"), shown("p75"), shown("p90")]
    noise = Figure.computed(error, last_place(error, 0.0) + 1 if error else 0)
    return [*start, *figures, noise, level.mark]


def money_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """The plan as given, year by year, and what is expected to be paid out: the page's table."""
    plan, table = answer.scenario.plan, year_table(w, answer)
    widths = [22] * len(LINES) + [16] * (len(table.columns) - 1 - len(LINES))
    heads = [Head(w.text("xlsx_head_year"), 8)]
    for column, mark, width in zip(table.columns[1:], table.marks()[1:], widths, strict=True):
        heads.append(Head(f"{column.head} {mark.symbol if mark else ''}", width))
    rows = [[year, *row[1:]] for year, row in zip(answer.result.years[1:], table.rows, strict=True)]
    notes = [f"{w.unit('billion VND/yr')}, {w.basis(plan.price_basis)}. {_marks(w)}"]
    return Sheet(w.text("xlsx_money"), w.label(plan.label), notes, heads, _cells(w, rows))


def margin_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """What one more tỷ a year on each line changes in the last year."""
    heads = [
        *_heads(w, ("line", _NAME), ("indicator", _NAME), ("unit", _WORD), ("mean_change", 20)),
        *_heads(w, ("low", _FIGURE), ("high", _FIGURE), ("mark", 7), ("grade", _WORD), ("review", _WORD)),
    ]
    rows: list[list[object]] = []
    for margin in answer.margins:
        line, grade = w.term(f"line_{margin.money.line}"), margin.evidence.grade
        flag = w.text("flag_review") if margin.money.outside_experience else ""
        for name in PER_BILLION:
            change = Figure.of_difference(margin.extra[name], name)
            rows.append([line, w.term(name), w.unit_of(name), *_with_ends(change), change.mark, grade, flag])
    note = w.text("xlsx_margins_note", year=answer.result.years[-1], basis=w.basis(REAL))
    return Sheet(w.text("xlsx_margins"), w.text("money_title"), [note, _marks(w)], heads, _cells(w, rows))


def targets_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """Every target with its chance: a figure where one may be printed, words beyond."""
    heads = [
        *_heads(w, ("target", 52), ("year", 7), ("from", _FIGURE), ("to", _FIGURE), ("unit", _WORD)),
        *_heads(w, ("chance", 18), ("mark", 7), ("source", _SENTENCE)),
    ]
    rows: list[list[object]] = []
    for found in answer.chances:
        target, chance = found.target, Figure.of_target_chance(found)
        goal = Figure.target(target, target.high)
        unit = INDICATOR[target.indicator].unit if target.indicator in INDICATOR else "LHHTX"
        marks = f"{goal.mark.symbol} {chance.mark.symbol}"
        source = source_title(answer.province, target.source_id)
        rows.append([w.label(target.label), target.year, goal, goal.top, w.unit(unit), chance, marks, source])
    notes = [w.text("targets_text"), w.text("union_text"), _marks(w)]
    return Sheet(w.text("xlsx_targets"), w.text("targets_title"), notes, heads, _cells(w, rows))


def assumptions_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """Every assumption the projection reads, with what this scenario's world makes of it."""
    heads = [
        *_heads(w, ("assumption", 30), ("spread_low", 8), ("spread_middle", 8), ("spread_high", 8), ("unit", 12)),
        *_heads(w, ("grade", 14), ("source", 26), ("reason", 42), ("mark", 6), ("id", 20)),
    ]
    used = [answer.register[key] for key in answer.register if answer.register[key].role != _MEASUREMENT]
    rows: list[list[object]] = []
    for entry in used:
        override = answer.scenario.world.overrides.get(entry.id)
        flags = [w.text("flag_world")] if override else []
        flags += [w.text("flag_conditioned")] if entry.conditioned and isfinite(answer.result.effective_draws) else []
        label = w.label(entry.label) + (f" ({', '.join(flags)})" if flags else "")
        points: Sequence[Figure | None] = spread(used_distribution(answer, entry), entry.unit).figures
        kind = w.text(f"xlsx_kind_{entry.kind}")
        grade = f"{entry.grade}: {w.term(f'grade_{entry.grade}')}; {kind}"
        reason = w.label(override.reason if override else entry.reason)
        shown = [*(points if len(points) > 1 else [None, points[0], None]), unit_beside(w, entry.unit)]
        rows.append([label, *shown, grade, source_names(w, answer, entry.source), reason, Mark.of(entry), entry.id])
    notes = [w.text("assumptions_text", count=len(used)), w.text("xlsx_spread")]
    return Sheet(w.text("xlsx_assumptions"), w.text("assumptions_title"), notes, heads, _cells(w, rows))


def inputs_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """The printed figures the projection starts from and is drawn beside, and what was chosen."""
    heads = [
        *_heads(w, ("indicator", 36), ("year", 7), ("value", 12), ("unit", 14), ("use", 18), ("mark", 6)),
        *_heads(w, ("source", 34), ("note", 32)),
    ]
    scenario = answer.scenario
    plan, world, basis = w.label(scenario.plan.label), w.label(scenario.world.label), w.basis(scenario.plan.price_basis)
    chosen = {"scenario": scenario.slug, "plan": plan, "basis": basis, "world": world, "horizon": scenario.horizon}
    changed = [w.label(answer.register[key].label) for key in scenario.world.overrides]
    notes = [w.text("xlsx_chosen", **chosen)]
    notes += [w.text("xlsx_world_states", names="; ".join(changed))] if changed else []
    rows: list[list[object]] = []
    starts = [(indicator, row) for indicator, found in answer.province.base.items() for row in found.values()]
    for indicator, row in starts:
        figure, source = Figure.observed(row), source_title(answer.province, row.source_id)
        start = [w.term(indicator), row.year, figure, w.unit(row.unit), w.text("use_start")]
        rows.append([*start, figure.mark, source, row.note])
    for fan in answer.fans:
        for point in fan.history:
            figure, source = Figure.observed(point), source_title(answer.province, point.source_id)
            start = [w.term(fan.indicator), point.year, figure, w.unit_of(fan.indicator), w.text("use_shown")]
            rows.append([*start, figure.mark, source, ""])
    return Sheet(w.text("xlsx_inputs"), w.text("xlsx_inputs_title"), notes, heads, _cells(w, rows))


def record_sheet(w: Wording, answer: ScenarioAnswer, hashes: Mapping[str, str]) -> Sheet:
    """What the run was made of; moments in time stand in record.json alone."""
    result, heads = answer.result, _heads(w, ("what", 36), ("value", 72))
    rows: list[list[object]] = [[w.text("xlsx_record_draws"), result.draws], [w.text("xlsx_record_seed"), result.seed]]
    if isfinite(result.effective_draws):
        worth = Figure.computed(result.effective_draws, last_place(result.effective_draws, 0.0))
        rows.append([w.text("xlsx_record_worth"), worth])
    rows += [[name, text] for name, text in hashes.items()]
    notes = [w.text("xlsx_record_note")]
    return Sheet(w.text("xlsx_record"), w.text("provenance_title"), notes, heads, _cells(w, rows))
