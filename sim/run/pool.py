"""A few worker processes that run notebooks apart from each other, with an end to every wait."""

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import psutil

from sim.run import kernels
from sim.run.job import KILLED, TIMEOUT, Ending, Job

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
    """One worker process, started when first needed and replaced when it dies; the log takes its standard error."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: subprocess.Popen[str] | None = None

    def run(self, job: Job) -> Ending:
        """Run one job, at most its notebook limit; what it started is gone when this returns."""
        kernel = kernels.Chosen(job.kernel) if job.kernel else kernels.chosen()
        ending = self._served(replace(job, kernel=kernel.name))
        slower = ending.slower or job.slower(kernel)
        return replace(ending, kernel=ending.kernel or kernel.name, slower=slower)

    def _served(self, job: Job) -> Ending:
        if self._process is None or self._process.poll() is not None:
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "sim.run.worker", str(os.getpid())],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8",
                    env={**os.environ, **kernels.kernel_environment()},
                )  # fmt: skip
        requests, replies = self._process.stdin, self._process.stdout
        assert requests and replies
        answer: queue.Queue[str] = queue.Queue()
        started = time.monotonic()
        state, reason = KILLED, job.reason("run_killed")
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
        self.stop()
        return Ending(job.slug, state, reason, time.monotonic() - started)

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


def run_jobs(jobs: Sequence[Job], crew: Sequence[Runner], done: Done) -> list[Ending]:
    """Run jobs on a few workers; what `done` makes of each ending comes back in the jobs' order.

    Parameters
    ----------
    crew : as many notebooks run at a time as it has members; it stays alive for the next jobs
    done : called with each job and its ending as soon as it ended, one call at a time
    """
    if not jobs:
        return []
    publishing, closed = threading.Lock(), threading.Event()
    idle: queue.Queue[Runner] = queue.Queue()
    for worker in crew:
        idle.put(worker)

    def one(job: Job) -> Ending:
        worker = idle.get()
        try:
            ending = worker.run(job)
        finally:
            idle.put(worker)
        with publishing:
            return ending if closed.is_set() else done(job, ending)

    pool = ThreadPoolExecutor(len(crew))
    try:
        return list(pool.map(one, jobs))
    finally:
        with publishing:  # whoever gave up lets go of the folder next: nothing may still be written there
            closed.set()
        pool.shutdown(wait=False, cancel_futures=True)


@contextlib.contextmanager
def crew_of(runners: Sequence[Runner]) -> Iterator[Sequence[Runner]]:
    """A crew that is stopped, with everything it started, however its work ends."""
    try:
        yield runners
    finally:
        for runner in runners:
            runner.stop()
        kernels.release()
