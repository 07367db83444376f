"""The explorer: one page whose sliders answer from a lattice it carries, with no kernel and no network."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np
from markupsafe import Markup

from sim.analysis.emulator import Emulator
from sim.analysis.history import history
from sim.analysis.money import OUTSIDE_EXPERIENCE
from sim.domain.budget import LINES
from sim.domain.indicators import INDICATOR, NOMINAL
from sim.domain.scenario import Province, Scenario
from sim.domain.units import MILLION_PER_BILLION, VND_PER_BILLION
from sim.inputs.catalogue import load_catalogue
from sim.report.canvas import LOCALES
from sim.report.export.explorer_charts import fan, script
from sim.report.markup import el
from sim.report.page import style
from sim.report.wording import Wording

#: Drawn as fans; the other series stand in the table alone.
DRAWN = ("htx_active", "htx_revenue_total", "htx_revenue", "htx_worker_income")
#: Sentences whose gaps the page fills itself.
_TEMPLATES = ("billion", "fund", "headline", "review", "chart")
_STEPS = 65535
_WHOLE = frozenset({"HTX", "persons"})


def explorer(
    worlds: Sequence[Emulator], grades: Mapping[str, Mapping[str, str]], plans: Sequence[Scenario], *,
    province: Province, lang: str, settings: Mapping[str, float],
) -> str:  # fmt: skip
    """The whole page.

    Parameters
    ----------
    worlds : one emulator per world, of one horizon and one set of outcomes; the first is shown first
    grades : {world slug: {indicator: evidence grade}}
    plans : plans of constant money a reader may start from; the first is where the sliders stand
    settings : ``line_step`` and ``draws``

    Raises
    ------
    ValueError
        When a series is not given for every year.
    """
    w = Wording(lang)
    content = _content(w, worlds, grades, plans, province, settings)
    lattice = json.dumps(content, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
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


def say(w: Wording, key: str, **params: object) -> str:
    """A text of the explorer's own section of the catalogue."""
    return load_catalogue(w.lang).text(f"explorer.{key}", **params)


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
        el("p", *(el("span", el("i", cls=cls), " ", text) for cls, text in keys.items()), cls="legend"),
        el("div", *(_figure(w, series) for series in DRAWN), cls="figures"),
        _table(w),
        el("p", say(w, "error_note", plans=first.errors.shape[-1], draws=w.number(settings["draws"])), cls="sub"),
        el("p", say(w, "scope"), cls="sub"),
    ]  # fmt: skip


def _levers(w: Wording, worlds: Sequence[Emulator], plans: Sequence[Scenario], settings: Mapping[str, float]) -> Markup:
    step = settings["line_step"]
    start = _money(plans[0])
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
        el("figcaption", el("b", w.term(series)), " ", el("span", f"{_unit(w, series)} \u25d0", cls="sub")),
        el("div", id=f"chart-{series}", cls="chart", role="img", aria_label=w.term(series)),
    )


def _table(w: Wording) -> Markup:
    names = ("indicator", "median", "half", "most", "error", "grade")
    heads = [el("th", say(w, f"head_{name}"), scope="col", cls="num" if name in names[1:] else None) for name in names]
    return el(
        "table",
        el("caption", say(w, "table"), " ", el("span", "", id="last-year")),
        el("thead", el("tr", *heads)),
        el("tbody"),
        id="figures",
        cls="stack",
    )


def _unit(w: Wording, series: str) -> str:
    basis = w.basis(NOMINAL) if INDICATOR[series].money else ""
    return ", ".join(part for part in (w.unit_of(series), basis) if part)


def _money(scenario: Scenario) -> list[float]:
    """Yearly money of each line [billion VND], the same in every year."""
    year = min(scenario.plan.fund)
    return [scenario.plan.line_budget(line, year) / VND_PER_BILLION for line in LINES]


def _series(emulator: Emulator) -> list[str]:
    return list(dict.fromkeys(outcome.indicator for outcome in emulator.outcomes))


def _content(
    w: Wording, worlds: Sequence[Emulator], grades: Mapping[str, Mapping[str, str]], plans: Sequence[Scenario],
    province: Province, settings: Mapping[str, float],
) -> dict[str, Any]:  # fmt: skip
    first = worlds[0]
    return {
        "lang": w.lang,
        "locale": LOCALES[w.lang],
        "words": {name: load_catalogue(w.lang).texts[f"explorer.{name}"] for name in _TEMPLATES}
        | {"rare": w.chance(0.0), "nearly_always": w.chance(1.0)},
        "first_year": first.outcomes[0].year,
        "top": first.lattice.top,
        "nodes": first.lattice.nodes,
        "line_step": settings["line_step"],
        "lines": [{"id": line, "label": w.term(f"line_{line}")} for line in LINES],
        "plans": [{"money": _money(plan)} for plan in plans],
        "series": [_series_content(w, worlds, series, province) for series in _series(first)],
        "headline": _headline(w, first),
        "chance_place": 0,
        "limit": OUTSIDE_EXPERIENCE,
        "worlds": [_world(w, one, grades[one.scenario.world.slug]) for one in worlds],
    }


def _headline(w: Wording, first: Emulator) -> dict[str, Any]:
    words = []
    for target in first.targets:
        low, key = w.exact(target.low), "target_from" if target.high is None else "target_between"
        high = "" if target.high is None else w.exact(target.high)
        words.append({"words": say(w, key, low=low, high=high, chance="{chance}")})
    return {"indicator": "htx_founded", "year": first.outcomes[0].year, "targets": words}


def _series_content(w: Wording, worlds: Sequence[Emulator], series: str, province: Province) -> dict[str, Any]:
    rows = [row for row, outcome in enumerate(worlds[0].outcomes) if outcome.indicator == series]
    years = [worlds[0].outcomes[row].year for row in rows]
    if years != list(range(years[0], worlds[0].scenario.horizon + 1)):
        raise ValueError(f"{series} is not given for every year")
    indicator = INDICATOR[series]
    points = history(province, series)
    past = [{"year": point.year, "value": point.value, "observed": point.status == "actual"} for point in points]
    found: dict[str, Any] = {
        "id": series, "label": w.term(series), "unit": _unit(w, series), "first": rows[0],
        "finest": 0 if indicator.unit in _WHOLE else -1, "past": past, "base": _base(province, series), "chart": None,
    }  # fmt: skip
    if series in DRAWN:
        reach = [one.values[:, rows] for one in worlds]
        ends = (float(min(part.min() for part in reach)), float(max(part.max() for part in reach)))
        start = min([point.year for point in points] + [province.base_year])
        found["chart"] = fan(past, (start, worlds[0].scenario.horizon), ends)
    return found


def _base(province: Province, series: str) -> float | None:
    """The base-year value in which every future begins; None where it was not printed or areas differ."""
    needed = ("htx_active", "htx_revenue") if series == "htx_revenue_total" else (series,)
    if len(province.areas) > 1 or any(name not in province.base for name in needed):
        return None
    values = [next(iter(province.base[name].values())).value for name in needed]
    return values[0] * values[1] / MILLION_PER_BILLION if len(values) > 1 else values[0]


def _world(w: Wording, emulator: Emulator, grades: Mapping[str, str]) -> dict[str, Any]:
    """One world's lattice as whole numbers between the ends of each outcome; chances after them."""
    by_outcome = np.moveaxis(emulator.values, 0, 1)
    low, high = by_outcome.min(axis=(1, 2)), by_outcome.max(axis=(1, 2))
    step = np.where(high > low, (high - low) / _STEPS, 1.0)
    whole = np.rint((by_outcome - low[:, None, None]) / step[:, None, None])
    chances = np.rint(emulator.chances * _STEPS)
    packed = np.concatenate([whole.ravel(), chances.ravel()]).astype("<u2")
    world = emulator.scenario.world
    return {
        "slug": world.slug,
        "about": w.label(world.description),
        "scales": emulator.lattice.scales,
        "limits": [round(float(limit), 3) for limit in emulator.limits],
        "low": [float(value) for value in low],
        "step": [float(value) for value in step],
        "digits": [float(f"{value:.3g}") for value in np.maximum(emulator.mcse, emulator.typical_error)],
        "errors": [float(f"{value:.3g}") for value in emulator.largest_error],
        "grades": dict(grades),
        "chance_first": int(whole.size),
        "packed": base64.b64encode(packed.tobytes()).decode(),
    }
