"""Runs that are ended, doubled, spoilt or repeated: what is told, what is kept and what is made again."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from sim.domain import InputError
from sim.inputs.yaml import load_catalogue
from sim.run import (
    CHANGED,
    EDITED,
    FAILED_BEFORE,
    MISSING,
    NEW,
    TEMPLATES,
    Entry,
    Job,
    build_record,
    check_templates,
    now,
    only_one,
    reuse,
    sha256_file,
    sweep,
    write_atomic,
    write_record,
)
from tests.support.kernels import executing

ROOT = Path(__file__).resolve().parents[2]
LANGUAGES = ("vi", "en")
KEY = {"data": "d", "code": "c", "seed": "s", "draws": "n", "versions": "v"}


# Rows 74 to 77 (kills, Ctrl-C, power cuts) are whole reports: tests/batch/test_report_folder.py.


def test_77_what_a_power_cut_left_half_written_is_swept(tmp_path):
    (tmp_path / "notebooks").mkdir()
    for left in (tmp_path / ".abc_12xy.part", tmp_path / "notebooks" / ".0a1b2c3d.part"):
        left.write_text("half")
    (tmp_path / "mine.part").write_text("somebody's own")
    sweep(tmp_path)
    assert [path.name for path in sorted(tmp_path.rglob("*"))] == ["mine.part", "notebooks"]


@pytest.mark.parametrize(
    "key, code, params, words",
    [
        ("run_killed", "F75", {"how": "SIGKILL"}, {"vi": "bị ngắt giữa chừng", "en": "ended half-way"}),
        ("run_no_marker", "F78", {}, {"vi": "thiếu dấu kết thúc", "en": "end marker is missing"}),
        ("run_error", "F79", {"cell": 2, "detail": "Oh: x"}, {"vi": "ô 2: Oh: x", "en": "cell 2: Oh: x"}),
        ("run_no_start", "F80", {"attempts": 3, "detail": "x"}, {"vi": "sau 3 lần", "en": "in 3 attempts"}),
        ("run_broke", "F79", {"detail": "Oh: x"}, {"vi": "(Oh: x)", "en": "(Oh: x)"}),
        ("run_worker_lost", "F74", {}, {"vi": "mất kết nối", "en": "were lost"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", LANGUAGES)
def test_75_to_80_a_run_that_ended_badly_says_how_and_what_to_do(lang, key, code, params, words):
    reason = Job("x", Path("03_compare.ipynb"), {"lang": lang}, Path("x")).reason(key, **params)
    assert reason.startswith(f"{code} 03_compare.ipynb: ") and words[lang] in reason and ";" in reason


def test_80_a_kernel_that_does_not_start_is_tried_three_times_and_named(tmp_path, monkeypatch):
    attempts = []
    monkeypatch.setattr(executing, "_once", lambda job: attempts.append(job) or (executing.FAILED, "port in use"))
    outcome = executing.execute(Job("x", Path("a.ipynb"), {"lang": "en"}, tmp_path))
    assert len(attempts) == 3
    assert outcome.state == "failed" and outcome.reason.startswith("F80 a.ipynb: ") and "port in use" in outcome.reason


def test_79_whatever_breaks_a_run_half_way_comes_with_what_to_do(tmp_path, monkeypatch):
    def breaks(_notebook: str, executed: str, **_: object) -> None:
        cell = {"cell_type": "code", "metadata": {"papermill": {"status": "running"}}}
        Path(executed).write_text(json.dumps({"cells": [cell]}), encoding="utf-8")
        raise RuntimeError("the channel is closed")

    monkeypatch.setattr("papermill.execute_notebook", breaks)
    outcome = executing.execute(Job("x", Path("a.ipynb"), {"lang": "en"}, tmp_path))
    assert outcome.state == "failed" and outcome.reason.startswith("F79 a.ipynb: ")
    assert "RuntimeError: the channel is closed" in outcome.reason and "run again" in outcome.reason


@pytest.mark.parametrize("lang, word", [("vi", "đang được lập"), ("en", "being made")])
def test_81_a_second_report_in_the_folder_is_refused_with_the_first_one_s_number(tmp_path, lang, word):
    holder = (
        "import sys; from pathlib import Path; from sim.run import only_one\n"
        "with only_one(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    first = subprocess.Popen(
        [sys.executable, "-c", holder, tmp_path], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert first.stdout and first.stdout.readline() == "held\n"
        with pytest.raises(InputError) as refused, only_one(tmp_path):
            pass
    finally:
        first.kill()
        first.communicate()
    message = load_catalogue(lang).describe(refused.value.problems[0])
    assert message.startswith("F81") and str(first.pid) in message and word in message
    with only_one(tmp_path):
        pass  # the lock of a process that was killed holds nobody up


@pytest.mark.parametrize("content", ["", "999999", "{not json", "\0" * 64])
def test_82_an_empty_or_corrupt_lock_is_nobody_s(tmp_path, content):
    (tmp_path / ".lock").write_text(content)
    (tmp_path / ".holder.json").write_text(content)
    with only_one(tmp_path):
        assert json.loads((tmp_path / ".holder.json").read_text())["pid"] == os.getpid()


@pytest.fixture
def done(tmp_path: Path) -> Path:
    """A folder with one finished run."""
    write_atomic(tmp_path / "a.html", "page")
    outputs = {"a.html": sha256_file(tmp_path / "a.html")}
    about = {"settings": {}, "inputs": {}, "scenarios": [], "started": now(), "state": "ok"}
    write_record(tmp_path / ".records" / "a.json", build_record(**about, outputs=outputs, key=KEY))
    return tmp_path


def test_83_without_a_whole_record_or_its_outputs_a_run_is_made_again(done):
    record = done / ".records" / "a.json"
    whole = record.read_text()
    (done / "a.html").unlink()
    assert reuse(done, Entry("a", "a", key=KEY)).why == MISSING
    record.write_text(whole[: len(whole) // 2])
    assert reuse(done, Entry("a", "a", key=KEY)).why == NEW
    record.write_text(json.dumps({**json.loads(whole), "state": "killed"}))
    assert reuse(done, Entry("a", "a", key=KEY)).why == FAILED_BEFORE
    record.unlink()
    assert reuse(done, Entry("a", "a", key=KEY)).why == NEW


def test_84_an_output_edited_by_hand_is_named_and_made_again(done):
    (done / "a.html").write_text("Page")
    found = reuse(done, Entry("a", "a", key=KEY))
    assert found.outputs is None and found.why == EDITED and found.parts == ("a.html",)


@pytest.mark.parametrize("part", KEY)
def test_85_a_miss_names_the_part_that_changed(done, part):
    found = reuse(done, Entry("a", "a", key={**KEY, part: "other"}))
    assert found.outputs is None and found.why == CHANGED and found.parts == (part,)
    for lang in LANGUAGES:
        assert f"cli.part_{part}" in load_catalogue(lang)


def test_86_neither_path_nor_clock_is_part_of_the_key(done, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("other") / "folder"
    done.rename(elsewhere)
    os.utime(elsewhere / "a.html", (1, 1))
    assert set(reuse(elsewhere, Entry("a", "a", key=KEY)).outputs or ()) == {"a.html"}


# Row 87 (a file held open elsewhere): tests/batch/test_formats.py.


def test_88_nothing_is_ever_unpickled():
    for path in (ROOT / "sim").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name for alias in node.names} | {getattr(node, "module", "") or ""}
                assert not names & {"pickle", "dill", "cloudpickle", "shelve", "marshal"}, path
            if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
                assert isinstance(node.value, ast.Constant) and node.value.value is False, path


def test_89_stamps_are_in_utc_and_a_record_from_the_future_still_stands(done):
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", now())
    record = done / ".records" / "a.json"
    record.write_text(json.dumps({**json.loads(record.read_text()), "started": "2199-01-01T00:00:00Z"}))
    assert reuse(done, Entry("a", "a", key=KEY)).outputs


# Row 90 (another folder and environment, same result): tests/batch/test_kernel_isolation.py.


@pytest.mark.parametrize("cleared", [False, True])
def test_what_a_run_leaves_that_is_killed_in_some_cell_is_the_notebook_as_it_stood_there(tmp_path, cleared):
    """Also where a cell before cleared the folder."""
    cells = [nbformat.v4.new_code_cell(f"{number}", metadata={"tags": [], "papermill": {}}) for number in range(4)]
    notebook = nbformat.v4.new_notebook(cells=cells, metadata={"papermill": {}})
    path = tmp_path / "executed.ipynb"
    progress = executing.Progress(notebook, output_path=str(path), progress_bar=False)
    progress.notebook_start()
    for at, cell in enumerate(notebook.cells):
        progress.cell_start(cell, at)
        assert json.loads(path.read_text(encoding="utf-8")) == notebook
        cell.outputs.append(nbformat.v4.new_output("stream", text="Lào Cai " * 99 * (4 - at)))
        progress.cell_complete(cell, at)
        if cleared and at == 1:
            path.unlink()
    progress.notebook_complete()
    assert json.loads(path.read_text(encoding="utf-8")) == notebook


@pytest.mark.parametrize("tagged", [0, 2])
@pytest.mark.parametrize("lang, fix", [("vi", "lấy lại bản gốc"), ("en", "restore the original")])
def test_91_a_notebook_without_its_one_cell_of_parameters_is_refused(tmp_path, tagged, lang, fix):
    cells = [{"cell_type": "code", "metadata": {"tags": ["parameters"]}, "source": []}] * tagged
    (tmp_path / "x.ipynb").write_text(json.dumps({"cells": cells}))
    with pytest.raises(InputError) as refused:
        check_templates([tmp_path / "x.ipynb"])
    message = load_catalogue(lang).describe(refused.value.problems[0])
    assert message.startswith("F91 x.ipynb: metadata.tags.parameters") and fix in message


def test_91_the_shipped_notebooks_have_theirs():
    check_templates(path for path in TEMPLATES.glob("0*.ipynb"))
