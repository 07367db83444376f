"""What other provinces printed, cleaned by the rules of data/peers/rules.yaml into one cell a province and year."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np

from sim.domain import MONTHS_PER_YEAR, PERCENT, PRICE_YEAR, YEAR_END, Observation
from sim.inputs.figures import PLANNED
from sim.inputs.pack import load_peer_rows, load_peer_rules

COUNT, SHARE, LEVEL = "count", "share", "level"
#: Codes of provinces: no country, no region (three signs or a letter with a digit), no district, no merged province.
_PROVINCE = re.compile(r"VN-(?:[0-9]{2}|[A-Z]{2})")
_TOTAL = "htx_total"
_PRICES = ("macro", "cpi_inflation")
_HALF = ("mid", "h1")
_PART = re.compile(r"to-([0-9]{2})")


@dataclass(frozen=True)
class Cell:
    """What is known of one quantity in one province and year (or years).

    Attributes
    ----------
    area, name, year : the province and the year in which the figure ends
    value : a count, a share's numerator [HTX], or an average [million VND/yr of the price year]
    of : registered HTX times years it was counted over; a share's denominator [HTX]; 1
    error : sd of log (of log odds for a share) beside the luck of the year: pages that disagree, a part of a
        year, how averages are printed
    years : over how many years the luck of single years averages out
    rows : the printed rows behind it
    """

    area: str
    name: str
    year: int
    value: float
    of: float
    error: float
    years: float
    rows: tuple[Observation, ...]

    @property
    def level(self) -> float:
        """The rate [1/yr], share [1] or average itself."""
        return self.value / self.of


@dataclass(frozen=True)
class Quantity:
    """One quantity that provinces share a prior of: its rule and its cells.

    Attributes
    ----------
    kind : a Poisson count, a binomial share, or a level with log-normal error
    low, high : range of levels the fit looks at
    between, year : scales of half-normal priors of the spread between provinces and of years
    tails : degrees of freedom of a Student t between provinces; 0 for a normal
    """

    id: str
    kind: str
    unit: str
    low: float
    high: float
    between: float
    year: float
    tails: float
    cells: tuple[Cell, ...]

    @property
    def areas(self) -> tuple[str, ...]:
        """Codes of the provinces, sorted."""
        return tuple(sorted({cell.area for cell in self.cells}))

    @property
    def rows(self) -> int:
        """How many printed rows stand behind the cells."""
        return sum(len(cell.rows) for cell in self.cells)


def load_peers(root: Path | None = None) -> tuple[Quantity, ...]:
    """The quantities of the data root's rules with the cells of its tables; none where it has no peers."""
    rules = load_peer_rules(root)
    return quantities(load_peer_rows(rules, root), rules) if rules else ()


def quantities(rows: Sequence[Observation], rules: Mapping[str, Any]) -> tuple[Quantity, ...]:
    """Cells of every quantity of the rules.

    Parameters
    ----------
    rows : of all tables, any area, status and period
    rules : content of data/peers/rules.yaml
    """
    used = tuple(row for row in rows if _usable(row, rules))
    prices = {row.year: row.value / PERCENT for row in rows if (row.entity, row.indicator) == _PRICES}
    found = []
    for id, rule in rules["quantities"].items():
        if rule["kind"] == COUNT:
            cells = _counts(used, rule, rules)
        elif rule["kind"] == SHARE:
            cells = _shares(used, rule)
        else:
            cells = _levels(used, rule, prices, rules)
        low, high = map(float, rule["range"])
        scales = (float(rule["between"]), float(rule["year"]), float(rule["tails"] or 0))
        found.append(Quantity(id, rule["kind"], rule["unit"], low, high, *scales, tuple(cells)))
    return tuple(found)


def _usable(row: Observation, rules: Mapping[str, Any]) -> bool:
    aside = {(item["area_code"], item["year"], item["indicator"]) for item in rules["set_aside"]}
    return (
        bool(_PROVINCE.fullmatch(row.area_code))
        and row.area_code not in rules["excluded"]["codes"]
        and row.entity == "HTX"
        and row.status not in PLANNED
        and row.year >= rules["first_year"]
        and (row.area_code, row.year, row.indicator) not in aside
    )


def _span(row: Observation, windows: Sequence[Mapping[str, Any]] = ()) -> tuple[float, float] | None:
    """From when to when a row speaks [years]; a stock stands at its end. None for pages without a date."""
    for window in windows:
        if row.period == "multi-year" and (row.area_code, row.indicator) == (window["area_code"], window["term"]):
            return float(window["start"]), float(window["end"])
    if row.period in YEAR_END:
        return row.year, row.year + 1.0
    if row.period in _HALF:
        return row.year, row.year + 0.5
    part = _PART.fullmatch(row.period)
    return (row.year, row.year + int(part.group(1)) / MONTHS_PER_YEAR) if part else None


def _grouped(rows: Iterable[Observation], key: Any) -> dict[Any, list[Observation]]:
    groups: dict[Any, list[Observation]] = {}
    for row in rows:
        groups.setdefault(key(row), []).append(row)
    return groups


def _counts(rows: Sequence[Observation], rule: Mapping[str, Any], rules: Mapping[str, Any]) -> list[Cell]:
    """Events of a year, or of the years of a window, over the registered HTX they could happen to."""
    windows = [window for window in rules["windows"] if window["stands_for"] in rule["terms"]]
    flows = [row for row in rows if row.indicator in rule["terms"] and _span(row)]
    cells = [_flow(group, rows, rules) for group in _grouped(flows, lambda row: (row.area_code, row.year)).values()]
    named = [row for row in rows if row.period == "multi-year" and _span(row, windows)]
    for group in _grouped(named, lambda row: (row.area_code, _span(row, windows))).values():
        start, end = _span(group[0], windows) or (0.0, 0.0)
        cells.append(_events(group, sum(row.value for row in group), (start, end), 0.0, rows, rules))
    return [cell for cell in cells if cell is not None]


def _flow(group: Sequence[Observation], rows: Sequence[Observation], rules: Mapping[str, Any]) -> Cell | None:
    """One province and year: the longest period printed; all its pages tell how far they disagree."""
    spans = [_span(row) or (0.0, 0.0) for row in group]
    longest = max(spans, key=lambda span: span[1] - span[0])
    same = [row for row, span in zip(group, spans, strict=True) if span == longest]
    paces = [row.value / (end - start) for row, (start, end) in zip(group, spans, strict=True)]
    apart = float(np.std(np.log(np.maximum(paces, 1.0)), ddof=1)) if len(group) > 1 else 0.0
    return _events(group, float(np.mean([row.value for row in same])), longest, apart, rows, rules)


def _events(
    group: Sequence[Observation], count: float, span: tuple[float, float], apart: float, rows: Sequence[Observation],
    rules: Mapping[str, Any],
) -> Cell | None:  # fmt: skip
    """A count with the stock it is divided by; None where no stock stands near enough."""
    start, end = span
    first = group[0]
    totals = [row for row in rows if (row.area_code, row.indicator) == (first.area_code, _TOTAL)]
    stocks = [(abs(known[1] - start), known[1], row) for row in totals if (known := _span(row))]
    if not stocks or min(stocks, key=lambda item: item[:2])[0] > float(rules["stock_gap_years"]) + (end - start - 1.0):
        return None
    gap, at, _ = min(stocks, key=lambda item: item[:2])
    stock = float(np.mean([row.value for distance, when, row in stocks if (distance, when) == (gap, at)]))
    years = end - start
    if start < at <= end:  # counted after some of the flow: put back what came and went since
        share = (at - start) / years
        stock -= share * _net(rows, first.area_code, span, rules)
    if years > 1.0:  # over several years the stock itself moves: its mean
        stock += _net(rows, first.area_code, span, rules) / 2.0
    part = min(years, 1.0)
    error = sqrt((1.0 - part) / (part * (1.0 + float(rules["part_year_concentration"]))))
    return Cell(
        first.area_code, first.area, first.year, count, stock * years, sqrt(error**2 + apart**2), max(years, 1.0),
        tuple(group),
    )  # fmt: skip


def _net(rows: Sequence[Observation], area: str, span: tuple[float, float], rules: Mapping[str, Any]) -> float:
    """New HTX less those that left, as printed for a span of a province; what was not printed counts as none."""
    kinds = rules["quantities"]
    windows = rules["windows"]
    total = 0.0
    for sign, terms in ((1.0, kinds["entry_rate"]["terms"]), (-1.0, kinds["exit_rate"]["terms"])):
        named = {window["term"] for window in windows if window["stands_for"] in terms}
        found = [
            row for row in rows
            if row.area_code == area and row.indicator in (*terms, *named) and _span(row, windows) == span
        ]  # fmt: skip
        for group in _grouped(found, lambda row: row.indicator).values():
            total += sign * float(np.mean([row.value for row in group]))
    return total


def _shares(rows: Sequence[Observation], rule: Mapping[str, Any]) -> list[Cell]:
    """A part of the registered HTX, by the total of the same page, else by one within half a year."""
    cells = []
    counted = (row for row in rows if row.indicator in rule["terms"])
    for group in _grouped(counted, lambda row: (row.area_code, row.year)).values():
        pairs = [(row, whole) for row in group if (whole := _whole(row, rows, rule["of"]))]
        if not pairs:
            continue
        parts = np.array([[row.value, whole.value] for row, whole in pairs])
        odds = np.log(parts[:, 0] / np.maximum(parts[:, 1] - parts[:, 0], 0.5))
        apart = float(np.std(odds, ddof=1)) if len(pairs) > 1 else 0.0
        value, of = map(float, parts.mean(axis=0))
        first, used = pairs[0][0], tuple(row for row, _ in pairs)
        cells.append(Cell(first.area_code, first.area, first.year, value, of, apart, 1.0, used))
    return cells


def _whole(row: Observation, rows: Sequence[Observation], term: str) -> Observation | None:
    """What a row is a part of: the total of its page, else the nearest within half a year."""
    span = _span(row)
    totals = [other for other in rows if (other.area_code, other.indicator) == (row.area_code, term)]
    near = [
        (other.source_id != row.source_id, abs(at[1] - span[1]), other)
        for other in totals
        if span and (at := _span(other)) and abs(at[1] - span[1]) <= 0.5
    ]
    return min(near, key=lambda item: item[:2])[2] if near else None


def _levels(
    rows: Sequence[Observation], rule: Mapping[str, Any], prices: Mapping[int, float], rules: Mapping[str, Any]
) -> list[Cell]:
    """Averages in money of the price year; a year whose prices cannot be told gives none."""
    cells = []
    found = [row for row in rows if row.indicator in rule["terms"] and row.unit == rule["unit"] and _span(row)]
    for group in _grouped(found, lambda row: (row.area_code, row.year)).values():
        year = group[0].year
        between = range(min(year, PRICE_YEAR) + 1, max(year, PRICE_YEAR) + 1)
        if any(one not in prices for one in between):
            continue
        growth = float(np.prod([1.0 + prices[one] for one in between]))
        logs = np.log([row.value for row in group])
        footing = [float(rule["footing"]["whole" if row.period in YEAR_END else "part"]) for row in group]
        guessed = float(rules["estimate_error"]) if all(row.status == "estimate" for row in group) else 0.0
        apart = float(np.std(logs, ddof=1)) if len(group) > 1 else 0.0
        error = sqrt(min(footing) ** 2 + guessed**2 + apart**2)
        value = float(np.exp(logs.mean())) * (growth if year < PRICE_YEAR else 1.0 / growth)
        cells.append(Cell(group[0].area_code, group[0].area, year, value, 1.0, error, 1.0, tuple(group)))
    return cells
