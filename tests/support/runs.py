"""Short ways to run the model on tiny inputs and to read one number off."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from sim.domain import Province, Register, Scenario
from sim.ensemble import Result, run
from tests.support import tiny

SEED = 11


def run_plans(
    register: Register,
    plans: Mapping[str, Mapping[str, float] | None],
    *,
    draws: int = 512,
    years: int = 7,
    strata: int = 1,
) -> Result:
    """Several constant plans on common draws."""
    return run(tiny.province(strata), register, tiny.scenarios_of(plans, years=years), draws=draws, seed=SEED)


def run_one(
    register: Register, scenario: Scenario | None = None, *, province: Province | None = None, draws: int = 512
) -> Result:
    """One scenario, the reference unless given."""
    return run(province or tiny.province(), register, [scenario or tiny.scenario()], draws=draws, seed=SEED)


def values(result: Result, indicator: str, scenario: str | None = None, basis: str = "real_2023") -> np.ndarray:
    """One series of the whole province, (year, draw), money in base-year đồng unless asked."""
    return result.series(scenario or result.scenarios[0], indicator, basis)[:, -1]


def mean_gain(result: Result, better: str, worse: str, indicator: str, year: int = -1) -> tuple[float, float]:
    """Mean paired difference in one year and its Monte Carlo error."""
    gain = values(result, indicator, better)[year] - values(result, indicator, worse)[year]
    return float(gain.mean()), float(gain.std() / np.sqrt(gain.size))
