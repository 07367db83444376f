"""Other formats of a report: made beside the pages, hashed, resumed one by one, and honest where one cannot be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sim.domain import InputError
from sim.run import files, formats_of, verify

ROOT = Path(__file__).resolve().parents[2]
SLUG = "fund-12.3"


def report(folder: Path, formats: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sim", "report", SLUG, "-o", str(folder), "--draws", "128", "--formats", formats]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=280, env={**os.environ, **environment}, check=False
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """A report with Word and Excel, on a computer without a browser."""
    made = tmp_path_factory.mktemp("formats") / "out"
    done = report(made, "docx,pdf,xlsx", COOPSIM_CHROMIUM=str(made / "no-browser"))
    assert done.returncode == 1, done.stderr
    assert "COOPSIM_CHROMIUM" in done.stderr
    return made


def test_where_there_is_no_browser_the_other_formats_are_made_and_the_record_says_so(folder):
    assert (folder / f"{SLUG}.docx").is_file() and (folder / f"{SLUG}.xlsx").is_file()
    assert not (folder / f"{SLUG}.pdf").exists()
    record = json.loads((folder / "record.json").read_text(encoding="utf-8"))
    assert record["settings"]["formats"] == ["html", "pdf", "docx", "xlsx"]
    assert {f"{SLUG}.docx", f"{SLUG}.xlsx"} <= set(record["outputs"])
    states = {entry["slug"]: entry["state"] for entry in record["scenarios"]}
    assert states == {SLUG: "ok", "pdf": "skipped"}
    assert verify(folder)


def test_pages_lead_to_the_files_that_are_there_and_to_no_other(folder):
    for page in (f"{SLUG}.html", "index.html"):
        html = (folder / page).read_text(encoding="utf-8")
        assert f'href="{SLUG}.docx"' in html and f'href="{SLUG}.xlsx"' in html
        assert f'href="{SLUG}.pdf"' not in html


def test_another_set_of_formats_makes_only_what_is_missing(folder):
    before = {path: path.stat().st_mtime_ns for path in [*folder.glob("notebooks/*"), folder / f"{SLUG}.xlsx"]}
    done = report(folder, "xlsx")
    assert done.returncode == 0, done.stderr
    assert {path: path.stat().st_mtime_ns for path in before} == before, "nothing was run or made again"
    assert not (folder / f"{SLUG}.docx").exists(), "what is no longer asked for is gone"
    assert f'href="{SLUG}.docx"' not in (folder / f"{SLUG}.html").read_text(encoding="utf-8")
    assert verify(folder)


def test_an_unknown_format_is_refused_with_what_was_meant():
    with pytest.raises(InputError) as refused:
        formats_of("html,xslx,9")
    assert [problem.suggestion for problem in refused.value.problems] == ["xlsx", ""]
    assert formats_of("xlsx, pdf") == ("html", "pdf", "xlsx")


def test_a_file_held_open_by_another_program_is_tried_again(monkeypatch, tmp_path):
    target, replace, refused = tmp_path / "x.xlsx", os.replace, [PermissionError("held")] * 3

    def held(source, path):
        if refused:
            raise refused.pop()
        replace(source, path)

    monkeypatch.setattr(files.os, "replace", held)
    monkeypatch.setattr(files, "_PAUSE", 0.0)
    files.write_atomic(target, b"new")
    assert target.read_bytes() == b"new" and not refused
    monkeypatch.setattr(files.os, "replace", lambda source, path: (_ for _ in ()).throw(PermissionError("held")))
    with pytest.raises(PermissionError):
        files.write_atomic(target, b"newer")
    assert target.read_bytes() == b"new" and list(tmp_path.iterdir()) == [target]
