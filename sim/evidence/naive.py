"""Naive rules that a forecast has to beat: what was printed last stays, or grows on as it did before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.domain import INDICATOR, MONTHS_PER_YEAR, Observation
from sim.inputs.figures import OBSERVED, Mapped, last_month, months_covered

#: Year and month (1-12) at whose end a figure stands.
Month = tuple[int, int]
#: Figures that tell what was; a derived one follows from others of its page.
TOLD = (*OBSERVED, "derived")


@dataclass(frozen=True)
class Naive:
    """What the two rules say of one figure, in its unit; None where too few earlier figures are known."""

    no_change: float | None = None
    last_growth: float | None = None


@dataclass(frozen=True)
class _Earlier:
    """One figure known to the forecast: `value` in our unit, the year, and the months of it (1-12) a flow covers."""

    value: float
    year: int
    first: int
    last: int

    @property
    def at(self) -> float:
        """Where a level stands [yr]."""
        return self.year + self.last / MONTHS_PER_YEAR


def _covered(figure: Observation) -> tuple[int, int]:
    months = months_covered(figure.period)
    assert months is not None
    return months


def naive(
    figure: Observation, indicator: str, figures: Sequence[Observation], terms: Mapping[str, Mapped], *, until: Month
) -> Naive:
    """Persistence and drift: the two rules a forecast made with figures up to `until` has to beat.

    Parameters
    ----------
    figure : to be forecast, of the series `indicator`
    figures : of the province, in the pack's order; only those of the figure's area that stand up to `until` count
    until : the last month of which the forecast could know

    Notes
    -----
    A level stays at the figure printed last, or grows on from it at the yearly rate since the latest figure at least
    a year before it. A flow is that of the same part of the latest year before, or grows on from it at the rate
    between the two latest years; where another part of a year is all that was printed, it goes on at that pace.
    Of two pages with figures of one date the first in the pack's order counts.
    """
    earlier = []
    for one in figures:
        moment = last_month(one.year, one.period)
        ours = one.area_code == figure.area_code and one.indicator in terms and one.status in TOLD
        if ours and moment and moment <= until and terms[one.indicator].indicator == indicator:
            earlier.append(_Earlier(terms[one.indicator].value_of(one), one.year, *_covered(one)))
    if INDICATOR[indicator].flow:
        return _flow(figure, earlier)
    return _level(figure.year + _covered(figure)[1] / MONTHS_PER_YEAR, earlier)


def _level(at: float, earlier: Sequence[_Earlier]) -> Naive:
    if not earlier:
        return Naive()
    last = max(earlier, key=lambda one: one.at)
    before = [one for one in earlier if one.at <= last.at - 1.0]
    if not before or last.value <= 0.0:
        return Naive(last.value)
    first = max(before, key=lambda one: one.at)
    return Naive(last.value, _grown(first.value, last.value, last.at - first.at, at - last.at))


def _flow(figure: Observation, earlier: Sequence[_Earlier]) -> Naive:
    asked = _covered(figure)
    years = sorted({one.year for one in earlier if one.year < figure.year}, reverse=True)
    found = [(year, _same_part(asked, [one for one in earlier if one.year == year])) for year in years[:2]]
    if not found:
        return Naive()
    (year, value), *rest = found
    if not rest or value <= 0.0:
        return Naive(value)
    (before, first) = rest[0]
    return Naive(value, _grown(first, value, year - before, figure.year - year))


def _same_part(asked: tuple[int, int], of_year: Sequence[_Earlier]) -> float:
    """The year's flow over the months asked for; else at the pace of the longest part that was printed."""
    same = [one for one in of_year if (one.first, one.last) == asked]
    if same:
        return same[0].value
    longest = max(of_year, key=lambda one: one.last - one.first)
    return longest.value * (asked[1] - asked[0] + 1) / (longest.last - longest.first + 1)


def _grown(first: float, last: float, years: float, ahead: float) -> float | None:
    """A value going on as it went from the first to the last; None where it began at nothing."""
    return last * float((last / first) ** (ahead / years)) if first > 0.0 else None
