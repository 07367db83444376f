"""Regret, share of good futures and rules of choice on tables whose answers can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.unknowns import robustness

DRAWS = 2000


def judged(rows: dict[str, tuple[float, float]], spread: float = 1.0, **options):
    """Plans with a mean in each of two worlds, all with the same luck; the reference brings nothing."""
    luck = np.random.default_rng(0).standard_normal(DRAWS) * spread
    reference = [np.zeros((2, DRAWS))]
    plans = [np.array(means)[:, None] + luck for means in rows.values()]
    return robustness(np.stack(reference + plans, axis=1), list(rows), ["fair", "foul"], **options)


def test_regret_is_what_the_best_plan_of_each_future_brings_more() -> None:
    found = judged({"bold": (110.0, 90.0), "careful": (100.0, 100.0)})
    bold, careful = found.plans
    assert bold.regret_mean == careful.regret_mean == pytest.approx(5.0)
    assert bold.regret_max == careful.regret_max == pytest.approx(10.0)
    assert (bold.worst_world, careful.worst_world) == ("foul", "fair")
    assert bold.worst_regret == pytest.approx(10.0)
    assert found.by_world["fair"]["bold"] == pytest.approx(110.0, abs=0.1)


def test_a_plan_that_is_best_in_every_future_has_no_regret_and_every_rule_names_it() -> None:
    found = judged({"best": (110.0, 105.0), "other": (80.0, 80.0)})
    assert found.plans[0].regret_max == 0.0 and found.plans[0].enough == 1.0
    assert found.agreed == ("best",)
    assert all(rule.plans == ("best",) for rule in found.rules)


def test_rules_that_disagree_leave_no_common_plan() -> None:
    """The bold plan has the higher mean, the careful one the better tenth percentile."""
    found = judged({"bold": (140.0, 70.0), "careful": (100.0, 95.0)})
    named = {rule.name: rule.plans for rule in found.rules}
    assert named["mean"] == ("bold",)
    assert named["p10"] == ("careful",)
    assert found.agreed == ()


def test_plans_that_cannot_be_told_apart_are_named_together() -> None:
    """The negative control: two plans of equal means and separate luck."""
    rng = np.random.default_rng(4)
    plans = 100.0 + rng.standard_normal((2, 2, DRAWS))
    found = robustness(np.concatenate([np.zeros((2, 1, DRAWS)), plans], axis=1), ["one", "two"], ["fair", "foul"])
    assert all(set(rule.plans) == {"one", "two"} for rule in found.rules if rule.name != "enough")
    assert set(found.agreed) == {"one", "two"}


def test_enough_is_a_share_of_what_the_best_plan_of_the_future_adds() -> None:
    found = judged({"best": (100.0, 100.0), "near": (95.0, 85.0)}, spread=0.0, threshold=0.9)
    assert [plan.enough for plan in found.plans] == [1.0, 0.5]
    assert judged({"best": (100.0, 100.0), "near": (95.0, 85.0)}, spread=0.0, threshold=0.8).plans[1].enough == 1.0


def test_the_error_of_a_tenth_percentile_is_that_of_repeated_samples() -> None:
    found, errors = [], []
    for seed in range(200):
        draws = np.random.default_rng(seed).standard_normal(DRAWS)
        table = np.stack([np.zeros(DRAWS), draws])[None]
        plan = robustness(table, ["only"], ["fair"]).plans[0]
        found.append(plan.p10)
        errors.append(plan.errors[1])
    assert np.mean(errors) == pytest.approx(np.std(found), rel=0.15)
