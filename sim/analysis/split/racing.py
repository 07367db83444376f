"""Racing (successive rejects): the best split and all near it, the same as by looking at every one, sooner.

Every split is run on few common draws. What is surely none of the leading ones, and surely clearly behind the best,
goes no further; the rest are run on all draws, and `allocate` chooses among them as it would among all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, stdtrit

from sim import domain, ensemble
from sim.analysis.compare import CRITICAL_VALUE
from sim.analysis.split.best import LEADING, MUCH, OFTEN, BestSplit, allocate
from sim.analysis.split.objectives import Chance, LeastRegret, Mean, Objective, Weighted, weighted
from sim.analysis.split.surface import (
    CHOOSING_BLOCK,
    SURFACE_DRAWS,
    ResponseSurface,
    Splits,
    build_surface,
    candidates,
    choosing_key,
    judged_outcomes,
    list_splits,
    of_fund,
    within,
)
from sim.ensemble import Array, CommonDraws, Outcome, apart, sample_worth
from sim.evidence import Knowledge, draws_for

Rows = NDArray[np.intp]
#: What is chosen by: one objective, or several goals by their weights, whose scales the splits themselves set.
Aim = Objective | Mapping[Outcome, float]

#: Probability that a whole race drops any split it should not, all comparisons of all goals together.
RACE_ERROR = 1e-4
#: Draws splits are run on before all of them; a race needs twice the last of these.
_FIRST_DRAWS = (64, 128, 256, 512)
#: Objectives whose value is a mean over draws, so that a part of the draws tells what all of them will say.
_RACED = (Mean, Chance, Weighted)
#: Splits run on all draws at once, so that what first draws tell of the others can be set against them.
_PILOTS = 8
#: Most comparisons a split takes part in at one number of draws for one goal: with each of the leading, and three more.
_COMPARISONS = LEADING + 3
#: Draws that differ, and that do not, before a difference of chances is taken as spread about its mean.
_MANY = 30
#: Shares of all draws looked at where something is counted on the first.
_SHARES = 1024
#: Splits times draws run before whoever watches is told: what is laid side by side once serves all of them.
_AT_ONCE = 1 << 18


def best_split(
    known: Knowledge,
    scenario: domain.Scenario,
    aim: Aim,
    fund: domain.FixedFund,
    *,
    outcomes: Sequence[Outcome] = (),
    draws: int = SURFACE_DRAWS,
    seed: int = ensemble.DEFAULT_SEED,
) -> BestSplit:
    """The best split of a scenario's fund by racing, on draws no run uses; from the cache where it was run before.

    Parameters
    ----------
    aim : an objective whose value is a mean over draws is raced; for others every split is run on all draws
    outcomes : told of the best split beside those of the aim; default `judged_outcomes`

    Raises
    ------
    InputError
        When there is no money to split, or no split keeps the limits.
    """
    wanted = tuple(outcomes) or judged_outcomes(known.province, scenario)
    told = tuple(dict.fromkeys([*outcomes_of(aim), *wanted]))
    own = draws_for(known, scenario, draws=draws, seed=seed, first_block=CHOOSING_BLOCK)
    key = choosing_key(known, draws, seed)
    if not isinstance(aim, (Mapping, *_RACED)):
        return allocate(build_surface(own, scenario, told, fund, key=key), aim, fund.bounds)
    surface = race(own, scenario, aim, told, fund, key=[*key, "race"])
    everything = np.arange(len(surface.splits))
    single = weighted(surface, aim, everything) if isinstance(aim, Mapping) else aim
    return allocate(surface, single, fund.bounds)


def outcomes_of(aim: Any) -> tuple[Outcome, ...]:
    """Figures an aim is judged by."""
    if isinstance(aim, LeastRegret):
        return outcomes_of(aim.objective)
    several = aim.goals if isinstance(aim, Weighted) else aim if isinstance(aim, Mapping) else None
    return (aim.outcome,) if several is None else tuple(several)


def race(
    draws: CommonDraws,
    scenario: domain.Scenario,
    aim: Aim,
    outcomes: Sequence[Outcome],
    fund: domain.FixedFund,
    *,
    key: Sequence[object] = (),
) -> ResponseSurface:
    """Outcomes of the splits that are, or may be, among the leading or not clearly behind the best; and the plan.

    Parameters
    ----------
    outcomes : those of the aim among them
    key : all that the draws depend on; with it the surface is kept on disk

    Returns
    -------
    ResponseSurface
        Part of `build_surface`'s, number by number, with how many splits were left out.

    Notes
    -----
    Maron and Moore (1994): paired differences on the first draws bound those on all of them (`_Told`); the error of
    all comparisons together (Bonferroni) stays below `RACE_ERROR`.
    """
    years = draws.province.open_years(scenario.horizon)
    splits = within(list_splits(scenario.plan, years, **of_fund(fund)), fund.bounds)
    runs = _Runs(draws, scenario, splits, tuple(outcomes))
    told = sorted(map(repr, aim.items())) if isinstance(aim, Mapping) else [repr(aim)]
    asked = domain.scenario_fingerprint(scenario), domain.fingerprint(outcomes), splits.fingerprint, told
    whole = [*key, ensemble.code_of("sim.analysis.split"), *asked]

    def survivors() -> Rows:
        return _survivors(runs, aim, candidates(splits, fund.bounds))

    kept = ensemble.remember([*whole, "rows"], survivors, keep=bool(key)).astype(np.intp)
    values = ensemble.remember([*whole, "values"], lambda: runs.on_all(kept).values, keep=bool(key))
    left_out = len(splits) - len(kept)
    few = replace(splits, vnd=splits.vnd[kept])
    return ResponseSurface(scenario, few, runs.outcomes, values, draws.seed, draws.effective_draws, left_out)


class _Runs:
    """Splits run as far as asked: none on more draws than its race needs, none on the same draw twice."""

    def __init__(
        self, draws: CommonDraws, scenario: domain.Scenario, splits: Splits, outcomes: tuple[Outcome, ...]
    ) -> None:
        self.draws, self.scenario, self.splits, self.outcomes = draws, scenario, splits, outcomes
        self.ends = (*(count for count in _FIRST_DRAWS if 2 * count <= draws.size), draws.size)
        starts = (0, *self.ends[:-1])
        self._parts = [draws.part(start, end) for start, end in zip(starts, self.ends, strict=True)]
        # Pages of an array that are never written take no memory: only splits that go on do.
        self._values = [np.empty((len(splits), len(outcomes), one.size), np.float32) for one in self._parts]
        self._run = np.zeros((len(self.ends), len(splits)), dtype=bool)
        self._money = splits.billion

    def first(self, stage: int, rows: Rows, only: Sequence[Outcome] = ()) -> ResponseSurface:
        """Some rows on the draws of the first stages; `only` some outcomes."""
        wanted = tuple(only) or self.outcomes
        places = [self.outcomes.index(one) for one in wanted]
        for at in range(stage + 1):
            self._complete(at, rows[~self._run[at, rows]])
        values = np.empty((len(places), len(rows), self.ends[stage]), np.float32)
        for to, place in enumerate(places):
            np.concatenate([part[rows, place] for part in self._values[: stage + 1]], axis=-1, out=values[to])
        some = replace(self.splits, vnd=self.splits.vnd[rows])
        effective = self.draws.effective_draws
        return ResponseSurface(self.scenario, some, wanted, values, self.draws.seed, effective)

    def on_all(self, rows: Rows, only: Sequence[Outcome] = ()) -> ResponseSurface:
        """Some rows on all draws."""
        return self.first(len(self.ends) - 1, rows, only)

    def _complete(self, at: int, rows: Rows) -> None:
        part = self._parts[at]
        pieces = np.array_split(rows, rows.size * part.size // _AT_ONCE + 1) if rows.size else []
        for some in domain.steps(pieces):
            found = ensemble.evaluate(part, self.scenario, self._money[some], self.outcomes)
            self._values[at][some] = found.swapaxes(0, 1)
        self._run[at, rows] = True


def _survivors(runs: _Runs, aim: Aim, rows: Rows) -> Rows:
    """Rows the race leaves: what may lead or be near the best, and the plan with the row of the grid that is the same.

    Notes
    -----
    The scales of several goals reach from the worst to the best mean of all rows: those are raced for first.
    """
    everything = np.arange(len(runs.splits))
    ends = [(Mean(one), sign) for one in aim for sign in (1.0, -1.0)] if isinstance(aim, Mapping) else []
    level = RACE_ERROR / (everything.size * len(runs.ends) * _COMPARISONS * (len(ends) + 1))
    reach = [
        _may_lead(runs, goal, everything, _pilots(runs, goal, everything), level, sign=sign, places=1)
        for goal, sign in ends
    ]
    if isinstance(aim, Mapping):
        extremes = np.unique(np.concatenate(reach))
        aim = weighted(runs.on_all(extremes), aim, np.arange(extremes.size))
    pilots = _pilots(runs, aim, rows)
    leading = _may_lead(runs, aim, rows, pilots, level)
    found = aim.scored(runs.on_all(leading, outcomes_of(aim)), np.arange(leading.size))
    near = _may_be_near(runs, aim, rows, leading[found.value.argmax()], pilots, level)
    planned = np.flatnonzero((runs.splits.vnd == runs.splits.vnd[-1]).all(axis=(1, 2)))
    return np.unique(np.concatenate([leading, near, planned, *reach]))


def _may_lead(  # noqa: PLR0913  (the race, what for, which end of it)
    runs: _Runs, aim: Objective, rows: Rows, pilots: Array, level: float, *, sign: float = 1.0, places: int = LEADING
) -> Rows:
    """Rows not surely behind each of as many others as there are places."""
    for stage in range(len(runs.ends) - 1):
        told = _Told.of(aim, runs.first(stage, rows, outcomes_of(aim)), pilots, sign)
        behind = np.full(rows.size, rows.size > places)
        for one in np.argsort(-told.mean, kind="stable")[:places]:
            lower, _ = told.behind(told.only(one), level)
            behind &= lower > 0
        rows = rows[~behind]
    return rows


def _may_be_near(runs: _Runs, aim: Objective, rows: Rows, best: np.intp, pilots: Array, level: float) -> Rows:
    """Rows not surely clearly behind the best one (`clearly_behind`)."""
    one, wanted = np.array([best]), outcomes_of(aim)
    lead = aim.scored(runs.on_all(one, wanted), np.zeros(1, dtype=np.intp))
    worth = np.sqrt(sample_worth(runs.draws.size, runs.draws.effective_draws))
    for stage, end in enumerate(runs.ends[:-1]):
        some = runs.first(stage, rows, wanted)
        ahead = _Told.of(aim, runs.first(stage, one, wanted), pilots)
        lower, spread = _Told.of(aim, some, pilots).behind(ahead, level)
        more = (apart(lead.draws[0, :end], aim.scored(some, np.arange(rows.size)).draws) > 0).sum(axis=-1)
        often = _of_all(end, runs.draws.size, level)[0][more] >= OFTEN
        clearly = (lower > CRITICAL_VALUE * spread / worth) & ((lower > MUCH * abs(float(lead.level[0]))) | often)
        rows = rows[~clearly]
    return rows


def _scores(aim: Objective, surface: ResponseSurface) -> Array:
    """Scores whose means are the values, (row, draw)."""
    return aim.scored(surface, np.arange(len(surface.splits))).influence.astype(np.float64)


def _pilots(runs: _Runs, aim: Objective, rows: Rows) -> Array:
    """Scores on all draws of a few splits from which those of the others follow best, (pilot, draw).

    Notes
    -----
    Greedy pivots of the scores on the first draws, each the row that those before it leave most of unexplained.
    """
    left = _scores(aim, runs.first(0, rows, outcomes_of(aim)))
    left -= left.mean(axis=-1, keepdims=True)
    size, found = (left * left).sum(axis=-1), []
    least = 1e-12 * size.max(initial=0.0)
    for _ in range(_PILOTS):
        at = int(size.argmax())
        if size[at] <= least or len(runs.ends) == 1:
            break
        found.append(at)
        axis = left[at] / np.sqrt(size[at])
        left -= (left @ axis)[:, None] * axis
        size = (left * left).sum(axis=-1)
    return _scores(aim, runs.on_all(rows[found], outcomes_of(aim))) if found else np.empty((0, runs.draws.size))


@dataclass(frozen=True)
class _Told:
    """What the first draws tell of rows' means over all draws: regression on splits that were run on all of them.

    Attributes
    ----------
    mean : (row) the regression estimate
    slopes : (row, pilot)
    residual : (row, draw) on the first draws
    pilots : (pilot, draw) on all draws, about their means
    leverage : of the mean; 1/n without pilots
    counted : (row, draw) scores of 0 and 1, which may be the same in all first draws by chance; None for others

    Notes
    -----
    The regression estimator of survey sampling (Cochran 1977, chapter 7). Few of finitely many: the error of the mean
    shrinks by sqrt(1 - n/N).
    """

    mean: Array
    slopes: Array
    residual: Array
    pilots: Array
    leverage: float
    counted: Array | None

    @classmethod
    def of(cls, aim: Objective, surface: ResponseSurface, pilots: Array, sign: float = 1.0) -> "_Told":
        """From scores on the first draws."""
        scores, bounded = sign * _scores(aim, surface), isinstance(aim, Chance)
        centred = pilots - pilots.mean(axis=-1, keepdims=True)
        design = np.vstack([np.ones(surface.draws), centred[:, : surface.draws]])
        inverse = np.linalg.pinv(design)
        found = scores @ inverse
        leverage = float(inverse[:, 0] @ inverse[:, 0])
        counted = scores if bounded else None
        return cls(found[:, 0], found[:, 1:], scores - found @ design, centred, leverage, counted)

    def only(self, row: np.intp) -> "_Told":
        """One row."""
        at = slice(row, row + 1)
        counted = None if self.counted is None else self.counted[at]
        return replace(self, mean=self.mean[at], slopes=self.slopes[at], residual=self.residual[at], counted=counted)

    def behind(self, lead: "_Told", level: float) -> tuple[Array, Array]:
        """How far rows surely are behind one, in the mean, and how much the difference spreads at most.

        Parameters
        ----------
        level : one-sided error of each

        Notes
        -----
        Student's t with a correction for skewness (Johnson 1978); the error of a standard deviation follows its
        kurtosis. Scores of 0 and 1 are counted.
        """
        count, size = self.residual.shape[-1], self.pilots.shape[-1]
        ahead, left = lead.mean - self.mean, lead.residual - self.residual
        free = count - 1 - len(self.pilots)
        square = left * left
        variance = square.sum(axis=-1) / free
        deviation = np.sqrt(variance)
        safe = np.maximum(variance, np.finfo(float).eps ** 2)
        skewness = np.abs((square * left).mean(axis=-1)) / safe**1.5
        kurtosis = (square * square).mean(axis=-1) / safe**2
        times = -stdtrit(free, level)
        slack = times * np.sqrt((1.0 - count / size) * self.leverage)
        slack = slack + skewness * (1.0 + 2.0 * times**2) * self.leverage / 6.0
        wider = 1.0 + times * np.sqrt(np.maximum(kurtosis - 1.0, 0.0) / (4.0 * count))
        slopes = lead.slopes - self.slopes
        explained = (slopes @ (self.pilots @ self.pilots.T / size) * slopes).sum(axis=-1)
        lower, spread = ahead - slack * deviation, np.sqrt(explained + (deviation * wider) ** 2)
        if self.counted is None or lead.counted is None:
            return lower, spread
        return _counted(lead.counted - self.counted, size, level, lower, spread)


def _counted(differences: Array, size: int, level: float, lower: Array, spread: Array) -> tuple[Array, Array]:
    """Bounds for differences of -1, 0 and 1, (row, draw): counted; where many differ, those of t if they are closer."""
    more, less = (differences > 0).sum(axis=-1), (differences < 0).sum(axis=-1)
    least, most = _of_all(differences.shape[-1], size, level)
    many = np.minimum(more + less, differences.shape[-1] - more - less) >= _MANY
    counted = least[more] - most[less], np.sqrt(most[more + less])
    return np.where(many, np.maximum(counted[0], lower), counted[0]), np.where(many, spread, counted[1])


@lru_cache(maxsize=64)
def _of_all(count: int, size: int, level: float) -> tuple[Array, Array]:
    """Least and largest share of all draws, given how many of the first `count` of `size` have something, (hits).

    Notes
    -----
    Exact (Clopper and Pearson 1934): the number among the first is hypergeometric.
    """
    totals = np.unique(np.linspace(0, size, min(size, _SHARES) + 1).round())[:, None]
    hits = np.arange(count + 1.0)
    logs = _ways(totals, hits) + _ways(size - totals, count - hits) - _ways(np.array(float(size)), np.array(count))
    chance = np.exp(logs)
    at_least, at_most = np.cumsum(chance[:, ::-1], axis=1)[:, ::-1], np.cumsum(chance, axis=1)
    # Shares between those looked at: the one before, or behind, is on the safe side.
    low, high = (at_least <= level).sum(axis=0) - 1, (at_most > level).sum(axis=0)
    return totals[np.maximum(low, 0), 0] / size, totals[np.minimum(high, len(totals) - 1), 0] / size


def _ways(total: Array, taken: Array) -> Array:
    """Logarithm of the number of ways to take so many of a total; minus infinity where there is none."""
    some = np.clip(taken, 0.0, total)
    return np.where(some == taken, gammaln(total + 1) - gammaln(some + 1) - gammaln(total - some + 1), -np.inf)
