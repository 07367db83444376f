"""The planner's server: what it may find, when kernels end, and what is said where it cannot start."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from filelock import FileLock

from sim.inputs.text import cache_dir
from sim.inputs.yaml import load_catalogue
from sim.planner import Words, private
from sim.planner.kernels import NAME, OwnInterpreter, PlannerKernels

ROOT = Path(__file__).resolve().parents[2]
CACHE = (cache_dir() or ROOT / ".cache" / "inputs").parent
#: What a user may have lying about: an extension that cannot be read, a foreign kernel, settings that end a program.
BROKEN = {
    ".local/share/jupyter/labextensions/broken/package.json": "{not json",
    ".local/share/jupyter/kernels/python3/kernel.json": '{"argv": ["/bin/false"], "display_name": "x"}',
    ".jupyter/jupyter_server_config.py": "raise SystemExit('a user set this up')",
    ".jupyter/voila.json": "{not json",
    ".ipython/profile_default/startup/00.py": "import os; os._exit(1)",
}


def settled(waiting: Coroutine[Any, Any, Any]) -> Any:
    """What a coroutine gives, in a thread of its own: a browser of another test may have a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, waiting).result()



def planner(*arguments: str, limit: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """`coopsim planner` where it cannot start."""
    command = [sys.executable, "-m", "sim", "planner", "--no-browser", *arguments]
    if limit:
        command = ["sh", "-c", f'{limit}; exec "$@"', "sh", *command]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **variables}, capture_output=True, text=True, timeout=120, check=False
    )


# -- start failures end in one sentence -------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("arguments", "limit", "key"),
    [
        (("--province", "nonsense"), "", "unknown_province"),
        (("--province", "../lao-cai"), "", ""),
        ((), "ulimit -n 64", "few_files"),
    ],
)
def test_what_keeps_it_from_starting_is_one_sentence(
    lang: str, arguments: tuple[str, ...], limit: str, key: str
) -> None:
    done = planner("--lang", lang, *arguments, limit=limit)
    assert done.returncode == 2 and done.stdout == ""
    assert len(done.stderr.splitlines()) == 1 and "Traceback" not in done.stderr
    if key:
        assert load_catalogue(lang).text(f"errors.{key}").split(";")[0] in done.stderr


# -- a private place -------------------------------------------------------------------------------------------------


def test_a_long_temporary_folder_is_left_for_one_short_enough_for_sockets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    deep = tmp_path / ("x" * 60)
    deep.mkdir()
    monkeypatch.setattr(private.tempfile, "tempdir", str(deep))
    with private.lodging() as home:
        assert home.sockets and len(os.fsencode(home.folder / "k0123456789ab-5")) < 104
    assert not home.folder.exists()


def test_where_no_place_is_short_enough_kernels_are_spoken_to_over_ports_with_a_key(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    deep = tmp_path / ("x" * 60)
    deep.mkdir()
    monkeypatch.setattr(private, "_bases", lambda: [deep])
    with private.lodging() as home:
        assert not home.sockets and home.folder.parent == deep


def test_without_any_place_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private, "_bases", list)
    with pytest.raises(private.InputError) as refused, private.lodging():
        pass
    assert refused.value.problems[0].key == "planner_no_folder"


def test_folders_of_servers_that_were_killed_go_and_those_in_use_stay(tmp_path: Path) -> None:
    killed, used, made = (tmp_path / f"{private.PREFIX}{name}" for name in ("killed", "used", "made"))
    for folder in (killed, used, made):
        folder.mkdir()
    (killed / "in-use.lock").touch()
    (tmp_path / "coopsim-other").mkdir()
    with FileLock(used / "in-use.lock"):
        private.sweep(tmp_path)
        assert sorted(path.name for path in tmp_path.iterdir()) == ["coopsim-other", f"{made.name}", f"{used.name}"]
        long_ago = time.time() - 3600
        os.utime(made, (long_ago, long_ago))
        private.sweep(tmp_path)
        assert not made.exists() and used.exists()


def test_no_folder_is_swept_through_a_link(tmp_path: Path) -> None:
    target = tmp_path / "mine"
    target.mkdir()
    (target / "in-use.lock").touch()
    (tmp_path / f"{private.PREFIX}link").symlink_to(target)
    private.sweep(tmp_path)
    assert target.is_dir()


def test_nothing_a_user_set_up_for_jupyter_is_found(tmp_path: Path) -> None:
    ask = (
        "import json, os, sys; from pathlib import Path; from sim.planner import private;"
        "home = private.Lodging(Path(sys.argv[1]), True); private.shut_out(home, Path('web'));"
        "from jupyter_core import paths;"
        "print(json.dumps([paths.jupyter_config_path(), paths.jupyter_path(), dict(os.environ)]))"
    )
    hostile = tmp_path / "hostile"
    names = ("JUPYTER_PATH", "JUPYTER_CONFIG_DIR", "JUPYTER_CONFIG_PATH", "IPYTHONDIR", "PYTHONSTARTUP", "VOILA_X")
    done = subprocess.run(
        [sys.executable, "-c", ask, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "HOME": str(hostile), **dict.fromkeys(names, str(hostile))},
    )  # fmt: skip
    settings, data, variables = json.loads(done.stdout)
    assert not [path for path in (*settings, *data) if str(hostile) in path or path.startswith(("/etc", "/usr/local"))]
    assert [name for name, value in variables.items() if value == str(hostile)] == ["HOME"]


@pytest.mark.parametrize("where", ["find_kernel_specs", "get_all_specs"])
def test_one_kernel_is_known_whatever_lies_about(where: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    foreign = tmp_path / "kernels" / "python3"
    foreign.mkdir(parents=True)
    (foreign / "kernel.json").write_text('{"argv": ["/bin/false"], "display_name": "x", "language": "python"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert list(getattr(OwnInterpreter(), where)()) == [NAME]
    assert OwnInterpreter().get_kernel_spec(NAME).argv[0] == sys.executable


# -- kernels end -----------------------------------------------------------------------------------------------------


class Kernels(PlannerKernels):
    """Kernels without processes: how long each is alone is set by the test."""

    def __init__(self) -> None:
        self._alone, self._came, self.opening, self.ended = {}, set(), 0, []
        self.most, self.gone_after, self.never_after = 3, 30.0, 60.0
        self._pools: dict[str, list[Any]] = {}
        self._kernel_connections: dict[str, int] = {}
        self.died: set[str] = set()

    def get_kernel(self, kernel_id: str) -> Any:
        async def is_alive() -> bool:
            return kernel_id not in self.died

        return SimpleNamespace(is_alive=is_alive)

    def list_kernel_ids(self) -> list[str]:
        return [kernel for kernel in self._kernel_connections if kernel not in self.ended]

    def __contains__(self, kernel: object) -> bool:
        return kernel in self.list_kernel_ids()

    async def shutdown_kernel(self, kernel_id: str, now: bool = False, restart: bool = False) -> None:  # type: ignore[override]
        self.ended.append(kernel_id)

    def given(self, kernel: str, *, alone: float = 0, came: bool = True) -> None:
        self._kernel_connections[kernel] = 0 if alone else 1
        if alone:
            self._alone[kernel] = time.monotonic() - alone
        if came:
            self._came.add(kernel)


@pytest.fixture
def kernels() -> Kernels:
    return Kernels()


def test_a_kernel_ends_some_time_after_its_page_and_not_before(kernels: Kernels) -> None:
    kernels.given("shown")
    kernels.given("left just now", alone=5)
    kernels.given("left", alone=31)
    kernels.given("never shown", alone=61, came=False)
    kernels.given("not shown yet", alone=31, came=False)
    settled(kernels.look())
    assert sorted(kernels.ended) == ["left", "never shown"]


def test_a_page_that_takes_long_to_open_keeps_its_kernel(kernels: Kernels) -> None:
    kernels.given("opening", alone=100, came=False)
    kernels.given("abandoned", alone=120, came=False)
    kernels.opening = 1
    settled(kernels.look())
    assert kernels.ended == ["abandoned"]


def test_a_kernel_that_waits_for_a_page_stays_and_one_that_died_waiting_is_let_go(kernels: Kernels) -> None:
    def waiting(kernel: str) -> Any:
        return SimpleNamespace(
            done=lambda: True, cancelled=lambda: False, exception=lambda: None, result=lambda: {"kernel_id": kernel}
        )

    kernels.given("warm", alone=500, came=False)
    kernels._pools = {"planner.ipynb": [waiting("warm"), waiting("dead")]}
    settled(kernels.look())
    assert kernels.ended == [] and len(kernels._pools["planner.ipynb"]) == 1
    assert settled(kernels.room()) and kernels.ended == []
    kernels.died.add("warm")  # which its manager has not noticed yet: a page must not be given it
    assert settled(kernels.room()) and kernels.ended == ["warm"]
    assert kernels._waiting() == set() and kernels._pools["planner.ipynb"] == []


def test_a_kernel_that_did_not_start_is_no_trouble_when_all_end() -> None:
    """Ctrl+C, as the page advises then, ended in a traceback of the server's."""

    async def left() -> list[str]:
        many = PlannerKernels(look_every=60.0)
        many._looking.stop()
        many._pending_kernels["never"] = asyncio.get_running_loop().create_future()
        await many.shutdown_all()
        return [*many.list_kernel_ids(), *many._pending_kernels]

    assert settled(left()) == []


def test_pages_that_are_gone_make_room_and_pages_that_are_open_do_not(kernels: Kernels) -> None:
    for name in ("a", "b"):
        kernels.given(name)
    assert settled(kernels.room())
    kernels.given("c", alone=1)
    assert settled(kernels.room()) and kernels.ended == ["c"]
    kernels.given("d")
    assert not settled(kernels.room())


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_full_server_says_how_many_and_what_to_do(lang: str) -> None:
    sentence = Words(lang).say("pages_full", most=6)
    assert "6" in sentence and sentence.endswith(".")


# -- what a server leaves behind --------------------------------------------------------------------------------------


@contextmanager
def started(base: Path, home: Path) -> Iterator[subprocess.Popen[str]]:
    """A planner whose temporary folders are made in a base, once it has said its address."""
    command = [sys.executable, "-m", "sim", "planner", "--no-browser"]
    environment = {**os.environ, "TMPDIR": str(base), "HOME": str(home), "COOPSIM_CACHE": str(CACHE)}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout and any("token=" in line for line in server.stdout)
        yield server
    finally:
        server.kill()
        server.communicate()


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="signals of POSIX")
def test_what_a_server_made_is_gone_with_it_or_when_the_next_one_starts(tmp_path: Path) -> None:
    """TERM and HUP end it in order, −9 does not; a user's broken Jupyter lies about all the time."""
    for name, text in BROKEN.items():
        (tmp_path / "home" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "home" / name).write_text(text)
    with tempfile.TemporaryDirectory(prefix="cs-", dir="/tmp") as short:
        left: set[Path] = set()
        for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP):
            with started(Path(short), tmp_path / "home") as server:
                (mine,) = Path(short).glob(f"{private.PREFIX}*")  # those of earlier servers are gone
                assert mine not in left
                server.send_signal(number)
                server.wait(timeout=60)
            assert mine.exists() is (number == signal.SIGKILL)
            left.add(mine)
        assert not list(Path(short).glob(f"{private.PREFIX}*"))
