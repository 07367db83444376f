"""Drives without some steps (network, USB, a virtual machine's folders): written to all the same, and said once."""

from __future__ import annotations

import errno
import os
import signal
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sim.cli import main
from sim.domain import InputError
from sim.evidence import append, entries_of
from sim.inputs.text import copy_folder, gone_without
from sim.run import only_one, write_atomic
from tests.support.kernels import zygote

ROOT = Path(__file__).resolve().parents[2]
LEDGER = ROOT / "tests/unit/ledger-1.jsonl"
ANSWERS = [errno.EINVAL, errno.ENOTSUP, errno.ENOSYS, errno.EPERM]

posix = pytest.mark.skipif(os.name == "nt", reason="what POSIX systems answer")


def without_folder_flush(monkeypatch: pytest.MonkeyPatch, answer: int) -> None:
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(answer, os.strerror(answer))
        real(descriptor)

    monkeypatch.setattr("os.fsync", fsync)


def without_locks(monkeypatch: pytest.MonkeyPatch, answer: int) -> None:
    def flock(descriptor: int, operation: int) -> None:
        raise OSError(answer, os.strerror(answer))

    monkeypatch.setattr("fcntl.flock", flock)


@posix
@pytest.mark.parametrize("answer", ANSWERS)
def test_a_folder_that_cannot_be_flushed_is_written_to(answer: int, tmp_path: Path, monkeypatch) -> None:
    without_folder_flush(monkeypatch, answer)
    gone_without()
    for content in ("one", "two"):
        write_atomic(tmp_path / "a.html", content)
    assert (tmp_path / "a.html").read_text() == "two"
    assert [path.name for path in tmp_path.iterdir()] == ["a.html"]
    assert gone_without() == ("flush",)
    assert gone_without() == ()  # said once


@posix
@pytest.mark.parametrize("answer", [errno.EIO, errno.ENOSPC, errno.EDQUOT])
def test_a_disk_that_fails_still_refuses(answer: int, tmp_path: Path, monkeypatch) -> None:
    def fsync(descriptor: int) -> None:
        raise OSError(answer, os.strerror(answer))

    write_atomic(tmp_path / "a.html", "whole")
    monkeypatch.setattr("os.fsync", fsync)
    with pytest.raises(OSError, match=os.strerror(answer)):
        write_atomic(tmp_path / "a.html", "new")
    assert (tmp_path / "a.html").read_text() == "whole"
    assert [path.name for path in tmp_path.iterdir()] == ["a.html"]


@posix
@pytest.mark.parametrize("umask", [0o077, 0o027, 0o022])
def test_the_umask_is_kept_and_no_mode_is_set(umask: int, tmp_path: Path, monkeypatch) -> None:
    def chmod(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "no modes here")

    monkeypatch.setattr("os.chmod", chmod)
    before = os.umask(umask)
    try:
        write_atomic(tmp_path / "a.html", "page")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.html").stat().st_mode) == 0o666 & ~umask


@posix
@pytest.mark.parametrize("answer", [errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP])
def test_a_folder_without_locks_is_held_by_a_file(answer: int, tmp_path: Path, monkeypatch, recwarn) -> None:
    gone_without()
    with only_one(tmp_path):  # as where a folder with a lock's file in it was copied to such a drive
        pass
    without_locks(monkeypatch, answer)
    with only_one(tmp_path):
        assert gone_without() == ("lock",)
        with pytest.raises(InputError) as refused, only_one(tmp_path):
            pass
        assert refused.value.problems[0].key == "folder_in_use"
    with only_one(tmp_path):
        pass
    assert not recwarn.list


@posix
def test_a_holder_that_was_killed_holds_nobody_up_without_locks(tmp_path: Path, monkeypatch) -> None:
    holder = (
        "import errno, fcntl, os, signal, sys; from pathlib import Path; from sim.run import only_one\n"
        "def flock(*_): raise OSError(errno.ENOLCK, 'no locks')\n"
        "fcntl.flock = flock\n"
        "with only_one(Path(sys.argv[1])): os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", holder, tmp_path], cwd=ROOT, check=False, timeout=60)
    without_locks(monkeypatch, errno.ENOLCK)
    with only_one(tmp_path):
        pass


@posix
@pytest.mark.parametrize("lang, words", [("vi", "tháo ổ an toàn"), ("en", "eject it safely")])
def test_what_is_lost_is_said_once(lang: str, words: str, tmp_path: Path, monkeypatch, capsys) -> None:
    gone_without()
    without_folder_flush(monkeypatch, errno.EINVAL)
    assert main(["--lang", lang, "new", "notebook", str(tmp_path / "mine.ipynb")]) == 0
    assert capsys.readouterr().err.count(words) == 1


@posix
@pytest.mark.parametrize("answer", ANSWERS[:3])
def test_a_ledger_is_written_to_a_drive_that_cannot_flush_and_refused_by_one_that_fails(
    answer: int, tmp_path: Path, monkeypatch
) -> None:
    def fsync(_: int) -> None:
        raise OSError(answers[0], os.strerror(answers[0]))

    answers, published = [answer], entries_of(LEDGER)[0]
    monkeypatch.setattr("os.fsync", fsync)
    append(tmp_path / "ledger.jsonl", published)
    assert entries_of(tmp_path / "ledger.jsonl") == (published,) and gone_without() == ("flush",)
    answers[0] = errno.EIO
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        append(tmp_path / "ledger.jsonl", published)


@pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="sockets of POSIX")
def test_a_zygote_s_socket_is_private_without_a_mode_being_set(tmp_path: Path, monkeypatch) -> None:
    def chmod(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "no modes here")

    monkeypatch.setattr("os.chmod", chmod)
    monkeypatch.chdir(tmp_path)  # its whole path may be longer than that of a socket
    before, children = os.umask(0), signal.getsignal(signal.SIGCHLD)
    try:
        zygote.Zygote(Path("z.socket"))
        assert os.umask(0) == 0 and stat.S_IMODE((tmp_path / "z.socket").stat().st_mode) == 0o600
    finally:
        os.umask(before)
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, children)


def test_a_copied_folder_takes_neither_modes_nor_times(tmp_path: Path, monkeypatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, "not here")

    source = tmp_path / "source"
    (source / "deep").mkdir(parents=True)
    for name in ("a.yaml", "deep/b.yaml", "deep/.hidden"):
        (source / name).write_text(name)
    monkeypatch.setattr("os.chmod", refused)
    monkeypatch.setattr("os.utime", refused)
    copy_folder(source, tmp_path / "target", (".*",))
    found = sorted(path.relative_to(tmp_path / "target").as_posix() for path in (tmp_path / "target").rglob("*"))
    assert found == ["a.yaml", "deep", "deep/b.yaml"]
