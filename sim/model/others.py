"""What no budget line moves: cooperative groups (THT), unions (LHHTX) and model discrepancy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.model.inversion import poisson
from sim.model.response import Parameters
from sim.model.state import EventRanks, Start

Array = NDArray[np.floating]


def groups(start: Start, p: Parameters, shocks: Array) -> tuple[Array, Array]:
    """THT count (unrounded) and average revenue (real), (year, area, draw) each.

    Parameters
    ----------
    shocks : (year, area or 1, draw) log shock common to all revenue; groups carry `tht_shock_share` of it
    """
    years = np.arange(1, shocks.shape[0] + 1)[:, None, None]
    count = start.tht_count * (1.0 + p["tht_count_change"]) ** years
    path = np.cumsum(p["tht_revenue_growth"] + p["tht_shock_share"] * shocks, axis=0)
    return count, start.tht_revenue * np.exp(path)


def unions(start: Start, p: Parameters, ranks: EventRanks) -> tuple[Array, Array, Array]:
    """Unions founded, their number and their member HTX, (year, area, draw) each; none dissolve."""
    founded = poisson(
        start.founding_share * p["union_founding_rate"], ranks.uniform["union_founded"], ranks.score["union_founded"]
    )
    total = np.cumsum(founded, axis=0)
    return founded, start.unions + total, start.union_htx + total * np.rint(p["htx_per_union"])


def discrepancy(spread: Array, score: Array) -> Array:
    """What the model leaves out of an average: a random walk of the log, mean exactly 1.

    Parameters
    ----------
    spread : (draw) sd of the log after one year; it grows with the root of time
    score : (year, 1, draw) normal scores

    Returns
    -------
    (year, 1, draw) factor
    """
    years = np.arange(1, score.shape[0] + 1)[:, None, None]
    return np.exp(spread * np.cumsum(score, axis=0) - 0.5 * spread * spread * years)


def discrepancy_of(output: str, p: Parameters, ranks: EventRanks) -> Array:
    """`discrepancy` of one output's average."""
    return discrepancy(p[f"discrepancy_{output}"], ranks.score[f"discrepancy_{output}"])


def beside_htx(start: Start, p: Parameters, shocks: Array, ranks: EventRanks) -> dict[str, Array]:
    """Series of groups and unions, {name: (year, area, draw)}; member HTX not yet bounded by those there are."""
    count, revenue = groups(start, p, shocks)
    revenue = revenue * discrepancy_of("tht", p, ranks)
    founded, number, members = unions(start, p, ranks)
    return {
        "tht_count": np.rint(count),
        "tht_members": count * p["tht_members_per_group"],
        "tht_revenue": revenue,
        "tht_profit": revenue * p["tht_profit_share"],
        "lhhtx_founded": founded,
        "lhhtx_count": number,
        "lhhtx_member_htx": members,
    }
