"""One year's fund over the four lines while a planner moves it: to the đồng, with locks, floors, caps and a remainder.

Whole đồng in, whole đồng out. Nothing is lost by rounding: what does not come out even is rounded
down and the đồng left over go to the lines with the largest fractions (docs/decisions/0002).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sim.domain.areas import share_out
from sim.domain.frozen import Frozen, freeze
from sim.domain.plan import LINES, Plan, spelled_out

#: Under this key the unallocated remainder takes its part when a whole fund is rescaled.
_REMAINDER = "unallocated"


@dataclass(frozen=True)
class Limits:
    """What a planner does not want to happen to lines while others are moved.

    Attributes
    ----------
    locked : lines that keep their money whatever else moves
    floors, caps : {line: VND}; a line without an entry has none
    """

    locked: frozenset[str] = frozenset()
    floors: Mapping[str, int] = field(default_factory=dict)
    caps: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        freeze(self, "floors", "caps")

    def bounds(self, line: str, money: int) -> tuple[int, int | None]:
        """The least and the most a line with this money may come to have [VND]; None is no end.

        Notes
        -----
        A plan may be opened whose line is outside its limits already: such a line stays where it is
        or comes nearer, and nothing is moved without being asked.
        """
        if line in self.locked:
            return money, money
        cap = self.caps.get(line)
        return min(self.floors.get(line, 0), money), None if cap is None else max(cap, money)


@dataclass(frozen=True)
class Allocation:
    """A fund, its lines, and how far lines may move.

    Attributes
    ----------
    fund : of one year [VND], >= 0
    lines : {line: VND}, every line of `LINES`, together at most the fund
    proportions : the last positive money of each line; where a line that was squeezed to zero
        comes back to when there is money for it again
    """

    fund: int
    lines: Mapping[str, int]
    limits: Limits = field(default_factory=Limits)
    proportions: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lines = {line: self.lines[line] for line in LINES}
        if min(lines.values()) < 0 or sum(lines.values()) > self.fund:
            raise ValueError(f"lines {lines} do not fit a fund of {self.fund} VND")
        kept = {line: money or self.proportions.get(line, 0) for line, money in lines.items()}
        object.__setattr__(self, "lines", Frozen(lines))
        object.__setattr__(self, "proportions", Frozen(kept))

    @property
    def locked(self) -> frozenset[str]:
        """Lines that keep their money."""
        return self.limits.locked

    @property
    def unallocated(self) -> int:
        """What no line has [VND]: fund = sum of lines + this, exactly."""
        return self.fund - sum(self.lines.values())

    @property
    def least(self) -> int:
        """What locks and floors need together [VND]; the fund cannot go below it."""
        return sum(self._least(line) for line in LINES)

    def share(self, line: str) -> float:
        """A line's part of the fund [1]; 0 when there is no fund."""
        return self.lines[line] / self.fund if self.fund else 0.0

    def floor(self, line: str) -> int:
        """The least one line can be moved to by hand [VND]; its own lock is for the moves of others."""
        return min(self.limits.floors.get(line, 0), self.lines[line])

    def ceiling(self, line: str) -> int:
        """The most one line can have [VND]: its cap, and what locks and floors of others leave of the fund."""
        left = self.fund - sum(self._least(other) for other in LINES if other != line)
        cap = None if line in self.locked else self.limits.bounds(line, self.lines[line])[1]
        return left if cap is None else min(left, cap)

    def lock(self, locked: Iterable[str]) -> "Allocation":
        """The same money with these lines locked and no others."""
        return replace(self, limits=replace(self.limits, locked=frozenset(locked)))

    def limit(self, line: str, *, floor: int | None, cap: int | None) -> "Allocation":
        """Another floor and cap of one line [VND, None for none]; its money moves into them where it can.

        Raises
        ------
        ValueError
            When the floor is above the cap or above what the fund can give the line.
        """
        floors = {**self.limits.floors, line: floor}
        caps = {**self.limits.caps, line: cap}
        stated = [{name: money for name, money in part.items() if money is not None} for part in (floors, caps)]
        found = replace(self, limits=replace(self.limits, floors=stated[0], caps=stated[1]))
        if line in self.locked:
            return found
        others = {name: money for name, money in stated[1].items() if name != line}
        free = replace(found, limits=replace(found.limits, floors={**stated[0], line: 0}, caps=others))
        low, high = floor or 0, free.ceiling(line) if cap is None else cap
        if low > high or low > free.ceiling(line):
            raise ValueError(f"{line}: no money between {low} and {min(high, free.ceiling(line))} VND")
        moved = free.move(line, min(max(self.lines[line], low), high))
        return replace(moved, limits=found.limits)

    def move(self, line: str, money: int) -> "Allocation":
        """One line set to an amount, held within its floor and ceiling; the fund still adds up.

        Notes
        -----
        The other unlocked lines make room in their proportions, within their floors and caps, and
        the remainder stays as it is for as long as they can. What they cannot take it takes.
        """
        money = min(max(money, self.floor(line)), self.ceiling(line))
        others = [other for other in LINES if other != line and other not in self.locked]
        held = sum(self.lines[other] for other in LINES if other != line and other in self.locked)
        free = self.fund - held - money
        lines = {**self.lines, line: money}
        if others:
            least = sum(self._least(other) for other in others)
            wanted = max(free - self.unallocated, least)
            lines |= share_within(min(wanted, free), self._weights(others), self._bounds(others))
        return replace(self, lines=lines)

    def resize(self, fund: int) -> "Allocation":
        """Another fund, not below what locks and floors need; unlocked lines and remainder keep their proportions."""
        fund = max(fund, self.least)
        unlocked = [line for line in LINES if line not in self.locked]
        weights = {**{line: self.lines[line] for line in unlocked}, _REMAINDER: self.unallocated}
        if not any(weights.values()):
            weights = {line: self.proportions[line] for line in unlocked}
        held = sum(self.lines[line] for line in self.locked)
        parts = share_within(fund - held, weights, {**self._bounds(unlocked), _REMAINDER: (0, None)})
        return replace(self, fund=fund, lines={**self.lines, **{line: parts.get(line, 0) for line in unlocked}})

    def spread(self) -> "Allocation":
        """The remainder given to the unlocked lines in their proportions, equally where none is known."""
        unlocked = [line for line in LINES if line not in self.locked]
        weights = self._weights(unlocked)
        weights = weights if any(weights.values()) else dict.fromkeys(unlocked, 1)
        held = sum(self.lines[line] for line in self.locked)
        return replace(self, lines={**self.lines, **share_within(self.fund - held, weights, self._bounds(unlocked))})

    def _weights(self, lines: Iterable[str]) -> dict[str, int]:
        """Present money of lines, or their last proportions where none of them has any."""
        present = {line: self.lines[line] for line in lines}
        return present if any(present.values()) else {line: self.proportions[line] for line in present}

    def _bounds(self, lines: Iterable[str]) -> dict[str, tuple[int, int | None]]:
        return {line: self.limits.bounds(line, self.lines[line]) for line in lines}

    def _least(self, line: str) -> int:
        return self.limits.bounds(line, self.lines[line])[0]


def share_within(
    total: int, weights: Mapping[str, int], bounds: Mapping[str, tuple[int, int | None]]
) -> dict[str, int]:
    """Whole đồng in proportion to weights, each part within its bounds; the total where bounds allow it.

    Parameters
    ----------
    total : [VND], at least the sum of the lower bounds
    weights : {name: weight >= 0}
    bounds : {name: (least, most)}, most None where there is none

    Returns
    -------
    {name: VND}; together the total, or less where every upper bound is reached or no weight is positive.

    Notes
    -----
    Parts out of bounds are set to them, the side that is out by more first, and what is left is
    shared out again, until nothing is out.
    """
    fixed: dict[str, int] = {}
    while True:
        free = {name: weight for name, weight in weights.items() if name not in fixed}
        rest = total - sum(fixed.values())
        parts = share_out(rest, free) if any(free.values()) else dict.fromkeys(free, 0)
        short = {name: bounds[name][0] for name, part in parts.items() if part < bounds[name][0]}
        over = {name: most for name, part in parts.items() if (most := bounds[name][1]) is not None and part > most}
        if not short and not over:
            return {**fixed, **parts}
        lacking = sum(least - parts[name] for name, least in short.items())
        spare = sum(parts[name] - most for name, most in over.items())
        fixed |= short if lacking >= spare else over


def allocation_of(plan: Plan, year: int, limits: Limits | None = None) -> Allocation:
    """One year of a plan as an allocation."""
    lines = {line: plan.line_budget(line, year) for line in LINES}
    return Allocation(plan.annual_budget(year), lines, limits or Limits())


def with_allocation(plan: Plan, years: Iterable[int], allocation: Allocation) -> Plan:
    """The plan with the same allocation in each of these years; other years stay as they are."""
    years = tuple(years)
    fund = {**plan.fund, **dict.fromkeys(years, allocation.fund)}
    lines = {line: {**plan.lines[line], **dict.fromkeys(years, allocation.lines[line])} for line in LINES}
    return replace(plan, fund=dict(sorted(fund.items())), lines={k: dict(sorted(v.items())) for k, v in lines.items()})


def with_past(plan: Plan, base: Plan, years: range) -> Plan:
    """A plan with the base plan's money in years that are over; a plan in other prices keeps its own.

    Parameters
    ----------
    years : over, from the first projected one on; the plan itself need not have them written down

    Returns
    -------
    Plan
        The plan itself where it says the same.
    """
    if not years or base.price_basis != plan.price_basis or not base.covers(years):
        return plan
    if plan.covers(years) and all(_of_year(plan, year) == _of_year(base, year) for year in years):
        return plan
    first = years[-1] + 1  # written down, or the last of them would be what is repeated
    mine = spelled_out(plan, [first]) if plan.covers(range(first, first + 1)) else plan
    fund = {**mine.fund, **{year: base.annual_budget(year) for year in years}}
    lines, areas = {}, {}
    for line, money in mine.lines.items():
        lines[line] = dict(sorted({**money, **{year: base.line_budget(line, year) for year in years}}.items()))
        later = {year: shares for year, shares in plan.areas.get(line, {}).items() if year > first}
        spent = {year: base.area_shares(line, year) for year in years}
        areas[line] = {**spent, first: plan.area_shares(line, first), **later}
    return replace(plan, fund=dict(sorted(fund.items())), lines=lines, areas=areas)


def _of_year(plan: Plan, year: int) -> tuple[object, ...]:
    """All a plan says of one year's money."""
    lines = [(plan.line_budget(line, year), plan.area_shares(line, year)) for line in LINES]
    return plan.annual_budget(year), *lines
