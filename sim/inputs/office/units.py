"""Units of figures as they are typed, and what they are in the unit a table of figures holds them in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sim.domain import COUNT_UNITS, INDICATOR, MONTHLY, MONTHS_PER_YEAR
from sim.inputs.figures import load_indicator_map
from sim.inputs.office.moments import months_of
from sim.inputs.office.spelling import Unit, unit_of

#: Powers of ten of đồng.
_SCALES = {"VND": 0, "thousand VND": 3, "million VND": 6, "billion VND": 9}
_YEARLY, _MONTH, _PERIOD = "yr", "month", "period"
_WHOLE = ("count", "persons")
#: Terms that are paid by the month as often as they are told by the year.
_INCOME = "worker_income"


@dataclass(frozen=True)
class Doubt:
    """Why a unit has to be asked, and which would do."""

    key: str
    options: tuple[str, ...]


def home_of(term: str, units: Mapping[str, str]) -> Unit | None:
    """The unit a term is kept in; None where any will do."""
    mapped = load_indicator_map().get(term)
    if mapped:
        unit = INDICATOR[mapped.indicator].unit
        return Unit("persons") if unit == "persons" else Unit("count") if unit in COUNT_UNITS else unit_of(unit)
    if term.startswith("support_"):
        return Unit("billion VND")
    return unit_of(units.get(term, ""))


def is_whole(unit: Unit | None) -> bool:
    """Whether figures in a unit are whole numbers that may be added up."""
    return unit is not None and unit.name in _WHOLE


def is_money(unit: Unit | None) -> bool:
    """Whether a unit is one of money."""
    return unit is not None and unit.name in _SCALES


def adds_up(term: str, unit: Unit | None) -> bool:
    """Whether figures of areas add up to the province's: counts and sums, never averages."""
    return is_whole(unit) or term == "htx_revenue_total" or term.startswith("support_spent")


def coded(unit: Unit) -> str:
    """A unit as a table of figures names it."""
    return unit.name + (f"/{unit.per}" if unit.per else "")


def settled_unit(term: str, declared: Unit | None, part: str, units: Mapping[str, str]) -> Unit | Doubt:
    """The unit of a figure, or why it has to be asked.

    Parameters
    ----------
    part : the part of the year the figure is of
    """
    home = home_of(term, units)
    if declared is None:
        if is_money(home):
            return Doubt("unit", _money_options(term, part))
        return home or Doubt("unit", ("count", "persons", "%", "million VND/yr", "billion VND"))
    if home is None:
        return declared
    if is_money(home) != is_money(declared) or (not is_money(home) and home.name != declared.name):
        return Doubt("unit_kind", _money_options(term, part) if is_money(home) else (coded(home),))
    if home.per == _YEARLY and not declared.per:
        if _INCOME in term or months_of(part) not in (0, MONTHS_PER_YEAR):
            return Doubt("unit_per", _money_options(term, part, [declared.name]))
        return Unit(declared.name, _YEARLY)
    return declared


def _money_options(term: str, part: str, scales: Sequence[str] = ()) -> tuple[str, ...]:
    """Units of money a term may be in, the usual one first."""
    names = scales or ("million VND", "billion VND", "thousand VND", "VND")
    home = home_of(term, {})
    if home is None or home.per != _YEARLY:
        return tuple(sorted(names, key=lambda name: name != (home.name if home else "")))
    times = [_YEARLY, *([_MONTH] if _INCOME in term else []),
             *([_PERIOD] if months_of(part) not in (0, MONTHS_PER_YEAR) else [])]  # fmt: skip
    ordered = sorted(names, key=lambda name: name != home.name)
    return tuple(coded(Unit(name, per)) for name in ordered for per in times)


def converted(number: Decimal, unit: Unit, term: str, part: str, units: Mapping[str, str]) -> tuple[Decimal, str]:
    """A figure in the unit it is kept in, exactly, and that unit.

    Notes
    -----
    A figure of a part of the year, where the year's is kept, is made yearly: times 12 over its months.
    """
    home = home_of(term, units)
    if home is None or not is_money(home):
        return number, coded(home or unit)
    scaled = number.scaleb(_SCALES[unit.name] - _SCALES[home.name])
    if unit.per == _MONTH and home.per == _YEARLY:
        return (scaled, MONTHLY) if coded(home) == "million VND/yr" else (scaled * MONTHS_PER_YEAR, coded(home))
    if unit.per == _PERIOD and home.per == _YEARLY:
        return scaled * MONTHS_PER_YEAR / (months_of(part) or MONTHS_PER_YEAR), coded(home)
    return scaled, coded(home)


def yearly(value: Decimal, unit: str) -> float:
    """A converted figure per year, as ranges are stated."""
    return float(value) * (MONTHS_PER_YEAR if unit == MONTHLY else 1)
