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
from sim.evidence.importance import LEAST_EFFECTIVE, effective_size, pareto_k, systematic_resampling
from sim.evidence.knowledge import Knowledge
from sim.inputs.figures import load_indicator_map
from sim.model import EVENTS

#: Rows of the updated posterior, and futures weighed for it at least; few effective ones call for twice as many.
ROWS, _FUTURES = 1 << 17, 1 << 16
_DOUBLINGS, _WANTED = 3, 6.0 * LEAST_EFFECTIVE
#: Futures simulated at a time.
_CHUNK = 1 << 13
#: Weights below exp(-this) of the largest are dropped: not one of a million of them would be picked.
_NEGLIGIBLE = 40.0
#: Odd, so that multiplying by it loses no bit.
_ODD = np.uint64(0x9E3779B97F4A7C15)
_CODE = (
    "sim.model", "sim.ensemble", "sim.evidence.nowcast", "sim.evidence.expected", "sim.evidence.within_year",
    "sim.evidence.arrivals", "sim.evidence.importance", "sim.evidence.proposal",
)  # fmt: skip


def nowcast(
    known: Knowledge,
    rows: Sequence[Observation],
    *,
    scenario: Scenario,
    whole: Collection[str] = (),
    size: int = ROWS,
) -> Posterior:
    """Condition a posterior on figures dated within the years after the base year; cached by content.

    Parameters
    ----------
    known : province, register and posterior of its history
    rows : figures; those of earlier dates, plans, and terms that no series stands for are passed over
    scenario : the plan in force, which the years were lived under; money paid out among the rows takes its place
    whole : more codes that stand for the sum of all of the province's areas, beside its own
    size : rows of the updated posterior

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
    key = _key(task, size)
    return _read(task, remember(["nowcast", key], lambda: _table(task, size)), key)


def _key(task: Expected, size: int) -> str:
    known, figures = task.known, [(one.indicator, one.value, one.area, sorted(one.months), one.year, one.copied)
                                  for one in task.figures]  # fmt: skip
    entries = [known.register[key] for key in known.register]
    base = {name: {area: row.value for area, row in rows.items()} for name, rows in known.province.base.items()}
    code = code_of(*_CODE)
    breaks = [(one.month, one.shift) for one in task.breaks]
    province = known.province
    start = [base, province.areas, province.reference_fund, province.assumed, province.deflator]
    return fingerprint(
        [known.posterior.key, figures, scenario_fingerprint(task.scenario), start, breaks, entries, size, code]
    )


# -- Weighing futures and resampling them ----------------------------------------------------------


@dataclass(frozen=True)
class _Weighed:
    """Futures with their weight; those that could never be picked are not kept."""

    log_weights: Array
    rows: NDArray[np.intp]
    values: NDArray[np.float32]
    every: Array


def _table(task: Expected, rows: int) -> NDArray[np.float32]:
    """First row: effective size, Pareto shape, and which assumptions and events stand below, by their places.

    Then assumptions, latent base-year values, and events by year.
    """
    ids, events = task.taking_part()
    size = max(rows, _FUTURES)
    weighed = _weigh(task, ids, events, 0, size)
    for _ in range(_DOUBLINGS):
        if effective_size(weighed.every) >= _WANTED:
            break
        more = _weigh(task, ids, events, size, size)
        weighed, size = _together([weighed, more]), 2 * size
    effective = effective_size(weighed.every)
    if effective >= LEAST_EFFECTIVE:
        effective = min(effective, _distinct(task, weighed), task.known.posterior.effective)
    if effective < LEAST_EFFECTIVE:
        raise RunError(Problem("nowcast_too_thin", {"effective": round(effective), "least": LEAST_EFFECTIVE}))
    columns = systematic_resampling(weighed.log_weights, rows, generator("resample"))
    known, chosen = task.known.posterior.latent, weighed.rows[columns]
    latent = [values[..., chosen % values.shape[-1]].reshape(-1, rows) for values in known.values()]
    head = np.zeros((1, rows), np.float32)
    places, names = list(task.known.register), [one.name for one in EVENTS]
    listed = [*map(places.index, ids), *map(names.index, events)]
    head[0, : 4 + len(listed)] = effective, pareto_k(weighed.every), len(ids), len(events), *listed
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
    which = copies(posterior.values, weighed.rows % posterior.values.shape[1])
    sums = np.bincount(which, np.exp(weighed.log_weights - weighed.log_weights.max()))
    return float(sums.sum() ** 2 / (sums @ sums))


def copies(values: NDArray[np.floating], columns: NDArray[np.intp]) -> NDArray[np.intp]:
    """One number each for columns of a table that hold the same values, (column).

    Notes
    -----
    A polynomial of the bits tells columns apart; where it does not, they are compared value by value.
    """
    told = np.zeros(columns.size, np.uint64)
    for row in values:
        told *= _ODD
        told += (row[columns] + np.float32(0.0)).astype(np.float32).view(np.uint32)  # zero has one sign
    _, place, which = np.unique(told, return_index=True, return_inverse=True)
    first = columns[place]
    if all(np.array_equal(row[columns], row[first][which]) for row in values):
        return which
    return np.unique(values[:, columns], axis=1, return_inverse=True)[1].ravel()


def _read(task: Expected, table: NDArray[np.float32], key: str) -> Posterior:
    known, head = task.known, table[0]
    places, count, last = list(known.register), int(head[2]), 4 + int(head[2])
    ids = tuple(places[int(place)] for place in head[4:last])
    latent, at = {}, 1 + count
    for name, values in known.posterior.latent.items():
        shape = (*values.shape[:-1], table.shape[1])
        size = int(np.prod(shape[:-1]))
        latent[name], at = table[at : at + size].reshape(shape), at + size
    scores = {}
    for place in head[last : last + int(head[3])]:
        event = EVENTS[int(place)]
        shape = (task.years, 1 if event.shared else len(known.province.areas), table.shape[1])
        size = shape[0] * shape[1]
        scores[event.name], at = table[at : at + size].reshape(shape), at + size
    return Posterior(ids, table[1 : 1 + count], latent, float(head[0]), key, scores, float(head[1]))
