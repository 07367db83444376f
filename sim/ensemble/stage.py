"""A world on one block of frozen draws: all that a plan's money does not change, made once and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.domain.parameters import World
from sim.domain.scenario import Province
from sim.domain.units import VND_PER_BILLION
from sim.ensemble.draws import Block
from sim.ensemble.start import base_start
from sim.model.projection import Setting, setting
from sim.model.response import spending_per_billion

Array = NDArray[np.floating]

#: Worlds whose stages a block keeps: a plan's and the reference's may differ.
_KEPT = 2


@dataclass(frozen=True)
class Stage:
    """What every plan of one world meets on one block.

    Attributes
    ----------
    parameters : {assumption id: (draw)} under the world
    prices : (year, draw) price index
    start_workers : (area, draw) regular workers in the base year
    setting : the model's part of it
    """

    province: Province
    world: World
    block: Block
    parameters: Mapping[str, Array]
    prices: Array
    start_workers: Array
    setting: Setting

    def per_billion(self, *, real: bool) -> Array:
        """Relative spending of one planned tỷ on each line, (year, line, draw); `real` as the plan's prices are."""
        return self._per_real_billion if real else self._per_nominal_billion

    @cached_property
    def _per_real_billion(self) -> Array:
        return self._per_billion(real=True)

    @cached_property
    def _per_nominal_billion(self) -> Array:
        return self._per_billion(real=False)

    def _per_billion(self, *, real: bool) -> Array:
        return spending_per_billion(
            real=real,
            price_index=self.prices,
            reference_fund=self.province.reference_fund / VND_PER_BILLION,
            world=self.parameters,
            calibrated=self.block.calibrated,
        )


def stage(province: Province, world: World, block: Block) -> Stage:
    """The stage of a world on a block, kept with the block for the plans that follow."""
    kept: list[Stage] = block.stages
    for one in kept:
        if one.province is province and one.world == world:
            return one
    made = _made(province, world, block)
    kept[:] = [made, *kept[: _KEPT - 1]]
    return made


def _made(province: Province, world: World, block: Block) -> Stage:
    parameters = block.under(world)
    start = base_start(province, parameters)
    return Stage(
        province=province,
        world=world,
        block=block,
        parameters=parameters,
        prices=price_index(parameters["inflation"], block.years) / province.deflator,
        start_workers=start.workers,
        setting=setting(start, parameters, block.calibrated, block.luck),
    )


def price_index(inflation: Array, years: int) -> Array:
    """Price level of each year over the base year's, (year, draw)."""
    return (1.0 + inflation) ** np.arange(1, years + 1)[:, None]
