"""Exact numbers as text, grouped and pointed for a language."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

MINUS = "\u2212"


@lru_cache(maxsize=4096)
def grouped(number: Decimal, decimals: int, lang: str) -> str:
    """A number >= 0 in the language's way; a page prints the same few again and again."""
    return f"{number:,.{decimals}f}".translate(_signs(lang))


@lru_cache
def _signs(lang: str) -> dict[int, str]:
    """What a language puts between thousands and before decimals."""
    from babel.numbers import get_decimal_symbol, get_group_symbol  # not needed by readers; it would slow their start

    return {ord(","): get_group_symbol(lang), ord("."): get_decimal_symbol(lang)}


def exact_text(value: int | float | Decimal, lang: str) -> str:
    """A number with every digit it has, as money of a plan is printed; however many those are."""
    number = Decimal(repr(float(value))) if isinstance(value, float) else Decimal(value)
    _, _, digits = f"{number:f}".partition(".")
    text = grouped(number.copy_abs(), len(digits.rstrip("0")), lang)
    return MINUS + text if number < 0 else text
