"""Where the money goes, what one more tỷ đồng does, and what lies outside experience."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from sim.analysis.answer import OUTSIDE_EXPERIENCE, Margin, ScenarioAnswer, disbursed, fundable_foundings
from sim.analysis.compare import Difference
from sim.domain import LINES, PER_BILLION, Plan
from sim.report.print import (
    Column,
    RangeRow,
    Wording,
    amounts,
    chip,
    described,
    details,
    difference_with_range,
    el,
    join,
    last_place,
    level,
    notes,
    number,
    p80,
    plain,
    price_year,
    range_chart,
    section,
    span,
    spoken,
    svg,
    symbols,
    table,
    told_apart,
    year,
)

_BUDGET_TERM = "support_budget_total"


def money(answer: ScenarioAnswer, lang: str = "vi") -> Markup:
    """Money of every line, the remainder, what reaches the field and what one more tỷ does."""
    w = Wording(lang)
    budget_traps = [trap for trap in answer.province.traps if _BUDGET_TERM in trap.indicators]
    return section(
        "money",
        w.text("money_title"),
        _review(w, answer),
        _line_table(w, answer),
        details(w.text("money_by_year"), _year_table(w, answer), cls="print-open"),
        _increase(w, answer),
        el("div", *(_margin_figure(w, answer, name) for name in PER_BILLION), cls="figures"),
        el("p", w.html("margin_text", p80=p80(w), year=year(answer.result.years[-1]), base=price_year()), cls="sub"),
        _what_it_buys(w, answer),
        notes(w, answer.province, budget_traps, anchored=False),
    )


def _review(w: Wording, answer: ScenarioAnswer) -> Markup | None:
    """The flag of a plan outside experience, with the lines it concerns."""
    far = [w.term(f"line_{margin.money.line}") for margin in answer.margins if margin.money.outside_experience]
    return (
        el(
            "p",
            w.html("outside_experience", lines="; ".join(far), limit=number(w.exact(OUTSIDE_EXPERIENCE), "assumption")),
            cls="notice review",
            role="note",
        )
        if far
        else None
    )


def _line_table(w: Wording, answer: ScenarioAnswer) -> Markup:
    years, plan = answer.result.years[1:], answer.scenario.plan
    columns = [
        Column(w.text("column_line"), numeric=False),
        Column(w.text("column_planned", unit=w.unit("billion VND/yr")), "plan"),
        Column(w.text("column_spending"), "model"),
        *(Column(f"{w.term(f'margin_{name}')} ({w.unit_of(name)})", "model") for name in PER_BILLION),
        Column(w.text("column_grade"), numeric=False),
    ]
    rows: list[Sequence[object]] = [_line_row(w, margin, years) for margin in answer.margins]
    blank = [""] * (len(columns) - 2)
    rows.append([w.text("row_unallocated"), amounts(w, [plan.unallocated(when) for when in years]), *blank])
    rows.append(
        [el("b", w.text("row_fund")), el("b", amounts(w, [plan.annual_budget(when) for when in years])), *blank]
    )
    caption = w.html(
        "money_caption", first=year(years[0]), last=year(years[-1]), basis=plain(w.basis(plan.price_basis)), p80=p80(w)
    )
    return table(columns, rows, caption=caption, cls="money")


def _line_row(w: Wording, margin: Margin, years: Sequence[int]) -> list[object]:
    line = margin.money
    flag = el("span", w.text("flag_review"), cls="flag") if line.outside_experience else None
    return [
        join([w.term(f"line_{line.line}"), flag], " "),
        amounts(w, [line.planned[when] for when in years]),
        _first_to_last(w, line.spending),
        *(difference_with_range(w, margin.extra[name], name) for name in PER_BILLION),
        chip(margin.evidence.grade),
    ]


def _first_to_last(w: Wording, ratios: Sequence[float]) -> str:
    first, last = (w.number(value, -1) for value in (ratios[0], ratios[-1]))
    return first if first == last else w.text("from_first_to_last", first=first, last=last)


def _year_table(w: Wording, answer: ScenarioAnswer) -> Markup:
    """The plan as given: every line and year, exact, with the remainder."""
    plan: Plan = answer.scenario.plan
    columns = [
        Column(w.text("column_year"), numeric=False),
        *(Column(w.term(f"line_{line}"), "plan") for line in LINES),
        Column(w.text("row_unallocated"), "plan"),
        Column(w.text("row_fund"), "plan"),
        Column(w.text("column_disbursed"), "model"),
    ]
    paid = disbursed(answer.result, answer.scenario.slug)
    rows = [
        (
            year(when),
            *(w.money(plan.line_budget(line, when)) for line in LINES),
            w.money(plan.unallocated(when)),
            w.money(plan.annual_budget(when)),
            _paid(w, answer, when, paid[place]),
        )
        for place, when in enumerate(answer.result.years[1:])
    ]
    return table(columns, rows)


def _paid(w: Wording, answer: ScenarioAnswer, when: int, draws: NDArray[np.floating]) -> str:
    found = described("htx_revenue_total", when, draws, answer.result.effective_draws)
    return w.number(found.p50, last_place(found.p50, found.mcse, finest=-1))


def _increase(w: Wording, answer: ScenarioAnswer) -> Markup:
    """Whether the plan is more than the years the history was lived under."""
    first = [margin.money.spending[0] for margin in answer.margins]
    shown = number(w.between(w.number(min(first), -1), w.number(max(first), -1)), "model")
    key = "funding_up" if min(first) > 1 else "funding_down" if max(first) < 1 else "funding_mixed"
    return el("p", w.html(key, ratio=shown, year=year(answer.result.years[1])))


def _margin_figure(w: Wording, answer: ScenarioAnswer, indicator: str) -> Markup:
    """What one more tỷ does, line by line, in one measure."""
    unit = w.unit_of(indicator)
    rows = [
        _range_row(w, w.term(f"line_{margin.money.line}"), margin.extra[indicator], indicator)
        for margin in answer.margins
    ]
    best = max(answer.margins, key=lambda margin: margin.extra[indicator].mean)
    found = best.extra[indicator]
    if told_apart(found):
        figure = number(w.difference(found, indicator), "model")
        message = w.html(
            "margin_message", line=w.term(f"line_{best.money.line}"), value=figure, what=w.term(f"short_{indicator}")
        )
    else:
        message = w.html("margin_message_none", what=w.term(f"short_{indicator}"))
    picture = svg(range_chart(rows), w.lang, alt=spoken(message), prefix=f"margin-{indicator}")
    title = w.text("margin_sub", what=w.term(indicator), unit=unit)
    behind = table(
        [Column(w.text("column_line"), numeric=False), Column(unit, "model")],
        [
            (w.term(f"line_{margin.money.line}"), difference_with_range(w, margin.extra[indicator], indicator))
            for margin in answer.margins
        ],
    )
    return el(
        "figure",
        el("figcaption", el("b", message), el("span", title, " ", symbols("model"), cls="sub")),
        picture,
        details(w.text("table_behind"), behind),
        data_mark="model",
    )


def _range_row(w: Wording, label: str, found: Difference, indicator: str) -> RangeRow:
    verdict = w.difference(found, indicator, unit=False)
    return RangeRow(label, found.mean, found.p10, found.p90, verdict)


def _what_it_buys(w: Wording, answer: ScenarioAnswer) -> Markup:
    """How many foundings the establishment line could pay for, beside the target."""
    first = answer.result.years[1]
    draws = fundable_foundings(answer.result, answer.scenario.slug, first)
    found = described("htx_founded", first, draws, answer.result.effective_draws)
    target = next((found.target for found in answer.chances if found.target.headline), None)
    goal, band = plain(w.text("missing")), None
    if target is not None:
        band = next(
            (found.target.high for found in answer.chances if found.target.low == target.low and found.target.high),
            None,
        )
        low = w.exact(target.low)
        goal = number(w.between(low, w.exact(band)) if band else low, "target")
    return el(
        "p",
        w.html(
            "fundable_enough" if target is None or found.p50 >= (band or target.low) else "fundable_short",
            year=year(first),
            n=level(w, found),
            p80=p80(w),
            span=span(w, found),
            target=goal,
        ),
    )
