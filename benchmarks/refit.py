"""What updating a province's assumptions costs with nothing kept, and again: seconds and peak of memory, by pack."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time

from benchmarks.interleave import table, verdict

#: Packs and how many seconds their first refit may take on two quiet cores.
GOALS = {"lao-cai": 60.0, "yen-bai": 60.0, "lao-cai-2025": 120.0}


def seconds(slug: str, cache: str) -> float:
    """One `coopsim refit` of a pack with a cache folder of its own."""
    started = time.monotonic()
    subprocess.run(
        [sys.executable, "-m", "sim", "refit", slug], check=True, stdout=subprocess.DEVNULL,
        env={**os.environ, "COOPSIM_CACHE": cache},
    )  # fmt: skip
    return time.monotonic() - started


def main() -> None:
    """Print the table; memory is the largest of all, in the order of the packs."""
    rows = []
    for slug, goal in GOALS.items():
        with tempfile.TemporaryDirectory() as cache:
            first, again = seconds(slug, cache), seconds(slug, cache)
        peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
        told = f"≤ {goal:.0f} s: {verdict(first, goal)}"
        rows.append((slug, f"{first:.1f} s", f"{again:.1f} s", f"{peak:.0f} MB", told))
    print(table("coopsim refit", ("pack", "nothing kept", "kept", "peak so far", "goal"), rows))


if __name__ == "__main__":
    main()
