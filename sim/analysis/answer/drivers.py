"""Which assumptions an answer rests on, and how good the evidence for them is.

First-order indices of single assumptions from given draws, by binned conditional means; indices of whole
groups from runs in which the group is kept and all else is drawn anew.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby, product

import numpy as np
from numpy.typing import NDArray

from sim.analysis.compare import Estimate
from sim.domain import GRADES, Register, World
from sim.ensemble import (
    Array,
    CommonDraws,
    Outcome,
    Posterior,
    Result,
    apart,
    common_draws,
    evaluate_each,
    exchanged,
    exchanged_beside,
    independent_of,
    monte_carlo_error,
)

#: What together makes up this share of the variance decides the grade.
_DECISIVE = 0.8
#: Assumptions that size the events of single years; what no input explains rests on them.
_EVENT_SIZES = (
    "founding_lumpiness", "dissolution_lumpiness", "revenue_volatility", "disaster_probability",
    "disaster_loss", "discrepancy_revenue", "discrepancy_income",
)  # fmt: skip
#: Equally filled bins of a conditional mean.
_BINS = 32
#: Draws of runs with a part kept: the standard error of a share is then a hundredth at most.
SHARE_DRAWS = 8192
#: Grades of weak evidence.
_WEAK_GRADES = frozenset("DE")


@dataclass(frozen=True)
class Driver:
    """One assumption's first-order share of an answer's variance."""

    id: str
    share: float
    grade: str


@dataclass(frozen=True)
class Evidence:
    """What an answer's range rests on.

    Attributes
    ----------
    grade : the worst among what makes up 80 % of the variance; what no assumption explains counts with
        the grade of those that size single years' events
    drivers : inputs by falling share of the variance, each alone
    weak : closed index of all inputs graded D or E: what would go if they were known
    assumed : closed index of all inputs together
    luck : closed index of the ranks of single years' events, interplay with inputs left out
    """

    grade: str
    drivers: tuple[Driver, ...]
    weak: Estimate
    assumed: Estimate
    luck: Estimate

    @property
    def interplay(self) -> float:
        """Share of the variance from luck and inputs acting together, and from what lies between model and print."""
        return max(0.0, 1.0 - self.assumed.value - self.luck.value)


def first_order(output: Array, value: Array) -> float:
    """First-order sensitivity index Var(E[Y|X]) / Var(Y) from given draws.

    Parameters
    ----------
    output, value : (draw)

    Returns
    -------
    float, at least 0

    Notes
    -----
    Binned conditional means over equally filled bins, less the share that noise alone would
    give (one-way analysis of variance, epsilon squared). Equal values stay in one bin, so an atom
    at zero is one group.
    """
    return first_order_in(output, groups_of({"": value})[""])


def first_order_in(output: Array, group: NDArray[np.intp]) -> float:
    """`first_order` of an input whose groups are known."""
    return _first_orders(output, {"": group})[""]


def _first_orders(output: Array, groups: Mapping[str, NDArray[np.intp]]) -> dict[str, float]:
    """`first_order` of each input, whose groups are known."""
    varies, spread = output.var() != 0.0, _spread(output)
    return {
        key: max(0.0, _spread_share(*spread, group)) if group.size and varies else 0.0 for key, group in groups.items()
    }


def grouped(value: Array) -> NDArray[np.intp]:
    """Which equally filled bin each draw lies in, (draw); equal values share one."""
    edges = np.unique(np.sort(value)[np.linspace(0, value.size - 1, _BINS + 1).astype(int)])
    return np.searchsorted(edges, value, side="left")


def groups_of(parameters: Mapping[str, Array]) -> dict[str, NDArray[np.intp]]:
    """`grouped` of each assumption, {assumption id: (draw)}; an empty one where all its values are the same."""
    nothing = np.empty(0, dtype=np.intp)
    return {key: nothing if one.min() == one.max() else grouped(one) for key, one in parameters.items()}


def grouped_share(output: Array, group: NDArray[np.intp]) -> float:
    """First-order index with the groups given (epsilon squared); below zero where noise would give more.

    Parameters
    ----------
    output : (draw)
    group : (draw) of `grouped`
    """
    return _spread_share(*_spread(output), group)


def _spread(output: Array) -> tuple[Array, Array]:
    """An output around its mean, (draw), and the sum of its squares."""
    around = output - output.mean()
    return around, np.square(around).sum()


def _spread_share(around: Array, squares: Array, group: NDArray[np.intp]) -> float:
    """`grouped_share` of an output whose spread is known."""
    counts = np.bincount(group).astype(np.float64)
    sums = np.bincount(group, weights=around).astype(np.float64)
    return float(_share_between(counts, sums, squares, np.zeros(())))


def resampled_shares(
    output: Array, group: NDArray[np.intp], weights: Array, counts: Array | None = None
) -> Array:
    """`grouped_share` of resamples of the draws, (resample).

    Parameters
    ----------
    output, group : (draw)
    weights : (resample, draw) how often each draw stands in each resample
    """
    around = (output - output.mean()).astype(np.float32)
    sums = weights @ (_inside(group) * around[:, None])
    counts = resampled_counts(group, weights) if counts is None else counts
    return _share_between(counts, sums, weights @ np.square(around), weights @ around)


def resampled_counts(group: NDArray[np.intp], weights: Array) -> Array:
    """How many draws of each resample lie in each bin, (resample, bin)."""
    return weights @ _inside(group)


def _inside(group: NDArray[np.intp]) -> Array:
    return (group[:, None] == np.arange(group.max() + 1)).astype(np.float32)


def _share_between(counts: Array, sums: Array, squares: Array, total: Array) -> Array:
    """Epsilon squared of a one-way analysis of variance; groups on the last axis.

    Parameters
    ----------
    counts, sums : draws and sum of the output per group
    squares, total : sum of squares and sum of the output over all draws
    """
    size = counts.sum(axis=-1)
    groups = (counts > 0).sum(axis=-1)
    shift = np.square(total) / size
    whole = squares - shift
    between = (np.square(sums) / np.maximum(counts, 1)).sum(axis=-1) - shift
    noise = (groups - 1) * (whole - between) / np.maximum(size - groups, 1)
    usable = (whole > 0.0) & (size > groups)
    return np.where(usable, (between - noise) / np.where(usable, whole, 1.0), 0.0)


# -- Shares of whole groups: one part of the futures kept, all else drawn anew (pick-freeze) ------

#: Parts of the futures that are kept: assumptions graded D or E, all assumptions, the ranks of single years' events.
WEAK, ASSUMPTIONS, LUCK = KEPT = ("weak", "assumptions", "luck")


def closed_index(
    output: Array, again: Array, effective_draws: float = np.inf, *, rest: Array | None = None
) -> Estimate:
    """Closed Sobol index Var(E[Y|kept]) / Var(Y): what of the variance would go if the kept part were known.

    Parameters
    ----------
    output : (draw)
    again : (draw) the same output with the part kept and all else drawn anew, independently
    rest : (draw) the same with the part drawn anew, independently of `again`, and all else kept

    Notes
    -----
    Both are draws of one distribution and serve its mean and variance alike (Janon et al. 2014); the error is
    that of the estimate's influence function. One less the index of all else is the part's total index.
    `again` and `rest` have nothing in common: whatever their product is worth on average is noise that
    the estimate shares, and is taken out of it (a control variate), which sharpens small indices.
    """
    middle = 0.5 * (output.mean() + again.mean())
    ours, theirs = output - middle, again - middle
    squares, products = 0.5 * (np.square(ours) + np.square(theirs)), ours * theirs
    variance = squares.mean()
    if variance == 0.0:
        return Estimate(0.0, 0.0)
    shares = (products - products.mean() / variance * squares) / variance + products.mean() / variance
    if rest is not None:
        noise = (rest - middle) * theirs
        noise_variance = noise.var()
        if noise_variance > 0.0:
            shares = shares - np.mean((shares - shares.mean()) * noise) / noise_variance * noise
    return Estimate(float(shares.mean()), float(monte_carlo_error(shares, effective_draws)))


def weak_ids(register: Register, ids: Iterable[str]) -> tuple[str, ...]:
    """Assumptions graded D or E; shares of one whole go together, by the worst of them."""
    ids = tuple(ids)
    found = {key for key in ids if register[key].grade in _WEAK_GRADES}
    wholes = {register[key].distribution.simplex for key in found} - {""}
    return tuple(key for key in ids if key in found or register[key].distribution.simplex in wholes)


def kept_draws(
    draws: CommonDraws, posterior: Posterior | None, world: World, *, fresh: CommonDraws | None = None
) -> dict[str, CommonDraws]:
    """The futures with each of `KEPT` as it is and all else drawn anew, independently, {part: draws}.

    Parameters
    ----------
    fresh : `independent_of` the draws, where it is at hand

    Notes
    -----
    What history updated is correlated. Where only its weak part is kept, the rest is drawn beside it and not
    apart from it: the index then holds once what both know (docs/decisions/0015). What a world restates says
    nothing of the others.
    """
    draws, fresh = draws.widened(), (fresh or independent_of(draws, posterior)).widened()
    weak = weak_ids(draws.register, draws.blocks[0].calibrated)
    kept = exchanged(fresh, draws, weak)
    learnt = [key for key in posterior.ids if not world.states(draws.register[key])] if posterior else []
    beside = [key for key in learnt if key not in weak]
    if posterior and beside:
        given = [key for key in learnt if key in weak]
        kept = exchanged_beside(kept, fresh, posterior, beside, given)
    return {
        WEAK: kept,
        ASSUMPTIONS: exchanged(draws, fresh, (), event_ranks=True),
        LUCK: exchanged(fresh, draws, (), event_ranks=True),
    }


def evidence(
    output: Array,
    kept: Mapping[str, Array],
    parameters: Mapping[str, Array],
    register: Register,
    effective_draws: float = np.inf,
    *,
    printed: Array | None = None,
    groups: Mapping[str, NDArray[np.intp]] | None = None,
) -> Evidence:
    """What one output's range rests on.

    Parameters
    ----------
    output : (draw) values, or paired differences
    kept : {part of `KEPT`: (draw)} the same on `kept_draws`; the first draws are enough
    parameters : {assumption id: (draw)}
    effective_draws : equal-weight draws the sample of the posterior is worth
    printed : (draw) the output as it will be printed, where that is what the range is of
    groups : `groups_of` the parameters, where many outputs are looked at

    Notes
    -----
    What lies between an output and its printed figure comes from no assumption here and narrows all shares alike.
    """
    inside = 1.0 if printed is None or not printed.any() else min(1.0, float(output.var() / printed.var()))
    groups = groups_of(parameters) if groups is None else groups
    shares = _first_orders(output, {key: group for key, group in groups.items() if key in register.entries})
    drivers = [Driver(key, inside * share, register[key].grade) for key, share in shares.items()]
    drivers.sort(key=lambda driver: -driver.share)
    first = output[: kept[WEAK].size]
    found = [closed_index(first, kept[part], effective_draws) for part in (WEAK, ASSUMPTIONS)]
    found.append(closed_index(first, kept[LUCK], effective_draws, rest=kept[ASSUMPTIONS]))
    weak, assumed, luck = (Estimate(inside * one.value, inside * one.error) for one in found)
    grade = _grade(drivers, weak.value, assumed.value, register) if output.any() else GRADES[-1]
    return Evidence(grade, tuple(drivers), weak, assumed, luck)


@dataclass(frozen=True)
class RestsOn:
    """What outcomes of a result, and their paired differences, rest on.

    Attributes
    ----------
    kept : {part of `KEPT`: {(scenario, outcome): (draw)}} of all that can be asked about
    """

    result: Result
    kept: Mapping[str, Mapping[tuple[str, Outcome], Array]]
    #: `groups_of` the assumptions in each world that was asked about.
    _groups: list[tuple[World, Mapping[str, NDArray[np.intp]]]] = field(default_factory=list, compare=False)

    @classmethod
    def of(
        cls, result: Result, asked: Mapping[str, Sequence[Outcome]], posterior: Posterior | None, *,
        draws: CommonDraws | None = None,
    ) -> "RestsOn":  # fmt: skip
        """Project scenarios of a result on `kept_draws` of their world: one run of each for every part.

        Parameters
        ----------
        asked : {slug: outcomes that will be asked about}; those of one world
        draws : the first `SHARE_DRAWS` of the result, where they are at hand
        """
        draws = draws or common_draws(
            result.province, result.register, draws=min(result.draws, SHARE_DRAWS), seed=result.seed,
            horizon=result.years[-1], posterior=posterior,
        )  # fmt: skip
        alike = [(outcomes, list(slugs)) for outcomes, slugs in groupby(asked, key=lambda slug: tuple(asked[slug]))]
        kept: dict[str, dict[tuple[str, Outcome], Array]] = {}
        world = result.run_of(next(iter(asked))).scenario.world
        for part, future in kept_draws(draws, posterior, world).items():
            kept[part] = {}
            for outcomes, slugs in alike:
                found = evaluate_each(future, [result.run_of(slug).scenario for slug in slugs], outcomes)
                named = product(outcomes, slugs)
                kept[part] |= {(slug, one): values for (one, slug), values in zip(named, chain(*found), strict=True)}
        return cls(result, kept)

    def evidence(self, outcome: Outcome, scenario: str, reference: str = "") -> Evidence:
        """What an outcome of a scenario rests on, or by how much it differs from a reference's."""
        result, printed = self.result, None
        row = outcome.year - result.province.base_year - 1
        output = result.series(scenario, outcome.indicator, outcome.price_basis)[row, -1]
        kept: dict[str, Array] = {one: self.kept[one][scenario, outcome].astype(np.float64) for one in KEPT}
        if reference:
            output = apart(output, result.series(reference, outcome.indicator, outcome.price_basis)[row, -1])
            kept = {part: apart(values, self.kept[part][reference, outcome]) for part, values in kept.items()}
        else:
            printed = result.printed(scenario, outcome.indicator, outcome.price_basis)[row, -1]
        parameters, groups = result.run_of(scenario).parameters, self._groups_in(scenario)
        return evidence(
            output, kept, parameters, result.register, result.effective_draws, printed=printed, groups=groups
        )

    def _groups_in(self, scenario: str) -> Mapping[str, NDArray[np.intp]]:
        """`groups_of` the assumptions in a scenario's world, made once for all that is asked about it."""
        run = self.result.run_of(scenario)
        found = next((groups for world, groups in self._groups if world == run.scenario.world), None)
        if found is None:
            found = groups_of(run.parameters)
            self._groups.append((run.scenario.world, found))
        return found


def _grade(drivers: Sequence[Driver], weak: float, assumed: float, register: Register) -> str:
    """The worst grade among the largest parts of the variance.

    What a group explains, interplay included, is told out over its assumptions as they weigh alone; what no
    assumption explains counts with the grade of those that size single years' events.
    """
    assumed = min(max(assumed, 0.0), 1.0)
    weak = min(max(weak, 0.0), assumed)
    sizes = [register[key].grade for key in _EVENT_SIZES if key in register.entries]
    parts = [(1.0 - assumed, max(sizes, key=GRADES.index, default=GRADES[-1]))]
    among = frozenset(weak_ids(register, (driver.id for driver in drivers)))
    for whole, inside in ((weak, True), (assumed - weak, False)):
        members = [driver for driver in drivers if (driver.id in among) == inside]
        alone = sum(driver.share for driver in members)
        if alone:
            parts += [(whole * driver.share / alone, driver.grade) for driver in members]
        elif members:  # what acts only together with others
            parts.append((whole, max((driver.grade for driver in members), key=GRADES.index)))
    parts.sort(key=lambda part: -part[0])
    worst, covered, wanted = GRADES[0], 0.0, _DECISIVE * sum(share for share, _ in parts)
    for share, grade in parts:
        if share == 0.0 or covered >= wanted:
            break
        worst = max(worst, grade, key=GRADES.index)
        covered += share
    return worst
