"""The history of an area from its printed figures: which are matched with which year, and where the latent start lies.

Terms are those of the indicator map, errors of measurement those of the register; a pack's calibration.yaml
holds only what no rule can tell: rows that are set aside, with the reason.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import exp, hypot
from pathlib import Path
from typing import Any

from sim.domain import (
    AVERAGES,
    END,
    GROWTH,
    INDICATOR,
    MONTHS_PER_YEAR,
    PART,
    PERCENT,
    WITHIN,
    Assumption,
    Calibration,
    Distribution,
    Match,
    Observation,
    Province,
    Register,
    SetAside,
)  # fmt: skip
from sim.inputs import yaml
from sim.inputs.figures import OBSERVED, Mapped, copied, grain, key_of, last_month, load_indicator_map, months_covered
from sim.inputs.pack.pack import price_row
from sim.inputs.pack.province import load_province
from sim.inputs.text import CALIBRATION, PROVINCES, File, Place, data_root
from sim.inputs.yaml import Checked, Loader, load_catalogue

#: Series of the model whose figures are matched; members last, since they may be followed later than the rest.
SERIES = (
    "htx_registered", "htx_active", "htx_founded", "htx_dissolved", "htx_revenue", "htx_worker_income", "htx_members",
)  # fmt: skip
#: What the latent start consists of. Active and inactive HTX, or all of them and the share that is active.
START = ("active", "inactive", "registered", "active_share", "revenue", "income", "members")
#: Effects are told relative to the funding of the programme of 2021-2025: no history begins before it.
EARLIEST = 2020
_GROWTH = "_growth"
#: Spread [sd of log] of what no figure of the start year says: revenue and income taken back from the first figure,
#: registered HTX taken on to the year's end per year, members; and growth per year it is taken along with.
_START_SPREAD = {"revenue": 0.15, "income": 0.06, "registered": 0.04, "members": 0.05}
_START_GROWTH = {"revenue": 0.05, "income": 0.04, "registered": 0.05, "members": 0.0}
_LEAST_SPREAD, _Z90 = 0.014, 1.2815515655446004
#: A printed count of a year is taken to be off by half an event at least: whole numbers are never met exactly.
_COUNT_ERROR = 0.5
_SHORT = {"htx_worker_income": "income"}


def load_calibration(province: Province, register: Register, *, root: Path | None = None) -> Calibration:
    """The observed history of a province of one area; an empty one where its figures tell of one year only.

    Parameters
    ----------
    province, register : its figures, and errors of measurement

    Raises
    ------
    InputError
        With every problem of the pack's calibration.yaml.
    """
    return history_of(
        province.areas[0].code, province.base_year, province.observations, register,
        set_aside=load_set_aside(province, root=root), shifts=_shifts(province),
    )  # fmt: skip


def load_set_aside(province: Province, *, root: Path | None = None) -> tuple[SetAside, ...]:
    """Rows of a pack never used for fitting, with the reason, as its calibration.yaml states them.

    Areas that were provinces keep what their own packs set aside.
    """
    if province.merged:
        mine = {key_of(row): row for row in province.observations}
        parts = [load_province(area.pack, root=root) for area in province.areas if area.pack]
        groups = [group for part in parts for group in load_set_aside(part, root=root)]
        kept = [SetAside(tuple(mine[key] for key in map(key_of, group.observations) if key in mine), group.reason)
                for group in groups]  # fmt: skip
        return tuple(group for group in kept if group.observations)
    path = (root or data_root()) / PROVINCES / province.slug / CALIBRATION
    if not path.exists():
        return ()
    rows = {key_of(row): row for row in province.observations}
    content = _SET_ASIDE.load(File.at(path), rows, depends=[repr(sorted(rows)).encode()])
    return tuple(
        SetAside(tuple(rows[tuple(key)] for key in entry["figures"]), entry["reason"]) for entry in content["set_aside"]
    )


def _content(value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "set_aside": [
            {"figures": [_key(figure) for figure in entry["figures"]], "reason": entry["reason"]}
            for entry in value["set_aside"]
        ]
    }


def _key(figure: Mapping[str, Any]) -> list[Any]:
    """The observation key of a reference, as `key_of` gives it."""
    return [figure[name] for name in ("area_code", "entity", "indicator", "year", "period", "source_id")]


def _check_references(found: Checked, rows: Mapping[Any, Observation]) -> None:
    """Every figure is a row that was printed."""
    for number, entry in enumerate((found.value or {"set_aside": ()})["set_aside"]):
        for place, figure in enumerate(entry["figures"]):
            at: Place = ("set_aside", number, "figures", place)
            if tuple(_key(figure)) not in rows:
                text = ", ".join(str(part) for part in _key(figure))
                found.tell("row_not_found", at, params={"key": text}, value=text)


_SET_ASIDE = Loader("calibration", lambda: yaml.CalibrationShape, _check_references, _content)

#: {indicator: (first month behind a step, its id, sd of the log of the step), by date}
Shifts = Mapping[str, Sequence[tuple[tuple[int, int], str, float]]]


def _shifts(province: Province) -> Shifts:
    """Steps of the series where the footing changed, as data root and pack declare them, by date."""
    found: dict[str, list[tuple[tuple[int, int], str, float]]] = defaultdict(list)
    for step in sorted(province.breaks, key=lambda one: one.month):
        for indicator, shift in step.shift.items():
            found[indicator].append((step.month, step.id, shift))
    return found


def history_of(
    area: str, base_year: int, observations: Iterable[Observation], register: Register, *,
    set_aside: Sequence[SetAside] = (), shifts: Shifts | None = None,
) -> Calibration:  # fmt: skip
    """The history of one area up to the end of a year, built from its printed figures alone.

    Parameters
    ----------
    base_year : history ends with it; later figures are not matched
    set_aside : rows that are not used
    shifts : steps of the series

    Notes
    -----
    Rules (docs/decisions/0017): figures that were observed, dated and mapped; a derived one only for registered HTX
    at a year's end nobody printed, since stocks follow from flows exactly. Of one year's figures of a stock the
    year-end's is used, else the latest; a count of a part of the year not beside one that contains it. Growth is
    matched for averages. Pages that print the same figure count as one, as uncertain as they differ.
    """
    out = frozenset(row.line for entry in set_aside for row in entry.observations)
    every = tuple(observations)
    terms = load_indicator_map()
    mine = [row for row in every if row.area_code == area and row.line not in out]
    dated = [_Dated(row, *found) for row in mine if (found := _about(row, terms))]
    years = [one.row.year for one in dated if one.indicator == "htx_registered" and one.kind in (END, WITHIN)]
    first = max(EARLIEST, min(years, default=base_year))
    inflation = []
    for year in range(first + 1, base_year + 1):
        prices = price_row(every, year)
        if prices is None:
            return Calibration(base_year, (), (), tuple(set_aside))  # money of different years cannot be told apart
        inflation.append(prices.value / PERCENT)
    used = [one for one in dated if first < one.row.year <= base_year]
    steps = shifts or {}
    again = copied(every)
    told = (_match(group, register, steps) for group in _groups(used))
    matches = tuple(_marked(match, again) for match in told if match)
    if not matches:
        return Calibration(base_year, (), (), tuple(set_aside))
    members = min((match.year for match in matches if match.indicator == "htx_members"), default=base_year + 1) - 1
    start = _start(dated, matches, register, first=first, members_from=members)
    behind = {match.shift: _step(match.shift, steps) for match in matches if match.shift}
    return Calibration(first, tuple(inflation), matches, tuple(set_aside), start, members, behind)


def _step(name: str, steps: Shifts) -> float:
    """Spread of the log by which figures behind some steps differ from those before: independent steps add up."""
    indicator, *ids = name.split()
    return hypot(*(sd for _, id, sd in steps[indicator] if id in ids))


class _Dated:
    """A printed figure with what it is about."""

    def __init__(self, row: Observation, indicator: str, kind: str, share: float, value: float) -> None:
        self.row, self.indicator, self.kind, self.share, self.value = row, indicator, kind, share, value

    @property
    def months(self) -> tuple[int, int]:
        """The first and the last month a count speaks of."""
        found = months_covered(self.row.period)
        assert found is not None
        return found


def _about(row: Observation, terms: Mapping[str, Mapped]) -> tuple[str, str, float, float] | None:
    """Indicator, kind, share of the year and value [unit of the series] of a row; None where it is not matched."""
    months = months_covered(row.period)
    grown = row.indicator.endswith(_GROWTH)
    term = terms.get(row.indicator.removesuffix(_GROWTH))
    if months is None or term is None or term.indicator not in SERIES:
        return None
    share = months[1] / MONTHS_PER_YEAR
    name = term.indicator
    stock_end = name == "htx_registered" and share == 1.0 and not grown
    if row.status not in OBSERVED and not (row.status == "derived" and stock_end):
        return None
    if grown:
        return (name, GROWTH, 1.0, row.value / PERCENT) if name in AVERAGES and share == 1.0 else None
    if INDICATOR[name].flow:
        share = (months[1] - months[0] + 1) / MONTHS_PER_YEAR
        return name, END if share == 1.0 else PART, share, term.value_of(row)
    return name, END if share == 1.0 else WITHIN, share, term.value_of(row)


def _groups(dated: Sequence[_Dated]) -> Iterator[list[_Dated]]:
    """Figures that say the same, in the order of `SERIES` and of time; those that say it again in part are left out."""
    by_series: dict[tuple[str, int], list[_Dated]] = defaultdict(list)
    for one in dated:
        by_series[one.indicator, one.row.year].append(one)
    for indicator in SERIES:
        for (name, _), ones in sorted(by_series.items(), key=lambda item: item[0]):
            if name == indicator:
                yield from _of_one_year(indicator, ones)


def _of_one_year(indicator: str, ones: Sequence[_Dated]) -> Iterator[list[_Dated]]:
    same: dict[tuple[str, int, int], list[_Dated]] = defaultdict(list)
    for one in ones:
        same[one.kind, *one.months].append(one)
    printed = {key: [one for one in group if one.row.status in OBSERVED] or group for key, group in same.items()}
    order = sorted(printed, key=lambda key: (key[0] == GROWTH, key[2], key[1]))
    if INDICATOR[indicator].flow:
        parts = [key[1:] for key in order]
        yield from (printed[key] for key in order if not any(_inside(key[1:], other) for other in parts))
    elif indicator in AVERAGES:
        yield from (printed[key] for key in order)
    else:
        yield printed[order[-1]]


def _inside(part: tuple[int, int], other: tuple[int, int]) -> bool:
    return part != other and other[0] <= part[0] and part[1] <= other[1]


def _mean_and_spread(values: Sequence[float]) -> tuple[float, float]:
    """Mean of what several pages say of one figure, and how far apart they are; most often one page says it."""
    if len(values) == 1:
        return float(values[0]), 0.0
    from statistics import fmean, pstdev

    return fmean(values), pstdev(values)


def _match(group: Sequence[_Dated], register: Register, steps: Shifts) -> Match | None:
    """One match of the pages that say the same; None where the register knows no error of such a figure."""
    first = group[0]
    short = _SHORT.get(first.indicator, first.indicator.removeprefix("htx_"))
    time = {END: "", GROWTH: "-growth"}.get(first.kind, f"-{first.row.period}")
    name = f"{short}{time}-{first.row.year}"
    place = last_month(first.row.year, first.row.period)
    value, apart = _mean_and_spread([one.value for one in group])
    behind = [id for when, id, _ in steps.get(first.indicator, ()) if place and place >= when]
    shift = f"{first.indicator} {' '.join(behind)}" if behind and first.kind in (END, WITHIN) else ""
    about = (first.indicator, first.row.year, first.kind, value)
    if first.kind == PART:
        return Match(name, *about, 0.0, False, first.row, first.share)
    key = _error_id(register, name, f"{short}{time}", short, first.kind)
    if key is None:
        return None
    error, relative = register.value(key), register[key].unit.startswith("sd of log")
    error = hypot(error, apart / value if relative and value else apart)
    if INDICATOR[first.indicator].flow:
        error, relative = hypot(error * value, _COUNT_ERROR), False  # a count may be none, which has no logarithm
    return Match(name, *about, error, relative, first.row, first.share, shift)


def _marked(match: Match, again: Mapping[Observation, Observation]) -> Match:
    """A match that knows whether its figure repeats another to the digit, and how fine that digit is."""
    if match.observation not in again or match.kind not in (END, WITHIN) or INDICATOR[match.indicator].flow:
        return match
    return replace(match, fineness=grain(match.observation.value) * match.value / match.observation.value)


def _error_id(register: Register, name: str, timed: str, short: str, kind: str) -> str | None:
    """The error of measurement nearest to a figure: of itself, of its kind, of its series."""
    within = f"{short}-mid" if kind == WITHIN else timed
    wanted = [name, timed, within, *([] if kind == GROWTH else [short])]
    found = (f"error_{one.replace('-', '_')}" for one in wanted)
    return next((key for key in found if key in register.entries), None)


def _start(
    dated: Sequence[_Dated], matches: Sequence[Match], register: Register, *, first: int, members_from: int
) -> dict[str, Assumption]:
    """The latent start: as the register states it for that year, else around the figures nearest to it."""
    levels = [one for one in dated if one.kind in (END, WITHIN)]
    start = {}
    for part in START:
        year = members_from if part == "members" else first
        key = f"start_{part}_{year}"
        if key in register.entries:
            start[part] = register[key]
    if "active" in start and "inactive" in start:
        start.pop("registered", None)
    else:
        start |= _stocks(levels, register, first)
    for part, indicator in (("revenue", "htx_revenue"), ("income", "htx_worker_income"), ("members", "htx_members")):
        year = members_from if part == "members" else first
        found = [one for one in levels if one.indicator == indicator]
        matched = part != "members" or any(match.indicator == indicator for match in matches)
        if part not in start and found and matched:
            # Prices of the start year: a figure is taken back at the growth of money.
            start[part] = _around(part, year, min(found, key=lambda one: abs(one.row.year + one.share - year - 1.0)))
    return start


def _stocks(levels: Sequence[_Dated], register: Register, first: int) -> dict[str, Assumption]:
    found = [one for one in levels if one.indicator == "htx_registered" and one.row.year >= first]
    nearest = min(found, key=lambda one: abs(one.row.year + one.share - first - 1.0))
    share = register.entries.get("active_share")
    active = share.distribution if share else Distribution(0.7, 0.8, 0.88)
    return {
        "registered": _around("registered", first, nearest),
        "active_share": _entry("active_share", first, active, (0.0, 1.0)),
    }


def _around(part: str, year: int, one: _Dated) -> Assumption:
    """A level at the end of a year from the figure nearest to it, lognormal."""
    away = year + 1.0 - (one.row.year + one.share)
    centre = one.value * exp(_START_GROWTH[part] * away)
    spread = max(_START_SPREAD[part] * (abs(away) if part == "registered" else 1.0), _LEAST_SPREAD)
    low, high = centre * exp(-_Z90 * spread), centre * exp(_Z90 * spread)
    return _entry(part, year, Distribution(low, centre, high), (0.1 * centre, 10.0 * centre), source=one.row.source_id)


def _entry(
    part: str, year: int, distribution: Distribution, bounds: tuple[float, float], *, source: str = "none"
) -> Assumption:
    text = {lang: load_catalogue(lang).text(f"history.start_{part}", year=year) for lang in yaml.LANGUAGES}
    return Assumption(
        f"start_{part}_{year}", text, text, "", distribution, bounds, "judgement", "D", source, text, text, "", "", -1,
        role="measurement",
    )  # fmt: skip
