"""Objectives a split is chosen by: mean, quantile, CVaR, chance of a target, weighted goals, minimax regret.

More is always better: an indicator of which less is better enters with its sign turned. Beside its
value each objective gives its influence function: scores per draw whose mean changes like the
value, so that two plans are compared on common draws under every objective alike.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from sim.analysis.split.surface import ResponseSurface
from sim.domain import INDICATOR, InputError, Problem, answering_class, freeze
from sim.ensemble import Array, Outcome, apart

Rows = NDArray[np.intp]

#: Draws on each side of a quantile that its density is read off, as a share.
_BANDWIDTH = 0.05


@dataclass(frozen=True)
class Scored:
    """Plans under one objective, in its unit.

    Attributes
    ----------
    value : (plan); more is better
    influence : (plan, draw); differences of means are differences of values, to first order
    draws : (plan, draw); what is judged, more being better, to see in how many futures one plan has more
    level : (plan); the size of the figure, to see how much of it a difference is
    """

    value: Array
    influence: Array
    draws: Array
    level: Array


class Objective(Protocol):
    """What plans are ranked by."""

    def scored(self, surface: ResponseSurface, rows: Rows) -> Scored:
        """Values and influences of some rows of a surface."""


def _require_share(share: float) -> None:
    """Refuse a share of draws that there cannot be."""
    if not 0.0 < share < 1.0:
        raise InputError(Problem("argument_probability", place="share", value=share))


def _values(surface: ResponseSurface, outcome: Outcome, rows: Rows) -> Array:
    """Draws of an outcome so that more is better, (plan, draw)."""
    values = surface.of(outcome)[rows]
    return -values if INDICATOR[outcome.indicator].better < 0 else values


@answering_class("__init__", kinds=True)
@dataclass(frozen=True)
class Mean:
    """The expected figure."""

    outcome: Outcome

    def scored(self, surface: ResponseSurface, rows: Rows) -> Scored:
        """Values and influences: the draws themselves."""
        values = _values(surface, self.outcome, rows)
        mean = values.mean(axis=-1, dtype=np.float64)
        return Scored(mean, values, values, mean)


@answering_class("__init__", kinds=True)
@dataclass(frozen=True)
class LowEnd:
    """Quantile: the figure that is passed in all but a share of futures; 0.1 is the P10."""

    outcome: Outcome
    share: float = 0.1

    def __post_init__(self) -> None:
        _require_share(self.share)

    def scored(self, surface: ResponseSurface, rows: Rows) -> Scored:
        """Quantile, and (share - 1[y <= q]) / density, the density over neighbouring quantiles.

        Notes
        -----
        Density by the difference of two quantiles (Siddiqui 1960).
        """
        values = _values(surface, self.outcome, rows)
        ends = (max(self.share - _BANDWIDTH, 0.0), self.share, min(self.share + _BANDWIDTH, 1.0))
        low, at, high = np.quantile(values, ends, axis=-1)
        slope = ((high - low) / (ends[2] - ends[0]))[:, None]
        below = values <= at[:, None]
        return Scored(at, at[:, None] + slope * (self.share - below), values, at)


@answering_class("__init__", kinds=True)
@dataclass(frozen=True)
class TailMean:
    """Conditional value at risk (CVaR): the mean of the worst share of futures."""

    outcome: Outcome
    share: float = 0.1

    def __post_init__(self) -> None:
        _require_share(self.share)

    def scored(self, surface: ResponseSurface, rows: Rows) -> Scored:
        """q + mean of min(y - q, 0) / share (Rockafellar and Uryasev 2000); its terms are the influence."""
        values = _values(surface, self.outcome, rows)
        at = np.quantile(values, self.share, axis=-1)[:, None]
        terms = at + np.minimum(values - at, 0.0) / self.share
        mean = terms.mean(axis=-1, dtype=np.float64)
        return Scored(mean, terms, values, mean)


@answering_class("__init__", kinds=True)
@dataclass(frozen=True)
class Chance:
    """The probability that a figure reaches a target; of an indicator of which less is better, stays below it."""

    outcome: Outcome
    low: float
    high: float | None = None

    def __post_init__(self) -> None:
        bounds = (("low", self.low), ("high", self.low if self.high is None else self.high))
        for place, value in bounds:
            if math.isnan(value):
                raise InputError(Problem("argument_not_finite", place=place, value=str(value)))
        if self.high is not None and self.high < self.low:
            raise InputError(Problem("out_of_bounds", place="high", value=float(self.high), allowed=f"≥ {self.low:g}"))

    def met(self, values: Array) -> NDArray[np.bool_]:
        """Whether each value meets the target."""
        if INDICATOR[self.outcome.indicator].better < 0 and self.high is None:
            return values <= self.low
        return (values >= self.low) & (True if self.high is None else values <= self.high)

    def scored(self, surface: ResponseSurface, rows: Rows) -> Scored:
        """Share of draws that meet it."""
        met = self.met(surface.of(self.outcome)[rows]).astype(np.float32)
        share = met.mean(axis=-1, dtype=np.float64)
        return Scored(share, met, met, share)


@dataclass(frozen=True)
class Goal:
    """One of several goals: how much it counts, and the figures that are worth 0 and 1 of it."""

    weight: float
    worst: float
    best: float


@dataclass(frozen=True)
class Weighted:
    """Weighted sum of goals, each on a scale from the worst to the best mean within reach.

    Attributes
    ----------
    goals : {outcome: goal}; of the weights only the proportions count
    """

    goals: Mapping[Outcome, Goal]

    def __post_init__(self) -> None:
        freeze(self, "goals")

    def scored(self, surface: ResponseSurface, rows: Rows) -> Scored:
        """Weighted mean of the goals' scales."""
        whole = sum(goal.weight for goal in self.goals.values())
        total = np.zeros((rows.size, surface.draws))
        for outcome, goal in self.goals.items():
            reach = (goal.best - goal.worst) or 1.0
            total += goal.weight / whole * (_values(surface, outcome, rows) - goal.worst) / reach
        mean = total.mean(axis=-1)
        return Scored(mean, total, total, mean)


def weighted(surface: ResponseSurface, weights: Mapping[Outcome, float], rows: Rows) -> Weighted:
    """Weighted sum of goals whose scales reach from the worst to the best mean among some rows of a surface.

    Raises
    ------
    ValueError
        When there is no weight, or one is not above zero.
    """
    if not weights or min(weights.values()) <= 0:
        raise ValueError("every weight must be above zero")
    goals = {}
    for outcome, weight in weights.items():
        means = _values(surface, outcome, rows).mean(axis=-1, dtype=np.float64)
        goals[outcome] = Goal(weight, float(means.min()), float(means.max()))
    return Weighted(goals)


@answering_class("__init__", kinds=True)
@dataclass(frozen=True)
class LeastRegret:
    """Minimax regret: the largest loss, over worlds, from not having the plan that is best in that world.

    Attributes
    ----------
    objective : what is lost, in its own unit
    others : surfaces of the same splits and draws in the other worlds
    """

    objective: Objective
    others: tuple[ResponseSurface, ...]

    def scored(self, surface: ResponseSurface, rows: Rows) -> Scored:
        """Minus the largest regret; influence of the world where it is largest, draws and level of the first world."""
        worlds = [self.objective.scored(one, rows) for one in (surface, *self.others)]
        regret = np.stack([apart(one.value.max(), one.value) for one in worlds])
        worst = regret.argmax(axis=0)
        gaps = np.stack([one.influence - one.influence[one.value.argmax()] for one in worlds])
        influence = gaps[worst, np.arange(rows.size)]
        return Scored(-regret.max(axis=0), influence, worlds[0].draws, worlds[0].level)
