"""What no money moves is worked out once per world and block, and never taken for another's."""

from __future__ import annotations

import gc
import weakref
from dataclasses import replace

import numpy as np
import pytest

from sim.domain import World
from sim.ensemble import Block, draw_block, run_block
from sim.ensemble.stage import stage
from tests.support import tiny

PROVINCE = tiny.province()
CENTRAL, HARD = tiny.world(), tiny.world("hard", {"stopping_rate": 0.3, "inflation": 0.09})


@pytest.fixture
def block() -> Block:
    return draw_block(tiny.register(), seed=4, index=0, size=200, years=3, areas=["A00"])


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Worlds whose stage was worked out, in order."""
    found: list[str] = []
    real = Block.under
    monkeypatch.setattr(Block, "under", lambda block, world: found.append(world.slug) or real(block, world))
    return found


def last_year(block: Block, world: World, factor: float = 1.0) -> np.ndarray:
    return run_block(PROVINCE, tiny.scenario(money=tiny.times(factor), years=3, under=world), block).series[
        "htx_active"
    ][-1]


def test_a_further_plan_of_a_world_asks_for_nothing_again(block: Block, made: list[str]) -> None:
    for factor in (0.5, 1.0, 2.0):
        last_year(block, CENTRAL, factor)
    assert made == ["central"]


def test_two_worlds_are_kept_and_each_gets_its_own(block: Block, made: list[str]) -> None:
    alone = [last_year(replace(block), world) for world in (CENTRAL, HARD)]
    made.clear()
    for _ in range(2):
        for world, expected in zip((CENTRAL, HARD), alone, strict=True):
            np.testing.assert_array_equal(last_year(block, world), expected)
    assert made == ["central", "hard"]
    assert (alone[0] > alone[1]).mean() > 0.9


def test_a_world_of_the_same_name_with_other_statements_is_another_world(block: Block) -> None:
    assert last_year(block, tiny.world("w", {"stopping_rate": 0.3})).mean() < last_year(block, tiny.world("w")).mean()


def test_another_base_year_is_another_stage(block: Block) -> None:
    larger = tiny.province(base={"htx_active": 999.0, "htx_registered": 1200.0})
    first, second = (stage(province, CENTRAL, block) for province in (PROVINCE, larger))
    assert float(second.setting.exogenous.initial.active[0, 0]) == 999.0
    assert float(first.setting.exogenous.initial.active[0, 0]) != 999.0


def test_draws_with_a_held_assumption_do_not_inherit_the_stage_of_those_they_were_made_from(block: Block) -> None:
    before = stage(PROVINCE, CENTRAL, block)
    changed = replace(block, calibrated={**block.calibrated, "inflation": np.full(200, 0.5)})
    after = stage(PROVINCE, CENTRAL, changed)
    assert after.prices[0, 0] == pytest.approx(1.5) and before.prices[0, 0] < 1.2
    assert stage(PROVINCE, CENTRAL, block) is before


def test_a_block_that_is_done_with_is_gone_at_once(block: Block) -> None:
    """A circle would keep its arrays until a collection that counts objects, not bytes."""
    last_year(block, CENTRAL)
    event_ranks = weakref.ref(block.event_ranks.score["stopped"])
    one = draw_block(tiny.register(), seed=5, index=0, size=50, years=3, areas=["A00"])
    last_year(one, CENTRAL)
    gone, kept = weakref.ref(one.event_ranks.score["stopped"]), event_ranks
    gc.disable()
    try:
        del one
        assert gone() is None and kept() is not None
    finally:
        gc.enable()


def test_relative_spending_is_in_nominal_or_in_base_year_money(block: Block) -> None:
    on = stage(PROVINCE, HARD, block)
    np.testing.assert_allclose(on.per_billion(real=False) * on.prices[:, None], on.per_billion(real=True))
    np.testing.assert_array_equal(run_block(PROVINCE, tiny.scenario(years=3), block).spending.shape, (3, 4, 200))
