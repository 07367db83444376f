"""What would change the choice: what to measure first, where single numbers turn it, other worlds, failing futures."""

from collections.abc import Iterable, Mapping, Sequence

from markupsafe import Markup

from sim.analysis import unknowns
from sim.domain import Scenario, World
from sim.ensemble import QUANTILES, Outcome
from sim.report import print as pr
from sim.report.pages.unknowns import either, part_label, plan_name, share_of_futures, worth_figure

#: How many questions of the most valuable inquiry are shown.
_QUESTIONS = 3


def measure_first(found: unknowns.Uncertainty, lang: str = "vi") -> Markup | None:
    """Worth of each inquiry for the choice, and what to ask."""
    w = pr.Wording(lang)
    if not found.worths:
        return None
    columns = [pr.Column(w.text("unknowns_inquiry"), numeric=False)]
    rows: dict[str, list[object]] = {}
    for worth in found.worths:
        indicator = worth.outcome.indicator
        columns.append(pr.Column(f"{w.term(indicator)}, {w.unit_of(indicator)}"))
        worths = [(f"inquiry_{one.name}", one.worth) for one in worth.inquiries]
        for key, estimate in [*worths, ("", worth.everything)]:
            name = w.term(key) if key else w.text("unknowns_everything")
            rows.setdefault(key, [name]).append(pr.Figure.of_worth(estimate, indicator))
    caption = w.html("unknowns_measure_caption", base=pr.price_year())
    return pr.section(
        "measure",
        w.text("unknowns_measure_title"),
        pr.el("p", w.html("unknowns_measure_text")),
        *questions_first(w, found, found.worths),
        *_width_only(w, found),
        pr.Table(columns, list(rows.values()), caption=caption).html(w),
        *(pr.el("p", text, cls="notice review") for worth in found.worths for text in low_worths(w, found, worth)),
    )


def low_worths(w: pr.Wording, found: unknowns.Uncertainty, worth: unknowns.Worth) -> Iterable[Markup]:
    """REVIEW: where a second estimator finds more than the worth that is printed."""
    named: list[tuple[object, unknowns.Information]] = [
        *((w.term(f"inquiry_{one.name}"), one) for one in worth.inquiries),
        *((part_label(w, found, one.name), one) for one in worth.singles),
    ]
    for name, one in named:
        if one.low and one.again and one.again.distinguished:
            worths = {"worth": worth_figure(one.worth, worth.outcome), "again": worth_figure(one.again, worth.outcome)}
            yield w.html("unknowns_measure_low", what=w.term(worth.outcome.indicator), name=name, **worths)


def _clear(worths: Iterable[unknowns.Worth]) -> list[tuple[unknowns.Worth, unknowns.Information]]:
    """Inquiries whose worth can be told from none."""
    return [(worth, one) for worth in worths for one in worth.inquiries if one.worth.distinguished]


def questions_first(
    w: pr.Wording, found: unknowns.Uncertainty, worths: Iterable[unknowns.Worth], most: int = _QUESTIONS
) -> Iterable[Markup]:
    """The inquiry of highest worth, of some outcomes, with its questions."""
    register, clear = found.runs.known.register, _clear(worths)
    if not clear:
        yield pr.el("p", w.html("unknowns_measure_none"), cls="ask")
    else:
        worth, inquiry = max(
            clear, key=lambda pair: pair[1].worth.value / max(pair[0].everything.value, pair[1].worth.value)
        )
        name = w.term(f"inquiry_{inquiry.name}")
        best, everything = (worth_figure(one, worth.outcome) for one in (inquiry.worth, worth.everything))
        yield pr.el("p", w.html("unknowns_measure_first", inquiry=name, worth=best, everything=everything), cls="ask")
        # Its own assumptions by their worth, as questions.
        members = [one.name for one in worth.singles if one.name in inquiry.members and one.worth.value > 0.0]
        yield pr.listing(pr.said(w.label(register[key].question), register[key]) for key in members[:most])


def _width_only(w: pr.Wording, found: unknowns.Uncertainty) -> Iterable[Markup]:
    """What is wide without turning the choice."""
    register, clear = found.runs.known.register, _clear(found.worths)
    turning = {one.name for _, one in clear}
    turning |= {one.name for worth in found.worths for one in worth.singles if one.worth.distinguished}
    for part in found.sensitivities[0].influences[:2]:
        if part.name in register.entries and part.name not in turning:
            yield pr.el("p", w.html("unknowns_measure_width", label=part_label(w, found, part.name)))


def turning_points(found: unknowns.Uncertainty, lang: str = "vi") -> Markup | None:
    """For each outcome, the values of single assumptions at which another plan comes first."""
    w = pr.Wording(lang)
    if not found.worths:
        return None
    return pr.section(
        "turning",
        w.text("unknowns_turn_title"),
        pr.el("p", w.html("unknowns_turn_text")),
        *(part for worth in found.worths for part in _turns(w, found, worth)),
    )


def _turns(w: pr.Wording, found: unknowns.Uncertainty, worth: unknowns.Worth) -> Iterable[Markup]:
    what, best = w.term(worth.outcome.indicator), plan_name(w, found.plan(worth.best), quoted=True)
    yield pr.el("h3", w.html("unknowns_turn_head", what=what, best=best))
    turned = _turned(worth)
    opened = [one for one in worth.switches if one.open]
    if turned:
        usual, far = ([_turn(w, found, one) for one in turned if one.usual is kind] for kind in (True, False))
        yield pr.listing(usual) if usual else pr.el("p", w.html("unknowns_turn_not_usual"))
        if far:
            yield pr.details(w.html("unknowns_turn_far", n=pr.plain(len(far))), pr.listing(far), cls="print-open")
    elif not opened:
        yield pr.el("p", w.html("unknowns_turn_none"))
        return
    if opened:
        labels = pr.join([w.html("quoted", name=part_label(w, found, one.id)) for one in opened], ", ")
        yield pr.el("p", w.html("unknowns_turn_open", labels=labels))
    rest = len(worth.singles) - len(turned) - len(opened)
    yield pr.el("p", w.html("unknowns_turn_never", n=pr.Figure.computed(rest)), cls="sub")


def _turned(worth: unknowns.Worth) -> list[unknowns.Switch]:
    """What turns the choice, values in their usual range first."""
    return sorted((one for one in worth.switches if one.value is not None), key=lambda one: not one.usual)


def turns_of(w: pr.Wording, found: unknowns.Uncertainty, worth: unknowns.Worth) -> list[Markup]:
    """One sentence for each value that turns the choice, usual ones first."""
    return [_turn(w, found, one) for one in _turned(worth)]


def _turn(w: pr.Wording, found: unknowns.Uncertainty, one: unknowns.Switch) -> Markup:
    assert one.value is not None
    entry = found.runs.known.register[one.id]
    override = found.scenario.world.states(entry)
    used = pr.spread(override.distribution if override else entry.distribution, entry.unit)
    label, rival = part_label(w, found, one.id), plan_name(w, found.plan(one.rival), quoted=True)
    key, value = "unknowns_turn_above" if one.above else "unknowns_turn_below", pr.Figure.found(one.value, entry.unit)
    sentence = w.html(key, label=label, value=value, used=used, rival=rival)
    return (
        pr.el("span", sentence, " ", pr.el("span", w.text("unknowns_turn_usual"), cls="flag"))
        if one.usual
        else sentence
    )


def other_worlds(found: unknowns.Uncertainty, lang: str = "vi") -> Markup | None:
    """Plans across worlds: whether the ways of choosing agree, regret, and how often a plan does well enough."""
    w = pr.Wording(lang)
    if not found.robustness:
        return None
    low, threshold = (pr.plain(w.share(share)) for share in (QUANTILES[0], unknowns.ENOUGH))
    text = w.html("unknowns_worlds_text", worlds=pr.Figure.counted(found.worlds), low=low, threshold=threshold)
    return pr.section(
        "worlds",
        w.text("unknowns_worlds_title"),
        pr.el("p", text),
        *(part for outcome, judged in found.robustness.items() for part in _judged(w, found, outcome, judged)),
    )


def _judged(
    w: pr.Wording, found: unknowns.Uncertainty, outcome: Outcome, judged: unknowns.Robustness
) -> Iterable[Markup]:
    what, unit = w.term(outcome.indicator), w.unit_of(outcome.indicator)
    yield pr.el("p", rules_verdict(w, found, what, judged), " ", _by_world(w, found, judged))
    high, threshold = (pr.plain(w.share(share)) for share in (1.0 - QUANTILES[-1], judged.threshold))
    caption = w.html("unknowns_regret_caption", what=what, unit=unit, high=high, threshold=threshold)
    plans = {plan.slug: plan for plan in found.runs.alternatives.plans}
    yield regret_table(w, outcome, judged, plans, found.worlds, caption=caption).html(w)


def regret_table(
    w: pr.Wording, outcome: Outcome, judged: unknowns.Robustness, plans: Mapping[str, Scenario],
    worlds: Iterable[World], *, caption: object,
) -> pr.Table:  # fmt: skip
    """Plans by rising mean regret, with how much, in which world most, and how often each is acceptable.

    Regret is a mean, that of one in ten futures, the worst of the draws, and the mean in a plan's worst world.
    """
    columns = [
        pr.Column(w.text("unknowns_plan"), numeric=False),
        *(pr.Column(w.text(f"unknowns_regret_{head}")) for head in ("mean", "high", "max")),
        pr.Column(w.text("unknowns_worst"), numeric=False, inline=True),
        pr.Column(w.text("unknowns_enough")),
    ]
    known, indicator, rows = {world.slug: world for world in worlds}, outcome.indicator, []
    for plan in sorted(judged.plans, key=lambda plan: plan.regret_mean):
        _, _, mean_error, worst_error, enough_error = plan.errors
        mean, worst = (
            pr.Figure.of_change(value, error, indicator).size
            for value, error in ((plan.regret_mean, mean_error), (plan.worst_regret, worst_error))
        )
        high, highest = (
            pr.Figure.of_level(indicator, value, mean_error) for value in (plan.regret_p90, plan.regret_max)
        )
        world = pr.Together((pr.named(w, known[plan.worst_world]), pr.Together(("(", worst, ")"), between="")))
        enough = pr.Figure.of_chance(plan.enough, enough_error)
        rows.append((plan_name(w, plans[plan.plan]), mean, high, highest, world, enough))
    return pr.Table(columns, rows, caption=caption)


def _either(w: pr.Wording, found: unknowns.Uncertainty, slugs: Sequence[str]) -> Markup:
    """One plan or another."""
    return pr.join([plan_name(w, found.plan(slug), quoted=True) for slug in slugs], either(w))


def _picks(w: pr.Wording, found: unknowns.Uncertainty, picked: Iterable[tuple[object, Sequence[str]]]) -> Markup:
    """What each rule or world picks."""
    picks = (w.html("unknowns_rule_picks", rule=name, plans=_either(w, found, plans)) for name, plans in picked)
    return pr.join(picks, "; ")


def rules_verdict(w: pr.Wording, found: unknowns.Uncertainty, what: str, judged: unknowns.Robustness) -> Markup:
    """Whether the ways of choosing agree, in one sentence."""
    if judged.agreed:
        return w.html("unknowns_rules_agree", what=what, best=_either(w, found, judged.agreed))
    picks = _picks(w, found, ((w.term(f"rule_{rule.name}"), rule.plans) for rule in judged.rules))
    return w.html("unknowns_rules_differ", what=what, rules=picks)


def _by_world(w: pr.Wording, found: unknowns.Uncertainty, judged: unknowns.Robustness) -> Markup:
    best = {world: max(plans, key=lambda slug: plans[slug]) for world, plans in judged.by_world.items()}
    if len(set(best.values())) == 1:
        return w.html("unknowns_worlds_same", best=_either(w, found, list(best.values())[:1]))
    worlds = {world.slug: pr.named(w, world, inside=True) for world in found.worlds}
    picks = _picks(w, found, ((worlds[world], [slug]) for world, slug in best.items()))
    return w.html("unknowns_worlds_differ", picks=picks)


def failing_futures(found: unknowns.Uncertainty, lang: str = "vi") -> Markup | None:
    """Where the futures gather in which another plan is better, one sentence per box."""
    w, runs = pr.Wording(lang), found.runs
    if not found.worths:
        return None
    parts = []
    for worth in found.worths:
        what, best = w.term(worth.outcome.indicator), plan_name(w, found.plan(worth.best), quoted=True)
        beaten = share_of_futures(found, 1.0 - worth.often)
        box = box_sentence(w, found, what, worth.box) if worth.box else w.html("unknowns_box_none", what=what)
        parts += [pr.el("p", w.html("unknowns_box_text", share=beaten, best=best)), pr.el("p", box)]
    sizes = {"draws": runs.draws, "held": min(runs.draws, unknowns.FIXED_DRAWS)}
    marked = {key: pr.Figure.counted(size) for key, size in sizes.items()}
    seed, base = pr.el("code", runs.seed), pr.price_year()
    note = pr.el("p", w.html("unknowns_note", seed=seed, base=base, **marked), cls="sub")
    return pr.section("futures-failing", w.text("unknowns_box_title"), *parts, note)


def box_sentence(w: pr.Wording, found: unknowns.Uncertainty, what: str, box: unknowns.Box) -> Markup:
    """One box of PRIM as one sentence."""
    limits = []
    for limit in box.limits:
        unit, label = found.runs.known.register[limit.id].unit, part_label(w, found, limit.id, inside=True)
        bounds = {"low": limit.low, "high": limit.high}
        ends = {key: pr.Figure.found(value, unit) for key, value in bounds.items() if value is not None}
        key = "both" if len(ends) == 2 else next(iter(ends))
        limits.append(w.html(f"unknowns_box_{key}", label=label, **ends))
    # The error of a share falls with the draws it is taken from.
    errors = {"density": 1.0, "base": box.size**0.5, "outside": (box.size / (1.0 - box.size)) ** 0.5}
    shares = {key: pr.Figure.of_chance(getattr(box, key), box.error * more) for key, more in errors.items()}
    portions = {"size": box.size, "coverage": 1.0 - box.coverage if box.rare else box.coverage}
    shares |= {key: pr.Figure.portion(share) for key, share in portions.items()}
    key, both = f"unknowns_box_{'rare' if box.rare else 'found'}", f" {w.text('unknowns_and')} "
    return w.html(key, what=what, limits=pr.join(limits, both), **shares)
