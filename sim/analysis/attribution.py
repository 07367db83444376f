"""What each budget line contributes, whatever the order the lines are counted in (Shapley 1953)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from math import factorial

import numpy as np
from numpy.typing import NDArray

from sim.analysis.compare import Difference, paired_difference
from sim.domain.budget import LINES
from sim.domain.indicators import INDICATOR
from sim.domain.scenario import Scenario
from sim.ensemble.plans import CommonDraws, Outcome, evaluate
from sim.ensemble.runner import plan_money

Array = NDArray[np.floating]

#: Least common denominator of the Shapley weights of four lines, so that sums stay exact.
TWELFTHS = 12


@dataclass(frozen=True)
class Attribution:
    """Contribution of every line to what a plan does beside no support at all.

    Attributes
    ----------
    twelfths : (outcome, line, draw) twelve times the contributions
    total : (outcome, draw) plan minus no support
    """

    scenario: Scenario
    outcomes: tuple[Outcome, ...]
    twelfths: Array
    total: Array
    effective_draws: float

    def contribution(self, outcome: Outcome, line: str) -> Difference:
        """One line's part, summarised over draws."""
        draws = self.twelfths[self.outcomes.index(outcome), LINES.index(line)] / TWELFTHS
        return paired_difference(draws, INDICATOR[outcome.indicator].better, self.effective_draws)

    def whole(self, outcome: Outcome) -> Difference:
        """All lines together."""
        draws = self.total[self.outcomes.index(outcome)]
        return paired_difference(draws, INDICATOR[outcome.indicator].better, self.effective_draws)


def attribute(draws: CommonDraws, scenario: Scenario, outcomes: Sequence[Outcome]) -> Attribution:
    """Split what a plan does over its lines, on every draw.

    Notes
    -----
    All 16 sets of lines are funded as planned, the others with nothing. A line's part is its mean
    addition over all orders in which lines can join. The weights 1/4, 1/12, 1/12, 1/4 are kept as
    twelfths: figures are float32, so that their whole multiples and sums are exact in float64, and
    the parts add up to the total on every draw to the last bit.
    """
    years = range(draws.province.base_year + 1, scenario.horizon + 1)
    sets = list(product((0, 1), repeat=len(LINES)))
    money = plan_money(scenario.plan, years)[None] * np.array(sets)[:, None, :]
    values = evaluate(draws, scenario, money, outcomes).astype(np.float64)
    place = {members: at for at, members in enumerate(sets)}
    parts = np.zeros((len(outcomes), len(LINES), draws.size))
    for members, at in place.items():
        for line in range(len(LINES)):
            if not members[line]:
                joined = (*members[:line], 1, *members[line + 1 :])
                parts[:, line] += _twelfths(sum(members)) * (values[:, place[joined]] - values[:, at])
    total = values[:, place[(1,) * len(LINES)]] - values[:, place[(0,) * len(LINES)]]
    return Attribution(scenario, tuple(outcomes), parts, total, draws.effective_draws)


def _twelfths(before: int) -> int:
    """Weight, in twelfths, of joining after so many others: before! (n - before - 1)! / n!."""
    lines = len(LINES)
    return TWELFTHS * factorial(before) * factorial(lines - before - 1) // factorial(lines)
