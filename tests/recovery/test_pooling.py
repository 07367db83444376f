"""Hierarchical priors find what was planted, and pooling provinces as one does not hold what it says."""

from __future__ import annotations

from itertools import count

import numpy as np
import pytest

from sim.evidence import Cell, Quantity, leave_one_out, load_peers, peers_check, pool
from sim.inputs.text import source_data

MU, TAU, SIGMA = np.log(0.1), 0.5, 0.3


def planted(
    seed: int, *, provinces: int = 20, years: int = 3, kind: str = "count", tau: float = TAU, outliers: int = 0
):
    """Provinces with planted levels, and what they printed."""
    rng = np.random.default_rng(seed)
    centre = {"count": MU, "share": np.log(0.85 / 0.15), "level": np.log(2000.0)}[kind]
    levels = centre + tau * rng.standard_normal(provinces)
    levels[:outliers] += np.log(12.0)
    cells = []
    for area, level in enumerate(levels):
        for year in range(years):
            lucky = level + SIGMA * rng.standard_normal() - (0.5 * SIGMA**2 if kind == "count" else 0.0)
            if kind == "count":
                value, of = float(rng.poisson(400 * np.exp(lucky))), 400.0
            elif kind == "share":
                value, of = float(rng.binomial(400, 1 / (1 + np.exp(-lucky)))), 400.0
            else:
                value, of = float(np.exp(lucky)), 1.0
            cells.append(Cell(f"VN-{area:02}", str(area), 2018 + year, value, of, 0.0, 1.0, ()))
    low, high = {"count": (0.002, 2.0), "share": (0.2, 0.995), "level": (50.0, 100000.0)}[kind]
    tails = 4.0 if outliers else 0.0
    return Quantity("planted", kind, "", low, high, 0.7, 0.4, tails, tuple(cells)), levels


@pytest.mark.parametrize("kind", ["count", "share", "level"])
def test_planted_spreads_and_the_middle_are_found(kind: str):
    inside = count()
    runs = 6
    for seed in range(runs):
        quantity, _ = planted(seed, kind=kind)
        found = pool(quantity)
        weights = found.weights()
        for grid, axis, truth in ((found.tau, (0, 2), TAU), (found.sigma, (1, 2), SIGMA)):
            spread = np.cumsum(weights.sum(axis=axis))
            low, high = np.interp((0.05, 0.95), spread, grid)
            if low <= truth <= high:
                next(inside)
    assert next(inside) >= 0.75 * 2 * runs


def covered_by(quantity: Quantity, levels: np.ndarray, *, pooled: bool) -> float:
    """Share of planted levels inside the 80 % range that the other provinces give."""
    found, held = pool(quantity), []
    for area, level in enumerate(levels):
        low, high = found.quantiles((0.1, 0.9), f"VN-{area:02}", pooled=pooled)
        held.append(low <= np.exp(level) <= high)
    return float(np.mean(held))


def test_the_range_of_a_new_province_holds_its_level_and_pooling_without_tau_does_not():
    honest, wrong = [], []
    for seed in range(4):
        quantity, levels = planted(seed, provinces=20, years=2)
        honest.append(covered_by(quantity, levels, pooled=False))
        wrong.append(covered_by(quantity, levels, pooled=True))
    assert 0.7 <= np.mean(honest) <= 0.9
    assert np.mean(wrong) < 0.4


def test_provinces_that_are_alike_are_not_told_apart():
    """The other way round: without any spread between provinces none is found."""
    found = pool(planted(3, tau=0.0)[0])
    assert np.interp(0.5, np.cumsum(found.weights().sum(axis=(0, 2))), found.tau) < 0.15


def test_outliers_move_a_student_t_less_than_a_normal():
    quantity, _ = planted(5, kind="level", outliers=3)
    heavy = pool(quantity).quantiles((0.1, 0.5, 0.9))
    normal = pool(Quantity(**{**vars(quantity), "tails": 0.0})).quantiles((0.1, 0.5, 0.9))
    plain = pool(planted(5, kind="level")[0]).quantiles((0.1, 0.5, 0.9))
    assert plain[2] < heavy[2] < normal[2] and abs(heavy[1] - plain[1]) <= abs(normal[1] - plain[1])


def test_leaving_one_out_is_the_fit_without_it():
    quantity, _ = planted(7, provinces=8)
    fewer = Quantity(**{**vars(quantity), "cells": tuple(cell for cell in quantity.cells if cell.area != "VN-03")})
    levels = (0.1, 0.5, 0.9)
    assert pool(quantity).quantiles(levels, "VN-03") == pytest.approx(pool(fewer).quantiles(levels), rel=1e-6)


def test_the_grid_agrees_with_a_random_sample_of_the_same_model():
    """An oracle that knows no grid: importance weights of parameters drawn from their priors."""
    quantity, _ = planted(11, provinces=6, years=2, kind="level")
    rng = np.random.default_rng(1)
    draws = 400_000
    tau, sigma = np.abs(rng.standard_normal((2, draws))) * [[0.7], [0.4]]
    values = np.log([cell.value for cell in quantity.cells]).reshape(6, 2)
    mu = rng.uniform(np.log(300), np.log(15000), draws)
    log_weight = np.zeros(draws)
    for pair in values:  # a pair's mean and half difference: both normal, the level integrated out
        mean, apart = pair.mean(), (pair[0] - pair[1]) / np.sqrt(2.0)
        variance = tau**2 + sigma**2 / 2
        log_weight += -0.5 * (mean - mu) ** 2 / variance - 0.5 * np.log(variance)
        log_weight += -0.5 * (apart / sigma) ** 2 - np.log(sigma)
    weight = np.exp(log_weight - log_weight.max())
    new = mu + tau * rng.standard_normal(draws)
    order = np.argsort(new)
    sampled = np.interp((0.1, 0.5, 0.9), np.cumsum(weight[order]) / weight.sum(), new[order])
    assert np.log(pool(quantity).quantiles((0.1, 0.5, 0.9))) == pytest.approx(sampled, abs=0.06)


def test_the_shipped_provinces_pass_and_pooled_as_one_would_not():
    check = peers_check([leave_one_out(pool(quantity)) for quantity in load_peers(source_data())])
    assert check.verdict == "PASS"
    assert 0.7 <= check.figures["eighty"] <= 0.9 and check.figures["score"] <= 1
    assert check.figures["pooled"] < 0.7
