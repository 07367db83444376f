"""Growth parts and fans of the future."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from sim.analysis.answer import Fan, Parts, Range, ScenarioAnswer, range_of
from sim.domain import INDICATOR, INDICATORS, NOMINAL, Indicator
from sim.report.print import (
    PARTS,
    WHOLE,
    Band,
    Column,
    FanRows,
    Point,
    Wording,
    described,
    details,
    el,
    fan_chart,
    join,
    level,
    notes,
    number,
    p50,
    p80,
    part_places,
    parts_chart,
    references,
    section,
    span,
    spoken,
    svg,
    symbols,
    table,
    traps_of,
    year,
)

# -- Growth of the average told apart, beside the total: the four always together ------------------

_LEVELS = ("htx_revenue", "htx_revenue_total")


def growth(answer: ScenarioAnswer, lang: str = "vi") -> Markup:
    """Growth of average revenue by year: what grows, what catches up, what joins and leaves."""
    w = Wording(lang)
    message = growth_message(w, answer)
    picture = svg(
        parts_chart([vars(parts) for parts in answer.parts], PARTS), w.lang, alt=spoken(message), prefix="parts"
    )
    keys = [el("span", el("i", cls=f"key {part}"), " ", w.term(f"part_{part}")) for part in PARTS]
    figure = el(
        "figure",
        el("figcaption", el("b", message), el("span", f"{w.text('parts_unit')} {symbols('model')}", cls="sub")),
        picture,
        el("p", *keys, el("span", el("i", "\u25c6", cls="sign"), " ", w.term("part_whole")), cls="legend"),
        details(w.text("table_behind"), _growth_table(w, answer)),
        data_mark="model",
    )
    text = el(
        "div",
        el("p", w.html("growth_text")),
        el("p", w.html("growth_text_total")),
        _levels_table(w, answer),
        cls="beside",
    )
    return section("growth", w.text("growth_title"), el("div", figure, text, cls="figure-and-text"))


def growth_message(w: Wording, answer: ScenarioAnswer) -> Markup:
    """What the decomposition says, from its first year."""
    first = answer.parts[0]
    places = part_places(answer, first)
    like, mixed = (
        number(w.percent(getattr(first, part), places[part], signed=True), "model")
        for part in ("like_for_like", "composition")
    )
    return w.html(
        "growth_pulled" if first.composition < 0 else "growth_lifted", year=year(first.year), like=like, mixed=mixed
    )


def _percents(w: Wording, answer: ScenarioAnswer, parts: Parts) -> list[str]:
    places = part_places(answer, parts)
    return [w.percent(getattr(parts, part), places[part], signed=True) for part in (*PARTS, "whole")]


def _growth_table(w: Wording, answer: ScenarioAnswer) -> Markup:
    columns = [Column(w.text("column_year"), numeric=False)]
    columns += [Column(w.term(f"part_{part}"), "model") for part in (*PARTS, "whole")]
    return table(columns, [(year(parts.year), *_percents(w, answer, parts)) for parts in answer.parts])


def _levels_table(w: Wording, answer: ScenarioAnswer) -> Markup:
    """Average and total side by side, first, middle and last year."""
    fans = {fan.indicator: fan for fan in answer.fans}
    count = len(answer.parts)
    columns = [Column(w.text("column_year"), numeric=False)]
    columns += [Column(f"{w.term(f'short_{name}')}, {w.unit_of(name)}", "model") for name in _LEVELS]
    columns += [Column(w.term("part_like_for_like"), "model"), Column(w.term("part_composition"), "model")]
    rows = []
    for place in sorted({0, count // 2, count - 1}):
        found = [fans[name].ranges[place] for name in _LEVELS]
        like, _, mixed, _ = _percents(w, answer, answer.parts[place])
        levels = [w.level(one.indicator, one.p50, one.mcse) for one in found]
        rows.append((year(answer.parts[place].year), *levels, like, mixed))
    return table(columns, rows)


# -- From the past to the horizon: fans with their tables, key figures, growth told apart ----------

def futures(answer: ScenarioAnswer, lang: str = "vi") -> Markup:
    """Fans of the main series with their past, and the key figures of three years."""
    w = Wording(lang)
    used = {trap.id: trap for fan in answer.fans for trap in traps_of(answer.province, fan.indicator)}
    used |= {trap.id: trap for trap in answer.province.traps if _in_key_figures(answer, trap.indicators)}
    first = min([point.year for fan in answer.fans for point in fan.history] + [answer.province.base_year])
    figures = [fan_figure(w, answer, fan, first=first, reach=_reach(answer, fan)) for fan in answer.fans]
    return section(
        "futures",
        w.html("futures_title", first=year(first), last=year(answer.result.years[-1])),
        legend(w),
        el("div", *figures, cls="figures"),
        key_figures(w, answer),
        notes(w, answer.province, used.values()),
    )


def _in_key_figures(answer: ScenarioAnswer, terms: Sequence[str]) -> bool:
    return any(row.indicator in terms for rows in answer.province.base.values() for row in rows.values())


def _reach(answer: ScenarioAnswer, fan: Fan) -> tuple[float, ...]:
    """Ends of all fans that count the same things: read against each other, they share one scale."""
    unit = INDICATOR[fan.indicator].unit
    alike = [other for other in answer.fans if unit in WHOLE and INDICATOR[other.indicator].unit == unit]
    values = [value for other in alike for found in other.ranges for value in (found.p10, found.p90)]
    values += [point.value for other in alike for point in other.history]
    return (min(values), max(values)) if values else ()


def legend(w: Wording) -> Markup:
    """One line that explains every fan."""
    keys = [
        (el("i", cls="key band80"), p80(w)),
        (el("i", cls="key band50"), p50(w)),
        (el("i", cls="key median"), w.text("key_median")),
        (symbols("actual"), w.text("key_actual")),
        (symbols("estimate"), w.text("key_estimate")),
    ]
    return el("p", *(el("span", sign, " ", text) for sign, text in keys), cls="legend")


def fan_figure(
    w: Wording, answer: ScenarioAnswer, fan: Fan, *, first: int | None = None, reach: tuple[float, ...] = ()
) -> Markup:
    """One fan: message, picture, and the figures behind it."""
    base = base_range(answer, fan.indicator)
    message = fan_message(w, answer, fan, base)
    shown = fan_rows(w, answer, fan, first=first, reach=reach)
    picture = svg(fan_chart(shown), w.lang, alt=spoken(message), prefix=f"fan-{fan.indicator}")
    return el(
        "figure",
        el("figcaption", el("b", message), el("span", *_subtitle(w, answer, fan), cls="sub")),
        picture,
        details(w.text("table_behind"), _fan_table(w, fan)),
        data_mark="model",
    )


def fan_rows(
    w: Wording, answer: ScenarioAnswer, fan: Fan, *, first: int | None = None, reach: tuple[float, ...] = ()
) -> FanRows:
    """What a fan's chart shows: the past, the base year, the ranges, labels at the end, targets as lines."""
    base, last = base_range(answer, fan.indicator), fan.ranges[-1]
    place = w.place(fan.indicator, last.p90, last.mcse)
    low, high = w.number(last.p10, place), w.number(last.p90, place)
    return FanRows(
        past=[Point(point.year, point.value, point.status == "actual") for point in fan.history],
        bands=[_band(found) for found in (base, *fan.ranges) if found is not None],
        end_labels=(low, w.level(fan.indicator, last.p50, last.mcse), high),
        targets=[
            (target.low, f"{w.text('target_label', value=w.exact(target.low))} {symbols('target')}")
            for target in answer.province.targets
            if target.indicator == fan.indicator and target.high is None
        ],
        first=first,
        reach=reach,
    )


def _band(found: Range) -> Band:
    return Band(found.year, found.p10, found.p25, found.p50, found.p75, found.p90)


def _subtitle(w: Wording, answer: ScenarioAnswer, fan: Fan) -> list[object]:
    unit, basis = w.unit_of(fan.indicator), w.basis(fan.price_basis)
    text = ", ".join(part for part in (unit, basis) if part)
    return [
        f"{w.term(fan.indicator)} ({text})",
        " ",
        references(answer.province, traps_of(answer.province, fan.indicator)),
    ]


def base_range(answer: ScenarioAnswer, indicator: str) -> Range | None:
    """The base year of a series, in which every future begins; None for what has none."""
    try:
        values = answer.result.base_values(answer.scenario.slug, indicator)[-1]
    except KeyError:
        return None
    return described(indicator, answer.province.base_year, values, answer.result.effective_draws)


def base_mark(answer: ScenarioAnswer, indicator: str) -> str:
    """Provenance of a base-year figure: as printed at its source, else made from such figures."""
    rows = answer.province.base.get(indicator)
    if rows:
        return next(iter(rows.values())).status
    return "assumption" if INDICATOR[indicator].drawn or indicator in answer.province.assumed else "derived"


def fan_message(w: Wording, answer: ScenarioAnswer, fan: Fan, base: Range | None) -> Markup:
    """What a fan says: up, down, or open, compared with the base year."""
    last = fan.ranges[-1]
    what, unit = w.term(f"short_{fan.indicator}"), w.unit_of(fan.indicator)
    value = number(w.with_unit(w.level(fan.indicator, last.p50, last.mcse), unit), "model")
    words = {"what": what, "value": value, "last": year(last.year)}
    if base is None:
        return w.html("fan_level", **words)
    start = number(
        w.level(fan.indicator, base.p50, base.mcse) if base.mcse else _printed(w, base),
        base_mark(answer, fan.indicator),
    )
    key = "fan_up" if last.p10 > base.p50 else "fan_down" if last.p90 < base.p50 else "fan_open"
    return w.html(key, base=start, first=year(base.year), span=span(w, last), **words)


def _printed(w: Wording, base: Range) -> str:
    return w.level(base.indicator, base.p50) if INDICATOR[base.indicator].product else w.exact(base.p50)


def _fan_table(w: Wording, fan: Fan) -> Markup:
    columns = (
        Column(w.text("column_year"), numeric=False),
        Column(w.text("column_median")),
        Column(p50(w)),
        Column(p80(w)),
    )
    rows: list[Sequence[object]] = [
        (year(point.year), number(w.exact(point.value), point.status), w.text("nothing"), w.text("nothing"))
        for point in fan.history
    ]
    for found in fan.ranges:
        narrow = number(w.span(fan.indicator, found.p25, found.p75, found.mcse), "model")
        rows.append((year(found.year), level(w, found), narrow, span(w, found)))
    return table(columns, rows)


def key_figures(w: Wording, answer: ScenarioAnswer) -> Markup:
    """Base year, first year, middle and last year of every series, with 80 % ranges."""
    years = answer.result.years
    chosen = sorted({years[1], years[len(years) // 2], years[-1]})
    columns = [
        Column(w.text("column_indicator"), numeric=False),
        Column(year(years[0])),
        *(Column(year(when), "model") for when in chosen),
    ]
    rows = [_key_row(w, answer, indicator, chosen) for indicator in INDICATORS if indicator.unit != "%/yr"]
    return el(
        "div",
        el("h3", w.text("key_figures_title")),
        el("p", w.html("key_figures_text", p80=p80(w)), cls="sub"),
        table(columns, rows, cls="side"),
    )


def _key_row(w: Wording, answer: ScenarioAnswer, indicator: Indicator, chosen: Sequence[int]) -> list[object]:
    name = join(
        [
            w.term(indicator.id),
            ", ",
            el("span", w.unit(indicator.unit), cls="unit"),
            references(answer.province, traps_of(answer.province, indicator.id)),
        ]
    )
    if indicator.id in answer.province.missing:
        return [name, *([w.text("no_figures")] * (len(chosen) + 1))]
    base = base_range(answer, indicator.id)
    start: object = w.text("nothing")
    if base is not None:
        text = _printed(w, base) if not base.mcse else w.level(indicator.id, base.p50, base.mcse)
        start = number(text, base_mark(answer, indicator.id))
    cells = []
    for when in chosen:
        found = range_of(answer.result, answer.scenario.slug, indicator.id, when, NOMINAL if indicator.money else "")
        middle = w.level(indicator.id, found.p50, found.mcse)
        cells.append(
            Markup("{} <small>({})</small>").format(middle, w.span(indicator.id, found.p10, found.p90, found.mcse))
        )
    return [name, start, *cells]
