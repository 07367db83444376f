"""Where the money goes, what one more tỷ đồng does, and what lies outside experience."""

from collections.abc import Sequence

from markupsafe import Markup

from sim.analysis.answer import OUTSIDE_EXPERIENCE, ScenarioAnswer, disbursed, fundable_foundings
from sim.domain import LINES, PER_BILLION
from sim.report import print as pr
from sim.report.pages.answer import band_end, headline_of
from sim.report.pages.frames import behind

_BUDGET_TERM = "support_budget_total"


def money(answer: ScenarioAnswer, lang: str = "vi") -> Markup:
    """Money of every line, the remainder, what reaches the field and what one more tỷ does."""
    w, margins = pr.Wording(lang), answer.margins
    budget_traps = [trap for trap in answer.province.traps if _BUDGET_TERM in trap.indicators]
    far = "; ".join(w.term(f"line_{margin.money.line}") for margin in margins if margin.money.outside_experience)
    review = w.html("outside_experience", lines=far, limit=pr.Figure.stated(OUTSIDE_EXPERIENCE))
    # Whether the plan is more than the years the history was lived under.
    first = [margin.money.spending[0] for margin in margins]
    key = "funding_up" if min(first) > 1 else "funding_down" if max(first) < 1 else "funding_mixed"
    ratio = pr.Between(*(pr.Figure.computed(end, -1) for end in (min(first), max(first))))
    years = answer.result.years
    return pr.section(
        "money",
        w.text("money_title"),
        pr.el("p", review, cls="notice review", role="note") if far else None,
        _line_table(w, answer),
        pr.details(w.text("money_by_year"), year_table(w, answer).html(w), cls="print-open"),
        pr.el("p", w.html(key, ratio=ratio, year=pr.year(years[1]))),
        pr.el("div", *(_margin_figure(w, answer, name) for name in PER_BILLION), cls="figures"),
        pr.el("p", w.html("margin_text", p80=pr.p80(w), year=pr.year(years[-1]), base=pr.price_year()), cls="sub"),
        _what_it_buys(w, answer),
        pr.notes(w, answer.province, budget_traps, anchored=False),
    )


def _line_table(w: pr.Wording, answer: ScenarioAnswer) -> Markup:
    years, plan = answer.result.years[1:], answer.scenario.plan
    columns = [
        pr.Column(w.text("column_line"), numeric=False),
        pr.Column(w.text("column_planned", unit=w.unit("billion VND/yr"))),
        pr.Column(w.text("column_spending")),
        *(pr.Column(f"{w.term(f'margin_{name}')} ({w.unit_of(name)})") for name in PER_BILLION),
        pr.Column(w.text("column_grade"), numeric=False),
    ]
    rows: list[Sequence[object]] = []
    for margin in answer.margins:
        line = margin.money
        flag = pr.el("span", w.text("flag_review"), cls="flag") if line.outside_experience else None
        name = pr.join([w.term(f"line_{line.line}"), flag], " ")
        planned = pr.first_to_last([pr.Figure.planned(line.planned[when]) for when in years])
        spent = pr.first_to_last([pr.Figure.computed(line.spending[place], -1) for place in (0, -1)])
        extra = (pr.Figure.of_difference(margin.extra[name_], name_) for name_ in PER_BILLION)
        rows.append([name, planned, spent, *extra, pr.chip(margin.evidence.grade)])
    blank = [""] * (len(columns) - 2)
    left = pr.first_to_last([pr.Figure.planned(plan.unallocated(when)) for when in years])
    fund = pr.first_to_last([pr.Figure.planned(plan.annual_budget(when)) for when in years])
    rows.append([w.text("row_unallocated"), left, *blank])
    rows.append([pr.el("b", w.text("row_fund")), pr.strong(fund), *blank])
    basis = pr.plain(w.basis(plan.price_basis))
    caption = w.html("money_caption", first=pr.year(years[0]), last=pr.year(years[-1]), basis=basis, p80=pr.p80(w))
    return pr.Table(columns, rows, caption=caption, cls="money").html(w)


def year_table(w: pr.Wording, answer: ScenarioAnswer) -> pr.Table:
    """The plan as given: every line and year, exact, with the remainder and what is expected to be paid out."""
    plan, result = answer.scenario.plan, answer.result
    columns = [
        pr.Column(w.text("column_year"), numeric=False),
        *(pr.Column(w.term(f"line_{line}")) for line in LINES),
        *(pr.Column(w.text(key)) for key in ("row_unallocated", "row_fund", "column_disbursed")),
    ]
    rows = []
    for when, draws in zip(result.years[1:], disbursed(result, answer.scenario.slug), strict=True):
        paid = pr.described("htx_revenue_total", when, draws, result.effective_draws)
        planned = (*(plan.line_budget(line, when) for line in LINES), plan.unallocated(when), plan.annual_budget(when))
        spent = pr.Figure.computed(paid.p50, pr.last_place(paid.p50, paid.mcse, finest=-1))
        rows.append((pr.year(when), *map(pr.Figure.planned, planned), spent))
    return pr.Table(columns, rows)


def _margin_figure(w: pr.Wording, answer: ScenarioAnswer, indicator: str) -> Markup:
    """What one more tỷ does, line by line, in one measure."""
    unit, what = w.unit_of(indicator), w.term(f"short_{indicator}")
    extra = {w.term(f"line_{margin.money.line}"): margin.extra[indicator] for margin in answer.margins}
    figures = {line: pr.Figure.of_difference(found, indicator) for line, found in extra.items()}
    best = max(extra, key=lambda line: extra[line].mean)
    message = w.html("margin_message_none", what=what)
    if figures[best].apart:
        message = w.html("margin_message", line=best, value=figures[best].with_unit(), what=what)
    title = w.text("margin_sub", what=w.term(indicator), unit=unit)
    chart = pr.range_chart(
        [pr.RangeRow(line, found.mean, found.p10, found.p90, figures[line].text(w)) for line, found in extra.items()]
    )
    table = behind(
        w, pr.Table((pr.Column(w.text("column_line"), numeric=False), pr.Column(unit)), list(figures.items()))
    )
    return pr.chart_figure(w, message, title, chart, table, prefix=f"margin-{indicator}")


def _what_it_buys(w: pr.Wording, answer: ScenarioAnswer) -> Markup:
    """How many foundings the establishment line could pay for, beside the target."""
    when = answer.result.years[1]
    draws = fundable_foundings(answer.result, answer.scenario.slug, when)
    found = pr.described("htx_founded", when, draws, answer.result.effective_draws)
    first, goal, enough = headline_of(answer.chances), pr.plain(w.text("missing")), True
    if first is not None:
        band = band_end(answer, first.target)
        goal, enough = pr.Figure.target(first.target, band).ends.html(w), found.p50 >= (band or first.target.low)
    n = pr.Figure.of_range(found)
    key = "fundable_enough" if enough else "fundable_short"
    return pr.el("p", w.html(key, year=pr.year(when), n=n, p80=pr.p80(w), span=n.ends, target=goal))
