"""The client's side: find the zygote or start it, have a kernel forked, and know how it ended."""

import contextlib
import os
import select
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from sim.run.kernels import place
from sim.run.kernels.place import Line

#: Seconds a zygote may take to import everything, and a forked kernel to bind its sockets.
_START, _FORK = 120.0, 60.0
#: A zygote may leave, or its code change, between being found and being asked; then once more.
_ATTEMPTS = 3
#: A zygote that does not start is started once more after so many seconds: memory may be free again by then.
_PAUSE = 1.0


class ZygoteError(Exception):
    """No kernel can be forked here; the text says why. The ordinary kernel is the way out."""


class Forked:
    """A kernel forked by the zygote, with the face of `subprocess.Popen`.

    It is not this process's child: the zygote passes signals on and reports the exit code. The
    connection is the kernel's life line: the zygote kills the kernel when it breaks.
    """

    stdin = stdout = stderr = None

    def __init__(self, line: Line, pid: int | None = None, returncode: int | None = None) -> None:
        self.pid = pid
        self.returncode = returncode
        self._line = line

    def poll(self) -> int | None:
        """Exit code, as `Popen` has it; None while the kernel runs."""
        return self._listen(0.0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end [s] and return the exit code."""
        while (code := self._listen(timeout)) is None:
            if timeout is not None:
                raise subprocess.TimeoutExpired("kernel", timeout)
        return code

    def send_signal(self, number: int) -> None:
        """Send a signal to the kernel and every process of its group."""
        if self.poll() is None:
            with contextlib.suppress(OSError):
                self._line.send({"signal": int(number)})

    def terminate(self) -> None:
        """Ask the kernel to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the kernel."""
        self.send_signal(signal.SIGKILL)

    def close(self) -> None:
        """Let go of the kernel, which ends it if it still runs."""
        self._line.close()
        if self.returncode is None:
            self.returncode = -signal.SIGKILL

    def _listen(self, timeout: float | None) -> int | None:
        if self.returncode is not None:
            return self.returncode
        self._line.socket.settimeout(timeout)
        try:
            messages = self._line.receive()
        except (BlockingIOError, TimeoutError):
            return None
        except (EOFError, OSError):  # the zygote died, its kernels with it; nobody else ends what they started
            if self.pid:
                with contextlib.suppress(OSError):
                    os.killpg(self.pid, signal.SIGKILL)
            messages = [{"exit": -signal.SIGKILL}]
        for message in messages:
            self.returncode = message.get("exit", self.returncode)
        if self.returncode is not None:
            self._line.close()
        return self.returncode


def fork_kernel(
    arguments: Sequence[str], *, environment: Mapping[str, str], folder: str,
    outputs: tuple[int, int], leftovers: Sequence[str],
) -> Forked:  # fmt: skip
    """Have a kernel forked; it has bound its sockets when this returns, or ended before it could.

    Parameters
    ----------
    arguments : command line of ipykernel, without the interpreter and the module
    environment : the kernel's whole environment
    folder : its working directory
    outputs : descriptors of its standard output and standard error
    leftovers : files to remove when it is gone

    Raises
    ------
    ZygoteError
        When there is no zygote and none can be started, or it does not answer.
    """
    order = {"arguments": list(arguments), "environment": dict(environment)}
    order |= {"folder": folder, "leftovers": list(leftovers)}
    problem: Exception = EOFError()
    for _ in range(_ATTEMPTS):
        line = Line(connect(environment))
        try:
            line.socket.settimeout(_FORK)
            line.send(order, outputs)
            while not (messages := line.receive()):
                pass
        except TimeoutError as error:
            line.close()
            raise ZygoteError("the zygote does not answer") from error
        except (EOFError, OSError) as error:  # it was leaving just then
            line.close()
            problem = error
            continue
        answer = {name: value for message in messages for name, value in message.items()}
        if "refused" in answer:
            line.close()
            raise ZygoteError(str(answer["refused"]))
        return Forked(line, answer.get("pid"), answer.get("exit"))
    raise ZygoteError("the zygote leaves before it answers") from problem


def connect(environment: Mapping[str, str]) -> socket.socket:
    """Connect to the zygote for this code and environment, starting it when it is not there.

    Raises
    ------
    ZygoteError
        When it cannot be started, with the reason it gave.
    """
    try:
        return _found(environment)
    except place.NoPlaceError as error:
        raise ZygoteError(str(error)) from error
    except (ZygoteError, OSError, Timeout):
        time.sleep(_PAUSE)
    try:
        return _found(environment)
    except (place.NoPlaceError, OSError, Timeout) as error:
        raise ZygoteError(str(error)) from error


def _found(environment: Mapping[str, str]) -> socket.socket:
    """The zygote that is there, or a new one; one process at a time starts them."""
    home, key = place.folder(), place.key(environment)
    path = home / f"{key}.socket"
    found = _connected(path)
    if found is not None:
        return found
    with FileLock(home / "start.lock", timeout=_START):
        if found := _connected(path):
            return found
        for _ in range(_ATTEMPTS):
            path.unlink(missing_ok=True)  # left by one that was killed
            reason = _start(path, environment)
            if found := _connected(path):
                return found
            asked, path = path, home / f"{place.key(environment)}.socket"
            if path == asked:
                break
    raise ZygoteError(reason or "the zygote ended at once")


def _connected(path: Path) -> socket.socket | None:
    """A connection, or None when nobody listens there."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        return None
    return connection


def _start(path: Path, environment: Mapping[str, str]) -> str:
    """Start a zygote that outlives this process; returns when it listens, or why it does not.

    It inherits no standard stream: whoever reads one of them to its end must not wait for a zygote.
    """
    answer, report = os.pipe()
    try:
        with path.with_suffix(".log").open("wb") as log:
            subprocess.run(
                [sys.executable, "-m", "sim.run.kernels.zygote", str(path), str(report)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log, start_new_session=True, cwd="/",
                env={**place.start_environment(environment), **place.ONE_THREAD}, pass_fds=[report], check=False,
            )  # fmt: skip
    except BaseException:
        os.close(answer)
        raise
    finally:
        os.close(report)
    text = b""
    with os.fdopen(answer, "rb", buffering=0) as pipe, selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        while selector.select(_START):
            part = pipe.read(select.PIPE_BUF)
            if not part:
                return text.decode(errors="replace")
            text += part
    return "the zygote takes too long to start"
