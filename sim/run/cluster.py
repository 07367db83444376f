"""Notebooks on other machines: the same jobs behind any executor, a Dask cluster's among them.

What travels is the notebook, its parameters and scenario file one way, and the executed notebook
with its reduced tables the other; draws never do. Every worker has coopsim installed; one whose
code or data differ from ours refuses the job instead of giving other figures.
"""

import os
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, cast

from sim.domain import InputError, Problem, fingerprint
from sim.inputs.text import data_root
from sim.run.job import FAILED, KILLED, Ending, Job, one_line
from sim.run.pool import Worker
from sim.run.record import code_hash, data_hashes, versions

#: Endings of what a run leaves behind that is worth sending back: the notebook and its reduced tables.
_RESULTS = (".ipynb", ".csv", ".json")
#: What Dask raises when a job's worker was lost again and again.
_LOST = "KilledWorker"
_CONNECT_SECONDS = "10s"
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
    try:
        client = Client(address, timeout=_CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        raise InputError(Problem("cluster_silent", {"detail": str(error)}, place="--cluster", value=address)) from None
    executor = client.get_executor(pure=False)
    return [RemoteRunner(executor, client.close) for _ in range(max(jobs, len(client.scheduler_info()["workers"])))]


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
