"""One screen: levers and answer without scrolling; charts that are read, taken away and never cut off."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest

from sim.domain import LINES
from tests.browser.screen import Screen

pytestmark = pytest.mark.browser

DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
FAN = ".cs-fan svg"
#: Whether an element lies wholly on the screen.
_INSIDE = """node => {
    const box = node.getBoundingClientRect();
    const fits = box.bottom <= innerHeight + 1 && box.right <= innerWidth + 1;
    return fits && box.height > 0 && box.top >= 0 && box.left >= 0;
}"""
#: Texts of the charts that stick out of their drawing.
_CUT = """() => [...document.querySelectorAll('.cs-fan svg')].flatMap(drawing => {
    const frame = drawing.getBoundingClientRect();
    return [...drawing.querySelectorAll('text')].filter(text => {
        const box = text.getBoundingClientRect();
        const wide = box.left < frame.left - 1 || box.right > frame.right + 1;
        return wide || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
    }).map(text => text.textContent);
})"""


#: Resolves when nothing of the answer has moved for ten frames, however long those take.
_STILL = """() => new Promise(done => {
    let before = '', still = 0;
    const look = () => {
        const now = [...document.querySelectorAll('.cs-view, .cs-card, .cs-fan svg')].map(one => {
            const box = one.getBoundingClientRect();
            return [box.top, box.left, box.width, box.height].join();
        }).join(';');
        still = now === before ? still + 1 : 0;
        before = now;
        if (still < 10) requestAnimationFrame(look); else done();
    };
    look();
})"""


@pytest.fixture(autouse=True)
def fresh(screen: Screen) -> Any:
    screen.start_over()
    screen.page.set_viewport_size(DESK)
    screen.page.evaluate("window.scrollTo(0, 0)")
    screen.page.evaluate(_STILL)
    yield
    screen.page.set_viewport_size({"width": 1400, "height": 900})
    screen.page.evaluate(_STILL)


def inside(screen: Screen, selector: str) -> list[bool]:
    found = screen.page.locator(selector).all()
    assert found, selector
    return [one.evaluate(_INSIDE) for one in found]


def test_levers_and_answer_share_one_screen(screen: Screen) -> None:
    for line in LINES:
        assert all(inside(screen, f"[data-line={line}] input[type=range]")), line
    for selector in (".cs-headline", ".cs-card", FAN, ".cs-plan > .cs-row input", ".cs-choice select >> nth=1"):
        assert all(inside(screen, selector)), selector
    screen.rest()
    screen.picture("one-screen")
    screen.page.set_viewport_size({"width": 1366, "height": 400})
    assert not all(inside(screen, FAN)), "the negative control: a lower screen does not hold them"


@pytest.mark.parametrize("size", [DESK, PHONE, {"width": 820, "height": 1100}])
def test_no_chart_is_cut_off(screen: Screen, size: dict[str, int]) -> None:
    screen.page.set_viewport_size(size)
    screen.page.wait_for_timeout(400)
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert screen.page.evaluate(_CUT) == []
    for chart in screen.page.locator(FAN).all():
        assert chart.bounding_box()["width"] <= size["width"]


def test_on_a_phone_the_answer_comes_first_and_the_levers_fold(screen: Screen) -> None:
    screen.page.set_viewport_size(PHONE)
    screen.page.wait_for_timeout(400)
    assert not screen.slider("market").is_visible()
    assert all(inside(screen, ".cs-headline")) and all(inside(screen, ".cs-fold-head"))
    assert "12,3" in screen.text(".cs-fold-head")
    screen.page.locator(".cs-fold-head").click()
    assert screen.slider("establishment").is_visible() and all(inside(screen, ".cs-headline"))
    before = screen.figures()
    screen.nudge("market", "PageUp")
    assert screen.figures() != before
    screen.picture("phone-levers")
    screen.page.set_viewport_size(DESK)
    screen.page.wait_for_timeout(300)
    assert screen.slider("market").is_visible(), "on a desk they are there again"


def test_a_chart_tells_its_years_to_pointer_and_keys(screen: Screen) -> None:
    screen.choose("Mốc so sánh", "Không hỗ trợ")
    screen.rest()
    fan, tip = screen.page.locator(FAN).first, screen.page.locator(".cs-tip").first
    fan.scroll_into_view_if_needed()
    box = fan.bounding_box()
    assert not tip.is_visible()
    screen.page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 40)
    assert "dự kiến" in tip.inner_text() and "mốc" in tip.inner_text()
    screen.page.mouse.move(2, 2)
    assert not tip.is_visible()
    screen.page.keyboard.press("Tab")
    fan.focus()
    fan.press("End")
    assert "2030" in tip.inner_text() and screen.figures()["htx_active"] in tip.inner_text()
    assert screen.figures()["htx_active"] in fan.get_attribute("aria-valuetext")
    fan.press("Home")
    assert "2023" in tip.inner_text() and "đã quan sát: 405" in tip.inner_text()
    fan.press("Escape")
    assert not tip.is_visible()


def take(screen: Screen, kind: str, folder: Path) -> Path:
    menu = screen.page.locator(".cs-take").first
    menu.locator("summary").click()
    with screen.page.expect_download() as coming:
        menu.get_by_role("button", name=kind).click()
    path = folder / coming.value.suggested_filename
    coming.value.save_as(path)
    return path


def test_a_chart_is_taken_away_as_picture_and_as_numbers(screen: Screen, tmp_path: Path) -> None:
    png = take(screen, "PNG", tmp_path)
    assert png.name == "htx_active.png" and png.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n" and png.stat().st_size > 5000
    svg = take(screen, "SVG", tmp_path).read_text(encoding="utf-8")
    told = [text.text for text in ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}text")]
    assert {"HTX đang hoạt động", "2030", screen.figures()["htx_active"]} <= set(told)
    assert any(text and text.startswith("mốc") for text in told), "with its key"
    assert "var(" not in svg, "it stands by itself"
    csv = take(screen, "CSV", tmp_path).read_bytes().decode("utf-8-sig").splitlines()
    assert csv[1].split(";")[:3] == ['"Năm"', '"Đã quan sát"', '"Trung bình"']
    last = csv[-1].split(";")
    assert last[0] == "2030" and round(float(last[2].replace(",", "."))) == int(screen.figures()["htx_active"])


def test_a_year_is_chosen_in_the_table_of_money(screen: Screen) -> None:
    assert screen.page.locator(".cs-table tbody tr").count() == 7
    screen.page.locator("[data-year='2027'] button").click()
    screen.page.locator("[data-year='2026'][data-kind=open]").wait_for()
    assert screen.page.locator("[data-kind=edited]").count() == 1
    box = screen.page.locator(".cs-plan > .cs-row > .cs-box-money")
    box.fill("40")
    screen.after(lambda: box.press("Enter"))
    assert screen.text("[data-year='2027'] td:last-child") == "40"
    assert screen.text("[data-year='2026'] td:last-child") == "12,3"
    warned = screen.text(".cs-plan > .cs-row .cs-warning")
    assert "lớn so với tỉnh" in warned
    assert "2027" in screen.text("[data-line=market] .cs-warning")
    screen.picture("table")
    screen.after(lambda: screen.press("Về ban đầu"))
    assert not screen.page.locator(".cs-warning:not(:empty)").count()


def test_on_paper_stands_the_plan_with_its_answer(screen: Screen) -> None:
    screen.page.emulate_media(media="print")
    try:
        assert screen.page.locator(".cs-table").is_visible() and screen.page.locator(FAN).first.is_visible()
        assert not screen.slider("market").is_visible() and not screen.page.locator(".cs-take").first.is_visible()
    finally:
        screen.page.emulate_media(media="screen")


def test_nothing_was_complained_about(screen: Screen) -> None:
    assert screen.watched.errors == [] and screen.watched.blocked == []


def test_on_a_phone_the_caption_of_a_table_runs_across_it(screen: Screen) -> None:
    screen.page.set_viewport_size(PHONE)
    screen.rest()
    caption = screen.page.locator(".cs-money caption").first
    caption.scroll_into_view_if_needed()
    assert caption.bounding_box()["width"] > PHONE["width"] / 2, "not a word a line"
