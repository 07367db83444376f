"""The workbook of a scenario: the page's figures as sheets, with their digits, and what they rest on."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from math import isfinite
from typing import Any

from sim.analysis.answer import ScenarioAnswer
from sim.domain import HEADLINE, INDICATOR, LINES, PER_BILLION, PERCENT, PRICE_YEAR, REAL, Subject
from sim.ensemble import SUMMARY_COLUMNS, summary_rows
from sim.report import pages
from sim.report.forms.native import Chart
from sim.report.forms.xlsx import Cell, Head, Number, Sheet, Workbook
from sim.report.print import (
    LEGEND,
    Figure,
    Mark,
    Table,
    Wording,
    last_place,
    level_place,
    plain_text,
    spoken,
    spread,
    year,
)

_MEASUREMENT = "measurement"
#: What a column of the years is of a level, where other pages tell it too.
_ENDS = {"mean": "", "p10": "low", "p25": "inner low", "p75": "inner high", "p90": "high"}


def workbook(
    answer: ScenarioAnswer, lang: str, *, hashes: Mapping[str, str], rows: Sequence[tuple[object, ...]] = ()
) -> Workbook:
    """Every sheet of a scenario.

    Parameters
    ----------
    hashes : {what: whole hash or version} of what the run was made of
    rows : those of summary.csv of this scenario, where they are at hand
    """
    w = Wording(lang)
    areas = (areas_sheet,) if answer.scenario.plan.areas else ()
    years = partial(yearly_sheet, rows=rows or _summary(answer))
    asked = years, money_sheet, *areas, margin_sheet, targets_sheet, assumptions_sheet, inputs_sheet
    first = (summary_sheet, beside_sheet) if answer.references else (summary_sheet,)
    sheets = [*(sheet(w, answer) for sheet in (*first, charts_sheet, *asked)), record_sheet(w, answer, hashes)]
    return Workbook(w.label(answer.scenario.label), pages.title(answer, lang), lang, sheets)


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
    return value if isinstance(value, int) or value is None else plain_text(value, w)


def _sheet(
    w: Wording,
    name: str,
    title: str,
    notes: Sequence[str],
    heads: str | Sequence[Head],
    rows: Sequence[Sequence[object]],
) -> Sheet:
    """A sheet with its cells; heads may be named, each with the width of its column: ``year 7, value 12``."""
    if isinstance(heads, str):
        named = [one.split() for one in heads.split(", ")]
        heads = [Head(w.text(f"xlsx_head_{key}"), int(width)) for key, width in named]
    return Sheet(w.text(f"xlsx_{name}"), title, notes, heads, [[cell(w, value) for value in row] for row in rows])


def _marks(w: Wording) -> str:
    return "; ".join(f"{mark.symbol} {w.text(f'mark_{mark.value}')}" for mark in LEGEND) + "."


def _with_ends(figure: Figure) -> list[object]:
    """A figure and the ends of its range in cells of their own; words stand alone."""
    return [figure, figure.bottom, figure.top]


def summary_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """The answer's figures with their ranges and their differences from the references."""
    province, world = answer.province, w.label(answer.scenario.world.label)
    place = f"{w.label(province.label)}, {w.label(province.boundary)}. {world}."
    notes = [spoken(pages.finding(w, answer)), place, spoken(pages.lead(w, answer))]
    notes += [
        f"{w.term(f'card_{card.range.indicator}')}, {card.range.year}: {spoken(largest)}"
        for card in answer.cards
        if (largest := pages.largest_apart(w, answer, card.range))
    ]
    notes += [w.text("xlsx_middle", basis=w.basis(REAL)), w.text("xlsx_digits"), _marks(w)]
    heads = "indicator 40, against 28, unit 17, year 7, price 17, mean 13, low 16, high 16, mark 7, grade 11"
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
    return _sheet(w, "summary", w.label(answer.scenario.label), notes, heads, rows)


def _summary(answer: ScenarioAnswer) -> Sequence[tuple[object, ...]]:
    return tuple(summary_rows(answer.result.only([answer.scenario.slug])))


def yearly_sheet(w: Wording, answer: ScenarioAnswer, rows: Sequence[tuple[object, ...]]) -> Sheet:
    """Every series of summary.csv, year by year, rounded as printed."""
    place = "area 17, " if _several(answer) else ""
    heads = f"indicator 40, {place}unit 17, price 17, year 7, mean 13, low 16, high 16, "
    heads += "inner_low 16, inner_high 16, error 13, mark 7"
    printed = [_yearly_row(w, answer, dict(zip(SUMMARY_COLUMNS, row, strict=True))) for row in rows]
    notes = [w.text("xlsx_digits"), _marks(w)]
    return _sheet(w, "yearly", w.text("xlsx_yearly_title"), notes, heads, printed)


def charts_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """The page's fans as charts of the spreadsheet program, and the money by line, with the cells they are drawn of."""
    heads, charts, name = [Head(w.text("xlsx_head_year"), 8)], list[Chart](), w.text("xlsx_charts")
    years = [found.year for found in answer.fans[0].ranges]
    rows: list[list[object]] = [[year] for year in years]
    for fan in (fan for fan in answer.fans if fan.indicator in HEADLINE):
        first, term = len(heads), w.term(f"short_{fan.indicator}")
        heads += [Head(f"{term}: {w.text(f'xlsx_head_{end}')}", 13) for end in ("mean", "low", "high")]
        for row, found in zip(rows, fan.ranges, strict=True):
            row += _with_ends(Figure.of_range(found))
        unit = w.unit_with_basis(fan.indicator, fan.ranges[0].price_basis)
        columns = range(first, first + 3)
        charts.append(Chart(w.term(fan.indicator), unit, name, 0, len(years) - 1, 0, list(columns)))
    unit = ", ".join((w.unit("billion VND/yr"), w.basis(answer.scenario.plan.price_basis)))
    lines, last = list(range(1, 1 + len(LINES))), len(answer.result.years) - 2
    charts.append(Chart(w.text("xlsx_money"), unit, w.text("xlsx_money"), 0, last, 0, lines, stacked=True))
    made = _sheet(w, "charts", w.text("xlsx_charts_title"), [w.text("xlsx_digits"), _marks(w)], heads, rows)
    return replace(made, charts=charts)


def _several(answer: ScenarioAnswer) -> bool:
    return len(answer.province.areas) > 1


def _yearly_row(w: Wording, answer: ScenarioAnswer, row: dict) -> list[object]:
    indicator, year, error = row["indicator"], row["year"], row["mcse"]
    names = {area.code: w.label(area.label) for area in answer.province.areas}
    start: list[object] = [w.term(indicator)]
    start += [names.get(row["area"]) or w.label(answer.province.label)] if _several(answer) else []
    start += [w.unit(row["unit"]), w.basis(row["price_basis"]), year]
    base = year == answer.province.base_year
    area, basis = row["area"] if _several(answer) and row["area"] in names else "", row["price_basis"]
    mark = pages.base_mark(answer, indicator, area=area, basis=basis) if base else Mark.MODEL
    own_prices = basis != REAL or year == PRICE_YEAR
    printed, unit = not error and base and own_prices and not INDICATOR[indicator].product, INDICATOR[indicator].unit
    subject = Subject("level", indicator, year, basis, answer.scenario, area=area)

    def shown(name: str, end: str = "") -> Figure:
        place = None if printed else level_place(indicator, row[end or name], error)
        told = _ENDS.get(name)
        of = None if base or told is None else subject.told(told) if told else subject
        return Figure(row[name], mark, place, error, unit=unit, subject=of)

    figures = [shown("mean"), shown("p10", "p90"), shown("p90"), shown("p25", "p75"), shown("p75")]
    noise = Figure.computed(error, last_place(error, 0.0) + 1 if error else 0)
    return [*start, *figures, noise, mark]


def money_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """The plan as given, year by year, and what is expected to be paid out: the page's table."""
    plan, table = answer.scenario.plan, pages.year_table(w, answer)
    widths = [8, *[22] * len(LINES), *[16] * (len(table.columns) - 1 - len(LINES))]
    rows = [[year, *row[1:]] for year, row in zip(answer.result.years[1:], table.rows, strict=True)]
    notes = [f"{w.unit('billion VND/yr')}, {w.basis(plan.price_basis)}. {_marks(w)}"]
    past = answer.province.past_years
    notes += [w.text("past_money", years=w.between(str(past[0]), str(past[-1])))] if past else []
    return _sheet(w, "money", w.label(plan.label), notes, _heads_of(table, widths), rows)


def areas_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """Money by year, line and area, of every line the plan divides."""
    plan, names = answer.scenario.plan, {area.code: w.label(area.label) for area in answer.province.areas}
    heads = "year 8, line 44, area 24, share 12, planned 18, mark 7"
    rows: list[list[object]] = []
    for when in answer.result.years[1:]:
        for line in plan.areas:
            shares, money = plan.area_shares(line, when), plan.area_budget(line, when)
            for code, name in names.items() if shares else ():
                part = Figure.planned_share(float(shares.get(code, 0)), -1)
                planned = Figure.planned(money.get(code, 0))
                rows.append([when, w.term(f"line_{line}"), name, part, planned, planned.mark])
    notes = [w.text("xlsx_areas_note"), f"{w.unit('billion VND/yr')}, {w.basis(plan.price_basis)}. {_marks(w)}"]
    return _sheet(w, "areas", w.text("money_by_area"), notes, heads, rows)


def _heads_of(table: Table, widths: Sequence[int]) -> list[Head]:
    """Heads of a page's table, each with the mark of what stands below."""
    named = zip(table.columns, table.marks(), widths, strict=True)
    return [Head(f"{column.words} {mark.symbol if mark else ''}".strip(), width) for column, mark, width in named]


def beside_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """Levels beside those they are compared with and their differences: cells that subtract."""
    table = pages.beside_table(w, answer)
    heads = _heads_of(table, [66, *[20] * (len(table.columns) - 1)])
    notes = [w.text("xlsx_digits"), _marks(w)]
    title = plain_text(w.html("beside_title", year=year(answer.result.years[-1])), w)
    return _sheet(w, "beside", title, notes, heads, table.rows)


def margin_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """What one more tỷ a year on each line changes in the last year."""
    heads = "line 40, indicator 40, unit 17, mean_change 14, low 16, high 16, mark 7, grade 17, review 17"
    rows: list[list[object]] = []
    for margin in answer.margins:
        line, grade = w.term(f"line_{margin.money.line}"), margin.grade
        flag = w.text("flag_review") if margin.money.outside_experience else ""
        for name in PER_BILLION:
            change = Figure.of_difference(margin.extra[name], name)
            rows.append([line, w.term(name), w.unit_of(name), *_with_ends(change), change.mark, grade, flag])
    note = w.text("xlsx_margins_note", year=answer.result.years[-1], basis=w.basis(REAL))
    return _sheet(w, "margins", w.text("money_title"), [note, _marks(w)], heads, rows)


def targets_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """Every target with its chance: a figure where one may be printed, words beyond."""
    heads = "target 52, year 7, from 13, to 13, unit 17, chance 18, mark 7, source 44"
    rows: list[list[object]] = []
    for found in answer.chances:
        target, chance = found.target, Figure.of_target_chance(found)
        goal = Figure.target(target, None if target.at_most else target.high)
        ends = (None, goal) if target.at_most else (goal, goal.top)
        unit = INDICATOR[target.indicator].unit if target.indicator in INDICATOR else "LHHTX"
        marks = f"{goal.mark.symbol} {chance.mark.symbol}"
        source = w.text("own_target") if target.own else pages.source_title(answer.province, target.source_id)
        rows.append([w.target(target), target.year, *ends, w.unit(unit), chance, marks, source])
    notes = [w.text("targets_text"), w.text("union_text"), _marks(w)]
    return _sheet(w, "targets", w.text("targets_title"), notes, heads, rows)


def assumptions_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """Every assumption the projection reads, with what this scenario's world makes of it."""
    heads = "assumption 30, spread_low 8, spread_middle 8, spread_high 8, unit 12, "
    heads += "grade 14, source 26, reason 42, mark 6, id 20"
    used = [answer.register[key] for key in answer.register if answer.register[key].role != _MEASUREMENT]
    rows, known = list[list[object]](), pages.known_sources(answer.province)
    for entry in used:
        override = answer.scenario.world.states(entry)
        flags = [w.text("flag_world")] if override else []
        flags += [w.text("flag_conditioned")] if entry.conditioned and isfinite(answer.result.effective_draws) else []
        label = w.label(entry.label) + (f" ({', '.join(flags)})" if flags else "")
        points: Sequence[Figure | None] = spread(pages.used_distribution(answer, entry), entry.unit).figures
        kind = w.text(f"xlsx_kind_{entry.kind}")
        grade = f"{entry.grade}: {w.term(f'grade_{entry.grade}')}; {kind}"
        reason = w.label(override.reason if override else entry.reason)
        shown = [*(points if len(points) > 1 else [None, points[0], None]), pages.unit_beside(w, entry.unit)]
        source = pages.source_names(w, known, entry.source)
        rows.append([label, *shown, grade, source, reason, Mark.of(entry), entry.id])
    notes = [w.text("assumptions_text", count=len(used)), w.text("xlsx_spread")]
    return _sheet(w, "assumptions", w.text("assumptions_title"), notes, heads, rows)


def inputs_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """The printed figures the projection starts from and is drawn beside, and what was chosen."""
    heads = "indicator 36, year 7, value 12, unit 14, use 18, mark 6, source 34, note 32"
    scenario = answer.scenario
    plan, world, basis = w.label(scenario.plan.label), w.label(scenario.world.label), w.basis(scenario.plan.price_basis)
    chosen = {"scenario": w.label(scenario.label), "plan": plan, "world": world}
    chosen |= {"basis": basis, "horizon": str(scenario.horizon)}
    changed = [w.label(answer.register[key].label) for key in scenario.world.overrides]
    notes = [w.text("xlsx_chosen", **chosen)]
    notes += [w.text("xlsx_world_states", names="; ".join(changed))] if changed else []
    base = answer.province.base
    used: list[tuple[str, Any, str, str, str]] = []
    started = ((name, row) for name, found in base.items() for row in found.values())
    used += [(name, row, w.unit(row.unit), "start", w.note(row.note)) for name, row in started]
    used += [(fan.indicator, row, w.unit_of(fan.indicator), "shown", "") for fan in answer.fans for row in fan.history]
    rows: list[list[object]] = []
    for indicator, row, unit, use, note in used:
        figure, source = Figure.observed(row), pages.source_title(answer.province, row.source_id)
        rows.append([w.term(indicator), row.year, figure, unit, w.text(f"use_{use}"), figure.mark, source, note])
    return _sheet(w, "inputs", w.text("xlsx_inputs_title"), notes, heads, rows)


def record_sheet(w: Wording, answer: ScenarioAnswer, hashes: Mapping[str, str]) -> Sheet:
    """What the run was made of; moments in time stand in record.json alone."""
    result, heads = answer.result, "what 36, value 72"
    rows: list[list[object]] = [[w.text("xlsx_record_draws"), result.draws], [w.text("xlsx_record_seed"), result.seed]]
    if isfinite(result.effective_draws):
        worth = Figure.computed(result.effective_draws, last_place(result.effective_draws, 0.0))
        rows.append([w.text("xlsx_record_worth"), worth])
    rows += [[w.hash_name(name), text] for name, text in hashes.items()]
    notes = [w.text("xlsx_record_note")]
    return _sheet(w, "record", w.text("provenance_title"), notes, heads, rows)
