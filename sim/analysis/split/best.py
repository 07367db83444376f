"""The best split on its grid, what comes as near, and both on unseen draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.analysis.compare import CRITICAL_VALUE, Difference, paired_difference
from sim.analysis.split.grid import keeping, line_keeps, one_step_further, violations
from sim.analysis.split.objectives import LeastRegret, Objective
from sim.analysis.split.surface import ResponseSurface, draws_for
from sim.domain import INDICATOR, LINES, UNBOUNDED, Bounds, InputError, Plan, Problem
from sim.ensemble import BLOCK, CommonDraws, Outcome, block_count, evaluate, monte_carlo_error
from sim.evidence import Knowledge

# -- The split of a fixed fund that does most, with what it costs elsewhere and what comes as near ---
# Every split on the grid is looked at, so that the best on the grid is found, not approached. What
# is chosen on some draws is valued again on draws that had no part in choosing it.

#: Splits listed in order of value.
_LEADING = 5


@dataclass(frozen=True)
class ScoredSplit:
    """One split.

    Attributes
    ----------
    row : in the surface
    money : {line: VND of all years}
    value : of the objective
    behind : how much the best is ahead, with its Monte Carlo error
    """

    row: int
    money: Mapping[str, int]
    value: float
    behind: float
    behind_mcse: float

    @property
    def near(self) -> bool:
        """Whether the draws cannot tell it from the best."""
        return self.behind <= CRITICAL_VALUE * self.behind_mcse

    def share(self, line: str) -> float:
        """A line's part of all money."""
        return self.money[line] / sum(self.money.values())


@dataclass(frozen=True)
class Binding:
    """A limit that keeps a line of the best split from going further the way it went.

    `kind` is ``within``, ``cap``, ``floor`` or ``lock``.
    """

    line: str
    kind: str


@dataclass(frozen=True)
class BestSplit:
    """The best split of a surface under an objective and limits.

    Attributes
    ----------
    best, plan : the best split, and the plan as it is
    plan_of_best : the best split as a plan, checked to the đồng
    near_best : splits that cannot be told from the best on these draws, the best first
    leading : the first few splits by value, near or not
    binding : limits the best split stands on
    candidates : how many splits keep the limits
    changes : {outcome: best minus plan, paired}, in the indicators' units
    """

    surface: ResponseSurface
    objective: Objective
    bounds: Bounds
    best: ScoredSplit
    plan: ScoredSplit
    plan_of_best: Plan
    near_best: tuple[ScoredSplit, ...]
    leading: tuple[ScoredSplit, ...]
    binding: tuple[Binding, ...]
    candidates: int
    changes: Mapping[Outcome, Difference]

    @property
    def plan_is_near_best(self) -> bool:
        """Whether the plan as it is cannot be told from the best split."""
        return self.plan.near


def allocate(surface: ResponseSurface, objective: Objective, bounds: Bounds = UNBOUNDED) -> BestSplit:
    """The best split among those of a surface that keep the limits.

    Parameters
    ----------
    bounds : limits beside those the surface was built with

    Raises
    ------
    InputError
        When no split keeps the limits.
    """
    rows, plan_row = candidates(surface, bounds), surface.splits.plan_row
    asked = np.append(rows, plan_row)
    scored = objective.scored(surface, asked)
    best = int(scored.value[:-1].argmax())
    behind = scored.value[best] - scored.value
    mcse = monte_carlo_error(scored.influence - scored.influence[best], surface.effective_draws)
    near = np.flatnonzero(behind[:-1] <= CRITICAL_VALUE * mcse[:-1])
    near = near[np.argsort(behind[near], kind="stable")]

    def choice(at: int) -> ScoredSplit:
        return _choice(surface, int(asked[at]), scored.value[at], behind[at], mcse[at])

    chosen = int(asked[best])
    return BestSplit(
        surface=surface,
        objective=objective,
        bounds=bounds,
        best=choice(best),
        plan=choice(-1),
        plan_of_best=_checked(surface, chosen, bounds),
        near_best=tuple(choice(int(at)) for at in near),
        leading=tuple(choice(int(at)) for at in np.argsort(behind[:-1], kind="stable")[:_LEADING]),
        binding=tuple(_binding(surface, chosen, bounds)),
        candidates=int(rows.size),
        changes=changes(surface, chosen),
    )


def candidates(surface: ResponseSurface, bounds: Bounds) -> NDArray[np.intp]:
    """Rows of a surface that keep the limits, each split once.

    Raises
    ------
    InputError
        When there is none.
    """
    splits = surface.splits
    kept = keeping(splits, bounds)
    listed = (splits.vnd[:-1] == splits.vnd[-1]).all(axis=(1, 2)) & kept[:-1]
    kept[splits.plan_row] &= not listed.any()
    if not kept.any():
        raise InputError(Problem("no_split_keeps_limits", {"plan": splits.plan.slug}, place=splits.plan.slug))
    return np.flatnonzero(kept)


def changes(surface: ResponseSurface, row: int) -> dict[Outcome, Difference]:
    """What a split changes against the plan as it is, outcome by outcome, paired on the same draws."""
    plan = surface.splits.plan_row
    found = {}
    for outcome in surface.outcomes:
        values = surface.of(outcome)
        difference = values[row].astype(np.float64) - values[plan]
        found[outcome] = paired_difference(difference, INDICATOR[outcome.indicator].better, surface.effective_draws)
    return found


def _choice(surface: ResponseSurface, row: int, value: float, behind: float, mcse: float) -> ScoredSplit:
    money = surface.splits.vnd[row].sum(axis=0)
    return ScoredSplit(row, dict(zip(LINES, map(int, money), strict=True)), float(value), float(behind), float(mcse))


def _checked(surface: ResponseSurface, row: int, bounds: Bounds) -> Plan:
    """The split as a plan, its money and limits counted afresh."""
    splits = surface.splits
    plan = splits.plan_of(row)
    broken = violations(plan, splits.plan, bounds, splits.years)
    if broken:
        raise AssertionError(f"a split that breaks its limits was chosen: {broken}")
    return plan


def _binding(surface: ResponseSurface, row: int, bounds: Bounds) -> Iterator[Binding]:
    """Limits of a line that none of the grid's splits keeps in which it goes one step further the way it went."""
    splits = surface.splits
    for place, line in enumerate(LINES):
        if line in {*bounds.locked, *splits.locked}:
            yield Binding(line, "lock")
            continue
        planned = splits.vnd[splits.plan_row, :, place]
        moved = int(splits.vnd[row, :, place].sum() - planned.sum())
        if not moved:
            continue
        further = one_step_further(splits, row, line, up=moved > 0)
        alone = {"within": Bounds(bounds.within), "cap": Bounds(None, caps=bounds.caps),
                 "floor": Bounds(None, floors=bounds.floors)}  # fmt: skip
        kept = {kind: line_keeps(further, planned, line, limit) for kind, limit in alone.items()}
        if len(further) and not np.logical_and.reduce(list(kept.values())).any():
            yield Binding(line, min(kept, key=lambda kind: int(kept[kind].sum())))


# -- The gain of a chosen split on draws that had no part in choosing it ---------------------------
# The best of many is partly the luckiest of many: on the draws it was chosen on, its gain looks
# larger than it is (the winner's curse). Other draws know nothing of the choice.

@dataclass(frozen=True)
class Gain:
    """How far the chosen split is ahead of the plan, in the objective's unit."""

    mean: float
    mcse: float


@dataclass(frozen=True)
class HeldOut:
    """The choice seen again.

    Attributes
    ----------
    draws : number of draws it is seen on
    in_sample, out_of_sample : gain of the objective where it was chosen, and on the other draws
    changes : {outcome: best minus plan} on the other draws
    """

    draws: int
    in_sample: Gain
    out_of_sample: Gain
    changes: Mapping[Outcome, Difference]

    @property
    def holds(self) -> bool:
        """Whether the gain is still clearly above zero."""
        return self.out_of_sample.mean > CRITICAL_VALUE * self.out_of_sample.mcse


def held_out(later: CommonDraws, chosen: BestSplit) -> HeldOut:
    """Value the chosen split again.

    Parameters
    ----------
    later : draws that had no part in the choice (`unseen_draws`)
    """
    surface, objective = chosen.surface, chosen.objective
    rows = [chosen.best.row]
    if isinstance(objective, LeastRegret):
        # Regret is measured from the splits that were best world by world; they come along.
        worlds = (surface, *objective.others)
        everything = np.arange(len(surface.splits))
        rows += [int(objective.objective.scored(one, everything).value.argmax()) for one in worlds]
        others = tuple(_again(later, one, rows) for one in objective.others)
        objective = replace(objective, others=others)
    again = _again(later, surface, rows)
    scored = objective.scored(again, np.arange(len(again.splits)))
    error = monte_carlo_error(scored.influence[0] - scored.influence[-1], again.effective_draws)
    return HeldOut(
        draws=later.size,
        in_sample=Gain(chosen.plan.behind, chosen.plan.behind_mcse),
        out_of_sample=Gain(float(scored.value[0] - scored.value[-1]), float(error)),
        changes=changes(again, 0),
    )


def unseen_draws(known: Knowledge, surface: ResponseSurface, *, draws: int = BLOCK) -> CommonDraws:
    """The blocks of draws after those of a surface, of the same seed."""
    first = block_count(surface.draws)
    return draws_for(known, surface.scenario, draws=draws, seed=surface.seed, first_block=first)


def _again(later: CommonDraws, surface: ResponseSurface, rows: list[int]) -> ResponseSurface:
    """Some rows of a surface, and the plan, on other draws."""
    splits = replace(surface.splits, vnd=surface.splits.vnd[[*rows, surface.splits.plan_row]])
    return replace(surface, splits=splits, values=evaluate(later, surface.scenario, splits.billion, surface.outcomes))
