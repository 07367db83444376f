"""Who is timed: this package, plain Python, pandas step by step, and NumPy with its own samplers.

All go through the same twelve years from the same parameter draws and the same money; this
package besides follows groups, unions, prices and its own discrepancy.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from benchmarks import plain
from benchmarks.interleave import Contender
from sim.domain import Province, Scenario
from sim.ensemble import BLOCK, Block, draw_block, plan_money, price_index, run_block
from sim.model import spending_per_billion
from tests.support import oracle, tiny

YEARS = 12
SCENARIOS = 10
DRAWS = 8192
#: Draws of a turn of the slower contenders, at one stratum; fewer at many.
PYTHON_DRAWS, PANDAS_DRAWS, NUMPY_DRAWS = 96, 8192, 8192


@dataclass(frozen=True)
class Setting:
    """What all contenders start from."""

    strata: int
    province: Province
    scenarios: tuple[Scenario, ...]

    @classmethod
    def of(cls, strata: int) -> Setting:
        """Ten plans from 0.6 to 1.5 times the reference money."""
        scenarios = tuple(
            tiny.scenario(f"plan-{place}", tiny.times(0.6 + 0.1 * place), years=YEARS) for place in range(SCENARIOS)
        )
        return cls(strata, tiny.province(strata), scenarios)

    def blocks(self, draws: int) -> list[Block]:
        """Frozen draws in blocks, as the runner makes them."""
        areas = [area.code for area in self.province.areas]
        sizes = [min(BLOCK, draws - first) for first in range(0, draws, BLOCK)]
        return [
            draw_block(tiny.register(), seed=1, index=index, size=size, years=YEARS, areas=areas)
            for index, size in enumerate(sizes)
        ]

    def spending(self, block: Block) -> np.ndarray:
        """Relative spending of the first plan, (year, line, draw)."""
        years = range(tiny.BASE_YEAR + 1, tiny.BASE_YEAR + 1 + YEARS)
        return plan_money(self.scenarios[0].plan, years)[:, :, None] * spending_per_billion(
            real=False,
            price_index=price_index(block.calibrated["inflation"], YEARS),
            reference_fund=tiny.FUND / tiny.BILLION,
            world=block.calibrated,
            calibrated=block.calibrated,
        )


def ours(setting: Setting, draws: int, *, frozen: bool) -> Contender:
    """Ten scenarios on common draws; `frozen` leaves out making the draws, as every later scenario does."""
    kept = setting.blocks(draws) if frozen else []

    def work() -> int:
        results = [
            run_block(setting.province, scenario, block)
            for block in kept or setting.blocks(draws)
            for scenario in setting.scenarios
        ]
        return draws * SCENARIOS if results else 0

    return work


def numpy_samplers(setting: Setting, draws: int) -> Contender:
    """Arrays (area, draw), library samplers, nothing frozen."""
    block = setting.blocks(min(draws, BLOCK))[0]
    parameters, spending = block.calibrated, setting.spending(block)
    shape = (setting.strata, block.size)
    rng = np.random.default_rng(0)
    sample = {
        "poisson": lambda mean: rng.poisson(mean, shape).astype(float),
        "binomial": lambda n, p: rng.binomial(n.astype(np.int64), p, shape).astype(float),
        "normal": lambda: rng.standard_normal(shape[1]), "uniform": lambda: rng.random(shape[1]),
    }  # fmt: skip

    def work() -> int:
        state = plain.start(*(np.full(shape, figure / setting.strata).round() for figure in (405.0, 97.0, 9400.0)))
        series = []
        for year in range(YEARS):
            money = dict(zip(plain.LINES, spending[year], strict=True))
            state = plain.year(state, money, parameters, sample, 1.0 / setting.strata)
            series.append(state)
        return block.size if len(series) == YEARS else 0

    return work


def pandas_steps(setting: Setting, draws: int) -> Contender:
    """One row per draw and stratum, one frame per year."""
    block = setting.blocks(min(draws, BLOCK))[0]
    spending = setting.spending(block)
    rows = block.size * setting.strata

    def spread(values: np.ndarray) -> pd.Series:
        return pd.Series(np.tile(values, setting.strata))

    parameters = pd.DataFrame({key: spread(values) for key, values in block.calibrated.items()})
    rng = np.random.default_rng(0)
    sample = {
        "poisson": lambda mean: pd.Series(rng.poisson(mean).astype(float)),
        "binomial": lambda n, p: pd.Series(rng.binomial(n.astype(np.int64), p).astype(float)),
        "normal": lambda: pd.Series(rng.standard_normal(rows)), "uniform": lambda: pd.Series(rng.random(rows)),
    }  # fmt: skip

    def work() -> int:
        base = (
            pd.Series(np.full(rows, round(figure / setting.strata)), dtype=float) for figure in (405.0, 97.0, 9400.0)
        )
        frame = pd.DataFrame(plain.start(*base))
        series = []
        for year in range(YEARS):
            money = {line: spread(values) for line, values in zip(plain.LINES, spending[year], strict=True)}
            frame = pd.DataFrame(plain.year(frame, money, parameters, sample, 1.0 / setting.strata))
            series.append(frame)
        return block.size if len(series) == YEARS else 0

    return work


def pure_python(setting: Setting, draws: int) -> Contender:
    """Plain numbers, one draw, one stratum and one year at a time."""
    block = setting.blocks(draws)[0]
    spending = setting.spending(block).tolist()
    parameters = [{key: float(values[draw]) for key, values in block.calibrated.items()} for draw in range(draws)]
    chance = random.Random(0)

    def work() -> int:
        for draw, p in enumerate(parameters):
            states = [_python_start(setting.strata, p) for _ in range(setting.strata)]
            x = dict.fromkeys(plain.CHANNELS, 1.0)
            level = 0.0
            for year in range(YEARS):
                money = {line: spending[year][place][draw] for place, line in enumerate(plain.LINES)}
                rates, x, after = _python_rates(money, x, p, chance)
                common_log = p["revenue_growth_reference"] + after - level + _python_shock(p, chance)
                level, common = after, math.exp(common_log)
                states = [
                    oracle.step(state, _python_flows(state, rates, p, setting.strata, chance), common, common_log, p)
                    for state in states
                ]
        return draws

    return work


def _python_start(strata: int, p: dict[str, float]) -> oracle.Htx:
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


def _python_rates(
    money: dict[str, float], x: dict[str, float], p: dict[str, float], chance: random.Random
) -> tuple[dict[str, float], dict[str, float], float]:
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


def _python_shock(p: dict[str, float], chance: random.Random) -> float:
    shock = p["revenue_volatility"] * chance.gauss(0, 1) - 0.5 * p["revenue_volatility"] ** 2
    hit = math.log1p(-p["disaster_loss"]) if chance.random() < p["disaster_probability"] else 0.0
    return shock + hit - math.log1p(-p["disaster_probability"] * p["disaster_loss"])


def _python_flows(
    state: oracle.Htx, rates: dict[str, float], p: dict[str, float], strata: int, chance: random.Random
) -> dict[str, float]:
    founded = _inverted(math.exp(-rates["founding"] / strata), lambda k: rates["founding"] / strata / k, chance)
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


def many(setting: Setting) -> dict[str, Contender]:
    """All contenders on one setting; slow ones get fewer draws, so that every turn is short."""
    few = max(1, setting.strata // 4)
    draws = DRAWS // few if setting.strata > 1 else DRAWS
    return {
        "coopsim, frozen draws": ours(setting, draws, frozen=True),
        "coopsim, draws made each time": ours(setting, draws, frozen=False),
        "NumPy, library samplers": numpy_samplers(replace(setting), max(64, NUMPY_DRAWS // setting.strata)),
        "pandas, step by step": pandas_steps(setting, max(64, PANDAS_DRAWS // setting.strata)),
        "pure Python": pure_python(setting, max(2, PYTHON_DRAWS // setting.strata)),
    }
