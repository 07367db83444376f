"""A frozen sample of the conditioned assumptions: what draws take instead of the prior."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.ensemble.streams import BLOCK


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
