"""Conditioning finds what is known, leaves alone what the history says nothing about, and is made once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import sim
from sim.domain import Assumption, Calibration, Distribution, Register, RunError
from sim.ensemble import BLOCK, Posterior, draw_block
from sim.evidence import (
    LATENT,
    LEAST_EFFECTIVE,
    Effort,
    Knowledge,
    Past,
    Weighted,
    adaptive_importance_sampling,
    condition,
    conditioning,
    effective_size,
    frozen_posterior,
    posterior,
    posterior_key,
    resample,
)
from sim.evidence.importance import _ASTRAY, _denoised

Array = NDArray[np.floating]
#: Quick searches: enough for signs and coverage, not for published ranges.
SMALL = Effort(fit_size=1 << 14, rounds=12, size=1 << 15, rows=1 << 11, wanted=50.0)
TRUTHS = 8


@pytest.fixture(scope="module")
def past(knowledge: Knowledge) -> Past:
    """The shipped history."""
    return Past(knowledge.calibration, knowledge.register)


# -- adaptive importance sampling on a target whose posterior is known --------------------------------


@dataclass(frozen=True)
class Linear:
    """Observations y = Ax + noise of a standard normal x: the posterior is normal in closed form."""

    design: Array
    observed: Array
    noise: float

    def log_likelihood(self, scores: Array) -> Array:
        """(dimension, draw) → (draw)"""
        residual = (self.observed[:, None] - self.design @ scores) / self.noise
        return -0.5 * np.einsum("ij,ij->j", residual, residual)

    @property
    def posterior(self) -> tuple[Array, Array]:
        """Mean and covariance."""
        precision = np.eye(self.design.shape[1]) + self.design.T @ self.design / self.noise**2
        covariance = np.linalg.inv(precision)
        return covariance @ self.design.T @ self.observed / self.noise**2, covariance


@pytest.fixture(scope="module")
def linear() -> Linear:
    """Twelve figures about thirty unknowns."""
    rng = np.random.default_rng(1)
    design = rng.standard_normal((12, 30))
    return Linear(design, design @ rng.standard_normal(30) + 2.0 * rng.standard_normal(12), 2.0)


@pytest.fixture(scope="module")
def linear_sample(linear: Linear) -> Weighted:
    return adaptive_importance_sampling(
        linear.log_likelihood, 30, rng=np.random.default_rng(2),
        effort=Effort(1 << 14, 12, 1 << 16, wanted=1e5, doublings=0),
    )  # fmt: skip


def test_most_draws_count_where_the_posterior_is_normal(linear_sample: Weighted) -> None:
    """A tenth of the proposals is the prior, kept as a safeguard: nine tenths is the best there is."""
    assert linear_sample.effective > 0.6 * linear_sample.log_weights.size


@pytest.mark.parametrize("wanted, doublings", [(8_000.0, 2), (1e9, 2), (1e9, 0)])
def test_a_sample_that_is_given_up_changes_no_number(
    linear: Linear, monkeypatch: pytest.MonkeyPatch, wanted: float, doublings: int
) -> None:
    """Given up because a later one comes as far as is wanted, or weighed after all because none does."""
    monkeypatch.setattr("sim.evidence.importance.PIECE", 1 << 10)
    effort = Effort(1 << 12, 4, 1 << 12, wanted=wanted, doublings=doublings)
    found, weighed = [], []
    for astray in (np.inf, _ASTRAY):
        monkeypatch.setattr("sim.evidence.importance._ASTRAY", astray)
        rng, seen = np.random.default_rng(2), [0]

        def log_likelihood(scores: Array, seen: list[int] = seen) -> Array:
            seen[0] += scores.shape[1]
            return linear.log_likelihood(scores)

        found.append(adaptive_importance_sampling(log_likelihood, 30, rng=rng, effort=effort))
        weighed.append((seen[0], rng.bit_generator.state))
    assert np.array_equal(found[0].log_weights, found[1].log_weights)
    assert weighed[0][1] == weighed[1][1]
    assert (weighed[1][0] < weighed[0][0]) == (wanted < 1e9)


def test_weighted_moments_are_the_closed_form(linear: Linear, linear_sample: Weighted) -> None:
    mean, covariance = linear.posterior
    weights = np.exp(linear_sample.log_weights - linear_sample.log_weights.max())
    weights /= weights.sum()
    found = linear_sample.scores @ weights
    centred = linear_sample.scores - found[:, None]
    spread = np.sqrt(np.diag(covariance))
    error = 5 / np.sqrt(linear_sample.effective)
    assert np.abs((found - mean) / spread).max() < error
    assert np.abs(((centred * weights) @ centred.T - covariance) / np.outer(spread, spread)).max() < 2 * error


def test_equal_weight_rows_keep_the_moments(linear: Linear, linear_sample: Weighted) -> None:
    mean, covariance = linear.posterior
    rows = linear_sample.scores[:, resample(linear_sample, 1 << 14, np.random.default_rng(3))]
    spread = np.sqrt(np.diag(covariance))
    assert np.abs((rows.mean(axis=1) - mean) / spread).max() < 0.06
    assert np.abs(rows.std(axis=1) / spread - 1).max() < 0.06


def test_plain_resampling_of_the_prior_would_rest_on_a_handful_of_draws(linear: Linear, past: Past) -> None:
    """The negative control: why the search is adaptive at all."""
    rng = np.random.default_rng(4)
    assert effective_size(linear.log_likelihood(rng.standard_normal((30, 1 << 14)))) < 30
    prior = rng.standard_normal((past.dimensions, 1 << 14))
    assert effective_size(past.log_likelihood(past.predictions(prior), past.observed)) < 30


def _divergence(estimate: Array, truth: Array) -> float:
    """Kullback-Leibler divergence of two normals with equal means."""
    ratio = np.linalg.solve(estimate, truth)
    return 0.5 * float(np.trace(ratio) - len(truth) - np.linalg.slogdet(ratio)[1])


def test_a_covariance_from_few_draws_loses_most_of_its_noise() -> None:
    """Five directions of fifty are known better than before; the others are as they were."""
    rng = np.random.default_rng(8)
    truth = np.diag(np.r_[np.full(5, 0.1), np.ones(45)])
    for draws in (200, 1_000, 100_000):
        raw = np.cov(np.sqrt(truth) @ rng.standard_normal((50, draws)))
        assert _divergence(_denoised(raw, draws), truth) < 0.5 * _divergence(raw, truth), draws
    assert np.allclose(_denoised(truth, 1e9), truth, atol=1e-3), "what is known is kept"


def test_effective_size_is_all_draws_or_one() -> None:
    assert effective_size(np.full(50, -700.0)) == pytest.approx(50)
    assert effective_size(np.array([0.0, -900.0, -np.inf])) == pytest.approx(1)


def test_resampling_gives_every_draw_its_share_to_within_one_row() -> None:
    log_weights = np.log(np.array([1.0, 2.0, 3.0, 4.0]))
    weighted = Weighted(np.zeros((1, 4)), log_weights, log_weights, 4.0)
    counts = np.bincount(resample(weighted, 1003, np.random.default_rng(5)), minlength=4)
    assert counts.sum() == 1003 and np.abs(counts - 1003 * np.array([0.1, 0.2, 0.3, 0.4])).max() <= 1


# -- the shipped posterior ---------------------------------------------------------------------------


def test_the_shipped_posterior_rests_on_enough_draws(knowledge: Knowledge) -> None:
    assert knowledge.posterior.effective >= LEAST_EFFECTIVE


def test_only_what_history_speaks_of_is_updated(knowledge: Knowledge) -> None:
    """Three years cannot tell what money does: every effect keeps the prior it has in the register."""
    updated = set(knowledge.posterior.ids)
    assert updated == {key for key in knowledge.register if knowledge.register[key].conditioned}
    effects = ("phi_", "effect_", "coverage_", "doubling_return_", "persistence_", "targeting_", "reference_split_")
    untouched = {key for key in knowledge.register if key.startswith(effects)}
    untouched |= {"prior_funding_ratio", "targeting_gain"}
    assert len(untouched) > 20 and not updated & untouched


def test_effects_are_drawn_alike_with_and_without_history(knowledge: Knowledge) -> None:
    common = {"seed": 1, "index": 0, "size": 64, "years": 2, "areas": ["VN-02"]}
    prior = draw_block(knowledge.register, **common).calibrated
    after = draw_block(knowledge.register, **common, posterior=knowledge.posterior).calibrated
    for key in prior:
        same = np.array_equal(prior[key], after[key])
        assert same is (key not in knowledge.posterior.ids), key


def test_every_draw_lies_within_its_bounds(knowledge: Knowledge) -> None:
    for key, values in zip(knowledge.posterior.ids, knowledge.posterior.values, strict=True):
        low, high = knowledge.register[key].bounds
        assert low <= values.min() and values.max() <= np.float32(high), key


def test_latent_stocks_are_whole_and_near_what_was_printed(knowledge: Knowledge) -> None:
    latent = knowledge.posterior.latent
    assert tuple(latent) == LATENT
    for name in ("htx_registered", "htx_active"):
        assert np.array_equal(latent[name], np.rint(latent[name]))
    for name, values in latent.items():
        printed = knowledge.province.base[name]["VN-02"].value
        low, high = np.quantile(values, (0.01, 0.99))
        assert low <= printed <= high, name


# -- rows and blocks ---------------------------------------------------------------------------------


def test_draw_i_uses_row_i_modulo_the_rows() -> None:
    rows = 1000
    values = np.arange(rows, dtype=np.float32)
    made = Posterior(("a",), values[None], {"htx_active": values}, effective=1.0, key="")
    for index in (0, 1, 7):
        wanted = np.arange(index * BLOCK, (index + 1) * BLOCK) % rows
        assert np.array_equal(made.block(index)["a"], wanted)
        assert np.array_equal(made.latent_block(index)["htx_active"], wanted)


def test_a_run_takes_its_draws_from_the_rows(knowledge: Knowledge) -> None:
    block = draw_block(
        knowledge.register, seed=9, index=1, size=100, years=1, areas=["VN-02"], posterior=knowledge.posterior
    )
    for place, key in enumerate(knowledge.posterior.ids):
        assert np.array_equal(block.calibrated[key], knowledge.posterior.values[place, BLOCK : BLOCK + 100])


# -- recovery of known worlds, and controls that must fail --------------------------------------------


@dataclass(frozen=True)
class Recovered:
    """Known worlds with the posterior of their printed figures."""

    scores: Array
    latent: Array
    found: tuple[Array, ...]
    found_latent: tuple[Array, ...]


@pytest.fixture(scope="module")
def recovered(past: Past) -> Recovered:
    rng = np.random.default_rng(20)
    scores = rng.standard_normal((past.dimensions, TRUTHS))
    printed = past.sample_observations(past.predictions(scores), rng)
    found, latent = [], []
    for truth in range(TRUTHS):
        observed = {name: float(values[truth]) for name, values in printed.items()}
        weighted = condition(past, observed, effort=SMALL, rng=np.random.default_rng([21, truth]))
        rows = weighted.scores[:, resample(weighted, SMALL.rows, rng)]
        found.append(rows[: len(past.ids)])
        latent.append(past.latent_base(rows))
    return Recovered(scores[: len(past.ids)], past.latent_base(scores), tuple(found), tuple(latent))


def inside(found: tuple[Array, ...], truth: Array) -> Array:
    """Whether each truth lies in the 80 % range found for it, (quantity, truth)."""
    bounds = [np.quantile(rows, (0.1, 0.9), axis=1) for rows in found]
    return np.array([(low <= truth[:, at]) & (truth[:, at] <= high) for at, (low, high) in enumerate(bounds)]).T


def test_posteriors_cover_the_assumptions_behind_the_figures(recovered: Recovered) -> None:
    assert 0.7 < inside(recovered.found, recovered.scores).mean() < 0.9


def test_posteriors_cover_the_true_base_year(recovered: Recovered) -> None:
    assert 0.64 < inside(recovered.found_latent, recovered.latent).mean() < 0.96


def test_figures_of_another_world_do_not_cover_this_one(recovered: Recovered) -> None:
    """The negative control: posteriors handed to the wrong truths."""
    shuffled = (*recovered.found_latent[1:], recovered.found_latent[0])
    assert inside(shuffled, recovered.latent).mean() < 0.4


def test_history_teaches_how_many_are_founded_and_not_how_many_are_shells(past: Past, recovered: Recovered) -> None:
    """What is identified narrows against the standard normal prior; what is not, hardly."""
    spread = np.mean([rows.std(axis=1) for rows in recovered.found], axis=0)
    width = dict(zip(past.ids, spread, strict=True))
    assert width["foundings_reference"] < 0.85
    assert width["dissolution_rate"] < 0.85
    assert width["shell_share"] > 0.85


# -- without figures, and with figures that cannot be -------------------------------------------------


def with_matches(calibration: Calibration, change: Callable) -> Calibration:
    """A calibration with its figures changed."""
    return replace(calibration, matches=tuple(change(match) for match in calibration.matches))


def test_figures_that_say_nothing_leave_the_prior_untouched(past: Past) -> None:
    vague = [match for match in past.calibration.matches if match.error]
    calibration = replace(past.calibration, matches=tuple(replace(match, error=1e9) for match in vague))
    assert_prior(Past(calibration, past.register))


def test_no_figures_leave_the_prior_untouched(past: Past) -> None:
    assert_prior(Past(replace(past.calibration, matches=()), past.register))


def assert_prior(past: Past) -> None:
    """The posterior is the prior: every draw counts, every score is standard normal."""
    effort = Effort(fit_size=1 << 12, rounds=2, size=1 << 13, rows=1 << 12, wanted=100.0)
    weighted = condition(past, past.observed, effort=effort, rng=np.random.default_rng(6))
    assert weighted.effective > 0.95 * effort.size
    rows = weighted.scores[:, resample(weighted, effort.rows, np.random.default_rng(7))]
    assert np.abs(rows.mean(axis=1)).max() < 0.09 and np.abs(rows.std(axis=1) - 1).max() < 0.06


@pytest.mark.parametrize("name, value", [("registered-2023", 5000.0), ("founded-h1-2022", 500.0)])
def test_figures_that_cannot_be_matched_are_refused(
    past: Past, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: float
) -> None:
    """Far from anything the assumptions allow, or (500 founded in half a year) outside all of it."""
    monkeypatch.setenv("COOPSIM_CACHE", str(tmp_path))
    wrong = with_matches(past.calibration, lambda match: replace(match, value=value) if match.id == name else match)
    effort = Effort(fit_size=1 << 11, rounds=2, size=1 << 12, rows=1 << 10, wanted=100.0)
    with pytest.raises(RunError) as refused:
        posterior(wrong, past.register, effort=effort)
    assert refused.value.problems[0].key == "posterior_too_thin"


# -- made once, named by its content ------------------------------------------------------------------


@pytest.fixture
def cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A cache of its own."""
    monkeypatch.setenv("COOPSIM_CACHE", str(tmp_path))
    yield tmp_path


def test_a_posterior_is_made_once_and_then_only_read(past: Past, cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conditioning, "LEAST_EFFECTIVE", 50)
    first = posterior(past.calibration, past.register, effort=SMALL)
    assert list(cache.rglob("*.npy"))

    def again(*_: object, **__: object) -> Weighted:
        raise AssertionError("conditioned a second time")

    monkeypatch.setattr(conditioning, "condition", again)
    second = posterior(past.calibration, past.register, effort=SMALL)
    assert second.key == first.key and second.effective == first.effective
    assert np.array_equal(second.values, first.values)
    assert all(np.array_equal(second.latent[name], first.latent[name]) for name in LATENT)


def changed(register: Register, key: str, **fields: object) -> Register:
    """A register with one entry changed."""
    entry: Assumption = replace(register[key], **fields)
    return Register({**register.entries, key: entry})


def test_every_figure_is_part_of_the_name(past: Past) -> None:
    before = posterior_key(past, SMALL)
    for wanted in past.calibration.matches:
        for change in ({"value": wanted.value + 1}, {"error": wanted.error + 0.5}, {"year": wanted.year - 1}):
            other = with_matches(past.calibration, lambda match: replace(match, **change) if match is wanted else match)  # noqa: B023
            assert posterior_key(Past(other, past.register), SMALL) != before, (wanted.id, change)
    dearer = replace(past.calibration, inflation=tuple(rate + 0.001 for rate in past.calibration.inflation))
    assert posterior_key(Past(dearer, past.register), SMALL) != before
    assert posterior_key(past, replace(SMALL, rows=2 * SMALL.rows)) != before


def test_every_assumption_that_history_reads_is_part_of_the_name(past: Past) -> None:
    """Searched assumptions, and those the history takes at their middle."""
    before = posterior_key(past, SMALL)
    read = ("workers_per_added_active", "base_regular_workers", "part_year_concentration")
    for key in (*(key for key in past.ids if past.register[key].conditioned), *read):
        old = past.register[key].distribution
        other = changed(past.register, key, distribution=replace(old, p50=1.01 * old.p50))
        assert posterior_key(Past(past.calibration, other), SMALL) != before, key
    for part, entry in past.calibration.start.items():
        moved = replace(entry, distribution=replace(entry.distribution, p50=1.01 * entry.distribution.p50))
        other = replace(past.calibration, start={**past.calibration.start, part: moved})
        assert posterior_key(Past(other, past.register), SMALL) != before, part


def test_words_and_effects_are_no_part_of_the_name(past: Past) -> None:
    before = posterior_key(past, SMALL)
    other = changed(past.register, "foundings_reference", label={"vi": "Tên khác", "en": "Another name"})
    assert posterior_key(Past(past.calibration, other), SMALL) == before
    other = changed(past.register, "phi_establishment_founding", distribution=Distribution(0, 0.2, 0.5))
    assert posterior_key(Past(past.calibration, other), SMALL) == before


_DIGEST = """
import hashlib, numpy as np
from sim.evidence import Effort, Past, condition, frozen_posterior
from sim.inputs.pack import load_calibration, load_province, load_register
register = load_register()
past = Past(load_calibration(load_province(), register), register)
effort = Effort(fit_size=1 << 12, rounds=6, size=1 << 13, rows=1 << 10, wanted=1.0)
weighted = condition(past, past.observed, effort=effort, rng=np.random.default_rng(1))
made = frozen_posterior(past, weighted, effort.rows, np.random.default_rng(2))
print(hashlib.sha256(made.values.tobytes() + b"".join(made.latent[name].tobytes() for name in made.latent)).hexdigest())
"""


def test_two_processes_make_the_same_posterior(tmp_path: Path) -> None:
    root = str(Path(sim.__file__).resolve().parent.parent)
    digests = []
    for seed in ("1", "2"):
        places = {"PYTHONHASHSEED": seed, "PYTHONPATH": root, "COOPSIM_CACHE": str(tmp_path / seed)}
        done = subprocess.run(
            [sys.executable, "-c", _DIGEST], env={**os.environ, **places}, capture_output=True, text=True, check=True
        )
        digests.append(done.stdout.strip())
    assert len(digests[0]) == 64 and digests[0] == digests[1]


def test_a_frozen_posterior_holds_what_was_resampled(past: Past) -> None:
    weighted = condition(
        past, past.observed, effort=Effort(fit_size=1 << 12, rounds=4, size=1 << 13, rows=1 << 10, wanted=1.0),
        rng=np.random.default_rng(8),
    )  # fmt: skip
    made = frozen_posterior(past, weighted, 1 << 10, np.random.default_rng(9))
    # Laid out as the run has them: a rank at the very end of a double falls one way or the other by the last bit.
    rows = np.ascontiguousarray(weighted.scores[:, resample(weighted, 1 << 10, np.random.default_rng(9))])
    expected = past.parameters(rows)
    for key, values in zip(made.ids, made.values, strict=True):
        assert np.array_equal(values, expected[key].astype(np.float32)), key
    assert np.allclose(np.stack(list(made.latent.values())), past.latent_base(rows), rtol=1e-6)


def test_what_is_told_of_a_draw_is_what_its_scores_give(past: Past) -> None:
    """Two pieces and a doubling, so that draws kept of each stand in their order."""
    effort = Effort(fit_size=1 << 12, rounds=4, size=1 << 16, rows=1 << 10, wanted=1e9, doublings=1)
    plain, weighted = (
        condition(past, past.observed, effort=effort, rng=np.random.default_rng(8), told=told) for told in (False, True)
    )
    assert not plain.told.size and np.array_equal(plain.log_weights, weighted.log_weights)
    some = np.random.default_rng(9).choice(weighted.log_weights.size, 1 << 10)
    scores = np.ascontiguousarray(weighted.taken(some))
    parameters, told = past.parameters(scores), weighted.told[some].T
    assert weighted.told.shape == (weighted.log_weights.size, len(past.projected) + len(LATENT))
    for key, row in zip(past.projected, told, strict=False):
        assert np.allclose(row, parameters[key], rtol=1e-6, atol=1e-7), key
    assert np.mean(np.isclose(told[len(past.projected) :], past.latent_base(scores), rtol=1e-6)) > 0.999
