"""What one twelve-year run costs, against the usual ways to write it, in one interleaved run."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from benchmarks.contenders import DRAWS, SCENARIOS, YEARS, Setting, many
from benchmarks.interleave import Line, cpu_per_unit, lines_table, verdict

#: Goals: CPU of a run by strata; and how many times slower the others are at one stratum.
GOAL_SECONDS = {1: 2.4e-6, 60: 90e-6}
GOAL_RATIOS = {"pure Python": 200.0, "pandas, step by step": 25.0}
OURS = "coopsim, frozen draws"


def lines(strata: Sequence[int] = tuple(GOAL_SECONDS), rounds: int = 7) -> list[Line]:
    """A run of every contender, by number of strata."""
    found = []
    for one in strata:
        seconds = cpu_per_unit(many(Setting.of(one)), rounds=rounds)
        where = "1 stratum" if one == 1 else f"{one} strata"
        for name, each in seconds.items():
            ratio = each / seconds[OURS]
            told = goal_words(one, name, each, ratio)
            found.append(Line(f"a run, {where}, {name}", f"{1e6 * each:.2f} µs", f"{ratio:.1f} × ours", told))
    return found


def goal_words(strata: int, name: str, seconds: float, ratio: float) -> str:
    """The goal of one contender, where it has one, and whether it is met."""
    if name == OURS and strata in GOAL_SECONDS:
        goal = GOAL_SECONDS[strata]
        return f"≤ {1e6 * goal:.1f} µs: {verdict(seconds, goal)}"
    if strata == 1 and name in GOAL_RATIOS:
        return f"≥ {GOAL_RATIOS[name]:.0f} ×: {verdict(ratio, GOAL_RATIOS[name], at_least=True)}"
    return ""


def main(argv: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.model_speed", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--strata", type=int, nargs="*", default=[1, 60])
    asked = parser.parse_args(argv)
    load = f"ours: {SCENARIOS} scenarios × {DRAWS:,} draws; median of {asked.rounds} rounds"
    print(lines_table(f"CPU of a {YEARS}-year run ({load})", lines(asked.strata, asked.rounds)))


if __name__ == "__main__":
    main()
