"""What one twelve-year run costs, against the usual ways to write it, in one interleaved run."""

from __future__ import annotations

import argparse

from benchmarks.contenders import DRAWS, SCENARIOS, YEARS, Setting, many
from benchmarks.interleave import cpu_per_unit, table, verdict

#: Goals: CPU of a run by strata; and how many times slower the others are at one stratum.
GOAL_SECONDS = {1: 2.4e-6, 60: 90e-6}
GOAL_RATIOS = {"pure Python": 200.0, "pandas, step by step": 25.0}
OURS = "coopsim, frozen draws"


def report(strata: int, rounds: int) -> str:
    """The table of one number of strata."""
    found = cpu_per_unit(many(Setting.of(strata)), rounds=rounds)
    rows = []
    for name, seconds in found.items():
        ratio = seconds / found[OURS]
        goal = goal_words(strata, name, seconds, ratio)
        rows.append((name, f"{1e6 * seconds:.2f}", f"{ratio:.1f}", goal))
    strata_words = "1 stratum" if strata == 1 else f"{strata} strata"
    load = f"ours: {SCENARIOS} scenarios × {DRAWS:,} draws; median of {rounds} rounds"
    title = f"CPU per {YEARS}-year run, {strata_words} ({load})"
    return table(title, ("", "µs", "× ours", "goal"), rows)


def goal_words(strata: int, name: str, seconds: float, ratio: float) -> str:
    """The goal of one contender, where it has one, and whether it is met."""
    if name == OURS and strata in GOAL_SECONDS:
        goal = GOAL_SECONDS[strata]
        return f"≤ {1e6 * goal:.1f} µs: {verdict(seconds, goal)}"
    if strata == 1 and name in GOAL_RATIOS:
        return f"≥ {GOAL_RATIOS[name]:.0f} ×: {verdict(ratio, GOAL_RATIOS[name], at_least=True)}"
    return ""


def main(argv: list[str] | None = None) -> None:
    """Print one table per number of strata."""
    parser = argparse.ArgumentParser(prog="benchmarks.model_speed", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--strata", type=int, nargs="*", default=[1, 60])
    arguments = parser.parse_args(argv)
    for strata in arguments.strata:
        print(report(strata, arguments.rounds), end="\n\n", flush=True)


if __name__ == "__main__":
    main()
