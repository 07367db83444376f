"""Indicators and units: every published series as one row, and the only factors between units."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

# -- Units of the sector's figures, and the only place where powers of ten of money are written ----
# Inside, plan money is whole đồng (int); the model works in billion VND (funds, totals) and
# million VND/yr (averages), as the sources print them.

VND_PER_BILLION = 10**9
MILLION_PER_BILLION = 1000
MONTHS_PER_YEAR = 12
PERCENT = 100

#: Spellings that are read as one unit; the right-hand side is the one that is printed.
UNIT_ALIASES = {"mVND/yr": "million VND/yr", "bnVND": "billion VND", "bnVND/yr": "billion VND/yr"}


def vnd_from_billion(amount: Decimal) -> int:
    """Whole đồng in an exact decimal number of tỷ đồng.

    Parameters
    ----------
    amount : Decimal [billion VND]

    Returns
    -------
    int [VND]

    Raises
    ------
    ValueError
        When the amount is finer than one đồng, so that rounding would lose money silently.
    """
    vnd = amount * VND_PER_BILLION
    if vnd != vnd.to_integral_value():
        raise ValueError(f"{amount} billion VND is not a whole number of VND")
    return int(vnd)


def billion_from_vnd(vnd: int) -> Decimal:
    """Exact decimal tỷ đồng of whole đồng, without trailing zeros."""
    return (Decimal(vnd) / VND_PER_BILLION).normalize()


# -- The indicators a projection yields: ids, units, order and which direction is better -----------

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
