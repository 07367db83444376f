"""Scenarios against one reference, on common draws: pairs of futures, not pairs of averages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from sim.analysis.compare import Difference, difference
from sim.analysis.ranking import Rank, ranks
from sim.analysis.targets import target_chances
from sim.domain.indicators import INDICATOR, NOMINAL, REAL
from sim.domain.scenario import Scenario
from sim.ensemble.results import Result
from sim.report.canvas import svg
from sim.report.charts import RangeRow, range_chart
from sim.report.marks import number, plain, said, spoken, symbols, year
from sim.report.markup import details, el, section
from sim.report.tables import Column, table
from sim.report.values import difference_with_range, p80, sample_worth
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
#: By these plans are put in order; more than two plans make one.
RANKED = ("htx_active", "htx_revenue_total", "htx_revenue", "htx_worker_income")
_FEWEST_RANKED = 3
_PARTS = frozenset({"htx_like_for_like", "htx_composition"})


@dataclass(frozen=True)
class _Pairs:
    """All paired differences of a page: {scenario: {measure: difference from the reference}}."""

    w: Wording
    result: Result
    reference: Scenario
    found: Mapping[str, Mapping[str, Difference]]
    hrefs: Mapping[str, str]

    def of(self, scenario: Scenario, indicator: str) -> Difference:
        """The difference of one scenario in one measure."""
        return self.found[scenario.slug][indicator]


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
    pairs = _Pairs(w, result, base, found, hrefs or {})
    others = [run.scenario for run in result.runs if run.scenario.slug != reference]
    others.sort(key=lambda one: -pairs.of(one, MEASURES[0]).mean)
    plans = _Group("plans", tuple(one for one in others if one.world == base.world))
    worlds = _Group("worlds", tuple(one for one in others if one.world != base.world))
    boundary = el("span", w.label(result.province.boundary), cls="pill plain")
    lead = w.html("compare_lead", reference=_quoted(w, base), year=year(result.years[-1]), p80=p80(w))
    return el(
        "section",
        el("p", plain(w.label(result.province.label)), " ", boundary, cls="eyebrow"),
        el("h1", _finding(pairs, plans)),
        el("p", lead, cls="lead"),
        _ranking(pairs, [base, *plans.scenarios]),
        *(_group(pairs, group) for group in (plans, worlds) if group.scenarios),
        el("p", w.html("compare_note"), cls="sub"),
        id="comparison",
    )


def _name(w: Wording, scenario: Scenario) -> Markup | str:
    return said(w.mention(scenario.label), "plan")


def _quoted(w: Wording, scenario: Scenario) -> Markup | str:
    return said(w.text("quoted", name=w.label(scenario.label)), "plan")


def _differences(result: Result, reference: str, slug: str) -> dict[str, Difference]:
    last = result.years[-1]
    bases = {name: _basis(name) if INDICATOR[name].money else "" for name in MEASURES}
    return {
        name: difference(result, reference, slug, name, year=last, price_basis=basis) for name, basis in bases.items()
    }


def _basis(indicator: str) -> str:
    return NOMINAL if indicator in _PARTS else REAL


def _finding(pairs: _Pairs, plans: _Group) -> Markup:
    """The title: which plan adds most active HTX, as far as the draws can tell."""
    w, reference = pairs.w, _name(pairs.w, pairs.reference)
    gains = {one.slug: pairs.of(one, "htx_active") for one in plans.scenarios}
    apart = [one for one in plans.scenarios if told_apart(gains[one.slug]) and not w.vanishes(gains[one.slug])]
    if not apart:
        return w.html("compare_finding_none", reference=reference)
    best = max(apart, key=lambda one: gains[one.slug].mean)
    gain = gains[best.slug]
    size = number(w.unsigned(gain.mean, gain.mcse), "model")
    key = "compare_finding" if gain.mean > 0 else "compare_finding_less"
    return w.html(key, reference=reference, best=_quoted(w, best), n=size, year=year(pairs.result.years[-1]))


def _ranking(pairs: _Pairs, scenarios: Sequence[Scenario]) -> Markup | None:
    """Plans of one world in order, by each figure; shared ranks where the draws tell none."""
    w, result = pairs.w, pairs.result
    if len(scenarios) < _FEWEST_RANKED:
        return None
    found = {}
    for name in RANKED:
        basis = REAL if INDICATOR[name].money else ""
        draws = {one.slug: result.series(one.slug, name, basis)[-1, -1] for one in scenarios}
        means = {slug: float(values.mean()) for slug, values in draws.items()}
        found[name] = ranks(draws, means, effective_draws=result.effective_draws)
    columns = [Column(w.text("column_scenario"), "plan", numeric=False)]
    columns += [Column(w.term(f"short_{name}"), "model") for name in RANKED]
    order = sorted(scenarios, key=lambda one: (found[RANKED[0]][one.slug].first, one.slug))
    rows = [[w.label(one.label), *(_rank(w, found[name][one.slug]) for name in RANKED)] for one in order]
    return section(
        "ranking",
        w.html("ranking_title", year=year(result.years[-1])),
        table(columns, rows, cls="side ranks"),
        el("p", w.html("ranking_note"), cls="sub"),
    )


def _rank(w: Wording, rank: Rank) -> Markup | str:
    """One rank, or those shared with what cannot be told from it."""
    if rank.first == rank.last:
        return str(rank.first)
    places = w.between(str(rank.first), str(rank.last))
    return Markup("{} <small>{}</small>").format(places, w.text("not_distinguished"))


def _group(pairs: _Pairs, group: _Group) -> Markup:
    w = pairs.w
    return section(
        f"compare-{group.key}",
        w.text(f"compare_{group.key}"),
        el("p", w.html(f"compare_{group.key}_text"), cls="sub"),
        el("div", *(_figure(pairs, group, name) for name in MEASURES), cls="figures"),
        details(w.text("table_behind"), _table(pairs, group), cls="print-open"),
    )


def _figure(pairs: _Pairs, group: _Group, indicator: str) -> Markup:
    """One measure, all scenarios of a group, one zero line."""
    w, rows = pairs.w, []
    for one in group.scenarios:
        pair = pairs.of(one, indicator)
        rows.append(RangeRow(w.label(one.label), pair.mean, pair.p10, pair.p90, verdict(w, pair, indicator)))
    message = _message(pairs, group, indicator)
    basis = w.basis(_basis(indicator)) if INDICATOR[indicator].money else ""
    unit = ", ".join(part for part in (w.unit_of(indicator), basis) if part)
    subtitle = el("span", f"{w.term(indicator)} ({unit}) {symbols('model')}", cls="sub plain")
    picture = svg(range_chart(rows), w.lang, alt=spoken(message), prefix=f"{group.key}-{indicator}")
    return el("figure", el("figcaption", el("b", message), subtitle), picture, data_mark="model")


def verdict(w: Wording, pair: Difference, indicator: str) -> str:
    """The figure at the right of a row, or one short word where there is none to tell."""
    if pair.identical:
        return w.text("no_difference")
    return w.difference(pair, indicator, unit=False) if told_apart(pair) else w.text("unclear_short")


def _message(pairs: _Pairs, group: _Group, indicator: str) -> Markup:
    """Which scenario lies highest and which lowest, of those that can be told from the reference."""
    w, what = pairs.w, pairs.w.term(f"short_{indicator}")
    apart = [one for one in group.scenarios if told_apart(pairs.of(one, indicator))]
    if not apart:
        return w.html("compare_message_none", what=what)
    best = max(apart, key=lambda one: pairs.of(one, indicator).mean)
    worst = min(apart, key=lambda one: pairs.of(one, indicator).mean)
    top, bottom = (
        number(w.difference(pairs.of(one, indicator), indicator, unit=False), "model") for one in (best, worst)
    )
    if best is worst:
        return w.html("compare_message_one", what=what, best=_quoted(w, best), top=top)
    return w.html("compare_message", what=what, best=_quoted(w, best), top=top, worst=_quoted(w, worst), bottom=bottom)


def _table(pairs: _Pairs, group: _Group) -> Markup:
    w = pairs.w
    columns = [
        Column(w.text("column_scenario"), "plan", numeric=False),
        Column(w.html("column_reach", year=year(pairs.result.years[1])), "model"),
        *(Column(f"{w.term(f'short_{name}')}, {w.unit_of(name)}", "model") for name in MEASURES),
        Column(w.text("column_often"), "model"),
    ]
    rows = [_row(pairs, one) for one in group.scenarios]
    return table(columns, rows, caption=w.html("compare_caption", p80=p80(w)), cls="compared")


def _row(pairs: _Pairs, scenario: Scenario) -> list[object]:
    w, label, href = pairs.w, pairs.w.label(scenario.label), pairs.hrefs.get(scenario.slug, "")
    chance = next((met for met in target_chances(pairs.result, scenario.slug) if met.target.headline), None)
    total = pairs.of(scenario, "htx_revenue_total")
    return [
        el("a", label, href=href) if href else label,
        w.chance(chance.probability, chance.mcse) if chance else w.text("missing"),
        *(difference_with_range(w, pairs.of(scenario, name), name) for name in MEASURES),
        w.share_higher(total, draws=sample_worth(pairs.result)) or plain(w.difference(total, "htx_revenue_total")),
    ]
