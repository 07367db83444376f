"""The decision page below its first screen: the conflict of goals, least money, what would turn the answer."""

from __future__ import annotations

import math

import numpy as np
from markupsafe import Markup

from sim.analysis.decisions import SOUGHT, Decision
from sim.analysis.frontier import Frontier
from sim.analysis.one_at_a_time import Switch
from sim.analysis.seek import Sought
from sim.domain.budget import LINES
from sim.domain.decisions import COARSE_PARTS
from sim.domain.parameters import Register
from sim.domain.units import VND_PER_BILLION
from sim.report.canvas import svg
from sim.report.choice_charts import Labelled, trade_off_chart
from sim.report.decision import axis_name, lower, shares_text, short_name
from sim.report.marks import number, said, spoken, symbols, year
from sim.report.markup import el, section
from sim.report.tables import Column, table
from sim.report.values import chip
from sim.report.wording import Wording

#: Splits drawn as specks: every second step of the coarse grid shows the same shape.
_THIN = 2


def trade_off(found: Decision, lang: str = "vi") -> Markup:
    """Counts against incomes: every split, the front, the plan."""
    w, front = Wording(lang), found.front
    first, second = front.outcomes
    message = w.html("choice_front_message", first=lower(short_name(w, first)), second=lower(short_name(w, second)))
    sub = w.text("choice_front_sub", first=axis_name(w, first), second=axis_name(w, second))
    chart = trade_off_chart(_cloud(found), [tuple(front.means[at]) for at in front.front], _named(w, found))
    figure = el(
        "figure",
        el("figcaption", el("b", message), el("span", sub, " ", symbols("model"), cls="sub plain")),
        svg(chart, w.lang, alt=spoken(message), prefix="front"),
        data_mark="model",
    )
    text = el(
        "div",
        el("p", w.html("choice_front_text", n=number(w.number(front.rows.size - 1), "model"))),
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
        Column(w.text("choice_column_split"), "plan"),
        *(Column(f"{short_name(w, one)}, {w.unit_of(one.indicator)}", "model") for one in front.outcomes),
    ]
    picked = front.front[np.unique(np.linspace(0, len(front.front) - 1, 7).astype(int))]
    rows = []
    for at in picked:
        shares = found.free.splits.shares[front.rows[at]]
        cells = [w.level(one.indicator, float(front.means[at, axis])) for axis, one in enumerate(front.outcomes)]
        rows.append([shares_text(w, shares), *cells])
    return table(columns, rows, caption=w.html("choice_split_order"))


def least_money(found: Decision, lang: str = "vi") -> Markup | str:
    """How much money the headline target would take."""
    if found.target is None or found.sought is None:
        return ""
    w, sought, target = Wording(lang), found.sought, found.target
    share = number(w.share(SOUGHT), "assumption")
    asked = w.html("least_asked", low=number(w.exact(target.low), "target"), year=year(target.year), share=share)
    planned = sum(found.scenario.plan.line_budget(line, target.year) for line in LINES) / VND_PER_BILLION
    flag = el("p", w.html("seek_outside"), cls="sub") if sought.outside_experience else None
    return section(
        "least-money", w.text("least_title"), el("p", asked, " ", _least(w, sought, planned, target.year)), flag
    )


def _least(w: Wording, sought: Sought, planned: float, when: int) -> Markup:
    """The money found, or that no money looked at is enough."""

    ends = {"money": sought.multiple, "low": sought.low, "high": sought.high, "top": sought.up_to}
    told = {name: number(w.number(planned * end, -1), "model") for name, end in ends.items() if math.isfinite(end)}
    told |= {"now": number(w.number(planned, -1), "plan"), "year": year(when)}
    return w.html(f"least_{sought.answer}", **told)


def reversal(found: Decision, register: Register, lang: str = "vi") -> Markup:
    """Which assumption, at which value, would make the plan as it is the better choice."""
    w = Wording(lang)
    turning = sorted((one for one in found.reversal if one.value is not None), key=lambda one: not one.usual)
    if not found.reversal:
        body: list[Markup] = [el("p", w.html("reversal_stay"))]
    elif not turning:
        n = number(w.number(len(found.reversal)), "model")
        body = [el("p", w.html("reversal_none", n=n))]
    else:
        body = [el("p", w.html("reversal_text")), _switch_table(w, turning, register)]
    return section("reversal", w.text("reversal_title"), *body, el("p", w.html("reversal_note"), cls="sub"))


def _switch_table(w: Wording, turning: list[Switch], register: Register) -> Markup:
    columns = [
        Column(w.text("reversal_column_assumption"), numeric=False),
        Column(w.text("reversal_column_value"), "model"),
        Column(w.text("reversal_column_usual"), "assumption"),
        Column(w.text("reversal_column_likely"), numeric=False),
        Column(w.text("column_grade"), numeric=False),
    ]
    rows = []
    for one in turning:
        entry = register[one.id]
        spread = entry.distribution
        assert one.value is not None
        usual = w.between(w.number(spread.p10, _place(spread.p10)), w.number(spread.p90, _place(spread.p90)))
        rows.append(
            [
                said(w.label(entry.label), "assumption"),
                w.text(
                    "reversal_above" if one.above else "reversal_below", value=w.number(one.value, _place(one.value))
                ),
                usual if not spread.simplex else w.number(spread.mean, _place(spread.mean)),
                w.text("reversal_usual" if one.usual else "reversal_unusual"),
                chip(entry.grade),
            ]
        )
    return table(columns, rows, cls="wordy")


def _place(value: float) -> int:
    """Two significant digits: a switching value is no finer than the draws it rests on."""
    return math.floor(math.log10(abs(value))) - 1 if value else 0
