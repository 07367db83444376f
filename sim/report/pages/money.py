"""Where the money goes, what one more tỷ đồng does, and what lies outside experience."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from sim.analysis.answer import OUTSIDE_EXPERIENCE, Margin, ScenarioAnswer, disbursed, fundable_foundings
from sim.domain import LINES, PER_BILLION, Plan
from sim.report.pages.answer import band_end, headline_of
from sim.report.print import (
    Column,
    Ends,
    Figure,
    RangeRow,
    Table,
    Wording,
    chart_figure,
    chip,
    described,
    details,
    el,
    first_to_last,
    join,
    last_place,
    notes,
    p80,
    plain,
    price_year,
    range_chart,
    section,
    strong,
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
        details(w.text("money_by_year"), year_table(w, answer).html(w), cls="print-open"),
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
            w.html("outside_experience", lines="; ".join(far), limit=Figure.stated(OUTSIDE_EXPERIENCE)),
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
        Column(w.text("column_planned", unit=w.unit("billion VND/yr"))),
        Column(w.text("column_spending")),
        *(Column(f"{w.term(f'margin_{name}')} ({w.unit_of(name)})") for name in PER_BILLION),
        Column(w.text("column_grade"), numeric=False),
    ]
    rows: list[Sequence[object]] = [_line_row(w, margin, years) for margin in answer.margins]
    blank = [""] * (len(columns) - 2)
    left = first_to_last([Figure.planned(plan.unallocated(when)) for when in years])
    fund = first_to_last([Figure.planned(plan.annual_budget(when)) for when in years])
    rows.append([w.text("row_unallocated"), left, *blank])
    rows.append([el("b", w.text("row_fund")), strong(fund), *blank])
    caption = w.html(
        "money_caption", first=year(years[0]), last=year(years[-1]), basis=plain(w.basis(plan.price_basis)), p80=p80(w)
    )
    return Table(columns, rows, caption=caption, cls="money").html(w)


def _line_row(w: Wording, margin: Margin, years: Sequence[int]) -> list[object]:
    line = margin.money
    flag = el("span", w.text("flag_review"), cls="flag") if line.outside_experience else None
    return [
        join([w.term(f"line_{line.line}"), flag], " "),
        first_to_last([Figure.planned(line.planned[when]) for when in years]),
        first_to_last([Figure.computed(line.spending[place], -1) for place in (0, -1)]),
        *(Figure.of_difference(margin.extra[name], name) for name in PER_BILLION),
        chip(margin.evidence.grade),
    ]


def year_table(w: Wording, answer: ScenarioAnswer) -> Table:
    """The plan as given: every line and year, exact, with the remainder and what is expected to be paid out."""
    plan: Plan = answer.scenario.plan
    columns = [
        Column(w.text("column_year"), numeric=False),
        *(Column(w.term(f"line_{line}")) for line in LINES),
        Column(w.text("row_unallocated")),
        Column(w.text("row_fund")),
        Column(w.text("column_disbursed")),
    ]
    paid = disbursed(answer.result, answer.scenario.slug)
    rows = [
        (
            year(when),
            *(Figure.planned(plan.line_budget(line, when)) for line in LINES),
            Figure.planned(plan.unallocated(when)),
            Figure.planned(plan.annual_budget(when)),
            _paid(answer, when, paid[place]),
        )
        for place, when in enumerate(answer.result.years[1:])
    ]
    return Table(columns, rows)


def _paid(answer: ScenarioAnswer, when: int, draws: NDArray[np.floating]) -> Figure:
    found = described("htx_revenue_total", when, draws, answer.result.effective_draws)
    return Figure.computed(found.p50, last_place(found.p50, found.mcse, finest=-1))


def _increase(w: Wording, answer: ScenarioAnswer) -> Markup:
    """Whether the plan is more than the years the history was lived under."""
    first = [margin.money.spending[0] for margin in answer.margins]
    shown = Figure.reaching(min(first), max(first), -1)
    key = "funding_up" if min(first) > 1 else "funding_down" if max(first) < 1 else "funding_mixed"
    return el("p", w.html(key, ratio=shown, year=year(answer.result.years[1])))


def _margin_figure(w: Wording, answer: ScenarioAnswer, indicator: str) -> Markup:
    """What one more tỷ does, line by line, in one measure."""
    unit, what = w.unit_of(indicator), w.term(f"short_{indicator}")
    extra = {w.term(f"line_{margin.money.line}"): margin.extra[indicator] for margin in answer.margins}
    figures = {line: Figure.of_difference(found, indicator) for line, found in extra.items()}
    best = max(extra, key=lambda line: extra[line].mean)
    if figures[best].apart:
        message = w.html("margin_message", line=best, value=figures[best].with_unit(), what=what)
    else:
        message = w.html("margin_message_none", what=what)
    title = w.text("margin_sub", what=w.term(indicator), unit=unit)
    chart = range_chart(
        [RangeRow(line, found.mean, found.p10, found.p90, figures[line].text(w)) for line, found in extra.items()]
    )
    behind = Table((Column(w.text("column_line"), numeric=False), Column(unit)), list(figures.items())).html(w)
    return chart_figure(
        w, message, title, chart, details(w.text("table_behind"), behind), prefix=f"margin-{indicator}"
    )


def _what_it_buys(w: Wording, answer: ScenarioAnswer) -> Markup:
    """How many foundings the establishment line could pay for, beside the target."""
    first = answer.result.years[1]
    draws = fundable_foundings(answer.result, answer.scenario.slug, first)
    found = described("htx_founded", first, draws, answer.result.effective_draws)
    headline, figure = headline_of(answer.chances), Figure.of_range(found)
    goal: Ends | Markup = plain(w.text("missing"))
    key = "fundable_enough"
    if headline is not None:
        band = band_end(answer, headline.target)
        goal = Figure.target(headline.target, band).ends
        key = key if found.p50 >= (band or headline.target.low) else "fundable_short"
    return el("p", w.html(key, year=year(first), n=figure, p80=p80(w), span=figure.ends, target=goal))
