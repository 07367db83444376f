"""The Python door: the same loaders and runner as the command line, with the shipped data as default."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.domain.scenario import Province, Scenario
from sim.ensemble import runner
from sim.ensemble.results import Result
from sim.evidence.knowledge import load_knowledge
from sim.inputs import province, scenarios

if TYPE_CHECKING:
    import pandas as pd


def load_province(slug: str = "lao-cai") -> Province:
    """The data pack of a province.

    Raises
    ------
    InputError
        When a file of the pack is refused.
    """
    return province.load_province(slug)


def list_scenarios() -> list[str]:
    """Slugs of the shipped scenarios."""
    return list(scenarios.list_scenarios())


def load_scenario(name: str) -> Scenario:
    """A scenario by slug, or by path when the name holds a slash or ends in .yaml."""
    return scenarios.load_scenario(name)


def run(
    asked: str | Scenario | Sequence[str | Scenario],
    draws: int = runner.DEFAULT_DRAWS,
    seed: int = runner.DEFAULT_SEED,
) -> Result:
    """Project scenarios on the same draws.

    Parameters
    ----------
    asked : one or several scenarios, each a slug, a path or a `Scenario`
    draws : 1 … 2^20
    seed : equal seeds are common random numbers

    Returns
    -------
    Result
    """
    several = [asked] if isinstance(asked, (str, Scenario)) else list(asked)
    loaded = [load_scenario(item) if isinstance(item, str) else item for item in several]
    known = load_knowledge()
    return runner.run(known.province, known.register, loaded, draws=draws, seed=seed, posterior=known.posterior)


def summarise(result: Result) -> pd.DataFrame:
    """The summary frame of a result; see `Result.summary`."""
    return result.summary()
