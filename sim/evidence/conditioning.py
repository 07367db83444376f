"""Conditioning on history, and all that is known of a province."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sim.domain import (
    AVERAGES,
    CENTRAL,
    END,
    INDICATOR,
    Calibration,
    Problem,
    Province,
    Register,
    RunError,
    Scenario,
    fingerprint,
)
from sim.ensemble import BLOCK, Array, CommonDraws, Posterior, code_of, common_draws, remember, stream_key
from sim.evidence.areas import joint_posterior
from sim.evidence.arrivals import Arrival, arrivals
from sim.evidence.importance import (
    LEAST_EFFECTIVE,
    Effort,
    Weighted,
    adaptive_importance_sampling,
    systematic_resampling,
)
from sim.evidence.knowledge import Knowledge
from sim.evidence.nowcast import nowcast
from sim.evidence.past import LATENT, Past
from sim.inputs.figures import load_indicator_map
from sim.inputs.pack import (
    list_provinces,
    load_calibration,
    load_province,
    load_register,
    load_set_aside,
    pack_folder,
    refuse_unknown,
)
from sim.inputs.scenarios import MAIN, load_plan, load_world
from sim.inputs.text import data_root

#: Effort behind published ranges.
PUBLISHED = Effort()
#: Draws evaluated at a time, so that the model's arrays stay in cache.
_CHUNK = 8192


def posterior(calibration: Calibration, register: Register, *, effort: Effort = PUBLISHED) -> Posterior:
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
    if not calibration.matches:
        return nothing_learnt(register)
    past = Past(calibration, register)
    key = posterior_key(past, effort)

    def make() -> NDArray[np.float32]:
        weighted = condition(past, past.observed, effort=effort, rng=_generator(), told=True)
        if weighted.effective < LEAST_EFFECTIVE:  # kept too, so that nobody searches twice in vain
            return np.array([[weighted.effective]], np.float32)
        return _table(weighted, weighted.told[resample(weighted, effort.rows, _generator())].T)

    table = remember(["posterior", key], make)
    if table.size == 1:
        found = {"effective": round(float(table[0, 0])), "least": LEAST_EFFECTIVE}
        raise RunError(Problem("posterior_too_thin", found))
    return _read(past, table, key)


def nothing_learnt(register: Register) -> Posterior:
    """No history, nothing learnt: every assumption stays as stated."""
    stated = fingerprint({"prior": [register[key] for key in register]})
    return Posterior((), np.empty((0, BLOCK), np.float32), {}, effective=float("inf"), key=stated)


def posterior_key(past: Past, effort: Effort) -> str:
    """Hash of everything the posterior depends on."""
    matches = [
        (match.id, match.indicator, match.indicator in AVERAGES, match.year, match.kind, match.value, match.error,
         match.relative, match.share, match.shift, match.fineness)
        for match in past.calibration.matches
    ]  # fmt: skip
    code = code_of("sim.model", *(f"sim.evidence.{one}" for one in ("past", "importance", "proposal", "within_year")))
    entries = [past.entry(key) for key in (*past.ids, *past.read_at_median)]
    return fingerprint(
        {"start": past.calibration.start_year, "inflation": past.calibration.inflation, "matches": matches,
         "members": past.calibration.members_from, "shifts": past.calibration.shifts, "constants": past.constants,
         "entries": entries, "effort": effort, "code": code}
    )  # fmt: skip


def _generator() -> np.random.Generator:
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(stream_key(0, "posterior"))))


def condition(
    past: Past, observed: dict[str, float], *, effort: Effort, rng: np.random.Generator, told: bool = False
) -> Weighted:
    """Weighted posterior draws given any observed figures (real or synthetic), by adaptive importance sampling.

    Parameters
    ----------
    observed : {match id: value}
    told : keep what a posterior keeps of each draw, as `Past.judged` gives it
    """

    def log_likelihood(scores: Array) -> Array:
        return past.log_likelihood(past.predictions(scores), observed) + np.zeros(scores.shape[1])

    judged = partial(past.judged, observed=observed) if told else None
    return adaptive_importance_sampling(log_likelihood, past.dimensions, effort=effort, rng=rng, judged=judged)


def resample(weighted: Weighted, rows: int, rng: np.random.Generator) -> NDArray[np.intp]:
    """Columns of a weighted sample by systematic resampling, (row)."""
    return systematic_resampling(weighted.log_weights, rows, rng)


def frozen_posterior(past: Past, weighted: Weighted, rows: int, rng: np.random.Generator) -> Posterior:
    """The equal-weight posterior of a weighted sample."""
    return posterior_at(past, weighted, weighted.taken(resample(weighted, rows, rng)))


def posterior_at(past: Past, weighted: Weighted, chosen: Array) -> Posterior:
    """The equal-weight posterior of scores resampled from a weighted sample, (dimension, row)."""
    kept = _in_chunks(lambda scores: past.judged(scores, past.observed)[1], chosen)
    return _read(past, _table(weighted, kept), "")


def _table(weighted: Weighted, kept: NDArray[np.float32]) -> NDArray[np.float32]:
    """Effective sample size and Pareto k-hat, a row each; then what is kept of each draw."""
    worth = np.array([[weighted.effective], [weighted.pareto_k]], np.float32)
    return np.concatenate([np.broadcast_to(worth, (2, kept.shape[1])), kept])


def _read(past: Past, table: NDArray[np.float32], key: str) -> Posterior:
    ids = past.projected
    latent = {name: row for name, row in zip(LATENT, table[2 + len(ids) :], strict=True) if np.isfinite(row).all()}
    effective, pareto_k = (float(row[0]) for row in table[:2])
    return Posterior(ids, table[2 : 2 + len(ids)], latent, effective=effective, key=key, tail=pareto_k)


def _in_chunks(evaluate: Callable[[Array], Array], scores: Array) -> Array:
    """A function of scores evaluated a chunk at a time, joined along the draws."""
    chunks = range(0, scores.shape[1], _CHUNK)
    parts = (np.ascontiguousarray(scores[:, first : first + _CHUNK]) for first in chunks)
    return np.concatenate([evaluate(part) for part in parts], axis=-1)


def load_knowledge(root: Path | None = None, *, province: str | None = None) -> Knowledge:
    """Read the pack and the register, and condition them (from the cache where it was done before).

    Raises
    ------
    InputError
        When a file is refused.
    """
    root = root or data_root()
    return with_later_figures(load_history(root, province=province), root)


def load_history(root: Path, *, province: str | None = None) -> Knowledge:
    """What the figures to the base year say of a province, and nothing later; raises as `load_knowledge`."""
    pack, register, calibration = load_inputs(root, province=province)
    if pack.merged:
        parts = {area.code: load_history(root, province=area.pack) for area in pack.areas}
        own = {area.code: pack_folder(area.pack, root=root) for area in pack.areas}
        plans = {area.code: load_plan(area.plan, root=root, own=own[area.code]) for area in pack.areas if area.plan}
        return Knowledge(pack, register, calibration, joint_posterior(pack, register, parts, plans))
    told: tuple[Problem, ...] = ()
    try:
        learnt = posterior(calibration, register)
    except RunError as error:  # a range that rests on a handful of draws is not shown
        learnt, told = nothing_learnt(register), error.problems
        calibration = replace(calibration, matches=())
    # A true level stands behind a figure that was printed; behind one that is assumed stands the assumption.
    printed = {match.indicator for match in calibration.matches if (match.kind, match.year) == (END, pack.base_year)}
    learnt = replace(learnt, latent={name: row for name, row in learnt.latent.items() if name in printed})
    return Knowledge(pack, register, calibration, learnt, told=told)


def load_inputs(root: Path | None = None, *, province: str | None = None) -> tuple[Province, Register, Calibration]:
    """Read what a projection rests on, without conditioning anything.

    Raises
    ------
    InputError
        When a file is refused.
    """
    root = root or data_root()
    pack, register = load_province(province, root=root), load_register(root, province=province)
    refuse_unknown(pack, register)
    if pack.merged:  # each area's history is its own pack's
        calibration = Calibration(pack.base_year, (), (), load_set_aside(pack, root=root))
    else:
        calibration = load_calibration(pack, register, root=root)
    aside = frozenset(row.line for entry in calibration.set_aside for row in entry.observations)
    return replace(pack, set_aside=aside), register, calibration


def load_earlier(known: Knowledge, root: Path | None = None) -> Knowledge | None:
    """What the pack that this one goes on from knows; None where it goes on from none that is still there."""
    earlier = known.province.continues
    return load_knowledge(root, province=earlier) if earlier in list_provinces(root) else None


def with_later_figures(known: Knowledge, root: Path) -> Knowledge:
    """What is known with the pack's figures of the years after its base year that it uses (`nowcast`).

    Raises
    ------
    InputError
        When figures contradict each other.
    """
    used = [one for one in later_figures(known.province) if known.province.uses(one.moment)]
    if not any(one.indicator in INDICATOR for one in used):
        return known
    scenario = plan_in_force(known.province, root, register=known.register)
    try:
        updated = nowcast(known, [one.observation for one in used], scenario=scenario)
    except RunError as error:
        return replace(known, told=error.problems)
    return replace(known, posterior=updated, before=known.posterior)


#: Later figures of the packs last asked about: a page asks more than once.
_LATER: deque[tuple[Province, tuple[Arrival, ...]]] = deque(maxlen=4)


def later_figures(province: Province) -> tuple[Arrival, ...]:
    """The pack's figures of the years after its base year, used or not, by date."""
    for pack, known in tuple(_LATER):
        if pack is province:
            return known
    found = tuple(arrivals(province.observations, province, load_indicator_map()))
    _LATER.append((province, found))
    return found


def plan_in_force(province: Province, root: Path | None = None, *, register: Register | None = None) -> Scenario:
    """The scenario that the years after the base year were lived under.

    Parameters
    ----------
    register : that its world is checked against; read where it is not at hand
    """
    root = root or data_root()
    plan = load_plan(province.plan_in_force or MAIN, root=root, own=pack_folder(province.slug, root=root))
    world = load_world(CENTRAL, root=root, register=register)
    return Scenario(plan.slug, plan.label, plan, world, province.planning_year)


def draws_for(known: Knowledge, scenario: Scenario, *, draws: int, seed: int, first_block: int = 0) -> CommonDraws:
    """Common draws over a scenario's horizon, conditioned on history; every plan and world is evaluated on them.

    Parameters
    ----------
    first_block : blocks of the seed before it are left for other purposes
    """
    return common_draws(
        known.province, known.register, draws=draws, seed=seed, horizon=scenario.horizon,
        posterior=known.posterior, first_block=first_block,
    )  # fmt: skip
