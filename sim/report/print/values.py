"""Several figures printed as one, and the traps that stand beside figures."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from string import ascii_lowercase

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from sim.analysis.answer import Parts, Range, ScenarioAnswer
from sim.analysis.compare import CRITICAL_VALUE, Difference, Estimate, Rank
from sim.domain import INDICATOR, NOMINAL, PRICE_YEAR, Distribution, Province, Scenario, Subject, Trap
from sim.ensemble import QUANTILES, Result, describe, monte_carlo_error
from sim.report.print.figure import Figure, in_its_unit, in_percent
from sim.report.print.marks import Mark, number, plain, year
from sim.report.print.markup import el, join
from sim.report.print.phrases import Phrase, Printed, Together
from sim.report.print.words import Wording, distinguishable, last_place, rounded, rounded_together

#: Growth of an average told apart: grown, caught up, joined and left.
PARTS = ("like_for_like", "catch_up", "composition")
#: Last place of growth in percent.
_TENTH = -1
_APART = "\u00a0\u00b7\u00a0"


@dataclass(frozen=True)
class Between(Printed):
    """From one figure to another, each to its own place."""

    low: Figure
    high: Figure

    @property
    def mark(self) -> Mark:
        """That of both."""
        return Together((self.low, self.high)).mark

    def text(self, w: Wording) -> str:
        """``0,2–0,85``."""
        return w.between(self.low.text(w), self.high.text(w))


@dataclass(frozen=True)
class Ranked(Printed):
    """A place among others by their simulated figures, or those shared with what cannot be told from it."""

    rank: Rank

    @property
    def mark(self) -> Mark:
        """Ranks are of simulated figures."""
        return Mark.MODEL

    @property
    def shared(self) -> bool:
        """Whether the draws do not tell it from its neighbours."""
        return self.rank.first != self.rank.last

    def text(self, w: Wording) -> str:
        """``2`` or ``2–4``."""
        return w.between(str(self.rank.first), str(self.rank.last))

    def cell(self, w: Wording) -> Markup | str:
        """With the words that say why it is shared."""
        if not self.shared:
            return self.text(w)
        return Markup("{} <small>{}</small>").format(self.text(w), w.text("not_distinguished"))


@dataclass(frozen=True)
class Spread(Printed):
    """The figures of an assumption beside each other: low, middle, high, or one alone."""

    figures: Sequence[Figure]
    simplex: bool
    percent: bool

    @property
    def mark(self) -> Mark:
        """Assumed."""
        return self.figures[0].mark

    def text(self, w: Wording) -> str:
        """``0,2 · 0,5 · 0,9``, with its unit where that is percent."""
        text = _APART.join(figure.text(w) for figure in self.figures)
        text = w.text("spread_simplex", mean=text) if self.simplex else text
        return w.with_unit(text, w.unit("%")) if self.percent else text


def spread(distribution: Distribution, unit: str) -> Spread:
    """An assumption's p10, p50 and p90, a constant, or the mean of a share of a whole."""
    simplex, constant = distribution.simplex, distribution.constant
    points = (distribution.p10, distribution.p50, distribution.p90)
    values = (distribution.mean,) if simplex else (distribution.p50,) if constant else points
    figures = []
    for value in values:
        exact = in_its_unit(value, unit)
        figures.append(Figure(rounded(exact, last_place(float(exact), 0.0)), Mark.of(distribution), None))
    return Spread(tuple(figures), bool(simplex), in_percent(unit))


def first_to_last(figures: Sequence[Figure]) -> Printed:
    """One figure where all years are equal, else the first and the last."""
    if len({figure.as_printed() for figure in figures}) == 1:
        return figures[0]
    return Phrase("from_first_to_last", {"first": figures[0], "last": figures[-1]})


def lag(behind: Estimate) -> Figure:
    """By how much a split lies behind the best one, or that the draws do not tell."""
    figure = Figure.of_change(-behind.value, behind.error)
    return figure if abs(behind.value) > CRITICAL_VALUE * behind.error else figure.worded("not_distinguished")


def direction(difference: Difference, indicator: str, *, draws: float = math.inf) -> Phrase | None:
    """In how many simulated futures the scenario lies higher (or lower) than the reference.

    Parameters
    ----------
    draws : what the sample is worth; it sets the digits of the share
    """
    if not distinguishable(difference) or difference.p_better is None:
        return None
    higher = difference.p_better if INDICATOR[indicator].better > 0 else 1 - difference.p_better
    more = higher > 1 - higher
    chance = _share_of_futures(difference, "higher" if more else "lower", max(higher, 1 - higher), draws)
    return Phrase("in_futures_higher" if more else "in_futures_lower", {"chance": chance})


def share_better(difference: Difference, indicator: str, *, draws: float = math.inf) -> Figure | None:
    """In how many simulated futures a scenario does better; None where untold."""
    if not distinguishable(difference) or difference.p_better is None:
        return None
    which = "higher" if INDICATOR[indicator].better > 0 else "lower"
    return _share_of_futures(difference, which, difference.p_better, draws)


def _share_of_futures(difference: Difference, which: str, share: float, draws: float) -> Figure:
    figure, subject = Figure.of_chance(share, math.sqrt(share * (1 - share) / draws)), difference.subject
    return replace(figure, subject=subject and subject.told(which))


def together(parts: Sequence[Figure], whole: Figure | None = None) -> list[Figure]:
    """Parts that stand with their whole: to its last place, and so that what is printed adds up to what it prints.

    Parameters
    ----------
    whole : their sum to the place of the first where it is not printed itself
    """
    place = (whole or parts[0]).place
    assert place is not None
    total = sum((Decimal(str(part.value)) for part in parts), Decimal()) if whole is None else whole.value
    shown = rounded_together([part.value for part in parts], total, place)
    return [replace(part, place=place, shown=value) for part, value in zip(parts, shown, strict=True)]


def side_by_side(level: Figure, others: Sequence[tuple[Figure, Figure]]) -> tuple[Figure, list[tuple[Figure, Figure]]]:
    """A level with the levels it is compared with and its differences from them, so that what is printed subtracts.

    Parameters
    ----------
    others : (level, difference) of each reference; the differences keep their digits where all subtract with
        these, and get one more where they do not

    Notes
    -----
    Both levels stand on the same draws: what they have in common cancels, and the digits of the difference are worth
    printing of them too.
    """
    told = [difference for _, difference in others if difference.clear and difference.place is not None]
    if not told:
        return level, list(others)
    places = [difference.place or 0 for difference in told]
    for finer in (max(places), max(places) - 1, min(places) - 1):
        top = rounded(level.value, finer)
        near = [(rounded(one.value, finer), rounded(gap.value, finer)) for one, gap in others]
        if all(top - reference == gap for reference, gap in near):
            break
    else:  # what is still missing, finer than any page tells a difference, goes to it: levels read alike on every page
        near = [(reference, top - reference) for reference, _ in near]
    pairs = [
        (replace(one, place=finer, shown=reference), replace(gap, place=finer, shown=found))
        for (one, gap), (reference, found) in zip(others, near, strict=True)
    ]
    return replace(level, place=finer, shown=top), pairs


def growth_figures(answer: ScenarioAnswer, parts: Parts) -> dict[str, Figure]:
    """Each part of growth and their whole [%/yr], to what the Monte Carlo errors allow, a tenth at most."""
    row, place = parts.year - answer.province.base_year - 1, _TENTH
    for part in PARTS:
        draws = answer.result.series(answer.scenario.slug, f"htx_{part}")[row, -1]
        error = float(monte_carlo_error(draws, answer.result.effective_draws))
        place = max(place, last_place(getattr(parts, part), error, finest=_TENTH))
    return growth_together(answer.scenario, parts, place)


def growth_together(scenario: Scenario, parts: Parts, place: int = _TENTH) -> dict[str, Figure]:
    """Parts of growth and their whole [%/yr], printed so that they add up."""
    figures = {}
    for name in (*PARTS, "whole"):
        figure = Figure.computed(getattr(parts, name), place, unit="%", signed=True)
        subject = Subject("growth", "htx_revenue", parts.year, NOMINAL, scenario, part=name)
        figures[name] = replace(figure, subject=subject)
    added = together([figures[part] for part in PARTS], figures["whole"])
    return figures | dict(zip(PARTS, added, strict=True))


def described(indicator: str, when: int, draws: NDArray[np.floating], effective_draws: float) -> Range:
    """Statistics of draws as a `Range`, for what a scenario's answer does not carry itself."""
    mean, p10, p25, p50, p75, p90, mcse = (float(value) for value in describe(draws, effective_draws))
    return Range(indicator, when, "", mean, p10, p25, p50, p75, p90, mcse)


def sample_worth(result: Result) -> float:
    """How many independent draws a result is worth, for the digits of a share."""
    return result.worth


def chip(grade: str) -> Markup:
    """A grade of evidence as a small label."""
    return el("span", grade, cls=f"chip g{grade}")


def eyebrow(w: Wording, province: Province, *more: object, place: object = None) -> Markup:
    """Where, and within which boundary and years, the figures of a page hold; then what it is about."""
    boundary = el("span", w.label(province.boundary), cls="pill plain")
    return el("p", join([place or plain(w.label(province.label)), boundary, *more], " "), cls="eyebrow")


def price_year() -> Markup:
    """The year whose prices real money is in."""
    return year(PRICE_YEAR)


def p80(w: Wording) -> Markup:
    """The name of the wider range, exempt from marks: a method, not a figure."""
    return plain(w.text("range_80"))


def p50(w: Wording) -> Markup:
    """The name of the narrower range."""
    return plain(w.text("range_50"))


def spread_caption(w: Wording) -> Markup:
    """What the three numbers of a spread mean."""
    low, middle, high = (plain(w.share(share)) for share in QUANTILES[::2])
    return w.html("spread_caption", low=low, middle=middle, high=high)


# -- Known traps of the figures: a letter wherever a figure is used, the text close by -------------


def traps_of(province: Province, indicator: str) -> tuple[Trap, ...]:
    """Traps of the printed figures an indicator starts from, in the pack's order."""
    terms = set()
    for part in INDICATOR[indicator].made_of or (indicator,):
        terms |= {row.indicator for row in province.base.get(part, {}).values()}
    return tuple(trap for trap in province.traps if terms & set(trap.indicators))


def letter(province: Province, trap: Trap) -> str:
    """The trap's letter: its place in the pack, so that it is the same on every page."""
    return ascii_lowercase[province.traps.index(trap) % len(ascii_lowercase)]


def references(province: Province, traps: Iterable[Trap]) -> Markup | None:
    """Letters that lead to the notes."""
    letters = [letter(province, trap) for trap in traps]
    links = [el("a", found, href=f"#trap-{found}") for found in letters]
    return el("span", join(links, ","), cls="traps") if links else None


def notes(
    w: Wording, province: Province, traps: Iterable[Trap], *, anchored: bool = True, heading: str = "h3"
) -> Markup | None:
    """The traps' texts with their letters, in the pack's order, each once."""
    wanted, items = {trap.id for trap in traps}, []
    for trap in (trap for trap in province.traps if trap.id in wanted):
        sign = letter(province, trap)
        text = el("span", number(w.label(trap.text), Mark.of(trap), cls="said"))
        items.append(el("li", el("b", sign, cls="letter"), text, id=f"trap-{sign}" if anchored else None))
    body = el("div", el(heading, w.text("traps_title")), el("ul", *items, cls="notes"), cls="trap-notes")
    return body if items else None
