"""The yearly recursion: from a start, effects, parameters and event ranks to every series."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.model.economy import income_next, revenue_step
from sim.model.exogenous import Exogenous, exogenous
from sim.model.flows import apply_htx, exit_rates, foundings, htx_flows, members_next, workers_next
from sim.model.others import discrepancy, groups, unions
from sim.model.response import Effects, Parameters
from sim.model.state import EventRanks, Flows, Start, State

Array = NDArray[np.floating]

#: Series the yearly step records.
STEPPED = (
    "htx_active", "htx_inactive", "htx_stopped", "htx_reactivated", "htx_dissolved", "htx_members",
    "htx_workers", "htx_revenue", "htx_worker_income", "catch_up",
)  # fmt: skip


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
        revenue_gap=_discrepancy("revenue", world, ranks),
        income_gap=_discrepancy("income", world, ranks),
    )


def project(known: Setting, effects: Effects, world: Parameters, ranks: EventRanks) -> Projection:
    """Run the HTX of a plan; groups and unions, which no budget line moves, are `beside_htx`.

    Parameters
    ----------
    known : of the same world and event ranks
    effects : what the plan's money does, (year, scope, draw), of every year there are event ranks for

    Returns
    -------
    Projection

    Notes
    -----
    docs/model.md section 3. The decomposition of averages is taken before the discrepancy.
    """
    series, clipped = htx_paths(known.exogenous, effects, world, ranks)
    revenue = series["htx_revenue"] * known.revenue_gap
    income = series["htx_worker_income"] * known.income_gap
    series |= {"htx_revenue": revenue, "htx_worker_income": income, "htx_profit": revenue * world["profit_margin"]}
    return Projection(series, clipped)


def htx_paths(
    known: Exogenous, effects: Effects, world: Parameters, ranks: EventRanks
) -> tuple[dict[str, Array], Array]:
    """The HTX alone, before any discrepancy: what history is matched with.

    Returns
    -------
    series : {name: (year, area, draw)}, real
    clipped : (draw) how often a probability had to be cut to 1
    """
    years, _, draws = effects.founding.shape
    shape = (years, known.initial.active.shape[0], draws)
    series: dict[str, Array] = {name: np.empty(shape) for name in STEPPED}
    founded, founded_active = foundings(known.foundings, effects, world, ranks)
    *rates, clipped = exit_rates(known.dissolution, effects, world)
    levels = np.diff(effects.revenue_level, axis=0, prepend=0.0)
    log_common = known.log_growth + levels
    common = np.exp(log_common)
    pay_rise = np.exp(world["income_trend"] + world["income_pass_through"] * log_common)
    state = known.initial
    for year in range(shape[0]):
        new = founded[year], founded_active[year]
        flows = htx_flows(state, new, tuple(rate[year] for rate in rates), ranks, year=year)
        record = {name: values[year] for name, values in series.items()}
        state = _advance(state, flows, (common[year], pay_rise[year]), world, record)
    series |= {"htx_founded": founded, "htx_founded_active": founded_active}
    series["htx_registered"] = series["htx_active"] + series["htx_inactive"]
    return series | _decomposition(series, known.initial, common, pay_rise), clipped


def _advance(state: State, flows: Flows, common: tuple[Array, Array], p: Parameters, record: dict[str, Array]) -> State:
    """State after one year; everything about the year goes into its record.

    `common` is what all who stay share: growth of revenue and of pay, factors.
    """
    growth, pay_rise = common
    active, inactive = apply_htx(state, flows)
    revenue = revenue_step(state, flows, active, growth, p)
    workers, joined, left = workers_next(state, flows, p)
    income = income_next(state, joined, left, pay_rise, p)
    members = members_next(state.members, flows, p)
    year = {
        "htx_active": active, "htx_inactive": inactive, "htx_stopped": flows.stopped,
        "htx_reactivated": flows.reactivated, "htx_dissolved": flows.dissolved, "htx_members": members,
        "htx_workers": workers, "htx_revenue": revenue.revenue, "htx_worker_income": income,
        "catch_up": revenue.catch_up,
    }  # fmt: skip
    for name, values in year.items():
        record[name][...] = values
    return State(active, inactive, members, workers, revenue.revenue, revenue.missing, income)


def _decomposition(series: dict[str, Array], initial: State, common: Array, pay_rise: Array) -> dict[str, Array]:
    """Growth of the averages parted into what all who stay share and the rest, (year, area, draw) each."""

    def growth(name: str, first: Array) -> Array:
        return series[name] / np.concatenate([first[None], series[name][:-1]]) - 1.0

    shape = series["htx_revenue"].shape
    shared, pay = np.broadcast_to(common - 1.0, shape), np.broadcast_to(pay_rise - 1.0, shape)
    return {
        "growth": shared,
        "composition": growth("htx_revenue", initial.revenue) - shared - series["catch_up"],
        "income_growth": pay,
        "income_composition": growth("htx_worker_income", initial.income) - pay,
    }


def beside_htx(start: Start, p: Parameters, shocks: Array, ranks: EventRanks) -> dict[str, Array]:
    """Series of groups and unions, {name: (year, area, draw)}; member HTX not yet bounded by those there are."""
    count, revenue = groups(start, p, shocks)
    revenue = revenue * _discrepancy("tht", p, ranks)
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


def _discrepancy(output: str, p: Parameters, ranks: EventRanks) -> Array:
    return discrepancy(p[f"discrepancy_{output}"], ranks.score[f"discrepancy_{output}"])
