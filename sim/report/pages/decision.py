"""The decision page's first screen: what to shift, what it costs in the other goals, how sure that is."""

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from sim.analysis.compare import Difference
from sim.analysis.split import MUCH, OFTEN, BestSplit, Decision, ScoredSplit
from sim.domain import INDICATOR, LINES, OPPOSED, PERCENT, VND_PER_BILLION
from sim.ensemble import Outcome
from sim.report import print as pr
from sim.report.pages.frames import located, measure_head

#: Money is told in tenths of a tỷ inside sentences; tables give it to the đồng.
_TENTH, _HUNDREDTH = -1, -2


def decision(found: Decision, lang: str = "vi", *, notices: Sequence[tuple[str, str]] = ()) -> Markup:
    """What to shift, what it costs, how sure: the answer without scrolling."""
    w = pr.Wording(lang)
    chosen, told = found.choices[found.goals[0]], found.verified[found.goals[0]]
    place = located(w, found.province, "choice_eyebrow")
    return pr.el(
        "section",
        pr.eyebrow(w, found.province, pr.el("span", pr.named(w, found.scenario)), place=place),
        pr.el("h1", _finding(w, found, chosen)),
        *(pr.el("p", pr.reported(text), cls="notice review", role="note") for _, text in notices),
        pr.el("p", _lead(w, chosen), cls="lead"),
        pr.el("div", *(_card(w, goal, told.changes[goal]) for goal in found.goals), cls="cards"),
        pr.el("div", _shift(w, chosen), _how_sure(w, found, chosen), cls="two"),
        id="decision",
        cls="answer",
    )


def _moves(chosen: BestSplit) -> dict[str, int]:
    """{line: VND of a year more than planned}, mean over the horizon."""
    years = len(chosen.surface.splits.years)
    return {line: (chosen.best.money[line] - chosen.plan.money[line]) // years for line in LINES}


def _finding(w: pr.Wording, found: Decision, chosen: BestSplit) -> Markup:
    """The title: the largest move, what it gains, and what it costs in the other goals."""
    if chosen.plan_is_near_best:
        return w.html("choice_finding_stay")
    money = _moves(chosen)
    source, sink = (w.term(f"line_short_{pick(LINES, key=money.__getitem__)}") for pick in (min, max))
    told = found.verified[found.goals[0]].changes
    losses = [lower(short_name(w, goal)) for goal in found.goals if _is_loss(goal, told[goal])]
    key, goal = "choice_finding_cost" if losses else "choice_finding", lower(short_name(w, found.goals[0]))
    return w.html(key, source=source, sink=sink, goal=goal, losses=_joined(w, losses))


def _joined(w: pr.Wording, names: Sequence[str]) -> str:
    """Names in a row: a, b and c."""
    if len(names) < 2:
        return "".join(names)
    return w.text("choice_and", first=", ".join(names[:-1]), last=names[-1])


def lower(text: str) -> str:
    """A name inside a sentence, unless it begins with an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _is_loss(outcome: Outcome, change: Difference) -> bool:
    return pr.distinguishable(change) and change.mean * INDICATOR[outcome.indicator].better < 0


def _lead(w: pr.Wording, chosen: BestSplit) -> Markup:
    if chosen.plan_is_near_best:
        return near_sentence(w, chosen, "choice_lead_stay", len(chosen.near_best))
    moves = {line: pr.Figure.planned(vnd, _TENTH, signed=True) for line, vnd in _moves(chosen).items() if vnd}
    added = pr.together(list(moves.values()))
    parts = [
        w.html("choice_move", line=w.term(f"line_short_{line}"), amount=amount)
        for line, amount in zip(moves, added, strict=True)
    ]
    fund = pr.Figure.planned(sum(chosen.plan.money.values()) // len(chosen.surface.splits.years)).with_unit()
    within = chosen.bounds.within
    limit = pr.Figure.stated_share(float(within)) if within is not None else ""
    sentences = [w.html("choice_lead", fund=fund, limit=limit, moves=pr.join(parts, "; "))]
    if chosen.binding:
        lines = _joined(w, [w.term(f"line_short_{one.line}") for one in chosen.binding])
        sentences.append(w.html("choice_lead_bound", lines=lines))
    return pr.join(sentences, " ")


def _card(w: pr.Wording, outcome: Outcome, change: Difference) -> Markup:
    """What the suggestion changes in one goal against the plan."""
    figure = pr.Figure.of_difference(change, outcome.indicator)
    value: list[object] = [pr.el("span", figure.text(w)), " "]
    if figure.clear:
        shown = pr.el("span", figure.html(w, cls="n big"), cls="down" if _is_loss(outcome, change) else "up")
        value = [shown, " ", pr.el("span", w.unit_of(outcome.indicator), cls="unit")]
    against: list[object] = [w.text("choice_against_plan")]
    if INDICATOR[outcome.indicator].money:
        against += [", ", w.html("prices_of", base=pr.price_year())]
    return pr.el(
        "div",
        pr.el("h2", w.term(f"card_{outcome.indicator}"), ", ", pr.year(outcome.year)),
        pr.el("p", *value, cls="value"),
        pr.el("p", pr.p80(w), ": ", figure.ends.html(w), cls="range") if figure.low is not None else None,
        pr.el("p", *against, cls="weak"),
        cls="card",
    )


def _shift(w: pr.Wording, chosen: BestSplit) -> Markup:
    """Every line before and after: money of a year, mean over the horizon."""
    years, rows = len(chosen.surface.splits.years), []
    before, after = (
        pr.together([pr.Figure.planned_billion(money[line] / years / VND_PER_BILLION, _HUNDREDTH) for line in LINES])
        for money in (chosen.plan.money, chosen.best.money)
    )
    for (line, money), *ends in zip(_moves(chosen).items(), before, after, strict=True):
        phrase = pr.Phrase("choice_from_to", dict(zip(("before", "after"), ends, strict=True)))
        rows.append(pr.Bar(w.term(f"line_{line}"), money, phrase))
    title = w.text("choice_shift_title", unit=w.unit("billion VND/yr"))
    return pr.el("div", pr.el("h3", title), pr.bars(w, rows, cls="stacked"), cls="drivers")


def _how_sure(w: pr.Wording, found: Decision, chosen: BestSplit) -> Markup:
    """Unseen draws, other worlds, how large the gain is, how many splits come as near, what would turn the answer."""
    goal = found.goals[0]
    again = found.verified[goal]
    gain = again.changes[goal]
    sizes = {"draws": pr.Figure.counted(again.draws), "chosen": pr.Figure.computed(chosen.surface.draws)}
    sentences = [w.html("choice_again" if again.holds else "choice_again_not", **sizes)]
    if found.worlds:
        clear = sum(pr.distinguishable(change) and change.mean > 0 for change in found.worlds.values())
        sentences.append(w.html("choice_worlds", n=pr.Figure.computed(clear), of=pr.Figure.counted(len(found.worlds))))
    level = again.levels[goal]
    share, error = PERCENT * gain.mean / level, PERCENT * gain.mcse / level
    size = pr.Figure.computed(share, pr.last_place(share, error, finest=_TENTH), unit="%")
    sentences.append(w.html("choice_size", share=size, goal=lower(short_name(w, goal))))
    sentences.append(others_near(w, chosen))
    turning = sum(one.value is not None for one in found.reversal)
    link = pr.el("a", w.text("choice_see"), href="#reversal")
    sentences.append(
        w.html("choice_turns" if turning else "choice_turns_none", n=pr.Figure.computed(turning), link=link)
    )
    return pr.el("div", pr.el("h3", w.text("choice_sure_title")), pr.listing(sentences))


def others_near(w: pr.Wording, chosen: BestSplit) -> Markup:
    """How many other splits come as near as the best: it is among those near it, one alone is itself."""
    near = len(chosen.near_best) - 1
    return near_sentence(w, chosen, "choice_near_of" if near else "choice_near_none", near)


def near_sentence(w: pr.Wording, chosen: BestSplit, key: str, near: int) -> Markup:
    """How many splits of all are not clearly behind, with what that means."""
    rule = {"often": pr.plain(w.share(OFTEN)), "much": pr.plain(w.share(MUCH))}
    return w.html(key, near=pr.Figure.computed(near), of=pr.Figure.counted(chosen.candidates), **rule)


def goals(found: Decision, lang: str = "vi") -> Markup:
    """The best split for each goal, and what it does to the others: the conflict in one table."""
    w = pr.Wording(lang)
    columns = [
        pr.Column(w.text("choice_column_goal"), numeric=False),
        pr.Column(w.text("choice_column_split")),
        *(pr.Column(measure_head(w, goal.indicator)) for goal in found.goals),
    ]
    rows: list[list[object]] = []
    for goal, chosen in found.choices.items():
        told = found.verified[goal].changes
        changes = (pr.Figure.of_difference(told[other], other.indicator) for other in found.goals)
        rows.append([short_name(w, goal), _shares(chosen.best), *changes])
    plan = next(iter(found.choices.values())).plan
    rows.append([w.text("choice_plan_row"), _shares(plan), *([w.text("nothing")] * len(found.goals))])
    first, second = (lower(w.term(f"short_{name}")) for name in OPPOSED)
    return pr.section(
        "goals",
        w.text("choice_goals_title"),
        pr.el("p", w.html("choice_goals_text", first=first, second=second), cls="sub"),
        pr.Table(columns, rows, caption=w.html("choice_goals_caption", p80=pr.p80(w)), cls="compared").html(w),
        pr.details(w.text("choice_leading_title"), _leading(w, found)),
    )


def _shares(choice: ScoredSplit) -> pr.Together:
    """The four lines' shares in percent, in the order of the plan."""
    return shares_of([choice.share(line) for line in LINES])


def shares_of(shares: Sequence[float]) -> pr.Together:
    """Shares in percent, never broken over two lines."""
    percent = [PERCENT * share for share in shares]
    place = 0 if all(abs(value - round(value)) < 10.0**_HUNDREDTH for value in percent) else _TENTH
    figures = pr.together([replace(pr.Figure.planned_share(share, place), unit="") for share in shares])
    return pr.Together(figures, between=f"{pr.NO_BREAK}·{pr.NO_BREAK}")


def _leading(w: pr.Wording, found: Decision) -> Markup:
    """The first few splits for the first goal, and how far each is behind."""
    goal = found.goals[0]
    chosen = found.choices[goal]
    columns = [
        *(pr.Column(w.text(f"choice_column_{head}")) for head in ("rank", "split")),
        pr.Column(w.text("choice_column_behind", unit=w.unit_of(goal.indicator))),
        pr.Column(w.text("choice_column_near"), numeric=False),
    ]
    rows: list[list[object]] = []
    for rank, choice in enumerate(chosen.leading, start=1):
        first = choice.row == chosen.best.row
        behind = w.text("nothing") if first else pr.lag(found.verified[goal].behind[choice.row])
        rows.append([pr.plain(str(rank)), _shares(choice), behind, w.text(_standing(chosen, choice))])
    return pr.Table(columns, rows).html(w)


def _standing(chosen: BestSplit, choice: ScoredSplit) -> str:
    """Whether a split is the first itself, cannot be told from it, or is clearly behind."""
    if choice.row == chosen.best.row:
        return "choice_is_first"
    return "choice_cannot_tell" if choice.near else "choice_can_tell"


def short_name(w: pr.Wording, outcome: Outcome) -> str:
    """An outcome's short name."""
    return w.term(f"short_{outcome.indicator}")


def axis_name(w: pr.Wording, outcome: Outcome) -> str:
    """An outcome with its unit, price basis and year."""
    unit = w.unit_with_basis(outcome.indicator, outcome.price_basis)
    return f"{short_name(w, outcome)}, {unit}, {outcome.year}"
