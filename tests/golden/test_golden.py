"""Published figures move only on purpose: by ``make golden`` and a line in the changelog."""

from __future__ import annotations

import csv
import io

import pytest

from sim.evidence import Knowledge
from tests.golden.figures import FOLDER, SCENARIO, projected, tables

#: Relative agreement asked of every figure, here and on another machine.
AGREEMENT = 1e-9
NAMES = ("summary.csv", "targets.csv", "compare.csv")
HINT = "figures moved; if that was the purpose: make golden, and a line old → new in CHANGELOG.md"


@pytest.fixture(scope="module")
def made(knowledge: Knowledge) -> dict[str, str]:
    return tables(projected(knowledge))


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def moved(frozen: list[dict[str, str]], now: list[dict[str, str]]) -> list[str]:
    """Cells that differ, as text; numbers may differ by `AGREEMENT`."""
    found = []
    for old, new in zip(frozen, now, strict=True):
        for column, cell in old.items():
            if not _agree(cell, new[column]):
                found.append(f"{' '.join(list(old.values())[:6])} {column}: {cell} → {new[column]}")
    return found


def _agree(old: str, new: str) -> bool:
    try:
        return float(new) == pytest.approx(float(old), rel=AGREEMENT, abs=AGREEMENT)
    except ValueError:
        return old == new


@pytest.mark.parametrize("name", NAMES)
def test_no_published_figure_has_moved(made: dict[str, str], name: str) -> None:
    frozen = rows_of((FOLDER / name).read_text(encoding="utf-8"))
    differing = moved(frozen, rows_of(made[name]))
    assert not differing, f"{HINT}\n" + "\n".join(differing[:20])


def test_a_figure_that_moved_by_a_millionth_is_noticed() -> None:
    frozen = [{"indicator": "htx_active", "mean": "431.5"}]
    assert not moved(frozen, [{"indicator": "htx_active", "mean": "431.50000000001"}])
    assert moved(frozen, [{"indicator": "htx_active", "mean": "431.5005"}])
    assert moved(frozen, [{"indicator": "htx_stopped", "mean": "431.5"}])


def test_the_frozen_table_is_the_whole_answer(made: dict[str, str]) -> None:
    rows = rows_of((FOLDER / "summary.csv").read_text(encoding="utf-8"))
    assert {row["scenario"] for row in rows} == {SCENARIO}
    assert {row["area"] for row in rows} == {"VN-02"}
    printed = {
        row["indicator"]: float(row["mean"])
        for row in rows
        if row["year"] == "2023" and row["price_basis"] != "nominal"
    }
    assert printed["htx_registered"] == 502 and printed["htx_active"] == 405 and printed["htx_revenue"] == 895
