"""Where a zygote listens, what it preloads, and what is said over its socket."""

import hashlib
import json
import os
import socket
import stat
import sys
import sysconfig
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: What every notebook imports, directly or through `sim`, as its kernel starts or while it answers; ipykernel first.
PRELOAD = (
    "ipykernel.kernelapp", "ipykernel.zmqshell", "IPython.core.completer", "IPython.core.magics",
    "IPython.core.completerlib", "IPython.core.debugger", "IPython.core.oinspect", "IPython.extensions.storemagic",
    "sqlite3", "tornado.platform.asyncio", "traitlets.config.argcomplete_config",
    "numpy", "pandas", "altair", "vl_convert", "sim", "sim.run.cells", "sim.report.notebook",
    "babel.numbers", "psutil", "sim.inputs.text.legacy",
)  # fmt: skip

#: A process that forks may have no second thread, so the libraries may not start any.
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
ONE_THREAD["JE_ARROW_MALLOC_CONF"] = "background_thread:false"
#: Beginnings of the variables that Python, the C library and the imported libraries read only once.
_READ_ONCE = (
    "PYTHON", "LANG", "LC_", "LD_", "MALLOC_", "GLIBC_", "NPY_", "NUMPY_", "PANDAS_", "SCIPY_", "HOME", "USER",
)  # fmt: skip
_KEY_LENGTH = 16
#: The longest path of a Unix socket on Linux [bytes], one less than the structure that holds it.
_LONGEST = 107
_SOURCE = Path(__file__).resolve().parents[2]


class NoPlaceError(Exception):
    """There is no private folder with a path short enough for sockets."""


def can_fork() -> bool:
    """Whether zygotes work on this system: Linux; elsewhere forking is missing or unsafe."""
    return sys.platform == "linux"


def folder() -> Path:
    """Private folder of this user's sockets, made when missing.

    Raises
    ------
    NoPlaceError
        When every candidate belongs to somebody else, is open to others or lies too deep.
    """
    for base in filter(None, (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir())):
        path = Path(base) / f"coopsim-{os.getuid()}"
        try:
            path.mkdir(mode=stat.S_IRWXU, exist_ok=True)
            found = path.lstat()
        except OSError:
            continue
        private = stat.S_ISDIR(found.st_mode) and not found.st_mode & (stat.S_IRWXG | stat.S_IRWXO)
        fits = len(os.fsencode(path / f"{'z' * _KEY_LENGTH}.socket")) < _LONGEST
        if private and found.st_uid == os.getuid() and fits:
            return path
    raise NoPlaceError("no private folder for sockets")


def start_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """An environment to start Python with in another folder: the search path made absolute."""
    search = [os.path.abspath(path) for path in environment.get("PYTHONPATH", "").split(os.pathsep) if path]
    return {**environment, "PYTHONPATH": os.pathsep.join(search)}


def _code() -> list[tuple[str, int, int]]:
    """Every module of the program as Python tells whether it changed: by time and size; asked twice a notebook."""
    modules = (os.path.join(at, name) for at, _, names in os.walk(_SOURCE) for name in names if name.endswith(".py"))
    return sorted((path, found.st_mtime_ns, found.st_size) for path in modules for found in (os.stat(path),))


def key(environment: Mapping[str, str]) -> str:
    """What distinguishes zygotes, short enough for a file name."""
    import resource

    try:
        installed = sorted(name for name in os.listdir(sysconfig.get_path("purelib")) if name.endswith(".dist-info"))
    except OSError:
        installed = []
    # Limits a kernel inherits: a client limited to less memory must not get a kernel that is free of it.
    limits = {name: resource.getrlimit(getattr(resource, name)) for name in dir(resource) if name.startswith("RLIMIT_")}
    status = Path("/proc/self/status").read_text(encoding="utf-8")  # the file mask, read without changing it
    groups = Path("/proc/self/cgroup")
    parts: list[Any] = [
        [sys.executable, sys.version, sys.prefix, PRELOAD],
        installed,
        _code(),
        sorted(item for item in start_environment(environment).items() if item[0].startswith(_READ_ONCE)),
        [
            limits,
            next(line for line in status.splitlines() if line.startswith("Umask:")),
            os.getpriority(os.PRIO_PROCESS, 0),
            sorted(os.sched_getaffinity(0)),
            groups.read_text(encoding="utf-8") if groups.is_file() else "",
        ],
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:_KEY_LENGTH]


_CHUNK = 65536
#: Descriptors that travel with one message: standard output and standard error.
DESCRIPTORS = 2


class Line:
    """One end of a connection: keeps what has arrived until a whole line is there."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self.descriptors: list[int] = []
        self._arrived = b""

    def send(self, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
        """Send a message, and open files with it."""
        data = json.dumps(message).encode() + b"\n"
        sent = socket.send_fds(self.socket, [data], descriptors) if descriptors else 0
        self.socket.sendall(data[sent:])

    def receive(self) -> list[dict[str, Any]]:
        """Messages completed by one read, often none.

        Raises
        ------
        EOFError
            When the other end is gone.
        OSError
            When nothing arrived in the socket's own time limit, or the connection broke.
        """
        data, descriptors, _, _ = socket.recv_fds(self.socket, _CHUNK, DESCRIPTORS)
        self.descriptors.extend(descriptors)
        if not data:
            raise EOFError
        *lines, self._arrived = (self._arrived + data).split(b"\n")
        return [json.loads(line) for line in lines]

    def close_descriptors(self) -> None:
        """Close the files that came over the connection."""
        for descriptor in self.descriptors:
            os.close(descriptor)
        self.descriptors = []

    def close(self) -> None:
        """Close the connection and the files that came over it."""
        self.close_descriptors()
        self.socket.close()


@dataclass(frozen=True)
class Order:
    """A kernel to become: what `client.fork_kernel` sent, and the connection it came over."""

    line: Line
    arguments: list[str]
    environment: dict[str, str]
    folder: str
    leftovers: list[str]
