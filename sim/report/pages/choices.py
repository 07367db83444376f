"""Sections of the decision page: contributions, curves, trade-offs, least money, reversal."""

import math
from dataclasses import replace

import numpy as np
from markupsafe import Markup

from sim.analysis.split import TARGET_PROBABILITY, Attribution, Curve, Decision
from sim.domain import COARSE_PARTS, HEADLINE, LINES, PER_BILLION, PRICE_YEAR, VND_PER_BILLION, Register
from sim.ensemble import Outcome
from sim.report import print as pr
from sim.report.pages.decision import axis_name, lower, shares_of, short_name
from sim.report.pages.frames import behind, beside, measure_head

#: Last place of money [tỷ đồng] in sentences and in tables.
_TENTH, _HUNDREDTH = -1, -2


def contributions(found: Attribution, lang: str = "vi") -> Markup:
    """Each line's part of what the plan does beside no support."""
    w = pr.Wording(lang)
    shown = [one for one in found.outcomes if one.indicator in HEADLINE]
    if all(found.whole(one).identical for one in shown):
        return Markup("")
    columns = [
        pr.Column(w.text("column_line"), numeric=False),
        *(pr.Column(measure_head(w, one.indicator)) for one in shown),
    ]
    added = {one: parts_and_whole(found, one) for one in shown}
    rows: list[list[object]] = [
        [w.term(f"line_{line}"), *(added[one][at] for one in shown)] for at, line in enumerate(LINES)
    ]
    rows.append([pr.el("b", w.text("parts_whole")), *(pr.strong(added[one][-1]) for one in shown)])
    total = next(one for one in shown if one.indicator == "htx_revenue_total")
    best = max(range(len(LINES)), key=lambda at: added[total][at].value)
    most, (part, all_) = w.html("parts_none"), (added[total][at].with_unit() for at in (best, -1))
    if part.clear and all_.clear:
        most = w.html("parts_most", line=w.term(f"line_short_{LINES[best]}"), part=part, whole=all_)
    told = {"year": pr.year(max(one.year for one in shown)), "base": pr.year(PRICE_YEAR)}
    caption = w.html("parts_caption", **told, p80=pr.p80(w))
    return pr.section(
        "contributions",
        w.text("parts_section"),
        pr.el("p", most),
        pr.Table(columns, rows, caption=caption, cls="compared").html(w),
        pr.el("p", w.html("parts_text"), cls="sub"),
    )


def parts_and_whole(found: Attribution, outcome: Outcome) -> list[pr.Figure]:
    """Every line's part and, last, the whole they add up to also as printed."""
    changes = [*(found.contribution(outcome, line) for line in LINES), found.whole(outcome)]
    *parts, whole = (pr.Figure.of_difference(change, outcome.indicator) for change in changes)
    return [*(parts if whole.instead else pr.together(parts, whole)), whole]


def curves(found: Decision, lang: str = "vi") -> Markup:
    """What more or less money on each line does to the first goal, and what one tỷ more costs per result."""
    w, goal = pr.Wording(lang), found.goals[0]
    changes = [point.change[goal] for curve in found.curves for point in curve.points]
    ends = min(change.p10 for change in changes), max(change.p90 for change in changes)
    last = found.scenario.horizon
    outcomes = [one for one in found.near.outcomes if one.indicator in PER_BILLION and one.year == last]
    columns = [
        pr.Column(w.text("column_line"), numeric=False),
        *(pr.Column(w.text(f"cost_{one.indicator}")) for one in outcomes),
    ]
    rows = [[w.term(f"line_{curve.line}"), *(_cost(curve, one) for one in outcomes)] for curve in found.curves]
    caption = w.html("cost_caption", year=pr.year(last), p80=pr.p80(w))
    return pr.section(
        "curves",
        w.text("curves_title"),
        pr.el(
            "p",
            w.html("curves_text", what=lower(short_name(w, goal)), year=pr.year(goal.year), p80=pr.p80(w)),
            cls="sub",
        ),
        pr.el("div", *(_curve(w, curve, goal, ends) for curve in found.curves), cls="figures pair"),
        pr.el("h3", w.text("curves_more_title")),
        pr.Table(columns, rows, caption=caption, cls="compared").html(w),
    )


def _curve(w: pr.Wording, curve: Curve, goal: Outcome, ends: tuple[float, float]) -> Markup:
    changes = [point.change[goal] for point in curve.points]
    levels = [
        pr.Level(point.billion, change.mean, change.p10, change.p90, point.outside_experience)
        for point, change in zip(curve.points, changes, strict=True)
    ]
    plan, figures = curve.points.index(curve.plan), [pr.Figure.of_difference(one, goal.indicator) for one in changes]
    line = w.term(f"line_{curve.line}")
    message = w.html("curve_message_none", line=line)
    if figures[plan].clear:
        message = w.html("curve_message", line=line, n=figures[plan].with_unit())
    columns = [
        pr.Column(w.text("curve_money")),
        pr.Column(axis_name(w, goal)),
        pr.Column(w.text("column_flag"), numeric=False),
    ]
    rows = []
    for point, figure in list(zip(curve.points, figures, strict=True))[1:]:
        flag = w.text("flag_review") if point.outside_experience else ""
        rows.append([pr.Figure.planned_billion(point.billion, _HUNDREDTH), figure, flag])
    chart = pr.curve_chart(levels, levels[plan], ends=ends)
    table = behind(w, pr.Table(columns, rows))
    return pr.chart_figure(w, message, w.text("curve_sub"), chart, table, prefix=f"curve-{curve.line}")


def _cost(curve: Curve, outcome: Outcome) -> pr.Figure:
    """Money per unit: expected, with the good and the bad end of the range."""
    change = curve.one_more.change[outcome]
    if change.identical:
        return pr.Figure.computed(0.0).worded("cost_nothing")
    if not pr.distinguishable(change) or change.mean <= 0:
        return pr.Figure.computed(0.0).worded("not_distinguished")
    cost, good, bad = curve.one_more.cost_per_unit(outcome)
    place = pr.last_place(cost, cost * change.mcse / change.mean, finest=-2)
    return replace(pr.Figure.computed(cost, place), low=good, high=bad, ends_place=place)


# -- The decision page below its first screen: the conflict of goals, least money, what would turn the answer ---

#: Splits drawn as specks: every second step of the coarse grid shows the same shape.
_THIN = 2
#: How many splits along the front the table holds.
_PICKED = 7


def trade_off(found: Decision, lang: str = "vi") -> Markup:
    """Counts against incomes: every split, the front, the plan."""
    w, front = pr.Wording(lang), found.front
    first, second = front.outcomes
    message = w.html("choice_front_message", first=lower(short_name(w, first)), second=lower(short_name(w, second)))
    sub = w.text("choice_front_sub", first=axis_name(w, first), second=axis_name(w, second))
    # A thinner grid is enough to see where one can go at all.
    thin = (np.rint(found.free.splits.shares[:-1] * COARSE_PARTS).astype(int) % _THIN == 0).all(axis=1)
    cloud = [(float(x), float(y)) for x, y in front.means[:-1][thin]]
    chart = pr.trade_off_chart(cloud, [tuple(front.means[at]) for at in front.front], _named(w, found))
    columns = [
        pr.Column(w.text("choice_column_split")),
        *(pr.Column(measure_head(w, one.indicator)) for one in front.outcomes),
    ]
    rows = []
    for at in front.front[np.unique(np.linspace(0, len(front.front) - 1, _PICKED).astype(int))]:
        means = zip(front.outcomes, front.means[at], front.errors[at], strict=True)
        levels = (pr.Figure.of_level(one.indicator, float(mean), float(error)) for one, mean, error in means)
        rows.append([shares_of(found.free.splits.shares[front.rows[at]]), *levels])
    return beside(
        "trade-off",
        w.text("choice_front_title"),
        pr.chart_figure(w, message, sub, chart, prefix="front", cls="sub plain"),
        pr.el("p", w.html("choice_front_text", n=pr.Figure.counted(int(front.rows.size) - 1))),
        pr.Table(columns, rows, caption=w.html("choice_split_order")).html(w),
    )


def _named(w: pr.Wording, found: Decision) -> list[pr.Labelled]:
    """The plan, the suggestion, and the best split for each of the two goals without limits."""
    front = found.front
    told = found.verified[found.goals[0]]
    near = [told.levels[one] + told.changes[one].mean for one in front.outcomes]
    points = [
        (front.means[found.free.splits.plan_row], w.text("choice_plan_label"), "left", True),
        (near, w.text("choice_suggested_label"), "right", False),
    ]
    for outcome, side in zip(front.outcomes, ("left", "right"), strict=True):
        label = w.text("choice_all_for", goal=lower(short_name(w, outcome)))
        points.append((front.means[found.unlimited[outcome].best.row], label, side, False))
    return [pr.Labelled(float(at[0]), float(at[1]), label, side, bold) for at, label, side, bold in points]


def least_money(found: Decision, lang: str = "vi") -> Markup | str:
    """How much money the headline target would take."""
    if found.target is None or found.least_money is None:
        return ""
    w, least, target = pr.Wording(lang), found.least_money, found.target
    share, when = pr.Figure.stated_share(TARGET_PROBABILITY), pr.year(target.year)
    asked = w.html("least_asked", low=pr.Figure.target(target), year=when, share=share)
    planned = sum(found.scenario.plan.line_budget(line, target.year) for line in LINES) / VND_PER_BILLION
    ends = {"money": least.multiple, "low": least.low, "high": least.high, "top": least.up_to}
    money = {name: pr.Figure.computed(planned * end, _TENTH) for name, end in ends.items() if math.isfinite(end)}
    answer = w.html(f"least_{least.answer}", now=pr.Figure.planned_billion(planned, _TENTH), year=when, **money)
    flag = pr.el("p", w.html("seek_outside"), cls="sub") if least.outside_experience else None
    return pr.section("least-money", w.text("least_title"), pr.el("p", asked, " ", answer), flag)


def reversal(found: Decision, register: Register, lang: str = "vi") -> Markup:
    """Which assumption, at which value, would make the plan as it is the better choice."""
    w, rows = pr.Wording(lang), []
    for one in sorted(found.reversal, key=lambda one: not one.usual):
        if one.value is None:
            continue
        entry = register[one.id]
        spread = entry.distribution
        low, middle, high = (pr.Figure.stated(at, _place(at)) for at in (spread.p10, spread.mean, spread.p90))
        value = {"value": pr.Figure.computed(one.value, _place(one.value))}
        turns = pr.Phrase("reversal_above" if one.above else "reversal_below", value)
        likely = w.text("reversal_usual" if one.usual else "reversal_unusual")
        usual = middle if spread.simplex else pr.Between(low, high)
        rows.append([pr.named(w, entry), turns, usual, likely, pr.chip(entry.grade)])
    body: list[Markup] = []
    if rows:
        columns = [
            pr.Column(w.text("reversal_column_assumption"), numeric=False, inline=True),
            *(pr.Column(w.text(f"reversal_column_{head}")) for head in ("value", "usual")),
            *(pr.Column(w.text(key), numeric=False) for key in ("reversal_column_likely", "column_grade")),
        ]
        body.append(pr.Table(columns, rows, cls="wordy").html(w))
    key = "reversal_text" if rows else "reversal_none" if found.reversal else "reversal_stay"
    text = pr.el("p", w.html(key, **({"n": pr.Figure.counted(found.reversal)} if key == "reversal_none" else {})))
    note = pr.el("p", w.html("reversal_note"), cls="sub")
    return pr.section("reversal", w.text("reversal_title"), text, *body, note)


def _place(value: float) -> int:
    """Two significant digits: a switching value is no finer than the draws it rests on."""
    return math.floor(math.log10(abs(value))) - 1 if value else 0
