"""One uniform is one piece of luck: counts are the exact quantiles of their rank."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy import special, stats

from sim.model import binomial, inversion, poisson, ranks_of

#: Ranks as the streams make them: float32, strictly inside (0, 1).
LOWEST, HIGHEST = 2.0**-25, 1.0 - 2.0**-24
RANKS = np.unique(
    np.concatenate(
        [
            np.random.default_rng(3).random(20_000).astype(np.float32).astype(float),
            np.linspace(0.0005, 0.9995, 4_000),
            [LOWEST, 1e-6, 1e-4, 0.25, 0.5, 0.75, 1.0 - 1e-4, 1.0 - 1e-6, HIGHEST],
        ]
    )
)
SCORES = special.ndtri(RANKS)
SMALL_MEANS = (0.0, 0.001, 0.05, 0.4, 1.0, 1.9, 2.1, 3.3, 5.0, 7.7, 10.4, 11.99, 12.01, 15.0, 20.0, 36.0, 39.9)
LARGE_MEANS = (40.1, 60.0, 150.0)
#: (trials, probability) with a mean of the rarer side below 40.
SMALL_BINOMIALS = (
    (0, 0.3),
    (1, 0.5),
    (1, 0.02),
    (2, 0.5),
    (2, 0.97),
    (7, 0.05),
    (13, 0.5),
    (22, 0.5),
    (30, 0.9),
    (36, 0.1),
    (40, 0.29),
    (80, 0.01),
    (80, 0.14),
    (97, 0.06),
    (97, 0.98),
    (405, 0.0),
    (405, 0.002),
    (405, 0.029),
    (405, 1.0),
    (3000, 0.003),
    (97, 0.15),
    (97, 0.3),
    (97, 0.7),
    (405, 0.04),
    (405, 0.09),
)
LARGE_BINOMIALS = ((97, 0.45), (97, 0.5), (97, 0.55), (405, 0.12), (1500, 0.05))


def poisson_at(mean: float, ranks: np.ndarray = RANKS) -> np.ndarray:
    return poisson(np.full(ranks.shape, mean), ranks, special.ndtri(ranks))


def binomial_at(trials: int, probability: float, ranks: np.ndarray = RANKS) -> np.ndarray:
    shape = ranks.shape
    return binomial(np.full(shape, float(trials)), np.full(shape, probability), ranks, special.ndtri(ranks))


@pytest.mark.parametrize("mean", SMALL_MEANS)
def test_a_small_poisson_count_is_the_exact_quantile_of_its_rank(mean: float) -> None:
    expected = stats.poisson.ppf(RANKS, mean) if mean else np.zeros(RANKS.size)
    np.testing.assert_array_equal(poisson_at(mean), expected)


@pytest.mark.parametrize(("trials", "probability"), SMALL_BINOMIALS)
def test_a_small_binomial_count_is_the_exact_quantile_of_its_rank(trials: int, probability: float) -> None:
    np.testing.assert_array_equal(binomial_at(trials, probability), stats.binom.ppf(RANKS, trials, probability))


@pytest.mark.parametrize("mean", LARGE_MEANS)
def test_a_large_poisson_count_is_rarely_off_and_then_by_one(mean: float) -> None:
    _assert_near(poisson_at(mean), stats.poisson.ppf(RANKS, mean), _even(mean=mean))


@pytest.mark.parametrize(("trials", "probability"), LARGE_BINOMIALS)
def test_a_large_binomial_count_is_rarely_off_and_then_by_one(trials: int, probability: float) -> None:
    _assert_near(
        binomial_at(trials, probability), stats.binom.ppf(RANKS, trials, probability), _even(trials, probability)
    )


def _even(trials: int = 0, probability: float = 0.0, mean: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Ours and exact counts on evenly spread ranks, so that shares are probabilities."""
    ranks = (np.arange(40_000) + 0.5) / 40_000
    if mean:
        return poisson_at(mean, ranks), stats.poisson.ppf(ranks, mean)
    return binomial_at(trials, probability, ranks), stats.binom.ppf(ranks, trials, probability)


def _assert_near(counts: np.ndarray, exact: np.ndarray, even: tuple[np.ndarray, np.ndarray]) -> None:
    assert np.abs(counts - exact).max() <= 1
    ours, theirs = even
    assert (ours != theirs).mean() < 0.001
    assert abs((ours - theirs).mean()) < 0.0002


@pytest.mark.parametrize("kind", [np.float32, np.float64])
def test_counts_are_exact_where_every_draw_has_a_rate_of_its_own(kind: type) -> None:
    """As the model asks: rates differ from draw to draw, in the type the draws are stored in."""
    rng = np.random.default_rng(8)
    means = np.minimum(rng.lognormal(1.5, 1.5, RANKS.size), 40.0).astype(kind)
    ranks, scores = RANKS.astype(np.float32), SCORES.astype(kind)
    exact = stats.poisson.ppf(ranks.astype(float), means.astype(float))
    np.testing.assert_array_equal(poisson(means, ranks, scores), exact)
    trials = rng.integers(1, 200, RANKS.size).astype(kind)
    chances = np.minimum(means / trials, 0.999).astype(kind)
    exact = stats.binom.ppf(ranks.astype(float), trials.astype(float), chances.astype(float))
    np.testing.assert_array_equal(binomial(trials, chances, ranks, scores), exact)


@pytest.mark.parametrize("largest", [3.0, 60.0, 500.0])
def test_single_precision_moves_no_count(largest: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Above a mean of 40 an expansion is rounded, so that its last digits could move a count."""
    rng = np.random.default_rng(17)
    size = 200_000
    uniform = rng.random(size).astype(np.float32).astype(float)
    ranks = np.clip(uniform, LOWEST, HIGHEST), special.ndtri(np.clip(uniform, LOWEST, HIGHEST))
    mean = largest * rng.random(size)
    trials = rng.integers(0, int(largest), size).astype(float)
    chance = rng.random(size) ** rng.integers(1, 4, size)
    quick = poisson(mean, *ranks), binomial(trials, chance, *ranks)
    with monkeypatch.context() as patch:
        patch.setattr(inversion, "_SINGLE_UP_TO", -1.0)
        np.testing.assert_array_equal(quick[0], poisson(mean, *ranks))
        np.testing.assert_array_equal(quick[1], binomial(trials, chance, *ranks))
    # Negative control: what single precision may change is not looked at.
    monkeypatch.setattr(inversion, "_SLACK", 0.0)
    assert largest < 500.0 or (quick[0] != poisson(mean, *ranks)).any()


def _missed(law: Any, below: np.ndarray, above: np.ndarray) -> np.ndarray:
    """By how much of what is promised expansions miss the boundaries k + 1/2, k = 0, 1, …, (law, boundary).

    Parameters
    ----------
    below, above : probabilities of up to k and of more
    """
    inside = (below > LOWEST) & (above > LOWEST / 2.0)
    score = np.where(below < 0.5, special.ndtri(below), -special.ndtri(above))[inside]
    boundary = (np.arange(below.shape[-1]) + np.zeros_like(below))[inside] + 0.5
    curve = inversion.Curve.of(score)
    value, variance = law.at(np.flatnonzero(inside)).expansion(curve)
    return np.abs(value - boundary) * variance / curve.miss


def test_an_expansion_misses_a_boundary_between_two_counts_by_less_than_is_promised() -> None:
    """Up to a mean of 40, from the rarest to the likeliest; what is promised is not twice too much."""
    count = np.arange(110.0)
    mean = np.geomspace(1e-6, 40.0, 1_200)[:, None] + np.zeros_like(count)
    found = [_missed(inversion._Poisson(mean), special.pdtr(count, mean), special.pdtrc(count, mean))]
    for chance in (*np.geomspace(1e-5, 0.02, 12), *np.linspace(0.03, 0.5, 24)):
        trials = np.unique(np.geomspace(1, 40.0 / chance, 90).astype(int))[:, None]
        probabilities = special.bdtr(count, trials, chance), special.bdtrc(count, trials, chance)
        shape = probabilities[0].shape
        law = inversion._Binomial(np.broadcast_to(1.0 * trials, shape), np.full(shape, chance))
        found.append(_missed(law, *np.nan_to_num(probabilities)))
    assert 0.85 < max(one.max() for one in found) < 0.95


def test_counts_are_whole_and_within_their_range() -> None:
    rng = np.random.default_rng(5)
    trials = rng.integers(0, 600, RANKS.size).astype(float)
    counts = binomial(trials, rng.random(RANKS.size), RANKS, SCORES)
    np.testing.assert_array_equal(counts, np.rint(counts))
    assert (counts >= 0).all() and (counts <= trials).all()
    founded = poisson(rng.random(RANKS.size) * 60, RANKS, SCORES)
    np.testing.assert_array_equal(founded, np.rint(founded))
    assert (founded >= 0).all()


@given(mean=st.floats(0, 80), probability=st.floats(0, 1), trials=st.integers(0, 500))
def test_better_luck_never_lowers_a_count(mean: float, probability: float, trials: int) -> None:
    ranks = np.linspace(0.001, 0.999, 400)
    assert (np.diff(poisson_at(mean, ranks)) >= 0).all()
    assert (np.diff(binomial_at(trials, probability, ranks)) >= 0).all()


@given(rank=st.floats(0.001, 0.999))
def test_a_higher_rate_never_lowers_a_count_of_the_same_luck(rank: float) -> None:
    means = np.linspace(0, 11.9, 300)
    counts = poisson(means, np.full(300, rank), np.full(300, special.ndtri(rank)))
    assert (np.diff(counts) >= 0).all()
    chances = np.linspace(0, 1, 300)
    counts = binomial(np.full(300, 20.0), chances, np.full(300, rank), np.full(300, special.ndtri(rank)))
    assert (np.diff(counts) >= 0).all()


@given(trials=st.integers(0, 25), probability=st.floats(0.0, 1.0), rank=st.floats(0.001, 0.999))
def test_those_who_stop_and_those_who_stay_add_up(trials: int, probability: float, rank: float) -> None:
    ranks = np.array([rank])
    stopped = binomial_at(trials, probability, ranks)
    stayed = binomial_at(trials, 1.0 - probability, 1.0 - ranks)
    # Off by one only where the rank lies on a boundary between two counts, to the last digit.
    boundary = np.abs(stats.binom.cdf(np.arange(trials + 1), trials, probability) - rank).min() < 1e-9
    assert stopped + stayed == trials or boundary


def test_rates_broadcast_over_areas_and_years() -> None:
    ranks = np.random.default_rng(0).random((3, 2, 50))
    scores = special.ndtri(ranks)
    per_draw = np.linspace(0, 15, 50)
    together = poisson(per_draw[None, None, :], ranks, scores)
    for year in range(3):
        for area in range(2):
            np.testing.assert_array_equal(
                together[year, area], poisson(per_draw, ranks[year, area], scores[year, area])
            )


class TestContrastNoise:
    """Why counts are inverted: a small change must not drown in noise of its own making."""

    SIZE = 40_000
    BEFORE, AFTER = 36.0, 36.36
    #: Common luck leaves about the variance of the rounding of the change itself.
    BOUND = 0.02

    def spread(self, before: np.ndarray, after: np.ndarray) -> float:
        """Variance of the paired contrast over that of two independent samples."""
        return float((after - before).var() / (self.BEFORE + self.AFTER))

    def test_common_luck_leaves_a_small_contrast_almost_noiseless(self) -> None:
        ranks = np.random.default_rng(1).random(self.SIZE)
        assert self.spread(poisson_at(self.BEFORE, ranks), poisson_at(self.AFTER, ranks)) < self.BOUND

    def test_a_library_sampler_with_the_same_seed_fails_that_bound(self) -> None:
        means = np.full(self.SIZE, self.BEFORE), np.full(self.SIZE, self.AFTER)
        before, after = (np.random.default_rng(1).poisson(mean) for mean in means)
        assert self.spread(before, after) > 10 * self.BOUND

    def test_the_contrast_keeps_its_mean(self) -> None:
        ranks = (np.arange(self.SIZE) + 0.5) / self.SIZE
        contrast = poisson_at(self.AFTER, ranks) - poisson_at(self.BEFORE, ranks)
        assert contrast.mean() == pytest.approx(self.AFTER - self.BEFORE, abs=0.005)


@pytest.mark.parametrize("mean", [0.3, 3.0, 25.0])
def test_counts_do_not_depend_on_how_ranks_lie_in_memory(mean: float) -> None:
    """What is settled after a first guess was once written to a copy where draws did not lie side by side."""
    rng = np.random.default_rng(5)
    rank = rng.random((7, 1, 600))
    chances = rng.random(rank.shape) * mean / 50.0
    trials = np.full(rank.shape, 50.0)
    laid = [rank, np.ascontiguousarray(rank.transpose(2, 0, 1)).transpose(1, 2, 0), rank.copy(order="F")]
    for kind in (
        lambda one: poisson(50.0 * chances, one, special.ndtri(one)),
        lambda one: binomial(trials, chances, one, special.ndtri(one)),
    ):
        first, *others = (kind(one) for one in laid)
        for other in others:
            np.testing.assert_array_equal(other, first)


@pytest.mark.parametrize("mean", [0.3, 3.0, 30.0, 300.0])
def test_ranks_worked_out_where_asked_for_are_the_same_ranks(mean: float) -> None:
    """Small means count up from all ranks, others ask for few; parts and shapes are those of the array."""
    score = np.random.default_rng(12).standard_normal((3, 1, 5_000))
    rank, asked = special.ndtr(score), ranks_of(score)
    means = np.geomspace(mean / 3.0, 3.0 * mean, score.size).reshape(score.shape)
    assert np.array_equal(poisson(means, asked, score), poisson(means, rank, score))
    shares = np.linspace(0.01, 0.7, score.size).reshape(score.shape)
    trials = np.rint(means / shares)
    assert np.array_equal(binomial(trials, shares, asked, score), binomial(trials, shares, rank, score))
    bound = np.linspace(0.0, 1.0, 5_000)
    assert np.array_equal(np.asarray(asked[1]), rank[1]) and np.array_equal(asked < bound, rank < bound)
    assert np.array_equal(np.concatenate([asked, rank]), np.concatenate([rank, rank])) and asked.shape == rank.shape
