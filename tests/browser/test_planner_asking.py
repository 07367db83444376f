"""Question buttons, sliders of assumptions and the choice of a goal, as their user meets them."""

from __future__ import annotations

import pytest

from tests.browser.screen import WAIT, Screen

pytestmark = pytest.mark.browser


def test_a_line_is_cut_and_comes_back(screen: Screen) -> None:
    page = screen.page
    page.locator(".cs-asked > summary").click()
    page.locator(".cs-asked select").select_option("market")
    screen.after(page.locator('[data-asked="cut"]').click)
    row = page.locator('.cs-row[data-line="market"] .cs-box-money').first
    assert row.input_value() == "0"
    screen.picture("asked")
    screen.after(page.get_by_role("button", name="Hoàn tác", exact=True).click)
    assert row.input_value() != "0"


def test_an_assumption_of_ones_own_is_marked_and_what_must_be_true_stands_below_it(screen: Screen) -> None:
    page = screen.page
    page.locator('[data-asked="double"]').evaluate("button => button.closest('details').setAttribute('open', '')")
    screen.after(page.locator('[data-asked="double"]').click)
    page.locator(".cs-assumptions > summary").click()
    rows = page.locator(".cs-assumptions .cs-row")
    rows.nth(2).wait_for(timeout=WAIT)
    rows.nth(0).locator(".cs-wins").filter(has_text="phương án").wait_for(timeout=WAIT)
    slider = rows.nth(0).locator("input[type=range]")
    screen.after(lambda: slider.press("End"))
    assert rows.nth(0).get_attribute("data-own") is not None
    screen.picture("assumptions")
    screen.after(rows.nth(0).locator("button").click)
    assert rows.nth(0).get_attribute("data-own") is None
    screen.after(page.get_by_role("button", name="Về ban đầu", exact=True).click)


def test_a_goal_is_chosen_beside_the_button_and_its_cost_is_told_before_it_is_used(screen: Screen) -> None:
    page = screen.page
    page.locator('[data-suggest="goal"]').select_option("several")
    assert page.locator(".cs-weights").is_visible()
    page.locator('[data-suggest="goal"]').select_option("htx_worker_income")
    assert not page.locator(".cs-weights").is_visible()
    page.locator('[data-suggest="ask"]').click()
    proposal = page.locator(".cs-proposal")
    proposal.filter(has_text="ở các mục tiêu khác").wait_for(timeout=WAIT)
    screen.picture("suggested")
    proposal.get_by_role("button", name="Bỏ qua", exact=True).click()
