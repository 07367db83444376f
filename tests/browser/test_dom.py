"""A place whose content changes keeps what stays: opened details belong to their note, not to their place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import sim.view

DOM = (Path(sim.view.__file__).parent / "dom.js").read_text(encoding="utf-8")
_NOTE = "<details><summary>{0}</summary><p>{1}</p></details>"


@pytest.fixture(scope="module")
def page(browser: Any) -> Iterator[Any]:
    made = browser.new_page()
    made.set_content("<section id=place></section>")
    made.add_script_tag(content=DOM)
    yield made
    made.close()


def patched(page: Any, html: str) -> list[list[Any]]:
    """[text, whether it is open and was opened by hand] of each child after the place was patched."""
    found: list[list[Any]] = page.evaluate(
        """html => {
            const place = document.getElementById("place");
            patchHtml(place, html);
            return [...place.children].map((child) => [child.textContent, Boolean(child.open), child.mine || ""]);
        }""",
        html,
    )
    return found


def opened(page: Any, number: int) -> None:
    page.evaluate(
        """number => {
            const child = document.getElementById("place").children[number];
            Object.assign(child, { open: true, mine: "opened" });
        }""",
        number,
    )


def test_opened_details_stay_with_their_note_when_another_comes_before_it(page: Any) -> None:
    patched(page, "<p>a</p>" + _NOTE.format("Lưu ý", "1"))
    opened(page, 1)
    more = patched(page, "<p>a</p>" + _NOTE.format("Cần xem lại", "x") + _NOTE.format("Lưu ý", "2"))
    assert more == [["a", False, ""], ["Cần xem lạix", False, ""], ["Lưu ý2", True, "opened"]]
    fewer = patched(page, _NOTE.format("Lưu ý", "3") + "<p>b</p>")
    assert fewer == [["Lưu ý3", True, "opened"], ["b", False, ""]]


def test_a_note_whose_summary_changes_its_figure_stays_open(page: Any) -> None:
    patched(page, _NOTE.format("Lưu ý (2)", "1"))
    opened(page, 0)
    assert patched(page, "<p>mới</p>" + _NOTE.format("Lưu ý (3)", "1"))[1] == ["Lưu ý (3)1", True, "opened"]


def test_a_note_that_goes_takes_its_openness_with_it(page: Any) -> None:
    patched(page, _NOTE.format("Một", "1") + _NOTE.format("Hai", "2"))
    opened(page, 0)
    assert patched(page, _NOTE.format("Hai", "2")) == [["Hai2", False, ""]]


@pytest.mark.parametrize("mark", ["id", "data-key"])
def test_named_elements_are_kept_whatever_their_order(page: Any, mark: str) -> None:
    patched(page, f"<p {mark}=a>1</p>chữ<p {mark}=b>2</p>")
    opened(page, 0)
    assert patched(page, f"<p {mark}=b>2</p><p>giữa</p><p {mark}=a>3</p>chữ")[2] == ["3", True, "opened"]
    assert page.evaluate("document.getElementById('place').textContent") == "2giữa3chữ"
