"""First-order and total indices recovered where they are known, and none where there is nothing to find."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest

from sim.analysis.answer import grouped
from sim.analysis.compare import bootstrap_weights
from sim.analysis.unknowns import Influence, first_order_index, influences, total_index

SIZE = 4096
A, B = 7.0, 0.1


def ishigami(x: np.ndarray) -> np.ndarray:
    """Ishigami and Homma (1990) on (-pi, pi)^3."""
    return np.sin(x[0]) + A * np.sin(x[1]) ** 2 + B * x[2] ** 4 * np.sin(x[0])


def ishigami_totals() -> tuple[float, float, float]:
    """E[Var(Y|all others)] / Var(Y), from the integrals."""
    both = B**2 * np.pi**8 * (1 / 18 - 1 / 50)
    variance = A**2 / 8 + B * np.pi**4 / 5 + B**2 * np.pi**8 / 18 + 0.5
    first = 0.5 * (1 + B * np.pi**4 / 5) ** 2
    return (first + both) / variance, A**2 / 8 / variance, both / variance


def examined(function, inputs: int, seed: int) -> dict[str, Influence]:
    rng = np.random.default_rng(seed)
    x, other = rng.uniform(-np.pi, np.pi, (2, inputs, SIZE))
    exchanged = {}
    for place in range(inputs):
        changed = x.copy()
        changed[place] = other[place]
        exchanged[str(place)] = function(changed)
    names = {str(place): (str(place),) for place in range(inputs)}
    found = influences(function(x), {str(place): row for place, row in enumerate(x)}, names, exchanged)
    return {influence.name: influence for influence in found}


@pytest.mark.parametrize("seed", range(3))
def test_total_indices_of_ishigamis_function_lie_within_three_standard_errors(seed: int) -> None:
    found = examined(ishigami, 3, seed)
    for place, known in enumerate(ishigami_totals()):
        estimate = found[str(place)].total.estimate
        assert estimate.value == pytest.approx(known, abs=0.05)
        assert abs(estimate.value - known) < 3.5 * estimate.error


def test_an_input_that_acts_only_with_another_has_a_total_but_no_first_order_index() -> None:
    third = examined(ishigami, 3, 0)["2"]
    assert not third.first.estimate.distinguished
    assert third.total.estimate.distinguished and third.distinguished


def test_an_input_without_a_part_has_exactly_no_total_index() -> None:
    """The negative control: exchanging what nothing reads changes nothing."""
    idle = examined(lambda x: ishigami(x[:3]), 4, 1)["3"]
    assert idle.total.estimate.value == 0.0 and not idle.distinguished


def test_an_estimate_settles_as_draws_are_added() -> None:
    found = examined(ishigami, 3, 2)
    for place, known in enumerate(ishigami_totals()):
        path = found[str(place)].total.path
        assert path[-1] == found[str(place)].total.estimate.value
        assert abs(path[-1] - known) <= max(abs(path[0] - known), 0.02)


def test_the_interval_covers_the_known_index_about_as_often_as_it_says() -> None:
    """80 % intervals of the first-order index of x in x + noise, over 60 samples."""
    hits = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x, noise = rng.standard_normal((2, 1024))
        weights = bootstrap_weights(1024, seed=seed, resamples=60)
        estimate = first_order_index(x + noise, x, weights).estimate
        hits += estimate.low <= 0.5 <= estimate.high
    assert 0.65 <= hits / 60 <= 0.98


def test_draws_that_are_worth_fewer_have_wider_intervals() -> None:
    rng = np.random.default_rng(0)
    x, other, noise = rng.standard_normal((3, SIZE))
    plain = total_index(x + noise, other + noise)
    worth_less = total_index(x + noise, other + noise, effective_draws=SIZE / 4)
    assert worth_less.estimate.error == pytest.approx(np.sqrt(1 + 4) * plain.estimate.error)
    assert worth_less.estimate.value == plain.estimate.value


def test_draws_paired_in_their_own_order_would_hide_the_largest_influence() -> None:
    """Two scrambles of one Sobol column, point by point, are far from independent; in a random order they are."""
    from sim.ensemble import sobol_uniforms

    ours = sobol_uniforms([("phi", 3)], seed=1, block=0)[0].astype(float)
    theirs = sobol_uniforms([("phi", 3)], seed=2, block=0)[0].astype(float)
    shuffled = np.random.default_rng(0).permutation(theirs)
    assert total_index(ours, shuffled).estimate.value == pytest.approx(1.0, abs=0.05)
    assert abs(total_index(ours, theirs).estimate.value - 1.0) > 0.2


def test_an_index_and_its_error_are_the_same_for_any_number_of_threads() -> None:
    """And the error is that of the resamples themselves, one by one."""
    code = """
import numpy as np
from sim.analysis.compare import bootstrap_weights
from sim.analysis.unknowns import first_order_index
x, noise = np.random.default_rng(0).standard_normal((2, 8192))
estimate = first_order_index(x + noise, np.where(x < 0, 0, x), bootstrap_weights(8192, seed=0)).estimate
print(estimate.value.hex(), estimate.error.hex())
"""
    told = set()
    for threads in ("1", "2", "3"):
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": threads, "OMP_NUM_THREADS": threads}
        told.add(
            subprocess.run([sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, check=True).stdout
        )
    assert len(told) == 1
    x, noise = np.random.default_rng(0).standard_normal((2, 8192))
    group, rng, shares = grouped(np.where(x < 0, 0, x)), np.random.default_rng(0), []
    for _ in range(200):
        drawn = rng.integers(0, 8192, 8192)
        bins = [(x + noise)[drawn][group[drawn] == place] for place in np.unique(group[drawn])]
        whole = np.var((x + noise)[drawn]) * 8192
        within = sum(np.var(one) * one.size for one in bins)
        shares.append(1.0 - within / whole * (1.0 + (len(bins) - 1) / (8192 - len(bins))))
    assert float.fromhex(told.pop().decode().split()[1]) == pytest.approx(np.std(shares), rel=1e-9)
