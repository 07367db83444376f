"""Where importance sampling draws: a normal around the posterior mixed with the prior, a chunk at a time in cache."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.ensemble import Array

#: Share of the draws that come from the prior itself: bounds every weight (defensive mixture).
_PRIOR_SHARE = 0.1
#: Draws worked on together: what is made of them stays in cache, and calls of small arrays are not what takes the time.
CHUNK = 1 << 14
#: Draws of a last sample whose random numbers are drawn together.
PIECE = 1 << 16
#: The largest product of matrices (rows times columns times draws) that BLAS leaves to one thread: more threads wait
#: for each other longer than they multiply.
_ONE_THREAD = 1 << 18
#: Rows that BLAS works on together: a matrix is parted between such groups.
_UNROLLED = 4
#: Draws whose moments are worked out together, so many rows of them at a time.
_SQUARED, _ROWS = 1 << 12, 24


@dataclass(frozen=True)
class Proposal:
    """A normal around the posterior, mixed with the prior: the first draws of a sample come from the prior itself."""

    mean: Array
    root: Array

    @classmethod
    def prior(cls, dimensions: int) -> Proposal:
        """The prior itself."""
        return cls(np.zeros(dimensions), np.eye(dimensions))

    def through(self, normals: Array) -> Iterator[tuple[slice, Array, Array]]:
        """A sample chunk by chunk: which draws, their scores and log prior - log proposal density.

        Parameters
        ----------
        normals : (dimension, draw) standard normal; scores of the next chunk stand on the memory of the last
        """
        prior, inverse = int(_PRIOR_SHARE * normals.shape[1]), np.linalg.inv(self.root)
        memory, log_root = np.empty(len(normals) * CHUNK), np.log(np.diag(self.root)).sum()
        for first in range(0, normals.shape[1], CHUNK):
            some = normals[:, first : first + CHUNK]
            scores, far = memory[: some.size].reshape(some.shape), min(max(prior - first, 0), some.shape[1])
            scores[:, :far] = some[:, :far]
            self._moved(some[:, far:], scores[:, far:])
            standard = np.einsum("ij,ij->j", some, some)
            if far:
                back = _times(inverse, some[:, :far] - self.mean[:, None], np.empty((len(some), far)))
                standard[:far] = np.einsum("ij,ij->j", back, back)
            log_prior, log_fit = -0.5 * np.einsum("ij,ij->j", scores, scores), -0.5 * standard - log_root
            mixed = np.logaddexp(np.log(_PRIOR_SHARE) + log_prior, np.log1p(-_PRIOR_SHARE) + log_fit)
            yield slice(first, first + some.shape[1]), scores, log_prior - mixed

    def at(self, normals: Array, columns: NDArray[np.intp]) -> Array:
        """Scores of some draws of a sample, (dimension, column)."""
        scores = normals[:, columns]
        fitted = np.flatnonzero(columns >= int(_PRIOR_SHARE * normals.shape[1]))
        chosen = scores[:, fitted]
        scores[:, fitted] = self._moved(chosen, np.empty(chosen.shape))
        return scores

    def _moved(self, normals: Array, out: Array) -> Array:
        _times(self.root, normals, out)
        out += self.mean[:, None]
        return out


def _times(matrix: Array, columns: Array, out: Array) -> Array:
    """A product of a small lower triangular matrix and many columns in one thread, into `out`, other memory."""
    half = len(matrix) // 2 // _UNROLLED * _UNROLLED
    for rows, last in ((slice(half), half), (slice(half, None), len(matrix))):  # the upper rows have no later columns
        part = matrix[rows, :last]
        stacks = (_stacked(one, _together(part)) for one in (columns[:last], out[rows]))
        for some, into in zip(*stacks, strict=True):
            np.matmul(part, some, out=into)
    return out


def _together(matrix: Array) -> int:
    """How many columns BLAS multiplies a small matrix by in one thread."""
    return 1 << (_ONE_THREAD // max(matrix.size, 1) | 1).bit_length() - 1


def _stacked(columns: Array, step: int) -> tuple[Array, Array]:
    """Columns as a stack of matrices of so many, and those left over; on the same memory."""
    whole = columns.shape[1] - columns.shape[1] % step
    return columns[:, :whole].reshape(len(columns), whole // step, step).transpose(1, 0, 2), columns[:, whole:]


def moments(columns: Array, weights: Array) -> tuple[Array, Array]:
    """Sums of weighted columns and of their products with each other, (row) and (row, row), in one thread."""
    count, size = len(columns), min(columns.shape[1], _SQUARED)
    sums, square, memory = np.zeros(count), np.zeros((count, count)), np.empty((count, size))
    for first in range(0, columns.shape[1], size):
        some = columns[:, first : first + size]
        weighted = np.multiply(some, weights[first : first + size], out=memory[:, : some.shape[1]])
        sums += weighted.sum(axis=1)
        for start in range(0, count, _ROWS):  # what stands above the diagonal stands below it too
            rows, last = slice(start, start + _ROWS), min(start + _ROWS, count)
            step = _together(square[rows, :last])
            (many, rest), (others, left) = _stacked(weighted[rows], step), _stacked(some[:last], step)
            square[rows, :last] += np.matmul(many, others.transpose(0, 2, 1)).sum(axis=0) + rest @ left.T
    return sums, np.tril(square) + np.tril(square, -1).T


class Normals:
    """Standard normal scores of a sample, on memory that is used again for the next."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions, self._memory = dimensions, np.empty(0)
        self._start: np.random.BitGenerator | None = None

    def drawn(self, rng: np.random.Generator, size: int) -> tuple[np.random.BitGenerator, Array]:
        """Random numbers as they stand, and what is drawn from them, (dimension, draw); gone with the next call."""
        wanted = self._dimensions * size
        if not wanted <= self._memory.size <= 2 * wanted:
            self._memory = np.empty(0)  # what was there goes first
            self._memory = np.empty(wanted)
        start = self._start = deepcopy(rng.bit_generator)
        rng.standard_normal(out=self._here(size))
        return start, self._here(size)

    def again(self, start: np.random.BitGenerator, size: int) -> Array:
        """Those drawn from this start, which nobody wrote to; gone with the next call."""
        if start is not self._start:
            self.drawn(np.random.Generator(deepcopy(start)), size)
            self._start = start
        return self._here(size)

    def _here(self, size: int) -> Array:
        return self._memory[: self._dimensions * size].reshape(self._dimensions, size)


@dataclass(frozen=True)
class Redrawn:
    """Scores of a sample that are drawn again where they are wanted: few are, and to keep all takes more memory.

    Attributes
    ----------
    normals : memory they are drawn on
    starts : random numbers as they stood before each piece of `PIECE` draws
    size : draws of the sample
    places : (draw) where in the sample those that count stand
    """

    proposal: Proposal
    normals: Normals
    starts: tuple[np.random.BitGenerator, ...]
    size: int
    places: NDArray[np.intp]

    def taken(self, columns: NDArray[np.intp]) -> Array:
        """Scores of some of the draws that count, (dimension, column)."""
        places = self.places[columns]
        scores = np.empty((self.proposal.mean.size, places.size))
        for piece, start in enumerate(self.starts):
            those, first = np.flatnonzero(places // PIECE == piece), piece * PIECE
            if those.size:
                some = self.normals.again(start, min(PIECE, self.size - first))
                scores[:, those] = self.proposal.at(some, places[those] - first)
        return scores
