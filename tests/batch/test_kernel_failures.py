"""A forked kernel fails like the ordinary one, and never outlives who asked for it."""

from __future__ import annotations

import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import pytest

from sim.run import Job, Limits, Worker, kernels
from tests.support.kernels import (
    BUSY,
    CLIENT,
    PATIENCE,
    alive,
    busy,
    cells,
    execute,
    place,
    python,
    wait_gone,
    wait_until,
    zygote_of,
)  # fmt: skip

pytestmark = pytest.mark.usefixtures("forked")

_ENDLESS = "import time\nwhile True: {}"
_SHORT_OF_MEMORY = """
import resource, psutil
resource.setrlimit(resource.RLIMIT_AS, (psutil.Process().memory_info().vms + 50_000_000,) * 2)
held = bytearray(500_000_000)
"""
#: The first cell; what it may take [s]; and options of the client that runs it. A second cell prints.
FAILURES: dict[str, tuple[str, int | None, dict[str, Any]]] = {
    "exception": ("1 / 0", None, {}),
    "memory error": ("bytearray(1 << 60)", None, {}),
    "memory limit": (_SHORT_OF_MEMORY, None, {}),
    "sys.exit(0)": ("import sys; sys.exit(0)", None, {}),
    "sys.exit(3)": ("import sys; sys.exit(3)", None, {}),
    # It ends a tenth of a second after it was told to, in which a next cell may run or not: this one lasts longer.
    "quit()": ("import time; quit(); time.sleep(0.5)", None, {}),
    "os._exit(0)": ("import os; os._exit(0)", None, {}),
    "killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", None, {}),
    "crash": ("import ctypes; ctypes.string_at(0)", None, {}),
    "time limit": (_ENDLESS.format("time.sleep(1)"), 2, {}),
    "endless output": (_ENDLESS.format("print('x'); time.sleep(0.01)"), 2, {}),
    "interrupted": (_ENDLESS.format("time.sleep(1)"), 2, {"interrupt_on_timeout": True, "allow_errors": True}),
}


def outcome(name: str, kernel: str, folder: Path) -> tuple[Any, ...]:
    """How a failing notebook ends: the exception, and what it shows; how often something was printed is chance."""
    source, limit, options = FAILURES[name]
    notebook, raised = cells(source, "print('after')"), ""
    try:
        execute(notebook, kernel, folder, timeout_func=lambda cell: limit if cell.source == source else None, **options)
    except Exception as error:
        raised = type(error).__name__
    shown = [output.get("ename") or output.get("text", "")[:1] for cell in notebook.cells for output in cell.outputs]
    return raised, sorted(set(shown))


@pytest.fixture(scope="module")
def ordinary(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """How the failing notebooks end in the ordinary kernel."""
    folder = tmp_path_factory.mktemp("ordinary")
    with ThreadPoolExecutor(3) as pool:
        return dict(zip(FAILURES, pool.map(lambda name: outcome(name, kernels.STOCK, folder), FAILURES), strict=True))


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_ends_as_in_the_ordinary_kernel(name: str, ordinary: dict[str, Any], tmp_path: Path) -> None:
    assert outcome(name, kernels.FORKED, tmp_path) == ordinary[name]


def test_what_a_dead_kernel_started_dies_with_it(tmp_path: Path) -> None:
    source = BUSY.format(path=str(tmp_path / "started")).replace("time.sleep(300)", "os._exit(1)")
    with pytest.raises(Exception, match="Kernel died"):
        execute(cells(source), kernels.FORKED, tmp_path)
    said = busy(tmp_path / "started")
    wait_gone([said["kernel"], said["started"][0]])
    os.kill(said["started"][1], signal.SIGKILL)  # a session of its own survives its kernel, as it always did


def test_a_kernel_and_all_it_started_are_gone_when_its_client_is_killed(tmp_path: Path) -> None:
    running = python(CLIENT, BUSY.format(path=str(tmp_path / "started")))
    said = busy(tmp_path / "started")
    running.kill()
    running.communicate()
    wait_gone([said["kernel"], *said["started"]])
    wait_until(lambda: not list(place.folder().glob("k*")), "sockets of killed kernels stay behind")


def test_a_worker_that_is_stopped_takes_its_kernel_with_it(tmp_path: Path) -> None:
    notebook = tmp_path / "busy.ipynb"
    source = cells(BUSY.format(path=str(tmp_path / "started")))
    source.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(source, notebook)
    worker = Worker(tmp_path / "log")
    job = Job("busy", notebook, {}, tmp_path / "run", Limits(), kernels.FORKED)
    running = threading.Thread(target=worker.run, args=(job,), daemon=True)
    running.start()
    said = busy(tmp_path / "started")
    worker.stop()
    wait_gone([said["kernel"], *said["started"]])
    assert alive(said["zygote"]), "the zygote belongs to no worker"


def test_a_killed_zygote_takes_its_kernels_along_and_the_next_client_starts_another(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    running = python(CLIENT, BUSY.format(path=str(tmp_path / "started")), environment=environment)
    said = busy(tmp_path / "started")
    os.kill(said["zygote"], signal.SIGKILL)
    wait_gone([said["kernel"], said["started"][0]])
    assert "DeadKernelError" in running.communicate(timeout=PATIENCE)[1]
    os.kill(said["started"][1], signal.SIGKILL)
    assert (place.folder() / f"{place.key(environment)}.socket").exists(), "a killed zygote cannot clean up"
    assert zygote_of(environment) != said["zygote"]
