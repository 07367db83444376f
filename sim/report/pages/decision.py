"""The decision page's first screen: what to shift, what it costs in the other goals, how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from sim.analysis.compare import Difference
from sim.analysis.split import BestSplit, Decision, ScoredSplit
from sim.domain import INDICATOR, LINES, OPPOSED, PERCENT, VND_PER_BILLION
from sim.ensemble import Outcome
from sim.report.print import (
    NO_BREAK,
    PLAIN,
    Bar,
    Column,
    Figure,
    Phrase,
    Table,
    Together,
    Wording,
    bars,
    change_place,
    details,
    el,
    eyebrow,
    join,
    last_place,
    listing,
    named,
    p80,
    plain,
    reported,
    section,
    told_apart,
    year,
)

#: Money is told in tenths of a tỷ inside sentences; tables give it to the đồng.
_TENTH, _HUNDREDTH = -1, -2


def decision(found: Decision, lang: str = "vi", *, notices: Sequence[tuple[str, str]] = ()) -> Markup:
    """What to shift, what it costs, how sure: the answer without scrolling."""
    w = Wording(lang)
    chosen = found.choices[found.goals[0]]
    return el(
        "section",
        eyebrow(w, found.province, el("span", named(w, found.scenario)), place=_place(w, found)),
        el("h1", _finding(w, found, chosen)),
        *(el("p", reported(text), cls="notice review", role="note") for _, text in notices),
        el("p", _lead(w, found, chosen), cls="lead"),
        el("div", *(_card(w, found, goal, change) for goal, change in _changes(found, chosen)), cls="cards"),
        el("div", _shift(w, chosen), _how_sure(w, found, chosen), cls="two"),
        id="decision",
        cls="answer",
    )


def _place(w: Wording, found: Decision) -> Markup:
    return el("span", w.html("choice_eyebrow", place=el("b", w.label(found.province.label), cls=PLAIN)))


def moves(chosen: BestSplit) -> dict[str, int]:
    """{line: VND of a year more than planned}, mean over the horizon."""
    years = len(chosen.surface.splits.years)
    return {line: (chosen.best.money[line] - chosen.plan.money[line]) // years for line in LINES}


def _finding(w: Wording, found: Decision, chosen: BestSplit) -> Markup:
    """The title: the largest move, what it gains, and what it costs in the other goals."""
    if chosen.plan_is_near_best:
        return w.html("choice_finding_stay")
    money = moves(chosen)
    source, sink = min(LINES, key=money.__getitem__), max(LINES, key=money.__getitem__)
    losses = [name for name, change in _changes(found, chosen) if _is_loss(name, change)]
    goal = w.term(f"short_{found.goals[0].indicator}")
    return w.html(
        "choice_finding_cost" if losses else "choice_finding",
        source=w.term(f"line_short_{source}"),
        sink=w.term(f"line_short_{sink}"),
        goal=lower(goal),
        losses=joined(w, [lower(w.term(f"short_{name.indicator}")) for name in losses]),
    )


def joined(w: Wording, names: Sequence[str]) -> str:
    """Names in a row: a, b and c."""
    if len(names) < 2:
        return "".join(names)
    return w.text("choice_and", first=", ".join(names[:-1]), last=names[-1])


def lower(text: str) -> str:
    """A name inside a sentence, unless it begins with an abbreviation."""
    return text[:1].lower() + text[1:] if text[1:2].islower() else text


def _changes(found: Decision, chosen: BestSplit) -> list[tuple[Outcome, Difference]]:
    """Changes of the goals, the chosen one first."""
    return [(goal, chosen.changes[goal]) for goal in found.goals]


def _is_loss(outcome: Outcome, change: Difference) -> bool:
    return told_apart(change) and change.mean * INDICATOR[outcome.indicator].better < 0


def _lead(w: Wording, found: Decision, chosen: BestSplit) -> Markup:
    if chosen.plan_is_near_best:
        near, of = Figure.computed(len(chosen.near_best)), Figure.computed(chosen.candidates)
        return w.html("choice_lead_stay", near=near, of=of)
    parts = []
    for line, vnd in moves(chosen).items():
        if vnd:
            amount = Figure.planned(vnd, change_place(vnd / VND_PER_BILLION, 10.0**_TENTH), signed=True)
            parts.append(w.html("choice_move", line=w.term(f"line_short_{line}"), amount=amount))
    fund = sum(chosen.plan.money.values()) // len(chosen.surface.splits.years)
    limit, bound = chosen.bounds.within, joined(w, [w.term(f"line_short_{one.line}") for one in chosen.binding])
    sentences = [
        w.html(
            "choice_lead",
            fund=Figure.planned(fund).with_unit(),
            limit=Figure.stated_share(float(limit)) if limit is not None else "",
            moves=join(parts, "; "),
        ),
        w.html("choice_lead_bound", lines=bound) if bound else None,
    ]
    return join((one for one in sentences if one), " ")


def _card(w: Wording, found: Decision, outcome: Outcome, change: Difference) -> Markup:
    """What the suggestion changes in a goal against the plan."""
    figure = Figure.of_difference(change, outcome.indicator)
    clear = figure.clear
    tone = ("down" if _is_loss(outcome, change) else "up") if clear else None
    range_ = [p80(w), ": ", figure.ends.html(w)] if clear else []
    basis = w.html("prices_of", base=year(found.province.base_year)) if INDICATOR[outcome.indicator].money else None
    return el(
        "div",
        el("h2", w.term(f"card_{outcome.indicator}"), ", ", year(outcome.year)),
        el(
            "p",
            el("span", figure.html(w, cls="n big") if clear else figure.text(w), cls=tone),
            " ",
            el("span", w.unit_of(outcome.indicator), cls="unit") if clear else None,
            cls="value",
        ),
        el("p", *range_, cls="range") if range_ else None,
        el("p", w.text("choice_against_plan"), *([", ", basis] if basis else []), cls="weak"),
        cls="card",
    )


def _shift(w: Wording, chosen: BestSplit) -> Markup:
    """Every line before and after."""
    rows = [
        Bar(
            w.term(f"line_{line}"),
            money,
            Phrase(
                "choice_from_to",
                {"before": _year(chosen, chosen.plan, line), "after": _year(chosen, chosen.best, line)},
            ),
        )
        for line, money in moves(chosen).items()
    ]
    title = w.text("choice_shift_title", unit=w.unit("billion VND/yr"))
    return el("div", el("h3", title), bars(w, rows, cls="stacked"), cls="drivers")


def _year(chosen: BestSplit, choice: ScoredSplit, line: str) -> Figure:
    """A line's money of a year, mean over the horizon, in hundredths of a tỷ."""
    yearly = choice.money[line] / len(chosen.surface.splits.years) / VND_PER_BILLION
    return Figure.planned_billion(yearly, _HUNDREDTH)


def _how_sure(w: Wording, found: Decision, chosen: BestSplit) -> Markup:
    """Unseen draws, other worlds, how many splits come as near, and what would turn the answer."""
    goal = found.goals[0]
    again = found.verified[goal]
    gain = again.changes[goal]
    said_: list[Markup] = []
    key = "choice_again" if again.holds else "choice_again_not"
    seen = Figure.of_change(gain.mean, gain.mcse, goal.indicator).with_unit()
    said_.append(w.html(key, seen=seen, draws=Figure.computed(again.draws)))
    clear = [name for name, change in found.worlds.items() if told_apart(change) and change.mean > 0]
    if found.worlds:
        said_.append(w.html("choice_worlds", n=Figure.computed(len(clear)), of=Figure.computed(len(found.worlds))))
    said_.append(_size(w, chosen, goal, gain))
    near, of = len(chosen.near_best) - 1, Figure.computed(chosen.candidates)
    said_.append(w.html("choice_near_of" if near else "choice_near_none", near=Figure.computed(near), of=of))
    said_.append(_turns(w, found))
    return el("div", el("h3", w.text("choice_sure_title")), listing(said_))


def _size(w: Wording, chosen: BestSplit, goal: Outcome, gain: Difference) -> Markup:
    """How large the gain is beside the level it is added to."""
    level = float(chosen.surface.of(goal)[chosen.plan.row].mean(dtype=float))
    share = PERCENT * gain.mean / level
    figure = Figure.computed(share, last_place(share, PERCENT * gain.mcse / level, finest=_TENTH), unit="%")
    return w.html("choice_size", share=figure, goal=lower(w.term(f"short_{goal.indicator}")))


def _turns(w: Wording, found: Decision) -> Markup:
    turning = [one for one in found.reversal if one.value is not None]
    key = "choice_turns" if turning else "choice_turns_none"
    return w.html(key, n=Figure.computed(len(turning)), link=el("a", w.text("choice_see"), href="#reversal"))


def goals(found: Decision, lang: str = "vi") -> Markup:
    """The best split for each goal, and what it does to the others: the conflict in one table."""
    w = Wording(lang)
    columns = [
        Column(w.text("choice_column_goal"), numeric=False),
        Column(w.text("choice_column_split")),
        *(Column(f"{w.term(f'short_{goal.indicator}')}, {w.unit_of(goal.indicator)}") for goal in found.goals),
    ]
    rows = [
        [
            w.term(f"short_{goal.indicator}"),
            _shares(chosen.best),
            *(Figure.of_difference(chosen.changes[other], other.indicator) for other in found.goals),
        ]
        for goal, chosen in found.choices.items()
    ]
    plan = next(iter(found.choices.values())).plan
    rows.append([w.text("choice_plan_row"), _shares(plan), *([w.text("nothing")] * len(found.goals))])
    first, second = (w.term(f"short_{name}") for name in OPPOSED)
    return section(
        "goals",
        w.text("choice_goals_title"),
        el("p", w.html("choice_goals_text", first=lower(first), second=lower(second)), cls="sub"),
        Table(columns, rows, caption=w.html("choice_goals_caption", p80=p80(w)), cls="compared").html(w),
        details(w.text("choice_leading_title"), _leading(w, found)),
    )


def _shares(choice: ScoredSplit) -> Together:
    """The four lines' shares in percent, in the order of the plan."""
    return shares_of([choice.share(line) for line in LINES])


def shares_of(shares: Sequence[float]) -> Together:
    """Shares in percent, never broken over two lines."""
    percent = [PERCENT * share for share in shares]
    place = 0 if all(abs(value - round(value)) < 10.0**_HUNDREDTH for value in percent) else _TENTH
    figures = [replace(Figure.planned_share(share, place), unit="") for share in shares]
    return Together(figures, between=f"{NO_BREAK}·{NO_BREAK}")


def _leading(w: Wording, found: Decision) -> Markup:
    """The first few splits for the first goal, and how far each is behind."""
    goal = found.goals[0]
    chosen = found.choices[goal]
    columns = [
        Column(w.text("choice_column_rank")),
        Column(w.text("choice_column_split")),
        Column(w.text("choice_column_behind", unit=w.unit_of(goal.indicator))),
        Column(w.text("choice_column_near"), numeric=False),
    ]
    rows = [
        [
            plain(str(rank)),
            _shares(choice),
            Figure.of_change(-choice.behind, choice.behind_mcse) if choice.behind else w.text("nothing"),
            w.text(_standing(chosen, choice)),
        ]
        for rank, choice in enumerate(chosen.leading, start=1)
    ]
    return Table(columns, rows).html(w)


def _standing(chosen: BestSplit, choice: ScoredSplit) -> str:
    """Whether a split is the first itself, cannot be told from it, or is clearly behind."""
    if choice.row == chosen.best.row:
        return "choice_is_first"
    return "choice_cannot_tell" if choice.near else "choice_can_tell"


def short_name(w: Wording, outcome: Outcome) -> str:
    """An outcome's short name."""
    return w.term(f"short_{outcome.indicator}")


def axis_name(w: Wording, outcome: Outcome) -> str:
    """An outcome with its unit, price basis and year."""
    unit = w.unit_with_basis(outcome.indicator, outcome.price_basis)
    return f"{short_name(w, outcome)}, {unit}, {outcome.year}"
