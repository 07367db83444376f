"""Text that stays text in a spreadsheet: a name may begin like a formula, it never becomes one."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

#: First characters a spreadsheet takes for the start of a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
#: Most characters a cell of a workbook holds.
LONGEST_TEXT = 32_767


def csv_cell(value: object) -> object:
    """A value for a CSV file that people open in Excel: text that looks like a formula gets an apostrophe."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def put(cell: Any, value: object) -> Any:
    """Put a value into a cell of a workbook: text as text whatever it begins with, numbers as numbers.

    Parameters
    ----------
    cell : openpyxl cell
    value : text, number, truth value or None

    Returns
    -------
    The cell
    """
    if isinstance(value, str):
        cell.value = value[:LONGEST_TEXT]
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(FORMULA_STARTS)
    elif isinstance(value, Decimal):
        cell.value = float(value) if value % 1 else int(value)
    else:
        cell.value = value
    return cell
