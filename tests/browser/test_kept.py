"""Work is never lost: a reload, a killed calculation, a server started again, a second tab, a folder that refuses."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.browser.app import OPEN, App, opened, running_app
from tests.browser.screen import WAIT

pytestmark = pytest.mark.browser

_QUIET = "document.querySelector('.cs-view').dataset.busy !== '1'"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    with running_app(tmp_path) as found:
        yield found


def box(page: Any, line: str) -> Any:
    return page.locator(f".cs-row[data-line={line}] > .cs-box-money")


def shown(page: Any, line: str, text: str) -> None:
    """Wait until a box shows an amount."""
    page.wait_for_function(
        "([line, text]) => document.querySelector(`.cs-row[data-line=${line}] > .cs-box-money`)?.value === text",
        arg=[line, text], timeout=WAIT,
    )  # fmt: skip


def typed(page: Any, line: str, text: str) -> None:
    """Type an amount and wait for its answer; a wish may have to wait for what follows the one before."""
    before = page.evaluate("document.querySelector('.cs-view').dataset.painted")
    box(page, line).fill(text)
    box(page, line).press("Enter")
    shown(page, line, text)
    page.wait_for_function(
        "before => document.querySelector('.cs-view').dataset.painted !== before", arg=before, timeout=WAIT
    )
    page.wait_for_function(_QUIET, timeout=WAIT)


def followed(page: Any) -> None:
    """Wait for all that follows an answer, the tries of its plan too."""
    page.wait_for_function(
        "(({ painted, more }) => painted && more === painted)(document.querySelector('.cs-view').dataset)", timeout=WAIT
    )


def kept(app: App) -> dict[str, Any]:
    return json.loads((app.folder / "scenarios" / "planner-lao-cai.json").read_text(encoding="utf-8"))


def wait_for_try(page: Any, name: str) -> None:
    page.wait_for_function(
        "name => [...document.querySelectorAll('.cs-try-head b')].some((one) => one.textContent === name)",
        arg=name, timeout=WAIT,
    )  # fmt: skip


def say_of_current(page: Any, name: str, note: str) -> None:
    """Name the try that is shown and note something about it."""
    followed(page)
    page.wait_for_selector(".cs-try.cs-current", timeout=WAIT)
    card = page.locator(".cs-try.cs-current")
    card.locator(".cs-try-say summary").click()
    card.get_by_label("Tên", exact=True).fill(name)
    page.locator(".cs-try.cs-current").get_by_label("Ghi chú", exact=True).fill(note)
    page.locator(".cs-try.cs-current .cs-try-say button").click()
    wait_for_try(page, name)


def test_a_reload_and_a_killed_calculation_and_server_lose_nothing(app: App, browser: Any, tmp_path: Path) -> None:
    tabs = browser.new_context(locale="vi-VN")
    page = opened(tabs, app.door)
    typed(page, "market", "5")
    page.reload(timeout=WAIT)  # at once: nothing that follows the answer has come yet
    shown(page, "market", "5")
    page.locator(".cs-row[data-line=survey] .cs-lock").click()
    page.locator(".cs-row[data-line=survey] .cs-lock[aria-pressed=true]").wait_for()
    say_of_current(page, "Chợ nhiều hơn", "họp thứ Ba: <b>hỏi lại Sở Tài chính</b>")
    page.get_by_role("button", name="Ghim phương án này làm mốc", exact=True).click()
    page.wait_for_function("document.querySelector('.cs-lead')?.innerText.includes('Chợ nhiều hơn')", timeout=WAIT)
    typed(page, "market", "6")
    followed(page)

    for process in psutil.Process(app.process).children(recursive=True):
        if any("ipykernel_launcher" in word for word in process.cmdline()):
            process.send_signal(signal.SIGKILL)
    page.wait_for_selector(".cs-way-back:visible", timeout=WAIT)
    page.evaluate("window.before = true")
    page.get_by_role("button", name="Mở lại", exact=True).click()
    page.wait_for_function(f"!window.before && document.querySelector('{OPEN}')", timeout=WAIT)
    shown(page, "market", "6")
    page.wait_for_function(
        "document.querySelector('.cs-levers').innerText.includes('Tiếp tục việc đang làm')", timeout=WAIT
    )
    notice = page.locator(".cs-resumed")
    typed(page, "market", "6,5")
    typed(page, "market", "6")
    assert "Tiếp tục việc đang làm" in notice.inner_text(), "a wish that was answered leaves it there"
    notice.get_by_role("button", name="Đóng thông báo này").click()
    notice.wait_for(state="hidden", timeout=WAIT)
    wait_for_try(page, "Chợ nhiều hơn")
    assert "họp thứ Ba: <b>hỏi lại Sở Tài chính</b>" in page.inner_text(".cs-strip"), "a text, never markup"
    assert page.locator(".cs-row[data-line=survey] .cs-lock[aria-pressed=true]").count()
    page.wait_for_function("document.querySelector('.cs-lead')?.innerText.includes('Chợ nhiều hơn')", timeout=WAIT)
    tabs.close()

    os.kill(app.process, signal.SIGKILL)  # the machine went down
    with running_app(tmp_path / "again", folder=app.folder) as again:
        other = browser.new_context(locale="vi-VN")  # a browser that keeps nothing of the first
        page = opened(other, again.door)
        shown(page, "market", "6")
        wait_for_try(page, "Chợ nhiều hơn")
        other.close()
    content = json.dumps(kept(app), ensure_ascii=False)
    assert str(Path.home()) not in content and str(app.folder) not in content


def test_two_tabs_have_their_own_work_and_one_set_of_tries(app: App, browser: Any) -> None:
    tabs = browser.new_context(locale="vi-VN")
    first = opened(tabs, app.door)
    typed(first, "market", "5")
    first.wait_for_selector(".cs-try.cs-current", timeout=WAIT)
    second = opened(tabs, app.url)
    shown(second, "market", "5")
    typed(second, "market", "7")
    say_of_current(second, "Bảy tỷ", "")
    typed(first, "capacity", "2")
    wait_for_try(first, "Bảy tỷ")
    first.reload(timeout=WAIT)
    shown(first, "capacity", "2")
    first.wait_for_selector(".cs-try.cs-current", timeout=WAIT)
    second.reload(timeout=WAIT)
    shown(second, "market", "7")
    numbers = [one["number"] for one in kept(app)["tries"]]
    assert len(numbers) == len(set(numbers)) >= 3
    tabs.close()


def test_what_is_saved_is_opened_from_a_list_and_a_folder_that_refuses_leaves_a_copy_in_the_browser(
    app: App, browser: Any
) -> None:
    tabs = browser.new_context(locale="vi-VN")
    page = opened(tabs, app.door)
    typed(page, "market", "5")
    page.get_by_label("Tên kịch bản").fill("Thêm cho chợ")
    page.get_by_role("button", name="Lưu", exact=True).click()
    page.get_by_text("Đã lưu.").wait_for()
    page.get_by_role("button", name="Về ban đầu", exact=True).click()
    shown(page, "market", "3,69")
    page.locator(".cs-shelf summary").click()
    page.locator(".cs-shelf li").first.wait_for()
    row = page.inner_text(".cs-shelf li")
    for told in ("Thêm cho chợ", "quỹ 12,3 tỷ đồng mỗi năm", "mở rộng thị trường 41", "ngày"):
        assert told in row
    page.get_by_role("button", name="Mở phương án đã lưu: Thêm cho chợ", exact=True).click()
    shown(page, "market", "5")
    assert not page.locator(".cs-unkept").inner_text()

    path = app.folder / "scenarios" / "planner-lao-cai.json"
    path.unlink()
    path.mkdir()  # no file can take its place
    (path / "in-the-way").touch()
    path.parent.joinpath("planner-lao-cai.damaged-1.json").mkdir()
    typed(page, "market", "8")
    page.wait_for_function("localStorage.length > 0", timeout=WAIT)
    page.reload(timeout=WAIT)
    shown(page, "market", "8")
    tabs.close()
