"""Progress of long work on stderr: a bar where someone watches, plain lines where a log does."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from sim.inputs.yaml import load_catalogue

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress

    from sim.run import Ending

#: Fewer blocks than this are done before a bar could be read.
_WORTH_SHOWING = 9


@contextlib.contextmanager
def blocks(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress callback over blocks of draws; short runs show nothing and load nothing."""
    with contextlib.ExitStack() as stack:
        shown: list[Progress] = []

        def advance(done: int, total: int) -> None:
            if total < _WORTH_SHOWING:
                return
            if not shown:
                shown.append(stack.enter_context(_bar(_console())))
                shown[0].add_task(title, total=total)
            shown[0].update(shown[0].task_ids[0], completed=done)

        yield advance


@contextlib.contextmanager
def notebooks(
    lang: str, total: int | None = None
) -> Iterator[tuple[Callable[[Ending], None], Callable[[str, str, str], None]]]:
    """Two callbacks of a report: one prints how each notebook ended, the other a notice on what an earlier one left."""
    console = _console()
    catalogue = load_catalogue(lang)
    with _bar(console) as bar:
        task = bar.add_task(catalogue.text("cli.reporting"), total=total)
        ordinary: set[str] = set()

        def on_end(ending: Ending) -> None:
            if ending.slower and ending.slower not in ordinary:  # the same reason holds for every notebook
                ordinary.add(ending.slower)
                console.print(catalogue.text("cli.ordinary_kernel", why=ending.slower), markup=False)
            state = catalogue.text(f"cli.state_{ending.state}")
            note = f" — {ending.reason}" if ending.reason else f" ({ending.seconds:.1f} s)"
            if ending.kept:
                state, note = catalogue.text("cli.state_kept"), ""
            console.print(f"{ending.slug}: {state}{note}", markup=False)
            bar.advance(task)

        def on_notice(why: str, slug: str, parts: str) -> None:
            console.print(catalogue.text(f"cli.again_{why}", slug=slug, parts=parts), markup=False)

        yield on_end, on_notice


def _console() -> Console:
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def _bar(console: Console) -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
