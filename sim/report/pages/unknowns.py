"""What is not known: what drives the range, swings, and what to measure before spending."""

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from sim.analysis.compare import Difference, Estimate, share_error
from sim.analysis.split import NextMoney
from sim.analysis.unknowns import EVENT_RANKS, Index, Influence, Sensitivity, Swing, Uncertainty, Worth
from sim.domain import Register, Scenario
from sim.ensemble import QUANTILES, Outcome
from sim.report import print as pr
from sim.report.pages.frames import behind

#: How many parts and swings are drawn; the tables hold all that can be told apart.
_SHOWN = 7


def unknowns(found: Uncertainty, lang: str = "vi") -> Markup:
    """The first screen: which plan comes first, by how much, how often, and what knowing more could add."""
    w, scenario = pr.Wording(lang), found.scenario
    province, plans = found.runs.known.province, pr.Figure.counted(found.runs.alternatives.plans)
    money = pr.Figure.planned(sum(scenario.plan.annual_budget(when) for when in province.open_years(scenario.horizon)))
    world = pr.el("span", w.html("eyebrow_world", world=pr.named(w, scenario.world, inside=True)))
    lead = w.html("unknowns_lead", plans=plans, money=money, year=pr.year(scenario.horizon))
    # What the plan that comes first gives up: goals that another plan serves better.
    tradeoffs = [
        w.html(
            "unknowns_tradeoff",
            what=w.term(one.outcome.indicator),
            best=plan_name(w, found.plan(one.best), quoted=True),
            behind=plan_name(w, found.plan(one.behind), quoted=True),
            lead=_change(one.lead, one.outcome).size.with_unit(_unit(w, one.outcome)),
        )
        for one in found.tradeoffs
    ]
    given_up = w.html("unknowns_tradeoffs", goals=pr.join(tradeoffs, "; "))
    return pr.el(
        "section",
        pr.eyebrow(w, province, world),
        pr.el("h1", _finding(w, found)),
        pr.el("p", lead if found.worths else w.html("unknowns_lead_alone"), cls="lead"),
        pr.el("div", *(_card(w, found, worth) for worth in found.worths), cls="cards three") if found.worths else None,
        pr.el("p", given_up, cls="notice") if tradeoffs else None,
        id="unknowns",
        cls="answer",
    )


def _finding(w: pr.Wording, found: Uncertainty) -> Markup:
    if not found.worths:
        first = found.sensitivities[0].influences[0]
        label = part_label(w, found, first.name, inside=True)
        return w.html("unknowns_finding_alone", name=plan_name(w, found.scenario, quoted=True), first=label)
    agreed = [judged.agreed[:1] for judged in found.robustness.values()]
    if agreed[0] and all(plans == agreed[0] for plans in agreed):
        best = agreed[0][0]
        told: dict[str, object] = {"best": plan_name(w, found.plan(best), quoted=True)}
        for worth in found.worths:
            indicator = worth.outcome.indicator
            if not pr.Figure.of_difference(worth.lead, indicator).apart:
                rival = found.plan(worth.runner_up if worth.best == best else worth.best)
                told |= {"rival": plan_name(w, rival, quoted=True), "what": w.mention(w.term(f"card_{indicator}"))}
                return w.html("unknowns_finding_close", **told)
        return w.html("unknowns_finding_agreed", **told)
    return w.html("unknowns_finding_split")


def _card(w: pr.Wording, found: Uncertainty, worth: Worth) -> Markup:
    outcome = worth.outcome
    best, rival = (plan_name(w, found.plan(slug)) for slug in (worth.best, worth.runner_up))
    ahead, value = pr.Figure.of_difference(worth.lead, outcome.indicator), None
    rest = w.html("unknowns_card_unclear", best=best, rival=rival, p80=pr.p80(w), range=ahead.ends)
    if ahead.apart:
        unit = pr.el("span", _unit(w, outcome), cls="unit plain")
        value = pr.el("p", _change(worth.lead, outcome).html(w, cls="n mid"), " ", unit, cls="value")
        rest = w.html("unknowns_card_lead", rival=rival, p80=pr.p80(w), range=ahead.ends)
    return pr.el(
        "div",
        pr.el("h2", w.html("unknowns_card", what=w.term(outcome.indicator), year=pr.year(outcome.year))),
        pr.el("p", pr.el("b", best), cls="question"),
        value,
        pr.el("p", rest),
        pr.el("p", w.html("unknowns_card_often", share=share_of_futures(found, worth.often))),
        pr.el("p", w.html("unknowns_card_everything", worth=worth_figure(worth.everything, outcome)), cls="weak"),
        cls="card",
    )


def _unit(w: pr.Wording, outcome: Outcome) -> str:
    return w.unit_with_basis(outcome.indicator, outcome.price_basis)


def _change(lead: Difference, outcome: Outcome) -> pr.Figure:
    """By how much a plan lies ahead, as a figure however small."""
    return pr.Figure.of_draws(lead, outcome.indicator).alone


def share_of_futures(found: Uncertainty, share: float) -> pr.Figure:
    """In how many of the simulated futures something holds, to what the sample is worth."""
    return pr.Figure.of_chance(share, share_error(share, found.runs.draws, found.runs.effective_draws))


def worth_figure(worth: Estimate, outcome: Outcome) -> pr.Figure:
    """A worth with its unit, or that it cannot be told from zero."""
    return pr.Figure.of_worth(worth, outcome.indicator).with_unit()


def either(w: pr.Wording) -> str:
    """What stands between alternatives."""
    return f" {w.text('unknowns_or')} "


def plan_name(w: pr.Wording, scenario: Scenario, *, quoted: bool = False) -> pr.Said:
    """A plan's name; money it may name is a plan's."""
    return replace(pr.named(w, scenario.plan, quoted=quoted), always=True)


def part_label(w: pr.Wording, found: Uncertainty, name: str, *, inside: bool = False) -> pr.Said:
    """The name of an assumption, or of several that count as one; `inside` a sentence in lower case."""
    register = found.runs.known.register
    if name in register.entries:
        return replace(pr.named(w, register[name], inside=inside), always=True)
    return pr.assumed_words((w.mention if inside else w.label)(w.term(f"group_{name}")))


def width(found: Uncertainty, lang: str = "vi") -> Markup:
    """Shares of the width by part, in both outcomes, with what the register said would decide."""
    w, parts = pr.Wording(lang), found.sensitivities
    first, second = (part_label(w, found, one.name, inside=True) for one in parts[0].influences[:2])
    key = "unknowns_width_text" if parts[0].gain else "unknowns_width_level"
    return pr.section(
        "width",
        w.text("unknowns_width_title"),
        pr.el("p", w.html(key, first=first, second=second, whole=pr.plain(w.share(1.0)))),
        pr.el("p", w.html("unknowns_width_history"), cls="sub"),
        pr.el("div", *(_shares(w, found, one) for one in parts), cls="two"),
        *(
            pr.details(f"{w.text('table_behind')}: {w.term(one.outcome.indicator)}", _share_table(w, found, one))
            for one in parts
        ),
    )


def _shares(w: pr.Wording, found: Uncertainty, one: Sensitivity) -> Markup:
    register, rows = found.runs.known.register, []
    for part in one.influences[:_SHOWN]:
        if part.total is None:
            continue
        name: object = part_label(w, found, part.name)
        if part.name in register.entries:
            name = pr.join([pr.chip(register[part.name].grade), name], " ")
        # Its interval stands in the table; a phone has no room for it.
        shown = part_figures(one, part)[1] or pr.Figure.portion(0.0)
        rows.append(pr.Bar(name, part.total.estimate.value, shown, total=part.name == EVENT_RANKS))
    return pr.el("div", pr.el("h3", w.term(one.outcome.indicator)), pr.bars(w, rows, cls="stacked"))


def _share_table(w: pr.Wording, found: Uncertainty, one: Sensitivity) -> Markup:
    heads = ("part", "alone", "together", "settled")
    columns = [pr.Column(w.text(f"unknowns_{head}"), numeric=head != "part") for head in heads]
    rows: list[list[object]] = [[w.term("group_weak"), pr.Figure.of_part(one.evidence.weak), None, None]]
    for part in one.influences:
        index, path = part.total or part.first, None
        if index and index.estimate.distinguished:  # the estimate on growing numbers of draws
            path = pr.Together([pr.Figure.portion(value) for value in index.path], between=" · ")
        rows.append([part_label(w, found, part.name), *part_figures(one, part), path])
    caption = w.html("unknowns_table_caption", what=w.term(one.outcome.indicator), p80=pr.p80(w))
    return pr.Table(columns, rows, caption=caption).html(w)


def part_figures(one: Sensitivity, part: Influence) -> list[pr.Figure | None]:
    """The share of a part alone, which pages of scenarios tell too, and with interplay."""
    shown: list[pr.Figure | None] = []
    subject = one.gain.subject if one.gain else None
    for which, index in (("alone", part.first), ("interplay", part.total)):
        figure = share_figure(index)
        asked = subject and replace(subject, stat=f"share {which}", part=part.name)
        shown.append(figure and replace(figure, subject=asked))
    return shown


def share_figure(index: Index | None) -> pr.Figure | None:
    """A share with its interval, or that it is not told from zero; nothing where none was asked for."""
    return None if index is None else pr.Figure.of_share(index.estimate)


def swings(found: Uncertainty, lang: str = "vi") -> Markup:
    """One assumption at a time: charts and tables in HTX and in đồng."""
    w = pr.Wording(lang)
    low, high = (pr.plain(w.share(QUANTILES[place])) for place in (0, -1))
    return pr.section(
        "swings",
        w.text("unknowns_swing_title"),
        pr.el("p", w.html("unknowns_swing_text", low=low, high=high)),
        pr.el("div", *(_swing_figure(w, found, one) for one in found.sensitivities), cls="figures halves"),
    )


def _swing_figure(w: pr.Wording, found: Uncertainty, one: Sensitivity) -> Markup:
    indicator = one.outcome.indicator
    clear = [swing for swing in one.swings if swing.distinguished]
    key = "unknowns_swing_gain" if one.gain else "unknowns_swing_level"
    if not clear:
        return pr.el("figure", pr.el("figcaption", pr.el("b", w.text("unknowns_swing_none"))))
    top, label, unit = clear[0], part_label(w, found, clear[0].id), w.unit_of(indicator)
    low, high = (pr.Figure.of_level(indicator, value, top.error) for value in sorted(top.means))
    message = w.html("unknowns_swing_message", label=label, low=low, high=high, unit=unit)
    shown = [
        pr.Bar(part_label(w, found, swing.id), (min(swing.means), max(swing.means)), swing_ends(indicator, swing))
        for swing in clear[:_SHOWN]
    ]
    about = w.text(key, what=w.term(indicator), unit=_unit(w, one.outcome))
    columns = [
        pr.Column(w.text("unknowns_part"), numeric=False),
        pr.Column(w.text("unknowns_held")),
        pr.Column(w.text("unknowns_becomes", what=unit)),
    ]
    register = found.runs.known.register
    rows = [
        (part_label(w, found, swing.id), swing_values(swing, register[swing.id].unit), swing_ends(indicator, swing))
        for swing in clear
    ]
    return pr.el(
        "figure",
        pr.el("figcaption", pr.el("b", message), pr.el("span", about, cls="sub plain")),
        pr.bars(w, shown, center=top.center, cls="stacked swings"),
        behind(w, pr.Table(columns, rows)),
    )


def swing_ends(indicator: str, swing: Swing) -> pr.Phrase:
    """The outcome with one assumption low and with it high."""
    low, high = (pr.Figure.of_level(indicator, value, swing.error) for value in swing.means)
    return pr.Phrase("unknowns_arrow", {"low": low, "high": high})


def swing_values(swing: Swing, unit: str) -> pr.Phrase:
    """The assumption low and high."""
    low, high = (pr.Figure.assumed(value, unit) for value in swing.values)
    return pr.Phrase("unknowns_arrow", {"low": low, "high": high})


# -- The next tỷ đồng: which line, what to know first, and when the conclusion turns ---------------


def next_money(found: Sequence[NextMoney], register: Register, lang: str = "vi") -> Markup:
    """One sentence per outcome on the choice, what to know, and where it turns."""
    w = pr.Wording(lang)
    return pr.section("next", w.text("next_title"), pr.listing(_next(w, one, register) for one in found))


def _next(w: pr.Wording, one: NextMoney, register: Register) -> Markup:
    what = w.term(one.outcome.indicator)
    if not pr.distinguishable(one.lead):
        return w.html("next_unclear", what=what)
    best, rival = (_line(w, line) for line in (one.best, one.rival))
    ahead = _change(one.lead, one.outcome).size.with_unit()
    sentences = [w.html("next_best", what=what, best=best, rival=rival, lead=ahead)]
    if not one.known:
        return pr.join([*sentences, w.html("next_measure_none")], " ")
    labels = pr.join(
        [w.html("quoted", name=pr.named(w, register[known.name], inside=True)) for known in one.known], ", "
    )
    sentences.append(w.html("next_measure", labels=labels))
    turns = []
    for switch in one.switches:
        if switch.value is not None:
            key, entry = "next_turn_above" if switch.above else "next_turn_below", register[switch.id]
            label, value = pr.named(w, entry, inside=True), pr.Figure.found(switch.value, entry.unit)
            turns.append(w.html(key, label=label, value=value, rival=_line(w, switch.rival)))
    turn = w.html("next_turn", turns=pr.join(turns, either(w))) if turns else w.html("next_turn_none")
    return pr.join([*sentences, turn], " ")


def _line(w: pr.Wording, line: str) -> Markup:
    return pr.el("b", w.text("quoted", name=w.term(f"line_{line}")))
