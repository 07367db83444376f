"""The explorer: one HTML file with sliders that answers without a kernel."""

import base64
import hashlib
import importlib.metadata
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from sim.analysis.answer import OUTSIDE_EXPERIENCE, Emulator, history
from sim.analysis.compare import CRITICAL_VALUE
from sim.domain import HEADLINE, INDICATOR, LINES, MILLION_PER_BILLION, NOMINAL, VND_PER_BILLION, Province, Scenario
from sim.inputs.text import remembered
from sim.inputs.yaml import load_catalogue
from sim.report import print as pr
from sim.report.print import Wording, el

# -- The explorer's charts: compiled once to Vega, fed with rows by the page's own script ----------

#: Data sets that the page fills.
ROWS, PAST = "rows", "past"
_HALF_DISC = "M0,-1A1,1,0,0,0,0,1Z"


def fan(past: Sequence[Mapping[str, Any]], years: tuple[int, int], reach: tuple[float, float]) -> dict[str, Any]:
    """A Vega specification of one fan on fixed axes, so that what a slider moves can be seen.

    Parameters
    ----------
    past : rows {year, value, observed} of history
    years, reach : ends of the axes

    Notes
    -----
    Rows of `ROWS`: year, mean, p10 … p90, ghost (mean without support), last (True in the last year).
    """
    low, high, step = pr.round_axis([*reach, *(row["value"] for row in past)])
    x = pr.scaled("year", years, pr.year_axis(*years, pr.STYLED))
    axis = pr.value_axis(low, high, step, pr.STYLED)

    def y(name: str) -> pr.Spec:
        return pr.scaled(name, (low, high), axis, zero=False)

    base = pr.Layer(()).encode(x=x)
    dots, ghost = base.encode(y=y("value")), base.encode(y=y("ghost"))
    shape = {"filled": True, "size": pr.DOT, "opacity": 1}
    label = {"align": "left", "baseline": "middle", "dx": 6, "fontSize": pr.LETTER, "color": pr.STYLED.quiet}
    middle = {"color": pr.STYLED.accent, "fontWeight": "bold"}

    def end(name: str, **look: Any) -> pr.Layer:
        return base.drawn("text", **(label | look)).encode(y=y(name), text=pr.worded(f"{name}_label"))

    # A full dot where a figure was observed, a half one where it was estimated.
    layers = [
        (base.drawn("area", color=pr.STYLED.band_80, opacity=1).encode(y=y("p10"), y2=pr.until("p90")), ROWS, ""),
        (base.drawn("area", color=pr.STYLED.band_50, opacity=1).encode(y=y("p25"), y2=pr.until("p75")), ROWS, ""),
        (ghost.drawn("line", color=pr.STYLED.quiet, strokeWidth=pr.STROKE, strokeDash=[5, 4]), ROWS, ""),
        (base.drawn("line", color=pr.STYLED.accent, strokeWidth=pr.STROKE).encode(y=y("mean")), ROWS, ""),
        (dots.drawn("point", **shape, color=pr.STYLED.ink), PAST, "datum.observed"),
        (dots.drawn("point", **shape, fill=pr.STYLED.paper, stroke=pr.STYLED.ink), PAST, "!datum.observed"),
        (dots.drawn("point", **shape, color=pr.STYLED.ink, shape=_HALF_DISC), PAST, "!datum.observed"),
        *((end(name), ROWS, "datum.last") for name in ("p10", "p90")),
        (end("mean", **middle), ROWS, "datum.last"),
    ]
    chart = pr.finish([layer for layer, *_ in layers], pr.STYLED)
    del chart["datasets"]
    for drawn, (_, rows, only) in zip(chart["layer"], layers, strict=True):
        drawn |= {"data": {"name": rows}} | ({"transform": [{"filter": only}]} if only else {})
    return pr.compiled(chart)


def script() -> str:
    """The page's script with Vega in it, kept on disk: bundling takes seconds."""
    source = files("sim.report.forms").joinpath("explorer.js").read_text(encoding="utf-8")
    version = importlib.metadata.version("vl-convert-python")

    def bundle() -> str:
        import vl_convert

        return vl_convert.javascript_bundle(source, vl_version=pr.VEGALITE)

    return str(remembered("explorer-script", [text.encode() for text in (source, version, pr.VEGALITE)], bundle))


# -- What the explorer's page carries for its script: lattices packed as text, words, numbers, names ---

#: Sentences whose gaps the page fills itself.
_TEMPLATES = (
    "billion", "fund", "headline", "review", "chart", "gain_none", "gain_unclear", "gain_headline",
    "gain_headline_unclear", "gain_headline_none", "reading_none", "reading_unclear", "reading_open", "reading_more",
    "reading_less",
)  # fmt: skip
_STEPS = 65535
#: Place of the mean before the quantiles of a level or a difference.
_MEAN = 0
_WHOLE = frozenset({"HTX", "persons"})

Array = NDArray[np.float64]
#: {world: {indicator: evidence grade}}
Grades = Mapping[str, Mapping[str, str]]


def say(w: Wording, key: str, **params: object) -> str:
    """A text of the explorer's own section of the catalogue."""
    return load_catalogue(w.lang).text(f"explorer.{key}", **params)


def unit(w: Wording, series: str) -> str:
    """Unit of an indicator, with how money is valued."""
    basis = w.basis(NOMINAL) if INDICATOR[series].money else ""
    return ", ".join(part for part in (w.unit_of(series), basis) if part)


def money(scenario: Scenario) -> list[float]:
    """Yearly money of each line [billion VND], the same in every year that can still be planned."""
    year = scenario.horizon
    return [scenario.plan.line_budget(line, year) / VND_PER_BILLION for line in LINES]


def content(
    w: Wording, worlds: Sequence[Emulator], grades: tuple[Grades, Grades], plans: Sequence[Scenario],
    province: Province, settings: Mapping[str, float],
) -> dict[str, Any]:  # fmt: skip
    """All the page's script needs, ready for JSON; parameters as of `sim.report.forms.explorer.explorer`.

    Parameters
    ----------
    grades : of the levels, and of what the money changes
    """
    first = worlds[0]
    levels, gains = grades
    shown = dict.fromkeys(outcome.indicator for outcome in first.outcomes)
    words = []
    for target in first.targets:
        low, key = w.exact(target.low), "target_from" if target.high is None else "target_between"
        high = "" if target.high is None else w.exact(target.high)
        words.append({"words": say(w, key, low=low, high=high, chance="{chance}")})
    return {
        "lang": w.lang,
        "locale": pr.LOCALES[w.lang],
        "words": {name: load_catalogue(w.lang).texts[f"explorer.{name}"] for name in _TEMPLATES}
        | {
            "rare": pr.Figure.of_chance(0.0).text(w),
            "nearly_always": pr.Figure.of_chance(1.0).text(w),
            "from_to": w.text("from_to", low="{low}", high="{high}"),
        },
        "first_year": first.outcomes[0].year,
        "top": first.lattice.top,
        "nodes": first.lattice.nodes,
        "line_step": settings["line_step"],
        "lines": [{"id": line, "label": w.term(f"line_{line}")} for line in LINES],
        "plans": [{"money": money(plan)} for plan in plans],
        "series": [_series_content(w, worlds, series, province) for series in shown],
        "headline": {"indicator": "htx_founded", "gain": HEADLINE[0], "year": province.planning_year, "targets": words},
        "chance_place": 0,
        "limit": OUTSIDE_EXPERIENCE,
        "worlds": [_world(w, one, (levels[slug], gains[slug])) for one in worlds for slug in [one.scenario.world.slug]],
    }


def _series_content(w: Wording, worlds: Sequence[Emulator], series: str, province: Province) -> dict[str, Any]:
    rows = [row for row, outcome in enumerate(worlds[0].outcomes) if outcome.indicator == series]
    years = [worlds[0].outcomes[row].year for row in rows]
    if years != list(range(years[0], worlds[0].scenario.horizon + 1)):
        raise ValueError(f"{series} is not given for every year")
    indicator = INDICATOR[series]
    points = history(province, series)
    past = [{"year": point.year, "value": point.value, "observed": point.status == "actual"} for point in points]
    found: dict[str, Any] = {
        "id": series, "label": w.term(series), "unit": unit(w, series), "first": rows[0],
        "finest": 0 if indicator.unit in _WHOLE else -1, "past": past, "base": _base(province, series), "chart": None,
        "short": w.mention(w.term(series)),
        "gain": _gain_rows(worlds[0]).index(rows[0]) if series in HEADLINE else None,
    }  # fmt: skip
    if series in HEADLINE:
        reach = [one.levels.values[:, rows] for one in worlds]
        ends = (float(min(part.min() for part in reach)), float(max(part.max() for part in reach)))
        start = min([point.year for point in points] + [province.base_year])
        found["chart"] = fan(past, (start, worlds[0].scenario.horizon), ends)
    return found


def _base(province: Province, series: str) -> float | None:
    """The base-year value in which every future begins; None where it was not printed or areas differ."""
    needed = INDICATOR[series].made_of or (series,)
    if len(province.areas) > 1 or any(name not in province.base for name in needed):
        return None
    values = [next(iter(province.base[name].values())).value for name in needed]
    return values[0] * values[1] / MILLION_PER_BILLION if len(values) > 1 else values[0]


def _gain_rows(emulator: Emulator) -> list[int]:
    """Places of the outcomes whose difference is told."""
    return [row for row, outcome in enumerate(emulator.outcomes) if outcome.indicator in HEADLINE]


def _world(w: Wording, emulator: Emulator, grades: tuple[Mapping[str, str], Mapping[str, str]]) -> dict[str, Any]:
    """One world's lattice as whole numbers between the ends of each outcome: levels, chances, differences."""
    rows = _gain_rows(emulator)
    levels, ends = _whole(emulator.levels.values)
    gains, gain_ends = _whole(emulator.gains.values[:, rows])
    chances = np.rint(emulator.chances * _STEPS)
    packed = np.concatenate([levels.ravel(), chances.ravel(), gains.ravel()]).astype("<u2")
    middle, largest = emulator.gains.mcse[_MEAN, rows], emulator.gains.largest_error[rows]
    world = emulator.scenario.world
    return {
        "slug": world.slug,
        "about": w.label(world.description),
        "scales": emulator.lattice.scales,
        "limits": [round(float(limit), 3) for limit in emulator.limits],
        **ends,
        "digits": [_short(errors) for errors in emulator.levels.printed_error.T],
        "errors": _short(emulator.levels.largest_error),
        "grades": dict(grades[0]),
        "chance_first": int(levels.size),
        "gains": {
            "first": int(levels.size + chances.size),
            **gain_ends,
            "digits": [_short(errors) for errors in emulator.gains.printed_error[:, rows].T],
            "errors": _short(largest),
            "grades": dict(grades[1]),
            # What is no larger than this could be an error of interpolation or of sampling.
            "doubt": _short(np.maximum(largest, CRITICAL_VALUE * middle)),
        },
        "packed": base64.b64encode(packed.tobytes()).decode(),
    }


def _whole(values: Array) -> tuple[Array, dict[str, list[float]]]:
    """(statistic, outcome, node) as (outcome, statistic, node) in whole steps, and each outcome's low end and step."""
    by_outcome = np.moveaxis(values, 0, 1)
    low, high = by_outcome.min(axis=(1, 2)), by_outcome.max(axis=(1, 2))
    step = np.where(high > low, (high - low) / _STEPS, 1.0)
    whole = np.rint((by_outcome - low[:, None, None]) / step[:, None, None])
    return whole, {"low": [float(value) for value in low], "step": [float(value) for value in step]}


def _short(errors: Array) -> list[float]:
    """Errors to the three digits anybody reads."""
    return [float(f"{value:.3g}") for value in errors]


# -- The explorer: one page whose sliders answer from a lattice it carries, with no kernel and no network ---

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
        el("footer", el("p", w.text("marks_key")), el("p", w.html("footer"))),
        el("script", Markup(lattice), id="lattice", type="application/json"),
        el("script", Markup(program)),
        cls="coopsim explorer",
    )
    return f"<!doctype html>\n{el('html', _head(w, program), body, lang=lang)}\n"


_METAS = {
    "viewport": "width=device-width, initial-scale=1", "referrer": "no-referrer", "color-scheme": "light dark",
}  # fmt: skip


def _head(w: Wording, program: str) -> Markup:
    looks = pr.style() + files("sim.report.forms").joinpath("explorer.css").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(program.encode()).digest()).decode()
    policy = (  # only this very script may run, and nothing may be loaded
        f"default-src 'none'; script-src 'sha256-{digest}'; style-src 'unsafe-inline'; img-src data:; "
        "connect-src 'none'; base-uri 'none'; form-action 'none'"
    )
    return el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=policy),
        *(el("meta", name=name, content=content) for name, content in _METAS.items()),
        el("title", say(w, "title")),
        el("style", Markup(looks)),
    )


def _main(
    w: Wording, worlds: Sequence[Emulator], plans: Sequence[Scenario], province: Province, settings: Mapping[str, float]
) -> list[Markup]:
    first, past = worlds[0], province.past_years
    keys = {"key band80": w.text("range_80"), "key band50": w.text("range_50"), "key mean": w.text("key_mean")}
    keys["ghost-key"] = say(w, "ghost")

    def figure(series: str) -> Markup:
        caption = el("figcaption", el("b", w.term(series)), " ", el("span", f"{unit(w, series)} \u25d0", cls="sub"))
        chart = el("div", id=f"chart-{series}", cls="chart", role="img", aria_label=w.term(series))
        return el("figure", caption, chart)

    held_out = first.levels.errors.shape[-1]
    return [
        el("p", w.label(province.label), " \u00b7 ", w.label(province.boundary), cls="eyebrow"),
        el("h1", say(w, "title")),
        el("p", say(w, "lead"), cls="lead"),
        _levers(w, worlds, plans, settings, province.planning_year),
        el("p", "", id="review", cls="notice review", role="note", hidden=True),
        el("p", "", id="headline", aria_live="polite"),
        _filled_table(w, "gains", ("indicator", "gain", "most", "error", "grade", "reading"), "gain_table"),
        el("p", say(w, "gain_note"), cls="sub"),
        el("p", *(el("span", el("i", cls=cls), " ", text) for cls, text in keys.items()), cls="legend"),
        el("div", *map(figure, HEADLINE), cls="figures"),
        _filled_table(w, "figures", ("indicator", "mean", "half", "most", "error", "grade"), "table"),
        el("p", say(w, "error_note", plans=held_out, draws=w.number(settings["draws"])), cls="sub"),
        el("p", say(w, "scope"), cls="sub"),
        *([el("p", w.text("past_money", years=w.between(str(past[0]), str(past[-1]))), cls="sub")] if past else []),
    ]  # fmt: skip


def _levers(
    w: Wording, worlds: Sequence[Emulator], plans: Sequence[Scenario], settings: Mapping[str, float], first: int
) -> Markup:
    step, horizon = settings["line_step"], worlds[0].scenario.horizon
    start, most = money(plans[0]), round(worlds[0].lattice.top / step)

    def slider(identity: str, name: str, output: str, low: int, high: int, value: int) -> Markup:
        return el(
            "div", el("label", name, el("output", "", id=output)),
            el("input", type="range", id=identity, min=low, max=high, step=1, value=value, aria_label=name,
               autocomplete="off"),
        )  # fmt: skip

    def choice(identity: str, name: str, options: Sequence[tuple[str, str]]) -> Markup:
        listed = (el("option", text, value=value, selected=value == "0") for value, text in options)
        return el("label", name) + el("select", *listed, id=identity, aria_label=name, autocomplete="off")

    lines = [
        slider(f"line-{line}", w.term(f"line_{line}"), f"money-{line}", 0, most, round(start[place] / step))
        for place, line in enumerate(LINES)
    ]
    names = [(str(place), w.label(one.scenario.world.label)) for place, one in enumerate(worlds)]
    named = [("", say(w, "own_plan")), *((str(place), w.label(one.plan.label)) for place, one in enumerate(plans))]
    return el(
        "div", el("div", choice("plan", say(w, "start"), named)), *lines,
        el("div", choice("world", say(w, "world"), names), el("p", "", id="world-about", cls="sub")),
        slider("horizon", say(w, "horizon"), "horizon-value", first, horizon, horizon),
        el("p", "", id="fund"), id="levers", cls="levers", role="group", aria_label=say(w, "levers"),
    )  # fmt: skip


def _filled_table(w: Wording, identity: str, names: Sequence[str], caption: str) -> Markup:
    """A table of the last year that the page's script fills."""
    words = ("indicator", "reading")
    heads = [el("th", say(w, f"head_{name}"), scope="col", cls=None if name in words else "num") for name in names]
    title = el("caption", say(w, caption), " ", el("span", "", cls="last-year"))
    return el("table", title, el("thead", el("tr", *heads)), el("tbody"), id=identity, cls="stack")
