"""An office's own table through the planner: shown, asked, seen before it is written; what it says stays text."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest

from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

HOSTILE = "<img src=x onerror=alert(1)>"


def office_book(path: Path) -> Path:
    """A half-year report as offices make them, with one heading that says too little and one that is hostile."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Biểu 01"
    for row in (
        ["UBND TỈNH LÀO CAI"],
        ["TÌNH HÌNH HỢP TÁC XÃ 6 THÁNG ĐẦU NĂM 2024"],
        [None],
        ["TT", "Chỉ tiêu", "ĐVT", "Thực hiện", "So với KH (%)", HOSTILE],
        ["I", "Hợp tác xã"],
        [1, "Tổng số HTX", "HTX", "502 HTX", 98, 1],
        [2, "Đang hoạt động", "HTX", 412, 99, 2],
        [3, "Số thành viên HTX", "người", "7.650", 100, 3],
        [4, "Thành lập mới", "HTX", 21, 50, 4],
        ["Nguồn: Liên minh HTX tỉnh"],
    ):
        sheet.append(row)
    book.save(path)
    return path


def test_an_office_table_is_matched_asked_and_seen_before_it_is_written(screen: Screen, tmp_path: Path) -> None:
    screen.start_over()
    page = screen.page
    if not page.get_by_label("Chọn bảng Excel của cơ quan").count():
        page.get_by_text("Nhập số liệu của tỉnh").click()
    page.get_by_label("Chọn bảng Excel của cơ quan").set_input_files(str(office_book(tmp_path / "bao-cao.xlsx")))
    panel = page.locator(".cs-assist")
    panel.get_by_text("Nhập bảng của cơ quan: bao-cao.xlsx").wait_for()
    screen.picture("office-asked")
    assert HOSTILE in panel.inner_text() and not panel.locator("img").count()
    read = panel.get_by_role("button", name="Xem trước khi ghi")
    assert read.is_disabled(), "something has to be answered first"
    question = panel.locator(".cs-assist-ask", has_text=HOSTILE).locator("select")
    question.select_option(label="bỏ")
    panel.get_by_text("Không còn gì phải hỏi.").wait_for()
    assert "502 HTX → Tổng số HTX, giữa 2024, thực hiện" in panel.inner_text()
    screen.picture("office-settled")
    read.click()
    page.get_by_role("button", name="Dùng", exact=True).wait_for()
    assert "7.650\u00a0người" in screen.text(".cs-proposal")
    screen.picture("office-proposed")
    screen.press("Bỏ qua")
    panel.get_by_role("button", name="Thôi").click()
    panel.wait_for(state="hidden")
    assert screen.watched.errors == []
