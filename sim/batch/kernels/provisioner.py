"""The kernel provisioner that jupyter_client finds by its entry point `coopsim-zygote`."""

from __future__ import annotations

import asyncio
import os
import secrets
from typing import Any, ClassVar

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning import LocalProvisioner

from sim.batch.kernels import place
from sim.batch.kernels.client import Forked, ZygoteError, fork_kernel

_MODULE = "ipykernel_launcher"
#: What `subprocess.Popen` would be told and a forked kernel can be given as well.
_UNDERSTOOD = frozenset({"cwd", "env", "stdout", "stderr", "extra_arguments", "kernel_id"})
_RANDOM_BYTES = 6
#: Seconds between looks at a kernel that is ending.
_LOOK = 0.02


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
            order = {"environment": kwargs["env"], "folder": folder, "leftovers": self._leftovers()}
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

    def _leftovers(self) -> list[str]:
        """Files the manager removes when all goes well, for the zygote to remove when it does not."""
        manager = self.parent
        if manager is None or manager.transport != "ipc":
            return []
        return [manager.connection_file, *(f"{manager.ip}-{port}" for port in manager.ports)]


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
