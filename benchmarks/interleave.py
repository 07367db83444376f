"""Timing of contenders side by side: every round runs each of them once, so that a busy machine hits all alike."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

#: Does some work and says how many units of it were done.
Contender = Callable[[], int]


def cpu_per_unit(
    contenders: Mapping[str, Contender], *, rounds: int, clock: Callable[[], float] = time.process_time
) -> dict[str, float]:
    """Median time per unit of work, by contender.

    Parameters
    ----------
    contenders : in the order they take turns
    rounds : how often each takes its turn, after one that is not counted
    clock : CPU time of this process unless given [s]

    Returns
    -------
    {name: seconds per unit}
    """
    samples: dict[str, list[float]] = {name: [] for name in contenders}
    for counted in range(rounds + 1):
        for name, work in contenders.items():
            started = clock()
            units = work()
            if counted:
                samples[name].append((clock() - started) / units)
    return {name: statistics.median(times) for name, times in samples.items()}


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Plain text, first column left, the others right."""
    cells = [list(columns), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(row[place]) for row in cells) for place in range(len(columns))]
    lines = [
        "  ".join(
            cell.ljust(width) if place == 0 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in cells
    ]
    return "\n".join([title, lines[0], "-" * len(lines[0]), *lines[1:]])


class Line(NamedTuple):
    """What was measured, what was seen, beside what, and how it stands to its goal."""

    what: str
    seen: str
    beside: str = ""
    goal: str = ""


def lines_table(title: str, lines: Sequence[Line]) -> str:
    """The table of every benchmark but those of growth."""
    return table(title, ("", "seen", "beside", "goal"), lines)


def judged(measured: float, goal: float, unit: str, *, at_least: bool = False) -> str:
    """A goal, what is held against it, and whether it is met."""
    sign = "≥" if at_least else "≤"
    return f"{sign} {goal:g} {unit}: {measured:.3g}, {verdict(measured, goal, at_least=at_least)}"


def verdict(measured: float, goal: float, *, at_least: bool = False) -> str:
    """How a figure stands to its goal."""
    met = measured >= goal if at_least else measured <= goal
    return "met" if met else "missed"
