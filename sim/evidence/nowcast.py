"""What figures within the first projected years say of those years' events and of the assumptions.

Importance reweighting of the posterior with fresh event ranks, simulated under the plan in force, and systematic
resampling (docs/model.md section 5, docs/decisions/0020).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain import INDICATOR, Observation, Problem, RunError, Scenario, fingerprint, scenario_fingerprint
from sim.ensemble import Array, Posterior, code_of, remember
from sim.evidence.arrivals import arrivals
from sim.evidence.expected import Expected, generator
from sim.evidence.importance import LEAST_EFFECTIVE, effective_size
from sim.evidence.knowledge import Knowledge
from sim.evidence.within_year import tail_shape
from sim.inputs.figures import load_indicator_map
from sim.model import EVENTS

#: Rows of the updated posterior, and futures weighed for them at first; few effective ones call for twice as many.
ROWS = 1 << 17
_DOUBLINGS, _WANTED = 3, 6.0 * LEAST_EFFECTIVE
#: Futures simulated at a time.
_CHUNK = 1 << 13
#: Weights below exp(-this) of the largest are dropped: not one of a million of them would be picked.
_NEGLIGIBLE = 40.0
_CODE = (
    "sim.model", "sim.ensemble", "sim.evidence.nowcast", "sim.evidence.expected", "sim.evidence.within_year",
    "sim.evidence.arrivals",
)  # fmt: skip


def nowcast(
    known: Knowledge, rows: Sequence[Observation], *, scenario: Scenario, whole: Collection[str] = ()
) -> Posterior:
    """Condition a posterior on figures dated within the years after the base year; cached by content.

    Parameters
    ----------
    known : province, register and posterior of its history
    rows : figures; those of earlier dates, plans, and terms that no series stands for are passed over
    scenario : the plan in force, which the years were lived under; money paid out among the rows takes its place
    whole : codes of areas that stand for the sum of all of the province's, as that of a merged province

    Returns
    -------
    Posterior
        With the years' events beside the assumptions; the given one where no row says anything.

    Raises
    ------
    RunError
        When fewer than 1,000 effective draws are left, or figures contradict each other.

    Notes
    -----
    Futures = rows of the posterior, other assumptions at their prior, fresh event ranks. Counts of a part of a year
    are Dirichlet-multinomial in the year's count; levels are normal around the model's at their date. Assumptions
    that history did not update join the posterior where the figures depend on them.
    """
    found = arrivals(rows, known.province, load_indicator_map(), whole=whole)
    if not any(one.indicator in INDICATOR for one in found):
        return known.posterior
    task = Expected(known, found, scenario)
    ids, events = task.taking_part()
    key = _key(task, ids, events)
    table = remember(["nowcast", key], lambda: _table(task, ids, events))
    return _read(task, table, ids, events, key)


def _key(task: Expected, ids: Sequence[str], events: Sequence[str]) -> str:
    known, figures = task.known, [(one.indicator, one.value, one.area, sorted(one.months), one.year, one.copied)
                                  for one in task.figures]  # fmt: skip
    entries = [known.register[key] for key in known.register]
    base = {name: {area: row.value for area, row in rows.items()} for name, rows in known.province.base.items()}
    code = code_of(*_CODE)
    breaks = [(one.month, one.shift) for one in task.breaks]
    province = known.province
    start = [base, province.areas, province.reference_fund, province.assumed, province.deflator]
    found = [list(ids), list(events), ROWS, code]
    return fingerprint(
        [known.posterior.key, figures, scenario_fingerprint(task.scenario), start, breaks, entries, found]
    )


# -- Weighing futures and resampling them ----------------------------------------------------------


@dataclass(frozen=True)
class _Weighed:
    """Futures with their weight; those that could never be picked are not kept."""

    log_weights: Array
    rows: NDArray[np.intp]
    values: NDArray[np.float32]
    every: Array


def _table(task: Expected, ids: Sequence[str], events: Sequence[str]) -> NDArray[np.float32]:
    """First row: effective size and Pareto shape; then assumptions, latent base-year values, and events by year."""
    size, weighed = ROWS, _weigh(task, ids, events, 0, ROWS)
    for _ in range(_DOUBLINGS):
        if effective_size(weighed.every) >= _WANTED:
            break
        more = _weigh(task, ids, events, size, size)
        weighed, size = _together([weighed, more]), 2 * size
    effective = effective_size(weighed.every)
    if effective >= LEAST_EFFECTIVE:
        effective = min(effective, _distinct(task, weighed))
    if effective < LEAST_EFFECTIVE:
        raise RunError(Problem("nowcast_too_thin", {"effective": round(effective), "least": LEAST_EFFECTIVE}))
    columns = _resampled(weighed.log_weights, ROWS, generator("resample"))
    known, rows = task.known.posterior.latent, weighed.rows[columns]
    latent = [values[..., rows % values.shape[-1]].reshape(-1, ROWS) for values in known.values()]
    head = np.zeros((1, ROWS), np.float32)
    head[0, :2] = effective, tail_shape(weighed.every)
    return np.concatenate([head, weighed.values[: len(ids), columns], *latent, weighed.values[len(ids) :, columns]])


def _weigh(task: Expected, ids: Sequence[str], events: Sequence[str], first: int, size: int) -> _Weighed:
    chosen: list[_Weighed] = []
    largest = -np.inf
    for start in range(first, first + size, _CHUNK):
        rng = generator("futures", start)
        block, outturns = task.futures(rng, start, _CHUNK)
        weights = task.log_likelihood(task.result(block, outturns))
        largest = max(largest, float(weights.max()))
        kept = np.flatnonzero((weights >= largest - _NEGLIGIBLE) & np.isfinite(weights))
        values = [block.calibrated[key][None, kept] for key in ids]
        scores = [one for name in events for year in block.event_ranks.score[name] for one in year[:, None, kept]]
        numbers = np.concatenate([*values, *scores]).astype(np.float32)
        chosen.append(_Weighed(weights[kept], kept + start, numbers, weights))
    return _together(chosen)


def _together(parts: Sequence[_Weighed]) -> _Weighed:
    names = ("log_weights", "rows", "values", "every")
    return _Weighed(*(np.concatenate([getattr(one, name) for one in parts], axis=-1) for name in names))


def _distinct(task: Expected, weighed: _Weighed) -> float:
    """Effective size counting copies of one row of the posterior's own sample as one."""
    posterior = task.known.posterior
    if not posterior.ids:
        return float("inf")
    _, which = np.unique(posterior.values[:, weighed.rows % posterior.values.shape[1]], axis=1, return_inverse=True)
    sums = np.bincount(which.ravel(), np.exp(weighed.log_weights - weighed.log_weights.max()))
    return float(sums.sum() ** 2 / (sums @ sums))


def _resampled(log_weights: Array, rows: int, rng: np.random.Generator) -> NDArray[np.intp]:
    weights = np.exp(log_weights - log_weights.max())
    ranks = (np.arange(rows) + rng.random()) / rows
    columns = np.searchsorted(np.cumsum(weights) / weights.sum(), ranks)
    return rng.permutation(np.minimum(columns, weights.size - 1))


def _read(task: Expected, table: NDArray[np.float32], ids: Sequence[str], events: Sequence[str], key: str) -> Posterior:
    known, at = task.known, 1 + len(ids)
    latent = {}
    for name, values in known.posterior.latent.items():
        shape = (*values.shape[:-1], table.shape[1])
        count = int(np.prod(shape[:-1]))
        latent[name], at = table[at : at + count].reshape(shape), at + count
    scores = {}
    for event in EVENTS:
        if event.name in events:
            shape = (task.years, 1 if event.shared else len(known.province.areas), table.shape[1])
            count = shape[0] * shape[1]
            scores[event.name], at = table[at : at + count].reshape(shape), at + count
    return Posterior(tuple(ids), table[1 : 1 + len(ids)], latent, float(table[0, 0]), key, scores, float(table[0, 1]))
