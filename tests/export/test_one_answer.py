"""One command, five forms, one answer."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import docx
import openpyxl
import pypdf
import pytest

from sim.domain import RunError
from sim.report.forms import find_browser, print_page
from sim.run import verify
from tests.support.paper import half_blank, headings_alone, heads_alone, heads_of
from tests.support.shared_figures import figure, read_docx, read_html, read_text, read_xlsx, span

ROOT = Path(__file__).resolve().parents[2]
SLUG = "fund-12.3"
CARDS = ("htx_active", "htx_revenue_total", "htx_revenue", "htx_worker_income")
#: Fewer than the planner's file may hold, so that it rests on the report's own.
DRAWS = "4096"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    try:
        browser = find_browser()
    except RunError:
        pytest.skip("no Chromium, Chrome or Edge on this computer")
    out = tmp_path_factory.mktemp("all") / "out"
    command = [sys.executable, "-m", "sim", "report", SLUG, "-o", str(out), "--draws", DRAWS]
    done = subprocess.run(
        [*command, "--formats", "html,explorer,pdf,docx,xlsx"], cwd=ROOT, capture_output=True, text=True, timeout=900,
        env={**os.environ, "COOPSIM_CHROMIUM": browser}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return out


@pytest.mark.slow
def test_html_pdf_word_and_excel_say_the_same_figures(folder):
    page = read_html((folder / f"{SLUG}.html").read_text(encoding="utf-8"))
    assert len(page.cards) == 4 and len(page.chances) == 3
    pdf = pypdf.PdfReader(folder / f"{SLUG}.pdf")
    assert read_text(" ".join(one.extract_text() for one in pdf.pages)) == page
    assert read_docx(docx.Document(str(folder / f"{SLUG}.docx"))) == page
    assert read_xlsx(openpyxl.load_workbook(io.BytesIO((folder / f"{SLUG}.xlsx").read_bytes()))) == page


@pytest.mark.slow
def test_the_planner_in_one_file_says_them_to_the_printed_digit(folder, browser):
    page = read_html((folder / f"{SLUG}.html").read_text(encoding="utf-8"))
    shown = browser.new_context(offline=True).new_page()
    shown.goto((folder / "explorer.html").as_uri())
    shown.wait_for_selector(".cs-view[data-painted]", timeout=60_000)
    for name, card in zip(CARDS, page.cards, strict=True):
        here = f".cs-card[data-indicator={name}]"
        low, high = span(shown.inner_text(f"{here} .cs-range").split(": ", 1)[1])
        assert (figure(shown.inner_text(f"{here} .cs-number .n")), low, high) == pytest.approx(tuple(card)), name


@pytest.mark.slow
def test_every_page_of_the_report_prints_with_no_heading_left_behind_and_no_page_half_blank(folder):
    pages = sorted(path for path in folder.glob("*.html") if path.name != "explorer.html")
    assert len(pages) >= 5
    for path in pages:
        html = path.read_text(encoding="utf-8")
        made = pypdf.PdfReader(io.BytesIO(print_page(html)))
        left = headings_alone(made) + heads_alone(made, heads_of(html))
        assert (path.name, left, half_blank(made)) == (path.name, [], [])


@pytest.mark.slow
def test_every_byte_of_all_of_them_is_accounted_for(folder):
    assert verify(folder)
    outputs = json.loads((folder / "record.json").read_text(encoding="utf-8"))["outputs"]
    names = {f"{SLUG}.{kind}" for kind in ("html", "pdf", "docx", "xlsx")} | {"explorer.html"}
    assert names <= set(outputs)
    sizes = {name: (folder / name).stat().st_size for name in names}
    assert sizes["explorer.html"] <= 1_500_000 and sizes[f"{SLUG}.html"] < 600_000
