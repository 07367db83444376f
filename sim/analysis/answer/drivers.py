"""Which assumptions an answer rests on, and how good the evidence for them is.

Beside first-order indices of single assumptions: indices of whole groups, from runs in which the group is kept and all
else is drawn anew.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, groupby, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.answer.binned import first_orders, groups_of
from sim.analysis.compare import Estimate
from sim.domain import GRADES, Register, Scenario, World, fingerprint, inputs_fingerprint, scenario_fingerprint
from sim.ensemble import (
    Array,
    CommonDraws,
    Outcome,
    Posterior,
    Result,
    apart,
    code_of,
    common_draws,
    evaluate_each,
    exchanged,
    exchanged_beside,
    independent_of,
    monte_carlo_error,
    remember,
)

#: What together makes up this share of the variance decides the grade.
_DECISIVE = 0.8
#: Assumptions that size the events of single years; what no input explains rests on them.
_EVENT_SIZES = (
    "founding_lumpiness", "dissolution_lumpiness", "revenue_volatility", "disaster_probability",
    "disaster_loss", "discrepancy_revenue", "discrepancy_income",
)  # fmt: skip
#: Draws of runs with a part kept: the standard error of a share is then a hundredth at most.
SHARE_DRAWS = 8192
_CODE = ("sim.model", "sim.ensemble", "sim.analysis.answer.drivers")
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
    grade, drivers, known, inside = _graded(
        output, kept, parameters, register, effective_draws, printed=printed, groups=groups
    )
    luck = closed_index(output[: kept[LUCK].size], kept[LUCK], effective_draws, rest=kept[ASSUMPTIONS])
    return Evidence(grade, drivers, *(Estimate(inside * one.value, inside * one.error) for one in (*known, luck)))


def _graded(
    output: Array, kept: Mapping[str, Array], parameters: Mapping[str, Array], register: Register,
    effective_draws: float = np.inf, *, printed: Array | None = None,
    groups: Mapping[str, NDArray[np.intp]] | None = None,
) -> tuple[str, tuple[Driver, ...], list[Estimate], float]:  # fmt: skip
    """Of `evidence` all but luck: grade, drivers, indices of what is weak and of all inputs, and what narrows them."""
    inside = 1.0 if printed is None or not printed.any() else min(1.0, float(output.var() / printed.var()))
    groups = groups_of(parameters) if groups is None else groups
    shares = first_orders(output, {key: group for key, group in groups.items() if key in register.entries})
    drivers = [Driver(key, inside * share, register[key].grade) for key, share in shares.items()]
    drivers.sort(key=lambda driver: -driver.share)
    first = output[: kept[WEAK].size]
    known = [closed_index(first, kept[part], effective_draws) for part in (WEAK, ASSUMPTIONS)]
    weak, assumed = (inside * one.value for one in known)
    grade = _grade(drivers, weak, assumed, register) if output.any() else GRADES[-1]
    return grade, tuple(drivers), known, inside


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
        graded: Collection[str] = (), shared: Collection[str] = (), draws: CommonDraws | None = None,
    ) -> "RestsOn":  # fmt: skip
        """Project scenarios of a result on `kept_draws` of their world: one run of each for every part.

        Parameters
        ----------
        asked : {slug: outcomes that will be asked about}; those of one world
        graded : slugs among them of which grades alone will be asked
        shared : slugs among them that other answers ask about, too; what their runs yield is kept on disk
        draws : the first `SHARE_DRAWS` of the result, where they are at hand
        """
        draws = draws or common_draws(
            result.province, result.register, draws=min(result.draws, SHARE_DRAWS), seed=result.seed,
            horizon=result.years[-1], posterior=posterior,
        )  # fmt: skip
        kept: dict[str, dict[tuple[str, Outcome], Array]] = {}
        world = result.run_of(next(iter(asked))).scenario.world
        for part, future in kept_draws(draws, posterior, world).items():
            kept[part] = {}
            wanted = [slug for slug in asked if part != LUCK or slug not in graded]
            for (outcomes, keep), alike in groupby(wanted, key=lambda slug: (tuple(asked[slug]), slug in shared)):
                slugs = list(alike)
                rows = [result.run_of(slug).scenario for slug in slugs]
                key = _run_key(result, posterior, future, part, rows, outcomes) if keep else ""
                found = np.asarray(remember(key, partial(evaluate_each, future, rows, outcomes), keep=keep))
                named = product(outcomes, slugs)
                kept[part] |= {(slug, one): values for (one, slug), values in zip(named, chain(*found), strict=True)}
        return cls(result, kept)

    def evidence(self, outcome: Outcome, scenario: str, reference: str = "") -> Evidence:
        """What an outcome of a scenario rests on, or by how much it differs from a reference's."""
        values, rest = self._asked(outcome, scenario, reference)
        return evidence(*values, **rest)

    def grade(self, outcome: Outcome, scenario: str, reference: str) -> str:
        """The grade of `evidence`."""
        values, rest = self._asked(outcome, scenario, reference)
        return _graded(*values, **rest)[0]

    def _asked(self, outcome: Outcome, scenario: str, reference: str) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """What `evidence` takes of an outcome."""
        result, printed = self.result, None
        row = outcome.year - result.province.base_year - 1
        asked = outcome.indicator, outcome.price_basis, slice(row, row + 1)
        output = result.series(scenario, *asked)[0, -1]
        known = {part: values for part, values in self.kept.items() if (scenario, outcome) in values}
        kept: dict[str, Array] = {part: values[scenario, outcome].astype(np.float64) for part, values in known.items()}
        if reference:
            output = apart(output, result.series(reference, *asked)[0, -1])
            kept = {part: apart(values, known[part][reference, outcome]) for part, values in kept.items()}
        else:
            printed = result.printed(scenario, outcome.indicator, outcome.price_basis)[row, -1]
        values = output, kept, result.run_of(scenario).parameters, result.register, result.effective_draws
        return values, {"printed": printed, "groups": self._groups_in(scenario)}

    def _groups_in(self, scenario: str) -> Mapping[str, NDArray[np.intp]]:
        """`groups_of` the assumptions in a scenario's world, made once for all that is asked about it."""
        run = self.result.run_of(scenario)
        found = next((groups for world, groups in self._groups if world == run.scenario.world), None)
        if found is None:
            found = groups_of(run.parameters)
            self._groups.append((run.scenario.world, found))
        return found


def _run_key(
    result: Result, posterior: Posterior | None, future: CommonDraws, part: str, rows: Sequence[Scenario],
    outcomes: Sequence[Outcome],
) -> list[object]:  # fmt: skip
    """Everything that outcomes of some rows depend on where one part of a result's futures is kept."""
    return [
        "kept part", part, [scenario_fingerprint(row) for row in rows], fingerprint(outcomes),
        inputs_fingerprint(result.province, result.register), posterior.key if posterior else "", future.size,
        result.seed, code_of(*_CODE),
    ]  # fmt: skip


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
