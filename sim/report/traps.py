"""Known traps of the figures: a letter wherever a figure is used, the text close by."""

from __future__ import annotations

from collections.abc import Iterable
from string import ascii_lowercase

from markupsafe import Markup

from sim.domain.scenario import Province, Trap
from sim.report.marks import number
from sim.report.markup import el, join
from sim.report.wording import Wording

#: The figures a made indicator is made of.
_MADE_OF = {"htx_revenue_total": ("htx_revenue", "htx_active"), "htx_inactive": ("htx_registered", "htx_active")}
#: What a trap's own text cites: figures of several sources, observed and estimated.
_CITED = "actual estimate"


def traps_of(province: Province, indicator: str) -> tuple[Trap, ...]:
    """Traps of the printed figures an indicator starts from, in the pack's order."""
    terms = set()
    for part in _MADE_OF.get(indicator, (indicator,)):
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
