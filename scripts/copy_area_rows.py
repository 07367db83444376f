"""Copies the figures of provinces that merged into the pack of the province they became, with their sources.

The pack holds copies, so that a data page shows everything it rests on; tests/unit/test_merged_province.py holds that
they say the same. Rows of the merged province itself stay.
"""

from __future__ import annotations

import csv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1] / "data" / "provinces"
MERGED, PARTS = "lao-cai-2025", ("lao-cai", "yen-bai")
#: Area codes whose rows it holds: the areas, the whole, and the country.
CODES = ("VN-02", "VN-06", "VN-02-2025", "VN")
KEY = ("area_code", "entity", "indicator", "year", "period", "source_id")


def main() -> None:
    """Write both tables anew."""
    rows: dict[tuple[str, ...], dict[str, str]] = {}
    sources: dict[str, dict[str, str]] = {}
    for slug in (*PARTS, MERGED):
        for row in _rows(slug, "observations.csv"):
            if row["area_code"] in CODES:
                rows.setdefault(tuple(row[name] for name in KEY), row)
        for row in _rows(slug, "sources.csv"):
            sources.setdefault(row["id"], row)
    cited = {row["source_id"] for row in rows.values()}
    own = {row["id"] for row in _rows(MERGED, "sources.csv")}
    _write("observations.csv", list(rows.values()))
    _write("sources.csv", [sources[key] for key in sorted(sources) if key in cited | own])


def _rows(slug: str, name: str) -> list[dict[str, str]]:
    with (ROOT / slug / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _write(name: str, rows: list[dict[str, str]]) -> None:
    with (ROOT / MERGED / name).open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


if __name__ == "__main__":
    main()
