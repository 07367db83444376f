"""What a published scenario expects to be printed, ready to be frozen in the ledger."""

import numpy as np

from sim import domain
from sim.analysis.answer.drivers import first_order
from sim.analysis.answer.money import one_more
from sim.analysis.answer.scenario import history
from sim.ensemble import QUANTILES, Result, run
from sim.evidence import Forecast, Knowledge, Published

#: Growth parts are printed nowhere and cannot be scored.
_DECOMPOSITION = ("_like_for_like", "_catch_up", "_composition")


def freeze(known: Knowledge, scenario: domain.Scenario, *, draws: int, seed: int, vintage: str) -> Published:
    """The forecast of one scenario as it would be published now, with what one more tỷ on each line would change."""
    years = scenario.years(known.province.base_year)
    variants = [one_more(scenario, line, years) for line in domain.LINES]
    asked = [scenario, *variants]
    result = run(known.province, known.register, asked, draws=draws, seed=seed, posterior=known.posterior)
    series = [one for one in known.province.indicators if not one.id.endswith(_DECOMPOSITION)]
    planned = {
        str(year): {line: scenario.plan.line_budget(line, year) / domain.VND_PER_BILLION for line in domain.LINES}
        for year in years
    }
    return Published(
        vintage=vintage, scenario=scenario.slug, label=dict(scenario.label), area_code=known.province.areas[0].code,
        base_year=known.province.base_year, draws=draws, seed=seed, planned=planned,
        forecasts=tuple(_forecast(known, result, scenario.slug, indicator) for indicator in series),
        key={
            "scenario": domain.scenario_fingerprint(scenario),
            "inputs": domain.inputs_fingerprint(known.province, known.register),
            "posterior": known.posterior.key,
        },
        printed={
            one.id: float(result.base_values(scenario.slug, one.id)[-1].mean()) for one in series if not one.flow
        },
    )  # fmt: skip


def _forecast(known: Knowledge, result: Result, slug: str, indicator: domain.Indicator) -> Forecast:
    basis = domain.NOMINAL if indicator.money else ""
    draws = result.printed(slug, indicator.id, basis, base=True)[:, -1]
    years = result.years[1:] if indicator.flow else result.years
    quantiles = {
        str(year): {
            repr(level): float(value)
            for level, value in zip(QUANTILES, np.quantile(values, QUANTILES), strict=True)
        }
        for year, values in zip(years, draws, strict=True)
    }
    plain = result.series(slug, indicator.id, basis)[:, -1].mean(axis=-1)
    more = {
        line: result.series(f"{slug}+{line}", indicator.id, basis)[:, -1].mean(axis=-1) - plain for line in domain.LINES
    }
    per_billion = {
        line: {str(year): float(value) for year, value in zip(result.years[1:], change, strict=True)}
        for line, change in more.items()
    }
    known_by_itself = [
        first_order(draws[-1], values)
        for key, values in result.run_of(slug).parameters.items()
        if key in result.register.entries
    ]
    underlying = min(1.0, sum(known_by_itself))
    return Forecast(indicator.id, indicator.unit, quantiles, underlying, per_billion)


def last_growth(province: domain.Province) -> dict[str, float]:
    """Last yearly growth of each series up to the base year [1/yr], for the naive rule."""
    rates = {}
    for indicator in domain.INDICATORS:
        points = history(province, indicator.id)
        if len(points) >= 2 and points[-2].value > 0:
            gap = points[-1].year - points[-2].year
            rates[indicator.id] = (points[-1].value / points[-2].value) ** (1.0 / gap) - 1.0
    return rates
