"""Published tables as CSV: full precision, one format everywhere, no pandas needed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from sim.inputs.safe_cells import csv_cell


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """CSV text: UTF-8 when written, ``\\n`` line ends, dot decimals, `repr` of every float."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return buffer.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return repr(float(value))  # a NumPy number is a float too, but its own repr names its type
    return str(csv_cell(value))


def merge_csv(texts: Iterable[str]) -> str:
    """One table of several with the same header, rows in the given order."""
    merged: list[str] = []
    for text in texts:
        header, _, body = text.partition("\n")
        if not merged:
            merged.append(header + "\n")
        elif merged[0] != header + "\n":
            raise ValueError(f"tables with different columns: {merged[0]!r} and {header!r}")
        merged.append(body)
    return "".join(merged)
