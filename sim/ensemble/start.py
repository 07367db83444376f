"""Where a projection starts: printed base-year figures, and draws of the assumptions that stand for missing ones."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from sim.domain.indicators import INDICATOR
from sim.domain.scenario import Province
from sim.model.state import Start

Array = NDArray[np.floating]

REGISTERED, ACTIVE, INACTIVE = "htx_registered", "htx_active", "htx_inactive"


def base_stocks(province: Province, parameters: Mapping[str, Array]) -> dict[str, Array]:
    """Base-year stocks and averages by area, (area, 1) as printed or (area, draw) where assumed.

    Parameters
    ----------
    parameters : {assumption id: (draw)} under the scenario's world

    Notes
    -----
    An assumed figure is the assumption itself, shared over areas like registered HTX, or its multiple of
    another figure; counts are whole and no more HTX are active than are registered.
    """
    stocks = {
        name: np.array([[rows[area.code].value] for area in province.areas]) for name, rows in province.base.items()
    }
    for name, assumed in province.assumed.items():
        weight = stocks[assumed.of] if assumed.of else stocks[REGISTERED] / stocks[REGISTERED].sum()
        values = parameters[assumed.id] * weight
        stocks[name] = np.rint(values) if INDICATOR[name].count else values
    if ACTIVE in province.assumed:
        stocks[ACTIVE] = np.minimum(stocks[ACTIVE], stocks[REGISTERED])
        stocks[INACTIVE] = stocks[REGISTERED] - stocks[ACTIVE]
    return stocks


def base_start(province: Province, world: Mapping[str, Array]) -> Start:
    """The model's start from the base-year figures; workers are uncertain even where others are printed."""
    stocks = base_stocks(province, world)
    nothing = np.zeros((len(province.areas), 1))
    active = stocks[ACTIVE]
    real = province.deflator  # the model works in money of one year, whatever the base year
    return Start(
        active=active,
        inactive=stocks[REGISTERED] - active,
        members=stocks["htx_members"],
        workers=world["base_regular_workers"] * active / active.sum(axis=0),
        revenue=stocks["htx_revenue"] * real,
        income=stocks["htx_worker_income"] * real,
        tht_count=stocks.get("tht_count", nothing),
        tht_revenue=stocks.get("tht_revenue", nothing) * real,
        unions=stocks.get("lhhtx_count", nothing),
        union_htx=stocks.get("lhhtx_member_htx", nothing),
        founding_share=np.array([[area.founding_share] for area in province.areas]),
    )
