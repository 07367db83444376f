"""One planner's server and one JupyterLab for all browser tests: starting them costs more than the tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.browser.app import OPEN, App, running_app
from tests.browser.lab import watched_page
from tests.browser.screen import WAIT, Screen


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    with running_app(tmp_path_factory.mktemp("app")) as found:
        yield found


@pytest.fixture(scope="session")
def screen(app: App, browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Screen]:
    with watched_page(browser) as watched:
        watched.page.goto(app.door, timeout=WAIT)
        watched.page.wait_for_selector(OPEN, timeout=WAIT)
        found = Screen(watched, app.folder, tmp_path_factory.mktemp("pictures"))
        yield found
        found.picture("left")
