"""The model card printed on A4 as any browser prints it."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypandoc
import pytest
from pypdf import PdfReader

from tests.browser.lab import REPOSITORY
from tests.browser.offline import opened

pytestmark = pytest.mark.browser

#: A plain office page: margins of 2 cm, 11 point text, tables a point smaller.
_OFFICE = "body{font:11pt/1.35 sans-serif} table{font-size:10pt;border-collapse:collapse} td,th{border:1px solid}"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_model_card_fits_two_pages_of_a4(lang: str, tmp_path: Path, browser: Any) -> None:
    card = pypandoc.convert_file(str(REPOSITORY / "docs" / lang / "model-card.md"), "html")
    page = tmp_path / "card.html"
    page.write_text(f'<meta charset="utf-8"><title>card</title><style>{_OFFICE}</style>{card}', encoding="utf-8")
    with opened(browser, page) as seen:
        margin = dict.fromkeys(("top", "bottom", "left", "right"), "20mm")
        printed = PdfReader(io.BytesIO(seen.page.pdf(format="A4", margin=margin)))
    assert 1 <= len(printed.pages) <= 2
