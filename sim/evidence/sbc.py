"""Simulation-based calibration and coverage: does the machinery find what is known?

A posterior is right on average over the prior when the rank of the truth among its draws is
uniform (Talts et al. 2018), for every parameter and for the log-likelihood: ranks of parameters
alone do not notice a posterior that ignores the data (Modrak et al. 2023).
"""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np
from scipy.special import chdtrc

from sim.domain import REPORTING_ERROR, Province, Scenario, fingerprint
from sim.ensemble import Array, code_of, remember
from sim.evidence.conditioning import Effort, condition, posterior_at, posterior_key, resample
from sim.evidence.past import Past
from sim.evidence.past_scores import INTERVALS, covered
from sim.evidence.truths import Key, Truths, forecast

LOG_LIKELIHOOD = "log_likelihood"
#: A truth's posterior as it is, and distorted for negative controls.
VARIANTS = HONEST, IGNORES_DATA, OVERCONFIDENT = "honest", "ignores_data", "overconfident"
#: An overconfident posterior's spread, as a share of the honest one's.
_TOO_NARROW = 0.7
_BINS = 20
#: Ends of the intervals, ascending.
_LEVELS = sorted(level for interval in INTERVALS for level in interval)
#: Effort per truth: about a second where that gives the draws wanted, up to 32 times as many draws where it does not.
TRUTH_EFFORT = Effort(fit_size=1 << 15, rounds=14, size=1 << 16, rows=1 << 12, wanted=250.0, doublings=5)
#: What a truth's result rests on besides the posterior's own code.
CODE = (
    "sim.ensemble.draws",
    "sim.ensemble.streams",
    "sim.ensemble.outturns",
    "sim.ensemble.results",
    "sim.ensemble.runner",
    "sim.ensemble.stage",
    "sim.ensemble.statistics",
    "sim.evidence.sbc",
    "sim.evidence.conditioning",
    "sim.evidence.past_scores",
    "sim.evidence.truths",
)


@dataclass(frozen=True)
class Checked:
    """What one truth yields.

    Attributes
    ----------
    ranks : {variant: {quantity: rank of the truth in (0, 1)}}
    effective : effective sample size reached
    ranges : {(indicator, year): (p10, p25, p75, p90) as published}
    """

    ranks: Mapping[str, Mapping[str, float]]
    effective: float
    ranges: Mapping[Key, Array]


@dataclass(frozen=True)
class _Task:
    past: Past
    province: Province
    scenario: Scenario
    scores: Array
    observed: Mapping[str, float]
    outturns: tuple[Key, ...]
    seed: int


def check_truths(
    past: Past, province: Province, scenario: Scenario, truths: Truths, *, seed: int, executor: Executor | None = None
) -> list[Checked]:
    """Simulation-based calibration: condition on every truth's printed figures and rank the truth among the draws.

    Notes
    -----
    Each truth's result is kept by content, so that a long run that was interrupted goes on where
    it stopped.
    """
    tasks = [
        _Task(
            past, province, scenario, truths.scores[:, column],
            {name: float(values[column]) for name, values in truths.observed.items()}, tuple(truths.outturns),
            seed + column,
        )
        for column in range(truths.scores.shape[1])
    ]  # fmt: skip
    tables = list(executor.map(_table_of, tasks) if executor else map(_table_of, tasks))
    return [_checked(table, past, list(truths.outturns)) for table in tables]


def _table_of(task: _Task) -> Array:
    """What one truth yields as one row of numbers, from the cache where it was found before."""
    register = [task.past.register[name] for name in task.past.register]
    rests_on = {
        "posterior": posterior_key(task.past, TRUTH_EFFORT), "code": code_of(*CODE), "register": register,
        "errors": REPORTING_ERROR, "base": task.province.base, "scenario": task.scenario,
        "scores": task.scores.tolist(), "observed": task.observed, "seed": task.seed,
    }  # fmt: skip
    return remember(["truth", fingerprint(rests_on)], lambda: _check_one(task))


def _checked(row: Array, past: Past, outturns: Sequence[Key]) -> Checked:
    quantities = (*past.ids, LOG_LIKELIHOOD)
    ranked = 1 + len(VARIANTS) * len(quantities)
    table = row[1:ranked].reshape(len(VARIANTS), -1)
    lines = dict(zip(VARIANTS, table.tolist(), strict=True))
    ranks = {name: dict(zip(quantities, line, strict=True)) for name, line in lines.items()}
    return Checked(ranks, float(row[0]), dict(zip(outturns, row[ranked:].reshape(len(outturns), -1), strict=True)))


def _check_one(task: _Task) -> Array:
    """Effective sample size, ranks of the truth under each variant, ends of the ranges of each outturn."""
    rng = np.random.default_rng([task.seed, 2])
    weighted = condition(task.past, dict(task.observed), effort=TRUTH_EFFORT, rng=rng)
    columns, dice = resample(weighted, TRUTH_EFFORT.rows, rng), len(task.past.ids) + 1
    honest_ties, prior = rng.random(dice), rng.standard_normal((task.past.dimensions, columns.size))
    ignoring_ties, narrow_ties = rng.random((2, dice))
    more = resample(weighted, TRUTH_EFFORT.rows, rng)
    scores, others = np.split(weighted.taken(np.concatenate([columns, more])), 2, axis=1)  # drawn again only once
    mean = scores.mean(axis=1, keepdims=True)
    ranks = {
        HONEST: _ranks(task, scores, weighted.log_likelihood[columns], honest_ties),
        IGNORES_DATA: _ranks(task, prior, None, ignoring_ties),
        OVERCONFIDENT: _ranks(task, mean + _TOO_NARROW * (scores - mean), None, narrow_ties),
    }
    posterior = posterior_at(task.past, weighted, others)
    predicted = forecast(task.past, task.province, task.scenario, posterior, observed=task.observed, seed=task.seed)
    ranges = [[predicted[key][level] for level in _LEVELS] for key in task.outturns]
    ranked = [rank for variant in VARIANTS for rank in ranks[variant].values()]
    return np.concatenate([[weighted.effective], ranked, *ranges])


def _ranks(task: _Task, scores: Array, log_likelihood: Array | None, ties: Array) -> dict[str, float]:
    """Rank of the truth among posterior draws, of every score and of the log-likelihood; `ties` breaks theirs."""
    past = task.past
    truth = task.scores[:, None]
    if log_likelihood is None:
        log_likelihood = past.log_likelihood(past.predictions(scores), task.observed)
    own = past.log_likelihood(past.predictions(truth), task.observed)[0]
    pairs = [*((scores[row], truth[row, 0]) for row in range(len(past.ids))), (log_likelihood, own)]
    found = [_rank(draws, one, tie) for (draws, one), tie in zip(pairs, ties, strict=True)]
    return dict(zip((*past.ids, LOG_LIKELIHOOD), found, strict=True))


def _rank(draws: Array, truth: float, tie: float) -> float:
    """Share of draws below the truth, and of those that tie with it a random part."""
    return float((draws < truth).mean() + tie * (draws == truth).mean())


def uniformity(checked: Sequence[Checked], variant: str = HONEST) -> dict[str, float]:
    """Chi-square test of uniform ranks with Holm's adjustment, {quantity: p-value}."""
    quantities = list(checked[0].ranks[variant])
    raw = {}
    for quantity in quantities:
        ranks = np.array([item.ranks[variant][quantity] for item in checked])
        bins = min(_BINS, max(2, len(checked) // 5))
        counts = np.bincount(np.minimum((ranks * bins).astype(int), bins - 1), minlength=bins)
        expected = len(checked) / bins
        raw[quantity] = float(chdtrc(bins - 1, ((counts - expected) ** 2 / expected).sum()))
    return holm(raw)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Holm's step-down adjustment of several p-values."""
    adjusted, largest = {}, 0.0
    for place, key in enumerate(sorted(p_values, key=p_values.__getitem__)):
        largest = max(largest, min(1.0, (len(p_values) - place) * p_values[key]))
        adjusted[key] = largest
    return adjusted


def coverage(checked: Sequence[Checked], truths: Truths) -> dict[float, dict[str, float]]:
    """Coverage: share of later outturns inside the 80 % and 50 % ranges.

    Returns
    -------
    dict
        {nominal coverage: {indicator or "all": share}}
    """
    found: dict[float, dict[str, float]] = {}
    for low, high in INTERVALS:
        inside: dict[str, list[float]] = {"all": []}
        for key, truth in truths.outturns.items():
            bounds = np.array([item.ranges[key] for item in checked])
            share = covered(bounds[:, _LEVELS.index(low)], bounds[:, _LEVELS.index(high)], truth)
            inside.setdefault(key[0], []).append(share)
            inside["all"].append(share)
        found[round(high - low, 2)] = {name: float(np.mean(shares)) for name, shares in inside.items()}
    return found
