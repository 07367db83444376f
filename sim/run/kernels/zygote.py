"""The process kernels are forked from: imports what notebooks import, once, and waits for orders.

    python -m sim.run.kernels.zygote SOCKET DESCRIPTOR

It must never have a second thread, nor anything that a fork would share by accident: no ZeroMQ
context, no event loop, no call into vl-convert. It does nothing itself but fork, pass signals on and
report how kernels ended. It leaves some seconds after its last client.
"""

import atexit
import builtins
import contextlib
import ctypes
import gc
import importlib
import os
import random
import selectors
import signal
import socket
import sys
import tempfile
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from filelock import FileLock, Timeout

from sim.run.kernels import place
from sim.run.kernels.place import Line, Order

#: Seconds a zygote waits for another client before it leaves, and the variable that says otherwise.
IDLE, IDLE_VARIABLE = 5.0, "COOPSIM_ZYGOTE_IDLE"
_WAITING_CLIENTS = 64
#: Of prctl(2): the signal a process gets when the one that forked it dies.
_PR_SET_PDEATHSIG = 1


class Zygote:
    """Serves clients until there are none."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._idle = float(os.environ.get(IDLE_VARIABLE, IDLE))
        self._selector = selectors.DefaultSelector()
        self._kernels: dict[int, tuple[Line, list[str]]] = {}
        self._lines: set[Line] = set()
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)  # nobody else may connect, from the first moment and where no mode can be set later
        try:
            self._listener.bind(str(path))
        finally:
            os.umask(before)
        self._listener.listen(_WAITING_CLIENTS)
        self._woken, self._waker = socket.socketpair()
        self._waker.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)  # the number arrives on the pair instead
        signal.set_wakeup_fd(self._waker.fileno())
        for one in (self._listener, self._woken):
            self._selector.register(one, selectors.EVENT_READ)

    def serve(self) -> Order | None:
        """Fork a kernel for each order; returns the order in the kernel, None when it is time to leave."""
        last = time.monotonic()
        while True:
            if not (self._lines or self._kernels) and time.monotonic() - last >= self._idle and self._withdrawn():
                return None
            for found, _ in self._selector.select(self._idle):
                last = time.monotonic()
                if found.fileobj is self._listener:
                    self._accept()
                elif found.fileobj is self._woken:
                    self._woken.recv(_WAITING_CLIENTS)
                    self._reap()
                elif order := self._read(found.data):
                    return order

    def _accept(self) -> None:
        line = Line(self._listener.accept()[0])
        self._lines.add(line)
        self._selector.register(line.socket, selectors.EVENT_READ, line)

    def _read(self, line: Line) -> Order | None:
        """Do what a client says; the order in a new kernel."""
        try:
            messages = line.receive()
        except (EOFError, OSError):  # the client is gone: so are its kernels
            for pid in self._kernels_of(line):
                end(pid)
            self._selector.unregister(line.socket)
            self._lines.discard(line)
            line.close()
            return None
        for message in messages:
            if "signal" in message:
                for pid in self._kernels_of(line):
                    send(pid, message["signal"])
            elif order := self._fork(Order(line, **message)):
                return order
        return None

    def _kernels_of(self, line: Line) -> list[int]:
        return [pid for pid, (owner, _) in self._kernels.items() if owner is line]

    def _fork(self, order: Order) -> Order | None:
        """The order in the kernel, None in the zygote."""
        threads = os.listdir("/proc/self/task")
        if len(threads) != 1:
            order.line.send({"refused": f"{len(threads)} threads"})
            return None
        pid = os.fork()
        if pid:
            self._kernels[pid] = (order.line, order.leftovers)
            order.line.close_descriptors()
            return None
        # In the new kernel: everything of the zygote's goes but one connection.
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._selector.close()
        for one in (self._listener, self._woken, self._waker):
            one.close()
        for line in self._lines - {order.line}:
            line.close()
        return order

    def _reap(self) -> None:
        """Reap kernels that ended and report how; what these left in their groups goes too."""
        for pid, (line, leftovers) in list(self._kernels.items()):
            # Looked at before it is reaped: as long as it is not, nobody else can have its number.
            if os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
                continue
            send(pid, signal.SIGKILL)
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            del self._kernels[pid]
            with contextlib.suppress(OSError):
                line.send({"exit": code})
            for file in leftovers if line not in self._lines else ():
                Path(file).unlink(missing_ok=True)

    def _withdrawn(self) -> bool:
        """Take the socket away, unless somebody is about to connect."""
        try:
            with FileLock(self._path.with_name("start.lock"), timeout=0):
                self._listener.setblocking(False)
                with contextlib.suppress(BlockingIOError):
                    self._accept()
                    return False
                self._path.unlink(missing_ok=True)
                self._path.with_suffix(".log").unlink(missing_ok=True)
                return True
        except Timeout:
            return False
        except OSError:  # the folder itself is gone, so nobody can come
            return True


def send(pid: int, number: int) -> None:
    """Send a signal to a kernel's group, or to a kernel that has no group of its own yet."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)


def end(pid: int) -> None:
    """Kill a kernel and all it started, in its group or out of it."""
    import psutil

    try:
        family = psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    send(pid, signal.SIGKILL)
    for process in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


# -- From a fork of the zygote to a kernel that nothing distinguishes from a new interpreter --

def become(order: Order, zygote: int) -> None:
    """Run a kernel to its end, and end the process.

    Parameters
    ----------
    order : what the client asked for
    zygote : process number of the zygote; the kernel does not outlive it
    """
    from ipykernel.kernelapp import IPKernelApp

    os.setsid()  # an interrupt goes to the kernel's group, not to the zygote's
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != zygote:
        os._exit(1)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    # Standard streams, folder, environment and command line as the client would have given them.
    for target, given in enumerate(order.line.descriptors, start=1):
        os.dup2(given, target)
    os.environ.clear()
    os.environ.update(order.environment | {"JPY_PARENT_PID": str(zygote)})
    os.chdir(order.folder)
    time.tzset()
    tempfile.tempdir = None
    launcher = find_spec("ipykernel_launcher")
    sys.argv = [str(launcher and launcher.origin), *order.arguments]
    # No kernel shares its random numbers with the zygote or another kernel.
    random.seed()
    sys.modules["numpy"].random.seed()
    gc.enable()
    kernel: Any = IPKernelApp.instance(parent_handle=zygote)
    kernel.initialize(order.arguments)
    widgets = sys.modules.get("ipywidgets")
    if widgets:  # imported before there was a kernel to talk to
        widgets.register_comm_target()
    order.line.send({"pid": os.getpid()})  # its sockets are bound
    order.line.close()
    kernel.start()
    # It ends as an interpreter does, but without taking every shared module apart first. The control thread may
    # still be answering the request to end; ipykernel's own clean-up stops the thread it answers through first,
    # and then each waits for the other.
    kernel.control_thread.stop()
    kernel.control_thread.join()
    threading._shutdown()  # type: ignore[attr-defined]  # waits for the notebook's own threads
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(0)


# -- Starting --

def preload() -> None:
    """Import what notebooks import; refuses when something started a thread."""
    # The debugger's own threads and hooks do not survive a fork: kernels do without it, while
    # notebooks can still import it.
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    importlib.import_module("ipykernel.debugger")
    del sys.modules["debugpy"]
    # pandas chooses display options by what it is imported in: let it be a kernel, with a kernel's output.
    sys.stdout.reconfigure(encoding="UTF-8")  # type: ignore[union-attr]
    builtins.get_ipython = lambda: SimpleNamespace(kernel=None)  # type: ignore[attr-defined]
    for name in place.PRELOAD:
        importlib.import_module(name)
    del builtins.get_ipython  # type: ignore[attr-defined]
    threads = len(os.listdir("/proc/self/task"))
    if threads != 1:
        raise RuntimeError(f"{threads} threads after the imports")


def main() -> None:
    """Leave the starter, import, and serve; a kernel runs below this and ends here."""
    path, report = Path(sys.argv[1]), int(sys.argv[2])
    if os.fork():
        os._exit(0)  # nobody's child: the end of a worker and all it started is not the zygote's
    if sys.path[0] == os.getcwd():
        del sys.path[0]
    os.set_inheritable(report, False)
    try:
        gc.disable()
        preload()
        if place.key(os.environ) != path.stem:
            raise RuntimeError("the code changed while it was imported")
        zygote = Zygote(path)
        gc.collect()
        gc.freeze()  # so that a kernel's first collection does not copy every page
    except BaseException as error:
        os.write(report, f"{type(error).__name__}: {error}".encode())
        raise
    os.close(report)
    parent = os.getpid()
    order = zygote.serve()
    if order:
        become(order, parent)


if __name__ == "__main__":
    main()
