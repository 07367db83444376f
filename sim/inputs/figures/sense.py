"""Whether figures can be right: their terms, units, sizes, and parts that add up."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal

from sim.domain import COUNT_UNITS, INDICATOR, MONTHLY, Numbers, Observation, Problem
from sim.inputs import excel
from sim.inputs.figures import observations
from sim.inputs.text import limit, share

CPI_TERM = "cpi_inflation"
_YEARLY = "million VND/yr"
#: The whole country, whose figures have no place among a province's bounds.
NATION = "VN"
#: A total and the parts it is made of, and how far they may differ by rounding.
_PARTS, _PARTS_TOLERANCE = ("htx_total", "htx_active", "htx_inactive"), 0.005
#: Signs that look alike in many fonts.
_ALIKE = str.maketrans("I1|0O", "llloo")


def doubts(table: excel.Table, figures: Sequence[Observation]) -> list[Problem]:
    """What cannot be right in figures whose form is."""
    return [
        *_alike(table, figures),
        *_wrong_units(table, figures),
        *_implausible(table, figures),
        *_implausible_percents(table, figures),
        *_parts_problems(table, figures),
    ]


def _skeleton(name: str) -> str:
    """A name as it looks: capital i, one and small l are one sign, so are zero and o."""
    return name.translate(_ALIKE).casefold()


def _alike(table: excel.Table, figures: Sequence[Observation]) -> Iterable[Problem]:
    """Terms and areas that look like known ones and are others: ``htx_totaI``, ``VN-O2``."""
    terms = {_skeleton(term): term for term in observations.load_indicator_map()}
    codes = [figure.area_code for figure in figures]
    order = sorted(set(codes), key=lambda code: (codes.count(code), sum(map(str.isdigit, code))))
    usual = {_skeleton(code): code for code in order}  # the usual one last
    for row, figure in zip(table.rows, figures, strict=True):
        for column, name, known in (("indicator", figure.indicator, terms), ("area_code", figure.area_code, usual)):
            meant = known.get(_skeleton(name), name)
            if meant != name:
                yield table.problem("name_alike", row[column], column, params={"meant": meant}, suggestion=meant)


def _wrong_units(table: excel.Table, figures: Sequence[Observation]) -> Iterable[Problem]:
    """Figures of our indicators in a unit of another kind: groups in VND, revenue in persons."""
    terms = observations.load_indicator_map()
    for row, figure in zip(table.rows, figures, strict=True):
        mapped = terms.get(figure.indicator)
        if mapped is None or mapped.factor != 1:
            continue
        unit = INDICATOR[mapped.indicator].unit
        fitting = [unit, "count"] if unit in COUNT_UNITS else [unit, MONTHLY] if unit == _YEARLY else [unit]
        if figure.unit not in (*fitting, unit.removesuffix("/yr")):  # a sum of a year is often printed without it
            params, allowed = {"unit": figure.unit}, ", ".join(fitting)
            yield table.problem("wrong_unit", row["unit"], "unit", params=params, allowed=allowed)


def _parts_problems(table: excel.Table, figures: Sequence[Observation]) -> Iterable[Problem]:
    """Active and dormant HTX of one page that do not add up to its total."""
    found: dict[tuple[object, ...], dict[str, int]] = {}
    for index, figure in enumerate(figures):
        page: tuple[object, ...] = (figure.area_code, figure.year, figure.period, figure.source_id, figure.status)
        found.setdefault(page, {})[figure.indicator] = index
    for (*_, status), rows in found.items():
        if status not in observations.OBSERVED or not set(_PARTS) <= set(rows):
            continue
        total, *parts = (figures[rows[name]].value for name in _PARTS)
        if abs(total - sum(parts)) > _PARTS_TOLERANCE * total:
            whole, *exact = (Decimal(repr(figures[rows[name]].value)) for name in _PARTS)
            params = {"total": whole, "parts": sum(exact), "difference": whole - sum(exact)}
            yield table.problem("parts_not_total", table.rows[rows[_PARTS[0]]]["value"], "value", params=params)


def _implausible(table: excel.Table, figures: Sequence[Observation]) -> Iterable[Problem]:
    """Figures a thousand times too large or small: a unit was mistaken."""
    terms = observations.load_indicator_map()
    for row, figure in zip(table.rows, figures, strict=True):
        mapped = terms.get(figure.indicator)
        if (
            mapped is None
            or mapped.plausible is None
            or figure.status not in observations.OBSERVED
            or figure.area_code == NATION
        ):
            continue
        low, high = mapped.plausible
        if not low <= mapped.value_of(figure) <= high:
            params, allowed = {"unit": figure.unit}, Numbers("{} … {}", (low, high))
            yield table.problem("figure_implausible", row["value"], "value", params=params, allowed=allowed)


#: Terms in per cent that are parts of a whole; all others are changes.
_SHARE = re.compile(r"(?:^|_)(?:share|with_degree|margin)(?:_|$)")


def _implausible_percents(table: excel.Table, figures: Sequence[Observation]) -> Iterable[Problem]:
    """Figures a hundred times too large or small: 3.63 % stored as 0.0363, or read as 363."""
    for row, figure in zip(table.rows, figures, strict=True):
        if not figure.unit.startswith("%") or figure.status not in observations.OBSERVED:
            continue
        prices = figure.indicator == CPI_TERM
        high = limit("prices_percent" if prices else "share_percent" if _SHARE.search(figure.indicator) else "percent")
        low = 0 if _SHARE.search(figure.indicator) else -limit("fall_percent")
        least = share("prices_least_percent") if prices else 0.0
        if not low <= figure.value <= high or 0 < abs(figure.value) < least:
            value = Decimal(repr(figure.value))
            meant = next((one for one in (value * 100, value / 100) if least <= one <= high), None)
            hint = f"{meant.normalize():f}" if meant is not None else ""
            allowed = Numbers("{} … {}", (least or low, high))
            yield table.problem("percent_implausible", row["value"], "value", allowed=allowed, suggestion=hint)
