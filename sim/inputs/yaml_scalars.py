"""What a plain (unquoted) YAML scalar may mean: text, an exact number, true, false or nothing.

YAML 1.1 readers turn ``no`` into false, ``12:30`` into 750 and ``0123`` into 83; here every spelling
that some reader would take for another type is refused, with the way to say what is meant.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal

from sim.inputs.limits import limit

Scalar = str | int | Decimal | bool | None

_NULLS = {"", "~", "null", "Null", "NULL"}
_BOOLS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_WORDS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+")
#: Only digits of any script and the signs people write between them: a number, a date or a time.
_LOOKS_NUMERIC = re.compile(r"[-+−–(]?\s*[.,]?\d[\d\s.,_'’:/%()−–+-]*[°)]?")


@dataclass(frozen=True)
class Refusal:
    """Why a plain scalar is refused: catalogue key and, where there is one, the right spelling."""

    key: str
    fix: str = ""


_REFUSED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("yaml_not_finite", re.compile(r"[-+]?\.?(inf|infinity|nan)", re.IGNORECASE)),
    ("yaml_other_base", re.compile(r"[-+]?0[xob][0-9a-f_]+", re.IGNORECASE)),
    ("yaml_exponent", re.compile(r"[-+]?[0-9.]+e[-+]?[0-9]+", re.IGNORECASE)),
    ("yaml_date", re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt\s].*)?|[0-9]{1,2}[/.-][0-9]{1,2}[/.-][0-9]{4}")),
    ("yaml_time", re.compile(r"[-+]?[0-9]+(:[0-9]+)+(\.[0-9]*)?")),
    ("yaml_underscore", re.compile(r"[-+]?[0-9_.,]*_[0-9_.,]*")),
    ("yaml_bare_point", re.compile(r"[-+]?([0-9]+\.|\.[0-9]+)")),
    ("yaml_decimal_comma", re.compile(r"[-+]?[0-9]+(\.[0-9]{3})*,[0-9]+")),
    ("yaml_leading_zero", re.compile(r"[-+]?0[0-9]+(\.[0-9]*)?")),
)


def plain_scalar(text: str) -> Scalar | Refusal:
    """The value of a plain scalar, or why it is refused."""
    if text in _NULLS:
        return None
    if text in _BOOLS:
        return _BOOLS[text]
    if text.lower() in _WORDS:
        return Refusal("yaml_word", f'{_WORDS[text.lower()]} | "{text}"')
    if _INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text):
        return _number(text)
    for key, pattern in _REFUSED:
        if pattern.fullmatch(text):
            return Refusal(key, _fix(key, text))
    if _LOOKS_NUMERIC.fullmatch(text):
        return Refusal("yaml_number_like", _plain_form(text))
    return text


def _number(text: str) -> int | Decimal | Refusal:
    if sum(char.isdigit() for char in text) > limit("number_digits"):
        return Refusal("yaml_too_many_digits")
    return Decimal(text) if "." in text else int(text)


def _fix(key: str, text: str) -> str:
    """The spelling to use instead; both readings where it is not clear which was meant."""
    if key == "yaml_decimal_comma":
        whole, _, fraction = text.replace(".", "").rpartition(",")
        doubtful = "." not in text and len(fraction) == len("000")  # could be thousands
        return f"{whole}.{fraction} | {whole}{fraction}" if doubtful else f"{whole}.{fraction}"
    if key == "yaml_bare_point":
        return text + "0" if text.endswith(".") else text.replace(".", "0.")
    if key == "yaml_underscore":
        return text.replace("_", "")
    if key == "yaml_leading_zero":
        number = text.lstrip("+-0") or "0"
        return f'"{text}" | {"0" + number if number.startswith(".") else number}'
    return "" if key in ("yaml_not_finite", "yaml_exponent", "yaml_other_base") else f'"{text}"'


def _plain_form(text: str) -> str:
    """The number in ASCII digits when the text is one, and in any case the text in quotes."""
    digits = "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in text)
    ascii_form = re.sub(r"\s", "", digits).replace("−", "-")
    known = _INTEGER.fullmatch(ascii_form) or _DECIMAL.fullmatch(ascii_form)
    return f'{ascii_form} | "{text}"' if known else f'"{text}"'
