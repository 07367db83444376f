"""Where jobs run: local worker processes, or a Dask cluster."""

import contextlib
import json
import os
import queue
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol, cast

import psutil

from sim.domain import InputError, Problem, fingerprint
from sim.inputs.text import cache_dir, data_root
from sim.run import kernels
from sim.run.causes import killed_for_memory, reason_of_death
from sim.run.job import FAILED, KILLED, TIMEOUT, Ending, Job, one_line
from sim.run.record import code_hash, data_hashes, versions

Done = Callable[[Job, Ending], Ending]
#: Seconds a process tree gets to end by itself before it is killed.
_GRACE = 2.0


class Runner(Protocol):
    """Whatever runs one job at a time: a local worker process, or a place in a cluster's queue."""

    def run(self, job: Job) -> Ending:
        """Run one job to its end; never raises for what a notebook does."""

    def stop(self) -> None:
        """Release what it holds."""


class Worker:
    """One worker process, started when first needed and replaced when it dies; the log takes its standard error.

    Parameters
    ----------
    drawn_by : a name that only this crew's workers know: the first draws for all; by default each for itself
    """

    def __init__(self, log: Path, drawn_by: str = "") -> None:
        self._log, self._drawn_by = log, drawn_by
        self._process: subprocess.Popen[str] | None = None

    def run(self, job: Job) -> Ending:
        """Run one job, at most its notebook limit; what it started is gone when this returns, or about to."""
        self.begin()  # it loads while the process that kernels are forked from is started
        kernel = kernels.Chosen(job.kernel) if job.kernel else kernels.chosen()
        ending = self._served(replace(job, kernel=kernel.name))
        slower = ending.slower or job.slower(kernel)
        return replace(ending, kernel=ending.kernel or kernel.name, slower=slower)

    def begin(self) -> subprocess.Popen[str]:
        """The process, started when there is none that lives."""
        if self._process is None or self._process.poll() is not None:
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "sim.run.worker", str(os.getpid()), self._drawn_by],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8",
                    env={**os.environ, **kernels.kernel_environment(), **_no_settings()},
                )  # fmt: skip
        return self._process

    def _served(self, job: Job) -> Ending:
        process = self.begin()
        requests, replies = process.stdin, process.stdout
        assert requests and replies
        answer: queue.Queue[str] = queue.Queue()
        started = time.monotonic()
        state, reason, killed_before = KILLED, "", killed_for_memory()
        try:
            requests.write(job.as_json() + "\n")
            requests.flush()
            threading.Thread(target=lambda: answer.put(replies.readline()), daemon=True).start()
            line = answer.get(timeout=job.limits.notebook)
        except OSError:
            line = ""
        except queue.Empty:
            line, state, reason = "", TIMEOUT, job.reason("run_timeout", seconds=job.limits.notebook)
        if line:
            return Ending(**json.loads(line))
        reason = reason or reason_of_death(job, self._code(), killed_before)
        self.stop()
        return Ending(job.slug, state, reason, time.monotonic() - started)

    def _code(self) -> int | None:
        """How a worker ended that answers no more; None where it has not ended, or was stopped from here."""
        try:
            return self._process.wait(_GRACE) if self._process else None
        except subprocess.TimeoutExpired:
            return None

    def stop(self) -> None:
        """End the worker and every process it started; kill what has not gone after a short grace."""
        # Taken in one step: an interrupt stops the crew while its threads stop their dead workers.
        process, self._process = self._process, None
        if process is None:
            return
        left: list[psutil.Process] = []
        with contextlib.suppress(psutil.NoSuchProcess):
            parent = psutil.Process(process.pid)
            left = [*parent.children(recursive=True), parent]
        for send in (psutil.Process.terminate, psutil.Process.kill):
            for one in left:
                with contextlib.suppress(psutil.NoSuchProcess):
                    send(one)
            _, left = psutil.wait_procs(left, timeout=_GRACE)
        process.wait()


def _no_settings() -> dict[str, str]:
    """Where kernels find no start-up file and no configuration of the user's: it may end them, or change a page."""
    cache = cache_dir()
    return {"IPYTHONDIR": str(cache.parent / "ipython")} if cache else {}


def run_jobs(jobs: Sequence[Job], crew: Sequence[Runner], done: Done) -> list[Ending]:
    """Run jobs on a few workers; what `done` makes of each ending comes back in the jobs' order.

    Parameters
    ----------
    crew : as many notebooks run at a time as it has members; it stays alive for the next jobs
    done : called with each job and its ending as soon as it ended, one call at a time; its worker goes on meanwhile
    """
    if not jobs:
        return []
    idle: queue.Queue[Runner] = queue.Queue()
    for worker in crew:
        idle.put(worker)

    def one(job: Job) -> Future[Ending]:
        worker = idle.get()
        try:
            ending = worker.run(job)
        finally:
            idle.put(worker)
        return publishing.submit(done, job, ending)

    pool, publishing = ThreadPoolExecutor(len(crew)), ThreadPoolExecutor(1)
    try:
        return [published.result() for published in pool.map(one, jobs)]
    finally:  # whoever gave up lets go of the folder next: nothing may still be written there
        publishing.shutdown(cancel_futures=True)
        pool.shutdown(wait=False, cancel_futures=True)


#: Threads that wait for what kernels are forked from; they end before it is given back, or it would stay.
_loading: list[threading.Thread] = []


def begin_loading(crew: Sequence[Runner], most: int, *, forked: bool) -> None:
    """Let local workers load, and the process that kernels are forked from, while something else is done.

    Parameters
    ----------
    most : how many jobs there will be at least
    forked : whether kernels are to be forked where that works
    """
    local = [one for one in crew[:most] if isinstance(one, Worker)]
    if local and forked:
        _loading.append(threading.Thread(target=kernels.chosen, daemon=True))
        _loading[-1].start()
    for one in local:
        one.begin()


@contextlib.contextmanager
def crew_of(runners: Sequence[Runner]) -> Iterator[Sequence[Runner]]:
    """A crew that is stopped, with everything it started, however its work ends."""
    try:
        yield runners
    finally:
        for runner in runners:
            runner.stop()
        while _loading:
            _loading.pop().join()
        kernels.release()


#: Endings of what a run leaves behind that is worth sending back: the notebook and its reduced tables.
_RESULTS = (".ipynb", ".csv", ".json")
#: What Dask raises when a job's worker was lost again and again.
_LOST = "KilledWorker"
_CONNECT_SECONDS = "5s"
#: Seconds for a greeting, and for all until there is a client.
_GREETING, _CONNECT_LIMIT = 3.0, 9
#: A scheduler greets at once with what it runs on; this is in it, near the beginning.
_GREETS, _GREETING_BYTES = b"python", 4096
_OTHERS = ("tls://", "ws://", "wss://", "ucx://")
_TCP = re.compile(r"(?:tcp://)?(?P<host>[^/:]+|\[[0-9a-fA-F:]+\]):(?P<port>[0-9]{1,5})")
_kept = threading.local()


@dataclass(frozen=True)
class Parcel:
    """A job as it travels: its notebook's text, {name: text} of scenario files, and the code and data to share."""

    job: str
    notebook: str
    files: dict[str, str]
    alike: str


class RemoteRunner:
    """One place in the queue of an executor; several of them keep several workers busy.

    Parameters
    ----------
    executor : any `concurrent.futures.Executor`; a Dask client gives one
    leave : called when this place is given up; may be called once for each place
    """

    def __init__(self, executor: Executor, leave: Callable[[], object] = bool) -> None:
        self._executor, self._leave = executor, leave
        self._future: Future[tuple[dict[str, Any], dict[str, bytes]]] | None = None

    def run(self, job: Job) -> Ending:
        """Run one job somewhere and put its results into the job's folder here."""
        try:
            self._future = self._executor.submit(run_parcel, parcel_of(job))
            ending, files = self._future.result()
        except Exception as error:  # whatever a remote machine says becomes this job's reason
            if type(error).__name__ == _LOST:
                return Ending(job.slug, KILLED, job.reason("run_worker_lost"))
            return Ending(job.slug, FAILED, job.reason("run_broke", detail=one_line(error)))
        job.folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (job.folder / Path(name).name).write_bytes(content)
        return Ending(**ending)

    def stop(self) -> None:
        """Take back what has not begun; the cluster itself belongs to someone else."""
        if self._future is not None:
            self._future.cancel()
        self._leave()


def connect(address: str, jobs: int) -> list[RemoteRunner]:
    """Places in the queue of the cluster at an address.

    Raises
    ------
    InputError
        When Dask is not installed or no scheduler answers.
    """
    try:
        from distributed import Client
    except ImportError:
        raise InputError(Problem("cluster_not_installed", place="--cluster", value=address)) from None
    client = _in_time(address, partial(_client, Client, address))
    executor = client.get_executor(pure=False)
    return [RemoteRunner(executor, client.close) for _ in range(max(jobs, len(client.scheduler_info()["workers"])))]


def _client(make: Callable[..., Any], address: str) -> Any:
    """A client of the scheduler at an address, once something there greets as a scheduler does."""
    if found := _TCP.fullmatch(address):
        with socket.create_connection((found["host"].strip("[]"), int(found["port"])), _GREETING) as line:
            line.settimeout(_GREETING)
            if _GREETS not in line.recv(_GREETING_BYTES):
                raise ValueError(f"no Dask scheduler: {address}")
    elif not address.startswith(_OTHERS):  # a client that Dask gives up half-made prints a traceback when it goes
        raise ValueError(f"tcp://HOST:PORT, {', '.join(_OTHERS)}")
    return make(address, timeout=_CONNECT_SECONDS)


def _in_time(address: str, connected: Callable[[], Any]) -> Any:
    """What a call gives within the time there is; Dask itself waits without end for whoever accepts and is silent.

    Raises
    ------
    InputError
        When it fails, however it does, or takes longer.
    """
    answer: queue.Queue[tuple[Any, str]] = queue.Queue()

    def ask() -> None:
        try:
            answer.put((connected(), ""))
        except Exception as error:  # Dask raises whatever the other side made it stumble over
            answer.put((None, one_line(error)))

    threading.Thread(target=ask, daemon=True).start()
    try:
        found, detail = answer.get(timeout=_CONNECT_LIMIT)
    except queue.Empty:
        found, detail = None, f"> {_CONNECT_LIMIT} s"
    if detail:
        raise InputError(Problem("cluster_silent", {"detail": detail}, place="--cluster", value=address))
    return found


def parcel_of(job: Job) -> Parcel:
    """A job with everything it reads that a worker does not have."""
    named = [job.parameters.get("scenario", ""), *job.parameters.get("scenarios", ())]
    absolute = {str(index): Path(name) for index, name in enumerate(named) if Path(name).is_absolute()}
    files = {index: path.read_text(encoding="utf-8") for index, path in absolute.items()}
    return Parcel(job.as_json(), job.notebook.read_text(encoding="utf-8"), files, alike())


def alike() -> str:
    """Hash of the code, libraries and data a run depends on."""
    return fingerprint([code_hash(), versions(), data_hashes(data_root())])


def run_parcel(parcel: Parcel) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Run a parcel on this machine; returns its ending and what it left behind."""
    job = Job.from_json(parcel.job)
    if parcel.alike != alike():
        return asdict(Ending(job.slug, FAILED, job.reason("run_worker_differs"))), {}
    with tempfile.TemporaryDirectory(prefix="coopsim-") as name:
        folder = Path(name)
        notebook = folder / "source.ipynb"
        notebook.write_text(parcel.notebook, encoding="utf-8")
        changed = dict(job.parameters)
        named = [changed.get("scenario", ""), *changed.get("scenarios", ())]
        for index, text in parcel.files.items():
            path = folder / f"scenario-{index}.yaml"
            path.write_text(text, encoding="utf-8")
            named[int(index)] = str(path)
        if "scenario" in changed:
            changed["scenario"] = named[0]
        if "scenarios" in changed:
            changed["scenarios"] = named[1:]
        here = replace(job, notebook=notebook, folder=folder / "run", parameters=changed)
        # This thread's worker process is kept for the next parcel: starting one takes as long as a small notebook.
        if not hasattr(_kept, "worker"):
            _kept.worker = Worker(Path(os.devnull))
        ending = cast(Worker, _kept.worker).run(here)
        found = {path.name: path.read_bytes() for path in sorted(here.folder.glob("*")) if path.suffix in _RESULTS}
    return asdict(ending), found
