"""One zygote for each code and environment, for its owner only; and the ordinary kernel where there can be none."""

from __future__ import annotations

import os
import stat
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from sim.cli.verbs import notebooks
from sim.inputs.yaml import LANGUAGES
from sim.run import OK, Ending, Job, Worker, kernels
from sim.run.kernels import ZygoteProvisioner
from tests.support.kernels import (
    FINDER,
    GONE,
    IDLE,
    PATIENCE,
    alive,
    client,
    executing,
    place,
    printed,
    provisioner as choice,
    python,
    wait_gone,
)

pytestmark = pytest.mark.usefixtures("forked")


def test_clients_that_come_at_the_same_moment_start_one_zygote_that_leaves_when_idle() -> None:
    environment = {**os.environ, "PYTHONHASHSEED": "2"}
    clients = [python(FINDER, environment=environment) for _ in range(3)]
    # Their output ends although the zygote they started lives on: it holds none of it.
    said = {running.communicate(timeout=PATIENCE)[0].strip() for running in clients}
    assert len(said) == 1
    name, number = said.pop().split()
    assert name == kernels.FORKED and alive(int(number))
    wait_gone([int(number)], within=IDLE + GONE)
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
    mask = os.umask(0o027)
    try:
        assert place.key(os.environ) != key
    finally:
        os.umask(mask)
    monkeypatch.setattr(place, "_SOURCE", tmp_path)
    module, keys = tmp_path / "within" / "code.py", [key]
    module.parent.mkdir()
    for text, second in (("a = 1", 1), ("a = 22", 1), ("a = 33", 2)):
        module.write_text(text, encoding="utf-8")
        os.utime(module, (second, second))
        keys.append(before := place.key(os.environ))
        assert place.key(os.environ) == before
    assert len({*keys}) == len(keys)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: {0, 1, 2, 3, 4})
    assert place.key(os.environ) != before


def test_a_zygote_with_a_second_thread_refuses_to_serve() -> None:
    running = python(
        "import threading, time\n"
        "from sim.run.kernels import place, zygote\n"
        "place.PRELOAD = ()\n"
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
        "zygote.preload()"
    )
    assert "threads after the imports" in running.communicate(timeout=PATIENCE)[1]


def test_where_a_zygote_cannot_start_the_ordinary_kernel_runs_the_notebook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "3")
    tried = []
    monkeypatch.setattr(client, "_start", lambda *_: tried.append(1) or "no zygote today")
    asked = [kernels.chosen() for _ in range(3)]
    assert set(asked) == {kernels.Chosen(kernels.STOCK, choice.NO_START, "no zygote today")}
    assert len(tried) == 2, "started once more, then never again for every notebook"
    monkeypatch.setattr(ZygoteProvisioner, "given_up", "")
    assert printed("import os; print(os.getppid())", tmp_path) == os.getpid()
    assert ZygoteProvisioner.given_up == "no zygote today"


def test_a_zygote_that_does_not_start_at_first_is_started_once_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONHASHSEED", "4")
    real, tried = client._start, []

    def start(path: Path, environment: Mapping[str, str]) -> str:
        tried.append(path)
        return real(path, environment) if len(tried) > 1 else "out of memory for a moment"

    monkeypatch.setattr(client, "_start", start)
    assert kernels.chosen() == kernels.Chosen(kernels.FORKED) and len(tried) == 2


@pytest.mark.parametrize("lang, words", [("vi", "chậm hơn, kết quả như nhau"), ("en", "slower, same results")])
def test_that_notebooks_run_in_ordinary_kernels_is_said_once_with_the_reason(
    lang: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stock = kernels.Chosen(kernels.STOCK, choice.NO_START, "no zygote today")
    monkeypatch.setattr(kernels, "chosen", lambda: stock)
    monkeypatch.setattr(Worker, "_served", lambda _, job: Ending(job.slug, OK))
    with notebooks(lang) as (on_end, *_):
        for slug in ("a", "b"):
            ending = Worker(tmp_path / "log").run(Job(slug, tmp_path / "x.ipynb", {"lang": lang}, tmp_path))
            assert ending.kernel == kernels.STOCK
            on_end(ending)
    printed_lines = capsys.readouterr().err.splitlines()
    assert [words in line and "no zygote today" in line for line in printed_lines] == [True, False, False]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(
    "why", [choice.NO_FORK, choice.NOT_INSTALLED, choice.NO_PLACE, choice.NO_START, choice.GIVEN_UP]
)
def test_every_reason_for_the_ordinary_kernel_has_its_words(why: str, lang: str, tmp_path: Path) -> None:
    job = Job("a", tmp_path / "x.ipynb", {"lang": lang}, tmp_path)
    assert len(job.slower(kernels.Chosen(kernels.STOCK, why, "z"))) > 20
    assert not job.slower(kernels.Chosen(kernels.STOCK)), "whoever asked for the ordinary kernel knows"


def test_a_worker_whose_kernels_fall_back_by_themselves_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ZygoteProvisioner, "given_up", "the zygote does not answer")
    monkeypatch.setattr(executing, "_attempt", lambda _: (OK, ""))
    done = executing.execute(Job("a", tmp_path / "x.ipynb", {"lang": "en"}, tmp_path, kernel=kernels.FORKED))
    assert done.kernel == kernels.STOCK and "the zygote does not answer" in done.slower


def test_a_relative_search_path_means_one_zygote_wherever_notebooks_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", f".{os.pathsep}sim")
    environment = {**os.environ, **kernels.kernel_environment()}
    here = place.key(environment)
    monkeypatch.chdir(tmp_path)
    assert place.key(environment) == here


def test_sockets_that_others_could_reach_are_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    folder = tmp_path / f"coopsim-{os.getuid()}"
    folder.mkdir()
    folder.chmod(0o755)
    with pytest.raises(place.NoPlaceError):
        place.folder()
    assert kernels.chosen() == kernels.Chosen(kernels.STOCK, choice.NO_PLACE)


def test_a_path_too_long_for_a_socket_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    deep = tmp_path / ("d" * 100)
    deep.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(deep))
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    assert kernels.chosen() == kernels.Chosen(kernels.STOCK, choice.NO_PLACE)


def test_without_fork_the_ordinary_kernel_is_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place, "can_fork", lambda: False)
    assert kernels.chosen() == kernels.Chosen(kernels.STOCK, choice.NO_FORK) and kernels.available() == kernels.STOCK
