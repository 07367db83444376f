"""What an answer rests on: the assumptions that decide it, and what to ask first."""

from __future__ import annotations

from math import isfinite

from markupsafe import Markup

from sim.analysis.drivers import Driver
from sim.analysis.story import Story
from sim.domain.parameters import Assumption, Distribution
from sim.report.bars import Bar, bars
from sim.report.marks import number, said, year
from sim.report.markup import el, section
from sim.report.values import chip, spread
from sim.report.wording import Wording

#: How many driving assumptions are named, and how many are shown as questions.
_NAMED, _ASKED = 6, 3
#: What the register itself calls unpublished and decisive: to be asked for before anything else.
_ASK_FIRST = "prior_funding_ratio"
#: How many years of executed budgets, up to the base year, the calibration history was lived under.
_EXECUTED_YEARS = 3


def basis(story: Story, lang: str = "vi") -> Markup:
    """Deciding assumptions, luck, grades, and the limits of three years of data."""
    w = Wording(lang)
    evidence = story.difference_evidence
    drivers = [driver for driver in evidence.drivers if driver.share > 0]
    asked = [driver for driver in drivers if driver.grade not in "A"][:_ASKED]
    text = [
        el(
            "p",
            w.html(
                "basis_text",
                grade=evidence.grade,
                name=w.term(f"grade_{evidence.grade}"),
                weak=number(w.share(evidence.weak_share), "model"),
                luck=number(w.share(evidence.luck), "model"),
            ),
        ),
        el("p", w.html("not_identified" if isfinite(story.result.effective_draws) else "nothing_learnt")),
    ]
    return section(
        "basis",
        w.text("basis_title"),
        el("div", el("div", *text), _driver_bars(w, story, drivers[:_NAMED]), cls="two"),
        el("h3", w.text("deciding_title", n=_count(w, len(asked)))) if asked else None,
        el("div", *(_question(w, story, driver) for driver in asked), cls="cards three") if asked else None,
        _ask_first(w, story),
    )


def _count(w: Wording, n: int) -> str:
    return w.term(f"count_{n}")


def _driver_bars(w: Wording, story: Story, drivers: list[Driver]) -> Markup:
    """Shares of the variance of the difference, largest first, luck last."""
    evidence = story.difference_evidence
    rows = [
        Bar(
            Markup("{} {}").format(
                chip(driver.grade),
                said(w.label(story.register[driver.id].label), "assumption"),
            ),
            driver.share,
            w.share(driver.share),
        )
        for driver in drivers
    ]
    rest = max(0.0, 1.0 - evidence.luck - sum(driver.share for driver in drivers))
    rows.append(Bar(w.text("driver_rest"), rest, w.share(rest), total=True))
    rows.append(Bar(w.text("driver_luck"), evidence.luck, w.share(evidence.luck), total=True))
    return el("div", el("h3", w.text("drivers_title")), bars(rows, mark="model", cls="stacked"), cls="drivers")


def _question(w: Wording, story: Story, driver: Driver) -> Markup:
    """One deciding assumption as the question a planner can answer."""
    entry = story.register[driver.id]
    shown = number(spread(w, used_distribution(story, entry), entry.unit), "assumption", cls="n mid")
    named = w.text("grade_chip", grade=entry.grade, name=w.term(f"grade_{entry.grade}"))
    part = w.html("driver_share", share=number(w.share(driver.share), "model"))
    return el(
        "div",
        el("h3", said(w.label(entry.label), "assumption")),
        el("p", said(w.label(entry.question), "assumption"), cls="question"),
        el("p", shown, " ", el("span", w.text("spread_key"), cls="unit plain"), cls="value"),
        el("p", chip(entry.grade, named), " ", part, cls="weak"),
        cls="card",
    )


def used_distribution(story: Story, entry: Assumption) -> Distribution:
    """What was drawn from: the register, or what the world states instead."""
    override = story.scenario.world.overrides.get(entry.id)
    return override.distribution if override else entry.distribution


def _ask_first(w: Wording, story: Story) -> Markup | None:
    if _ASK_FIRST not in story.register.entries:
        return None
    entry = story.register[_ASK_FIRST]
    current = number(spread(w, used_distribution(story, entry), entry.unit), "assumption")
    base = story.province.base_year
    return el(
        "p",
        w.html(
            "ask_first",
            first=year(base - _EXECUTED_YEARS + 1),
            last=year(base),
            label=said(w.label(entry.label), "assumption"),
            current=current,
        ),
        cls="ask",
    )
