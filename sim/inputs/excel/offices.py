"""What offices put around a table: titles above, a source below, totals, headings spelt in their own way."""

import re
from collections.abc import Collection, Mapping, Sequence

from sim.inputs.text import clean

#: The same letter in another spelling: the Icelandic and the African Đ; i and y at the end of a syllable.
_ALIKE = str.maketrans("ðɖyỳýỷỹỵ", "đđiìíỉĩị")
_TOTAL = re.compile(r"(?:tổng|cộng|total|sum)\b.*", re.IGNORECASE | re.DOTALL)
_YEAR = re.compile(r"(?:năm|year)?\s*([0-9]{4})", re.IGNORECASE)


def folded(heading: str) -> str:
    """A heading as it is compared: capitals, blanks, line breaks and look-alike letters apart."""
    return " ".join(clean(heading).casefold().split()).translate(_ALIKE).rstrip(" :*")


def by_folded(names: Mapping[str, str]) -> dict[str, str]:
    """{heading, folded: column} of {heading: column}."""
    return {folded(name): column for name, column in names.items()}


def respelling(heading: str, names: Collection[str]) -> str:
    """The usual spelling of a heading that is understood in another one, or ""."""
    if clean(heading).casefold() in names:
        return ""
    found = next((name for name in names if folded(name) == folded(heading)), "")
    return found[:1].upper() + found[1:]


def is_total(text: str) -> bool:
    """Whether a text heads a row of totals: ``Tổng cộng``."""
    return _TOTAL.fullmatch(clean(text)) is not None


def year_in(text: str) -> str:
    """The year of ``Năm 2024`` or ``2024``, or ""."""
    found = _YEAR.fullmatch(clean(text))
    return found.group(1) if found else ""


def heading_row(rows: Sequence[Sequence[str]], names: Mapping[str, str], columns: Sequence[str]) -> int | None:
    """Index of the first row that names more than half of the columns, or None.

    Parameters
    ----------
    names : {heading, folded: column}
    """
    for index, row in enumerate(rows):
        if len({names[text] for text in map(folded, row) if text in names}) > len(columns) // 2:
            return index
    return None
