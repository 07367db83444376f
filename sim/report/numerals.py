"""Numbers as text: grouped and pointed for a language, and never finer than their Monte Carlo error."""

from __future__ import annotations

import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from sim.inputs.numerals import MINUS, grouped

#: Significant digits of a model figure: more would read as knowledge nobody has.
_SIGNIFICANT = 3
PLUS, EN_DASH, NO_BREAK = "+", "\u2013", "\u00a0"


def last_place(value: float, mcse: float, *, finest: int | None = None) -> int:
    """Power of ten of the last digit worth printing.

    Parameters
    ----------
    value, mcse : a figure and its Monte Carlo error, in one unit
    finest : place below which the quantity itself has no digits (0 for whole things)

    Returns
    -------
    int
        The coarsest of three: the first place not below the Monte Carlo error, the third
        significant digit, and `finest`.
    """
    places = [math.floor(math.log10(abs(value))) - _SIGNIFICANT + 1] if value else []
    if mcse > 0.0:
        places.append(math.ceil(math.log10(mcse)))
    if finest is not None:
        places.append(finest)
    return max(places, default=0)


def rounded(value: float | Decimal, place: int) -> Decimal:
    """The value to one power of ten, halves away from zero as on paper."""
    exact = value if isinstance(value, Decimal) else Decimal(repr(float(value)))
    unit = Decimal(1).scaleb(place)
    return (exact / unit).quantize(Decimal(1), rounding=ROUND_HALF_UP) * unit


def shared_place(values: Iterable[Decimal], place: int) -> int:
    """`place`, or 0 where all values are whole: whole things have no decimals to show."""
    return place if any(value % 1 for value in values) else max(place, 0)


def decimal_text(value: float | Decimal, place: int, lang: str) -> str:
    """A number rounded to a power of ten, with a true minus sign."""
    number = rounded(value, place)
    text = grouped(abs(number), max(0, -place), lang)
    return MINUS + text if number < 0 else text


def signed_text(value: float | Decimal, place: int, lang: str) -> str:
    """As `decimal_text`, with a plus before what is above zero."""
    text = decimal_text(value, place, lang)
    return PLUS + text if rounded(value, place) > 0 else text
