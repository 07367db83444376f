"""Forked kernels are as fresh as new ones, fail like the ordinary one, and never outlive who asked for them."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from sim.batch import kernels
from sim.batch.job import Job, Limits
from sim.batch.kernels import client, place, zygote
from sim.batch.kernels.provisioner import ZygoteProvisioner
from sim.batch.pool import Worker

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GROUP = "jupyter_client.kernel_provisioners"
#: Seconds within which all that a notebook started has to be gone; a zygote of these tests waits so long for clients.
GONE, IDLE = 10.0, 2.0

#: Cells, and options of the client that runs them; each is followed by a cell that prints.
FAILURES: dict[str, tuple[str, dict[str, Any]]] = {
    "exception": ("1 / 0", {}),
    "out of memory": ("bytearray(1 << 60)", {}),
    "sys.exit(0)": ("import sys; sys.exit(0)", {}),
    "sys.exit(3)": ("import sys; sys.exit(3)", {}),
    "os._exit(0)": ("import os; os._exit(0)", {}),
    "killed": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", {}),
    "crash": ("import ctypes; ctypes.string_at(0)", {}),
    "time limit": ("import time; time.sleep(60)", {"timeout": 2}),
    "interrupted": ("import time; time.sleep(60)", {"timeout": 2, "interrupt_on_timeout": True, "allow_errors": True}),
}

#: A client in a process of its own: runs one cell in a forked kernel.
CLIENT = """
import sys
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook
NotebookClient(new_notebook(cells=[new_code_cell(sys.argv[1])]), kernel_name="coopsim").execute()
"""
#: Prints the kernel to use and the zygote's process number.
FINDER = """
import os, socket, struct
from sim.batch.kernels import available, client
name = available()
found = client.connect(os.environ).getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
print(name, struct.unpack("3i", found)[0])
"""
#: A cell that starts processes in the kernel's group and outside it, says so in a file, and never ends.
BUSY = """
import json, os, subprocess, time
started = [subprocess.Popen(["sleep", "300"], start_new_session=apart).pid for apart in (False, True)]
with open({path!r} + ".part", "w") as file:
    json.dump({{"kernel": os.getpid(), "zygote": os.getppid(), "started": started}}, file)
os.rename({path!r} + ".part", {path!r})
time.sleep(300)
"""


@pytest.fixture(scope="module", autouse=True)
def home() -> Iterator[Path]:
    """A folder of these tests' own for sockets; its name is short because paths of sockets must be."""
    folder = Path(tempfile.mkdtemp(prefix="z"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        patch.setenv(zygote.IDLE_VARIABLE, str(IDLE))
        for name, value in kernels.kernel_environment().items():
            patch.setenv(name, value)
        _declare_entry_point(folder, patch)
        assert kernels.available() == kernels.FORKED
        yield folder
        kernels.release()
    shutil.rmtree(folder, ignore_errors=True)


def _declare_entry_point(folder: Path, patch: pytest.MonkeyPatch) -> None:
    """A source tree that is not installed has its provisioner found as an installed one has."""
    if entry_points(group=GROUP, name=kernels.PROVISIONER):
        return
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [f"{name} = {target}" for name, target in project["entry-points"][GROUP].items()]
    info = folder / "declared" / "coopsim_declared-0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: coopsim-declared\nVersion: 0\n", encoding="utf-8")
    (info / "entry_points.txt").write_text("\n".join([f"[{GROUP}]", *lines, ""]), encoding="utf-8")
    patch.syspath_prepend(info.parent)
    search = [str(info.parent), str(ROOT), os.environ.get("PYTHONPATH", "")]
    patch.setenv("PYTHONPATH", os.pathsep.join(filter(None, search)))


@pytest.fixture(autouse=True)
def forked() -> Iterator[None]:
    """A test that means forked kernels did not quietly run in ordinary ones."""
    yield
    assert not ZygoteProvisioner.given_up


def execute(notebook: NotebookNode, kernel: str, folder: Path, **options: Any) -> NotebookNode:
    """Run a notebook in a folder; raises what nbclient raises."""
    place_there = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, kernel_name=kernel, resources=place_there, **options).execute()
    return notebook


def cells(*sources: str) -> NotebookNode:
    return new_notebook(cells=[new_code_cell(source) for source in sources])


def printed(source: str, folder: Path, kernel: str = kernels.FORKED) -> Any:
    """What a cell prints, which is JSON."""
    done = execute(cells(source), kernel, folder)
    return json.loads("".join(output["text"] for output in done.cells[0].outputs))


def fixture(name: str, kernel: str, folder: Path) -> NotebookNode:
    return execute(nbformat.read(HERE / f"{name}.ipynb", as_version=4), kernel, folder)


def state(notebook: NotebookNode) -> dict[str, Any]:
    return json.loads(notebook.cells[0].outputs[0]["text"])


def outcome(name: str, kernel: str, folder: Path) -> tuple[Any, ...]:
    """How a failing notebook ends: the exception, the errors and prints it shows."""
    source, options = FAILURES[name]
    notebook, raised = cells(source, "print('after')"), ""
    try:
        execute(notebook, kernel, folder, **options)
    except Exception as error:
        raised = type(error).__name__
    shown = [output.get("ename") or output.get("text") for cell in notebook.cells for output in cell.outputs]
    return raised, shown


def zygote_of(environment: dict[str, str]) -> int:
    """Process number of the zygote for an environment, started when missing."""
    with client.connect(environment) as found:
        return int(struct.unpack("3i", found.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))[0])


def alive(number: int) -> bool:
    try:
        return psutil.Process(number).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def assert_gone(numbers: list[int], within: float = GONE) -> None:
    end = time.monotonic() + within
    while (left := [number for number in numbers if alive(number)]) and time.monotonic() < end:
        time.sleep(0.05)
    assert not left


def python(code: str, *arguments: str, environment: dict[str, str] | None = None) -> subprocess.Popen[str]:
    """A process of its own, with its output to be read."""
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments], env=environment, text=True, cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def busy(path: Path) -> dict[str, Any]:
    """What the cell BUSY says, once it has said it."""
    end = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < end, "the kernel did not start"
        time.sleep(0.05)
    return json.loads(path.read_text(encoding="utf-8"))


# --- fresh ------------------------------------------------------------------------------------------------------


def test_nothing_a_notebook_changes_is_seen_by_the_next(tmp_path: Path) -> None:
    fresh = state(fixture("probe", kernels.STOCK, tmp_path))
    fixture("dirty", kernels.FORKED, tmp_path)
    assert state(fixture("probe", kernels.FORKED, tmp_path)) == fresh


def test_the_probe_sees_what_a_reused_kernel_would_leak(tmp_path: Path) -> None:
    dirty, probe = (nbformat.read(HERE / f"{name}.ipynb", as_version=4) for name in ("dirty", "probe"))
    fresh = state(fixture("probe", kernels.FORKED, tmp_path))
    dirty.cells.append(probe.cells[0])
    execute(dirty, kernels.FORKED, tmp_path)
    leaked = json.loads(dirty.cells[1].outputs[0]["text"])
    assert [name for name in fresh if leaked[name] == fresh[name]] == []


def test_random_numbers_are_shared_with_no_other_kernel_unless_seeded(tmp_path: Path) -> None:
    source = "import json, random, numpy; {}; print(json.dumps([random.random(), numpy.random.random()]))"
    first, second = (printed(source.format("pass"), tmp_path) for _ in range(2))
    assert not set(first) & set(second)
    seeded = source.format("random.seed(7), numpy.random.seed(7)")
    assert printed(seeded, tmp_path) == printed(seeded, tmp_path)


def test_kernels_come_from_one_process_without_a_second_thread(tmp_path: Path) -> None:
    source = "import json, os; print(json.dumps([os.getpid(), os.getppid(), os.getsid(0)]))"
    (first, parent, session), (second, again, _) = (printed(source, tmp_path) for _ in range(2))
    assert first != second and parent == again and session == first
    assert psutil.Process(parent).num_threads() == 1


def test_a_kernel_has_the_surroundings_its_client_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOPSIM_TEST", "tỷ đồng")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    shown = printed(
        "import json, os, sys, tempfile\n"
        "print(json.dumps([os.environ['COOPSIM_TEST'], tempfile.gettempdir(), os.getcwd(), sys.path.count('')]))",
        tmp_path,
    )
    assert shown == ["tỷ đồng", str(tmp_path), str(tmp_path), 1]


def test_widgets_find_their_kernel_and_sockets_are_private(tmp_path: Path) -> None:
    shown = printed(
        "import ipywidgets, json\n"
        "kernel = get_ipython().kernel\n"
        "print(json.dumps([sorted(kernel.comm_manager.targets), kernel.parent.transport, kernel.parent.ip]))",
        tmp_path,
    )
    assert "jupyter.widget" in shown[0] and shown[1] == "ipc"
    assert Path(shown[2]).parent == place.folder()
    assert not list(place.folder().glob("k*")), "sockets of ended kernels stay behind"


# --- failing like the ordinary kernel ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """How the failing notebooks end in the ordinary kernel."""
    folder = tmp_path_factory.mktemp("ordinary")
    with ThreadPoolExecutor(4) as pool:
        return dict(zip(FAILURES, pool.map(lambda name: outcome(name, kernels.STOCK, folder), FAILURES), strict=True))


@pytest.mark.parametrize("name", FAILURES)
def test_a_failure_ends_as_in_the_ordinary_kernel(name: str, ordinary: dict[str, Any], tmp_path: Path) -> None:
    assert outcome(name, kernels.FORKED, tmp_path) == ordinary[name]


def test_what_a_dead_kernel_started_dies_with_it(tmp_path: Path) -> None:
    source = BUSY.format(path=str(tmp_path / "started")).replace("time.sleep(300)", "os._exit(1)")
    with pytest.raises(Exception, match="Kernel died"):
        execute(cells(source), kernels.FORKED, tmp_path)
    said = busy(tmp_path / "started")
    assert_gone([said["kernel"], said["started"][0]])
    os.kill(said["started"][1], signal.SIGKILL)  # a session of its own survives its kernel, as it always did


# --- no longer than its client ----------------------------------------------------------------------------------


def test_a_kernel_and_all_it_started_are_gone_when_its_client_is_killed(tmp_path: Path) -> None:
    running = python(CLIENT, BUSY.format(path=str(tmp_path / "started")))
    said = busy(tmp_path / "started")
    running.kill()
    running.communicate()
    assert_gone([said["kernel"], *said["started"]])
    assert not list(place.folder().glob("k*")), "sockets of killed kernels stay behind"


def test_a_worker_that_is_stopped_takes_its_kernel_with_it(tmp_path: Path) -> None:
    notebook = tmp_path / "busy.ipynb"
    nbformat.write(cells(BUSY.format(path=str(tmp_path / "started"))), notebook)
    worker = Worker(tmp_path / "log")
    job = Job("busy", notebook, {}, tmp_path / "run", Limits(), kernels.FORKED)
    running = threading.Thread(target=worker.run, args=(job,), daemon=True)
    running.start()
    said = busy(tmp_path / "started")
    worker.stop()
    assert_gone([said["kernel"], *said["started"]])
    assert alive(said["zygote"]), "the zygote belongs to no worker"


def test_a_killed_zygote_takes_its_kernels_along_and_the_next_client_starts_another(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "1"}
    running = python(CLIENT, BUSY.format(path=str(tmp_path / "started")), environment=environment)
    said = busy(tmp_path / "started")
    os.kill(said["zygote"], signal.SIGKILL)
    assert_gone([said["kernel"]])
    assert "DeadKernelError" in running.communicate(timeout=60)[1]
    for left in said["started"]:
        os.kill(left, signal.SIGKILL)
    socket_left = place.folder() / f"{place.key(environment)}.socket"
    assert socket_left.exists()
    assert zygote_of(environment) != said["zygote"]


# --- the zygote -------------------------------------------------------------------------------------------------


def test_clients_that_come_at_the_same_moment_start_one_zygote_that_leaves_when_idle() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "2"}
    clients = [python(FINDER, environment=environment) for _ in range(3)]
    # Their output ends although the zygote they started lives on: it holds none of it.
    said = {running.communicate(timeout=60)[0].strip() for running in clients}
    assert len(said) == 1
    name, number = said.pop().split()
    assert name == kernels.FORKED and alive(int(number))
    assert_gone([int(number)], within=IDLE + GONE)
    assert not (place.folder() / f"{place.key(environment)}.socket").exists()


def test_sockets_are_for_their_owner_only(home: Path) -> None:
    folder = place.folder()
    assert folder.parent == home and stat.S_IMODE(folder.stat().st_mode) == stat.S_IRWXU
    found = list(folder.glob("*.socket"))
    assert found and {stat.S_IMODE(path.stat().st_mode) for path in found} == {stat.S_IRUSR | stat.S_IWUSR}


def test_whatever_a_new_interpreter_would_notice_makes_another_zygote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = place.key(os.environ)
    assert place.key({**os.environ, "COOPSIM_TEST": "1"}) == key
    assert place.key({**os.environ, "PYTHONHASHSEED": "5"}) != key
    monkeypatch.setattr(place, "_SOURCE", tmp_path)
    (tmp_path / "code.py").write_text("a = 1", encoding="utf-8")
    before = place.key(os.environ)
    (tmp_path / "code.py").write_text("a = 2", encoding="utf-8")
    assert place.key(os.environ) not in (before, key)
    before = place.key(os.environ)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3, 4})
    assert place.key(os.environ) != before


def test_a_zygote_with_a_second_thread_refuses_to_serve() -> None:
    running = python(
        "import threading, time\n"
        "from sim.batch.kernels import place, zygote\n"
        "place.PRELOAD = ()\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "zygote.preload()"
    )
    assert "threads after the imports" in running.communicate(timeout=60)[1]


# --- the way out ------------------------------------------------------------------------------------------------


def test_where_a_zygote_cannot_start_the_ordinary_kernel_runs_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "3")
    monkeypatch.setattr(client, "_start", lambda *_: "no zygote today")
    assert kernels.available() == kernels.STOCK
    monkeypatch.setattr(ZygoteProvisioner, "given_up", "")
    assert printed("import os; print(os.getppid())", tmp_path) == os.getpid()
    assert ZygoteProvisioner.given_up == "no zygote today"


def test_sockets_that_others_could_reach_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = tmp_path / f"coopsim-{os.getuid()}"
    folder.mkdir()
    folder.chmod(0o755)
    with pytest.raises(place.NoPlaceError):
        place.folder()
    assert kernels.available() == kernels.STOCK


def test_a_path_too_long_for_a_socket_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    assert kernels.available() == kernels.STOCK


def test_without_fork_the_ordinary_kernel_is_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "can_fork", lambda: False)
    assert kernels.available() == kernels.STOCK


def test_both_kernels_compute_in_one_thread() -> None:
    specification = json.loads(
        (ROOT / "sim/batch/kernels/spec/kernels" / kernels.FORKED / "kernel.json").read_text(encoding="utf-8")
    )
    assert specification["env"].items() <= kernels.kernel_environment().items()
    assert specification["metadata"]["kernel_provisioner"]["provisioner_name"] == kernels.PROVISIONER
