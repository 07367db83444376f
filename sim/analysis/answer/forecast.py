"""What a published scenario expects to be printed, and what money spent otherwise than planned changes of it."""

from calendar import monthrange
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from sim import domain
from sim.ensemble import (
    QUANTILES,
    Array,
    Block,
    CommonDraws,
    Result,
    ScenarioRun,
    apart,
    block_count,
    exchanged,
    plan_money,
    run,
    run_block,
)
from sim.evidence import Forecast, Knowledge, Published, Spent, draws_for
from sim.inputs.figures import OBSERVED, last_month
from sim.inputs.yaml import scenario_text

#: Growth parts are printed nowhere and cannot be scored.
_DECOMPOSITION = ("_like_for_like", "_catch_up", "_composition")


def _printed_series(province: domain.Province) -> list[domain.Indicator]:
    return [one for one in province.indicators if not one.id.endswith(_DECOMPOSITION)]


def freeze(known: Knowledge, scenario: domain.Scenario, *, draws: int, seed: int, vintage: str) -> Published:
    """The forecast of one scenario as it would be published now, with what each year's range comes from."""
    result = run(known.province, known.register, [scenario], draws=draws, seed=seed, posterior=known.posterior)
    again = _other_events(known, result)
    series = _printed_series(known.province)
    planned = {
        str(year): {line: scenario.plan.line_budget(line, year) / domain.VND_PER_BILLION for line in domain.LINES}
        for year in scenario.years(known.province.base_year)
    }
    return Published(
        vintage=vintage, scenario=scenario.slug, label=dict(scenario.label), area_code=area_of(known.province),
        base_year=known.province.base_year, draws=draws, seed=seed, planned=planned,
        forecasts=tuple(_forecast(result, again, indicator) for indicator in series),
        key={"scenario": domain.scenario_fingerprint(scenario), **knowledge_key(known)},
        printed={
            one.id: float(result.base_values(scenario.slug, one.id)[-1].mean()) for one in series if not one.flow
        },
        province=known.province.slug, definition=scenario_text(scenario), data_end=data_end(known.province).isoformat(),
    )  # fmt: skip


def area_of(province: domain.Province) -> str:
    """Code of the area whose figures a forecast of this pack is of: the whole where there are several."""
    return province.code or province.areas[0].code


def data_end(province: domain.Province) -> date:
    """Date of the last figures a forecast of this pack could know: those it is held to, or all it has."""
    if province.conditioned_to:
        return province.conditioned_to
    areas = {area_of(province), *(area.code for area in province.areas)}
    moments = (
        last_month(row.year, row.period)
        for row in province.observations
        if row.area_code in areas and row.status in OBSERVED
    )
    year, month = max(((province.base_year, domain.MONTHS_PER_YEAR), *filter(None, moments)))
    return date(year, month, monthrange(year, month)[1])


def knowledge_key(known: Knowledge) -> dict[str, str]:
    """Hashes of what a forecast rests on beside its scenario: while they are the same, so are its draws."""
    inputs = domain.inputs_fingerprint(known.province, known.register)
    return {"inputs": inputs, "posterior": known.posterior.key}


def _other_events(known: Knowledge, result: Result) -> Result:
    """The same assumptions, draw by draw, met by independent events and errors of reporting (pick-freeze)."""
    scenario = result.runs[0].scenario
    mine = draws_for(known, scenario, draws=result.draws, seed=result.seed)
    first = block_count(result.draws)
    theirs = draws_for(known, scenario, draws=result.draws, seed=result.seed, first_block=first)
    again = _on(result, scenario, exchanged(mine, theirs, (), event_ranks=True))
    return replace(again, outturns=replace(result.outturns, first_block=first))


def _on(result: Result, scenario: domain.Scenario, draws: CommonDraws, spent: Sequence[Spent] = ()) -> Result:
    """A result with the scenario on other draws, or with money spent otherwise, in place of its own."""
    blocks = [
        run_block(result.province, scenario, block, _money(result.province, scenario, block, spent) if spent else None)
        for block in draws.blocks
    ]
    return replace(result, runs=(ScenarioRun.join(scenario, blocks),))


def _forecast(result: Result, again: Result, indicator: domain.Indicator) -> Forecast:
    (slug,), basis = result.scenarios, domain.NOMINAL if indicator.money else ""
    draws, others = (one.printed(slug, indicator.id, basis, base=True)[:, -1] for one in (result, again))
    means = result.series(slug, indicator.id, basis)[:, -1].mean(axis=-1)
    if not indicator.flow:
        means = np.concatenate([result.base_values(slug, indicator.id, basis)[-1:].mean(axis=-1), means])
    whole = (draws.var(axis=-1) + others.var(axis=-1)) / 2.0
    alike = ((draws - draws.mean(axis=-1, keepdims=True)) * others).mean(axis=-1)
    underlying = np.clip(alike / np.where(whole > 0.0, whole, 1.0), 0.0, 1.0)
    moved = (draws + others).mean(axis=-1) / 2.0 - means
    years = [str(year) for year in (result.years[1:] if indicator.flow else result.years)]
    quantiles = {
        year: {repr(level): float(value) for level, value in zip(QUANTILES, np.quantile(row, QUANTILES), strict=True)}
        for year, row in zip(years, draws, strict=True)
    }
    by_year = (dict(zip(years, map(float, row), strict=True)) for row in (means, moved, whole, underlying))
    return Forecast(indicator.id, indicator.unit, quantiles, *by_year)


def effect_of_money(
    known: Knowledge, scenario: domain.Scenario, spent: Sequence[Spent], *, draws: int, seed: int
) -> Mapping[str, Mapping[int, float]]:
    """What money spent otherwise than planned changes: means of paired differences, {indicator: {year: change}}.

    Parameters
    ----------
    spent : of every year from the first projected one on; each line has its part of the plan's year
    draws, seed : of the forecast, so that both plans meet the draws it was made on
    """
    cut = replace(scenario, horizon=known.province.base_year + len(spent))
    planned = run(known.province, known.register, [cut], draws=draws, seed=seed, posterior=known.posterior)
    really = _on(planned, cut, draws_for(known, cut, draws=draws, seed=seed), spent)
    found = {}
    for one in _printed_series(known.province):
        basis = domain.NOMINAL if one.money else ""
        ours, theirs = (result.series(cut.slug, one.id, basis)[:, -1] for result in (really, planned))
        changes = apart(ours, theirs).mean(axis=-1)
        found[one.id] = dict(zip(planned.years[1:], map(float, changes), strict=True))
    return found


def _money(province: domain.Province, scenario: domain.Scenario, block: Block, spent: Sequence[Spent]) -> Array:
    """Money a plan would have to give the lines for so much to be spent, (year, line, draw) [billion VND].

    Notes
    -----
    A plan's money reaches the field by the disbursement rate: what was paid out stands for more that was given.
    """
    planned = plan_money(scenario.plan, scenario.years(province.base_year))
    totals = planned.sum(axis=1, keepdims=True)
    shares = np.where(totals > 0.0, planned / np.where(totals > 0.0, totals, 1.0), 1.0 / len(domain.LINES))
    rate = block.under(scenario.world)["disbursement_rate"]
    given = np.stack([one.billion / (rate if one.paid else np.ones_like(rate)) for one in spent])
    return shares[:, :, None] * given[:, None]
