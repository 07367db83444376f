"""Where the indicators of a data pack start: printed rows in our units, assumptions, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from decimal import Decimal
from typing import Any

from sim.domain.errors import Numbers, Problem
from sim.domain.indicators import INDICATOR
from sim.domain.scenario import Observation
from sim.domain.units import MONTHS_PER_YEAR
from sim.inputs.distributions import plain
from sim.inputs.document import Document, Place, nearest
from sim.inputs.observations import key_of

REGISTERED, ACTIVE, INACTIVE = "htx_registered", "htx_active", "htx_inactive"
#: Averages whose growth is told: one of 0 has none.
GROWING = ("htx_revenue", "htx_worker_income")
MONTHLY, YEARLY = "million VND/month", "million VND/yr"
#: Printed counts name no unit of their own; ours do.
COUNTS = ("HTX", "THT", "LHHTX")


@dataclass
class Reader:
    """What the checks of a pack share."""

    document: Document
    pack: Mapping[str, Any]
    observations: Sequence[Observation]
    problems: list[Problem] = field(default_factory=list)

    def tell(self, key: str, place: Place, **details: Any) -> None:
        """Note a problem at a place of pack.yaml."""
        self.problems.append(self.document.problem(key, place, **details))

    @property
    def codes(self) -> list[str]:
        """Codes of the pack's areas."""
        return [area["code"] for area in self.pack["areas"]]

    def row(self, place: Place, reference: Mapping[str, Any], *, area: str | None = None) -> int | None:
        """Index of the one observation a reference names, or None (told)."""
        code = area or reference.get("area_code")
        codes = [code] if code else self.codes
        year = reference.get("year", self.pack["base_year"])
        wanted = [
            (code, reference["entity"], reference["indicator"], year, reference["period"], reference["source_id"])
            for code in codes
        ]
        found = [index for index, row in enumerate(self.observations) if key_of(row) in wanted]
        if len(found) == 1:
            return found[0]
        key = ", ".join(str(part) for part in wanted[0])
        if found:
            lines = ", ".join(str(self.observations[index].line) for index in found)
            self.tell("row_found_twice", place, params={"key": key, "rows": lines}, value=key)
            return None
        printed = {row.indicator for row in self.observations}
        near = "" if reference["indicator"] in printed else nearest(reference["indicator"], printed)
        self.tell("row_not_found", place, params={"key": key}, value=key, suggestion=near)
        return None


def base_figures(reader: Reader) -> dict[str, dict[str, Any]]:
    """{indicator: {area code: index of a row, or a row that was worked out}}"""
    base: dict[str, dict[str, Any]] = {}
    for indicator, reference in reader.pack["base"].items():
        if "entity" not in reference:
            continue  # assumed or missing
        base[indicator] = {}
        for code in reader.codes:
            index = reader.row(("base", indicator), reference, area=code)
            if index is not None:
                base[indicator][code] = _in_our_unit(reader, indicator, index)
    if ACTIVE in base:
        base[INACTIVE] = _inactive(reader, base)
    _check_start(reader, base)
    return base


def _check_start(reader: Reader, base: Mapping[str, Mapping[str, Any]]) -> None:
    """Figures nothing can start from: parts of an HTX, nobody at all, averages of nothing.

    An area may well be without HTX; a province that has none anywhere leaves every average without a denominator.
    """
    for indicator in (REGISTERED, ACTIVE, *GROWING):
        values = [reader.observations[at].value for at in base.get(indicator, {}).values() if isinstance(at, int)]
        if values and (min(values) if indicator in GROWING else max(values)) <= 0:
            reader.tell("base_zero", ("base", indicator), value=0.0, allowed=Numbers("> {}", (0,)))
    for indicator, rows in base.items():
        for at in rows.values():
            if INDICATOR[indicator].count and isinstance(at, int) and reader.observations[at].value % 1:
                row = reader.observations[at]
                reader.tell("count_not_whole", ("base", indicator), params={"unit": row.unit}, value=row.value)


def assumed_figures(reader: Reader) -> dict[str, list[str]]:
    """{indicator: [assumption id, indicator it multiplies or ""]} of figures nobody printed."""
    assumed = {}
    for indicator, reference in reader.pack["base"].items():
        if "assumption" in reference:
            of = reference["of"] or ""
            printed = [name for name, other in reader.pack["base"].items() if "entity" in other]
            if of and of not in printed:
                place: Place = ("base", indicator, "of")
                reader.tell(
                    "unknown_indicator", place, value=of, allowed=", ".join(printed), suggestion=nearest(of, printed)
                )
            assumed[indicator] = [reference["assumption"], of]
    return assumed


def _in_our_unit(reader: Reader, indicator: str, index: int) -> int | list[Any]:
    """The row itself when it is printed in our unit; a month's money as a year's."""
    row, unit = reader.observations[index], INDICATOR[indicator].unit
    if row.unit == unit or (row.unit == "count" and unit in COUNTS):
        return index
    if (row.unit, unit) == (MONTHLY, YEARLY):
        yearly = float(Decimal(repr(row.value)) * MONTHS_PER_YEAR)
        return list(astuple(replace(row, value=yearly, unit=unit, status="derived")))
    params = {"unit": row.unit}
    allowed = f"count, {unit}" if unit in COUNTS else unit
    reader.tell("wrong_unit", ("base", indicator), params=params, value=row.unit, allowed=allowed)
    return index


def _inactive(reader: Reader, base: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Registered less active, per area."""
    inactive = {}
    for code in reader.codes:
        if code not in base[REGISTERED] or code not in base[ACTIVE]:
            continue  # told already
        registered, active = (reader.observations[base[name][code]] for name in (REGISTERED, ACTIVE))
        if active.value > registered.value:
            params = {"active": active.value, "registered": registered.value}
            allowed = Numbers("≤ {}", (registered.value,))
            reader.tell("active_above_registered", ("base", ACTIVE), params=params, value=active.value, allowed=allowed)
        note = f"arithmetic: {plain(registered.value)}-{plain(active.value)}"
        row = replace(
            registered, indicator=INACTIVE, value=registered.value - active.value, status="derived", note=note
        )
        inactive[code] = list(astuple(row))
    return inactive
