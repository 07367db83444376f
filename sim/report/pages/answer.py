"""The first screen: the finding as title, three figures, what they rest on; below it, all headline figures."""

from collections.abc import Sequence

from markupsafe import Markup

from sim.analysis.answer import Card, ScenarioAnswer, Since, headline_of, range_of, sign_assumed
from sim.analysis.compare import Difference
from sim.domain import INDICATOR, NOMINAL, PERCENT, REAL, Target
from sim.report import print as pr
from sim.report.pages.frames import asked_first, largest_apart, located
from sim.report.pages.funding import funding_lines
from sim.report.pages.past import past

#: What the title says where words stand for the difference.
_NO_EFFECT = {"no_difference": "effect_same", "not_distinguished": "effect_unclear", "nearly_equal": "effect_near"}
#: Chances above and below which a target is called likely and hard to reach.
LIKELY, UNLIKELY = 2 / 3, 1 / 3
#: What the cards beside the target's tell: how many, and how much all of them earn.
_TOTALS = ("htx_active", "htx_revenue_total")
#: Of the four lines, so many may share the first place and still be worth naming.
_TELLABLE = 2


def answer(answer: ScenarioAnswer, lang: str = "vi", *, notices: Sequence[tuple[str, str]] = ()) -> Markup:
    """Everything a planner must see without scrolling; right below it, the figures behind that.

    Parameters
    ----------
    notices : (kind, text); kind ``fail`` or ``review``: what stands above the answer until mended
    """
    w = pr.Wording(lang)
    return pr.join([_first_screen(w, answer, notices), _headline(w, answer), past(w, answer)])


def overview(answer: ScenarioAnswer, lang: str = "vi", *, href: str, notices: Sequence[tuple[str, str]] = ()) -> Markup:
    """The main scenario's first screen, with the way to its page."""
    return _first_screen(pr.Wording(lang), answer, notices, href=href)


def _first_screen(
    w: pr.Wording, answer: ScenarioAnswer, notices: Sequence[tuple[str, str]], *, href: str = ""
) -> Markup:
    """What we expect, how sure, what it rests on, what would change it, where the next đồng does most."""
    reference = answer.references[0] if answer.references else ""
    return pr.el(
        "section",
        header(w, answer),
        pr.el("h1", finding(w, answer)),
        *(
            pr.el("p", pr.reported(text), cls=f"notice {'fail' if kind == 'fail' else 'review'}", role="note")
            for kind, text in notices
        ),
        pr.el(
            "div", _target_card(w, answer), *(_total_card(w, answer, name, reference) for name in _TOTALS),
            cls="cards three told",
        ),
        _standing(w, answer, href),
        _against(w, answer, reference, href) if reference else None,
        pr.el("p", w.text("screen_key"), cls="sub"),
        pr.el("p", pr.el("a", w.text("read_whole"), href=href, cls="more")) if href else None,
        id="answer",
        cls="answer",
    )  # fmt: skip


def _told(w: pr.Wording, indicator: str, when: int, basis: str, *lines: object) -> Markup:
    """A card of simulated figures, which carry one mark together, beside what they are."""
    prices = pr.join([", ", w.html("prices_of", base=pr.price_year())]) if basis else None
    name = pr.join([w.term(f"card_{indicator}"), ", ", pr.year(when), prices])
    head = pr.el("p", pr.el("b", name), " ", pr.el("sup", pr.Mark.MODEL.symbol), cls="what")
    return pr.marked("div", head, *lines, mark=pr.Mark.MODEL, cls="card")


def _big(w: pr.Wording, figure: pr.Figure, indicator: str) -> Markup:
    unit = pr.el("span", w.unit_of(indicator), cls="unit")
    return pr.el("p", pr.el("span", figure.text(w), cls="n big"), " ", unit, cls="value")


def _span(w: pr.Wording, figure: pr.Figure) -> Markup:
    return pr.el("p", w.html("span_80", p80=pr.p80(w), span=figure.ends.text(w)), cls="range")


def _target_card(w: pr.Wording, answer: ScenarioAnswer) -> Markup:
    """New HTX of the planning year, and the chance of what the province wants of them."""
    found, reached = pr.Figure.of_range(answer.founded), headline_of(answer.chances)
    lines: list[object] = [_big(w, found, "htx_founded"), _span(w, found)]
    if reached is not None:
        chance = pr.Figure.of_target_chance(reached)
        meter = pr.el("i", style=f"width:{PERCENT * reached.probability:.0f}%")
        lines.append(pr.el("p", meter, cls="meter", aria_hidden="true"))
        said = w.html("reach_line", low=pr.Figure.target(reached.target), chance=chance.text(w))
        lines.append(pr.el("p", said, cls="dif"))
        if answer.since is not None:
            now = pr.Figure.of_target_chance(answer.since.chance).text(w)
            lines.append(pr.el("p", _since(w, answer.since, now), cls="range"))
    return _told(w, "htx_founded", answer.founded.year, "", *lines)


def _since(w: pr.Wording, since: Since, chance: object) -> Markup:
    """The chance with figures that came in, and up to when."""
    return w.html("reach_since", month=pr.year("/".join(map(str, reversed(since.moment)))), chance=chance)


def _total_card(w: pr.Wording, answer: ScenarioAnswer, indicator: str, reference: str) -> Markup:
    """The last year's level, the reference's, and the difference: printed figures that subtract."""
    when, basis = answer.result.years[-1], REAL if INDICATOR[indicator].money else ""
    level = pr.Figure.of_range(range_of(answer.result, answer.scenario.slug, indicator, when, basis))
    if not reference:
        return _told(w, indicator, when, basis, _big(w, level, indicator), _span(w, level))
    other = pr.Figure.of_range(range_of(answer.result, reference, indicator, when, basis))
    change = pr.Figure.of_difference(_card(answer, indicator).differences[reference], indicator)
    level, [(other, change)] = pr.side_by_side(level, [(other, change)])
    named = w.html("level_of", reference=_reference(w, answer, reference), level=other.text(w))
    tone = _tone(change, indicator)
    told = pr.el("p", pr.el("b", change.with_unit().text(w), cls=tone or None), cls="dif")
    span = _span(w, change) if change.clear else None
    return _told(w, indicator, when, basis, _big(w, level, indicator), pr.el("p", named, cls="range"), told, span)


def _tone(change: pr.Figure, indicator: str) -> str:
    """Whether a difference is for the better or the worse, where it is told as a figure."""
    if not change.clear:
        return ""
    return "up" if change.value * INDICATOR[indicator].better > 0 else "down"


def _standing(w: pr.Wording, answer: ScenarioAnswer, anchor: str) -> Markup:
    """What the answer rests on, what may be done with it, what would change it, where the next tỷ does most."""
    evidence = answer.difference_evidence
    link = pr.el("a", w.text("stand_link"), href=f"{anchor}#basis")
    lines = [w.html("stand_grade", grade=evidence.grade, use=w.term(f"use_{evidence.grade}"), link=link)]
    lines.append(w.html("stand_rests", weak=pr.Figure.of_part(evidence.weak).alone))
    driver, asked = next((one for one in evidence.drivers if one.share > 0), None), asked_first(answer)
    if driver is not None:
        words: dict[str, object] = {"driver": pr.named(w, answer.register[driver.id], inside=True)}
        if asked is not None:
            words |= {"first": pr.year(asked[0]), "last": pr.year(asked[1])}
        lines.append(w.html("stand_turns" if asked else "stand_turns_only", **words))
    lines.append(_next_billion(w, answer))
    lines[:0] = funding_lines(w, answer.province, answer.funding)
    return pr.el("div", *(pr.el("p", line) for line in lines), cls="standing")


def _next_billion(w: pr.Wording, answer: ScenarioAnswer) -> Markup:
    """On which line one more tỷ a year adds most to total revenue, as far as the draws can tell."""
    goal, lines = _TOTALS[-1], answer.leading_lines(_TOTALS[-1])
    extra = {margin.money.line: margin.extra[goal] for margin in answer.margins}
    found = pr.Figure.of_difference(extra[lines[0]], goal)
    if not found.clear or len(lines) > _TELLABLE:
        return w.html("stand_next_none")
    names = pr.join([pr.el("b", w.term(f"line_short_{line}")) for line in lines], f" {w.text('unknowns_or')} ")
    return w.html("stand_next", lines=names, value=found.with_unit())


def _against(w: pr.Wording, answer: ScenarioAnswer, reference: str, anchor: str) -> Markup:
    """How far the headline figures move from the reference, in percent of it on one scale."""
    when, rows, moved = answer.result.years[-1], [], {}
    for card in answer.cards:
        indicator, change = card.range.indicator, card.differences[reference]
        basis = REAL if INDICATOR[indicator].money else ""
        level = range_of(answer.result, reference, indicator, when, basis).mean
        share, told = change.mean / level if level else 0.0, pr.Figure.of_difference(change, indicator)
        figure = pr.Figure.of_relative(change, level) if told.clear else told
        why = pr.el("a", w.text("see_why"), href=f"{anchor}#why")
        name = pr.join([w.term(f"card_{indicator}"), why if share < 0 and indicator == "htx_revenue" else None], " ")
        rows.append(pr.Bar(name, share if told.apart else 0.0, figure))
        moved[indicator] = share if told.clear else 0.0
    opposite = all(moved[name] > 0 for name in _TOTALS) and moved["htx_revenue"] < 0
    key = "against_opposite" if opposite else "against_title"
    title = w.html(key, reference=_reference(w, answer, reference), year=pr.year(when))
    head = pr.el("p", pr.el("b", title), " ", pr.el("sup", pr.Mark.MODEL.symbol), cls="what")
    return pr.marked("div", head, pr.bars(w, rows, cls="dots", marks=False), mark=pr.Mark.MODEL, cls="against")


def header(w: pr.Wording, answer: ScenarioAnswer) -> Markup:
    """Where and when the figures hold, which world the plan meets, and its money over the years still to be planned.

    All its money, since its name may tell one year's fund, and the figures are of all years' money.
    """
    parts = [w.html("eyebrow_world", world=pr.named(w, answer.scenario.world, inside=True))]
    plan, years = answer.scenario.plan, answer.province.open_years(answer.result.years[-1])
    funds = [plan.annual_budget(when) for when in years]
    if any(funds):
        key = "eyebrow_each_year" if len({*funds}) == 1 else "eyebrow_in_all"
        each, whole = pr.Figure.planned(funds[0]), pr.Figure.planned(sum(funds))
        money = w.html(key, first=pr.year(years[0]), last=pr.year(years[-1]), money=each, total=whole)
        basis = pr.plain(w.basis(plan.price_basis))
        parts.append(money if plan.price_basis == NOMINAL else pr.join([money, " (", basis, ")"]))
    place = located(w, answer.province, "eyebrow")
    return pr.eyebrow(w, answer.province, pr.el("span", pr.join(parts, " · ")), place=place)


def _reference(w: pr.Wording, answer: ScenarioAnswer, slug: str) -> pr.Said:
    """A reference's plan, as named inside a sentence."""
    return pr.named(w, answer.result.run_of(slug).scenario.plan, inside=True)


def finding(w: pr.Wording, answer: ScenarioAnswer) -> Markup:
    """The title: what the plan does, and whether the target of the planning year is in reach."""
    effect, good = _effect(w, answer)
    first = headline_of(answer.chances)
    if first is None:
        return w.html("finding_only", name=pr.named(w, answer.scenario), effect=effect)
    likely, unlikely = first.probability > LIKELY, first.probability < UNLIKELY
    key = "finding_likely" if likely else "finding_hard" if unlikely else "finding_open"
    reach = w.html(key, low=pr.Figure.target(first.target), year=pr.year(first.target.year))
    joint = "finding_but" if good != likely else "finding_and"
    return w.html(joint, name=pr.named(w, answer.scenario), effect=effect, reach=reach)


def band_end(answer: ScenarioAnswer, target: Target) -> float | None:
    """Where the band ends that begins with a target; None for none."""
    ends = (one.target.high for one in answer.chances if one.target.low == target.low and one.target.high)
    return next(ends, None)


def title(answer: ScenarioAnswer, lang: str = "vi") -> str:
    """The finding as plain text, for the title of a window and for lists of pages."""
    return pr.spoken(finding(pr.Wording(lang), answer))


def _effect(w: pr.Wording, answer: ScenarioAnswer) -> tuple[Markup, bool]:
    """What the plan changes in active HTX, and whether that is more."""
    card = _card(answer, "htx_active")
    when = pr.year(card.range.year)
    if not answer.references:
        return w.html("effect_level", value=pr.Figure.of_range(card.range), year=when), True
    slug = answer.references[0]
    change, reference = pr.Figure.of_difference(card.differences[slug], "htx_active"), _reference(w, answer, slug)
    if change.instead:
        return w.html(_NO_EFFECT[change.instead], reference=reference), True
    more = change.value > 0
    return w.html("effect_more" if more else "effect_less", n=change.size, year=when, reference=reference), more


def lead(w: pr.Wording, answer: ScenarioAnswer) -> Markup:
    """Expected, range, chances, difference from the reference, level of evidence: one paragraph, for a workbook."""
    founded = pr.Figure.of_range(answer.founded)
    year_ = pr.year(answer.founded.year)
    sentences = [w.html("lead_founded", year=year_, n=founded.alone, p80=pr.p80(w), span=founded.ends)]
    first = headline_of(answer.chances)
    if first is not None:
        parts = [w.html("lead_chance", low=pr.Figure.target(first.target), chance=pr.Figure.of_target_chance(first))]
        if answer.since is not None:
            now = _since(w, answer.since, pr.Figure.of_target_chance(answer.since.chance))
            parts = [pr.join([*parts, now], ", ")]
        for other in answer.chances:
            target, chance = other.target, pr.Figure.of_target_chance(other)
            if target is first.target:
                continue
            if target.indicator == first.target.indicator and target.high is not None:
                parts.append(w.html("lead_band", band=pr.Figure.target(target, target.high).ends, chance=chance))
            else:
                parts.append(w.html("lead_other", target=pr.named(w, target, inside=True), chance=chance))
        sentences.append(pr.join(parts, "; ") + Markup("."))
    elif answer.chances:
        found = ((pr.named(w, one.target), pr.Figure.of_target_chance(one)) for one in answer.chances)
        parts = [w.html("lead_other", target=target, chance=chance) for target, chance in found]
        sentences.append(pr.join(parts, "; ") + Markup("."))
    if answer.references:
        slug, names = answer.references[0], ("htx_active", "htx_revenue_total")
        active, total = (_change(w, _card(answer, name).differences[slug], name) for name in names)
        reference, last = _reference(w, answer, slug), pr.year(_card(answer, "htx_active").range.year)
        values = {"reference": reference, "year": last, "active": active, "total": total, "base": pr.price_year()}
        sentences.append(w.html("lead_effect", **values))
    grade = answer.difference_evidence.grade
    sentences.append(w.html("lead_grade", grade=grade, name=w.term(f"grade_{grade}")))
    return pr.join(sentences, " ")


def _change(w: pr.Wording, difference: Difference, indicator: str) -> Markup:
    """A difference inside a sentence: more, less, or not told apart."""
    found = pr.Figure.of_difference(difference, indicator)
    if found.instead:
        span = pr.join([" (", pr.p80(w), ":\u00a0", found.ends.html(w), ")"]) if found.low is not None else None
        return pr.el("span", pr.el("b", found.text(w)), span)
    key = "change_more" if found.value > 0 else "change_less"
    return w.html(key, n=found.size.with_unit(), p80=pr.p80(w), span=found.ends)


def _card(answer: ScenarioAnswer, indicator: str) -> Card:
    return next(card for card in answer.cards if card.range.indicator == indicator)


def _headline(w: pr.Wording, answer: ScenarioAnswer) -> Markup:
    """The four figures of the last year with all that belongs to them, and why the averages may fall."""
    beside = (answer.result.run_of(slug).scenario for slug in answer.references)
    assumed = any(sign_assumed(answer.register, one) for one in beside)
    return pr.section(
        "headline",
        w.html("headline_title", year=pr.year(answer.result.years[-1])),
        pr.el("p", w.html("headline_text", p80=pr.p80(w)), cls="sub"),
        pr.el("div", *(_figure(w, answer, card) for card in answer.cards), cls="cards"),
        pr.el("p", w.html("sign_assumed"), cls="sub") if assumed else None,
        _why(w, answer),
    )


def _figure(w: pr.Wording, answer: ScenarioAnswer, card: Card) -> Markup:
    """One of the figures of the last year, with its differences from the references."""
    found, grade = card.range, card.evidence.grade
    basis = pr.join([", ", pr.plain(w.basis(found.price_basis))]) if found.price_basis else None
    shown, weak = pr.Figure.of_range(found), pr.Figure.of_part(card.evidence.weak).alone
    unit, key = pr.el("span", w.unit_of(found.indicator), cls="unit"), "weak" if weak.clear else "weak_little"
    return pr.el(
        "div",
        pr.el("h3", w.term(f"card_{found.indicator}"), ", ", pr.year(found.year)),
        pr.el("p", shown.html(w, cls="n big"), " ", unit, cls="value"),
        pr.el("p", pr.p80(w), ": ", shown.ends.html(w), basis, cls="range"),
        pr.el("p", largest, cls="range") if (largest := largest_apart(w, answer, found)) else None,
        *(_difference_line(w, answer, card, slug) for slug in card.differences),
        pr.el("p", pr.chip(grade), " ", w.html(f"card_{key}", share=weak), cls="weak"),
        cls="card",
    )


def _difference_line(w: pr.Wording, answer: ScenarioAnswer, card: Card, slug: str) -> Markup:
    difference, indicator = card.differences[slug], card.range.indicator
    change = pr.Figure.of_difference(difference, indicator).with_unit()
    tone = _tone(change, indicator)
    against: object = w.html("against", reference=_reference(w, answer, slug))
    if change.apart and INDICATOR[indicator].money:
        against = Markup("{} ({})").format(against, w.html("prices_of", base=pr.price_year()))
    futures = pr.direction(difference, indicator, draws=pr.sample_worth(answer.result))
    parts = [
        pr.el("b", change.html(w), cls=tone or None),
        pr.join([against, ", "]) if futures else against,
        pr.el("span", futures.html(w), cls="often") if futures else None,
    ]
    if tone == "down" and indicator == "htx_revenue":
        parts.append(pr.el("a", w.text("see_why"), href="#why"))
    return pr.el("p", pr.join(parts, " "), cls="dif")


def _why(w: pr.Wording, answer: ScenarioAnswer) -> Markup:
    """Why the average of HTX may fall although every HTX grows: growth told apart in three."""
    parts = answer.parts[0]
    figures = pr.growth_figures(answer, parts)
    rows = [
        pr.Bar(w.term(f"part_{part}"), float(figure.value), figure, total=part == "whole")
        for part, figure in figures.items()
    ]
    whole = figures["whole"]
    slower = whole.as_printed() < pr.rounded(parts.like_for_like, whole.place or 0)
    key = "why_falls" if parts.whole < 0 else "why_slower" if slower else "why_not_slower"
    reading = [pr.el("p", w.html("why_shrinks" if parts.like_for_like < 0 else key))]
    if answer.references:
        slug, names = answer.references[0], ("htx_revenue", "htx_revenue_total")
        changes = [pr.Figure.of_difference(_card(answer, name).differences[slug], name).with_unit() for name in names]
        average, total = (pr.el("b", change.html(w)) for change in changes)
        opposite = all(change.apart for change in changes) and changes[0].value < 0 < changes[1].value
        both = w.html(
            "why_opposite" if opposite else "why_both",
            reference=_reference(w, answer, slug), year=pr.year(answer.result.years[-1]),
            average=average, total=total, basis=pr.plain(w.basis(REAL)),
        )  # fmt: skip
        reading.append(pr.el("p", both))
    return pr.el(
        "aside",
        pr.el("h3", w.text("why_title")),
        pr.el("div", pr.el("p", w.html("why_text", year=pr.year(parts.year))), pr.bars(w, rows), cls="why-parts"),
        pr.el("div", *reading, cls="why-reading"),
        id="why",
        cls="why",
    )
