"""Worker processes, and sentences for what they failed of."""

from __future__ import annotations

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

from sim.domain import Problem
from sim.inputs.yaml import load_catalogue
from sim.run import kernels
from sim.run.job import KILLED, TIMEOUT, Job, Outcome
from sim.run.kernels import Chosen

# -- Why a run did not end well, in the language of the report: code, place, reason and what to do ---

_LENGTH = 300


def said(job: Job, key: str, **params: object) -> str:
    """A reason from the catalogue of messages, for the notebook of a job."""
    return load_catalogue(job.lang).describe(Problem(key, params, file=job.notebook.name))


def slower(job: Job, kernel: Chosen) -> str:
    """Why a job runs in the ordinary kernel; empty where that is nobody's loss."""
    return (
        load_catalogue(job.lang).text(f"batch.kernel_{kernel.why}", detail=one_line(kernel.detail))
        if kernel.why
        else ""
    )


def one_line(text: str) -> str:
    """The first lines of an error on one line, short enough for a table."""
    return " ".join(text.split())[:_LENGTH]


# -- A few worker processes that run notebooks apart from each other, with an end to every wait ----

Done = Callable[[Job, Outcome], Outcome]
#: Seconds a process tree gets to end by itself before it is killed.
_GRACE = 2.0


class Runner(Protocol):
    """Whatever runs one job at a time: a local worker process, or a place in a cluster's queue."""

    def run(self, job: Job) -> Outcome:
        """Run one job to its end; never raises for what a notebook does."""

    def stop(self) -> None:
        """Release what it holds."""


class Worker:
    """One worker process, started when first needed and replaced when it dies."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._process: subprocess.Popen[str] | None = None

    def run(self, job: Job) -> Outcome:
        """Run one job, at most its notebook limit; what it started is gone when this returns."""
        kernel = kernels.Chosen(job.kernel) if job.kernel else kernels.chosen()
        outcome = self._served(replace(job, kernel=kernel.name))
        return replace(outcome, kernel=outcome.kernel or kernel.name, slower=outcome.slower or slower(job, kernel))

    def _served(self, job: Job) -> Outcome:
        process = self._alive()
        answer: queue.Queue[str] = queue.Queue()
        assert process.stdin and process.stdout
        replies = process.stdout
        started = time.monotonic()
        try:
            process.stdin.write(job.as_json() + "\n")
            process.stdin.flush()
        except OSError:
            self.stop()
            return Outcome(job.slug, KILLED, said(job, "run_killed"))
        threading.Thread(target=lambda: answer.put(replies.readline()), daemon=True).start()
        try:
            line = answer.get(timeout=job.limits.notebook)
        except queue.Empty:
            self.stop()
            reason = said(job, "run_timeout", seconds=job.limits.notebook)
            return Outcome(job.slug, TIMEOUT, reason, time.monotonic() - started)
        if not line:
            self.stop()
            return Outcome(job.slug, KILLED, said(job, "run_killed"), time.monotonic() - started)
        return Outcome(**json.loads(line))

    def _alive(self) -> subprocess.Popen[str]:
        if self._process is None or self._process.poll() is not None:
            with self._log.open("ab") as log:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "sim.run.worker", str(os.getpid())],
                    stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8",
                    env={**os.environ, **kernels.kernel_environment()},
                )  # fmt: skip
        return self._process

    def stop(self) -> None:
        """End the worker and every process it started."""
        # Taken in one step: an interrupt stops the crew while its threads stop their dead workers.
        process, self._process = self._process, None
        if process is not None:
            end_tree(process.pid)
            process.wait()


def end_tree(pid: int) -> None:
    """Terminate a process with all its descendants; kill what has not gone after a short grace."""
    try:
        parent = psutil.Process(pid)
        family = [*parent.children(recursive=True), parent]
    except psutil.NoSuchProcess:
        return
    for process in family:
        _signal(process.terminate)
    _, left = psutil.wait_procs(family, timeout=_GRACE)
    for process in left:
        _signal(process.kill)
    psutil.wait_procs(left, timeout=_GRACE)


def _signal(send: Callable[[], None]) -> None:
    try:
        send()
    except psutil.NoSuchProcess:
        return


def run_jobs(jobs: Sequence[Job], crew: Sequence[Runner], done: Done) -> list[Outcome]:
    """Run jobs on a few workers; what `done` makes of each outcome comes back in the jobs' order.

    Parameters
    ----------
    crew : as many notebooks run at a time as it has members; it stays alive for the next jobs
    done : called with each job and its outcome as soon as it ended, one call at a time
    """
    if not jobs:
        return []
    publishing, closed = threading.Lock(), threading.Event()
    idle: queue.Queue[Runner] = queue.Queue()
    for worker in crew:
        idle.put(worker)

    def one(job: Job) -> Outcome:
        worker = idle.get()
        try:
            outcome = worker.run(job)
        finally:
            idle.put(worker)
        with publishing:
            return outcome if closed.is_set() else done(job, outcome)

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
