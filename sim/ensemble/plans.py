"""Many plans on the same frozen draws: what questions of choice are asked of.

A plan is a table of money here, so that thousands of them are one array. Several plans are laid
side by side on the draw axis and run through the model at once: the same arithmetic as one plan
alone, with fewer and larger array operations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain.indicators import NOMINAL
from sim.domain.parameters import Register, World
from sim.domain.scenario import Province, Scenario
from sim.ensemble.draws import Block, draw_block
from sim.ensemble.posterior import Posterior
from sim.ensemble.results import Result, ScenarioRun
from sim.ensemble.runner import run_htx
from sim.ensemble.stage import side_by_side, stage
from sim.ensemble.streams import BLOCK, block_count

Array = NDArray[np.floating]

#: Draws laid side by side in one call of the model: enough that NumPy's overhead per call does not
#: count, few enough that the working arrays of a year stay in cache.
_WIDTH = 1 << 14


@dataclass(frozen=True)
class Outcome:
    """One figure a plan is judged by: an indicator of the HTX of the whole province in one year."""

    indicator: str
    year: int
    price_basis: str = ""


@dataclass(frozen=True)
class CommonDraws:
    """Frozen draws that every plan and every world is evaluated on.

    Attributes
    ----------
    blocks : consecutive blocks of one seed
    horizon : last year there is luck for
    effective_draws : equal-weight draws the sample is worth, at most
    """

    province: Province
    register: Register
    blocks: tuple[Block, ...]
    seed: int
    horizon: int
    effective_draws: float = np.inf

    @property
    def size(self) -> int:
        """Number of draws."""
        return sum(block.size for block in self.blocks)

    def parameters(self, world: World) -> dict[str, Array]:
        """{assumption id: (draw)} under a world."""
        drawn = [block.under(world) for block in self.blocks]
        return {key: np.concatenate([one[key] for one in drawn]) for key in drawn[0]}


def common_draws(
    province: Province,
    register: Register,
    *,
    draws: int,
    seed: int,
    horizon: int,
    posterior: Posterior | None = None,
    first_block: int = 0,
) -> CommonDraws:
    """The draws of a run of the same seed, made once.

    Parameters
    ----------
    first_block : 0 gives the draws `sim.ensemble.runner.run` uses; a later block gives draws that
        no run of so few draws has seen, to verify on
    """
    blocks = tuple(
        draw_block(
            register,
            seed=seed,
            index=first_block + index,
            size=min(BLOCK, draws - index * BLOCK),
            years=horizon - province.base_year,
            areas=[area.code for area in province.areas],
            posterior=posterior,
        )
        for index in range(block_count(draws))
    )
    effective = posterior.effective if posterior else np.inf
    return CommonDraws(province, register, blocks, seed, horizon, effective)


def evaluate(draws: CommonDraws, scenario: Scenario, money: Array, outcomes: Sequence[Outcome]) -> NDArray[np.float32]:
    """What each plan brings, draw by draw.

    Parameters
    ----------
    scenario : whose world and price basis hold; its own money is not read
    money : (plan, year, line) [billion VND], years from the first projected one on
    outcomes : figures wanted, of years that `money` covers

    Returns
    -------
    (outcome, plan, draw) float32, in the indicators' units; the same numbers `run` gives for
    these draws.
    """
    years = max(outcome.year for outcome in outcomes) - draws.province.base_year
    values = np.empty((len(outcomes), len(money), draws.size), dtype=np.float32)
    start = 0
    for block in draws.blocks:
        place = slice(start, start + block.size)
        for rows, result in _results(draws, block.first(years), scenario, money[:, :years]):
            for at, outcome in enumerate(outcomes):
                row = outcome.year - draws.province.base_year - 1
                found = result.series(scenario.slug, outcome.indicator, outcome.price_basis)[row, -1]
                values[at, rows, place] = found.reshape(-1, block.size)
        start += block.size
    return values


def _results(
    draws: CommonDraws, block: Block, scenario: Scenario, money: Array
) -> Iterator[tuple[slice, Result]]:
    """Results of chunks of plans, each holding its plans one after another on the draw axis."""
    count = max(1, _WIDTH // block.size)
    real = scenario.plan.price_basis != NOMINAL
    narrow = stage(draws.province, scenario.world, block)
    for first in range(0, len(money), count):
        chunk = money[first : first + count]
        if first == 0 or len(chunk) != count:
            wide = side_by_side(narrow, len(chunk))
        spread = np.repeat(np.moveaxis(chunk, 0, -1), block.size, axis=-1)
        run = ScenarioRun.join(scenario, [run_htx(wide, spread, real=real)])
        width = block.size * len(chunk)
        yield slice(first, first + len(chunk)), Result(draws.province, draws.register, (run,), width, draws.seed)
