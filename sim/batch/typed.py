"""Numbers as people type them on the command line: the rule of tables, for a column of one cell."""

from __future__ import annotations

from decimal import Decimal

from sim.domain.errors import InputError, Numbers, Problem
from sim.inputs.number_text import one_reading, read_number, settle_decimal

#: Refusals that say as much of a typed number as of a cell; of any other the option itself says what it takes.
_TOLD = ("number_foreign_digits", "number_not_finite", "number_exponent", "number_too_long")


def read_typed(text: str, refused: str, *, percent: bool = False, **params: object) -> tuple[Decimal | None, Problem]:
    """A number with a comma or a point before its decimals, or why it is none.

    Parameters
    ----------
    refused : catalogue key of the option's own refusal
    percent : whether a percent sign may follow
    params : of that refusal

    Notes
    -----
    ``1.500`` is refused as in a table: it may be one and a half or one thousand five hundred. A
    space between thousands would have to be told where it is read; here it is refused.
    """
    settled = settle_decimal([text])
    if settled.problem == "number_ambiguous":
        fraction, thousands = (Numbers("{}", (Decimal(reading),)) for reading in settled.readings)
        plain = settled.readings[1]
        told = {"fraction": fraction, "thousands": thousands, "short": one_reading(text), "plain": plain}
        return None, Problem("argument_two_readings", told, value=text)
    reading = read_number(text, decimal=settled.decimal or ".", grouped=settled.decimal == ",", percent=percent)
    if reading.value is None or reading.note:
        key = reading.problem if reading.problem in _TOLD else refused
        return None, Problem(key, {} if key in _TOLD else params, value=text)
    return reading.value, Problem(refused, params, value=text)


def typed(text: str, refused: str, place: str, *, percent: bool = False) -> Decimal:
    """As `read_typed`, for whoever has no more to ask of the number.

    Raises
    ------
    InputError
        When it cannot be read, or in two ways.
    """
    value, problem = read_typed(text, refused, percent=percent)
    if value is None:
        raise InputError(Problem(problem.key, problem.params, place=place, value=text))
    return value
