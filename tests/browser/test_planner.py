"""The planner as its user meets it: `coopsim planner`, a real Chromium, no network."""

from __future__ import annotations

from decimal import Decimal

import pytest

from sim.domain import LINES, VND_PER_BILLION, Scenario
from sim.inputs.scenarios import load_scenario
from sim.report.print import Wording
from tests.browser.screen import Screen, assert_shown, direct

pytestmark = pytest.mark.browser

FUND = Decimal("12.3")


@pytest.fixture(autouse=True)
def fresh(screen: Screen) -> None:
    screen.start_over()


def test_the_first_answer_is_that_of_a_direct_run(screen: Screen) -> None:
    assert "đang trùng với mốc" in screen.text(".cs-lead"), "compared with the plan it was opened with"
    screen.choose("Mốc so sánh", "Không hỗ trợ")
    assert_shown(screen, direct(load_scenario("fund-12.3"), load_scenario("no-support")))
    assert "địa giới trước 01/7/2025, số liệu đến 2023" in screen.text(".cs-place")
    assert screen.amounts() == {"establishment": "3,075", "capacity": "3,69", "market": "3,69", "survey": "1,845"}
    charts = screen.page.locator(".cs-charts svg text").all_text_contents()
    assert set(screen.figures().values()) <= set(charts)
    assert {"2024", "2030"} <= set(charts)
    screen.rest()
    screen.picture("opened")


def test_a_slider_moves_the_numbers_and_the_fund_still_adds_up(screen: Screen) -> None:
    before = screen.text(".cs-parts"), screen.text(".cs-cards")
    screen.nudge("establishment", "ArrowRight", 3)
    lines, rest, fund = screen.sum_line()
    assert (lines + rest, rest, fund) == (FUND, 0, FUND)
    assert screen.amounts()["establishment"] == "3,25"  # in round steps of 50 million
    assert Decimal(screen.amounts()["survey"].replace(",", ".")) < Decimal("1.845")
    assert (screen.text(".cs-parts"), screen.text(".cs-cards")) != before
    screen.picture("moved")


def test_what_follows_the_answer_is_marked_until_it_is_there(screen: Screen) -> None:
    screen.rest()
    before = screen.text(".cs-money")
    screen.page.evaluate(
        """() => {
            window.marked = false;
            const place = document.querySelector('.cs-answer');
            new MutationObserver(() => { window.marked ||= Boolean(document.querySelector('.cs-money.cs-old')); })
                .observe(place, {subtree: true, childList: true, attributes: true});
        }"""
    )
    screen.after(lambda: screen.slider("establishment").press("End"))
    screen.rest()
    assert screen.page.evaluate("window.marked") and not screen.page.locator(".cs-old").count()
    assert screen.text(".cs-money") != before and "Mức độ bằng chứng" in screen.text(".cs-grade")


@pytest.mark.alone
def test_a_move_changes_what_moved_and_leaves_the_rest_of_the_page_alone(screen: Screen) -> None:
    keep = "() => { window.kept = [...document.querySelectorAll('.cs-card, .cs-lead, .cs-bottom table')]; }"
    screen.page.evaluate(keep)
    folded = screen.page.locator(".cs-bottom details").first
    folded.locator("summary").click()
    before = screen.figures()
    screen.nudge("market", "PageUp")
    assert screen.figures() != before
    assert screen.page.evaluate("window.kept.length > 4 && window.kept.every(one => one.isConnected)")
    assert folded.evaluate("one => one.open")
    assert screen.page.get_attribute(".cs-view", "data-slow") is None


def test_a_locked_line_stays_and_with_all_locked_the_rest_is_left_over(screen: Screen) -> None:
    for line in ("establishment", "capacity", "survey"):
        screen.lock(line)
    before = screen.amounts()
    screen.nudge("market", "ArrowLeft", 2)
    after = screen.amounts()
    assert {line: after[line] for line in LINES if line != "market"} == {
        line: before[line] for line in LINES if line != "market"
    }
    lines, rest, fund = screen.sum_line()
    assert rest > 0 and lines + rest == fund == FUND
    screen.picture("locked")
    screen.after(lambda: screen.press("Chia hết phần chưa phân bổ"))
    assert screen.sum_line() == (FUND, 0, FUND)


def test_a_floor_and_a_cap_hold_while_another_line_takes_everything(screen: Screen) -> None:
    screen.row("survey").locator("summary").click()
    screen.row("survey").get_by_label("Ít nhất").fill("1")
    screen.row("survey").get_by_label("Nhiều nhất").fill("2,5")
    screen.after(lambda: screen.row("survey").get_by_label("Nhiều nhất").press("Enter"))
    screen.after(lambda: screen.slider("market").press("End"))
    assert screen.amounts()["survey"] == "1"
    screen.after(lambda: screen.slider("market").press("Home"))
    assert screen.amounts()["survey"] == "2,5"
    assert "ít nhất 1, nhiều nhất 2,5" in screen.text("[data-line=survey] summary")


def test_everything_can_be_undone_from_the_keyboard_and_the_focus_stays(screen: Screen) -> None:
    before, figures = screen.amounts(), screen.figures()
    screen.nudge("market", "PageUp")
    moved = screen.amounts()
    assert moved != before
    screen.after(lambda: screen.page.keyboard.press("Control+z"))
    assert (screen.amounts(), screen.figures()) == (before, figures)
    screen.after(lambda: screen.page.keyboard.press("Control+y"))
    assert screen.amounts() == moved
    assert screen.page.evaluate("document.activeElement.closest('.cs-row').dataset.line") == "market"
    order = []
    for _ in range(4):
        screen.page.keyboard.press("Tab")
        order.append(screen.page.evaluate("document.activeElement.tagName + (document.activeElement.type || '')"))
    assert order == ["INPUTtext", "BUTTONbutton", "SUMMARY", "INPUTrange"]


def test_a_pinned_plan_is_what_later_moves_are_compared_with(screen: Screen) -> None:
    screen.after(lambda: screen.press("Ghim phương án này làm mốc"))
    assert "đang trùng với mốc" in screen.text(".cs-lead")
    screen.nudge("capacity", "PageUp")
    assert "lần thử" in screen.text(".cs-lead") and "đang trùng" not in screen.text(".cs-lead")
    assert "lần thử" in screen.text(".cs-key")
    screen.rest()
    screen.picture("pinned")


def test_name_save_compare_takes_three_clicks(screen: Screen) -> None:
    screen.nudge("market", "PageDown")
    screen.page.get_by_label("Tên kịch bản").fill("Bớt <b>chợ</b>".replace("<b>", "").replace("</b>", ""))
    screen.press("Lưu")  # the first click was into the name
    screen.page.get_by_text("Đã lưu.").wait_for()
    screen.rest()
    saved = screen.page.locator(".cs-try", has_text="Bớt chợ")
    screen.picture("tries")
    screen.after(lambda: saved.get_by_role("button", name="So sánh").click())
    assert "Bớt chợ" in screen.text(".cs-lead")
    (screen.folder / "scenarios" / "bot-cho.yaml").unlink()


def test_money_is_shown_in_prices_of_the_base_year_where_that_is_asked_for(screen: Screen) -> None:
    nominal = screen.figures()
    screen.choose("Kết quả hiện theo", "giá 2023")
    real = screen.figures()
    assert real["htx_active"] == nominal["htx_active"] and real["htx_revenue_total"] != nominal["htx_revenue_total"]
    assert "giá 2023" in screen.text(".cs-key")
    screen.choose("Kết quả hiện theo", "giá hiện hành")
    assert screen.figures() == nominal


def test_everything_can_be_read_in_english(screen: Screen) -> None:
    screen.choose("Mốc so sánh", "Không hỗ trợ")
    vietnamese = screen.figures()
    screen.after(lambda: screen.press("English"))
    assert "new HTX" in screen.text(".cs-headline")
    assert screen.amounts()["establishment"] == "3.075"
    swapped = str.maketrans(".,", ",.")
    assert screen.figures() == {name: figure.translate(swapped) for name, figure in vietnamese.items()}
    assert screen.text(".cs-sum") == "Four lines 12.3 + unallocated 0 = fund 12.3 billion VND"
    assert_shown(screen, direct(load_scenario("fund-12.3"), load_scenario("no-support")), "en")
    screen.picture("english")


def test_a_number_written_the_other_way_is_refused_in_words(screen: Screen) -> None:
    box = screen.box("market")
    box.fill("4.5")
    box.press("Enter")
    screen.page.wait_for_selector(".cs-problem:not(:empty)")
    assert "4,5" in screen.text(".cs-problem")
    assert screen.amounts()["market"] == "3,69"
    box.fill("4,5")
    screen.after(lambda: box.press("Enter"))
    assert screen.amounts()["market"] == "4,5"
    assert not screen.page.is_visible(".cs-problem")


def test_a_saved_scenario_is_the_one_on_the_screen(screen: Screen) -> None:
    screen.choose("Mốc so sánh", "Không hỗ trợ")
    screen.choose("Bối cảnh", "Thị trường yếu")
    screen.nudge("market", "PageDown")
    name = screen.page.get_by_label("Tên kịch bản")
    name.fill("../thoát ra")
    screen.press("Lưu")
    screen.page.get_by_text("Tên không được chứa dấu").wait_for()
    name.fill("Phương án thử của Sở")
    screen.press("Lưu")
    screen.page.get_by_text("Đã lưu.").wait_for()
    path = screen.folder / "scenarios" / "phuong-an-thu-cua-so.yaml"
    saved = load_scenario(str(path))
    assert sum(saved.plan.line_budget(line, 2030) for line in LINES) == FUND * VND_PER_BILLION
    assert saved.world == load_scenario("fund-12.3--weak-markets").world
    shown = {line: Wording("vi").money(saved.plan.line_budget(line, 2024)) for line in LINES}
    assert shown == screen.amounts()
    reference = load_scenario("no-support")
    assert_shown(
        screen, direct(saved, Scenario("reference", reference.label, reference.plan, saved.world, saved.horizon))
    )
    screen.picture("saved")
    screen.press("Lưu")
    screen.page.get_by_label("Ghi đè tệp cũ").wait_for()
    path.unlink()


def test_a_narrow_screen_shows_everything_without_scrolling_sideways(screen: Screen) -> None:
    screen.page.set_viewport_size({"width": 390, "height": 844})
    screen.page.wait_for_timeout(400)
    assert screen.page.evaluate("document.documentElement.scrollWidth") <= 390
    for chart in screen.page.locator(".cs-fan svg").all():
        assert chart.bounding_box()["width"] <= 390
    screen.rest()
    screen.picture("narrow")
    screen.page.set_viewport_size({"width": 1400, "height": 900})
    screen.page.wait_for_timeout(400)


def test_readers_of_screens_and_keyboards_are_served(screen: Screen) -> None:
    from axe_playwright_python.sync_playwright import Axe

    screen.rest()
    screen.page.wait_for_timeout(500)  # until nothing is faded any more
    found = Axe().run(screen.page, context=".cs-view")
    serious = [one["id"] for one in found.response["violations"] if one["impact"] in ("serious", "critical")]
    assert serious == [], found.generate_report()


_RUN_CODE = """
code => new Promise(resolve => {
    const kernel = JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId;
    const line = new WebSocket(`ws://${location.host}/api/kernels/${kernel}/channels`);
    const header = {msg_id: 'x', session: 'x', username: '', version: '5.3', date: '', msg_type: 'execute_request'};
    const content = {code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false};
    line.onopen = () => {
        line.send(JSON.stringify({header, parent_header: {}, metadata: {}, content, channel: 'shell', buffers: []}));
        line.send(JSON.stringify({header: {...header, msg_type: 'kernel_info_request'}, parent_header: {}, metadata: {},
                                  content: {}, channel: 'shell', buffers: []}));
    };
    line.onmessage = event => {
        if (!String(event.data).includes('kernel_info_reply')) return;
        line.close();
        resolve('answered');
    };
    setTimeout(() => resolve('silent'), 20000);
})
"""


def test_even_the_page_itself_cannot_have_code_run(screen: Screen) -> None:
    """The line to the kernel lets widgets talk and nothing else; the negative control is that it does answer."""
    mark = screen.folder / "was-run"
    assert screen.page.evaluate(_RUN_CODE, f"open({str(mark)!r}, 'w').write('x')") == "answered"
    assert not mark.exists()


def test_nothing_was_needed_from_outside_and_nothing_broke(screen: Screen) -> None:
    screen.nudge("survey", "ArrowRight")
    assert screen.watched.blocked == []
    assert screen.watched.errors == []
    assert "token" not in screen.page.url
