"""Nothing good goes before something better is there: a page whose new run fails stays, and says that it is old."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sim.domain import Problem
from sim.inputs.yaml import LANGUAGES, load_catalogue
from sim.report.print import check_page
from sim.run import FAILED, INVALID, OK, RECORDS, SKIPPED, Ending, Entry, Settings, exports, verify
from tests.support.tiny_report import TRAPS, half_written, report_module, tiny_notebooks

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "data/schemas/record.schema.json").read_text(encoding="utf-8"))
BOTH = ("no-support", "market-first")
FIRST_LINE = re.compile(r'<body[^>]*><p class="notice fail stale"><b>(.*?)</b> <span class="plain">(.*?)</span></p>')


class Desk:
    """A report folder and what its notebooks run into."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.out, self.traps = folder / "out", folder / "traps.json"
        self.trap()
        monkeypatch.setenv(TRAPS, str(self.traps))

    def trap(self, **code: str) -> None:
        """Let the notebooks of these pages do something half-way."""
        self.traps.write_text(json.dumps({name.replace("_", "-"): text for name, text in code.items()}))

    def report(self, *names: str, seed: int = 3, lang: str = "vi", **asked: Any) -> list[Entry]:
        """Make the report; another seed makes every page anew."""
        settings = Settings(self.out, draws=16, seed=seed, jobs=2, lang=lang, **asked)
        with tiny_notebooks("00_start_here"):
            return report_module.report(names or BOTH, settings, on_end=lambda _: None, on_notice=lambda *_: None)

    def page(self, stem: str) -> str:
        return (self.out / f"{stem}.html").read_text(encoding="utf-8")

    @property
    def record(self) -> dict[str, Any]:
        found = json.loads((self.out / "record.json").read_text(encoding="utf-8"))
        jsonschema.validate(found, SCHEMA)
        return found

    def row(self, slug: str) -> dict[str, str]:
        return next(row for row in self.record["scenarios"] if row["slug"] == slug)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of which every part is good."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        made = Desk(tmp_path_factory.mktemp("good"), monkeypatch)
        assert all(entry.ok for entry in made.report())
    return made.out


@pytest.fixture
def desk(good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    made = Desk(tmp_path, monkeypatch)
    shutil.copytree(good, made.out)
    yield made
    assert verify(made.out) and not half_written(made.out)


def test_a_failed_scenario_leaves_its_page_marked_on_its_first_line_in_the_index_and_in_the_record(desk):
    before, began = desk.page("no-support"), desk.record["started"]
    desk.trap(no_support="raise ValueError('no such market')")
    states = {entry.slug: entry.ended.state for entry in desk.report(seed=4)}
    assert states == {"no-support": FAILED, "market-first": OK}
    line = FIRST_LINE.search(desk.page("no-support"))
    assert line and "Trang cũ" in line.group(1) and "no such market" in line.group(2)
    check_page(desk.page("no-support"))
    assert desk.page("no-support").replace(line.group(0), '<body class="coopsim">') == before
    index = desk.page("index")
    assert '<a href="no-support.html">Trang của lần chạy trước (cũ)</a>' in index and "F79" in index
    assert desk.row("no-support")["state"] == FAILED and desk.row("no-support")["stale"] == began
    assert "stale" not in desk.row("market-first") and desk.record["state"] == FAILED
    kept = {"no-support.html", "notebooks/no-support.ipynb", f"{RECORDS}/no-support.summary.csv"}
    assert kept <= set(desk.record["outputs"])
    assert "no-support" not in (desk.out / "summary.csv").read_text(encoding="utf-8")


def test_failing_again_keeps_one_line_and_the_day_the_page_was_made_and_mending_takes_it_away(desk):
    began = desk.record["started"]
    for seed, word in ((4, "first"), (5, "second")):
        desk.trap(no_support=f"raise ValueError('{word}')")
        desk.report(seed=seed)
        assert verify(desk.out) and desk.page("no-support").count('fail stale"') == 1
        line = FIRST_LINE.search(desk.page("no-support"))
        assert line and word in line.group(2) and desk.row("no-support")["stale"] == began
    desk.trap()
    assert all(entry.ok for entry in desk.report(seed=5))
    assert "fail stale" not in desk.page("no-support") + desk.page("index")
    assert "stale" not in desk.row("no-support")


def test_where_every_scenario_fails_all_old_pages_and_tables_stay_and_say_so(desk):
    table = (desk.out / "summary.csv").read_bytes()
    desk.trap(
        no_support="import os, signal; os.kill(os.getpid(), signal.SIGKILL)", market_first="import sys; sys.exit(0)"
    )
    desk.report(seed=4, lang="en")
    for stem in ("no-support", "market-first", "index", "compare", "decisions", "uncertainty"):
        line = FIRST_LINE.search(desk.page(stem))
        assert line and line.group(1).startswith("Old page"), stem
    assert (desk.out / "summary.csv").read_bytes() == table


def test_a_failed_overview_leaves_its_page_too(desk):
    desk.trap(compare="raise MemoryError")
    desk.report(seed=4)
    line = FIRST_LINE.search(desk.page("compare"))
    assert line and "F71" in line.group(2) and "fail stale" not in desk.page("index")


def test_a_scenario_that_is_refused_now_leaves_its_page(desk, tmp_path):
    own = tmp_path / "mine.yaml"
    text = (ROOT / "data/scenarios/market-first.yaml").read_text(encoding="utf-8")
    own.write_text(text.replace('slug: "market-first"', 'slug: "mine"'), encoding="utf-8")
    assert all(entry.ok for entry in desk.report("no-support", str(own)))
    own.write_text(own.read_text(encoding="utf-8").replace("horizon", "horizn"), encoding="utf-8")
    assert {entry.ended.state for entry in desk.report("no-support", str(own))} == {OK, INVALID}
    line = FIRST_LINE.search(desk.page("mine"))
    assert line and "horizn" in line.group(2) and 'href="mine.html"' in desk.page("index")


def test_a_disk_that_fills_takes_no_good_page(desk, monkeypatch):
    """No page is put in place before all that belongs to it is on the disk."""
    before = {path.name: path.read_bytes() for path in desk.out.glob("*no-support*")}
    real = os.fsync

    def full(handle: int) -> None:
        name = os.readlink(f"/proc/self/fd/{handle}")
        if "/notebooks/" in name:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        real(handle)

    monkeypatch.setattr(os, "fsync", full)
    entries = {entry.slug: entry for entry in desk.report(seed=4)}
    monkeypatch.undo()
    assert entries["no-support"].ended.state == FAILED and "No space left" in entries["no-support"].ended.reason
    line = FIRST_LINE.search(desk.page("no-support"))
    assert (
        line
        and desk.page("no-support").replace(line.group(0), '<body class="coopsim">').encode()
        == before["no-support.html"]
    )


OFFERED = ("html", "pdf", "docx")
OLDER = {"vi": "(bản cũ, của lần chạy trước)", "en": "(old, of an earlier run)"}


def making(monkeypatch: pytest.MonkeyPatch, *refused: str, missing: tuple[str, ...] = ()) -> None:
    """Let every other format be made at once, but those that a program refuses or that this computer has none for."""

    def made(waiting: list[Any], jobs: int) -> Iterator[tuple[Any, bytes | str, float]]:
        for task in waiting:
            yield task, "F79 it fell over" if task.kind in refused else f"{task.kind} {task.key}".encode(), 0.0

    skipped = [Entry(kind, kind, ending=Ending(kind, SKIPPED, "F80 none here")) for kind in missing]
    monkeypatch.setattr(exports, "_made", made)
    monkeypatch.setattr(report_module, "skipped", lambda settings: skipped)


@pytest.fixture
def empty_desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    ("refused", "missing", "lang", "only"),
    [(("pdf",), (), "vi", "page"), (("docx",), (), "en", "page"), (("docx",), ("pdf",), "vi", "")],
)
def test_a_file_that_cannot_be_made_beside_a_good_page_leaves_the_old_one_which_its_link_says(
    refused: tuple[str, ...], missing: tuple[str, ...], lang: str, only: str, empty_desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    desk, asked, kinds = empty_desk, {"formats": OFFERED, "lang": lang, "only": only}, refused + missing
    pages = ("no-support",) if only else ("no-support", "index")
    making(monkeypatch)
    desk.report("no-support", **asked)
    began = desk.record["started"]
    old = {kind: (desk.out / f"no-support.{kind}").read_bytes() for kind in ("pdf", "docx")}
    making(monkeypatch, *refused, missing=missing)
    desk.report("no-support", **asked, seed=4)
    for kind in ("pdf", "docx"):
        name = f"no-support.{kind}"
        assert ((desk.out / name).read_bytes() == old[kind]) is (kind in kinds) and name in desk.record["outputs"]
        for page in pages:
            link = re.search(rf'<a href="{name}">[^<]*</a>(?: (\(.*?\)))?', desk.page(page))
            assert link and link.group(1) == (OLDER[lang] if kind in kinds else None)
    for kind in kinds:
        (row,) = json.loads((desk.out / f"{RECORDS}/files/no-support.{kind}.json").read_text())["scenarios"]
        assert row["stale"] == began and row["page"] == f"no-support.{kind}" and row["state"] in (FAILED, SKIPPED)
    assert verify(desk.out)
    making(monkeypatch)
    desk.report("no-support", **asked, seed=4)
    assert not [page for page in pages if OLDER[lang] in desk.page(page)] and verify(desk.out)
    assert all((desk.out / f"no-support.{kind}").read_bytes() != old[kind] for kind in old)


def test_a_file_edited_by_hand_is_not_passed_off_as_an_older_one(empty_desk: Desk, monkeypatch) -> None:
    desk, asked = empty_desk, {"formats": OFFERED, "only": "page"}
    making(monkeypatch)
    desk.report("no-support", **asked)
    (desk.out / "no-support.pdf").write_bytes(b"mine")
    making(monkeypatch, "pdf")
    desk.report("no-support", **asked, seed=4)
    assert "no-support.pdf" not in desk.record["outputs"] and "no-support.pdf" not in desk.page("no-support")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_why_an_overview_is_old_is_said_with_code_and_what_to_do(lang):
    told = load_catalogue(lang).describe(Problem("run_nothing_to_show"))
    assert told.startswith("F79") and ("chạy lại" if lang == "vi" else "run again") in told
