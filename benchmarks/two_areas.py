"""What a province of two areas costs beside one of one area: time of a run and peak of memory, interleaved."""

from __future__ import annotations

import argparse
import tracemalloc
from collections.abc import Callable
from itertools import cycle

from benchmarks.interleave import cpu_per_unit, table, verdict
from sim.ensemble import BLOCK, draw_block, run, run_block
from sim.evidence import load_knowledge
from sim.inputs.scenarios import load_background, load_scenario

ONE, TWO, PLAN, OTHER, DRAWS = "lao-cai", "lao-cai-2025", "fund-12.3", "capacity-first", 8192
#: Two areas cost at most this many times one.
GOAL = 2.2


def turn(slug: str) -> tuple[Callable[[], int], Callable[[], int]]:
    """A further plan on frozen draws, and a whole run with its draws; each says how many years of draws it made."""
    known = load_knowledge(province=slug)
    background = load_background(province=slug)
    scenario = load_scenario(PLAN, background=background)
    plans = cycle([scenario, load_scenario(OTHER, background=background)])  # of like plans the model would keep a part
    years = len(scenario.years(known.province.base_year))
    areas = [area.code for area in known.province.areas]
    block = draw_block(known.register, seed=1, index=0, size=BLOCK, years=years, areas=areas, posterior=known.posterior)

    def further() -> int:
        run_block(known.province, next(plans), block)
        return BLOCK * years

    def whole() -> int:
        run(known.province, known.register, [scenario], draws=DRAWS, seed=1, posterior=known.posterior)
        return DRAWS * years

    return further, whole


def peak(work: Callable[[], int]) -> float:
    """Most memory a turn holds at once [bytes per year of a draw]."""
    work()
    tracemalloc.start()
    units = work()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most / units


def main(argv: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.two_areas", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args(argv).rounds
    one, two = turn(ONE), turn(TWO)
    rows = []
    for place, what in enumerate(("a further plan on frozen draws", "a run with its draws")):
        seconds = cpu_per_unit({ONE: one[place], TWO: two[place]}, rounds=rounds)
        ratio = seconds[TWO] / seconds[ONE]
        rows.append((what, f"{1e9 * seconds[ONE]:.0f} ns", f"{1e9 * seconds[TWO]:.0f} ns", f"{ratio:.2f}",
                     f"≤ {GOAL}: {verdict(ratio, GOAL)}"))  # fmt: skip
    held = peak(one[1]), peak(two[1])
    rows.append(("most memory of a run", f"{held[0]:.0f} B", f"{held[1]:.0f} B", f"{held[1] / held[0]:.2f}",
                 f"≤ {GOAL}: {verdict(held[1] / held[0], GOAL)}"))  # fmt: skip
    print(table(f"per year of a draw; median of {rounds} rounds", ("", ONE, TWO, "two ÷ one", "goal"), rows))


if __name__ == "__main__":
    main()
