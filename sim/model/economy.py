"""Revenue and income of a year: what every HTX does, and who joins (docs/model.md section 3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.model.response import Parameters
from sim.model.state import EventRanks, Flows, State

Array = NDArray[np.floating]


@dataclass(frozen=True)
class RevenueStep:
    """One year of revenue, (area, draw); shares are of last year's average, real.

    Attributes
    ----------
    revenue, missing : average per active HTX and what late-comers lack [million VND/yr]
    catch_up : part of the average's growth that is late-comers catching up
    """

    revenue: Array
    missing: Array
    catch_up: Array


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


def revenue_step(state: State, flows: Flows, active: Array, common: Array, p: Parameters) -> RevenueStep:
    """Average revenue of active HTX after one year.

    Parameters
    ----------
    state : at the end of last year
    active : (area, draw) active HTX at the end of this year
    common : (…, draw) factor G by which every continuing HTX grows, real
    """
    average, missing = state.revenue, state.missing_revenue
    speed = p["newcomer_catch_up"]
    small_new = flows.founded_active * p["relative_revenue_new"]
    small_back = flows.reactivated * p["relative_revenue_reactivated"]
    small_gone = flows.stopped * p["relative_revenue_stopped"]
    caught_up = speed * common * missing
    total = common * average * (state.active - small_gone + small_new + small_back) + caught_up
    joined = flows.founded_active - small_new + flows.reactivated - small_back
    lacking = joined - (flows.stopped - small_gone)
    missing = np.maximum(0.0, common * ((1.0 - speed) * missing + average * lacking))
    size = np.maximum(active, 1.0)
    # A stratum that lost its last HTX keeps the common path, so that it can restart from it.
    revenue = np.where(active > 0.0, total / size, common * average)
    return RevenueStep(revenue, missing, np.where(active > 0.0, caught_up / (average * size), 0.0))


def income_next(state: State, joined: Array, left: Array, pay_rise: Array, p: Parameters) -> Array:
    """Average income of regular workers after one year, (area, draw) [million VND/yr, real].

    Parameters
    ----------
    joined, left : (area, draw) workers who came and who left [persons]
    pay_rise : (…, draw) factor of the income of those who stay
    """
    staying = np.maximum(state.workers - left, 0.0)
    paid = staying + joined * p["relative_wage_new"]
    heads = staying + joined
    return state.income * pay_rise * np.where(heads > 0.0, paid / np.maximum(heads, 1.0), 1.0)
