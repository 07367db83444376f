"""What of the observed past the model is matched with, what is set aside, and why."""

from __future__ import annotations

from dataclasses import dataclass

from sim.domain.plan import Label
from sim.domain.scenario import Observation

#: How a figure of the past relates to the model's yearly series.
END, MIDDLE, GROWTH, FIRST_HALF = MATCH_KINDS = ("end", "middle", "growth", "first_half")


@dataclass(frozen=True)
class Match:
    """One observed figure used to update the assumptions.

    Attributes
    ----------
    id : names it in tables and checks
    indicator : the model's series
    kind : at year's end, in the middle of the year, growth over the year [share], or a count of
        the first half-year
    value : observed, in the unit of the series (growth as a share)
    error : standard deviation of what is observed around the truth; of the log when `relative`
    """

    id: str
    indicator: str
    year: int
    kind: str
    value: float
    error: float
    relative: bool
    observation: Observation


@dataclass(frozen=True)
class SetAside:
    """Figures that are kept in the pack and never used for fitting, with the reason."""

    observations: tuple[Observation, ...]
    reason: Label


@dataclass(frozen=True)
class Calibration:
    """The observed history of one province.

    Attributes
    ----------
    start_year : history starts at its end, with latent stocks and averages
    inflation : actual price growth of each later year, oldest first [share]
    """

    start_year: int
    inflation: tuple[float, ...]
    matches: tuple[Match, ...]
    set_aside: tuple[SetAside, ...]

    @property
    def years(self) -> range:
        """The simulated years of history."""
        return range(self.start_year + 1, self.start_year + 1 + len(self.inflation))

    def until(self, year: int) -> Calibration:
        """What was known at the end of a year: later matches dropped, for hindcasts."""
        kept = tuple(match for match in self.matches if match.year <= year)
        return Calibration(self.start_year, self.inflation, kept, self.set_aside)
