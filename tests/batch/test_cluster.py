"""A report on a cluster is the report made here, to the last byte, whatever its workers do."""

from __future__ import annotations

import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import pytest

from sim.domain import InputError
from sim.inputs.yaml import load_catalogue
from sim.run import crew_of, pool as cluster, verify
from tests.support.kernels import PATIENCE, wait_until
from tests.support.tiny_report import SCENARIOS, WORKER, report_module, result_hash, tiny_report

ROOT = Path(__file__).resolve().parents[2]
#: Scenarios of the slow test, of two worlds, so that ranks, rows and comparisons have an order to keep.
REAL = ("fund-12.3", "no-support", "market-first", "market-first--weak-markets")


@contextmanager
def dask_cluster(workers: int) -> Iterator[str]:
    """A real scheduler and workers in processes of their own, on this machine alone."""
    from distributed import LocalCluster

    # Without an address the scheduler serves its status on a well-known port, of every network there is.
    own = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0"}
    with LocalCluster(n_workers=workers, threads_per_worker=1, processes=True, **own) as found:
        yield found.scheduler_address


@pytest.fixture(scope="module")
def here(tmp_path_factory) -> str:
    """Hash of the pages and tables made without a cluster."""
    out = tmp_path_factory.mktemp("here") / "out"
    tiny_report(out)
    return result_hash(out)


@pytest.fixture(scope="module")
def two_workers() -> Iterator[str]:
    with dask_cluster(2) as address:
        yield address


def test_two_workers_make_the_same_report_in_whatever_order_scenarios_are_named(two_workers, here, tmp_path):
    tiny_report(tmp_path / "out", cluster=two_workers)
    assert verify(tmp_path / "out") and result_hash(tmp_path / "out") == here


def test_one_place_in_the_queue_of_any_executor_makes_the_same_report(here, tmp_path, monkeypatch):
    with ThreadPoolExecutor(1) as executor:
        monkeypatch.setattr(report_module, "_crew", lambda run: [cluster.RemoteRunner(executor)])
        tiny_report(tmp_path / "out", scenarios=SCENARIOS[::-1])
    assert result_hash(tmp_path / "out") == here


def test_a_worker_that_is_killed_loses_nothing_but_time(two_workers, here, tmp_path):
    out = tmp_path / "out"
    making = threading.Thread(target=tiny_report, args=(out,), kwargs={"cluster": two_workers})
    making.start()
    wait_until(lambda: list(out.glob(".records/*.json")), "no notebook was done")
    own = psutil.Process()
    busy = [
        child
        for child in own.children(recursive=True)
        if WORKER in child.cmdline() and child.parent() != own
    ]
    assert busy, "no worker of the cluster runs a notebook"
    victim = busy[0].parent()
    assert victim
    victim.send_signal(signal.SIGKILL)
    making.join(PATIENCE)
    assert not making.is_alive() and not victim.is_running()
    assert verify(out) and result_hash(out) == here


def test_a_worker_with_other_code_refuses_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "run_parcel", _elsewhere)
    with ThreadPoolExecutor(1) as executor, crew_of([cluster.RemoteRunner(executor)]) as crew:
        monkeypatch.setattr(report_module, "_crew", lambda run: crew)
        entries = tiny_report(tmp_path / "out", scenarios=SCENARIOS[:1])
    assert {entry.ending.state for entry in entries} == {"failed"}
    assert "máy của cụm có mã chương trình hoặc số liệu khác" in entries[0].ending.reason


def _elsewhere(parcel: cluster.Parcel) -> object:
    """A machine whose code differs."""
    return _real(cluster.replace(parcel, alike="another"))


_real = cluster.run_parcel


def test_whatever_a_remote_machine_raises_is_a_reason_with_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "run_parcel", _full)
    with ThreadPoolExecutor(1) as executor, crew_of([cluster.RemoteRunner(executor)]) as crew:
        monkeypatch.setattr(report_module, "_crew", lambda run: crew)
        entries = tiny_report(tmp_path / "out", scenarios=SCENARIOS[:1])
    reason = entries[0].ending.reason
    assert reason.startswith("F79 ") and "OSError: disk full" in reason and "hãy chạy lại" in reason


def _full(_parcel: cluster.Parcel) -> object:
    raise OSError("disk full")


def test_no_scheduler_at_the_address_is_refused_in_words():
    with pytest.raises(InputError) as refused:
        cluster.connect("tcp://127.0.0.1:9", 1)
    assert refused.value.problems[0].key == "cluster_silent"


def _silent(line: socket.socket) -> None:
    """It listens and says nothing."""


def _garbage(line: socket.socket) -> None:
    line.sendall(b"\x00\xff" * 5000)


def _http(line: socket.socket) -> None:
    line.recv(4096)
    line.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def _other_version(line: socket.socket) -> None:
    """A greeting of a scheduler, and then nothing this version understands."""
    line.sendall(b"\x30" + bytes(15) + b"\x83\xa6python\x93\x02\x07\x00")


def _gone(line: socket.socket) -> None:
    line.close()


@contextmanager
def listening(says: Callable[[socket.socket], None]) -> Iterator[str]:
    """An address at which somebody listens who is no scheduler of this version."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    held.append(server.accept()[0])
                    says(held[-1])

        threading.Thread(target=serve, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
    for line in held:
        line.close()


@pytest.mark.parametrize("says", [_silent, _garbage, _http, _other_version, _gone])
def test_whoever_is_no_scheduler_is_refused_in_one_sentence_within_ten_seconds(says):
    import distributed  # noqa: F401  (loading it takes seconds that are not the connection's)

    with listening(says) as address:
        began = time.monotonic()
        with pytest.raises(InputError) as refused:
            cluster.connect(address, 1)
        assert time.monotonic() - began < 10
    (problem,) = refused.value.problems
    assert problem.key == "cluster_silent" and problem.place == "--cluster" and problem.value == address
    for lang, mend in (("vi", "hãy kiểm tra địa chỉ"), ("en", "check the address")):
        told = load_catalogue(lang).describe(problem)
        assert mend in told and "\n" not in told and "Traceback" not in told


@pytest.mark.parametrize("address", ["nonsense", "http://127.0.0.1:9", "tcp://127.0.0.1:port", "tls://127.0.0.1:9", ""])
def test_an_address_that_is_none_is_refused_in_words(address):
    with pytest.raises(InputError) as refused:
        cluster.connect(address, 1)
    assert refused.value.problems[0].key == "cluster_silent"


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("workers", [1, 2, 4, 8])
def test_real_notebooks_give_the_same_pages_for_any_number_of_workers_in_any_order(workers, made_here, tmp_path):
    named = random.Random(workers).sample(REAL, len(REAL))
    with dask_cluster(workers) as address:
        assert real_report(tmp_path / "out", *named, "--cluster", address) == 0
    assert verify(tmp_path / "out") and result_hash(tmp_path / "out") == result_hash(made_here)


@pytest.fixture(scope="module")
def made_here(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("real") / "out"
    assert real_report(out, *REAL) == 0
    return out


def real_report(out: Path, *options: str) -> int:
    """The command line's exit code."""
    command = [sys.executable, "-m", "sim", "report", "-o", str(out), "--draws", "64"]
    return subprocess.run([*command, *options], cwd=ROOT, timeout=1800).returncode
