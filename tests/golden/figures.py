"""The figures that are frozen: what they are made of and how they are written down."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from sim.analysis.answer import TARGET_COLUMNS, target_rows
from sim.analysis.compare import COMPARE_COLUMNS, compare_rows
from sim.ensemble import DEFAULT_SEED, SUMMARY_COLUMNS, Result, run, summary_rows
from sim.evidence import Knowledge
from sim.inputs.scenarios import load_scenario

FOLDER = Path(__file__).parent
#: Few draws: enough to notice that a number moved, not enough to publish it.
DRAWS = 1024
SCENARIO, REFERENCE = "fund-12.3", "no-support"


def projected(knowledge: Knowledge) -> Result:
    """The 2024 fund and no support, with the shipped data and its posterior."""
    scenarios = [load_scenario(REFERENCE), load_scenario(SCENARIO)]
    return run(
        knowledge.province, knowledge.register, scenarios, draws=DRAWS, seed=DEFAULT_SEED, posterior=knowledge.posterior
    )


def tables(result: Result) -> dict[str, str]:
    """{file name: CSV text}, numbers to the last digit."""
    only = result.only([SCENARIO])
    return {
        "summary.csv": _text(SUMMARY_COLUMNS, summary_rows(only)),
        "targets.csv": _text(TARGET_COLUMNS, target_rows(only)),
        "compare.csv": _text(COMPARE_COLUMNS, compare_rows(result, REFERENCE)),
    }


def _text(columns: Iterable[str], rows: Iterator[tuple[object, ...]]) -> str:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([repr(cell) if isinstance(cell, float) else cell for cell in row] for row in rows)
    return buffer.getvalue()
