"""Why a run failed is told by the error itself, or by how its process ended; what neither says is not guessed."""

from __future__ import annotations

import errno
import os
import signal
from pathlib import Path

import pytest

from sim.run import Job
from tests.support.kernels import causes, executing

LANGUAGES = ("vi", "en")
#: Errors as they come: in the chain of another, wrapped in words, or from a library that has words alone.
REFUSED = [
    (OSError(errno.EMFILE, os.strerror(errno.EMFILE)), "run_few_files", "ulimit -n"),
    (RuntimeError("ZMQError: Too many open files"), "run_few_files", "ulimit -n"),
    (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "x"), "run_disk_full", {"vi": "hết chỗ", "en": "disk is full"}),
    (OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)), "run_disk_full", {"vi": "hết chỗ", "en": "disk is full"}),
    (PermissionError(errno.EACCES, os.strerror(errno.EACCES), "/root/.cache"), "run_not_permitted", "/root/.cache"),
    (OSError(errno.EROFS, os.strerror(errno.EROFS), "/x"), "run_not_permitted", "/x"),
    (MemoryError("x"), "run_out_of_memory", "--draws"),
    (OSError(errno.ENOMEM, os.strerror(errno.ENOMEM)), "run_out_of_memory", "--draws"),
]


def job(lang: str, folder: Path = Path("x")) -> Job:
    return Job("x", Path("a.ipynb"), {"lang": lang}, folder)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("error", "key", "words"), REFUSED, ids=[key for _, key, _ in REFUSED])
def test_a_kernel_that_does_not_start_is_told_by_what_the_system_refused(
    error: Exception, key: str, words: str | dict[str, str], lang: str, tmp_path: Path, monkeypatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("papermill.execute_notebook", refused)
    monkeypatch.setattr(executing, "filled", lambda *_, **__: {})
    ending = executing.execute(job(lang, tmp_path))
    assert (words if isinstance(words, str) else words[lang]) in ending.reason and ending.reason.startswith("F7")
    assert causes.cause_in(type(error).__name__, str(error)) == key


def test_what_the_system_refused_is_found_below_other_errors() -> None:
    try:
        try:
            raise OSError(errno.ENOSPC, "No space left on device")
        except OSError as below:
            raise ValueError("cannot save") from below
    except ValueError as above:
        assert causes.cause_of(above) == "run_disk_full"
    assert causes.cause_of(ValueError("memory is a word here")) == ""
    assert causes.cause_in("ValueError", "the disk of Saturn") == ""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_process_that_is_gone_is_told_by_how_it_ended(lang: str, monkeypatch) -> None:
    monkeypatch.setattr(causes, "killed_for_memory", lambda: 7)
    memory, how = ({"vi": "hết bộ nhớ", "en": "memory"}[lang], causes.reason_of_death)
    assert memory in how(job(lang), -signal.SIGKILL, 6)
    ends = {-one: one.name for one in (signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM)}
    for code, word in (ends | {3: "3"}).items():
        said = how(job(lang), code, 7)
        assert word in said and memory not in said and said.startswith("F75")
    assert memory not in how(job(lang), None, 6)


def test_the_system_says_how_often_it_ended_a_process_for_memory() -> None:
    assert causes.killed_for_memory() >= 0
