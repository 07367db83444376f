"""V8 in this process (mini-racer), in a thread of its own: where a browser's driver runs a loop it takes no script."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

#: Within which every script has to end [s].
_SECONDS = 120


class V8:
    """One context; `close` ends it, and with it the process can end.

    Raises
    ------
    ImportError
        When there is none for this machine.
    """

    def __init__(self) -> None:
        from py_mini_racer import MiniRacer

        self._thread = ThreadPoolExecutor(1)
        self._context = self._thread.submit(MiniRacer).result()

    def eval(self, script: str) -> Any:
        """The value of the last expression."""
        return self._thread.submit(self._context.eval, script, timeout_sec=_SECONDS).result()

    def close(self) -> None:
        """End it."""
        self._thread.submit(self._context.close).result()
        self._thread.shutdown()
