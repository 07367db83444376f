"""Papermill's engine with an end to what a cell may print: a runaway loop fills neither memory nor disk."""

from __future__ import annotations

import json
import time
from collections import Counter
from pathlib import Path
from typing import Any

from nbformat.v4 import new_output
from papermill.clientwrap import PapermillNotebookClient
from papermill.engines import Engine, papermill_engines
from traitlets import Unicode

from sim.inputs.yaml import load_catalogue
from sim.report.print import FRAGMENT
from sim.run import kernels
from sim.run.job import END_MARKER, EXECUTED, FAILED, KILLED, OK, TIMEOUT, Job, Outcome
from sim.run.pool import one_line, said, slower

# -- Papermill's engine with an end to what a cell may print: a runaway loop fills neither memory nor disk ---

ENGINE = "coopsim"
#: What one cell may show [characters]; fragments of a report page, which hold charts, may be larger.
MOST_TEXT, MOST_FRAGMENT = 1_000_000, 16_000_000
#: How many outputs one cell may show.
MOST_OUTPUTS = 1_000


class CappedClient(PapermillNotebookClient):
    """Runs cells; leaves out what one of them shows beyond the limits, says so once, and goes on."""

    cut_notice = Unicode().tag(config=True)

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._shown: Counter[tuple[int, bool]] = Counter()
        self._cut: set[int] = set()

    def output(self, outs: list[Any], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Keep an output, its beginning, or nothing of it."""
        content = msg["content"]
        data = content.get("data", {})
        if msg["msg_type"] == "error" or END_MARKER in data:
            return super().output(outs, msg, display_id, cell_index)
        which = cell_index, FRAGMENT in data
        room = (MOST_FRAGMENT if which[1] else MOST_TEXT) - self._shown[which]
        size = _size(content)
        self._shown[which] += size
        if size <= room and len(outs) < MOST_OUTPUTS:
            return super().output(outs, msg, display_id, cell_index)
        if cell_index not in self._cut:
            self._cut.add(cell_index)
            begun = content["text"][: max(room, 0)] if "text" in content else ""
            outs.append(new_output("stream", name="stderr", text=f"{begun}\n{self.cut_notice}\n"))
        return None


def _size(content: dict[str, Any]) -> int:
    if "text" in content:
        return len(content["text"])
    return sum(len(one) if isinstance(one, str) else len(json.dumps(one)) for one in content.get("data", {}).values())


class CappedEngine(Engine):
    """What `papermill.execute_notebook` calls to run the cells."""

    @classmethod
    def execute_managed_notebook(
        cls, nb_man: Any, kernel_name: str, *, start_timeout: int, execution_timeout: int, cut_notice: str, **_: Any
    ) -> None:
        """Run a notebook that Papermill manages."""
        CappedClient(
            nb_man, kernel_name=kernel_name, startup_timeout=start_timeout, timeout=execution_timeout,
            iopub_timeout=execution_timeout, cut_notice=cut_notice,
        ).execute()  # fmt: skip


papermill_engines.register(ENGINE, CappedEngine)


# -- Runs one notebook through Papermill, the safe way, and says truthfully how it ended -----------
# Papermill by itself reports success after `sys.exit` in a cell and "completed" after a dead
# kernel; it escapes values but not names, and formats its output path. So: one JSON string as the
# only parameter, a private folder of our own naming, time limits, and success only from the end
# marker of the last cell.

_START_RETRIES = 2


def execute(job: Job) -> Outcome:
    """Run a job in this process (a worker's, never the user's); never raises for what a notebook does."""
    started = time.monotonic()
    state, reason = _attempt(job)
    kernel = _used(job)
    seconds = time.monotonic() - started
    return Outcome(job.slug, state, reason, seconds, kernel=kernel.name, slower=slower(job, kernel))


def _used(job: Job) -> kernels.Chosen:
    """The kernel a job ran in: the provisioner falls back by itself when nothing can be forked any more."""
    from sim.run.kernels import ZygoteProvisioner

    if job.kernel == kernels.FORKED and ZygoteProvisioner.given_up:
        return kernels.Chosen(kernels.STOCK, kernels.GIVEN_UP, ZygoteProvisioner.given_up)
    return kernels.Chosen(job.kernel)


def _attempt(job: Job) -> tuple[str, str]:
    state, reason = _once(job)
    for _ in range(_START_RETRIES):
        # Only a kernel that never ran a cell is tried again: a start-up may collide on a port,
        # but work that failed must not be repeated until it happens to pass.
        if state == OK or _started(job.folder / EXECUTED):
            return state, reason
        state, reason = _once(job)
    if state != OK and not _started(job.folder / EXECUTED):
        return state, said(job, "run_no_start", attempts=_START_RETRIES + 1, detail=reason)
    return state, reason


def _once(job: Job) -> tuple[str, str]:
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from papermill.exceptions import PapermillExecutionError


    job.folder.mkdir(parents=True, exist_ok=True)
    executed = job.folder / EXECUTED
    ask = json.dumps({**job.parameters, "token": job.token, "folder": str(job.folder)}, ensure_ascii=False)
    try:
        papermill.execute_notebook(
            str(job.notebook),
            str(executed),
            parameters={"parameters": ask},
            kernel_name=job.kernel,
            engine_name=ENGINE,
            cwd=str(job.folder),
            progress_bar=False,
            execution_timeout=job.limits.cell,
            start_timeout=job.limits.start,
            cut_notice=load_catalogue(job.lang).text("batch.output_cut"),
        )
    except PapermillExecutionError as error:
        return FAILED, _failure(job, error)
    except CellTimeoutError:
        return TIMEOUT, said(job, "run_cell_timeout", seconds=job.limits.cell)
    except DeadKernelError:
        return KILLED, said(job, "run_killed")
    except Exception as error:  # a worker reports whatever happened; it must not die of it
        detail = one_line(f"{type(error).__name__}: {error}")
        return FAILED, said(job, "run_broke", detail=detail) if _started(executed) else detail
    return (OK, "") if ended(executed, job.token) else (FAILED, said(job, "run_no_marker"))


def _failure(job: Job, error: Any) -> str:
    """What a cell's exception means for the reader."""
    cell = error.cell_index + 1
    if error.ename.endswith("MemoryError"):
        return said(job, "run_out_of_memory", cell=cell)
    return said(job, "run_error", cell=cell, detail=one_line(f"{error.ename}: {error.evalue}"))


def _started(executed: Path) -> bool:
    """Whether any cell of a notebook was begun."""
    try:
        cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
    except (OSError, ValueError, KeyError):
        return False
    begun = ("running", "completed", "failed")
    return any(cell.get("metadata", {}).get("papermill", {}).get("status") in begun for cell in cells)


def ended(executed: Path, token: str) -> bool:
    """Whether the last code cell of an executed notebook shows this run's end marker."""
    try:
        cells = json.loads(executed.read_text(encoding="utf-8"))["cells"]
        last = [cell for cell in cells if cell["cell_type"] == "code"][-1]
    except (OSError, ValueError, KeyError, IndexError):
        return False
    markers = [_marker(output) for output in last["outputs"]]
    return {"token": token} in markers


def _marker(output: dict[str, Any]) -> Any:
    return output.get("data", {}).get(END_MARKER)
