"""The pictures of the user guide are taken here, so that they can be taken again when pages change.

COOPSIM_PICTURES names the folder they go to; COOPSIM_REPORT a finished report to take them from, so that the
guide shows full runs (without it, the quick pages of the other browser tests serve).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.browser.offline import opened
from tests.browser.screen import PICTURES
from tests.support import notebook_pages

pytestmark = pytest.mark.browser

REPORT = "COOPSIM_REPORT"
WIDTH, LEAST_BYTES = 1200, 20_000
#: Picture of the guide, page of a report, notebook of that page.
SHOWN = [("guide-answer", "fund-12.3", "02_scenario_report"), ("guide-compare", "compare", "03_compare")]


@pytest.fixture(scope="module")
def sources(shown: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    if os.environ.get(REPORT):
        return {notebook: Path(os.environ[REPORT]) / f"{page}.html" for _, page, notebook in SHOWN}
    pages = notebook_pages.write_pages(tmp_path_factory.mktemp("pages"), shown("vi"), "vi")
    return {str(name).removesuffix(".ipynb"): path for name, path in pages.items()}


@pytest.mark.slow
@pytest.mark.parametrize(("picture", "page", "notebook"), SHOWN)
def test_a_picture_of_the_guide_can_be_taken(
    picture: str, page: str, notebook: str, sources, browser: Any, tmp_path: Path
):
    folder = Path(os.environ.get(PICTURES) or tmp_path)
    with opened(browser, sources[notebook], width=WIDTH, scheme="light") as seen:
        seen.page.screenshot(path=str(folder / f"{picture}.png"))
    assert (folder / f"{picture}.png").stat().st_size > LEAST_BYTES
