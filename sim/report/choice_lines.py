"""What each budget line does: its part of the whole, more or less of its money, what one more tỷ costs per result."""

from __future__ import annotations

import math

from markupsafe import Markup

from sim.analysis.attribution import Attribution
from sim.analysis.curves import Curve
from sim.analysis.decisions import Decision
from sim.domain.budget import LINES
from sim.ensemble.plans import Outcome
from sim.report.canvas import svg
from sim.report.choice_charts import Level, curve_chart
from sim.report.columns import column, column_with_ranges
from sim.report.decision import axis_name, lower, short_name
from sim.report.marks import number, spoken, symbols, year
from sim.report.markup import details, el, section
from sim.report.numerals import last_place
from sim.report.tables import Column, table
from sim.report.values import difference_with_range, p80
from sim.report.wording import Wording, told_apart

#: What contributions and one tỷ more are counted in on the page.
_COUNTED = ("htx_active", "htx_revenue_total", "htx_revenue", "htx_worker_income")
_PER_UNIT = ("htx_active", "htx_revenue_total", "htx_workers")


def contributions(found: Attribution, lang: str = "vi") -> Markup:
    """Each line's part of what the plan does beside no support."""
    w = Wording(lang)
    shown = [one for one in found.outcomes if one.indicator in _COUNTED]
    if all(found.whole(one).identical for one in shown):
        return Markup("")
    columns = [
        Column(w.text("column_line"), numeric=False),
        *(Column(f"{short_name(w, one)}, {w.unit_of(one.indicator)}", "model") for one in shown),
    ]
    rows = [
        [
            w.term(f"line_{line}"),
            *(difference_with_range(w, found.contribution(one, line), one.indicator) for one in shown),
        ]
        for line in LINES
    ]
    whole = (difference_with_range(w, found.whole(one), one.indicator) for one in shown)
    rows.append([el("b", w.text("parts_whole")), *(el("b", cell) for cell in whole)])
    last = max(one.year for one in shown)
    return section(
        "contributions",
        w.text("parts_section"),
        el("p", _most(w, found, shown)),
        table(columns, rows, caption=w.html("parts_caption", year=year(last), p80=p80(w)), cls="compared"),
        el("p", w.html("parts_text"), cls="sub"),
    )


def _most(w: Wording, found: Attribution, outcomes: list[Outcome]) -> Markup:
    """Which line carries most of the count and of the total."""
    total = next(one for one in outcomes if one.indicator == "htx_revenue_total")
    parts = {line: found.contribution(total, line) for line in LINES}
    best = max(LINES, key=lambda line: parts[line].mean)
    if not told_apart(parts[best]):
        return w.html("parts_none")
    size = number(w.with_unit(w.signed(parts[best].mean, parts[best].mcse), w.unit_of(total.indicator)), "model")
    whole = found.whole(total)
    all_ = number(w.with_unit(w.signed(whole.mean, whole.mcse), w.unit_of(total.indicator)), "model")
    return w.html("parts_most", line=w.term(f"line_short_{best}"), part=size, whole=all_)


def curves(found: Decision, lang: str = "vi") -> Markup:
    """What more or less money on each line does to the first goal, and what one tỷ more costs per result."""
    w, goal = Wording(lang), found.goals[0]
    changes = [point.change[goal] for curve in found.curves for point in curve.points]
    ends = min(change.p10 for change in changes), max(change.p90 for change in changes)
    figures = (_curve(w, curve, goal, ends) for curve in found.curves)
    return section(
        "curves",
        w.text("curves_title"),
        el("p", w.html("curves_text", what=lower(short_name(w, goal)), year=year(goal.year), p80=p80(w)), cls="sub"),
        el("div", *figures, cls="figures pair"),
        el("h3", w.text("curves_more_title")),
        _one_more(w, found),
    )


def _curve(w: Wording, curve: Curve, goal: Outcome, ends: tuple[float, float]) -> Markup:
    levels = [_level(curve, place, goal) for place in range(len(curve.points))]
    plan = levels[curve.points.index(curve.plan)]
    change = curve.plan.change[goal]
    line = w.term(f"line_{curve.line}")
    changes = [point.change[goal] for point in curve.points]
    printed = column(w, changes)[curve.points.index(curve.plan)]
    if told_apart(change) and printed != w.text("nearly_equal"):
        size = number(w.with_unit(printed, w.unit_of(goal.indicator)), "model")
        message = w.html("curve_message", line=line, n=size)
    else:
        message = w.html("curve_message_none", line=line)
    columns = [
        Column(w.text("curve_money"), "plan"),
        Column(axis_name(w, goal), "model"),
        Column(w.text("column_flag"), numeric=False),
    ]
    rows = [
        [w.number(point.billion, -2), cell, w.text("flag_review") if point.outside_experience else ""]
        for point, cell in zip(curve.points[1:], column_with_ranges(w, changes)[1:], strict=True)
    ]
    return el(
        "figure",
        el("figcaption", el("b", message), el("span", w.text("curve_sub"), " ", symbols("model"), cls="sub")),
        svg(curve_chart(levels, plan, ends=ends), w.lang, alt=spoken(message), prefix=f"curve-{curve.line}"),
        details(w.text("table_behind"), table(columns, rows)),
        data_mark="model",
    )


def _level(curve: Curve, place: int, goal: Outcome) -> Level:
    point = curve.points[place]
    change = point.change[goal]
    return Level(point.billion, change.mean, change.p10, change.p90, point.outside_experience)


def _one_more(w: Wording, found: Decision) -> Markup:
    """What one more result costs on each line, at the margin of the plan [billion VND]."""
    year_ = found.scenario.horizon
    outcomes = [one for one in found.near.outcomes if one.indicator in _PER_UNIT and one.year == year_]
    columns = [
        Column(w.text("column_line"), numeric=False),
        *(Column(w.text(f"cost_{one.indicator}"), "model") for one in outcomes),
    ]
    rows = [[w.term(f"line_{curve.line}"), *(_cost(w, curve, one) for one in outcomes)] for curve in found.curves]
    return table(columns, rows, caption=w.html("cost_caption", year=year(year_), p80=p80(w)), cls="compared")


def _cost(w: Wording, curve: Curve, outcome: Outcome) -> Markup | str:
    """Money per unit: expected, with the good and the bad end of the range."""
    change = curve.one_more.change[outcome]
    if change.identical:
        return w.text("cost_nothing")
    if not told_apart(change) or change.mean <= 0:
        return w.text("unclear_short")
    cost, good, bad = curve.one_more.cost_per_unit(outcome)
    place = last_place(cost, cost * change.mcse / change.mean, finest=-2)
    low = w.number(good, place)
    ends = w.between(low, w.number(bad, place)) if math.isfinite(bad) else w.text("cost_from", low=low)
    return Markup("{} <small>({})</small>").format(w.number(cost, place), ends)
