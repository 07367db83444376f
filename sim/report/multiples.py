"""Small fans of every scenario on one scale, the reference drawn thin behind each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from sim.analysis.story import Range, range_of
from sim.domain.indicators import INDICATOR, REAL
from sim.domain.scenario import Scenario
from sim.ensemble.results import Result
from sim.report.axes import LETTER, STROKE, altair, finish, inline, round_axis, value_axis, year_axis
from sim.report.canvas import svg
from sim.report.marks import said, spoken, symbols, year
from sim.report.markup import details, el, section
from sim.report.palette import STYLED, Palette
from sim.report.tables import Column, table
from sim.report.values import level, p80, span
from sim.report.wording import Wording

#: What is drawn: how many HTX work, and what they earn together.
DRAWN = ("htx_active", "htx_revenue_total")
#: Small enough for four beside each other [px].
_WIDTH, _HEIGHT = 210, 120
_TICKS = 3


@dataclass(frozen=True)
class SmallFan:
    """One small picture: its ranges, the reference's middle, the ends all pictures share, its name among them."""

    ranges: Sequence[Range]
    reference: Sequence[Range]
    ends: tuple[float, float]
    id: str


def multiples(result: Result, reference: str, lang: str = "vi", *, hrefs: Mapping[str, str] | None = None) -> Markup:
    """Every scenario of a result from the first year to the last."""
    w = Wording(lang)
    base = result.run_of(reference).scenario
    return section(
        "multiples",
        w.text("multiples_title"),
        el("p", w.html("multiples_text", p80=p80(w), reference=_name(w, base)), cls="sub"),
        *(_panel(w, result, reference, indicator, hrefs or {}) for indicator in DRAWN),
    )


def _name(w: Wording, scenario: Scenario) -> Markup | str:
    return said(w.mention(scenario.label), "plan")


def _panel(w: Wording, result: Result, reference: str, indicator: str, hrefs: Mapping[str, str]) -> Markup:
    """One indicator, all scenarios."""
    basis = REAL if INDICATOR[indicator].money else ""
    ranges = {
        slug: [range_of(result, slug, indicator, when, basis) for when in result.years[1:]]
        for slug in result.scenarios
    }
    ends = (
        min(found.p10 for series in ranges.values() for found in series),
        max(found.p90 for series in ranges.values() for found in series),
    )
    unit = ", ".join(part for part in (w.unit_of(indicator), w.basis(basis)) if part)
    figures = [
        _figure(w, run.scenario, SmallFan(ranges[slug], ranges[reference], ends, f"{indicator}-{place}"), hrefs)
        for place, run in enumerate(result.runs)
        for slug in [run.scenario.slug]
    ]
    title = el("h3", f"{w.term(indicator)} ({unit}) {symbols('model')}", cls="plain")
    return el("div", title, el("div", *figures, cls="figures small"), _behind(w, result, ranges))


def _figure(w: Wording, scenario: Scenario, shown: SmallFan, hrefs: Mapping[str, str]) -> Markup:
    last, href = shown.ranges[-1], hrefs.get(scenario.slug, "")
    label = said(w.label(scenario.label), "plan")
    message = w.html("multiple_message", name=label, value=level(w, last), span=span(w, last), year=year(last.year))
    chart = small_fan(shown, w.level(last.indicator, last.p50, last.mcse))
    picture = svg(chart, w.lang, alt=spoken(message), prefix=shown.id)
    name = el("a", label, href=href) if href else label
    figures = el("span", level(w, last), " (", span(w, last), "), ", year(last.year), cls="sub")
    return el("figure", el("figcaption", el("b", name), figures), picture, data_mark="model")


def small_fan(shown: SmallFan, label: str, palette: Palette = STYLED) -> Any:
    """Median and 80 % range of a scenario, the reference's median dashed, the last figure written."""
    alt = altair()
    low, high, step = round_axis(shown.ends, ticks=_TICKS)
    first, last = shown.ranges[0].year, shown.ranges[-1].year
    x = alt.X("year:Q", title=None, axis=year_axis(first, last, palette),
              scale=alt.Scale(domain=[first, last], nice=False))  # fmt: skip
    scale = alt.Scale(domain=[low, high], nice=False, zero=False)
    axis = value_axis(low, high, step, palette)

    def y(name: str) -> Any:
        return alt.Y(f"{name}:Q", title=None, scale=scale, axis=axis)

    own = inline([{"year": one.year, "p10": one.p10, "p50": one.p50, "p90": one.p90} for one in shown.ranges])
    ghost = inline([{"year": one.year, "p50": one.p50} for one in shown.reference])
    end = inline([{"year": last, "p50": shown.ranges[-1].p50, "label": label}])
    text = end.mark_text(align="left", dx=5, fontSize=LETTER, fontWeight="bold", color=palette.accent)
    layers = [
        own.mark_area(color=palette.band_80, opacity=1).encode(x=x, y=y("p10"), y2="p90"),
        ghost.mark_line(color=palette.quiet, strokeWidth=1, strokeDash=[3, 3]).encode(x=x, y=y("p50")),
        own.mark_line(color=palette.accent, strokeWidth=STROKE).encode(x=x, y=y("p50")),
        text.encode(x=alt.value("width"), y=y("p50"), text="label:N"),
    ]
    return finish(alt.layer(*layers), palette, height=_HEIGHT, width=_WIDTH)


def _behind(w: Wording, result: Result, ranges: Mapping[str, Sequence[Range]]) -> Markup:
    """The same in figures: first, middle and last year."""
    count = len(next(iter(ranges.values())))
    chosen = sorted({0, count // 2, count - 1})
    columns = [Column(w.text("column_scenario"), "plan", numeric=False)]
    columns += [Column(year(result.years[1 + place])) for place in chosen]
    rows = [
        [w.label(run.scenario.label), *(_cell(w, ranges[run.scenario.slug][place]) for place in chosen)]
        for run in result.runs
    ]
    return details(w.text("table_behind"), table(columns, rows), cls="print-open")


def _cell(w: Wording, found: Range) -> Markup:
    return Markup("{} <small>({})</small>").format(level(w, found), span(w, found))
