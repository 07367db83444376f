"""The next tỷ đồng: which line, what to know first, and when the conclusion turns."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from sim.analysis.next_money import NextMoney
from sim.analysis.one_at_a_time import Switch
from sim.domain.parameters import Register
from sim.report.marks import number, said
from sim.report.markup import el, join, listing, section
from sim.report.unknowns import either
from sim.report.values import FOUND, amount
from sim.report.wording import Wording, told_apart


def next_money(found: Sequence[NextMoney], register: Register, lang: str = "vi") -> Markup:
    """One sentence per outcome on the choice, what to know, and where it turns."""
    w = Wording(lang)
    return section("next", w.text("next_title"), listing(_told(w, one, register) for one in found))


def _told(w: Wording, one: NextMoney, register: Register) -> Markup:
    indicator = one.outcome.indicator
    what = w.term(indicator)
    if not told_apart(one.lead):
        return w.html("next_unclear", what=what)
    best = w.html(
        "next_best",
        what=what,
        best=_line(w, one.best),
        rival=_line(w, one.rival),
        lead=number(w.with_unit(w.unsigned(one.lead.mean, one.lead.mcse), w.unit_of(indicator)), "model"),
    )
    return join([best, *_knowing(w, one, register)], " ")


def _knowing(w: Wording, one: NextMoney, register: Register) -> list[Markup]:
    if not one.known:
        return [w.html("next_measure_none")]
    labels = join([w.html("quoted", name=_label(w, register, known.name)) for known in one.known], ", ")
    turned = [switch for switch in one.switches if switch.value is not None]
    measure = w.html("next_measure", labels=labels)
    if not turned:
        return [measure, w.html("next_turn_none")]
    turns = join([_turn(w, switch, register) for switch in turned], either(w))
    return [measure, w.html("next_turn", turns=turns)]


def _turn(w: Wording, switch: Switch, register: Register) -> Markup:
    assert switch.value is not None
    return w.html(
        "next_turn_above" if switch.above else "next_turn_below",
        label=_label(w, register, switch.id),
        value=number(amount(w, switch.value, register[switch.id].unit, fine=FOUND), "model"),
        rival=_line(w, switch.rival),
    )


def _label(w: Wording, register: Register, key: str) -> Markup | str:
    return said(w.mention(register[key].label), "assumption")


def _line(w: Wording, line: str) -> Markup:
    return el("b", w.text("quoted", name=w.term(f"line_{line}")))
