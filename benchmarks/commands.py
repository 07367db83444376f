"""What whole commands cost: processor time, the clock and memory of a fresh process, in turns with another version.

    python -m benchmarks.commands                      every command
    python -m benchmarks.commands refit sensitivity    those whose names begin so, and what they are measured by
    python -m benchmarks.commands --before FOLDER      the same by another version, set up in FOLDER, in turns with this

"kept" says what stands in the cache when the command starts: nothing, what history says (the posterior and the draws
of a projection), or all that the same command left there.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from benchmarks.interleave import Line, judged, lines_table

ROOT = Path(__file__).resolve().parents[1]
NOTHING, HISTORY, ALL = "nothing", "history", "all"
#: What any command of this kind stands on.
BASE = "import numpy, scipy.special"


class Cost(NamedTuple):
    """Seconds of processor time and of the clock, and the largest process [MB]."""

    cpu: float
    wall: float
    memory: float

    def told(self, decimals: int) -> str:
        """All three, seconds with so many decimals."""
        return f"{self.cpu:.{decimals}f} s CPU, {self.wall:.{decimals}f} s, {self.memory:.0f} MB"


class Failed(Exception):
    """A command that ended with an error."""


class Command(NamedTuple):
    """A command line, what is kept when it starts, and its goal.

    Attributes
    ----------
    most : seconds of processor time; of the clock for `wall`; times `against` where one is named
    against : the name of another command
    beyond : the time of that other one is taken off first, instead
    """

    arguments: Sequence[str]
    kept: str = ALL
    most: float = 0.0
    against: str = ""
    beyond: bool = False
    wall: bool = False


_SIM = ("-m", "sim")
COMMANDS: Mapping[str, Command] = {
    BASE: Command(("-c", BASE)),
    "--help": Command((*_SIM, "--help"), most=0.060, wall=True),
    "project": Command((*_SIM, "project", "fund-12.3"), most=1.4, against=BASE),
    "compare": Command((*_SIM, "compare", "fund-12.3", "no-support")),
    "allocate": Command((*_SIM, "allocate", "fund-12.3"), HISTORY, 0.8, "project", beyond=True),
    "allocate, asked again": Command((*_SIM, "allocate", "fund-12.3"), ALL, 0.3, "project", beyond=True),
    "allocate, all 12,341 splits":
        Command((*_SIM, "allocate", "fund-12.3", "--within", "none"), HISTORY, 4.0, "project", beyond=True),
    "sensitivity": Command((*_SIM, "sensitivity", "fund-12.3"), HISTORY, 4.0),
    "sensitivity, asked again": Command((*_SIM, "sensitivity", "fund-12.3")),
    "robust": Command((*_SIM, "robust"), HISTORY),
    "refit lao-cai": Command((*_SIM, "refit", "lao-cai"), NOTHING, 7.0),
    "refit yen-bai": Command((*_SIM, "refit", "yen-bai"), NOTHING),
    "refit lao-cai-2025": Command((*_SIM, "refit", "lao-cai-2025"), NOTHING, 2.2, "refit lao-cai"),
}  # fmt: skip
#: Not asked for unless named: it takes a quarter of an hour.
LONG: Mapping[str, Command] = {
    "credibility --full": Command((*_SIM, "credibility", "--full", "--province", "lao-cai"), HISTORY, 720.0),
}


def chosen(names: Sequence[str]) -> dict[str, Command]:
    """The commands that were named, and those they are measured by."""
    known = {**COMMANDS, **LONG}
    wanted = [one for one in known if any(one.startswith(name) for name in names)] if names else list(COMMANDS)
    by = {known[one].against for one in wanted}
    return {one: known[one] for one in known if one in wanted or one in by}


def once(root: Path, command: Command, caches: Path) -> Cost:
    """One fresh process of a version and all that it waits for, with a cache folder that holds what it should."""
    cache = caches / command.kept if command.kept == ALL else for_a_turn(caches / command.kept)
    environment = {**os.environ, "COOPSIM_CACHE": str(cache), "PYTHONPATH": str(root)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    python = root / ".venv" / "bin" / "python"
    with tempfile.TemporaryFile() as said:
        started = time.perf_counter()
        process = subprocess.Popen(
            [python, *command.arguments], cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=said
        )
        _, status, spent = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.perf_counter() - started
        if process.returncode:
            said.seek(0)
            told = said.read().decode("utf-8", "replace").strip().splitlines()
            raise Failed(f"left out: ended with {process.returncode}; {told[-1] if told else 'it said nothing'}"[:90])
    return Cost(spent.ru_utime + spent.ru_stime, wall, spent.ru_maxrss / 1024)


def for_a_turn(kept: Path) -> Path:
    """A cache folder that holds what is kept; what one turn leaves in it is gone at the next."""
    cache = kept.with_name("turn")
    shutil.rmtree(cache, ignore_errors=True)
    shutil.copytree(kept, cache)
    return cache


def tried(root: Path, command: Command, caches: Path) -> Cost | Failed:
    """`once`, or why it failed."""
    try:
        return once(root, command, caches)
    except Failed as why:
        return why


def middle(costs: Sequence[Cost | Failed]) -> Cost | Failed:
    """Median of turns, or the first that failed."""
    seen = [one for one in costs if isinstance(one, Cost)]
    failed = next((one for one in costs if isinstance(one, Failed)), None)
    return failed or Cost(*(statistics.median(column) for column in zip(*seen, strict=True)))


def measured(
    folder: Path, versions: Mapping[str, Path], commands: Mapping[str, Command], rounds: int
) -> dict[tuple[str, str], Cost | Failed]:
    """Median cost or why there is none, {(version, name)}; a first turn compiles and fills what is kept."""
    samples: dict[tuple[str, str], list[Cost | Failed]] = {(one, name): [] for name in commands for one in versions}
    for version, root in versions.items():
        for kept in (NOTHING, HISTORY, ALL):
            (folder / version / kept).mkdir(parents=True)
        once(root, COMMANDS["project"], folder / version)
        shutil.copytree(folder / version / ALL, folder / version / HISTORY, dirs_exist_ok=True)
        for command in commands.values():
            if command.kept == ALL:
                tried(root, command, folder / version)
    for _ in range(rounds):
        for name, command in commands.items():
            for version, root in versions.items():
                samples[version, name].append(tried(root, command, folder / version))
    return {at: middle(costs) for at, costs in samples.items()}


def told(name: str, command: Command, version: str, found: Mapping[tuple[str, str], Cost | Failed]) -> Line:
    """The line of a command of a version."""
    kept = f" ({command.kept} kept)" if command.kept != ALL else ""
    cost, before, against = (found.get(at) for at in ((version, name), ("before", name), (version, command.against)))
    if not isinstance(cost, Cost):
        return Line(f"{name}{kept}", str(cost), "" if version == "now" else "the version before")
    beside = f"{cost.cpu / before.cpu:.2f} of before" if isinstance(before, Cost) else ""
    goal = ""
    if isinstance(against, Cost) and command.beyond:
        goal = judged(cost.cpu - against.cpu, command.most, f"s beyond {command.against}")
    elif isinstance(against, Cost):
        goal = judged(cost.cpu / against.cpu, command.most, f"× {command.against}")
    elif command.most and not command.against:
        goal = judged(cost.wall if command.wall else cost.cpu, command.most, "s" if command.wall else "s CPU")
    return Line(f"{name}{kept}", cost.told(2), beside if version == "now" else "the version before", goal)


def lines(names: Sequence[str] = (), rounds: int = 5, before: Path | None = None) -> list[Line]:
    """The lines of the commands asked for, each beside that of the version before where one is given."""
    versions = {"now": ROOT} | ({"before": before.resolve()} if before else {})
    commands = chosen(names)
    with tempfile.TemporaryDirectory() as folder:
        found = measured(Path(folder), versions, commands, rounds)
    return [told(name, command, version, found) for name, command in commands.items() for version in versions]


def main(argv: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.commands", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--before", type=Path, help="folder of another version, set up")
    parser.add_argument("--rounds", type=int, default=5)
    asked = parser.parse_args(argv)
    title = f"commands, median of {asked.rounds} rounds"
    print(lines_table(title, lines(asked.names, asked.rounds, asked.before)))


if __name__ == "__main__":
    main(sys.argv[1:])
