"""What the yearly step carries along: stocks, averages, and the year's record of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple, cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

Array = NDArray[np.floating]


@dataclass
class State:
    """The HTX at the end of a year; every array is (area, draw).

    Attributes
    ----------
    active, inactive : [HTX], whole
    workers : [persons]
    revenue : average per active HTX [million VND/yr of base-year prices], before discrepancy
    missing_revenue : what HTX that joined small still lack, summed [million VND/yr]
    income : average of regular workers [million VND/yr, real], before discrepancy
    """

    active: Array
    inactive: Array
    workers: Array
    revenue: Array
    missing_revenue: Array
    income: Array


@dataclass(frozen=True)
class Start:
    """Base-year figures, (area, 1) or (area, draw) each, in the units of `State`.

    `founding_share` is each area's part of the province's new HTX and unions.
    """

    active: Array
    inactive: Array
    members: Array
    workers: Array
    revenue: Array
    income: Array
    tht_count: Array
    tht_revenue: Array
    unions: Array
    union_htx: Array
    founding_share: Array


class Flows(NamedTuple):
    """What happened to HTX in one year; every array is (area, draw) [HTX], whole."""

    founded: Array
    founded_active: Array
    stopped: Array
    reactivated: Array
    dissolved: Array


#: The series a projection keeps of each flow, in the order of `Flows`.
FLOW_SERIES = ("htx_founded", "htx_founded_active", "htx_stopped", "htx_reactivated", "htx_dissolved")


@dataclass(frozen=True)
class EventRanks:
    """One rank per event: `uniform[name]` and its normal score `score[name]`.

    Each is (year, scope, draw) with scope the number of areas, or 1 for events the whole
    province shares (weather, prices' discrepancy, good and bad founding years).
    """

    uniform: dict[str, Array] = field(default_factory=dict)
    score: dict[str, Array] = field(default_factory=dict)
    #: What `sim.model.flows` has made of them, for as long as they are there.
    kept: dict[Any, Any] = field(default_factory=dict, init=False, repr=False, compare=False)


def ranks_of(score: Array) -> Array:
    """Ranks of normal scores, worked out where a count asks for one: of most the score says enough."""
    return cast(Array, Ranks(score))


class Ranks:
    """In place of an array of ranks (`ranks_of`)."""

    def __init__(self, score: Array) -> None:
        self.score, self._all = score, None

    shape = property(lambda self: self.score.shape)
    ndim = property(lambda self: self.score.ndim)
    size = property(lambda self: self.score.size)

    def reshape(self, *shape: int) -> Ranks:
        """The same ranks in another shape."""
        return Ranks(self.score.reshape(*shape))

    def __getitem__(self, where: Any) -> Any:
        """Ranks at some places, or a part of all ranks."""
        found = self.score[where]
        return ndtr(found) if isinstance(where, np.ndarray) else Ranks(found)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Array:
        """All of them."""
        self._all = ndtr(self.score) if self._all is None else self._all
        return np.array(self._all, dtype=dtype, copy=copy)


@dataclass(frozen=True)
class Event:
    """What happens by chance and the model asks a rank for.

    `shared` events hit every area alike. `both` events need the rank as well as the normal score.
    """

    name: str
    shared: bool
    both: bool


EVENTS = (
    Event("founding_year", shared=True, both=False),
    Event("founded", shared=False, both=True),
    Event("founded_shell", shared=False, both=True),
    Event("stopped", shared=False, both=True),
    Event("reactivated", shared=False, both=True),
    Event("dissolution_year", shared=True, both=False),
    Event("dissolved", shared=False, both=True),
    Event("revenue_shock", shared=True, both=False),
    Event("disaster", shared=True, both=True),
    Event("union_founded", shared=False, both=True),
    Event("discrepancy_revenue", shared=True, both=False),
    Event("discrepancy_income", shared=True, both=False),
    Event("discrepancy_tht", shared=True, both=False),
)
