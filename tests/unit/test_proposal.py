"""Draws of a proposal: made a chunk at a time, drawn again, and the same numbers as by the book."""

import numpy as np
import pytest

from sim.evidence.proposal import CHUNK, PIECE, Normals, Proposal, Redrawn, moments

#: More than a chunk, and no multiple of anything.
SIZE = CHUNK + 1_003


@pytest.fixture(params=[1, 3, 40, 53, 700])
def proposal(request: pytest.FixtureRequest) -> Proposal:
    """Small enough for many columns a call of BLAS, as in use, and so large that one column is too much for it."""
    rng = np.random.default_rng(1)
    root = np.tril(rng.standard_normal((request.param, request.param)) / request.param, -1)
    return Proposal(rng.standard_normal(request.param), root + np.diag(rng.uniform(0.1, 1.0, request.param)))


def by_the_book(proposal: Proposal, normals: np.ndarray) -> np.ndarray:
    """A tenth from the prior, the others around the posterior."""
    prior = int(0.1 * normals.shape[1])
    return np.hstack([normals[:, :prior], proposal.mean[:, None] + proposal.root @ normals[:, prior:]])


def test_chunks_are_the_whole_sample_with_its_density(proposal: Proposal) -> None:
    normals = np.random.default_rng(2).standard_normal((proposal.mean.size, SIZE))
    wanted = by_the_book(proposal, normals)
    back = np.linalg.solve(proposal.root, wanted - proposal.mean[:, None])
    prior, fit = -0.5 * (wanted**2).sum(axis=0), -0.5 * (back**2).sum(axis=0) - np.log(np.diag(proposal.root)).sum()
    ratio = prior - np.logaddexp(np.log(0.1) + prior, np.log(0.9) + fit)
    seen = 0
    for those, scores, log_ratio in proposal.through(normals):
        assert those.start == seen and scores.flags.c_contiguous
        assert np.allclose(scores, wanted[:, those], rtol=1e-12, atol=1e-12)
        assert np.allclose(log_ratio, ratio[those], rtol=1e-9, atol=1e-9)
        seen = those.stop
    assert seen == SIZE


def test_what_is_drawn_again_is_what_was_drawn() -> None:
    """The piece that is still there is taken as it is, others are made anew; asking moves no random number."""
    rng, size = np.random.default_rng(3), PIECE + 5_001
    proposal, normals = Proposal(np.array([1.0, -2.0]), np.array([[0.5, 0.0], [0.2, 0.3]])), Normals(2)
    starts, drawn = [], []
    for count in (PIECE, size - PIECE):
        start, some = normals.drawn(rng, count)
        starts.append(start)
        drawn.append(by_the_book(proposal, some))
    places = np.sort(np.random.default_rng(4).choice(size, 3_000, replace=False))
    sample, wanted = Redrawn(proposal, normals, tuple(starts), size, places), np.hstack(drawn)[:, places]
    after = rng.bit_generator.state
    for columns in ([2_999, 0, 7, 7, 1_500], [2_998, 2_999], [0, 5], [2_999]):
        assert np.allclose(sample.taken(np.array(columns)), wanted[:, columns], rtol=1e-12, atol=1e-12)
    normals.drawn(np.random.default_rng(9), size)[1][:] = 0.0
    assert np.allclose(sample.taken(np.arange(3_000)), wanted, rtol=1e-12, atol=1e-12)
    assert rng.bit_generator.state == after


@pytest.mark.parametrize("rows", [1, 7, 53, 700])
def test_moments_are_sums_of_weighted_columns_and_their_products(rows: int) -> None:
    rng = np.random.default_rng(5)
    columns, weights = rng.standard_normal((rows, 9_001)), rng.random(9_001)
    sums, square = moments(columns, weights)
    assert np.allclose(sums, columns @ weights)
    assert np.allclose(square, (columns * weights) @ columns.T)
    assert np.array_equal(square, square.T)
