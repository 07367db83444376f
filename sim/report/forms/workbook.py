"""The workbook of a scenario: the page's figures as sheets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from math import isfinite

from sim.analysis.answer import Card, Range, ScenarioAnswer, TargetChance, disbursed
from sim.analysis.compare import Difference
from sim.domain import (
    INDICATOR,
    LINES,
    PER_BILLION,
    PERCENT,
    REAL,
    Assumption,
    Distribution,
    billion_from_vnd,
)
from sim.ensemble import QUANTILES, SUMMARY_COLUMNS, summary_rows
from sim.report.forms.xlsx import Cell, Head, Number, Sheet, Workbook, exact, number
from sim.report.pages import base_mark, finding, lead, source_names, title, unit_beside, used_distribution
from sim.report.print import Wording, described, in_percent, last_place, rounded, spoken, symbols, told_apart

_MEASUREMENT = "measurement"
#: Widths of columns [characters].
_NAME, _WORD, _FIGURE, _SENTENCE = 40, 17, 13, 44


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


def summary_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """The answer's figures with their ranges and their differences from the references."""
    place = (
        f"{w.label(answer.province.label)}, {w.label(answer.province.boundary)}. "
        f"{w.label(answer.scenario.world.label)}."
    )
    notes = [
        spoken(finding(w, answer)),
        place,
        spoken(lead(w, answer)),
        w.text("xlsx_middle", basis=w.basis(REAL)),
        w.text("xlsx_digits"),
        _marks(w),
    ]
    heads = [
        *_heads(w, ("indicator", _NAME), ("against", 28), ("unit", _WORD), ("year", 7), ("price", _WORD)),
        *_heads(w, ("middle", 16), ("low", _FIGURE), ("high", _FIGURE), ("mark", 7), ("grade", 11)),
    ]
    rows = [_founded_row(w, answer), *(row for card in answer.cards for row in _card_rows(w, answer, card))]
    return Sheet(w.text("xlsx_summary"), w.label(answer.scenario.label), notes, heads, rows)


def _heads(w: Wording, *asked: tuple[str, int]) -> list[Head]:
    shares = dict(zip(("low", "quarter", "median", "three_quarters", "high"), QUANTILES, strict=True))
    return [Head(w.text(f"xlsx_head_{name}", share=w.share(shares.get(name, 0.0))), width) for name, width in asked]


def _marks(w: Wording) -> str:
    kinds = ("actual", "estimate", "assumption", "unknown")
    return "; ".join(f"{symbols(kind)} {w.text(f'mark_{kind}')}" for kind in kinds) + "."


def _levels(w: Wording, found: Range) -> list[Cell]:
    middle = number(found.p50, w.place(found.indicator, found.p50, found.mcse))
    return [middle, *_ends(w, found, found.p10, found.p90)]


def _ends(w: Wording, found: Range, low: float, high: float) -> list[Cell]:
    place = w.place(found.indicator, high, found.mcse)
    return [number(low, place), number(high, place)]


def _founded_row(w: Wording, answer: ScenarioAnswer) -> list[Cell]:
    found = answer.founded
    start: list[Cell] = [w.term(found.indicator), "", w.unit_of(found.indicator), found.year, ""]
    return [*start, *_levels(w, found), symbols("model"), ""]


def _card_rows(w: Wording, answer: ScenarioAnswer, card: Card) -> Iterator[list[Cell]]:
    """The level of one figure, then its difference from each reference."""
    found = card.range
    name, unit, end = w.term(found.indicator), w.unit_of(found.indicator), [symbols("model"), card.evidence.grade]
    yield [name, "", unit, found.year, w.basis(found.price_basis), *_levels(w, found), *end]
    real = w.basis(REAL) if INDICATOR[found.indicator].money else ""
    for slug in answer.references:
        plan = w.label(answer.result.run_of(slug).scenario.plan.label)
        cells = change_cells(w, card.differences[slug], found.indicator)
        yield [name, plan, unit, found.year, real, *cells, *end]


def change_cells(w: Wording, difference: Difference, indicator: str) -> list[Cell]:
    """Mean, low and high of a difference; words where the draws do not distinguish it from none."""
    if not told_apart(difference) or w.vanishes(difference):
        return [w.difference(difference, indicator, unit=False), None, None]
    mean = number(difference.mean, w.change_place(difference.mean, difference.mcse), signed=True)
    place = w.change_place(max(abs(difference.p10), abs(difference.p90)), difference.mcse)
    return [mean, *(number(end, place, signed=True) for end in (difference.p10, difference.p90))]


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
    return Sheet(w.text("xlsx_yearly"), w.text("xlsx_yearly_title"), [w.text("xlsx_digits"), _marks(w)], heads, rows)


def _several(answer: ScenarioAnswer) -> bool:
    return len(answer.province.areas) > 1


def _yearly_row(w: Wording, answer: ScenarioAnswer, row: dict) -> list[Cell]:
    indicator, year = row["indicator"], row["year"]
    names = {area.code: w.label(area.label) for area in answer.province.areas}
    start: list[Cell] = [w.term(indicator)]
    start += [names.get(row["area"]) or w.label(answer.province.label)] if _several(answer) else []
    start += [w.unit(row["unit"]), w.basis(row["price_basis"]), year]
    printed = not row["mcse"] and year == answer.province.base_year and not INDICATOR[indicator].product

    def shown(name: str, end: str = "") -> Number:
        value = row[name]
        return exact(value) if printed else number(value, w.place(indicator, row[end or name], row["mcse"]))

    figures: list[Cell] = [shown("mean"), shown("p10", "p90"), shown("p25", "p75"), shown("p50"), shown("p75")]
    error = number(row["mcse"], last_place(row["mcse"], 0.0) + 1) if row["mcse"] else Number(0.0)
    mark = base_mark(answer, indicator) if year == answer.province.base_year else "model"
    return [*start, *figures, shown("p90"), error, symbols(mark)]


def money_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """The plan as given, year by year, and what is expected to be paid out."""
    plan, years = answer.scenario.plan, answer.result.years[1:]
    heads = [Head(w.text("xlsx_head_year"), 8)]
    heads += [Head(f"{w.term(f'line_{line}')} {symbols('plan')}", 22) for line in LINES]
    heads += [Head(f"{w.text(row)} {symbols('plan')}", 16) for row in ("row_unallocated", "row_fund")]
    heads += [Head(f"{w.text('column_disbursed')} {symbols('model')}", 16)]
    paid = disbursed(answer.result, answer.scenario.slug)
    rows: list[list[Cell]] = []
    for place, year in enumerate(years):
        found = described("htx_revenue_total", year, paid[place], answer.result.effective_draws)
        money = [*(plan.line_budget(line, year) for line in LINES), plan.unallocated(year), plan.annual_budget(year)]
        out = number(found.p50, last_place(found.p50, found.mcse, finest=-1))
        rows.append([year, *(exact(billion_from_vnd(vnd)) for vnd in money), out])
    notes = [f"{w.unit('billion VND/yr')}, {w.basis(plan.price_basis)}. {_marks(w)}"]
    return Sheet(w.text("xlsx_money"), w.label(plan.label), notes, heads, rows)


def margin_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """What one more tỷ a year on each line changes in the last year."""
    heads = [
        *_heads(w, ("line", _NAME), ("indicator", _NAME), ("unit", _WORD), ("mean_change", 20)),
        *_heads(w, ("low", _FIGURE), ("high", _FIGURE), ("mark", 7), ("grade", _WORD), ("review", _WORD)),
    ]
    rows: list[Sequence[Cell]] = []
    for margin in answer.margins:
        line = w.term(f"line_{margin.money.line}")
        flag = w.text("flag_review") if margin.money.outside_experience else ""
        for name in PER_BILLION:
            cells = change_cells(w, margin.extra[name], name)
            rows.append([line, w.term(name), w.unit_of(name), *cells, symbols("model"), margin.evidence.grade, flag])
    note = w.text("xlsx_margins_note", year=answer.result.years[-1], basis=w.basis(REAL))
    return Sheet(w.text("xlsx_margins"), w.text("money_title"), [note, _marks(w)], heads, rows)


def targets_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """Every target with its chance: a figure where one may be printed, words beyond."""
    heads = [
        *_heads(w, ("target", 52), ("year", 7), ("from", _FIGURE), ("to", _FIGURE), ("unit", _WORD)),
        *_heads(w, ("chance", 18), ("mark", 7), ("source", _SENTENCE)),
    ]
    rows = [_target_row(w, answer, found) for found in answer.chances]
    notes = [w.text("targets_text"), w.text("union_text"), _marks(w)]
    return Sheet(w.text("xlsx_targets"), w.text("targets_title"), notes, heads, rows)


def _target_row(w: Wording, answer: ScenarioAnswer, found: TargetChance) -> list[Cell]:
    target = found.target
    unit = INDICATOR[target.indicator].unit if target.indicator in INDICATOR else "LHHTX"
    high = exact(target.high) if target.high is not None else None
    return [
        w.label(target.label), target.year, exact(target.low), high, w.unit(unit), chance_cell(w, found),
        f"{symbols('target')} {symbols('model')}", _source(answer, target.source_id),
    ]  # fmt: skip


def chance_cell(w: Wording, found: TargetChance) -> Cell:
    """A probability as a number in percent, or in the words the page uses."""
    place = w.chance_place(found.probability, found.mcse)
    if place is None:
        return w.chance(found.probability, found.mcse)
    share = float(rounded(PERCENT * found.probability, place)) / PERCENT
    return Number(share, max(0, -place), percent=True)


def assumptions_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """Every assumption the projection reads, with what this scenario's world makes of it."""
    heads = [
        *_heads(w, ("assumption", 30), ("spread_low", 8), ("spread_middle", 8), ("spread_high", 8), ("unit", 12)),
        *_heads(w, ("grade", 14), ("source", 26), ("reason", 42), ("mark", 6), ("id", 20)),
    ]
    used = [answer.register[key] for key in answer.register if answer.register[key].role != _MEASUREMENT]
    rows = [_assumption_row(w, answer, entry) for entry in used]
    notes = [w.text("assumptions_text", count=len(used)), w.text("xlsx_spread")]
    return Sheet(w.text("xlsx_assumptions"), w.text("assumptions_title"), notes, heads, rows)


def _assumption_row(w: Wording, answer: ScenarioAnswer, entry: Assumption) -> list[Cell]:
    override = answer.scenario.world.overrides.get(entry.id)
    flags = [w.text("flag_world")] if override else []
    flags += [w.text("flag_conditioned")] if entry.conditioned and isfinite(answer.result.effective_draws) else []
    label = w.label(entry.label) + (f" ({', '.join(flags)})" if flags else "")
    return [
        label, *_spread(used_distribution(answer, entry), entry.unit), unit_beside(w, entry.unit),
        f"{entry.grade}: " + w.term(f"grade_{entry.grade}") + "; " + w.text(f"xlsx_kind_{entry.kind}"),
        source_names(w, answer, entry.source), w.label(override.reason if override else entry.reason),
        symbols("assumption"), entry.id,
    ]  # fmt: skip


def _spread(distribution: Distribution, unit: str) -> list[Cell]:
    """Low, middle and high, rounded as the page prints them; the middle alone for what has no spread."""
    percent = in_percent(unit)

    def shown(value: float) -> Number:
        scaled = Decimal(repr(float(value))) * (PERCENT if percent else 1)
        return exact(rounded(scaled, last_place(float(scaled), 0.0)))

    if distribution.simplex:
        return [None, shown(distribution.mean), None]
    if distribution.constant:
        return [None, shown(distribution.p50), None]
    return [shown(value) for value in (distribution.p10, distribution.p50, distribution.p90)]


def inputs_sheet(w: Wording, answer: ScenarioAnswer) -> Sheet:
    """The printed figures the projection starts from and is drawn beside, and what was chosen."""
    heads = [
        *_heads(w, ("indicator", 36), ("year", 7), ("value", 12), ("unit", 14), ("use", 18), ("mark", 6)),
        *_heads(w, ("source", 34), ("note", 32)),
    ]
    notes = [w.text("xlsx_chosen", **_chosen(w, answer)), *_stated(w, answer)]
    return Sheet(w.text("xlsx_inputs"), w.text("xlsx_inputs_title"), notes, heads, list(_input_rows(w, answer)))


def _chosen(w: Wording, answer: ScenarioAnswer) -> dict[str, object]:
    scenario = answer.scenario
    plan, world, basis = w.label(scenario.plan.label), w.label(scenario.world.label), w.basis(scenario.plan.price_basis)
    return {"scenario": scenario.slug, "plan": plan, "basis": basis, "world": world, "horizon": scenario.horizon}


def _stated(w: Wording, answer: ScenarioAnswer) -> list[str]:
    changed = [w.label(answer.register[key].label) for key in answer.scenario.world.overrides]
    return [w.text("xlsx_world_states", names="; ".join(changed))] if changed else []


def _input_rows(w: Wording, answer: ScenarioAnswer) -> Iterator[list[Cell]]:
    for indicator, rows in answer.province.base.items():
        for row in rows.values():
            yield [
                w.term(indicator), row.year, exact(row.value), w.unit(row.unit), w.text("use_start"),
                symbols(row.status), _source(answer, row.source_id), row.note,
            ]  # fmt: skip
    for fan in answer.fans:
        for point in fan.history:
            value, unit = exact(point.value), w.unit_of(fan.indicator)
            yield [
                w.term(fan.indicator), point.year, value, unit, w.text("use_shown"), symbols(point.status),
                _source(answer, point.source_id), "",
            ]  # fmt: skip


def _source(answer: ScenarioAnswer, key: str) -> str:
    """Title of a source, or its key where it has none."""
    source = answer.province.sources.get(key)
    return source.title if source else key


def record_sheet(w: Wording, answer: ScenarioAnswer, hashes: Mapping[str, str]) -> Sheet:
    """What the run was made of; moments in time stand in record.json alone."""
    heads = _heads(w, ("what", 36), ("value", 72))
    result = answer.result
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
