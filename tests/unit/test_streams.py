"""Named streams: whoever owns a name owns its numbers, whatever else is added."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sim.ensemble import (
    BLOCK,
    block_count,
    event_uniforms,
    open_unit,
    scramble,
    sobol_points,
    sobol_uniforms,
    stream_key,
    streams,
)

FEW = [("stopping_rate", 3), ("inflation", 17), ("shell_share", 40)]


def test_adding_a_parameter_moves_no_other_parameter() -> None:
    before = sobol_uniforms(FEW, seed=5, block=0)
    after = sobol_uniforms([("new_assumption", 61), *FEW], seed=5, block=0)
    np.testing.assert_array_equal(after[1:], before)


def test_the_order_of_parameters_does_not_matter() -> None:
    np.testing.assert_array_equal(
        sobol_uniforms(FEW[::-1], seed=5, block=0)[::-1], sobol_uniforms(FEW, seed=5, block=0)
    )


def test_a_library_scramble_of_all_columns_together_would_move_them() -> None:
    """Why each column is scrambled by its own name: scipy draws every scramble from one stream."""
    from scipy.stats.qmc import Sobol

    narrow, wide = (Sobol(width, scramble=True, seed=5).random(16) for width in (3, 4))
    assert not np.array_equal(narrow[:, 1:], wide[:, 1:3])


def test_the_points_are_scipys() -> None:
    """Read off its table without starting `scipy.stats`, or asked of it where the table is not found."""
    from scipy.stats.qmc import Sobol

    columns, bits = 200, 15
    found = sobol_points(bits, columns)
    points = Sobol(columns, scramble=False, bits=30).random(1 << bits)
    wanted = [points[(1 << bit) - 1] for bit in range(1, bits + 1)]
    np.testing.assert_array_equal(found, np.ldexp(np.array(wanted), 30).astype(np.uint32))


def test_without_scipys_table_the_points_are_the_same(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import scipy

    found = sobol_points(13, 150)
    monkeypatch.setattr(scipy, "__file__", str(tmp_path / "scipy.py"))
    np.testing.assert_array_equal(found, sobol_points(13, 150))


@pytest.mark.parametrize("block", [0, 1, 300])
def test_a_block_holds_scipys_points_scrambled_one_by_one(block: int) -> None:
    from scipy.stats.qmc import Sobol

    engine = Sobol(41, scramble=False, bits=30)
    engine.fast_forward(block * BLOCK) if block else None
    digits = np.ldexp(engine.random(BLOCK), 30).astype(np.uint32)
    for row, (name, column) in zip(sobol_uniforms(FEW, seed=5, block=block), FEW, strict=True):
        shift, points = scramble(digits[:, column], 5, name)
        np.testing.assert_array_equal(row, open_unit(np.ldexp((points ^ np.uint32(shift)) + 0.5, -30)))


@pytest.mark.parametrize("block", [0, 1, 5])
def test_every_block_of_every_column_is_evenly_spread(block: int) -> None:
    """A digital net stays one under its scramble: one point in each of BLOCK equal intervals."""
    for row in sobol_uniforms(FEW, seed=9, block=block):
        # float32 may round a point onto the edge of its interval: all but a few must be alone.
        filled = np.unique(np.floor(row.astype(float) * BLOCK)).size
        assert filled >= BLOCK - 4


def test_blocks_together_are_as_even_as_one_long_sequence() -> None:
    rows = np.concatenate([sobol_uniforms([("inflation", 17)], seed=9, block=block)[0] for block in range(4)])
    assert np.unique(np.floor(rows.astype(float) * 4 * BLOCK)).size >= 4 * BLOCK - 32


def test_two_columns_together_fill_the_square_evenly() -> None:
    rows = sobol_uniforms([("inflation", 0), ("shell_share", 1)], seed=2, block=0).astype(float)
    side = 1 << (BLOCK.bit_length() // 2)
    counts = np.histogram2d(*rows, bins=BLOCK // side if BLOCK // side < side else side, range=[[0, 1], [0, 1]])[0]
    assert counts.std() < 0.2 * np.sqrt(counts.mean())


def test_seeds_names_and_blocks_give_other_numbers() -> None:
    base = sobol_uniforms([("inflation", 17)], seed=5, block=0)
    assert not np.array_equal(base, sobol_uniforms([("inflation", 17)], seed=6, block=0))
    assert not np.array_equal(base, sobol_uniforms([("inflation", 17)], seed=5, block=1))
    assert not np.array_equal(base, sobol_uniforms([("deflation", 17)], seed=5, block=0))


def test_what_blocks_share_is_kept_of_few_and_moves_no_number() -> None:
    def made(seed: int) -> list[np.ndarray]:
        return [sobol_uniforms(FEW[: 1 + seed], seed=seed, block=block) for block in (9, 0, 8, 300, 9)]

    seeds = (0, 1, 2, 0)
    kept = [made(seed) for seed in seeds]
    assert streams._scrambled.cache_info().currsize <= 4
    for seed, blocks in zip(seeds, kept, strict=True):
        streams._scrambled.cache_clear()
        np.testing.assert_array_equal(np.stack(made(seed)), np.stack(blocks))


def test_parameters_are_not_correlated_with_each_other() -> None:
    names = [(f"p{column}", column) for column in range(24)]
    rows = sobol_uniforms(names, seed=1, block=0)
    correlation = np.corrcoef(rows) - np.eye(len(names))
    assert np.abs(correlation).max() < 0.05


def test_a_longer_horizon_begins_with_the_shorter_one() -> None:
    short, long = (event_uniforms("stopped", seed=5, block=2, area="VN-02", years=years) for years in (7, 30))
    np.testing.assert_array_equal(long[:7], short)


def test_every_event_area_and_block_has_luck_of_its_own() -> None:
    keys = [("stopped", 0, "A"), ("founded", 0, "A"), ("stopped", 1, "A"), ("stopped", 0, "B")]
    streams = np.stack([event_uniforms(name, seed=5, block=block, area=area, years=1)[0] for name, block, area in keys])
    assert np.abs(np.corrcoef(streams) - np.eye(len(keys))).max() < 0.06


def test_uniforms_stay_strictly_inside_zero_and_one() -> None:
    edges = open_unit(np.array([0.0, 1e-300, 0.5, 1.0 - 1e-12, 1.0]))
    assert edges.dtype == np.float32
    assert (edges > 0).all() and (edges < 1).all() and edges[2] == 0.5


def test_keys_depend_on_names_and_not_on_how_they_are_cut() -> None:
    assert stream_key(1, "ab", "c") != stream_key(1, "a", "bc")
    assert stream_key(1, "a") == stream_key(1, "a")


@pytest.mark.parametrize(("draws", "blocks"), [(1, 1), (BLOCK, 1), (BLOCK + 1, 2), (3 * BLOCK, 3)])
def test_blocks_hold_all_draws(draws: int, blocks: int) -> None:
    assert block_count(draws) == blocks
