"""All that is known of a province."""

from dataclasses import dataclass

from sim.domain import Calibration, Problem, Province, Register
from sim.ensemble import Posterior


@dataclass(frozen=True)
class Knowledge:
    """A province with its assumptions, its matched history and their posterior.

    Attributes
    ----------
    before : the posterior of the history alone, where figures of later years updated it
    told : why those figures were not used, where they could not be
    """

    province: Province
    register: Register
    calibration: Calibration
    posterior: Posterior
    before: Posterior | None = None
    told: tuple[Problem, ...] = ()
