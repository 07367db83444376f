"""A planner's whole day, in Vietnamese and without network: from the first slider to the batch's pages."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sim.inputs.excel import MONEY_COLUMNS
from sim.inputs.figures import COLUMNS
from sim.inputs.scenarios import load_scenario
from tests.browser.lab import REPOSITORY
from tests.browser.offline import opened
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

#: What the planner refuses, wherever it is said.
PROBLEM = ".cs-problem:not(:empty)"
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
    assert screen.amounts() == {**before, "survey": "0,5"}
    lines, rest, fund = screen.sum_line()
    assert lines + rest == fund and rest > 0
    screen.after(lambda: screen.page.keyboard.press("Control+z"))
    assert screen.amounts() == before


def test_a_workbook_with_a_wrong_amount_is_refused_with_its_cell(screen: Screen, tmp_path: Path) -> None:
    book = exported(screen, tmp_path / "plan.xlsx")
    edit(book, "market", -1)
    screen.page.get_by_label("Nhập kịch bản (Excel, YAML)").set_input_files(str(book))
    screen.page.wait_for_selector(PROBLEM)
    assert "E6" in screen.text(PROBLEM) and "plan.xlsx" in screen.text(PROBLEM)
    near = (
        screen.page.get_by_label("Nhập kịch bản (Excel, YAML)").bounding_box(),
        screen.page.locator(PROBLEM).bounding_box(),
    )
    assert 0 < near[1]["y"] - near[0]["y"] < 150, "what is wrong with a file is said where the file was chosen"
    assert not screen.page.get_by_role("button", name="Dùng", exact=True).is_visible()


def figures_book(path: Path) -> Path:
    """A table of figures beside a sheet of something else, as people keep them."""
    book = openpyxl.Workbook()
    book.active.title = "Số liệu 2023"
    rows = [("htx_total", 300, "count"), ("htx_avg_revenue", 1512.5, "million VND/yr"), ("htx_new", 31, "count")]
    book.active.append(COLUMNS)
    for term, value, unit in (*rows, ("htx_worker_income", 4.1, "million VND/month")):
        book.active.append(["Mẫu", "VN-99", 2023, "year", "HTX", term, value, unit, "actual", "niem-giam", None])
    fund = ["support_budget_total", 5, "billion VND", "plan", "niem-giam", None]
    book.active.append(["Mẫu", "VN-99", 2024, "plan", "budget", *fund])
    book.create_sheet("Ghi chú")["A1"] = "chưa đối chiếu với Cục Thống kê"
    book.save(path)
    return path


def test_a_province_s_own_figures_come_in_with_their_sheet_and_their_sources(screen: Screen, tmp_path: Path) -> None:
    book, sources = figures_book(tmp_path / "so-lieu.xlsx"), tmp_path / "nguon.csv"
    sources.write_text("id,title,url,note\nniem-giam,Niên giám thống kê 2023,,\n", encoding="utf-8")
    page = screen.page
    page.get_by_text("Nhập số liệu của tỉnh").click()
    typed = {"Tên gói (chữ thường)": "tinh-mau", "Tên tỉnh": "Tỉnh Mẫu", "Mã địa bàn": "VN-99", "Năm gốc": "2023"}
    for label, text in typed.items():
        page.get_by_label(label).fill(text)
    page.get_by_label("Nguồn (nếu có)").set_input_files(str(sources))
    page.get_by_text("nguon.csv").wait_for()
    choice = page.get_by_label("Trang tính", exact=True)
    assert not choice.is_visible(), "a file with one sheet asks for none"
    page.get_by_label("Chọn bảng số liệu (Excel, CSV)").set_input_files(str(book))
    choice.wait_for()
    assert "so-lieu.xlsx" in screen.text(PROBLEM) and choice.evaluate("node => node === document.activeElement")
    screen.picture("sheets")
    choice.select_option(label="Số liệu 2023")
    page.get_by_role("button", name="Dùng", exact=True).wait_for()
    assert "so-lieu.xlsx: 5 số liệu" in screen.text(".cs-proposal") and not page.locator(PROBLEM).count()
    screen.picture("figures")
    screen.press("Bỏ qua")
    page.locator(".cs-proposal").wait_for(state="hidden")
    sources.write_text("id,title,url,note\nkhac,Nguồn khác,,\n", encoding="utf-8")
    page.get_by_label("Chọn bảng số liệu (Excel, CSV)").set_input_files(str(book))
    page.get_by_text("nguon.csv: tệp đã thay đổi, hãy chọn lại").wait_for()
    assert "bảng số liệu chưa được đọc" in screen.text(PROBLEM) and not page.locator(".cs-proposal").is_visible()
    page.get_by_role("button", name="Bỏ tệp nguồn").click()
    choice.select_option(label="Số liệu 2023")
    page.get_by_role("button", name="Dùng", exact=True).wait_for()
    assert not page.locator(PROBLEM).count()
    screen.press("Bỏ qua")
    assert screen.watched.errors == []


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
    out = batch(screen.folder, [saved, edited])
    for name in ("index", "compare", "fund-12.3", *(path.stem for path in (saved, edited))):
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
    screen.page.get_by_text("Đã lưu.").wait_for()
    (path,) = set((screen.folder / "scenarios").glob("*.yaml")) - before
    return path


def batch(folder: Path, scenarios: list[Path]) -> Path:
    """`coopsim batch` of a grid that names saved scenarios beside a shipped one, as the guide shows."""
    named = ", ".join(path.relative_to(folder).as_posix() for path in scenarios)
    label = '{vi: "Họp cuối ngày", en: "End of the day"}'
    grid = f"slug: cuoi-ngay\nlabel: {label}\nplans: [fund-12.3]\nscenarios: [{named}]\n"
    (folder / "luoi.yaml").write_text(grid, encoding="utf-8")
    command = [sys.executable, "-m", "sim", "batch", "luoi.yaml", "-o", "results", "--draws", "512"]
    variables = {**os.environ, "PYTHONPATH": str(REPOSITORY), "COOPSIM_DATA": str(REPOSITORY / "data")}
    subprocess.run(command, cwd=folder, env=variables, check=True, timeout=280)
    return folder / "results"
