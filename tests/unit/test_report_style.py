"""Colours can be read, in light and dark, on the page and in pictures."""

from __future__ import annotations

import re

import pytest

from sim.report.print import PRINTED, STYLED, style

READABLE = 4.5
SHAPES = 3.0


def blocks() -> list[dict[str, str]]:
    found = [
        dict(re.findall(r"--(\w+): (#[0-9a-f]{6})", block)) for block in re.findall(r"\{[^{}]*--ink:[^{}]*\}", style())
    ]
    assert len(found) == 5  # light, dark by preference, light and dark of the notebook, paper
    return found


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", range(5))
@pytest.mark.parametrize("text", ["ink", "quiet", "accent", "contrast"])
@pytest.mark.parametrize("ground", ["bg", "card", "wash", "warm"])
def test_text_can_be_read_on_every_ground(theme: int, text: str, ground: str):
    colours = blocks()[theme]
    assert contrast(colours[text], colours[ground]) >= READABLE


@pytest.mark.parametrize("theme", range(5))
def test_a_median_stands_out_from_its_range(theme: int):
    colours = blocks()[theme]
    assert contrast(colours["accent"], colours["band80"]) >= SHAPES


def test_light_and_dark_of_page_and_notebook_are_the_same_colours():
    light, dark, notebook_light, notebook_dark, _ = blocks()
    assert light == notebook_light and dark == notebook_dark


def test_pictures_without_a_style_sheet_have_the_light_colours():
    names = {"paper": "card", "band_80": "band80", "band_50": "band50"}
    names |= {name: name for name in ("ink", "quiet", "faint", "rule", "accent", "contrast")}
    for field, variable in names.items():
        assert getattr(PRINTED, field) == blocks()[0][variable]
        assert getattr(STYLED, field) == f"var(--{variable})"


def test_on_a_phone_every_kind_of_bars_stands_below_its_name() -> None:
    """A kind that keeps its own columns there pushes long values out of the page."""
    wide, narrow = style().split("@media screen and (max-width: 780px)")
    kinds = set(re.findall(r"\.coopsim \.bars\.(\w+) \{ grid-template-columns", wide))
    assert {"stacked", "swings", "dots"} <= kinds
    assert all(re.search(rf"\.coopsim \.bars\.{kind}\b[^{{}}]*\{{ grid-template-columns", narrow) for kind in kinds)
