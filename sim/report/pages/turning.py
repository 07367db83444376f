"""What would change the choice: what to measure first, where single numbers turn it, other worlds, failing futures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from sim.analysis.unknowns import (
    ENOUGH,
    FIXED_DRAWS,
    TOTAL_DRAWS,
    Box,
    Robustness,
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
    columns = [Column(w.text("unknowns_inquiry"), numeric=False)]
    rows: dict[str, list[object]] = {}
    for worth in found.worths:
        indicator = worth.outcome.indicator
        columns.append(Column(f"{w.term(indicator)}, {w.unit_of(indicator)}"))
        worths = [(f"inquiry_{one.name}", one.worth) for one in worth.inquiries]
        for key, estimate in [*worths, ("", worth.everything)]:
            name = w.term(key) if key else w.text("unknowns_everything")
            rows.setdefault(key, [name]).append(Figure.of_worth(estimate, indicator))
    caption = w.html("unknowns_measure_caption", base=year(found.runs.known.province.base_year))
    return section(
        "measure",
        w.text("unknowns_measure_title"),
        el("p", w.html("unknowns_measure_text")),
        *_advice(w, found),
        Table(columns, list(rows.values()), caption=caption).html(w),
    )


def _advice(w: Wording, found: Uncertainty) -> Iterable[Markup]:
    """The inquiry of highest worth with its questions, and what is wide without turning the choice."""
    register = found.runs.known.register
    clear = [(worth, one) for worth in found.worths for one in worth.inquiries if one.worth.distinguished]
    if not clear:
        yield el("p", w.html("unknowns_measure_none"), cls="ask")
    else:
        worth, inquiry = max(
            clear, key=lambda pair: pair[1].worth.value / max(pair[0].everything.value, pair[1].worth.value)
        )
        name = w.term(f"inquiry_{inquiry.name}")
        best, everything = (worth_figure(one, worth.outcome) for one in (inquiry.worth, worth.everything))
        yield el("p", w.html("unknowns_measure_first", inquiry=name, worth=best, everything=everything), cls="ask")
        # Its own assumptions by their worth, as questions.
        members = [one.name for one in worth.singles if one.name in inquiry.members and one.worth.value > 0.0]
        yield listing(said(w.label(register[key].question), register[key]) for key in members[:_QUESTIONS])
    turning = {one.name for _, one in clear}
    turning |= {one.name for worth in found.worths for one in worth.singles if one.worth.distinguished}
    for part in found.sensitivities[0].influences[:2]:
        if part.name in register.entries and part.name not in turning:
            yield el("p", w.html("unknowns_measure_width", label=part_label(w, found, part.name)))


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
    assert one.value is not None
    entry = found.runs.known.register[one.id]
    override = found.scenario.world.overrides.get(one.id)
    used = spread(override.distribution if override else entry.distribution, entry.unit)
    label, rival = part_label(w, found, one.id), plan_name(w, found.plan(one.rival), quoted=True)
    key, value = "unknowns_turn_above" if one.above else "unknowns_turn_below", Figure.found(one.value, entry.unit)
    sentence = w.html(key, label=label, value=value, used=used, rival=rival)
    return el("span", sentence, " ", el("span", w.text("unknowns_turn_usual"), cls="flag")) if one.usual else sentence


def other_worlds(found: Uncertainty, lang: str = "vi") -> Markup | None:
    """Plans across worlds: whether the ways of choosing agree, regret, and how often a plan does well enough."""
    w = Wording(lang)
    if not found.robustness:
        return None
    low, threshold = (plain(w.share(share)) for share in (QUANTILES[0], ENOUGH))
    text = w.html("unknowns_worlds_text", worlds=Figure.counted(found.worlds), low=low, threshold=threshold)
    return section(
        "worlds",
        w.text("unknowns_worlds_title"),
        el("p", text),
        *(part for outcome, judged in found.robustness.items() for part in _judged(w, found, outcome, judged)),
    )


def _judged(w: Wording, found: Uncertainty, outcome: Outcome, judged: Robustness) -> Iterable[Markup]:
    what, unit = w.term(outcome.indicator), w.unit_of(outcome.indicator)
    yield el("p", rules_verdict(w, found, what, judged), " ", _by_world(w, found, judged))
    high, threshold = (plain(w.share(share)) for share in (1.0 - QUANTILES[-1], judged.threshold))
    caption = w.html("unknowns_regret_caption", what=what, unit=unit, high=high, threshold=threshold)
    plans = {plan.slug: plan for plan in found.runs.alternatives.plans}
    yield regret_table(w, outcome, judged, plans, found.worlds, caption=caption).html(w)


def regret_table(
    w: Wording, outcome: Outcome, judged: Robustness, plans: Mapping[str, Scenario], worlds: Iterable[World], *,
    caption: object,
) -> Table:  # fmt: skip
    """Plans by rising mean regret, with how much, in which world most, and how often each is acceptable.

    Regret is a mean, that of one in ten futures, the worst of the draws, and the mean in a plan's worst world.
    """
    columns = [
        Column(w.text("unknowns_plan"), numeric=False),
        *(Column(w.text(f"unknowns_regret_{head}")) for head in ("mean", "high", "max")),
        Column(w.text("unknowns_worst"), numeric=False, inline=True),
        Column(w.text("unknowns_enough")),
    ]
    known, indicator, rows = {world.slug: world for world in worlds}, outcome.indicator, []
    for plan in sorted(judged.plans, key=lambda plan: plan.regret_mean):
        _, _, mean_error, worst_error, enough_error = plan.errors
        mean, worst = (
            Figure.of_change(value, error, indicator).size
            for value, error in ((plan.regret_mean, mean_error), (plan.worst_regret, worst_error))
        )
        high, highest = (Figure.of_level(indicator, value, mean_error) for value in (plan.regret_p90, plan.regret_max))
        world = Together((named(w, known[plan.worst_world]), Together(("(", worst, ")"), between="")))
        enough = Figure.of_chance(plan.enough, enough_error)
        rows.append((plan_name(w, plans[plan.plan]), mean, high, highest, world, enough))
    return Table(columns, rows, caption=caption)


def _either(w: Wording, found: Uncertainty, slugs: Sequence[str]) -> Markup:
    """One plan or another."""
    return join([plan_name(w, found.plan(slug), quoted=True) for slug in slugs], either(w))


def _picks(w: Wording, found: Uncertainty, picked: Iterable[tuple[object, Sequence[str]]]) -> Markup:
    """What each rule or world picks."""
    picks = (w.html("unknowns_rule_picks", rule=name, plans=_either(w, found, plans)) for name, plans in picked)
    return join(picks, "; ")


def rules_verdict(w: Wording, found: Uncertainty, what: str, judged: Robustness) -> Markup:
    """Whether the ways of choosing agree, in one sentence."""
    if judged.agreed:
        return w.html("unknowns_rules_agree", what=what, best=_either(w, found, judged.agreed))
    picks = _picks(w, found, ((w.term(f"rule_{rule.name}"), rule.plans) for rule in judged.rules))
    return w.html("unknowns_rules_differ", what=what, rules=picks)


def _by_world(w: Wording, found: Uncertainty, judged: Robustness) -> Markup:
    best = {world: max(plans, key=lambda slug: plans[slug]) for world, plans in judged.by_world.items()}
    if len(set(best.values())) == 1:
        return w.html("unknowns_worlds_same", best=_either(w, found, list(best.values())[:1]))
    worlds = {world.slug: named(w, world, inside=True) for world in found.worlds}
    picks = _picks(w, found, ((worlds[world], [slug]) for world, slug in best.items()))
    return w.html("unknowns_worlds_differ", picks=picks)


def failing_futures(found: Uncertainty, lang: str = "vi") -> Markup | None:
    """Where the futures gather in which another plan is better, one sentence per box."""
    w, runs = Wording(lang), found.runs
    if not found.worths:
        return None
    parts = []
    for worth in found.worths:
        what, best = w.term(worth.outcome.indicator), plan_name(w, found.plan(worth.best), quoted=True)
        beaten = share_of_futures(found, 1.0 - worth.often)
        box = box_sentence(w, found, what, worth.box) if worth.box else w.html("unknowns_box_none", what=what)
        parts += [el("p", w.html("unknowns_box_text", share=beaten, best=best)), el("p", box)]
    sizes = {"draws": runs.draws, "total": min(runs.draws, TOTAL_DRAWS), "held": min(runs.draws, FIXED_DRAWS)}
    marked = {key: Figure.computed(size) for key, size in sizes.items()}
    seed, base = el("code", runs.seed), year(runs.known.province.base_year)
    note = el("p", w.html("unknowns_note", seed=seed, base=base, **marked), cls="sub")
    return section("futures-failing", w.text("unknowns_box_title"), *parts, note)


def box_sentence(w: Wording, found: Uncertainty, what: str, box: Box) -> Markup:
    """One box of PRIM as one sentence."""
    limits = []
    for limit in box.limits:
        unit, label = found.runs.known.register[limit.id].unit, part_label(w, found, limit.id, inside=True)
        bounds = {"low": limit.low, "high": limit.high}
        ends = {key: Figure.found(value, unit) for key, value in bounds.items() if value is not None}
        key = "both" if len(ends) == 2 else next(iter(ends))
        limits.append(w.html(f"unknowns_box_{key}", label=label, **ends))
    density, base = (Figure.of_chance(share, box.error) for share in (box.density, box.base))
    size, coverage = Figure.portion(box.size), Figure.portion(box.coverage)
    shares = {"density": density, "base": base, "size": size, "coverage": coverage}
    return w.html("unknowns_box_found", what=what, limits=join(limits, f" {w.text('unknowns_and')} "), **shares)
