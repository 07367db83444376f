"""How the cost of a run grows with draws, strata, scenarios and years: processor time, and the slope on a log scale."""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import cycle

import numpy as np

from benchmarks.contenders import Setting
from benchmarks.interleave import Contender, cpu_per_unit, table
from sim.ensemble import run_block

#: What grows, and how far; all else stands at the first of its row.
SIZES: Mapping[str, Sequence[int]] = {
    "draws": (1024, 2048, 4096), "strata": (1, 4, 16), "scenarios": (1, 3, 9), "years": (3, 6, 12),
}  # fmt: skip


def turn(draws: int, strata: int, scenarios: int, years: int) -> Contender:
    """Runs of some scenarios on one frozen block."""
    setting = Setting.of(strata)
    block = setting.blocks(draws)[0].first(years)
    horizon = setting.province.base_year + years
    plans = cycle(replace(one, horizon=horizon) for one in setting.scenarios)

    def work() -> int:
        for _ in range(scenarios):  # each with other money than the last, so that nothing is alike
            run_block(setting.province, next(plans), block)
        return 1

    return work


def main(argv: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.growth", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args(argv).rounds
    first = {name: sizes[0] for name, sizes in SIZES.items()}
    rows = []
    for name, sizes in SIZES.items():
        taken = cpu_per_unit({str(size): turn(**{**first, name: size}) for size in sizes}, rounds=rounds)
        seconds = [taken[str(size)] for size in sizes]
        slope = np.polyfit(np.log(sizes), np.log(seconds), 1)[0]
        told = (f"{size:,}: {1e3 * one:.1f} ms" for size, one in zip(sizes, seconds, strict=True))
        rows.append((name, *told, f"{slope:.2f}"))
    print(table("cost as the work grows (slope 1: in proportion)", ("", "small", "middle", "large", "slope"), rows))


if __name__ == "__main__":
    main()
