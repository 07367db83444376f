"""The PDF says what the page says, reads and navigates as a document, and tells nothing of its computer."""

from __future__ import annotations

import io
import os
import stat
from pathlib import Path

import psutil
import pypdf
import pytest

from sim.domain.errors import RunError
from sim.inputs.catalogue import load_catalogue
from sim.report.export import browser
from sim.report.export.pdf import pdf
from sim.report.wording import Wording
from tests.support.shared_figures import bare, read_html, read_text

TITLE = 'Quỹ 12,3 tỷ <đồng> "thử"'


@pytest.fixture(scope="module")
def content(told) -> bytes:
    try:
        browser.find_browser()
    except RunError:
        pytest.skip("no Chromium, Chrome or Edge on this computer")
    return pdf(told.fragments, title=TITLE, lang="vi")


@pytest.fixture(scope="module")
def made(content) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(content))


@pytest.fixture(scope="module")
def text(made) -> str:
    return " ".join(page.extract_text() for page in made.pages)


def test_the_pdf_says_what_the_page_says(told, text):
    assert read_text(text) == read_html(told.html)


def test_vietnamese_text_can_be_selected_and_pages_are_numbered(text, made):
    assert "tổ hợp tác" in bare(text) and "Ước" in text or "ước tính" in text
    assert f"Trang 1/{len(made.pages)}" in bare(text)


def test_the_document_is_a4_with_title_language_and_bookmarks(made):
    width, height = (float(side) for side in made.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842)
    assert made.metadata.title == TITLE and made.trailer["/Root"]["/Lang"] == "vi"
    levels = [level for level in made.outline if isinstance(level, list)]
    names = [item.title for level in levels for item in level if not isinstance(item, list)]
    w = Wording("vi")
    assert {w.text(f"{name}_title") for name in ("targets", "basis", "money", "provenance")} <= set(names)


def test_neither_path_nor_moment_of_printing_is_in_the_file(content, text):
    assert b"D:19800101000000" in content
    assert not [word for word in ("file:", "coopsim-print", "/tmp") if word in text or word.encode() in content]


def test_charts_are_drawn_not_painted(made):
    assert not [image for page in made.pages for image in page.images]


def test_where_no_browser_is_found_the_message_names_what_to_install(monkeypatch):
    monkeypatch.delenv(browser.VARIABLE, raising=False)
    monkeypatch.setattr(browser.shutil, "which", lambda name: None)
    monkeypatch.setattr(browser, "_PLACES", ())
    with pytest.raises(RunError) as refused:
        browser.find_browser()
    said = load_catalogue("vi").describe(refused.value.problems[0])
    assert "Chromium" in said and "Edge" in said and browser.VARIABLE in said


def test_a_named_browser_that_does_not_start_is_refused(monkeypatch, tmp_path):
    monkeypatch.setenv(browser.VARIABLE, str(tmp_path / "nothing"))
    with pytest.raises(RunError) as refused:
        browser.find_browser()
    assert refused.value.problems[0].key == "browser_named_wrong"


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_a_browser_that_hangs_is_ended_with_all_it_started(monkeypatch, tmp_path):
    stand_in, started = tmp_path / "chromium", tmp_path / "pid"
    script = '#!/bin/sh\n[ "$1" = --version ] && echo Chromium && exit 0\nsleep 300 &\necho $! > {}\nwait\n'
    stand_in.write_text(script.format(started))
    stand_in.chmod(stand_in.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv(browser.VARIABLE, str(stand_in))
    monkeypatch.setattr(browser, "_PRINT", 2)
    with pytest.raises(RunError) as failed:
        browser.print_page("<p>x</p>")
    assert failed.value.problems[0].key == "browser_too_slow"
    pid = int(Path(started).read_text())
    assert not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
