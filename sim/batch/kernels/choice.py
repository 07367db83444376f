"""Which kernel to run notebooks in, and what a process that runs them needs in its environment."""

from __future__ import annotations

import os
import socket
import threading
from dataclasses import dataclass
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
_failed: dict[str, str] = {}

#: Why the ordinary kernel is used: the ends of names in the catalogue.
NO_FORK, NOT_INSTALLED, NO_PLACE, NO_START, GIVEN_UP = "no_fork", "not_installed", "no_place", "no_start", "given_up"


@dataclass(frozen=True)
class Chosen:
    """A kernel to use.

    Attributes
    ----------
    name : of the kernel
    why : why it is not the fast one, one of the words above; empty when it is, or was asked for
    detail : what the zygote said
    """

    name: str
    why: str = ""
    detail: str = ""


def chosen() -> Chosen:
    """The kernel to use: the forked one where it works here, else the ordinary one and why.

    Starts the zygote when it is not there yet, and keeps it until this process ends or calls
    `release`: it leaves by itself some seconds after the last one who needs it.
    """
    global _lease
    asked = os.environ.get(VARIABLE)
    if asked:
        return Chosen(asked)
    if not place.can_fork():
        return Chosen(STOCK, NO_FORK)
    if not entry_points(group=_GROUP, name=PROVISIONER):
        return Chosen(STOCK, NOT_INSTALLED)
    with _lock:
        try:
            wanted = f"{place.folder()}/{place.key(os.environ)}"
            if wanted in _failed:
                return Chosen(STOCK, NO_START, _failed[wanted])
            held, _lease = _lease, client.connect(os.environ)
        except place.NoPlaceError:
            return Chosen(STOCK, NO_PLACE)
        except client.ZygoteError as error:
            _failed[wanted] = str(error)  # starting takes seconds: it is not tried again for every notebook
            return Chosen(STOCK, NO_START, str(error))
        if held:
            held.close()
    return Chosen(FORKED)


def available() -> str:
    """Name of the kernel to use, for whoever does not ask why."""
    return chosen().name


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
    arithmetic to the last bit, and keep several at a time from fighting over the cores. A relative
    PYTHONPATH is made absolute: each notebook's folder would make another one of it, and another zygote.
    """
    paths = [str(_SPECS), *filter(None, os.environ.get("JUPYTER_PATH", "").split(os.pathsep))]
    found = {"JUPYTER_PATH": os.pathsep.join(dict.fromkeys(paths)), **place.ONE_THREAD}
    if "PYTHONPATH" in os.environ:
        found["PYTHONPATH"] = place.start_environment(os.environ)["PYTHONPATH"]
    return found
