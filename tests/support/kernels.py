"""Running notebooks in either kernel, and waiting for what happens next, never for a fixed time."""

from __future__ import annotations

import json
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from sim.run import causes, execute as executing, kernels
from sim.run.kernels import client, place, provisioner, zygote

#: Where tests of kernels find the modules behind the door.
__all__ = ["causes", "client", "executing", "place", "provisioner", "zygote"]
ROOT = Path(__file__).resolve().parents[2]
#: Seconds a machine busy with other things may take for anything that has no limit of its own.
PATIENCE = 120.0
#: Seconds within which all that a notebook started has to be gone; a zygote of the tests waits so long for clients.
GONE, IDLE = 10.0, 2.0

#: A client in a process of its own: runs one cell in a forked kernel.
CLIENT = """
import sys
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
NotebookClient(new_notebook(cells=[new_code_cell(sys.argv[1])]), kernel_name="coopsim").execute()
"""
#: Prints the kernel to use and the zygote's process number.
FINDER = """
import os, socket, struct
from sim.run.kernels import available, connect
name = available()
found = connect(os.environ).getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
print(name, struct.unpack("3i", found)[0])
"""
#: A cell that starts processes in the kernel's group and outside it, says so in a file, and never ends.
BUSY = """
import json, os, subprocess, time
quiet = dict.fromkeys(("stdout", "stderr"), subprocess.DEVNULL)
started = [subprocess.Popen(["sleep", "300"], start_new_session=apart, **quiet).pid for apart in (False, True)]
with open({path!r} + ".part", "w") as file:
    json.dump({{"kernel": os.getpid(), "zygote": os.getppid(), "started": started}}, file)
os.rename({path!r} + ".part", {path!r})
time.sleep(300)
"""


def cells(*sources: str) -> NotebookNode:
    """A notebook of code cells."""
    return new_notebook(cells=[new_code_cell(source) for source in sources])


def execute(notebook: NotebookNode, kernel: str, folder: Path, **options: Any) -> NotebookNode:
    """Run a notebook in a folder; raises what nbclient raises."""
    patient = {"startup_timeout": PATIENCE, "iopub_timeout": PATIENCE, "resources": {"metadata": {"path": str(folder)}}}
    NotebookClient(notebook, kernel_name=kernel, **patient, **options).execute()
    return notebook


def printed(source: str | NotebookNode, folder: Path, kernel: str = kernels.FORKED) -> Any:
    """What the last cell prints, which is JSON."""
    done = execute(cells(source) if isinstance(source, str) else source, kernel, folder)
    text = [output["text"] for output in done.cells[-1].outputs if output.get("name") == "stdout"]
    return json.loads("".join(text))


def zygote_of(environment: dict[str, str]) -> int:
    """Process number of the zygote for an environment, started when missing."""
    with kernels.connect(environment) as found:
        return int(struct.unpack("3i", found.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0])


def alive(number: int) -> bool:
    """Whether a process runs; one that only waits to be buried does not."""
    try:
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait_until(holds: Callable[[], object], what: str, within: float = PATIENCE) -> None:
    """Look until something holds."""
    end = time.monotonic() + within
    while not holds():
        assert time.monotonic() < end, f"{what} in {within} s"
        time.sleep(0.05)


def wait_gone(numbers: list[int], within: float = GONE) -> None:
    """Wait until none of these processes runs."""
    wait_until(lambda: not any(map(alive, numbers)), f"not all of {numbers} were gone", within)


def busy(path: Path) -> dict[str, Any]:
    """What the cell BUSY says, once it has said it."""
    wait_until(path.exists, "the kernel did not start")
    return json.loads(path.read_text(encoding="utf-8"))


def python(code: str, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """A process of its own, with its output to be read."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], env=environment or dict(os.environ), text=True, cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
