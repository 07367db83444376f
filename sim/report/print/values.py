"""Figures of a result as marked text, and the traps that stand beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from string import ascii_lowercase

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

from sim.analysis.answer import Parts, Range, ScenarioAnswer, TargetChance
from sim.analysis.compare import Difference, Estimate
from sim.domain import INDICATOR, PERCENT, PRICE_YEAR, Distribution, Province, Target, Trap
from sim.ensemble import QUANTILES, Result, describe, monte_carlo_error
from sim.report.print.marks import number, plain, year
from sim.report.print.markup import el, join
from sim.report.print.words import Wording, last_place, rounded, told_apart

# -- Figures of a result as marked text ------------------------------------------------------------

#: Units whose values are read more easily in percent.
_SHARES = frozenset({"share", "1/yr", "real 1/yr"})
#: Share of a value below which its digits say nothing.
_FINE = 0.01
#: Shares below this are not told in figures.
_LEAST = 0.01
#: What a value found by search is known to: another seed moves it by about as much.
FOUND = 0.05
#: Last place worth printing of a value, and of a share in percent.
_FINEST, _FINEST_SHARE = -2, -1
#: Growth of an average told apart: grown, caught up, joined and left.
PARTS = ("like_for_like", "catch_up", "composition")
_APART = "\u00a0\u00b7\u00a0"


def level(w: Wording, found: Range, *, cls: str = "n") -> Markup:
    """The middle of a range (its median), without unit."""
    return number(w.level(found.indicator, found.p50, found.mcse), "model", cls=cls)


def span(w: Wording, found: Range) -> Markup:
    """The 80 % range of a level."""
    return number(w.span(found.indicator, found.p10, found.p90, found.mcse), "model")


def signed_difference(w: Wording, difference: Difference, indicator: str) -> Markup:
    """A difference in words, or as a marked figure with its sign and unit."""
    text = w.difference(difference, indicator)
    return number(text, "model") if told_apart(difference) else escape(text)


def difference_with_range(w: Wording, difference: Difference, indicator: str, *, unit: bool = False) -> Markup:
    """A difference and its 80 % range, for table cells under a marked head."""
    text = w.difference(difference, indicator, unit=unit)
    if not told_apart(difference):
        return plain(text)
    return Markup("{} <small>({})</small>").format(text, w.signed_span(difference))


def chance(w: Wording, found: TargetChance) -> Markup:
    """The probability of a target."""
    return number(w.chance(found.probability, found.mcse), "model")


def share_and_ends(w: Wording, estimate: Estimate | None) -> tuple[str, str]:
    """A share of a whole as printed, and its 80 % interval; words and nothing where no figure can be told.

    Whole percent for both, since the interval says how sure the share is: rounded to its error, it could leave it.
    """
    if estimate is None or not estimate.distinguished:
        return w.text("unknowns_zero"), ""
    if estimate.value < _LEAST:
        return w.text("chance_rare", bound=w.share(_LEAST)), ""
    low, high = (w.number(PERCENT * end) for end in (estimate.low, estimate.high))
    return w.share(estimate.value), w.text("percent", value=w.between(low, high))


def target_low(w: Wording, target: Target) -> Markup:
    """The figure a target must reach."""
    return number(w.exact(target.low), "target")


def chip(grade: str, text: str = "") -> Markup:
    """A grade of evidence as a small label."""
    return el("span", text or grade, cls=f"chip g{grade}")


def price_year() -> Markup:
    """The year whose prices real money is in."""
    return year(PRICE_YEAR)


def described(indicator: str, when: int, draws: NDArray[np.floating], effective_draws: float) -> Range:
    """Statistics of draws as a `Range`, for what a scenario's answer does not carry itself."""
    mean, p10, p25, p50, p75, p90, mcse = (float(value) for value in describe(draws, effective_draws))
    return Range(indicator, when, "", mean, p10, p25, p50, p75, p90, mcse)


def sample_worth(result: Result) -> float:
    """How many independent draws a result is worth, for the digits of a share."""
    return min(float(result.draws), result.effective_draws)


def part_places(answer: ScenarioAnswer, parts: Parts) -> dict[str, int]:
    """Last place worth printing of each part of growth: what its Monte Carlo error allows, a tenth at most."""
    row = parts.year - answer.province.base_year - 1
    places = {}
    for part in PARTS:
        draws = answer.result.series(answer.scenario.slug, f"htx_{part}")[row, -1]
        error = float(monte_carlo_error(draws, answer.result.effective_draws))
        places[part] = last_place(getattr(parts, part), error, finest=-1)
    places["whole"] = max(places.values())
    return places


def p80(w: Wording) -> Markup:
    """The name of the wider range, exempt from marks: a method, not a figure."""
    return plain(w.text("range_80"))


def p50(w: Wording) -> Markup:
    """The name of the narrower range."""
    return plain(w.text("range_50"))


def amounts(w: Wording, planned: Sequence[int]) -> str:
    """Yearly amounts of money [VND] as tỷ: one where all years are equal, else the first and the last."""
    if len(set(planned)) == 1:
        return w.money(planned[0])
    return w.text("from_first_to_last", first=w.money(planned[0]), last=w.money(planned[-1]))


def spread_caption(w: Wording) -> Markup:
    """What the three numbers of a spread mean."""
    low, middle, high = (plain(w.share(share)) for share in QUANTILES[::2])
    return w.html("spread_caption", low=low, middle=middle, high=high)


def in_percent(unit: str) -> bool:
    """Whether an assumption in this unit is shown in percent."""
    return unit in _SHARES


def spread(w: Wording, distribution: Distribution, unit: str) -> str:
    """An assumption's p10, p50 and p90, a constant, or the mean of a share of a whole."""

    def printed(value: float) -> str:
        exact = _in_unit(value, unit)
        return w.exact(rounded(exact, last_place(float(exact), 0.0)))

    if distribution.simplex:
        text = w.text("spread_simplex", mean=printed(distribution.mean))
    elif distribution.constant:
        text = printed(distribution.p50)
    else:
        text = _APART.join(printed(value) for value in (distribution.p10, distribution.p50, distribution.p90))
    return _with_percent(w, text, unit)


def amount(w: Wording, value: float, unit: str, *, fine: float = _FINE) -> str:
    """One value of an assumption, to about a hundredth of itself or as coarse as stated."""
    exact = float(_in_unit(value, unit))
    finest = _FINEST_SHARE if in_percent(unit) else _FINEST
    place = last_place(exact, abs(exact) * fine, finest=finest)
    if in_percent(unit) and exact > 0 and not rounded(exact, place):
        return w.percent(exact, place)  # says that it is below the first digit
    return _with_percent(w, w.number(exact, place), unit)


def _in_unit(value: float, unit: str) -> Decimal:
    exact = Decimal(repr(float(value)))
    return exact * PERCENT if in_percent(unit) else exact


def _with_percent(w: Wording, text: str, unit: str) -> str:
    return w.with_unit(text, w.unit("%")) if in_percent(unit) else text


# -- Known traps of the figures: a letter wherever a figure is used, the text close by -------------

#: What a trap's own text cites: figures of several sources, observed and estimated.
_CITED = "actual estimate"


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
    wanted = {trap.id for trap in traps}
    items = [
        el(
            "li",
            el("b", letter(province, trap), cls="letter"),
            el("span", number(w.label(trap.text), _CITED, cls="said")),
            id=f"trap-{letter(province, trap)}" if anchored else None,
        )
        for trap in province.traps
        if trap.id in wanted
    ]
    return (
        el("div", el(heading, w.text("traps_title")), el("ul", *items, cls="notes"), cls="trap-notes")
        if items
        else None
    )
