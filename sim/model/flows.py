"""One year's integer flows of HTX and what they do to members and workers (docs/model.md section 3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.model.inversion import Curve, binomial, binomial_after, poisson
from sim.model.memory import WIDTH, level
from sim.model.response import Effects, Parameters
from sim.model.state import EventRanks, Flows, Ranks, State, ranks_of

Array = NDArray[np.floating]


class _Luck(NamedTuple):
    """Ranks of events, their scores, and what expansions take of these, if it is kept."""

    uniform: Array
    score: Array
    curve: Curve | None = None


def year_effect(spread: Array, score: Array) -> Array:
    """Lognormal good or bad year of mean exactly 1; `spread` is the sd of its log."""
    return np.exp(spread * score - 0.5 * spread * spread)


def foundings(
    expected: Array, p: Parameters, ranks: EventRanks, years: slice, out: tuple[Array, Array],
    before: tuple[Array, Array] | None = None,
) -> None:  # fmt: skip
    """New HTX of some years and those of them that are active, (year, area, draw), whole, into `out`.

    Foundings depend on no stock, so several years are drawn in one call; `expected` is their mean number. `before` are
    those of another plan with as many shells among them, on the same ranks.
    """
    founded = poisson(expected, *_luck(ranks, ("founded",), years), out=out[0])
    shells = founded, p["shell_share"], *_luck(ranks, ("founded_shell",), years)
    if before:
        counted = before[0], np.subtract(*before, out=out[1])
        np.subtract(founded, binomial_after(counted, *shells, out=out[1]), out=out[1])
    else:
        np.subtract(founded, binomial(*shells), out=out[1])


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
    of_stopping, of_reactivation = effects.stopping[years], effects.reactivation[years]
    by_area = (np.shape(p[name]) for name in ("stopping_rate", "reactivation_rate"))
    count, *shape = np.broadcast_shapes(of_stopping.shape, of_reactivation.shape, *by_area)
    moves = np.empty((count, 2, *shape))
    np.multiply(p["stopping_rate"], of_stopping, out=moves[:, 0])
    np.multiply(p["reactivation_rate"], of_reactivation, out=moves[:, 1])
    dissolved = np.multiply(dissolution, effects.dissolution[years], order="C")  # its flat places are its own memory
    for rates in (moves, dissolved):
        if rates.max() > 1.0:
            places = (rates.reshape(-1) > 1.0).nonzero()[0]
            rates.reshape(-1)[places] = 1.0
            np.add.at(clipped, places % clipped.size, 1)
    return moves, dissolved


def htx_flows(
    state: State,
    rates: tuple[Array, Array],
    ranks: EventRanks,
    *,
    year: int,
    out: tuple[Array, Array],
    before: tuple[State, Flows, Sequence[bool]] | None = None,
) -> None:
    """Stopped, reactivated and dissolved HTX of one year.

    Parameters
    ----------
    state : at the end of last year
    rates : of the year, as `exit_rates` gives them
    out : where flows are to stand, those stopped and reactivated (2, area, draw) and those dissolved (area, draw)
    before : another plan's state, its flows on the same ranks, and which of the rates are the same
    """
    if before and before[2][0]:
        last, were, _ = before
        for place, name in enumerate(("stopped", "reactivated")):
            counted = getattr(last, ("active", "inactive")[place]), getattr(were, name)
            trials = (state.active, state.inactive)[place]
            binomial_after(counted, trials, rates[0][place], *_luck(ranks, (name,), year), out=out[0][place])
    else:
        # Two events in one call: neither depends on the other.
        luck = _luck(ranks, ("stopped", "reactivated"), year)
        binomial(_pair(state.active, state.inactive), rates[0], *luck, out=out[0])
    dormant = state.inactive - out[0][1]
    dissolving = dormant, rates[1], *_luck(ranks, ("dissolved",), year)
    if before and before[2][1]:
        last, were, _ = before
        binomial_after((last.inactive - were.reactivated, were.dissolved), *dissolving, out=out[1])
    else:
        binomial(*dissolving, out=out[1])


def _luck(ranks: EventRanks, names: tuple[str, ...], years: int | slice) -> _Luck:
    """Ranks and scores of an event in some years, or of two in one year, (2, area, draw).

    What is asked for again is kept with its curve for further plans; of many areas that would take much room.
    """
    asked = names, (years.start, years.stop) if isinstance(years, slice) else years
    if (known := ranks.kept.get(asked)) is not None:
        return known
    uniform, score = ([one[name][years] for name in names] for one in (ranks.uniform, ranks.score))
    if len(names) == 1:
        luck = _Luck(uniform[0], score[0])
    else:
        scores = _pair(*score)
        luck = _Luck(ranks_of(scores) if isinstance(uniform[0], Ranks) else _pair(*uniform), scores)
    again = asked in ranks.kept
    ranks.kept[asked] = None
    if again and luck.score.size <= WIDTH:
        luck = ranks.kept[asked] = luck._replace(curve=Curve.of(luck.score.astype(np.float32)))
    return luck


def _pair(first: Array, second: Array) -> Array:
    """Two arrays as one, (2, …); `numpy.stack` would take longer than the rest."""
    both = np.empty((2, *first.shape))
    both[0], both[1] = first, second
    return both


def apply_htx(state: State, flows: Flows, out: tuple[Array, Array]) -> tuple[Array, Array]:
    """Active and inactive HTX after the year's flows, into `out`; every HTX is accounted for."""
    active, inactive = out
    np.subtract(state.active, flows.stopped, out=active)
    active += flows.reactivated
    active += flows.founded_active
    np.add(state.inactive, flows.stopped, out=inactive)
    inactive -= flows.reactivated
    inactive -= flows.dissolved
    inactive += flows.founded - flows.founded_active
    return active, inactive


def members_next(members: Array, flows: Flows, p: Parameters, out: Array | None = None) -> Array:
    """Members after the year: those of dissolved HTX leave, the rest grow, new HTX bring theirs."""
    per_htx = p["members_per_new_htx"]
    staying = np.subtract(members, per_htx * flows.dissolved, out=out)
    staying = np.maximum(staying, level(0.0, staying), out=out)
    staying = np.multiply(1.0 + p["member_growth"], staying, out=out)
    return np.add(staying, per_htx * flows.founded, out=out)


def workers_next(state: State, flows: Flows, p: Parameters, out: Array) -> tuple[Array, Array]:
    """Regular workers after the year into `out`; those who came and those who left [persons].

    Notes
    -----
    A net gain of active HTX brings `workers_per_added_active` each; a net loss takes at most the
    average an HTX has, so that workers never go below zero.
    """
    per_htx = p["workers_per_added_active"]
    joined = flows.founded_active + flows.reactivated
    change = joined - flows.stopped
    per_loss = np.maximum(state.active, level(1.0, state.active))
    np.divide(state.workers, per_loss, out=per_loss)
    np.minimum(per_htx, per_loss, out=per_loss)
    # A gain brings more each than a loss takes: the larger product is the one that holds.
    np.multiply(per_htx, change, out=out)
    change *= per_loss
    np.maximum(out, change, out=out)
    out += state.workers
    joined *= per_htx
    per_loss *= flows.stopped
    return joined, np.minimum(per_loss, state.workers, out=per_loss)
