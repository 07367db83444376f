"""The Python door: the same loaders and runner as the command line, with the shipped data as default."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.domain import Province, Scenario
from sim.ensemble import DEFAULT_DRAWS, DEFAULT_SEED, Result, run as project
from sim.evidence import load_knowledge
from sim.inputs.pack import load_province as read_province
from sim.inputs.scenarios import list_scenarios as slugs, load_scenario as read_scenario

if TYPE_CHECKING:
    import pandas as pd

    from sim.analysis.split import BestSplit, Chance, LeastMoney, Objective, ResponseSurface
    from sim.domain import FixedFund, FlexibleFund
    from sim.evidence import Check

def load_province(slug: str | None = None) -> Province:
    """The data pack of a province; without a slug the one that is chosen (``COOPSIM_PROVINCE``, else the default).

    Raises
    ------
    InputError
        When a file of the pack is refused.
    """
    return read_province(slug)


def list_scenarios() -> list[str]:
    """Slugs of the shipped scenarios."""
    return list(slugs())


def load_scenario(name: str) -> Scenario:
    """A scenario by slug, or by path when the name holds a slash or ends in .yaml."""
    return read_scenario(name)


def run(
    asked: str | Scenario | Sequence[str | Scenario],
    draws: int = DEFAULT_DRAWS,
    seed: int = DEFAULT_SEED,
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
    loaded = [_loaded(item) for item in several]
    known = load_knowledge()
    return project(known.province, known.register, loaded, draws=draws, seed=seed, posterior=known.posterior)


def summarise(result: Result) -> pd.DataFrame:
    """The summary frame of a result; see `Result.summary`."""
    return result.summary()


def response_surface(
    scenario: str | Scenario, fund: FixedFund | None = None, draws: int = 1024, seed: int = DEFAULT_SEED
) -> ResponseSurface:
    """What every split of a scenario's money brings, computed once and kept.

    Parameters
    ----------
    scenario : a slug, a path or a `Scenario`
    fund : steps and limits (`sim.domain.choices`); default every split in steps of 2.5 %

    Raises
    ------
    InputError
        When the scenario is refused, has no money, or no split keeps the limits.
    """
    from sim.analysis.split import UNLIMITED, response_surface as surface_of

    return surface_of(
        load_knowledge(), _loaded(scenario), fund=fund or UNLIMITED, draws=draws, seed=seed
    )


def allocate(scenario: str | Scenario, objective: Objective | None = None, fund: FixedFund | None = None) -> BestSplit:
    """The best split of a scenario's money, with what comes as near and what it changes.

    Parameters
    ----------
    objective : of `sim.analysis.split.objectives`; default the mean of total revenue in the last year
    fund : default within 30 % of the plan, in steps of 2.5 %
    """
    from sim.analysis.split import allocate as best_split, default_objective
    from sim.domain import FixedFund

    found, fund = _loaded(scenario), fund or FixedFund()
    surface = response_surface(found, fund)
    return best_split(surface, objective or default_objective(found), fund.bounds)


def seek(scenario: str | Scenario, target: Chance, fund: FlexibleFund | None = None, draws: int = 8192) -> LeastMoney:
    """The least money, split as the scenario's plan, that meets a target with the wanted probability."""
    from sim.analysis.split import ANY_FUND, seek as least_money
    from sim.evidence import draws_for

    found = _loaded(scenario)
    frozen = draws_for(load_knowledge(), found, draws=draws, seed=DEFAULT_SEED)
    return least_money(frozen, found, target, fund or ANY_FUND)


def sensitivity(
    scenario: str | Scenario, draws: int = DEFAULT_DRAWS, seed: int = DEFAULT_SEED
) -> pd.DataFrame:
    """What a scenario's range comes from, what is worth knowing before choosing, and what turns the choice.

    Returns
    -------
    DataFrame
        One row per outcome and part of the unknowns; columns as `coopsim sensitivity --format csv`.
        `sim.analysis.unknowns.together.uncertainty` gives the same as values.
    """
    import pandas as pd

    from sim.analysis.unknowns import SENSITIVITY_COLUMNS, sensitivity_rows
    from sim.run import examined

    found = examined(load_knowledge(), _loaded(scenario), draws=draws, seed=seed)
    return pd.DataFrame.from_records(list(sensitivity_rows(found)), columns=list(SENSITIVITY_COLUMNS))


def _loaded(scenario: str | Scenario) -> Scenario:
    return load_scenario(scenario) if isinstance(scenario, str) else scenario


def credibility() -> tuple[Check, ...]:
    """The checks of the ranges: the quick ones now, the slow ones as they were last run in full.

    Returns
    -------
    tuple of Check
        Each with its `verdict` (PASS, REVIEW or FAIL) and the `figures` it rests on; what
        `coopsim credibility` prints.
    """
    from sim.run import standing

    return tuple(standing(load_knowledge()))
