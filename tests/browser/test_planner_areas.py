"""The sliders of the areas as their user meets them, on the pack of two areas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.app import running_app
from tests.browser.lab import watched_page
from tests.browser.screen import WAIT, Screen

pytestmark = pytest.mark.browser


@pytest.fixture
def merged(
    browser: Any, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Screen]:
    monkeypatch.setenv("COOPSIM_PROVINCE", "lao-cai-2025")
    folder = tmp_path_factory.mktemp("merged")
    with running_app(folder) as app, watched_page(browser) as watched:
        watched.page.goto(app.door, timeout=WAIT)
        watched.page.wait_for_selector(".cs-view[data-painted]", timeout=WAIT)
        yield Screen(watched, app.folder, folder)


def test_an_areas_slider_moves_its_share_and_the_answer_and_goes_back(merged: Screen) -> None:
    page = merged.page
    rows = page.locator(".cs-areas .cs-row")
    assert rows.locator(".cs-label").all_inner_texts() == ["Lào Cai cũ", "Yên Bái cũ"]
    before = merged.text(".cs-cards")
    slider, box = rows.nth(0).locator("input[type=range]"), rows.nth(1).locator(".cs-box-money")
    even = page.get_by_role("button", name="Chia theo số HTX đang hoạt động", exact=True)
    assert not even.is_visible()
    merged.after(lambda: slider.press("End"))
    assert (slider.input_value(), box.input_value()) == ("100", "0")
    assert merged.text(".cs-cards") != before
    merged.picture("areas")
    merged.after(even.click)
    assert not even.is_visible() and merged.text(".cs-cards") == before
    box.fill("abc")
    box.press("Enter")
    page.get_by_role("alert").filter(has_text="abc").first.wait_for()
