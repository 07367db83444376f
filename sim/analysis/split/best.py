"""The best split of a fixed fund, what comes as near, and its gain on draws that had no part in the choice.

Every split on the grid is looked at, or surely behind (`sim.analysis.split.racing`): the best is found, not approached.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.analysis.compare import CRITICAL_VALUE, Difference, Estimate, outcome_difference
from sim.analysis.split.objectives import LeastRegret, Objective
from sim.analysis.split.surface import ResponseSurface, candidates, line_keeps, one_step_further, violations
from sim.domain import LINES, UNBOUNDED, Bounds, Plan
from sim.ensemble import Array, CommonDraws, Outcome, apart, evaluate, monte_carlo_error

if TYPE_CHECKING:
    import pandas as pd

#: Practical weight: a split is clearly behind when the best has more in so many futures, or by more than this part.
OFTEN, MUCH = 0.8, 0.01
#: Splits listed in order of value, and with those that come as near.
LEADING, _LISTED = 5, 8


@dataclass(frozen=True)
class ScoredSplit:
    """One split under an objective.

    Attributes
    ----------
    row : in the surface
    money : {line: whole VND of all years}
    value : of the objective, in its unit
    behind, behind_mcse : how much the best is ahead, paired, and the Monte Carlo error of that
    often : share of futures in which the best has more, half of those in which both have the same
    level : size of the figure under the best split, in its unit
    """

    row: int
    money: Mapping[str, int]
    value: float
    behind: float
    behind_mcse: float
    often: float
    level: float

    @property
    def near(self) -> bool:
        """Whether it is not clearly behind the best."""
        return not clearly_behind(self.behind, self.behind_mcse, self.often, self.level)

    def share(self, line: str) -> float:
        """A line's part of all money."""
        return self.money[line] / sum(self.money.values())


def clearly_behind(
    behind: Array | float, mcse: Array | float, often: Array | float, level: Array | float
) -> NDArray[np.bool_]:
    """Whether what is behind the best is so clearly: told from it by the draws, and by enough to matter.

    Parameters
    ----------
    behind, mcse : how much the best is ahead, and the Monte Carlo error of that
    often : share of futures in which the best has more
    level : size of the figure, in the unit of `behind`

    Notes
    -----
    On many draws six hundredths of a percent are told from nothing, and are nothing to move money for: the best
    must have more in four of five futures, or more by over one percent.
    """
    told = np.asarray(behind > CRITICAL_VALUE * mcse)
    return told & (np.asarray(often >= OFTEN) | np.asarray(behind > MUCH * np.abs(level)))


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
    near_best : splits not clearly behind the best, the best first
    leading : the first few splits by value, near or not
    binding : limits the best split stands on
    candidates : how many splits keep the limits, those a race left out among them
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

    def __repr__(self) -> str:
        shares = ", ".join(f"{line} {self.best.share(line):.1%}" for line in LINES)
        among = "" if self.plan.near else "not "
        near = f"{len(self.near_best)} of {self.candidates} splits as near, the plan {among}among them"
        return f"<BestSplit {self.surface.scenario.slug}: {shares}; {near}>"

    def _repr_html_(self) -> str:
        return self.to_frame().to_html(index=False, border=0)

    def to_frame(self) -> "pd.DataFrame":
        """The splits `listed`, with the plan: part of each line [%], value of the objective and what it lacks."""
        import pandas as pd

        listed = {"best": self.best, **{f"{place}": one for place, one in enumerate(self.listed[1:], start=2)}}
        rows = [
            {"split": name, **{line: round(100 * one.share(line), 1) for line in LINES}, "value": one.value,
             "behind": one.behind, "near": one.near}
            for name, one in {**listed, "plan": self.plan}.items()
        ]  # fmt: skip
        return pd.DataFrame.from_records(rows)

    @property
    def plan_is_near_best(self) -> bool:
        """Whether the plan as it is is not clearly behind the best split."""
        return self.plan.near

    @property
    def listed(self) -> tuple[ScoredSplit, ...]:
        """The best and what comes next: all as near, the first few of them, or those that lead where fewer are."""
        return max(self.near_best, self.leading, key=len)[:_LISTED]


def allocate(surface: ResponseSurface, objective: Objective, bounds: Bounds = UNBOUNDED) -> BestSplit:
    """The best split among those of a surface that keep the limits, by looking at every one.

    Parameters
    ----------
    objective : says what is best, and how sure that is
    bounds : limits beside those the surface was built with

    Returns
    -------
    BestSplit
        With the splits not clearly behind it (`clearly_behind`, by paired differences of influences), and
        what it changes against the plan in every outcome.

    Raises
    ------
    InputError
        When no split keeps the limits.
    """
    splits = surface.splits
    rows = candidates(splits, bounds)
    asked = np.append(rows, splits.plan_row)
    scored = objective.scored(surface, asked)
    best = int(scored.value[:-1].argmax())
    behind = apart(scored.value[best], scored.value)
    mcse = monte_carlo_error(scored.influence - scored.influence[best], surface.effective_draws)
    often = 0.5 + 0.5 * np.sign(apart(scored.draws[best], scored.draws)).mean(axis=-1, dtype=np.float64)
    level = float(scored.level[best])
    near = np.flatnonzero(~clearly_behind(behind, mcse, often, level)[:-1])
    near = near[np.argsort(behind[near], kind="stable")]

    def split(at: int) -> ScoredSplit:
        money = splits.vnd[asked[at]].sum(axis=0)
        by_line = dict(zip(LINES, map(int, money), strict=True))
        value, lead, error, share = (float(column[at]) for column in (scored.value, behind, mcse, often))
        return ScoredSplit(int(asked[at]), by_line, value, lead, error, share, level)

    chosen = int(asked[best])
    plan_of_best = splits.plan_of(chosen)
    if broken := violations(plan_of_best, splits.plan, bounds, splits.asked_years):
        raise AssertionError(f"a split that breaks its limits was chosen: {broken}")
    return BestSplit(
        surface=surface,
        objective=objective,
        bounds=bounds,
        best=split(best),
        plan=split(-1),
        plan_of_best=plan_of_best,
        near_best=tuple(split(int(at)) for at in near),
        leading=tuple(split(int(at)) for at in np.argsort(behind[:-1], kind="stable")[:LEADING]),
        binding=tuple(_binding(surface, chosen, bounds)),
        candidates=int(rows.size) + surface.left_out,
        changes=_changes(surface, chosen),
    )


def _changes(surface: ResponseSurface, row: int) -> dict[Outcome, Difference]:
    """What a split changes against the plan as it is, outcome by outcome, paired on the same draws."""
    found, chosen = {}, replace(surface.scenario, plan=surface.splits.plan_of(row))
    for outcome in surface.outcomes:
        values = surface.of(outcome)
        difference = apart(values[row].astype(np.float64), values[surface.splits.plan_row])
        found[outcome] = outcome_difference(outcome, difference, chosen, surface.scenario, surface.effective_draws)
    return found


def _binding(surface: ResponseSurface, row: int, bounds: Bounds) -> Iterator[Binding]:
    """Limits that a line breaks one step of the grid further the way it went; đồng of rounding are neither."""
    splits = surface.splits
    for place, line in enumerate(LINES):
        if line in {*bounds.locked, *splits.locked}:
            yield Binding(line, "lock")
            continue
        planned = splits.asked[splits.plan_row, :, place]
        moved = int(splits.asked[row, :, place].sum() - planned.sum())
        if abs(moved) <= len(splits.asked_years):
            continue
        further = one_step_further(splits, row, line, up=moved > 0)
        alone = {"within": Bounds(bounds.within), "cap": Bounds(None, caps=bounds.caps),
                 "floor": Bounds(None, floors=bounds.floors)}  # fmt: skip
        kept = {kind: line_keeps(further, planned, line, limit) for kind, limit in alone.items()}
        yield from (Binding(line, kind) for kind in [kind for kind, keeps in kept.items() if not keeps.all()][:1])


# -- Hold-out validation ---------------------------------------------------------------------------
# The best of many is partly the luckiest of many: on the draws it was chosen on, its gain looks
# larger than it is (the winner's curse). Other draws know nothing of the choice.


@dataclass(frozen=True)
class HeldOut:
    """The best split valued again on held-out draws.

    Attributes
    ----------
    draws : number of held-out draws
    in_sample, out_of_sample : lead over the plan where it was chosen, and on the held-out draws, in the objective's
        unit
    changes : {outcome: best minus plan, paired} on the held-out draws
    behind : {row: how much the best is ahead of it} of the splits that are listed, and the plan, likewise
    levels : {outcome: mean figure of the plan} likewise
    """

    draws: int
    in_sample: Estimate
    out_of_sample: Estimate
    changes: Mapping[Outcome, Difference]
    behind: Mapping[int, Estimate]
    levels: Mapping[Outcome, float]

    @property
    def holds(self) -> bool:
        """Whether the gain is still distinguished as above zero."""
        return self.out_of_sample.distinguished


def held_out(later: CommonDraws, chosen: BestSplit, ran: dict[int, Array] | None = None) -> HeldOut:
    """Hold-out validation of the chosen split against the winner's curse.

    Parameters
    ----------
    later : draws that had no part in the choice: those of the reports, since a surface has its own
    ran : {row of the surface: (outcome, draw)} on them of choices before; what is run now is added
    """
    surface, objective = chosen.surface, chosen.objective
    listed = dict.fromkeys(one.row for one in (chosen.best, *chosen.leading, *chosen.listed, chosen.plan))
    rows = list(listed)
    if isinstance(objective, LeastRegret):
        # Regret is measured from the splits that were best world by world; they come along.
        worlds = (surface, *objective.others)
        everything = np.arange(len(surface.splits))
        rows += [int(objective.objective.scored(one, everything).value.argmax()) for one in worlds]
        others = tuple(_again(later, one, rows, {}) for one in objective.others)
        objective = replace(objective, others=others)
    again = _again(later, surface, rows, {} if ran is None else ran)
    scored = objective.scored(again, np.arange(len(again.splits)))
    errors = monte_carlo_error(scored.influence[0] - scored.influence, again.effective_draws)
    leads = [
        Estimate(float(apart(scored.value[0], value)), float(error))
        for value, error in zip(scored.value, errors, strict=True)
    ]
    return HeldOut(
        draws=later.size,
        in_sample=Estimate(chosen.plan.behind, chosen.plan.behind_mcse),
        out_of_sample=leads[-1],
        changes=_changes(again, 0),
        behind=dict(zip(listed, leads, strict=False)),
        levels={one: float(again.of(one)[-1].mean(dtype=np.float64)) for one in again.outcomes},
    )


def _again(later: CommonDraws, surface: ResponseSurface, rows: list[int], ran: dict[int, Array]) -> ResponseSurface:
    """Some rows of a surface, and the plan, on other draws."""
    rows = [*rows, surface.splits.plan_row]
    splits = replace(surface.splits, vnd=surface.splits.vnd[rows])
    if new := {row: place for place, row in enumerate(rows) if row not in ran}:
        found = evaluate(later, surface.scenario, splits.billion[[*new.values()]], surface.outcomes)
        ran |= dict(zip(new, np.moveaxis(found, 1, 0), strict=True))
    return replace(surface, splits=splits, values=np.stack([ran[row] for row in rows], axis=1))
