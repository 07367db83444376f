"""The questions of every meeting, as changes of the state: cut a line, double it, start half a year later."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sim.domain import LINES, VND_PER_BILLION, Numbers
from sim.inputs.text import limit
from sim.planner.opening import setting
from sim.planner.state import State
from sim.planner.words import Refusal, Words

#: The assumption that "what if only so much is paid out" sets.
PAID_OUT = "disbursement_rate"


def asked_content(words: Words) -> dict[str, Any]:
    """Words of the buttons, and the lines they may be about."""
    percent = setting("asked_paid_out")
    texts = {
        name: words.say(f"asked_{name}", percent=percent)
        for name in ("title", "line", "cut", "spread", "double", "delay", "disburse", "hint")
    }
    return {**texts, "percent": percent, "lines": [(words.term(f"line_{line}"), line) for line in LINES]}


def cut(state: State, line: Any, spread: Any) -> State:
    """One line without money in the years asked: left unspent, or given to the unlocked others."""
    one, line = state.allocation, _line(line)
    return state.with_allocation(one.move(line, 0) if spread else replace(one, lines={**one.lines, line: 0}))


def double(state: State, line: Any) -> State:
    """Twice the money on one line in the years asked; the fund grows by it and no other line moves.

    Raises
    ------
    Refusal
        When the line has no money, or the fund would be larger than one may be.
    """
    one, line = state.allocation, _line(line)
    money, top = one.lines[line], limit("annual_fund")
    if not money:
        raise Refusal("asked_nothing")
    if one.fund + money > top * VND_PER_BILLION:
        raise Refusal("fund_range", top=Numbers("{}", (top,)))
    return state.with_allocation(replace(one, fund=one.fund + money, lines={**one.lines, line: 2 * money}))


def delayed(state: State) -> State:
    """Half of every open year's money a year later: what would start in January starts in July.

    Notes
    -----
    To the đồng: an odd đồng stays in its year. A plan that repeats its last year does so from the year after it on.
    """
    plan, past = state.plan, set(state.past)
    years = sorted({*plan.fund, *state.years} - past)
    written = [*years, *([years[-1] + 1] if plan.repeat_last else [])]

    def later(series: Mapping[int, int]) -> dict[int, int]:
        money = {**series, **({written[-1]: series[years[-1]]} if plan.repeat_last else {})}
        moved = {year: money[year] // 2 for year in written}
        return {**money, **{year: money[year] - moved[year] + moved.get(year - 1, 0) for year in written}}

    lines = {line: later(plan.lines[line]) for line in LINES}
    left = later({year: plan.unallocated(year) for year in plan.fund})
    fund = {year: left[year] + sum(money[year] for money in lines.values()) for year in left}
    return state.with_split(replace(plan, fund=fund, lines=lines))


def _line(line: Any) -> str:
    if line not in LINES:
        raise Refusal("unknown")
    return str(line)
