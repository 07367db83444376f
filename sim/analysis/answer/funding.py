"""Money and effect per active HTX: what lets a fund be told beside the same fund in a smaller or larger province."""

from dataclasses import dataclass

from sim import domain
from sim.analysis.compare import Difference, indicator_difference
from sim.ensemble import Array, Result, apart

#: Active HTX that an effect is told for.
PER = 100


@dataclass(frozen=True)
class PerHtx:
    """What a plan gives and does for the active HTX a province starts with.

    Attributes
    ----------
    fund : of the first year that is planned, all lines [billion VND]
    active : HTX at the start, the mean where it is assumed
    change : active HTX more than without support in the last year, for `PER` of those at the start
    years : planned ones
    """

    province: domain.Province
    fund: float
    active: float
    change: Difference
    years: int

    @property
    def million_per_htx(self) -> float:
        """Money for each active HTX [million VND/yr]."""
        return self.fund * domain.MILLION_PER_BILLION / self.active


@dataclass(frozen=True)
class Funding:
    """A plan measured against a reference fund that nobody printed.

    Attributes
    ----------
    ours, theirs : the plan here, and the printed fund in the province the reference was scaled from
    reference : the assumption that stands for the fund [billion VND/yr]
    """

    ours: PerHtx
    theirs: PerHtx
    reference: domain.Assumption

    @property
    def multiple(self) -> float:
        """The plan's first year that is planned over the middle of the reference fund."""
        return self.ours.fund / self.reference.distribution.p50


def per_htx_of(result: Result, reference: str, scenario: str) -> PerHtx:
    """What a scenario of a result does beside a reference of it, per active HTX.

    Parameters
    ----------
    reference, scenario : slugs of the result
    """
    ours, theirs = (result.series(slug, "htx_active")[-1, -1] for slug in (scenario, reference))
    active = float(result.base_values(scenario, "htx_active")[-1].mean())
    named = result.province, result.run_of(scenario).scenario
    return per_htx(*named, apart(ours, theirs), result.effective_draws, active=active)


def per_htx(
    province: domain.Province, scenario: domain.Scenario, more: Array, effective_draws: float, *, active: float = 0.0
) -> PerHtx:
    """A plan's money and effect per active HTX.

    Parameters
    ----------
    more : (draw) active HTX more than without support in the last year
    active : at the start; default as printed
    """
    active = active or sum(row.value for row in province.base["htx_active"].values())
    years = province.open_years(scenario.horizon) or scenario.years(province.base_year)
    change = indicator_difference("htx_active", PER / active * more, effective_draws)
    fund = sum(scenario.plan.line_budget(line, years[0]) for line in domain.LINES) / domain.VND_PER_BILLION
    return PerHtx(province, fund, active, change, len(years))
