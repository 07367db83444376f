"""A planner's whole day, in Vietnamese and without network: from the first slider to the printed report."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sim.inputs.scenario_book import MONEY_COLUMNS
from sim.inputs.scenarios import load_scenario
from tests.browser.lab import REPOSITORY
from tests.browser.offline import opened
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

_SHEET = 1  # the money, after the scenario itself


@pytest.fixture(autouse=True)
def fresh(screen: Screen) -> None:
    screen.start_over()


def exported(screen: Screen, target: Path) -> Path:
    """The workbook the planner hands over."""
    with screen.page.expect_download() as download:
        screen.press("Xuất Excel")
    download.value.save_as(target)
    return target


def edit(book: Path, column: str, amount: float) -> None:
    """Another amount in every year of one column, as somebody with Excel does it."""
    pages = openpyxl.load_workbook(book)
    page = pages.worksheets[_SHEET]
    place = MONEY_COLUMNS.index(column) + 1
    for row in page.iter_rows():
        if isinstance(row[0].value, int) and 2000 < row[0].value < 2100:
            row[place - 1].value = amount
    pages.save(book)


def brought_in(screen: Screen, book: Path) -> None:
    screen.page.get_by_label("Nhập kịch bản (Excel, YAML)").set_input_files(str(book))
    screen.page.get_by_role("button", name="Dùng", exact=True).wait_for()
    screen.picture("preview")
    screen.after(lambda: screen.press("Dùng"))


def test_a_plan_goes_to_excel_is_edited_there_and_comes_back(screen: Screen, tmp_path: Path) -> None:
    screen.nudge("market", "PageUp")
    book = exported(screen, tmp_path / "plan.xlsx")
    before = screen.amounts()
    edit(book, "survey", 0.5)
    brought_in(screen, book)
    assert screen.amounts() == {**before, "survey": "0,500"}
    lines, rest, fund = screen.sum_line()
    assert lines + rest == fund and rest > 0
    screen.after(lambda: screen.page.keyboard.press("Control+z"))
    assert screen.amounts() == before


def test_a_workbook_with_a_wrong_amount_is_refused_with_its_cell(screen: Screen, tmp_path: Path) -> None:
    book = exported(screen, tmp_path / "plan.xlsx")
    edit(book, "market", -1)
    screen.page.get_by_label("Nhập kịch bản (Excel, YAML)").set_input_files(str(book))
    screen.page.wait_for_selector(".cs-problem:not(:empty)")
    assert "E6" in screen.text(".cs-problem") and "plan.xlsx" in screen.text(".cs-problem")
    assert not screen.page.get_by_role("button", name="Dùng", exact=True).is_visible()


@pytest.mark.slow
def test_the_whole_day(screen: Screen, browser: Any, tmp_path: Path) -> None:
    screen.nudge("establishment", "PageUp")
    screen.lock("establishment")
    screen.after(lambda: screen.press("Ghim phương án này làm mốc"))
    screen.nudge("market", "PageDown")
    saved = save(screen, "Phương án buổi sáng")
    screen.rest()
    morning = screen.page.locator(".cs-try", has_text="Phương án buổi sáng")
    screen.after(lambda: screen.slider("capacity").press("PageUp"))
    screen.rest()
    screen.after(lambda: morning.get_by_role("button", name="So sánh").click())
    assert "Phương án buổi sáng" in screen.text(".cs-lead")
    book = exported(screen, tmp_path / "plan.xlsx")
    edit(book, "survey", 0.4)
    brought_in(screen, book)
    edited = save(screen, "Phương án buổi chiều")
    assert load_scenario(str(edited)).plan.line_budget("survey", 2030) == 400_000_000
    out = report(screen.folder, [saved, edited])
    for name in ("index", "compare", *(path.stem for path in (saved, edited))):
        with opened(browser, out / f"{name}.html") as page:
            assert page.requests == [] and page.ran() == []
            assert page.page.locator("html").get_attribute("lang") == "vi"
    with opened(browser, out / f"{edited.stem}.html") as page:
        assert "Phương án buổi chiều" in page.page.inner_text("body")
    assert screen.watched.blocked == [] and screen.watched.errors == []


def save(screen: Screen, name: str) -> Path:
    """Save what is on the screen; returns its file."""
    screen.page.get_by_label("Tên kịch bản").fill(name)
    before = set((screen.folder / "scenarios").glob("*.yaml"))
    screen.press("Lưu")
    screen.page.get_by_text("Đã lưu").wait_for()
    (path,) = set((screen.folder / "scenarios").glob("*.yaml")) - before
    return path


def report(folder: Path, scenarios: list[Path]) -> Path:
    """`coopsim report` of saved scenarios, as the planner's own words say to make it."""
    names = [str(path.relative_to(folder)) for path in scenarios]
    command = [sys.executable, "-m", "sim", "report", *names, "-o", "results", "--draws", "512"]
    variables = {**os.environ, "PYTHONPATH": str(REPOSITORY), "COOPSIM_DATA": str(REPOSITORY / "data")}
    subprocess.run(command, cwd=folder, env=variables, check=True, timeout=280)
    return folder / "results"
