"""All that is known of a province."""

from dataclasses import dataclass

from sim.domain import Area, Calibration, Problem, Province, Register
from sim.ensemble import Posterior


@dataclass(frozen=True)
class Knowledge:
    """A province with its assumptions, its matched history and their posterior.

    Attributes
    ----------
    before : the posterior of the history alone, where figures of later years updated it
    told : why history, or those figures, were not used, where they could not be
    """

    province: Province
    register: Register
    calibration: Calibration
    posterior: Posterior
    before: Posterior | None = None
    told: tuple[Problem, ...] = ()

    @property
    def without_history(self) -> tuple[Area, ...]:
        """Areas whose own past updated nothing; all of a province that has no history to learn from."""
        history = (self.before or self.posterior).ids
        if not self.province.merged:
            return () if self.calibration.matches else self.province.areas
        told = {self.register[key].area for key in history}
        return tuple(area for area in self.province.areas if area.code not in told)
