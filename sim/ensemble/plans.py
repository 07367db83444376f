"""Many plans, or many variations of assumptions, on the same draws."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sim.domain import NOMINAL, Distribution, Override, Province, Register, Scenario, World, fingerprint
from sim.ensemble.draws import Array, Beside, Block, Posterior, draw_block
from sim.ensemble.outturns import Outturns, outturns
from sim.ensemble.results import Result, ScenarioRun, as_printed
from sim.ensemble.runner import area_shares, plan_money, run_htx
from sim.ensemble.stage import side_by_side, stage, together
from sim.ensemble.streams import BLOCK, block_count, stream_key
from sim.model import EventRanks

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
        some = max(1, _WIDTH // BLOCK)
        return tuple(together(self.blocks[first : first + some]) for first in range(0, len(self.blocks), some))

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


def evaluate(draws: CommonDraws, scenario: Scenario, money: Array, outcomes: Sequence[Outcome]) -> NDArray[np.float32]:
    """What each plan brings, draw by draw.

    Parameters
    ----------
    scenario : whose world, price basis and shares of the areas hold; of its own money that of years that are over
    money : (plan, year, line) [billion VND], years from the first projected one on, or from the planning year on
    outcomes : figures wanted, of years that `money` covers

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
    start = 0
    for block in draws.wide:
        count = max(1, _WIDTH // block.size)
        narrow = stage(draws.province, scenario.world, block.first(years))
        for first in range(0, len(money), count):
            chunk = money[first : first + count, :years]
            if first == 0 or len(chunk) != count:
                wide = side_by_side(narrow, len(chunk))
            spread = np.repeat(np.moveaxis(chunk, 0, -1), block.size, axis=-1)
            run = ScenarioRun.join(scenario, [run_htx(wide, spread, real=real, shares=shares)])
            result = Result(draws.province, draws.register, (run,), block.size * len(chunk), draws.seed, draws.outturns)
            part = slice(start, start + block.size)
            for at, outcome in enumerate(outcomes):
                found = _outcome(result, outcome, slice(draws.first + part.start, draws.first + part.stop))
                values[at, first : first + len(chunk), part] = found
        start += block.size
    return values


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
        found = result.series(result.scenarios[0], indicator, outcome.price_basis)
        return found[year - 1, -1].reshape(-1, part.stop - part.start)

    if not outcome.printed:
        return model(outcome.indicator)
    at = year, -1, part
    return as_printed(outcome.indicator, lambda one: result.outturns.moved(one, model(one), at))


def evaluate_each(
    draws: CommonDraws, rows: Sequence[Scenario], outcomes: Sequence[Outcome], world: World | None = None
) -> NDArray[np.float32]:
    """What each scenario brings, draw by draw, (outcome, row, draw); plans may differ in price basis and areas.

    Parameters
    ----------
    rows : of one horizon, all taken in one world
    world : default the first row's
    """
    years = rows[0].years(draws.province.base_year)
    values = np.empty((len(outcomes), len(rows), draws.size), dtype=np.float32)
    alike: dict[str, list[int]] = {}
    for place, row in enumerate(rows):
        alike.setdefault(fingerprint([row.plan.price_basis, row.plan.areas]), []).append(place)
    for places in alike.values():
        money = np.stack([plan_money(rows[place].plan, years) for place in places])
        placed = replace(rows[places[0]], world=world or rows[0].world)
        values[:, places] = evaluate(draws, placed, money, outcomes)
    return values


def mean_weights(draws: CommonDraws, world: World) -> list[float]:
    """Each area's part of undivided money by its active HTX in the base year, the mean of the draws, (area)."""
    stages = [stage(draws.province, world, block) for block in draws.blocks]
    whole = np.concatenate([one.weights + np.zeros_like(one.prices[0]) for one in stages], axis=-1)
    return [float(part) for part in whole.mean(axis=-1)]


# -- The same futures with some assumptions changed: exchanged for independent draws, or fixed at a value ---
# Both keep everything else of a draw as it was, event ranks included, so that what changes in the outcome
# is due to the assumption alone.


def exchanged(draws: CommonDraws, other: CommonDraws, ids: Iterable[str], *, event_ranks: bool = False) -> CommonDraws:
    """Draws that take some assumptions, and event ranks if asked, from other draws.

    Parameters
    ----------
    other : independent draws of the same size and horizon
    ids : assumption ids
    """
    names = tuple(ids)

    def block(mine: Block, theirs: Block) -> Block:
        calibrated = {**mine.calibrated, **{name: theirs.calibrated[name] for name in names}}
        ranks = {**mine.ranks, **{name: theirs.ranks[name] for name in names}}
        chosen = theirs if event_ranks else mine
        return replace(mine, calibrated=calibrated, ranks=ranks, event_ranks=chosen.event_ranks)

    blocks = (block(mine, theirs) for mine, theirs in zip(draws.blocks, other.blocks, strict=True))
    return replace(draws, blocks=tuple(blocks))


def exchanged_beside(
    draws: CommonDraws, other: CommonDraws, posterior: Posterior, ids: Sequence[str], given: Sequence[str]
) -> CommonDraws:
    """Draws whose conditioned assumptions `ids` are drawn anew from other draws beside the `given` ones, which stay."""

    copula = Beside(posterior, ids, given)

    def block(mine: Block, theirs: Block) -> Block:
        new = copula.draw(mine.calibrated, theirs.calibrated)
        ranks = {name: theirs.ranks[name] for name in ids}
        return replace(mine, calibrated={**mine.calibrated, **new}, ranks={**mine.ranks, **ranks})

    blocks = (block(mine, theirs) for mine, theirs in zip(draws.blocks, other.blocks, strict=True))
    return replace(draws, blocks=tuple(blocks))


def shuffled(draws: CommonDraws, *, seed: int) -> CommonDraws:
    """The same futures in a random order within each block.

    Notes
    -----
    Two scrambles of one Sobol column share their leading digits point by point, so that draws of
    another seed are *not* independent of these in their order. In a random order they are.
    """
    rng = np.random.default_rng(stream_key(seed, "shuffle"))

    def block(one: Block) -> Block:
        order = rng.permutation(one.size)

        def taken(arrays: Mapping[str, Array]) -> dict[str, Array]:
            return {name: values[..., order] for name, values in arrays.items()}

        event_ranks = EventRanks(taken(one.event_ranks.uniform), taken(one.event_ranks.score))
        return replace(one, calibrated=taken(one.calibrated), ranks=taken(one.ranks), event_ranks=event_ranks)

    return replace(draws, blocks=tuple(block(one) for one in draws.blocks))


def independent_of(draws: CommonDraws, posterior: Posterior | None) -> CommonDraws:
    """As many other draws of the same seed, from later blocks and in a random order."""
    later = common_draws(
        draws.province, draws.register, draws=draws.size, seed=draws.seed, horizon=draws.horizon, posterior=posterior,
        first_block=block_count(draws.size),
    )  # fmt: skip
    return shuffled(later, seed=draws.seed)


def fixed(draws: CommonDraws, values: Mapping[str, float]) -> CommonDraws:
    """Draws with some assumptions fixed at one value in every draw, as if it were known.

    Parameters
    ----------
    values : {assumption id: value}, in its unit

    Notes
    -----
    Shares of one whole (a simplex) stay a whole: the others keep their proportions. Correlated
    assumptions do not move along; what history says of them together is left aside.
    """
    register = draws.register

    def block(one: Block) -> Block:
        calibrated = dict(one.calibrated)
        for key, value in values.items():
            simplex = register[key].distribution.simplex
            if simplex:
                scale = (1.0 - value) / np.maximum(1.0 - calibrated[key], np.finfo(float).tiny)
                others = (name for name in register if register[name].distribution.simplex == simplex and name != key)
                calibrated |= {name: calibrated[name] * scale for name in others}
            calibrated[key] = np.full(one.size, value)
        return replace(one, calibrated=calibrated)

    return replace(draws, blocks=tuple(block(one) for one in draws.blocks))


def fixed_in(world: World, values: Mapping[str, float], register: Register) -> World:
    """A world whose own statements about fixed assumptions give way to the fixed values."""
    fixed = {
        key: Override(key, Distribution(value, value, value), stated.reason)
        for key, value in values.items()
        if (stated := world.states(register[key]))
    }
    return replace(world, overrides={**world.overrides, **fixed})


def uncertain_ids(draws: CommonDraws, world: World) -> tuple[str, ...]:
    """Assumptions that differ between draws under a world, in register order."""
    return tuple(key for key, values in draws.parameters(world).items() if values.min() < values.max())


def groups_of(draws: CommonDraws, ids: Collection[str], conditioned: Collection[str]) -> dict[str, tuple[str, ...]]:
    """Assumptions grouped into parts that are independent of one another, {name: ids}.

    Parameters
    ----------
    conditioned : assumptions updated on history together; they stay one part

    Returns
    -------
    dict
        Single assumptions by their id; those updated on history as ``history``; shares of one whole
        by the name of their simplex.
    """
    parts: dict[str, tuple[str, ...]] = {}
    for key in ids:
        simplex = draws.register[key].distribution.simplex
        name = "history" if key in conditioned else simplex or key
        parts[name] = (*parts.get(name, ()), key)
    return parts
