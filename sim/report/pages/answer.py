"""The first screen: the finding as title, one lead, four figures, and why averages may fall."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from sim.analysis.answer import Card, Evidence, Parts, ScenarioAnswer, TargetChance
from sim.analysis.compare import Difference
from sim.domain import INDICATOR, NOMINAL, REAL, Scenario
from sim.report.print import (
    PARTS,
    PLAIN,
    Bar,
    Wording,
    bars,
    chance,
    chip,
    el,
    join,
    level,
    number,
    p80,
    part_places,
    plain,
    price_year,
    rounded,
    said,
    sample_worth,
    signed_difference,
    span,
    spoken,
    target_low,
    told_apart,
    year,
)

#: Chances above and below which a target is called likely and hard to reach.
LIKELY, UNLIKELY = 2 / 3, 1 / 3


def answer(answer: ScenarioAnswer, lang: str = "vi", *, notices: Sequence[tuple[str, str]] = ()) -> Markup:
    """Everything a planner must see without scrolling.

    Parameters
    ----------
    notices : (kind, text); kind ``fail`` or ``review``: what stands above the answer until mended
    """
    w = Wording(lang)
    return el(
        "section",
        header(w, answer),
        el("h1", finding(w, answer)),
        *(notice(kind, text) for kind, text in notices),
        el("p", lead(w, answer), cls="lead"),
        cards(w, answer),
        why(w, answer),
        id="answer",
        cls="answer",
    )


def notice(kind: str, text: str) -> Markup:
    """A banner above everything else."""
    return el("p", said(text, "model"), cls=f"notice {'fail' if kind == 'fail' else 'review'}", role="note")


def header(w: Wording, answer: ScenarioAnswer) -> Markup:
    """Where and when the figures hold, which world the plan meets, and its money over the years."""
    world = w.html("eyebrow_world", world=said(w.mention(answer.scenario.world.label), "assumption"))
    money = _money(w, answer)
    return el(
        "p",
        el("span", w.html("eyebrow", place=el("b", w.label(answer.province.label), cls=PLAIN))),
        Markup(" "),
        el("span", w.label(answer.province.boundary), cls="pill plain"),
        Markup(" "),
        el("span", join([world, money] if money else [world], " · ")),
        cls="eyebrow",
    )


def _money(w: Wording, answer: ScenarioAnswer) -> Markup | str:
    """What the plan spends in all: its name may tell one year's fund, and the figures are of all years' money."""
    plan, years = answer.scenario.plan, answer.result.years[1:]
    funds = [plan.annual_budget(when) for when in years]
    if not any(funds):
        return ""
    told = {"money": number(w.money(funds[0]), "plan"), "total": number(w.money(sum(funds)), "plan")}
    key = "eyebrow_each_year" if len({*funds}) == 1 else "eyebrow_in_all"
    money = w.html(key, first=year(years[0]), last=year(years[-1]), **told)
    return money if plan.price_basis == NOMINAL else join([money, " (", plain(w.basis(plan.price_basis)), ")"])


def name(w: Wording, scenario: Scenario) -> Markup | str:
    """A scenario's name; the money it may name is a plan's."""
    return said(w.label(scenario.label), "plan")


def reference_name(w: Wording, answer: ScenarioAnswer, slug: str) -> Markup | str:
    """A reference's plan, as named inside a sentence."""
    return said(w.mention(answer.result.run_of(slug).scenario.plan.label), "plan")


def finding(w: Wording, answer: ScenarioAnswer) -> Markup:
    """The title: what the plan does, and whether the target of its first year is in reach."""
    effect, good = _effect(w, answer)
    headline = next((found for found in answer.chances if found.target.headline), None)
    if headline is None:
        return w.html("finding_only", name=name(w, answer.scenario), effect=effect)
    likely, unlikely = headline.probability > LIKELY, headline.probability < UNLIKELY
    key = "finding_likely" if likely else "finding_hard" if unlikely else "finding_open"
    reach = w.html(key, low=target_low(w, headline.target), year=year(headline.target.year))
    joint = "finding_but" if good != likely else "finding_and"
    return w.html(joint, name=name(w, answer.scenario), effect=effect, reach=reach)


def title(answer: ScenarioAnswer, lang: str = "vi") -> str:
    """The finding as plain text, for the title of a window and for lists of pages."""
    return spoken(finding(Wording(lang), answer))


def _effect(w: Wording, answer: ScenarioAnswer) -> tuple[Markup, bool]:
    """What the plan changes in active HTX, and whether that is more."""
    card = _card(answer, "htx_active")
    when = year(card.range.year)
    if not answer.references:
        return w.html("effect_level", value=level(w, card.range), year=when), True
    slug = answer.references[0]
    difference, reference = card.differences[slug], reference_name(w, answer, slug)
    if not told_apart(difference) or w.vanishes(difference):
        near = "effect_near" if told_apart(difference) else "effect_unclear"
        key = "effect_same" if difference.identical else near
        return w.html(key, reference=reference), True
    more = difference.mean > 0
    size = number(w.unsigned(difference.mean, difference.mcse), "model")
    return w.html("effect_more" if more else "effect_less", n=size, year=when, reference=reference), more


def lead(w: Wording, answer: ScenarioAnswer, *, anchor: str = "") -> Markup:
    """Expected, range, chances, difference from the reference, grade: one paragraph.

    Parameters
    ----------
    anchor : page that holds the basis of the grade; empty for this one
    """
    founded = answer.founded
    sentences = [
        w.html("lead_founded", year=year(founded.year), n=level(w, founded), p80=p80(w), span=span(w, founded)),
        _chances(w, answer.chances),
        _lead_effect(w, answer),
        grade_chip(w, answer.difference_evidence, href=f"{anchor}#basis"),
    ]
    return join((sentence for sentence in sentences if sentence), " ")


def _chances(w: Wording, chances: Sequence[TargetChance]) -> Markup | None:
    headline = next((found for found in chances if found.target.headline), None)
    if headline is None:
        return None
    parts = [w.html("lead_chance", low=target_low(w, headline.target), chance=chance(w, headline))]
    for other in chances:
        target = other.target
        if target is headline.target:
            continue
        if target.indicator == headline.target.indicator and target.high is not None:
            band = number(w.between(w.exact(target.low), w.exact(target.high)), "target")
            parts.append(w.html("lead_band", band=band, chance=chance(w, other)))
        else:
            parts.append(w.html("lead_other", target=said(w.mention(target.label), "target"), chance=chance(w, other)))
    return join(parts, "; ") + Markup(".")


def _lead_effect(w: Wording, answer: ScenarioAnswer) -> Markup | None:
    if not answer.references:
        return None
    slug = answer.references[0]
    return w.html(
        "lead_effect",
        reference=reference_name(w, answer, slug),
        year=year(_card(answer, "htx_active").range.year),
        active=change(w, _card(answer, "htx_active").differences[slug], "htx_active"),
        total=change(w, _card(answer, "htx_revenue_total").differences[slug], "htx_revenue_total"),
        base=price_year(),
    )


def change(w: Wording, difference: Difference, indicator: str) -> Markup:
    """A difference inside a sentence: more, less, or not told apart."""
    if not told_apart(difference) or w.vanishes(difference):
        return el("b", w.difference(difference, indicator))
    size = w.with_unit(w.unsigned(difference.mean, difference.mcse), w.unit_of(indicator))
    low_high = number(w.signed_span(difference), "model")
    key = "change_more" if difference.mean > 0 else "change_less"
    return w.html(key, n=number(size, "model"), p80=p80(w), span=low_high)


def grade_chip(w: Wording, evidence: Evidence, *, href: str = "") -> Markup:
    """The grade of a figure: the worst among the inputs that decide it."""
    text = w.text("grade_chip", grade=evidence.grade, name=w.term(f"grade_{evidence.grade}"))
    label = chip(evidence.grade, text)
    return el("a", label, href=href, cls="to-basis") if href else label


def cards(w: Wording, answer: ScenarioAnswer) -> Markup:
    """The four figures of the last year."""
    return el("div", *(_figure(w, answer, card) for card in answer.cards), cls="cards")


def _card(answer: ScenarioAnswer, indicator: str) -> Card:
    return next(card for card in answer.cards if card.range.indicator == indicator)


def _figure(w: Wording, answer: ScenarioAnswer, card: Card) -> Markup:
    found = card.range
    unit = w.unit_of(found.indicator)
    basis = join([", ", plain(w.basis(found.price_basis))]) if found.price_basis else None
    weak = w.html("card_weak", share=number(w.share(card.evidence.weak_share), "model"))
    return el(
        "div",
        el("h2", w.term(f"card_{found.indicator}"), ", ", year(found.year)),
        el("p", level(w, found, cls="n big"), " ", el("span", unit, cls="unit"), cls="value"),
        el("p", p80(w), ": ", span(w, found), basis, cls="range"),
        *(_difference_line(w, answer, card, slug) for slug in card.differences),
        el(
            "p",
            chip(card.evidence.grade, w.text("grade_short", grade=card.evidence.grade)),
            " ",
            weak,
            cls="weak",
        ),
        cls="card",
    )


def _difference_line(w: Wording, answer: ScenarioAnswer, card: Card, slug: str) -> Markup:
    difference, indicator = card.differences[slug], card.range.indicator
    tone = ""
    if told_apart(difference) and not w.vanishes(difference):
        tone = "up" if difference.mean * INDICATOR[indicator].better > 0 else "down"
    against: object = w.html("against", reference=reference_name(w, answer, slug))
    if told_apart(difference) and INDICATOR[indicator].money:
        against = Markup("{} ({})").format(against, w.html("prices_of", base=price_year()))
    futures = w.direction(difference, indicator, draws=sample_worth(answer.result))
    parts = [
        el("b", signed_difference(w, difference, indicator), cls=tone or None),
        join([against, ", "]) if futures else against,
        el("span", number(futures, "model"), cls="often") if futures else None,
    ]
    if tone == "down" and indicator == "htx_revenue":
        parts.append(el("a", w.text("see_why"), href="#why"))
    return el("p", join(parts, " "), cls="dif")


def why(w: Wording, answer: ScenarioAnswer) -> Markup:
    """Why the average of HTX may fall although every HTX grows: growth told apart in three."""
    parts = answer.parts[0]
    places = part_places(answer, parts)
    rows = [
        Bar(w.term(f"part_{part}"), getattr(parts, part), w.percent(getattr(parts, part), places[part], signed=True))
        for part in PARTS
    ]
    rows.append(
        Bar(w.term("part_whole"), parts.whole, w.percent(parts.whole, places["whole"], signed=True), total=True)
    )
    return el(
        "aside",
        el("h2", w.text("why_title")),
        el("div", el("p", w.html("why_text", year=year(parts.year))), bars(rows, mark="model"), cls="why-parts"),
        el("div", _reading(w, answer, parts), cls="why-reading"),
        id="why",
        cls="why",
    )


def _reading(w: Wording, answer: ScenarioAnswer, parts: Parts) -> Markup:
    places = part_places(answer, parts)
    slower = rounded(parts.whole, places["whole"]) < rounded(parts.like_for_like, places["whole"])
    key = "why_falls" if parts.whole < 0 else "why_slower" if slower else "why_not_slower"
    if parts.like_for_like < 0:
        key = "why_shrinks"
    sentences = [el("p", w.html(key))]
    if answer.references:
        slug = answer.references[0]
        average = _card(answer, "htx_revenue").differences[slug]
        total = _card(answer, "htx_revenue_total").differences[slug]
        opposite = told_apart(average) and told_apart(total) and average.mean < 0 < total.mean
        sentences.append(
            el(
                "p",
                w.html(
                    "why_opposite" if opposite else "why_both",
                    reference=reference_name(w, answer, slug),
                    year=year(answer.result.years[-1]),
                    average=el("b", signed_difference(w, average, "htx_revenue")),
                    total=el("b", signed_difference(w, total, "htx_revenue_total")),
                    basis=plain(w.basis(REAL)),
                ),
            )
        )
    return join(sentences)
