"""A forked kernel is as fresh as a new interpreter: nothing passes from one notebook to the next."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import psutil
import pytest

from sim.run import kernels
from tests.support import kernels as support
from tests.support.kernels import place, printed, wait_until
from tests.support.traces import IMPORTS, TRACES, leaving, looking

pytestmark = pytest.mark.usefixtures("forked")


@pytest.fixture(scope="module")
def found(home: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the looking notebook finds in a new interpreter, after another notebook, and in a kernel used twice."""
    folder = tmp_path_factory.mktemp("kernels")
    ordinary = printed(looking(), folder, kernels.STOCK)
    support.execute(leaving(), kernels.FORKED, folder)
    after = printed(looking(), folder)
    twice = leaving()
    twice.cells.append(looking().cells[-1])
    return {"new interpreter": ordinary, "after another": after, "used twice": printed(twice, folder)}


@pytest.mark.parametrize("place_in_list", range(len(TRACES)), ids=[trace.name for trace in TRACES])
def test_what_a_notebook_leaves_is_not_seen_by_the_next(place_in_list: int, found: dict[str, Any]) -> None:
    assert found["after another"][place_in_list] == found["new interpreter"][place_in_list]


@pytest.mark.parametrize("place_in_list", range(len(TRACES)), ids=[trace.name for trace in TRACES])
def test_a_kernel_used_twice_would_show_it(place_in_list: int, found: dict[str, Any]) -> None:
    assert found["used twice"][place_in_list] != found["new interpreter"][place_in_list]


def test_random_numbers_are_shared_with_no_other_kernel_unless_seeded(tmp_path: Path) -> None:
    source = "import json, random, numpy; {}; print(json.dumps([random.random(), numpy.random.random()]))"
    first, second = (printed(source.format("pass"), tmp_path) for _ in range(2))
    assert not set(first) & set(second)
    seeded = source.format("random.seed(7), numpy.random.seed(7)")
    assert printed(seeded, tmp_path) == printed(seeded, tmp_path) == printed(seeded, tmp_path, kernels.STOCK)


def test_kernels_come_from_one_process_without_a_second_thread(tmp_path: Path) -> None:
    source = "import json, os; print(json.dumps([os.getpid(), os.getppid(), os.getsid(0), os.getpgid(0)]))"
    (first, parent, session, group), (second, again, _, _) = (printed(source, tmp_path) for _ in range(2))
    assert first != second and parent == again and session == group == first
    assert psutil.Process(parent).num_threads() == 1


def test_a_kernel_holds_nothing_of_the_zygote_or_of_other_kernels(tmp_path: Path) -> None:
    shown = printed(
        "import json, psutil\n"
        "own = psutil.Process()\n"
        "unix = [str(one.laddr) for one in own.net_connections('unix')]\n"
        "print(json.dumps([unix, [file.path for file in own.open_files()]]))",
        tmp_path,
    )
    assert not [path for path in shown[0] if path.endswith(".socket")]
    assert not [path for path in shown[1] if path.startswith(str(place.folder()))]


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
    wait_until(lambda: not list(place.folder().glob("k*")), "sockets of ended kernels stay behind")


def test_both_kernels_give_the_same_figures_to_the_last_bit(tmp_path: Path) -> None:
    source = IMPORTS + (
        "scenario: str = 'fund-12.3'\ndraws: int = 64\nask = cells.read(globals())\n"
        "result = cells.results(ask, 'no-support')\n"
        "print(json.dumps([float(one) for one in result.values('htx_revenue')[..., -1, 0].ravel()]))"
    )
    assert printed(source, tmp_path) == printed(source, tmp_path, kernels.STOCK)


def test_both_kernels_compute_in_one_thread() -> None:
    path = Path(kernels.__file__).parent / "spec/kernels" / kernels.FORKED / "kernel.json"
    specification = json.loads(path.read_text(encoding="utf-8"))
    assert specification["env"].items() <= kernels.kernel_environment().items()
    assert specification["metadata"]["kernel_provisioner"]["provisioner_name"] == kernels.PROVISIONER
    assert os.environ["OPENBLAS_NUM_THREADS"] == "1"
