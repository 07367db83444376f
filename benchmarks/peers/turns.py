"""What a peer's process is told and tells: draws in a file, a turn for every line it reads, a line of JSON after it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Given:
    """Parameters by draw, relative spending by draw and year; one stratum."""

    parameters: list[dict[str, float]]
    spending: list[list[dict[str, float]]]

    @property
    def years(self) -> int:
        """How many years a run has."""
        return len(self.spending[0])


#: One run of every draw of a share of them: active HTX and their average revenue at the end, by run.
Turn = Callable[[int], Iterable[tuple[float, float]]]


def serve(make: Callable[[Given], Turn], runs: int) -> None:
    """Answer every line on standard input with a turn of so many runs; making ready is not counted."""
    turn = make(Given(**json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
    for _ in sys.stdin:
        started = time.process_time()
        ends = list(turn(runs))
        seconds = time.process_time() - started
        active, revenue = (sum(values) / len(ends) for values in zip(*ends, strict=True))
        told = {"seconds": seconds, "runs": len(ends), "active": float(active), "revenue": float(revenue)}
        print(json.dumps(told), flush=True)
