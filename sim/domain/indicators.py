"""The indicators a projection yields: ids, units, order and which direction is better."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Indicator:
    """One published series.

    Attributes
    ----------
    id, unit : as in summary.csv
    money : True when it is shown in nominal and in 2023 đồng
    flow : True when it has no base-year value
    better : +1 more is better, -1 less is better, 0 neither
    count : True when every draw is a whole number
    """

    id: str
    unit: str
    money: bool = False
    flow: bool = False
    better: int = 0
    count: bool = False


INDICATORS: tuple[Indicator, ...] = (
    Indicator("htx_registered", "HTX", better=1, count=True),
    Indicator("htx_active", "HTX", better=1, count=True),
    Indicator("htx_inactive", "HTX", better=-1, count=True),
    Indicator("htx_founded", "HTX", flow=True, better=1, count=True),
    Indicator("htx_stopped", "HTX", flow=True, better=-1, count=True),
    Indicator("htx_reactivated", "HTX", flow=True, better=1, count=True),
    Indicator("htx_dissolved", "HTX", flow=True, count=True),
    Indicator("htx_members", "persons", better=1),
    Indicator("htx_workers", "persons", better=1),
    Indicator("htx_revenue", "million VND/yr", money=True, better=1),
    Indicator("htx_profit", "million VND/yr", money=True, better=1),
    Indicator("htx_worker_income", "million VND/yr", money=True, better=1),
    Indicator("htx_revenue_total", "billion VND/yr", money=True, better=1),
    Indicator("htx_like_for_like", "%/yr", money=True, flow=True, better=1),
    Indicator("htx_catch_up", "%/yr", money=True, flow=True),
    Indicator("htx_composition", "%/yr", money=True, flow=True),
    Indicator("htx_income_like_for_like", "%/yr", money=True, flow=True, better=1),
    Indicator("htx_income_composition", "%/yr", money=True, flow=True),
    Indicator("tht_count", "THT", count=True),
    Indicator("tht_members", "persons"),
    Indicator("tht_revenue", "million VND/yr", money=True, better=1),
    Indicator("tht_profit", "million VND/yr", money=True, better=1),
    Indicator("lhhtx_count", "LHHTX", better=1, count=True),
    Indicator("lhhtx_member_htx", "HTX", better=1, count=True),
)
INDICATOR = {indicator.id: indicator for indicator in INDICATORS}

#: Values of the price_basis column; indicators without money have an empty one.
NOMINAL, REAL = "nominal", "real_2023"
#: The year whose đồng real money is counted in.
PRICE_YEAR = 2023


def price_bases(indicator: Indicator) -> tuple[str, ...]:
    """The price bases an indicator is published in."""
    return (NOMINAL, REAL) if indicator.money else ("",)
