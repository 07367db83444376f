"""The printed Monte Carlo error is the scatter of replicates: another posterior sample and other draws each time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sim.analysis.compare import bootstrap_error, bootstrap_weights, paired_difference, share_error
from sim.ensemble import monte_carlo_error
from sim.evidence import Effort, adaptive_importance_sampling, resample

ROWS, REPLICATES = 1 << 13, 300
#: As many draws as the sample is worth: where the larger of the two errors alone misses most.
DRAWS = 420
#: One round from the prior: a thin posterior, some 420 effective draws.
THIN = Effort(fit_size=256, rounds=1, size=2048, rows=ROWS, wanted=1.0, doublings=0)


def log_likelihood(scores: np.ndarray) -> np.ndarray:
    """History speaks of two assumptions; of the third it says nothing, but it comes from the same sample."""
    return -0.5 * np.square((scores[:2] - 0.8) / 0.45).sum(axis=0)


def replicate(seed: int, draws: int) -> tuple[np.ndarray, float]:
    """Projected draws of the third assumption, in equal weights as runs take them, and what their sample is worth."""
    rng = np.random.default_rng(seed)
    weighted = adaptive_importance_sampling(log_likelihood, 3, effort=THIN, rng=rng)
    return weighted.scores[2, resample(weighted, ROWS, rng)[:draws]], weighted.effective


@pytest.fixture(scope="module")
def thin() -> list[tuple[np.ndarray, float]]:
    return [replicate(seed, DRAWS) for seed in range(REPLICATES)]


def scatter(thin: list[tuple[np.ndarray, float]], of: Callable[[np.ndarray], float]) -> float:
    return float(np.std([of(draws) for draws, _ in thin]))


def test_the_error_of_a_mean_is_that_of_replicates_and_the_larger_part_alone_too_small(thin) -> None:
    real = scatter(thin, np.mean)
    printed = np.mean([monte_carlo_error(draws, effective) for draws, effective in thin])
    old = np.mean([draws.std() / np.sqrt(min(draws.size, effective)) for draws, effective in thin])
    assert printed == pytest.approx(real, rel=0.12)
    assert old < 0.8 * real


def test_the_error_of_a_share_is_that_of_replicates_and_the_larger_part_alone_too_small(thin) -> None:
    real = scatter(thin, lambda draws: (draws > 0.5).mean())
    shares = [((draws > 0.5).mean(), draws.size, effective) for draws, effective in thin]
    printed = np.mean([share_error(*each) for each in shares])
    old = np.mean([np.sqrt(share * (1 - share) / min(size, effective)) for share, size, effective in shares])
    assert printed == pytest.approx(real, rel=0.12)
    assert old < 0.8 * real


def test_the_bootstrap_error_is_that_of_replicates_and_the_draws_alone_too_small(thin) -> None:
    """Of a spread, for which no formula is at hand."""
    real = scatter(thin, np.var)
    weights = bootstrap_weights(DRAWS, seed=0)
    counts = weights.sum(axis=1)
    found = []
    for draws, effective in thin[:100]:
        resampled = weights @ np.square(draws) / counts - np.square(weights @ draws / counts)
        found.append((bootstrap_error(resampled, DRAWS, effective), bootstrap_error(resampled, DRAWS)))
    printed, plain = np.mean(found, axis=0)
    assert printed == pytest.approx(real, rel=0.15)
    assert plain < 0.8 * real


def test_two_alike_are_rarely_called_better_or_worse(thin) -> None:
    """What the error decides: of replicates without any difference three standard errors call few different."""
    called = [paired_difference(draws, 1, effective).distinguished for draws, effective in thin]
    assert np.mean(called) < 0.02


@pytest.mark.parametrize("draws", [64, 2048])
def test_the_error_holds_with_few_draws_and_with_many(draws: int) -> None:
    """With few draws the luck of the draws decides, with many that of the posterior's sample."""
    many = [replicate(seed, draws) for seed in range(REPLICATES)]
    printed = np.mean([monte_carlo_error(values, effective) for values, effective in many])
    assert printed == pytest.approx(scatter(many, np.mean), rel=0.12)
