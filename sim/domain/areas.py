"""How a plan divides a line's money between the areas of a province: shares that make a whole, money to the đồng.

A share stands from its year on, until another is stated. Where none is, each area gets its part by its active HTX in
the base year. Shares are kept to so many decimals that whole đồng by area come back as they were written.
"""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from sim.domain.errors import Numbers, Problem
from sim.domain.frozen import Frozen
from sim.domain.indicators import PERCENT

#: {area code: share of a line's money}, without areas that get nothing; empty where nothing is stated.
Shares = Mapping[str, Decimal]
#: {line: {first year: shares from then on}}
AreaShares = Mapping[str, Mapping[int, Shares]]

#: Stands for every line where a file states shares of areas.
EVERY_LINE = "all"
_PLACES = 15
_STEP = Decimal(1).scaleb(-_PLACES)
#: Shares written with few decimals or as binary fractions may miss the whole by this much.
_TOLERANCE = Decimal("1e-9")
_NOTHING: Shares = Frozen({})


def share_out(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Whole đồng in proportion to weights, adding up to the total exactly.

    Parameters
    ----------
    total : [VND], >= 0
    weights : {name: weight >= 0}, at least one positive

    Notes
    -----
    Largest remainder; ties go in the order of the weights. Integers throughout, so that no amount
    is ever a float.
    """
    whole = sum(weights.values())
    parts = {name: total * weight // whole for name, weight in weights.items()}
    left_over = total - sum(parts.values())
    by_fraction = sorted(weights, key=lambda name: -(total * weights[name] % whole))
    return parts | {name: parts[name] + 1 for name in by_fraction[:left_over]}


def shares_of(money: Mapping[str, int]) -> Shares:
    """Shares that give back whole đồng by area; empty for no money at all."""
    total = sum(money.values())
    return whole_shares({area: Decimal(part) / total for area, part in money.items()}) if total else _NOTHING


def whole_shares(stated: Mapping[str, object]) -> Shares:
    """Shares that add up to exactly 1, to the decimals that are kept; what they miss of it goes to the largest."""
    kept = {area: Decimal(str(share)).quantize(_STEP) for area, share in sorted(stated.items())}
    kept = {area: share for area, share in kept.items() if share}
    if kept:
        largest = max(kept, key=lambda area: kept[area])
        kept[largest] += 1 - sum(kept.values())
    return Frozen({area: share.normalize() for area, share in kept.items()})


def moved(shares: Mapping[str, Decimal | float], area: str, share: Decimal) -> Shares:
    """One area's share set; the others keep their proportions, or are equal where they had nothing."""
    others = {code: Decimal(str(part)) for code, part in shares.items() if code != area}
    held = sum(others.values())
    rest = {code: (1 - share) * (part / held if held else Decimal(1) / len(others)) for code, part in others.items()}
    return whole_shares({area: share, **rest})


def in_force(stated: Mapping[int, Shares], year: int) -> Shares:
    """The shares of a year: the last ones stated up to it, empty where there are none."""
    known = [first for first in stated if first <= year]
    return stated[max(known)] if known else _NOTHING


def settled(areas: Mapping[str, Mapping[int, Mapping[str, object]]], lines: Iterable[str]) -> AreaShares:
    """The shortest way to say the same: years that repeat the one before, and lines of which nothing is said, go."""
    kept = {}
    for line in lines:
        years: dict[int, Shares] = {}
        for year, stated in sorted(areas.get(line, {}).items()):
            shares = whole_shares(stated)
            if shares != in_force(years, year):
                years[year] = shares
        if years:
            kept[line] = Frozen(years)
    return Frozen(kept)


def share_problems(areas: Mapping[str, Mapping[int, Mapping[str, object]]]) -> list[Problem]:
    """Shares that are no shares, and shares that make no whole."""
    problems = []
    for line, years in areas.items():
        for year, stated in years.items():
            place = f"areas.{line}.{year}"
            wrong = [area for area, share in stated.items() if not _is_share(share)]
            problems += [
                Problem("out_of_bounds", place=f"{place}.{area}", value=str(stated[area]), allowed="0 … 1")
                for area in wrong
            ]
            if wrong or not stated:
                continue
            total = sum((Decimal(str(share)) for share in stated.values()), Decimal(0))
            if not is_whole(total):
                problems.append(area_shares_problem(place, total))
    return problems


def line_share_problems(shares: Mapping[str, float]) -> list[Problem]:
    """Shares of a fund by line that are no shares, or of more than the fund; 40 is told as 0.4."""
    wrong = {line: share for line, share in shares.items() if not 0 <= share <= 1 + _TOLERANCE}
    meant = {line: f"{share / PERCENT:g}" if 2 <= share <= PERCENT else "" for line, share in wrong.items()}  # noqa: PLR2004 (a percentage)
    problems = [
        Problem("out_of_bounds", place=line, value=share, allowed="0 … 1", suggestion=meant[line])
        for line, share in wrong.items()
    ]
    total = sum((Decimal(repr(float(share))) for share in shares.values()), Decimal(0))
    if not wrong and total > 1 + _TOLERANCE:
        place, most = f"Plan.split({', '.join(shares)})", Numbers("≤ {}", (1,))
        problems.append(Problem("shares_over_one", place=place, value=total, allowed=most))
    return problems


def area_shares_problem(place: str, total: Decimal) -> Problem:
    """That the shares of the areas do not make a whole."""
    return Problem("area_shares_not_one", place=place, value=total.normalize(), allowed=Numbers("{}", (1,)))


def areas_problems(areas: AreaShares, codes: Sequence[str]) -> list[Problem]:
    """What of the areas a plan names a province does not have; a province of one area divides nothing."""
    named = {area: line for line, years in areas.items() for shares in years.values() for area in shares}
    if named and len(codes) == 1:
        return [Problem("areas_of_one", place="areas", value=", ".join(sorted(named)))]
    allowed = ", ".join(codes)
    return [
        Problem("unknown_area", place=f"areas.{line}.{area}", value=area, allowed=allowed)
        for area, line in sorted(named.items())
        if area not in codes
    ]


def is_whole(total: Decimal) -> bool:
    """Whether shares make a whole, as finely as a person writes them."""
    return abs(total - 1) <= _TOLERANCE


def _is_share(value: object) -> bool:
    known = isinstance(value, (int, float, Decimal)) and not isinstance(value, bool)
    return known and 0 <= value <= 1  # type: ignore[operator]


def divided(money: int, shares: Mapping[str, Decimal | float]) -> dict[str, int]:
    """Whole đồng of a line by area, adding up exactly; empty without shares."""
    if not shares:
        return {}
    return share_out(money, {area: int(Decimal(str(share)).scaleb(_PLACES)) for area, share in shares.items()})
