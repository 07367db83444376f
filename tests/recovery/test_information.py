"""Value of information recovered where it is known, and nothing for knowing what does not matter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from sim.analysis.compare import Estimate
from sim.analysis.unknowns import (
    INQUIRIES,
    Information,
    best_plan,
    information,
    perfect_information,
)

SIZE = 8192


def worth_of(utilities: np.ndarray, inputs: np.ndarray, **known: Any) -> Estimate:
    """What knowing these inputs together is worth."""
    parameters = {str(place): row for place, row in enumerate(np.atleast_2d(inputs))}
    return information([utilities], parameters, {"asked": tuple(parameters)}, **known)[0][0].worth


def worth_of_normal(mean: float, sd: float) -> float:
    """E[max(0, N)] - max(0, E[N]) of a normal difference: what knowing it is worth (unit normal loss)."""
    return sd * norm.pdf(mean / sd) + mean * norm.cdf(mean / sd) - max(mean, 0.0)


@pytest.fixture(scope="module")
def case() -> tuple[np.ndarray, dict[str, np.ndarray]]:
    """Two plans whose difference is 0.3 + a + 2b, plus luck of no use to anyone."""
    rng = np.random.default_rng(5)
    a, b, noise, luck = rng.standard_normal((4, SIZE))
    common = 10 * rng.standard_normal(SIZE)
    return np.stack([common + luck, common + luck + 0.3 + a + 2 * b]), {"a": a, "b": b, "noise": noise}


@pytest.mark.parametrize(("names", "sd"), [(("a",), 1.0), (("b",), 2.0), (("a", "b"), np.sqrt(5.0))])
def test_the_analytic_worth_of_knowing_a_normal_difference_is_recovered(case, names, sd) -> None:
    utilities, inputs = case
    found = worth_of(utilities, np.stack([inputs[name] for name in names]))
    assert found.value == pytest.approx(worth_of_normal(0.3, sd), abs=0.05)
    assert found.distinguished


def test_three_plans_whose_best_depends_on_one_number_are_recovered() -> None:
    """x in (0, 1), plans worth 0, x - 0.4 and 3 (x - 0.8): E[max] from the integral."""
    rng = np.random.default_rng(1)
    x = rng.random(SIZE)
    noise = rng.standard_normal((3, SIZE)) * 0.2
    utilities = np.stack([np.zeros(SIZE), x - 0.4, 3 * (x - 0.8)]) + noise
    grid = (np.arange(100_000) + 0.5) / 100_000
    known = np.maximum.reduce([0 * grid, grid - 0.4, 3 * (grid - 0.8)]).mean() - 0.1
    assert worth_of(utilities, x).value == pytest.approx(known, abs=0.02)


@pytest.mark.parametrize("seed", range(5))
def test_knowing_pure_noise_is_worth_less_than_a_hundredth_of_knowing_everything(case, seed) -> None:
    """The negative control."""
    utilities, _ = case
    noise = np.random.default_rng(100 + seed).standard_normal(SIZE)
    found = worth_of(utilities, noise)
    assert found.value < 0.01 * perfect_information(utilities).value
    assert not found.distinguished


def test_taking_the_largest_fitted_value_would_find_worth_in_noise() -> None:
    """Why the rule is tried on draws it was not learnt from."""
    rng = np.random.default_rng(3)
    utilities, noise = rng.standard_normal((2, 256)), rng.standard_normal((10, 256))
    design = np.concatenate([np.ones((1, 256)), noise, noise**2]).T
    fitted = design @ np.linalg.lstsq(design, utilities.T, rcond=None)[0]
    naive = fitted.max(axis=1).mean() - fitted.mean(axis=0).max()
    assert naive > 0.05 > worth_of(utilities, noise).value


def repeated(rows: int, seed: int) -> tuple[np.ndarray, dict[str, np.ndarray], np.ndarray]:
    """A posterior of few draws, each taken many times: what decides is in it, and so is a number without influence."""
    rng = np.random.default_rng(seed)
    which = rng.integers(0, rows, SIZE)
    first = np.unique(which, return_index=True)[1]
    decides, idle = rng.standard_normal((2, rows))[:, which]
    utilities = np.stack([np.zeros(SIZE), decides + 0.1 * rng.standard_normal(SIZE)])
    return utilities, {"decides": decides, "idle": idle, "fresh": rng.standard_normal(SIZE)}, first[which]


@pytest.mark.parametrize("names", [("idle",), ("idle", "fresh"), ("fresh",)])
def test_a_number_without_influence_is_worth_nothing_where_a_posterior_repeats_its_draws(names) -> None:
    """The negative control of copies: a rule tried on a copy of what it was learnt from knows the answer."""
    found, leaked = [], []
    for seed in range(20):
        utilities, inputs, copies = repeated(40, seed)
        asked = np.stack([inputs[name] for name in names])
        found.append(worth_of(utilities, asked, copies=copies, effective_draws=40).value)
        leaked.append(worth_of(utilities, asked, effective_draws=40).value)
    assert np.mean(found) < 0.01
    assert ("idle" in names) is bool(np.mean(leaked) > 0.03), "copies did no harm: the test tells nothing"


def test_what_decides_is_still_recovered_from_a_posterior_that_repeats_its_draws() -> None:
    for seed in range(5):
        utilities, inputs, copies = repeated(200, seed)
        known = np.maximum(inputs["decides"], 0).mean() - max(inputs["decides"].mean(), 0.0)
        assert worth_of(utilities, inputs["decides"], copies=copies).value == pytest.approx(known, abs=0.02)


def test_one_draw_taken_by_all_leaves_nothing_to_learn_and_the_choice_as_it_is() -> None:
    utilities, inputs, copies = repeated(1, 3)
    worse_first = utilities[np.argsort(utilities.mean(axis=1))]
    assert worth_of(worse_first, inputs["idle"], copies=copies).value == 0.0


def test_nothing_is_worth_more_than_knowing_everything(case) -> None:
    utilities, inputs = case
    everything = perfect_information(utilities)
    for found in information([utilities], inputs, {name: (name,) for name in inputs})[0]:
        assert found.worth.value <= everything.value + 3 * everything.error


def test_where_one_plan_is_always_best_knowing_is_worth_nothing_however_uncertain_the_outcome() -> None:
    x = np.random.default_rng(2).standard_normal(SIZE)
    utilities = np.stack([5 * x, 5 * x - 1.0])
    assert best_plan(utilities) == 0
    assert worth_of(utilities, x).value == 0.0 == perfect_information(utilities).value


# -- The second estimator --------------------------------------------------------------------------


def looked_at(difference: np.ndarray, inputs: dict[str, np.ndarray], names: tuple[str, ...], seed: int) -> Information:
    """EVPPI of some inputs, by both estimators, where one of two plans brings a difference more, plus luck."""
    luck = np.random.default_rng(1000 + seed).standard_normal(SIZE)
    utilities = np.stack([np.zeros(SIZE), difference + 0.5 * luck])
    return information([utilities], inputs, {"asked": names}, seed=seed, again=True)[0][0]


def three_normals(seed: int) -> dict[str, np.ndarray]:
    return dict(zip("abc", np.random.default_rng(seed).standard_normal((3, SIZE)), strict=True))


@pytest.mark.parametrize(("names", "sd"), [(("a",), 1.0), (("b",), 2.0), (("a", "b"), np.sqrt(5.0))])
def test_nearest_neighbours_recover_the_analytic_worth_too(case, names, sd) -> None:
    utilities, inputs = case
    (found,) = information([utilities], inputs, {"asked": names}, again=True)[0]
    assert found.again.value == pytest.approx(worth_of_normal(0.3, sd), abs=3 * found.again.error)
    assert not found.low


def test_a_product_of_three_is_worth_knowing_only_together() -> None:
    """The difference is abc: each alone and each pair tell nothing, all three E[max(0, abc)] = (2 / pi)^(3/2) / 2."""
    x = three_normals(21)
    difference, known = x["a"] * x["b"] * x["c"], (2 / np.pi) ** 1.5 / 2
    for names in [("a",), ("b", "c")]:
        alone = looked_at(difference, x, names, seed=1)
        assert not alone.worth.distinguished and not alone.again.distinguished
    together = looked_at(difference, x, ("a", "b", "c"), seed=1)
    assert together.worth.value == pytest.approx(known, abs=4 * together.worth.error)
    assert together.again.value == pytest.approx(known, abs=4 * together.again.error)


def test_a_pair_of_signs_is_worth_knowing_only_together() -> None:
    x = three_normals(22)
    difference = np.sign(x["a"] * x["b"])
    assert not looked_at(difference, x, ("a",), seed=2).worth.distinguished
    together = looked_at(difference, x, ("a", "b"), seed=2)  # worth 0.5; where ab is near 0 a product tells little
    assert 0.42 < together.worth.value < 0.5 and together.again.value == pytest.approx(0.5, abs=0.06)


def test_what_the_splines_have_no_column_for_is_told_by_the_neighbours_and_called_low() -> None:
    """Whether |a| is large turns the sign of what b does: no product of the two is correlated with it."""
    x = three_normals(23)
    found = looked_at(np.sign(np.abs(x["a"]) - 0.6745) * np.sign(x["b"]), x, ("a", "b"), seed=3)
    assert found.worth.value < 0.05 and found.again.value == pytest.approx(0.5, abs=0.1)
    assert found.low


def test_noise_is_worth_nothing_to_neighbours_and_calls_nothing_low() -> None:
    """The negative control of the check: of a hundred it may call one low by chance, not more."""
    called = []
    for seed in range(100):
        x = three_normals(100 + seed)
        found = looked_at(0.1 + x["a"], x, ("b",) if seed % 2 else ("b", "c"), seed=seed)
        called.append(found.low)
        assert abs(found.again.value) < 4 * found.again.error
    assert sum(called) <= 1


def test_neighbours_are_never_copies_of_the_draw_that_asks() -> None:
    found, leaked = [], []
    for seed in range(20):
        utilities, inputs, copies = repeated(40, seed)
        asked = {"idle": inputs["idle"]}, {"asked": ("idle",)}
        found.append(information([utilities], *asked, copies=copies, effective_draws=40, again=True)[0][0].again.value)
        leaked.append(information([utilities], *asked, effective_draws=40, again=True)[0][0].again.value)
    assert np.mean(found) < 0.01 < 0.03 < np.mean(leaked)


def test_every_inquiry_is_about_assumptions_of_the_register(knowledge) -> None:
    members = [key for keys in INQUIRIES.values() for key in keys]
    assert set(members) <= set(knowledge.register)
    assert len(members) == len(set(members))
