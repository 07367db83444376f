"""All a projection starts from: the pack, the assumptions, and what history says of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from sim.domain import Calibration, Province, Register, Scenario
from sim.ensemble import CommonDraws, Posterior, common_draws
from sim.evidence.conditioning import posterior
from sim.inputs.pack import load_calibration, load_province, load_register, refuse_unknown
from sim.inputs.text import data_root


@dataclass(frozen=True)
class Knowledge:
    """A province with its assumptions, its matched history and their posterior."""

    province: Province
    register: Register
    calibration: Calibration
    posterior: Posterior


def load_knowledge(root: Path | None = None, *, province: str | None = None) -> Knowledge:
    """Read the pack and the register, and condition them (from the cache where it was done before).

    Raises
    ------
    InputError
        When a file is refused.
    RunError
        When history cannot be matched with enough effective draws.
    """
    root = root or data_root()
    pack, register = load_province(province, root=root), load_register(root, province=province)
    refuse_unknown(pack, register)
    calibration = load_calibration(pack, register, root=root)
    aside = frozenset(row.line for entry in calibration.set_aside for row in entry.observations)
    learnt = posterior(calibration, register)
    if calibration.years and calibration.years[-1] != pack.base_year:
        learnt = replace(learnt, latent={})  # the true level behind the figures of another year
    return Knowledge(replace(pack, set_aside=aside), register, calibration, learnt)


def draws_for(known: Knowledge, scenario: Scenario, *, draws: int, seed: int, first_block: int = 0) -> CommonDraws:
    """Common draws over a scenario's horizon, conditioned on history; every plan and world is evaluated on them.

    Parameters
    ----------
    first_block : blocks of the seed before it are left for other purposes
    """
    return common_draws(
        known.province, known.register, draws=draws, seed=seed, horizon=scenario.horizon,
        posterior=known.posterior, first_block=first_block,
    )  # fmt: skip
