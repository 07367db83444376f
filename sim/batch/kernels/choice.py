"""Which kernel to run notebooks in, and what a process that runs them needs in its environment."""

from __future__ import annotations

import os
import socket
import threading
from importlib.metadata import entry_points
from pathlib import Path

from sim.batch.kernels import client, place

#: Kernel names: forked from the zygote, and the one that every Jupyter has.
FORKED, STOCK = "coopsim", "python3"
#: Name of the provisioner's entry point; kernel.json repeats it.
PROVISIONER = "coopsim-zygote"
_GROUP = "jupyter_client.kernel_provisioners"
_SPECS = Path(__file__).resolve().parent / "spec"

#: Variable that names the kernel to use, for those who want the ordinary one.
VARIABLE = "COOPSIM_KERNEL"

_lock = threading.Lock()
_lease: socket.socket | None = None
_failed: set[str] = set()


def available() -> str:
    """Name of the kernel to use: the forked one where it works here, else the ordinary one.

    Starts the zygote when it is not there yet, and keeps it until this process ends or calls
    `release`: it leaves by itself some seconds after the last one who needs it.
    """
    global _lease
    asked = os.environ.get(VARIABLE)
    if asked:
        return asked
    if not place.can_fork() or not entry_points(group=_GROUP, name=PROVISIONER):
        return STOCK
    with _lock:
        try:
            wanted = f"{place.folder()}/{place.key(os.environ)}"
            if wanted in _failed:
                return STOCK
            held, _lease = _lease, client.connect(os.environ)
        except place.NoPlaceError:
            return STOCK
        except client.ZygoteError:
            _failed.add(wanted)  # starting takes seconds: it is not tried again for every notebook
            return STOCK
        if held:
            held.close()
    return FORKED


def release() -> None:
    """Let the zygote go; kernels that run keep it until they end."""
    global _lease
    with _lock:
        if _lease:
            _lease.close()
        _lease = None


def kernel_environment() -> dict[str, str]:
    """Variables for processes that run notebooks, whichever kernel they use.

    JUPYTER_PATH lets them find the kernel. The limits on threads give both kernels the same
    arithmetic to the last bit, and keep several at a time from fighting over the cores.
    """
    paths = [str(_SPECS), *filter(None, os.environ.get("JUPYTER_PATH", "").split(os.pathsep))]
    return {"JUPYTER_PATH": os.pathsep.join(dict.fromkeys(paths)), **place.ONE_THREAD}
