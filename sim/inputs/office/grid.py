"""Where the table stands on a sheet: its heading rows, with merged heads spread, its body, and the words around it."""

import hashlib
import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sim.domain import InputError, Problem
from sim.inputs import text as texts
from sim.inputs.excel import Address, Sheet, Value
from sim.inputs.office.vocabulary import (
    Said,
    Vocabulary,
    is_missing,
    masked,
    role_of,
)

#: How far down the heading is looked for, and how many rows it may have.
_DEPTH, _LEVELS = 60, 4
#: How many cells of a row are looked at for another heading.
_LOOKED = 12
_MERGED = re.compile(r"([A-Z]{1,3})([0-9]{1,7})(?::([A-Z]{1,3})([0-9]{1,7}))?")
_NUMBERED = re.compile(r"\(?[0-9]{1,3}\)?|[A-Z]")
_FIRST_LETTER = ord("A") - 1
_LETTERS = 26


@dataclass(frozen=True)
class Block:
    """A table on a sheet.

    Attributes
    ----------
    heads : first and last heading row
    paths : {column: its heading, from the top down}
    rows : rows of the body
    labels : {cell: text} of the body, merged cells spread downwards
    titles, below : lone words above the heading and under the body, with their cells
    second : a row further down that heads another table, or 0
    """

    sheet: Sheet
    heads: tuple[int, int]
    paths: Mapping[int, tuple[str, ...]]
    rows: tuple[int, ...]
    labels: Mapping[Address, str]
    titles: tuple[tuple[Address, str], ...]
    below: tuple[tuple[Address, str], ...]
    second: int = 0

    @property
    def shape(self) -> str:
        """What its headings have in common with those of other months."""
        return _shape(self.paths)

    def text(self, at: Address) -> str:
        """A cell of the body as text."""
        return self.labels.get(at, "")


def text_of(value: Value) -> str:
    """A cell as a label: dates as they are written, whole numbers without a fraction."""
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return texts.clean(str(value))


def _shape(paths: Mapping[int, Sequence[str]]) -> str:
    """A digest of headings in which every number stands for any number."""
    spelt = [[masked(level) for level in path] for path in paths.values()]
    return hashlib.sha256(json.dumps(spelt, ensure_ascii=False).encode()).hexdigest()[:32]


def find_block(sheet: Sheet, vocabulary: Vocabulary, heading: int | None = None, shapes: Collection[str] = ()) -> Block:
    """The table of a sheet.

    Parameters
    ----------
    heading : its first heading row, where that was said
    shapes : of headings that were read before; a row that begins one of them is the heading

    Raises
    ------
    InputError
        When no row is understood as a heading, or nothing stands below it.
    """
    by_row: dict[int, dict[int, str]] = {}
    for (row, column), value in sorted(sheet.cells.items()):
        if not isinstance(value, str) or texts.clean(value):
            by_row.setdefault(row, {})[column] = text_of(value)
    if not by_row:
        raise InputError(Problem("file_empty", file=sheet.file, place=sheet.name))
    first = heading
    if first is None:
        first = _known(sheet, by_row, shapes) or _heading(sheet, by_row, vocabulary)
    if first not in by_row:
        raise InputError(Problem("assist_no_heading", file=sheet.file, place="--heading-row", value=first or None,
                                 allowed=", ".join(map(str, list(by_row)[:_DEPTH])) if heading else ""))  # fmt: skip
    return _block(sheet, by_row, first)


def _block(sheet: Sheet, by_row: Mapping[int, Mapping[int, str]], first: int) -> Block:
    merged, last, paths = _headings(sheet, by_row, first)
    body, second = _body(by_row, paths, last)
    rows = [row for row in body if not _is_numbering(by_row[row])]
    down = [(top, left, bottom, left) for top, left, bottom, right in merged if top > last and left == right]
    labels = {(row, column): text for row in rows for column, text in by_row[row].items()}
    kept = set(rows)
    labels |= {at: text for at, text in _spread(by_row, down) if at[0] in kept}
    if not rows:
        raise InputError(Problem("csv_header_only", file=sheet.file, line=first, place=sheet.name))
    titles = tuple(((row, column), text) for row in by_row if row < first for column, text in by_row[row].items())
    tail = [row for row in by_row if row > rows[-1] and (not second or row < second)]
    below = tuple(((row, column), text) for row in tail for column, text in by_row[row].items())
    return Block(sheet, (first, last), paths, tuple(rows), labels, titles, below, second)


def _headings(
    sheet: Sheet, by_row: Mapping[int, Mapping[int, str]], first: int
) -> tuple[list[tuple[int, int, int, int]], int, dict[int, tuple[str, ...]]]:
    """Merged ranges, the last heading row and the heading of each column, where the heading begins at a row."""
    ends = max(by_row), max(column for row in by_row.values() for column in row)
    merged = list(_ranges(sheet.scan.merged, ends))
    last = _last_head(by_row, merged, first)
    heads = [(top, left, min(bottom, last), right) for top, left, bottom, right in merged if first <= top <= last]
    spread = dict(_spread(by_row, heads))
    columns = sorted({column for row in by_row if row >= first for column in by_row[row]})
    return merged, last, {column: _path(spread, by_row, column, first, last) for column in columns}


def _known(sheet: Sheet, by_row: Mapping[int, Mapping[int, str]], shapes: Collection[str]) -> int | None:
    """The first row that begins headings which were read before."""
    for row in list(by_row)[:_DEPTH] if shapes else ():
        if len(by_row[row]) > 1 and _shape(_headings(sheet, by_row, row)[2]) in shapes:
            return row
    return None


def _ranges(merged: Sequence[str], ends: tuple[int, int]) -> Iterator[tuple[int, int, int, int]]:
    """Merged cells as top, left, bottom, right, never beyond what the sheet holds."""
    for ref in dict.fromkeys(merged):
        found = _MERGED.fullmatch(ref)
        if found:
            left, top, right, bottom = found.groups()
            box = int(top), _number(left), min(int(bottom or top), ends[0]), min(_number(right or left), ends[1])
            if box[0] <= box[2] and box[1] <= box[3]:
                yield box


def _number(letters: str) -> int:
    column = 0
    for letter in letters:
        column = column * _LETTERS + ord(letter) - _FIRST_LETTER
    return column


def _spread(
    by_row: Mapping[int, Mapping[int, str]], merged: Sequence[tuple[int, int, int, int]]
) -> Iterator[tuple[Address, str]]:
    """The text of each merged range at all of its cells."""
    for top, left, bottom, right in merged:
        text = by_row.get(top, {}).get(left, "")
        if text:
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    yield (row, column), text


def _last_head(by_row: Mapping[int, Mapping[int, str]], merged: Sequence[tuple[int, int, int, int]], first: int) -> int:
    """The last heading row: as far as merged heads reach, and one more below a head merged over several columns."""
    last = first
    for row in range(first, first + _LEVELS):
        if row > last:
            break
        boxes = [box for box in merged if box[0] == row]
        below = by_row.get(row + 1, {})
        last = max([last, *(min(box[2], first + _LEVELS - 1) for box in boxes)])
        wide = [box for box in boxes if box[3] > box[1] and box[2] == row]
        if wide and any(column in below for box in wide for column in range(box[1], box[3] + 1)):
            last = max(last, row + 1)
    return last


def _path(
    spread: Mapping[Address, str], by_row: Mapping[int, Mapping[int, str]], column: int, first: int, last: int
) -> tuple[str, ...]:
    """The heading of a column from the top down, each text once."""
    found = (spread.get((row, column)) or by_row.get(row, {}).get(column, "") for row in range(first, last + 1))
    return tuple(dict.fromkeys(text for text in found if text))


def _heading(sheet: Sheet, by_row: Mapping[int, Mapping[int, str]], vocabulary: Vocabulary) -> int | None:
    """The first row of which at least half is understood, with something only a heading says; None where none is."""
    best: tuple[int, int] | None = None
    for row in list(by_row)[:_DEPTH]:
        said = [vocabulary.read([text]) for text in by_row[row].values()]
        score = sum(map(_heads, said))
        if score > 1 and 2 * score >= len(said) and (_is_heading(said) and _names_columns(sheet, by_row[row], row)):
            return row
        if score and _is_heading(said) and (best is None or score > best[0]):
            best = (score, row)
    return best[1] if best else None


def _heads(said: Said) -> bool:
    """Whether a text could be a heading."""
    return bool(said.role or said.terms or said.area or said.status or said.moment) and not said.rest


def _is_heading(said: Sequence[Said]) -> bool:
    """Whether a row names columns, by a role, by indicators or by times and states, rather than being a title."""
    roles = sum(bool(one.role and one.role != "total") for one in said)
    terms, others = sum(bool(one.terms) for one in said), sum(bool(one.moment or one.status) for one in said)
    return roles > 0 or terms > 1 or others > 1


def _names_columns(sheet: Sheet, row: Mapping[int, str], number: int) -> bool:
    """Whether no figure stands in a row; years are none."""
    numbers = [sheet.cells[number, column] for column in row]
    return not any(isinstance(value, float) or (isinstance(value, int) and not _is_year(value)) for value in numbers)


def _is_year(value: Value) -> bool:
    return isinstance(value, int) and texts.limit("first_year") <= value <= texts.limit("last_year")


def _body(
    by_row: Mapping[int, Mapping[int, str]], paths: Mapping[int, tuple[str, ...]], last: int
) -> tuple[list[int], int]:
    """Rows of the body down to its last row with more than one cell, and the row that heads another table."""
    head = {texts.clean(path[-1]) for path in paths.values() if path}
    rows: list[int] = []
    for row in (row for row in by_row if row > last):
        cells = by_row[row]
        if len(cells) > 1 and set(cells.values()) <= head:
            continue  # the heading again, on the next printed page
        roles = {role_of(text) for text in list(cells.values())[:_LOOKED]}
        if len(roles & {"indicator", "area", "unit", "number", "value", "year"}) > 1:
            return _trimmed(rows, by_row), row
        rows.append(row)
    return _trimmed(rows, by_row), 0


def _trimmed(rows: list[int], by_row: Mapping[int, Mapping[int, str]]) -> list[int]:
    """Without what stands alone at the end: the source, a date, whoever signed."""
    while rows and (len(by_row[rows[-1]]) < 2 or not _has_figure(by_row[rows[-1]])):  # noqa: PLR2004
        rows = rows[:-1]
    return rows


def _has_figure(row: Mapping[int, str]) -> bool:
    """Whether a row holds a digit, or says that a figure is missing, behind its first cell."""
    rest = [text for column, text in row.items() if column != min(row)]
    return any(re.search("[0-9]", text) or is_missing(text) for text in rest)


def _is_numbering(row: Mapping[int, str]) -> bool:
    """Whether a row only numbers its columns: A, B, 1, 2, 3."""
    numbers = [int(digits) for text in row.values() if (digits := text.strip("()")).isdecimal()]
    counted = len(numbers) > 1 and all(one == numbers[0] + place for place, one in enumerate(numbers))
    return counted and numbers[0] == 1 and all(_NUMBERED.fullmatch(text) for text in row.values())
