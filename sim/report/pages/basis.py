"""What an answer rests on: evidence shares, provenance, assumptions and world."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from math import isfinite

from markupsafe import Markup

from sim.analysis.answer import Driver, ScenarioAnswer
from sim.analysis.compare import Estimate
from sim.domain import PERCENT, REAL, Assumption, Distribution, Province, Source, Subject
from sim.inputs.pack import peers_behind, studies
from sim.inputs.text import collation_key
from sim.report import print as pr
from sim.report.pages.frames import ASK_FIRST, asked_first
from sim.report.print import named

#: How many driving assumptions are named, and how many are shown as questions.
_NAMED, _ASKED = 6, 3


def basis(answer: ScenarioAnswer, lang: str = "vi") -> Markup:
    """Deciding assumptions, event ranks, grades, and the limits of three years of data."""
    w = pr.Wording(lang)
    evidence = answer.difference_evidence
    drivers = [driver for driver in evidence.drivers if driver.share > 0]
    asked = [driver for driver in drivers if driver.grade not in "A"][:_ASKED]
    weak, luck = (_group(w, one) for one in (evidence.weak, evidence.luck))
    grade, learnt = evidence.grade, isfinite(answer.result.effective_draws)
    others = 0 if learnt else peers_behind(answer.register, answer.province.areas[0].code)
    limits = w.html("nothing_learnt_peers", provinces=pr.Figure.computed(others)) if others else w.html(
        "not_identified" if learnt else "nothing_learnt"
    )
    text = [
        pr.el("p", w.html("basis_text", grade=grade, name=w.term(f"grade_{grade}"), weak=weak, luck=luck)),
        pr.el("p", limits),
    ]
    chart = pr.el("div", pr.el("h3", w.text("drivers_title")), _drivers(w, answer, drivers[:_NAMED]), cls="drivers")
    return pr.section(
        "basis",
        w.text("basis_title"),
        pr.el("div", pr.el("div", *text), chart, cls="two"),
        pr.el("h3", w.text("deciding_title", n=w.term(f"count_{len(asked)}"))) if asked else None,
        pr.el("div", *(_question(w, answer, driver) for driver in asked), cls="cards three") if asked else None,
        _ask_first(w, answer),
        pr.el("p", pr.el("a", w.text("ledger_see"), href="ledger.html", cls="more")),
    )


def _drivers(w: pr.Wording, answer: ScenarioAnswer, drivers: Sequence[Driver]) -> Markup:
    """Shares that add up in print: those told elsewhere too read as there, what is told here alone takes the rest."""
    evidence, luck = answer.difference_evidence, max(0.0, answer.difference_evidence.luck.value)
    rest = max(0.0, evidence.assumed.value - sum(driver.share for driver in drivers))
    told = [*(_alone(answer, driver) for driver in drivers), pr.Figure.portion(luck)]
    whole = sum(driver.share for driver in drivers) + luck + rest + evidence.interplay
    left = max(0.0, round(PERCENT * whole) - float(sum(figure.as_printed() for figure in told)))
    shown = pr.together([pr.Figure.portion(share) for share in (rest, evidence.interplay)], pr.Figure.computed(left))
    rows = [
        pr.Bar(pr.join([pr.chip(driver.grade), named(w, answer.register[driver.id])], " "), driver.share, figure)
        for driver, figure in zip(drivers, told, strict=False)
    ]
    others = ("rest", rest, shown[0]), ("luck", luck, told[-1]), ("both", evidence.interplay, shown[1])
    rows += [pr.Bar(w.text(f"driver_{name}"), share, figure, total=True) for name, share, figure in others]
    return pr.bars(w, rows, cls="stacked")


def _alone(answer: ScenarioAnswer, driver: Driver) -> pr.Figure:
    """What an assumption decides alone, in percent."""
    return replace(pr.Figure.portion(driver.share), subject=_subject(answer, driver.id))


def _subject(answer: ScenarioAnswer, part: str) -> Subject | None:
    """The question a driver's share answers, which the page of unknowns answers too."""
    if not answer.references:
        return None
    pair = answer.scenario, answer.result.run_of(answer.references[0]).scenario
    return Subject("share alone", "htx_revenue_total", answer.result.years[-1], REAL, *pair, part=part)


def _group(w: pr.Wording, estimate: Estimate) -> Markup:
    """The share of a group of the unknowns with its 80 % range."""
    part = pr.Figure.of_part(estimate)
    return w.html("part_between", share=part, p80=pr.p80(w), span=part.ends) if part.clear else part.html(w)


def _question(w: pr.Wording, answer: ScenarioAnswer, driver: Driver) -> Markup:
    """One deciding assumption as the question a planner can answer."""
    entry = answer.register[driver.id]
    shown = pr.spread(used_distribution(answer, entry), entry.unit).html(w, cls="n mid")
    part = w.html("driver_share", share=_alone(answer, driver))
    return pr.el(
        "div",
        pr.el("h3", named(w, entry)),
        pr.el("p", pr.said(w.label(entry.question), entry), cls="question"),
        pr.el("p", shown, " ", pr.el("span", w.text("spread_key"), cls="unit plain"), cls="value"),
        pr.el("p", pr.chip(entry.grade), " ", w.term(f"grade_{entry.grade}"), " · ", part, cls="weak"),
        cls="card",
    )


def used_distribution(answer: ScenarioAnswer, entry: Assumption) -> Distribution:
    """What was drawn from: the register, or what the world states instead."""
    override = answer.scenario.world.states(entry)
    return override.distribution if override else entry.distribution


def _ask_first(w: pr.Wording, answer: ScenarioAnswer) -> Markup | None:
    years = asked_first(answer)
    if years is None:
        return None
    entry = answer.register[ASK_FIRST]
    first, last = map(pr.year, years)
    current = pr.spread(used_distribution(answer, entry), entry.unit)
    asked = w.html("ask_first", first=first, last=last, label=named(w, entry), current=current)
    return pr.el("p", asked, cls="ask")


# -- Where every number comes from: marks, draws, hashes and sources -------------------------------

_HASH_SHOWN = 12
_NO_SOURCE = "none"


def provenance(answer: ScenarioAnswer, lang: str = "vi", *, hashes: Mapping[str, str] | None = None) -> Markup:
    """The foot of a scenario's page.

    Parameters
    ----------
    hashes : {what: hash}, e.g. inputs, code, lock; versions may stand here too
    """
    w, result = pr.Wording(lang), answer.result
    worth, conditioned = result.effective_draws, w.text("not_conditioned")
    if isfinite(worth):
        conditioned = w.html("conditioned", worth=pr.Figure.computed(worth, pr.last_place(worth, 0.0)))
    share, clipped = float((result.run_of(answer.scenario.slug).clipped > 0).mean()), w.text("bounds_not_hit")
    if share > 0:
        clipped = w.html("bounds_hit", share=pr.Figure.of_chance(share))
    known = ((w.hash_name(name), value[:_HASH_SHOWN]) for name, value in (hashes or {}).items() if value)
    shown = [pr.el("span", name, " ", pr.el("code", value)) for name, value in known]
    return pr.section(
        "provenance",
        w.text("provenance_title"),
        marks_legend(w),
        pr.el("p", w.html("run_text", draws=pr.Figure.counted(result.draws), seed=pr.el("code", result.seed))),
        pr.el("p", conditioned),
        pr.el("p", clipped),
        pr.el("p", *shown, cls="hashes") if hashes else None,
        pr.details(w.text("sources_used"), source_list(_used_sources(answer)), cls="print-open"),
    )


def marks_legend(w: pr.Wording) -> Markup:
    """What the marks mean."""
    items = (pr.el("li", pr.el("b", mark.symbol, cls="sign"), " ", w.text(f"mark_{mark.value}")) for mark in pr.LEGEND)
    return pr.el("ul", *items, cls="marks")


def _used_sources(answer: ScenarioAnswer) -> list[Source]:
    """Sources of base-year figures, history, targets, the reference fund and assumptions, by title."""
    province = answer.province
    named = {row.source_id for rows in province.base.values() for row in rows.values()}
    named |= {point.source_id for fan in answer.fans for point in fan.history}
    named |= {target.source_id for target in province.targets} | {province.reference_fund_source}
    for key in answer.register:
        named |= {part.strip() for part in answer.register[key].source.split(",")} - {_NO_SOURCE}
    return sources_of(province, named)


def known_sources(province: Province) -> Mapping[str, Source]:
    """The province's sources and the studies assumptions may name, by id."""
    return {**studies(), **province.sources}


def sources_of(province: Province, names: Iterable[str]) -> list[Source]:
    """The sources and studies with these ids, by title and address; unknown ids are left out."""
    known = known_sources(province)
    found = [known[name] for name in set(names) if name in known]
    return sorted(found, key=lambda source: (collation_key(source.title), source.url, source.id))


def source_list(sources: Sequence[Source]) -> Markup:
    """Titles with their addresses: a link where it is plain https, text otherwise."""
    cited = []
    for source in sources:
        url, linked = source.url, pr.WEB.match(source.url)
        address = pr.el("a", url, href=url, rel="noreferrer") if linked else pr.el("span", url, cls="url")
        cited.append(pr.el("cite", source.title, " ", address, cls="source"))
    return pr.listing(cited, cls="sources")


# -- Every assumption a page rests on, and what its world states instead ---------------------------

_MEASUREMENT = "measurement"


def world(answer: ScenarioAnswer, lang: str = "vi") -> Markup:
    """What the world states otherwise than the register, with reasons."""
    w = pr.Wording(lang)
    stated = answer.scenario.world
    body: object = pr.el("p", w.html("world_central"))
    if stated.overrides:
        columns = [
            pr.Column(w.text("column_assumption"), numeric=False, inline=True),
            *(pr.Column(w.text(key)) for key in ("column_register", "column_world_states")),
            pr.Column(w.text("column_reason"), numeric=False),
        ]
        rows = []
        for key, override in stated.overrides.items():
            entry = answer.register[key]
            before, after = pr.spread(entry.distribution, entry.unit), pr.spread(override.distribution, entry.unit)
            rows.append([named(w, entry), before, pr.strong(after), pr.said(w.label(override.reason), override)])
        body = pr.Table(columns, rows, caption=pr.spread_caption(w), cls="wordy").html(w)
    described = pr.el("p", pr.el("b", named(w, stated)), ". ", pr.said(w.label(stated.description), stated))
    return pr.section("world", w.text("world_title"), described, body)


def assumptions(answer: ScenarioAnswer, lang: str = "vi") -> Markup:
    """All assumptions the projection reads, with range, unit, grade, source and reason."""
    w = pr.Wording(lang)
    used = [answer.register[key] for key in answer.register if answer.register[key].role != _MEASUREMENT]
    heads = ("assumption", "spread", "unit", "grade", "source", "reason")
    columns = [pr.Column(w.text(f"column_{head}"), numeric=head == "spread") for head in heads]
    stated, learnt = answer.scenario.world, isfinite(answer.result.effective_draws)
    changed = pr.el("span", w.text("flag_world"), cls="flag")
    conditioned = pr.el("span", w.text("flag_conditioned"), cls="flag quiet")
    rows, known = [], known_sources(answer.province)
    for entry in used:
        flags = changed if stated.states(entry) else None, conditioned if entry.conditioned and learnt else None
        name = pr.Together((named(w, entry), *flags))
        unit, source = unit_beside(w, entry.unit), pr.el("cite", source_names(w, known, entry.source))
        shown, reason = pr.spread(used_distribution(answer, entry), entry.unit), pr.said(w.label(entry.reason), entry)
        rows.append((name, shown, pr.el("span", unit, cls="plain"), pr.chip(entry.grade), source, reason))
    count = pr.Figure.counted(used)
    table = pr.Table(columns, rows, caption=pr.spread_caption(w), cls="wordy register")
    return pr.section(
        "assumptions",
        w.text("assumptions_title"),
        pr.el("p", w.html("assumptions_text", count=count)),
        pr.el("p", *(pr.el("span", pr.chip(grade), " ", w.term(f"grade_{grade}")) for grade in "ABCDE"), cls="legend"),
        pr.details(w.html("assumptions_all", count=count), table.html(w), cls="print-open"),
    )


def unit_beside(w: pr.Wording, unit: str) -> str:
    """The unit beside a spread; shares are already in percent."""
    return w.unit(f"percent of {unit}") if unit in ("share", "1/yr", "real 1/yr") else w.unit(unit)


def source_title(province: Province, source: str) -> str:
    """The title of one of the province's sources; its id where that is unknown."""
    found = province.sources.get(source)
    return found.title if found else source


def source_names(w: pr.Wording, known: Mapping[str, Source], source: str) -> str:
    """Titles of the `known_sources` an entry names, or that there is none."""
    if source == _NO_SOURCE:
        return f"{pr.Mark.UNKNOWN.symbol} {w.text('no_source')}"
    names = [part.strip() for part in source.split(",")]
    titles = [known[name].title if name in known else name for name in names]
    return "; ".join(titles)
