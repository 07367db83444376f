"""Scenarios side by side: the comparison and its small multiples."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sim.analysis.answer import Range, chance_in, headline_of, range_of, sign_assumed, target_chances
from sim.analysis.compare import Difference, difference, ranks
from sim.domain import COMPARED, HEADLINE, INDICATOR, LEADING, NOMINAL, REAL, Scenario, Target
from sim.ensemble import Result
from sim.report import print as pr
from sim.report.pages.frames import behind, first_middle_last, measure_head

#: Scenarios that are put in order: two are compared without.
_FEWEST_RANKED = 3


@dataclass(frozen=True)
class _Pairs:
    """All paired differences of a page: {scenario: {measure: difference from the reference}}."""

    w: pr.Wording
    result: Result
    reference: Scenario
    found: Mapping[str, Mapping[str, Difference]]
    hrefs: Mapping[str, str]

    def of(self, scenario: Scenario, indicator: str) -> Difference:
        """The difference of one scenario in one measure."""
        return self.found[scenario.slug][indicator]

    @property
    def wanted(self) -> Target | None:
        """The target all scenarios are asked about: the reference's."""
        first = headline_of(target_chances(self.result, self.reference.slug))
        return first.target if first else None

    def figure(self, scenario: Scenario, indicator: str) -> pr.Figure:
        """The same as printed."""
        return pr.Figure.of_difference(self.of(scenario, indicator), indicator)


def comparison(result: Result, reference: str, lang: str = "vi", *, hrefs: Mapping[str, str] | None = None) -> Markup:
    """Every other scenario of a result against the reference, in the last year.

    Parameters
    ----------
    hrefs : {slug: page} where a scenario has one
    """
    w, last = pr.Wording(lang), result.years[-1]
    base = result.run_of(reference).scenario
    others = [run.scenario for run in result.runs if run.scenario.slug != reference]
    found = {
        one.slug: {
            name: difference(result, reference, one.slug, name, year=last, price_basis=_basis(name))
            for name in COMPARED
        }
        for one in others
    }
    pairs = _Pairs(w, result, base, found, hrefs or {})
    others.sort(key=lambda one: -pairs.of(one, COMPARED[0]).mean)
    plans = [one for one in others if one.world == base.world]
    worlds = [one for one in others if one.world != base.world]
    lead = w.html("compare_lead", reference=pr.named(w, base, quoted=True), year=pr.year(last), p80=pr.p80(w))
    return pr.el(
        "section",
        pr.eyebrow(w, result.province),
        pr.el("h1", _finding(pairs, plans)),
        pr.el("p", lead, cls="lead"),
        _ranking(pairs, [base, *plans]),
        *(_group(pairs, key, group) for key, group in (("plans", plans), ("worlds", worlds)) if group),
        pr.el("p", w.html("sign_assumed"), cls="sub") if sign_assumed(result.register, base) else None,
        pr.el("p", w.html("compare_note"), cls="sub"),
        id="comparison",
    )


def _basis(indicator: str) -> str:
    """Prices of a measure; parts of a fund are planned as they are spent."""
    if not INDICATOR[indicator].money:
        return ""
    return NOMINAL if INDICATOR[indicator].part_of else REAL


def _finding(pairs: _Pairs, plans: Sequence[Scenario]) -> Markup:
    """The title: which plan adds most active HTX, as far as the draws can tell."""
    w, reference = pairs.w, pr.named(pairs.w, pairs.reference, inside=True)
    gains = [(one, pairs.figure(one, "htx_active")) for one in plans]
    apart = [pair for pair in gains if pair[1].clear]
    if not apart:
        return w.html("compare_finding_none", reference=reference)
    best, gain = max(apart, key=lambda pair: pair[1].value)
    key, name = "compare_finding" if gain.value > 0 else "compare_finding_less", pr.named(w, best, quoted=True)
    return w.html(key, reference=reference, best=name, n=gain.size, year=pr.year(pairs.result.years[-1]))


def _ranking(pairs: _Pairs, scenarios: Sequence[Scenario]) -> Markup | None:
    """Plans of one world in order, by each figure; shared ranks where the draws tell none."""
    w, result = pairs.w, pairs.result
    if len(scenarios) < _FEWEST_RANKED:
        return None
    found = {}
    for name in HEADLINE:
        basis = REAL if INDICATOR[name].money else ""
        draws = {one.slug: result.series(one.slug, name, basis)[-1, -1] for one in scenarios}
        means = {slug: float(values.mean()) for slug, values in draws.items()}
        found[name] = ranks(draws, means, effective_draws=result.effective_draws)
    columns = [pr.Column(w.text("column_scenario"), numeric=False)]
    columns += [pr.Column(w.term(f"short_{name}")) for name in HEADLINE]
    order = sorted(scenarios, key=lambda one: (found[HEADLINE[0]][one.slug].first, one.slug))
    rows = [[pr.named(w, one), *(pr.Ranked(found[name][one.slug]) for name in HEADLINE)] for one in order]
    return pr.section(
        "ranking",
        w.html("ranking_title", year=pr.year(result.years[-1])),
        pr.Table(columns, rows, cls="side ranks").html(w),
        pr.el("p", w.html("ranking_note"), cls="sub"),
    )


def _linked(href: str) -> Callable[[list[object]], Markup]:
    """What makes a name lead to a page, where it has one."""
    return lambda parts: pr.el("a", *parts, href=href) if href else pr.join(parts)


def _group(pairs: _Pairs, key: str, scenarios: Sequence[Scenario]) -> Markup:
    """Scenarios that may be read against each other: a chart for each measure, and all of them in one table."""
    w = pairs.w
    wanted, reach = pr.year(pairs.result.province.planning_year), pairs.wanted
    columns = [
        pr.Column(w.text("column_scenario"), numeric=False),
        pr.Column(w.html("column_reach", year=wanted)),
        *(pr.Column(measure_head(w, name)) for name in COMPARED),
        pr.Column(w.text("column_often")),
    ]
    rows: list[list[object]] = []
    for one in scenarios:
        name = pr.Together((pr.named(w, one),), wrap=_linked(pairs.hrefs.get(one.slug, "")))
        reached = pr.Figure.of_target_chance(chance_in(pairs.result, one.slug, reach)) if reach else w.text("missing")
        total = pairs.of(one, "htx_revenue_total")
        higher = (
            pr.share_better(total, "htx_revenue_total", draws=pr.sample_worth(pairs.result))
            or pairs.figure(one, "htx_revenue_total").alone
        )
        rows.append([name, reached, *(pairs.figure(one, measure) for measure in COMPARED), higher])
    table = pr.Table(columns, rows, caption=w.html("compare_caption", p80=pr.p80(w)), cls="compared")
    return pr.section(
        f"compare-{key}",
        w.text(f"compare_{key}"),
        pr.el("p", w.html(f"compare_{key}_text", **_named(w, pairs.reference)), cls="sub"),
        pr.el("div", *(_figure(pairs, key, scenarios, name) for name in COMPARED), cls="figures"),
        behind(w, table, cls="print-open"),
    )


def _named(w: pr.Wording, reference: Scenario) -> dict[str, pr.Said]:
    """What every difference is beside: the plan and the world of the reference."""
    return {"reference": pr.named(w, reference.plan, inside=True), "world": pr.named(w, reference.world, inside=True)}


def _figure(pairs: _Pairs, key: str, scenarios: Sequence[Scenario], indicator: str) -> Markup:
    """One measure, all scenarios of a group, one zero line."""
    w, rows = pairs.w, []
    for one in scenarios:
        pair, verdict = pairs.of(one, indicator), pairs.figure(one, indicator).text(w)
        rows.append(pr.RangeRow(w.label(one.label), pair.mean, pair.p10, pair.p90, verdict))
    message = _message(pairs, scenarios, indicator)
    about = f"{w.term(indicator)} ({w.unit_with_basis(indicator, _basis(indicator))})"
    return pr.chart_figure(w, message, about, pr.range_chart(rows), prefix=f"{key}-{indicator}", cls="sub plain")


def _message(pairs: _Pairs, scenarios: Sequence[Scenario], indicator: str) -> Markup:
    """Which scenario lies highest and which lowest, of those that can be told from the reference."""
    w, what = pairs.w, pairs.w.term(f"short_{indicator}")
    apart = [one for one in scenarios if pr.distinguishable(pairs.of(one, indicator))]
    if not apart:
        return w.html("compare_message_none", what=what)
    ends = [pick(apart, key=lambda one: pairs.of(one, indicator).mean) for pick in (max, min)]
    best, worst = (pr.named(w, one, quoted=True) for one in ends)
    top, bottom = (pairs.figure(one, indicator) for one in ends)
    if ends[0] is ends[1]:
        return w.html("compare_message_one", what=what, best=best, top=top)
    return w.html("compare_message", what=what, best=best, top=top, worst=worst, bottom=bottom)


# -- Small fans of every scenario on one scale, the reference drawn thin behind each ---------------

#: Small enough for four beside each other [px].
_WIDTH, _HEIGHT = 210, 120
_TICKS = 3


def multiples(result: Result, reference: str, lang: str = "vi", *, hrefs: Mapping[str, str] | None = None) -> Markup:
    """Every scenario of a result from the first year to the last."""
    w = pr.Wording(lang)
    base = result.run_of(reference).scenario
    return pr.section(
        "multiples",
        w.text("multiples_title"),
        pr.el("p", w.html("multiples_text", p80=pr.p80(w), reference=pr.named(w, base, inside=True)), cls="sub"),
        *(_panel(w, result, reference, indicator, hrefs or {}) for indicator in LEADING),
    )


def _panel(w: pr.Wording, result: Result, reference: str, indicator: str, hrefs: Mapping[str, str]) -> Markup:
    """One indicator, all scenarios; behind them the first, middle and last year in figures."""
    basis = REAL if INDICATOR[indicator].money else ""
    years = result.years[1:]
    ranges = {slug: [range_of(result, slug, indicator, when, basis) for when in years] for slug in result.scenarios}
    everything = [found for series in ranges.values() for found in series]
    ends = min(found.p10 for found in everything), max(found.p90 for found in everything)
    chosen = first_middle_last(len(years))
    columns = [pr.Column(w.text("column_scenario"), numeric=False)]
    columns += [pr.Column(pr.year(years[place]), inline=True) for place in chosen]
    figures, rows = [], []
    for place, run in enumerate(result.runs):
        slug, label, own = run.scenario.slug, pr.named(w, run.scenario), ranges[run.scenario.slug]
        rows.append([label, *(pr.Figure.of_range(own[at]).finer for at in chosen)])
        last, href = pr.Figure.of_range(own[-1]), hrefs.get(slug, "")
        message = w.html("multiple_message", name=label, value=last, span=last.ends, year=pr.year(own[-1].year))
        chart = _small_fan(own, ranges[reference], ends, last.text(w))
        picture = pr.svg(chart, w.lang, alt=pr.spoken(message), prefix=f"{indicator}-{place}")
        beneath = pr.el("span", last.html(w), " (", last.ends.html(w), "), ", pr.year(own[-1].year), cls="sub")
        name = pr.el("b", pr.el("a", label, href=href) if href else label)
        figures.append(pr.marked("figure", pr.el("figcaption", name, beneath), picture, mark=last.mark))
    title = f"{w.term(indicator)} ({w.unit_with_basis(indicator, basis)}) {pr.Mark.MODEL.symbol}"
    table = behind(w, pr.Table(columns, rows), cls="print-open")
    return pr.el("div", pr.el("h3", title, cls="plain"), pr.el("div", *figures, cls="figures small"), table)


def _small_fan(ranges: Sequence[Range], reference: Sequence[Range], ends: tuple[float, float], label: str) -> pr.Spec:
    """Mean and 80 % range of a scenario, the reference's mean dashed, the last figure written.

    Parameters
    ----------
    ends : of the axis all pictures share
    """
    low, high, step = pr.round_axis(ends, ticks=_TICKS)
    first, last = ranges[0].year, ranges[-1].year
    x = pr.scaled("year", (first, last), pr.year_axis(first, last, pr.STYLED))
    axis = pr.value_axis(low, high, step, pr.STYLED)
    middle, bottom = (pr.scaled(name, (low, high), axis, zero=False) for name in ("mean", "p10"))
    own = pr.Layer([{"year": one.year, "p10": one.p10, "mean": one.mean, "p90": one.p90} for one in ranges])
    ghost = pr.Layer([{"year": one.year, "mean": one.mean} for one in reference])
    end = pr.Layer([{"year": last, "mean": ranges[-1].mean, "label": label}])
    text = end.drawn("text", align="left", dx=5, fontSize=pr.LETTER, fontWeight="bold", color=pr.STYLED.accent)
    layers = [
        own.drawn("area", color=pr.STYLED.band_80, opacity=1).encode(x=x, y=bottom, y2=pr.until("p90")),
        ghost.drawn("line", color=pr.STYLED.quiet, strokeWidth=1, strokeDash=[3, 3]).encode(x=x, y=middle),
        own.drawn("line", color=pr.STYLED.accent, strokeWidth=pr.STROKE).encode(x=x, y=middle),
        text.encode(x=pr.at("width"), y=middle, text=pr.worded("label")),
    ]
    return pr.finish(layers, pr.STYLED, height=_HEIGHT, width=_WIDTH)
