"""What may be chosen: the split of a fund that is given, or the fund itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from numbers import Rational

from sim.domain.calls import answering_class
from sim.domain.errors import InputError, Number, Numbers, Problem
from sim.domain.frozen import freeze
from sim.domain.plan import LINES

#: Equal steps of a fund that splits are listed in: 20 is every 5 %, 40 every 2.5 %.
COARSE_PARTS, FINE_PARTS = 20, 40
#: How far a line may move from the plan unless asked otherwise: a province shifts money, it does
#: not start its budget anew.
USUAL_WITHIN = Fraction(3, 10)
#: A fund larger than so many times the plan's is no plan for a province.
_MOST_TIMES = 10


@answering_class()
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
        for line in sorted({*self.locked, *self.floors, *self.caps} - set(LINES)):
            raise InputError(Problem("unknown_line", value=line, allowed=", ".join(LINES)))
        if self.within is not None and not isinstance(self.within, Rational):  # a share of money is exact
            told = {"name": "within", "kind": type(self.within).__name__}
            exact = f"Fraction({str(self.within)!r})"
            raise InputError(
                Problem("parameter_kind", told, place="Bounds()", value=str(self.within), allowed="Fraction, None",
                        suggestion=exact if str(self.within).replace(".", "", 1).isdigit() else "")
            )  # fmt: skip
        if self.within is not None and self.within < 0:
            raise _outside("within", float(self.within), "≥ 0")
        crossed = [line for line in self.floors if self.floors[line] > self.caps.get(line, self.floors[line])]
        if crossed:
            raise InputError(Problem("limits_crossed", place=f"floors.{crossed[0]}"))


#: No limit but the fund itself.
UNBOUNDED = Bounds(within=None)


@answering_class("__init__", kinds=True)
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
            raise _outside("parts", self.parts, f"{COARSE_PARTS}, {FINE_PARTS}")


@answering_class("__init__", kinds=True)
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
            raise InputError(Problem("argument_probability", place="probability", value=self.probability))
        if not 0.0 < self.up_to <= _MOST_TIMES:
            raise InputError(Problem("argument_factor", {"most": _MOST_TIMES}, place="up_to", value=self.up_to))
        if self.steps < 2:
            raise _outside("steps", self.steps, "≥ 2")


def _outside(place: str, value: Number, allowed: str | Numbers) -> InputError:
    """A choice that cannot be."""
    return InputError(Problem("out_of_bounds", place=place, value=value, allowed=allowed))
