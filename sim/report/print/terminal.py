"""Tables as text for the terminal: numbers are never broken, and a name that has no room takes a line of its own."""

import shutil
import textwrap
from collections.abc import Callable, Iterator, Sequence

from rich.cells import cell_len

#: Blanks between two columns, and before the cells of a row whose name stands above them.
_GAP, _INDENT = 2, 2
#: A cell of so many letters is never broken.
_WHOLE = 12
#: Lines a head may take, and letters names keep, where there is room for both.
_HEAD_LINES, _NAME_ROOM = 3, 24
_RULE = "─"


def terminal_width() -> int:
    """Letters a line of the terminal holds (``COLUMNS``; 80 where nobody knows)."""
    return shutil.get_terminal_size().columns


def paragraph(text: str, width: int) -> str:
    """A sentence in lines of a width; blanks that keep a number and its unit together do."""
    return "\n".join(_lines(text, width)) if text else ""


def fitted(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[bool], width: int
) -> str:
    """A table as lines of text.

    Parameters
    ----------
    rows : the first cell names the row; equal names one below the other are printed once
    right : whether a column holds numbers, which stand at its right end
    width : letters a line may have

    Notes
    -----
    Short cells and those with a digit in a column of numbers are as wide as they are; others are broken between
    words where there is no room for them whole. Where not even that fits, every row is a list under its name.
    """
    columns = [_Column(head, [row[place] for row in rows], number) for place, (head, number) in enumerate(
        zip(heads, right, strict=True)) if place]  # fmt: skip
    spare = width - _INDENT - sum(column.width + _GAP for column in columns)
    lines = paragraph(title, width).splitlines()
    if spare < 0:
        for first, *cells in rows:
            lines += _lines(first, width)
            for head, cell in ((head, cell) for head, cell in zip(heads[1:], cells, strict=True) if cell):
                lines.append(textwrap.fill(f"{head}: {cell}", width, initial_indent="  ", subsequent_indent="    "))
        return "\n".join(lines)
    names = max((cell_len(text) for text in (*(row[0] for row in rows), heads[0])), default=0)
    spare = _widen(columns, spare, lambda column: column.natural / column.width)
    for_heads = max(0, spare - min(names, _NAME_ROOM))
    spare += _widen(columns, for_heads, lambda column: len(_lines(column.head, column.width)) / _HEAD_LINES) - for_heads
    room = min(spare + _INDENT, names)
    lines += _row(heads[0], room, [column.cell(column.head) for column in columns], low=True)
    lines.append(_RULE * (room + sum(column.width + _GAP for column in columns)))
    before = None
    for place, row in enumerate(rows):
        name = "" if row[0] == before else row[0]
        lines += _row(name, room, [column.cell(column.cells[place]) for column in columns])
        before = row[0]
    return "\n".join(line.rstrip() for line in lines)


def _widen(columns: "Sequence[_Column]", spare: int, need: "Callable[[_Column], float]") -> int:
    """Give room, letter by letter, to the column that needs it most while one's need is above 1; what is left of it."""
    while spare > 0 and columns:
        neediest = max(columns, key=need)
        if need(neediest) <= 1:
            break
        neediest.width, spare = neediest.width + 1, spare - 1
    return spare


class _Column:
    """A column behind the first: what stands in it and the letters it takes."""

    def __init__(self, head: str, cells: Sequence[str], number: bool) -> None:
        self.head, self.cells, self.number = head, cells, number
        whole = (cell for cell in cells if cell_len(cell) <= _WHOLE or (number and any(map(str.isdigit, cell))))
        longest = (max(map(cell_len, text.split(" "))) for text in (head, *cells))
        self.width = max([*map(cell_len, whole), *longest])
        self.natural = max([self.width, *map(cell_len, cells)])

    def cell(self, text: str) -> list[str]:
        """A text in this column's lines, each as wide as the column."""
        lines = _lines(text, self.width) or [""]
        blanks = [" " * (self.width - cell_len(line)) for line in lines]
        return [blank + line if self.number else line + blank for blank, line in zip(blanks, lines, strict=True)]


def _row(name: str, room: int, cells: Sequence[Sequence[str]], *, low: bool = False) -> Iterator[str]:
    """Lines of a row; `low` puts shorter cells at the foot, as heads stand."""
    if cell_len(name) > room:
        yield name
        name = ""
    height = max(map(len, cells), default=1)
    for line in range(height):
        named = line == (height - 1 if low else 0)
        first = name if named else ""
        text = first + " " * (room - cell_len(first))
        for cell in cells:
            own = line - (height - len(cell) if low else 0)
            text += " " * _GAP + (cell[own] if 0 <= own < len(cell) else " " * cell_len(cell[0]))
        yield text


def _lines(text: str, width: int) -> list[str]:
    """Lines of a text, broken at blanks only; a word longer than the width stays whole."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and cell_len(lines[-1]) + 1 + cell_len(word) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


