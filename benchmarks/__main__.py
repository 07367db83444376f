"""``python -m benchmarks`` (``make bench``): one table of all that is measured against its goals, and of growth.

Every part tells its lines and how long it took while the others run: whatever ends the rest, they are not lost. Each
also runs alone (`python -m benchmarks.commands`).
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from benchmarks import commands, growth, model_speed, notebooks, pages, planner_latency, two_areas
from benchmarks.interleave import Line, lines_table
from benchmarks.peers.__main__ import lines as peers

#: Parts of the table, in its order, by a name to choose them by.
PARTS: Mapping[str, Callable[[], list[Line]]] = {
    "peers": peers,
    "model": partial(model_speed.lines, (60,)),
    "areas": two_areas.lines,
    "commands": commands.lines,
    "planner": planner_latency.lines,
    "pages": pages.lines,
    "notebooks": notebooks.lines,
}


def main(argv: list[str] | None = None) -> None:
    """Measure the parts asked for and print the tables."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join((*PARTS, "growth")))
    parser.add_argument("--before", type=Path, help="folder of another version, set up: turns where a part has them")
    asked = parser.parse_args(argv)
    unknown = set(asked.parts) - {*PARTS, "growth"}
    if unknown:
        parser.error(f"{', '.join(sorted(unknown))}: not one of {', '.join((*PARTS, 'growth'))}")
    parts = dict(PARTS)
    if asked.before:
        parts |= {"commands": partial(commands.lines, before=asked.before)}
        parts |= {"pages": partial(pages.lines, before=asked.before)}
        parts |= {"planner": partial(planner_latency.lines, before=asked.before)}
    found: list[Line] = []
    try:
        for name, measure in parts.items():
            if name in (asked.parts or parts):
                started = time.monotonic()
                found += (seen := measured(name, measure))
                print(lines_table(f"{name}: {time.monotonic() - started:.0f} s", seen), file=sys.stderr, flush=True)
    finally:
        if found:
            print(lines_table("coopsim, what a person or a machine waits for", found), end="\n\n", flush=True)
    if not asked.parts or "growth" in asked.parts:
        growth.main([])


def measured(name: str, measure: Callable[[], list[Line]]) -> list[Line]:
    """The lines of a part; one that cannot run here, or ends itself, says why, and the others go on.

    Each has a process of its own: Linux counts to a program the memory of the one that started it, and the model's
    part would be seen in every command after it.
    """
    forked = get_context("fork")
    receiver, sender = forked.Pipe(duplex=False)
    process = forked.Process(target=_send, args=(measure, sender))
    process.start()
    sender.close()
    try:
        found = receiver.recv()
    except EOFError:
        found = RuntimeError("it was ended")
    process.join()
    if isinstance(found, (Exception, SystemExit)):
        return [Line(f"left out: {name}", " ".join(f"{type(found).__name__}: {found}".split())[:160])]
    if isinstance(found, BaseException):
        raise found
    return found


def _send(measure: Callable[[], list[Line]], sender: Connection) -> None:
    """Send the lines of a part, or what ended it."""
    try:
        sender.send(measure())
    except BaseException as error:
        sender.send(error)


if __name__ == "__main__":
    main()
