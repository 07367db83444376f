"""The printed fund in the province it was printed for, run beside a province whose own was never printed."""

from dataclasses import replace
from functools import lru_cache

import numpy as np

from sim.analysis.answer import Funding, PerHtx, per_htx, per_htx_of
from sim.domain import inputs_fingerprint, scenario_fingerprint
from sim.ensemble import Result, apart, code_of, remember, run
from sim.evidence import load_knowledge
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


@lru_cache(maxsize=4)
def _printed(pack: str, *, years: int, draws: int, seed: int) -> PerHtx:
    """The printed fund beside no support in its own province, after as many years; kept on disk."""
    known, background = load_knowledge(province=pack), load_background(province=pack)
    horizon = known.province.planning_year + years - 1
    both = [replace(load_scenario(name, background=background), horizon=horizon) for name in (NO_SUPPORT, MAIN)]
    key = [inputs_fingerprint(known.province, known.register), known.posterior.key, draws, seed]
    key += [*map(scenario_fingerprint, both), code_of("sim.model", "sim.ensemble", "sim.analysis.answer.funding")]

    def made() -> np.ndarray:
        result = run(known.province, known.register, both, draws=draws, seed=seed, posterior=known.posterior)
        none, fund = (result.series(slug, "htx_active")[-1, -1] for slug in result.scenarios)
        return apart(fund, none).astype(float)

    return per_htx(known.province, both[-1], remember(["funding", *key], made), known.posterior.effective)
