"""Runs one notebook through Papermill, the safe way, and says truthfully how it ended.

Papermill by itself reports success after `sys.exit` in a cell and "completed" after a dead kernel; it
escapes values but not names, and formats its output path. So: only parameters the notebook declares, a
private folder of our own naming, limits of time and of output, and success only from the end marker of
the last cell.
"""

import contextlib
import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jupyter_client.asynchronous import AsyncKernelClient
from nbclient.exceptions import DeadKernelError
from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, NotebookExecutionManager, papermill_engines
from traitlets import Unicode

from sim.report.print import FRAGMENT
from sim.run import kernels
from sim.run.causes import cause_in, cause_of, killed_for_memory, reason_of_death
from sim.run.job import END_MARKER, EXECUTED, FAILED, KILLED, OK, TIMEOUT, Ending, Job, filled, one_line

ENGINE = "coopsim"
#: Cells tagged so are for whoever opens a notebook; a report does not run them, so none of them reaches a page.
ASIDE = "aside"
#: What one cell may show [characters]; fragments of a report page, which hold charts, may be larger.
MOST_TEXT, MOST_FRAGMENT = 1_000_000, 16_000_000
#: How many outputs one cell may show.
MOST_OUTPUTS = 1_000
_ATTEMPTS = 3


def execute(job: Job) -> Ending:
    """Run a job in this process (a worker's, never the user's); never raises for what a notebook does."""
    started = time.monotonic()
    state, reason = _attempt(job)
    kernel, given_up = kernels.Chosen(job.kernel), kernels.ZygoteProvisioner.given_up
    if job.kernel == kernels.FORKED and given_up:  # the provisioner fell back by itself: nothing can be forked any more
        kernel = kernels.Chosen(kernels.STOCK, kernels.GIVEN_UP, given_up)
    seconds = time.monotonic() - started
    return Ending(job.slug, state, reason, seconds, kernel=kernel.name, slower=job.slower(kernel))


def _attempt(job: Job) -> tuple[str, str]:
    """State and reason of a run whose kernel may fail to start.

    Only a kernel that never ran a cell is started again: a start-up may collide on a port, but work that
    failed must not be repeated until it happens to pass.
    """
    state, reason = FAILED, ""
    for _ in range(_ATTEMPTS):
        state, reason = _once(job)
        if state == OK or _started(job.folder / EXECUTED):
            return state, reason
    key = cause_in(reason.partition(":")[0], reason) or "run_no_start"
    return state, job.reason(key, attempts=_ATTEMPTS, detail=reason)


def _once(job: Job) -> tuple[str, str]:
    import papermill
    from nbclient.exceptions import CellTimeoutError
    from papermill.exceptions import PapermillExecutionError

    job.folder.mkdir(parents=True, exist_ok=True)
    executed = job.folder / EXECUTED
    asked = filled(job.notebook, job.parameters, token=job.token, folder=str(job.folder))
    limits = {"execution_timeout": job.limits.cell, "start_timeout": job.limits.start, "prompt": job.prompt}
    cut_notice, killed_before = job.words("batch.output_cut"), killed_for_memory()
    try:
        papermill.execute_notebook(
            str(job.notebook), str(executed), parameters=asked, kernel_name=job.kernel,
            engine_name=ENGINE, cwd=str(job.folder), progress_bar=False, cut_notice=cut_notice, **limits,
        )  # fmt: skip
    except PapermillExecutionError as error:
        cell, detail = error.cell_index + 1, one_line(f"{error.ename}: {error.evalue}")
        if key := cause_in(error.ename, error.evalue):
            return FAILED, job.reason(key, detail=job.words("batch.in_cell", cell=cell, detail=detail))
        return FAILED, job.reason("run_error", cell=cell, detail=detail)
    except CellTimeoutError:
        return TIMEOUT, job.reason("run_cell_timeout", seconds=job.limits.cell)
    except DeadKernelError as error:
        return KILLED, reason_of_death(job, getattr(error, "code", None), killed_before)
    except Exception as error:  # a worker reports whatever happened; it must not die of it
        detail = one_line(error)
        return FAILED, job.reason(cause_of(error) or "run_broke", detail=detail) if _started(executed) else detail
    return (OK, "") if ended(executed, job.token) else (FAILED, job.reason("run_no_marker"))


def _cells(executed: Path) -> list[dict[str, Any]]:
    """Cells of an executed notebook; none where there is no whole one."""
    try:
        return list(json.loads(executed.read_text(encoding="utf-8"))["cells"])
    except (OSError, ValueError, KeyError):
        return []


def _started(executed: Path) -> bool:
    """Whether any cell of a notebook was begun."""
    begun = ("running", "completed", "failed")
    return any(cell.get("metadata", {}).get("papermill", {}).get("status") in begun for cell in _cells(executed))


def ended(executed: Path, token: str) -> bool:
    """Whether the last code cell of an executed notebook shows this run's end marker."""
    code = [cell for cell in _cells(executed) if cell.get("cell_type") == "code"]
    shown = code[-1].get("outputs", ()) if code else ()
    return {"token": token} in [output.get("data", {}).get(END_MARKER) for output in shown]


class _Ready(Exception):
    """The kernel has answered, and is heard."""


class PromptClient(AsyncKernelClient):
    """Waits for the first answer of a kernel, not also for a fifth of a second of silence after it."""

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until a kernel answers and its output is heard."""
        with contextlib.suppress(_Ready):
            await super().wait_for_ready(timeout)

    def _handle_kernel_info_reply(self, msg: dict[str, Any]) -> None:
        super()._handle_kernel_info_reply(msg)
        raise _Ready


# -- An end to what a cell may print: a runaway loop fills neither memory nor disk --

class LimitedClient(PapermillNotebookClient):
    """Runs cells; leaves out what one of them shows beyond the limits, says so once, and goes on."""

    cut_notice = Unicode().tag(config=True)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._shown: Counter[tuple[int, bool]] = Counter()
        self._cut: set[int] = set()
        #: How the kernel ended, once it died.
        self.code: int | None = None

    def create_kernel_manager(self) -> Any:
        """A manager whose clients lose no time."""
        manager = super().create_kernel_manager()
        manager.client_factory = PromptClient
        return manager

    async def _async_check_alive(self) -> None:
        """Note how a kernel ended that is dead: its manager forgets it with the notebook."""
        try:
            await super()._async_check_alive()
        except DeadKernelError:
            process = getattr(getattr(self.km, "provisioner", None), "process", None)
            self.code = process.poll() if process else None
            raise

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Keep an output, its beginning, or nothing of it."""
        content = msg["content"]
        data = content.get("data", {})
        if msg["msg_type"] == "error" or END_MARKER in data:
            return super().output(outs, msg, display_id, cell_index)
        which = cell_index, FRAGMENT in data
        room = (MOST_FRAGMENT if which[1] else MOST_TEXT) - self._shown[which]
        parts = [content["text"]] if "text" in content else data.values()
        size = sum(len(one) if isinstance(one, str) else len(json.dumps(one)) for one in parts)
        self._shown[which] += size
        if size <= room and len(outs) < MOST_OUTPUTS:
            return super().output(outs, msg, display_id, cell_index)
        if cell_index not in self._cut:
            self._cut.add(cell_index)
            begun = content["text"][: max(room, 0)] if "text" in content else ""
            outs.append(new_output("stream", name="stderr", text=f"{begun}\n{self.cut_notice}\n"))
        return None


class Progress(NotebookExecutionManager):
    """Keeps account of a run; writes down how far it came, but in full only where it ends badly.

    Papermill writes the whole notebook twice for every cell, skipped ones too, in the layout it is kept in: four fifths
    of a worker's work. What a run that is killed leaves behind, and what tells whether a cell was begun, is there when
    a cell is written as it starts, in any layout, behind the ones that ended before. A notebook that ran to its end is
    written by `execute_notebook`.
    """

    in_full = False
    #: The cell that runs, how many are in the file as they ended, and where these end there [bytes].
    _at, _ended, _place = 0, 0, 0

    def save(self, **_: Any) -> None:
        """Write the notebook as it stands."""
        if self.in_full:
            super().save()
        elif self.output_path:
            if not os.path.exists(self.output_path):  # an analyst's notebook may clear the folder it runs in
                self._ended = self._place = 0
            with open(self.output_path, "r+b" if self._place else "wb") as file:
                file.seek(self._place)
                file.write(b'{"cells": [' * (not self._place))
                file.write("".join(f"{_json(cell)}," for cell in self.nb.cells[self._ended : self._at]).encode())
                self._ended, self._place = self._at, file.tell()
                rest = _json({name: value for name, value in self.nb.items() if name != "cells"})
                file.write(f"{','.join(map(_json, self.nb.cells[self._at :]))}], {rest[1:]}".encode())
                file.truncate()
        self.last_save_time = self.now()

    def cell_start(self, cell: Any, cell_index: int | None = None, **options: Any) -> None:
        """Note that a cell begins; written only where it runs."""
        self._at = cell_index or 0
        runs = cell.cell_type == "code" and ASIDE not in cell.metadata.get("tags", ())
        with _written(self, runs):
            super().cell_start(cell=cell, cell_index=cell_index, **options)

    def cell_complete(self, cell: Any, cell_index: int | None = None, **options: Any) -> None:
        """Note that a cell ended; the next one's beginning tells it."""
        with _written(self, False):
            super().cell_complete(cell=cell, cell_index=cell_index, **options)


def _json(part: Any) -> str:
    return json.dumps(part, ensure_ascii=False)


@contextlib.contextmanager
def _written(progress: Progress, whether: bool) -> Iterator[None]:
    """What is noted meanwhile is written, or not."""
    path = progress.output_path
    progress.output_path = path if whether else None
    try:
        yield
    finally:
        progress.output_path = path


class LimitedEngine(Engine):
    """What `papermill.execute_notebook` calls to run the cells."""

    @classmethod
    def execute_notebook(
        cls, nb: Any, kernel_name: str, output_path: str | None = None, progress_bar: bool = False, **options: Any
    ) -> Any:
        """Run a notebook and keep account of it."""
        progress = Progress(nb, output_path=output_path, progress_bar=progress_bar)
        progress.notebook_start()
        try:
            cls.execute_managed_notebook(progress, kernel_name, **options)
        except BaseException:
            progress.in_full = True
            raise
        finally:
            progress.notebook_complete()
        return progress.nb

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, start_timeout: int, execution_timeout: int, cut_notice: str,
        prompt: bool, **_: Any,
    ) -> None:  # fmt: skip
        """Run a notebook that Papermill manages."""
        client = LimitedClient(
            nb_man, kernel_name=kernel_name, startup_timeout=start_timeout, timeout=execution_timeout,
            iopub_timeout=execution_timeout, cut_notice=cut_notice, skip_cells_with_tag=ASIDE,
            shutdown_kernel="immediate" if prompt else "graceful",
        )  # fmt: skip
        try:
            client.execute()
        except DeadKernelError as error:
            error.code = client.code  # type: ignore[attr-defined]
            raise


papermill_engines.register(ENGINE, LimitedEngine)
