"""Summaries of very many draws without keeping them: block by block, into counts.

Means and Monte Carlo errors are exact. Quantiles of whole numbers are exact; those of money and
persons are read off a histogram, and each carries at most one bin width of error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain import INDICATOR, Province, Register, Scenario
from sim.ensemble.draws import Array, Posterior
from sim.ensemble.results import Result, RowKey, published_rows
from sim.ensemble.runner import Progress, iterate_blocks
from sim.ensemble.statistics import QUANTILES, sample_worth

#: Bins per series; with the margin below a bin is about 1/2,000 of the spread of the draws.
_BINS = 4096
#: The range of the first block is widened by this share of itself on each side.
_MARGIN = 0.5


@dataclass
class Histogram:
    """Counts of one series as it will be printed, with exact moments of the model's own draws.

    Attributes
    ----------
    low, width : start of the first bin and the bins' width; whole numbers have width 1
    counts : draws per bin; draws beyond the ends are in the end bins
    """

    low: float
    width: float
    counts: NDArray[np.int64]
    size: int = 0
    total: float = 0.0
    squares: float = 0.0
    smallest: float = np.inf
    largest: float = -np.inf

    @classmethod
    def around(cls, values: Array, *, whole: bool) -> Histogram:
        """Bins around a first block of draws."""
        low, high = float(values.min()), float(values.max())
        margin = _MARGIN * (high - low) + (1.0 if whole else 0.0)
        if whole:
            bins = int(high - low + 2 * margin) + 1
            return cls(np.floor(low - margin), 1.0, np.zeros(bins, dtype=np.int64))
        width = (high - low + 2 * margin) / _BINS or 1.0
        return cls(low - margin, width, np.zeros(_BINS, dtype=np.int64))

    def add(self, values: Array, printed: Array) -> None:
        """Count a block of draws."""
        place = np.clip(((printed - self.low) / self.width).astype(np.int64), 0, self.counts.size - 1)
        self.counts += np.bincount(place, minlength=self.counts.size)
        # Moments around the low end: the spread is small against the level.
        shifted = values - self.low
        self.size += values.size
        self.total += float(shifted.sum())
        self.squares += float(shifted @ shifted)
        self.smallest = min(self.smallest, float(printed.min()))
        self.largest = max(self.largest, float(printed.max()))

    @property
    def mean(self) -> float:
        """Exact mean."""
        return self.low + self.total / self.size

    @property
    def deviation(self) -> float:
        """Exact standard deviation."""
        return float(np.sqrt(max(self.squares / self.size - (self.total / self.size) ** 2, 0.0)))

    def quantile(self, level: float, *, whole: bool) -> float:
        """Quantile by numpy's linear rule; exact for whole numbers, else to one bin."""
        if self.smallest == self.largest:
            return self.smallest
        rank = level * (self.size - 1)
        below, above = self._ordered(np.floor(rank), whole), self._ordered(np.ceil(rank), whole)
        return float(np.clip(below + (rank - np.floor(rank)) * (above - below), self.smallest, self.largest))

    def _ordered(self, rank: float, whole: bool) -> float:
        """The draw of a rank from 0: its whole number, or a place within its bin."""
        cumulated = np.cumsum(self.counts)
        place = int(np.searchsorted(cumulated, rank, side="right"))
        if whole:
            return self.low + place
        before = cumulated[place] - self.counts[place]
        return self.low + self.width * (place + (rank - before + 0.5) / self.counts[place])


@dataclass(frozen=True)
class Streamed:
    """Summary of a streamed run.

    Attributes
    ----------
    quantile_error : largest error of a quantile over the standard deviation of its series
    """

    rows: list[tuple[object, ...]]
    quantile_error: float


def stream(  # noqa: PLR0913  (asked as `run` is)
    province: Province,
    register: Register,
    scenarios: Sequence[Scenario],
    *,
    draws: int,
    seed: int,
    posterior: Posterior | None = None,
    progress: Progress | None = None,
    each: Callable[[Result], None] | None = None,
) -> Streamed:
    """Rows of summary.csv from as many draws as wanted, in flat memory.

    Parameters
    ----------
    each : called with every block's result, for what else is counted

    Returns
    -------
    Streamed
        Rows in the order of `summary_rows`; equal to it within `quantile_error`.
    """
    histograms: dict[RowKey, Histogram] = {}
    effective = posterior.effective if posterior else np.inf
    last: Result | None = None
    blocks = iterate_blocks(
        province, register, scenarios, draws=draws, seed=seed, posterior=posterior, progress=progress
    )
    for last in blocks:
        for key, (values, printed) in published_rows(last, _side_by_side):
            if key not in histograms:
                histograms[key] = Histogram.around(printed, whole=_is_whole(key))
            histograms[key].add(values, printed)
        if each:
            each(last)
    assert last is not None
    rows: list[tuple[object, ...]] = []
    widths = [0.0]
    for key, one in histograms.items():
        whole, fixed = _is_whole(key), one.smallest == one.largest
        quantiles = (one.quantile(level, whole=whole) for level in QUANTILES)
        error = 0.0 if fixed else one.deviation / float(np.sqrt(sample_worth(draws, effective)))
        rows.append((*key, one.smallest if fixed else one.mean, *quantiles, error))
        if one.deviation and not whole:
            widths.append(one.width / one.deviation)
    return Streamed(rows, max(widths))


def _side_by_side(values: Array, printed: Array) -> Array:
    """(year, area, 2, draw)."""
    return np.stack([values, printed], axis=2)


def _is_whole(key: RowKey) -> bool:
    return INDICATOR[key[1]].count
