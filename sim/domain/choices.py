"""What may be chosen: the split of a fund that is given, or the fund itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from sim.domain.frozen import freeze
from sim.domain.plan import LINES

#: Equal steps of a fund that splits are listed in: 20 is every 5 %, 40 every 2.5 %.
COARSE_PARTS, FINE_PARTS = 20, 40
#: How far a line may move from the plan unless asked otherwise: a province shifts money, it does
#: not start its budget anew.
USUAL_WITHIN = Fraction(3, 10)


@dataclass(frozen=True)
class Bounds:
    """Limits a split must keep.

    Attributes
    ----------
    within : largest change of a line's money over the horizon, as a share of the plan's; None
        where there is no such limit
    locked : lines that keep the plan's money in every year
    floors, caps : {line: VND of one year}, kept in every year
    """

    within: Fraction | None = USUAL_WITHIN
    locked: frozenset[str] = frozenset()
    floors: Mapping[str, int] = field(default_factory=dict)
    caps: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "locked", frozenset(self.locked))
        freeze(self, "floors", "caps")
        unknown = sorted({*self.locked, *self.floors, *self.caps} - set(LINES))
        if unknown:
            raise ValueError(f"no such budget line: {unknown}")
        if self.within is not None and self.within < 0:
            raise ValueError(f"within must be at least 0, got {self.within}")
        crossed = [line for line in self.floors if self.floors[line] > self.caps.get(line, self.floors[line])]
        if crossed:
            raise ValueError(f"floor above cap: {crossed}")


#: No limit but the fund itself.
UNBOUNDED = Bounds(within=None)


@dataclass(frozen=True)
class FixedFund:
    """The plan's money of every year is given; only its split over the lines is chosen.

    Attributes
    ----------
    parts : equal steps of the fund that splits are listed in
    only : years whose money is split, and whose money limits are about; empty for all that can be planned
    """

    bounds: Bounds = field(default_factory=Bounds)
    parts: int = FINE_PARTS
    only: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if self.parts not in (COARSE_PARTS, FINE_PARTS):
            raise ValueError(f"a fund is split in {COARSE_PARTS} or {FINE_PARTS} parts, got {self.parts}")


@dataclass(frozen=True)
class FlexibleFund:
    """The split is the plan's; the money of every year is raised or lowered in proportion.

    Attributes
    ----------
    probability : with which the target is to be reached
    up_to : largest fund looked at, as a multiple of the plan's
    steps : equal steps between nothing and `up_to` that are looked at first
    """

    probability: float = 0.5
    up_to: float = 3.0
    steps: int = 30

    def __post_init__(self) -> None:
        if not 0.0 < self.probability < 1.0:
            raise ValueError(f"probability must lie between 0 and 1, got {self.probability}")
        if self.up_to <= 0 or self.steps < 2:
            raise ValueError("a range of funds needs a positive end and at least two steps")
