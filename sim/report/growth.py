"""Growth of the average told apart, beside the total: the four always together."""

from __future__ import annotations

from markupsafe import Markup

from sim.analysis.story import Parts, Story
from sim.report.canvas import svg
from sim.report.charts import parts_chart
from sim.report.marks import number, spoken, symbols, year
from sim.report.markup import details, el, section
from sim.report.tables import Column, table
from sim.report.values import PARTS, part_places
from sim.report.wording import Wording

_LEVELS = ("htx_revenue", "htx_revenue_total")


def growth(story: Story, lang: str = "vi") -> Markup:
    """Growth of average revenue by year: what grows, what catches up, what joins and leaves."""
    w = Wording(lang)
    message = growth_message(w, story)
    picture = svg(
        parts_chart([vars(parts) for parts in story.parts], PARTS), w.lang, alt=spoken(message), prefix="parts"
    )
    keys = [el("span", el("i", cls=f"key {part}"), " ", w.term(f"part_{part}")) for part in PARTS]
    figure = el(
        "figure",
        el("figcaption", el("b", message), el("span", f"{w.text('parts_unit')} {symbols('model')}", cls="sub")),
        picture,
        el("p", *keys, el("span", el("i", "\u25c6", cls="sign"), " ", w.term("part_whole")), cls="legend"),
        details(w.text("table_behind"), _growth_table(w, story)),
        data_mark="model",
    )
    text = el(
        "div",
        el("p", w.html("growth_text")),
        el("p", w.html("growth_text_total")),
        _levels_table(w, story),
        cls="beside",
    )
    return section("growth", w.text("growth_title"), el("div", figure, text, cls="figure-and-text"))


def growth_message(w: Wording, story: Story) -> Markup:
    """What the decomposition says, from its first year."""
    first = story.parts[0]
    places = part_places(story, first)
    like, mixed = (
        number(w.percent(getattr(first, part), places[part], signed=True), "model")
        for part in ("like_for_like", "composition")
    )
    return w.html(
        "growth_pulled" if first.composition < 0 else "growth_lifted", year=year(first.year), like=like, mixed=mixed
    )


def _percents(w: Wording, story: Story, parts: Parts) -> list[str]:
    places = part_places(story, parts)
    return [w.percent(getattr(parts, part), places[part], signed=True) for part in (*PARTS, "whole")]


def _growth_table(w: Wording, story: Story) -> Markup:
    columns = [Column(w.text("column_year"), numeric=False)]
    columns += [Column(w.term(f"part_{part}"), "model") for part in (*PARTS, "whole")]
    return table(columns, [(year(parts.year), *_percents(w, story, parts)) for parts in story.parts])


def _levels_table(w: Wording, story: Story) -> Markup:
    """Average and total side by side, first, middle and last year."""
    fans = {fan.indicator: fan for fan in story.fans}
    count = len(story.parts)
    columns = [Column(w.text("column_year"), numeric=False)]
    columns += [Column(f"{w.term(f'short_{name}')}, {w.unit_of(name)}", "model") for name in _LEVELS]
    columns += [Column(w.term("part_like_for_like"), "model"), Column(w.term("part_composition"), "model")]
    rows = []
    for place in sorted({0, count // 2, count - 1}):
        found = [fans[name].ranges[place] for name in _LEVELS]
        like, _, mixed, _ = _percents(w, story, story.parts[place])
        levels = [w.level(one.indicator, one.p50, one.mcse) for one in found]
        rows.append((year(story.parts[place].year), *levels, like, mixed))
    return table(columns, rows)
