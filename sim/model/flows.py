"""One year's integer flows of HTX and what they do to members and workers (docs/model.md section 3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.model.inversion import binomial, poisson
from sim.model.response import Effects, Parameters
from sim.model.state import EventRanks, Flows, Ranks, State, ranks_of

Array = NDArray[np.floating]


def year_effect(spread: Array, score: Array) -> Array:
    """Lognormal good or bad year of mean exactly 1; `spread` is the sd of its log."""
    return np.exp(spread * score - 0.5 * spread * spread)


def foundings(expected: Array, p: Parameters, ranks: EventRanks, years: slice) -> tuple[Array, Array]:
    """New HTX of some years and those of them that are active, (year, area, draw), whole.

    Foundings depend on no stock, so several years are drawn in one call; `expected` is their mean number.
    """
    u, z = ranks.uniform, ranks.score
    founded = poisson(expected, u["founded"][years], z["founded"][years])
    shells = binomial(founded, p["shell_share"], u["founded_shell"][years], z["founded_shell"][years])
    return founded, founded - shells


def exit_rates(
    dissolution: Array, effects: Effects, p: Parameters, clipped: NDArray[np.int64], years: slice
) -> tuple[Array, Array]:
    """Probabilities of some years, cut to [0, 1]: of stopping and of reactivation, and of dissolution.

    Parameters
    ----------
    dissolution : (year, area or 1, draw) at reference funding
    clipped : (draw) counts on how often a probability had to be cut

    Returns
    -------
    (year, 2, area or 1, draw) and (year, area or 1, draw)
    """
    stopping = p["stopping_rate"] * effects.stopping[years]
    reactivation = p["reactivation_rate"] * effects.reactivation[years]
    dissolved = dissolution * effects.dissolution[years]
    count, *shape = np.broadcast_shapes(stopping.shape, reactivation.shape)
    moves = np.empty((count, 2, *shape))
    moves[:, 0], moves[:, 1] = stopping, reactivation
    for rates in (moves, dissolved):
        if rates.max() > 1.0:
            clipped += (rates > 1.0).sum(axis=tuple(range(rates.ndim - 1)))
            np.minimum(rates, 1.0, out=rates)
    return moves, dissolved


def htx_flows(
    state: State, founded: tuple[Array, Array], rates: tuple[Array, Array], ranks: EventRanks, *, year: int
) -> Flows:
    """Stopped, reactivated and dissolved HTX of one year, beside the year's foundings.

    Parameters
    ----------
    state : at the end of last year
    founded : all and active new HTX of the year, (area, draw)
    rates : of the year, as `exit_rates` gives them
    """
    u, z = ranks.uniform, ranks.score
    # Two events in one call: neither depends on the other.
    scores = _pair(z["stopped"][year], z["reactivated"][year])
    asked = isinstance(u["stopped"], Ranks)
    both = ranks_of(scores) if asked else _pair(u["stopped"][year], u["reactivated"][year])
    stopped, reactivated = binomial(_pair(state.active, state.inactive), rates[0], both, scores)
    dissolved = binomial(state.inactive - reactivated, rates[1], u["dissolved"][year], z["dissolved"][year])
    return Flows(*founded, stopped, reactivated, dissolved)


def _pair(first: Array, second: Array) -> Array:
    """Two arrays as one, (2, …); `numpy.stack` would take longer than the rest."""
    both = np.empty((2, *first.shape))
    both[0], both[1] = first, second
    return both


def apply_htx(state: State, flows: Flows) -> tuple[Array, Array]:
    """Active and inactive HTX after the year's flows; every HTX is accounted for."""
    active = state.active - flows.stopped + flows.reactivated + flows.founded_active
    shells = flows.founded - flows.founded_active
    inactive = state.inactive + flows.stopped - flows.reactivated - flows.dissolved + shells
    return active, inactive


def members_next(members: Array, flows: Flows, p: Parameters) -> Array:
    """Members after the year: those of dissolved HTX leave, the rest grow, new HTX bring theirs."""
    per_htx = p["members_per_new_htx"]
    staying = np.maximum(members - per_htx * flows.dissolved, 0.0)
    return (1.0 + p["member_growth"]) * staying + per_htx * flows.founded


def workers_next(state: State, flows: Flows, p: Parameters) -> tuple[Array, Array, Array]:
    """Regular workers after the year, with those who came and those who left [persons].

    Notes
    -----
    A net gain of active HTX brings `workers_per_added_active` each; a net loss takes at most the
    average an HTX has, so that workers never go below zero.
    """
    per_htx = p["workers_per_added_active"]
    change = flows.founded_active + flows.reactivated - flows.stopped
    average = state.workers / np.maximum(state.active, 1.0)
    per_loss = np.minimum(per_htx, average)
    workers = state.workers + np.where(change >= 0.0, per_htx, per_loss) * change
    joined = per_htx * (flows.founded_active + flows.reactivated)
    left = np.minimum(per_loss * flows.stopped, state.workers)
    return workers, joined, left
