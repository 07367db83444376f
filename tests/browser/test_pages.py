"""Every page kind as people meet it: read aloud, by keyboard, on a phone, in the dark, on paper."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from tests.browser.lab import REPOSITORY
from tests.browser.offline import opened
from tests.support import notebook_pages

pytestmark = pytest.mark.browser

WIDTHS = (390, 820, 1280)
SCHEMES = ("light", "dark")
#: Where `make test-all` leaves pictures of every page; git does not keep them.
SCREENS = REPOSITORY / ".cache" / "screens"
NOTEBOOKS = notebook_pages.page_notebooks()
_HEAVY = ("serious", "critical")
#: CSS pixels of A4 at 96 to the inch, and how far rounding may be off.
_A4, _OFF = (595, 842), 2


@pytest.fixture(scope="module")
def pages(shown, tmp_path_factory) -> dict[str, Path]:
    """Every page kind in Vietnamese, from the notebooks that are there."""
    return notebook_pages.write_pages(tmp_path_factory.mktemp("pages"), shown("vi"), "vi")


def findings(page: Any) -> list[str]:
    """Serious and critical findings of axe-core on an open page, details opened."""
    page.evaluate(files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8"))
    page.evaluate("() => document.querySelectorAll('details').forEach(node => node.open = true)")
    found = page.evaluate("() => axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} — {node['failureSummary'][:200]}"
        for one in found
        if one["impact"] in _HEAVY
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_nothing_keeps_a_page_from_being_read_aloud_or_seen(notebook: str, pages, browser):
    scheme = SCHEMES[NOTEBOOKS.index(notebook) % len(SCHEMES)]
    with opened(browser, pages[notebook], scheme=scheme) as seen:
        assert findings(seen.page) == []


def test_axe_would_find_what_is_wrong(tmp_path, browser):
    """The negative control."""
    path = tmp_path / "bad.html"
    pale = '<p style="color:#bbb;background:#fff">pale words</p>'
    path.write_text(f'<!doctype html><title>x</title><img src="data:,x">{pale}')
    with opened(browser, path) as seen:
        found = " ".join(findings(seen.page))
    assert "image-alt" in found and "color-contrast" in found and "html-has-lang" in found


def test_the_first_screen_of_a_scenario_fits_a_small_laptop(pages, browser):
    """Read without scrolling at 1366 × 768; on a phone the finding and the first figure."""
    with opened(browser, pages["02_scenario_report"]) as seen:
        for width, height, last in ((1366, 768, "#answer .against"), (390, 844, "#answer .card")):
            seen.page.set_viewport_size({"width": width, "height": height})
            box = seen.page.query_selector(last).bounding_box()
            assert box["y"] + box["height"] <= height, (width, box)


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_no_page_scrolls_sideways_at_any_width(notebook: str, pages, browser):
    with opened(browser, pages[notebook], width=WIDTHS[0]) as seen:
        seen.page.evaluate("() => document.querySelectorAll('details').forEach(node => node.open = true)")
        for width in (320, *WIDTHS, 1000, 761, 680):
            seen.page.set_viewport_size({"width": width, "height": 800})
            assert seen.page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_keyboard_skips_to_the_answer_and_reaches_every_link(notebook: str, pages, browser):
    with opened(browser, pages[notebook]) as seen:
        seen.page.keyboard.press("Tab")
        first = "() => [document.activeElement.className, document.activeElement.getAttribute('href')]"
        assert seen.page.evaluate(first) == ["skip", "#main"]
        count = seen.page.evaluate("() => document.querySelectorAll('[tabindex]').length")
        assert count == 0, "the reading order is the order of the page"


@pytest.mark.parametrize("notebook", NOTEBOOKS)
def test_a_page_has_a_sane_weight(notebook: str, pages):
    assert pages[notebook].stat().st_size <= 600_000


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_page_is_accessible_in_both_languages_and_lights_and_is_pictured(
    lang: str, scheme: str, shown, tmp_path, browser
):
    SCREENS.mkdir(parents=True, exist_ok=True)
    for notebook, path in notebook_pages.write_pages(tmp_path, shown(lang), lang).items():
        for width in WIDTHS:
            with opened(browser, path, width=width, scheme=scheme) as seen:
                seen.page.screenshot(path=str(SCREENS / f"{notebook}-{lang}-{width}-{scheme}.png"), full_page=True)
                assert seen.page.evaluate("() => document.documentElement.scrollWidth") <= width
                if width != WIDTHS[1]:
                    assert findings(seen.page) == []


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_every_page_prints_on_a4_with_page_numbers_and_no_picture_cut(pages, browser):
    from pypdf import PdfReader

    SCREENS.mkdir(parents=True, exist_ok=True)
    for notebook, path in pages.items():
        file = SCREENS / f"{notebook}-a4.pdf"
        with opened(browser, path) as seen:
            seen.page.pdf(path=str(file), prefer_css_page_size=True, print_background=True)
            seen.page.emulate_media(media="print")
            kept = "() => [...document.querySelectorAll('figure')].map(node => getComputedStyle(node).breakInside)"
            assert set(seen.page.evaluate(kept)) <= {"avoid"}
        sheets = PdfReader(file).pages
        assert all(abs(side - a4) <= _OFF for sheet in sheets for side, a4 in zip(sheet.mediabox[2:], _A4, strict=True))
        for place, sheet in enumerate(sheets):
            words = sheet.extract_text().split()
            assert str(1 + place) in (words[0], words[-1]), "the number of the sheet stands in its margin"


def shown_rows(page: Any) -> list[str]:
    """Scenarios that can be seen in the list."""
    rows = "() => [...document.querySelectorAll('.ranked tbody tr')].filter(row => row.offsetParent)"
    return list(page.evaluate(rows + ".map(row => row.querySelector('th').innerText)"))


def test_the_list_of_scenarios_is_picked_from_without_script(pages, browser):
    """One table at a time, for the plan and the world picked with the keyboard."""
    with opened(browser, pages["00_start_here"]) as seen:
        page = seen.page
        tables = "() => [...document.querySelectorAll('.ranked')].filter(table => table.offsetParent).length"
        assert page.evaluate(tables) == 1
        first = shown_rows(page)
        page.locator("#pick-of-w").select_option(index=0)
        every = shown_rows(page)
        assert len(every) == 5 and len(first) == 4
        page.focus("#pick-by")
        page.keyboard.press("ArrowDown")
        assert page.evaluate(tables) == 1 and sorted(shown_rows(page)) == sorted(every)
        page.locator("#pick-of-p").select_option(index=1)
        assert 0 < len(shown_rows(page)) < len(every)
        assert seen.requests == [] and seen.ran() == [] and seen.refusals == []
