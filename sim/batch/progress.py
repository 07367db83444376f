"""Progress on long work, on stderr: a bar where someone watches, plain lines where a log does."""

from __future__ import annotations

import contextlib
from typing import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from sim.batch.job import Outcome
from sim.inputs.catalogue import load_catalogue

#: Fewer blocks than this are done before a bar could be read.
_WORTH_SHOWING = 9


@contextlib.contextmanager
def blocks(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress callback over blocks of draws; silent for short runs."""
    console = Console(stderr=True)
    with _bar(console) as bar:
        task = None

        def told(done: int, total: int) -> None:
            nonlocal task
            if total < _WORTH_SHOWING:
                return
            if task is None:
                task = bar.add_task(title, total=total)
            bar.update(task, completed=done)

        yield told


@contextlib.contextmanager
def notebooks(lang: str, total: int | None = None) -> Iterator[Callable[[Outcome], None]]:
    """A callback that tells each notebook's outcome, and a bar with the time left."""
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    catalogue = load_catalogue(lang)
    with _bar(console) as bar:
        task = bar.add_task(catalogue.text("cli.reporting"), total=total)

        def told(outcome: Outcome) -> None:
            state = catalogue.text(f"cli.state_{outcome.state}")
            line = f"{outcome.slug}: {state}" + (f" — {outcome.reason}" if outcome.reason else f" ({outcome.seconds:.1f} s)")
            console.print(line, markup=False)
            bar.advance(task)

        yield told


def _bar(console: Console) -> Progress:
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
