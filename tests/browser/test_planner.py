"""The planner as its user meets it: JupyterLab, a real Chromium, no network."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sim.analysis.compare import difference
from sim.analysis.story import CARDS, growth_parts, range_of
from sim.analysis.targets import target_chances
from sim.domain.budget import LINES
from sim.domain.indicators import INDICATOR, NOMINAL, REAL
from sim.domain.scenario import Scenario
from sim.domain.units import VND_PER_BILLION
from sim.ensemble.results import Result
from sim.ensemble.runner import DEFAULT_SEED, run
from sim.evidence.knowledge import load_knowledge
from sim.inputs.scenarios import load_scenario
from sim.report.wording import Wording
from tests.browser.lab import REPOSITORY, Lab, Watched, open_notebook, run_all, running_lab, watched_page

pytestmark = pytest.mark.browser

NOTEBOOK = "planner.ipynb"
FUND = Decimal("12.3")
_WAIT = 60_000
_SYMBOLS = re.compile("[●◐○?\u2060]")


@dataclass
class Screen:
    """The planner on the screen: what it shows, and hands to move it with."""

    lab: Lab
    watched: Watched
    pictures: Path

    @property
    def page(self) -> Any:
        return self.watched.page

    def painted(self) -> int:
        return int(self.page.get_attribute(".cs-view", "data-painted"))

    def after(self, act: Any) -> None:
        """Do something and wait until its answer is on the screen and said to be current."""
        before = self.painted()
        act()
        self.page.wait_for_function(
            "before => { const view = document.querySelector('.cs-view');"
            " return Number(view.dataset.painted) > before && view.dataset.state === 'ready'; }",
            arg=before,
            timeout=_WAIT,
        )

    def text(self, selector: str) -> str:
        """Visible text without provenance marks."""
        return _SYMBOLS.sub("", self.page.inner_text(selector)).strip()

    def figures(self) -> dict[str, str]:
        """The four figures as printed."""
        return {name: self.text(f"[data-indicator={name}] .cs-number > .n") for name in CARDS}

    def row(self, line: str) -> Any:
        """The widgets of one line."""
        return self.page.locator(".cs-levers .cs-row").nth(1 + LINES.index(line))

    def amounts(self) -> dict[str, str]:
        """The four boxes as shown."""
        return {line: self.row(line).locator("input").input_value() for line in LINES}

    def sum_line(self) -> tuple[Decimal, Decimal, Decimal]:
        """Lines, remainder and fund as the planner adds them up [billion VND]."""
        lines, rest, fund = (
            Decimal(text.replace(",", ".")) for text in self.page.locator(".cs-sum b").all_inner_texts()
        )
        return lines, rest, fund

    def nudge(self, line: str, key: str, times: int = 1) -> None:
        """Move a slider from the keyboard."""
        handle = self.row(line).locator(".noUi-handle")
        for _ in range(times):
            self.after(lambda: handle.press(key))

    def choose(self, label: str, option: str) -> None:
        """Choose in one of the lists."""
        chooser = self.page.get_by_label(label, exact=True)
        unbroken = option.replace(" ", "\u00a0")  # as ipywidgets writes options
        if chooser.evaluate("node => node.selectedOptions[0].label") != unbroken:
            self.after(lambda: chooser.select_option(label=unbroken))

    def press(self, button: str) -> None:
        """Press a button by its words."""
        self.page.get_by_role("button", name=button, exact=True).click()

    def start_over(self) -> None:
        """As opened: Vietnamese, the fund of 2024, no locks, compared with no support."""
        if self.text(".cs-language .mod-active") != "Tiếng Việt":
            self.after(lambda: self.press("Tiếng Việt"))
        locked = self.page.locator(".cs-row .mod-active")
        while locked.count():
            locked.first.click()
        self.choose("Bắt đầu từ", "Không hỗ trợ")
        self.choose("Bắt đầu từ", "Quỹ 12,3 tỷ đồng")
        self.choose("Bối cảnh", "Bối cảnh trung tâm")
        self.choose("Mốc so sánh", "Không hỗ trợ")

    def picture(self, name: str) -> None:
        """Keep a picture for whoever wants to look."""
        self.page.screenshot(path=str(self.pictures / f"{name}.png"))


@pytest.fixture(scope="module")
def screen(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    work = tmp_path_factory.mktemp("planner")
    with running_lab(work, NOTEBOOK) as lab, watched_page() as watched:
        open_notebook(watched.page, lab, NOTEBOOK)
        run_all(watched.page)
        watched.page.wait_for_selector(".cs-view[data-painted]", timeout=_WAIT)
        watched.page.evaluate("document.querySelector('.cs-planner').scrollIntoView({block: 'start'})")
        found = Screen(lab, watched, work)
        found.picture("opened")
        yield found
        found.picture("left")


@pytest.fixture(autouse=True)
def fresh(screen: Screen) -> None:
    screen.start_over()


def direct(scenario: Scenario, reference: Scenario) -> Result:
    """The same question asked of the engine without any planner."""
    known = load_knowledge()
    asked = json.loads(
        json.loads((REPOSITORY / "notebooks" / NOTEBOOK).read_text(encoding="utf-8"))["cells"][1]["source"][0]
        .split(" = ")[1]
        .strip("'")
    )
    return run(
        known.province, known.register, [scenario, reference],
        draws=asked["draws"], seed=DEFAULT_SEED, posterior=known.posterior,
    )  # fmt: skip


def assert_shown(screen: Screen, result: Result, lang: str = "vi") -> None:
    """Every printed figure is that of the result: levels, ranges, differences, chances, parts."""
    ours, theirs = result.scenarios
    words, first, last = Wording(lang), result.years[1], result.years[-1]
    for name in CARDS:
        money = INDICATOR[name].money
        level = range_of(result, ours, name, last, NOMINAL if money else "")
        gain = difference(result, theirs, ours, name, year=last, price_basis=REAL if money else "")
        card = screen.text(f"[data-indicator={name}]")
        assert screen.figures()[name] == words.level(name, level.p50, level.mcse)
        assert words.span(name, level.p10, level.p90, level.mcse) in card
        assert words.difference(gain, name) in card
    founded = range_of(result, ours, "htx_founded", first)
    assert words.level("htx_founded", founded.p50, founded.mcse) in screen.text(".cs-headline")
    for chance in target_chances(result, ours):
        assert screen.text(f"[data-target={chance.target.id}]") == words.chance(chance.probability, chance.mcse)
    for year in (first, last):
        parts = growth_parts(result, ours, year)
        for part in ("like_for_like", "catch_up", "composition", "whole"):
            assert screen.text(f"[data-part={part}-{year}]") == words.percent(getattr(parts, part), -1, signed=True)


def test_the_first_answer_is_that_of_a_direct_run(screen: Screen) -> None:
    assert_shown(screen, direct(load_scenario("fund-12.3"), load_scenario("no-support")))
    assert "địa giới trước 01/7/2025, số liệu đến 2023" in screen.text(".cs-place")
    assert screen.amounts() == {"establishment": "3,075", "capacity": "3,690", "market": "3,690", "survey": "1,845"}
    charts = screen.page.locator(".cs-chart svg text").all_text_contents()
    assert set(screen.figures().values()) <= set(charts)
    assert {"2024", "2030"} <= set(charts)


def test_a_slider_moves_the_numbers_and_the_fund_still_adds_up(screen: Screen) -> None:
    before = screen.text(".cs-parts"), screen.text(".cs-cards")
    screen.nudge("establishment", "PageUp", 5)
    lines, rest, fund = screen.sum_line()
    assert (lines + rest, rest, fund) == (FUND, 0, FUND)
    assert Decimal(screen.amounts()["establishment"].replace(",", ".")) > Decimal("3.075")
    assert Decimal(screen.amounts()["survey"].replace(",", ".")) < Decimal("1.845")
    assert (screen.text(".cs-parts"), screen.text(".cs-cards")) != before
    screen.picture("moved")


def test_a_locked_line_stays_and_with_all_locked_the_rest_is_left_over(screen: Screen) -> None:
    for line in ("establishment", "capacity", "survey"):
        screen.row(line).get_by_role("button").click()
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


def test_a_pinned_plan_is_what_later_moves_are_compared_with(screen: Screen) -> None:
    screen.after(lambda: screen.press("Ghim phương án này làm mốc"))
    assert "đang trùng với mốc" in screen.text(".cs-lead")
    screen.nudge("capacity", "PageUp", 4)
    assert "phương án ghim" in screen.text(".cs-lead") and "đang trùng" not in screen.text(".cs-lead")
    assert "phương án ghim" in screen.text(".cs-key")
    screen.picture("pinned")


def test_everything_can_be_read_in_english(screen: Screen) -> None:
    vietnamese = screen.figures()
    screen.after(lambda: screen.press("English"))
    assert "new HTX" in screen.text(".cs-headline")
    assert screen.amounts()["establishment"] == "3.075"
    assert screen.figures() == {name: figure.replace(".", ",") for name, figure in vietnamese.items()}
    assert screen.text(".cs-sum") == "Four lines 12.3 + unallocated 0 = fund 12.3 billion VND"
    assert_shown(screen, direct(load_scenario("fund-12.3"), load_scenario("no-support")), "en")
    screen.picture("english")


def test_a_number_written_the_other_way_is_refused_in_words(screen: Screen) -> None:
    box = screen.row("market").locator("input")
    box.fill("4.5")
    box.press("Enter")
    screen.page.wait_for_selector(".cs-problem:visible")
    assert "4,5" in screen.text(".cs-problem")
    assert screen.amounts()["market"] == "3,690"
    box.fill("4,5")
    screen.after(lambda: box.press("Enter"))
    assert screen.amounts()["market"] == "4,500"
    assert not screen.page.is_visible(".cs-problem")


def test_a_saved_scenario_is_the_one_on_the_screen(screen: Screen) -> None:
    screen.choose("Bối cảnh", "Thị trường yếu")
    screen.nudge("market", "PageDown", 3)
    name = screen.page.get_by_label("Tên kịch bản")
    name.fill("../thoát ra")
    name.press("Tab")
    screen.press("Lưu")
    screen.page.get_by_text("Tên không được chứa dấu").wait_for()
    name.fill("Phương án thử của Sở")
    name.press("Tab")
    screen.press("Lưu")
    screen.page.get_by_text("Đã lưu").wait_for()
    path = screen.lab.folder / "scenarios" / "phuong-an-thu-cua-so.yaml"
    saved = load_scenario(str(path))
    assert sum(saved.plan.line_budget(line, 2030) for line in LINES) == FUND * VND_PER_BILLION
    assert saved.world == load_scenario("fund-12.3--weak-markets").world
    shown = {
        line: Wording("vi").number(Decimal(saved.plan.line_budget(line, 2024)) / VND_PER_BILLION, -3) for line in LINES
    }
    assert shown == screen.amounts()
    reference = load_scenario("no-support")
    assert_shown(
        screen, direct(saved, Scenario("reference", reference.label, reference.plan, saved.world, saved.horizon))
    )
    screen.picture("saved")
    screen.press("Lưu")
    screen.page.get_by_label("Ghi đè tệp cũ").wait_for()
    path.unlink()


def test_nothing_was_needed_from_outside_and_nothing_broke(screen: Screen) -> None:
    screen.nudge("survey", "ArrowRight")
    assert screen.watched.blocked == []
    assert screen.watched.errors == []
    assert not screen.page.locator(
        ".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr'], .jp-OutputArea-error"
    ).count()
