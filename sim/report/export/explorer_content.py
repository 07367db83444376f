"""What the explorer's page carries for its script: lattices packed as text, words, numbers, names."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.analysis.emulator import Emulator
from sim.analysis.history import history
from sim.analysis.money import OUTSIDE_EXPERIENCE
from sim.analysis.resampling import CLEAR
from sim.domain.budget import LINES
from sim.domain.indicators import INDICATOR, NOMINAL
from sim.domain.scenario import Province, Scenario
from sim.domain.units import MILLION_PER_BILLION, VND_PER_BILLION
from sim.inputs.catalogue import load_catalogue
from sim.report.canvas import LOCALES
from sim.report.export.explorer_charts import fan
from sim.report.wording import Wording

#: Drawn as fans, and told what the money changes in them; the other series stand in the table alone.
DRAWN = ("htx_active", "htx_revenue_total", "htx_revenue", "htx_worker_income")
#: Sentences whose gaps the page fills itself.
_TEMPLATES = (
    "billion", "fund", "headline", "review", "chart", "gain_none", "gain_unclear", "gain_headline",
    "gain_headline_unclear", "gain_headline_none", "reading_none", "reading_unclear", "reading_open", "reading_more",
    "reading_less",
)  # fmt: skip
_STEPS = 65535
#: Place of the median among p10, p50 and p90 of a difference.
_MIDDLE = 1
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
    """Yearly money of each line [billion VND], the same in every year."""
    year = min(scenario.plan.fund)
    return [scenario.plan.line_budget(line, year) / VND_PER_BILLION for line in LINES]


def _series(emulator: Emulator) -> list[str]:
    return list(dict.fromkeys(outcome.indicator for outcome in emulator.outcomes))


def content(
    w: Wording, worlds: Sequence[Emulator], grades: tuple[Grades, Grades], plans: Sequence[Scenario],
    province: Province, settings: Mapping[str, float],
) -> dict[str, Any]:  # fmt: skip
    """All the page's script needs, ready for JSON; parameters as of `sim.report.export.explorer.explorer`.

    Parameters
    ----------
    grades : of the levels, and of what the money changes
    """
    first = worlds[0]
    levels, gains = grades
    return {
        "lang": w.lang,
        "locale": LOCALES[w.lang],
        "words": {name: load_catalogue(w.lang).texts[f"explorer.{name}"] for name in _TEMPLATES}
        | {
            "rare": w.chance(0.0),
            "nearly_always": w.chance(1.0),
            "from_to": w.text("from_to", low="{low}", high="{high}"),
        },
        "first_year": first.outcomes[0].year,
        "top": first.lattice.top,
        "nodes": first.lattice.nodes,
        "line_step": settings["line_step"],
        "lines": [{"id": line, "label": w.term(f"line_{line}")} for line in LINES],
        "plans": [{"money": money(plan)} for plan in plans],
        "series": [_series_content(w, worlds, series, province) for series in _series(first)],
        "headline": _headline(w, first),
        "chance_place": 0,
        "limit": OUTSIDE_EXPERIENCE,
        "worlds": [_world(w, one, (levels[slug], gains[slug])) for one in worlds for slug in [one.scenario.world.slug]],
    }


def _headline(w: Wording, first: Emulator) -> dict[str, Any]:
    words = []
    for target in first.targets:
        low, key = w.exact(target.low), "target_from" if target.high is None else "target_between"
        high = "" if target.high is None else w.exact(target.high)
        words.append({"words": say(w, key, low=low, high=high, chance="{chance}")})
    return {"indicator": "htx_founded", "gain": DRAWN[0], "year": first.outcomes[0].year, "targets": words}


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
        "short": w.mention(w.term(series)), "gain": _gain_rows(worlds[0]).index(rows[0]) if series in DRAWN else None,
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


def _gain_rows(emulator: Emulator) -> list[int]:
    """Places of the outcomes whose difference is told."""
    return [row for row, outcome in enumerate(emulator.outcomes) if outcome.indicator in DRAWN]


def _world(w: Wording, emulator: Emulator, grades: tuple[Mapping[str, str], Mapping[str, str]]) -> dict[str, Any]:
    """One world's lattice as whole numbers between the ends of each outcome: levels, chances, differences."""
    rows = _gain_rows(emulator)
    levels, ends = _whole(emulator.values)
    gains, gain_ends = _whole(emulator.gains[:, rows])
    chances = np.rint(emulator.chances * _STEPS)
    packed = np.concatenate([levels.ravel(), chances.ravel(), gains.ravel()]).astype("<u2")
    middle, largest = emulator.gain_mcse[_MIDDLE, rows], emulator.largest_gain_error[rows]
    world = emulator.scenario.world
    return {
        "slug": world.slug,
        "about": w.label(world.description),
        "scales": emulator.lattice.scales,
        "limits": [round(float(limit), 3) for limit in emulator.limits],
        **ends,
        "digits": [_short(errors) for errors in emulator.printed_error.T],
        "errors": _short(emulator.largest_error),
        "grades": dict(grades[0]),
        "chance_first": int(levels.size),
        "gains": {
            "first": int(levels.size + chances.size),
            **gain_ends,
            "digits": [_short(errors) for errors in emulator.printed_gain_error[:, rows].T],
            "errors": _short(largest),
            "grades": dict(grades[1]),
            # What is no larger than this could be an error of interpolation or of sampling.
            "doubt": _short(np.maximum(largest, CLEAR * middle)),
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
