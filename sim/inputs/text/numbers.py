"""Numbers as people write them: read exactly or refused with both readings, written for a language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sim.inputs.text.places import limit

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


def plain(number: Any) -> str:
    """A number as one would type it: a decimal with every digit, a float with six."""
    return f"{number.normalize():f}" if hasattr(number, "normalize") else f"{number:g}"


# -- Numbers as people type them in tables: never guessed, refused when two readings are possible ---

#: Spaces that separate thousands: ordinary, no-break, thin, narrow no-break.
_SPACES = "\u0020\u00a0\u2009\u202f"
_SPACED = re.compile(rf"[-+]?[0-9]{{1,3}}(?:[{_SPACES}][0-9]{{3}})+(?:[.,][0-9]+)?")
_FORMULA_ERRORS = ("#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!")
_PLAIN = {sign: re.compile(rf"[-+]?[0-9]+(?:{re.escape(sign)}[0-9]+)?") for sign in ".,"}
_OTHER = {".": ",", ",": "."}
#: 1.234.567,8 for a decimal comma, 1,234,567.8 for a decimal point; no group starts with 0.
_GROUPED = {
    sign: re.compile(rf"[-+]?[1-9][0-9]{{0,2}}(?:{re.escape(other)}[0-9]{{3}})+(?:{re.escape(sign)}[0-9]+)?")
    for sign, other in _OTHER.items()
}
_NO_NUMBERS = (
    ("number_not_finite", re.compile(r"[-+]?(nan|inf|infinity)", re.IGNORECASE)),
    ("number_exponent", re.compile(r"[-+]?[0-9.,]+e[-+]?[0-9]+", re.IGNORECASE)),
    ("number_time", re.compile(r"[0-9]{1,4}:[0-5][0-9](?::[0-5][0-9])?")),
    ("number_parentheses", re.compile(r"\([0-9.,\s]+\)")),
    ("number_with_words", re.compile(rf"[-+]?[0-9][0-9.,{_SPACES}]*[^\W\d_].*", re.DOTALL)),
)
#: Refusals whose advice holds in a text file only, and their like for cells of a workbook.
_OF_CELLS = {
    "number_ambiguous": "number_ambiguous_cell",
    "number_mixed_decimals": "number_mixed_cells",
    "number_undeclared_groups": "number_groups_cell",
}


@dataclass(frozen=True)
class Reading:
    """A number, or why the text is none.

    Attributes
    ----------
    value : None when refused
    problem : catalogue key of the refusal, or ""
    hint : the right spelling where there is one
    note : catalogue key of something accepted that should be told, or ""
    """

    value: Decimal | None = None
    problem: str = ""
    hint: str = ""
    note: str = ""


def read_number(text: str, *, decimal: str = ".", grouped: bool = False, percent: bool = False) -> Reading:
    """Read one number.

    Parameters
    ----------
    decimal : the sign that starts the fraction, "." or ","
    grouped : whether the other sign may separate thousands (only when the file declares `decimal`)
    percent : whether a percent sign may follow (only in columns and rows whose unit is %)
    """
    body = text.replace(MINUS, "-")
    if body.endswith("%"):
        if not percent:
            return Reading(problem="number_percent")
        body = body[:-1].rstrip()
    if body.upper() in _FORMULA_ERRORS:
        return Reading(problem="number_formula_error")
    if "_" in body or any(char.isdigit() and not char.isascii() for char in body):
        return Reading(problem="number_foreign_digits")
    if key := next((key for key, pattern in _NO_NUMBERS if pattern.fullmatch(body)), ""):
        hints = {"number_parentheses": "-" + body[1:-1], "number_time": decimal.join(body.split(":")[:2])}
        return Reading(problem=key, hint=hints.get(key, ""))
    note = ""
    if _SPACED.fullmatch(body):
        body, note = re.sub(f"[{_SPACES}]", "", body), "number_spaced"
    if grouped and _GROUPED[decimal].fullmatch(body):
        body = body.replace(_OTHER[decimal], "")
    if not _PLAIN[decimal].fullmatch(body):
        key = "number_other_decimal" if _OTHER[decimal] in body else "number_unreadable"
        swapped = body.replace(_OTHER[decimal], decimal)
        return Reading(problem=key, hint=swapped if _PLAIN[decimal].fullmatch(swapped) else "")
    if sum(char.isdigit() for char in body) > limit("number_digits"):
        return Reading(problem="number_too_long")
    return Reading(Decimal(body.replace(",", ".")), note=note)


@dataclass(frozen=True)
class Settled:
    """How a whole column is to be read, or which rows forbid it.

    Attributes
    ----------
    decimal : "." or ",", "" when refused
    problem : catalogue key of the refusal, or ""
    rows : indices of the texts the refusal rests on
    readings : both readings of an ambiguous text, or ()
    """

    decimal: str
    problem: str = ""
    rows: tuple[int, ...] = ()
    readings: tuple[str, ...] = ()

    def refusal(self, texts: Sequence[str], places: Sequence[str], *, cells: bool) -> tuple[str, dict[str, str]]:
        """Key and parameters of the refusal.

        Parameters
        ----------
        places : line or address of each text
        cells : whether the texts stand in a workbook, which has no first line to declare a sign in
        """
        params = {"rows": ", ".join(places[row] for row in self.rows), "readings": " | ".join(self.readings)}
        if cells and self.readings:
            params |= {"fraction": one_reading(texts[self.rows[0]]), "whole": self.readings[1]}
        return (_OF_CELLS.get(self.problem, self.problem) if cells else self.problem), params


def settle_decimal(texts: Sequence[str]) -> Settled:
    """The decimal sign of an undeclared column, from texts that can be read in one way only.

    Notes
    -----
    ``12,3`` and ``1.234.567,8`` have one reading; ``1.234`` alone has two and is refused; a comma that
    separates thousands (``1,234.5``) must be declared by the file, since Vietnamese writes it the other way.
    """
    pointed = [index for index, text in enumerate(texts) if "." in text or "," in text]
    if all(_grouping_only(texts[index]) for index in pointed):
        if not pointed:
            return Settled(".")
        text = texts[pointed[0]]
        sign = "." if "." in text else ","
        readings = (text.replace(sign, "."), text.replace(sign, ""))
        return Settled("", "number_ambiguous", (pointed[0],), readings)
    only: dict[str, list[int]] = {".": [], ",": []}
    for index, text in enumerate(texts):
        read = {sign: read_number(text, decimal=sign, grouped=True, percent=True).value for sign in only}
        readable = [sign for sign in only if read[sign] is not None]
        if len(readable) == 1:  # with this decimal sign but not with the other
            only[readable[0]].append(index)
    if only["."] and only[","]:
        return Settled("", "number_mixed_decimals", (only["."][0], only[","][0]))
    grouped = [index for index in only["."] if "," in texts[index]]
    if grouped:
        return Settled("", "number_undeclared_groups", (grouped[0],))
    return Settled("," if only[","] else ".")


def _grouping_only(text: str) -> bool:
    """One sign before exactly three digits, after a first group that could be one: two readings."""
    return bool(re.fullmatch(r"[-+−]?[1-9][0-9]{0,2}[.,][0-9]{3}", text))


def one_reading(text: str) -> str:
    """The fraction of an ambiguous text, respelt with its own sign so that it has no other reading."""
    short = text.rstrip("0").rstrip(".,")
    return f"{text}0" if _grouping_only(short) else short
