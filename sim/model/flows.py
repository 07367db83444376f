"""One year's integer flows of HTX and what they do to members and workers (docs/model.md section 3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.model.inversion import binomial, poisson
from sim.model.response import Effects, Parameters
from sim.model.state import EventRanks, Flows, State

Array = NDArray[np.floating]


def year_effect(spread: Array, score: Array) -> Array:
    """Lognormal good or bad year of mean exactly 1; `spread` is the sd of its log."""
    return np.exp(spread * score - 0.5 * spread * spread)


def foundings(expected: Array, effects: Effects, p: Parameters, ranks: EventRanks) -> tuple[Array, Array]:
    """New HTX of every year and those of them that are active, (year, area, draw), whole.

    Foundings depend on no stock, so all years are drawn in one call; `expected` holds their number
    at reference funding, (year, area, draw).
    """
    founded = poisson(expected * effects.founding, ranks.uniform["founded"], ranks.score["founded"])
    shells = binomial(founded, p["shell_share"], ranks.uniform["founded_shell"], ranks.score["founded_shell"])
    return founded, founded - shells


def exit_rates(dissolution: Array, effects: Effects, p: Parameters) -> tuple[Array, Array, Array, Array]:
    """Probabilities of stopping, reactivation and dissolution, each (year, area or 1, draw), cut to [0, 1].

    `dissolution` is the probability at reference funding, (year, area or 1, draw). The fourth array counts, per
    draw, how often one had to be cut.
    """
    rates = (
        p["stopping_rate"] * effects.stopping,
        p["reactivation_rate"] * effects.reactivation,
        dissolution * effects.dissolution,
    )
    clipped = sum((rate > 1.0).sum(axis=(0, 1)) for rate in rates)
    stopping, reactivation, dissolved = (np.minimum(rate, 1.0) for rate in rates)
    return stopping, reactivation, dissolved, clipped


def htx_flows(
    state: State, founded: tuple[Array, Array], rates: tuple[Array, Array, Array], ranks: EventRanks, *, year: int
) -> Flows:
    """Stopped, reactivated and dissolved HTX of one year, beside the year's foundings.

    Parameters
    ----------
    state : at the end of last year
    founded : all and active new HTX of the year, (area, draw)
    rates : stopping, reactivation and dissolution probability of the year, (area or 1, draw)
    """
    u, z = ranks.uniform, ranks.score
    stopped = binomial(state.active, rates[0], u["stopped"][year], z["stopped"][year])
    reactivated = binomial(state.inactive, rates[1], u["reactivated"][year], z["reactivated"][year])
    dormant = state.inactive - reactivated
    dissolved = binomial(dormant, rates[2], u["dissolved"][year], z["dissolved"][year])
    return Flows(*founded, stopped, reactivated, dissolved)


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
