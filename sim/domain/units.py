"""Units of the sector's figures, and the only place where powers of ten of money are written.

Inside, plan money is whole đồng (int); the model works in billion VND (funds, totals) and
million VND/yr (averages), as the sources print them.
"""

from decimal import Decimal

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
