"""Does the machinery find what is known? A small look each time, the whole of it in `make test-all`."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.evidence import (
    HONEST,
    IGNORES_DATA,
    LOG_LIKELIHOOD,
    PASS,
    Checked,
    Effort,
    Knowledge,
    Past,
    Size,
    check_truths,
    coverage,
    holm,
    load_knowledge,
    sbc as calibration_check,
    simulate,
    truth_checks,
    uniformity,
)
from sim.inputs.scenarios import load_scenario
from sim.run import workers

COUNT = 16
SMALL = Effort(1 << 13, 10, 1 << 14, 1 << 11, 50.0)


@pytest.fixture(scope="module")
def small(knowledge: Knowledge):
    """A handful of truths, conditioned with little effort."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(calibration_check, "TRUTH_EFFORT", SMALL)
        past = Past(knowledge.calibration, knowledge.register)
        scenario = replace(load_scenario("fund-12.3"), horizon=knowledge.province.base_year + 2)
        truths = simulate(past, knowledge.province, scenario, count=COUNT, seed=11)
        return check_truths(past, knowledge.province, scenario, truths, seed=11), truths


def test_a_posterior_that_ignores_the_data_is_caught_by_the_likelihood_alone(small):
    checked, _ = small
    spoilt = uniformity(checked, IGNORES_DATA)
    assert spoilt.pop(LOG_LIKELIHOOD) < 0.01
    assert min(spoilt.values()) > 0.01, "parameters alone do not notice"


def test_an_honest_posterior_is_not_accused(small):
    assert min(uniformity(small[0], HONEST).values()) > 0.01


def test_wider_ranges_hold_the_truth_more_often(small):
    shares = coverage(*small)
    assert 0.5 < shares[0.8]["all"] <= 1.0
    assert shares[0.5]["all"] < shares[0.8]["all"]


def test_a_truths_later_money_is_counted_in_the_prices_of_its_day(knowledge: Knowledge):
    """Income grows about 1 % a year with prices of about 3 % on top; left in older đồng it would seem to fall."""
    past = Past(knowledge.calibration, knowledge.register)
    scenario = replace(load_scenario("fund-12.3"), horizon=knowledge.province.base_year + 1)
    truths = simulate(past, knowledge.province, scenario, count=256, seed=3)
    growth = truths.outturns["htx_worker_income", scenario.horizon] / truths.observed["income-2023"]
    assert 1.01 < np.median(growth) < 1.09


def test_what_was_found_of_a_truth_is_not_searched_again(knowledge: Knowledge, monkeypatch, small):
    """A run that was interrupted goes on where it stopped."""
    monkeypatch.setattr(calibration_check, "TRUTH_EFFORT", SMALL)
    monkeypatch.setattr(calibration_check, "_check_one", None)
    past = Past(knowledge.calibration, knowledge.register)
    scenario = replace(load_scenario("fund-12.3"), horizon=knowledge.province.base_year + 2)
    again = check_truths(past, knowledge.province, scenario, small[1], seed=11)
    assert [item.ranks for item in again] == [item.ranks for item in small[0]]
    for one, other in zip(again, small[0], strict=True):
        assert all(np.array_equal(one.ranges[key], other.ranges[key]) for key in other.ranges)


def test_uniform_ranks_pass_and_crowded_ones_fail():
    rng = np.random.default_rng(0)

    def checked(ranks):
        return [Checked({HONEST: {"x": float(rank), "y": float(rng.random())}}, 500.0, {}) for rank in ranks]

    assert min(uniformity(checked(rng.random(300))).values()) > 0.01
    assert uniformity(checked(rng.beta(3, 3, 300)))["x"] < 0.01
    assert uniformity(checked(0.7 * rng.random(300)))["x"] < 0.01


def test_holm_multiplies_the_smallest_by_how_many_there_are_and_never_falls():
    adjusted = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.5})
    assert adjusted == pytest.approx({"a": 0.04, "c": 0.09, "b": 0.09, "d": 0.5})


@pytest.mark.slow
@pytest.mark.timeout(5400)
def test_three_hundred_truths_are_found_and_both_wrong_posteriors_caught(knowledge: Knowledge):
    with workers(2) as executor:
        checks = truth_checks(knowledge, load_scenario("fund-12.3"), Size(), seed=20240101, executor=executor)
    found = {check.id: check for check in checks}
    wanted = ("truth_effective", "uniform_ranks", "control_ignores_data", "control_overconfident", "coverage")
    assert {name: found[name].verdict for name in wanted} == dict.fromkeys(wanted, PASS), found


@pytest.mark.slow
def test_ranks_are_uniform_with_a_break_a_part_of_a_year_and_priors_of_peers() -> None:
    """Yên Bái's history holds all three; a posterior that ignores its figures must be noticed."""
    known = load_knowledge(province="yen-bai")
    past = Past(known.calibration, known.register)
    assert past.calibration.shifts and any(match.share < 1.0 for match in past.calibration.matches)
    near = replace(load_scenario("fund-12.3"), horizon=known.province.base_year + 2)
    truths = simulate(past, known.province, near, count=40, seed=11)
    checked = check_truths(past, known.province, near, truths, seed=11)
    assert min(uniformity(checked, HONEST).values()) > 0.01
    assert uniformity(checked, IGNORES_DATA)[LOG_LIKELIHOOD] < 0.01
