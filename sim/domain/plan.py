"""Plans: money per line and year that always adds up to the đồng, and how one year's fund is moved between lines."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sim.domain.frozen import Frozen, freeze

# -- Budget lines and plans: money per line and year that always adds up, to the đồng --------------


@dataclass(frozen=True)
class Line:
    """One budget line of the fund.

    Attributes
    ----------
    id : as in plans, tables and the names of its assumptions
    purpose : what the source document gives it for, English | Vietnamese
    acts_on : the rates and levels of the model its money moves
    inquiry : assumptions that one inquiry into how the line works would find out together
    """

    id: str
    purpose: str
    acts_on: tuple[str, ...]
    inquiry: tuple[str, ...]


#: The four lines of the 2024 fund, in the order of the source document (and of `sim.model.LINE_IDS`).
BUDGET_LINES = (
    Line(
        "establishment", "Founding and consolidation | Thành lập mới, củng cố tổ chức",
        acts_on=("founding", "reactivation"),
        inquiry=(
            "phi_establishment_founding", "phi_establishment_reactivation", "persistence_founding",
            "persistence_reactivation", "doubling_return_establishment",
        ),
    ),
    Line(
        "capacity", "Capacity and awareness | Nâng cao năng lực, nhận thức",
        acts_on=("stopping", "revenue"),
        inquiry=(
            "phi_capacity_stopping", "coverage_capacity_revenue", "effect_capacity_revenue", "persistence_capacity",
            "doubling_return_capacity",
        ),
    ),
    Line(
        "market", "Trade promotion, markets | Xúc tiến thương mại, mở rộng thị trường",
        acts_on=("revenue",),
        inquiry=(
            "coverage_market_revenue", "effect_market_revenue", "persistence_market", "doubling_return_market",
        ),
    ),
    Line(
        "survey", "Survey and other support | Khảo sát tình hình hoạt động và hỗ trợ khác",
        acts_on=("dissolution", "targeting"),
        inquiry=("phi_survey_dissolution", "targeting_gain", "doubling_return_survey"),
    ),
)  # fmt: skip
LINES = tuple(line.id for line in BUDGET_LINES)
#: The line that pays for new HTX.
FOUNDING_LINE = next(line.id for line in BUDGET_LINES if "founding" in line.acts_on)
PRICE_BASES = ("nominal", "real_2023")

Label = Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """What the province chooses: a fund per year and how it is split over the four lines.

    Attributes
    ----------
    slug, label : id and names by language
    price_basis : ``nominal`` (đồng of each year) or ``real_2023`` (đồng of 2023)
    fund : {year: whole đồng}
    lines : {line: {year: whole đồng}}, every line of `LINES`
    repeat_last : True when years after the last given one repeat it
    """

    slug: str
    label: Label
    price_basis: str
    fund: Mapping[int, int]
    lines: Mapping[str, Mapping[int, int]]
    repeat_last: bool = False

    def __post_init__(self) -> None:
        freeze(self, "fund")
        frozen = {line: Frozen(self.lines[line]) for line in LINES}
        object.__setattr__(self, "lines", Frozen(frozen))
        for year in self.fund:
            if self.unallocated(year) < 0:
                raise ValueError(f"{self.slug}: the lines of {year} exceed the fund")

    def annual_budget(self, year: int) -> int:
        """The fund of one year [VND]."""
        return _of_year(self.fund, year, self.repeat_last, self.slug)

    def line_budget(self, line: str, year: int) -> int:
        """Money of one line in one year [VND]."""
        return _of_year(self.lines[line], year, self.repeat_last, f"{self.slug}.{line}")

    def unallocated(self, year: int) -> int:
        """What the year's fund leaves to no line [VND]: fund = sum of lines + this, exactly."""
        return self.annual_budget(year) - sum(self.line_budget(line, year) for line in LINES)

    def missing(self, years: range) -> list[int]:
        """Years of a horizon for which the fund or a line has no money written down."""
        written = (self.fund, *self.lines.values())
        ends = [max(series, default=math.inf) if self.repeat_last else math.inf for series in written]
        pairs = list(zip(written, ends, strict=True))
        return [year for year in years if any(year not in series and year <= end for series, end in pairs)]

    def covers(self, years: range) -> bool:
        """Whether every year of the horizon has money written down."""
        return not self.missing(years)


def _of_year(series: Mapping[int, int], year: int, repeat_last: bool, what: str) -> int:
    if year in series:
        return series[year]
    if repeat_last and series and year > max(series):
        return series[max(series)]
    raise KeyError(f"{what} has no money for {year}")


# -- One year's fund over the four lines while a planner moves it: to the đồng, with locks, floors, caps and a remainder
# Whole đồng in, whole đồng out. Nothing is lost by rounding: what does not come out even is rounded
# down and the đồng left over go to the lines with the largest fractions (docs/decisions/0002).

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
