"""A scenario as an Excel workbook people can fill in: lists to choose from, limits, and notes in their language.

Sheets of values (the scenario, its money, its areas where a province has several, its world, its targets) and one of
guidance.
Grey keys stand beside the words, so that a sheet is read back by its keys whatever language its words are in.
"""

import io
from collections.abc import Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from sim.domain import INDICATORS, LINES, Plan, Register, Scenario, World
from sim.inputs.excel.workbook import letters
from sim.inputs.text import exact_text, limit, put
from sim.inputs.yaml import Catalogue, plan_data, target_data, unit_key, world_data

SCENARIO, MONEY, AREAS, WORLD, GUIDE, TARGETS = "scenario", "money", "areas", "world", "guide", "targets"
#: Keys of the sheet of single values, in order.
FIELDS = (
    "slug", "label.vi", "label.en", "horizon", "world",
    "plan.slug", "plan.label.vi", "plan.label.en", "plan.price_basis", "plan.repeat_last",
)  # fmt: skip
WORLD_FIELDS = ("slug", "label.vi", "label.en", "description.vi", "description.en")
MONEY_COLUMNS = ("year", "fund", *LINES)
AREA_COLUMNS = ("from", "area", *LINES)
OVERRIDE_COLUMNS = ("id", "p10", "p50", "p90", "value", "reason.vi", "reason.en")
TARGET_COLUMNS = ("indicator", "year", "level", "high", "label.vi", "label.en")
#: Stands for a world of the workbook's own, on its third sheet.
OWN = "own"
#: Stands before the slug of each world that is listed by its name.
WORLD_KEY = "world:"
_HEAD_ROW, _KEY_ROW, _FIRST_ROW = 4, 5, 6
_SPARE_ROWS = 40
#: Shares as a person writes them; the cell holds every digit.
_SHARE_FORMAT = "0.####%"
#: Most characters Excel takes in a list or a prompt.
_LONGEST_RULE = 255
_INK, _SHADE, _KEY_INK, _ALARM, _PAST = "FF1C2A2E", "FFD3E8E4", "FF8A9A96", "FFFCE4E0", "FFE3E6E5"
_WIDE, _MIDDLE, _NARROW = 84, 34, 16


def scenario_book(
    scenario: Scenario,
    words: Catalogue,
    *,
    worlds: Mapping[str, World],
    register: Register,
    areas: Mapping[str, str] = MappingProxyType({}),
    present: int = 0,
) -> bytes:
    """The workbook of a scenario.

    Parameters
    ----------
    words : texts of the language its words are in
    worlds : worlds of the data root, offered in a list; another world is written out on its sheet
    register : assumptions a world may restate, listed beside their limits
    areas : {code: name} of a province of several, between which money may be divided
    present : the planning year; money of years before it is marked and not to be changed

    Returns
    -------
    Bytes of the .xlsx file
    """
    import openpyxl

    book = openpyxl.Workbook()
    book.remove(book.active)
    own = worlds.get(scenario.world.slug) != scenario.world
    _fields_sheet(_sheet(book, words, SCENARIO), scenario, words, worlds=worlds, own=own)
    _money_sheet(_sheet(book, words, MONEY), scenario.plan, words, present)
    if areas or scenario.plan.areas:
        _areas_sheet(_sheet(book, words, AREAS), scenario.plan, words, areas)
    _world_sheet(_sheet(book, words, WORLD), scenario.world if own else None, words, register)
    _targets_sheet(_sheet(book, words, TARGETS), scenario, words)
    _guide_sheet(_sheet(book, words, GUIDE), words, register)
    book.properties.creator = "coopsim"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _sheet(book: Any, words: Catalogue, name: str) -> Any:
    from openpyxl.styles import Alignment

    page = book.create_sheet(words.text(f"workbook.sheet_{name}"))
    page.page_setup.orientation, page.page_setup.fitToHeight = "landscape", False
    page.sheet_properties.pageSetUpPr.fitToPage = True
    put(page.cell(1, 1), words.text(f"workbook.title_{name}")).font = _font(size=14, bold=True)
    note = put(page.cell(2, 1), words.text(f"workbook.note_{name}"))
    note.font, note.alignment = _font(italic=True), Alignment(vertical="top")
    return page


def _font(*, size: int = 11, color: str = _INK, bold: bool = False, italic: bool = False) -> Any:
    from openpyxl.styles import Font

    return Font(name="Calibri", size=size, color=color, bold=bold, italic=italic)


def _head(page: Any, row: int, texts: Sequence[str], widths: Sequence[int]) -> None:
    from openpyxl.styles import Alignment, PatternFill
    from openpyxl.utils import get_column_letter

    page.row_dimensions[row].height = 32  # two lines of letters [points]
    for column, (text, width) in enumerate(zip(texts, widths, strict=True), start=1):
        cell = put(page.cell(row, column), text)
        cell.font, cell.fill = _font(bold=True), PatternFill("solid", fgColor=_SHADE)
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        page.column_dimensions[get_column_letter(column)].width = width


def _keys(page: Any, row: int, keys: Sequence[str]) -> None:
    for column, key in enumerate(keys, start=1):
        put(page.cell(row, column), key).font = _font(size=8, color=_KEY_INK)


def _fields_sheet(page: Any, scenario: Scenario, words: Catalogue, *, worlds: Mapping[str, World], own: bool) -> None:
    from openpyxl.styles import Alignment

    heads = [words.text(f"workbook.head_{name}") for name in ("field", "value", "note", "key")]
    _head(page, _HEAD_ROW, heads, (_MIDDLE, _MIDDLE, _WIDE, _NARROW))
    plan = plan_data(scenario.plan)
    labels = {slug: world.label[words.language] for slug, world in worlds.items()}
    several = {label for label in labels.values() if list(labels.values()).count(label) > 1}
    known = {slug: f"{label} ({slug})" if label in several else label for slug, label in labels.items()}
    world = OWN if own else known[scenario.world.slug]
    values = {"slug": scenario.slug, "horizon": scenario.horizon, "world": world}
    values |= {f"label.{lang}": text for lang, text in scenario.label.items()}
    values |= {f"plan.label.{lang}": text for lang, text in plan["label"].items()}
    values |= {f"plan.{key}": plan[key] for key in ("slug", "price_basis", "repeat_last")}
    for row, key in enumerate(FIELDS, start=_KEY_ROW):
        name = key.replace(".", "_")
        put(page.cell(row, 1), words.text(f"workbook.field_{name}"))
        choices = {value: words.text(name) for value, name in CHOICES.get(key, {}).items()}
        help_text = words.text(f"workbook.help_{name}")
        put(page.cell(row, 2), choices.get(values[key], values[key])).alignment = Alignment(horizontal="left")
        put(page.cell(row, 3), help_text).alignment = Alignment(wrap_text=True)
        put(page.cell(row, 4), key).font = _font(size=8, color=_KEY_INK)
        if key == "world":
            listed = _worlds(page, _KEY_ROW + len(FIELDS) + 1, {**known, OWN: choices[OWN]}, words)
            _rule(page, f"B{row}", help_text, type="list", formula1=listed)
        elif choices:
            _rule(page, f"B{row}", help_text, type="list", formula1=f'"{",".join(choices.values())}"')
    at = f"B{_KEY_ROW + FIELDS.index('horizon')}"
    _between(page, at, words.text("workbook.help_horizon"), "whole", limit("first_year"), limit("last_year"))
    page.freeze_panes = page.cell(_KEY_ROW, 2)


def _worlds(page: Any, first: int, names: Mapping[str, str], words: Catalogue) -> str:
    """The worlds there are, by their names, each with its key at the side; returns the cells a list is made of."""
    put(page.cell(first, 1), words.text("workbook.worlds_known")).font = _font(bold=True)
    for row, (slug, name) in enumerate(names.items(), start=first):
        put(page.cell(row, 2), name)
        put(page.cell(row, 4), f"{WORLD_KEY}{slug}").font = _font(size=8, color=_KEY_INK)
    return f"$B${first}:$B${first + len(names) - 1}"


#: Values worded in the sheet, by key: {value: key of its words}.
CHOICES: Mapping[str, Mapping[Any, str]] = {
    "plan.price_basis": {"nominal": "terms.basis_nominal", "real_2023": "terms.basis_real"},
    "plan.repeat_last": {True: "workbook.choice_yes", False: "workbook.choice_no"},
    "world": {OWN: "workbook.own_world"},
}


def _money_sheet(page: Any, plan: Plan, words: Catalogue, present: int) -> None:
    from openpyxl.comments import Comment
    from openpyxl.formatting.rule import FormulaRule
    from openpyxl.styles import PatternFill
    from openpyxl.utils import get_column_letter

    heads = [words.text("workbook.head_year"), words.text("workbook.head_fund")]
    heads += [words.text(f"terms.line_{line}") for line in LINES] + [words.text("workbook.head_left")]
    _head(page, _HEAD_ROW, heads, (_NARROW, _NARROW, *(_NARROW + 6 for _ in LINES), _NARROW))
    _keys(page, _KEY_ROW, MONEY_COLUMNS)
    for column, key in enumerate(MONEY_COLUMNS, start=1):
        page.cell(_HEAD_ROW, column).comment = Comment(words.text(f"workbook.help_{key}"), "coopsim")
    data = plan_data(plan)
    series = {"fund": data["fund"], **data["lines"]}
    years = sorted({year for money in series.values() for year in money})
    # Columns of the fund, of the first and the last line, and of what is left.
    first, line, end, rest = map(get_column_letter, (2, 3, len(MONEY_COLUMNS), len(MONEY_COLUMNS) + 1))
    for row, year in enumerate(years, start=_FIRST_ROW):
        put(page.cell(row, 1), year)
        for column, name in enumerate(MONEY_COLUMNS[1:], start=2):
            put(page.cell(row, column), series[name].get(year)).number_format = "#,##0.0########"
        left = f"={first}{row}-SUM({line}{row}:{end}{row})"
        page.cell(row, len(MONEY_COLUMNS) + 1, left).number_format = "#,##0.0########"
    last = _FIRST_ROW + len(years) + _SPARE_ROWS
    years_of, money = words.text("workbook.help_year"), words.text("workbook.help_money")
    past = [row for row, year in enumerate(years, start=_FIRST_ROW) if year < present]
    _mark_past(page, past, words.text("workbook.past_money", year=present))
    upon = _FIRST_ROW + len(past)
    _between(page, f"A{upon}:A{last}", years_of, "whole", limit("first_year"), limit("last_year"))
    _between(page, f"{first}{upon}:{end}{last}", money, "decimal", 0, limit("annual_fund"))
    over = f"SUM(${line}{_FIRST_ROW}:${end}{_FIRST_ROW})>${first}{_FIRST_ROW}+0.0000000001"
    alarm = FormulaRule([over], fill=PatternFill("solid", bgColor=_ALARM))
    page.conditional_formatting.add(f"A{_FIRST_ROW}:{rest}{last}", alarm)
    page.freeze_panes = page.cell(_FIRST_ROW, 2)


def _mark_past(page: Any, rows: Sequence[int], note: str) -> None:
    """Rows of years that are over: grey, with the reason beside them, and refused by Excel itself when typed over."""
    from openpyxl.styles import PatternFill

    beside = len(MONEY_COLUMNS) + 2
    for row in rows:
        for column in range(1, beside):
            page.cell(row, column).fill = PatternFill("solid", fgColor=_PAST)
        put(page.cell(row, beside), note).font = _font(italic=True, color=_KEY_INK)
    if rows:
        _rule(page, f"A{rows[0]}:{letters(len(MONEY_COLUMNS))}{rows[-1]}", note, type="custom", formula1="FALSE")


def _targets_sheet(page: Any, scenario: Scenario, words: Catalogue) -> None:
    """Targets of one's own, by the names of what they are for; what there is stands at the side with its unit."""
    named = (key.replace(".", "_").replace("high", "upper") for key in TARGET_COLUMNS)
    heads = [words.text(f"workbook.head_{name}") for name in named]
    _head(page, _HEAD_ROW, heads, (_WIDE // 2, _NARROW, _NARROW, _NARROW, _MIDDLE, _MIDDLE))
    _keys(page, _KEY_ROW, TARGET_COLUMNS)
    for row, target in enumerate(scenario.targets, start=_FIRST_ROW):
        data = target_data(target)
        values = [words.text(f"terms.{target.indicator}"), *(_inside(data, key) for key in TARGET_COLUMNS[1:])]
        for column, value in enumerate(values, start=1):
            put(page.cell(row, column), value)
    side, known = len(TARGET_COLUMNS) + 2, [one for one in INDICATORS if one.better and not one.part_of]
    put(page.cell(_KEY_ROW, side), words.text("workbook.targets_known")).font = _font(bold=True)
    page.column_dimensions[letters(side)].width = _WIDE // 2
    for row, one in enumerate(known, start=_FIRST_ROW):
        put(page.cell(row, side), words.text(f"terms.{one.id}"))
        put(page.cell(row, side + 1), words.text(f"terms.{unit_key(one.unit)}"))
    last = _FIRST_ROW + len(scenario.targets) + _SPARE_ROWS
    names = f"${letters(side)}${_FIRST_ROW}:${letters(side)}${_FIRST_ROW + len(known) - 1}"
    _rule(page, f"A{_FIRST_ROW}:A{last}", words.text("workbook.help_indicator"), type="list", formula1=names)
    years = words.text("workbook.help_target_year")
    _between(page, f"B{_FIRST_ROW}:B{last}", years, "whole", limit("first_year"), limit("last_year"))
    page.freeze_panes = page.cell(_FIRST_ROW, 2)


def _areas_sheet(page: Any, plan: Plan, words: Catalogue, areas: Mapping[str, str]) -> None:
    """Shares of each line's money by area, from each year that states any; empty cells state none."""
    from openpyxl.comments import Comment

    lines = [words.text(f"terms.line_{line}") for line in LINES]
    first, second, name = (words.text(f"workbook.head_{head}") for head in ("from", "area", "name"))
    heads = [first, second, *lines, name]
    _head(page, _HEAD_ROW, heads, (_NARROW, _NARROW, *(_NARROW + 6 for _ in LINES), _MIDDLE))
    _keys(page, _KEY_ROW, AREA_COLUMNS)
    for column, key in enumerate(AREA_COLUMNS[:2], start=1):
        page.cell(_HEAD_ROW, column).comment = Comment(words.text(f"workbook.help_{key}"), "coopsim")
    years = sorted({year for stated in plan.areas.values() for year in stated}) or [min(plan.fund)]
    named = {area for stated in plan.areas.values() for shares in stated.values() for area in shares}
    codes = [*areas, *sorted(named - set(areas))]
    row = _FIRST_ROW
    for year in years:
        for code in codes:
            put(page.cell(row, 1), year)
            put(page.cell(row, 2), code)
            for column, line in enumerate(LINES, start=3):
                shares = plan.areas.get(line, {}).get(year)
                if shares is not None:
                    put(page.cell(row, column), shares.get(code, 0)).number_format = _SHARE_FORMAT
            put(page.cell(row, len(AREA_COLUMNS) + 1), areas.get(code, "")).font = _font(color=_KEY_INK)
            row += 1
    cells = f"{letters(3)}{_FIRST_ROW}:{letters(len(AREA_COLUMNS))}{row + _SPARE_ROWS}"
    for rows in page[cells]:
        for cell in rows:
            cell.number_format = _SHARE_FORMAT
    _between(page, cells, words.text("workbook.help_share"), "decimal", 0, 1)
    page.freeze_panes = page.cell(_FIRST_ROW, 3)


def _world_sheet(page: Any, world: World | None, words: Catalogue, register: Register) -> None:
    data = world_data(world) if world else {}
    for row, key in enumerate(WORLD_FIELDS, start=_HEAD_ROW):
        name = key.replace(".", "_")
        put(page.cell(row, 1), words.text(f"workbook.world_{name}"))
        put(page.cell(row, 2), _inside(data, key))
        put(page.cell(row, 8), key).font = _font(size=8, color=_KEY_INK)
    head = _HEAD_ROW + len(WORLD_FIELDS) + 1
    heads = [words.text(f"workbook.head_{key.replace('.', '_')}") for key in OVERRIDE_COLUMNS]
    _head(page, head, heads, (_MIDDLE, _MIDDLE, _NARROW, _NARROW, _NARROW, _MIDDLE, _MIDDLE))
    _keys(page, head + 1, OVERRIDE_COLUMNS)
    first = head + 2
    for row, (key, override) in enumerate(data.get("overrides", {}).items(), start=first):
        put(page.cell(row, 1), key)
        for column, name in enumerate(OVERRIDE_COLUMNS[1:], start=2):
            put(page.cell(row, column), _inside(override, name))
    last, sheet = _FIRST_ROW + len(_restatable(register)) - 1, words.text(f"workbook.sheet_{GUIDE}")
    ids = f"'{sheet}'!$A${_FIRST_ROW}:$A${last}"
    _rule(page, f"A{first}:A{first + _SPARE_ROWS}", words.text("workbook.help_id"), type="list", formula1=ids)


def _restatable(register: Register) -> list[str]:
    """The assumptions a world may restate."""
    return [key for key in register if register[key].role == "projection" and not register[key].distribution.simplex]


def _inside(data: Mapping[str, Any], key: str) -> Any:
    """The value at a dotted key, or None."""
    value: Any = data
    for part in key.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value


def _bounds(low: float, high: float, words: Catalogue) -> str:
    return " … ".join(exact_text(Decimal(f"{end:g}"), words.language) for end in (low, high))


def _guide_sheet(page: Any, words: Catalogue, register: Register) -> None:
    from openpyxl.styles import Alignment

    names = ("id", "assumption", "low", "middle", "high", "bounds")
    _head(page, _HEAD_ROW, [words.text(f"workbook.head_{name}") for name in names], (_MIDDLE, _WIDE, *[_NARROW] * 4))
    for row, key in enumerate(_restatable(register), start=_FIRST_ROW):
        entry = register[key]
        low, high = entry.bounds
        stated = entry.distribution
        values = (key, entry.label[words.language], stated.p10, stated.p50, stated.p90, _bounds(low, high, words))
        for column, value in enumerate(values, start=1):
            put(page.cell(row, column), value).alignment = Alignment(wrap_text=True, vertical="top")
    page.freeze_panes = page.cell(_FIRST_ROW, 2)


def _rule(page: Any, cells: str, prompt: str, *, formula1: str, **rule: Any) -> None:
    """Limit what cells take; a longer list than Excel takes is left out, it would call the workbook damaged."""
    from openpyxl.worksheet.datavalidation import DataValidation

    if rule["type"] == "list" and len(formula1) > _LONGEST_RULE:
        return
    made = DataValidation(formula1=formula1, allow_blank=True, **rule)
    made.prompt, made.showInputMessage, made.showErrorMessage = prompt[:_LONGEST_RULE], True, True
    made.add(cells)
    page.add_data_validation(made)


def _between(page: Any, cells: str, prompt: str, kind: str, low: int, high: int) -> None:
    _rule(page, cells, prompt, type=kind, operator="between", formula1=str(low), formula2=str(high))
