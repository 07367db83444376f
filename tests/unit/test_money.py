"""Where money goes, what reaches the field, and what one more tỷ does."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sim.analysis.answer import disbursed, fundable_foundings, line_money, one_more, per_extra_billion
from sim.domain import LINES, InputError, Plan
from sim.ensemble import run
from tests.support import tiny
from tests.support.runs import run_one, run_plans

YEARS = range(2024, 2031)
MONEY = st.integers(0, 20 * 10**9)


@given(money=st.fixed_dictionaries(dict.fromkeys(LINES, MONEY)), spare=MONEY)
def test_the_fund_is_its_lines_and_the_remainder_to_the_dong(money: dict[str, int], spare: int) -> None:
    fund = sum(money.values()) + spare
    plan = Plan("p", {}, "nominal", {2024: fund}, {line: {2024: vnd} for line, vnd in money.items()}, True)
    for year in (2024, 2030, 2053):
        assert plan.unallocated(year) == spare
        assert sum(plan.line_budget(line, year) for line in LINES) + plan.unallocated(year) == plan.annual_budget(year)


def test_lines_cannot_spend_more_than_the_fund() -> None:
    with pytest.raises(InputError) as refused:
        Plan("p", {}, "nominal", {2024: 10}, {line: {2024: 3} for line in LINES})
    assert [problem.key for problem in refused.value.problems] == ["lines_exceed_fund"]


@given(line=st.sampled_from(LINES))
def test_one_more_ty_is_exactly_one_more_and_everything_still_adds_up(line: str) -> None:
    plain = tiny.scenario()
    more = one_more(plain, line, YEARS)
    for year in YEARS:
        for name in LINES:
            extra = more.plan.line_budget(name, year) - plain.plan.line_budget(name, year)
            assert extra == (tiny.BILLION if name == line else 0)
        assert more.plan.unallocated(year) == plain.plan.unallocated(year)


def test_what_one_more_ty_brings_is_the_paired_gain_of_the_last_year() -> None:
    plain = tiny.scenario()
    scenarios = [plain, *(one_more(plain, line, YEARS) for line in LINES)]
    ran = run(tiny.province(), tiny.register(), scenarios, draws=2048, seed=4)
    for line in ("establishment", "capacity"):
        assert per_extra_billion(ran, "reference", line, "htx_active").mean > 0
    assert per_extra_billion(ran, "reference", "market", "htx_active").identical
    assert per_extra_billion(ran, "reference", "market", "htx_revenue_total").mean > 0


def test_planned_money_and_spending_are_told_by_line_and_year() -> None:
    ran = run_one(tiny.certain_register(tiny.AT_REFERENCE), tiny.scenario(money=tiny.times(2.0), real=True), draws=4)
    for money in line_money(ran, "reference"):
        share = tiny.REFERENCE_SPLIT[money.line]
        assert set(money.planned.values()) == {round(2 * tiny.FUND * share)}
        np.testing.assert_allclose(money.spending, 2.0, rtol=1e-6)
        assert not money.outside_experience


def test_a_line_above_three_times_its_reference_lies_outside_experience() -> None:
    ran = run_one(
        tiny.certain_register(tiny.AT_REFERENCE), tiny.scenario(money=tiny.times(3.2, "market"), real=True), draws=4
    )
    flagged = {money.line for money in line_money(ran, "reference") if money.outside_experience}
    assert flagged == {"market"}


def test_nominal_money_buys_less_every_year() -> None:
    ran = run_one(tiny.certain_register({"inflation": 0.04}), draws=4)
    for money in line_money(ran, "reference"):
        assert (np.diff(money.spending) < 0).all()


def test_what_is_paid_out_is_the_planned_money_times_the_disbursement_rate() -> None:
    ran = run_one(tiny.certain_register({"disbursement_rate": 0.9}), draws=4)
    np.testing.assert_allclose(disbursed(ran, "reference"), 12.3 * 0.9, rtol=1e-6)


def test_how_many_foundings_the_establishment_money_could_pay_for() -> None:
    fixed = {"disbursement_rate": 1.0, "founding_share_of_line": 0.4, "unit_support_per_founding": 25.0}
    ran = run_one(tiny.certain_register(fixed), draws=4)
    np.testing.assert_allclose(fundable_foundings(ran, "reference", 2024), 3075 * 0.4 / 25, rtol=1e-6)


def test_disbursement_that_cancels_moves_no_outcome() -> None:
    full, partial = (
        run_plans(tiny.certain_register({"disbursement_rate": rate}), {"a": None}, draws=128) for rate in (1.0, 0.8)
    )
    np.testing.assert_array_equal(full.series("a", "htx_active"), partial.series("a", "htx_active"))
