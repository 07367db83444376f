"""The gain of a chosen split on draws that had no part in choosing it.

The best of many is partly the luckiest of many: on the draws it was chosen on, its gain looks
larger than it is (the winner's curse). Other draws know nothing of the choice.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim.analysis.allocation import Allocated, changes
from sim.analysis.compare import Difference
from sim.analysis.objectives import LeastRegret
from sim.analysis.resampling import CLEAR
from sim.analysis.surface import ResponseSurface, draws_for
from sim.ensemble.plans import CommonDraws, Outcome, evaluate
from sim.ensemble.statistics import monte_carlo_error
from sim.ensemble.streams import BLOCK, block_count
from sim.evidence.knowledge import Knowledge


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
    chosen_on, seen_on : gain of the objective where it was chosen, and on the other draws
    changes : {outcome: best minus plan} on the other draws
    """

    draws: int
    chosen_on: Gain
    seen_on: Gain
    changes: Mapping[Outcome, Difference]

    @property
    def holds(self) -> bool:
        """Whether the gain is still clearly above zero."""
        return self.seen_on.mean > CLEAR * self.seen_on.mcse


def held_out(later: CommonDraws, chosen: Allocated) -> HeldOut:
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
        chosen_on=Gain(chosen.plan.behind, chosen.plan.behind_mcse),
        seen_on=Gain(float(scored.value[0] - scored.value[-1]), float(error)),
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
