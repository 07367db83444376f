"""The yearly recursion as the stocks and auxiliaries of system dynamics, said once for PySD and BPTK-Py.

One time step is a year: auxiliaries of step t lead from the end of year t to the end of year t + 1.
"""

from __future__ import annotations

from typing import Any, Protocol

from benchmarks.plain import CHANNELS, LINES

BASE = {"active": 405.0, "inactive": 97.0, "members": 7530.0, "workers": 9400.0, "revenue": 895.0, "income": 48.0}
BASE |= {"missing": 36450.0, "level": 0.0, **{f"x_{name}": 1.0 for name in CHANNELS}}
#: Assumptions that the equations read.
KEYS = (
    "targeting_gain", "foundings_reference", "founding_lumpiness", "shell_share", "stopping_rate", "reactivation_rate",
    "dissolution_rate", "dissolution_lumpiness", "phi_establishment_founding", "phi_capacity_stopping",
    "phi_establishment_reactivation", "phi_survey_dissolution", "member_growth", "members_per_new_htx",
    "workers_per_added_active", "revenue_growth_reference", "revenue_volatility", "disaster_probability",
    "disaster_loss", "newcomer_catch_up", "relative_revenue_new", "relative_revenue_reactivated",
    "relative_revenue_stopped", "income_trend", "income_pass_through", "relative_wage_new",
    *(f"doubling_return_{line}" for line in LINES), *(f"persistence_{name}" for name in CHANNELS),
    *(f"{kind}_{line}_revenue" for kind in ("coverage", "effect") for line in ("capacity", "market")),
)  # fmt: skip


class Writer(Protocol):
    """What a package offers: elements with arithmetic, and functions of them."""

    def get(self, name: str) -> Any:
        """A stock, an assumption, a line's relative spending."""

    def aux(self, name: str, value: Any) -> Any:
        """A named auxiliary: worked out once a step."""

    def follow(self, stock: str, value: Any) -> None:
        """Let a stock stand at a value after the step."""

    def call(self, function: str, *values: Any) -> Any:
        """max, min, exp, ln, normal, uniform, poisson, binomial."""

    def either(self, left: Any, right: Any, then: Any, other: Any) -> Any:
        """`then` where left ≤ right."""


def write(w: Writer) -> None:
    """Put the whole recursion into a package's words."""
    flows = _counts(w, _effects(w))
    _people(w, flows)
    _money(w, flows)


def _effects(w: Writer) -> dict[str, Any]:
    effect = {}
    for line in LINES:
        back = w.get(f"doubling_return_{line}")
        effect[line] = w.aux(f"effect_{line}", (1 - w.call("exp", w.get(line) * w.call("ln", back))) / (1 - back))
    aimed = w.aux("aimed", w.call("max", 0.0, 1 + w.get("targeting_gain") * (effect["survey"] - 1)))
    now = {"survey": effect["survey"]}
    for name, line in CHANNELS.items():
        before = w.get(f"x_{name}")
        moved = before + (1 - w.get(f"persistence_{name}")) * (effect[line] * aimed - before)
        now[name] = w.aux(f"now_{name}", moved)
        w.follow(f"x_{name}", now[name])
    added = 0.0
    for line in ("capacity", "market"):
        reach = w.call("min", w.get(f"coverage_{line}_revenue") / (1 - w.get(f"persistence_{line}")), 1.0)
        added = reach * w.get(f"effect_{line}_revenue") * (now[line] - 1) + added
    now["level"] = w.aux("now_level", added)
    shock = w.aux("shock", w.call("normal") * w.get("revenue_volatility") - 0.5 * w.get("revenue_volatility") ** 2)
    chance, loss = w.get("disaster_probability"), w.get("disaster_loss")
    hit = w.aux("hit", w.either(w.call("uniform"), chance, w.call("ln", 1 - loss), 0.0))
    growth = w.get("revenue_growth_reference") + now["level"] - w.get("level") + shock + hit
    w.aux("growth", growth - w.call("ln", 1 - chance * loss))
    w.aux("common", w.call("exp", w.get("growth")))
    w.follow("level", now["level"])
    return now


def _counts(w: Writer, now: dict[str, Any]) -> dict[str, Any]:
    lucky = {}
    for name in ("founding", "dissolution"):
        spread = w.get(f"{name}_lumpiness")
        lucky[name] = w.aux(f"luck_{name}", w.call("exp", spread * w.call("normal") - 0.5 * spread * spread))

    def rate(name: str, channel: str, phi: str) -> Any:
        return w.get(name) * w.call("max", 0.0, 1 + w.get(phi) * (now[channel] - 1))

    founding = rate("foundings_reference", "founding", "phi_establishment_founding") * lucky["founding"]
    founded = w.aux("founded", w.call("poisson", w.aux("founding", founding)))
    shells = w.aux("shells", w.call("binomial", founded, w.get("shell_share")))
    calmer = w.call("exp", w.call("ln", 1 - w.get("phi_capacity_stopping")) * (now["capacity"] - 1))
    stopping = w.aux("stopping", w.call("min", w.get("stopping_rate") * calmer, 1.0))
    back = rate("reactivation_rate", "reactivation", "phi_establishment_reactivation")
    back = w.aux("returning", w.call("min", back, 1.0))
    closing = rate("dissolution_rate", "survey", "phi_survey_dissolution") * lucky["dissolution"]
    closing = w.aux("closing", w.call("min", closing, 1.0))
    reactivated = w.aux("reactivated", w.call("binomial", w.get("inactive"), back))
    left = w.aux("left", w.get("inactive") - reactivated)
    return {
        "founded": founded, "entered": w.aux("entered", founded - shells), "reactivated": reactivated,
        "stopped": w.aux("stopped", w.call("binomial", w.get("active"), stopping)),
        "dissolved": w.aux("dissolved", w.call("binomial", left, closing)),
    }  # fmt: skip


def _people(w: Writer, flows: dict[str, Any]) -> None:
    founded, entered, back, gone = (flows[name] for name in ("founded", "entered", "reactivated", "stopped"))
    change = w.aux("change", entered + back - gone)
    w.follow("active", w.aux("now_active", w.get("active") + change))
    w.follow("inactive", w.get("inactive") + gone - back - flows["dissolved"] + founded - entered)
    per_new, per_active = w.get("members_per_new_htx"), w.get("workers_per_added_active")
    staying = w.call("max", w.get("members") - per_new * flows["dissolved"], 0.0)
    w.follow("members", (1 + w.get("member_growth")) * staying + per_new * founded)
    average = w.get("workers") / w.call("max", w.get("active"), 1.0)
    per_loss = w.aux("per_loss", w.call("min", per_active, average))
    w.follow("workers", w.get("workers") + w.either(0.0, change, per_active, per_loss) * change)


def _money(w: Writer, flows: dict[str, Any]) -> None:
    entered, back, gone = (flows[name] for name in ("entered", "reactivated", "stopped"))
    common, revenue, missing, speed = (w.get(name) for name in ("common", "revenue", "missing", "newcomer_catch_up"))
    sizes = entered * w.get("relative_revenue_new") + back * w.get("relative_revenue_reactivated")
    sizes = w.aux("sizes", sizes - gone * w.get("relative_revenue_stopped"))
    caught = w.aux("caught", speed * common * missing)
    active = w.aux("divisor", w.call("max", w.get("now_active"), 1.0))
    w.follow("revenue", (common * revenue * (w.get("active") + sizes) + caught) / active)
    lacking = (1 - speed) * missing + revenue * (entered + back - gone - sizes)
    w.follow("missing", w.call("max", 0.0, common * lacking))
    factor = w.call("exp", w.get("income_trend") + w.get("income_pass_through") * w.get("growth"))
    per_active = w.get("workers_per_added_active")
    joined = w.aux("joined", per_active * (entered + back))
    staying = w.aux("staying", w.call("max", w.get("workers") - per_active * gone, 0.0))
    paid = (staying + joined * w.get("relative_wage_new")) / w.call("max", staying + joined, 1.0)
    w.follow("income", w.get("income") * factor * paid)
