"""What will be printed: a planner holds a printed figure beside a range, not a draw of the model.

Between the two stand the true figure behind the one a projection starts from, and the error of reporting. Figures
printed again unchanged, breaks of a series and shares of a year would be further steps of `Outturns.moved`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.special import ndtri

from sim.domain import INDICATOR, Province, Register
from sim.ensemble.draws import Array, Posterior
from sim.ensemble.stage import base_stocks
from sim.ensemble.streams import block_count, event_uniforms

ALL_AREAS = "all"


def areas_of(province: Province) -> tuple[str, ...]:
    """Area codes, and ``all`` where there is more than one."""
    codes = tuple(area.code for area in province.areas)
    return codes if len(codes) == 1 else (*codes, ALL_AREAS)


@dataclass(frozen=True)
class Outturns:
    """What moves the draws of a projection to the figures that will be printed, the same for every scenario.

    Attributes
    ----------
    latent : {indicator: (draw)} true base-year figure of the whole province behind the printed one; none
        where no history was matched; (area, draw) as `Posterior.latent` has it where areas were fitted apart
    years : how many follow the base year
    areas : codes; the whole province last where it is no area itself
    first_block : block of the first draw
    """

    province: Province
    register: Register
    latent: Mapping[str, Array]
    years: int
    areas: tuple[str, ...]
    draws: int
    seed: int
    first_block: int = 0
    _moves: dict[str, Array | None] = field(default_factory=dict, init=False, repr=False, compare=False)

    def moved(self, indicator: str, values: Array, at: Any = slice(1, None)) -> Array:
        """Draws of a series as it will be printed, in its unit.

        Parameters
        ----------
        values : draws of a figure that is not made of others
        at : where they stand in (year, area, draw), the base year first; all later years when left out

        Notes
        -----
        A count is printed as the register holds it: it moves by as many HTX as were miscounted in the base
        year, and flows not at all. Averages and members move in proportion to their true base-year figure
        and carry a lognormal error of their own each year, from a stream named after indicator and area.
        Growth parts are printed nowhere and stay the model's.
        """
        if indicator not in self._moves:
            self._moves[indicator] = self._move(indicator)
        return _applied(indicator, values, self._moves[indicator], at)

    def true(self, indicator: str, values: Array) -> Array:
        """Draws of a series as it is behind what will be printed: `moved` without the error of reporting.

        Parameters
        ----------
        values : (year, area, draw), the base year first
        """
        return _applied(indicator, values, self._move(indicator, exact=True), slice(None))

    def _move(self, indicator: str, *, exact: bool = False) -> Array | None:
        """What is added to a count, or multiplies anything else, (year, area, draw); None where nothing does."""
        row = INDICATOR.get(indicator)
        if row is None:
            return None
        shape = (self.years + 1, len(self.areas), self.draws)
        source = row.moves_with or indicator
        known = source in self.latent and source in self.province.base
        if row.count:
            return np.broadcast_to(self._miscounted(indicator), shape) if known else None
        ratio = self._misread(source) if known else np.ones(1)
        spread = self.register.value(row.error) if row.error and not exact else 0.0
        if spread == 0.0:
            return np.broadcast_to(ratio, shape) if known else None
        return ratio * np.exp(spread * self._scores(f"reporting_{indicator}"))

    def _whole(self, indicator: str) -> float:
        """The printed base-year figure of the whole province; averages weigh areas by what is active there."""
        figures, active = self.province.base[indicator], self.province.base.get("htx_active", {})
        if not INDICATOR[indicator].per:
            return sum(figure.value for figure in figures.values())
        weights = [active[area].value if area in active else 1.0 for area in figures]
        return float(np.average([figure.value for figure in figures.values()], weights=weights))

    def _misread(self, indicator: str) -> Array:
        """True over printed base-year figure, (draw), or (area, draw) with the whole last."""
        latent = self.latent[indicator]
        if latent.ndim == 1:
            return latent / self._whole(indicator)
        ratio = latent / self._printed(indicator)
        ratio = np.where(np.isnan(ratio), 1.0, ratio)
        medians = {key: np.array([self.register.value(key)]) for key in self.register}
        stocks = base_stocks(self.province, medians)
        per = INDICATOR[indicator].per
        weight = stocks[indicator] * (stocks[per] if per in stocks else 1.0)
        return np.concatenate([ratio, (ratio * weight).sum(axis=0, keepdims=True) / weight.sum(axis=0)])

    def _printed(self, indicator: str) -> Array:
        """Base-year figures as printed, (area, 1); NaN where none was."""
        rows = self.province.base[indicator]
        return np.array([[rows[area.code].value if area.code in rows else np.nan] for area in self.province.areas])

    def _miscounted(self, indicator: str) -> Array:
        """HTX more than were printed, (area, draw); areas share them like the printed ones, each a whole number."""
        if self.latent[indicator].ndim > 1:
            by_area = np.nan_to_num(np.rint(self.latent[indicator] - self._printed(indicator)))
            return np.concatenate([by_area, by_area.sum(axis=0, keepdims=True)])
        whole, figures = self._whole(indicator), self.province.base[indicator]
        shares = [figures[area].value / whole if area in figures else 1.0 for area in self.areas]
        return np.rint((self.latent[indicator] - whole) * np.array(shares)[:, None])

    def _scores(self, name: str) -> Array:
        """Standard normal scores of a stream, (year, area, draw)."""

        def block(area: str, index: int) -> Array:
            return event_uniforms(name, seed=self.seed, block=index, area=area, years=self.years + 1)

        indices = range(self.first_block, self.first_block + block_count(self.draws))
        uniform = [np.concatenate([block(area, at) for at in indices], axis=1)[:, : self.draws] for area in self.areas]
        return np.asarray(ndtri(np.stack(uniform, axis=1).astype(np.float64)))


def _applied(indicator: str, values: Array, move: Array | None, at: Any) -> Array:
    if move is None:
        return values
    return np.maximum(values + move[at], 0.0) if INDICATOR[indicator].count else values * move[at]


def outturns(
    province: Province, register: Register, posterior: Posterior | None, *, years: int, draws: int, seed: int,
    first_block: int = 0,
) -> Outturns:  # fmt: skip
    """What moves the draws of a run of this seed to the figures that will be printed; worked out when first asked.

    Parameters
    ----------
    posterior : holds the true base-year figures; without one only the error of reporting is left
    first_block : as of the run's draws
    """
    indices = range(first_block, first_block + block_count(draws))
    found = [posterior.latent_block(index) for index in indices] if posterior else [{}]
    latent = {name: np.concatenate([one[name] for one in found], axis=-1)[..., :draws] for name in found[0]}
    return Outturns(
        province, register, latent, years=years, areas=areas_of(province), draws=draws, seed=seed,
        first_block=first_block,
    )  # fmt: skip
