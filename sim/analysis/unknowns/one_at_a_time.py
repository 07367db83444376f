"""One assumption fixed at a time: tornado of swings, and switching values at which another plan is the better one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sim.analysis.compare import CRITICAL_VALUE, mean_estimate, paired_difference
from sim.analysis.unknowns.experiments import Experiment, Sweep, outcomes_fixing
from sim.analysis.unknowns.information import best_plan
from sim.ensemble import Array, apart, code_of, remember

#: Steps of the search for a switching value; each at least halves the bracket now and then (Illinois rule).
_STEPS = 8
_CODE = (__name__, "sim.analysis.compare.paired")


@dataclass(frozen=True)
class Swing:
    """What an answer becomes with one assumption fixed at its 10th and at its 90th percentile.

    Attributes
    ----------
    means : mean answer at each, in the outcome's unit
    center : mean answer with nothing fixed, on all draws
    error : Monte Carlo error of the difference of the two means
    """

    id: str
    values: tuple[float, float]
    means: tuple[float, float]
    center: float
    error: float

    @property
    def width(self) -> float:
        """How far the answer swings, in the outcome's unit."""
        return abs(self.means[1] - self.means[0])

    @property
    def distinguished(self) -> bool:
        """Whether the swing is distinguished from none."""
        return bool(apart(*np.array(self.means))) and self.width > CRITICAL_VALUE * self.error


@dataclass(frozen=True)
class Switch:
    """Switching value: where one assumption turns the choice.

    Attributes
    ----------
    value : at which the best plan and its rival are equal; None where the best stays best
    above : True when the rival is better above the value
    best, rival : slugs of plans; no rival where the best stays best
    usual : True when the value lies between the 10th and 90th percentile as drawn
    allowed : lowest and highest value looked at
    open : True when at some value looked at a rival comes ahead but is not distinguished
    """

    id: str
    value: float | None
    above: bool
    best: str
    rival: str
    usual: bool
    allowed: tuple[float, float]
    open: bool = False


def tornado(
    found: Sweep, outcome: int, *, center: float, gain: bool, effective_draws: float = np.inf
) -> tuple[Swing, ...]:
    """Tornado: swings of the scenario's answer, by falling width.

    Parameters
    ----------
    center : the answer itself, on all draws, as other pages have it
    outcome : place among the experiment's outcomes
    gain : True for what it brings more than the reference, False for its level

    Notes
    -----
    Others stay as drawn, on common draws. Assumptions updated on history together are moved alone,
    away from what they go with. What a fixed value changes is taken draw by draw on the draws of the sweep and put
    upon the answer of all draws (a control variate): a swing begins at the figure every page prints.
    """
    swings = []
    base = scenario_values(found.base[outcome], gain)
    for key in found.moving:
        p10, p90, *_ = found.levels[key]
        low, high = (scenario_values(found.values[key][level, outcome], gain) for level in range(2))
        error = paired_difference(apart(high, low), 0, effective_draws).mcse
        means = (center + float((low - base).mean()), center + float((high - base).mean()))
        swings.append(Swing(key, (p10, p90), means, center, error))
    return tuple(sorted(swings, key=lambda swing: swing.width, reverse=True))


def scenario_values(values: Array, gain: bool) -> Array:
    """The scenario's level, or what it brings more than the reference, (draw), from (row, draw)."""
    scenario = values[1].astype(np.float64)
    return apart(scenario, values[0]) if gain else scenario


def switches(runs: Experiment, found: Sweep, outcome: int, *, ids: Sequence[str] | None = None) -> tuple[Switch, ...]:
    """Switching values: for every moving assumption, the value nearest its usual ones at which the best plan changes.

    Parameters
    ----------
    ids : only these assumptions

    Notes
    -----
    The best plan is the one with the highest mean when nothing is fixed. A rival must be ahead by
    more than three standard errors at an end of the range looked at to count.
    """
    best, asked = best_plan(runs.given[outcome, 1:].astype(np.float64)), found.moving if ids is None else tuple(ids)
    levels = [found.levels[key] for key in asked]
    rows = remember(
        runs.key("switches", runs.content, outcome, asked, levels, code_of(*_CODE)),
        lambda: np.array([_turned(runs, found, outcome, key, best) for key in asked]).reshape(-1, 5),
    )
    plans = [one.slug for one in runs.alternatives.plans]
    found_at = zip(asked, levels, rows.tolist(), strict=True)
    return tuple(
        Switch(
            key, None if rival == best else value, bool(above), plans[best], "" if rival == best else plans[int(rival)],
            bool(usual), _allowed(ends), bool(open),
        )
        for key, ends, (value, above, rival, usual, open) in found_at
    )  # fmt: skip


def _allowed(levels: Sequence[float]) -> tuple[float, float]:
    p10, p90, lowest, highest = levels
    return min(lowest, p10), max(highest, p90)


def _turned(runs: Experiment, found: Sweep, outcome: int, key: str, best: int) -> tuple[float, bool, int, bool, bool]:
    """Value, above, rival, usual and open of a `Switch`; the rival is the best plan itself where that stays best."""
    plans = runs.alternatives.plans
    p10, p90, *_ = levels = found.levels[key]
    allowed = _allowed(levels)
    values = found.values[key][:, outcome, -len(plans) :].astype(np.float64)
    leads = {level: _lead(at_level, best) for level, at_level in zip(levels, values, strict=True)}

    def confirmed(level: float) -> bool:
        """Whether a narrow lead stands on all draws of the experiment."""
        pair = [plans[best], plans[leads[level][0]]]
        return _lead(outcomes_fixing(runs, key, level, pair, draws=runs.draws)[outcome].astype(np.float64), 0)[1]

    # From the usual values outwards: the first at which a rival is ahead holds the switch.
    outwards = [level for level in (p10, p90, *allowed) if leads[level][0] != best]
    at = next((level for level in outwards if leads[level][1] or confirmed(level)), None)
    if at is None:
        return np.nan, False, best, False, bool(outwards)
    rival = leads[at][0]
    usual = at in (p10, p90)
    middle = float(np.median(runs.parameters[key]))
    start = middle if usual else (p10 if at < middle else p90)
    swept = {level: found.values[key][place, outcome, -len(plans) :] for place, level in enumerate(levels)}
    return _crossing(runs, outcome, key, (best, rival), (start, at), swept), at > middle, rival, usual, False


def _lead(values: Array, best: int) -> tuple[int, bool]:
    """The plan ahead of the best one, else the best itself, and whether it is distinguished; from (plan, draw)."""
    more = apart(values, values[best])
    rival = best_plan(more)
    return rival, rival != best and mean_estimate(more[rival]).distinguished


def _crossing(
    runs: Experiment, outcome: int, key: str, pair: tuple[int, int], bracket: tuple[float, float],
    swept: Mapping[float, Array],
) -> float:  # fmt: skip
    """Value at which two plans have equal means, by false position with halved weights (Illinois rule).

    Parameters
    ----------
    swept : {value: (plan, draw)} where the assumption was fixed before
    """
    rows = [runs.alternatives.plans[place] for place in pair]

    def lead(value: float) -> float:
        if value in swept:
            values = swept[value][[*pair]]
        else:
            values = outcomes_fixing(runs, key, value, rows)[outcome]
        best, rival = values.astype(np.float64)
        return float(apart(rival, best).mean())

    (left, right), (behind, ahead) = bracket, (lead(bracket[0]), lead(bracket[1]))
    if behind > 0.0:
        return left
    side = 0
    for _ in range(_STEPS):
        value = (left * ahead - right * behind) / (ahead - behind)
        now = lead(value)
        if now > 0.0:
            right, ahead = value, now
            behind, side = (behind / 2.0, 1) if side == 1 else (behind, 1)
        else:
            left, behind = value, now
            ahead, side = (ahead / 2.0, -1) if side == -1 else (ahead, -1)
    return (left * ahead - right * behind) / (ahead - behind)
