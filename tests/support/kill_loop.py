"""Kills reports at random times, again and again, and looks at what each left.

    python -m tests.support.kill_loop FOLDER KILLS SEED

Prints one JSON object. Every report is forked from this process, so that a kill falls into its work and not
into its imports; half of them run two notebooks at a time.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import psutil

from sim.run import RECORDS, verify
from tests.support.kernels import alive
from tests.support.tiny_report import LOG, half_written, result_hash, tiny_report

#: Seconds within which nothing of a killed report may be left.
GONE = 10.0


@dataclass
class Tally:
    """What happened over all kills."""

    kills: int = 0
    with_two_workers: int = 0
    corrupt: int = 0
    finished: int = 0
    differed: int = 0
    #: Notebooks begun and not kept, beyond those that may have been in flight.
    lost: int = 0
    #: Notebooks begun again although the report before the kill had made and recorded them.
    repeated: int = 0
    longest_gone: float = 0.0
    #: Command lines of processes that were still there long after their report was killed.
    left: list[str] = field(default_factory=list)


def start(out: Path, jobs: int) -> int:
    """Fork a report; returns its process number."""
    pid = os.fork()
    if not pid:
        try:
            os._exit(0 if all(entry.ending.ok for entry in tiny_report(out, jobs)) else 1)
        except BaseException:
            os._exit(2)
    return pid


def ended(pid: int, within: float) -> int | None:
    """Exit status of a child once it ended, None when it still runs after so many seconds."""
    end = time.monotonic() + within
    while True:
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() >= end:
            return None
        time.sleep(0.005)


def family(pid: int, out: Path) -> list[int]:
    """What a report started: its descendants, and kernels, which work in its folder."""
    numbers = [child.pid for child in psutil.Process(pid).children(recursive=True)]
    for process in psutil.process_iter():
        try:
            if process.cwd().startswith(str(out)):
                numbers.append(process.pid)
        except psutil.Error:
            continue
    return numbers


def kill(pid: int, out: Path, tally: Tally) -> None:
    """Kill a report and wait for what it started; says what is still there in the end."""
    started = family(pid, out)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    begun = time.monotonic()
    while any(map(alive, started)) and time.monotonic() - begun < GONE:
        time.sleep(0.02)
    tally.longest_gone = max(tally.longest_gone, time.monotonic() - begun)
    tally.left += [command(number) for number in started if alive(number)]


def command(number: int) -> str:
    """The command line of a process, its state and its parent's number."""
    try:
        process = psutil.Process(number)
        return f"{' '.join(process.cmdline())} ({process.status()}, child of {process.ppid()})"
    except psutil.Error as error:
        return str(error)


def recorded(out: Path) -> set[str]:
    """Pages whose notebooks have ended and are on record."""
    return {path.stem for path in out.glob(f"{RECORDS}/*.json")}


def begun_in(log: Path) -> set[str]:
    """Pages whose notebooks began in the last report."""
    return set(log.read_text(encoding="utf-8").split()) if log.exists() else set()


def loop(root: Path, kills: int, chance: random.Random) -> Tally:
    """Kill reports in one folder until there were enough; a finished one is compared and thrown away."""
    tally, out, log = Tally(), root / "out", root / "log"
    os.environ[LOG] = str(log)
    tiny_report(root / "whole")
    wanted, length = result_hash(root / "whole"), 3.0
    while tally.kills < kills or out.exists():
        jobs = 1 + tally.kills % 2
        log.unlink(missing_ok=True)
        before, begun = recorded(out), time.monotonic()
        pid = start(out, jobs)
        enough = tally.kills >= kills
        status = ended(pid, 600.0 if enough else chance.uniform(0.0, 1.2 * length))
        if status is None:
            kill(pid, out, tally)
            tally.kills += 1
            tally.with_two_workers += jobs == 2
            tally.lost += max(0, len(begun_in(log) - recorded(out)) - jobs)
        tally.repeated += len(begun_in(log) & before)
        tally.corrupt += len(half_written(out)) if out.exists() else 0
        if status is not None:
            length = 0.7 * length + 0.3 * min(time.monotonic() - begun, 20.0)
            tally.finished += 1
            tally.differed += status != 0 or not verify(out) or result_hash(out) != wanted
            shutil.rmtree(out)
    return tally


if __name__ == "__main__":
    print(json.dumps(asdict(loop(Path(sys.argv[1]).resolve(), int(sys.argv[2]), random.Random(int(sys.argv[3]))))))
