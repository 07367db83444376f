"""The yearly recursion in plain Python numbers: one draw, one stratum and one year at a time.

It rests on nothing of this package, so that peers run it in an environment of their own.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping, Sequence

from benchmarks import plain
from tests.support import oracle


def run(
    p: dict[str, float], spending: Sequence[dict[str, float]], strata: int, chance: random.Random
) -> list[oracle.Htx]:
    """All years of one draw; the strata as they stand at the end."""
    states = [start(strata, p) for _ in range(strata)]
    x, level = dict.fromkeys(plain.CHANNELS, 1.0), 0.0
    for money in spending:
        rates, x, after = rates_of(money, x, p, chance)
        common_log = growth_log(p, after - level, chance)
        level, common = after, math.exp(common_log)
        flows = [_flows(state, rates, p, strata, chance) for state in states]
        states = [oracle.step(*pair, common, common_log, p) for pair in zip(states, flows, strict=True)]
    return states


def growth_log(p: Mapping[str, float], change: float, chance: random.Random) -> float:
    """Log of the common growth of revenue, from the change of what the lines add."""
    return p["revenue_growth_reference"] + change + _shock(p, chance)


def start(strata: int, p: dict[str, float]) -> oracle.Htx:
    """One stratum in the base year."""
    active, inactive = round(405 / strata), round(97 / strata)
    return oracle.Htx(
        active,
        inactive,
        7500 / strata,
        9400 / strata,
        895.0,
        oracle.start_missing(active, inactive, 895.0, 1 / strata, p),
        48.0,
    )


def rates_of(
    money: dict[str, float], x: dict[str, float], p: dict[str, float], chance: random.Random
) -> tuple[dict[str, float], dict[str, float], float]:
    """Chances of the year, effect states after it, and what the lines add to revenue [log]."""
    effect = {
        line: (1 - p[f"doubling_return_{line}"] ** money[line]) / (1 - p[f"doubling_return_{line}"])
        for line in plain.LINES
    }
    aimed = max(0.0, 1 + p["targeting_gain"] * (effect["survey"] - 1))
    x = {
        name: x[name] + (1 - p[f"persistence_{name}"]) * (effect[line] * aimed - x[name])
        for name, line in plain.CHANNELS.items()
    }
    rates = {
        "founding": p["foundings_reference"]
        * max(0.0, 1 + p["phi_establishment_founding"] * (x["founding"] - 1))
        * _year_effect(p["founding_lumpiness"], chance),
        "stopping": min(1.0, p["stopping_rate"] * (1 - p["phi_capacity_stopping"]) ** (x["capacity"] - 1)),
        "reactivation": min(
            1.0, p["reactivation_rate"] * max(0.0, 1 + p["phi_establishment_reactivation"] * (x["reactivation"] - 1))
        ),
        "dissolution": min(
            1.0,
            p["dissolution_rate"]
            * max(0.0, 1 + p["phi_survey_dissolution"] * (effect["survey"] - 1))
            * _year_effect(p["dissolution_lumpiness"], chance),
        ),
    }
    level = sum(
        min(p[f"coverage_{line}_revenue"] / (1 - p[f"persistence_{line}"]), 1.0)
        * p[f"effect_{line}_revenue"]
        * (x[line] - 1)
        for line in ("capacity", "market")
    )
    return rates, x, level


def _year_effect(spread: float, chance: random.Random) -> float:
    return math.exp(spread * chance.gauss(0, 1) - 0.5 * spread * spread)


def _shock(p: Mapping[str, float], chance: random.Random) -> float:
    shock = p["revenue_volatility"] * chance.gauss(0, 1) - 0.5 * p["revenue_volatility"] ** 2
    hit = math.log1p(-p["disaster_loss"]) if chance.random() < p["disaster_probability"] else 0.0
    return shock + hit - math.log1p(-p["disaster_probability"] * p["disaster_loss"])


def _flows(
    state: oracle.Htx, rates: dict[str, float], p: dict[str, float], strata: int, chance: random.Random
) -> dict[str, float]:
    founded = poisson(rates["founding"] / strata, chance)
    shells = _binomial(founded, p["shell_share"], chance)
    stopped = _binomial(state.active, rates["stopping"], chance)
    reactivated = _binomial(state.inactive, rates["reactivation"], chance)
    return {
        "htx_founded": founded,
        "htx_founded_active": founded - shells,
        "htx_stopped": stopped,
        "htx_reactivated": reactivated,
        "htx_dissolved": _binomial(state.inactive - reactivated, rates["dissolution"], chance),
    }


def poisson(mean: float, chance: random.Random) -> int:
    """A Poisson count from one uniform rank."""
    return _inverted(math.exp(-mean), lambda k: mean / k, chance)


def _binomial(n: float, p: float, chance: random.Random) -> int:
    if p >= 1.0:
        return int(n)
    odds = p / (1 - p)
    return _inverted((1 - p) ** n, lambda k: (n - k + 1) / k * odds, chance)


def _inverted(mass: float, ratio: Callable[[int], float], chance: random.Random) -> int:
    """The count of a uniform rank, counted up from zero."""
    rank, total, count = chance.random(), mass, 0
    while rank > total and mass > 0.0:
        count += 1
        mass *= ratio(count)
        total += mass
    return count
