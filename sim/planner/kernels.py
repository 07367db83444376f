"""The kernels behind the planner's pages: which interpreter, where they listen, and when each of them ends."""

import secrets
import sys
import time
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager, NoSuchKernel
from jupyter_core.utils import ensure_async
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager, ServerKernelManager
from tornado.ioloop import PeriodicCallback
from traitlets import Float, Integer, Unicode

NAME = "python3"
#: Says to a kernel that a browser sits before it, though Voilà lets it ask nothing; see `app.py`.
SERVED = "COOPSIM_PLANNER"
_RANDOM_BYTES = 6


class OwnInterpreter(KernelSpecManager):
    """Knows one kernel, the interpreter this program runs on, whatever is installed elsewhere under its name."""

    def find_kernel_specs(self) -> dict[str, str]:
        """The one kernel; it has no folder of its own."""
        return {NAME: str(Path(__file__).resolve().parent)}

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        """How it is started."""
        if kernel_name != NAME:
            raise NoSuchKernel(kernel_name)
        command = [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
        command.append("--HistoryManager.hist_file=:memory:")
        return KernelSpec(argv=command, display_name="coopsim", language="python", name=NAME)

    def get_all_specs(self) -> dict[str, Any]:
        """The same as plain values."""
        folder = self.find_kernel_specs()[NAME]
        return {NAME: {"resource_dir": folder, "spec": self.get_kernel_spec(NAME).to_dict()}}


class PlannerKernel(ServerKernelManager):
    """A kernel whose sockets lie where their paths are short enough."""

    sockets = Unicode(help="folder of the sockets").tag(config=True)

    def _ip_default(self) -> str:
        if self.transport == "ipc" and self.sockets:
            return str(Path(self.sockets) / f"k{secrets.token_hex(_RANDOM_BYTES)}")
        return str(super()._ip_default())


class PlannerKernels(AsyncMappingKernelManager):
    """Ends every kernel whose page is gone, and keeps their number small.

    A kernel waits, warm, for the next page (it is in Voilà's pool), or has been given to one. One given away ends
    when its page says so as it closes, or when nobody has been connected to it for a while.
    """

    most = Integer(help="pages that may be open").tag(config=True)
    gone_after = Float(help="without its page so long, a kernel ends [s]").tag(config=True)
    never_after = Float(help="the same for one whose page never came [s]").tag(config=True)
    look_every = Float(help="[s]").tag(config=True)
    temporary = Unicode(help="folder of the kernels' temporary files and of what they print").tag(config=True)

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        #: Pages that are just being opened.
        self.opening = 0
        self._alone: dict[str, float] = {}
        self._came: set[str] = set()
        self._looking = PeriodicCallback(self.look, self.look_every * 1000)
        self._looking.start()

    async def start_kernel(self, *args: Any, **kwargs: Any) -> str:  # type: ignore[override]
        """Start a kernel; what it prints is not for the terminal."""
        folder = self.temporary
        kwargs["env"] = kwargs.get("env", {}) | dict.fromkeys(("TMPDIR", "TEMP", "TMP"), folder) | {SERVED: "1"}
        with (Path(folder) / "printed.log").open("ab") as printed:
            return str(await super().start_kernel(*args, stdout=printed, stderr=printed, **kwargs))

    def notify_connect(self, kernel_id: str) -> None:
        """A page is here."""
        self._came.add(kernel_id)
        super().notify_connect(kernel_id)

    async def shutdown_kernel(  # type: ignore[override]
        self, kernel_id: str, now: bool = False, restart: bool = False
    ) -> None:
        """End a kernel at once: it holds nothing that the page does not keep."""
        self._came.discard(kernel_id)
        self._alone.pop(kernel_id, None)
        await super().shutdown_kernel(kernel_id, now=not restart or now, restart=restart)

    async def shutdown_all(self, now: bool = False) -> None:  # type: ignore[override]
        """End all kernels; one that did not start is not asked to, and what is still starting Voilà waits for."""
        for kernel in [one for one in self._pending_kernels if one not in self]:
            del self._pending_kernels[kernel]
        await super().shutdown_all(now=now)

    def _waiting(self) -> set[str]:
        """Kernels that wait for a page; what could not be started is let go."""
        found = set()
        for pool in getattr(self, "_pools", {}).values():
            for task in [task for task in pool if task.done()]:
                if task.cancelled() or task.exception() or task.result()["kernel_id"] not in self:
                    pool.remove(task)  # it did not start, or died while it waited
                else:
                    found.add(task.result()["kernel_id"])
        return found

    def _given(self) -> dict[str, float]:
        """Kernels given to pages: seconds each has been without one."""
        now, waiting = time.monotonic(), self._waiting()
        given = [kernel for kernel in self.list_kernel_ids() if kernel not in waiting]
        alone = {kernel for kernel in given if not self._kernel_connections.get(kernel, 0)}
        self._alone = {kernel: self._alone.get(kernel, now) for kernel in alone}
        return {kernel: now - self._alone.get(kernel, now) for kernel in given}

    def _orphans(self, given: dict[str, float]) -> list[str]:
        """Kernels without a page, longest so first; as many as pages are just being opened belong to these."""
        alone = sorted(self._alone, key=lambda kernel: -given[kernel])
        never = [kernel for kernel in alone if kernel not in self._came]
        spared = never[max(0, len(never) - self.opening) :]
        return [kernel for kernel in alone if kernel not in spared]

    async def look(self) -> None:
        """End kernels whose page is gone."""
        given = self._given()
        for kernel in self._orphans(given):
            if given[kernel] > (self.gone_after if kernel in self._came else self.never_after):
                await self._end(kernel)

    async def room(self) -> bool:
        """Whether one more page may open; kernels that are longest without one make room, none that died waits."""
        for kernel in self._waiting():
            if not await ensure_async(self.get_kernel(kernel).is_alive()):  # its manager looks every few seconds only
                await self._end(kernel)
        given = self._given()
        orphans = self._orphans(given)
        for kernel in orphans[: max(0, len(given) - self.most + 1)]:
            await self._end(kernel)
            del given[kernel]
        return len(given) < self.most

    async def _end(self, kernel: str) -> None:
        if kernel in self:
            await self.shutdown_kernel(kernel)
