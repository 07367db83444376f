"""A world on one block of frozen draws: all that a plan's money does not change, made once and kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.domain.parameters import World
from sim.domain.scenario import Province
from sim.domain.units import VND_PER_BILLION
from sim.ensemble.draws import Block
from sim.ensemble.start import base_start
from sim.model.projection import Setting, beside_htx, setting
from sim.model.response import spending_per_billion
from sim.model.state import Luck, Start

Array = NDArray[np.floating]

#: Worlds whose stages a block keeps: a plan's and the reference's may differ.
_KEPT = 2


@dataclass(frozen=True)
class Stage:
    """What every plan of one world meets on one block.

    It holds the block's arrays, not the block, which keeps it: a circle would hold them until a
    garbage collection that counts objects and not bytes.

    Attributes
    ----------
    parameters, calibrated : {assumption id: (draw)} under the world and as calibrated
    luck : one rank per event
    prices : (year, draw) price index
    start : figures at the end of the base year
    setting : the model's part of it
    """

    province: Province
    world: World
    parameters: Mapping[str, Array]
    calibrated: Mapping[str, Array]
    luck: Luck
    prices: Array
    start: Start
    setting: Setting

    @cached_property
    def others(self) -> Mapping[str, Array]:
        """Series of groups and unions, {name: (year, area, draw)}."""
        return beside_htx(self.start, self.parameters, self.setting.exogenous.shocks, self.luck)

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
            calibrated=self.calibrated,
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
        parameters=parameters,
        calibrated=block.calibrated,
        luck=block.luck,
        prices=price_index(parameters["inflation"], block.years) / province.deflator,
        start=start,
        setting=setting(start, parameters, block.calibrated, block.luck),
    )


def side_by_side(on: Stage, count: int) -> Stage:
    """The stage's draws repeated so many times along the draw axis, for so many plans in one call."""
    if count == 1:
        return on
    size = on.prices.shape[-1]
    wide = ("parameters", "calibrated", "luck", "prices", "start", "setting")
    return replace(on, **{name: _repeated(getattr(on, name), size, count) for name in wide})


def _repeated(value: Any, size: int, count: int) -> Any:
    """Arrays that differ from draw to draw, repeated, wherever they stand; all others as they are."""
    if isinstance(value, np.ndarray):
        return np.tile(value, (1,) * (value.ndim - 1) + (count,)) if value.shape[-1] == size else value
    if isinstance(value, Mapping):
        return {name: _repeated(one, size, count) for name, one in value.items()}
    return type(value)(**{field.name: _repeated(getattr(value, field.name), size, count) for field in fields(value)})


def price_index(inflation: Array, years: int) -> Array:
    """Price level of each year over the base year's, (year, draw)."""
    return (1.0 + inflation) ** np.arange(1, years + 1)[:, None]
