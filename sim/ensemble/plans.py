"""Many plans on the same draws."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.domain import INDICATOR, NOMINAL, Province, Register, Scenario, World, fingerprint
from sim.ensemble.draws import Array, Block, Posterior, draw_block
from sim.ensemble.outturns import Outturns, outturns
from sim.ensemble.results import Result, ScenarioRun, as_printed
from sim.ensemble.runner import area_shares, plan_money, run_htx
from sim.ensemble.stage import Repeated, Stage, side_by_side, stage, together
from sim.ensemble.streams import BLOCK, block_count
from sim.model import SHORT, Way, same

# -- Many plans on the same frozen draws: what questions of choice are asked of --------------------
# A plan is a table of money here, so that thousands of them are one array. Several plans are laid
# side by side on the draw axis and run through the model at once: the same arithmetic as one plan
# alone, with fewer and larger array operations.

#: Draws laid side by side in one call of the model: enough that NumPy's overhead per call does not
#: count, few enough that the working arrays of a year stay in cache.
_WIDTH = 1 << 13


@dataclass(frozen=True)
class Outcome:
    """One figure a plan is judged by: an indicator of the HTX of the whole province in one year.

    Attributes
    ----------
    printed : True for the figure as it will be printed
    """

    indicator: str
    year: int
    price_basis: str = ""
    printed: bool = False


@dataclass(frozen=True)
class CommonDraws:
    """Frozen draws that every plan and every world is evaluated on.

    Attributes
    ----------
    blocks : consecutive blocks of one seed
    horizon : last year there are event ranks for
    outturns : what moves a projection to the figures that will be printed
    effective_draws : equal-weight draws the sample of the posterior is worth
    first : place of the first draw among those the outturns are of
    """

    province: Province
    register: Register
    blocks: tuple[Block, ...]
    seed: int
    horizon: int
    outturns: Outturns
    effective_draws: float = np.inf
    first: int = 0

    @property
    def size(self) -> int:
        """Number of draws."""
        return sum(block.size for block in self.blocks)

    def part(self, start: int, stop: int) -> "CommonDraws":
        """The draws from one place to before another, in their order."""
        found, ahead = [], 0
        for block in self.blocks:
            low, high = max(start - ahead, 0), min(stop - ahead, block.size)
            if low < high:
                found.append(block if high - low == block.size else block.among(low, high))
            ahead += block.size
        return replace(self, blocks=tuple(found), first=self.first + start)

    @cached_property
    def wide(self) -> tuple[Block, ...]:
        """The same draws in fewer blocks, as many together as the model is quickest on."""
        if self.blocks[0].size > BLOCK:
            return self.blocks
        some = max(1, _WIDTH // BLOCK)
        return tuple(together(self.blocks[first : first + some]) for first in range(0, len(self.blocks), some))

    def widened(self) -> "CommonDraws":
        """The same draws, so that what is made of them by a change of some needs not be laid together again."""
        return replace(self, blocks=self.wide)

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
    years = horizon - province.base_year
    later = outturns(province, register, posterior, years=years, draws=draws, seed=seed, first_block=first_block)
    return CommonDraws(province, register, blocks, seed, horizon, later, effective)


@dataclass
class Left:
    """What plans leave for themselves in another world, or on draws of which some assumptions are changed.

    All is compared before it is taken over: numbers are the same with and without.

    Attributes
    ----------
    stages : the first stage, by its first draw
    repeated, spent, ways : what was laid side by side first, what a tỷ was worth and what money was then, and how it
        went, by its first draw and plan
    """

    stages: dict[int, Stage] = field(default_factory=dict)
    repeated: dict[tuple[int, int], Repeated] = field(default_factory=dict)
    spent: dict[tuple[int, int], tuple[Array, Array]] = field(default_factory=dict)
    ways: dict[tuple[int, int], Way] = field(default_factory=dict)

    def spending(self, place: tuple[int, int], money: Array, per: Array) -> Array:
        """`_spending`, made once for as long as a tỷ is worth the same."""
        if place not in self.spent:
            self.spent[place] = per, _spending(money, per)
        worth, spent = self.spent[place]
        return spent if same(worth, per) else _spending(money, per)


#: Of scenarios those that agree in price basis and areas: their places, their money and what they left.
Laid = list[tuple[list[int], Array, Left]]


def evaluate(
    draws: CommonDraws, scenario: Scenario, money: Array, outcomes: Sequence[Outcome], left: Left | None = None
) -> NDArray[np.float32]:
    """What each plan brings, draw by draw.

    Parameters
    ----------
    scenario : whose world, price basis and shares of the areas hold; of its own money that of years that are over
    money : (plan, year, line) [billion VND], years from the first projected one on, or from the planning year on
    outcomes : figures wanted, of years that `money` covers
    left : by the same plans when they were evaluated before

    Returns
    -------
    (outcome, plan, draw) float32, in the indicators' units; the same numbers `run` gives for
    these draws.
    """
    base_year = draws.province.base_year
    years = max(outcome.year for outcome in outcomes) - base_year
    money = _after_the_past(draws.province, scenario, money)
    real = scenario.plan.price_basis != NOMINAL
    shares = area_shares(draws.province, scenario.plan, range(base_year + 1, base_year + 1 + years))
    values = np.empty((len(outcomes), len(money), draws.size), dtype=np.float32)
    short = all(map(_is_short, outcomes))
    start = 0
    for block in draws.wide:
        count = max(1, _WIDTH // block.size)
        narrow = stage(draws.province, scenario.world, block.first(years), left.stages.get(start) if left else None)
        if left:
            left.stages.setdefault(start, narrow)
        per = narrow.per_billion(real=real)
        for first in range(0, len(money), count):
            chunk, place = money[first : first + count, :years], (start, first)
            if first == 0 or len(chunk) != count:
                wide = side_by_side(narrow, len(chunk), left.repeated.setdefault(place, {}) if left else None)
            spent = left.spending(place, chunk, per) if left else _spending(chunk, per)
            before = left.ways.get(place) if left else None
            ran = run_htx(wide, spent, shares=shares, before=before, short=short)
            if left and wide.way:
                left.ways.setdefault(place, wide.way)
            run = ScenarioRun.join(scenario, [ran])
            result = Result(draws.province, draws.register, (run,), block.size * len(chunk), draws.seed, draws.outturns)
            part = slice(start, start + block.size)
            for at, outcome in enumerate(outcomes):
                found = _outcome(result, outcome, slice(draws.first + part.start, draws.first + part.stop))
                values[at, first : first + len(chunk), part] = found
        start += block.size
    return values


def _spending(money: Array, per: Array) -> Array:
    """Relative spending of plans side by side, (year, line, plan and draw).

    Parameters
    ----------
    money : (plan, year, line) [billion VND]
    per : (year, line, draw) [1 / billion VND]
    """
    found = np.moveaxis(money, 0, -1)[..., None] * per[:, :, None, :]
    return found.reshape(*found.shape[:2], -1)


def _is_short(outcome: Outcome) -> bool:
    """Whether it is made of `SHORT` series alone."""
    row = INDICATOR.get(outcome.indicator)
    parts = [INDICATOR[one] for one in row.made_of or (row.id,)] if row else []
    return bool(parts) and all({part.series or part.id, part.per or part.id} <= {*SHORT} for part in parts)


def _after_the_past(province: Province, scenario: Scenario, money: Array) -> Array:
    """Money from the planning year on, behind what the scenario's plan spent before it; other money as it is."""
    past = province.past_years
    if not past or money.shape[1] != len(province.open_years(scenario.horizon)):
        return money
    spent = plan_money(scenario.plan, past)[None]
    return np.concatenate([np.repeat(spent, len(money), axis=0), money], axis=1)


def _outcome(result: Result, outcome: Outcome, part: slice) -> Array:
    """One outcome of plans side by side, (plan, draw); `part` says which of all draws they stand on."""
    year = outcome.year - result.province.base_year

    def model(indicator: str) -> Array:
        found = result.series(result.scenarios[0], indicator, outcome.price_basis, slice(year - 1, year))
        return found[0, -1].reshape(-1, part.stop - part.start)

    if not outcome.printed:
        return model(outcome.indicator)
    at = year, -1, part
    return as_printed(outcome.indicator, lambda one: result.outturns.moved(one, model(one), at))


def evaluate_each(
    draws: CommonDraws, rows: Sequence[Scenario], outcomes: Sequence[Outcome], world: World | None = None,
    laid: Laid | None = None,
) -> NDArray[np.float32]:  # fmt: skip
    """What each scenario brings, draw by draw, (outcome, row, draw); plans may differ in price basis and areas.

    Parameters
    ----------
    rows : of one horizon, all taken in one world
    world : default the first row's
    laid : of the same rows; an empty one is filled
    """
    groups = [] if laid is None else laid
    if not groups:
        alike: dict[str, list[int]] = {}
        for place, row in enumerate(rows):
            alike.setdefault(fingerprint([row.plan.price_basis, row.plan.areas]), []).append(place)
        years = rows[0].years(draws.province.base_year)
        money = [plan_money(row.plan, years) for row in rows]
        groups += [(places, np.stack([money[place] for place in places]), Left()) for places in alike.values()]
    found = []
    for places, spent, left in groups:
        placed = replace(rows[places[0]], world=world or rows[0].world)
        found.append(evaluate(draws, placed, spent, outcomes, None if laid is None else left))
    if len(found) == 1:
        return found[0]
    values = np.empty((len(outcomes), len(rows), draws.size), dtype=np.float32)
    for (places, *_), some in zip(groups, found, strict=True):
        values[:, places] = some
    return values


def mean_weights(draws: CommonDraws, world: World) -> list[float]:
    """Each area's part of undivided money by its active HTX in the base year, the mean of the draws, (area)."""
    stages = [stage(draws.province, world, block) for block in draws.blocks]
    whole = np.concatenate([one.weights + np.zeros_like(one.prices[0]) for one in stages], axis=-1)
    return [float(part) for part in whole.mean(axis=-1)]
