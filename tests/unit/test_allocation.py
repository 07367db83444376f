"""Claims about the four line levers: money is never lost, locks hold, proportions come back."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies as st

from sim.domain import (
    LINES,
    Allocation,
    Limits,
    Plan,
    allocation_of,
    same_every_year,
    share_out,
    share_within,
    spelled_out,
    with_allocation,
)

FUND = 12_300_000_000
QUARTERS = Allocation(FUND, {"establishment": 3_075_000_000, "capacity": 3_690_000_000,
                             "market": 3_690_000_000, "survey": 1_845_000_000})  # fmt: skip

money = st.integers(0, 50_000_000_000)
locks = st.sets(st.sampled_from(LINES)).map(frozenset)


@st.composite
def allocations(draw: st.DrawFn, *, limited: bool = False) -> Allocation:
    """Any allocation: four amounts, a remainder and some locks; with floors and caps (met or not) where asked for."""
    amounts = {line: draw(money) for line in LINES}
    ends = st.dictionaries(st.sampled_from(LINES), money, max_size=4 if limited else 0)
    limits = Limits(draw(locks), draw(ends), draw(ends))
    return Allocation(sum(amounts.values()) + draw(money), amounts, limits)


@given(allocations(limited=True), st.sampled_from(LINES), st.integers(-1, 10**12))
def test_moving_a_line_keeps_the_fund_and_every_lock_to_the_dong(before: Allocation, line: str, wanted: int) -> None:
    after = before.move(line, wanted)
    assert after.fund == before.fund == sum(after.lines.values()) + after.unallocated
    assert after.unallocated >= 0
    assert after.lines[line] == min(max(wanted, before.floor(line)), before.ceiling(line))
    assert all(after.lines[other] == before.lines[other] for other in before.locked if other != line)


@given(allocations(), st.sampled_from(LINES), st.integers(0, 10**12))
def test_the_remainder_takes_the_change_only_when_no_other_line_may_move(
    before: Allocation, line: str, wanted: int
) -> None:
    others_locked = before.lock(other for other in LINES if other != line)
    after = others_locked.move(line, wanted)
    assert {other: after.lines[other] for other in LINES if other != line} == {
        other: before.lines[other] for other in LINES if other != line
    }
    free = before.lock(()).move(line, wanted)
    others = sum(before.lines[other] for other in LINES if other != line)
    if others and free.lines[line] <= before.lines[line] + others:
        assert free.unallocated == before.unallocated


@given(allocations(limited=True), money)
def test_another_fund_size_leaves_locked_lines_alone(before: Allocation, fund: int) -> None:
    after = before.resize(fund)
    assert after.fund == max(fund, before.least) == sum(after.lines.values()) + after.unallocated
    assert all(after.lines[line] == before.lines[line] for line in before.locked)


@given(allocations(), st.sampled_from(LINES))
def test_a_line_moved_to_where_it_is_moves_nothing(allocation: Allocation, line: str) -> None:
    assert allocation.move(line, allocation.lines[line]).lines == allocation.lines


@given(allocations())
def test_spreading_leaves_nothing_over_unless_all_lines_are_locked(before: Allocation) -> None:
    after = before.spread()
    assert after.unallocated == (before.unallocated if before.locked == frozenset(LINES) else 0)
    assert all(after.lines[line] == before.lines[line] for line in before.locked)


@given(st.integers(0, 10**14), st.lists(st.integers(0, 10**12), min_size=1, max_size=6).filter(any))
def test_shares_add_up_exactly_and_none_is_a_whole_dong_off(total: int, weights: list[int]) -> None:
    names = {str(place): weight for place, weight in enumerate(weights)}
    parts = share_out(total, names)
    assert sum(parts.values()) == total
    assert all(abs(parts[name] * sum(weights) - total * weight) < sum(weights) for name, weight in names.items())


def test_other_lines_make_room_in_their_proportions() -> None:
    after = QUARTERS.move("market", FUND // 2)
    assert dict(after.lines) == {
        "establishment": 2_196_428_571, "capacity": 2_635_714_286, "market": 6_150_000_000, "survey": 1_317_857_143,
    }  # fmt: skip


def test_lines_squeezed_to_nothing_come_back_as_they_were() -> None:
    back = QUARTERS.move("market", FUND).move("market", QUARTERS.lines["market"])
    assert back.lines == QUARTERS.lines
    assert QUARTERS.resize(0).resize(FUND).lines == QUARTERS.lines


def test_a_line_set_to_zero_on_purpose_stays_there_when_the_fund_changes() -> None:
    only_survey_open = QUARTERS.lock(line for line in LINES if line != "survey").move("survey", 0)
    after = only_survey_open.resize(2 * FUND)
    assert after.lines["survey"] == 0
    assert after.unallocated == FUND + QUARTERS.lines["survey"]


def test_money_nobody_has_split_yet_is_left_over_until_it_is_spread() -> None:
    nothing = Allocation(0, dict.fromkeys(LINES, 0))
    given_money = nothing.resize(FUND)
    assert given_money.unallocated == FUND
    assert set(given_money.spread().lines.values()) == {FUND // len(LINES)}


def test_one_year_of_a_plan_changes_alone_or_all_years_together() -> None:
    plan = Plan("p", {}, "nominal", {2024: FUND}, {line: {2024: money} for line, money in QUARTERS.lines.items()}, True)
    years = range(2024, 2031)
    long = spelled_out(plan, years)
    moved = allocation_of(long, 2026).move("survey", 0)
    one = with_allocation(long, [2026], moved)
    assert same_every_year(long) and not same_every_year(one)
    assert one.line_budget("survey", 2026) == 0 < one.line_budget("survey", 2025)
    assert same_every_year(with_allocation(one, years, moved))
    assert all(one.unallocated(year) == 0 for year in years)


# -- floors and caps -------------------------------------------------------------------------------


@given(allocations(limited=True), st.sampled_from(LINES), st.integers(-1, 10**12), money)
def test_no_move_pushes_a_line_through_its_floor_or_cap(before: Allocation, line: str, wanted: int, fund: int) -> None:
    for after in (before.move(line, wanted), before.resize(fund), before.spread()):
        for other in LINES:
            low, high = before.limits.bounds(other, before.lines[other])
            if other == line and other in before.locked:
                continue
            assert after.lines[other] >= low
            assert high is None or after.lines[other] <= high


def test_what_capped_lines_cannot_take_stays_unallocated() -> None:
    held = QUARTERS.limit("capacity", floor=None, cap=4_000_000_000).lock({"market", "survey"})
    after = held.move("establishment", 0)
    assert after.lines["capacity"] == 4_000_000_000
    assert after.unallocated == FUND - 4_000_000_000 - 3_690_000_000 - 1_845_000_000


def test_a_floor_lifts_a_line_and_the_others_make_room_in_their_proportions() -> None:
    after = QUARTERS.limit("survey", floor=3_075_000_000, cap=None)
    assert after.lines["survey"] == 3_075_000_000
    assert after.lines["capacity"] == after.lines["market"]
    assert sum(after.lines.values()) == FUND
    squeezed = after.move("market", FUND)
    assert squeezed.lines == {**dict.fromkeys(LINES, 0), "survey": 3_075_000_000, "market": FUND - 3_075_000_000}


@pytest.mark.parametrize(("floor", "cap"), [(2, 1), (FUND + 1, None), (FUND - 3_000_000_000, None)])
def test_a_floor_that_cannot_be_met_is_refused(floor: int, cap: int | None) -> None:
    with pytest.raises(ValueError, match="market"):
        QUARTERS.lock({"capacity"}).limit("market", floor=floor, cap=cap)


@given(st.integers(0, 10**12), st.lists(st.tuples(st.integers(0, 10**6), money, money), min_size=1, max_size=5))
def test_sharing_within_bounds_gives_out_all_that_bounds_allow(extra: int, parts: list[tuple[int, int, int]]) -> None:
    weights = {str(place): weight + 1 for place, (weight, _, _) in enumerate(parts)}
    bounds = {str(place): (min(a, b), max(a, b)) for place, (_, a, b) in enumerate(parts)}
    least, most = (sum(bound[side] for bound in bounds.values()) for side in (0, 1))
    shared = share_within(least + extra, weights, bounds)
    assert all(bounds[name][0] <= part <= bounds[name][1] for name, part in shared.items())
    assert sum(shared.values()) == min(least + extra, most)
