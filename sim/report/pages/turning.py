"""What would change the choice: what to measure first, where single numbers turn it, other worlds, failing futures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from markupsafe import Markup

from sim.analysis.compare import Estimate
from sim.analysis.unknowns import (
    ENOUGH,
    FIXED_DRAWS,
    TOTAL_DRAWS,
    Box,
    Information,
    Limit,
    PlanRobustness,
    Robustness,
    Rule,
    Switch,
    Uncertainty,
    Worth,
)
from sim.domain import Scenario, World
from sim.ensemble import QUANTILES, Outcome
from sim.report.pages.unknowns import either, part_label, plan_name, share_of_futures, worth_figure
from sim.report.print import (
    Column,
    Figure,
    Table,
    Together,
    Wording,
    details,
    el,
    join,
    listing,
    named,
    plain,
    said,
    section,
    spread,
    year,
)

#: How many questions of the most valuable inquiry are shown.
_QUESTIONS = 3


def measure_first(found: Uncertainty, lang: str = "vi") -> Markup | None:
    """Worth of each inquiry for the choice, and what to ask."""
    w = Wording(lang)
    if not found.worths:
        return None
    names = list(dict.fromkeys(one.name for worth in found.worths for one in worth.inquiries))
    by_worth = {worth.outcome: {one.name: one for one in worth.inquiries} for worth in found.worths}
    columns = [
        Column(w.text("unknowns_inquiry"), numeric=False),
        *(
            Column(f"{w.term(worth.outcome.indicator)}, {w.unit_of(worth.outcome.indicator)}")
            for worth in found.worths
        ),
    ]
    rows = [
        [
            w.term(f"inquiry_{name}"),
            *(_worth(by_worth[worth.outcome][name].worth, worth) for worth in found.worths),
        ]
        for name in names
    ]
    rows.append([w.text("unknowns_everything"), *(_worth(worth.everything, worth) for worth in found.worths)])
    base = year(found.runs.known.province.base_year)
    return section(
        "measure",
        w.text("unknowns_measure_title"),
        el("p", w.html("unknowns_measure_text")),
        *_advice(w, found),
        Table(columns, rows, caption=w.html("unknowns_measure_caption", base=base)).html(w),
    )


def _worth(estimate: Estimate, worth: Worth) -> Figure:
    """A worth under a column's head, which carries its unit."""
    return Figure.of_worth(estimate, worth.outcome.indicator)


def _advice(w: Wording, found: Uncertainty) -> Iterable[Markup]:
    """The inquiry of highest worth with its questions, and what is wide without turning the choice."""
    best = max(
        ((worth, one) for worth in found.worths for one in worth.inquiries if one.worth.distinguished),
        key=lambda pair: pair[1].worth.value / max(pair[0].everything.value, pair[1].worth.value),
        default=None,
    )
    if best is None:
        yield el("p", w.html("unknowns_measure_none"), cls="ask")
    else:
        worth, inquiry = best
        first = w.html(
            "unknowns_measure_first",
            inquiry=w.term(f"inquiry_{inquiry.name}"),
            worth=worth_figure(inquiry.worth, worth.outcome),
            everything=worth_figure(worth.everything, worth.outcome),
        )
        yield el("p", first, cls="ask")
        yield listing(_questions(w, found, worth, inquiry))
    clear = {
        one.name
        for worth in found.worths
        for one in (*worth.singles, *worth.inquiries)
        if one.worth.distinguished
    }  # fmt: skip
    for part in found.sensitivities[0].influences[:2]:
        if part.name in found.runs.known.register.entries and part.name not in clear:
            yield el("p", w.html("unknowns_measure_width", label=part_label(w, found, part.name)))


def _questions(w: Wording, found: Uncertainty, worth: Worth, inquiry: Information) -> list[object]:
    """The inquiry's own assumptions by their worth, as questions."""
    register = found.runs.known.register
    members = [one for one in worth.singles if one.name in inquiry.members and one.worth.value > 0.0]
    return [said(w.label(register[one.name].question), register[one.name]) for one in members[:_QUESTIONS]]


def turning_points(found: Uncertainty, lang: str = "vi") -> Markup | None:
    """For each outcome, the values of single assumptions at which another plan comes first."""
    w = Wording(lang)
    if not found.worths:
        return None
    return section(
        "turning",
        w.text("unknowns_turn_title"),
        el("p", w.html("unknowns_turn_text")),
        *(part for worth in found.worths for part in _turns(w, found, worth)),
    )


def _turns(w: Wording, found: Uncertainty, worth: Worth) -> Iterable[Markup]:
    what, best = w.term(worth.outcome.indicator), plan_name(w, found.plan(worth.best), quoted=True)
    yield el("h3", w.html("unknowns_turn_head", what=what, best=best))
    turned = sorted((one for one in worth.switches if one.value is not None), key=lambda one: not one.usual)
    opened = [one for one in worth.switches if one.open]
    if turned:
        usual, far = ([_turn(w, found, one) for one in turned if one.usual is kind] for kind in (True, False))
        yield listing(usual) if usual else el("p", w.html("unknowns_turn_not_usual"))
        if far:
            yield details(w.html("unknowns_turn_far", n=plain(len(far))), listing(far), cls="print-open")
    elif not opened:
        yield el("p", w.html("unknowns_turn_none"))
        return
    if opened:
        labels = join([w.html("quoted", name=part_label(w, found, one.id)) for one in opened], ", ")
        yield el("p", w.html("unknowns_turn_open", labels=labels))
    rest = len(worth.singles) - len(turned) - len(opened)
    yield el("p", w.html("unknowns_turn_never", n=Figure.computed(rest)), cls="sub")


def _turn(w: Wording, found: Uncertainty, one: Switch) -> Markup:
    entry = found.runs.known.register[one.id]
    override = found.scenario.world.overrides.get(one.id)
    distribution = override.distribution if override else entry.distribution
    assert one.value is not None
    sentence = w.html(
        "unknowns_turn_above" if one.above else "unknowns_turn_below",
        label=part_label(w, found, one.id),
        value=Figure.found(one.value, entry.unit),
        used=spread(distribution, entry.unit),
        rival=plan_name(w, found.plan(one.rival), quoted=True),
    )
    return el("span", sentence, " ", el("span", w.text("unknowns_turn_usual"), cls="flag")) if one.usual else sentence


def other_worlds(found: Uncertainty, lang: str = "vi") -> Markup | None:
    """Plans across worlds: whether the ways of choosing agree, regret, and how often a plan does well enough."""
    w = Wording(lang)
    if not found.robustness:
        return None
    return section(
        "worlds",
        w.text("unknowns_worlds_title"),
        el(
            "p",
            w.html(
                "unknowns_worlds_text",
                worlds=Figure.counted(found.worlds),
                low=plain(w.share(QUANTILES[0])),
                threshold=plain(w.share(ENOUGH)),
            ),
        ),
        *(part for outcome, judged in found.robustness.items() for part in _judged(w, found, outcome, judged)),
    )


def _judged(w: Wording, found: Uncertainty, outcome: Outcome, judged: Robustness) -> Iterable[Markup]:
    what = w.term(outcome.indicator)
    verdict = rules_verdict(w, found, what, judged)
    yield el("p", verdict, " ", _by_world(w, found, judged))
    caption = w.html(
        "unknowns_regret_caption",
        what=what,
        unit=w.unit_of(outcome.indicator),
        high=plain(w.share(1.0 - QUANTILES[-1])),
        threshold=plain(w.share(judged.threshold)),
    )
    plans = {plan.slug: plan for plan in found.runs.alternatives.plans}
    yield regret_table(w, outcome, judged, plans, found.worlds, caption=caption).html(w)


def regret_table(
    w: Wording,
    outcome: Outcome,
    judged: Robustness,
    plans: Mapping[str, Scenario],
    worlds: Iterable[World],
    *,
    caption: object,
) -> Table:
    """Plans by rising mean regret, with how much, in which world most, and how often each is acceptable."""
    known = {world.slug: world for world in worlds}
    columns = [
        Column(w.text("unknowns_plan"), numeric=False),
        Column(w.text("unknowns_regret_mean")),
        Column(w.text("unknowns_regret_high")),
        Column(w.text("unknowns_regret_max")),
        Column(w.text("unknowns_worst"), numeric=False, inline=True),
        Column(w.text("unknowns_enough")),
    ]
    order = sorted(judged.plans, key=lambda plan: plan.regret_mean)
    rows = [_regret_row(w, plans[plan.plan], known[plan.worst_world], outcome, plan) for plan in order]
    return Table(columns, rows, caption=caption)


def rules_verdict(w: Wording, found: Uncertainty, what: str, judged: Robustness) -> Markup:
    """Whether the ways of choosing agree, in one sentence."""
    if judged.agreed:
        best = join([plan_name(w, found.plan(slug), quoted=True) for slug in judged.agreed], either(w))
        return w.html("unknowns_rules_agree", what=what, best=best)
    picks = join([_pick(w, found, rule) for rule in judged.rules], "; ")
    return w.html("unknowns_rules_differ", what=what, rules=picks)


def _pick(w: Wording, found: Uncertainty, rule: Rule) -> Markup:
    plans = join([plan_name(w, found.plan(slug), quoted=True) for slug in rule.plans], either(w))
    return w.html("unknowns_rule_picks", rule=w.term(f"rule_{rule.name}"), plans=plans)


def _by_world(w: Wording, found: Uncertainty, judged: Robustness) -> Markup:
    best = {world: max(plans, key=lambda slug: plans[slug]) for world, plans in judged.by_world.items()}
    if len(set(best.values())) == 1:
        return w.html("unknowns_worlds_same", best=plan_name(w, found.plan(next(iter(best.values()))), quoted=True))
    worlds = {world.slug: named(w, world, inside=True) for world in found.worlds}
    picks = [
        w.html(
            "unknowns_rule_picks",
            rule=worlds[world],
            plans=plan_name(w, found.plan(slug), quoted=True),
        )
        for world, slug in best.items()
    ]
    return w.html("unknowns_worlds_differ", picks=join(picks, "; "))


def _regret_row(w: Wording, scenario: Scenario, worst: World, outcome: Outcome, plan: PlanRobustness) -> list[object]:
    """A plan with its regret (mean, in one of ten futures, worst of the draws, in its worst world) and its chance."""
    indicator = outcome.indicator
    _, _, mean_error, worst_error, enough_error = plan.errors
    beside = Figure.of_change(plan.worst_regret, worst_error, indicator).size
    return [
        plan_name(w, scenario),
        Figure.of_change(plan.regret_mean, mean_error, indicator).size,
        Figure.of_level(indicator, plan.regret_p90, mean_error),
        Figure.of_level(indicator, plan.regret_max, mean_error),
        Together((named(w, worst), Together(("(", beside, ")"), between=""))),
        Figure.of_chance(plan.enough, enough_error),
    ]


def failing_futures(found: Uncertainty, lang: str = "vi") -> Markup | None:
    """Where the futures gather in which another plan is better, one sentence per box."""
    w = Wording(lang)
    if not found.worths:
        return None
    return section(
        "futures-failing",
        w.text("unknowns_box_title"),
        *(part for worth in found.worths for part in _box(w, found, worth)),
        el("p", _note(w, found), cls="sub"),
    )


def _box(w: Wording, found: Uncertainty, worth: Worth) -> Iterable[Markup]:
    beaten = 1.0 - worth.often
    yield el(
        "p",
        w.html(
            "unknowns_box_text",
            share=share_of_futures(found, beaten),
            best=plan_name(w, found.plan(worth.best), quoted=True),
        ),
    )
    what = w.term(worth.outcome.indicator)
    yield el("p", box_sentence(w, found, what, worth.box) if worth.box else w.html("unknowns_box_none", what=what))


def box_sentence(w: Wording, found: Uncertainty, what: str, box: Box) -> Markup:
    """One box as one sentence."""
    shares = {
        "density": Figure.of_chance(box.density, box.error),
        "base": Figure.of_chance(box.base, box.error),
        "size": Figure.portion(box.size),
        "coverage": Figure.portion(box.coverage),
    }
    limits = join([_limit(w, found, limit) for limit in box.limits], f" {w.text('unknowns_and')} ")
    return w.html("unknowns_box_found", what=what, limits=limits, **shares)


def _limit(w: Wording, found: Uncertainty, limit: Limit) -> Markup:
    unit, label = found.runs.known.register[limit.id].unit, part_label(w, found, limit.id, inside=True)
    ends = {
        key: Figure.found(value, unit)
        for key, value in (("low", limit.low), ("high", limit.high))
        if value is not None
    }
    key = "both" if len(ends) == 2 else next(iter(ends))
    return w.html(f"unknowns_box_{key}", label=label, **ends)


def _note(w: Wording, found: Uncertainty) -> Markup:
    runs = found.runs
    sizes = {"draws": runs.draws, "total": min(runs.draws, TOTAL_DRAWS), "held": min(runs.draws, FIXED_DRAWS)}
    marked = {key: Figure.computed(size) for key, size in sizes.items()}
    return w.html("unknowns_note", seed=el("code", runs.seed), base=year(runs.known.province.base_year), **marked)
