"""How a printed figure was used to update the assumptions, in words."""

from __future__ import annotations

from sim.domain.calibration import FIRST_HALF, GROWTH, Match
from sim.report.wording import Wording


def match_note(match: Match, lang: str) -> str:
    """What the figure was matched with, and the error of measurement it was given."""
    w = Wording(lang)
    if match.kind == FIRST_HALF:
        return w.text("match_first_half")
    if match.relative or match.kind == GROWTH:
        return w.text(
            "match_relative" if match.relative else "match_points",
            error=w.percent(100 * match.error, -1 if match.kind == GROWTH else 0),
        )
    return w.text("match_absolute", error=w.number(match.error))
