"""A plan run after another one, or on memory used before, is the same to the last bit as on its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtri

from sim.domain import LINES, Scenario
from sim.ensemble import Block, draw_block, run_block
from sim.model import WIDTH, Series, binomial, binomial_after
from sim.model.memory import room
from tests.support import tiny

AREAS = tiny.province(2)
SMALL = 512


def block() -> Block:
    areas = [area.code for area in AREAS.areas]
    return draw_block(tiny.register(), seed=3, index=0, size=SMALL, years=7, areas=areas)


def changed(line: str, first: int, money: float = 7.0) -> Scenario:
    """Other money on one line from a year on."""
    scenario = tiny.scenario()
    years = range(first, scenario.horizon + 1)
    return replace(scenario, plan=scenario.plan.with_money(years=years, **{line: money}))


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("first", [1, 4])
@pytest.mark.parametrize("money", [7.0, 3.5])
def test_a_plan_after_another_is_the_same_to_the_last_bit(line: str, first: int, money: float) -> None:
    after, alone = block(), block()
    moved = changed(line, tiny.BASE_YEAR + first, money)
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


@pytest.mark.parametrize("moved", [0.0, 0.02, 0.9])
def test_trials_counted_before_are_counted_again_where_they_moved(moved: float) -> None:
    """Few, none or most of them; a count of trials that did not move is believed, which the caller answers for."""
    rng = np.random.default_rng(4)
    shape = (2, 3, SMALL)
    uniform, chance = rng.random(shape), 0.3 * rng.random(SMALL)
    before, score = rng.integers(0, 300, shape).astype(float), ndtri(uniform)
    counts = binomial(before, chance, uniform, score)
    trials = np.where(rng.random(shape) < moved, before + 7.0, before)
    out = np.empty(shape)
    expected = binomial(trials, chance, uniform, score)
    np.testing.assert_array_equal(binomial_after((before, counts), trials, chance, uniform, score, out=out), expected)
    wrong = binomial_after((before, counts + 1.0), trials, chance, uniform, score, out=out)
    np.testing.assert_array_equal(wrong != expected, trials == before if moved < 0.5 else np.zeros(shape, bool))


def test_what_is_kept_of_scores_is_kept_of_few_areas_and_moves_nothing() -> None:
    """What a third plan finds is what it would have made, and other ranks have their own; many areas leave nothing."""
    plans = tiny.scenario(), changed("capacity", tiny.BASE_YEAR + 1), changed("establishment", tiny.BASE_YEAR + 2)
    frozen, other = block(), draw_block(tiny.register(), seed=4, index=0, size=SMALL, years=7, areas=["a", "b"])
    for one in (frozen, other):
        *_, found = [run_block(AREAS, plan, one) for plan in plans]
        alone = run_block(AREAS, plans[-1], replace(one, event_ranks=replace(one.event_ranks)))
        assert any(one.event_ranks.kept.values())
        for name, values in alone.series.items():
            np.testing.assert_array_equal(found.series[name], values, err_msg=name)
    areas = tiny.province(1 + WIDTH // SMALL)
    codes = [area.code for area in areas.areas]
    many = draw_block(tiny.register(), seed=3, index=0, size=SMALL, years=2, areas=codes)
    for plan in (tiny.scenario(years=2), tiny.scenario("other", tiny.times(2.0), years=2)) * 2:
        run_block(areas, plan, many)
    assert not any(many.event_ranks.kept.values())


def test_how_a_plan_went_on_other_ranks_is_not_taken_over() -> None:
    areas = [area.code for area in AREAS.areas]
    frozen, other = block(), draw_block(tiny.register(), seed=4, index=0, size=SMALL, years=7, areas=areas)
    run_block(AREAS, tiny.scenario(), frozen)
    expected = run_block(AREAS, tiny.scenario(), other)
    (ours,), (theirs,) = frozen.stages, other.stages
    theirs.keep(ours.way)
    found = run_block(AREAS, tiny.scenario(), other)
    for name, values in expected.series.items():
        np.testing.assert_array_equal(found.series[name], values, err_msg=name)


def test_series_told_of_others_are_made_when_they_are_asked_for_and_once() -> None:
    asked = []

    def twice(series: Mapping[str, np.ndarray]) -> np.ndarray:
        asked.append("twice")
        return 2.0 * series["one"]

    series = Series({"one": np.ones(3)}, {"twice": twice}).beside({"other": np.zeros(3)}, {})
    assert list(series) == ["one", "other", "twice"] and len(series) == 3 and not asked
    assert series["twice"] is series["twice"] and dict(series).keys() == set(series)
    assert asked == ["twice"] and (series["twice"] == 2.0).all()
    with pytest.raises(KeyError):
        series["none"]


def test_memory_is_used_again_only_when_no_array_stands_on_it() -> None:
    first = room((3, 41))
    part, place = first[1:, 5:], first.ctypes.data
    del first
    assert room((3, 41)).ctypes.data != place
    part[...] = 1.0
    del part
    again = room((41, 3))
    assert again.ctypes.data == place and again.shape == (41, 3)
