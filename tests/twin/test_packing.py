"""What the twin's file carries comes back bit for bit; streams and Sobol columns are made again as they were."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest

from sim.ensemble import BLOCK, event_uniforms, sobol_points, sobol_uniforms
from sim.twin import ALPHABET, engine_script, packed, packed_whole, sobol_directions, stream_words
from tests.support.twin import Runs, javascript

SEED = 20240101
NAMES = "unpacked, wholeNumbers, philoxRanks, sobolRanks, normalScore, rankOf"


@pytest.fixture(scope="module")
def script() -> Iterator[Runs]:
    """The engine's own pieces."""
    end = "return { makeEngine };"
    opened = engine_script().replace(end, f"Object.assign(globalThis, {{ {NAMES} }});\n{end}")
    assert opened != engine_script()
    with javascript() as runs:
        runs.run(f"{opened}; null")
        yield runs


@pytest.mark.parametrize(
    "values",
    [
        [0.0, 0.25, 0.1, 1.0], [0.0, 0.0], [-0.5, -1e-20, 0.0, 3e8], [7.0], [-2.0, -2.0, -1.0], [1e-30, 1e30],
        np.random.default_rng(0).normal(size=1001), np.random.default_rng(1).uniform(0.2, 0.3, 500),
    ],
)  # fmt: skip
def test_numbers_come_back_as_they_were(script: Runs, values: list[float]) -> None:
    single = np.float32(values).astype(np.float64)
    carried = packed(single)
    assert script.run(f"Array.from(unpacked({json.dumps(carried)}))") == list(single + 0.0)
    assert set(carried["data"]) <= set(ALPHABET)


def test_whole_numbers_come_back_as_they_were(script: Runs) -> None:
    codes = np.random.default_rng(2).integers(0, 2**32, 999)
    assert script.run(f"Array.from(wholeNumbers({json.dumps(packed_whole(codes))}))") == list(codes)


def test_a_number_that_single_precision_does_not_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="single"):
        packed(np.array([0.1]))


def test_no_letter_has_to_be_escaped_in_json_or_in_a_page() -> None:
    assert json.dumps(ALPHABET) == f'"{ALPHABET}"'
    assert len(ALPHABET) ** 2 >= 2**13
    assert not set(ALPHABET) & set("<\"\\ ")


@pytest.mark.parametrize("block", [0, 3])
def test_a_stream_is_numpys(script: Runs, block: int) -> None:
    wanted = event_uniforms("stopped", seed=SEED, block=block, area="VN-02", years=3)
    shape = f"{{ rows: 3, block: {BLOCK}, first: 2, size: 1001, stride: 1010 }}"
    key = stream_words(SEED, "stopped", "VN-02", block)
    call = f"const r = new Float64Array(3030); philoxRanks({key}, r, {shape}); return Array.from(r);"
    found = script.run(f"(() => {{ {call} }})()")
    table = np.array(found).reshape(3, 1010)
    assert (table[:, 2:1003] == wanted[:, :1001]).all()
    assert not table[:, :2].any() and not table[:, 1003:].any()


def test_a_sobol_column_is_the_runs_over_two_blocks(script: Runs) -> None:
    columns = [("stopping_rate", 3), ("inflation", 17)]
    wanted = np.concatenate([sobol_uniforms(columns, seed=SEED, block=block) for block in (0, 1)], axis=1)
    points = sobol_points((2 * BLOCK - 1).bit_length(), 18)
    for row, (name, column) in enumerate(columns):
        directions = sobol_directions(name, SEED, points[:, column])
        assert script.run(f"Array.from(sobolRanks({directions}, {2 * BLOCK}))") == list(wanted[row].astype(float))


def test_scores_and_ranks_are_scipys(script: Runs) -> None:
    from scipy.special import ndtr, ndtri

    ranks = np.concatenate([2.0 ** -np.arange(1, 26), 1 - 2.0 ** -np.arange(2, 25), np.linspace(0.001, 0.999, 500)])
    scores = np.array(script.run(f"{json.dumps(list(ranks))}.map(normalScore)"))
    assert np.abs(scores - ndtri(ranks)).max() < 1e-14 * 6
    back = np.array(script.run(f"{json.dumps(list(scores))}.map(rankOf)"))
    assert np.abs(back / ndtr(scores) - 1).max() < 1e-13
