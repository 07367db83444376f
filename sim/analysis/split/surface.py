"""Response surface over splits: what every split of a fund brings, computed once; and its Pareto front."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim import domain
from sim.analysis.compare import outcome_of
from sim.analysis.split.grid import Splits, list_splits, within
from sim.ensemble import DEFAULT_SEED, Array, CommonDraws, Outcome, code_of, evaluate, remember
from sim.evidence import Knowledge, draws_for

#: Every split in steps of 2.5 %.
UNLIMITED = domain.FixedFund(domain.UNBOUNDED)
#: Draws of a surface unless asked otherwise; what is chosen on them is verified on others.
SURFACE_DRAWS = 1024


@dataclass(frozen=True)
class ResponseSurface:
    """Outcomes of every split on common draws, in the indicators' units.

    Attributes
    ----------
    scenario : whose money is split, whose world and horizon hold
    values : (outcome, row, draw), rows as in `splits`: the last one is the plan as it is
    effective_draws : equal-weight draws the sample is worth, at most
    """

    scenario: domain.Scenario
    splits: Splits
    outcomes: tuple[Outcome, ...]
    values: NDArray[np.float32]
    seed: int
    effective_draws: float = np.inf

    @property
    def draws(self) -> int:
        """Number of draws."""
        return self.values.shape[-1]

    def of(self, outcome: Outcome) -> NDArray[np.float32]:
        """(row, draw) of one outcome.

        Raises
        ------
        KeyError
            When the surface was built without it.
        """
        if outcome not in self.outcomes:
            raise KeyError(outcome)
        return self.values[self.outcomes.index(outcome)]


def judged_outcomes(province: domain.Province, scenario: domain.Scenario) -> tuple[Outcome, ...]:
    """What splits are judged by: the headline target's figure, then figures of the last year."""
    headline = [
        Outcome(target.indicator, target.year)
        for target in province.targets
        if target.headline and target.year <= scenario.horizon
    ]
    return (*headline, *(outcome_of(indicator, scenario.horizon) for indicator in domain.JUDGED))


def build_surface(
    draws: CommonDraws,
    scenario: domain.Scenario,
    outcomes: Sequence[Outcome] = (),
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
    years = scenario.years(draws.province.base_year)
    splits = within(list_splits(scenario.plan, years, parts=fund.parts, locked=fund.bounds.locked), fund.bounds)
    splits_hash = hashlib.sha256(splits.vnd.tobytes()).hexdigest()
    whole_key = [*key, "surface", domain.scenario_fingerprint(scenario), domain.fingerprint(outcomes), splits_hash]
    values = remember(whole_key, lambda: evaluate(draws, scenario, splits.billion, outcomes), keep=bool(key))
    return ResponseSurface(scenario, splits, outcomes, values, draws.seed, draws.effective_draws)


def response_surface(
    known: Knowledge,
    scenario: domain.Scenario,
    outcomes: Sequence[Outcome] = (),
    fund: domain.FixedFund = UNLIMITED,
    *,
    draws: int = SURFACE_DRAWS,
    seed: int = DEFAULT_SEED,
) -> ResponseSurface:
    """`build_surface` on the draws of a run of that seed; from the cache where it was built before."""
    code = code_of("sim.model", "sim.ensemble")
    key = [domain.inputs_fingerprint(known.province, known.register), known.posterior.key, draws, seed, code]
    return build_surface(draws_for(known, scenario, draws=draws, seed=seed), scenario, outcomes, fund, key=key)


# -- Pareto front ----------------------------------------------------------------------------------

@dataclass(frozen=True)
class Frontier:
    """Splits between two goals, and their Pareto front.

    Attributes
    ----------
    outcomes : the two goals
    rows : rows of the surface that were compared
    means : (row, 2) expected figures
    front : places in `rows` that no other row beats in both, by rising first goal
    """

    outcomes: tuple[Outcome, Outcome]
    rows: NDArray[np.intp]
    means: Array
    front: NDArray[np.intp]


def frontier(surface: ResponseSurface, first: Outcome, second: Outcome, rows: NDArray[np.intp]) -> Frontier:
    """Pareto front of the expected figures of two outcomes.

    Parameters
    ----------
    rows : splits of the surface that are compared
    """
    means = np.stack([surface.of(one)[rows].mean(axis=-1, dtype=np.float64) for one in (first, second)], axis=1)
    signs = [-1.0 if domain.INDICATOR[one.indicator].better < 0 else 1.0 for one in (first, second)]
    return Frontier((first, second), rows, means, undominated(means * signs))


def undominated(points: Array) -> NDArray[np.intp]:
    """Pareto front of points, (point, 2): their places by rising first figure, more being better.

    A point is left out where another is at least as good in both figures and better in one.
    """
    order = np.lexsort((-points[:, 1], -points[:, 0]))
    best = np.maximum.accumulate(points[order, 1])
    return order[np.append(True, best[1:] > best[:-1])][::-1]
