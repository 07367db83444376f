"""The explorer: one page whose sliders answer from a lattice it carries, with no kernel and no network."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files

from markupsafe import Markup

from sim.analysis.emulator import Emulator
from sim.domain.budget import LINES
from sim.domain.scenario import Province, Scenario
from sim.report.export.explorer_charts import script
from sim.report.export.explorer_content import DRAWN, content, money, say, unit
from sim.report.markup import el
from sim.report.page import style
from sim.report.wording import Wording


def explorer(
    worlds: Sequence[Emulator], grades: Mapping[str, Mapping[str, str]], plans: Sequence[Scenario], *,
    gain_grades: Mapping[str, Mapping[str, str]], province: Province, lang: str, settings: Mapping[str, float],
) -> str:  # fmt: skip
    """The whole page.

    Parameters
    ----------
    worlds : one emulator per world, of one horizon and one set of outcomes; the first is shown first
    grades : {world slug: {indicator: evidence grade}}
    gain_grades : the same of what the money changes
    plans : plans of constant money a reader may start from; the first is where the sliders stand
    settings : ``line_step`` and ``draws``

    Raises
    ------
    ValueError
        When a series is not given for every year.
    """
    w = Wording(lang)
    carried = content(w, worlds, (grades, gain_grades), plans, province, settings)
    lattice = json.dumps(carried, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    program = script()
    if "</script" in program.lower():
        raise ValueError("the bundled script would end its own element")
    body = el(
        "body",
        el("nav", el("a", say(w, "back"), href="index.html"), aria_label=w.text("nav_label"), cls="top"),
        el("main", *_main(w, worlds, plans, province, settings), id="main"),
        el("footer", el("p", w.html("footer"))),
        el("script", Markup(lattice), id="lattice", type="application/json"),
        el("script", Markup(program)),
        cls="coopsim explorer",
    )
    return f"<!doctype html>\n{el('html', _head(w, program), body, lang=lang)}\n"


def _head(w: Wording, program: str) -> Markup:
    looks = style() + files("sim.report.export").joinpath("explorer.css").read_text(encoding="utf-8")
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=_policy(program)),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="referrer", content="no-referrer"),
        el("meta", name="color-scheme", content="light dark"),
        el("title", say(w, "title")),
        el("style", Markup(looks)),
    )


def _policy(program: str) -> str:
    """Only this very script may run, and nothing may be loaded."""
    digest = base64.b64encode(hashlib.sha256(program.encode()).digest()).decode()
    return (
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


def _main(
    w: Wording, worlds: Sequence[Emulator], plans: Sequence[Scenario], province: Province, settings: Mapping[str, float]
) -> list[Markup]:
    first = worlds[0]
    keys = {"key band80": w.text("range_80"), "key band50": w.text("range_50"), "key median": w.text("key_median")}
    keys["ghost-key"] = say(w, "ghost")
    return [
        el("p", w.label(province.label), " \u00b7 ", w.label(province.boundary), cls="eyebrow"),
        el("h1", say(w, "title")),
        el("p", say(w, "lead"), cls="lead"),
        _levers(w, worlds, plans, settings),
        el("p", "", id="review", cls="notice review", role="note", hidden=True),
        el("p", "", id="headline", aria_live="polite"),
        _gain_table(w),
        el("p", say(w, "gain_note"), cls="sub"),
        el("p", *(el("span", el("i", cls=cls), " ", text) for cls, text in keys.items()), cls="legend"),
        el("div", *(_figure(w, series) for series in DRAWN), cls="figures"),
        _table(w),
        el("p", say(w, "error_note", plans=first.errors.shape[-1], draws=w.number(settings["draws"])), cls="sub"),
        el("p", say(w, "scope"), cls="sub"),
    ]  # fmt: skip


def _levers(w: Wording, worlds: Sequence[Emulator], plans: Sequence[Scenario], settings: Mapping[str, float]) -> Markup:
    step = settings["line_step"]
    start = money(plans[0])
    most = round(worlds[0].lattice.top / step)
    lines = [
        el(
            "div",
            el("label", w.term(f"line_{line}"), el("output", "", id=f"money-{line}")),
            el("input", type="range", id=f"line-{line}", min=0, max=most, step=1, value=round(start[place] / step),
               aria_label=w.term(f"line_{line}"), autocomplete="off"),
        )
        for place, line in enumerate(LINES)
    ]  # fmt: skip
    last, horizon = worlds[0].outcomes[0].year, worlds[0].scenario.horizon
    names = [(str(place), w.label(one.scenario.world.label)) for place, one in enumerate(worlds)]
    named = [("", say(w, "own_plan")), *((str(place), w.label(one.plan.label)) for place, one in enumerate(plans))]
    return el(
        "div",
        el("div", el("label", say(w, "start")), _select("plan", say(w, "start"), named, "0")),
        *lines,
        el(
            "div",
            el("label", say(w, "world")),
            _select("world", say(w, "world"), names, "0"),
            el("p", "", id="world-about", cls="sub"),
        ),
        el(
            "div",
            el("label", say(w, "horizon"), el("output", "", id="horizon-value")),
            el("input", type="range", id="horizon", min=last, max=horizon, step=1, value=horizon,
               aria_label=say(w, "horizon"), autocomplete="off"),
        ),
        el("p", "", id="fund"),
        id="levers",
        cls="levers",
        role="group",
        aria_label=say(w, "levers"),
    )  # fmt: skip


def _select(identity: str, name: str, options: Sequence[tuple[str, str]], chosen: str) -> Markup:
    return el(
        "select",
        *(el("option", text, value=value, selected=value == chosen) for value, text in options),
        id=identity,
        aria_label=name,
        autocomplete="off",
    )


def _figure(w: Wording, series: str) -> Markup:
    return el(
        "figure",
        el("figcaption", el("b", w.term(series)), " ", el("span", f"{unit(w, series)} \u25d0", cls="sub")),
        el("div", id=f"chart-{series}", cls="chart", role="img", aria_label=w.term(series)),
    )


def _table(w: Wording) -> Markup:
    return _filled_table(w, "figures", ("indicator", "median", "half", "most", "error", "grade"), "table")


def _gain_table(w: Wording) -> Markup:
    """What the money changes in the last year; the page's script fills it."""
    return _filled_table(w, "gains", ("indicator", "gain", "most", "error", "grade", "reading"), "gain_table")


def _filled_table(w: Wording, identity: str, names: Sequence[str], caption: str) -> Markup:
    words = ("indicator", "reading")
    heads = [el("th", say(w, f"head_{name}"), scope="col", cls=None if name in words else "num") for name in names]
    return el(
        "table",
        el("caption", say(w, caption), " ", el("span", "", cls="last-year")),
        el("thead", el("tr", *heads)),
        el("tbody"),
        id=identity,
        cls="stack",
    )
