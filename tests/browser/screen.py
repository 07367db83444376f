"""The planner on the screen: what it shows, and hands to move it with."""

from __future__ import annotations

import os
import re
import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from sim.analysis.answer import growth_parts, range_of, target_chances
from sim.analysis.compare import difference
from sim.domain import HEADLINE, INDICATOR, LINES, NOMINAL, REAL, Scenario
from sim.ensemble import DEFAULT_SEED, Result, run
from sim.evidence import load_knowledge
from sim.planner import setting
from sim.report.print import Figure, Wording, growth_together
from tests.browser.lab import Watched

WAIT = 120_000
#: Where pictures go that the guide shows; without it they stay in the test's own folder.
PICTURES = "COOPSIM_PICTURES"
_PRESS = """name => [...document.querySelectorAll('button')]
    .filter(one => one.textContent.trim() === name && one.offsetParent).forEach(one => one.click())"""
_SYMBOLS = re.compile("[\u25cf\u25d0\u25cb?\u2060]")
_READY = """before => {
    const view = document.querySelector('.cs-view');
    return Number(view.dataset.painted) > before && view.dataset.state === 'ready' && view.dataset.busy !== '1';
}"""


@dataclass
class Screen:
    """One open planner in a browser."""

    watched: Watched
    folder: Path
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
        self.page.wait_for_function(_READY, arg=before, timeout=WAIT)

    def rest(self) -> None:
        """Wait until all that follows the answer is there."""
        self.page.wait_for_function("document.querySelector('.cs-view').dataset.more", timeout=WAIT)

    def text(self, selector: str) -> str:
        """Visible text without provenance marks."""
        return _SYMBOLS.sub("", self.page.inner_text(selector)).strip()

    def figures(self) -> dict[str, str]:
        """The four figures as printed."""
        return {name: self.text(f"[data-indicator={name}] .cs-number > .n") for name in HEADLINE}

    def row(self, line: str) -> Any:
        """The widgets of one line."""
        return self.page.locator(f".cs-row[data-line={line}]")

    def slider(self, line: str) -> Any:
        return self.row(line).locator("input[type=range]")

    def box(self, line: str) -> Any:
        return self.row(line).locator("> .cs-box-money")

    def lock(self, line: str) -> None:
        button = self.row(line).locator(".cs-lock")
        button.click()
        self.row(line).locator(".cs-lock[aria-pressed=true]").wait_for()

    def amounts(self) -> dict[str, str]:
        """The four boxes as shown."""
        return {line: self.box(line).input_value() for line in LINES}

    def sum_line(self) -> tuple[Decimal, Decimal, Decimal]:
        """Lines, remainder and fund as the planner adds them up [billion VND]."""
        lines, rest, fund = (
            Decimal(text.replace(",", ".")) for text in self.page.locator(".cs-sum b").all_inner_texts()
        )
        return lines, rest, fund

    def nudge(self, line: str, key: str, times: int = 1) -> None:
        """Move a slider from the keyboard."""
        for _ in range(times):
            self.after(lambda: self.slider(line).press(key))

    def choose(self, label: str, option: str) -> None:
        """Choose in one of the lists."""
        chooser = self.page.get_by_label(label, exact=True)
        if chooser.evaluate("node => node.selectedOptions[0].label") != option:
            self.after(lambda: chooser.select_option(label=option))

    def press(self, button: str) -> None:
        """Press a button by its words."""
        self.page.get_by_role("button", name=button, exact=True).click()

    def cards(self) -> list[str]:
        """Names of the tries in the strip, newest first."""
        return self.page.locator(".cs-try-head b").all_inner_texts()

    def start_over(self) -> None:
        """As opened: Vietnamese, the fund of 2024, no locks, compared with no support."""
        if self.page.locator("html").get_attribute("data-first") is None:
            self.page.evaluate("document.documentElement.dataset.first = '1'")
            return
        # A proposal may go by itself with an answer that is on its way: what is there is pressed at once, or not.
        self.page.evaluate(_PRESS, "Bỏ qua")
        self.page.get_by_role("button", name="Bỏ qua", exact=True).wait_for(state="hidden")
        if self.text(".cs-language [aria-pressed=true]") != "Tiếng Việt":
            self.after(lambda: self.press("Tiếng Việt"))
        if self.page.get_by_role("button", name="Về ban đầu", exact=True).is_enabled():
            self.after(lambda: self.press("Về ban đầu"))

    def picture(self, name: str) -> None:
        """Keep a picture: for whoever wants to look, and for the guide where it asks for them."""
        path = self.pictures / f"planner-{name}.png"
        self.page.screenshot(path=str(path))
        if os.environ.get(PICTURES):
            shutil.copy(path, os.environ[PICTURES])


def direct(scenario: Scenario, reference: Scenario) -> Result:
    """The same question asked of the engine without any planner."""
    known = load_knowledge()
    return run(
        known.province, known.register, [scenario, reference],
        draws=setting("draws"), seed=DEFAULT_SEED, posterior=known.posterior,
    )  # fmt: skip


def assert_shown(screen: Screen, result: Result, lang: str = "vi") -> None:
    """Every printed figure is that of the result: levels, ranges, differences, chances, parts."""
    ours, theirs = result.scenarios
    words, first, last = Wording(lang), result.years[1], result.years[-1]
    for name in HEADLINE:
        money = INDICATOR[name].money
        level = range_of(result, ours, name, last, NOMINAL if money else "")
        gain = difference(result, theirs, ours, name, year=last, price_basis=REAL if money else "")
        card = screen.text(f"[data-indicator={name}]")
        assert screen.figures()[name] == Figure.of_range(level).text(words)
        assert Figure.of_range(level).ends.text(words) in card
        assert Figure.of_difference(gain, name).with_unit().text(words) in card
    founded = range_of(result, ours, "htx_founded", first)
    assert Figure.of_range(founded).text(words) in screen.text(".cs-headline")
    for chance in target_chances(result, ours):
        assert screen.text(f"[data-target={chance.target.id}]") == Figure.of_target_chance(chance).text(words)
    for parts in growth_parts(result, ours, (first, last)):
        year = parts.year
        for part, figure in growth_together(result.run_of(ours).scenario, parts).items():
            assert screen.text(f"[data-part={part}-{year}]") == figure.text(words)
