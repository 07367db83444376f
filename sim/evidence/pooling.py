"""Hierarchical priors from other provinces: level of province p = mu + tau z_p, printed figure = level x a year's luck.

Everything is worked out on a grid of levels (log, or log odds of a share), so that a fit is exact up to the
grid, draws no random number, and leaving a province out costs nothing: its likelihood is taken off again.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from scipy.special import bdtr, gammaln, ndtr, pdtr, stdtr

from sim.ensemble import QUANTILES, Array
from sim.evidence.past_scores import covered, point_score, weighted_interval_score
from sim.evidence.peers import COUNT, LEVEL, SHARE, Cell, Quantity

#: Points of the grid of levels, and of those of the two spreads.
_LEVELS, _SPREADS = 320, 14
#: Spreads looked at, as parts of the scale of their prior.
_LEAST, _MOST = 0.04, 3.0


@dataclass(frozen=True)
class Pooled:
    """What the cells of a quantity say of provinces.

    Attributes
    ----------
    quantity : with its cells
    grid : levels on the scale of the fit, (level)
    tau, sigma : spreads between provinces and of years, (spread)
    likelihood : {area: log likelihood of its cells, (sigma, tau, mu)}
    prior : log prior of the spreads, flat in mu, (sigma, tau, 1)
    """

    quantity: Quantity
    grid: Array
    tau: Array
    sigma: Array
    likelihood: Mapping[str, Array]
    prior: Array

    def weights(self, without: str = "") -> Array:
        """Posterior of (sigma, tau, mu), adding up to 1, from all provinces but one."""
        from scipy.special import logsumexp  # no ufunc: it starts the whole of the package

        total = self.prior + sum(part for area, part in self.likelihood.items() if area != without)
        return np.exp(total - logsumexp(total))

    def level(self, without: str = "", *, pooled: bool = False) -> Array:
        """Probabilities of a new province's level by sigma, (sigma, level).

        Parameters
        ----------
        pooled : as if all provinces were one, tau = 0: the negative control
        """
        weights = self.weights(without)
        if pooled:
            return weights.sum(axis=1)
        return np.sum([_from(weights[:, at], kernel) for at, kernel in enumerate(self._between)], axis=0)

    @cached_property
    def _between(self) -> list[Array]:
        return [_kernel(self.grid, tau, self.quantity.tails) for tau in self.tau]

    def quantiles(self, levels: Sequence[float], without: str = "", *, pooled: bool = False) -> Array:
        """Quantiles of a new province's level, in its unit."""
        chances = self.level(without, pooled=pooled).sum(axis=0)
        return _natural(self.quantity, _grid_quantiles(self.grid, chances, levels))

    def year_quantiles(self, levels: Sequence[float]) -> Array:
        """Quantiles of the sd of log (log odds) of single years."""
        return _grid_quantiles(self.sigma, self.weights().sum(axis=(1, 2)), levels)

    def printed(self, cell: Cell, levels: Sequence[float], *, pooled: bool = False) -> Array:
        """Quantiles of what a cell of a province would print, predicted without that province, in the cell's unit."""
        weights = self.level(cell.area, pooled=pooled)
        spread = np.sum(
            [
                _from(row, _kernel(self.grid, _sd(cell, sigma), 0, shift=_shift(self.quantity, cell, sigma)))
                for row, sigma in zip(weights, self.sigma, strict=True)
            ],
            axis=0,
        )
        if self.quantity.kind == LEVEL:
            return _natural(self.quantity, _grid_quantiles(self.grid, spread, levels))
        rates = _natural(self.quantity, self.grid)
        return np.array([_count_quantile(self.quantity.kind, cell, rates, spread, level) for level in levels]) / cell.of


def pool(quantity: Quantity) -> Pooled:
    """Fit by quadrature on a grid: the level of each province and the luck of each year are integrated out.

    Notes
    -----
    Half-normal priors of the two spreads with the scales of the rules, flat in mu. A year's luck of a count
    has mean 1, as in the model. Student t between provinces where the rules ask for it (robust to outliers).
    """
    low, high = _scale(quantity, np.array([quantity.low, quantity.high]))
    grid = np.linspace(float(low), float(high), _LEVELS)
    parts = np.geomspace(_LEAST, _MOST, _SPREADS)
    tau, sigma = parts * quantity.between, parts * quantity.year
    # a geometric grid: its points stand for widths in proportion to themselves
    prior = np.log(parts) - 0.5 * parts**2
    between = [_kernel(grid, one, quantity.tails) for one in tau]
    found = {}
    for area in quantity.areas:
        cells = [cell for cell in quantity.cells if cell.area == area]
        by_level = np.array([sum(_log_likelihood(quantity, cell, grid, one) for cell in cells) for one in sigma])
        top = by_level.max()
        scaled = np.exp(by_level - top)
        found[area] = np.stack(
            [np.log(np.maximum(_to(scaled, kernel), np.finfo(float).tiny)) + top for kernel in between], axis=1
        )
    return Pooled(quantity, grid, tau, sigma, found, prior[:, None, None] + prior[None, :, None])


def _scale(quantity: Quantity, values: Array) -> Array:
    return np.log(values / (1.0 - values)) if quantity.kind == SHARE else np.log(values)


def _natural(quantity: Quantity, values: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-values)) if quantity.kind == SHARE else np.exp(values)


def _sd(cell: Cell, sigma: float) -> float:
    return float(np.hypot(sigma / np.sqrt(cell.years), cell.error))


def _shift(quantity: Quantity, cell: Cell, sigma: float) -> float:
    """What makes the luck of years mean 1 for counts."""
    return -0.5 * sigma**2 / cell.years if quantity.kind == COUNT else 0.0


def _kernel(grid: Array, sd: float, tails: float, *, shift: float = 0.0) -> Array:
    """Chances of getting from each level to each other, (from, to): what lies between the middles of the grid."""
    return _kept_kernel(grid.size, float(grid[1] - grid[0]), sd, tails, shift)


@lru_cache(maxsize=48)
def _kept_kernel(count: int, step: float, sd: float, tails: float, shift: float) -> Array:
    """As `_kernel`, of an even grid; cells alike share one."""
    edges = (np.arange(-count, count) + 0.5) * step - shift  # between the middles, by how far apart two points are
    below = stdtr(tails, edges / sd) if tails else ndtr(edges / sd)
    chances = np.lib.stride_tricks.sliding_window_view(np.diff(below), count)[::-1].copy()
    chances[:, 0] += below[:count][::-1]  # what would leave the grid stays at its ends
    chances[:, -1] += 1.0 - below[count:][::-1]
    return chances


def _from(chances: Array, kernel: Array) -> Array:
    """Chances of levels, (…, level), one step of a kernel later; without BLAS, whose threads cost more than they do."""
    return np.einsum("...f,ft->...t", chances, kernel)


def _to(likelihood: Array, kernel: Array) -> Array:
    """Likelihood of a level before a step of a kernel, (…, level), from those after it."""
    return np.einsum("ft,...t->...f", kernel, likelihood)


def _log_likelihood(quantity: Quantity, cell: Cell, grid: Array, sigma: float) -> Array:
    """Log probability of what was printed at each level of the province, (level)."""
    sd = _sd(cell, sigma)
    if quantity.kind == LEVEL:
        off = (np.log(cell.value) - grid) / sd
        return -0.5 * off**2 - np.log(sd)
    rates = _natural(quantity, grid)
    if quantity.kind == COUNT:
        mean = rates * cell.of
        plain = cell.value * np.log(mean) - mean - gammaln(cell.value + 1.0)
    else:
        plain = cell.value * np.log(rates) + (cell.of - cell.value) * np.log1p(-rates)
    top = plain.max()
    lucky = _to(np.exp(plain - top), _kernel(grid, sd, 0, shift=_shift(quantity, cell, sigma)))
    return np.log(np.maximum(lucky, np.finfo(float).tiny)) + top


def _grid_quantiles(grid: Array, chances: Array, levels: Sequence[float]) -> Array:
    """Quantiles of chances on a grid, between its points by straight lines."""
    edges = (np.cumsum(chances) - 0.5 * chances) / chances.sum()
    return np.interp(levels, edges, grid)


def _count_quantile(kind: str, cell: Cell, rates: Array, chances: Array, level: float) -> float:
    """Smallest count whose chance of not being exceeded reaches a level."""
    below = (lambda k: pdtr(k, rates * cell.of)) if kind == COUNT else (lambda k: bdtr(k, round(cell.of), rates))
    low, high = -1, round(cell.of if kind == SHARE else 10.0 * cell.of * rates.max())
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if float(below(middle) @ chances) >= level * chances.sum() else (middle, high)
    return float(high)


# -- Leave one province out: what the others say of what it printed ---------------------------------


@dataclass(frozen=True)
class LeftOut:
    """How a quantity of provinces that were left out is predicted by the others.

    Attributes
    ----------
    quantity, unit : its id, and what its level is counted in
    provinces, cells : how many
    new : p10, p50 and p90 of the level of a province of which nothing is known
    eighty : share of printed figures inside their 80 % range; those on an end count half
    pooled : the same as if all provinces were one, which must hold too few
    score, naive : mean weighted interval score, and that of "same as the median of the others", in the unit
        of the quantity (of its log for levels)
    """

    quantity: str
    unit: str
    provinces: int
    cells: int
    new: tuple[float, float, float]
    eighty: float
    pooled: float
    score: float
    naive: float


def leave_one_out(found: Pooled) -> LeftOut:
    """Every printed figure predicted from the other provinces alone, and scored."""
    quantity = found.quantity
    held, control, scores, naive = list[float](), list[float](), list[float](), list[float]()
    for cell in quantity.cells:
        values = found.printed(cell, QUANTILES)
        wrong = found.printed(cell, QUANTILES, pooled=True)
        others = [_typical(quantity, area) for area in quantity.areas if area != cell.area]
        median, level = float(np.median(others)), cell.level
        for kept, at in ((held, values), (control, wrong)):
            kept.append(covered(np.array([at[0]]), np.array([at[-1]]), np.array([_seen(quantity, cell)])))
        if quantity.kind == LEVEL:  # money differs tenfold: scored as it is fitted
            values, level, median = np.log(values), float(np.log(level)), float(np.log(median))
        scores.append(weighted_interval_score(dict(zip(QUANTILES, map(float, values), strict=True)), level))
        naive.append(point_score(median, level))
    low, middle, high = map(float, found.quantiles((QUANTILES[0], 0.5, QUANTILES[-1])))
    means = (float(np.mean(values)) for values in (held, control, scores, naive))
    about = (quantity.id, quantity.unit, len(quantity.areas), len(quantity.cells))
    return LeftOut(*about, (low, middle, high), *means)


def _seen(quantity: Quantity, cell: Cell) -> float:
    """What was printed, as whole as what is predicted."""
    return cell.level if quantity.kind == LEVEL else round(cell.value) / cell.of


def _typical(quantity: Quantity, area: str) -> float:
    return float(np.median([cell.level for cell in quantity.cells if cell.area == area]))
