"""Who is timed: this package, plain Python, pandas step by step, and NumPy with its own samplers.

All go through the same twelve years from the same parameter draws and the same money; this
package besides follows groups, unions, prices and its own discrepancy.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from benchmarks import plain, scalar
from benchmarks.interleave import Contender
from sim.domain import Province, Scenario
from sim.ensemble import BLOCK, Block, draw_block, plan_money, price_index, run_block
from sim.model import spending_per_billion
from tests.support import tiny

YEARS = 12
SCENARIOS = 10
DRAWS = 8192
#: What all contenders follow and a run makes only when it is asked for.
COMPARED = ("htx_members", "htx_revenue", "htx_worker_income")
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
        asked = [result.series[name] for result in results for name in COMPARED]
        return draws * SCENARIOS if asked else 0

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
    parameters, spending = singly(setting, draws)
    chance = random.Random(0)

    def work() -> int:
        for p, money in zip(parameters, spending, strict=True):
            scalar.run(p, money, setting.strata, chance)
        return draws

    return work


def singly(setting: Setting, draws: int) -> tuple[list[dict[str, float]], list[list[dict[str, float]]]]:
    """Parameters and relative spending of every draw as plain numbers: by draw, and by draw and year."""
    block = setting.blocks(draws)[0]
    by_year = setting.spending(block)
    parameters = [{key: float(values[draw]) for key, values in block.calibrated.items()} for draw in range(draws)]
    spending = [
        [dict(zip(plain.LINES, by_year[year, :, draw].tolist(), strict=True)) for year in range(YEARS)]
        for draw in range(draws)
    ]
    return parameters, spending


def many(setting: Setting, at_one: int = DRAWS) -> dict[str, Contender]:
    """All contenders on one setting; slow ones get fewer draws, so that every turn is short.

    `at_one`: draws of this package's turn at one stratum.
    """
    few = max(1, setting.strata // 4)
    draws = DRAWS // few if setting.strata > 1 else at_one
    return {
        "coopsim, frozen draws": ours(setting, draws, frozen=True),
        "coopsim, draws made each time": ours(setting, draws, frozen=False),
        "NumPy, library samplers": numpy_samplers(replace(setting), max(64, NUMPY_DRAWS // setting.strata)),
        "pandas, step by step": pandas_steps(setting, max(64, PANDAS_DRAWS // setting.strata)),
        "pure Python": pure_python(setting, max(2, PYTHON_DRAWS // setting.strata)),
    }
