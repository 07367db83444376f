"""Sections of the decision page: contributions, curves, trade-offs, least money, reversal."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from markupsafe import Markup

from sim.analysis.split import TARGET_PROBABILITY, Attribution, Curve, Decision, Frontier, LeastMoney
from sim.analysis.unknowns import Switch
from sim.domain import COARSE_PARTS, HEADLINE, LINES, PER_BILLION, VND_PER_BILLION, Register
from sim.ensemble import Outcome
from sim.report.pages.decision import axis_name, lower, shares_of, short_name
from sim.report.print import (
    Between,
    Column,
    Figure,
    Labelled,
    Level,
    Phrase,
    Table,
    Wording,
    chart_figure,
    chip,
    column,
    curve_chart,
    details,
    el,
    last_place,
    named,
    p80,
    section,
    strong,
    told_apart,
    trade_off_chart,
    year,
)

# -- What each budget line does: its part of the whole, more or less of its money, what one more tỷ costs per result ---



def contributions(found: Attribution, lang: str = "vi") -> Markup:
    """Each line's part of what the plan does beside no support."""
    w = Wording(lang)
    shown = [one for one in found.outcomes if one.indicator in HEADLINE]
    if all(found.whole(one).identical for one in shown):
        return Markup("")
    columns = [
        Column(w.text("column_line"), numeric=False),
        *(Column(f"{short_name(w, one)}, {w.unit_of(one.indicator)}") for one in shown),
    ]
    rows: list[list[object]] = [
        [w.term(f"line_{line}"), *(Figure.of_difference(found.contribution(one, line), one.indicator) for one in shown)]
        for line in LINES
    ]
    whole = (Figure.of_difference(found.whole(one), one.indicator) for one in shown)
    rows.append([el("b", w.text("parts_whole")), *map(strong, whole)])
    last = max(one.year for one in shown)
    return section(
        "contributions",
        w.text("parts_section"),
        el("p", _most(w, found, shown)),
        Table(columns, rows, caption=w.html("parts_caption", year=year(last), p80=p80(w)), cls="compared").html(w),
        el("p", w.html("parts_text"), cls="sub"),
    )


def _most(w: Wording, found: Attribution, outcomes: list[Outcome]) -> Markup:
    """Which line carries most of the count and of the total."""
    total = next(one for one in outcomes if one.indicator == "htx_revenue_total")
    parts = {line: found.contribution(total, line) for line in LINES}
    best = max(LINES, key=lambda line: parts[line].mean)
    if not told_apart(parts[best]):
        return w.html("parts_none")
    part, whole = (
        Figure.of_change(one.mean, one.mcse, total.indicator).with_unit() for one in (parts[best], found.whole(total))
    )
    return w.html("parts_most", line=w.term(f"line_short_{best}"), part=part, whole=whole)


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
    line = w.term(f"line_{curve.line}")
    figures = column([point.change[goal] for point in curve.points], goal.indicator)
    printed = figures[curve.points.index(curve.plan)]
    if told_apart(curve.plan.change[goal]) and printed.instead != "nearly_equal":
        message = w.html("curve_message", line=line, n=printed.with_unit())
    else:
        message = w.html("curve_message_none", line=line)
    columns = [
        Column(w.text("curve_money")),
        Column(axis_name(w, goal)),
        Column(w.text("column_flag"), numeric=False),
    ]
    rows = [
        [Figure.planned_billion(point.billion, _HUNDREDTH), figure,
         w.text("flag_review") if point.outside_experience else ""]
        for point, figure in zip(curve.points[1:], figures[1:], strict=True)
    ]  # fmt: skip
    behind = details(w.text("table_behind"), Table(columns, rows).html(w))
    chart = curve_chart(levels, plan, ends=ends)
    return chart_figure(w, message, w.text("curve_sub"), chart, behind, prefix=f"curve-{curve.line}")


def _level(curve: Curve, place: int, goal: Outcome) -> Level:
    point = curve.points[place]
    change = point.change[goal]
    return Level(point.billion, change.mean, change.p10, change.p90, point.outside_experience)


def _one_more(w: Wording, found: Decision) -> Markup:
    """What one more result costs on each line, at the margin of the plan [billion VND]."""
    year_ = found.scenario.horizon
    outcomes = [one for one in found.near.outcomes if one.indicator in PER_BILLION and one.year == year_]
    columns = [
        Column(w.text("column_line"), numeric=False),
        *(Column(w.text(f"cost_{one.indicator}")) for one in outcomes),
    ]
    rows = [[w.term(f"line_{curve.line}"), *(_cost(curve, one) for one in outcomes)] for curve in found.curves]
    return Table(columns, rows, caption=w.html("cost_caption", year=year(year_), p80=p80(w)), cls="compared").html(w)


def _cost(curve: Curve, outcome: Outcome) -> Figure:
    """Money per unit: expected, with the good and the bad end of the range."""
    change = curve.one_more.change[outcome]
    if change.identical:
        return Figure.computed(0.0).worded("cost_nothing")
    if not told_apart(change) or change.mean <= 0:
        return Figure.computed(0.0).worded("unclear_short")
    cost, good, bad = curve.one_more.cost_per_unit(outcome)
    place = last_place(cost, cost * change.mcse / change.mean, finest=-2)
    return replace(Figure.computed(cost, place), low=good, high=bad, ends_place=place)


# -- The decision page below its first screen: the conflict of goals, least money, what would turn the answer ---

#: Last place of money [tỷ đồng] in sentences and in tables.
_TENTH, _HUNDREDTH = -1, -2
#: Splits drawn as specks: every second step of the coarse grid shows the same shape.
_THIN = 2


def trade_off(found: Decision, lang: str = "vi") -> Markup:
    """Counts against incomes: every split, the front, the plan."""
    w, front = Wording(lang), found.front
    first, second = front.outcomes
    message = w.html("choice_front_message", first=lower(short_name(w, first)), second=lower(short_name(w, second)))
    sub = w.text("choice_front_sub", first=axis_name(w, first), second=axis_name(w, second))
    chart = trade_off_chart(_cloud(found), [tuple(front.means[at]) for at in front.front], _named(w, found))
    figure = chart_figure(w, message, sub, chart, prefix="front", cls="sub plain")
    text = el(
        "div",
        el("p", w.html("choice_front_text", n=Figure.computed(front.rows.size - 1))),
        _front_table(w, found, front),
        cls="beside",
    )
    return section("trade-off", w.text("choice_front_title"), el("div", figure, text, cls="figure-and-text"))


def _cloud(found: Decision) -> list[tuple[float, float]]:
    """A thinner grid of splits: enough to see where one can go at all."""
    shares = np.rint(found.free.splits.shares[:-1] * COARSE_PARTS).astype(int)
    shown = (shares % _THIN == 0).all(axis=1)
    return [(float(x), float(y)) for x, y in found.front.means[:-1][shown]]


def _named(w: Wording, found: Decision) -> list[Labelled]:
    """The plan, the suggestion, and the best split for each of the two goals without limits."""
    means = found.front.means

    def point(row: int, label: str, side: str, *, strong: bool = False) -> Labelled:
        return Labelled(float(means[row, 0]), float(means[row, 1]), label, side, strong)

    points = [point(found.free.splits.plan_row, w.text("choice_plan_label"), "left", strong=True)]
    near = [
        found.near.of(one)[found.choices[found.goals[0]].best.row].mean(dtype=float) for one in found.front.outcomes
    ]
    points.append(Labelled(float(near[0]), float(near[1]), w.text("choice_suggested_label"), "right"))
    for outcome, side in zip(found.front.outcomes, ("left", "right"), strict=True):
        best = found.unlimited[outcome].best
        label = w.text("choice_all_for", goal=lower(short_name(w, outcome)))
        points.append(point(best.row, label, side))
    return points


def _front_table(w: Wording, found: Decision, front: Frontier) -> Markup:
    """A handful of splits along the front, ends included."""
    columns = [
        Column(w.text("choice_column_split")),
        *(Column(f"{short_name(w, one)}, {w.unit_of(one.indicator)}") for one in front.outcomes),
    ]
    picked = front.front[np.unique(np.linspace(0, len(front.front) - 1, 7).astype(int))]
    rows = []
    for at in picked:
        shares = found.free.splits.shares[front.rows[at]]
        means = zip(front.outcomes, front.means[at], strict=True)
        rows.append([shares_of(shares), *(Figure.of_level(one.indicator, float(mean)) for one, mean in means)])
    return Table(columns, rows, caption=w.html("choice_split_order")).html(w)


def least_money(found: Decision, lang: str = "vi") -> Markup | str:
    """How much money the headline target would take."""
    if found.target is None or found.least_money is None:
        return ""
    w, least, target = Wording(lang), found.least_money, found.target
    share = Figure.stated_share(TARGET_PROBABILITY)
    asked = w.html("least_asked", low=Figure.target(target), year=year(target.year), share=share)
    planned = sum(found.scenario.plan.line_budget(line, target.year) for line in LINES) / VND_PER_BILLION
    flag = el("p", w.html("seek_outside"), cls="sub") if least.outside_experience else None
    return section(
        "least-money", w.text("least_title"), el("p", asked, " ", _least(w, least, planned, target.year)), flag
    )


def _least(w: Wording, least: LeastMoney, planned: float, when: int) -> Markup:
    """The money found, or that no money looked at is enough."""

    ends = {"money": least.multiple, "low": least.low, "high": least.high, "top": least.up_to}
    told = {name: Figure.computed(planned * end, _TENTH) for name, end in ends.items() if math.isfinite(end)}
    now = Figure.planned_billion(planned, _TENTH)
    return w.html(f"least_{least.answer}", now=now, year=year(when), **told)


def reversal(found: Decision, register: Register, lang: str = "vi") -> Markup:
    """Which assumption, at which value, would make the plan as it is the better choice."""
    w = Wording(lang)
    turning = sorted((one for one in found.reversal if one.value is not None), key=lambda one: not one.usual)
    if not found.reversal:
        body: list[Markup] = [el("p", w.html("reversal_stay"))]
    elif not turning:
        n = Figure.computed(len(found.reversal))
        body = [el("p", w.html("reversal_none", n=n))]
    else:
        body = [el("p", w.html("reversal_text")), _switch_table(w, turning, register)]
    return section("reversal", w.text("reversal_title"), *body, el("p", w.html("reversal_note"), cls="sub"))


def _switch_table(w: Wording, turning: list[Switch], register: Register) -> Markup:
    columns = [
        Column(w.text("reversal_column_assumption"), numeric=False, inline=True),
        Column(w.text("reversal_column_value")),
        Column(w.text("reversal_column_usual")),
        Column(w.text("reversal_column_likely"), numeric=False),
        Column(w.text("column_grade"), numeric=False),
    ]
    rows = []
    for one in turning:
        entry = register[one.id]
        spread = entry.distribution
        assert one.value is not None
        low, high = (Figure.stated(value, _place(value)) for value in (spread.p10, spread.p90))
        value = Figure.computed(one.value, _place(one.value))
        rows.append(
            [
                named(w, entry),
                Phrase("reversal_above" if one.above else "reversal_below", {"value": value}),
                Figure.stated(spread.mean, _place(spread.mean)) if spread.simplex else Between(low, high),
                w.text("reversal_usual" if one.usual else "reversal_unusual"),
                chip(entry.grade),
            ]
        )
    return Table(columns, rows, cls="wordy").html(w)


def _place(value: float) -> int:
    """Two significant digits: a switching value is no finer than the draws it rests on."""
    return math.floor(math.log10(abs(value))) - 1 if value else 0
