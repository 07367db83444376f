"""A limit is said to bind when the line can go no step of the grid further, but for rounding, and only then."""

from __future__ import annotations

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st

from sim.analysis.compare import outcome_of
from sim.analysis.split import (
    BestSplit,
    Mean,
    ResponseSurface,
    Splits,
    allocate,
    compositions,
    keeping,
    list_splits,
    within,
)
from sim.domain import COARSE_PARTS, LINES, Bounds, InputError, Plan, share_out
from tests.support import tiny

YEARS = range(2024, 2027)
OUTCOME = outcome_of("htx_active", YEARS[-1])

dong = st.one_of(st.integers(1, 400).map(lambda step: step * 15_375_000), st.integers(10**8, 10**10))


def plan_of(yearly: list[list[int]]) -> Plan:
    lines = {line: {year: yearly[at][place] for at, year in enumerate(YEARS)} for place, line in enumerate(LINES)}
    return Plan("p", {"vi": "p"}, "nominal", {year: sum(yearly[at]) for at, year in enumerate(YEARS)}, lines)


def can_go_on(splits: Splits, row: int, line: str, bounds: Bounds) -> bool:
    """Whether the line keeps its own limits, rounding aside, with one step of the grid more the way it went."""
    planned = [{name: splits.plan.line_budget(name, year) for name in LINES} for year in YEARS]
    chosen = [dict(zip(LINES, map(int, money), strict=True)) for money in splits.vnd[row]]
    grid = [dict(zip(LINES, map(int, units), strict=True)) for units in compositions(splits.parts, len(LINES))]

    def shared(units: dict[str, int]) -> list[dict[str, int]]:
        return [share_out(sum(year.values()), units) for year in planned]

    (here,) = (units for units in grid if shared(units) == chosen)
    before, after = (sum(year[line] for year in money) for money in (planned, chosen))
    up = after > before
    wanted = here[line] + (1 if up else -1)
    if not 0 <= wanted <= splits.parts:
        return True
    exact = [Fraction(sum(year.values()) * wanted, splits.parts) for year in planned]
    money = [math.floor(amount) if up else math.ceil(amount) for amount in exact]
    kept = bounds.within is None or abs(sum(money) - before) <= bounds.within * before
    return kept and all(bounds.floors.get(line, 0) <= amount <= bounds.caps.get(line, amount) for amount in money)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(dong, min_size=4, max_size=4), min_size=1, max_size=3),
    st.lists(st.integers(-3, 3), min_size=4, max_size=4).filter(any),
    st.one_of(st.none(), st.integers(1, 40).map(lambda step: Fraction(step, 20))),
    st.one_of(st.none(), st.integers(10, 30)),
)
@example([[3_075_000_000, 3_690_000_000, 3_690_000_000, 1_845_000_000]], [0, 1, -1, 0], Fraction(1, 3), None)
@example([[3_075_000_000, 3_690_000_000, 3_690_000_000, 1_845_000_000]], [1, -1, 0, 2], Fraction(7, 10), None)
@example([[15_375_000] * 4, [15_375_000, 46_125_000, 15_375_000, 15_375_000]], [0, 0, 0, 1], Fraction(1, 20), 10)
def test_a_limit_binds_when_no_split_of_the_grid_goes_one_step_further(
    yearly: list[list[int]], pull: list[int], share: Fraction | None, cap: int | None
) -> None:
    plan = plan_of([yearly[at % len(yearly)] for at in range(len(YEARS))])
    caps = {} if cap is None else {"capacity": sum(yearly[0]) * cap // 20}
    bounds = Bounds(share, caps=caps)
    splits = list_splits(plan, YEARS, parts=COARSE_PARTS)
    pulled = splits.vnd.sum(axis=1) @ np.array(pull) / 1e9
    scenario = replace(tiny.scenario(years=len(YEARS)), plan=plan, horizon=YEARS[-1])
    surface = ResponseSurface(scenario, splits, (OUTCOME,), pulled[None, :, None].astype(np.float32), seed=0)
    if not keeping(splits, bounds).any():
        with pytest.raises(InputError):
            within(splits, bounds)
        return
    if len(within(splits, bounds)) < 2:
        return
    found = allocate(surface, Mean(OUTCOME), bounds)
    if found.best.row == splits.plan_row:
        assert found.binding == ()
        return
    moved = [line for line in LINES if abs(found.best.money[line] - found.plan.money[line]) > len(YEARS)]
    stuck = {line for line in moved if not can_go_on(splits, found.best.row, line, bounds)}
    assert {one.line for one in found.binding} == stuck


def pulled(yearly: list[int], pull: dict[str, float], bounds: Bounds) -> BestSplit:
    """The split that has most of what is pulled for, of the same money every year."""
    plan = plan_of([yearly] * len(YEARS))
    splits = within(list_splits(plan, YEARS, parts=COARSE_PARTS), bounds)
    wish = splits.vnd.sum(axis=1) @ np.array([pull.get(line, 0.0) for line in LINES]) / 1e9
    scenario = replace(tiny.scenario(years=len(YEARS)), plan=plan, horizon=YEARS[-1])
    return allocate(
        ResponseSurface(scenario, splits, (OUTCOME,), wish[None, :, None].astype(np.float32), seed=0),
        Mean(OUTCOME), bounds,
    )  # fmt: skip


def test_a_limit_that_one_more_step_keeps_but_for_a_dong_of_rounding_does_not_bind() -> None:
    """Nineteen steps of 1,000,000,001 đồng are 950,000,000.95, and every split rounds that up: beyond the cap."""
    yearly = [250_000_001, 250_000_000, 250_000_000, 250_000_000]
    found = pulled(yearly, {LINES[0]: 1.0}, Bounds(None, caps={LINES[0]: 950_000_000}))
    assert found.best.money[LINES[0]] == len(YEARS) * 900_000_001 and not found.binding
    tighter = pulled(yearly, {LINES[0]: 1.0}, Bounds(None, caps={LINES[0]: 949_999_999}))
    assert [(one.line, one.kind) for one in tighter.binding] == [(LINES[0], "cap")]


def test_a_line_that_differs_from_the_plan_by_rounding_alone_went_nowhere() -> None:
    """Its half of a share would bind any step: but it did not move, and no limit holds it."""
    yearly = [500_000_001, 300_000_000, 150_000_001, 50_000_001]
    found = pulled(yearly, {LINES[0]: 1.0, LINES[1]: -1.0}, Bounds(Fraction(1, 2)))
    moved = {line: found.best.money[line] - found.plan.money[line] for line in LINES}
    assert 0 < abs(moved[LINES[3]]) <= len(YEARS) < abs(moved[LINES[0]])
    assert LINES[3] not in {one.line for one in found.binding}
