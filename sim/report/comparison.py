"""Scenarios against one reference, on common draws: pairs of futures, not pairs of averages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from sim.analysis.compare import Difference, difference
from sim.analysis.targets import target_chances
from sim.domain.indicators import INDICATOR, NOMINAL, REAL
from sim.domain.scenario import Scenario
from sim.ensemble.results import Result
from sim.report.canvas import svg
from sim.report.charts import RangeRow, range_chart
from sim.report.marks import number, plain, said, spoken, symbols, year
from sim.report.markup import details, el, section
from sim.report.tables import Column, table
from sim.report.values import amounts, difference_with_range, p80
from sim.report.wording import Wording, told_apart

#: Average, total, like-for-like and composition always stand together.
MEASURES = (
    "htx_active",
    "htx_revenue_total",
    "htx_revenue",
    "htx_like_for_like",
    "htx_composition",
    "htx_worker_income",
)
_PARTS = frozenset({"htx_like_for_like", "htx_composition"})


@dataclass(frozen=True)
class _Group:
    """Scenarios that may be read against each other."""

    key: str
    scenarios: tuple[Scenario, ...]


def comparison(result: Result, reference: str, lang: str = "vi", *, hrefs: Mapping[str, str] | None = None) -> Markup:
    """Every other scenario of a result against the reference, in the last year.

    Parameters
    ----------
    hrefs : {slug: page} where a scenario has one
    """
    w = Wording(lang)
    base = result.run_of(reference).scenario
    found = {slug: _differences(result, reference, slug) for slug in result.scenarios if slug != reference}
    others = [run.scenario for run in result.runs if run.scenario.slug != reference]
    others.sort(key=lambda one: -found[one.slug][MEASURES[0]].mean)
    groups = [
        _Group("plans", tuple(one for one in others if one.world == base.world)),
        _Group("worlds", tuple(one for one in others if one.world != base.world)),
    ]
    return el(
        "section",
        el(
            "p",
            w.label(result.province.label),
            " ",
            el("span", w.label(result.province.boundary), cls="pill plain"),
            cls="eyebrow",
        ),
        el("h1", _finding(w, result, base, groups[0], found)),
        el(
            "p", w.html("compare_lead", reference=_quoted(w, base), year=year(result.years[-1]), p80=p80(w)), cls="lead"
        ),
        *(_group(w, result, group, found, hrefs or {}) for group in groups if group.scenarios),
        el("p", w.html("compare_note"), cls="sub"),
        id="comparison",
    )


def _name(w: Wording, scenario: Scenario) -> Markup | str:
    return said(w.mention(scenario.label), "plan")


def _quoted(w: Wording, scenario: Scenario) -> Markup | str:
    return said(w.text("quoted", name=w.label(scenario.label)), "plan")


def _differences(result: Result, reference: str, slug: str) -> dict[str, Difference]:
    year_ = result.years[-1]
    return {
        name: difference(
            result, reference, slug, name, year=year_, price_basis=_basis(name) if INDICATOR[name].money else ""
        )
        for name in MEASURES
    }


def _basis(indicator: str) -> str:
    return NOMINAL if indicator in _PARTS else REAL


def _finding(
    w: Wording, result: Result, base: Scenario, plans: _Group, found: Mapping[str, Mapping[str, Difference]]
) -> Markup:
    """The title: which plan adds most active HTX, as far as the draws can tell."""
    apart = [one for one in plans.scenarios if told_apart(found[one.slug]["htx_active"])]
    if not apart:
        return w.html("compare_finding_none", reference=_name(w, base))
    best = max(apart, key=lambda one: found[one.slug]["htx_active"].mean)
    gain = found[best.slug]["htx_active"]
    size = number(w.unsigned(gain.mean, gain.mcse), "model")
    key = "compare_finding" if gain.mean > 0 else "compare_finding_less"
    return w.html(key, reference=_name(w, base), best=_quoted(w, best), n=size, year=year(result.years[-1]))


def _group(
    w: Wording, result: Result, group: _Group, found: Mapping[str, Mapping[str, Difference]], hrefs: Mapping[str, str]
) -> Markup:
    figures = [_figure(w, result, group, name, found) for name in MEASURES]
    return section(
        f"compare-{group.key}",
        w.text(f"compare_{group.key}"),
        el("p", w.html(f"compare_{group.key}_text"), cls="sub"),
        el("div", *figures, cls="figures"),
        details(w.text("table_behind"), _table(w, result, group, found, hrefs), cls="print-open"),
    )


def _figure(
    w: Wording, result: Result, group: _Group, indicator: str, found: Mapping[str, Mapping[str, Difference]]
) -> Markup:
    """One measure, all scenarios of a group, one zero line."""
    rows = []
    for one in group.scenarios:
        pair = found[one.slug][indicator]
        rows.append(RangeRow(w.label(one.label), pair.mean, pair.p10, pair.p90, verdict(w, pair, indicator)))
    message = _message(w, group, indicator, found)
    basis = w.basis(_basis(indicator)) if INDICATOR[indicator].money else ""
    sub = ", ".join(part for part in (w.unit_of(indicator), basis) if part)
    picture = svg(range_chart(rows), w.lang, alt=spoken(message), prefix=f"{group.key}-{indicator}")
    caption = el(
        "figcaption", el("b", message), el("span", f"{w.term(indicator)} ({sub}) {symbols('model')}", cls="sub plain")
    )
    return el("figure", caption, picture, data_mark="model")


def verdict(w: Wording, pair: Difference, indicator: str) -> str:
    """The figure at the right of a row, or one short word where there is none to tell."""
    if pair.identical:
        return w.text("no_difference")
    return w.difference(pair, indicator, unit=False) if told_apart(pair) else w.text("unclear_short")


def _message(w: Wording, group: _Group, indicator: str, found: Mapping[str, Mapping[str, Difference]]) -> Markup:
    pairs = [(one, found[one.slug][indicator]) for one in group.scenarios]
    apart = [(one, pair) for one, pair in pairs if told_apart(pair)]
    what = w.term(f"short_{indicator}")
    if not apart:
        return w.html("compare_message_none", what=what)
    best, gain = max(apart, key=lambda item: item[1].mean)
    worst, loss = min(apart, key=lambda item: item[1].mean)
    top, bottom = (number(w.difference(pair, indicator, unit=False), "model") for pair in (gain, loss))
    if best is worst:
        return w.html("compare_message_one", what=what, best=_quoted(w, best), top=top)
    return w.html("compare_message", what=what, best=_quoted(w, best), top=top, worst=_quoted(w, worst), bottom=bottom)


def _table(
    w: Wording, result: Result, group: _Group, found: Mapping[str, Mapping[str, Difference]], hrefs: Mapping[str, str]
) -> Markup:
    columns = [
        Column(w.text("column_scenario"), "plan", numeric=False),
        Column(w.text("column_planned", unit=w.unit("billion VND/yr")), "plan"),
        Column(w.html("column_reach", year=year(result.years[1])), "model"),
        *(Column(f"{w.term(name)} ({w.unit_of(name)})", "model") for name in MEASURES),
        Column(w.text("column_often"), "model"),
    ]
    rows = []
    for one in group.scenarios:
        chance = next((met for met in target_chances(result, one.slug) if met.target.headline), None)
        label = w.label(one.label)
        pair = found[one.slug]["htx_revenue_total"]
        rows.append(
            [
                el("a", label, href=hrefs[one.slug]) if hrefs.get(one.slug) else label,
                amounts(w, [one.plan.annual_budget(when) for when in result.years[1:]]),
                w.chance(chance.probability, chance.mcse) if chance else w.text("missing"),
                *(difference_with_range(w, found[one.slug][name], name) for name in MEASURES),
                w.direction(pair, "htx_revenue_total") or plain(w.difference(pair, "htx_revenue_total")),
            ]
        )
    return table(columns, rows, caption=w.html("compare_caption", p80=p80(w)))
