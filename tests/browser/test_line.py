"""A page whose server or calculation is gone says so soon, whatever happened to the page before."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.browser.app import OPEN, App, opened, running_app
from tests.browser.screen import WAIT

pytestmark = pytest.mark.browser

SOON, LATER = 5_000, 40_000
#: Within so many seconds what a closed page left behind is gone.
LEFT = 120
SERVER, CALCULATION = "Mất kết nối với chương trình", "Phần tính toán đã dừng"


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    """A server of one's own: it does not outlive the test."""
    with running_app(tmp_path) as found:
        yield found


def says(page: Any, sentence: str, within: float) -> None:
    page.wait_for_function("words => document.body.innerText.includes(words)", arg=sentence, timeout=within)


def reopen(page: Any) -> None:
    """Press the way back and wait for the new page: the old one is still painted when it has been pressed."""
    page.evaluate("window.before = true")
    page.get_by_role("button", name="Mở lại", exact=True).click()
    page.wait_for_function(f"!window.before && document.querySelector('{OPEN}')", timeout=WAIT)


def end_kernels(app: App) -> None:
    for process in psutil.Process(app.process).children():
        if any("ipykernel_launcher" in word for word in process.cmdline()):
            process.kill()


@pytest.mark.slow  # its first page waits for work that a busy machine does late: one run in four outwaited it
@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="signals of POSIX")
def test_every_page_says_within_5_s_that_its_server_is_gone(app: App, browser: Any) -> None:
    tabs = browser.new_context(locale="vi-VN")
    page = opened(tabs, app.door)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_function("document.querySelector('.cs-view').dataset.more", timeout=WAIT)  # now the work is kept
    end_kernels(app)
    says(page, CALCULATION, LATER)
    reopen(page)
    assert asked.count(app.url) == 1  # asking whether a page can be had opens none: each costs a kernel
    says(page, "lần thử đã ghim", LATER)
    second = opened(tabs, app.url)

    os.kill(app.process, signal.SIGSTOP)  # its sockets stay open and nothing answers
    says(page, SERVER, SOON)
    os.kill(app.process, signal.SIGCONT)
    page.wait_for_selector(".cs-view[data-state=ready]", timeout=WAIT)

    third = tabs.new_page()
    third.goto(app.url, wait_until="commit", timeout=WAIT)
    third.wait_for_selector("#loading, .cs-view", state="attached")  # half open, or on a quick machine already whole
    os.kill(app.process, signal.SIGKILL)
    says(page, SERVER, SOON)
    for other in (second, third):
        says(other, SERVER, SOON)
    tabs.close()


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="signals of POSIX")
def test_a_page_whose_server_hung_while_it_was_filled_is_filled_once_it_is_back(app: App, browser: Any) -> None:
    """A busy machine answers late: what then came while the page held the server for gone was the last that came."""
    tabs = browser.new_context(locale="vi-VN")
    page = opened(tabs, app.door)
    assert not page.evaluate("document.querySelector('.cs-view').dataset.more"), "it is still being filled"
    os.kill(app.process, signal.SIGSTOP)
    says(page, SERVER, SOON)
    os.kill(app.process, signal.SIGCONT)
    page.wait_for_selector(".cs-view[data-state=ready]", timeout=WAIT)
    page.wait_for_function("document.querySelector('.cs-view').dataset.more", timeout=WAIT)
    tabs.close()


def kernels_of(app: App) -> list[psutil.Process]:
    """The calculations behind a server."""
    children = psutil.Process(app.process).children(recursive=True)
    return [one for one in children if any("ipykernel_launcher" in word for word in one.cmdline())]


def held_by(app: App) -> float:
    """Memory of a server and all it started [MB], once that is two calculations at most and grows no more."""
    found, before, until = psutil.Process(app.process), 0.0, time.monotonic() + LEFT
    while True:
        held = sum(one.memory_info().rss for one in [found, *found.children(recursive=True)]) / 1e6
        if len(kernels_of(app)) <= 2 and held < before * 1.01 or time.monotonic() > until:
            return held
        before = held
        time.sleep(10)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("reloads", "tabs"), [(20, 10), (160, 40)])
def test_reloads_and_closed_tabs_leave_at_most_two_calculations_and_hold_memory_flat(
    reloads: int, tabs: int, app: App, browser: Any
) -> None:
    """One calculation of the page that is open, one that waits for the next."""
    context = browser.new_context(locale="vi-VN")
    page = opened(context, app.door)
    before = held_by(app)
    for _ in range(reloads):
        page.reload(timeout=WAIT)
        page.wait_for_selector(OPEN, timeout=WAIT)
    for _ in range(tabs):
        opened(context, app.url).close()
    after = held_by(app)
    print(f"{before:.0f} MB before, {after:.0f} MB after")
    assert len(kernels_of(app)) <= 2
    assert after < 1.2 * before
    context.close()
