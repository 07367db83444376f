"""The observed past of one area: printed figures, and which year of the model each of them is matched with."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sim.domain.frozen import freeze
from sim.domain.plan import Label
from sim.domain.scenario import Observation
from sim.domain.world import Assumption

#: How a figure of the past relates to the model's yearly series.
END, WITHIN, GROWTH, PART = MATCH_KINDS = ("end", "within", "growth", "part")


@dataclass(frozen=True)
class Match:
    """One observed figure used to update the assumptions.

    Attributes
    ----------
    id : names it in tables and checks
    indicator : the model's series
    kind : at year's end or of the whole year, a level within the year, growth over the year [share], or a
        count of a part of the year
    value : observed, in the unit of the series (growth as a share)
    error : standard deviation of what is observed around the truth; of the log when `relative`
    observation : the row it was printed in; the first, where several pages print it
    share : how far into the year it stands, or the part of the year it counts
    shift : name of the step of its series that lies before it, in `Calibration.shifts`; "" without one
    fineness : one unit of its last printed digit, in the unit of the series, where it repeats an earlier or a planned
        figure to the digit; 0 where it does not
    """

    id: str
    indicator: str
    year: int
    kind: str
    value: float
    error: float
    relative: bool
    observation: Observation
    share: float = 1.0
    shift: str = ""
    fineness: float = 0.0


@dataclass(frozen=True)
class SetAside:
    """Figures that are kept in the pack and never used for fitting, with the reason."""

    observations: tuple[Observation, ...]
    reason: Label


@dataclass(frozen=True)
class Calibration:
    """The observed history of one area.

    Attributes
    ----------
    start_year : history starts at its end, with latent stocks and averages
    inflation : actual price growth of each later year, oldest first [share]
    start : {what of the latent start: how uncertain it is}, of `sim.inputs.pack.START`
    members_from : members are followed from the end of this year on, where their figures agree
    shifts : {name of a step of a series where its footing changed: sd of the log of the step}
    """

    start_year: int
    inflation: tuple[float, ...]
    matches: tuple[Match, ...]
    set_aside: tuple[SetAside, ...]
    start: Mapping[str, Assumption] = field(default_factory=dict)
    members_from: int = 0
    shifts: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        freeze(self, "start", "shifts")

    @property
    def years(self) -> range:
        """The simulated years of history."""
        return range(self.start_year + 1, self.start_year + 1 + len(self.inflation))

    def until(self, year: int) -> "Calibration":
        """What was known at the end of a year: later matches dropped, for hindcasts."""
        return replace(self, matches=tuple(match for match in self.matches if match.year <= year))
