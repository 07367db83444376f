"""Bootstrap of an estimate from draws: one set of weights for every estimate, so that they stay comparable."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.ensemble import Z90

#: Resamples of a bootstrap: enough for a standard error to some percent.
RESAMPLES = 200
#: Standard errors by which things must differ before they are told apart, everywhere.
CRITICAL_VALUE = 3.0


@dataclass(frozen=True)
class Estimate:
    """An estimate of something that cannot be negative.

    Attributes
    ----------
    value : what the draws give; slightly below zero only by noise
    error : its standard error
    """

    value: float
    error: float

    @property
    def distinguished(self) -> bool:
        """Whether it can be told apart from zero."""
        return self.value > CRITICAL_VALUE * self.error

    @property
    def low(self) -> float:
        """Lower end of the 80 % interval, at least zero."""
        return max(0.0, self.value - Z90 * self.error)

    @property
    def high(self) -> float:
        """Upper end of the 80 % interval."""
        return max(0.0, self.value + Z90 * self.error)


def bootstrap_weights(draws: int, *, seed: int, resamples: int = RESAMPLES) -> NDArray[np.float32]:
    """How often each draw stands in each resample, (resample, draw)."""
    rng = np.random.default_rng(seed)
    weights = np.empty((resamples, draws), dtype=np.float32)
    for row in weights:
        row[:] = np.bincount(rng.integers(0, draws, draws), minlength=draws)
    return weights


def inflation(draws: int, effective_draws: float) -> float:
    """Factor on a standard error of `draws` that are worth fewer (a sample conditioned on history)."""
    return float(np.sqrt(max(1.0, draws / effective_draws)))
