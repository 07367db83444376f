"""The grid of splits, and the response surface over it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim import domain, ensemble
from sim.analysis.compare import outcome_of
from sim.domain import LINES, VND_PER_BILLION, Bounds, InputError, Plan, Problem
from sim.evidence import Knowledge, draws_for

Money = NDArray[np.int64]
_AT_ONCE = 512  # splits, before whoever watches is told


@dataclass(frozen=True)
class Splits:
    """Splits of one plan's money, and the plan itself as the last row.

    Attributes
    ----------
    plan : whose yearly money is split; what it leaves unallocated stays so
    years : that can still be planned; those before stay as they are
    moved : places of the years whose money is split; the others keep the plan's
    parts : equal steps of the money that is free
    locked : lines that keep the plan's money
    vnd : (row, year, line) whole đồng
    """

    plan: Plan
    years: tuple[int, ...]
    parts: int
    locked: frozenset[str]
    vnd: Money
    moved: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.vnd)

    @property
    def plan_row(self) -> int:
        """Row of the plan as it is."""
        return len(self.vnd) - 1

    @property
    def billion(self) -> NDArray[np.float64]:
        """(row, year, line) [billion VND]"""
        return self.vnd / VND_PER_BILLION

    @property
    def shares(self) -> NDArray[np.float64]:
        """(row, line) share of all years' money."""
        money = self.vnd.sum(axis=1)
        return money / money.sum(axis=1, keepdims=True)

    @property
    def asked(self) -> Money:
        """(row, year, line) whole đồng of the years whose money is split."""
        return self.vnd[:, list(self.moved)] if self.moved else self.vnd

    @property
    def asked_years(self) -> tuple[int, ...]:
        """The years whose money is split."""
        return tuple(self.years[at] for at in self.moved) or self.years

    @property
    def fingerprint(self) -> str:
        """Hash of all money."""
        return hashlib.sha256(self.vnd.tobytes()).hexdigest()

    def plan_of(self, row: int) -> Plan:
        """One row as a plan; the fund and what is unallocated are the plan's."""
        before = [year for year in self.plan.fund if year < self.years[0]]
        lines = {line: {year: self.plan.line_budget(line, year) for year in before} for line in LINES}
        for place, line in enumerate(LINES):
            lines[line] |= {year: int(self.vnd[row, at, place]) for at, year in enumerate(self.years)}
        fund = {year: self.plan.annual_budget(year) for year in (*before, *self.years)}
        return replace(self.plan, slug=f"{self.plan.slug}.split-{row}", fund=fund, lines=lines, repeat_last=False)


def list_splits(
    plan: Plan, years: range, *, parts: int, locked: frozenset[str] = frozenset(), only: Sequence[int] = ()
) -> Splits:
    """Every split of a plan's money over the lines that are free, the same shares in every year.

    Parameters
    ----------
    parts : equal steps; 20 lists 1,771 splits of four lines, 40 lists 12,341
    only : years whose money is split; default all

    Raises
    ------
    InputError
        When the plan has no money to split, or fewer than two lines are free.
    """
    free = [place for place, line in enumerate(LINES) if line not in locked]
    planned = np.array([[plan.line_budget(line, year) for line in LINES] for year in years], dtype=np.int64)
    moved = [at for at, year in enumerate(years) if not only or year in only]
    total = planned[moved][:, free].sum(axis=1)
    if len(free) < 2 or not total.any():
        key = "too_few_free_lines" if len(free) < 2 else "no_money_to_split"
        raise InputError(Problem(key, {"plan": plan.slug}, place=plan.slug, value=", ".join(sorted(locked)) or None))
    units = compositions(parts, len(free))
    vnd = np.repeat(planned[None], len(units) + 1, axis=0)
    vnd[:-1, np.array(moved)[:, None], np.array(free)] = _shared_out(total, units)
    return Splits(plan, tuple(years), parts, frozenset(locked), vnd, tuple(moved))


def of_fund(fund: domain.FixedFund) -> dict[str, Any]:
    """What `list_splits` takes of a fund."""
    return {"parts": fund.parts, "locked": fund.bounds.locked, "only": fund.only}


def compositions(parts: int, lines: int) -> Money:
    """All ways to give whole parts to lines, (way, line); every row adds up to `parts`."""
    bars = np.array(list(combinations(range(parts + lines - 1), lines - 1)), dtype=np.int64)
    ends = np.full((len(bars), 1), parts + lines - 1)
    return np.diff(np.hstack([np.full_like(ends, -1), bars, ends]), axis=1) - 1


def _shared_out(total: Money, units: Money) -> Money:
    """Whole đồng of each year in proportion to units, (row, year, line), adding up exactly.

    The largest remainders get the đồng left over, as in `sim.domain.plan.share_out`.
    """
    parts = units.sum(axis=1)[:, None, None]
    exact = total[None, :, None] * units[:, None, :]
    money, remainder = exact // parts, exact % parts
    left_over = total[None, :] - money.sum(axis=2)
    rank = np.argsort(np.argsort(-remainder, axis=2, kind="stable"), axis=2, kind="stable")
    return money + (rank < left_over[:, :, None])


def keeping(splits: Splits, bounds: Bounds) -> NDArray[np.bool_]:
    """Which rows keep the limits, (row); the plan's own row counts like any other."""
    asked = splits.asked
    kept = np.ones(len(splits), dtype=bool)
    for place, line in enumerate(LINES):
        kept &= line_keeps(asked[:, :, place], asked[-1, :, place], line, bounds)
    return kept


def _some_keeping(splits: Splits, bounds: Bounds) -> NDArray[np.bool_]:
    """`keeping`, refused where no row does."""
    kept = keeping(splits, bounds)
    if not kept.any():
        raise InputError(Problem("no_split_keeps_limits", {"plan": splits.plan.slug}, place=splits.plan.slug))
    return kept


def candidates(splits: Splits, bounds: Bounds) -> NDArray[np.intp]:
    """Rows that keep the limits, each split once: the plan's own only where the grid does not list it.

    Raises
    ------
    InputError
        When there is none.
    """
    kept = _some_keeping(splits, bounds)
    listed = (splits.vnd[:-1] == splits.vnd[-1]).all(axis=(1, 2)) & kept[:-1]
    kept[splits.plan_row] &= not listed.any()
    return np.flatnonzero(kept)


def line_keeps(money: Money, planned: Money, line: str, bounds: Bounds) -> NDArray[np.bool_]:
    """Which amounts of one line keep its limits, (row).

    Parameters
    ----------
    money : (row, year) whole đồng
    planned : (year) whole đồng
    """
    kept = np.ones(len(money), dtype=bool)
    if line in bounds.locked:
        kept &= (money == planned).all(axis=1)
    if line in bounds.floors:
        kept &= (money >= bounds.floors[line]).all(axis=1)
    if line in bounds.caps:
        kept &= (money <= bounds.caps[line]).all(axis=1)
    if bounds.within is not None:
        # Whole numbers on both sides, so that a line exactly on its limit is within it.
        whole = int(planned.sum())
        change = np.abs(money.sum(axis=1) - whole) * bounds.within.denominator
        kept &= change <= bounds.within.numerator * whole
    return kept


def one_step_further(splits: Splits, row: int, line: str, *, up: bool) -> Money:
    """A free line's money with one step of the grid more, or less, than in a row, not beyond its exact share.

    Parameters
    ----------
    row : one of the grid, not the plan as it is

    Returns
    -------
    (1, year) whole đồng; no row at an end of the grid. Which line takes the đồng left over by rounding is no
    matter of limits.
    """
    free = [place for place, name in enumerate(LINES) if name not in splits.locked]
    total = splits.asked[splits.plan_row][:, free].sum(axis=1)
    step = Fraction(int(total.sum()), splits.parts)
    units = round(int(splits.asked[row, :, LINES.index(line)].sum()) / step) + (1 if up else -1)
    exact = total[None] * units
    return (exact // splits.parts if up else -(-exact // splits.parts))[: 0 <= units <= splits.parts]


def within(splits: Splits, bounds: Bounds) -> Splits:
    """The splits that keep the limits, and the plan itself as the last row whether it does or not.

    Raises
    ------
    InputError
        When no split keeps them.
    """
    kept = _some_keeping(splits, bounds)
    kept[splits.plan_row] = True
    return replace(splits, vnd=splits.vnd[kept])


def violations(candidate: Plan, plan: Plan, bounds: Bounds, years: tuple[int, ...]) -> list[str]:
    """What a plan breaks of the money and the limits it had to keep; empty when nothing.

    Parameters
    ----------
    candidate, plan : the plan to check, and the one whose money it splits [whole VND]

    Notes
    -----
    Counted afresh in whole đồng from the two plans, not taken from whatever chose the candidate.
    """
    broken = []
    for year in years:
        left_over = candidate.unallocated(year) - plan.unallocated(year)
        if left_over or candidate.annual_budget(year) != plan.annual_budget(year):
            broken.append(f"money of {year}")
        for line in LINES:
            money = candidate.line_budget(line, year)
            low, high = bounds.floors.get(line, 0), bounds.caps.get(line, candidate.annual_budget(year))
            if not max(low, 0) <= money <= high:
                broken.append(f"{line} of {year}")
            if line in bounds.locked and money != plan.line_budget(line, year):
                broken.append(f"lock of {line} in {year}")
    if bounds.within is not None:
        for line in LINES:
            before = sum(plan.line_budget(line, year) for year in years)
            after = sum(candidate.line_budget(line, year) for year in years)
            if abs(Fraction(after - before)) > bounds.within * before:
                broken.append(f"change of {line}")
    return broken


#: Every split in steps of 2.5 %.
UNLIMITED = domain.FixedFund(domain.UNBOUNDED)
#: Draws a split is chosen on unless asked otherwise: thousands of splits are looked at.
SURFACE_DRAWS = 1024
#: Block they begin with: behind the draws of every run, so that all that is told of a chosen split is told on the
#: draws of the reports, which had no part in the choice. Sixteen blocks on, half-way through the 32 of a posterior's
#: sample: its rows come round again, and these are none of the first.
CHOOSING_BLOCK = ensemble.block_count(ensemble.MAX_DRAWS) + 16


@dataclass(frozen=True)
class ResponseSurface:
    """Outcomes of every split on common draws, in the indicators' units.

    Attributes
    ----------
    scenario : whose money is split, whose world and horizon hold
    values : (outcome, row, draw), rows as in `splits`: the last one is the plan as it is
    effective_draws : equal-weight draws the sample of the posterior is worth
    left_out : how many splits a race left out because they are surely clearly behind
    """

    scenario: domain.Scenario
    splits: Splits
    outcomes: tuple[ensemble.Outcome, ...]
    values: NDArray[np.float32]
    seed: int
    effective_draws: float = np.inf
    left_out: int = 0

    def __repr__(self) -> str:
        return f"<ResponseSurface {self.scenario.slug}: {len(self.splits)} splits, {self.draws} draws>"

    @property
    def draws(self) -> int:
        """Number of draws."""
        return self.values.shape[-1]

    def of(self, outcome: ensemble.Outcome) -> NDArray[np.float32]:
        """(row, draw) of one outcome.

        Raises
        ------
        KeyError
            When the surface was built without it.
        """
        if outcome not in self.outcomes:
            raise KeyError(outcome)
        return self.values[self.outcomes.index(outcome)]


def judged_outcomes(province: domain.Province, scenario: domain.Scenario) -> tuple[ensemble.Outcome, ...]:
    """What splits are judged by: the headline target's figure, then figures of the last year."""
    headline = [
        ensemble.Outcome(target.indicator, target.year)
        for target in province.targets
        if target.headline and target.year in province.open_years(scenario.horizon)
    ]
    return (*headline, *(outcome_of(indicator, scenario.horizon) for indicator in domain.JUDGED))


def build_surface(
    draws: ensemble.CommonDraws,
    scenario: domain.Scenario,
    outcomes: Sequence[ensemble.Outcome] = (),
    fund: domain.FixedFund = UNLIMITED,
    *,
    key: Sequence[object] = (),
) -> ResponseSurface:
    """Outcomes of every split that keeps a fund's limits.

    Parameters
    ----------
    outcomes : default `judged_outcomes`
    fund : steps of 5 % or 2.5 %, and the limits splits keep; default none, in steps of 2.5 %
    key : all that the draws depend on; with it the surface is kept on disk

    Returns
    -------
    ResponseSurface
        Exact on its grid: row by row the numbers of `run` for the same draws, as float32.

    Raises
    ------
    InputError
        When there is no money to split, or no split keeps the limits.
    """
    outcomes = tuple(outcomes) or judged_outcomes(draws.province, scenario)
    years = draws.province.open_years(scenario.horizon)
    splits = within(list_splits(scenario.plan, years, **of_fund(fund)), fund.bounds)
    asked = domain.scenario_fingerprint(scenario), domain.fingerprint(outcomes), splits.fingerprint
    whole_key = [*key, "surface", *asked]

    chunks = domain.steps(np.array_split(splits.billion, len(splits) // _AT_ONCE + 1))
    found = (ensemble.evaluate(draws, scenario, chunk, outcomes) for chunk in chunks)
    values = ensemble.remember(whole_key, lambda: np.concatenate(list(found), axis=1), keep=bool(key))
    return ResponseSurface(scenario, splits, outcomes, values, draws.seed, draws.effective_draws)


def response_surface(
    known: Knowledge,
    scenario: domain.Scenario,
    outcomes: Sequence[ensemble.Outcome] = (),
    fund: domain.FixedFund = UNLIMITED,
    *,
    draws: int = SURFACE_DRAWS,
    seed: int = ensemble.DEFAULT_SEED,
) -> ResponseSurface:
    """`build_surface` on draws of that seed which no run uses; from the cache where it was built before."""
    own = draws_for(known, scenario, draws=draws, seed=seed, first_block=CHOOSING_BLOCK)
    return build_surface(own, scenario, outcomes, fund, key=choosing_key(known, draws, seed))


def choosing_key(known: Knowledge, draws: int, seed: int) -> list[object]:
    """All that the draws a split is chosen on depend on, and what is run on them."""
    code, inputs = ensemble.code_of("sim.model", "sim.ensemble"), domain.inputs_fingerprint
    return [inputs(known.province, known.register), known.posterior.key, draws, seed, CHOOSING_BLOCK, code]
