"""Paired differences: what is better, how surely, and when nothing may be called better."""

from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.analysis.answer import target_chances, target_rows
from sim.analysis.compare import COMPARE_COLUMNS, Rank, compare, compare_rows, difference, paired_difference, ranks
from sim.analysis.unknowns import perfect_information, robustness
from sim.domain import INDICATOR
from sim.ensemble import Result, apart, monte_carlo_error
from sim.report.print import direction, share_better
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


def test_draws_that_differ_by_rounding_alone_are_equal(pair: Result) -> None:
    """Sums in another order differ in the sixteenth digit: P = .5, identical, no word of higher or lower."""
    level = pair.series("reference", "htx_revenue_total", "real_2023")[-1, -1].astype(np.float64)
    noisy = level * (1.0 + 4.0 * np.finfo(float).eps)
    assert (noisy > level).all()
    found = paired_difference(apart(noisy, level), 1)
    assert found.identical and found.p_better == 0.5 and not found.distinguished
    assert found.mean == found.mcse == 0.0
    assert direction(found, "htx_revenue_total") is None and share_better(found, "htx_revenue_total") is None
    assert ranks({"a": level, "b": noisy}, {"a": 1.0, "b": 2.0}) == {"a": Rank(1, 2), "b": Rank(1, 2)}


def test_the_small_rest_of_large_numbers_carries_their_noise() -> None:
    """Composition is growth less its other parts: where it is nothing, what is left of it is rounding."""
    rest = np.random.default_rng(1).normal(0.0, 1e-13, 512)
    assert paired_difference(apart(rest, -rest), 1).identical


def test_what_is_small_but_real_is_still_told_apart() -> None:
    """A part in a hundred million is no rounding: the negative control of the tolerance."""
    level = np.linspace(500.0, 900.0, 512)
    found = paired_difference(apart(level * (1.0 + 1e-8), level), 1)
    assert found.p_better == 1.0 and found.distinguished and not found.identical


def test_noise_is_no_regret_and_nothing_worth_knowing() -> None:
    """Two plans equal but for rounding: no rule, no regret and no information prefers one of them."""
    level = np.random.default_rng(2).uniform(500.0, 900.0, 512)
    same = np.stack([level, level * (1.0 + 4.0 * np.finfo(float).eps)])
    judged = robustness(np.stack([np.zeros_like(level), *same])[None], ["a", "b"], ["central"])
    assert all(set(rule.plans) == {"a", "b"} for rule in judged.rules)
    assert all(plan.regret_max == 0.0 and plan.enough == 1.0 for plan in judged.plans)
    assert perfect_information(same).value == 0.0


def test_no_difference_is_judged_that_was_taken_without_the_tolerance() -> None:
    """A bare minus handed to a judge of draws would count rounding as better or worse again."""
    judges = {"paired_difference", "indicator_difference", "mean_estimate", "evidence"}
    found = [
        f"{path}:{call.lineno}"
        for path in (Path(sim.__file__).parent).rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) in judges
        for given in call.args
        if isinstance(given, ast.BinOp) and isinstance(given.op, ast.Sub)
    ]
    assert not found


def test_ties_count_half() -> None:
    assert paired_difference(np.array([0.0, 0, 1, -1, 1, 1]), 1).p_better == pytest.approx(3 / 6 + 1 / 6)


def test_fewer_stopped_htx_are_better_and_dissolved_ones_neither() -> None:
    fewer = np.array([-3.0, -2, -1, 1])
    assert paired_difference(fewer, INDICATOR["htx_stopped"].better).p_better == 0.75
    assert paired_difference(fewer, INDICATOR["htx_inactive"].better).p_better == 0.75
    assert paired_difference(fewer, INDICATOR["htx_active"].better).p_better == 0.25
    assert paired_difference(fewer, INDICATOR["htx_dissolved"].better).p_better is None


@pytest.mark.parametrize(("wins", "clear"), [(590, False), (610, True), (390, True), (1000, True)])
def test_better_is_said_only_beyond_three_fifths_of_the_draws(wins: int, clear: bool) -> None:
    # 1,000 draws: a mean of 0.18 is six Monte Carlo errors, and yet two futures in five say the opposite.
    gains = np.where(np.arange(1000) < wins, 1.0, -1.0)
    assert paired_difference(gains, 1).distinguished is clear


def test_a_sample_worth_fewer_draws_says_better_later() -> None:
    gains = np.where(np.arange(1000) < 610, 1.0, -1.0)
    assert paired_difference(gains, 1).distinguished
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
