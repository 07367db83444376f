"""Every assumption a page rests on, and what its world states instead."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite

from markupsafe import Markup

from sim.analysis.story import Story
from sim.domain.parameters import Assumption
from sim.report.basis import used_distribution
from sim.report.marks import number, said, symbols
from sim.report.markup import details, el, join, section
from sim.report.provenance import known_sources
from sim.report.tables import Column, table
from sim.report.values import chip, spread, spread_caption
from sim.report.wording import Wording

_NO_SOURCE = "none"
_MEASUREMENT = "measurement"


def world(story: Story, lang: str = "vi") -> Markup:
    """What the world states otherwise than the register, with reasons."""
    w = Wording(lang)
    stated = story.scenario.world
    body: object = el("p", w.html("world_central"))
    if stated.overrides:
        columns = [
            Column(w.text("column_assumption"), numeric=False),
            Column(w.text("column_register"), "assumption"),
            Column(w.text("column_world_states"), "assumption"),
            Column(w.text("column_reason"), "assumption", numeric=False),
        ]
        rows = []
        for key, override in stated.overrides.items():
            entry = story.register[key]
            before, after = spread(w, entry.distribution, entry.unit), spread(w, override.distribution, entry.unit)
            rows.append([_name(w, entry), before, el("b", after), w.label(override.reason)])
        body = table(columns, rows, caption=spread_caption(w), cls="wordy")
    described = el(
        "p", el("b", said(w.label(stated.label), "assumption")), ". ", said(w.label(stated.description), "assumption")
    )
    return section("world", w.text("world_title"), described, body)


def assumptions(story: Story, lang: str = "vi") -> Markup:
    """All assumptions the projection reads, with range, unit, grade, source and reason."""
    w = Wording(lang)
    used = [story.register[key] for key in story.register if story.register[key].role != _MEASUREMENT]
    columns = [
        Column(w.text("column_assumption"), "assumption", numeric=False),
        Column(w.text("column_spread"), "assumption"),
        Column(w.text("column_unit"), numeric=False),
        Column(w.text("column_grade"), numeric=False),
        Column(w.text("column_source"), numeric=False),
        Column(w.text("column_reason"), "assumption", numeric=False),
    ]
    rows = [_row(w, story, entry) for entry in used]
    count = number(w.number(len(used)), "assumption")
    return section(
        "assumptions",
        w.text("assumptions_title"),
        el("p", w.html("assumptions_text", count=count)),
        grades(w),
        details(
            w.html("assumptions_all", count=count),
            table(columns, rows, caption=spread_caption(w), cls="wordy register"),
            cls="print-open",
        ),
    )


def grades(w: Wording) -> Markup:
    """What the grades mean, in one line."""
    return el(
        "p",
        *(el("span", chip(grade), " ", w.term(f"grade_{grade}")) for grade in "ABCDE"),
        cls="legend",
    )


def _name(w: Wording, entry: Assumption) -> Markup | str:
    return said(w.label(entry.label), "assumption")


def _row(w: Wording, story: Story, entry: Assumption) -> Sequence[object]:
    changed = el("span", w.text("flag_world"), cls="flag") if entry.id in story.scenario.world.overrides else None
    updated = entry.conditioned and isfinite(story.result.effective_draws)
    conditioned = el("span", w.text("flag_conditioned"), cls="flag quiet") if updated else None
    return [
        join([w.label(entry.label), changed, conditioned], " "),
        spread(w, used_distribution(story, entry), entry.unit),
        el("span", unit_beside(w, entry.unit), cls="plain"),
        chip(entry.grade),
        el("cite", source_names(w, story, entry.source)),
        w.label(entry.reason),
    ]


def unit_beside(w: Wording, unit: str) -> str:
    """The unit beside a spread; shares are already in percent."""
    return w.unit(f"percent of {unit}") if unit in ("share", "1/yr", "real 1/yr") else w.unit(unit)


def source_names(w: Wording, story: Story, source: str) -> str:
    """Titles of the sources an entry names, or that there is none."""
    if source == _NO_SOURCE:
        return f"{symbols('unknown')} {w.text('no_source')}"
    names = [part.strip() for part in source.split(",")]
    known = known_sources(story.province)
    titles = [known[name].title if name in known else name for name in names]
    return "; ".join(titles)
