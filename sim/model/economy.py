"""Revenue and income of a year: what every HTX does, and who joins (docs/model.md section 3)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.model.memory import level
from sim.model.response import Parameters
from sim.model.state import EventRanks, Flows, State

Array = NDArray[np.floating]


def common_shocks(world: Parameters, calibrated: Parameters, ranks: EventRanks) -> Array:
    """Log shock that hits all revenue of each year, (year, area or 1, draw).

    Notes
    -----
    What happens follows the world's volatility and disasters; the mean correction always follows
    the calibrated ones, so that the reference path stays the calibrated one and an adverse world
    is worse. A share of a disaster's log loss comes back the year after; whether the base year
    had one is not known, so nothing comes back in the first year.
    """
    spread, calibrated_spread = world["revenue_volatility"], calibrated["revenue_volatility"]
    shock = spread * ranks.score["revenue_shock"] - 0.5 * calibrated_spread * calibrated_spread
    log_loss = np.log1p(-world["disaster_loss"])
    hit = ranks.uniform["disaster"] < world["disaster_probability"]
    probability, loss = calibrated["disaster_probability"], calibrated["disaster_loss"]
    shock = shock + hit * log_loss - np.log1p(-probability * loss)
    returning = world["shock_recovery"] * log_loss
    mean_return = np.log1p(probability * ((1.0 - loss) ** -calibrated["shock_recovery"] - 1.0))
    later = hit[:-1] * returning + mean_return
    if later.shape[1] > shock.shape[1]:
        shock = np.repeat(shock, later.shape[1], axis=1)
    shock[1:] -= later
    return shock


def initial_missing_revenue(state: State, p: Parameters, share: Array) -> Array:
    """What HTX that joined in earlier years still lack at the start, at the reference rates."""
    entering = share * p["foundings_reference"] * (1.0 - p["shell_share"]) * (1.0 - p["relative_revenue_new"])
    returning = p["reactivation_rate"] * state.inactive * (1.0 - p["relative_revenue_reactivated"])
    leaving = p["stopping_rate"] * state.active * (1.0 - p["relative_revenue_stopped"])
    units = (entering + returning - leaving) / p["newcomer_catch_up"]
    return state.revenue * np.clip(units, 0.0, state.active / 2.0)


def revenue_step(
    state: State, flows: Flows, active: Array, common: Array, p: Parameters, out: tuple[Array, Array, Array | None]
) -> None:
    """Average revenue of active HTX after one year.

    Parameters
    ----------
    state : at the end of last year
    active : (area, draw) active HTX at the end of this year
    common : (…, draw) factor G by which every continuing HTX grows, real
    out : where the average and what late-comers lack [million VND/yr] are to stand, and, if asked for, the part of
        the average's growth that is late-comers catching up, a share of last year's average
    """
    revenue, missing, catch_up = out
    speed = p["newcomer_catch_up"]
    grown = common * state.revenue
    small_new = flows.founded_active * p["relative_revenue_new"]
    small_back = flows.reactivated * p["relative_revenue_reactivated"]
    small_gone = flows.stopped * p["relative_revenue_stopped"]
    caught_up = speed * common
    caught_up = caught_up * state.missing_revenue
    np.subtract(state.active, small_gone, out=revenue)
    revenue += small_new
    revenue += small_back
    revenue *= grown
    revenue += caught_up
    lacking = np.subtract(flows.founded_active, small_new, out=small_new)
    lacking += flows.reactivated
    lacking -= small_back
    lacking -= np.subtract(flows.stopped, small_gone, out=small_gone)
    lacking *= state.revenue
    np.multiply(1.0 - speed, state.missing_revenue, out=missing)
    missing += lacking
    missing *= common
    np.maximum(missing, level(0.0, missing), out=missing)
    some = active.min() > 0.0
    size = active if some else np.maximum(active, 1.0)
    none = None if some else active <= 0.0
    revenue /= size
    if none is not None:  # a stratum that lost its last HTX keeps the common path, so that it can restart from it
        revenue[none] = grown[none]
    if catch_up is not None:
        np.multiply(state.revenue, size, out=catch_up)
        np.divide(caught_up, catch_up, out=catch_up)
        if none is not None:
            catch_up[none] = 0.0


def income_next(state: State, joined: Array, left: Array, pay_rise: Array, p: Parameters, out: Array) -> Array:
    """Average income of regular workers after one year into `out`, (area, draw) [million VND/yr, real].

    Parameters
    ----------
    joined, left : (area, draw) workers who came and who left [persons], of those there were at most all
    pay_rise : (…, draw) factor of the income of those who stay
    """
    staying = state.workers - left
    heads = staying + joined
    staying += joined * p["relative_wage_new"]
    fewest = heads.min()
    none = None if fewest > 0.0 else heads <= 0.0
    staying /= heads if fewest >= 1.0 else np.maximum(heads, level(1.0, heads), out=heads)
    if none is not None:
        staying[none] = 1.0
    np.multiply(state.income, pay_rise, out=out)
    out *= staying
    return out
