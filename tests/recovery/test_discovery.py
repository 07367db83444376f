"""A box is found where cases gather in one, told with its figures on other draws, and none is found in noise."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.unknowns import find_box

SIZE = 4096


def futures(seed: int, inputs: int = 6) -> dict[str, np.ndarray]:
    return {f"x{place}": row for place, row in enumerate(np.random.default_rng(seed).random((inputs, SIZE)))}


@pytest.mark.parametrize("seed", range(3))
def test_a_corner_of_two_assumptions_is_found(seed: int) -> None:
    x = futures(seed)
    corner = (x["x1"] < 0.3) & (x["x4"] > 0.6)
    cases = corner ^ (np.random.default_rng(seed + 50).random(SIZE) < 0.03)
    found = find_box(cases, x)
    limits = {limit.id: limit for limit in found.limits}
    assert limits.keys() == {"x1", "x4"}
    assert limits["x1"].high == pytest.approx(0.3, abs=0.05) and limits["x1"].low is None
    assert limits["x4"].low == pytest.approx(0.6, abs=0.05) and limits["x4"].high is None
    assert found.density > 0.85 and found.coverage > 0.7
    assert found.size == pytest.approx(0.12, abs=0.03)


def test_one_limit_is_enough_where_one_assumption_decides() -> None:
    x = futures(7)
    found = find_box(x["x2"] > 0.8, x)
    assert [limit.id for limit in found.limits] == ["x2"]
    assert found.limits[0].low == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize("seed", range(8))
def test_no_box_is_found_where_cases_are_pure_noise(seed: int) -> None:
    """The negative control: on the draws it was made from a box would look good."""
    cases = np.random.default_rng(1000 + seed).random(SIZE) < 0.2
    assert find_box(cases, futures(seed, inputs=20)) is None


@pytest.mark.parametrize("cases", [np.zeros(SIZE, dtype=bool), np.ones(SIZE, dtype=bool)])
def test_no_box_is_found_where_there_is_nothing_to_tell_apart(cases: np.ndarray) -> None:
    assert find_box(cases, futures(0)) is None


def test_equal_values_are_not_torn_apart() -> None:
    """One draw in four has no effect at all: the box holds all of those or none."""
    x = futures(3)
    x["x0"] = np.maximum(x["x0"] - 0.25, 0.0)
    found = find_box(x["x0"] == 0.0, x)
    assert [limit.id for limit in found.limits] == ["x0"] and found.limits[0].high == 0.0
    assert found.density == 1.0 == found.coverage
