"""Frozen draws: distributions come out as stated, and nothing that is added moves what was there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, strategies as st
from scipy.special import ndtr

from sim.domain import INDICATORS, Distribution, Register
from sim.ensemble import (
    BLOCK,
    Z90,
    Block,
    Posterior,
    Result,
    draw_block,
    learnt_anew,
    run,
    split_normal,
    split_normal_at,
)
from sim.inputs.pack import load_register
from tests.support import tiny
from tests.support.caches import own_cache

WIDE = (-1e9, 1e9)
EVENT_ARRAYS = ("uniform", "score")
EVEN = (np.arange(BLOCK) + 0.5) / BLOCK


def block(
    register: Register | None = None,
    *,
    size: int = BLOCK,
    years: int = 3,
    index: int = 0,
    areas: tuple[str, ...] = ("A",),
) -> Block:
    return draw_block(register or tiny.register(), seed=3, index=index, size=size, years=years, areas=list(areas))


def same_series(
    first: Result, second: Result, scenario: str, keep: tuple[slice, slice] = (slice(None), slice(None))
) -> None:
    years, draws = keep
    for indicator in INDICATORS:
        ours, theirs = (ran.series(scenario, indicator.id) for ran in (first, second))
        np.testing.assert_array_equal(ours, theirs[years, :, draws], err_msg=indicator.id)


@given(p50=st.floats(-10, 10), below=st.floats(0.01, 5), above=st.floats(0.01, 5))
def test_a_split_normal_runs_through_its_three_quantiles(p50: float, below: float, above: float) -> None:
    ranks = np.array([0.1, 0.5, 0.9])
    found = split_normal(Distribution(p50 - below, p50, p50 + above), WIDE, ranks)
    np.testing.assert_allclose(found, [p50 - below, p50, p50 + above], rtol=1e-5, atol=1e-5)


@given(p50=st.floats(-10, 10), below=st.floats(0, 5), above=st.floats(0, 5), low=st.floats(-1, 0), high=st.floats(0, 1))
def test_a_value_takes_the_spread_of_its_side_to_the_last_bit(
    p50: float, below: float, above: float, low: float, high: float
) -> None:
    stated = Distribution(p50 - below, p50, p50 + above)
    score = np.concatenate([np.random.default_rng(1).standard_normal(100), [0.0, -0.0, 1e-300, -1e-300]])
    spread = np.where(score < 0.0, stated.p50 - stated.p10, stated.p90 - stated.p50)
    expected = np.clip(stated.p50 + score / Z90 * spread, low, high).astype(np.float32)
    if not stated.constant:
        np.testing.assert_array_equal(split_normal_at(stated, (low, high), score), expected)


def test_draws_recover_the_stated_quantiles_of_every_assumption() -> None:
    drawn, register = block().calibrated, tiny.register()
    for key in register:
        distribution = register[key].distribution
        if distribution.simplex:
            continue
        stated = (distribution.p10, distribution.p50, distribution.p90)
        width = max(distribution.p90 - distribution.p10, 1e-6)
        np.testing.assert_allclose(np.quantile(drawn[key], (0.1, 0.5, 0.9)), stated, atol=0.01 * width, err_msg=key)


def test_shares_of_one_whole_that_were_kept_serve_no_other_distribution(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the same ranks, so that nothing but their shapes tells them apart."""
    register = load_register()
    first, second, *_ = (key for key in register if register[key].distribution.simplex)

    def tilted(by: float) -> Register:
        moved = {first: by, second: -by}
        return Register({
            key: replace(register[key], distribution=replace(one, mean=one.mean + moved.get(key, 0.0)))
            for key, one in ((key, register[key].distribution) for key in register)
        })  # fmt: skip

    def drawn(by: float, folder: str) -> np.ndarray:
        own_cache(tmp_path / folder, monkeypatch)
        return block(tilted(by)).calibrated[first]

    alone = [drawn(by, f"alone {by}") for by in (0.0, 0.1)]
    for _ in range(2):
        found = [drawn(by, "both") for by in (0.0, 0.1)]
        np.testing.assert_array_equal(found, alone)
    assert (alone[0] < alone[1]).all()


def test_where_p10_lies_on_the_bound_one_draw_in_ten_has_no_effect_at_all() -> None:
    phi = block().calibrated["phi_establishment_founding"]
    assert (phi == 0).mean() == pytest.approx(0.1, abs=0.002)
    assert (phi >= 0).all() and (phi <= np.float32(0.8)).all()


def test_values_never_leave_their_bounds() -> None:
    drawn, register = block().calibrated, tiny.register()
    for key in register:
        low, high = register[key].bounds
        assert np.float32(low) <= drawn[key].min() and drawn[key].max() <= np.float32(high)


def test_a_better_rank_gives_a_larger_value() -> None:
    assert (np.diff(split_normal(Distribution(0, 0.1, 0.5), (0, 0.8), EVEN)) >= 0).all()


class TestReferenceSplit:
    """Four shares of a Dirichlet: they add up, with the stated means and concentration."""

    def shares(self) -> np.ndarray:
        drawn = block().calibrated
        return np.stack([drawn[f"reference_split_{line}"] for line in tiny.REFERENCE_SPLIT]).astype(float)

    def test_shares_add_up_to_one_on_every_draw(self) -> None:
        np.testing.assert_allclose(self.shares().sum(axis=0), 1.0, atol=2e-7)

    def test_means_and_spreads_are_those_of_the_dirichlet(self) -> None:
        means = np.array(list(tiny.REFERENCE_SPLIT.values()))
        np.testing.assert_allclose(self.shares().mean(axis=1), means, atol=0.002)
        expected = np.sqrt(means * (1 - means) / (tiny.CONCENTRATION + 1))
        np.testing.assert_allclose(self.shares().std(axis=1), expected, rtol=0.03)

    def test_a_larger_share_leaves_less_for_the_others(self) -> None:
        correlation = np.corrcoef(self.shares())
        a, b = tiny.REFERENCE_SPLIT["establishment"], tiny.REFERENCE_SPLIT["capacity"]
        assert correlation[0, 1] == pytest.approx(-np.sqrt(a * b / ((1 - a) * (1 - b))), abs=0.05)


class TestWorlds:
    """A world restates an assumption draw by draw, through the rank it already has."""

    def test_a_restated_assumption_keeps_its_rank(self) -> None:
        drawn = block()
        restated = drawn.under(tiny.world("w", {"stopping_rate": (0.05, 0.10, 0.18)}))["stopping_rate"]
        order = np.argsort(drawn.calibrated["stopping_rate"], kind="stable")
        assert (np.diff(restated[order]) >= 0).all()
        np.testing.assert_allclose(np.quantile(restated, (0.1, 0.5, 0.9)), (0.05, 0.10, 0.18), atol=0.002)

    def test_everything_else_stays_the_very_same_array(self) -> None:
        drawn = block()
        under = drawn.under(tiny.world("w", {"stopping_rate": 0.2}))
        assert (under["stopping_rate"] == np.float32(0.2)).all() or (under["stopping_rate"] == 0.2).all()
        assert all(under[key] is drawn.calibrated[key] for key in under if key != "stopping_rate")

    def test_a_world_may_make_a_constant_uncertain(self) -> None:
        drawn = block(tiny.register({"stopping_rate": 0.05}))
        restated = drawn.under(tiny.world("w", {"stopping_rate": (0.05, 0.10, 0.18)}))["stopping_rate"]
        np.testing.assert_allclose(np.quantile(restated, (0.1, 0.5, 0.9)), (0.05, 0.10, 0.18), atol=0.002)


def test_a_register_without_any_uncertainty_still_runs() -> None:
    certain = tiny.certain_register()
    sure = Register({key: certain[key] for key in certain if key != tiny.INERT})
    ran = run(tiny.province(), sure, [tiny.scenario(years=2)], draws=16, seed=3)
    assert ran.series("reference", "htx_active").std() > 0


class TestNothingMoves:
    """More parameters, draws, years, areas, workers: what was there before stays bit for bit."""

    def scenarios(self, years: int = 4) -> list:
        return [tiny.scenario("a", years=years), tiny.scenario("b", tiny.times(2.0), years=years)]

    def test_adding_a_parameter_moves_no_other_draw(self) -> None:
        before = tiny.register()
        wider = Register(
            {"brand_new": tiny.assumption("brand_new", Distribution(0, 1, 2), (0, 5), 200)}
            | {key: before[key] for key in before}
        )
        few, more = block(before), block(wider)
        for key in before:
            np.testing.assert_array_equal(few.calibrated[key], more.calibrated[key], err_msg=key)
        for event, score in few.event_ranks.score.items():
            np.testing.assert_array_equal(score, more.event_ranks.score[event])

    def test_dropping_uncertainty_from_one_parameter_moves_no_other(self) -> None:
        all_, fewer = block(), block(tiny.register({"inflation": 0.03}))
        for key in tiny.register():
            if key != "inflation":
                np.testing.assert_array_equal(all_.calibrated[key], fewer.calibrated[key], err_msg=key)

    def test_more_draws_begin_with_the_fewer(self) -> None:
        few, more = (
            run(tiny.province(), tiny.register(), self.scenarios(), draws=draws, seed=3) for draws in (300, BLOCK + 50)
        )
        same_series(few, more, "b", (slice(None), slice(300)))

    def test_a_longer_horizon_begins_with_the_shorter(self) -> None:
        short, long = (
            run(tiny.province(), tiny.register(), self.scenarios(years), draws=200, seed=3) for years in (4, 9)
        )
        same_series(short, long, "b", (slice(4), slice(None)))

    def test_a_scenario_does_not_depend_on_its_company(self) -> None:
        alone = run(tiny.province(), tiny.register(), self.scenarios()[1:], draws=200, seed=3)
        together = run(tiny.province(), tiny.register(), self.scenarios(), draws=200, seed=3)
        same_series(alone, together, "b")

    def test_luck_follows_an_area_by_its_code(self) -> None:
        one, two = block(areas=("A",)), block(areas=("Z", "A"))
        np.testing.assert_array_equal(one.event_ranks.score["stopped"][:, 0], two.event_ranks.score["stopped"][:, 1])
        np.testing.assert_array_equal(one.event_ranks.score["revenue_shock"], two.event_ranks.score["revenue_shock"])

    def test_another_seed_is_another_future(self) -> None:
        first, second = (
            run(tiny.province(), tiny.register(), self.scenarios(), draws=64, seed=seed) for seed in (3, 4)
        )
        assert not np.array_equal(first.series("a", "htx_founded"), second.series("a", "htx_founded"))


class Shuffled(Executor):
    """Runs the jobs in reverse order and hands the results out in the order asked."""

    def map(self, fn: Callable, *iterables: Iterable, timeout: float | None = None, chunksize: int = 1) -> Iterator:
        jobs = list(zip(*iterables, strict=True))
        return reversed([fn(*job) for job in reversed(jobs)])

    def submit(self, fn: Callable, /, *args: object, **kwargs: object) -> Future:
        future: Future = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class TestWorkers:
    """Results do not depend on who computed them, or in which order."""

    DRAWS = 2 * BLOCK + 17

    def serial(self) -> Result:
        return self.with_(None)

    def with_(self, executor: Executor | None, progress: Callable[[int, int], None] | None = None) -> Result:
        scenarios = [tiny.scenario("a", years=3), tiny.scenario("b", {}, years=3)]
        return run(
            tiny.province(), tiny.register(), scenarios, draws=self.DRAWS, seed=3, executor=executor, progress=progress
        )

    def test_worker_processes_give_the_same_bits(self) -> None:
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            same_series(self.serial(), self.with_(pool), "b")

    def test_another_order_of_work_gives_the_same_bits(self) -> None:
        same_series(self.serial(), self.with_(Shuffled()), "a")

    def test_progress_is_told_block_by_block(self) -> None:
        told: list[tuple[int, int]] = []
        self.with_(None, lambda done, of: told.append((done, of)))
        assert told == [(1, 3), (2, 3), (3, 3)]


class TestPosterior:
    """Draw i of a conditioned run uses row i of one frozen sample, over again when it is used up."""

    ROWS = 1000

    def sample(self) -> Posterior:
        values = np.linspace(0.01, 0.02, self.ROWS, dtype=np.float32)[None]
        return Posterior(("stopping_rate",), values, latent={}, effective=400.0, key="")

    def test_draws_take_the_rows_in_order_and_start_again(self) -> None:
        drawn = draw_block(tiny.register(), seed=3, index=1, size=BLOCK, years=2, areas=["A"], posterior=self.sample())
        rows = (BLOCK + np.arange(BLOCK)) % self.ROWS
        np.testing.assert_array_equal(drawn.calibrated["stopping_rate"], self.sample().values[0, rows])

    def test_unconditioned_parameters_stay_as_they_were(self) -> None:
        plain = block(years=2)
        drawn = draw_block(tiny.register(), seed=3, index=0, size=BLOCK, years=2, areas=["A"], posterior=self.sample())
        for key in tiny.register():
            if key != "stopping_rate":
                np.testing.assert_array_equal(drawn.calibrated[key], plain.calibrated[key])

    def test_a_conditioned_result_is_worth_its_effective_draws(self) -> None:
        ran = run(
            tiny.province(), tiny.register(), [tiny.scenario(years=1)], draws=2048, seed=3, posterior=self.sample()
        )
        assert ran.effective_draws == 400.0
        row = ran.summary().query("indicator == 'htx_founded'").iloc[0]
        spread = ran.series("reference", "htx_founded").std()
        assert row["mcse"] == pytest.approx(spread * np.sqrt(1 / 2048 + 1 / 400.0))


def test_normal_scores_belong_to_their_ranks() -> None:
    event_ranks = block().event_ranks
    for event, uniform in event_ranks.uniform.items():
        np.testing.assert_allclose(ndtr(event_ranks.score[event].astype(float)), uniform, atol=1e-6)


def test_a_block_that_learns_anew_is_the_one_the_other_posterior_draws() -> None:
    rng = np.random.default_rng(5)

    def learnt(*ids: str, years: int) -> Posterior:
        events = {
            name: rng.standard_normal((years, 1, 2 * BLOCK)).astype(np.float32) for name in ("stopped", "disaster")
        }
        values = rng.random((len(ids), 2 * BLOCK)).astype(np.float32)
        return Posterior(ids, values, latent={}, effective=400.0, key="", events=events if years else {})

    rates = ("stopping_rate", "founding_lumpiness")
    few, more, other = learnt(rates[0], years=0), learnt(*rates, years=2), learnt(*rates, years=2)
    register = tiny.register()

    def drawn(posterior: Posterior) -> Block:
        return draw_block(register, seed=3, index=1, size=300, years=3, areas=["A"], posterior=posterior)

    for before, now in ((few, more), (more, other)):
        first = drawn(before)
        found, wanted, kept = learnt_anew(first, before, now, 1), drawn(now), drawn(before)
        for block, like in ((found, wanted), (first, kept)):  # and the first is as it was
            pairs = (block.calibrated, like.calibrated), (block.ranks, like.ranks)
            pairs += tuple((getattr(block.event_ranks, name), getattr(like.event_ranks, name)) for name in EVENT_ARRAYS)
            for ours, theirs in pairs:
                assert list(ours) == list(theirs)
                assert all(np.array_equal(ours[name], theirs[name]) for name in theirs)
    assert learnt_anew(drawn(more), more, few, 1) is None
    assert learnt_anew(drawn(more), more, learnt(*rates, years=1), 1) is None
