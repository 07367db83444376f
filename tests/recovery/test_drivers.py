"""First-order indices recovered on functions whose indices are known, and none where there is none."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.answer import first_order

SIZE = 8192


def ishigami(x: np.ndarray, a: float, b: float) -> np.ndarray:
    """Ishigami and Homma (1990) on (-pi, pi)^3."""
    return np.sin(x[0]) + a * np.sin(x[1]) ** 2 + b * x[2] ** 4 * np.sin(x[0])


def ishigami_indices(a: float, b: float) -> tuple[float, float, float]:
    """Var(E[Y|X_i]) / Var(Y), from the integrals."""
    first, second = 0.5 * (1 + b * np.pi**4 / 5) ** 2, a**2 / 8
    total = a**2 / 8 + b * np.pi**4 / 5 + b**2 * np.pi**8 / 18 + 0.5
    return first / total, second / total, 0.0


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize(("a", "b"), [(7.0, 0.1), (7.0, 0.05), (2.0, 0.0)])
def test_the_indices_of_ishigamis_function_are_recovered(seed: int, a: float, b: float) -> None:
    x = np.random.default_rng(seed).uniform(-np.pi, np.pi, (3, SIZE))
    found = [first_order(ishigami(x, a, b), row) for row in x]
    np.testing.assert_allclose(found, ishigami_indices(a, b), atol=0.02)


@pytest.mark.parametrize("weights", [(1.0, 2.0, 3.0), (5.0, 0.5, 0.0)])
def test_the_indices_of_a_weighted_sum_are_its_squared_weights(weights: tuple[float, ...]) -> None:
    x = np.random.default_rng(1).standard_normal((3, SIZE))
    squares = np.square(weights)
    found = [first_order(weights @ x, row) for row in x]
    np.testing.assert_allclose(found, squares / squares.sum(), atol=0.02)


def test_noise_explains_nothing() -> None:
    """The negative control: 50 inputs that have no part in the output get no share worth naming."""
    rng = np.random.default_rng(2)
    output = rng.standard_normal(SIZE)
    shares = [first_order(output, rng.random(SIZE)) for _ in range(50)]
    assert max(shares) < 0.01 and np.mean(shares) < 0.002


def test_without_the_correction_for_noise_it_would_seem_to_explain_something() -> None:
    rng = np.random.default_rng(2)
    output, value = rng.standard_normal(512), rng.random(512)
    group = np.argsort(np.argsort(value)) * 32 // 512
    means = np.bincount(group, weights=output) / np.bincount(group)
    naive = means.var() / output.var()
    assert naive > 0.04 > first_order(output, value)


def test_an_atom_at_zero_is_one_group() -> None:
    """One draw in ten has no effect at all: the jump there is found, and equal values are not torn apart."""
    rng = np.random.default_rng(3)
    value = np.maximum(rng.random(SIZE) - 0.1, 0.0)
    output = np.where(value == 0.0, 1.0, 0.0)
    assert first_order(output, value) == pytest.approx(1.0, abs=0.001)


def test_the_index_is_blind_to_the_scale_and_order_of_an_input() -> None:
    rng = np.random.default_rng(4)
    value, noise = rng.random(SIZE), rng.standard_normal(SIZE)
    output = value + 0.3 * noise
    assert first_order(output, np.exp(5 * value)) == pytest.approx(first_order(output, value), abs=1e-9)
    assert first_order(output, -value) == pytest.approx(first_order(output, value), abs=0.005)


def test_what_only_acts_together_is_left_to_interactions() -> None:
    """What this index cannot see, said aloud: a pure product has no first-order part."""
    x = np.random.default_rng(5).choice([-1.0, 1.0], (2, SIZE)) * np.random.default_rng(6).random((2, SIZE))
    assert max(first_order(x[0] * x[1], row) for row in x) < 0.01
