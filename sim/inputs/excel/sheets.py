"""The workbook of a scenario back to the data of a scenario file, every value with its cell."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import Any

from sim.domain import INDICATORS, LINES, InputError, Problem
from sim.inputs.excel import book
from sim.inputs.excel.offices import is_total, year_in
from sim.inputs.excel.workbook import Address, Percent, Sheet, Value, parse_workbook
from sim.inputs.text import (
    Document,
    Mark,
    Place,
    clean,
    limit,
    nearest,
    read_number,
    refuse,
    settle_decimal,
    shown,
    slug_like,
)
from sim.inputs.yaml import LANGUAGES, load_catalogue

#: How many columns of each sheet are read.
_COLUMNS = {
    book.SCENARIO: 2, book.MONEY: len(book.MONEY_COLUMNS), book.AREAS: len(book.AREA_COLUMNS),
    book.WORLD: len(book.OVERRIDE_COLUMNS),
    book.TARGETS: len(book.TARGET_COLUMNS),
}  # fmt: skip
#: What of the data a table holds.
_PLACE_OF: Mapping[tuple[str, ...], Place] = {
    book.MONEY_COLUMNS: ("plan",), book.AREA_COLUMNS: ("plan", "areas"), book.OVERRIDE_COLUMNS: ("world",),
    book.TARGET_COLUMNS: ("targets",),
}  # fmt: skip
_TEXTS = frozenset({"slug", "id", "world"})
#: {column: cell} of the cells of one row that hold something.
_Row = dict[str, Address]
#: A number with the unit money has anyway.
_IN_BILLIONS = re.compile(r"(.*[0-9])\s*(?:tỷ|tỉ|ty|billion)\b.*", re.IGNORECASE)


@dataclass
class _Found:
    """What was read so far: nested data, the cell of each place, what is wrong, and places lost by that."""

    data: dict[Any, Any] = field(default_factory=dict)
    cells: dict[Place, tuple[Sheet, Address]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    lost: set[Place] = field(default_factory=set)

    def put(self, sheet: Sheet, at: Address, place: Place, value: Any) -> None:
        """Put a value at a place of the data and remember its cell."""
        inner = self.data
        for part in place[:-1]:
            inner = inner.setdefault(part, {})
        inner[place[-1]] = value
        self.cells[place] = (sheet, at)
        self.cells.setdefault(place[:-1], (sheet, at))


def is_scenario_book(sheets: Mapping[str, Sheet]) -> bool:
    """Whether a workbook is one that `scenario_book` made, in any of its languages."""
    return any(title in sheets for title in _in_all_languages(f"workbook.sheet_{book.SCENARIO}"))


def parse_scenario_book(raw: bytes, *, file: str) -> Document:
    """A scenario's workbook as the document its YAML file would give.

    Raises
    ------
    InputError
        When it is no workbook of a scenario, or a cell of it is merged or no value.
    """
    sheets = parse_workbook(raw, file=file)
    found = _Found()
    scenario, money, world = (
        _sheet(sheets, name, found, file=file) for name in (book.SCENARIO, book.MONEY, book.WORLD)
    )
    divided = any(title in sheets for title in _in_all_languages(f"workbook.sheet_{book.AREAS}"))
    areas = _sheet(sheets, book.AREAS, found, file=file) if divided else None
    refuse(problem for problem in found.problems if not problem.warning)
    _read_fields(found, scenario, book.FIELDS, ())
    _read_world(found, scenario)
    _read_money(found, money)
    if areas:
        _read_areas(found, areas)
    if any(title in sheets for title in _in_all_languages(f"workbook.sheet_{book.TARGETS}")):
        _read_targets(found, _sheet(sheets, book.TARGETS, found, file=file))
    if found.data.get("world") == book.OWN:
        found.data["world"] = {}
        _read_fields(found, world, book.WORLD_FIELDS, ("world",))
        _read_overrides(found, world)
        if found.data["world"] == {"overrides": {}} and not found.problems:
            sheet, at = found.cells["world",]
            found.problems.append(sheet.problem("world_own_empty", at, params={"sheet": world.name}))
    elif head := _key_row(world, book.OVERRIDE_COLUMNS):
        filled = [row for row, column in world.cells if column == 1 and row > head]
        found.problems += [world.problem("world_not_own", (min(filled), 1))] if filled else []
    marks: dict[Place, Mark] = {place: at for place, (_, at) in found.cells.items()}
    addresses = {place: sheet.address(at) for place, (sheet, at) in found.cells.items()}
    refused = {place for place in marks if any(addresses[place] == bad.place for bad in found.problems)}
    lost, shares = frozenset(refused | found.lost), ("plan", "areas", "shares")
    return Document(file, found.data, marks, {}, tuple(found.problems), lost, addresses, shares)


def _in_all_languages(key: str) -> list[str]:
    return [load_catalogue(language).text(key) for language in LANGUAGES]


def _sheet(sheets: Mapping[str, Sheet], name: str, found: _Found, *, file: str) -> Sheet:
    titles = _in_all_languages(f"workbook.sheet_{name}")
    for title in titles:
        if title in sheets:
            found.problems += sheets[title].form_problems(columns=_COLUMNS[name])
            return sheets[title]
    allowed, near = ", ".join(titles), nearest(titles[0], sheets)
    raise InputError(Problem("sheet_missing", file=file, value=titles[0], allowed=allowed, suggestion=near))


def _read_fields(found: _Found, sheet: Sheet, keys: tuple[str, ...], at: Place) -> None:
    """Single values, each in the second column of the row that carries its key."""
    for (row, column), key in sorted(sheet.cells.items()):
        if column > 2 and key in keys and (row, 2) in sheet.cells:
            place = (*at, *str(key).split("."))
            value = _field(str(key), sheet.cells[row, 2])
            if isinstance(value, str):
                found.problems += sheet.hidden_characters((row, 2), value)
            found.put(sheet, (row, 2), place, value)


def _read_world(found: _Found, sheet: Sheet) -> None:
    """The world by its name in the sheet's list, or by its slug."""
    named, names = found.data.get("world"), _worlds(sheet)
    if isinstance(named, str):
        found.data["world"] = names.get(named, named)
        if named not in (*names, book.OWN) and slug_like(named) != named:
            _, at = found.cells["world",]
            choices = {"allowed": ", ".join(names), "suggestion": nearest(named, names)}
            found.problems.append(sheet.problem("not_one_of", at, value=shown(named), **choices))


def _worlds(sheet: Sheet) -> dict[str, str]:
    """{name: slug} of the worlds the sheet lists with their keys."""
    keys = {at: str(key).removeprefix(book.WORLD_KEY) for at, key in sheet.cells.items() if _is_world_key(key)}
    return {clean(str(sheet.cells[row, 2])): slug for (row, _), slug in keys.items() if (row, 2) in sheet.cells}


def _is_world_key(value: Value) -> bool:
    return isinstance(value, str) and value.startswith(book.WORLD_KEY)


def _field(key: str, value: Value) -> Any:
    """A single value: choices by their words, names as text, whole numbers as such."""
    if isinstance(value, str):
        value = clean(value)
        return next(
            (meant for meant in book.CHOICES.get(key, ()) if value in _in_all_languages(book.CHOICES[key][meant])),
            value,
        )
    if isinstance(value, bool):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value) if key.rpartition(".")[2] in (*_TEXTS, *LANGUAGES) else value


def _key_row(sheet: Sheet, columns: tuple[str, ...]) -> int:
    """The row that carries the keys of a table; 0 when there is none."""
    rows: dict[int, set[Any]] = {}
    for (row, _), value in sheet.cells.items():
        if value in columns:
            rows.setdefault(row, set()).add(value)
    return next((row for row in sorted(rows) if rows[row] == set(columns)), 0)


def _table(found: _Found, sheet: Sheet, columns: tuple[str, ...]) -> list[_Row]:
    """{column: cell} of each row of a table, only cells that hold something."""
    head = _key_row(sheet, columns)
    if not head:
        missing = Problem("table_keys_missing", file=sheet.file, place=sheet.name, allowed=", ".join(columns))
        found.problems.append(missing)
        found.lost.add(_PLACE_OF[columns])
        return []
    place = {value: column for (row, column), value in sheet.cells.items() if row == head and value in columns}
    keyed = sorted({row for row, column in sheet.cells if row > head and column in place.values()})
    return [{name: (row, place[name]) for name in columns if (row, place[name]) in sheet.cells} for row in keyed]


def _read_money(found: _Found, sheet: Sheet) -> None:
    rows = _without_totals(found, sheet, _table(found, sheet, book.MONEY_COLUMNS))
    money = [at for row in rows for name, at in row.items() if name != "year"]
    numbers = _numbers(found, sheet, money, money=frozenset(money))

    for year, row in _keyed(found, sheet, rows, "year", partial(_year, found, sheet)):
        for name, at in row.items():
            if name != "year":
                place: Place = ("fund", year) if name == "fund" else ("lines", name, year)
                found.put(sheet, at, ("plan", *place), numbers[at])
    plan = found.data.setdefault("plan", {})
    if isinstance(plan, dict):
        for name in LINES:
            plan.setdefault("lines", {}).setdefault(name, {})


def _year(found: _Found, sheet: Sheet, at: Address) -> Any:
    """The year of a cell, or None where it was refused."""
    value = sheet.cells[at]
    if isinstance(value, str):
        if year := year_in(value):
            return int(year)
        limits = f"{limit('first_year')} … {limit('last_year')}"
        found.problems.append(sheet.problem("bad_year", at, value=shown(value), allowed=limits))
        return None
    year = _number(found, sheet, at, ".", False)
    return int(year) if isinstance(year, Decimal) and year == int(year) else year


def _percent(value: Value) -> Decimal | None:
    """A share that is shown or typed in per cent; None for any other number, and where it has two readings."""
    if not isinstance(value, str) or not clean(value).endswith("%"):
        return None
    text = clean(value).removesuffix("%").strip()
    sign = "." if isinstance(value, Percent) else settle_decimal([text]).decimal or "."
    number = read_number(text, decimal=sign).value
    return None if number is None else number.scaleb(-2)


def _read_areas(found: _Found, sheet: Sheet) -> None:
    """Shares by line, area and year; a row without any states nothing."""
    rows = [row for row in _table(found, sheet, book.AREA_COLUMNS) if set(row) & set(LINES)]
    shares = [row[line] for row in rows for line in LINES if line in row]
    percents = {at: share for at in shares if (share := _percent(sheet.cells[at])) is not None}
    numbers = {**_numbers(found, sheet, [at for at in shares if at not in percents]), **percents}

    def key_at(row: _Row) -> Any:
        year = _year(found, sheet, row["from"])
        return None if year is None else (year, clean(str(sheet.cells[row["area"]])))

    keyed = [{**row, "key": row["from"]} for row in rows if {"from", "area"} <= set(row)]
    for row in rows:
        if not {"from", "area"} <= set(row):
            found.problems.append(sheet.problem("cell_missing", (next(iter(row.values()))[0], 1)))
    by_key = {row["key"]: row for row in keyed}
    for (year, area), row in _keyed(found, sheet, keyed, "key", lambda at: key_at(by_key[at])):
        for line in LINES:
            if line in row:
                place: Place = ("plan", "areas", "shares", line)
                found.put(sheet, row[line], (*place, area, year), numbers[row[line]])
                for above in (place, place[:2]):
                    found.cells.setdefault(above, (sheet, row[line]))


def _read_targets(found: _Found, sheet: Sheet) -> None:
    """Targets of one's own, one a row; indicators by their names in any language, or by their ids."""
    names = {name: one.id for one in INDICATORS for name in _in_all_languages(f"terms.{one.id}")}
    rows = _table(found, sheet, book.TARGET_COLUMNS)
    numeric = ("year", "level", "high")
    numbers = _numbers(found, sheet, [row[name] for row in rows for name in numeric if name in row])
    targets: list[dict[str, Any]] = []
    for number, row in enumerate(rows):
        target: dict[str, Any] = {}
        for name, at in row.items():
            value = numbers[at] if name in numeric else clean(str(sheet.cells[at]))
            if name == "year" and isinstance(value, Decimal) and value == int(value):
                value = int(value)
            elif name == "indicator":
                found.problems += _not_listed(sheet, at, str(value), names)
                value = names.get(str(value), value)
            elif name not in numeric:
                found.problems += sheet.hidden_characters(at, str(value))
            inner, (*above, last) = target, name.split(".")
            for part in above:
                inner = inner.setdefault(part, {})
            inner[last] = value
            found.cells["targets", number, *name.split(".")] = (sheet, at)
        first = next(iter(row.values()))
        for place in (("targets",), ("targets", number), ("targets", number, "label")):
            found.cells.setdefault(place, (sheet, first))
        targets.append(target)
    if targets:
        found.data["targets"] = targets


def _not_listed(sheet: Sheet, at: Address, name: str, names: Mapping[str, str]) -> Iterator[Problem]:
    """The refusal of an indicator that is none by name or id, with the names the sheet lists at its side."""
    if name not in names and name not in names.values():
        listed = [str(value) for (_, column), value in sorted(sheet.cells.items()) if column > at[1] and value in names]
        choices = {"allowed": ", ".join(listed), "suggestion": nearest(name, names)}
        yield sheet.problem("not_one_of", at, value=shown(name), **choices)


def _without_totals(found: _Found, sheet: Sheet, rows: list[_Row]) -> list[_Row]:
    """The rows of years; a row of totals is left out, and said to be."""
    totals = [row for row in rows if "year" in row and is_total(str(sheet.cells[row["year"]]))]
    for row in totals:
        value = shown(sheet.cells[row["year"]])
        found.problems.append(sheet.problem("row_left_out", row["year"], value=value, warning=True))
    return [row for row in rows if row not in totals]


def _read_overrides(found: _Found, sheet: Sheet) -> None:
    rows = _table(found, sheet, book.OVERRIDE_COLUMNS)
    numeric = [name for name in book.OVERRIDE_COLUMNS if name != "id" and not name.startswith("reason.")]
    numbers = _numbers(found, sheet, [row[name] for row in rows for name in numeric if name in row])
    found.data["world"].setdefault("overrides", {})
    for key, row in _keyed(found, sheet, rows, "id", lambda at: str(_field("id", sheet.cells[at]))):
        place: Place = ("world", "overrides", key)
        for name, at in row.items():
            if name != "id":
                value = numbers[at] if name in numeric else _field(name, sheet.cells[at])
                found.problems += sheet.hidden_characters(at, value) if isinstance(value, str) else []
                found.put(sheet, at, (*place, *name.split(".")), value)
        found.cells[place] = (sheet, row["id"])


def _keyed(
    found: _Found, sheet: Sheet, rows: Iterable[_Row], column: str, key_at: Callable[[Address], Any]
) -> Iterator[tuple[Any, _Row]]:
    """The rows by what stands in one column; a row without it, or with that of an earlier one, is refused."""
    first: dict[Any, int] = {}
    for row in rows:
        if column not in row:
            line, _ = next(iter(row.values()))
            found.problems.append(sheet.problem("cell_missing", (line, 1)))
            continue
        key = key_at(row[column])
        if key is None:
            continue  # it was told
        if key in first:
            params = {"first": first[key], "key": shown(key)}
            found.problems.append(sheet.problem("duplicate_key", row[column], params=params, value=shown(key)))
            continue
        first[key] = row[column][0]
        yield key, row


def _numbers(
    found: _Found, sheet: Sheet, cells: list[Address], *, money: Collection[Address] = ()
) -> dict[Address, Any]:
    """Numbers of a table, `money` those in tỷ đồng; those typed as text must all be readable in one way."""
    texts = {at: clean(value) for at in cells if isinstance(value := sheet.cells[at], str)}
    settled = settle_decimal(list(texts.values()))
    if settled.problem:
        at = list(texts)[settled.rows[0]]
        key, params = settled.refusal(list(texts.values()), [sheet.address(cell) for cell in texts], cells=True)
        found.problems.append(sheet.problem(key, at, params=params, value=shown(texts[at])))
    unread = texts if settled.problem else ()
    sign = settled.decimal or "."
    return {at: None if at in unread else _number(found, sheet, at, sign, at in money) for at in cells}


def _number(found: _Found, sheet: Sheet, at: Address, decimal: str, money: bool) -> Any:
    value = sheet.cells[at]
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        found.problems.append(sheet.problem("cell_money" if money else "cell_number", at, value=shown(value)))
        return None
    if not isinstance(value, str):
        return value if isinstance(value, int) else Decimal(repr(value))
    reading = read_number(clean(value), decimal=decimal, grouped=True)
    if reading.value is None:
        key, hint = reading.problem, reading.hint
        if key == "number_with_words" and money:
            # the number alone where the text names tỷ đồng; no other unit is converted
            alone = _IN_BILLIONS.fullmatch(clean(value))
            sure = alone and settle_decimal([alone.group(1)]).decimal
            key, hint = "money_with_words", alone.group(1) if alone and sure else ""
        found.problems.append(sheet.problem(key, at, params={"decimal": decimal}, value=shown(value), suggestion=hint))
    return reading.value
