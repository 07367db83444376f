"""Where words stand on the pages of a PDF."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sim.report.print import parse
from tests.support.shared_figures import bare

#: Bottom margin with the page's number, and the space between the margins [pt], of A4 as the style sheet has it.
_BOTTOM, _TALL = 46.0, 757.0
#: What lies closer is on one line: signs and letters set a little higher [pt].
_LINE = 6.0


def headings_alone(reader: Any) -> list[str]:
    """Headings with less than two lines below their first one on their page."""
    pages = [heights for heights, _ in map(_words, reader.pages)]
    found = []
    for mark in _flat(reader.outline):
        page = reader.get_destination_page_number(mark)
        below = [height for height in pages[page] if height < float(mark.top) - 3 * _LINE]
        lines = [height for before, height in zip([None, *below], below, strict=False) if _apart(before, height)]
        if len(lines) < 2:
            found.append(f"{page + 1}: {mark.title}")
    return found


def _apart(before: float | None, height: float) -> bool:
    return before is None or before - height > _LINE


def heads_of(html: str) -> list[str]:
    """What stands above the rows of a page's tables: heads and captions."""
    nodes = list(parse(html).walk())
    rows = [row for head in nodes if head.tag == "thead" for row in head.walk() if row.tag == "tr"]
    return [node.content for node in (*rows, *(node for node in nodes if node.tag == "caption"))]


def heads_alone(reader: Any, heads: Sequence[str]) -> list[str]:
    """Heads of tables, and captions above them, that end a page; without blanks, which lines may break."""
    wanted = {_dense(head) for head in heads} - {""}
    ends = [_dense("".join(text)) for _, text in map(_words, reader.pages)]
    return [f"{place}: {head}" for place, end in enumerate(ends, start=1) for head in wanted if end.endswith(head)]


def half_blank(reader: Any) -> list[tuple[int, int]]:
    """(page, percent blank at its foot) of pages before the last that are more than half blank."""
    blank = [(min(heights, default=_BOTTOM + _TALL) - _BOTTOM) / _TALL for heights, _ in map(_words, reader.pages)]
    return [(place, round(100 * part)) for place, part in enumerate(blank[:-1], start=1) if part > 0.5]


def _words(page: Any) -> tuple[list[float], list[str]]:
    """Heights of the lines above the bottom margin, downwards, and all pieces of text there as they were written."""
    heights, pieces = set[float](), list[str]()

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], *_: object) -> None:
        height = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        if text.strip() and height > _BOTTOM:
            heights.add(float(round(height)))
            pieces.append(text)

    page.extract_text(visitor_text=visit)
    return sorted(heights, reverse=True), pieces


def _dense(text: str) -> str:
    return "".join(bare(text).split())


def _flat(outline: Sequence[Any]) -> Iterator[Any]:
    for item in outline:
        if isinstance(item, list):
            yield from _flat(item)
        else:
            yield item
