"""What a command costs before it can answer, against importing the two libraries it stands on."""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.interleave import table, verdict

ROOT = Path(__file__).parents[1]
BASE = "import numpy, scipy.special"
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    BASE: ["-c", BASE],
    "coopsim --help": ["-m", "sim", "--help"],
    "coopsim project fund-12.3": ["-m", "sim", "project", "fund-12.3"],
}
#: Help within so many seconds; a projection within so many times the libraries' import.
GOAL_HELP, GOAL_RATIO = 0.1, 2.0


def once(arguments: list[str]) -> tuple[float, float]:
    """Wall and CPU seconds of one fresh process."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    wall, after = time.perf_counter() - started, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def report(rounds: int) -> str:
    """The table; the first turn of each fills caches and is not counted."""
    samples: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    for counted in range(rounds + 1):
        for name, arguments in COMMANDS.items():
            measured = once(arguments)
            if counted:
                samples[name].append(measured)
    wall = {name: statistics.median(pair[0] for pair in pairs) for name, pairs in samples.items()}
    cpu = {name: statistics.median(pair[1] for pair in pairs) for name, pairs in samples.items()}
    ratio = cpu["coopsim project fund-12.3"] / cpu[BASE]
    goals = {
        "coopsim --help": f"≤ {1000 * GOAL_HELP:.0f} ms: {verdict(wall['coopsim --help'], GOAL_HELP)}",
        "coopsim project fund-12.3": f"≤ {GOAL_RATIO:.0f} ×: {verdict(ratio, GOAL_RATIO)}",
    }
    rows = [
        (
            name,
            f"{1000 * wall[name]:.0f}",
            f"{1000 * cpu[name]:.0f}",
            f"{cpu[name] / cpu[BASE]:.2f}",
            goals.get(name, ""),
        )
        for name in COMMANDS
    ]
    return table(f"start-up, median of {rounds} rounds", ("", "wall ms", "CPU ms", "× import", "goal"), rows)


def main(argv: list[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="benchmarks.startup", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    print(report(parser.parse_args(argv).rounds))


if __name__ == "__main__":
    main()
