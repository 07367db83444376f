"""The planner as one file: opened from disk in a Chromium without network, used, and brought back."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from sim.analysis.answer import came_in
from sim.domain import scenario_fingerprint
from sim.ensemble import DEFAULT_SEED
from sim.evidence import load_knowledge
from sim.inputs.scenarios import load_scenario
from sim.inputs.text import DATA_VARIABLE, settings
from sim.planner import Words
from sim.report.pages import arrived_beside
from sim.run import explore
from tests.browser.offline import Opened, opened
from tests.security.hostile import hostile_data
from tests.security.payloads import ALL
from tests.twin.both import Session, planner as opened_planner

DRAWS = 1024
WAIT = 60_000
READY = ".cs-view[data-painted]"


@pytest.fixture(scope="module")
def file(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("file") / "explorer.html"
    path.write_text(explore.explorer_page(load_knowledge(), "vi", draws=DRAWS), encoding="utf-8")
    return path


@contextmanager
def planner(browser: Any, path: Path, address: str = "") -> Iterator[Opened]:
    """The file, ready."""
    with opened(browser, path) as seen:
        if address:
            seen.page.goto("about:blank")
            seen.page.goto(f"{path.resolve().as_uri()}#{address}")
        seen.page.wait_for_selector(READY, timeout=WAIT)
        yield seen


def money(page: Any, place: int, text: str) -> None:
    """An amount typed into the box of a line."""
    box = page.locator(".cs-lines .cs-row > .cs-box-money").nth(place)
    before = page.get_attribute(".cs-view", "data-painted")
    box.fill(text)
    box.press("Tab")
    page.wait_for_function(f"() => document.querySelector('.cs-view').dataset.painted !== '{before}'", timeout=WAIT)


def kernel(*wishes: tuple[str, Any]) -> Session:
    """The planner of the application after the same wishes."""
    session = opened_planner(draws=DRAWS)
    for wish, value in wishes:
        session.wish(wish, value)
    return session


def text_of(html: str) -> str:
    """Words and numbers of markup."""
    return "".join(re.sub(r"<[^>]*>", "", html).replace("&#39;", "'").split())


def test_it_opens_from_disk_asks_for_nothing_and_says_what_the_planner_says(file, browser):
    with planner(browser, file) as seen:
        shown = seen.page.inner_text(".cs-headline") + seen.page.inner_text(".cs-cards")
        assert seen.requests == [] and seen.refusals == [] and seen.executions == []
    top = kernel().view.answer["top"]
    headline = top[top.index("<h3") : top.index('<p class="cs-lead">')]
    wanted = headline + top[top.index('<div class="cs-cards">') :]
    assert "".join(shown.split()) == text_of(wanted)


def test_what_is_changed_there_comes_back_as_the_same_scenario(file, browser, tmp_path):
    with planner(browser, file) as seen:
        money(seen.page, 2, "1,25")
        with seen.page.expect_download() as waiting:
            seen.page.get_by_role("button", name="Xuất YAML").click()
        waiting.value.save_as(tmp_path / "back.yaml")
    session = kernel(("line_text", ["market", "1,25"]))
    back = load_scenario(str(tmp_path / "back.yaml"))
    assert scenario_fingerprint(back) == scenario_fingerprint(session.desk.labelled(session.state))


def test_an_address_opens_the_same_try_elsewhere_and_a_reload_keeps_it(file, browser):
    with planner(browser, file) as seen:
        money(seen.page, 0, "5")
        address, before = seen.page.evaluate("location.hash.slice(1)"), seen.page.inner_text(".cs-headline")
        seen.page.reload()
        seen.page.wait_for_selector(READY, timeout=WAIT)
        assert seen.page.inner_text(".cs-headline") == before
    with planner(browser, file) as seen:
        assert seen.page.inner_text(".cs-headline") != before
    with planner(browser, file, address) as seen:
        assert seen.page.inner_text(".cs-headline") == before
        assert seen.page.locator(".cs-lines .cs-row > .cs-box-money").first.input_value() == "5"


def pressed(page: Any, name: str) -> None:
    """A button that makes another answer."""
    before = page.get_attribute(".cs-view", "data-painted")
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_function(f"() => document.querySelector('.cs-view').dataset.painted !== '{before}'", timeout=WAIT)


def test_an_address_names_what_is_shown_and_brings_its_own_reference(file, browser):
    pin, lead = "Ghim phương án này làm mốc", ".cs-lead"
    with planner(browser, file) as seen:
        usual = seen.page.inner_text(".cs-headline")
        money(seen.page, 0, "5")
        pressed(seen.page, pin)
        money(seen.page, 0, "2")
        address, told = seen.page.evaluate("location.hash.slice(1)"), seen.page.inner_text(lead)
        pressed(seen.page, "Về ban đầu")
        seen.page.reload()
        seen.page.wait_for_selector(READY, timeout=WAIT)
        assert seen.page.inner_text(".cs-headline") == usual
    with planner(browser, file) as seen:  # somebody whose first try is another one
        money(seen.page, 1, "3")
        pressed(seen.page, pin)
        seen.page.goto("about:blank")
        seen.page.goto(f"{file.resolve().as_uri()}#{address}")
        seen.page.wait_for_selector(READY, timeout=WAIT)
        assert seen.page.inner_text(lead).split(":")[-1] == told.split(":")[-1]


def spoiled(address: str) -> Iterator[str]:
    """Addresses somebody made by hand."""
    version, text = address.split(".")
    told = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))

    def written(content: Any) -> str:
        return f"{version}.{base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip('=')}"

    yield from (f"2.{text}", f"{version}.!!", "1.", "x", written([1]), written({"province": told["province"]}))
    for key, value in (("horizon", 9999), ("plan", {"fund": {}}), ("world", "no-such"), ("targets", [{}] * 99)):
        yield written({**told, "scenario": {**told["scenario"], key: value}})
    plan = told["scenario"]["plan"]
    for change in ({"fund": {"2024": -1}}, {"fund": {"__proto__": 1}}, {"price_basis": "<b>"}, {"slug": "../x"}):
        yield written({**told, "scenario": {**told["scenario"], "plan": {**plan, **change}}})


def test_an_address_made_by_hand_is_left_aside_and_never_becomes_markup(file, browser):
    with planner(browser, file) as seen:
        usual = seen.page.inner_text(".cs-headline")
        money(seen.page, 0, "5")
        address = seen.page.evaluate("location.hash.slice(1)")
    for one in spoiled(address):
        with planner(browser, file, one) as seen:
            assert seen.page.inner_text(".cs-headline") == usual, one
            assert seen.executions == [] and seen.refusals == []
    told = json.loads(base64.urlsafe_b64decode(address.split(".")[1] + "==="))
    for text in ALL[::7]:
        told["scenario"]["label"] = told["scenario"]["plan"]["label"] = {"vi": text, "en": text}
        bad = base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
        with planner(browser, file, f"1.{bad}") as seen:
            assert seen.ran() == [] and seen.requests == [] and seen.refusals == []


@pytest.mark.slow
def test_whatever_a_data_folder_holds_stays_text_in_the_file(tmp_path, browser, monkeypatch):
    hostile_data(tmp_path / "data")
    monkeypatch.setenv(DATA_VARIABLE, str(tmp_path / "data"))
    path = tmp_path / "explorer.html"
    path.write_text(explore.explorer_page(load_knowledge(), "vi", draws=256), encoding="utf-8")
    with planner(browser, path) as seen:
        assert seen.touch() == []
        seen.page.wait_for_timeout(2000)
        files = [one for one in seen.ran() if not one.startswith("download blob:")]
        refused = [one for one in seen.refusals if not one.startswith("File chooser dialog")]  # a click nobody made
        assert files == [] and seen.requests == [] and refused == []


def test_a_file_that_would_be_too_large_rests_on_fewer_draws_and_says_so(monkeypatch):
    sizes = settings("explorer")
    monkeypatch.setattr(explore, "settings", lambda _: sizes | {"most_bytes": 560_000})
    made = explore.explorer_page(load_knowledge(), "vi", draws=4096)
    assert len(made.encode()) <= 560_000
    assert '"draws":1024' in made or '"draws":2048' in made


def test_the_file_opens_with_what_its_report_opens_with() -> None:
    named = [load_scenario(name) for name in ("capacity-first", "fund-12.3", "no-support")]
    for given, first in ((named, "fund-12.3"), (named[::2], "capacity-first"), ([], "fund-12.3")):
        assert explore.opened_with(load_knowledge(), given, seed=DEFAULT_SEED).scenario.slug == first


def test_figures_of_the_year_are_told_and_whose_they_are(browser: Any, file: Path) -> None:
    known, start = load_knowledge(), load_scenario("fund-12.3")
    told = explore.news(known, start, draws=DRAWS, seed=DEFAULT_SEED)("vi")["arrived"]
    kernel_says = arrived_beside(Words("vi"), known.province, came_in(known, start, draws=DRAWS, seed=DEFAULT_SEED))
    assert told == str(kernel_says), "the planner's own words"
    with planner(browser, file) as seen:
        page = seen.page
        place = page.locator("[data-more=arrived]")
        place.locator("table").wait_for(state="attached", timeout=WAIT)
        page.evaluate("html => { window.wanted = document.createElement('div'); wanted.innerHTML = html; }", told)
        assert place.evaluate("one => one.innerHTML === wanted.innerHTML")
        hint = page.locator("[data-piece=program]").text_content()
        assert "coopsim planner" in hint and "--province lao-cai --year 2024" in hint
        money(page, 0, "4")
        whose = place.locator("p").filter(has_text="khi lập tệp này")
        whose.wait_for(state="attached", timeout=WAIT)
        assert "Quỹ 12,3 tỷ đồng" in whose.text_content()
