"""From a fork of the zygote to a kernel that nothing tells from a new interpreter."""

from __future__ import annotations

import atexit
import ctypes
import gc
import os
import random
import signal
import sys
import tempfile
import threading
import time
from importlib.util import find_spec
from typing import Any

from sim.batch.kernels.wire import Order

#: Of prctl(2): the signal a process gets when the one that forked it dies.
_PR_SET_PDEATHSIG = 1


def become(order: Order, zygote: int) -> None:
    """Run a kernel to its end, and end the process.

    Parameters
    ----------
    order : what the client asked for
    zygote : process number of the zygote; the kernel does not outlive it
    """
    _detach(zygote)
    _surroundings(order, zygote)
    _randomness()
    gc.enable()
    kernel = _kernel(order, zygote)
    order.line.send({"pid": os.getpid()})
    order.line.close()
    kernel.start()
    _leave(kernel)


def _detach(zygote: int) -> None:
    os.setsid()  # an interrupt goes to the kernel's group, not to the zygote's
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != zygote:
        os._exit(1)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _surroundings(order: Order, zygote: int) -> None:
    """Standard streams, folder, environment and command line as the client would have given them."""
    for target, given in enumerate(order.line.descriptors, start=1):
        os.dup2(given, target)
    os.environ.clear()
    os.environ.update(order.environment | {"JPY_PARENT_PID": str(zygote)})
    os.chdir(order.folder)
    time.tzset()
    tempfile.tempdir = None
    launcher = find_spec("ipykernel_launcher")
    sys.argv = [str(launcher and launcher.origin), *order.arguments]


def _randomness() -> None:
    """No kernel shares its random numbers with the zygote or another kernel."""
    random.seed()
    sys.modules["numpy"].random.seed()


def _kernel(order: Order, zygote: int) -> Any:
    """An initialised kernel application: its sockets are bound."""
    from ipykernel.kernelapp import IPKernelApp

    kernel = IPKernelApp.instance(parent_handle=zygote)
    kernel.initialize(order.arguments)
    widgets = sys.modules.get("ipywidgets")
    if widgets:  # imported before there was a kernel to talk to
        widgets.register_comm_target()
    return kernel


def _leave(kernel: Any) -> None:
    """End as an interpreter does, but without taking every shared module apart first."""
    # The control thread may still be answering the request to end; ipykernel's own clean-up stops the
    # thread it answers through first, and then each waits for the other.
    kernel.control_thread.stop()
    kernel.control_thread.join()
    threading._shutdown()  # type: ignore[attr-defined]  # waits for the notebook's own threads
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(0)
