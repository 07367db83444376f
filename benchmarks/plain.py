"""The yearly recursion as it would be written without this package: one text for arrays and for pandas columns.

Flows come from library samplers (`Generator.poisson`, `Generator.binomial`), which are fast to
write and give no common random numbers: that is what the package pays for and is compared with.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

LINES = ("establishment", "capacity", "market", "survey")
#: Persistence and line of every channel.
CHANNELS = {
    "founding": "establishment", "reactivation": "establishment", "capacity": "capacity", "market": "market",
}  # fmt: skip
Columns = dict[str, Any]
Sampler = Callable[..., Any]


def first_effects(spending: Mapping[str, Any], p: Mapping[str, Any]) -> Columns:
    """h(u) of every line, times the aim of the survey line."""
    effect = {
        line: (1 - p[f"doubling_return_{line}"] ** spending[line]) / (1 - p[f"doubling_return_{line}"])
        for line in LINES
    }
    aimed = np.maximum(0.0, 1 + p["targeting_gain"] * (effect["survey"] - 1))
    return {line: effect[line] * (1 if line == "survey" else aimed) for line in LINES}


def year(
    state: Columns, spending: Mapping[str, Any], p: Mapping[str, Any], sample: Mapping[str, Sampler], share: Any
) -> Columns:
    """One year from (area, draw) or flat columns to the next; keys as in `start`."""
    effect = first_effects(spending, p)
    x = {
        name: state[f"x_{name}"] + (1 - p[f"persistence_{name}"]) * (effect[line] - state[f"x_{name}"])
        for name, line in CHANNELS.items()
    }
    founding = p["foundings_reference"] * np.maximum(0.0, 1 + p["phi_establishment_founding"] * (x["founding"] - 1))
    founded = sample["poisson"](share * founding * lognormal(p["founding_lumpiness"], sample))
    shells = sample["binomial"](founded, p["shell_share"])
    stopping = p["stopping_rate"] * np.exp(np.log1p(-p["phi_capacity_stopping"]) * (x["capacity"] - 1))
    stopped = sample["binomial"](state["active"], np.minimum(stopping, 1.0))
    back = p["reactivation_rate"] * np.maximum(0.0, 1 + p["phi_establishment_reactivation"] * (x["reactivation"] - 1))
    reactivated = sample["binomial"](state["inactive"], np.minimum(back, 1.0))
    closing = p["dissolution_rate"] * np.maximum(0.0, 1 + p["phi_survey_dissolution"] * (effect["survey"] - 1))
    closing = closing * lognormal(p["dissolution_lumpiness"], sample)
    dissolved = sample["binomial"](state["inactive"] - reactivated, np.minimum(closing, 1.0))
    flows = {
        "founded": founded,
        "entered": founded - shells,
        "stopped": stopped,
        "reactivated": reactivated,
        "dissolved": dissolved,
    }
    return {
        **people(state, flows, p),
        **money(state, flows, x, p, sample),
        **{f"x_{name}": value for name, value in x.items()},
    }


def lognormal(spread: Any, sample: Mapping[str, Sampler]) -> Any:
    """A good or bad year of mean one."""
    return np.exp(spread * sample["normal"]() - 0.5 * spread * spread)


def people(state: Columns, flows: Columns, p: Mapping[str, Any]) -> Columns:
    """HTX, members and workers after the year."""
    change = flows["entered"] + flows["reactivated"] - flows["stopped"]
    per_loss = np.minimum(p["workers_per_added_active"], state["workers"] / np.maximum(state["active"], 1.0))
    staying = np.maximum(state["members"] - p["members_per_new_htx"] * flows["dissolved"], 0.0)
    return {
        "active": state["active"] + change,
        "inactive": state["inactive"]
        + flows["stopped"]
        - flows["reactivated"]
        - flows["dissolved"]
        + flows["founded"]
        - flows["entered"],
        "members": (1 + p["member_growth"]) * staying + p["members_per_new_htx"] * flows["founded"],
        "workers": state["workers"] + np.where(change >= 0, p["workers_per_added_active"], per_loss) * change,
    }


def money(state: Columns, flows: Columns, x: Columns, p: Mapping[str, Any], sample: Mapping[str, Sampler]) -> Columns:
    """Average revenue and income after the year, with the parts of the average's growth."""
    level = sum(
        np.minimum(p[f"coverage_{line}_revenue"] / (1 - p[f"persistence_{line}"]), 1.0)
        * p[f"effect_{line}_revenue"]
        * (x[line] - 1)
        for line in ("capacity", "market")
    )
    hit = sample["uniform"]() < p["disaster_probability"]
    shock = p["revenue_volatility"] * sample["normal"]() - 0.5 * p["revenue_volatility"] ** 2
    shock = shock + hit * np.log1p(-p["disaster_loss"]) - np.log1p(-p["disaster_probability"] * p["disaster_loss"])
    common = np.exp(p["revenue_growth_reference"] + level - state["level"] + shock)
    entered, back, gone = flows["entered"], flows["reactivated"], flows["stopped"]
    sizes = (
        entered * p["relative_revenue_new"]
        + back * p["relative_revenue_reactivated"]
        - gone * p["relative_revenue_stopped"]
    )
    caught = p["newcomer_catch_up"] * common * state["missing"]
    active = np.maximum(state["active"] + entered + back - gone, 1.0)
    revenue = (common * state["revenue"] * (state["active"] + sizes) + caught) / active
    revenue = np.where(revenue > 0, revenue, common * state["revenue"])
    missing = common * (
        (1 - p["newcomer_catch_up"]) * state["missing"] + state["revenue"] * (entered + back - gone - sizes)
    )
    factor = np.exp(p["income_trend"] + p["income_pass_through"] * np.log(common))
    joined = p["workers_per_added_active"] * (entered + back)
    staying = np.maximum(state["workers"] - p["workers_per_added_active"] * gone, 0.0)
    paid = (staying + joined * p["relative_wage_new"]) / np.maximum(staying + joined, 1.0)
    caught = caught / (state["revenue"] * active)
    return {
        "revenue": revenue,
        "missing": np.maximum(0.0, missing),
        "income": state["income"] * factor * paid,
        "level": level,
        "like_for_like": common - 1,
        "catch_up": caught,
        "composition": revenue / state["revenue"] - common - caught,
    }


def start(active: Any, inactive: Any, workers: Any) -> Columns:
    """The base year in the columns `year` moves."""
    figures = {"active": active, "inactive": inactive, "workers": workers, "members": 15.0 * (active + inactive)}
    averages = {"revenue": 895.0, "missing": 90.0 * active, "income": 48.0, "level": 0.0}
    return {**figures, **averages, **{f"x_{name}": 1.0 for name in CHANNELS}}
