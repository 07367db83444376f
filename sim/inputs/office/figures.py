"""The figures of a table: number, unit, year, state and area of each, or what has to be asked about it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from sim.domain import Problem
from sim.inputs import text as texts
from sim.inputs.excel import Percent, Sheet
from sim.inputs.figures import EVENTS, PLANNED, last_month, load_indicator_map
from sim.inputs.office.asked import WHOLE, Aim, Question, Sum
from sim.inputs.office.grid import Block, text_of
from sim.inputs.office.labels import Crossing, Found
from sim.inputs.office.moments import period_of
from sim.inputs.office.units import Doubt, adds_up, coded, converted, home_of, is_whole, settled_unit, yearly
from sim.inputs.office.vocabulary import (
    OUT,
    TOTAL,
    Said,
    Unit,
    unit_of,
)

_WITH_WORDS = re.compile(r"([-+−]?[0-9][0-9., \u00a0\u2009\u202f]*)\s*(\D.*)?", re.DOTALL)
_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:[.,][0-9]{3})+")
#: Before the year of figures of a state, in the id of their source.
_SOURCES = {"actual": "outturn", "estimate": "estimate", "plan": "plan", "target": "target"}
_MARKS = {"decimal_comma": ",", "decimal_point": "."}


@dataclass(frozen=True)
class Figure:
    """A figure in the unit it is kept in, and how it was typed."""

    sheet: Sheet
    crossing: Crossing
    term: str
    area: str
    year: int
    period: str
    status: str
    value: Decimal
    unit: str
    typed: str
    declared: Unit

    @property
    def place(self) -> str:
        """The cell it stands in."""
        return self.sheet.address(self.crossing.at)

    @property
    def source(self) -> str:
        """The id of its source: what kind of figures these are, of which year and part of it."""
        part = "" if self.period in ("year", "plan") else f"-{self.period}"
        return f"{_SOURCES[self.status]}-{self.year}{part.replace('mid', 'h1')}"

    @property
    def series(self) -> str:
        """The label that says which indicator it is, and so is asked about its unit."""
        return self.crossing.row if self.crossing.of_row else self.crossing.column


@dataclass
class Taken:
    """What the figures of one sheet are read with.

    Attributes
    ----------
    ambient : what the sheet's name, its titles and the answers for the whole table say
    skipped : years that are left alone, with how many figures of each
    ended : areas that have other boundaries by then, with how many figures of each
    """

    block: Block
    found: Found
    aim: Aim
    ambient: Said
    problems: list[Problem] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    sums: list[Sum] = field(default_factory=list)
    skipped: dict[int, int] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)

    def ask(self, key: str, name: str, place: str, options: Sequence[str], **params: object) -> None:
        """Note a question; what it is about is not read until it is answered."""
        self.found.ask(Question(key, name, place, tuple(options), params))


def take(taken: Taken) -> None:
    """Read every figure whose labels are sure; what is not is asked or told."""
    ready = [one for one in taken.found.crossings if len(one.said.terms) == 1 and not one.said.rest + one.said.narrower]
    signs = _signs(taken, ready)
    if signs is None:
        return
    for crossing in ready:
        said = _placed(taken, crossing)
        if said is None:
            continue
        number = _number(taken, crossing, signs)
        if number is not None:
            _take(taken, crossing, said, *number)
    if taken.ended and taken.aim.whole:
        for total in taken.found.totals:
            taken.ask("total", total.row, taken.block.sheet.address(total.at), (taken.aim.whole, OUT))
    _check_sizes(taken)
    taken.sums += _sums(taken, signs)


def _placed(taken: Taken, crossing: Crossing) -> Said | None:
    """A figure's labels with area, year, part and state; None where one of them has to be asked or it is left alone."""
    said, around, aim = crossing.said, taken.ambient, taken.aim
    place = taken.block.sheet.address(crossing.at)
    if len(said.moment.years) > 1:
        taken.ask("years", crossing.column, place, (OUT,), years=", ".join(map(str, said.moment.years)))
        return None
    year = said.moment.year or around.moment.year
    area = said.area or around.area or (next(iter(aim.areas)) if len(aim.areas) == 1 else "")
    if not year:
        present = texts.this_year() or texts.limit("clock_year")
        taken.ask("year", WHOLE, place, [str(present - back) for back in (0, 1)])
        return None
    if aim.after is not None and year <= aim.after:
        taken.skipped[year] = taken.skipped.get(year, 0) + 1
        return None
    status = said.status or around.status
    if not status:
        taken.ask("status", WHOLE, place, ("actual", "estimate", "plan"))
        return None
    part = (
        said.moment.part
        or around.moment.part
        or ("year" if status in PLANNED or year < (texts.this_year() or 0) else "")
    )
    if not part:
        taken.ask("part", WHOLE, place, ("q1", "h1", "9m", "end"), year=year)
        return None
    if not area:
        taken.ask("area", WHOLE, place, tuple(aim.areas))
        return None
    placed = replace(said, moment=replace(said.moment, years=(year,), part=part), status=status, area=area)
    return None if _has_ended(taken, placed) else placed


def _has_ended(taken: Taken, said: Said) -> bool:
    """Whether a figure is of an area that has other boundaries by then; it is counted."""
    end, period = taken.aim.ended.get(said.area), period_of(said.terms[0], said.moment.part)
    moment = last_month(said.moment.year, period or "year")
    ended = end is not None and said.status not in PLANNED and moment is not None and moment >= end
    if ended:
        taken.ended[said.area] = taken.ended.get(said.area, 0) + 1
    return ended


def _take(taken: Taken, crossing: Crossing, said: Said, number: Decimal, unit: Unit | None) -> None:
    """One figure into the unit it is kept in."""
    term, place, part = said.terms[0], taken.block.sheet.address(crossing.at), said.moment.part
    series = crossing.row if crossing.of_row else crossing.column
    stated = unit or said.unit
    around = taken.ambient.unit
    if stated is None and around is not None:  # a unit over the whole table holds for what can be in it
        fits = not isinstance(settled_unit(term, around, part, taken.aim.units), Doubt)
        stated = around if fits or not is_whole(home_of(term, taken.aim.units)) else None
    settled = settled_unit(term, stated, part, taken.aim.units)
    if isinstance(settled, Doubt):
        taken.ask(settled.key, series, place, (*settled.options, OUT), value=text_of(crossing.value),
                  unit=coded(stated) if stated else "")  # fmt: skip
        return
    period = "plan" if said.status in PLANNED else period_of(term, part)
    if not period:
        taken.ask("quarter", crossing.column, place, ("to-06", "to-09", "end", OUT))
        return
    value, kept = converted(number, settled, term, part, taken.aim.units)
    taken.figures.append(
        Figure(taken.block.sheet, crossing, term, said.area, said.moment.year, period, said.status, value, kept,
               text_of(crossing.value), settled)
    )  # fmt: skip


# -- numbers -----------------------------------------------------------------------------------------


def _signs(taken: Taken, ready: Iterable[Crossing]) -> str | None:
    """The decimal sign of numbers typed as text; None where both are possible and none was answered."""
    answered = next((_MARKS[mark] for mark in taken.ambient.marks if mark in _MARKS), "")
    if answered:
        return answered
    spelt: dict[str, Crossing] = {}
    for crossing in ready:
        if isinstance(crossing.value, str) and not isinstance(crossing.value, Percent):
            found = _WITH_WORDS.fullmatch(texts.clean(crossing.value))
            text = found.group(1).strip() if found else ""
            if found and not (is_whole(home_of(crossing.said.terms[0], taken.aim.units)) and _GROUPS.fullmatch(text)):
                spelt.setdefault(text, crossing)
    settled = texts.settle_decimal(list(spelt))
    if not settled.problem:
        return settled.decimal
    at = spelt[list(spelt)[settled.rows[0]]]
    place = taken.block.sheet.address(at.at)
    if settled.problem == "number_mixed_decimals":
        other = spelt[list(spelt)[settled.rows[1]]]
        params = {"rows": f"{place}, {taken.block.sheet.address(other.at)}", "readings": ""}
        taken.problems.append(taken.block.sheet.problem("number_mixed_cells", at.at, params=params, value=at.value))
    else:
        readings = " | ".join(settled.readings)
        taken.ask("decimal", WHOLE, place, tuple(_MARKS), value=texts.shown(at.value), readings=readings)
    return None


def _number(taken: Taken, crossing: Crossing, sign: str) -> tuple[Decimal, Unit | None] | None:
    """The number in a cell and the unit beside it; what cannot be read is told at the cell."""
    sheet, at, value = taken.block.sheet, crossing.at, crossing.value
    if at in sheet.doubtful:
        other = sheet.doubtful[at]
        params = {"stored": other.stored, "shown": other.shown, "format": other.format}
        taken.problems.append(sheet.problem("xlsx_shown_otherwise", at, params=params, value=other.stored))
        return None
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return Decimal(repr(value)), None
    if isinstance(value, Percent):
        return Decimal(value.removesuffix("%")), Unit("%")
    text = texts.clean(str(value)) if isinstance(value, str) else text_of(value)
    found = _WITH_WORDS.fullmatch(text)
    tail = (found.group(2) or "") if found else ""
    unit = unit_of(tail) if tail else None
    body = found.group(1).strip() if found and (unit or not tail) else text
    if _GROUPS.fullmatch(body) and is_whole(home_of(crossing.said.terms[0], taken.aim.units)):
        body = re.sub("[.,]", "", body)  # nobody has half a member: the sign can only part thousands
    reading = texts.read_number(body, decimal=sign, grouped=True)
    if reading.value is None:
        params = {"decimal": sign}
        taken.problems.append(sheet.problem(reading.problem, at, params=params, value=texts.shown(text),
                                            suggestion=reading.hint))  # fmt: skip
        return None
    return reading.value, unit


# -- what cannot be right ----------------------------------------------------------------------------


def _check_sizes(taken: Taken) -> None:
    """Ask about a series of which a figure is beyond what a province can have, or a hundredfold of another."""
    series: dict[tuple[str, str], list[Figure]] = {}
    for figure in taken.figures:
        series.setdefault((figure.series, figure.term), []).append(figure)
    mapped = load_indicator_map()
    for (name, term), figures in series.items():
        known, most = mapped.get(term), texts.limit("office_ratio")
        for figure in figures:
            value = yearly(figure.value, figure.unit)
            low, high = (known.plausible or (None, None)) if known else (None, None)
            beyond = low is not None and high is not None and not low <= value <= high
            others = [taken.aim.latest.get((figure.area, term), 0.0)]
            others += [yearly(one.value, one.unit) for one in figures if one.area == figure.area]
            far = any(other * value > 0 and not 1 / most < value / other < most for other in others)
            confirmed = UNIT_CONFIRMED in figure.crossing.said.marks
            if (beyond or far) and not confirmed and not is_whole(figure.declared):
                declared = coded(figure.declared)
                options = (declared, *_fitting(figures, declared, taken.aim))
                taken.ask("size", name, figure.place, (*options, OUT), value=figure.typed, unit=declared)
                break


#: Marks a label whose unit was answered.
UNIT_CONFIRMED = "unit"
_MONEY = ("VND", "thousand VND", "million VND", "billion VND")


def _fitting(figures: Sequence[Figure], declared: str, aim: Aim) -> Iterator[str]:
    """Other units of money in which every figure of a series could be right."""
    mapped = load_indicator_map().get(figures[0].term)
    for name in _MONEY if mapped and mapped.plausible else ():
        unit = Unit(name, figures[0].declared.per)
        low, high = mapped.plausible  # type: ignore[union-attr,misc]
        values = [converted(_back(one), unit, one.term, one.period, aim.units) for one in figures]
        if coded(unit) != declared and all(low <= yearly(value, kept) <= high for value, kept in values):
            yield coded(unit)


def _back(figure: Figure) -> Decimal:
    """A figure as it was typed, from the unit it is kept in."""
    one, _ = converted(Decimal(1), figure.declared, figure.term, figure.period, {})
    return figure.value / one if one else figure.value


def _sums(taken: Taken, sign: str) -> Iterator[Sum]:
    """Totals that were left out, each beside the sum of the figures of its column."""
    columns = {figure.crossing.column: figure for figure in taken.figures}
    of_areas = any(crossing.said.area for crossing in taken.found.crossings)
    for total in taken.found.totals:
        figure = columns.get(total.column)
        if figure is None or total.column in {one.column for one in taken.found.crossings if one.of_row}:
            continue
        if not adds_up(figure.term, home_of(figure.term, taken.aim.units)) or not (
            of_areas or EVENTS.search(figure.term)
        ):
            continue
        rows = (*taken.found.crossings, *taken.found.aside)
        above = [one for one in rows if one.column == total.column and TOTAL not in one.said.marks]
        quiet, terms = replace(taken, problems=[]), (figure.term,)
        parts = [_number(quiet, replace(one, said=replace(one.said, terms=terms)), sign) for one in above]
        whole = _number(quiet, replace(total, said=replace(total.said, terms=terms)), sign)
        if whole and parts and all(parts):
            numbers: Mapping[int, Decimal] = {place: part[0] for place, part in enumerate(parts) if part}
            yield Sum(taken.block.sheet.address(total.at), total.column, whole[0], sum(numbers.values(), Decimal(0)))
