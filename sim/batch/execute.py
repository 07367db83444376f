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

from sim.batch.job import END_MARKER, EXECUTED, FAILED, KILLED, OK, TIMEOUT, Job, Outcome

_REASON_LENGTH = 300
_START_RETRIES = 2


def execute(job: Job) -> Outcome:
    """Run a job in this process (a worker's, never the user's); never raises for what a notebook does."""
    started = time.monotonic()
    state, reason = _attempt(job)
    return Outcome(job.slug, state, reason, time.monotonic() - started)


def _attempt(job: Job) -> tuple[str, str]:
    state, reason = _once(job)
    for _ in range(_START_RETRIES):
        # Only a kernel that never ran a cell is tried again: a start-up may collide on a port,
        # but work that failed must not be repeated until it happens to pass.
        if state == OK or _started(job.folder / EXECUTED):
            break
        state, reason = _once(job)
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
            cwd=str(job.folder),
            progress_bar=False,
            execution_timeout=job.limits.cell,
            start_timeout=job.limits.start,
        )
    except PapermillExecutionError as error:
        return FAILED, _one_line(f"{error.ename}: {error.evalue}")
    except (CellTimeoutError, TimeoutError):
        return TIMEOUT, f"> {job.limits.cell} s"
    except DeadKernelError:
        return KILLED, "DeadKernelError"
    except Exception as error:  # a worker reports whatever happened; it must not die of it
        return FAILED, _one_line(f"{type(error).__name__}: {error}")
    return (OK, "") if ended(executed, job.token) else (FAILED, "no end marker")


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


def _one_line(text: str) -> str:
    """The first lines of an error on one line, short enough for a table."""
    return " ".join(text.split())[:_REASON_LENGTH]
