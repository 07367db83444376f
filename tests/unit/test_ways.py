"""A plan run after another one, or on memory used before, is the same to the last bit as on its own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sim.domain import LINES, Scenario
from sim.ensemble import Block, draw_block, run_block
from sim.model.memory import room
from tests.support import tiny

AREAS = tiny.province(2)
SMALL = 512


def block() -> Block:
    areas = [area.code for area in AREAS.areas]
    return draw_block(tiny.register(), seed=3, index=0, size=SMALL, years=7, areas=areas)


def changed(line: str, first: int) -> Scenario:
    """Other money on one line from a year on."""
    scenario = tiny.scenario()
    years = range(first, scenario.horizon + 1)
    return replace(scenario, plan=scenario.plan.with_money(years=years, **{line: 7.0}))


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("first", [1, 4])
def test_a_plan_after_another_is_the_same_to_the_last_bit(line: str, first: int) -> None:
    after, alone = block(), block()
    moved = changed(line, tiny.BASE_YEAR + first)
    before = run_block(AREAS, tiny.scenario(), after)
    kept = {name: values.copy() for name, values in before.series.items()}
    found, expected = run_block(AREAS, moved, after), run_block(AREAS, moved, alone)
    for name, values in expected.series.items():
        np.testing.assert_array_equal(found.series[name], values, err_msg=name)
        np.testing.assert_array_equal(before.series[name], kept[name], err_msg=name)
    np.testing.assert_array_equal(found.clipped, expected.clipped)
    assert (found.series["htx_revenue"][first - 1 :] != kept["htx_revenue"][first - 1 :]).any()


def test_a_way_is_alike_only_as_long_as_nothing_moved() -> None:
    """Negative control: the last bit of one effect in one draw ends what is alike."""
    frozen = block()
    run_block(AREAS, tiny.scenario(), frozen)
    (stage,) = frozen.stages
    effects = stage.way.effects
    assert stage.way.alike(effects, ("founding", "stopping")) == 7
    stopping = effects.stopping.copy()
    stopping[4, 0, -1] = np.nextafter(stopping[4, 0, -1], 2.0)
    other = replace(effects, stopping=stopping)
    assert stage.way.alike(other, ("founding", "stopping")) == 4
    assert stage.way.alike(other, ("founding",)) == 7


def test_memory_is_used_again_only_when_no_array_stands_on_it() -> None:
    first = room((3, 41))
    part, place = first[1:, 5:], first.ctypes.data
    del first
    assert room((3, 41)).ctypes.data != place
    part[...] = 1.0
    del part
    again = room((41, 3))
    assert again.ctypes.data == place and again.shape == (41, 3)
