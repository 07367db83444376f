"""One year's fund over the four lines while a planner moves it: to the đồng, with locks and a remainder.

Whole đồng in, whole đồng out. Nothing is lost by rounding: what does not come out even is rounded
down and the đồng left over go to the lines with the largest fractions (docs/decisions/0002).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from sim.domain.budget import LINES, Plan

#: Under this key the unallocated remainder takes its part when a whole fund is rescaled.
_REMAINDER = "unallocated"


@dataclass(frozen=True)
class Allocation:
    """A fund, its lines, and which lines may not move.

    Attributes
    ----------
    fund : of one year [VND], >= 0
    lines : {line: VND}, every line of `LINES`, together at most the fund
    locked : lines that keep their money whatever else moves
    proportions : the last positive money of each line; where a line that was squeezed to zero
        comes back to when there is money for it again
    """

    fund: int
    lines: Mapping[str, int]
    locked: frozenset[str] = frozenset()
    proportions: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        lines = {line: self.lines[line] for line in LINES}
        if min(lines.values()) < 0 or sum(lines.values()) > self.fund:
            raise ValueError(f"lines {lines} do not fit a fund of {self.fund} VND")
        kept = {line: money or self.proportions.get(line, 0) for line, money in lines.items()}
        object.__setattr__(self, "lines", MappingProxyType(lines))
        object.__setattr__(self, "proportions", MappingProxyType(kept))

    @property
    def unallocated(self) -> int:
        """What no line has [VND]: fund = sum of lines + this, exactly."""
        return self.fund - sum(self.lines.values())

    @property
    def held(self) -> int:
        """Money of the locked lines together [VND]; the fund cannot go below it."""
        return sum(self.lines[line] for line in self.locked)

    def share(self, line: str) -> float:
        """A line's part of the fund [1]; 0 when there is no fund."""
        return self.lines[line] / self.fund if self.fund else 0.0

    def ceiling(self, line: str) -> int:
        """The most one line can have [VND]: the fund less what other locked lines hold."""
        return self.fund - sum(self.lines[other] for other in self.locked if other != line)

    def lock(self, locked: Iterable[str]) -> Allocation:
        """The same money with these lines locked and no others."""
        return replace(self, locked=frozenset(locked))

    def move(self, line: str, money: int) -> Allocation:
        """One line set to an amount, held within [0, its ceiling]; the fund still adds up.

        Notes
        -----
        The other unlocked lines make room in their proportions and the remainder stays as it is
        for as long as they can. Where every other line is locked, the remainder takes the change.
        """
        money = min(max(money, 0), self.ceiling(line))
        others = [other for other in LINES if other != line and other not in self.locked]
        free = self.ceiling(line) - money
        lines = {**self.lines, line: money}
        if others:
            weights = self._weights(others)
            lines |= share_out(free - min(self.unallocated, free), weights) if any(weights.values()) else {}
        return replace(self, lines=lines)

    def resize(self, fund: int) -> Allocation:
        """Another fund, not below what locked lines hold; unlocked lines and remainder keep their proportions."""
        fund = max(fund, self.held)
        unlocked = [line for line in LINES if line not in self.locked]
        weights = {**{line: self.lines[line] for line in unlocked}, _REMAINDER: self.unallocated}
        if not any(weights.values()):
            weights = {line: self.proportions[line] for line in unlocked}
        parts = share_out(fund - self.held, weights) if any(weights.values()) else {}
        return replace(self, fund=fund, lines={**self.lines, **{line: parts.get(line, 0) for line in unlocked}})

    def spread(self) -> Allocation:
        """The remainder given to the unlocked lines in their proportions, equally where none is known."""
        unlocked = [line for line in LINES if line not in self.locked]
        if not unlocked:
            return self
        weights = self._weights(unlocked)
        weights = weights if any(weights.values()) else dict.fromkeys(unlocked, 1)
        return replace(self, lines={**self.lines, **share_out(self.fund - self.held, weights)})

    def _weights(self, lines: Iterable[str]) -> dict[str, int]:
        """Present money of lines, or their last proportions where none of them has any."""
        present = {line: self.lines[line] for line in lines}
        return present if any(present.values()) else {line: self.proportions[line] for line in present}


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


def allocation_of(plan: Plan, year: int, locked: Iterable[str] = ()) -> Allocation:
    """One year of a plan as an allocation."""
    lines = {line: plan.line_budget(line, year) for line in LINES}
    return Allocation(plan.annual_budget(year), lines, frozenset(locked))


def with_allocation(plan: Plan, years: Iterable[int], allocation: Allocation) -> Plan:
    """The plan with the same allocation in each of these years; other years stay as they are."""
    years = tuple(years)
    fund = {**plan.fund, **dict.fromkeys(years, allocation.fund)}
    lines = {line: {**plan.lines[line], **dict.fromkeys(years, allocation.lines[line])} for line in LINES}
    return replace(plan, fund=dict(sorted(fund.items())), lines={k: dict(sorted(v.items())) for k, v in lines.items()})


def spelled_out(plan: Plan, years: Iterable[int]) -> Plan:
    """The plan with every one of these years written down, so that years can be changed one by one."""
    years = tuple(years)
    fund = {**plan.fund, **{year: plan.annual_budget(year) for year in years}}
    lines = {line: {**plan.lines[line], **{year: plan.line_budget(line, year) for year in years}} for line in LINES}
    return replace(plan, fund=fund, lines=lines)


def same_every_year(plan: Plan) -> bool:
    """Whether fund and lines are equal in all years written down."""
    series = (plan.fund, *plan.lines.values())
    return all(len(set(money.values())) <= 1 for money in series)
