"""Named random streams, and which draws a posterior keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: Draws and what is computed from them: kept in float32, computed in float64 (docs/decisions/0004).
Array = NDArray[np.floating]

# -- Named random streams, in blocks: a name fixes its numbers, whatever else is added --------
# Parameters own one permanent Sobol column each, scrambled by a key made of their name; events own
# one Philox stream each, keyed by name, area and block. Nothing here knows what a number means.

#: Draws per block. Blocks bound memory, stay in cache and are the unit of parallel work; they are
#: part of the meaning of a seed, so changing this number changes published figures.
BLOCK = 4096
#: Digits of a Sobol coordinate, as scipy.stats.qmc.Sobol makes them with bits=30.
_BITS = 30


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
    from scipy.stats.qmc import Sobol  # slow to import; callers cache what this returns

    width = max(column for _, column in columns) + 1
    engine = Sobol(width, scramble=False, bits=_BITS)
    if block:
        engine.fast_forward(block * BLOCK)
    points = engine.random(BLOCK)
    digits = np.ldexp(points, _BITS).astype(np.uint32)
    rows = [_scramble(digits[:, column], seed, name) for name, column in columns]
    return np.stack(rows)


def _scramble(digits: NDArray[np.uint32], seed: int, name: str) -> NDArray[np.float32]:
    rng = np.random.Generator(np.random.Philox(np.random.SeedSequence(stream_key(seed, "parameter", name))))
    scrambled = np.zeros_like(digits)
    for place in range(_BITS):
        # Output digit `place` (0 = most significant) mixes itself with more significant ones only.
        above = int(rng.integers(0, 1 << place)) if place else 0
        mask = np.uint32(((above << 1) | 1) << (_BITS - 1 - place))
        parity = np.bitwise_count(digits & mask) & 1
        scrambled |= parity.astype(np.uint32) << np.uint32(_BITS - 1 - place)
    scrambled ^= np.uint32(rng.integers(0, 1 << _BITS))
    return open_unit(np.ldexp(scrambled + 0.5, -_BITS))


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


# -- A frozen sample of the conditioned assumptions: what draws take instead of the prior ----------

@dataclass(frozen=True)
class Posterior:
    """Equal-weight draws of the assumptions that history updated, in a fixed random order.

    Attributes
    ----------
    ids : assumption ids, one per row
    values : (assumption, row) float32; draw i of any run uses row i mod the number of rows
    latent : {indicator: (row)} true base-year value behind the printed figure; projections start
        from what was printed, predictions of later printed figures from this
    effective : effective sample size of the weighted sample behind it
    key : hash of everything it depends on
    """

    ids: tuple[str, ...]
    values: NDArray[np.float32]
    latent: Mapping[str, NDArray[np.float32]]
    effective: float
    key: str

    def block(self, index: int) -> dict[str, NDArray[np.float64]]:
        """Values of one block of draws, {assumption id: (draw)}."""
        wanted = self._rows(index)
        return {key: self.values[place, wanted].astype(np.float64) for place, key in enumerate(self.ids)}

    def latent_block(self, index: int) -> dict[str, NDArray[np.float64]]:
        """Latent base-year values of one block of draws, {indicator: (draw)}."""
        wanted = self._rows(index)
        return {key: values[wanted].astype(np.float64) for key, values in self.latent.items()}

    def _rows(self, index: int) -> NDArray[np.intp]:
        return np.arange(index * BLOCK, (index + 1) * BLOCK) % self.values.shape[1]
