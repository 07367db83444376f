"""Paired differences: what is better, how surely, and when nothing may be called better."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.answer import target_chances, target_rows
from sim.analysis.compare import COMPARE_COLUMNS, compare, compare_rows, difference, paired_difference
from sim.domain import INDICATOR
from sim.ensemble import Result, monte_carlo_error
from tests.support import tiny
from tests.support.runs import run_plans


@pytest.fixture(scope="module")
def pair() -> Result:
    plans = {"reference": None, "same": tiny.times(1.0), "more": tiny.times(2.0)}
    return run_plans(tiny.register(), plans, draws=1024, years=3)


def test_equal_plans_differ_by_exactly_nothing_and_neither_is_better(pair: Result) -> None:
    for row in compare_rows(pair, "reference"):
        if row[1] == "same":
            *_, mean, p10, p50, p90, p_better, mcse = row
            assert mean == p10 == p50 == p90 == mcse == 0
            assert p_better == (0.5 if INDICATOR[row[2]].better else None)


def test_equal_plans_are_told_apart_from_plans_that_balance_out() -> None:
    equal, balanced = paired_difference(np.zeros(4), 1), paired_difference(np.array([-1.0, 1, -1, 1]), 1)
    assert equal.identical and not balanced.identical
    assert equal.mean == balanced.mean == 0 and equal.p_better == balanced.p_better == 0.5
    assert not equal.distinguished and not balanced.distinguished


def test_ties_count_half() -> None:
    assert paired_difference(np.array([0.0, 0, 1, -1, 1, 1]), 1).p_better == pytest.approx(3 / 6 + 1 / 6)


def test_fewer_stopped_htx_are_better_and_dissolved_ones_neither() -> None:
    fewer = np.array([-3.0, -2, -1, 1])
    assert paired_difference(fewer, INDICATOR["htx_stopped"].better).p_better == 0.75
    assert paired_difference(fewer, INDICATOR["htx_inactive"].better).p_better == 0.75
    assert paired_difference(fewer, INDICATOR["htx_active"].better).p_better == 0.25
    assert paired_difference(fewer, INDICATOR["htx_dissolved"].better).p_better is None


@pytest.mark.parametrize(("wins", "clear"), [(530, False), (560, True), (440, True), (1000, True)])
def test_better_is_said_only_beyond_three_standard_errors(wins: int, clear: bool) -> None:
    # 1,000 draws: one standard error of a share near one half is 0.0158.
    gains = np.where(np.arange(1000) < wins, 1.0, -1.0)
    assert paired_difference(gains, 1).distinguished is clear


def test_a_sample_worth_fewer_draws_says_better_later() -> None:
    gains = np.where(np.arange(1000) < 560, 1.0, -1.0)
    assert not paired_difference(gains, 1, effective_draws=100.0).distinguished


def test_a_difference_is_summarised_on_paired_draws(pair: Result) -> None:
    found = difference(pair, "reference", "more", "htx_active", year=2026)
    paired = pair.series("more", "htx_active")[-1, -1] - pair.series("reference", "htx_active")[-1, -1]
    assert found.mean == pytest.approx(paired.mean()) and found.mcse == pytest.approx(monte_carlo_error(paired))
    assert (found.p10, found.p50, found.p90) == tuple(np.quantile(paired, (0.1, 0.5, 0.9)))
    unpaired = pair.series("more", "htx_active")[-1, -1].std() / np.sqrt(1024)
    assert found.mcse < unpaired / 2


def test_a_difference_turned_round_changes_sign_and_chance(pair: Result) -> None:
    there = difference(pair, "reference", "more", "htx_revenue_total", year=2026)
    back = difference(pair, "more", "reference", "htx_revenue_total", year=2026)
    assert back.mean == -there.mean and back.p90 == pytest.approx(-there.p10)
    assert back.p_better == pytest.approx(1 - there.p_better)


def test_a_comparison_shows_the_first_and_the_last_year_unless_asked(pair: Result) -> None:
    assert {row[4] for row in compare_rows(pair, "reference")} == {2024, 2026}
    assert {row[4] for row in compare_rows(pair, "reference", years=[2025])} == {2025}
    frame = compare(pair, "reference")
    assert tuple(frame.columns) == COMPARE_COLUMNS and set(frame["scenario"]) == {"same", "more"}


class TestTargets:
    """Chances of the province's own targets."""

    def test_a_chance_is_the_share_of_draws_that_meet_the_target(self, pair: Result) -> None:
        founded = pair.series("reference", "htx_founded")[0, -1]
        chances = {chance.target.id: chance for chance in target_chances(pair, "reference")}
        assert chances["founded"].probability == (founded >= 40).mean()
        assert chances["band"].probability == ((founded >= 40) & (founded <= 45)).mean()
        share = chances["founded"].probability
        assert chances["founded"].mcse == pytest.approx(np.sqrt(share * (1 - share) / 1024))

    def test_the_union_target_needs_one_new_union(self, pair: Result) -> None:
        chances = {chance.target.id: chance for chance in target_chances(pair, "reference")}
        unions = pair.run_of("reference").values("lhhtx_count")[0, 0] - 3
        assert chances["union"].probability == (unions >= 1).mean()

    def test_more_money_never_lowers_the_chance_of_enough_foundings(self, pair: Result) -> None:
        table = {(row[0], row[1]): row[3] for row in target_rows(pair)}
        assert table["more", "founded"] > table["reference", "founded"]
        assert table["same", "founded"] == table["reference", "founded"]

    def test_a_target_of_a_year_beyond_the_horizon_is_left_out(self) -> None:
        later = tiny.province()
        targets = tuple(type(target)(**{**vars(target), "year": 2030}) for target in later.targets)
        ran = run_plans(tiny.register(), {"a": None}, draws=8, years=2)
        beyond = type(ran)(**{**vars(ran), "province": type(later)(**{**vars(later), "targets": targets})})
        assert target_chances(beyond, "a") == ()
