"""Robustness of plans across worlds: regret, satisficing, and whether rules of choice agree.

A future is one draw in one world. Worlds count the same: they are stated, not given chances.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.compare import mean_estimate
from sim.ensemble import Array, monte_carlo_error

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
    gains, outcomes = values[:, 1:] - values[:, :1], values[:, 1:]
    regrets = outcomes.max(axis=1, keepdims=True) - outcomes
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
    gaps = {int(place): mean_estimate(part[order[0]] - part[place], effective_draws) for place in order}
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
