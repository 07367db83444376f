"""Where every number comes from: marks, draws, hashes and sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite

from markupsafe import Markup

from sim.analysis.story import Story
from sim.domain.scenario import Province, Source
from sim.inputs.assumptions import studies
from sim.inputs.text import collation_key
from sim.report.gate import WEB
from sim.report.marks import number, symbols
from sim.report.markup import details, el, listing, section
from sim.report.numerals import last_place
from sim.report.wording import Wording

_KINDS = ("actual", "estimate", "assumption", "unknown")
_HASH_SHOWN = 12
_NO_SOURCE = "none"


def provenance(story: Story, lang: str = "vi", *, hashes: Mapping[str, str] | None = None) -> Markup:
    """The foot of a scenario's page.

    Parameters
    ----------
    hashes : {what: hash}, e.g. inputs, code, lock; versions may stand here too
    """
    w = Wording(lang)
    result = story.result
    return section(
        "provenance",
        w.text("provenance_title"),
        marks_legend(w),
        el("p", w.html("run_text", draws=number(w.number(result.draws), "model"), seed=el("code", result.seed))),
        _conditioned(w, story),
        _clipped(w, story),
        hash_list(w, hashes or {}),
        details(w.text("sources_used"), source_list(w, used_sources(story)), cls="print-open"),
    )


def marks_legend(w: Wording) -> Markup:
    """What the marks mean."""
    return el(
        "ul",
        *(el("li", el("b", symbols(kind), cls="sign"), " ", w.text(f"mark_{kind}")) for kind in _KINDS),
        cls="marks",
    )


def _conditioned(w: Wording, story: Story) -> Markup | None:
    """How many independent draws a sample conditioned on history is worth."""
    worth = story.result.effective_draws
    if not isfinite(worth):
        return el("p", w.text("not_conditioned"))
    return el("p", w.html("conditioned", worth=number(w.number(worth, last_place(worth, 0.0)), "model")))


def _clipped(w: Wording, story: Story) -> Markup | None:
    """How often a probability had to be cut to 1: a bound hit is told, not hidden."""
    clipped = story.result.run_of(story.scenario.slug).clipped
    share = float((clipped > 0).mean())
    return (
        el("p", w.html("bounds_hit", share=number(w.chance(share), "model")))
        if share > 0
        else el("p", w.text("bounds_not_hit"))
    )


def hash_list(w: Wording, hashes: Mapping[str, str]) -> Markup | None:
    """Names and hashes, short ones in full."""
    if not hashes:
        return None
    known = ((w.hash_name(name), value[:_HASH_SHOWN]) for name, value in hashes.items() if value)
    items = [el("span", name, " ", el("code", value)) for name, value in known]
    return el("p", *items, cls="hashes")


def used_sources(story: Story) -> list[Source]:
    """Sources of base-year figures, history, targets, the reference fund and assumptions, by title."""
    province = story.province
    named = {row.source_id for rows in province.base.values() for row in rows.values()}
    named |= {point.source_id for fan in story.fans for point in fan.history}
    named |= {target.source_id for target in province.targets} | {province.reference_fund_source}
    for key in story.register:
        named |= {part.strip() for part in story.register[key].source.split(",")} - {_NO_SOURCE}
    return sources_of(province, named)


def known_sources(province: Province) -> Mapping[str, Source]:
    """The province's sources and the studies assumptions may name, by id."""
    return {**studies(), **province.sources}


def sources_of(province: Province, names: Iterable[str]) -> list[Source]:
    """The sources and studies with these ids, by title; unknown ids are left out."""
    known = known_sources(province)
    found = [known[name] for name in set(names) if name in known]
    return sorted(found, key=lambda source: collation_key(source.title))


def source_list(w: Wording, sources: Sequence[Source]) -> Markup:
    """Titles with their addresses: a link where it is plain https, text otherwise."""
    return listing(
        (el("cite", source.title, " ", _address(source.url), cls="source") for source in sources), cls="sources"
    )


def _address(url: str) -> Markup:
    if WEB.match(url):
        return el("a", url, href=url, rel="noreferrer")
    return el("span", url, cls="url")
