"""What pages of a report cost, start to end: one scenario page, the shipped scenarios with every page, hundreds.

    python -m benchmarks.pages                      one page, and the shipped scenarios with every page
    python -m benchmarks.pages --batch 8 24         as the number of scenarios grows, and what 200 would take
    python -m benchmarks.pages --before FOLDER      the same by another version, set up in FOLDER, in turns with this

Counted is the processor time of a command and of every process it started, kernels too; modules are compiled and
history is conditioned before. Nothing else is kept: every scenario is asked about for the first time.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

from benchmarks.commands import ALL, COMMANDS, Cost, for_a_turn, once
from benchmarks.interleave import Line, judged, lines_table
from sim.domain import fingerprint

ROOT = Path(__file__).resolve().parents[1]
#: Of prctl(2).
_SUBREAPER = 36
#: Goals: seconds of processor time of a page, seconds of all shipped pages and of a batch on so many quiet cores, MB.
GOAL_PAGE, GOAL_ALL, GOAL_BATCH, CORES, GOAL_MEMORY = 1.3, 18.0, 150.0, 2, 500.0
BATCH = 200


def main(arguments: Sequence[str]) -> None:
    """Print the table that was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--before", type=Path, help="folder of another version, set up")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch", type=int, nargs=2, metavar=("FEW", "MANY"))
    parser.add_argument("--cluster", default="", help="address of a Dask scheduler for the batch")
    asked = parser.parse_args(arguments)
    if asked.batch:
        print(lines_table("batches", batch_lines(asked.batch, asked.before, asked.cluster)))
    else:
        print(lines_table(f"pages, median of {asked.rounds} rounds", page_lines(asked.rounds, asked.before)))


def lines(before: Path | None = None) -> list[Line]:
    """Pages, and a batch of hundreds told from two small ones."""
    return [*page_lines(before=before), *batch_lines(before=before)]


def page_lines(rounds: int = 3, before: Path | None = None) -> list[Line]:
    """One more scenario page, by four pages against two, and the shipped scenarios with every page."""
    some = ["market-first", "fund-24.6", "indexed", "survey-first"]
    versions, found = _versions(before), []
    with _folder() as folder:
        more: dict[str, list[float]] = {version: [] for version in versions}
        for counted in range(rounds + 1):
            for version, root in versions.items():
                few, many = (report(root, some[:count], folder / str(count), "--only", "page") for count in (2, 4))
                if counted:
                    more[version].append((many.cpu - few.cpu) / 2)
        for version, those in more.items():
            cpu = statistics.median(those)
            goal = judged(cpu, GOAL_PAGE, "s CPU")
            found.append(Line(f"one more scenario page{version}", f"{cpu:.2f} s CPU", "", goal))
        for version, root in versions.items():
            whole = report(root, [], folder / f"all{version}")
            beside = f"{whole.cpu / CORES:.0f} s if {CORES} cores had nothing else to do"
            goal = judged(whole.wall, GOAL_ALL, "s")
            found.append(Line(f"all shipped, every page{version}", whole.told(0), beside, goal))
    return found


def batch_lines(sizes: Sequence[int] = (8, 24), before: Path | None = None, cluster: str = "") -> list[Line]:
    """What one more scenario costs, and what two hundred would."""
    where = ["--cluster", cluster] if cluster else []
    found = []
    with _folder() as folder:
        names = scenarios(folder / "asked", max(sizes))
        for version, root in _versions(before).items():
            few, many = (report(root, names[:size], folder / f"{size}{version}", *where) for size in sizes)
            if cluster:  # what its workers do is not this process' time
                slope = (many.wall - few.wall) / (sizes[1] - sizes[0])
                whole, beside = few.wall + slope * (BATCH - sizes[0]), f"{slope:.2f} s for one more"
            else:
                slope = (many.cpu - few.cpu) / (sizes[1] - sizes[0])
                whole = (few.cpu + slope * (BATCH - sizes[0])) / CORES
                beside = f"{slope:.2f} s CPU for one more"
            goal = judged(whole, GOAL_BATCH, f"s on {CORES} cores")
            what = f"{BATCH} scenarios, from {sizes[0]} and {sizes[1]}{version}"
            found.append(Line(what, many.told(0), beside, goal))
            grown = judged(many.memory, GOAL_MEMORY, "MB")
            found.append(
                Line(f"a batch's largest process{version}", f"{few.memory:.0f}, {many.memory:.0f} MB", "", grown)
            )
    return found


def _versions(before: Path | None) -> dict[str, Path]:
    return {"": ROOT} | ({", version before": before.resolve()} if before else {})


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder for reports; processes whose parent is gone become children of this one, so that their time counts."""
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    try:
        with tempfile.TemporaryDirectory() as name:
            yield Path(name)
    finally:
        ctypes.CDLL(None).prctl(_SUBREAPER, 0, 0, 0, 0)


def scenarios(folder: Path, count: int) -> list[str]:
    """Files of so many scenarios: the shipped fund with other money on one line."""
    from sim.inputs.scenarios import load_scenario
    from sim.inputs.yaml import scenario_text

    folder.mkdir()
    base = load_scenario("fund-12.3")
    names = []
    for number in range(count):
        slug = f"batch-{number:03}"
        money = Decimal("3.69") + Decimal(number) / 100
        plan = base.plan.with_money(years=base.plan.lines["market"], slug=slug, market=money)
        path = folder / f"{slug}.yaml"
        path.write_text(scenario_text(replace(base, slug=slug, plan=plan)), encoding="utf-8")
        names.append(str(path))
    return names


def report(root: Path, names: Sequence[str], out: Path, *more: str) -> Cost:
    """Make a report anew and wait for all that it started.

    Raises
    ------
    RuntimeError
        When it fails.
    """
    asked = [*names, "-o", out, "--fresh", "--jobs", str(CORES), *more]
    command = [root / ".venv/bin/python", "-m", "sim", "report", *asked]
    # A place of its own for sockets: kernels forked from a process that another report left would not be counted.
    (sockets := out.parent / "sockets").mkdir(mode=0o700, exist_ok=True)
    environment = {**os.environ, "COOPSIM_ZYGOTE_IDLE": "0.3", "XDG_RUNTIME_DIR": str(sockets)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["COOPSIM_CACHE"] = str(_conditioned(root, out.parent))
    with tempfile.TemporaryFile() as said:
        started, cpu, memory, wall = time.perf_counter(), 0.0, 0, 0.0
        process = subprocess.Popen(command, cwd=root, env=environment, stdout=said, stderr=said)
        while True:  # the process that kernels are forked from leaves when it is idle
            try:
                number, status, used = os.wait3(0)
            except ChildProcessError:
                break
            cpu, memory = cpu + used.ru_utime + used.ru_stime, max(memory, used.ru_maxrss)
            if number == process.pid:
                wall, process.returncode = time.perf_counter() - started, os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(said.read().decode()[-1000:])
    return Cost(cpu, wall, memory / 1024)


def _conditioned(root: Path, folder: Path) -> Path:
    """A cache that holds what history says in a version, and no answer of a report before."""
    caches = folder / f"caches-{fingerprint(str(root))[:8]}"
    if not caches.exists():
        once(root, COMMANDS["project"], caches)
    return for_a_turn(caches / ALL)


if __name__ == "__main__":
    main(sys.argv[1:])
