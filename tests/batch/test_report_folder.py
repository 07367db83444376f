"""A report folder: unchanged scenarios kept, every byte accounted for, kills survived."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from sim.domain import InputError
from sim.run import OVERVIEWS, page_stem, verify, write_atomic

ROOT = Path(__file__).resolve().parents[2]
PAIR = ("fund-12.3", "market-first")
DRAWS = ("--draws", "256", "--jobs", "2")


def coopsim(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, from the source tree."""
    return subprocess.run(command(*arguments), cwd=ROOT, capture_output=True, text=True, timeout=280, **options)


def started(*arguments: str) -> subprocess.Popen[bytes]:
    """The same, without waiting for its end."""
    return subprocess.Popen(command(*arguments), cwd=ROOT, stderr=subprocess.DEVNULL)


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "sim", *map(str, arguments)]


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A finished report on two scenarios, one of them with a broken companion."""
    folder = tmp_path_factory.mktemp("report") / "out"
    done = coopsim("report", *PAIR, "-o", folder, *DRAWS)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.fixture
def report(made, tmp_path) -> Path:
    """A copy of it to spoil."""
    shutil.copytree(made, tmp_path / "out")
    return tmp_path / "out"


def test_a_finished_report_has_its_pages_tables_and_record(made):
    pages = ("index", "compare", "data", "credibility", "ledger", "fund-12.3")
    for name in (*(f"{page}.html" for page in pages), "summary.csv", "targets.csv"):
        assert (made / name).stat().st_size > 100
    record = json.loads((made / "record.json").read_text())
    assert record["state"] == "ok"
    assert {entry["slug"] for entry in record["scenarios"]} == set(PAIR)
    assert verify(made) > 10


def test_unchanged_scenarios_are_kept_and_nothing_runs(report):
    before = {path: path.stat().st_mtime_ns for path in report.glob("*.html")}
    again = coopsim("report", *PAIR, "-o", report, *DRAWS)
    assert again.returncode == 0
    assert again.stderr.count("giữ nguyên") == len(PAIR) + len(OVERVIEWS)
    assert before == {path: path.stat().st_mtime_ns for path in report.glob("*.html")}


def test_a_changed_seed_runs_again_and_says_so(report):
    again = coopsim("report", PAIR[0], "-o", report, *DRAWS, "--seed", "7", "--lang", "en")
    assert "changed: language, seed" in again.stderr
    assert not (report / "market-first.html").exists(), "a page that is no longer part of the report is gone"
    assert "removed" in again.stderr and "market-first.html" in again.stderr and " -o" in again.stderr
    assert not (report / "edited").exists(), "nobody edited anything"
    assert verify(report)


def test_an_output_edited_by_hand_is_noticed_and_made_again(report):
    page = report / "fund-12.3.html"
    page.write_text(page.read_text() + "<!-- mine -->")
    with pytest.raises(InputError) as refused:
        verify(report)
    assert [problem.key for problem in refused.value.problems] == ["output_changed"]
    again = coopsim("report", *PAIR, "-o", report, *DRAWS, "--lang", "vi")
    assert "đã bị sửa bằng tay" in again.stderr and "market-first: giữ nguyên" in again.stderr
    assert verify(report)
    kept = report / "edited" / "fund-12.3.html"
    assert kept.read_text().endswith("<!-- mine -->") and "edited/fund-12.3.html" in again.stderr
    assert "<!-- mine -->" not in page.read_text()
    page.write_text(page.read_text() + "<!-- mine again -->")
    coopsim("report", *PAIR, "-o", report, *DRAWS, "--lang", "vi")
    assert (report / "edited" / "fund-12.3-2.html").read_text().endswith("<!-- mine again -->")
    assert kept.read_text().endswith("<!-- mine -->")


@pytest.mark.parametrize("seed", range(12))
def test_any_single_changed_byte_is_caught(report, seed):
    chance = random.Random(seed)
    path = chance.choice(sorted(file for file in report.rglob("*") if file.is_file() and file.name != ".lock"))
    content = bytearray(path.read_bytes())
    place = chance.randrange(len(content))
    content[place] ^= 1 << chance.randrange(8)
    path.write_bytes(content)
    with pytest.raises(InputError):
        verify(report)


def test_missing_and_added_files_are_caught(report):
    (report / "targets.csv").unlink()
    (report / "extra.html").write_text("x")
    with pytest.raises(InputError) as refused:
        verify(report)
    assert {problem.key for problem in refused.value.problems} == {"output_missing", "output_added"}


def test_nothing_readable_is_refused_before_anything_is_written(tmp_path):
    done = coopsim("report", "no-such", "-o", tmp_path / "out", *DRAWS)
    assert done.returncode == 2 and not (tmp_path / "out").exists()


def test_two_reports_in_one_folder_are_refused_while_the_first_lives(tmp_path):
    first = started("report", *PAIR, "-o", tmp_path / "out", *DRAWS)
    try:
        _wait_for(tmp_path / "out" / "plan.json")
        second = coopsim("report", PAIR[0], "-o", tmp_path / "out", *DRAWS)
        assert second.returncode == 2 and str(first.pid) in second.stderr
    finally:
        first.wait(timeout=120)
    assert verify(tmp_path / "out")


def test_a_dead_or_garbled_holder_does_not_block_the_folder(report):
    (report / ".lock").write_text("999999")
    (report / ".holder.json").write_text("{not json")
    assert coopsim("report", *PAIR, "-o", report, *DRAWS).returncode == 0


def _wait_for(path: Path) -> None:
    until = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < until, f"{path} never came"
        time.sleep(0.05)


def _kernels(marker: str) -> list[psutil.Process]:
    """Processes of ours whose command line or working folder names the folder."""
    found = []
    for process in psutil.process_iter():
        try:
            if marker in " ".join(process.cmdline()) or marker in process.cwd():
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess):
            continue
    return [process for process in found if process.pid != os.getpid()]


def kill_and_resume(folder: Path, delay: float, jobs: str) -> None:
    """Kill -9 a report after a while, see that nothing is half-written or left running, and resume it."""
    options = ("-o", str(folder), "--draws", "256", "--jobs", jobs)
    process = subprocess.Popen(command("report", *PAIR, *options), cwd=ROOT, stderr=subprocess.DEVNULL)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    process.wait()
    for page in folder.glob("*.html"):
        assert page.read_text().endswith("</html>\n"), f"{page} is half-written"
    for record in folder.glob(".records/*.json"):
        json.loads(record.read_text())
    until = time.monotonic() + 10
    while _kernels(str(folder)) and time.monotonic() < until:
        time.sleep(0.2)
    assert not _kernels(str(folder)), "something of the killed report still runs"
    assert coopsim("report", *PAIR, *options).returncode == 0
    assert verify(folder)


@pytest.mark.alone
@pytest.mark.parametrize("delay, jobs", [(2.0, "1"), (6.0, "2")])
def test_a_killed_report_leaves_nothing_half_done_and_resumes_to_the_same_figures(made, tmp_path, delay, jobs):
    kill_and_resume(tmp_path / "out", delay, jobs)
    for table in ("summary.csv", "targets.csv", "compare.csv"):
        assert (tmp_path / "out" / table).read_bytes() == (made / table).read_bytes()


@pytest.mark.alone
def test_an_interrupted_report_exits_130_and_leaves_no_process(tmp_path):
    process = started("report", *PAIR, "-o", tmp_path / "out", *DRAWS)
    _wait_for(tmp_path / "out" / "plan.json")
    time.sleep(3)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=20) == 130
    time.sleep(2)
    assert not _kernels(str(tmp_path / "out"))


@pytest.mark.parametrize("step", ["fsync", "replace", "fdopen"])
@pytest.mark.parametrize("error", [28, 13, 4])
def test_a_disk_that_refuses_leaves_the_old_file_whole(tmp_path, monkeypatch, step, error):
    path = tmp_path / "page.html"
    write_atomic(path, "old")

    def refuse(*_args, **_options):
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(os, step, refuse)
    with pytest.raises(OSError):
        write_atomic(path, "new")
    monkeypatch.undo()
    assert path.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]


@pytest.mark.parametrize("slug", [*OVERVIEWS, "explorer", "record", "con", "nul.x"])
def test_a_name_the_report_or_a_system_needs_gets_a_hash(slug):
    # A name reserved up to its first dot stays reserved with a hash behind the dot.
    assert page_stem(slug).startswith(f"{slug.replace('.', '-')}-") and page_stem(slug) != page_stem(slug + "x")


@pytest.mark.parametrize("slug", ["fund-12.3", "no-support", "x.y.z"])
def test_other_names_stay_as_they_are(slug):
    assert page_stem(slug) == slug
