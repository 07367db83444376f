"""Many plans at once are the same plans one by one: the same draws, the same numbers."""

from __future__ import annotations

import numpy as np
import pytest

from sim.ensemble import (
    BLOCK,
    Laid,
    Outcome,
    common_draws,
    evaluate,
    evaluate_each,
    exchanged,
    fixed,
    independent_of,
    plan_money,
    run,
)
from tests.support import tiny

SEED = 5
OUTCOMES = (
    Outcome("htx_founded", 2024),
    Outcome("htx_active", 2026),
    Outcome("htx_revenue", 2026, "real_2023"),
    Outcome("htx_revenue_total", 2026, "nominal"),
    Outcome("htx_worker_income", 2025, "real_2023"),
    Outcome("htx_like_for_like", 2026, "nominal"),
)
MONEY = {"none": {}, "reference": None, "more": tiny.times(2.0), "market": {"market": 12.3}}


def together_and_alone(*, draws: int, strata: int = 1, real: bool = False, world: dict[str, float] | None = None):
    """Values of all plans at once, and the same read off `run`."""
    province, register = tiny.province(strata), tiny.register()
    under = tiny.world("stated", world)
    scenarios = [tiny.scenario(slug, money, real=real, years=3, under=under) for slug, money in MONEY.items()]
    frozen = common_draws(province, register, draws=draws, seed=SEED, horizon=2026)
    years = range(2024, 2027)
    money = np.stack([plan_money(one.plan, years) for one in scenarios])
    found = evaluate(frozen, scenarios[0], money, OUTCOMES)
    alone = run(province, register, scenarios, draws=draws, seed=SEED)
    wanted = [
        [alone.series(one.slug, out.indicator, out.price_basis)[out.year - 2024, -1] for one in scenarios]
        for out in OUTCOMES
    ]
    return found, np.array(wanted).astype(np.float32)


@pytest.mark.parametrize("last", [2024, 2025])
def test_a_question_of_an_earlier_year_gets_that_years_numbers(last: int) -> None:
    frozen = common_draws(tiny.province(), tiny.register(), draws=300, seed=SEED, horizon=2026)
    scenarios = [tiny.scenario(slug, money, years=3) for slug, money in MONEY.items()]
    money = np.stack([plan_money(one.plan, range(2024, 2027)) for one in scenarios])
    outcomes = [out for out in OUTCOMES if out.year <= last] + [Outcome("htx_active", last)]
    whole = evaluate(frozen, scenarios[0], money, [*outcomes, Outcome("htx_active", 2026)])
    np.testing.assert_array_equal(evaluate(frozen, scenarios[0], money, outcomes), whole[:-1])


@pytest.mark.parametrize(
    "case",
    [
        {"draws": 300},
        {"draws": BLOCK + 50},
        {"draws": 100, "strata": 3},
        {"draws": 100, "real": True},
        {"draws": 100, "world": {"inflation": 0.1, "phi_establishment_founding": 0.5}},
    ],
    ids=["one block", "two blocks", "three areas", "real money", "a world"],
)
def test_many_plans_at_once_give_the_numbers_of_each_alone(case: dict) -> None:
    found, wanted = together_and_alone(**case)
    np.testing.assert_array_equal(found, wanted)


def test_the_negative_control_another_seed_gives_other_numbers() -> None:
    frozen = common_draws(tiny.province(), tiny.register(), draws=300, seed=SEED + 1, horizon=2026)
    one = tiny.scenario("reference", years=3)
    found = evaluate(frozen, one, plan_money(one.plan, range(2024, 2027))[None], OUTCOMES)
    assert not np.array_equal(found[:, 0], together_and_alone(draws=300)[1][:, 1])


def test_a_later_block_holds_draws_that_a_short_run_has_not_seen() -> None:
    common = {"seed": SEED, "horizon": 2025}
    seen = common_draws(tiny.province(), tiny.register(), draws=BLOCK, **common)
    unseen = common_draws(tiny.province(), tiny.register(), draws=BLOCK, **common, first_block=1)
    both = common_draws(tiny.province(), tiny.register(), draws=2 * BLOCK, **common)
    central = tiny.world()
    for key, values in both.parameters(central).items():
        np.testing.assert_array_equal(values[:BLOCK], seen.parameters(central)[key])
        np.testing.assert_array_equal(values[BLOCK:], unseen.parameters(central)[key])
    first, second = (draws.blocks[0].event_ranks.score["founded"] for draws in (seen, unseen))
    assert not np.array_equal(first, second)


SHORT = tuple(out for out in OUTCOMES if out.indicator in {"htx_active", "htx_revenue", "htx_revenue_total"})


@pytest.mark.parametrize("strata", [1, 3])
def test_active_htx_and_revenue_asked_alone_are_those_asked_beside_all_else(strata: int) -> None:
    frozen = common_draws(tiny.province(strata), tiny.register(), draws=300, seed=SEED, horizon=2026)
    scenarios = [tiny.scenario(slug, money, years=3) for slug, money in MONEY.items()]
    whole, alone = (evaluate_each(frozen, scenarios, outcomes) for outcomes in (OUTCOMES, SHORT))
    np.testing.assert_array_equal(alone, whole[[OUTCOMES.index(out) for out in SHORT]])


def test_more_is_asked_of_one_plan_after_active_htx_alone() -> None:
    options = {"draws": 2 * BLOCK, "seed": SEED, "horizon": 2026}
    frozen, fresh = (common_draws(tiny.province(), tiny.register(), **options) for _ in range(2))
    scenario = tiny.scenario("reference", years=3)
    evaluate_each(frozen, [scenario], SHORT)
    np.testing.assert_array_equal(
        evaluate_each(frozen, [scenario], OUTCOMES), evaluate_each(fresh, [scenario], OUTCOMES)
    )


def changed_one_by_one(draws: int, strata: int):
    """Draws with one assumption fixed or exchanged at a time, and with other event ranks; worlds that restate some."""
    register = tiny.register()
    frozen = common_draws(tiny.province(strata), register, draws=draws, seed=SEED, horizon=2026)
    wide, other = frozen.widened(), independent_of(frozen, None).widened()
    central = tiny.world()
    yield frozen, central
    yield exchanged(wide, other, (), event_ranks=True), central
    for place, key in enumerate(frozen.blocks[0].calibrated):
        value = float(np.quantile(frozen.blocks[0].calibrated[key], 0.9))
        yield (exchanged(wide, other, [key]) if place % 2 else fixed(frozen, {key: value})), central
    yield frozen, tiny.world("stated", {"stopping_rate": 0.2})
    yield frozen, tiny.world("spread", {"inflation": (0.01, 0.05, 0.2)})
    yield frozen, central


@pytest.mark.parametrize(("draws", "strata", "outcomes"), [(300, 1, SHORT), (300, 2, OUTCOMES), (2 * BLOCK, 1, SHORT)])
def test_what_is_left_by_other_draws_and_worlds_moves_no_number(draws: int, strata: int, outcomes) -> None:
    """Whatever of the plans' first way is taken over, each assumption by itself: the same to the last bit."""
    rows = [tiny.scenario(slug, money, real=slug == "more", years=3) for slug, money in MONEY.items()]
    laid: Laid = []
    seen = []
    for changed, world in changed_one_by_one(draws, strata):
        seen.append(evaluate_each(changed, rows, outcomes, world, laid))
        np.testing.assert_array_equal(seen[-1], evaluate_each(changed, rows, outcomes, world))
    moved = sum(int((one != seen[0]).any()) for one in seen)
    assert 20 < moved < len(seen) - 20, "a test in which all moves, or nothing, says nothing"
