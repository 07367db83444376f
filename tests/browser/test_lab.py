"""The same planner as a notebook in JupyterLab."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sim.inputs.scenarios import load_scenario
from tests.browser.lab import open_notebook, run_all, running_lab, watched_page
from tests.browser.screen import WAIT, Screen, assert_shown, direct

pytestmark = pytest.mark.browser

NOTEBOOK = "planner.ipynb"


@pytest.fixture(scope="module")
def lab(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    work = tmp_path_factory.mktemp("lab")
    with running_lab(work, NOTEBOOK) as server, watched_page(browser) as watched:
        open_notebook(watched.page, server, NOTEBOOK)
        run_all(watched.page)
        watched.page.wait_for_selector(".cs-view[data-painted]", timeout=WAIT)
        yield Screen(watched, server.folder, work)


def test_the_notebook_shows_what_the_application_shows_and_answers_its_sliders(lab: Screen) -> None:
    lab.choose("Mốc so sánh", "Không hỗ trợ")
    assert_shown(lab, direct(load_scenario("fund-12.3"), load_scenario("no-support")))
    lab.nudge("market", "ArrowRight", 2)
    lines, rest, fund = lab.sum_line()
    assert lines + rest == fund
    lab.rest()
    lab.picture("lab")


def test_single_letters_of_jupyterlab_do_nothing_while_the_planner_has_the_focus(lab: Screen) -> None:
    cells = lab.page.locator(".jp-Notebook-cell").count()
    lab.slider("market").focus()
    for key in ("a", "b", "x", "d", "d"):
        lab.page.keyboard.press(key)
    assert lab.page.locator(".jp-Notebook-cell").count() == cells


def test_nothing_was_needed_from_outside_and_nothing_broke(lab: Screen) -> None:
    assert lab.watched.blocked == []
    assert lab.watched.errors == []
    assert not lab.page.locator(
        ".jp-RenderedText[data-mime-type='application/vnd.jupyter.stderr'], .jp-OutputArea-error"
    ).count()
