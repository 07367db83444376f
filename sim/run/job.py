"""One notebook to run, how far a report is, and why one failed."""

from __future__ import annotations

import contextlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.inputs.yaml import LANGUAGES, load_catalogue

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

# -- One notebook run: what is asked, and what came of it ------------------------------------------

#: States a run can end in; only `ok` publishes anything.
OK, FAILED, TIMEOUT, KILLED, INVALID, SKIPPED = STATES = ("ok", "failed", "timeout", "killed", "invalid", "skipped")

#: The mime type of the marker that a notebook's last cell shows, and nothing else does.
END_MARKER = "application/vnd.coopsim.end+json"
EXECUTED = "executed.ipynb"
#: Sheets of a scenario as data, for the Excel file made from them.
WORKBOOK = "workbook.jsonl"


@dataclass(frozen=True)
class Limits:
    """Seconds a cell and a whole notebook may take, and how long a kernel may need to start."""

    cell: int = 300
    notebook: int = 900
    start: int = 60


@dataclass(frozen=True)
class Job:
    """One notebook with its one parameter.

    Attributes
    ----------
    slug : names the run in messages and files
    notebook : source notebook
    parameters : plain JSON data, already validated
    folder : private folder of this run
    kernel : its kernel's name; empty for the fastest where it runs
    token : the end marker has to repeat it, so that an old or foreign marker cannot pass
    """

    slug: str
    notebook: Path
    parameters: Mapping[str, Any]
    folder: Path
    limits: Limits = Limits()
    kernel: str = ""
    token: str = field(default_factory=lambda: secrets.token_hex(8))

    @property
    def lang(self) -> str:
        """Language of the report."""
        return str(self.parameters.get("lang", LANGUAGES[0]))

    def as_json(self) -> str:
        """The job as one line, for a worker in another process."""
        data = asdict(self)
        data |= {"notebook": str(self.notebook), "folder": str(self.folder)}
        return json.dumps(data)

    @classmethod
    def from_json(cls, line: str) -> Job:
        """The job of `as_json`."""
        data = json.loads(line)
        data |= {"notebook": Path(data["notebook"]), "folder": Path(data["folder"]), "limits": Limits(**data["limits"])}
        return cls(**data)


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes
    ----------
    state : one of `STATES`
    reason : one line for people; empty when ok
    kept : True when an earlier run still stood and nothing was run
    kernel : name of the kernel it ran in, or was to run in when its worker ended; empty when an earlier run stood
    slower : why that was the ordinary one although the fast one was wanted, in the report's language
    """

    slug: str
    state: str
    reason: str = ""
    seconds: float = 0.0
    kept: bool = False
    kernel: str = ""
    slower: str = ""

    @property
    def ok(self) -> bool:
        """Whether the run reached its end marker with its outputs in place."""
        return self.state == OK


# -- Progress on long work, on stderr: a bar where someone watches, plain lines where a log does ---

#: Fewer blocks than this are done before a bar could be read.
_WORTH_SHOWING = 9


@contextlib.contextmanager
def blocks(title: str) -> Iterator[Callable[[int, int], None]]:
    """A progress callback over blocks of draws; short runs show nothing and load nothing."""
    with contextlib.ExitStack() as stack:
        bar: Progress | None = None
        task: TaskID | None = None

        def told(done: int, total: int) -> None:
            nonlocal bar, task
            if total < _WORTH_SHOWING:
                return
            if bar is None:
                bar = stack.enter_context(_bar(_console()))
                task = bar.add_task(title, total=total)
            assert task is not None
            bar.update(task, completed=done)

        yield told


@contextlib.contextmanager
def notebooks(
    lang: str, total: int | None = None
) -> Iterator[tuple[Callable[[Outcome], None], Callable[[str, str], None]]]:
    """Two callbacks: one tells each notebook's outcome, the other why an earlier run is not kept."""
    console = _console()
    catalogue = load_catalogue(lang)
    with _bar(console) as bar:
        task = bar.add_task(catalogue.text("cli.reporting"), total=total)
        ordinary: set[str] = set()

        def told(outcome: Outcome) -> None:
            if outcome.slower and outcome.slower not in ordinary:  # the same reason holds for every notebook
                ordinary.add(outcome.slower)
                console.print(catalogue.text("cli.ordinary_kernel", why=outcome.slower), markup=False)
            state = catalogue.text(f"cli.state_{outcome.state}")
            note = f" — {outcome.reason}" if outcome.reason else f" ({outcome.seconds:.1f} s)"
            if outcome.kept:
                state, note = catalogue.text("cli.state_kept"), ""
            console.print(f"{outcome.slug}: {state}{note}", markup=False)
            bar.advance(task)

        def said(why: str, about: str) -> None:
            slug, _, parts = about.partition("|")
            console.print(catalogue.text(f"cli.again_{why}", slug=slug, parts=parts), markup=False)

        yield told, said


def _console() -> Console:
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


def _bar(console: Console) -> Progress:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)
