"""Differences read one below the other: a column is rounded once, to what its least certain row allows.

Rounded row by row, a curve would read "+2", "almost unchanged", "+10".
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from sim.analysis.compare import Difference
from sim.analysis.resampling import CLEAR
from sim.report.marks import plain
from sim.report.numerals import decimal_text, rounded, signed_text
from sim.report.wording import Wording, told_apart


def column(w: Wording, changes: Sequence[Difference]) -> list[str]:
    """What stands in each row, without unit.

    Parameters
    ----------
    changes : by rising money; rows are each other's neighbours
    """
    place = max(w.change_place(one.mean, one.mcse) for one in changes)
    words = _in_words(changes)
    return [
        w.text("no_difference" if one.identical else "not_distinguished") if said else _figure(w, one, place)
        for one, said in zip(changes, words, strict=True)
    ]


def column_with_ranges(w: Wording, changes: Sequence[Difference]) -> list[Markup]:
    """`column` with the 80 % range of each row, at one place as well."""
    place = max(w.span_place(one) for one in changes)
    return [
        plain(text) if said else Markup("{} <small>({})</small>").format(text, w.signed_span(one, place=place))
        for one, text, said in zip(changes, column(w, changes), _in_words(changes), strict=True)
    ]


def _in_words(changes: Sequence[Difference]) -> list[bool]:
    """Rows that say there is no difference to tell.

    A row between two that can be told apart from nothing on the same side is on their curve and keeps its figure:
    words there would say that the effect comes, goes and comes again.
    """
    sides = [(one.mean > 0) - (one.mean < 0) if told_apart(one) else 0 for one in changes]
    between = [0, *(before if before == after else 0 for before, after in zip(sides, sides[2:], strict=False)), 0]
    return [one.identical or not (side or near) for one, side, near in zip(changes, sides, between, strict=True)]


def _figure(w: Wording, change: Difference, place: int) -> str:
    """A figure at the column's place; one that would read as zero by the bounds it lies in, where its sign is sure."""
    if rounded(change.mean, place):
        return signed_text(change.mean, place, w.lang)
    if abs(change.mean) <= CLEAR * change.mcse:
        return w.text("nearly_equal")
    half = 10.0**place / 2
    low, high = (0.0, half) if change.mean > 0 else (-half, 0.0)
    return w.text("column_within", **{
        name: signed_text(end, place - 1, w.lang) if end else decimal_text(end, 0, w.lang)
        for name, end in (("low", low), ("high", high))
    })  # fmt: skip
