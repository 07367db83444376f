"""Runs scenarios block by block on common draws, labels the results, and refuses those that are no numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from sim.domain import (
    INDICATORS,
    LINES,
    NOMINAL,
    VND_PER_BILLION,
    Plan,
    Problem,
    Province,
    Register,
    RunError,
    Scenario,
    refuse_areas,
)
from sim.ensemble.draws import Array, Block, Posterior, draw_block
from sim.ensemble.outturns import outturns
from sim.ensemble.results import BlockRun, Joints, Result, ScenarioRun
from sim.ensemble.stage import Stage, stage
from sim.ensemble.streams import BLOCK, MAX_DRAWS, block_count
from sim.model import Series, Way, line_effects, project, spending_by_area

if TYPE_CHECKING:
    from concurrent.futures import Executor

#: Default number of draws: 2^13 keeps Monte Carlo error below what is printed (docs/decisions).
DEFAULT_DRAWS = 8192
DEFAULT_SEED = 20240101

Progress = Callable[[int, int], None]
#: Series of more bytes than this are kept in a file.
MOST_IN_MEMORY = 96 << 20
#: What stands in a run's file beside its series.
_SPENDING = "spending"


def require_finite(
    series: Mapping[str, np.ndarray], parameters: Mapping[str, np.ndarray], *, scenario: str, seed: int, first: int
) -> None:
    """Refuse series with a value that is no finite number: a fault of the model.

    Parameters
    ----------
    series : {name: (…, draw)}
    parameters : {assumption id: (…, draw)}, named with the draw
    first : number of the first draw

    Raises
    ------
    RunError
        With scenario, seed, draw and its parameters, so that the run can be made again.
    """
    for name, values in series.items():
        # A sum is finite only when all its terms are, and needs no second array.
        if np.isfinite(values.sum()):
            continue
        draw = int(np.argwhere(~np.isfinite(values))[0][-1])
        picked = {key: value for key, value in parameters.items() if np.ndim(value)}
        listed = ", ".join(
            f"{key}={float(value[..., min(draw, value.shape[-1] - 1)].ravel()[0]):.6g}" for key, value in picked.items()
        )
        details = {"scenario": scenario, "seed": seed, "draw": first + draw, "parameters": listed}
        raise RunError(Problem("result_not_finite", details, place=name))


def run(  # noqa: PLR0913  (what is known, what is asked, how it runs: the one door of the engine)
    province: Province,
    register: Register,
    scenarios: Sequence[Scenario],
    *,
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
    posterior: Posterior | None = None,
    executor: Executor | None = None,
    progress: Progress | None = None,
    drawn: Sequence[Block] = (),
) -> Result:
    """Project scenarios on the same draws.

    Parameters
    ----------
    draws : 1 … 2^20
    seed : fixes every draw; equal seeds are common random numbers
    posterior : what history says of the conditioned assumptions; None keeps their priors
    executor : any `concurrent.futures` executor; None runs here. Results do not depend on it.
    progress : called with (blocks done, blocks in all)
    drawn : the first blocks of these draws, where they are at hand

    Returns
    -------
    Result

    Raises
    ------
    ValueError
        When there is no scenario, the horizons differ or the number of draws is out of range.

    Notes
    -----
    What very many scenarios yield is kept in a file (`sim.ensemble.spool`), in memory where there is no room for one.
    """
    jobs = _jobs(province, register, scenarios, draws=draws, seed=seed, posterior=posterior)
    jobs[: len(drawn)] = (replace(job, drawn=block) for job, block in zip(jobs, drawn, strict=False))
    if executor is None and _bytes(jobs[0]) > MOST_IN_MEMORY:
        from sim.ensemble.spool import NoRoom, Spool  # what it needs is slow to load, and few runs need it

        with suppress(NoRoom):
            return _collected(jobs, Spool(), progress)
    if executor is None and len(jobs) > 1:
        return _collected(jobs, _Memory(), progress)
    blocks: list[tuple[BlockRun, ...]] = []
    for done, block in enumerate(executor.map(_run_job, jobs) if executor else map(_run_job, jobs), start=1):
        blocks.append(block)
        if progress:
            progress(done, len(jobs))
    return _joined(jobs[0], blocks, draws)


def iterate_blocks(
    province: Province,
    register: Register,
    scenarios: Sequence[Scenario],
    *,
    draws: int,
    seed: int,
    posterior: Posterior | None = None,
    progress: Progress | None = None,
) -> Iterator[Result]:
    """The same draws as `run`, one block's result at a time, for runs too large to keep."""
    jobs = _jobs(province, register, scenarios, draws=draws, seed=seed, posterior=posterior)
    for done, job in enumerate(jobs, start=1):
        block = _run_job(job)
        yield _joined(job, [block], block[0].clipped.size)
        if progress:
            progress(done, len(jobs))


def _bytes(job: _Job) -> int:
    """About how much memory the series of a run take that its scenarios do not share."""
    years = job.scenarios[0].horizon - job.province.base_year
    return len(job.scenarios) * len(INDICATORS) * years * len(job.province.areas) * job.draws * np.dtype(float).itemsize


class _Memory:
    """Arrays whose draws come block by block, as `sim.ensemble.spool.Spool` has them in a file."""

    def room(self, shape: Sequence[int]) -> Array:
        """Where an array will stand."""
        return np.empty(shape)

    def put(self, place: Array, draws: int, first: int, values: Array) -> None:
        """Write a block of an array of so many draws."""
        place[..., first : min(first + values.shape[-1], draws)] = values

    def array(self, place: Array, shape: Sequence[int]) -> Array:
        """An array whose blocks are all written."""
        return place.reshape(shape)

    def kept(self, arrays: dict[str, Array]) -> Mapping[str, Array]:
        """Series by name."""
        return arrays


def _collected(jobs: Sequence[_Job], store: Any, progress: Progress | None) -> Result:
    """The runs of scenarios, what is their own written where it stays as soon as a block is done.

    Scenarios of a world go one after the other, so that its stage is made once for a block.

    Parameters
    ----------
    store : a `Spool`, or `_Memory`
    """
    job, draws = jobs[0], jobs[0].draws
    order = sorted(range(len(job.scenarios)), key=lambda place: job.scenarios[place].world.slug)
    places: list[dict[str, tuple[Any, tuple[int, ...]]]] = [{} for _ in order]
    names: list[tuple[str, ...]] = [()] * len(order)
    light: list[list[BlockRun]] = [[] for _ in order]
    for done, one in enumerate(jobs, start=1):
        block = _block(one)
        for place in order:
            scenario = job.scenarios[place]
            found = run_block(job.province, scenario, block)
            _require_finite(one, scenario, found)
            shared = {id(values) for values in stage(job.province, scenario.world, block).others.values()}
            own = {name: values for name, values in found.series.items() if id(values) not in shared}
            for name, values in {**own, _SPENDING: found.spending}.items():
                shape = (*values.shape[:-1], draws)
                if name not in places[place]:
                    places[place][name] = store.room(shape), shape
                store.put(places[place][name][0], draws, one.index * BLOCK, values)
            rest = {name: values for name, values in found.series.items() if name not in own}
            light[place].append(replace(found, series=rest, spending=np.empty(0)))
            names[place] = names[place] or tuple(found.series)
        if progress:
            progress(done, len(jobs))
    runs, known = list[ScenarioRun](), Joints()
    for scenario, parts, own_places, in_order in zip(job.scenarios, light, places, names, strict=True):
        run = ScenarioRun.join(scenario, parts, known)
        arrays = {**run.series, **{name: store.array(*where) for name, where in own_places.items()}}
        series = store.kept({name: arrays[name] for name in in_order})
        runs.append(replace(run, series=series, spending=arrays[_SPENDING]))
    return _result(job, runs, draws)


def _joined(job: _Job, blocks: Sequence[tuple[BlockRun, ...]], draws: int) -> Result:
    by_scenario, known = zip(*blocks, strict=True), Joints()
    pairs = zip(job.scenarios, by_scenario, strict=True)
    return _result(job, [ScenarioRun.join(scenario, parts, known) for scenario, parts in pairs], draws)


def _result(job: _Job, runs: Sequence[ScenarioRun], draws: int) -> Result:
    effective = job.posterior.effective if job.posterior else np.inf
    years = job.scenarios[0].horizon - job.province.base_year
    later = outturns(
        job.province, job.register, job.posterior, years=years, draws=draws, seed=job.seed, first_block=job.index
    )
    return Result(job.province, job.register, tuple(runs), draws, job.seed, later, effective)


def _jobs(
    province: Province,
    register: Register,
    scenarios: Sequence[Scenario],
    *,
    draws: int,
    seed: int,
    posterior: Posterior | None,
) -> list[_Job]:
    horizons = {scenario.horizon for scenario in scenarios}
    if len(horizons) != 1:
        raise ValueError(f"scenarios of one run share one horizon, got {sorted(horizons)}")
    if not 1 <= draws <= MAX_DRAWS:
        raise ValueError(f"draws must be 1 … {MAX_DRAWS}, got {draws}")
    indices = range(block_count(draws))
    return [_Job(province, register, tuple(scenarios), draws, seed, posterior, index) for index in indices]


@dataclass(frozen=True)
class _Job:
    """One block's work; what travels to a worker."""

    province: Province
    register: Register
    scenarios: tuple[Scenario, ...]
    draws: int
    seed: int
    posterior: Posterior | None
    index: int
    drawn: Block | None = None


def _run_job(job: _Job) -> tuple[BlockRun, ...]:
    block = _block(job)
    asked = (run_block(job.province, scenario, block) for scenario in job.scenarios)
    runs = tuple(replace(run, series=dict(run.series)) for run in asked)  # all of them, so that they can travel
    for scenario, found in zip(job.scenarios, runs, strict=True):
        _require_finite(job, scenario, found)
    return runs


def _require_finite(job: _Job, scenario: Scenario, found: BlockRun) -> None:
    require_finite(found.series, found.parameters, scenario=scenario.slug, seed=job.seed, first=job.index * BLOCK)


def _block(job: _Job) -> Block:
    return job.drawn or draw_block(
        job.register,
        seed=job.seed,
        index=job.index,
        size=min(BLOCK, job.draws - job.index * BLOCK),
        years=job.scenarios[0].horizon - job.province.base_year,
        areas=[area.code for area in job.province.areas],
        posterior=job.posterior,
    )


def run_block(province: Province, scenario: Scenario, block: Block, money: np.ndarray | None = None) -> BlockRun:
    """One scenario on one block of frozen draws.

    Parameters
    ----------
    money : (year, line, 1 or draw) [billion VND] in đồng of each year, in place of the plan's
    """
    on, years = stage(province, scenario.world, block), scenario.years(province.base_year)
    shares = area_shares(province, scenario.plan, years)
    real = money is None and scenario.plan.price_basis != NOMINAL
    money = plan_money(scenario.plan, years)[:, :, None] if money is None else money
    htx = run_htx(on, money * on.per_billion(real=real), shares=shares)
    members = on.others["lhhtx_member_htx"]
    bounded = {"lhhtx_member_htx": lambda series: np.minimum(members, series["htx_registered"])}
    others = {name: values for name, values in on.others.items() if name not in bounded}
    return replace(htx, series=cast(Series, htx.series).beside(others, bounded))


def run_htx(
    on: Stage, spending: np.ndarray, *, shares: np.ndarray | None = None, before: Way | None = None, short: bool = False
) -> BlockRun:
    """The HTX under planned money on one block of frozen draws.

    Parameters
    ----------
    spending : (year, line, draw) [ratio to reference], of every year there are event ranks for
    shares : how it is divided between areas, as `area_shares` gives it
    before : how another plan or world went on the same ranks; default the stage's last
    short : only what `sim.model.SHORT` names
    """
    before = before or on.way
    by_area = spending if shares is None else spending_by_area(spending, shares[: len(spending)], on.weights)
    effects = line_effects(by_area, on.taken, (before.effects, before.p) if before else None)
    found = project(on.setting, effects, on.taken, on.event_ranks, before, short=short)
    on.keep(found.way)
    return BlockRun(found.series, on.prices, spending, found.clipped, on.parameters, on.start.workers)


def plan_money(plan: Plan, years: range) -> np.ndarray:
    """Planned money, (year, line) [billion VND], in the plan's own price basis."""
    money = [[plan.line_budget(line, year) for line in LINES] for year in years]
    return np.array(money, dtype=float).reshape(len(years), len(LINES)) / VND_PER_BILLION


def area_shares(province: Province, plan: Plan, years: range) -> np.ndarray | None:
    """How a plan divides its lines' money between areas.

    Returns
    -------
    (year, line, area) adding up to 1 over areas, NaN where nothing is stated; None where nothing is stated at all

    Raises
    ------
    InputError
        When the plan names an area the province does not have, or the province has only one.
    """
    if not plan.areas:
        return None
    codes = [area.code for area in province.areas]
    refuse_areas(plan, codes)
    stated = [[plan.area_shares(line, year) for line in LINES] for year in years]
    shares = [[[float(one.get(code, 0)) if one else np.nan for code in codes] for one in row] for row in stated]
    return np.array(shares, dtype=float).reshape(len(years), len(LINES), len(codes))
