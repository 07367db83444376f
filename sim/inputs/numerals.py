"""Exact numbers as text, grouped and pointed for a language."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

MINUS = "\u2212"


@lru_cache(maxsize=4096)
def grouped(number: Decimal, decimals: int, lang: str) -> str:
    """A number >= 0 in the language's way; a page prints the same few again and again."""
    from babel.numbers import format_decimal  # not needed by readers, whose start it would slow

    pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
    return format_decimal(number, format=pattern, locale=lang)


def exact_text(value: int | float | Decimal, lang: str) -> str:
    """A number with every digit it has, as money of a plan is printed."""
    number = Decimal(repr(float(value))) if isinstance(value, float) else Decimal(value)
    plain = number.normalize()
    exponent = plain.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    text = grouped(abs(plain), decimals, lang)
    return MINUS + text if plain < 0 else text
