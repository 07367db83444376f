"""Estimates with their standard errors: from the draws' own spread, or from a bootstrap of the draws."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.ensemble import Z90, Array, monte_carlo_error

#: Resamples of a bootstrap: enough for a standard error to some percent.
RESAMPLES = 200
#: Standard errors by which things must differ before they are distinguished, everywhere.
CRITICAL_VALUE = 3.0


@dataclass(frozen=True)
class Estimate:
    """What the draws give and its standard error, in its own unit."""

    value: float
    error: float

    @property
    def distinguished(self) -> bool:
        """Whether it is distinguished as above zero."""
        return self.value > CRITICAL_VALUE * self.error

    @property
    def low(self) -> float:
        """Lower end of the 80 % interval of something that cannot be negative: below zero only by noise."""
        return max(0.0, self.value - Z90 * self.error)

    @property
    def high(self) -> float:
        """Upper end of the 80 % interval."""
        return max(0.0, self.value + Z90 * self.error)


def mean_estimate(values: Array, effective_draws: float = np.inf) -> Estimate:
    """Mean of draws with its Monte Carlo error, in their unit.

    Parameters
    ----------
    values : (draw)
    effective_draws : equal-weight draws the sample is worth, at most
    """
    return Estimate(float(values.mean()), float(monte_carlo_error(values, effective_draws)))


def share_error(share: float, draws: float, effective_draws: float = np.inf) -> float:
    """Monte Carlo error of a share of draws: that of a binomial proportion."""
    return float(np.sqrt(share * (1.0 - share) / min(draws, effective_draws)))


def bootstrap_weights(draws: int, *, seed: int, resamples: int = RESAMPLES) -> NDArray[np.float32]:
    """Bootstrap: how often each draw stands in each resample, (resample, draw).

    One set of weights serves every estimate from the same draws, so that estimates stay comparable.
    """
    rng = np.random.default_rng(seed)
    weights = np.empty((resamples, draws), dtype=np.float32)
    for row in weights:
        row[:] = np.bincount(rng.integers(0, draws, draws), minlength=draws)
    return weights


def bootstrap_error(resampled: Array, draws: int, effective_draws: float = np.inf) -> float:
    """Bootstrap standard error of an estimate, larger where the draws are worth fewer (conditioned on history).

    Parameters
    ----------
    resampled : (resample) the estimate of each resample
    draws : number of draws resampled
    effective_draws : equal-weight draws the sample is worth, at most
    """
    return float(resampled.std()) * float(np.sqrt(max(1.0, draws / effective_draws)))
