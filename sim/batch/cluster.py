"""Notebooks on a Dask cluster: the same jobs, run by workers on other machines.

What travels is the notebook, its parameters and scenario file one way, and the executed notebook
with its reduced tables the other; draws never do. Every worker has coopsim installed; one whose
code or data differ from ours refuses the job instead of giving other figures.
"""

from __future__ import annotations

import tempfile
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from sim.batch.job import EXECUTED, FAILED, KILLED, Job, Outcome
from sim.batch.record import code_hash, data_hashes
from sim.domain.canonical import fingerprint
from sim.domain.errors import InputError, Problem
from sim.inputs.roots import data_root

#: What a run leaves behind that is worth sending back.
_RESULTS = (EXECUTED, "summary.csv", "targets.csv", "compare.csv")
_CONNECT_SECONDS = "10s"


@dataclass(frozen=True)
class Parcel:
    """A job as it travels.

    Attributes
    ----------
    notebook : source of the notebook
    files : {name: text} of scenario files named by the parameters
    alike : hash of code and data that the worker has to share
    """

    job: str
    notebook: str
    files: dict[str, str]
    alike: str


class ClusterWorker:
    """One place in the queue of a cluster; several of them keep several workers busy."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def run(self, job: Job) -> Outcome:
        """Run one job somewhere and put its results into the job's folder here."""
        from distributed import KilledWorker

        future = self._client.submit(run_parcel, parcel_of(job), key=f"coopsim-{job.slug}-{job.token}", pure=False)
        try:
            outcome, files = future.result()
        except KilledWorker:
            return Outcome(job.slug, KILLED, "KilledWorker")
        except Exception as error:  # whatever a remote machine says becomes this job's reason
            return Outcome(job.slug, FAILED, f"{type(error).__name__}: {error}")
        job.folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (job.folder / Path(name).name).write_bytes(content)
        return Outcome(**outcome)

    def stop(self) -> None:
        """Nothing to end here: the cluster belongs to someone else."""


def connect(address: str, jobs: int) -> list[ClusterWorker]:
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
    return [ClusterWorker(client) for _ in range(max(jobs, len(client.scheduler_info()["workers"])))]


def parcel_of(job: Job) -> Parcel:
    """A job with everything it reads that a worker does not have."""
    named = [job.parameters.get("scenario", ""), *job.parameters.get("scenarios", ())]
    files = {
        str(index): Path(name).read_text(encoding="utf-8")
        for index, name in enumerate(named)
        if Path(name).is_absolute()
    }
    return Parcel(job.as_json(), job.notebook.read_text(encoding="utf-8"), files, alike())


def alike() -> str:
    """Hash of the code and data a run depends on."""
    return fingerprint([code_hash(), data_hashes(data_root())])


def run_parcel(parcel: Parcel) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Run a parcel on this machine; returns its outcome and what it left behind."""
    from sim.batch.pool import Worker

    job = Job.from_json(parcel.job)
    if parcel.alike != alike():
        return asdict(Outcome(job.slug, FAILED, "code or data of this worker differ")), {}
    with tempfile.TemporaryDirectory(prefix="coopsim-") as name:
        folder = Path(name)
        notebook = folder / "source.ipynb"
        notebook.write_text(parcel.notebook, encoding="utf-8")
        here = replace(
            job, notebook=notebook, folder=folder / "run", parameters=_here(job.parameters, parcel.files, folder)
        )
        worker = Worker(folder / "worker.log")
        try:
            outcome = worker.run(here)
        finally:
            worker.stop()
        found = {name: (here.folder / name).read_bytes() for name in _RESULTS if (here.folder / name).is_file()}
    return asdict(outcome), found


def _here(parameters: Any, files: dict[str, str], folder: Path) -> dict[str, Any]:
    """Parameters with scenario files where they now are."""
    changed = dict(parameters)
    named = [changed.get("scenario", ""), *changed.get("scenarios", ())]
    for index, text in files.items():
        path = folder / f"scenario-{index}.yaml"
        path.write_text(text, encoding="utf-8")
        named[int(index)] = str(path)
    if "scenario" in changed:
        changed["scenario"] = named[0]
    if "scenarios" in changed:
        changed["scenarios"] = named[1:]
    return changed
