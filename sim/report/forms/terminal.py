"""Answers and scores of the ledger in the terminal."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from sim import domain
from sim.analysis import split, unknowns
from sim.analysis.answer import sign_assumed
from sim.analysis.compare import BY_ACTIVE, default_years, difference, input_rows, with_companions
from sim.ensemble import Outcome, Result
from sim.evidence import (
    LEAST_EFFECTIVE,
    MOST_PARETO_K,
    PASS,
    SCORED,
    Check,
    Judged,
    Knowledge,
    effective_size_check,
)  # fmt: skip
from sim.inputs.yaml import load_catalogue
from sim.report import pages, print as pr
from sim.report.print import Wording

#: What the terminal prints of an answer.
Parts = Iterable[pr.Table | str]


def show(w: pr.Wording, parts: Parts) -> None:
    """Print tables and sentences at the width of the terminal; a blank line follows a table."""
    width = pr.terminal_width()
    for part in parts:
        if isinstance(part, str):
            print(pr.paragraph(part, width))
        else:
            print(part.terminal(w, width), end="\n\n")


def titled(title: str, heads: Sequence[str], rows: Sequence[Sequence[object]], words: Sequence[int] = ()) -> pr.Table:
    """A table whose first cells name the rows; `words` are the other columns that hold no numbers."""
    columns = [pr.Column(head, numeric=place > 0 and place not in words) for place, head in enumerate(heads)]
    return pr.Table(columns, rows, caption=title)


# -- Scenarios side by side ------------------------------------------------------------------------

#: Inputs with a name of their own beside the budget lines.
_NAMED = ("fund", "price_basis", "horizon", "world")


def comparison(w: pr.Wording, result: Result, years: Sequence[int] = (), indicators: Sequence[str] = ()) -> Parts:
    """What every scenario puts in and what comes out, against the first: real money."""
    reference = result.runs[0].scenario
    heads = [w.text(f"terminal_{head}") for head in ("indicator", "year", "mean", "range", "better")]
    wanted = with_companions(indicators, result.province.indicators)
    for run in result.runs[1:]:
        yield _inputs(w, result, run.scenario)
        title = w.text("terminal_title", scenario=w.label(run.scenario.label), reference=w.label(reference.label))
        pairs = [(indicator, year) for indicator in wanted for year in years or default_years(result)]
        yield titled(title, heads, [_differs(w, result, run.scenario.slug, *pair) for pair in pairs])
    if sign_assumed(result.register, reference):
        yield pr.spoken(w.html("sign_assumed"))
    yield w.text("terminal_note", draws=w.number(result.draws))


def _inputs(w: pr.Wording, result: Result, scenario: domain.Scenario) -> pr.Table:
    """What a scenario chooses or states otherwise than the first."""
    rows, names = [], {area.code: w.label(area.label) for area in result.province.areas}
    for row in input_rows(result.runs[0].scenario, scenario, result.province.open_years(result.years[-1])):
        what, first, last, unit, before, after = map(str, row[2:])
        years = first if first == last else f"{first}{pr.EN_DASH}{last}"
        if what in domain.LINES:
            name = w.term(f"line_{what}")
        else:
            name = w.text(f"inputs_{what}") if what in _NAMED else w.label(result.register[what].label)
        named = f"{name},{pr.NO_BREAK}{w.unit(unit).replace(' ', pr.NO_BREAK)}" if unit else name
        rows.append((named, years, _value(w, before, names), _value(w, after, names)))
    heads = [w.text(f"inputs_{head}") for head in ("what", "years", "before", "after")]
    return titled(w.text("inputs_title"), heads, rows)


def _value(w: pr.Wording, text: str, names: Mapping[str, str]) -> str:
    """Numbers as the language writes them, shares of areas by name and in per cent; words as they are."""
    if text == BY_ACTIVE:
        return w.text("money_by_active")
    if "=" in text:
        shares = (part.split("=") for part in text.split())
        told = {names[area]: w.exact(domain.PERCENT * Decimal(share)) for area, share in shares}
        return ", ".join(f"{name} {w.with_unit(share, '%')}" for name, share in told.items())
    try:
        return pr.EN_DASH.join(w.exact(Decimal(part)) for part in text.split(pr.EN_DASH)) if text else w.text("nothing")
    except InvalidOperation:
        return text


def _differs(
    w: pr.Wording, result: Result, scenario: str, indicator: domain.Indicator, year: int
) -> tuple[object, ...]:
    basis = domain.REAL if indicator.money else ""
    found = difference(result, result.scenarios[0], scenario, indicator.id, year=year, price_basis=basis)
    name = _name(w, indicator.id)
    better = pr.share_better(found, indicator.id, draws=result.worth) or ""
    mean = pr.Figure.of_difference(found, indicator.id)
    return name, str(year), mean.alone, mean.ends, better


# -- How the money is split ------------------------------------------------------------------------


def allocation(w: pr.Wording, found: split.BestSplit, again: split.HeldOut) -> Parts:
    """The best split, those as near, and what changes, told on draws that had no part in the choice."""
    others = found.listed[1:]
    rows = [
        (w.text("choice_best"), found.best),
        *((w.text("choice_near" if choice.near else "choice_next"), choice) for choice in others),
        (w.text("choice_plan"), found.plan),
    ]
    yield titled(
        w.text("choice_title", scenario=w.label(found.surface.scenario.label)),
        [w.text("choice_split"), *(w.term(f"line_{line}") for line in domain.LINES), w.text("choice_behind")],
        [(name, *_money(w, found, choice, again)) for name, choice in rows],
    )
    figures = [(one, pr.Figure.of_difference(change, one.indicator)) for one, change in again.changes.items()]
    heads = [w.text(f"terminal_{head}") for head in ("indicator", "year", "mean", "range")]
    changes = [(_name(w, one.indicator), str(one.year), figure.alone, figure.ends) for one, figure in figures]
    yield titled(w.text("choice_changes", base=pr.price_year()), heads, changes)
    yield from verdicts(w, found, again)


def verdicts(w: pr.Wording, found: split.BestSplit, again: split.HeldOut) -> Iterator[str]:
    """Sentences on a best split: how many come as near, which limits bind, whether the lead holds up."""
    yield pr.spoken(pages.others_near(w, found))
    if found.plan_is_near_best:
        yield w.text("choice_plan_is_near")
    for binding in found.binding:
        yield w.text(f"choice_bound_{binding.kind}", line=w.term(f"line_{binding.line}"))
    sizes = {"draws": pr.Figure.counted(again.draws), "chosen": pr.Figure.counted(found.surface.draws)}
    seen = pr.Figure.of_change(again.out_of_sample.value, again.out_of_sample.error)
    yield w.text("choice_held" if again.holds else "choice_not_held", seen=seen, **sizes)


def _money(w: pr.Wording, found: split.BestSplit, choice: split.ScoredSplit, again: split.HeldOut) -> Iterator[object]:
    """Share and money of each line, a year's mean, and how far the split is behind the best."""
    a_year = len(found.surface.splits.years) * domain.VND_PER_BILLION
    money = pr.together([pr.Figure.planned_billion(choice.money[line] / a_year, -2) for line in domain.LINES])
    percent = pr.together([pr.Figure.planned_share(choice.share(line), -1) for line in domain.LINES])
    for share, amount in zip(percent, money, strict=True):
        yield pr.Together((share, pr.Together(("(", amount, ")"), between="")))
    yield w.text("nothing") if choice.row == found.best.row else pr.lag(again.behind[choice.row])


def contributions(w: pr.Wording, found: split.Attribution) -> Parts:
    """Each line's part, indicator by indicator."""
    rows = []
    for outcome in found.outcomes:
        shown = (figure.alone for figure in pages.parts_and_whole(found, outcome))
        rows.append((f"{_name(w, outcome.indicator)}, {outcome.year}", *shown))
    heads = [w.text("terminal_indicator"), *(w.term(f"line_{line}") for line in domain.LINES), w.text("parts_whole")]
    title = w.text("parts_title", scenario=w.label(found.scenario.label), base=pr.price_year())
    yield titled(title, heads, rows)


def curves(w: pr.Wording, scenario: domain.Scenario, found: Sequence[split.Curve]) -> Parts:
    """Levels of each line and what they change from nothing on it."""
    for curve in found:
        outcomes = list(curve.plan.change)
        rows = []
        for point in curve.points:
            shown = (pr.Figure.of_difference(point.change[one], one.indicator) for one in outcomes)
            flag = w.text("flag_review") if point.outside_experience else None
            here = w.text("curve_here") if point is curve.plan else None
            money = pr.Together((pr.Figure.planned_billion(point.billion, -2), here, flag))
            rows.append((money, *(figure.alone for figure in shown)))
        title = w.text("curve_title", line=w.term(f"line_{curve.line}"), scenario=w.label(scenario.label))
        yield titled(title, [w.text("curve_money"), *(_name(w, outcome.indicator) for outcome in outcomes)], rows)


def least_money(
    w: pr.Wording, scenario: domain.Scenario, found: split.LeastMoney, goal: split.Chance | Outcome, probability: float,
    other: domain.Scenario | None = None,
) -> Parts:  # fmt: skip
    """The least money for a target, or with which a plan does as much as another; or that none in the range does."""
    outcome = goal.outcome if isinstance(goal, split.Chance) else goal
    told: dict[str, object] = {"what": _name(w, outcome.indicator), "year": str(outcome.year)}
    if isinstance(goal, split.Chance):
        key = "seek_goal_most" if domain.INDICATOR[outcome.indicator].better < 0 else "seek_goal"
        told |= {"low": pr.Figure.stated(goal.low), "chance": pr.Figure.stated_share(probability)}
        if goal.high is not None:
            key, told["high"] = "seek_goal_band", pr.Figure.stated(goal.high)
    else:
        assert other is not None
        key, told["other"] = "seek_even", w.mention(other.label)
    yield w.text("seek_asked", scenario=w.label(scenario.label), goal=w.text(key, **told))
    yield money_sought(w, scenario.plan, found)
    if found.reachable and not found.monotone:
        yield w.text("seek_not_monotone")
    if found.outside_experience:
        yield w.text("seek_outside")


def money_sought(w: pr.Wording, plan: domain.Plan, found: split.LeastMoney) -> str:
    """How much it is: every year's money moves in proportion, so that one year's says them all."""
    first = found.first or min(plan.fund)
    now = sum(plan.line_budget(line, first) for line in domain.LINES) / domain.VND_PER_BILLION
    ends = {"money": found.multiple, "low": found.low, "high": found.high, "top": found.up_to, "now": 1.0}
    told = {name: w.number(now * end, -1) if math.isfinite(end) else "" for name, end in ends.items()}
    told["when"] = (
        w.text("seek_each_year") if domain.same_every_year(plan, first) else w.text("seek_first_year", year=str(first))
    )
    falling = "" if found.reachable or found.monotone else "_falling"
    return w.text(f"seek_{found.answer}{falling}", **told)


def _name(w: pr.Wording, indicator: str) -> str:
    return f"{w.term(indicator)} ({w.unit_of(indicator)})"


# -- What is not known -----------------------------------------------------------------------------


def sensitivity(w: pr.Wording, found: unknowns.Uncertainty) -> Parts:
    """What each answer rests on, what is worth knowing and where the choice turns."""
    worths = {worth.outcome: worth for worth in found.worths}
    for one in found.sensitivities:
        worth = worths.get(one.outcome)
        rows: list[list[object]] = [[w.term("group_weak"), pr.Figure.of_part(one.evidence.weak), None]]
        parts = (part for part in one.influences if part.distinguished)
        rows += [[pages.part_label(w, found, part.name), *pages.part_figures(one, part)] for part in parts]
        heads = [w.text(f"unknowns_{head}") for head in ("part", "alone", "together")]
        yield titled(_titled(w, one.outcome, "unknowns_width_title"), heads, rows)
        yield _assumptions(w, found, one, worth)
        if worth:
            yield from _sentences(w, found, worth)
            yield ""
    if not found.worths:
        yield w.text("unknowns_lead_alone")


def _titled(w: pr.Wording, outcome: Outcome, title: str) -> str:
    return f"{w.term(outcome.indicator)} {outcome.year}: {w.text(title)}"


def _assumptions(
    w: pr.Wording, found: unknowns.Uncertainty, one: unknowns.Sensitivity, worth: unknowns.Worth | None
) -> pr.Table:
    unit = w.unit_of(one.outcome.indicator)
    heads = [w.text("unknowns_part"), w.text("unknowns_held"), w.text("unknowns_becomes", what=unit)]
    register, rows = found.runs.known.register, []
    turns = {switch.id: switch for switch in worth.switches} if worth else {}
    for swing in (swing for swing in one.swings if swing.distinguished):
        unit, turn = register[swing.id].unit, turns.get(swing.id)
        ends = pages.swing_values(swing, unit), pages.swing_ends(one.outcome.indicator, swing)
        turned: list[object] = [""] if worth else []
        if turn and turn.value is not None:
            value, rival = pr.Figure.found(turn.value, unit), pages.plan_name(w, found.plan(turn.rival))
            turned = [pr.Together((">" if turn.above else "<", pr.Together((value, rival), between=": ")))]
        rows.append([pages.part_label(w, found, swing.id), *ends, *turned])
    turning = [w.text("unknowns_turn_title")] if worth else []
    return titled(_titled(w, one.outcome, "unknowns_swing_title"), [*heads, *turning], rows, words=[3])


def _sentences(w: pr.Wording, found: unknowns.Uncertainty, worth: unknowns.Worth) -> Iterator[str]:
    """Worth of each inquiry, of everything, and the box."""
    outcome, what = worth.outcome, w.term(worth.outcome.indicator)
    yield w.text("unknowns_turn_head", what=what, best=w.label(found.plan(worth.best).plan.label))
    named = [(w.term(f"inquiry_{one.name}"), one.worth) for one in worth.inquiries]
    for name, value in [*named, (w.text("unknowns_everything"), worth.everything)]:
        yield f"  {name}: {pr.spoken(pages.worth_figure(value, outcome).html(w))}"
    yield from (pr.spoken(text) for text in pages.low_worths(w, found, worth))
    none = w.html("unknowns_box_none", what=what)
    yield pr.spoken(pages.box_sentence(w, found, what, worth.box) if worth.box else none)


def robustness(
    w: pr.Wording, found: Mapping[Outcome, unknowns.Robustness], plans: Mapping[str, domain.Scenario],
    worlds: Sequence[domain.World],
) -> Parts:  # fmt: skip
    """Regret of every plan across worlds, and which plan each rule of choosing names."""
    names = {slug: w.label(scenario.plan.label) for slug, scenario in plans.items()}
    for outcome, judged in found.items():
        caption = _titled(w, outcome, "unknowns_worlds_title")
        yield pages.regret_table(w, outcome, judged, plans, worlds, caption=caption)
        for rule in judged.rules:
            picked = f" {w.text('unknowns_or')} ".join(names[slug] for slug in rule.plans)
            yield w.text("unknowns_rule_picks", rule=w.term(f"rule_{rule.name}"), plans=picked)
        if not judged.agreed:
            yield w.text("unknowns_finding_split")
        yield ""


def checks(w: pr.Wording, found: Sequence[Check], status: str) -> Parts:
    """Every check with its verdict, what it rests on and what to do; how many came out each way."""
    yield replace(pages.checks_of(w, found), caption=load_catalogue(w.lang).text("evidence.title"))
    yield pages.counts(found, w.lang)
    yield status


def refitted(w: pr.Wording, known: Knowledge, moved: Mapping[str, domain.Distribution]) -> Parts:
    """What the printed figures made of the assumptions, and how much stands behind it."""
    register, posterior, texts = known.register, known.posterior, load_catalogue(w.lang)
    yield from (texts.describe(problem) for problem in known.told)
    if not moved:
        yield w.text("refit_nothing", province=w.label(known.province.label))
        return
    matches = known.calibration.matches
    if matches:
        years = known.calibration.years
        span = {"first": years[0], "last": years[-1], "figures": len(matches)}
        yield w.text("refit_figures", province=w.label(known.province.label), **span)
    verdict = effective_size_check(posterior)
    told = {"effective": w.number(posterior.effective, 0), "tail": w.exact(round(posterior.tail, 2))}
    yield w.text("refit_worth", least=w.number(LEAST_EFFECTIVE, 0), most=w.exact(MOST_PARETO_K), **told)
    meaning = texts.text(f"evidence.{'fine' if verdict.verdict == PASS else 'advice'}_effective_size")
    yield f"{meaning[0].upper()}{meaning[1:]}."
    heads = ("refit_assumption", "refit_before", "refit_after", "refit_unit")
    columns = [pr.Column(w.text(head), numeric=False) for head in heads]
    rows = [
        [pr.plain(w.label(register[key].label)), pr.spread(register[key].distribution, register[key].unit),
         pr.spread(found, register[key].unit), pr.plain(w.unit(register[key].unit))]
        for key, found in moved.items()
    ]  # fmt: skip
    yield pr.Table(columns, rows, caption=w.text("refit_caption"))


# -- Scores of a published forecast as a table for the terminal ------------------------------------


def scores(w: Wording, one: Judged) -> Parts:
    """One forecast's scores, overall and figure by figure, its errors, and what could not be scored with the reason."""
    published = one.published
    told = {"vintage": pages.frozen_on(published), "date": pages.known_to(published)}
    yield w.text("ledger_title", scenario=w.label(published.label), **told)
    if one.lines:
        yield replace(pages.lines_table(w, one.lines), caption=w.text("ledger_lines_title"))
    if one.met:
        yield replace(pages.split_table(w, one.met), caption=w.text("ledger_split_title"))
    if one.behind_breaks:
        yield replace(pages.lines_table(w, one.behind_breaks), caption=w.text("ledger_apart_title"))
        yield pr.spoken(pages.break_sentence(w, one))
    for line in one.scored:
        figure = line.observation
        if line.outcome != SCORED:
            where = f"{figure.indicator} {figure.year} {figure.period}"
            yield w.text("ledger_not_scored", figure=where, reason=w.text(f"ledger_{line.outcome}"))
    if one.renewed:
        yield w.text("ledger_renewed")
    yield from (pr.spoken(sentence) for sentence in (*pages.mark_sentences(w, one), *pages.skill_sentences(w, one)))
    yield w.text("ledger_note")
