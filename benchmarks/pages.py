"""What pages of a report cost, start to end: one scenario page, the shipped scenarios with every page, hundreds.

    python -m benchmarks.pages                      one page, and the shipped scenarios with every page
    python -m benchmarks.pages --batch 8 24         as the number of scenarios grows, and what 200 would take
    python -m benchmarks.pages --before FOLDER      the same by another version, set up in FOLDER, in turns with this

Counted is the processor time of a command and of every process it started, kernels too; modules are compiled before.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from benchmarks.interleave import table, verdict

ROOT = Path(__file__).resolve().parents[1]
#: Of prctl(2): processes whose parent is gone become children of this one, so that their time is counted.
_SUBREAPER = 36
#: Goals: seconds of processor time of a page, seconds of all shipped pages and of a batch on so many quiet cores, MB.
GOAL_PAGE, GOAL_ALL, GOAL_BATCH, CORES, GOAL_MEMORY = 1.3, 18.0, 150.0, 2, 500.0
BATCH = 200


class Cost(NamedTuple):
    """Seconds of processor time and of the clock, and the largest process [MB]."""

    cpu: float
    wall: float
    memory: float


def main(arguments: Sequence[str]) -> None:
    """Print the table that was asked for."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.pages", description=__doc__)
    parser.add_argument("--before", type=Path, help="folder of another version, set up")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batch", type=int, nargs=2, metavar=("FEW", "MANY"))
    parser.add_argument("--cluster", default="", help="address of a Dask scheduler for the batch")
    asked = parser.parse_args(arguments)
    versions = {"now": ROOT} | ({"before": asked.before.resolve()} if asked.before else {})
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    with tempfile.TemporaryDirectory() as name:
        if asked.batch:
            print(batch_table(Path(name), versions, asked.batch, asked.cluster))
        else:
            print(page_table(Path(name), versions, asked.rounds))


def page_table(folder: Path, versions: dict[str, Path], rounds: int) -> str:
    """One more scenario page, by four pages against two, and the shipped scenarios with every page."""
    some = ["market-first", "fund-24.6", "indexed", "survey-first"]
    few: Callable[[Path], Cost] = lambda root: report(root, some[:2], folder / "few", "--only", "page")  # noqa: E731
    many: Callable[[Path], Cost] = lambda root: report(root, some, folder / "many", "--only", "page")  # noqa: E731
    seen: dict[str, list[tuple[Cost, Cost]]] = {version: [] for version in versions}
    for counted in range(rounds + 1):
        for version, root in versions.items():
            pair = few(root), many(root)
            if counted:
                seen[version].append(pair)
    rows = []
    for version, pairs in seen.items():
        cpu = statistics.median((more.cpu - less.cpu) / (len(some) - len(some[:2])) for less, more in pairs)
        goal = f"≤ {GOAL_PAGE} s: {verdict(cpu, GOAL_PAGE)}"
        rows.append((f"{version}: a scenario page", f"{cpu:.2f}", "", "", goal))
    for version, root in versions.items():
        whole = report(root, [], folder / f"all-{version}")
        least = whole.cpu / CORES
        goal = f"≤ {GOAL_ALL:.0f} s of the clock, {least:.0f} s of which are work: {verdict(whole.wall, GOAL_ALL)}"
        rows.append((f"{version}: all shipped, every page", *(f"{one:.0f}" for one in whole), goal))
    return table(f"Pages, median of {rounds} rounds", ("", "CPU s", "wall s", "peak MB", "goal"), rows)


def batch_table(folder: Path, versions: dict[str, Path], sizes: Sequence[int], cluster: str) -> str:
    """What one more scenario costs, and what two hundred would."""
    names = scenarios(folder / "asked", max(sizes))
    where = ["--cluster", cluster] if cluster else []
    rows = []
    for version, root in versions.items():
        costs = [report(root, names[:size], folder / f"{version}-{size}", *where) for size in sizes]
        rows += [
            (f"{version}: {size} scenarios", f"{cost.cpu:.0f}", f"{cost.wall:.0f}", f"{cost.memory:.0f}", "")
            for size, cost in zip(sizes, costs, strict=True)
        ]
        few, many = costs
        slope = (many.cpu - few.cpu) / (sizes[1] - sizes[0])
        whole = (few.cpu + slope * (BATCH - sizes[0])) / CORES
        goal = f"≤ {GOAL_BATCH:.0f} s: {verdict(whole, GOAL_BATCH)}; ≤ {GOAL_MEMORY:.0f} MB: "
        goal += verdict(many.memory, GOAL_MEMORY)
        rows.append((f"{version}: {BATCH}, at {slope:.2f} s each", f"{whole * CORES:.0f}", f"{whole:.0f}", "", goal))
    return table("Batches", ("", "CPU s", f"wall s on {CORES} cores", "peak MB", "goal"), rows)


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
    environment = {**os.environ, "COOPSIM_ZYGOTE_IDLE": "0.3"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    before, started = _spent(), time.perf_counter()
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(done.stdout[-500:] + done.stderr[-500:])
    while True:  # the process that kernels are forked from leaves when it is idle
        try:
            os.wait()
        except ChildProcessError:
            break
    after = _spent()
    return Cost(after - before, wall, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024)


def _spent() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


if __name__ == "__main__":
    main(sys.argv[1:])
