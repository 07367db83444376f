"""An emulator of the four lines: outcomes at the nodes of a lattice, and what lies between, with its measured error.

Support saturates: what u times the reference money of a line does runs like 1 - rho**u. In the coordinate
t = (1 - rho**u) / (1 - rho**u_top) outcomes are nearly polynomial, so a few Chebyshev nodes per line and
Lagrange polynomials between them come close; how close is measured at plans that are no nodes.
The central figure is the mean over draws: a sum weighs nodes as it weighs draws, so means of levels subtract to
the mean of their paired difference at every plan. Its range has to be emulated for itself, draw by draw against no
support: the ranges of two levels do not give it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from numpy.typing import NDArray

from sim import domain
from sim.analysis.answer.money import OUTSIDE_EXPERIENCE
from sim.ensemble import (
    CommonDraws,
    Outcome,
    code_of,
    evaluate,
    monte_carlo_error,
    remember,
    sample_worth,
    sorted_quantiles,
)
from sim.ensemble.stage import stage
from sim.evidence import Knowledge, draws_for

Array = NDArray[np.float64]

#: Held-out plans at which the error is measured.
_HELD_OUT = 32
#: Plans evaluated at a time: every draw of each is held.
_CHUNK = 16
#: Real root of x**5 = x + 1; its powers spread points evenly over four dimensions (R-sequence).
_SPREAD = 1.1673039782614187
#: Quantiles that stand after the mean, of a level and of the paired difference. The inner two of a difference say
#: whether it has one sign in enough draws to be told as higher or lower.
_LEVEL_SHARES = (0.1, 0.25, 0.75, 0.9)
_GAIN_SHARES = (0.1, 0.4, 0.6, 0.9)


@dataclass(frozen=True)
class Lattice:
    """Nodes of the four lines.

    Attributes
    ----------
    top : largest yearly money of a line [billion VND]
    scales : per line, money after which support has saturated to 1 - 1/e [billion VND]
    nodes : coordinates in [0, 1], the same for every line
    """

    top: float
    scales: tuple[float, ...]
    nodes: tuple[float, ...]

    def money(self, coordinates: Array) -> Array:
        """Yearly money [billion VND] of points (…, line) in [0, 1]."""
        scales = np.array(self.scales)
        return -scales * np.log1p(-coordinates * -np.expm1(-self.top / scales))

    def coordinates(self, money: Array) -> Array:
        """The inverse of `money`."""
        scales = np.array(self.scales)
        return np.expm1(-money / scales) / np.expm1(-self.top / scales)

    @property
    def plans(self) -> Array:
        """Money of every node, (plan, line) [billion VND], the last line fastest."""
        return self.money(np.array(list(product(self.nodes, repeat=len(domain.LINES)))))

    def weights(self, money: Array) -> Array:
        """What each node counts at a plan, (plan): a product of Lagrange polynomials."""
        whole = np.ones(1)
        for at in self.coordinates(money).tolist():
            polynomials = [
                np.prod([(at - other) / (node - other) for other in self.nodes if other != node]) for node in self.nodes
            ]
            whole = np.outer(whole, polynomials).ravel()
        return whole


@dataclass(frozen=True)
class Interpolated:
    """Means and quantiles of outcomes at the nodes of a lattice, and what lies between, in the indicators' units.

    Attributes
    ----------
    values : (statistic, outcome, node)
    mcse : (statistic, outcome), the largest Monte Carlo error of each statistic at a node
    errors : (statistic, outcome, held-out plan), interpolated minus run
    """

    lattice: Lattice
    values: Array
    mcse: Array
    errors: Array

    def at(self, money: Sequence[float]) -> Array:
        """Interpolated mean and quantiles of a plan, (statistic, outcome)."""
        return self.values @ self.lattice.weights(np.asarray(money, dtype=float))

    @property
    def largest_error(self) -> Array:
        """(outcome), over all statistics and held-out plans."""
        return np.abs(self.errors).max(axis=(0, 2))

    @property
    def printed_error(self) -> Array:
        """(statistic, outcome), what no digit is finer than: sampling error, or root mean square of interpolation.

        A tail is less certain than the mean: each statistic has an error of its own.
        """
        return np.maximum(self.mcse, np.sqrt((self.errors**2).mean(axis=2)))


@dataclass(frozen=True)
class Emulator:
    """One world's outcomes over all plans of four constant lines.

    Attributes
    ----------
    scenario : whose world, price basis and horizon hold
    levels : mean of the outcomes, p10, p25, p75, p90 of them as they will be printed
    gains : mean, p10, p40, p60, p90 of the paired difference from no support
    chances : (target, node), of `targets`
    limits : (line), money above which a line lies outside experience [billion VND]
    """

    scenario: domain.Scenario
    lattice: Lattice
    outcomes: tuple[Outcome, ...]
    targets: tuple[domain.Target, ...]
    levels: Interpolated
    gains: Interpolated
    chances: Array
    limits: Array


def emulate(
    known: Knowledge,
    scenario: domain.Scenario,
    outcomes: Sequence[Outcome],
    *,
    top: float,
    count: int,
    draws: int,
    seed: int,
) -> Emulator:
    """Run every node and every held-out plan of one world on common draws; kept on disk by content.

    Parameters
    ----------
    scenario : its world, price basis and horizon hold, its money is not read
    top : largest yearly money of a line [billion VND]
    count : nodes per line
    """
    made = draws_for(known, scenario, draws=draws, seed=seed)
    lattice = lattice_of(made, scenario, top=top, count=count)
    years = known.province.open_years(scenario.horizon)
    within = (target for target in known.province.targets if target.year in years)
    targets = tuple(target for target in within if target.indicator == "htx_founded")
    # Spread evenly over the inside of the unit cube, the same every time.
    steps = _SPREAD ** -np.arange(1.0, len(domain.LINES) + 1)
    held_out = lattice.money((0.5 + np.arange(1, _HELD_OUT + 1)[:, None] * steps) % 1.0)
    plans = np.concatenate([lattice.plans, held_out])
    asked = domain.fingerprint([tuple(outcomes), targets, lattice, _HELD_OUT, draws, seed])
    known_by = domain.inputs_fingerprint(known.province, known.register), known.posterior.key
    code = code_of("sim.model", "sim.ensemble", "sim.analysis.answer.emulator")
    key = ["emulator", *known_by, domain.scenario_fingerprint(scenario), asked, code]
    found = np.asarray(remember(key, lambda: _summaries(made, scenario, plans, outcomes, targets)), dtype=float)
    size, wanted = len(lattice.plans), len(outcomes)
    parts = np.cumsum([1 + len(_LEVEL_SHARES), 1 + len(_LEVEL_SHARES), 1 + len(_GAIN_SHARES)])
    between = np.stack([found[..., :size] @ lattice.weights(plan) for plan in held_out], axis=-1)
    missed = (between - found[..., size:])[:, :wanted]
    values, mcse, gains, gain_mcse = np.split(found[..., :size], parts)
    errors, _, gain_errors, _ = np.split(missed, parts)
    return Emulator(
        scenario=scenario,
        lattice=lattice,
        outcomes=tuple(outcomes),
        targets=targets,
        levels=Interpolated(lattice, values[:, :wanted], mcse[:, :wanted].max(axis=2), errors),
        gains=Interpolated(lattice, gains[:, :wanted], gain_mcse[:, :wanted].max(axis=2), gain_errors),
        chances=values[0, wanted:],
        limits=_limits(made, scenario),
    )


def _limits(draws: CommonDraws, scenario: domain.Scenario) -> Array:
    """(line), money whose dearest year lies outside experience in the median draw [billion VND]."""
    real = scenario.plan.price_basis != domain.NOMINAL
    stages = [stage(draws.province, scenario.world, block) for block in draws.blocks]
    spending = np.median(np.concatenate([one.per_billion(real=real) for one in stages], axis=-1), axis=-1)
    return np.asarray(OUTSIDE_EXPERIENCE / spending[len(draws.province.past_years) :].max(axis=0))


def lattice_of(draws: CommonDraws, scenario: domain.Scenario, *, top: float, count: int) -> Lattice:
    """Nodes at the saturation that the median assumptions of a world imply."""
    drawn = draws.parameters(scenario.world)
    fund = float(np.median(draws.province.reference_billion(drawn)))
    scales = []
    for line in domain.LINES:
        reference = float(np.median(drawn["prior_funding_ratio"] * drawn[f"reference_split_{line}"])) * fund
        scales.append(reference / -float(np.log(np.median(drawn[f"doubling_return_{line}"]))))
    nodes = 0.5 - 0.5 * np.cos(np.pi * np.arange(count) / (count - 1))
    return Lattice(top, tuple(scales), tuple(float(node) for node in nodes))


def _summaries(
    draws: CommonDraws,
    scenario: domain.Scenario,
    plans: Array,
    outcomes: Sequence[Outcome],
    targets: Sequence[domain.Target],
) -> NDArray[np.float64]:
    """(statistic, outcome and target, plan); a target's rows are all its chance.

    Statistics are the mean and four quantiles of the level and the Monte Carlo error of each, then the same of the
    paired difference from no support.
    """
    years = len(draws.province.open_years(scenario.horizon))
    wanted = [*outcomes, *(Outcome(target.indicator, target.year) for target in targets)]
    printed = [replace(one, printed=True) for one in wanted]
    found = np.empty((2 * (2 + len(_LEVEL_SHARES) + len(_GAIN_SHARES)), len(wanted), len(plans)))
    without = evaluate(draws, scenario, np.zeros((1, years, len(domain.LINES))), wanted).astype(float)
    for first in range(0, len(plans), _CHUNK):
        part = slice(first, first + _CHUNK)
        money = np.repeat(plans[part, None], years, axis=1)
        values, later = np.split(evaluate(draws, scenario, money, [*wanted, *printed]).astype(float), 2)
        levels = _statistics(values, later, _LEVEL_SHARES, draws.effective_draws)
        gains = values - without
        found[..., part] = np.concatenate([*levels, *_statistics(gains, gains, _GAIN_SHARES, draws.effective_draws)])
        for row, target in enumerate(targets, start=len(outcomes)):
            high = np.inf if target.high is None else target.high
            found[:, row, part] = ((later[row] >= target.low) & (later[row] <= high)).mean(axis=-1)
    return found


def _statistics(
    values: Array, ranged: Array, shares: Sequence[float], effective_draws: float
) -> tuple[Array, Array]:
    """The mean of values and then quantiles of what is ranged, with the Monte Carlo error of each, stacked first."""
    quantiles, errors = quantiles_and_errors(ranged, shares, sample_worth(values.shape[-1], effective_draws))
    error = monte_carlo_error(values, effective_draws)
    return np.concatenate([values.mean(axis=-1)[None], quantiles]), np.concatenate([error[None], errors])


def quantiles_and_errors(values: Array, shares: Sequence[float], worth: float) -> tuple[Array, Array]:
    """Quantiles over the last axis and the Monte Carlo error of each, stacked first.

    Parameters
    ----------
    worth : independent draws the sample is worth

    Notes
    -----
    Half of what lies between the quantiles one standard error of the share below and above (Woodruff 1952):
    no density has to be guessed.
    """
    wanted = np.array(shares)
    spread = np.sqrt(wanted * (1 - wanted) / worth)
    ends = np.clip([wanted, wanted - spread, wanted + spread], 0.0, 1.0)
    middle, low, high = np.split(sorted_quantiles(values, ends.ravel().tolist()).astype(np.float64), 3)
    return middle, (high - low) / 2
