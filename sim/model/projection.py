"""The yearly recursion: from a start, effects, parameters and luck to every series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.model.economy import common_shocks, income_step, initial_missing_revenue, revenue_step
from sim.model.flows import apply_htx, exit_rates, foundings, htx_flows, members_next, workers_next
from sim.model.others import discrepancy, groups, unions
from sim.model.response import Effects, Parameters
from sim.model.state import Flows, Luck, Start, State

Array = NDArray[np.floating]

#: Series the yearly step records.
STEPPED = (
    "htx_active", "htx_inactive", "htx_stopped", "htx_reactivated", "htx_dissolved", "htx_members",
    "htx_workers", "htx_revenue", "htx_worker_income",
    "growth", "catch_up", "composition", "income_growth", "income_composition",
)  # fmt: skip


@dataclass(frozen=True)
class Projection:
    """Series of one block of draws.

    Attributes
    ----------
    series : {name: (year, area, draw)}; money in base-year đồng, growth as shares
    clipped : (draw) how often a probability had to be cut to 1
    """

    series: dict[str, Array]
    clipped: Array


def project(start: Start, effects: Effects, world: Parameters, calibrated: Parameters, luck: Luck) -> Projection:
    """Run the model for as many years as `effects` has.

    Parameters
    ----------
    start : figures at the end of the base year
    effects : what the plan's money does, (year, draw)
    world, calibrated : parameter draws, (draw) each; they differ only where the world restates
    luck : one rank per event

    Returns
    -------
    Projection

    Notes
    -----
    MODEL.md section 3. The decomposition of averages is taken before the discrepancy.
    """
    series, shocks, clipped = htx_paths(start, effects, world, calibrated, luck)
    series |= _averages(series, world, luck) | _others(start, world, shocks, luck)
    series["lhhtx_member_htx"] = np.minimum(series["lhhtx_member_htx"], series["htx_registered"])
    return Projection(series, clipped)


def project_htx(start: Start, effects: Effects, world: Parameters, calibrated: Parameters, luck: Luck) -> Projection:
    """The HTX's series of `project` without those of groups and unions, which no budget line moves."""
    series, _, clipped = htx_paths(start, effects, world, calibrated, luck)
    return Projection(series | _averages(series, world, luck), clipped)


def htx_paths(
    start: Start, effects: Effects, world: Parameters, calibrated: Parameters, luck: Luck
) -> tuple[dict[str, Array], Array, Array]:
    """The HTX alone, before any discrepancy: what history is matched with.

    Returns
    -------
    series : {name: (year, area, draw)}, real
    shocks : (year, 1, draw) log shock common to all revenue
    clipped : (draw) how often a probability had to be cut to 1
    """
    years, draws = effects.founding.shape
    areas = start.active.shape[0]
    series: dict[str, Array] = {name: np.empty((years, areas, draws)) for name in STEPPED}
    shocks = common_shocks(world, calibrated, luck)
    founded, founded_active = foundings(effects, world, luck, start.founding_share)
    *rates, clipped = exit_rates(effects, world, luck)
    levels = np.diff(effects.revenue_level, axis=0, prepend=0.0)
    common = np.exp(world["revenue_growth_reference"] + levels[:, None, :] + shocks)
    state = _initial(start, calibrated, draws)
    for year in range(years):
        new = founded[year], founded_active[year]
        flows = htx_flows(state, new, tuple(rate[year] for rate in rates), luck, year=year)
        record = {name: values[year] for name, values in series.items()}
        state = _advance(state, flows, common[year], world, record)
    series |= {"htx_founded": founded, "htx_founded_active": founded_active}
    series["htx_registered"] = series["htx_active"] + series["htx_inactive"]
    return series, shocks, clipped


def _initial(start: Start, calibrated: Parameters, draws: int) -> State:
    """The base year; what late-comers lack then follows the past that was lived, not the world."""

    def spread(values: Array) -> Array:
        return np.broadcast_to(values, (start.active.shape[0], draws))

    state = State(
        active=spread(start.active),
        inactive=spread(start.inactive),
        members=spread(start.members),
        workers=spread(start.workers),
        revenue=spread(start.revenue),
        missing_revenue=np.zeros((1, 1)),
        income=spread(start.income),
    )
    state.missing_revenue = initial_missing_revenue(state, calibrated, start.founding_share)
    return state


def _advance(state: State, flows: Flows, common: Array, p: Parameters, record: dict[str, Array]) -> State:
    """State after one year; everything about the year goes into its record."""
    active, inactive = apply_htx(state, flows)
    revenue = revenue_step(state, flows, active, common, p)
    workers, joined, left = workers_next(state, flows, p)
    income, income_growth = income_step(state, joined, left, common, p)
    members = members_next(state.members, flows, p)
    year = {
        "htx_active": active, "htx_inactive": inactive, "htx_stopped": flows.stopped,
        "htx_reactivated": flows.reactivated, "htx_dissolved": flows.dissolved, "htx_members": members,
        "htx_workers": workers, "htx_revenue": revenue.revenue, "htx_worker_income": income,
        "growth": revenue.growth, "catch_up": revenue.catch_up, "composition": revenue.composition,
        "income_growth": income_growth, "income_composition": income / state.income - 1.0 - income_growth,
    }  # fmt: skip
    for name, values in year.items():
        record[name][...] = values
    return State(active, inactive, members, workers, revenue.revenue, revenue.missing, income)


def _averages(series: dict[str, Array], p: Parameters, luck: Luck) -> dict[str, Array]:
    """Averages of HTX with what the model leaves out of them, and the profit that follows."""
    revenue = series["htx_revenue"] * _discrepancy("revenue", p, luck)
    income = series["htx_worker_income"] * _discrepancy("income", p, luck)
    return {"htx_revenue": revenue, "htx_worker_income": income, "htx_profit": revenue * p["profit_margin"]}


def _others(start: Start, p: Parameters, shocks: Array, luck: Luck) -> dict[str, Array]:
    """Series of groups and unions."""
    count, revenue = groups(start, p, shocks)
    revenue = revenue * _discrepancy("tht", p, luck)
    founded, number, members = unions(start, p, luck)
    return {
        "tht_count": np.rint(count),
        "tht_members": count * p["tht_members_per_group"],
        "tht_revenue": revenue,
        "tht_profit": revenue * p["tht_profit_share"],
        "lhhtx_founded": founded,
        "lhhtx_count": number,
        "lhhtx_member_htx": members,
    }


def _discrepancy(output: str, p: Parameters, luck: Luck) -> Array:
    return discrepancy(p[f"discrepancy_{output}"], luck.score[f"discrepancy_{output}"])
