"""Why a run did not end well, in the language of the report: code, place, reason and what to do."""

from __future__ import annotations

from sim.batch.job import Job
from sim.batch.kernels import Chosen
from sim.domain.errors import Problem
from sim.inputs.catalogue import load_catalogue

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
