"""What stands beside figures: grades, names of ranges, and the known traps of the figures they start from."""

from collections.abc import Iterable
from string import ascii_lowercase

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from sim.analysis.answer import Range
from sim.domain import INDICATOR, PRICE_YEAR, Province, Trap
from sim.ensemble import QUANTILES, Result, describe
from sim.report.print.marks import Mark, number, plain, year
from sim.report.print.markup import el, join
from sim.report.print.words import Wording


def described(indicator: str, when: int, draws: NDArray[np.floating], effective_draws: float) -> Range:
    """Statistics of draws as a `Range`, for what a scenario's answer does not carry itself."""
    mean, p10, p25, p50, p75, p90, mcse = (float(value) for value in describe(draws, effective_draws))
    return Range(indicator, when, "", mean, p10, p25, p50, p75, p90, mcse)


def sample_worth(result: Result) -> float:
    """How many independent draws a result is worth, for the digits of a share."""
    return min(float(result.draws), result.effective_draws)


def chip(grade: str, text: str = "") -> Markup:
    """A grade of evidence as a small label."""
    return el("span", text or grade, cls=f"chip g{grade}")


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
