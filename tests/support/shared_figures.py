"""Reads figures back from the forms a report is shared in."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sim.report.print import Node, parse


def figure(text: str) -> float:
    """A number as printed in Vietnamese."""
    found = re.search(r"[+−-]?[\d.]+(?:,\d+)?", text)
    assert found, text
    return float(found.group().replace("−", "-").replace(".", "").replace(",", "."))


def span(text: str) -> tuple[float, float]:
    """Both ends of a printed range."""
    low, high = re.split(r"–| đến ", text)
    return figure(low), figure(high)


@dataclass(frozen=True)
class Figures:
    """What every format must say alike: headline figures with their ranges, and chances of the targets."""

    cards: list[tuple[float, float, float]]
    chances: list[float | str]


def read_html(html: str) -> Figures:
    """The figures as printed on the page."""
    root = parse(html)
    headline = next(node for node in root.walk() if node.attributes.get("id") == "headline")
    cards = [_card(node) for node in headline.walk() if node.tag == "div" and "card" in node.classes and _big(node)]
    targets = next(node for node in root.walk() if node.attributes.get("id") == "targets")
    cells = [node.content for node in targets.walk() if node.tag == "td" and "num" in node.classes]
    return Figures(cards, [chance(text) for text in cells])


def chance(text: str) -> float | str:
    """A chance as a figure in percent, or the words that stand for it."""
    return text if re.search(r"[a-zà-ỹ]", text) else figure(text)


def _card(node: Node) -> tuple[float, float, float]:
    value = _big(node)
    assert value
    shown = next(one for one in node.walk() if "range" in one.classes)
    middle = next(one for one in shown.walk() if one.attributes.get("data-mark"))
    return (figure(value.content), *span(middle.content))


def _big(node: Node) -> Node | None:
    """The headline figure of a card; cards of assumptions have none."""
    return next((one for one in node.walk() if "big" in one.classes), None)


_MARKS = re.compile("[\u25cf\u25d0\u25cb\u2060]")
_CARD = re.compile(r"([\d.,]+) (?:HTX|tỷ đồng/năm|triệu đồng/năm) 80 %: ([\d.,]+(?:–| đến )[\d.,]+)")
_CHANCE = re.compile(r"(?:trở lên|40–45 HTX thành lập mới|thành lập mới) năm 2024 2024 (dưới 5 %|trên 95 %|\d+ %)")


def bare(text: str) -> str:
    """Printed text without marks, every gap one blank."""
    return " ".join(_MARKS.sub("", text).split())


def read_text(text: str) -> Figures:
    """The figures of a document that is nothing but running text."""
    plain = bare(text)
    cards = [(figure(middle), *span(ends)) for middle, ends in _CARD.findall(plain)]
    return Figures(cards, [chance(bare(found)) for found in _CHANCE.findall(plain)])


def read_docx(document: Any) -> Figures:
    """The figures of a Word document: the table of the headline figures, and the table of targets."""
    headline = next(one for one in document.tables if bare(one.rows[0].cells[1].text) == "Dự kiến")
    rows = [[bare(cell.text) for cell in row.cells] for row in headline.rows[1:]]
    targets = next(one for one in document.tables if bare(one.rows[0].cells[-1].text) == "Khả năng đạt")
    chances = [chance(bare(row.cells[-1].text)) for row in targets.rows[1:]]
    return Figures(read_text(" ".join(row[1] for row in rows)).cards, chances)


def table(page: Any) -> list[dict[str, object]]:
    """Rows of a sheet's one table by their heads; the head is the row above the frozen one."""
    head = int(page.freeze_panes[1:]) - 1
    names = [cell.value for cell in page[head]]
    return [dict(zip(names, (cell.value for cell in row), strict=True)) for row in page.iter_rows(min_row=head + 1)]


def read_xlsx(book: Any) -> Figures:
    """The figures of the workbook."""
    levels = [row for row in table(book["Tóm tắt"]) if not row["So với"] and row["Năm"] == 2030]
    shares = [row["Khả năng đạt"] for row in table(book["Mục tiêu"])]
    return Figures(
        [(row["Trung bình"], row["Khoảng 80\u00a0%, từ"], row["Khoảng 80\u00a0%, đến"]) for row in levels],
        [chance(share) if isinstance(share, str) else round(100 * share, 6) for share in shares],
    )


_NUMBER = re.compile(r"\d[\d.,]*")


def numbers(text: str) -> tuple[str, ...]:
    """The numbers of a text as they are printed, in order."""
    return tuple(_NUMBER.findall(bare(text)))


def rows_of(html: str) -> list[list[str]]:
    """The texts of the cells of every row of every table of a page that holds a number."""
    rows = [node for node in parse(html).walk() if node.tag == "tr"]
    texts = [[cell.content for cell in row.children if cell.tag in ("td", "th")] for row in rows]
    return [cells for cells in texts if numbers(" ".join(cells))]


def word_rows(document: Any) -> set[tuple[str, ...]]:
    """The numbers of every row of a Word document's tables; cells that are joined are told once."""
    found = set()
    for row in (row for one in document.tables for row in one.rows):
        cells = {id(cell._tc): cell.text for cell in row.cells}
        found.add(numbers(" ".join(cells.values())))
    return found
