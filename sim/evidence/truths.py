"""Synthetic truths: provinces whose assumptions are known, and worlds the model is wrong about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sim import ensemble
from sim.domain import END, INDICATOR, REAL, REPORTING_ERROR, Province, Register, Scenario
from sim.evidence.past import LATENT, Past, part_of_year
from sim.evidence.past_scores import part_of_flow
from sim.model import Effects, EventRanks, discrepancy, htx_paths, line_effects, reference_effects, spending_per_billion
from sim.model.exogenous import exogenous

# -- Truths that our model gets wrong in a named way: what the ranges are worth when it does -------

Alter = Callable[[ensemble.Array, Mapping[str, ensemble.Array]], tuple[ensemble.Array, dict[str, ensemble.Array]]]

#: Share of regular growth lost for good in truths whose trend breaks, per year [log].
_LOST_TREND = 0.03


def _shock_year(
    scores: ensemble.Array, parameters: Mapping[str, ensemble.Array]
) -> tuple[ensemble.Array, dict[str, ensemble.Array]]:
    """The disasters the model thinks rare were common: every truth has twice their chance and cost."""
    changed = dict(parameters)
    changed["disaster_probability"] = np.minimum(2.0 * parameters["disaster_probability"], 1.0)
    changed["disaster_loss"] = np.minimum(2.0 * parameters["disaster_loss"], 0.9)
    return scores, changed


def _correlated(
    scores: ensemble.Array, parameters: Mapping[str, ensemble.Array]
) -> tuple[ensemble.Array, dict[str, ensemble.Array]]:
    """Good founding years are good years for revenue too, and weak HTX stop where few return."""
    changed = dict(parameters)
    rank = np.argsort(np.argsort(parameters["foundings_reference"]))
    changed["revenue_growth_reference"] = np.sort(parameters["revenue_growth_reference"])[rank]
    rank = np.argsort(np.argsort(-parameters["stopping_rate"]))
    changed["reactivation_rate"] = np.sort(parameters["reactivation_rate"])[rank]
    return scores, changed


def _wrong_trend(
    scores: ensemble.Array, parameters: Mapping[str, ensemble.Array]
) -> tuple[ensemble.Array, dict[str, ensemble.Array]]:
    """Growth common to all HTX lies lower than anything the assumptions give much weight to."""
    changed = dict(parameters)
    changed["revenue_growth_reference"] = parameters["revenue_growth_reference"] - _LOST_TREND
    return scores, changed


#: Named misspecifications; each changes scores and parameters before a truth is simulated.
MISSPECIFIED: Mapping[str, Alter] = {"shock_year": _shock_year, "correlated": _correlated, "wrong_trend": _wrong_trend}


# -- Synthetic truths: worlds whose parameters and event ranks are known, with figures printed as ours were ---
# Each truth is simulated over the history and a few years beyond it, by the same model; conditioning
# and projection are then asked to find what is known (docs/decisions/0010).

Key = tuple[str, int]

#: Series of the HTX whose later figures are printed, those made of others last.
PRINTED = (
    "htx_registered", "htx_active", "htx_founded", "htx_stopped", "htx_reactivated", "htx_dissolved",
    "htx_members", "htx_workers", "htx_revenue", "htx_profit", "htx_worker_income", "htx_inactive", "htx_revenue_total",
)  # fmt: skip
#: Flows that are printed for half-years too, by the name their half goes under here.
HALVES = {f"{flow} first_half": flow for flow in ("htx_founded", "htx_dissolved")}

#: The model's walk that each average carries.
_WALKS = {"htx_revenue": "discrepancy_revenue", "htx_worker_income": "discrepancy_income"}


@dataclass(frozen=True)
class Truths:
    """Known worlds, one per column.

    Attributes
    ----------
    scores : (dimension, truth) normal scores of parameters and of the history's events
    observed : {match id: (truth)} figures as printed
    outturns : {(indicator or name of `HALVES`, year): (truth)} later figures as they will be printed
    """

    scores: ensemble.Array
    observed: Mapping[str, ensemble.Array]
    outturns: Mapping[Key, ensemble.Array]


def simulate(
    past: Past, province: Province, scenario: Scenario, *, count: int, seed: int, alter: Alter | None = None
) -> Truths:
    """Draw synthetic truths from the prior and simulate history and the scenario's first years.

    Parameters
    ----------
    scenario : its plan is what happens after the base year; its horizon ends the outturns
    alter : optional change of (scores, parameters) before the simulation, for misspecified truths; it
        returns both
    """
    rng = np.random.default_rng([seed, count])
    ahead = scenario.years(province.base_year)
    years = len(ahead)
    areas = [area.code for area in province.areas]
    block = ensemble.draw_block(past.register, seed=seed, index=0, size=count, years=years, areas=areas)
    scores: ensemble.Array = rng.standard_normal((past.dimensions, count))
    parameters = {**block.calibrated, **past.parameters(scores)}
    if alter is not None:
        scores, parameters = alter(scores, parameters)
    observed = past.sample_observations(past.predictions(scores, parameters), rng)
    series = _simulated(past, province, scenario, scores, parameters, block.event_ranks)
    # A truth is counted in đồng of its start year: the actual prices of the history come before the drawn ones.
    prices = np.prod(1.0 + np.array(past.calibration.inflation)) * ensemble.price_index(parameters["inflation"], years)
    for name, walk in _WALKS.items():
        series[name] = series[name] * prices * discrepancy(parameters[walk], block.event_ranks.score[walk])[:, 0]
    series["htx_profit"] = series["htx_revenue"] * parameters["profit_margin"]
    printed: dict[str, ensemble.Array] = {}
    for name in _followed(past):
        if INDICATOR[name].made_of:
            printed[name] = ensemble.made(name, printed.__getitem__)
        else:
            printed[name] = series[name] * reporting_noise(past.register, name, series[name].shape, rng)
    evenness = past.register.value("part_year_concentration")
    printed |= {half: part_of_year(printed[flow], 0.5, evenness, rng) for half, flow in HALVES.items()}
    outturns = {(name, year): row for name, rows in printed.items() for year, row in zip(ahead, rows, strict=True)}
    return Truths(scores, observed, outturns)


def _followed(past: Past) -> tuple[str, ...]:
    """Series of a truth; members are known only where some of their figures are matched."""
    return tuple(name for name in PRINTED if name != "htx_members" or "members" in past.calibration.start)


def _simulated(
    past: Past,
    province: Province,
    scenario: Scenario,
    scores: ensemble.Array,
    p: Mapping[str, ensemble.Array],
    event_ranks: EventRanks,
) -> dict[str, ensemble.Array]:
    """Real HTX series of history and future in one go, (year, draw), members apart."""
    before = len(past.calibration.years)
    years = scenario.years(province.base_year)
    spending = ensemble.plan_money(scenario.plan, years)[:, :, None] * spending_per_billion(
        real=scenario.plan.price_basis != "nominal",
        price_index=ensemble.price_index(p["inflation"], len(years)),
        reference_fund=province.reference_billion(p),
        world=p,
        calibrated=p,
    )
    first, then = reference_effects(before, scores.shape[1]), line_effects(spending, p)
    names = ("founding", "reactivation", "stopping", "dissolution", "revenue_level", "spending")
    joined: dict[str, Any] = {name: np.concatenate([getattr(first, name), getattr(then, name)]) for name in names}
    effects = Effects(**joined)
    known = past.event_ranks(scores)
    event_ranks = EventRanks(
        {name: np.concatenate([values, event_ranks.uniform[name]]) for name, values in known.uniform.items()},
        {name: np.concatenate([values, event_ranks.score[name]]) for name, values in known.score.items()},
    )
    series, _ = htx_paths(exogenous(past.start(p), p, p, event_ranks), effects, p, event_ranks)
    series["htx_members"] = past.members(series, p)[1:, None]
    series["htx_workers"] = _workers(series, before, p)
    return {name: values[before:, 0] for name, values in series.items()}


def _workers(series: Mapping[str, ensemble.Array], before: int, p: Mapping[str, ensemble.Array]) -> ensemble.Array:
    """Regular workers, (year, 1, draw): known only at the end of the base year, and counted on from there.

    Parameters
    ----------
    before : years of history, which hold nothing but the last one's workers
    """
    active = series["htx_active"]
    workers = np.full(active.shape, np.nan)
    workers[before - 1] = p["base_regular_workers"]
    for year in range(before, len(active)):
        change, last = active[year] - active[year - 1], workers[year - 1]
        brought = np.where(change >= 0.0, np.inf, last / np.maximum(active[year - 1], 1.0))
        workers[year] = last + np.minimum(p["workers_per_added_active"], brought) * change
    return workers


def reporting_noise(
    register: Register, indicator: str, size: int | tuple[int, ...], rng: np.random.Generator
) -> ensemble.Array:
    """Lognormal factor by which a printed figure differs from the truth, of the shape `size`."""
    if indicator not in REPORTING_ERROR:
        return np.ones(size)
    return np.exp(register.value(REPORTING_ERROR[indicator]) * rng.standard_normal(size))


def forecast(
    past: Past,
    province: Province,
    scenario: Scenario,
    posterior: ensemble.Posterior,
    *,
    observed: Mapping[str, float],
    seed: int,
) -> dict[Key, Mapping[float, float]]:
    """Ranges as they would have been published from printed figures, {(name, year): {level: value}}.

    Notes
    -----
    Levels and flows are read off the rows of summary.csv, which every page prints; half-years are what the
    ledger makes of a year's.
    """
    draws = min(posterior.values.shape[1], ensemble.BLOCK)
    printed = printed_base(past, province, observed)
    result = ensemble.run(printed, past.register, [scenario], draws=draws, seed=seed, posterior=posterior)
    ranges: dict[Key, Mapping[float, float]] = {}
    for row in ensemble.summary_rows(result):
        one: dict[str, Any] = dict(zip(ensemble.SUMMARY_COLUMNS, row, strict=True))
        if one["indicator"] in PRINTED and one["year"] in result.years[1:] and one["price_basis"] != REAL:
            points = {level: one[f"p{round(100 * level)}"] for level in ensemble.QUANTILES}
            ranges[one["indicator"], one["year"]] = points
    for half, flow in HALVES.items():
        ranges |= {(half, year): part_of_flow(ranges[flow, year], 0.5) for year in result.years[1:]}
    return ranges


def printed_base(past: Past, province: Province, observed: Mapping[str, float]) -> Province:
    """The pack as it would be had these figures been printed; counts whole, active within registered."""
    matches = [one for one in past.calibration.matches if one.kind == END and one.year == province.base_year]
    figures = {one.indicator: observed[one.id] for one in matches if one.indicator in LATENT}
    figures["htx_registered"] = float(np.rint(figures["htx_registered"]))
    if "htx_active" in figures:
        figures["htx_active"] = float(np.clip(np.rint(figures["htx_active"]), 1.0, figures["htx_registered"]))
    base = dict(province.base)
    for name, value in figures.items():
        base[name] = {area: replace(row, value=float(value)) for area, row in base[name].items()}
    return replace(province, base=base)
