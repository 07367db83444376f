"""A box is found where cases gather in one, told with its figures on other draws, and none is found in noise."""

from __future__ import annotations

import importlib
import os
from types import ModuleType

import numpy as np
import pandas as pd
import pytest

from sim.analysis.unknowns import find_box

SIZE = 4096


def futures(seed: int, inputs: int = 6) -> dict[str, np.ndarray]:
    return {f"x{place}": row for place, row in enumerate(np.random.default_rng(seed).random((inputs, SIZE)))}


@pytest.mark.parametrize("seed", range(3))
def test_a_corner_of_two_assumptions_is_found(seed: int) -> None:
    x = futures(seed)
    corner = (x["x1"] < 0.3) & (x["x4"] > 0.6)
    cases = corner ^ (np.random.default_rng(seed + 50).random(SIZE) < 0.03)
    found = find_box(cases, x)
    limits = {limit.id: limit for limit in found.limits}
    assert limits.keys() == {"x1", "x4"}
    assert limits["x1"].high == pytest.approx(0.3, abs=0.05) and limits["x1"].low is None
    assert limits["x4"].low == pytest.approx(0.6, abs=0.05) and limits["x4"].high is None
    assert found.density > 0.85 and found.coverage > 0.7
    assert found.size == pytest.approx(0.12, abs=0.03)


def test_one_limit_is_enough_where_one_assumption_decides() -> None:
    x = futures(7)
    found = find_box(x["x2"] > 0.8, x)
    assert [limit.id for limit in found.limits] == ["x2"]
    assert found.limits[0].low == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize("seed", range(8))
def test_no_box_is_found_where_cases_are_pure_noise(seed: int) -> None:
    """The negative control: on the draws it was made from a box would look good."""
    cases = np.random.default_rng(1000 + seed).random(SIZE) < 0.2
    assert find_box(cases, futures(seed, inputs=20)) is None


@pytest.mark.parametrize("cases", [np.zeros(SIZE, dtype=bool), np.ones(SIZE, dtype=bool)])
def test_no_box_is_found_where_there_is_nothing_to_tell_apart(cases: np.ndarray) -> None:
    assert find_box(cases, futures(0)) is None


def test_equal_values_are_not_torn_apart() -> None:
    """One draw in four has no effect at all: the box holds all of those or none."""
    x = futures(3)
    x["x0"] = np.maximum(x["x0"] - 0.25, 0.0)
    found = find_box(x["x0"] == 0.0, x)
    assert [limit.id for limit in found.limits] == ["x0"] and found.limits[0].high == 0.0
    assert found.density == 1.0 == found.coverage


def split_in_two(seed: int, edge: float) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Most futures are cases: 98 % of those below an edge of one assumption, 68 % of the others."""
    x = futures(seed)
    return x, np.random.default_rng(seed + 9).random(SIZE) < np.where(x["x1"] < edge, 0.98, 0.68)


@pytest.mark.parametrize("edge", [0.2, 0.3, 0.5, 0.7])
@pytest.mark.parametrize("seed", range(3))
def test_a_box_is_found_where_most_futures_are_cases(seed: int, edge: float) -> None:
    """No share is half as large again as three quarters: asked for that, a box could not be found at all."""
    x, cases = split_in_two(seed, edge)
    found = find_box(cases, x)
    (limit,) = found.limits
    assert limit.id == "x1" and (limit.low or limit.high) == pytest.approx(edge, abs=0.06)
    assert found.rare is (limit.high is None), "cases are rare above the edge and gather below it"
    below, above = (found.outside, found.density) if found.rare else (found.density, found.outside)
    assert below == pytest.approx(0.98, abs=0.08) and above == pytest.approx(0.68, abs=0.05)
    assert found.size * found.density + (1 - found.size) * found.outside == pytest.approx(found.base)


def test_where_cases_are_rare_only_in_a_corner_the_corner_is_told() -> None:
    x = futures(4)
    corner = (x["x1"] < 0.5) & (x["x3"] > 0.4)
    found = find_box(np.random.default_rng(13).random(SIZE) < np.where(corner, 0.1, 0.95), x)
    assert found.rare and found.density < 0.2 < 0.9 < found.outside
    limits = {limit.id: limit for limit in found.limits}
    assert limits["x1"].high == pytest.approx(0.5, abs=0.05) and limits["x3"].low == pytest.approx(0.4, abs=0.05)


@pytest.mark.parametrize("share", [0.55, 0.7, 0.8, 0.95])
def test_no_box_is_found_in_noise_however_frequent_the_cases(share: float) -> None:
    """The negative control where both kinds of box are looked for."""
    for seed in range(10):
        cases = np.random.default_rng(2000 + seed).random(SIZE) < share
        assert find_box(cases, futures(seed, inputs=20)) is None


def outside_prim() -> ModuleType:
    """PRIM of the EMA Workbench (Kwakkel 2017); a machine that cannot install it says so, CI must have it."""
    if os.environ.get("CI"):
        return importlib.import_module("ema_workbench.analysis.prim")
    return pytest.importorskip("ema_workbench.analysis.prim", reason="EMA Workbench is not installed: NO OUTSIDE PRIM")


@pytest.mark.parametrize("frequent", [False, True])
def test_the_box_is_the_one_another_program_peels(frequent: bool) -> None:
    prim = outside_prim()
    x = futures(11)
    chances = np.where((x["x1"] < 0.45) & (x["x4"] > 0.5), 0.05 if frequent else 0.9, 0.9 if frequent else 0.05)
    cases = np.random.default_rng(12).random(SIZE) < chances
    sought = ~cases if frequent else cases
    other = prim.Prim(pd.DataFrame(x), sought, threshold=0.5).find_box()
    path = other.peeling_trajectory
    at = int((path["mass"] * (path["density"] - sought.mean())).argmax())
    theirs = other.box_lims[at]
    found = find_box(cases, x)
    assert found.rare is frequent and {limit.id for limit in found.limits} == {"x1", "x4"}
    for limit in found.limits:
        low, high = theirs[limit.id]
        assert (limit.low if limit.high is None else limit.high) == pytest.approx(
            low if limit.high is None else high, abs=0.06
        )
    density = 1 - found.density if frequent else found.density
    assert density == pytest.approx(path["density"][at], abs=0.06)
    assert found.size == pytest.approx(path["mass"][at], abs=0.05)
