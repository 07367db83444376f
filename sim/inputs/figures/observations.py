"""Observations as printed, what their terms mean among our indicators, and the sources they are from."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

from sim.domain import INDICATOR, MONTHS_PER_YEAR, UNIT_ALIASES, Observation, Problem, Source
from sim.inputs import excel, text as texts, yaml
from sim.inputs.figures.concepts import other_concept
from sim.inputs.yaml import LANGUAGES, Checked, Loader, load_catalogue

#: Begins the keys of the names that printed terms have.
_PAGE = "page_"


@dataclass(frozen=True)
class Mapped:
    """Our indicator for a printed term, what the printed value is multiplied by [1], and its plausible range."""

    indicator: str
    factor: float
    plausible: tuple[float, float] | None = None

    def value_of(self, row: Observation) -> float:
        """A printed value in the unit of our indicator."""
        return row.yearly * self.factor


def load_indicator_map(root: Path | None = None) -> Mapping[str, Mapped]:
    """{printed term: our indicator}; a term that is not in it is listed by importers, not refused.

    Raises
    ------
    InputError
        With every problem of the file.
    """
    content = _MAPS.load(texts.File.at((root or texts.data_root()) / texts.INDICATOR_MAP))
    return {
        term: Mapped(entry["indicator"], entry["factor"], tuple(entry["plausible"]) if entry["plausible"] else None)
        for term, entry in content.items()
    }


def term_called(name: str) -> str:
    """The printed term that has this name in one of our languages, accents and capitals apart, or "".

    A name that the pages and our indicators share stands for the printed term; one that several terms share
    for none of them.
    """
    mapped = load_indicator_map()
    ours = {term.indicator for term in mapped.values()}
    found: dict[str, set[str]] = {"page": set(), "ours": set()}
    for language in LANGUAGES:
        terms = load_catalogue(language).section("terms")
        named = {key for key, text in terms.items() if _bare(text) == _bare(name)}
        found["page"] |= {key.removeprefix(_PAGE) for key in named if key.startswith(_PAGE)}
        found["ours"] |= {next(term for term in mapped if mapped[term].indicator == key) for key in named & ours}
    meant = found["page"] & set(mapped) or found["page"] or found["ours"]
    return min(meant) if len(meant) == 1 else ""


def _bare(text: str) -> str:
    """Small letters without accents, and single blanks."""
    return " ".join(texts.bare(text).split())


def _check_indicators(found: Checked) -> None:
    for term, entry in found.document.data.items():
        indicator = entry.get("indicator") if isinstance(entry, dict) else None
        place = (term, "indicator")
        if isinstance(indicator, str) and indicator not in INDICATOR and not found.document.spoilt(place):
            found.tell("unknown_indicator", place, value=indicator, suggestion=texts.nearest(indicator, INDICATOR))
        other = other_concept(term, indicator) if isinstance(indicator, str) else None
        if other:
            found.tell("other_concept", place, params={"concept": other.id, "indicator": indicator}, value=term)


def _content(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        term: {**entry, "factor": float(entry["factor"]), "plausible": [float(end) for end in entry["plausible"] or ()]}
        for term, entry in value.items()
    }


_MAPS = Loader("indicator map", lambda: yaml.IndicatorMapShape, _check_indicators, _content)


# -- sources.csv and effects.csv: where figures were printed, by id --------------------------------

SOURCE_COLUMNS = ("id", "title", "url", "note")
EFFECT_COLUMNS = ("id", "what", "population", "effect", "interval_or_test", "design", "source_url", "use_note")
_SOURCE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def parse_sources(raw: bytes, *, file: str) -> list[list[str]]:
    """The rows of a sources.csv: id, title, url, note.

    Raises
    ------
    InputError
        With every problem of the table.
    """
    table = excel.parse_table(raw, SOURCE_COLUMNS, file=file)
    untitled = [table.problem("cell_missing", row["title"], "title") for row in table.rows if not row["title"].text]
    texts.refuse([*_id_problems(table), *untitled])
    return [[texts.csv_words(row[name].text) for name in SOURCE_COLUMNS] for row in table.rows]


@lru_cache(maxsize=2)
def effect_sources(raw: bytes, *, file: str) -> dict[str, Source]:
    """The studies of an effects.csv as sources: what was measured and how, where it was printed; parsed once."""
    table = excel.parse_table(raw, EFFECT_COLUMNS, file=file)
    cells = ({name: row[name].text for name in EFFECT_COLUMNS} for row in table.rows)
    return {
        row["id"]: Source(row["id"], f"{row['what']} ({row['design']})", row["source_url"], row["use_note"])
        for row in cells
    }


def source_ids(raw: bytes, file: str, problems: list[Problem]) -> set[str]:
    """The ids of a table of sources or of effects; its problems are added to the list."""
    columns = EFFECT_COLUMNS if b"interval_or_test" in raw.split(b"\n", 1)[0] else SOURCE_COLUMNS
    table = texts.collected(lambda: excel.parse_table(raw, columns, file=file), problems)
    if table is None:
        return set()
    problems.extend(_id_problems(table))
    return {row["id"].text for row in table.rows}


def _id_problems(table: excel.Table) -> list[Problem]:
    problems = []
    first: dict[str, int] = {}
    for row in table.rows:
        cell = row["id"]
        if cell.text in first:
            params = {"first": first[cell.text], "key": cell.text}
            problems.append(table.problem("duplicate_row", cell, "id", params=params))
        elif not _SOURCE_ID.fullmatch(cell.text):
            problems.append(table.problem("id_not_ascii" if cell.text else "cell_missing", cell, "id"))
        first.setdefault(cell.text, cell.line)
    return problems


# -- observations.csv: one printed figure a row, strictly read -------------------------------------
# A row is kept as it was printed; what a term means among our indicators is `sim.inputs.figures.observations`.

COLUMNS = (
    "area", "area_code", "year", "period", "entity", "indicator", "value", "unit", "status", "source_id", "note",
)  # fmt: skip
KEY = ("area_code", "entity", "indicator", "year", "period", "source_id")
PERIODS = ("year", "end", "mid", "h1", "h2")
#: Kept for reference, never used for fitting or scoring.
UNUSED_PERIODS = ("plan", "norm", "multi-year", "undated")
STATUSES = ("actual", "estimate", "plan", "target", "derived")
OBSERVED = ("actual", "estimate")
PLANNED = ("plan", "target")
ENTITIES = ("HTX", "THT", "LHHTX", "sector", "budget", "macro")
#: Units of things that cannot be fewer than none, and terms that may be negative all the same.
UNSIGNED_UNITS = re.compile(r"count|persons|HTX|THT|LHHTX|.*\b(?:VND|mVND|bnVND)\b.*")
SIGNED_TERMS = re.compile(r"profit|change|growth")
#: Units of things nobody can have half of, and terms that are averages or ratios of such things all the same.
WHOLE_UNITS = re.compile(r"count|persons|HTX|THT|LHHTX")
AVERAGE_TERMS = re.compile(r"(?:^|_)(?:avg|average|mean|median|per|share|ratio|rate|growth|change)(?:_|$)")
#: The status of figures worked out by arithmetic, which makes parts of things.
WORKED_OUT = "derived"
MISSING = ("", "-", "–", "—")
HALVES_PER_YEAR = 2
_MONTH_PERIOD = re.compile(r"(?:to|month)-(0[1-9]|1[0-2])")
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]*")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_YEAR = re.compile(r"[0-9]{4}")
_Row: TypeAlias = "dict[str, excel.Cell]"


def load_observations(
    path: Path, *, sources: Collection[str] | None = None, decimal: str | None = ".", notes: list[Problem] | None = None
) -> tuple[Observation, ...]:
    """Observations of a file; see `parse_observations`."""
    raw = texts.read_file(path, max_bytes=texts.limit("csv_bytes"))
    table = excel.parse_table(raw, COLUMNS, file=texts.shown_path(path))
    return parse_observations(table, sources=sources, decimal=decimal, notes=notes)


def parse_observations(
    table: excel.Table,
    *,
    sources: Collection[str] | None = None,
    decimal: str | None = ".",
    notes: list[Problem] | None = None,
) -> tuple[Observation, ...]:
    """The observations of a table that was read with the `COLUMNS`.

    Parameters
    ----------
    sources : ids that `source_id` may name; None accepts any
    decimal : the sign a file uses that declares none: "." for data packs; None for planners' own files,
        whose column must then be readable in one way only
    notes : receives what was accepted but should be told

    Raises
    ------
    InputError
        With every problem of every row.
    """
    problems: list[Problem] = []
    values = _values(table, decimal, problems)
    first: dict[tuple[str, ...], int] = {}  # line of each key
    for row in table.rows:
        problems += _row_problems(table, row)
        cell = row["source_id"]
        if sources is not None and cell.text not in sources:
            near, where = (
                texts.nearest(cell.text, sources),
                {"list": texts.SOURCES},
            )  # no study of effects.csv prints figures
            problems.append(table.problem("source_not_listed", cell, "source_id", params=where, suggestion=near))
        key = tuple(row[name].text for name in KEY)
        if key in first:
            spelt, at = ", ".join(key), row["area_code"]
            again = {"first": first[key], "key": spelt}
            problems.append(table.problem("duplicate_row", at, ", ".join(KEY), params=again, value=spelt))
        first.setdefault(key, row["area"].line)
    texts.refuse(problems, notes)
    figures = []
    for row, value in zip(table.rows, values, strict=True):
        text: dict[str, Any] = {name: texts.csv_words(row[name].text) for name in COLUMNS}
        text |= {"year": int(text["year"]), "value": value, "unit": UNIT_ALIASES.get(text["unit"], text["unit"])}
        figures.append(Observation(**text, line=row["area"].line))
    missing = gaps(figures) if notes is not None else {}
    for row in table.rows:  # each gap in a series is told at the row with which the series goes on
        if notes is not None and row["area"].line in missing:
            series = ", ".join(row[name].text for name in ("area_code", "entity", "indicator"))
            params = {"series": series, "years": year_span(missing[row["area"].line])}
            notes.append(table.problem("years_missing", row["year"], "year", params=params, value=None, warning=True))
    return tuple(figures)


def _values(table: excel.Table, decimal: str | None, problems: list[Problem]) -> list[float]:
    """The value column; a figure that cannot be read is told and stands as 0, which nobody sees."""
    cells = [row["value"] for row in table.rows]
    grouped = bool(table.decimal) or decimal is None
    sign = table.decimal or decimal
    if sign is None:
        typed = [cell for cell in cells if cell.number is None and cell.text not in MISSING]
        spelt = [cell.text for cell in typed]
        settled = texts.settle_decimal(spelt)
        sign = settled.decimal or "."
        if settled.problem:
            key, params = settled.refusal(spelt, [table.address(cell) for cell in typed], cells=bool(table.sheet))
            problems.append(table.problem(key, typed[settled.rows[0]], "value", params=params))
            return [float(0)] * len(cells)
    return [_value(table, row, sign, grouped=grouped, problems=problems) for row in table.rows]


def _value(table: excel.Table, row: _Row, decimal: str, *, grouped: bool, problems: list[Problem]) -> float:
    cell, unit = row["value"], row["unit"].text
    if cell.text in MISSING:
        problems.append(table.problem("cell_missing", cell, "value"))
        return float(0)
    in_percent, percent = unit.startswith("%"), cell.text.endswith("%")
    reading = (
        texts.Reading(cell.number, "" if in_percent or not percent else "number_percent")
        if cell.number is not None
        else texts.read_number(cell.text, decimal=decimal, grouped=grouped, percent=in_percent)
    )
    if reading.problem or reading.value is None:
        params = {"decimal": decimal}
        problems.append(table.problem(reading.problem, cell, "value", params=params, suggestion=reading.hint))
        return float(0)
    if reading.note:
        problems.append(table.problem(reading.note, cell, "value", warning=True))
    if reading.value < 0 and UNSIGNED_UNITS.fullmatch(unit) and not SIGNED_TERMS.search(row["indicator"].text):
        problems.append(table.problem("value_negative", cell, "value", params={"unit": unit}, allowed="≥ 0"))
    counted = WHOLE_UNITS.fullmatch(unit) and not AVERAGE_TERMS.search(row["indicator"].text)
    if reading.value != reading.value.to_integral_value() and counted and row["status"].text != WORKED_OUT:
        problems.append(table.problem("count_not_whole", cell, "value", params={"unit": unit}))
    if unit == "share" and not 0 <= reading.value <= 1:
        problems.append(table.problem("share_out_of_range", cell, "value", allowed="0 … 1"))
    return float(reading.value) + 0.0  # no minus before nothing


def _row_problems(table: excel.Table, row: _Row) -> Iterable[Problem]:
    for name in ("area", "unit"):
        if not row[name].text:
            yield table.problem("cell_missing", row[name], name)
    for name, pattern in (("area_code", _CODE), ("indicator", _ID)):
        if not pattern.fullmatch(row[name].text):
            key = "id_not_ascii" if row[name].text else "cell_missing"
            near = term_called(row[name].text) if name == "indicator" and row[name].text else ""
            yield table.problem(key, row[name], name, suggestion=near)
    for name, allowed in (("entity", ENTITIES), ("status", STATUSES)):
        if row[name].text not in allowed:
            near = texts.nearest(row[name].text, allowed)
            yield table.problem("not_one_of", row[name], name, allowed=", ".join(allowed), suggestion=near)
    period, periods = row["period"], (*PERIODS, *UNUSED_PERIODS)
    if period.text not in periods and not _MONTH_PERIOD.fullmatch(period.text):
        spelt = ", ".join((*PERIODS, "to-MM", "month-MM", *UNUSED_PERIODS))
        yield table.problem(
            "not_one_of", period, "period", allowed=spelt, suggestion=texts.nearest(period.text, periods)
        )
    cell, first, last = row["year"], texts.limit("first_year"), texts.limit("last_year")
    if not _YEAR.fullmatch(cell.text) or not first <= int(cell.text) <= last:
        found = re.fullmatch(r"([0-9]{4})\.0+", cell.text)
        named = excel.year_in(cell.text)
        near = found.group(1) if found else named if named != cell.text else ""
        yield table.problem("bad_year", cell, "year", allowed=f"{first} … {last}", suggestion=near)
    elif row["status"].text in OBSERVED and period.text not in UNUSED_PERIODS and texts.after_today(int(cell.text)):
        yield table.problem("observed_in_future", cell, "year", params={"status": row["status"].text})


def last_month(year: int, period: str) -> tuple[int, int] | None:
    """Year and month (1–12) of the last day a figure speaks of; None for periods that are never used."""
    if period in UNUSED_PERIODS:
        return None
    found = _MONTH_PERIOD.fullmatch(period)
    if found:
        return year, int(found.group(1))
    half = period in ("mid", "h1")
    return year, MONTHS_PER_YEAR // HALVES_PER_YEAR if half else MONTHS_PER_YEAR


def months_covered(period: str) -> tuple[int, int] | None:
    """First and last month (1–12) of its year that a flow's figure covers; a level stands at the end of the last."""
    moment = last_month(0, period)
    if moment is None:
        return None
    half = MONTHS_PER_YEAR // HALVES_PER_YEAR
    return moment[1] if period.startswith("month-") else half + 1 if period == "h2" else 1, moment[1]


def key_of(observation: Observation) -> tuple[Any, ...]:
    """(area_code, entity, indicator, year, period, source_id)"""
    return tuple(getattr(observation, name) for name in KEY)


def gaps(observations: Iterable[Observation]) -> Mapping[int, tuple[int, ...]]:
    """Years without any printed figure inside each series, flagged where the series goes on; never filled in.

    A series is one indicator of one kind of organisation in one area; figures that are plans, and periods
    that are never used, neither begin nor continue one.

    Returns
    -------
    {line of the first figure after a gap: (year, …)}
    """
    series: dict[tuple[str, str, str], dict[int, int]] = {}
    for row in observations:
        if row.period not in UNUSED_PERIODS and row.status not in PLANNED:
            first = series.setdefault((row.area_code, row.entity, row.indicator), {})
            first.setdefault(row.year, row.line)
    return {
        lines[after]: tuple(range(before + 1, after))
        for lines in series.values()
        for before, after in pairwise(sorted(lines))
        if after > before + 1
    }


def year_span(years: Sequence[int]) -> str:
    """Consecutive years as they are printed: ``2022`` or ``2018–2019``."""
    return str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
