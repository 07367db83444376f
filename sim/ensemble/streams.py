"""Named random streams, in blocks: a name fixes its numbers, whatever else is added.

Parameters own one permanent Sobol column each, scrambled by a key made of their name; events own one Philox stream
each, keyed by name, area and block. Nothing here knows what a number means.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
import scipy
from numpy.typing import NDArray

#: Draws per block. Blocks bound memory, stay in cache and are the unit of parallel work; they are
#: part of the meaning of a seed, so changing this number changes published figures.
BLOCK = 4096
#: A run has no more; blocks beyond are drawn for what must not look at a run's draws, and are few.
MAX_DRAWS = 1 << 20
#: Digits of a Sobol coordinate, as scipy.stats.qmc.Sobol makes them with bits=30.
_BITS = 30
#: Where scipy keeps the first direction numbers and the polynomials of its columns.
_TABLE = Path("stats", "_sobol_direction_numbers.npz")


def stream_key(seed: int, *names: str | int) -> list[int]:
    """Entropy for `numpy.random.SeedSequence` that depends on the names, not on their order of use."""
    text = "\x1f".join(str(name) for name in names)
    digest = hashlib.sha256(text.encode()).digest()
    return [seed, *np.frombuffer(digest[:16], dtype="<u4").tolist()]


def block_count(draws: int) -> int:
    """How many blocks hold so many draws."""
    return -(-draws // BLOCK)


def sobol_uniforms(columns: Sequence[tuple[str, int]], *, seed: int, block: int) -> NDArray[np.float32]:
    """One block of scrambled Sobol coordinates (randomised quasi-Monte Carlo), one row per (name, column).

    Parameters
    ----------
    columns : (name, permanent column) of each row wanted
    seed, block : of the run; block b holds points b·BLOCK … (b+1)·BLOCK - 1

    Returns
    -------
    (column, draw) in (0, 1), float32

    Notes
    -----
    Each coordinate gets its own random lower-triangular binary matrix and digital shift (linear
    matrix scrambling; Matousek 1998), both drawn from a key made of its name: a new parameter
    takes a new column and moves no other. scipy scrambles all columns from one seed, which would.
    """
    place = np.arange(block * BLOCK, (block + 1) * BLOCK, dtype=np.uint32)
    gray = place ^ (place >> np.uint32(1))
    shifts, scrambled = _scrambled(int(gray.max()).bit_length(), tuple(columns), seed)
    digits = np.repeat(shifts[:, None], BLOCK, axis=1)
    # A point is made of those of the bits of its Gray code, and scrambling is linear over bits.
    for bit, own in enumerate(scrambled):
        digits ^= own[:, None] * (gray >> np.uint32(bit) & np.uint32(1))
    return open_unit(np.ldexp(digits + 0.5, -_BITS))


@lru_cache(maxsize=4)
def _scrambled(
    bits: int, columns: tuple[tuple[str, int], ...], seed: int
) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Digital shifts, (column), and scrambled points, (bit, column), that blocks of as many bits share."""
    points = sobol_points(bits, max(column for _, column in columns) + 1)
    scrambled = [scramble(points[:, column], seed, name) for name, column in columns]
    return np.array([shift for shift, _ in scrambled], np.uint32), np.stack([parts for _, parts in scrambled], axis=1)


def sobol_points(bits: int, columns: int) -> NDArray[np.uint32]:
    """The points 2^j - 1 of the unscrambled sequence (Joe and Kuo 2008), of which all others are made, as digits.

    Parameters
    ----------
    bits : as many as a place in the sequence has

    Returns
    -------
    (j, column), j from 1 to `bits`

    Notes
    -----
    They follow from scipy's table. scipy.stats itself takes as long to start as a projection, and is asked only
    where another version keeps the table otherwise.
    """
    try:
        with np.load(Path(scipy.__file__).parent / _TABLE, allow_pickle=False) as table:
            rows = list(zip(table["poly"][:columns].tolist(), table["vinit"][:columns].tolist(), strict=True))
    except (OSError, KeyError, ValueError):
        return _asked_points(bits, columns)
    numbers = np.array([_direction_numbers(*row, bits) for row in [(1, [1]), *rows[1:]]], dtype=np.uint32)
    return (numbers << np.arange(_BITS - 1, _BITS - 1 - bits, -1, dtype=np.uint32)).T


def _direction_numbers(polynomial: int, first: list[int], bits: int) -> list[int]:
    """Direction numbers of a column, from the first of them by the recurrence of its primitive polynomial."""
    degree = polynomial.bit_length() - 1
    numbers = first[: min(max(degree, 1), bits)]
    for bit in range(len(numbers), bits):
        number = numbers[bit - max(degree, 1)]
        for back in range(1, degree + 1):
            if polynomial >> (degree - back) & 1:
                number ^= numbers[bit - back] << back
        numbers.append(number)
    return numbers


def _asked_points(bits: int, columns: int) -> NDArray[np.uint32]:
    """`sobol_points`, asked of scipy."""
    from scipy.stats.qmc import Sobol

    engine, points, at = Sobol(columns, scramble=False, bits=_BITS), [], 0
    for place in ((1 << bit) - 1 for bit in range(1, bits + 1)):
        engine.fast_forward(place - at)
        points.append(engine.random(1)[0])
        at = place + 1
    return np.ldexp(np.array(points), _BITS).astype(np.uint32)


def scramble(points: NDArray[np.uint32], seed: int, name: str) -> tuple[int, NDArray[np.uint32]]:
    """Digital shift of a column, and its points after the matrix of its name.

    Parameters
    ----------
    points : (j) digits of the column in `sobol_points`
    """
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence(stream_key(seed, "parameter", name))))
    # Output digit `place` (0 = most significant) mixes itself with more significant ones only.
    above = [int(rng.integers(0, 1 << place)) if place else 0 for place in range(_BITS)]
    weights = np.uint32(1) << np.arange(_BITS - 1, -1, -1, dtype=np.uint32)
    masks = (2 * np.array(above, dtype=np.uint32) + 1) * weights
    parities = np.bitwise_count(points[:, None] & masks) & 1
    return int(rng.integers(0, 1 << _BITS)), (parities * weights).sum(axis=1, dtype=np.uint32)


def event_uniforms(name: str, *, seed: int, block: int, area: str, years: int) -> NDArray[np.float32]:
    """One block of uniforms of one event in one area, (year, draw) in (0, 1), float32.

    More years or more draws extend what fewer gave; they never change it.
    """
    sequence = np.random.SeedSequence(stream_key(seed, "event", name, area, block))
    return open_unit(np.random.Generator(np.random.Philox(sequence)).random((years, BLOCK)))


def open_unit(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Uniforms as float32, kept strictly inside (0, 1) so that their normal scores are finite."""
    smallest, largest = np.float32(2.0**-25), np.float32(1.0 - 2.0**-24)
    return np.clip(values.astype(np.float32), smallest, largest)
