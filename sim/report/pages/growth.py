"""Growth and money: fans of the future, growth parts, what each line's money does."""

from collections.abc import Sequence
from dataclasses import replace

from markupsafe import Markup

from sim.analysis.answer import (
    OUTSIDE_EXPERIENCE,
    Fan,
    Range,
    ScenarioAnswer,
    disbursed,
    fundable_foundings,
    headline_of,
    range_of,
)
from sim.domain import INDICATOR, INDICATORS, LINES, NOMINAL, PER_BILLION, PRICE_YEAR, REAL
from sim.report import print as pr
from sim.report.pages.answer import band_end
from sim.report.pages.areas import by_area
from sim.report.pages.frames import behind, beside, first_middle_last, largest_apart, measure_head

_LEVELS = ("htx_revenue", "htx_revenue_total")


def growth(answer: ScenarioAnswer, lang: str = "vi") -> Markup:
    """Growth of average revenue by year: what grows, what catches up, what joins and leaves."""
    w = pr.Wording(lang)
    figures = [pr.growth_figures(answer, parts) for parts in answer.parts]
    first, when = answer.parts[0], pr.Column(w.text("column_year"), numeric=False)
    message = w.html(
        "growth_pulled" if first.composition < 0 else "growth_lifted",
        year=pr.year(first.year), like=figures[0]["like_for_like"], mixed=figures[0]["composition"],
    )  # fmt: skip
    keys = [pr.el("span", pr.el("i", cls=f"key {part}"), " ", w.term(f"part_{part}")) for part in pr.PARTS]
    keys.append(pr.el("span", pr.el("i", "\u25c6", cls="sign"), " ", w.term("part_whole")))
    columns = [when, *(pr.Column(w.term(f"part_{part}")) for part in (*pr.PARTS, "whole"))]
    rows = [(pr.year(parts.year), *found.values()) for parts, found in zip(answer.parts, figures, strict=True)]
    chart = pr.parts_chart([vars(parts) for parts in answer.parts], pr.PARTS)
    key, table = pr.el("p", *keys, cls="legend"), behind(w, pr.Table(columns, rows))
    # Average and total stand side by side.
    fans = {fan.indicator: fan for fan in answer.fans}
    shown = ("like_for_like", "composition")
    columns = [when, *(pr.Column(measure_head(w, name)) for name in _LEVELS)]
    columns += [pr.Column(w.term(f"part_{part}")) for part in shown]
    rows = []
    before = len(answer.province.past_years)
    for place in first_middle_last(len(answer.parts)):
        levels = (pr.Figure.of_range(fans[name].ranges[before + place]).alone for name in _LEVELS)
        rows.append((pr.year(answer.parts[place].year), *levels, *(figures[place][part] for part in shown)))
    last = fans[_LEVELS[0]].ranges[-1]
    largest = largest_apart(w, answer, last)
    return beside(
        "growth",
        w.text("growth_title"),
        pr.chart_figure(w, message, w.text("parts_unit"), chart, key, table, prefix="parts"),
        pr.el("p", w.html("growth_text")),
        pr.el("p", w.html("growth_text_total")),
        pr.Table(columns, rows).html(w),
        pr.el("p", pr.year(last.year), ": ", largest, cls="sub") if largest else None,
    )


# -- From the past to the horizon: fans with their tables, key figures, growth told apart ----------

def futures(answer: ScenarioAnswer, lang: str = "vi") -> Markup:
    """Fans of the main series with their past, and the key figures of three years."""
    w, province = pr.Wording(lang), answer.province
    used = {trap.id: trap for fan in answer.fans for trap in pr.traps_of(province, fan.indicator)}
    start = {row.indicator for rows in province.base.values() for row in rows.values()}
    used |= {trap.id: trap for trap in province.traps if start & set(trap.indicators)}
    first = min([point.year for fan in answer.fans for point in fan.history] + [province.base_year])
    keys = [
        (pr.el("i", cls="key band80"), pr.p80(w)),
        (pr.el("i", cls="key band50"), pr.p50(w)),
        (pr.el("i", cls="key mean"), w.text("key_mean")),
        (pr.Mark.ACTUAL.symbol, w.text("key_actual")),
        (pr.Mark.ESTIMATE.symbol, w.text("key_estimate")),
    ]
    return pr.section(
        "futures",
        w.html("futures_title", first=pr.year(first), last=pr.year(answer.result.years[-1])),
        pr.el("p", *(pr.el("span", sign, " ", text) for sign, text in keys), cls="legend"),
        pr.el("p", w.html("ranges_meaning", p80=pr.p80(w)), cls="sub"),
        pr.el("div", *(_fan_figure(w, answer, fan, first) for fan in answer.fans), cls="figures"),
        _key_figures(w, answer),
        by_area(w, answer),
        _beside_references(w, answer),
        pr.notes(w, province, used.values()),
    )


def _reach(answer: ScenarioAnswer, fan: Fan) -> tuple[float, ...]:
    """Ends of all fans that count the same things: read against each other, they share one scale."""
    unit = INDICATOR[fan.indicator].unit
    alike = [other for other in answer.fans if unit in pr.WHOLE and INDICATOR[other.indicator].unit == unit]
    values = [value for other in alike for found in other.ranges for value in (found.p10, found.p90)]
    values += [point.value for other in alike for point in other.history]
    return (min(values), max(values)) if values else ()


def _fan_figure(w: pr.Wording, answer: ScenarioAnswer, fan: Fan, first: int) -> Markup:
    """One fan: message, picture, and the figures behind it."""
    message = _fan_message(w, answer, fan)
    shown = fan_rows(w, answer, fan, first=first, reach=_reach(answer, fan))
    picture = pr.svg(pr.fan_chart(shown), w.lang, alt=pr.spoken(message), prefix=f"fan-{fan.indicator}")
    about = f"{w.term(fan.indicator)} ({w.unit_with_basis(fan.indicator, fan.price_basis)})"
    traps = pr.references(answer.province, pr.traps_of(answer.province, fan.indicator))
    heads = w.text("column_mean"), pr.p50(w), pr.p80(w)
    columns = [pr.Column(w.text("column_year"), numeric=False), *(pr.Column(head, inline=True) for head in heads)]
    nothing = w.text("nothing")
    rows: list[Sequence[object]] = [
        (pr.year(point.year), pr.Figure.observed(point), nothing, nothing) for point in fan.history
    ]
    printed = {point.year for point in fan.history}
    for found in fan.ranges:
        if found.year in printed:
            continue  # a year that is over: what was printed of it stands above
        figure = pr.Figure.of_range(found)
        rows.append((pr.year(found.year), figure.alone, pr.Figure.of_range(found, inner=True).ends, figure.ends))
    return pr.marked(
        "figure",
        pr.el("figcaption", pr.el("b", message), pr.el("span", about, " ", traps, cls="sub")),
        picture,
        behind(w, pr.Table(columns, rows)),
        mark=pr.Mark.MODEL,
    )


def fan_rows(
    w: pr.Wording, answer: ScenarioAnswer, fan: Fan, *, first: int | None = None, reach: tuple[float, ...] = ()
) -> pr.FanRows:
    """What a fan's chart shows: the past, the base year, the ranges, labels at the end, targets as lines."""
    base, last = _base_range(answer, fan.indicator), pr.Figure.of_range(fan.ranges[-1])
    ends = [figure.text(w) for figure in (last.bottom, last, last.top) if figure]
    return pr.FanRows(
        past=[pr.Point(point.year, point.value, point.status == "actual") for point in fan.history],
        bands=[found for found in (base, *fan.ranges) if found is not None],
        end_labels=(ends[0], ends[1], ends[2]),
        targets=[
            (target.level, f"{w.text('target_label', value=pr.Figure.target(target))} {pr.Mark.of(target).symbol}")
            for target in (found.target for found in answer.chances)
            if target.indicator == fan.indicator and (target.high is None or target.at_most)
        ],
        first=first,
        reach=reach,
    )


def _base_range(answer: ScenarioAnswer, indicator: str) -> Range | None:
    """The base year of a series, in which every future begins; None for what has none."""
    try:
        values = answer.result.base_values(answer.scenario.slug, indicator)[-1]
    except KeyError:
        return None
    return pr.described(indicator, answer.province.base_year, values, answer.result.effective_draws)


def base_mark(answer: ScenarioAnswer, indicator: str, *, area: str = "", basis: str = "") -> pr.Mark:
    """Provenance of a base-year figure: as printed at its source, else made from such figures.

    Parameters
    ----------
    area, basis : code of one of several areas, else the whole; its prices: in another year's nobody printed it
    """
    province, wanted = answer.province, {area} if area else {one.code for one in answer.province.areas}
    rows = [row for code, row in province.base.get(indicator, {}).items() if code in wanted]
    stand_ins = wanted & set(province.assumed.get(indicator, {}))
    if rows and not stand_ins:
        as_printed = len(rows) == 1 and (basis != REAL or province.base_year == PRICE_YEAR)
        return pr.Mark.of(rows[0]) if as_printed else pr.Mark.DERIVED
    return pr.Mark.ASSUMPTION if INDICATOR[indicator].drawn or stand_ins else pr.Mark.DERIVED


def _base_figure(answer: ScenarioAnswer, base: Range) -> pr.Figure:
    """The base year of a series as printed: with its own digits where it is a figure of the pack."""
    figure = replace(pr.Figure.of_range(base).alone, mark=base_mark(answer, base.indicator))
    return figure if base.mcse or INDICATOR[base.indicator].product else replace(figure, place=None)


def _fan_message(w: pr.Wording, answer: ScenarioAnswer, fan: Fan) -> Markup:
    """What a fan says: up, down, or open, compared with the base year."""
    base, last = _base_range(answer, fan.indicator), fan.ranges[-1]
    figure = pr.Figure.of_range(last)
    words = {"what": w.term(f"short_{fan.indicator}"), "value": figure.with_unit(), "last": pr.year(last.year)}
    if base is None:
        return w.html("fan_level", **words)
    key = "fan_up" if last.p10 > base.mean else "fan_down" if last.p90 < base.mean else "fan_open"
    return w.html(key, base=_base_figure(answer, base), first=pr.year(base.year), span=figure.ends, **words)


def _key_figures(w: pr.Wording, answer: ScenarioAnswer) -> Markup:
    """Base year, planning year, middle and last year of every series, with 80 % ranges."""
    years, province, nothing = answer.result.years, answer.province, w.text("nothing")
    ahead = years[len(province.past_years) :]
    chosen = sorted({ahead[1], ahead[len(ahead) // 2], ahead[-1]})
    rows: list[list[object]] = []
    for indicator in INDICATORS:
        if indicator.unit == "%/yr":
            continue
        traps = pr.references(province, pr.traps_of(province, indicator.id))
        name = pr.join([w.term(indicator.id), ", ", pr.el("span", w.unit(indicator.unit), cls="unit"), traps])
        if indicator.id in province.missing:
            rows.append([name, *([w.text("no_figures")] * (len(chosen) + 1))])
            continue
        base, basis = _base_range(answer, indicator.id), NOMINAL if indicator.money else ""
        found = (range_of(answer.result, answer.scenario.slug, indicator.id, when, basis) for when in chosen)
        rows.append([name, nothing if base is None else _base_figure(answer, base), *map(pr.Figure.of_range, found)])
    columns = [
        pr.Column(w.text("column_indicator"), numeric=False),
        pr.Column(pr.year(years[0]), inline=True),
        *(pr.Column(pr.year(when)) for when in chosen),
    ]
    return pr.el(
        "div",
        pr.el("h3", w.text("key_figures_title")),
        pr.el("p", w.html("key_figures_text", p80=pr.p80(w)), cls="sub"),
        pr.Table(columns, rows, cls="side").html(w),
    )


def _beside_references(w: pr.Wording, answer: ScenarioAnswer) -> Markup | None:
    if not answer.references:
        return None
    return pr.el(
        "div",
        pr.el("h3", w.html("beside_title", year=pr.year(answer.result.years[-1]))),
        pr.el("p", w.html("beside_text", p80=pr.p80(w)), cls="sub"),
        beside_table(w, answer).html(w),
    )


def beside_table(w: pr.Wording, answer: ScenarioAnswer) -> pr.Table:
    """Levels beside those they are compared with, in the prices of their difference: they subtract as printed."""
    result, last, rows = answer.result, answer.result.years[-1], []
    for card in answer.cards:
        name = card.range.indicator
        basis = REAL if INDICATOR[name].money else ""
        own, *others = (
            pr.Figure.of_range(range_of(result, slug, name, last, basis)).alone
            for slug in (answer.scenario.slug, *answer.references)
        )
        gaps = (pr.Figure.of_difference(card.differences[slug], name) for slug in answer.references)
        level, pairs = pr.side_by_side(own, list(zip(others, gaps, strict=True)))
        head = pr.plain(f"{w.term(name)}, {w.unit_with_basis(name, basis)}")
        rows.append([head, level, *(figure for pair in pairs for figure in pair)])
    columns = [pr.Column(w.text("column_indicator"), numeric=False), pr.Column(w.text("column_this_plan"))]
    for slug in answer.references:
        columns.append(pr.Column(pr.named(w, result.run_of(slug).scenario.plan)))
        columns.append(pr.Column(w.text("column_gap")))
    return pr.Table(columns, rows, cls="side")


_BUDGET_TERM = "support_budget_total"


def money(answer: ScenarioAnswer, lang: str = "vi") -> Markup:
    """Money of every line, the remainder, what reaches the field and what one more tỷ does."""
    w, margins = pr.Wording(lang), answer.margins
    budget_traps = [trap for trap in answer.province.traps if _BUDGET_TERM in trap.indicators]
    far = "; ".join(w.term(f"line_{margin.money.line}") for margin in margins if margin.money.outside_experience)
    review = w.html("outside_experience", lines=far, limit=pr.Figure.stated(OUTSIDE_EXPERIENCE))
    # Whether the plan is more than the years the history was lived under.
    first = [margin.money.spending[0] for margin in margins]
    key = "funding_up" if min(first) > 1 else "funding_down" if max(first) < 1 else "funding_mixed"
    ratio = pr.Between(*(pr.Figure.computed(end, -1) for end in (min(first), max(first))))
    years = answer.province.open_years(answer.result.years[-1])
    return pr.section(
        "money",
        w.text("money_title"),
        pr.el("p", review, cls="notice review", role="note") if far else None,
        _line_table(w, answer),
        pr.details(w.text("money_by_year"), year_table(w, answer).html(w), cls="print-open"),
        _areas(w, answer),
        pr.el("p", w.html(key, ratio=ratio, year=pr.year(years[0]))),
        pr.el("div", *(_margin_figure(w, answer, name) for name in PER_BILLION), cls="figures"),
        pr.el("p", w.html("margin_text", p80=pr.p80(w), year=pr.year(years[-1]), base=pr.price_year()), cls="sub"),
        _what_it_buys(w, answer),
        pr.notes(w, answer.province, budget_traps, anchored=False),
    )


def _line_table(w: pr.Wording, answer: ScenarioAnswer) -> Markup:
    years, plan = answer.province.open_years(answer.result.years[-1]), answer.scenario.plan
    columns = [
        pr.Column(w.text("column_line"), numeric=False),
        pr.Column(w.text("column_planned", unit=w.unit("billion VND/yr"))),
        pr.Column(w.text("column_spending")),
        *(pr.Column(f"{w.term(f'margin_{name}')} ({w.unit_of(name)})") for name in PER_BILLION),
        pr.Column(w.text("column_grade"), numeric=False),
    ]
    rows: list[Sequence[object]] = []
    for margin in answer.margins:
        line = margin.money
        flag = pr.el("span", w.text("flag_review"), cls="flag") if line.outside_experience else None
        name = pr.join([w.term(f"line_{line.line}"), flag], " ")
        planned = pr.first_to_last([pr.Figure.planned(line.planned[when]) for when in years])
        spent = pr.first_to_last([pr.Figure.computed(line.spending[place], -1) for place in (0, -1)])
        extra = (pr.Figure.of_difference(margin.extra[name_], name_) for name_ in PER_BILLION)
        rows.append([name, planned, spent, *extra, pr.chip(margin.grade)])
    blank = [""] * (len(columns) - 2)
    left = pr.first_to_last([pr.Figure.planned(plan.unallocated(when)) for when in years])
    fund = pr.first_to_last([pr.Figure.planned(plan.annual_budget(when)) for when in years])
    rows.append([w.text("row_unallocated"), left, *blank])
    rows.append([pr.el("b", w.text("row_fund")), pr.strong(fund), *blank])
    basis = pr.plain(w.basis(plan.price_basis))
    caption = w.html("money_caption", first=pr.year(years[0]), last=pr.year(years[-1]), basis=basis, p80=pr.p80(w))
    return pr.Table(columns, rows, caption=caption, cls="money").html(w)


def _areas(w: pr.Wording, answer: ScenarioAnswer) -> Markup | None:
    """How the money is divided between areas: one sentence by active HTX, a table where the plan says otherwise."""
    areas = answer.province.areas
    if len(areas) == 1:
        return None
    if answer.scenario.plan.areas:
        return pr.details(w.text("money_by_area"), area_table(w, answer).html(w), cls="print-open")
    active = answer.result.base_values(answer.scenario.slug, "htx_active")[:-1]
    parts = (active / active.sum(axis=0)).mean(axis=1)
    told = [
        pr.join([w.label(area.label), pr.Figure.portion(float(part)).html(w)], " ")
        for area, part in zip(areas, parts, strict=True)
    ]
    return pr.el("p", w.html("money_even", areas=pr.join(told, "; ")), cls="sub")


def area_table(w: pr.Wording, answer: ScenarioAnswer) -> pr.Table:
    """Money of each line by area, and its multiple of the area's own reference funding: first and last planned year."""
    areas, plan = answer.province.areas, answer.scenario.plan
    years = answer.province.open_years(answer.result.years[-1])
    columns = [pr.Column(w.text("column_line"), numeric=False)]
    for area in areas:
        columns += [pr.Column(w.label(area.label)), pr.Column(w.text("column_times"))]
    rows: list[Sequence[object]] = []
    for margin in answer.margins:
        line = margin.money
        row: list[object] = [w.term(f"line_{line.line}")]
        for area in areas:
            money = [plan.area_budget(line.line, when) for when in years]
            if not line.areas or not all(money):
                row += [w.text("money_by_active"), ""]
                continue
            row.append(pr.first_to_last([pr.Figure.planned(one.get(area.code, 0)) for one in money]))
            row.append(pr.first_to_last([pr.Figure.computed(line.areas[area.code][end], -1) for end in (0, -1)]))
        rows.append(row)
    caption = w.html("money_by_area_caption", first=pr.year(years[0]), last=pr.year(years[-1]))
    return pr.Table(columns, rows, caption=caption, cls="money")


def year_table(w: pr.Wording, answer: ScenarioAnswer) -> pr.Table:
    """The plan as given: every line and year, exact, with the remainder and what is expected to be paid out."""
    plan, result, past = answer.scenario.plan, answer.result, answer.province.past_years
    columns = [
        pr.Column(w.text("column_year"), numeric=False),
        *(pr.Column(w.term(f"line_{line}")) for line in LINES),
        *(pr.Column(w.text(key)) for key in ("row_unallocated", "row_fund", "column_disbursed")),
    ]
    rows = []
    for when, draws in zip(result.years[1:], disbursed(result, answer.scenario.slug), strict=True):
        paid = pr.described("htx_revenue_total", when, draws, result.effective_draws)
        planned = (*(plan.line_budget(line, when) for line in LINES), plan.unallocated(when), plan.annual_budget(when))
        spent = pr.Figure.computed(paid.mean, pr.last_place(paid.mean, paid.mcse, finest=-1))
        named = pr.join([pr.year(when), w.text("past_flag")], " ") if when in past else pr.year(when)
        rows.append((named, *map(pr.Figure.planned, planned), spent))
    return pr.Table(columns, rows)


def _margin_figure(w: pr.Wording, answer: ScenarioAnswer, indicator: str) -> Markup:
    """What one more tỷ does, line by line, in one measure."""
    unit, what = w.unit_of(indicator), w.term(f"short_{indicator}")
    extra = {w.term(f"line_{margin.money.line}"): margin.extra[indicator] for margin in answer.margins}
    figures = {line: pr.Figure.of_difference(found, indicator) for line, found in extra.items()}
    best = max(extra, key=lambda line: extra[line].mean)
    message = w.html("margin_message_none", what=what)
    if figures[best].apart:
        message = w.html("margin_message", line=best, value=figures[best].with_unit(), what=what)
    title = w.text("margin_sub", what=w.term(indicator), unit=unit)
    chart = pr.range_chart(
        [pr.RangeRow(line, found.mean, found.p10, found.p90, figures[line].text(w)) for line, found in extra.items()]
    )
    table = behind(
        w, pr.Table((pr.Column(w.text("column_line"), numeric=False), pr.Column(unit)), list(figures.items()))
    )
    return pr.chart_figure(w, message, title, chart, table, prefix=f"margin-{indicator}")


def _what_it_buys(w: pr.Wording, answer: ScenarioAnswer) -> Markup:
    """How many foundings the establishment line could pay for, beside the target."""
    when = answer.province.planning_year
    draws = fundable_foundings(answer.result, answer.scenario.slug, when)
    found = pr.described("htx_founded", when, draws, answer.result.effective_draws)
    first, goal, enough = headline_of(answer.chances), pr.plain(w.text("missing")), True
    if first is not None:
        band = band_end(answer, first.target)
        goal, enough = pr.Figure.target(first.target, band).ends.html(w), found.mean >= (band or first.target.low)
    n = pr.Figure.of_range(found)
    key = "fundable_enough" if enough else "fundable_short"
    return pr.el("p", w.html(key, year=pr.year(when), n=n, p80=pr.p80(w), span=n.ends, target=goal))
