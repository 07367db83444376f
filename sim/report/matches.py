"""A printed figure in words: what it is about, and how it was used to update the assumptions."""

from __future__ import annotations

from sim.domain.calibration import FIRST_HALF, GROWTH, Match
from sim.domain.scenario import Observation
from sim.report.wording import Wording


def match_name(match: Match, lang: str) -> str:
    """What the figure counts or measures, and when, as the table of figures says it."""
    w = Wording(lang)
    return f"{w.page_term(match.observation.indicator)}, {period_name(w, match.observation)}"


def period_name(w: Wording, row: Observation) -> str:
    """The time a printed figure is about."""
    base, _, month = row.period.partition("-")
    if base in ("to", "month") and month.isdigit():
        return w.text(f"period_{base}", month=month, year=row.year)
    return w.text("period_" + row.period.replace("-", "_"), year=row.year)


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
