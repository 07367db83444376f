"""Scenario discovery by PRIM: a box over at most two assumptions where a conclusion fails, on held-out draws."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from sim.analysis.answer import first_order
from sim.analysis.compare import CRITICAL_VALUE
from sim.ensemble import Array

Cases = NDArray[np.bool_]

#: Share of the box peeled off in one step, and smallest share of all draws a box may keep (Friedman and Fisher 1999).
_PEEL, _SMALLEST = 0.05, 0.05
#: How many assumptions with the largest influence on the cases are tried in pairs.
_TRIED = 8
#: A limit that adds less than this share to a box's worth is left away: one limit is easier to say than two.
_USEFUL = 0.1
#: Cases must be at least this much more frequent in the box than elsewhere on the whole.
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
    """Where cases gather, with figures from draws the box was not made from; shares of draws.

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


def find_box(cases: Cases, parameters: Mapping[str, Array], *, seed: int = 0) -> Box | None:
    """PRIM: the box that gathers most cases beyond what its size would give, or None where none holds up.

    Parameters
    ----------
    cases : (draw)
    parameters : {assumption id: (draw)}

    Notes
    -----
    Patient rule induction method (Friedman and Fisher 1999): slices of 5 % are peeled off two
    assumptions as long as the rest holds more cases. Half of the draws make the box, the other half
    says what it is worth: cases must be more frequent there than on the whole by three standard
    errors and by a half.
    """
    order = np.random.default_rng(seed).permutation(cases.size)
    made, tried = order[: cases.size // 2], order[cases.size // 2 :]
    training = cases[made].astype(np.float64)
    if not training.any() or training.all():  # nothing to distinguish, or no draw to learn from
        return None
    inside = {key: values[made] for key, values in parameters.items() if values.min() < values.max()}
    shares = {key: first_order(training, values) for key, values in inside.items()}
    strongest = sorted(shares, key=lambda key: -shares[key])[:_TRIED]
    best: tuple[Limit, ...] = ()
    for pair in combinations(strongest, min(2, len(strongest))):
        limits = _peeled(training, {key: inside[key] for key in pair})
        if _worth(limits, training, inside) > _worth(best, training, inside):
            best = limits
    enough = (1.0 - _USEFUL) * _worth(best, training, inside)
    if len(best) > 1:
        best = next(((limit,) for limit in best if _worth([limit], training, inside) >= enough), best)
    return _validated(best, cases[tried], {key: parameters[key][tried] for key in parameters}) if best else None


def _peeled(cases: Array, pair: Mapping[str, Array]) -> tuple[Limit, ...]:
    """The box of highest worth on the way from all draws to the smallest box allowed."""
    limits = {key: Limit(key, None, None) for key in pair}
    kept = np.ones(cases.size, dtype=bool)
    best: tuple[Limit, ...] = ()
    most = 0.0
    while True:
        steps = [step for key in pair for step in _steps(limits[key], pair[key], kept)]
        steps = [(limit, left) for limit, left in steps if left.sum() >= _SMALLEST * cases.size]
        if not steps:
            return best
        limit, kept = max(steps, key=lambda step: cases[step[1]].mean())
        limits[limit.id] = limit
        worth = kept.mean() * (cases[kept].mean() - cases.mean())
        if worth > most:
            best, most = tuple(one for one in limits.values() if one.low is not None or one.high is not None), worth


def _steps(limit: Limit, values: Array, kept: Cases) -> list[tuple[Limit, Cases]]:
    """The box with one slice less from below or from above; equal values go together."""
    within = values[kept]
    low, high = np.quantile(within, (_PEEL, 1.0 - _PEEL))
    above, below = within[within > low], within[within < high]
    # Where more draws than a slice share the value at the cut, they stay and what lies beyond goes.
    first = float(above.min()) if above.size else float(low)
    last = float(below.max()) if below.size else float(high)
    steps = []
    if first > within.min():
        steps.append(Limit(limit.id, first, limit.high))
    if last < within.max():
        steps.append(Limit(limit.id, limit.low, last))
    return [(step, kept & step.holds(values)) for step in steps]


def _inside(limits: Sequence[Limit], parameters: Mapping[str, Array], size: int) -> Cases:
    kept = np.ones(size, dtype=bool)
    for limit in limits:
        kept &= limit.holds(parameters[limit.id])
    return kept


def _worth(limits: Sequence[Limit], cases: Array, parameters: Mapping[str, Array]) -> float:
    """Cases in the box beyond what its size would give, per draw."""
    kept = _inside(limits, parameters, cases.size)
    return float(kept.mean() * (cases[kept].mean() - cases.mean())) if limits and kept.any() else 0.0


def _validated(limits: tuple[Limit, ...], cases: Cases, parameters: Mapping[str, Array]) -> Box | None:
    """The box with its figures on draws it was not made from, where it holds up."""
    kept = _inside(limits, parameters, cases.size)
    base, count = float(cases.mean()), int(kept.sum())
    if not count or not base:
        return None
    density = float(cases[kept].mean())
    error = float(np.sqrt(max(density * (1.0 - density), base * (1.0 - base)) / count))
    if density - base <= CRITICAL_VALUE * error or density < _LIFT * base:
        return None
    return Box(limits, density, float(cases[kept].sum() / cases.sum()), float(kept.mean()), base, error)
