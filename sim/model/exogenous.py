"""What no money moves: where the HTX start, what hits them, and good and bad years (docs/model.md section 3).

Plans that share a world and its event ranks share it, so that a further plan costs only what its money changes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.model.economy import common_shocks, initial_missing_revenue
from sim.model.flows import year_effect
from sim.model.others import discrepancy_of
from sim.model.response import Parameters
from sim.model.state import EventRanks, Start, State

Array = NDArray[np.floating]


@dataclass(frozen=True)
class Exogenous:
    """What the HTX of one world meet, whatever the plan.

    Attributes
    ----------
    initial : the HTX at the end of the base year, (area, draw)
    members : of all HTX then, (area, 1 or draw) [persons]
    shocks : (year, area or 1, draw) log shock common to all revenue
    log_growth : (year, area or 1, draw) of continuing HTX' revenue at reference funding, real, shocks included
    foundings : (year, area, draw) expected new HTX at reference funding
    dissolution : (year, area or 1, draw) probability that an inactive HTX is dissolved, at reference funding
    """

    initial: State
    members: Array
    shocks: Array
    log_growth: Array
    foundings: Array
    dissolution: Array


@dataclass(frozen=True)
class Setting:
    """What the HTX of a world meet and no money moves.

    Attributes
    ----------
    exogenous : before any discrepancy
    revenue_gap, income_gap : (year, area or 1, draw) what the model leaves out of the averages
    """

    exogenous: Exogenous
    revenue_gap: Array
    income_gap: Array


def setting(start: Start, world: Parameters, calibrated: Parameters, ranks: EventRanks) -> Setting:
    """What every plan of a world shares, for as many years as there are event ranks.

    Parameters
    ----------
    start : figures at the end of the base year
    world, calibrated : parameter draws, (draw) each or (area, draw) where areas have their own; they differ
        only where the world restates
    ranks : one rank per event
    """
    return Setting(
        exogenous=exogenous(start, world, calibrated, ranks),
        revenue_gap=discrepancy_of("revenue", world, ranks),
        income_gap=discrepancy_of("income", world, ranks),
    )


def exogenous(start: Start, world: Parameters, calibrated: Parameters, ranks: EventRanks) -> Exogenous:
    """Work out what no money moves, for as many years as there are event ranks.

    Parameters
    ----------
    start : figures at the end of the base year
    world, calibrated : parameter draws, (draw) each or (area, draw) where areas have their own; they differ
        only where the world restates
    ranks : one rank per event
    """
    shocks = common_shocks(world, calibrated, ranks)
    good_year = year_effect(world["founding_lumpiness"], ranks.score["founding_year"])
    clean_up = year_effect(world["dissolution_lumpiness"], ranks.score["dissolution_year"])
    return Exogenous(
        initial=_initial(start, calibrated, shocks.shape[-1]),
        members=start.members,
        shocks=shocks,
        log_growth=world["revenue_growth_reference"] + shocks,
        foundings=start.founding_share * (world["foundings_reference"] * good_year),
        dissolution=world["dissolution_rate"] * clean_up,
    )


def _initial(start: Start, calibrated: Parameters, draws: int) -> State:
    """The base year; what late-comers lack then follows the past that was lived, not the world."""

    def spread(values: Array) -> Array:
        return np.broadcast_to(np.asarray(values, dtype=np.float64), (start.active.shape[0], draws))

    state = State(
        active=spread(start.active),
        inactive=spread(start.inactive),
        workers=spread(start.workers),
        revenue=spread(start.revenue),
        missing_revenue=np.zeros((1, 1)),
        income=spread(start.income),
    )
    state.missing_revenue = initial_missing_revenue(state, calibrated, start.founding_share)
    return state
