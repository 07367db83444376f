"""Rows of a posterior that are copies of each other count as one."""

import sys

import numpy as np
import pytest

from sim.evidence.nowcast import copies


@pytest.mark.parametrize("odd", [None, 0], ids=["told apart by their bits", "all told alike"])
def test_copies_are_those_whose_every_value_is_the_same(odd: int | None, monkeypatch: pytest.MonkeyPatch) -> None:
    if odd is not None:
        monkeypatch.setattr(sys.modules["sim.evidence.nowcast"], "_ODD", np.uint64(odd))
    values = np.random.default_rng(1).integers(-1, 2, (5, 400)).astype(np.float32) * np.float32(0.37)
    values[:, 7] = [0.0, -0.0, 0.37, 0.0, 0.37]
    values[:, 8] = [-0.0, 0.0, 0.37, 0.0, 0.37]  # the same numbers
    columns = np.random.default_rng(2).integers(0, 400, 900)
    columns[:2] = 7, 8
    which = copies(values, columns)
    rows = [tuple((values[:, one] + 0.0).tolist()) for one in columns]
    assert which.shape == columns.shape and which[0] == which[1]
    assert len(set(zip(which.tolist(), rows, strict=True))) == len(set(rows)) == len(set(which.tolist()))
