"""docs/model.md section 3 written down once more, plainly, for one draw at a time.

Given the whole-number flows of a run, everything else follows without chance; this follows the
page's formulas with plain Python numbers, so that the array code is checked against another text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

Values = Mapping[str, float]


@dataclass
class Htx:
    """One stratum of one draw at a year's end; names as in docs/model.md."""

    active: float
    inactive: float
    members: float
    workers: float
    average: float
    missing: float
    income: float
    like_for_like: float = 0.0
    catch_up: float = 0.0
    composition: float = 0.0
    income_like_for_like: float = 0.0


def start_missing(active: float, inactive: float, average: float, share: float, p: Values) -> float:
    """W at the start: r clip((F(1-shell)(1-rel_new) + ... - ...)/lambda, 0, A/2)."""
    entering = share * p["foundings_reference"] * (1 - p["shell_share"]) * (1 - p["relative_revenue_new"])
    returning = p["reactivation_rate"] * inactive * (1 - p["relative_revenue_reactivated"])
    leaving = p["stopping_rate"] * active * (1 - p["relative_revenue_stopped"])
    units = (entering + returning - leaving) / p["newcomer_catch_up"]
    return average * min(max(units, 0.0), active / 2)


def step(before: Htx, flows: Values, common: float, common_log: float, p: Values) -> Htx:
    """One year: flows F, Fa, S, R, D; common growth factor G and its log."""
    from math import exp

    founded, entered = flows["htx_founded"], flows["htx_founded_active"]
    stopped, back, dissolved = flows["htx_stopped"], flows["htx_reactivated"], flows["htx_dissolved"]
    active = before.active - stopped + back + entered
    inactive = before.inactive + stopped - back - dissolved + (founded - entered)
    per_new = p["members_per_new_htx"]
    members = (1 + p["member_growth"]) * max(before.members - per_new * dissolved, 0.0) + per_new * founded
    per_active, change = p["workers_per_added_active"], entered + back - stopped
    per_loss = min(per_active, before.workers / max(before.active, 1.0))
    workers = before.workers + (per_active if change >= 0 else per_loss) * change

    speed = p["newcomer_catch_up"]
    sizes = (
        entered * p["relative_revenue_new"]
        + back * p["relative_revenue_reactivated"]
        - stopped * p["relative_revenue_stopped"]
    )
    total = common * before.average * (before.active + sizes) + speed * common * before.missing
    lacking = entered + back - stopped - sizes
    missing = max(0.0, common * ((1 - speed) * before.missing + before.average * lacking))
    average = total / active if active > 0 else common * before.average
    caught = speed * common * before.missing / (before.average * active) if active > 0 else 0.0

    factor = exp(p["income_trend"] + p["income_pass_through"] * common_log)
    joined, left = per_active * (entered + back), min(per_loss * stopped, before.workers)
    heads = max(before.workers - left, 0.0) + joined
    paid = max(before.workers - left, 0.0) + joined * p["relative_wage_new"]
    income = before.income * factor * (paid / heads if heads > 0 else 1.0)
    return Htx(
        active, inactive, members, workers, average, missing, income,
        like_for_like=common - 1, catch_up=caught, composition=average / before.average - common - caught,
        income_like_for_like=factor - 1,
    )  # fmt: skip


def path(start: Htx, flows: Sequence[Values], growth: Sequence[tuple[float, float]], p: Values) -> list[Htx]:
    """All years of one stratum of one draw; `growth` holds (G, log G) per year."""
    years, state = [], start
    for flow, (common, common_log) in zip(flows, growth, strict=True):
        state = step(state, flow, common, common_log, p)
        years.append(state)
    return years
