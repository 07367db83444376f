"""The left-hand side as plain data: what every lever shows. Nothing is decided here."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any

from sim.domain import (
    LINES,
    MILLION_PER_BILLION,
    NOMINAL,
    PERCENT,
    PRICE_BASES,
    REAL,
    VND_PER_BILLION,
    Allocation,
    allocation_of,
    divided,
    vnd_from_billion,
)
from sim.inputs.text import exact_text, read_number, share
from sim.inputs.yaml import LANGUAGES
from sim.planner.asking import asked_content
from sim.planner.handing import brief_content
from sim.planner.opening import choices, setting
from sim.planner.state import State
from sim.planner.words import Refusal, Words
from sim.report.print import MILLION_PLACE, Figure, money_together, rounded, rounded_together

#: (label, value) pairs of a chooser; a chooser cannot hold None, so these stand for it.
Options = Sequence[tuple[str, Any]]
EVERY_YEAR, EDITED = 0, ""
VND_PER_MILLION = VND_PER_BILLION // MILLION_PER_BILLION
_DECIMAL_SIGN = {"vi": ",", "en": "."}
#: What the kernel can do; the view shows controls of these alone.
CAN = (
    "suggest", "save", "export_excel", "export_yaml", "import_scenario", "import_figures", "brief", "assist", "asked",
    "assumptions", "shelf",
)  # fmt: skip
#: Words of buttons and titles that are the same whatever the state.
_TEXTS = (
    "title", "lock", "locked", "lock_tip", "limits", "floor", "cap", "undo", "redo", "reset", "same_every_year",
    "spread", "pin", "name", "save", "overwrite", "save_title", "export_excel", "export_yaml", "export_csv",
    "import_scenario", "import_figures", "figures_pack", "figures_name", "figures_area", "figures_base_year",
    "figures_file", "figures_sources", "figures_sources_file", "figures_sources_changed", "figures_sources_refused",
    "figures_sources_remove", "figures_sheet", "figures_sheet_choose", "suggest", "accept", "discard", "share_title",
    "tries", "tries_hint", "open_try", "compare_try", "is_current", "is_reference", "keys_title", "keys", "billion",
    "levers", "answer", "lost", "computing", "targets_title", "targets_hint", "target_indicator", "target_year",
    "target_level", "target_high", "target_name", "target_add", "target_edit", "target_remove", "chart_save",
    "chart_png", "chart_svg", "chart_csv", "chart_year", "chart_seen", "chart_mean", "chart_reference", "more_levers",
    "brief", "brief_hint", "brief_goal", "brief_docx", "brief_pdf",
    "assume_title", "assume_hint", "assume_more", "assume_free",
    "shelf_title", "shelf_empty", "shelf_open", "try_say", "try_name", "try_note", "try_keep",
)  # fmt: skip


@dataclass(frozen=True)
class Shown:
    """What beside the state the levers show.

    Attributes
    ----------
    choosers : options of ``start``, ``world``, ``reference`` and ``horizon``
    measures : indicators a target may be set for
    prices : basis in which the answer's money is shown
    undo, redo : whether there is anything to go back or forward to
    areas, weights : {code: name, part by active HTX} of a province of several areas
    outside : {line: years in which its money lies beyond what was ever lived}
    assumptions, suggest : sliders of assumptions (`assumptions_content`), choice of a goal (`suggest_content`)
    reference_fund : middle of what a fund of the province is told large beside [billion VND/yr]
    shelf : what is saved, while it is looked at
    """

    choosers: Mapping[str, Options]
    measures: Options = ()
    prices: str = NOMINAL
    undo: bool = False
    redo: bool = False
    areas: Mapping[str, str] = field(default_factory=dict)
    weights: Mapping[str, float] = field(default_factory=dict)
    outside: Mapping[str, Sequence[int]] = field(default_factory=dict)
    reference_fund: float = 0.0
    assumptions: Mapping[str, Any] = field(default_factory=dict)
    suggest: Mapping[str, Any] = field(default_factory=dict)
    shelf: Sequence[Mapping[str, Any]] | None = None


def levers_content(state: State, words: Words, shown: Shown) -> dict[str, Any]:
    """Everything the levers show, as JSON-like data; texts are texts unless their key ends in ``_html``."""
    allocation, undo = state.allocation, shown.undo
    *parts, unspent, fund = added_up(allocation)
    told = {"lines": sum(parts), "rest": unspent, "fund": fund}
    title = words.say("fund") if state.year is None else words.say("fund_of_year", year=state.year)
    top = max(setting("fund_top") * VND_PER_BILLION, allocation.fund)
    return {
        "lang": words.lang,
        "can": list(CAN),
        "brief": brief_content(words),
        "assist": {"hint": words.say("assist_hint"), "choose": words.say("assist_file")},
        **_texts(words.lang),
        "choosers": _choosers(state, words, shown),
        "world_about": words.label(state.scenario.world.description),
        "fund": {"label": title, "note": words.say("billion"), **_money(allocation.fund, top, "fund_step", words)},
        "lines": _lines(allocation, parts, words),
        "table": _table(state, words),
        "warnings": _warnings(state, words, shown),
        "past": _past(state, words),
        "targets": _targets(state, words, shown),
        "asked": asked_content(words),
        "assumptions": dict(shown.assumptions),
        "suggest": dict(shown.suggest),
        **({"areas": _areas(state, words, shown)} if shown.areas else {}),
        **({"shelf": list(shown.shelf)} if shown.shelf is not None else {}),
        "sum_html": str(words.rich("sum", **{name: exact_text(one, words.lang) for name, one in told.items()})),
        "buttons": {
            "same": not state.flat,
            "spread": bool(allocation.unallocated),
            "undo": undo,
            "redo": shown.redo,
            "reset": undo,
        },
    }


def _lines(allocation: Allocation, parts: Sequence[Decimal], words: Words) -> list[dict[str, Any]]:
    """Sliders and boxes of the lines; ``parts`` are what the boxes say, which add up."""
    shares = words.shares([allocation.share(line) for line in LINES])
    return [
        {
            "id": line,
            "label": words.term(f"line_{line}"),
            "note": words.say("of_fund", share=share),
            "locked": line in allocation.locked,
            "floor": _bound(allocation.limits.floors.get(line), words.lang),
            "cap": _bound(allocation.limits.caps.get(line), words.lang),
            **_money(allocation.lines[line], allocation.fund, "line_step", words),
            "text": _written(part, words.lang),
        }
        for line, part, share in zip(LINES, parts, shares, strict=True)
    ]


def _table(state: State, words: Words) -> dict[str, Any]:
    """Money of every year: what is over, locked, and which year the levers set."""
    years = [*state.past, *state.years]
    allocations = {year: allocation_of(state.plan, year) for year in years}
    left = any(one.unallocated for one in allocations.values())
    rows = []
    for year, one in allocations.items():
        edited = year in state.years and state.year in (None, year)
        kind = "past" if year in state.past else "edited" if edited else "open"
        *lines, unspent, fund = added_up(one)
        money = [*lines, *([unspent] if left else []), fund]
        told = {"text": str(year), "kind": kind, "note": words.say(f"table_{kind}", year=year)}
        rows.append({"year": year, **told, "cells": [_written(one, words.lang) for one in money]})
    heads = [words.say(f"table_{line}") for line in LINES] + [words.say("table_left")] * left
    return {
        "title": words.say("table_title", basis=words.basis(state.plan.price_basis)),
        "heads": [words.say("chart_year"), *heads, words.say("table_fund")],
        "rows": rows,
    }


def _warnings(state: State, words: Words, shown: Shown) -> dict[str, Any]:
    """What lies beyond experience, said where it is set; empty texts where nothing does."""
    far, years = setting("far_horizon"), state.scenario.horizon - state.base_year
    lines = {}
    for line in LINES:
        outside = shown.outside.get(line, ())
        span = words.between(str(outside[0]), str(outside[-1])) if outside else ""
        lines[line] = words.say("warning_line", years=span) if outside else ""
    fund = ""
    spent = float(sum(state.allocation.lines.values())) / VND_PER_BILLION
    if shown.reference_fund and spent > share("fund_large") * shown.reference_fund:
        fund = str(words.html("fund_large", times=Figure.computed(spent / shown.reference_fund, -1)))
    return {
        "fund_html": fund,
        "horizon": words.say("warning_horizon", years=far) if years > far else "",
        "lines": lines,
    }


def _past(state: State, words: Words) -> str:
    """That the money of years that are over is locked, and what it was; nothing where no year is."""
    if not state.past:
        return ""
    money = [words.money(state.plan.annual_budget(year)) for year in state.past]
    told = [f"{year}: {amount}" for year, amount in zip(state.past, money, strict=True)]
    return words.say("past_locked", money="; ".join(told), present=state.present)


def _targets(state: State, words: Words, shown: Shown) -> dict[str, Any]:
    """Targets of one's own as typed, and what one may be set for."""
    ends = [(one, "" if one.high is None or one.at_most else one.high) for one in state.scenario.targets]
    return {
        "measures": list(shown.measures),
        "years": list(state.years),
        "list": [
            {
                "text": words.target(one),
                "indicator": one.indicator,
                "year": one.year,
                "level": _written(Decimal(repr(one.level)), words.lang),
                "high": _written(Decimal(repr(high)), words.lang) if high != "" else "",
                "name": words.label(one.label) if any(one.label.values()) else "",
            }
            for one, high in ends
        ],
    }


@cache
def _texts(lang: str) -> dict[str, Any]:
    """What is the same whatever the state."""
    words = Words(lang)
    languages = [(Words(other).say("language"), other) for other in LANGUAGES]
    return {"languages": languages, "texts": {key: words.say(key) for key in _TEXTS}}


def _choosers(state: State, words: Words, shown: Shown) -> dict[str, dict[str, Any]]:
    first, last = state.years[0], state.years[-1]
    years: list[tuple[str, Any]] = [(str(year), year) for year in state.years]
    if state.flat:
        years.insert(0, (words.say("every_year", first=first, last=last), EVERY_YEAR))
    draws = [(words.number(count), count) for count in sorted({*choices("draw_choices"), state.draws})]
    values: dict[str, tuple[Options, Any]] = {
        "start": (shown.choosers["start"], EDITED if state.edited else state.scenario.plan.slug),
        "year": (years, state.year or EVERY_YEAR),
        "basis": ([(words.basis(basis), basis) for basis in PRICE_BASES], state.plan.price_basis),
        "world": (shown.choosers["world"], state.scenario.world.slug),
        "horizon": (shown.choosers["horizon"], state.scenario.horizon),
        "draws": (draws, state.draws),
        "prices": ([(words.basis(basis), basis) for basis in (NOMINAL, REAL)], shown.prices),
        "reference": (shown.choosers["reference"], state.reference.key),
    }
    return {
        name: {"label": words.say(name), "options": list(options), "value": value}
        for name, (options, value) in values.items()
    }


def _areas(state: State, words: Words, shown: Shown) -> dict[str, Any]:
    """How the shown line's money is divided between areas: a share each, and what that is in money."""
    stated, lines = state.area_shares(), [state.area_line] if state.area_line else LINES
    shares = {code: stated.get(code, Decimal(0)) for code in shown.areas} if stated else dict(shown.weights)
    money = divided(sum(state.allocation.lines[line] for line in lines), shares)
    boxes = dict(zip(LINES, added_up(state.allocation), strict=False))
    parts = [Decimal(money.get(code, 0)) / VND_PER_BILLION for code in shown.areas]
    amounts = rounded_together(parts, sum(boxes[line] for line in lines), MILLION_PLACE)
    percents = rounded_together([Decimal(str(shares[code])) * PERCENT for code in shown.areas], PERCENT, -1)
    alike = len({tuple(state.plan.area_shares(line, state.year or state.years[0]).items()) for line in lines}) == 1
    options = [(words.say("area_every_line"), ""), *((words.term(f"line_{line}"), line) for line in LINES)]
    rows = []
    for (code, name), percent, amount_ in zip(shown.areas.items(), percents, amounts, strict=True):
        told_money = words.with_unit(_written(amount_, words.lang), words.say("billion"))
        told = {"label": name, "note": told_money, "exact": words.with_unit(_written(percent, words.lang), "%")}
        rows.append({"code": code, "value": round(percent), "text": _written(percent, words.lang), **told})
    even = not stated and alike
    note = "areas_even_note" if even else "areas_own_note" if alike else "areas_mixed_note"
    chooser = {"label": words.say("area_line"), "options": options, "value": state.area_line}
    texts = {name: words.say(name) for name in ("areas_title", "areas_even")}
    return {**texts, "note": words.say(note), "line": chooser, "rows": rows, "even": even}


def part(text: str, lang: str) -> Decimal:
    """A share of a whole [1] typed in per cent, with or without the sign.

    Raises
    ------
    Refusal
        When it is no number from 0 to 100.
    """
    reading = read_number(text.strip().removesuffix("%").strip(), decimal=_DECIMAL_SIGN[lang])
    if reading.value is None:
        raise Refusal("number_hint" if reading.hint else "number", value=text, hint=reading.hint)
    if not 0 <= reading.value <= PERCENT:
        raise Refusal("area_share")
    return reading.value.scaleb(-2)


def _money(vnd: int, top: int, step: str, words: Words) -> dict[str, Any]:
    """An amount as slider (whole million đồng) and box (tỷ đồng); the exact one as a tip."""
    return {
        "value": round(Decimal(vnd) / VND_PER_MILLION),
        "top": max(setting(step), -(-top // VND_PER_MILLION)),
        "step": setting(step),
        "text": _boxed(vnd, words.lang),
        "exact": words.with_unit(words.money(vnd), words.say("billion")),
    }


def _boxed(vnd: int, lang: str) -> str:
    """An amount that stands alone, as a box shows it: whole million đồng, in tỷ đồng."""
    return _written(rounded(Decimal(vnd) / VND_PER_BILLION, MILLION_PLACE), lang)


def added_up(allocation: Allocation) -> tuple[Decimal, ...]:
    """Lines, what is not allocated and fund [billion VND] as boxes and table say them (`money_together`)."""
    return tuple(money_together([allocation.lines[line] for line in LINES], allocation.fund))


def _bound(vnd: int | None, lang: str) -> str:
    """A floor or cap with every digit it has: the box is read back when its other end is typed."""
    return "" if vnd is None else _written(Decimal(vnd) / VND_PER_BILLION, lang)


def _written(number: Decimal, lang: str) -> str:
    """A number as `amount` reads it: ungrouped and without trailing zeros, as ``12,300`` would pass for thousands."""
    whole, _, digits = f"{number:f}".partition(".")
    digits = digits.rstrip("0")
    return whole + _DECIMAL_SIGN[lang] + digits if digits else whole


def number_of(text: str, lang: str) -> Decimal:
    """A typed number, not below zero, in the language's way of writing it.

    Raises
    ------
    Refusal
        When it is no number, is written another way or is negative.
    """
    body, sign = text.strip(), _DECIMAL_SIGN[lang]
    reading = read_number(body, decimal=sign)
    if reading.value is not None and reading.value >= 0:
        return reading.value
    whole = read_number(body, decimal=sign, grouped=True).value
    hint = _written(whole, lang) if whole is not None and whole >= 0 else ""
    if hint and reading.hint:  # "1.500": a thousand and a half, or one and a half
        raise Refusal("number_two", value=text, whole=hint, hint=reading.hint)
    hint = hint or reading.hint
    raise Refusal("number_hint" if hint else "number", value=text, hint=hint)


def amount(text: str, lang: str) -> int:
    """Whole đồng of a typed number of tỷ đồng, in the language's way of writing it.

    Raises
    ------
    Refusal
        When it is no number, is written another way, is negative or finer than one đồng.
    """
    try:
        return vnd_from_billion(number_of(text, lang))
    except ValueError:
        raise Refusal("number", value=text) from None
