"""Robustness across worlds, and scenario discovery by PRIM: where another plan is better."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.analysis.answer import first_order
from sim.analysis.compare import CRITICAL_VALUE, mean_estimate
from sim.ensemble import Array, apart, monte_carlo_error

#: Satisficing: a plan does well enough in a future when it brings at least this share of what the best plan brings.
ENOUGH = 0.9
_LOW, _HIGH = 0.1, 0.9
#: Distance of the two quantiles a density is read from.
_STEP = 0.02


@dataclass(frozen=True)
class PlanRobustness:
    """One plan across all futures, in the outcome's unit.

    Attributes
    ----------
    mean, p10 : of the outcome
    regret_mean, regret_p90, regret_max : of what the best plan of each future brings more
    worst_world : world in which mean regret is largest
    worst_regret : mean regret there
    enough : satisficing: share of futures in which the plan brings the threshold's share of the best gain
    errors : Monte Carlo error of mean, p10, regret_mean, worst_regret, enough
    """

    plan: str
    mean: float
    p10: float
    regret_mean: float
    regret_p90: float
    regret_max: float
    worst_world: str
    worst_regret: float
    enough: float
    errors: tuple[float, ...]


@dataclass(frozen=True)
class Rule:
    """A rule of choice, and the plans it does not distinguish from its best one (the best first)."""

    name: str
    plans: tuple[str, ...]


@dataclass(frozen=True)
class Robustness:
    """Plans across worlds.

    Attributes
    ----------
    by_world : {world: {plan: mean outcome}}
    threshold : share of the best gain that is enough
    """

    plans: tuple[PlanRobustness, ...]
    rules: tuple[Rule, ...]
    by_world: dict[str, dict[str, float]]
    threshold: float

    def __repr__(self) -> str:
        rules = "; ".join(f"{rule.name}: {', '.join(rule.plans)}" for rule in self.rules)
        return f"<Robustness of {len(self.plans)} plans in {len(self.by_world)} worlds: {rules}>"

    @property
    def agreed(self) -> tuple[str, ...]:
        """Plans that every rule has among its best; none when rules disagree."""
        common = set(self.rules[0].plans).intersection(*(rule.plans for rule in self.rules))
        return tuple(plan for plan in self.rules[0].plans if plan in common)


def robustness(
    values: Array, plans: Sequence[str], worlds: Sequence[str], *,
    threshold: float = ENOUGH, effective_draws: float = np.inf,
) -> Robustness:  # fmt: skip
    """Regret and satisficing of plans across worlds.

    Parameters
    ----------
    values : (world, row, draw), the reference without support first, then the plans, in the outcome's unit;
        more is better
    threshold : share of the best gain that is enough

    Returns
    -------
    Robustness
        Regret in the outcome's unit; satisficing as shares of futures, all worlds weighing alike.
    """
    values = values.astype(np.float64)
    gains, outcomes = apart(values[:, 1:], values[:, :1]), values[:, 1:]
    regrets = apart(outcomes.max(axis=1, keepdims=True), outcomes)
    enough = (gains >= threshold * gains.max(axis=1, keepdims=True)) | (regrets == 0.0)
    worst = regrets.mean(axis=2).argmax(axis=0)
    # What each draw contributes to the figure behind each rule, (plan, draw); worlds and plans share their draws.
    parts = {
        "mean": outcomes.mean(axis=0), "p10": _quantile_parts(outcomes, _LOW),
        "regret": -regrets[worst, np.arange(len(plans))], "enough": enough.mean(axis=0),
    }  # fmt: skip

    def judged(place: int, plan: str) -> PlanRobustness:
        outcome, regret, world = outcomes[:, place], regrets[:, place], int(worst[place])
        mean, p10, worst_regret, satisficing = (part[place] for part in parts.values())
        behind = (mean, p10, regret.mean(axis=0), worst_regret, satisficing)
        return PlanRobustness(
            plan=plan,
            mean=float(outcome.mean()),
            p10=float(np.quantile(outcome, _LOW)),
            regret_mean=float(regret.mean()),
            regret_p90=float(np.quantile(regret, _HIGH)),
            regret_max=float(regret.max()),
            worst_world=worlds[world],
            worst_regret=float(regret[world].mean()),
            enough=float(enough[:, place].mean()),
            errors=tuple(float(monte_carlo_error(part, effective_draws)) for part in behind),
        )

    by_world = {
        world: {plan: float(outcomes[at, place].mean()) for place, plan in enumerate(plans)}
        for at, world in enumerate(worlds)
    }
    rules = tuple(
        Rule(name, tuple(plans[place] for place in _leaders(part, effective_draws))) for name, part in parts.items()
    )
    return Robustness(tuple(judged(*one) for one in enumerate(plans)), rules, by_world, threshold)


def _leaders(part: Array, effective_draws: float) -> list[int]:
    """Rows of the best mean and of those not told apart from it, the best first."""
    order = np.argsort(-part.mean(axis=1), kind="stable")
    gaps = {int(place): mean_estimate(apart(part[order[0]], part[place]), effective_draws) for place in order}
    return [place for place, gap in gaps.items() if not gap.distinguished]


def _quantile_parts(outcome: Array, level: float) -> Array:
    """Draws whose mean is a quantile over all worlds and whose spread gives its error, (plan, draw).

    Notes
    -----
    The quantile plus its influence function (level - 1[x <= q]) / density, averaged over worlds.
    """
    pooled = np.moveaxis(outcome, 1, 0).reshape(outcome.shape[1], -1)
    low, quantile, high = np.quantile(pooled, (level - _STEP, level, level + _STEP), axis=1)
    per_share = (high - low) / (2.0 * _STEP)
    below = (outcome <= quantile[:, None]).mean(axis=0)
    return quantile[:, None] + per_share[:, None] * (level - below)


Cases = NDArray[np.bool_]

#: Share of the box peeled off in one step, and smallest share of all draws a box may keep (Friedman and Fisher 1999).
_PEEL, _SMALLEST = 0.05, 0.05
#: How many assumptions with the largest influence on the cases are tried in pairs.
_TRIED = 8
#: A limit that adds less than this share to a box's worth is left away: one limit is easier to say than two.
_USEFUL = 0.1
#: Cases must be this many times as frequent in the box as on the whole, or what is no case as many times rarer:
#: no share is above one, so that of frequent cases only the second can be asked.
_LIFT = 1.5


@dataclass(frozen=True)
class Limit:
    """One side of a box: the assumption lies within [low, high]; None where there is no limit."""

    id: str
    low: float | None
    high: float | None

    def holds(self, values: Array) -> Cases:
        """Which draws keep the limit."""
        kept = np.ones(values.shape, dtype=bool)
        if self.low is not None:
            kept &= values >= self.low
        if self.high is not None:
            kept &= values <= self.high
        return kept


@dataclass(frozen=True)
class Box:
    """Where cases gather, or are rare, with figures from draws the box was not made from; shares of draws.

    Attributes
    ----------
    limits : one or two
    density : share of the futures in the box that are cases
    coverage : share of all cases that lie in the box
    size : share of all futures that lie in the box
    base : share of all futures that are cases
    error : standard error of the density
    """

    limits: tuple[Limit, ...]
    density: float
    coverage: float
    size: float
    base: float
    error: float

    @property
    def rare(self) -> bool:
        """Whether cases are rarer in the box than elsewhere: they lie outside of it."""
        return self.density < self.base

    @property
    def outside(self) -> float:
        """Share of the futures outside of the box that are cases."""
        return self.base * (1.0 - self.coverage) / (1.0 - self.size)


def find_box(cases: Cases, parameters: Mapping[str, Array], *, seed: int = 0) -> Box | None:
    """PRIM: the box that gathers most cases beyond what its size would give, or None where none holds up.

    Parameters
    ----------
    cases : (draw)
    parameters : {assumption id: (draw)}

    Returns
    -------
    Box
        Where most futures are cases, of the box in which they gather and the box in which they are rare
        the one that says more.

    Notes
    -----
    Patient rule induction method (Friedman and Fisher 1999): slices of 5 % are peeled off two
    assumptions as long as the rest holds more cases. Half of the draws make the box, the other half
    says what it is worth: cases must be more frequent there than on the whole by three standard
    errors, and by a half (or what is no case rarer by a third).
    """
    order = np.random.default_rng(seed).permutation(cases.size)
    made, tried = order[: cases.size // 2], order[cases.size // 2 :]
    training = cases[made].astype(np.float64)
    if not training.any() or training.all():  # nothing to distinguish, or no draw to learn from
        return None
    inside = {key: values[made] for key, values in parameters.items() if values.min() < values.max()}
    shares = {key: first_order(training, values) for key, values in inside.items()}
    strongest = {key: inside[key] for key in sorted(shares, key=lambda key: -shares[key])[:_TRIED]}
    kinds = [(cases, training)]
    if 2 * training.sum() > training.size:
        kinds.append((~cases, 1.0 - training))  # rarer than cases: told where both say as much
    found = [(limits, kind) for kind, sample in kinds if (limits := _tightest(sample, strongest))]
    found.sort(key=lambda one: -abs(_worth(one[0], training, inside)))
    judged = (_validated(limits, cases[tried], kind[tried], {key: parameters[key][tried] for key in inside})
              for limits, kind in found)  # fmt: skip
    return next((box for box in judged if box), None)


def _tightest(cases: Array, parameters: Mapping[str, Array]) -> tuple[Limit, ...]:
    """Limits of the box of highest worth in two assumptions; in one where that says nearly as much."""
    best: tuple[Limit, ...] = ()
    orders = {key: np.argsort(values, kind="stable") for key, values in parameters.items()}
    for pair in combinations(parameters, min(2, len(parameters))):
        limits = _peeled(cases, {key: parameters[key] for key in pair}, orders)
        if _worth(limits, cases, parameters) > _worth(best, cases, parameters):
            best = limits
    enough = (1.0 - _USEFUL) * _worth(best, cases, parameters)
    if len(best) > 1:
        best = next(((limit,) for limit in best if _worth([limit], cases, parameters) >= enough), best)
    return best


def _peeled(cases: Array, pair: Mapping[str, Array], orders: Mapping[str, NDArray[np.intp]]) -> tuple[Limit, ...]:
    """The box of highest worth on the way from all draws to the smallest box allowed."""
    limits = {key: Limit(key, None, None) for key in pair}
    rows = {key: orders[key] for key in pair}  # draws in the box, by the assumption's value
    best: tuple[Limit, ...] = ()
    most, base = 0.0, cases.mean()
    while True:
        steps = [step for key in pair for step in _steps(limits[key], pair[key][rows[key]], cases[rows[key]])]
        steps = [step for step in steps if step.size >= _SMALLEST * cases.size]
        if not steps:
            return best
        step = max(steps, key=lambda step: step.cases / step.size)
        limits[step.limit.id] = step.limit
        chosen = rows[step.limit.id] = rows[step.limit.id][step.left]
        kept = np.zeros(cases.size, dtype=bool)
        kept[chosen] = True
        rows |= {key: order[kept[order]] for key, order in rows.items() if key != step.limit.id}
        worth = step.size / cases.size * (step.cases / step.size - base)
        if worth > most:
            best, most = tuple(one for one in limits.values() if one.low is not None or one.high is not None), worth


class _Step(NamedTuple):
    """A box with one slice less: its limit, which of its draws in their order are left, how many, and cases."""

    limit: Limit
    left: slice
    size: int
    cases: float


def _steps(limit: Limit, within: Array, cases: Array) -> list[_Step]:
    """The box with one slice less from below or from above; equal values go together.

    Parameters
    ----------
    within, cases : of the draws in the box, by rising value
    """
    size = within.size
    ends = math.floor(_PEEL * (size - 1)), math.ceil((1.0 - _PEEL) * (size - 1))
    # Where more draws than a slice share the value at the cut, they stay and what lies beyond goes.
    first = int(within.searchsorted(within[ends[0]], side="right"))
    first = first if first < size else int(within.searchsorted(within[ends[0]]))
    last = int(within.searchsorted(within[ends[1]]))
    last = last if last else int(within.searchsorted(within[ends[1]], side="right"))
    steps = []
    if within[first] > within[0]:
        left = slice(first, size)
        steps.append(_Step(Limit(limit.id, float(within[first]), limit.high), left, size - first, cases[left].sum()))
    if within[last - 1] < within[-1]:
        left = slice(0, last)
        steps.append(_Step(Limit(limit.id, limit.low, float(within[last - 1])), left, last, cases[left].sum()))
    return steps


def _inside(limits: Sequence[Limit], parameters: Mapping[str, Array], size: int) -> Cases:
    kept = np.ones(size, dtype=bool)
    for limit in limits:
        kept &= limit.holds(parameters[limit.id])
    return kept


def _worth(limits: Sequence[Limit], cases: Array, parameters: Mapping[str, Array]) -> float:
    """Cases in the box beyond what its size would give, per draw."""
    kept = _inside(limits, parameters, cases.size)
    return float(kept.mean() * (cases[kept].mean() - cases.mean())) if limits and kept.any() else 0.0


def _validated(limits: tuple[Limit, ...], cases: Cases, sought: Cases, parameters: Mapping[str, Array]) -> Box | None:
    """The box with its figures on draws it was not made from, where it holds up; `sought`: cases, or what is none."""
    kept = _inside(limits, parameters, cases.size)
    base, count = float(sought.mean()), int(kept.sum())
    if not count or not base:
        return None
    density = float(sought[kept].mean())
    error = float(np.sqrt(max(density * (1.0 - density), base * (1.0 - base)) / count))
    lifted = min(_LIFT * base, 1.0 - (1.0 - base) / _LIFT)
    if density - base <= CRITICAL_VALUE * error or density < lifted:
        return None
    coverage = float(cases[kept].sum() / cases.sum())
    return Box(limits, float(cases[kept].mean()), coverage, float(kept.mean()), float(cases.mean()), error)
