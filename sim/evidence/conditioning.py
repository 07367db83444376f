"""The posterior of the conditioned assumptions, made once per content and then only read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.domain.calibration import Calibration
from sim.domain.canonical import fingerprint
from sim.domain.errors import Problem, RunError
from sim.domain.parameters import Register
from sim.ensemble import store
from sim.ensemble.posterior import Posterior
from sim.ensemble.streams import stream_key
from sim.evidence.importance import Weighted, adaptive_importance_sampling
from sim.evidence.past import Past

Array = NDArray[np.floating]

#: Fewer effective draws than this and the posterior is not used at all.
LEAST_EFFECTIVE = 1000
#: Draws evaluated at a time, so that the model's arrays stay in cache.
_CHUNK = 8192


@dataclass(frozen=True)
class Effort:
    """How hard to search: draws of each fitting round, rounds, draws of the last sample, rows kept."""

    fit_size: int = 1 << 16
    rounds: int = 12
    size: int = 1 << 18
    rows: int = 1 << 17


def posterior(calibration: Calibration, register: Register, *, effort: Effort = Effort()) -> Posterior:
    """What the observed history says of the conditioned assumptions, cached by content.

    Parameters
    ----------
    calibration : the figures used
    register : all assumptions, with their priors

    Returns
    -------
    Posterior

    Raises
    ------
    RunError
        When fewer than 1,000 effective draws are reached: a range that rests on a handful of
        draws is not shown.
    """
    past = Past(calibration, register)
    key = posterior_key(past, effort)

    def make() -> NDArray[np.float32]:
        weighted = condition(past, past.observed, effort=effort, rng=_generator())
        if weighted.effective < LEAST_EFFECTIVE:
            raise RunError(Problem("posterior_too_thin", {"effective": round(weighted.effective), "least": LEAST_EFFECTIVE}))
        return _frozen(past, weighted, effort.rows)

    table = store.remember(["posterior", key], make)
    return Posterior(_projected(past), table[1:], effective=float(table[0, 0]), key=key)


def posterior_key(past: Past, effort: Effort) -> str:
    """Hash of everything the posterior depends on."""
    matches = [(match.id, match.indicator, match.year, match.kind, match.value, match.error, match.relative) for match in past.calibration.matches]
    entries = [past.register[key] for key in past.ids]
    return fingerprint(
        {"start": past.calibration.start_year, "inflation": past.calibration.inflation, "matches": matches,
         "entries": entries, "effort": effort, "code": store.code_of("sim.model", "sim.evidence.past", "sim.evidence.importance")}
    )  # fmt: skip


def _generator() -> np.random.Generator:
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(stream_key(0, "posterior"))))


def condition(past: Past, observed: dict[str, float], *, effort: Effort, rng: np.random.Generator) -> Weighted:
    """Weighted posterior draws given any observed figures (real or synthetic)."""

    def log_likelihood(scores: Array) -> Array:
        chunks = range(0, scores.shape[1], _CHUNK)
        parts = (np.ascontiguousarray(scores[:, first : first + _CHUNK]) for first in chunks)
        return np.concatenate([past.log_likelihood(past.predictions(part), observed) for part in parts])

    return adaptive_importance_sampling(
        log_likelihood, past.dimensions, rng=rng, fit_size=effort.fit_size, size=effort.size, rounds=effort.rounds
    )


def resample(weighted: Weighted, rows: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Columns of equal weight, by systematic resampling, in random order."""
    weights = np.exp(weighted.log_weights - weighted.log_weights.max())
    ranks = (np.arange(rows) + rng.random()) / rows
    columns = np.searchsorted(np.cumsum(weights) / weights.sum(), ranks)
    return rng.permutation(np.minimum(columns, weights.size - 1))


def _projected(past: Past) -> tuple[str, ...]:
    """The searched assumptions that the projection reads; the latent start stays behind."""
    return tuple(key for key in past.ids if past.register[key].role == "projection")


def _frozen(past: Past, weighted: Weighted, rows: int) -> NDArray[np.float32]:
    """First row: the effective sample size; then one row of values per projected assumption."""
    columns = resample(weighted, rows, _generator())
    values = past.parameters(weighted.scores[:, columns])
    effective = np.full(rows, weighted.effective)
    return np.stack([effective, *(values[key] for key in _projected(past))]).astype(np.float32)
