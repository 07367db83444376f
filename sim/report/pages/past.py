"""Years that are over: what was printed of them, what the model makes of them where nothing was, and their money."""

from markupsafe import Markup

from sim.analysis.answer import ScenarioAnswer, outturns, range_of
from sim.domain import HEADLINE, INDICATOR, NOMINAL, Target
from sim.report import print as pr

_FOUNDED = "htx_founded"


def past(w: pr.Wording, answer: ScenarioAnswer) -> Markup | None:
    """Outturns and estimates of the years between the base year and the planning year; None where there are none."""
    years = answer.province.past_years
    if not years:
        return None
    columns = [pr.Column(w.text("column_indicator"), numeric=False)]
    columns += [pr.Column(pr.year(when), inline=True) for when in years]
    rows = [_series(w, answer, indicator) for indicator in (_FOUNDED, *HEADLINE)]
    plan = answer.scenario.plan
    fund = pr.plain(f"{w.text('row_fund')}, {w.unit('billion VND/yr')}, {w.basis(plan.price_basis)}")
    rows.append([fund, *(pr.Figure.planned(plan.annual_budget(when)) for when in years)])
    targets = [target for target in answer.province.targets if target.year in years]
    heads = ("target", "year", "outcome")
    met = [[pr.named(w, target), pr.year(target.year), _outcome(w, answer, target)] for target in targets]
    outcomes = pr.Table([pr.Column(w.text(f"column_{head}"), numeric=False, inline=True) for head in heads], met)
    return pr.section(
        "past",
        w.html("past_title", years=pr.plain(w.between(str(years[0]), str(years[-1])))),
        pr.el("p", w.html("past_text", present=pr.year(answer.province.planning_year)), cls="sub"),
        pr.Table(columns, rows, cls="side").html(w),
        pr.join([pr.el("h3", w.text("past_targets")), outcomes.html(w)]) if met else None,
    )


def _series(w: pr.Wording, answer: ScenarioAnswer, indicator: str) -> list[object]:
    """One series: the figure that was printed of each year, else the estimate with its range."""
    basis = NOMINAL if INDICATOR[indicator].money else ""
    printed = {point.year: point for point in outturns(answer.province, indicator)}
    row: list[object] = [pr.plain(f"{w.term(indicator)}, {w.unit_with_basis(indicator, basis)}")]
    for when in answer.province.past_years:
        if when in printed:
            row.append(pr.Figure.observed(printed[when]))
        else:
            estimate = pr.Figure.of_range(range_of(answer.result, answer.scenario.slug, indicator, when, basis))
            row.append(pr.Phrase("past_estimated", {"value": estimate}))
    return row


def _outcome(w: pr.Wording, answer: ScenarioAnswer, target: Target) -> object:
    """Whether a target was met, where its outturn was printed."""
    points = outturns(answer.province, target.indicator) if target.indicator in INDICATOR else ()
    point = next((one for one in points if one.year == target.year), None)
    if point is None:
        return pr.plain(w.text("past_unknown"))
    met = point.value >= target.low and (target.high is None or point.value <= target.high)
    return pr.Phrase("past_met" if met else "past_missed", {"value": pr.Figure.observed(point)})
