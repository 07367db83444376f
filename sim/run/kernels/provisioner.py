"""Which kernel runs a notebook, and the provisioner that jupyter_client finds by its entry point `coopsim-zygote`."""

import asyncio
import os
import secrets
import socket
import threading
import time
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, ClassVar

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from sim.run.kernels import client, place
from sim.run.kernels.client import Forked, ZygoteError, fork_kernel

#: Kernel names: forked from the zygote, and the one that every Jupyter has.
FORKED, STOCK = "coopsim", "python3"
#: Name of the provisioner's entry point; kernel.json repeats it.
PROVISIONER = "coopsim-zygote"
_GROUP = "jupyter_client.kernel_provisioners"
_SPECS = Path(__file__).resolve().parent / "spec"

#: Variable that names the kernel to use, for those who want the ordinary one.
VARIABLE = "COOPSIM_KERNEL"

_MODULE = "ipykernel_launcher"
#: Arguments of `subprocess.Popen` that a forked kernel can be given as well.
_UNDERSTOOD = frozenset({"cwd", "env", "stdout", "stderr", "extra_arguments", "kernel_id"})
_RANDOM_BYTES = 6
#: Seconds between looks at a kernel that is ending, and until its manager looks itself, ten times a second.
_LOOK, _PROMPT = 0.01, 0.5

_lock = threading.Lock()
_lease: socket.socket | None = None
_failed: dict[str, str] = {}

#: Why the ordinary kernel is used: the ends of names in the catalogue.
NO_FORK, NOT_INSTALLED, NO_PLACE, NO_START, GIVEN_UP = "no_fork", "not_installed", "no_place", "no_start", "given_up"


@dataclass(frozen=True)
class Chosen:
    """A kernel to use; why it is not the fast one, one of the words above or none, and the zygote's own words."""

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
    if not _lease and not entry_points(group=_GROUP, name=PROVISIONER):
        return Chosen(STOCK, NOT_INSTALLED)
    with _lock:
        try:
            wanted = f"{place.folder()}/{place.key(os.environ)}"
            if wanted in _failed:
                return Chosen(STOCK, NO_START, _failed[wanted])
            before, _lease = _lease, client.connect(os.environ)
        except place.NoPlaceError:
            return Chosen(STOCK, NO_PLACE)
        except client.ZygoteError as error:
            _failed[wanted] = str(error)  # starting takes seconds: it is not tried again for every notebook
            return Chosen(STOCK, NO_START, str(error))
        if before:
            before.close()
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


class ZygoteProvisioner(LocalProvisioner):
    """Forks kernels from the zygote; where that fails, launches them as everybody does."""

    #: Why this process has given the zygote up; empty while it has not.
    given_up: ClassVar[str] = ""

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose sockets in the private folder: nobody else can listen, and no two starts can collide."""
        manager = self.parent
        if place.can_fork() and manager is not None and manager.transport == "tcp" and not manager.shell_port:
            try:
                manager.ip = str(place.folder() / f"k{secrets.token_hex(_RANDOM_BYTES)}")
                manager.transport, manager.cache_ports = "ipc", False
            except place.NoPlaceError as error:
                self._give_up(error)
        return await super().pre_launch(**kwargs)

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel that a command line would have started."""
        outputs = _outputs(kwargs)
        folder = str(kwargs.get("cwd") or os.getcwd())
        plain = _MODULE in cmd and os.path.isdir(folder) and not kwargs.keys() - _UNDERSTOOD
        if outputs and plain and place.can_fork() and not ZygoteProvisioner.given_up:
            leftovers: list[str] = []
            if (manager := self.parent) is not None and manager.transport == "ipc":
                # The manager removes these when all goes well, the zygote when it does not.
                leftovers = [manager.connection_file, *(f"{manager.ip}-{port}" for port in manager.ports)]
            order = {"environment": kwargs["env"], "folder": folder, "leftovers": leftovers}
            arguments = cmd[cmd.index(_MODULE) + 1 :]
            try:
                forked: Any = await asyncio.to_thread(fork_kernel, arguments, outputs=outputs, **order)
            except ZygoteError as error:
                self._give_up(error)
            else:
                self.process, self.cwd = forked, folder
                self.pid, self.pgid = forked.pid, None  # signals go through the zygote, not to a group
                return self.connection_info
        return await super().launch_kernel(cmd, **kwargs)

    async def shutdown_requested(self, restart: bool = False) -> None:
        """Wait for a kernel that was asked to end, as it mostly does at once."""
        await super().shutdown_requested(restart=restart)
        until = time.monotonic() + _PROMPT
        while isinstance(self.process, Forked) and self.process.poll() is None and time.monotonic() < until:
            await asyncio.sleep(_LOOK)

    async def kill(self, restart: bool = False) -> None:
        """Kill the kernel; nobody waits until its memory is given back, unless another is to take its place."""
        await super().kill(restart=restart)
        if isinstance(self.process, Forked) and not restart:
            self.process.close()

    async def wait(self) -> int | None:
        """Wait for the end of the kernel."""
        while isinstance(self.process, Forked) and self.process.poll() is None:
            await asyncio.sleep(_LOOK)
        return await super().wait()

    async def cleanup(self, restart: bool = False) -> None:
        """Let go of a kernel that ended without being asked to."""
        if isinstance(self.process, Forked):
            self.process.close()
        await super().cleanup(restart=restart)

    def _give_up(self, error: Exception) -> None:
        ZygoteProvisioner.given_up = str(error)
        self.log.warning("coopsim: ordinary kernels from here on: %s", error)


def _outputs(asked: dict[str, Any]) -> tuple[int, int] | None:
    """Descriptors for standard output and error, or None when they are more than plain files."""
    found = []
    for name, own in (("stdout", 1), ("stderr", 2)):
        given = asked.get(name)
        try:
            descriptor = own if given is None else given if isinstance(given, int) else given.fileno()
            os.fstat(descriptor)
        except (AttributeError, OSError, ValueError):
            return None
        found.append(descriptor)
    return found[0], found[1]
