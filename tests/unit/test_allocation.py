"""Claims about the four line levers: money is never lost, locks hold, proportions come back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sim.domain.allocation import Allocation, allocation_of, same_every_year, share_out, spelled_out, with_allocation
from sim.domain.budget import LINES, Plan

FUND = 12_300_000_000
QUARTERS = Allocation(FUND, {"establishment": 3_075_000_000, "capacity": 3_690_000_000,
                             "market": 3_690_000_000, "survey": 1_845_000_000})  # fmt: skip

money = st.integers(0, 50_000_000_000)
locks = st.sets(st.sampled_from(LINES)).map(frozenset)


@st.composite
def allocations(draw: st.DrawFn) -> Allocation:
    """Any allocation: four amounts, a remainder and some locks."""
    amounts = {line: draw(money) for line in LINES}
    return Allocation(sum(amounts.values()) + draw(money), amounts, draw(locks))


@given(allocations(), st.sampled_from(LINES), st.integers(-1, 10**12))
def test_moving_a_line_keeps_the_fund_and_every_lock_to_the_dong(before: Allocation, line: str, wanted: int) -> None:
    after = before.move(line, wanted)
    assert after.fund == before.fund == sum(after.lines.values()) + after.unallocated
    assert after.unallocated >= 0
    assert after.lines[line] == min(max(wanted, 0), before.ceiling(line))
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


@given(allocations(), money)
def test_another_fund_size_leaves_locked_lines_alone(before: Allocation, fund: int) -> None:
    after = before.resize(fund)
    assert after.fund == max(fund, before.held) == sum(after.lines.values()) + after.unallocated
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
