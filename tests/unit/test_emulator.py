"""The emulator comes as close to a run as it says, at plans it never saw, and its error test can fail."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from sim.analysis.answer import Emulator, Lattice, emulate, quantiles_and_errors
from sim.analysis.compare import difference
from sim.domain import LINES
from sim.ensemble import Outcome, common_draws, evaluate, runner
from sim.inputs.scenarios import load_scenario

DRAWS, SEED, TOP = 512, 7, 8.0
OUTCOMES = (Outcome("htx_founded", 2024), Outcome("htx_active", 2026), Outcome("htx_revenue_total", 2026, "nominal"))
PLAN = (3.075, 3.69, 3.69, 1.845)
SHARES = (0.1, 0.25, 0.75, 0.9)
ALL_SHARES = (0.1, 0.25, 0.5, 0.75, 0.9)


@pytest.fixture(scope="module")
def scenario():
    return replace(load_scenario("fund-12.3"), horizon=2026)


@pytest.fixture(scope="module")
def emulator(knowledge, scenario) -> Emulator:
    return emulate(knowledge, scenario, OUTCOMES, top=TOP, count=3, draws=DRAWS, seed=SEED)


def run(knowledge, scenario, money) -> np.ndarray:
    """Mean of the model and quantiles of what will be printed as a run gives them, (statistic, outcome)."""
    draws = common_draws(
        knowledge.province, knowledge.register, draws=DRAWS, seed=SEED, horizon=2026, posterior=knowledge.posterior
    )
    later = [replace(one, printed=True) for one in OUTCOMES]
    values = evaluate(draws, scenario, np.tile(np.array(money), (1, 3, 1)), [*OUTCOMES, *later])[:, 0]
    model, printed = np.split(values.astype(float), 2)
    return np.concatenate([model.mean(axis=-1)[None], np.quantile(printed, SHARES, axis=-1)])


def test_a_node_is_a_run(knowledge, scenario, emulator):
    node = emulator.lattice.plans[17]
    assert emulator.levels.at(node) == pytest.approx(run(knowledge, scenario, node), abs=1e-4)


def test_a_target_of_another_year_is_not_answered_from_the_chances_kept_for_the_old_one(knowledge, scenario, emulator):
    moved = tuple(replace(target, year=target.year + 1) for target in knowledge.province.targets)
    known = replace(knowledge, province=replace(knowledge.province, targets=moved))
    later = emulate(known, scenario, OUTCOMES, top=TOP, count=3, draws=DRAWS, seed=SEED)
    assert len(later.targets) == len(emulator.targets)
    assert not np.array_equal(later.chances, emulator.chances)


def test_between_nodes_it_is_as_close_as_it_says(knowledge, scenario, emulator):
    found = emulator.levels.at(PLAN) - run(knowledge, scenario, PLAN)
    assert (np.abs(found).max(axis=0) <= 1.5 * emulator.levels.largest_error).all()
    assert (emulator.levels.largest_error > 0).all(), "an error of nothing would mean nothing was held out"


@pytest.fixture(scope="module")
def paired(knowledge, scenario) -> np.ndarray:
    """What the plan changes against no support, as `coopsim compare` tells it, (statistic, outcome)."""
    without = replace(load_scenario("no-support"), horizon=2026)
    result = runner.run(
        knowledge.province, knowledge.register, [without, scenario], draws=DRAWS, seed=SEED,
        posterior=knowledge.posterior,
    )  # fmt: skip
    found = [
        difference(result, without.slug, scenario.slug, one.indicator, year=one.year, price_basis=one.price_basis)
        for one in OUTCOMES
    ]
    return np.array([[getattr(one, name) for one in found] for name in ("mean", "p10", "p90")])


def test_what_money_changes_is_the_paired_difference_of_a_comparison(emulator, paired):
    found = emulator.gains.at(PLAN)[[0, 1, -1]] - paired
    assert (np.abs(found).max(axis=0) <= 1.5 * emulator.gains.largest_error).all()
    assert (emulator.gains.largest_error > 0).all() and (emulator.gains.mcse > 0).any(axis=0).all()


def test_means_of_levels_subtract_to_the_mean_of_what_money_changes_at_every_plan(emulator):
    nothing = np.zeros(len(LINES))
    for plan in (PLAN, (0.4, 0.0, 7.9, 2.2), (0.0, 0.05, 0.0, 0.0), (8.0, 8.0, 8.0, 8.0)):
        change = emulator.levels.at(plan)[0] - emulator.levels.at(nothing)[0]
        assert emulator.gains.at(plan)[0] == pytest.approx(change, rel=1e-9, abs=1e-9)
        outer = emulator.levels.at(plan)[1:] - emulator.levels.at(nothing)[1:]
        assert not np.allclose(emulator.gains.at(plan)[1], outer[0]), "quantiles do not: the test could fail"


def test_no_money_changes_nothing(emulator):
    assert emulator.gains.at((0.0,) * len(LINES)) == pytest.approx(np.zeros((5, len(OUTCOMES))), abs=1e-9)


def test_the_range_of_a_difference_is_narrower_than_levels_on_different_draws_would_give(emulator):
    _, low, *_, high = emulator.gains.at(PLAN)
    levels, without = emulator.levels.at(PLAN), emulator.levels.at((0.0,) * len(LINES))
    apart = np.hypot(levels[4] - levels[1], without[4] - without[1])
    assert (high - low < 0.8 * apart)[1:].all()


def test_an_emulator_whose_difference_is_wrong_between_its_nodes_is_found_out(emulator, paired):
    bent = replace(emulator.lattice, scales=tuple(scale * 8 for scale in emulator.lattice.scales))
    wrong = (emulator.gains.values @ bent.weights(np.array(PLAN)))[[0, 1, -1]] - paired
    assert (np.abs(wrong).max(axis=0) > 1.5 * emulator.gains.largest_error).any()


def test_an_emulator_that_is_wrong_between_its_nodes_is_found_out(knowledge, scenario, emulator):
    lattice = emulator.lattice
    bent = replace(lattice, scales=tuple(scale * 8 for scale in lattice.scales))
    wrong = emulator.levels.values @ bent.weights(np.array(PLAN)) - run(knowledge, scenario, PLAN)
    assert (np.abs(wrong).max(axis=0) > 1.5 * emulator.levels.largest_error).any()


def test_the_error_of_each_quantile_is_how_far_other_draws_would_put_it():
    """Recovery: normal draws, where the error of a quantile is known, and skewed ones drawn again and again."""
    rng, size = np.random.default_rng(4), 4096
    shares = np.array(ALL_SHARES)
    theory = np.sqrt(shares * (1 - shares) / size) / norm.pdf(norm.ppf(shares))
    found = np.mean([quantiles_and_errors(rng.standard_normal(size), ALL_SHARES, size)[1] for _ in range(50)], axis=0)
    assert found == pytest.approx(theory, rel=0.05)
    skewed = np.exp(1.5 * rng.standard_normal((400, size)))
    middle, errors = quantiles_and_errors(skewed, ALL_SHARES, size)
    assert errors.mean(axis=1) == pytest.approx(middle.std(axis=1), rel=0.15)
    of_mean = skewed.std(axis=1).mean() / np.sqrt(size)
    assert errors.mean(axis=1)[0] < of_mean / 4 and errors.mean(axis=1)[4] > 1.2 * of_mean


def test_draws_that_are_worth_fewer_err_more_and_a_sure_figure_not_at_all():
    values = np.random.default_rng(1).standard_normal(4096)
    (_, all_), (_, quarter) = (quantiles_and_errors(values, ALL_SHARES, worth) for worth in (4096, 1024))
    assert quarter == pytest.approx(2 * all_, rel=0.3)
    assert (quantiles_and_errors(np.full(64, 7.0), ALL_SHARES, 64)[1] == 0).all()


def test_a_quantile_of_a_level_or_a_difference_is_printed_no_finer_than_its_own_error(knowledge, scenario, emulator):
    draws = common_draws(
        knowledge.province, knowledge.register, draws=DRAWS, seed=SEED, horizon=2026, posterior=knowledge.posterior
    )
    money = np.repeat(emulator.lattice.plans[:, None], 3, axis=1)[[0, 40, 80]]
    values = evaluate(draws, scenario, money, OUTCOMES).astype(float)
    resampled = np.random.default_rng(0).integers(0, DRAWS, (200, DRAWS))
    total = OUTCOMES.index(Outcome("htx_revenue_total", 2026, "nominal"))
    for found, printed, shares, drawn in (
        (emulator.levels.mcse, emulator.levels.printed_error, SHARES, values),
        (emulator.gains.mcse, emulator.gains.printed_error, (0.1, 0.4, 0.6, 0.9), values - values[:, :1]),
    ):
        own = np.quantile(drawn[..., resampled], shares, axis=-1).std(axis=-1)
        assert found.shape == (1 + len(shares), len(OUTCOMES)) and (printed >= found).all()
        assert found[0, total] > 0.9 * drawn[total].std(axis=-1).max() / np.sqrt(DRAWS)
        assert (found[1:, total] > 0.6 * own[:, total].max(axis=-1)).all()
    of_mean = values[total].std(axis=-1).max() / np.sqrt(DRAWS)
    assert emulator.levels.mcse[-1, total] > 1.2 * of_mean, "the mean's error would do: the test tells nothing"


def test_money_and_coordinates_are_each_others_inverse():
    lattice = Lattice(TOP, (1.0, 2.0, 4.0, 8.0), (0.0, 0.5, 1.0))
    points = np.array([[0.0, 0.2, 0.5, 1.0], [1.0, 0.9, 0.1, 0.0]])
    assert lattice.coordinates(lattice.money(points)) == pytest.approx(points, abs=1e-12)
    assert lattice.money(np.ones(4)) == pytest.approx(np.full(4, TOP))


def test_weights_reproduce_any_polynomial_the_nodes_can_carry():
    lattice = Lattice(TOP, (1.0, 2.0, 4.0, 8.0), (0.0, 0.5, 1.0))

    def form(t):
        return 3 + t[..., 0] ** 2 - 2 * t[..., 1] * t[..., 3] + t[..., 2]

    money = np.array([0.7, 3.0, 5.5, 1.2])
    at_nodes, there = form(lattice.coordinates(lattice.plans)), form(lattice.coordinates(money))
    assert lattice.weights(money) @ at_nodes == pytest.approx(there)


def test_a_line_is_beyond_experience_where_the_report_says_so(emulator):
    assert len(emulator.limits) == len(LINES) and (emulator.limits > 2).all() and (emulator.limits < 12).all()
