"""What a province of two areas costs beside one of one area: time of a run and peak of memory, interleaved."""

from __future__ import annotations

import argparse
import tracemalloc
from collections.abc import Callable
from itertools import cycle

from benchmarks.interleave import Line, cpu_per_unit, judged, lines_table
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


def lines(rounds: int = 15) -> list[Line]:
    """Time of a further plan and of a run with its draws, and memory, per year of a draw."""
    one, two = turn(ONE), turn(TWO)
    found = []
    for place, what in enumerate(("a further plan on frozen draws", "a run with its draws")):
        seconds = cpu_per_unit({ONE: one[place], TWO: two[place]}, rounds=rounds)
        found.append(_line(what, 1e9 * seconds[ONE], 1e9 * seconds[TWO], "ns"))
    return [*found, _line("most memory of a run", peak(one[1]), peak(two[1]), "B")]


def _line(what: str, one: float, two: float, unit: str) -> Line:
    seen, beside = f"{two:.0f} {unit} a year of a draw", f"one area {one:.0f} {unit}"
    return Line(f"two areas: {what}", seen, beside, judged(two / one, GOAL, "× one"))


def main(argv: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.two_areas", description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    print(lines_table("a province of two areas", lines(parser.parse_args(argv).rounds)))


if __name__ == "__main__":
    main()
