"""The printed fund in the province it was printed for, run beside a province whose own was never printed."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from sim.analysis.answer import Funding, PerHtx, per_htx, per_htx_of
from sim.domain import Province, Scenario, inputs_fingerprint, scenario_fingerprint
from sim.ensemble import Array, Result, apart, code_of, remember, run
from sim.evidence import Knowledge, load_knowledge
from sim.inputs.scenarios import load_background, load_scenario
from sim.run.project import MAIN, NO_SUPPORT


def funding_of(result: Result, reference: str, scenario: str) -> Funding | None:
    """A scenario's money and effect per active HTX beside the printed fund's; None where the fund was printed here.

    Parameters
    ----------
    reference, scenario : slugs of the result

    Raises
    ------
    InputError
        When the pack the fund was printed for is refused.
    """
    assumed = result.province.assumed_fund
    if assumed is None:
        return None
    ours = per_htx_of(result, reference, scenario)
    theirs = _printed(assumed.pack, years=ours.years, draws=result.draws, seed=result.seed)
    return Funding(ours, theirs, result.register[assumed.id])


def printed_by_years(province: Province, *, longest: int, draws: int, seed: int) -> dict[int, PerHtx]:
    """The printed fund in its own province after each number of planned years, {years: what it does there}.

    Parameters
    ----------
    longest : most years that are planned

    Returns
    -------
    dict
        Nothing where the fund was printed for this province.

    Notes
    -----
    One run to the last year: no year's events look ahead, so that it holds every shorter one.
    """
    if province.assumed_fund is None:
        return {}
    pack = province.assumed_fund.pack
    known, fund, changes, effective = _paired(pack, years=longest, draws=draws, seed=seed)
    first = known.province.planning_year
    before = first - known.province.base_year - 1
    return {
        years: per_htx(known.province, replace(fund, horizon=first + years - 1), changes[before + years - 1], effective)
        for years in range(1, longest + 1)
    }


@lru_cache(maxsize=4)
def _printed(pack: str, *, years: int, draws: int, seed: int) -> PerHtx:
    """The printed fund beside no support in its own province, after as many years."""
    known, fund, changes, effective = _paired(pack, years=years, draws=draws, seed=seed)
    return per_htx(known.province, fund, changes[-1], effective)


def _paired(pack: str, *, years: int, draws: int, seed: int) -> tuple[Knowledge, Scenario, Array, float]:
    """The province of a pack, its printed fund and what that adds to active HTX, (year, draw); kept on disk."""
    known, background = load_knowledge(province=pack), load_background(province=pack)
    horizon = known.province.planning_year + years - 1
    both = [replace(load_scenario(name, background=background), horizon=horizon) for name in (NO_SUPPORT, MAIN)]
    key = [inputs_fingerprint(known.province, known.register), known.posterior.key, draws, seed]
    key += [*map(scenario_fingerprint, both), code_of("sim.model", "sim.ensemble", "sim.analysis.answer.funding")]

    def made() -> np.ndarray:
        result = run(known.province, known.register, both, draws=draws, seed=seed, posterior=known.posterior)
        none, fund = (result.series(slug, "htx_active")[:, -1] for slug in result.scenarios)
        return apart(fund, none).astype(float)

    return known, both[-1], remember(["funding by years", *key], made), known.posterior.effective
