"""Indicators and units: every published series as one row, and the only factors between units."""

from dataclasses import dataclass
from decimal import Decimal

# -- Units of the sector's figures, and the only place where powers of ten of money are written ----
# Inside, plan money is whole đồng (int); the model works in billion VND (funds, totals) and
# million VND/yr (averages), as the sources print them.

VND_PER_BILLION = 10**9
MILLION_PER_BILLION = 1000
MONTHS_PER_YEAR = 12
#: How pages print some averages; they are read as million VND/yr.
MONTHLY = "million VND/month"
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


# -- The indicators a projection yields: one row holds everything that is known of a series ------

@dataclass(frozen=True)
class Places:
    """Where a series stands in each list that is printed or searched, from 1; 0 where it is not in it.

    Attributes
    ----------
    headline : figures an answer leads with, and by which plans are listed and ranked
    leading : those of them asked about where there is room for no more: a count of HTX, and đồng
    fans : series drawn from the past to the horizon
    per_billion : what one tỷ more is counted in
    compared : differences between scenarios, growth beside the averages it explains
    goals : what a split may be chosen for; total revenue first, which counts both how many HTX
        there are and what each of them does
    opposed : the two goals that pull apart: how many, and how well off
    """

    headline: int = 0
    leading: int = 0
    fans: int = 0
    per_billion: int = 0
    compared: int = 0
    goals: int = 0
    opposed: int = 0


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
    per : the stock it is an average per, which weighs it when areas are added; "" for what adds up
    made_of : series it is computed from, in the order `sim.ensemble.results` takes them
    formula : how it is computed, in the field's terms; "" for what the model yields
    part_of : the average whose growth it is a part of
    series : the model's name of it where that is another
    drawn : True when its base-year value is always an assumption, whatever is printed
    error : assumption that holds its reporting error; "" for what is printed as counted
    count_error : assumption that holds how far a printed count may be off, where figures are matched or judged
    moves_with : the average whose true base-year level stands behind its printed one too
    history : (entity, printed term) of its past in observations.csv, drawn beside it
    places : its place in each list
    """

    id: str
    unit: str
    money: bool = False
    flow: bool = False
    better: int = 0
    count: bool = False
    per: str = ""
    made_of: tuple[str, ...] = ()
    formula: str = ""
    part_of: str = ""
    series: str = ""
    drawn: bool = False
    error: str = ""
    count_error: str = ""
    moves_with: str = ""
    history: tuple[str, str] | None = None
    places: Places = Places()

    @property
    def stated(self) -> bool:
        """Whether a pack states its base-year figure."""
        return not (self.flow or self.made_of or self.drawn)

    @property
    def product(self) -> bool:
        """Whether its base-year figure is a product of printed ones, with more digits than they have."""
        return bool(self.made_of) and not self.count


_MEMBERS, _AVERAGES = "error_members", "error_averages"

#: Every series in the order of summary.csv.
INDICATORS: tuple[Indicator, ...] = (
    Indicator(
        "htx_registered", "HTX", better=1, count=True, count_error="error_registered", history=("HTX", "htx_total"),
        places=Places(fans=1),
    ),
    Indicator(
        "htx_active", "HTX", better=1, count=True, count_error="error_active", history=("HTX", "htx_active"),
        places=Places(headline=1, leading=1, fans=2, per_billion=1, compared=1, goals=2, opposed=1),
    ),
    Indicator(
        "htx_inactive", "HTX", better=-1, count=True, count_error="error_count_inactive",
        made_of=("htx_registered", "htx_active"), formula="registered - active",
    ),
    Indicator("htx_founded", "HTX", flow=True, better=1, count=True),
    Indicator("htx_stopped", "HTX", flow=True, better=-1, count=True),
    Indicator("htx_reactivated", "HTX", flow=True, better=1, count=True),
    Indicator("htx_dissolved", "HTX", flow=True, count=True),
    Indicator(
        "htx_members", "persons", better=1, error=_MEMBERS, history=("HTX", "htx_members"), places=Places(fans=6)
    ),
    Indicator("htx_workers", "persons", better=1, drawn=True, error="error_workers", places=Places(per_billion=3)),
    Indicator(
        "htx_revenue", "million VND/yr", money=True, better=1, per="htx_active", error=_AVERAGES,
        history=("HTX", "htx_avg_revenue"), places=Places(headline=3, fans=3, compared=3, goals=4),
    ),
    Indicator(
        "htx_profit", "million VND/yr", money=True, better=1, per="htx_active", error=_AVERAGES,
        moves_with="htx_revenue", history=("HTX", "htx_avg_profit"),
    ),
    Indicator(
        "htx_worker_income", "million VND/yr", money=True, better=1, per="htx_workers", error=_AVERAGES,
        history=("HTX", "htx_worker_income"), places=Places(headline=4, fans=5, compared=6, goals=3, opposed=2),
    ),
    Indicator(
        "htx_revenue_total", "billion VND/yr", money=True, better=1,
        made_of=("htx_revenue", "htx_active"), formula="average x active / 1000",
        places=Places(headline=2, leading=2, fans=4, per_billion=2, compared=2, goals=1),
    ),
    Indicator(
        "htx_like_for_like", "%/yr", money=True, flow=True, better=1, part_of="htx_revenue", series="growth",
        formula="growth of those who continue, G - 1", places=Places(compared=4),
    ),
    Indicator(
        "htx_catch_up", "%/yr", money=True, flow=True, part_of="htx_revenue", series="catch_up",
        formula="growth newcomers have beyond it, over last year's average",
    ),
    Indicator(
        "htx_composition", "%/yr", money=True, flow=True, part_of="htx_revenue", series="composition",
        formula="growth of the average - like-for-like - catch-up", places=Places(compared=5),
    ),
    Indicator(
        "htx_income_like_for_like", "%/yr", money=True, flow=True, better=1, part_of="htx_worker_income",
        series="income_growth", formula="growth of pay where nobody joins or leaves",
    ),
    Indicator(
        "htx_income_composition", "%/yr", money=True, flow=True, part_of="htx_worker_income",
        series="income_composition", formula="growth of the average - like-for-like",
    ),
    Indicator("tht_count", "THT", count=True, count_error="error_count_groups"),
    Indicator("tht_members", "persons", error=_MEMBERS),
    Indicator(
        "tht_revenue", "million VND/yr", money=True, better=1, per="tht_count", error=_AVERAGES,
        history=("THT", "tht_avg_revenue"),
    ),
    Indicator("tht_profit", "million VND/yr", money=True, better=1, per="tht_count", error=_AVERAGES),
    Indicator("lhhtx_count", "LHHTX", better=1, count=True, history=("LHHTX", "union_active")),
    Indicator("lhhtx_member_htx", "HTX", better=1, count=True),
)  # fmt: skip
INDICATOR = {indicator.id: indicator for indicator in INDICATORS}

# -- What the rows say, list by list ---------------------------------------------------------------


def _listed(name: str) -> tuple[str, ...]:
    places = {indicator.id: getattr(indicator.places, name) for indicator in INDICATORS}
    return tuple(sorted((key for key in places if places[key]), key=places.__getitem__))


HEADLINE, LEADING, FANS, PER_BILLION, COMPARED, GOALS, OPPOSED = map(
    _listed, ("headline", "leading", "fans", "per_billion", "compared", "goals", "opposed")
)
#: What a split is judged by wherever all of it is shown: the headline, and what else one tỷ is counted in.
JUDGED = (*HEADLINE, *(name for name in PER_BILLION if name not in HEADLINE))
#: Units of things that are counted, in this order; pages print them without a unit of their own.
COUNT_UNITS = tuple(dict.fromkeys(indicator.unit for indicator in INDICATORS if indicator.count))
#: Averages: they grow along a geometric path within a year, and areas are weighted in them.
AVERAGES = frozenset(indicator.id for indicator in INDICATORS if indicator.per)
#: The assumption that holds each series' reporting error; counts are printed as they are.
REPORTING_ERROR = {indicator.id: indicator.error for indicator in INDICATORS if indicator.error}


def parts_of(average: str) -> tuple[str, ...]:
    """The parts an average's growth is split into, like-for-like first; none for other series."""
    return tuple(indicator.id for indicator in INDICATORS if indicator.part_of == average)


#: Averages whose growth is split into parts: one that starts at 0 has none.
GROWING = tuple(indicator.id for indicator in INDICATORS if parts_of(indicator.id))
#: Series that mislead when one of them is read alone: an average, its total, and the parts of its growth.
TOGETHER = tuple(
    frozenset({average, *parts_of(average), *(one.id for one in INDICATORS if average in one.made_of)})
    for average in GROWING
)

#: Values of the price_basis column; indicators without money have an empty one.
NOMINAL, REAL = "nominal", "real_2023"
#: The year whose đồng real money is counted in.
PRICE_YEAR = 2023


def price_bases(indicator: Indicator) -> tuple[str, ...]:
    """The price bases an indicator is published in."""
    return (NOMINAL, REAL) if indicator.money else ("",)
