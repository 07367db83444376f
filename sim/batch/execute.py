"""Runs one notebook through Papermill, the safe way, and says truthfully how it ended.

Papermill by itself reports success after `sys.exit` in a cell and "completed" after a dead
kernel; it escapes values but not names, and formats its output path. So: one JSON string as the
only parameter, a private folder of our own naming, time limits, and success only from the end
marker of the last cell.
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from sim.batch import kernels
from sim.batch.job import END_MARKER, EXECUTED, FAILED, KILLED, OK, TIMEOUT, Job, Outcome
from sim.batch.reasons import one_line, said, slower
from sim.inputs.catalogue import load_catalogue

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
    from sim.batch.kernels.provisioner import ZygoteProvisioner

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

    from sim.batch.capped import ENGINE

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
