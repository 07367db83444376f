"""What a line's money does, relative to the reference funding under which history was lived.

docs/model.md section 2. At reference funding every multiplier is exactly 1 and every level 0; with no
money the model gives the counterfactual "no support".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.model.memory import level, room, rooms, same, slabs

Array = NDArray[np.floating]
Parameters = Mapping[str, Array]

#: Lines in array order; the names prefix the register's parameter ids.
ESTABLISHMENT, CAPACITY, MARKET, SURVEY = range(4)
LINE_IDS = ("establishment", "capacity", "market", "survey")
#: What carries an effect on into later years.
_CHANNELS = ("founding", "reactivation", "capacity", "market")
#: Strengths with which effects raise a rate.
_RAISING = (
    "phi_survey_dissolution", "targeting_gain", "phi_establishment_founding", "phi_establishment_reactivation",
)  # fmt: skip
#: How the ids of the parameters begin that effects rest on.
_READ = ("doubling_return_", "persistence_", "targeting_gain", "phi_", "coverage_", "effect_")
#: Axes of spending that is the same in every area: (year, line, draw).
_WHOLE = 3


@dataclass(frozen=True)
class _Read:
    """What effects take from parameters alone.

    Attributes
    ----------
    paces : part of the way to a year's effect, by channel
    stopping : -theta of the stopping rate
    revenue : log revenue that capacity and market money hold up
    safe : whether all strengths that raise a rate are from 0 to 1
    shape : (…, draw) of all of them together
    """

    paces: Sequence[Array]
    stopping: Array
    revenue: tuple[Array, Array]
    safe: bool
    shape: tuple[int, ...]

    @classmethod
    def of(cls, p: Parameters) -> _Read:
        """Of the parameters of a world."""
        return cls(
            paces=[1.0 - p[f"persistence_{name}"] for name in _CHANNELS],
            stopping=np.log1p(-p["phi_capacity_stopping"]),
            revenue=(revenue_strength(p, "capacity"), revenue_strength(p, "market")),
            safe=all(bool(((p[name] >= 0.0) & (p[name] <= 1.0)).all()) for name in _RAISING),
            shape=np.broadcast_shapes(*(np.shape(values) for name, values in p.items() if name.startswith(_READ))),
        )


@dataclass(frozen=True)
class Effects:
    """What the plan's money multiplies or lifts, year by year.

    Attributes
    ----------
    founding, reactivation, dissolution : (year, scope, draw) multiplier >= 0 of the reference rate
    stopping : (year, scope, draw) multiplier > 0 of the reference rate
    revenue_level : (year, scope, draw) log deviation of continuing HTX' revenue from its reference path
    spending : (year, line, scope, draw) real money over reference funding
    first : what each line's money of the year does by itself, (year, scope, draw) each, for other effects that
        share some of it
    read : what else follows from the parameters alone

    Notes
    -----
    Scope is one area after another where money is divided between them, else 1: every area has the same.
    """

    founding: Array
    reactivation: Array
    stopping: Array
    dissolution: Array
    revenue_level: Array
    spending: Array
    first: Sequence[Array] = ()
    read: _Read | None = None


def first_effect(spending: Array, doubling_return: Array, out: Array | None = None) -> Array:
    """Effect of spending in units of the effect of reference funding: h(u; rho).

    Parameters
    ----------
    spending : (…) [ratio to reference], >= 0
    doubling_return : (…) in (0, 1]; what doubled money adds again
    out : where it is to stand

    Returns
    -------
    (…) [1]; h(0) = 0, h(1) = 1, h(2) = 1 + rho, limit 1/(1 - rho).

    Notes
    -----
    h(u) = (1 - rho**u) / (1 - rho); at rho = 1 the limit is h(u) = u.
    """
    linear = doubling_return >= 1.0
    if not linear.any():
        effect = np.asarray(np.power(doubling_return, spending, out=out))
        np.subtract(1.0, effect, out=effect)
        effect /= 1.0 - doubling_return
        return effect
    safe = np.where(linear, 0.5, doubling_return)
    effect = np.where(linear, spending, (1.0 - safe**spending) / (1.0 - safe))
    if out is None:
        return effect
    out[...] = effect
    return out


def effect_state(first: Array, persistence: Array) -> Array:
    """What a channel still carries each year: x[t] = d x[t-1] + (1 - d) first[t], from x = 1.

    Parameters
    ----------
    first : (year, …, draw) first-year effect, 1 at reference funding
    persistence : (draw) in [0, 1); 0 means nothing is left next year
    """
    state = np.empty_like(first)
    previous: Array | float = 1.0
    for year in range(first.shape[0]):
        previous = _kept(previous, 1.0 - persistence, first[year], state[year])
    return state


def _kept(previous: Array | float, pace: Array, first: Array, out: Array) -> Array:
    """Effect state after a year; written as a step from the old one, so that at reference funding it is exactly 1."""
    np.subtract(first, previous, out=out)
    out *= pace
    out += previous
    return out


def spending_per_billion(
    *, real: bool, price_index: Array, reference_fund: float | Array, world: Parameters, calibrated: Parameters
) -> Array:
    """What one planned billion VND is worth in units of each line's reference funding.

    Parameters
    ----------
    real : True when money is planned in đồng of the base year
    price_index : (year, draw), 1 in the base year
    reference_fund : the fund that `prior_funding_ratio` is stated against [billion VND], (draw) where it is assumed
    world, calibrated : parameter draws under the world and as calibrated

    Returns
    -------
    (year, line, draw) [1 / billion VND]; planned money times this is the relative spending u.

    Notes
    -----
    The disbursement rates of the plan's and of the calibration years are the same draw unless the
    world restates them, so they cancel.
    """
    disbursed = world["disbursement_rate"] / calibrated["disbursement_rate"]
    deflated = disbursed / (1.0 if real else price_index)
    split = np.stack([world[f"reference_split_{line}"] for line in LINE_IDS])
    reference = world["prior_funding_ratio"] * reference_fund * split
    return np.broadcast_to(deflated, price_index.shape)[:, None, :] / reference


def spending_by_area(spending: Array, shares: Array, weights: Array) -> Array:
    """Relative spending of each area when a line's money is divided by other shares than its reference funding.

    Parameters
    ----------
    spending : (year, line, draw) of the whole province [ratio to reference]
    shares : (year, line, area) of the line's money, adding up to 1 over areas; NaN where none are stated
    weights : (area, 1 or draw) of the reference funding, adding up to 1: by active HTX of the base year

    Returns
    -------
    (year, line, area, draw) [ratio to the area's own reference funding]

    Notes
    -----
    u[a] = u s[a] / w[a]: money in proportion to the weights is the same relative spending everywhere.
    """
    stated = ~np.isnan(shares)[..., None]
    tilt = np.where(stated, shares[..., None] / weights, 1.0)
    return spending[:, :, None, :] * tilt


def line_effects(spending: Array, p: Parameters, known: tuple[Effects, Parameters] | None = None) -> Effects:
    """Multipliers and revenue level that follow from relative spending.

    Parameters
    ----------
    spending : (year, line, draw) [ratio to reference], or (year, line, area, draw) where money is divided
    p : parameter draws of the world, (draw) each
    known : effects of other money under other parameters, returned where all they rest on is the same

    Notes
    -----
    The survey line aims the other three: m = max(0, 1 + kappa (h(u_survey) - 1)), not itself.
    Rates that support raises are linear in the effect state, the stopping rate is exponential
    with theta = -ln(1 - phi) (docs/model.md section 2 says why).
    """
    spending = spending[:, :, None, :] if spending.ndim == _WHOLE else spending
    if known and same(known[0].spending, spending):
        if all(same(known[1][name], values) for name, values in p.items() if name.startswith(_READ)):
            return known[0]
    read = known[0].read if known and known[1] is p and known[0].read else _Read.of(p)
    shape = (spending.shape[0], *np.broadcast_shapes(spending.shape[2:], read.shape))
    first = tuple(_first(spending, line, p, known) for line in range(len(LINE_IDS)))
    moved = rooms(5, shape)
    effects = Effects(moved[0], moved[1], moved[2], moved[3], moved[4], spending, first, read)
    states: list[Array | float] = [1.0] * len(_CHANNELS)
    for years in slabs(*shape):
        surplus = first[SURVEY][years] - 1.0
        _raised(p["phi_survey_dissolution"], surplus, effects.dissolution[years], safe=read.safe)
        aimed = _raised(p["targeting_gain"], surplus, safe=read.safe)
        establishment, capacity, market = (first[line][years] * aimed for line in (ESTABLISHMENT, CAPACITY, MARKET))
        news = establishment, establishment, capacity, market
        gone = []
        for channel, (pace, new) in enumerate(zip(read.paces, news, strict=True)):
            state = np.empty(effects.founding[years].shape)
            for year, now in enumerate(state):
                states[channel] = _kept(states[channel], pace, new[year], now)
            gone.append(state)
        states = [state[-1].copy() for state in gone]
        for state in gone:
            state -= 1.0
        founding, reactivation, capacity, market = gone
        _raised(p["phi_establishment_founding"], founding, effects.founding[years], safe=read.safe)
        _raised(p["phi_establishment_reactivation"], reactivation, effects.reactivation[years], safe=read.safe)
        stopping = np.multiply(read.stopping, capacity, out=effects.stopping[years])
        np.exp(stopping, out=stopping)
        lifted = np.multiply(read.revenue[0], capacity, out=effects.revenue_level[years])
        lifted += _times(market, read.revenue[1])
    return effects


def _first(spending: Array, line: int, p: Parameters, known: tuple[Effects, Parameters] | None) -> Array:
    """First-year effect of a line's money, (year, scope, draw); the known one where it rests on the same."""
    money, name = spending[:, line], f"doubling_return_{LINE_IDS[line]}"
    if known and known[0].first and same(known[1][name], p[name]) and same(known[0].spending[:, line], money):
        return known[0].first[line]
    first = room(np.broadcast_shapes(money.shape, p[name].shape))
    for years in slabs(*first.shape):
        first_effect(money[years], p[name], first[years])
    return first


def _raised(strength: Array, change: Array, out: Array | None = None, *, safe: bool = False) -> Array:
    """A multiplier linear in a change of effect, never below zero: max(0, 1 + strength * change).

    Parameters
    ----------
    safe : the strength is from 0 to 1 and no effect falls by more than all of it, so that none can be below
    """
    multiplier = np.asarray(np.multiply(strength, change, out=out))
    multiplier += 1.0
    if safe:
        return multiplier
    return np.asarray(np.maximum(multiplier, level(0.0, multiplier), out=multiplier))


def _times(values: Array, factor: Array) -> Array:
    """A product, in place of the values unless it has more areas."""
    wider = factor.ndim > 1 and factor.shape[-2] > values.shape[-2]
    return np.asarray(np.multiply(values, factor, out=None if wider else values))


def revenue_strength(p: Parameters, line: str) -> Array:
    """Log revenue that a line's steady reference funding holds up, over all HTX.

    Coverage times the effect on a treated HTX, accumulated over the years it lasts; never more
    than all HTX treated.
    """
    treated = np.minimum(p[f"coverage_{line}_revenue"] / (1.0 - p[f"persistence_{line}"]), 1.0)
    return treated * p[f"effect_{line}_revenue"]


def reference_effects(years: int, draws: int) -> Effects:
    """The effects of reference funding: every multiplier 1, every level 0."""
    one = np.ones((years, 1, draws))
    return Effects(one, one, one, one, np.zeros_like(one), np.ones((years, len(LINE_IDS), 1, draws)))
