"""Synthetic truths: provinces whose assumptions are known, and worlds the model is wrong about."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from sim import ensemble
from sim.domain import INDICATOR, NOMINAL, REPORTING_ERROR, VND_PER_BILLION, Province, Register, Scenario
from sim.evidence.past import LATENT, Past
from sim.model import Effects, EventRanks, discrepancy, htx_paths, line_effects, reference_effects, spending_per_billion
from sim.model.exogenous import exogenous

# -- What will be printed, predicted: projections moved to the truth behind the base figures, with reporting error ---


def from_latent(values: ensemble.Array, latent: ensemble.Array, printed: float, *, count: bool) -> ensemble.Array:
    """A projection from the printed base-year figure, moved to the true one behind it.

    Parameters
    ----------
    values : (year, draw)
    latent : (draw) true base-year value
    printed : base-year figure
    count : True for whole numbers

    Notes
    -----
    Averages and members move in proportion, counts by as many as were miscounted.
    """
    return np.maximum(values + latent - printed, 0.0) if count else values * (latent / printed)


def outturn_draws(
    result: ensemble.Result, posterior: ensemble.Posterior, scenario: str, indicator: str
) -> ensemble.Array:
    """Posterior predictive draws of a figure as it will be printed for the whole province, nominal.

    Returns
    -------
    (year, draw) in the indicator's unit; the first row is the base year (NaN for flows)
    """
    if INDICATOR[indicator].made_of:
        whole = ensemble.made(indicator, lambda part: outturn_draws(result, posterior, scenario, part))
        return np.maximum(whole, 0.0) if INDICATOR[indicator].count else whole
    basis = NOMINAL if INDICATOR[indicator].money else ""
    values = result.series(scenario, indicator, basis)[:, -1]
    if INDICATOR[indicator].flow:
        return np.concatenate([np.full((1, result.draws), np.nan), values])
    base = result.base_values(scenario, indicator)[-1][None]
    whole = np.concatenate([base + np.zeros((1, result.draws)), values])
    source = INDICATOR[indicator].moves_with or indicator
    if source in posterior.latent:
        printed = float(result.base_values(scenario, source)[-1].flat[0])
        latent = np.concatenate(
            [posterior.latent_block(at)[source] for at in range(ensemble.block_count(result.draws))]
        )
        whole = from_latent(whole, latent[: result.draws], printed, count=INDICATOR[source].count)
    if indicator not in REPORTING_ERROR:
        return whole
    # Its place among all that carry an error seeds its noise: a further one changes the noise of those after it.
    rng = np.random.default_rng([result.seed, ensemble.BLOCK, sorted(REPORTING_ERROR).index(indicator)])
    return whole * reporting_noise(result.register, indicator, whole.shape, rng)


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

#: The model's walk that each average carries.
_WALKS = {"htx_revenue": "discrepancy_revenue", "htx_worker_income": "discrepancy_income"}
#: Matches that print the base year's figures, which every projection starts from.
_BASE_MATCHES = {
    "htx_registered": "registered-2023",
    "htx_active": "active-2023",
    "htx_revenue": "revenue-2023",
    "htx_worker_income": "income-2023",
    "htx_members": "members-2023",
}


@dataclass(frozen=True)
class Truths:
    """Known worlds, one per column.

    Attributes
    ----------
    scores : (dimension, truth) normal scores of parameters and of the history's events
    observed : {match id: (truth)} figures as printed
    outturns : {(indicator, year): (truth)} later figures as they will be printed
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
    years = scenario.horizon - province.base_year
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
    outturns: dict[Key, ensemble.Array] = {}
    for indicator in LATENT:
        values = series[indicator]
        if indicator in _WALKS:
            walk = _WALKS[indicator]
            values = values * prices * discrepancy(parameters[walk], block.event_ranks.score[walk])[:, 0]
        outturns |= _printed(past, province, indicator, values, rng)
    return Truths(scores, observed, outturns)


def _printed(
    past: Past, province: Province, indicator: str, values: ensemble.Array, rng: np.random.Generator
) -> dict[Key, ensemble.Array]:
    """Figures of (year, draw) after the base year, as they will be printed."""
    first = province.base_year + 1
    return {
        (indicator, first + row): value * reporting_noise(past.register, indicator, value.size, rng)
        for row, value in enumerate(values)
    }


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
        reference_fund=province.reference_fund / VND_PER_BILLION,
        world=p,
        calibrated=p,
    )
    first, then = reference_effects(before, scores.shape[1]), line_effects(spending, p)
    names = ("founding", "reactivation", "stopping", "dissolution", "revenue_level", "spending")
    effects = Effects(**{name: np.concatenate([getattr(first, name), getattr(then, name)]) for name in names})
    known = past.event_ranks(scores)
    event_ranks = EventRanks(
        {name: np.concatenate([values, event_ranks.uniform[name]]) for name, values in known.uniform.items()},
        {name: np.concatenate([values, event_ranks.score[name]]) for name, values in known.score.items()},
    )
    series, _ = htx_paths(exogenous(past.start(p), p, p, event_ranks), effects, p, event_ranks)
    series["htx_members"] = past.members(series, p)[1:, None]
    return {name: values[before:, 0] for name, values in series.items()}


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
) -> dict[Key, ensemble.Array]:
    """Outturns as they would have been forecast from printed figures, {(indicator, year): (draw)}."""
    block: ensemble.Block = ensemble.draw_block(
        past.register, seed=seed, index=0, size=min(posterior.values.shape[1], 4096),
        years=scenario.horizon - province.base_year, areas=[area.code for area in province.areas], posterior=posterior,
    )  # fmt: skip
    printed = printed_base(province, observed)
    run = ensemble.run_block(printed, scenario, block)
    latent = posterior.latent_block(0)
    rng = np.random.default_rng([seed, 1])
    outturns: dict[Key, ensemble.Array] = {}
    for indicator in LATENT:
        values = run.series[indicator][:, 0]
        if indicator in _WALKS:
            values = values * run.prices
        base = next(iter(printed.base[indicator].values())).value
        values = from_latent(values, latent[indicator][: block.size], base, count=INDICATOR[indicator].count)
        outturns |= _printed(past, province, indicator, values, rng)
    return outturns


def printed_base(province: Province, observed: Mapping[str, float]) -> Province:
    """The pack as it would be had these figures been printed; counts whole, active within registered."""
    figures = {name: observed[match] for name, match in _BASE_MATCHES.items()}
    figures["htx_registered"] = float(np.rint(figures["htx_registered"]))
    figures["htx_active"] = float(np.clip(np.rint(figures["htx_active"]), 1.0, figures["htx_registered"]))
    base = dict(province.base)
    for name, value in figures.items():
        base[name] = {area: replace(row, value=float(value)) for area, row in base[name].items()}
    return replace(province, base=base)
