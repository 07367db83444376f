"""A small province and register made in code, so that a test states every number it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sim.domain import (
    LINES,
    Area,
    Assumption,
    Distribution,
    Observation,
    Override,
    Plan,
    Province,
    Register,
    Scenario,
    Target,
    World,
)

BASE_YEAR = 2023
FUND = 12_300_000_000
BILLION = 10**9

#: p10, p50, p90 and bounds of every assumption the model reads (docs/model.md section 6).
ASSUMPTIONS: dict[str, tuple[float, float, float, float, float]] = {
    "foundings_reference": (29, 36, 43, 0, 120),
    "founding_lumpiness": (0.10, 0.18, 0.30, 0, 1),
    "dissolution_lumpiness": (0.3, 0.6, 1.0, 0, 2),
    "stopping_rate": (0.025, 0.05, 0.09, 0, 1),
    "reactivation_rate": (0.06, 0.15, 0.28, 0, 1),
    "dissolution_rate": (0.01, 0.05, 0.12, 0, 1),
    "shell_share": (0.03, 0.10, 0.30, 0, 1),
    "revenue_growth_reference": (0, 0.035, 0.06, -0.1, 0.2),
    "newcomer_catch_up": (0.08, 0.18, 0.35, 0.02, 1),
    "relative_revenue_new": (0.25, 0.45, 0.7, 0, 2),
    "relative_revenue_reactivated": (0.25, 0.45, 0.7, 0, 2),
    "relative_revenue_stopped": (0.1, 0.3, 0.6, 0, 1),
    "profit_margin": (0.11, 0.12, 0.13, 0, 1),
    "income_trend": (-0.01, 0.01, 0.03, -0.1, 0.2),
    "income_pass_through": (0.2, 0.5, 0.9, 0, 2),
    "relative_wage_new": (0.7, 0.9, 1.05, 0, 2),
    "inflation": (0.02, 0.033, 0.042, -0.05, 0.3),
    "revenue_volatility": (0.015, 0.03, 0.055, 0, 0.5),
    "disaster_probability": (0.06, 0.12, 0.22, 0, 1),
    "disaster_loss": (0.03, 0.07, 0.15, 0, 0.9),
    "shock_recovery": (0, 0.5, 1, 0, 1),
    "prior_funding_ratio": (0.4, 0.75, 1.05, 0.3, 1.5),
    "disbursement_rate": (0.75, 0.9, 0.98, 0.3, 1),
    "unit_support_per_founding": (20, 25, 40, 1, 200),
    "founding_share_of_line": (0.2, 0.4, 0.7, 0, 1),
    "phi_establishment_founding": (0, 0.15, 0.40, 0, 0.8),
    "phi_establishment_reactivation": (0, 0.12, 0.40, 0, 0.8),
    "phi_capacity_stopping": (0, 0.12, 0.30, 0, 0.8),
    "phi_survey_dissolution": (0, 0.2, 0.5, 0, 0.8),
    "coverage_capacity_revenue": (0.06, 0.10, 0.18, 0, 1),
    "effect_capacity_revenue": (0, 0.05, 0.10, 0, 1),
    "coverage_market_revenue": (0.05, 0.10, 0.18, 0, 1),
    "effect_market_revenue": (0, 0.03, 0.09, 0, 1),
    "persistence_founding": (0, 0.1, 0.3, 0, 0.9),
    "persistence_reactivation": (0, 0.2, 0.5, 0, 0.9),
    "persistence_capacity": (0.4, 0.6, 0.8, 0, 0.9),
    "persistence_market": (0.2, 0.4, 0.7, 0, 0.9),
    "targeting_gain": (0, 0.10, 0.30, 0, 1),
    "doubling_return_establishment": (0.3, 0.55, 0.8, 0.05, 0.9),
    "doubling_return_capacity": (0.4, 0.65, 0.85, 0.05, 0.9),
    "doubling_return_market": (0.3, 0.55, 0.8, 0.05, 0.9),
    "doubling_return_survey": (0.1, 0.3, 0.6, 0.05, 0.9),
    "union_founding_rate": (0.2, 0.5, 1.1, 0, 10),
    "htx_per_union": (4, 6, 8, 2, 50),
    "members_per_new_htx": (7, 10, 16, 5, 100),
    "member_growth": (-0.01, 0.01, 0.03, -0.1, 0.2),
    "workers_per_added_active": (4, 9, 15, 0, 100),
    "base_regular_workers": (8900, 9400, 9800, 1, 100_000),
    "tht_count_change": (-0.08, -0.02, 0.01, -0.5, 0.5),
    "tht_revenue_growth": (0, 0.03, 0.06, -0.1, 0.2),
    "tht_members_per_group": (12, 12, 12, 1, 100),
    "tht_profit_share": (30 / 216, 30 / 216, 30 / 216, 0, 1),
    "tht_shock_share": (0.5, 0.5, 0.5, 0, 1),
    "discrepancy_revenue": (0.03, 0.03, 0.03, 0, 1),
    "discrepancy_income": (0.03, 0.03, 0.03, 0, 1),
    "discrepancy_tht": (0.03, 0.03, 0.03, 0, 1),
}
REFERENCE_SPLIT = {"establishment": 0.25, "capacity": 0.30, "market": 0.30, "survey": 0.15}
CONCENTRATION = 20.0
#: How far printed figures may be off [sd of log], by the column of the first; no series reads them.
REPORTING, REPORTING_COLUMN = {"error_members": 0.03, "error_workers": 0.08, "error_averages": 0.05}, 100
#: An assumption no series reads; it stays uncertain even in a certain register.
INERT, INERT_COLUMN = "read_by_nothing", 99
#: Spread of luck: at zero each of these leaves nothing to chance in averages and rates.
SPREADS = (
    "founding_lumpiness", "dissolution_lumpiness", "revenue_volatility", "disaster_probability",
    "discrepancy_revenue", "discrepancy_income", "discrepancy_tht",
)  # fmt: skip
BASE_FIGURES = {
    "htx_registered": 502, "htx_active": 405, "htx_members": 7500, "htx_revenue": 895, "htx_profit": 107,
    "htx_worker_income": 48, "tht_count": 3958, "tht_members": 47495, "tht_revenue": 216, "tht_profit": 30,
    "lhhtx_count": 3, "lhhtx_member_htx": 18,
}  # fmt: skip
AVERAGES = frozenset({"htx_revenue", "htx_profit", "htx_worker_income", "tht_revenue", "tht_profit"})


def assumption(
    key: str, distribution: Distribution, bounds: tuple[float, float], column: int, grade: str = "D"
) -> Assumption:
    """A register entry with the words left out."""
    return Assumption(
        id=key, label={}, question={}, unit="", distribution=distribution, bounds=bounds, kind="judgement", grade=grade,
        source="none", reason={}, owner={}, date="", review_by="", column=column,
    )  # fmt: skip


def register(
    changes: Mapping[str, float | tuple[float, float, float]] | None = None, *, certain: bool = False
) -> Register:
    """The assumptions of docs/model.md section 6, with some of them changed.

    Parameters
    ----------
    changes : {id: value, or (p10, p50, p90)}; every assumption keeps its Sobol column
    certain : True puts every assumption that the model reads at its median
    """
    changes = dict(changes or {})
    entries = {}
    for column, (key, (p10, p50, p90, low, high)) in enumerate(ASSUMPTIONS.items()):
        entries[key] = assumption(key, _distribution(changes.pop(key, (p10, p50, p90)), certain), (low, high), column)
    for column, (line, share) in enumerate(REFERENCE_SPLIT.items(), start=len(ASSUMPTIONS)):
        key = f"reference_split_{line}"
        if key in changes or certain:
            distribution = _distribution(changes.pop(key, share), certain)
        else:
            distribution = Distribution(share, share, share, "reference_split", share, CONCENTRATION)
        entries[key] = assumption(key, distribution, (0, 1), column, "E")
    for column, (key, error) in enumerate(REPORTING.items(), start=REPORTING_COLUMN):
        distribution = _distribution(changes.pop(key, 0.0 if certain else error), certain)
        entries[key] = assumption(key, distribution, (0, 1), column)
    entries[INERT] = assumption(INERT, Distribution(0, 1, 2), (0, 3), INERT_COLUMN)
    assert not changes, f"no such assumption: {sorted(changes)}"
    return Register(entries)


def _distribution(value: float | tuple[float, float, float], certain: bool) -> Distribution:
    p10, p50, p90 = value if isinstance(value, tuple) else (value, value, value)
    return Distribution(p50, p50, p50) if certain else Distribution(p10, p50, p90)


def certain_register(changes: Mapping[str, float] | None = None) -> Register:
    """No uncertainty in any assumption, no spread, no disaster: only whole-number luck is left."""
    return register({**dict.fromkeys(SPREADS, 0.0), **(changes or {})}, certain=True)


#: Register changes under which the reference plan is exactly the funding history was lived under.
AT_REFERENCE = {
    "prior_funding_ratio": 1.0,
    **{f"reference_split_{line}": share for line, share in REFERENCE_SPLIT.items()},
}


def province(strata: int = 1, base: Mapping[str, float] | None = None) -> Province:
    """Lào Cai's printed figures, split evenly over strata (whole numbers add up again)."""
    figures = {**BASE_FIGURES, **(base or {})}
    areas = tuple(Area(f"A{place:02d}", {}, 1.0 / strata) for place in range(strata))

    def share(key: str, place: int) -> float:
        if key in AVERAGES:
            return figures[key]
        whole, rest = divmod(figures[key], strata)
        return whole + (place < rest)

    return Province(
        slug="tiny",
        label={},
        boundary={},
        areas=areas,
        base_year=BASE_YEAR,
        base={key: {area.code: _figure(share(key, place)) for place, area in enumerate(areas)} for key in figures},
        reference_fund=FUND,
        reference_fund_source="",
        observations=(),
        sources={},
        targets=TARGETS,
        traps=(),
        context={},
    )


def _figure(value: float) -> Observation:
    return Observation("", "", BASE_YEAR, "year", "", "", value, "", "actual", "", "", 0)


TARGETS = (
    Target("founded", "htx_founded", BASE_YEAR + 1, 40, None, {}, True, ""),
    Target("band", "htx_founded", BASE_YEAR + 1, 40, 45, {}, False, ""),
    Target("union", "lhhtx_founded", BASE_YEAR + 1, 1, None, {}, False, ""),
)


def plan(slug: str = "plan", money: Mapping[str, float] | None = None, *, real: bool = False) -> Plan:
    """A plan of so many tỷ đồng per line in every year; default the reference split of 12.3."""
    given = {line: round(FUND * share) for line, share in REFERENCE_SPLIT.items()}
    if money is not None:
        given = {line: round(money.get(line, 0) * BILLION) for line in LINES}
    first = BASE_YEAR + 1
    return Plan(
        slug=slug, label={}, price_basis="real_2023" if real else "nominal", fund={first: sum(given.values())},
        lines={line: {first: given[line]} for line in LINES}, repeat_last=True,
    )  # fmt: skip


def times(factor: float, line: str | None = None) -> dict[str, float]:
    """Reference money in tỷ đồng, of one line or of all, multiplied."""
    return {
        name: FUND / BILLION * share * (factor if line in (None, name) else 1.0)
        for name, share in REFERENCE_SPLIT.items()
    }


def world(slug: str = "central", changes: Mapping[str, float | tuple[float, float, float]] | None = None) -> World:
    """A world that restates some assumptions."""
    overrides = {key: Override(key, _distribution(value, False), {}) for key, value in (changes or {}).items()}
    return World(slug, {}, {}, overrides)


def scenario(
    slug: str = "reference",
    money: Mapping[str, float] | None = None,
    *,
    real: bool = False,
    years: int = 7,
    under: World | None = None,
) -> Scenario:
    """A plan of constant money in a world, to a horizon so many years after the base year."""
    return Scenario(slug, {}, plan(slug, money, real=real), under or world(), BASE_YEAR + years)


def scenarios_of(plans: Mapping[str, Mapping[str, float] | None], *, years: int = 7) -> Sequence[Scenario]:
    """One scenario per named plan."""
    return [scenario(slug, money, years=years) for slug, money in plans.items()]
