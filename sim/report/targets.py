"""Chances of the province's own targets, and the spread behind the headline one."""

from __future__ import annotations

from markupsafe import Markup

from sim.analysis.story import Story
from sim.analysis.targets import TargetChance
from sim.report.canvas import svg
from sim.report.charts import chance_chart
from sim.report.marks import number, spoken, symbols, year
from sim.report.markup import el, join, section
from sim.report.tables import Column, table
from sim.report.values import chance, level, p80, span, target_low
from sim.report.wording import Wording


def targets(story: Story, lang: str = "vi") -> Markup:
    """Every target with its chance; the headline one with the spread of the futures behind it."""
    w = Wording(lang)
    headline = next((found for found in story.chances if found.target.headline), None)
    columns = [
        Column(w.text("column_target"), "target", numeric=False),
        Column(w.text("column_year"), numeric=False),
        Column(w.text("column_chance"), "model"),
    ]
    rows = [
        (w.label(found.target.label), year(found.target.year), w.chance(found.probability, found.mcse))
        for found in story.chances
    ]
    sources = [el("cite", title) for title in dict.fromkeys(_source(story, found) for found in story.chances)]
    text = el(
        "div",
        table(columns, rows) if rows else el("p", w.text("missing")),
        el("p", w.text("column_source"), ": ", join(sources, "; "), cls="sub") if sources else None,
        el("p", w.html("targets_text")),
        el("p", w.html("union_text"), cls="sub"),
        cls="beside",
    )
    figure = _spread(w, story, headline) if headline is not None else None
    return section("targets", w.text("targets_title"), el("div", figure, text, cls="figure-and-text"))


def _source(story: Story, found: TargetChance) -> str:
    source = story.province.sources.get(found.target.source_id)
    return source.title if source else found.target.source_id


def _spread(w: Wording, story: Story, headline: TargetChance) -> Markup:
    """How the futures of the target's year lie around what must be reached."""
    target = headline.target
    row = target.year - story.province.base_year - 1
    draws = story.result.series(story.scenario.slug, target.indicator)[row, -1]
    band = next(
        (found.target.high for found in story.chances if found.target.low == target.low and found.target.high), None
    )
    founded = story.founded
    message = w.html(
        "spread_message", year=year(target.year), n=level(w, founded), p80=p80(w), span=span(w, founded),
        low=target_low(w, target), chance=chance(w, headline),
    )  # fmt: skip
    low = w.exact(target.low)
    labels = (
        w.text("below_target", low=low),
        w.text("target_reached", low=low, chance=w.chance(headline.probability, headline.mcse)),
    )
    picture = svg(
        chance_chart(draws.tolist(), low=target.low, high=band, labels=labels),
        w.lang,
        alt=spoken(message),
        prefix="spread",
    )
    between = number(w.between(low, w.exact(band)), "target") if band else None
    key = (
        el("p", el("span", el("i", cls="key like_for_like"), " ", w.html("key_band", band=between)), cls="legend")
        if between
        else None
    )
    sub = el("span", w.text("spread_sub"), " ", symbols("model"), cls="sub")
    return el("figure", el("figcaption", el("b", message), sub), picture, key, data_mark="model")
