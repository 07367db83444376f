"""How a plan's file divides money between areas: by shares of every line or of one, or by amounts of one line."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sim import domain
from sim.inputs.text import Place
from sim.inputs.yaml import Checked

#: Keys of the section: shares of a whole, or amounts that make the line's money.
SHARES, MONEY = "shares", "money"


def check_areas(found: Checked, at: Place, money: Mapping[Place, Mapping[int, int]]) -> None:
    """Shares that make no whole, amounts that do not make the line's money, years one area names and another does not.

    Parameters
    ----------
    at : where the plan stands in the document, () when it is the document
    money : whole đồng by year of the plan's lines, by their place, as far as they are sound
    """
    for line in (domain.EVERY_LINE, *domain.LINES):
        if line in _stated(found, (*at, "areas", SHARES)):
            _check_shares(found, (*at, "areas", SHARES, line))
    for line in domain.LINES:
        place: Place = (*at, "areas", MONEY, line)
        if line not in _stated(found, place[:-1]):
            continue
        if line in _stated(found, (*at, "areas", SHARES)):
            found.tell("areas_both_ways", place, at_key=True, params={"line": line}, value=line)
        elif (*at, "lines", line) in money:
            _check_money(found, place, money[*at, "lines", line])


def _stated(found: Checked, place: Place) -> Mapping[Any, Any]:
    """A sound mapping at a place, or an empty one."""
    value = found.document.at(place)
    return value if isinstance(value, dict) and not found.document.spoilt(place) else {}


def _years(found: Checked, place: Place) -> Mapping[int, dict[str, Decimal]] | None:
    """{year: {area: number}} of one line, or None where the shape or this has refused a part of it."""
    by_area = _stated(found, place)
    series = {area: _stated(found, (*place, area)) for area in by_area}
    if any(not _sound(one) for one in series.values()):
        return None
    named = sorted({year for one in series.values() for year in one})
    for area, one in series.items():
        if missing := [str(year) for year in named if year not in one]:
            years = ", ".join(missing)
            params = {"area": area, "years": years}
            found.tell("area_year_missing", (*place, area), at_key=True, params=params, value=years)
            return None
    return {year: {str(area): Decimal(str(one[year])) for area, one in series.items()} for year in named}


def _sound(series: Mapping[Any, Any]) -> bool:
    numbers = all(type(value) in (int, Decimal) and value >= 0 for value in series.values())
    return bool(series) and numbers and all(isinstance(year, int) for year in series)


def _check_shares(found: Checked, place: Place) -> None:
    for year, shares in (_years(found, place) or {}).items():
        total = sum(shares.values(), Decimal(0))
        nobody = not total  # says: by active HTX from then on
        if not nobody and not domain.is_whole(total) and max(shares.values()) <= 1:
            whole = domain.Numbers("{}", (1,))
            found.tell("area_shares_not_one", place, at_key=True, params={"year": year}, value=total, allowed=whole)


def _check_money(found: Checked, place: Place, line: Mapping[int, int]) -> None:
    for year, parts in (_years(found, place) or {}).items():
        planned = line.get(year, line[max(line)] if line and year > max(line) else 0)
        asked, there = sum(parts.values(), Decimal(0)), domain.billion_from_vnd(planned)
        if asked != there:
            stated = {"year": year, "asked": asked, "line": there}
            found.tell("area_money_not_line", place, at_key=True, params=stated, value=asked)


def areas_content(value: Mapping[str, Any] | None) -> dict[str, dict[str, dict[str, str]]]:
    """Shares by line, year and area of a sound section, JSON-like; what is said of a line holds before every line's."""
    if not value:
        return {}
    shares, money = value[SHARES], value[MONEY]
    found: dict[str, dict[str, dict[str, str]]] = {}
    for line in domain.LINES:
        if money[line]:
            stated = {year: _of_money(parts) for year, parts in _by_year(money[line])}
        else:
            stated = {year: _of_shares(parts) for year, parts in _by_year(shares[line] or shares[domain.EVERY_LINE])}
        if stated:
            found[line] = stated
    return found


def _by_year(series: Mapping[str, Mapping[int, Decimal]]) -> Iterable[tuple[str, dict[str, Decimal]]]:
    years = sorted({year for one in series.values() for year in one})
    return [(str(year), {area: one[year] for area, one in series.items()}) for year in years]


def _of_money(parts: Mapping[str, Decimal]) -> dict[str, str]:
    shares = domain.shares_of({area: domain.vnd_from_billion(amount) for area, amount in parts.items()})
    return {area: str(share) for area, share in shares.items()}


def _of_shares(parts: Mapping[str, Decimal]) -> dict[str, str]:
    return {area: str(share) for area, share in parts.items() if share}


def areas_from(content: Mapping[str, Mapping[str, Mapping[str, str]]]) -> domain.AreaShares:
    """The shares of validated content (`areas_content`)."""
    return {
        line: {int(year): {area: Decimal(share) for area, share in shares.items()} for year, shares in years.items()}
        for line, years in content.items()
    }
