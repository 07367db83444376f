"""``python -m tests.golden.rewrite`` (``make golden``): write the frozen figures anew and say what moved.

Commit the result together with a line in CHANGELOG.md: which figures moved, old → new, and why.
"""

from __future__ import annotations

import csv
import io
import sys

from sim.evidence import load_knowledge
from tests.golden.figures import FOLDER, projected, tables

#: Figures a reader of the changelog knows, as (indicator, year, price basis).
HEADLINES = (
    ("htx_founded", "2024", ""), ("htx_active", "2030", ""), ("htx_revenue", "2030", "nominal"),
    ("htx_revenue_total", "2030", "nominal"), ("htx_worker_income", "2030", "nominal"),
)  # fmt: skip


def main() -> int:
    """Rewrite every table; returns 0."""
    new = tables(projected(load_knowledge()))
    path = FOLDER / "summary.csv"
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    for name, text in new.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
    for key in HEADLINES:
        print(f"{' '.join(part for part in key if part)}: {_mean(old, key)} → {_mean(new['summary.csv'], key)}")
    return 0


def _mean(text: str, key: tuple[str, str, str]) -> str:
    for row in csv.DictReader(io.StringIO(text)):
        if (row["indicator"], row["year"], row["price_basis"]) == key:
            return f"{float(row['mean']):.6g} ({float(row['p10']):.6g}–{float(row['p90']):.6g})"
    return "–"


if __name__ == "__main__":
    sys.exit(main())
