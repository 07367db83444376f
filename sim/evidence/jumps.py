"""Figures that jump beyond what was to be expected from the one before: each may be a break, and is asked about.

Nothing here changes a number. A break is one when a pack declares it (`sim.domain.Break`).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np

from sim.domain import (
    AVERAGES,
    CENTRAL,
    INDICATOR,
    LINES,
    MONTHS_PER_YEAR,
    NOMINAL,
    PERCENT,
    YEAR_END,
    Break,
    Month,
    Observation,
    Plan,
    Province,
    Register,
    Scenario,
    World,
    breaks_between,
)
from sim.ensemble import Result, run
from sim.inputs.figures import EVENTS, OBSERVED, Mapped, key_of, last_month, load_indicator_map
from sim.inputs.pack import load_peer_rows, load_peer_rules, load_province, load_register
from sim.inputs.text import data_root

#: Ends of the range a figure is to stand in, and its half-width in standard deviations of a normal.
ENDS = 0.01, 0.99
_NORMAL = 2.3263478740408408
#: Of a normal's standard deviation in its median absolute deviation.
_ROBUST = 1.4826022185056018
#: Draws the range is read off, their seed, and how far figures may stand apart to be compared [years].
_DRAWS, _SEED, _REACH = 2048, 20240701, 5
#: Fewer steps from figure to figure give no spread; a count below this moves by whole parts of itself.
_LEAST_STEPS, _FEW = 12, 10
#: A level a year before is compared with figures up to half a year away from it [months].
_NEAR = MONTHS_PER_YEAR // 2
#: The error of a level put a year back by the growth its page prints.
_RESTATED = "error_restated"
_LEVELS = re.compile(r"count|persons|.*\bVND\b.*")
_ENTITIES = ("HTX", "THT", "LHHTX", "sector")
#: How a note begins that tells the growth over a year its page prints: "+3.1% yoy", "+3,1 % so với năm trước".
_GROWTH_SAID = re.compile(r"([+\-−])(\d+(?:[.,]\d+)?) ?%")
_GROWTH = "_growth"
LEVEL, SAID = "level", "said"


@dataclass(frozen=True)
class Jump:
    """A figure beyond the 98 % range the one before it led to expect.

    Attributes
    ----------
    kind : ``level``: the figure itself; ``said``: the level a year before that its page's growth implies
    value : of what is judged, in the unit of `before`
    low, high : ends of the range of `value`, without any break
    growth : printed growth over a year [share]; 0 for ``level``
    modelled : False where the range is of the spread of growth among other series
    breaks : declared ones between the two that are wide enough for it; then there is nothing to ask
    aside : the figure was set aside already, with a reason
    """

    kind: str
    figure: Observation
    before: Observation
    value: float
    low: float
    high: float
    growth: float = 0.0
    modelled: bool = True
    breaks: tuple[Break, ...] = ()
    aside: bool = False

    @property
    def asked(self) -> bool:
        """Whether nobody has answered yet."""
        return not (self.breaks or self.aside)


@dataclass(frozen=True)
class Steps:
    """How the log of a level moves over some years: a centre, and how far it may fall below and rise above it.

    Attributes
    ----------
    centre, below, above : at whole years from 0, (year); between them the centre moves evenly, the squares of the
        others too
    error : standard deviation of the log of one printed figure around the truth
    """

    centre: Sequence[float]
    below: Sequence[float]
    above: Sequence[float]
    error: float = 0.0
    modelled: bool = True

    def over(self, years: float, *, error: float | None = None, shift: float = 0.0) -> tuple[float, float]:
        """Ends of the range of the log of a later level over an earlier one; backwards where `years` is negative.

        Parameters
        ----------
        error : of the comparison; by default of two figures printed with `Steps.error` each
        shift : standard deviation of the log of what breaks between them may move
        """
        spread = _NORMAL * np.hypot(self.error * 2.0**0.5 if error is None else error, shift)
        apart, at = abs(years), np.arange(len(self.centre))
        middle = float(np.interp(apart, at, self.centre))
        below, above = (
            (spread**2 + float(np.interp(apart, at, np.square(ends)))) ** 0.5 for ends in (self.below, self.above)
        )
        return (middle - below, middle + above) if years >= 0 else (-middle - above, -middle + below)


def jumps(
    province: Province, register: Register, *, judged: Iterable[Observation] | None = None,
    others: Iterable[Observation] | None = None,
) -> tuple[Jump, ...]:  # fmt: skip
    """Figures of a province's own areas that may stand on another footing than the ones before, in reading order.

    The range is the model's own predictive distribution, started at the figure before and with both figures' errors
    of reporting, from no support up to the reference fund, and from the assumptions as they stood before any figure
    moved them (a figure that is judged must not have widened its range). Series the model does not know move as yearly
    growth does among all series of the pack and of other provinces: median and median absolute deviation, the spread
    growing with the root of time. An area that was a province is judged as by its own pack: a figure is asked about in
    both or in neither.

    Parameters
    ----------
    judged : only these figures; by default all
    others : figures of other provinces, for the spread of growth; by default the peers of the data root

    Notes
    -----
    Judged are levels and averages. Events of a year (founded, dissolved) are not: the model knows years of many and
    of few, and a single one shows no footing. Where a page prints growth too, the level a year before that it implies
    is held beside what was printed then: both speak of one thing, so they may differ by ``error_restated`` only.
    """
    areas, terms = [area.code for area in province.areas], load_indicator_map()
    wanted = None if judged is None else {key_of(row) for row in judged}
    whole = _Judges(province, (province, register), terms, others)
    own = {area.code: _own_pack(area.pack) for area in province.areas if area.pack}
    by_area = {code: _Judges(province, pack, terms, others) for code, pack in own.items()}
    found: list[Jump] = []
    for rows in _series(row for row in province.observations if row.area_code in areas):
        judges = by_area.get(rows[0].area_code, whole)
        for place, figure in enumerate(rows):
            if wanted is not None and key_of(figure) not in wanted or key_of(figure) in province.confirmed:
                continue
            jump = judges.level(figure, rows[:place]) or judges.said(figure, rows[:place])
            if jump:
                found.append(jump)
    return tuple(sorted(found, key=lambda one: one.figure.line))


@cache
def _peers(root: Path) -> tuple[Observation, ...]:
    """Figures of the peers of a data root, read once."""
    rules = load_peer_rules(root)
    return load_peer_rows(rules, root) if rules else ()


def _series(rows: Iterable[Observation]) -> list[list[Observation]]:
    """Levels that were printed, by area and term, oldest first."""
    found: dict[tuple[str, ...], list[Observation]] = {}
    for row in rows:
        level = _LEVELS.fullmatch(row.unit) and not EVENTS.search(row.indicator) and row.entity in _ENTITIES
        if level and row.status in OBSERVED and row.value > 0 and last_month(row.year, row.period):
            found.setdefault((row.area_code, row.entity, row.indicator, _kind(row)), []).append(row)
    return [sorted(rows, key=lambda row: (_month(row), row.line)) for rows in found.values()]


def _kind(row: Observation) -> str:
    """Units that are read as one."""
    return "VND" if "VND/" in row.unit else row.unit


def _month(row: Observation) -> Month:
    found = last_month(row.year, row.period)
    assert found is not None
    return found


def _months(earlier: Month, later: Month) -> int:
    return (later[0] - earlier[0]) * MONTHS_PER_YEAR + later[1] - earlier[1]


def _own_pack(slug: str) -> tuple[Province, Register]:
    return load_province(slug), load_register(province=slug)


class _Judges:
    """How each series of a province is to move, worked out when first asked.

    Parameters
    ----------
    pack : province and register the ranges are worked out from: of the area judged, where it has its own
    """

    def __init__(
        self, province: Province, pack: tuple[Province, Register], terms: Mapping[str, Mapped],
        others: Iterable[Observation] | None,
    ) -> None:  # fmt: skip
        self.province, self.terms, self.others = province, terms, others
        self.model, self.register = pack
        self._known: dict[str, Steps | None] = {}
        self._result: Result | None = None
        self._said = {
            (row.area_code, row.indicator.removesuffix(_GROWTH), row.year, row.period): row.value / PERCENT
            for row in province.observations
            if row.indicator.endswith(_GROWTH) and row.unit.startswith("%") and row.status in OBSERVED
        }

    def level(self, figure: Observation, earlier: Sequence[Observation]) -> Jump | None:
        """A figure beside the last one printed before; of several of that month, the nearest."""
        before, steps = self._before(figure, earlier), self._steps(figure)
        if not before or steps is None or self._few(figure, before[-1]):
            return None
        last = [row for row in before if _month(row) == _month(before[-1])]
        nearest = min(last, key=lambda row: abs(np.log(row.yearly / figure.yearly)))
        years = _months(_month(nearest), _month(figure)) / MONTHS_PER_YEAR
        if years > _REACH:
            return None
        judged = Jump(LEVEL, figure, nearest, figure.yearly, 0.0, 0.0, modelled=steps.modelled)
        return self._beyond(judged, steps, years)

    def said(self, figure: Observation, earlier: Sequence[Observation]) -> Jump | None:
        """The level a year before that a page's growth implies beside all that was printed then."""
        growth, steps = self._growth(figure), self._steps(figure)
        if growth is None or steps is None or growth <= -1 or self._few(figure, figure):
            return None
        implied, (year, month) = figure.yearly / (1.0 + growth), self._middle(figure)
        near = [(row, _months(self._middle(row), (year - 1, month))) for row in self._before(figure, earlier)]
        found = []
        for row, apart in sorted(near, key=lambda one: (abs(one[1]), -one[0].line)):
            if abs(apart) > _NEAR or (figure.period in YEAR_END and row.period not in YEAR_END):
                continue  # a half-year put up to a year is no year's figure
            judged = Jump(SAID, figure, row, implied, 0.0, 0.0, growth, steps.modelled)
            error = self.register.value(_RESTATED)
            found.append(self._beyond(judged, steps, apart / MONTHS_PER_YEAR, error=error))
        return found[0] if found and all(found) else None

    def _beyond(self, judged: Jump, steps: Steps, years: float, *, error: float | None = None) -> Jump | None:
        """A jump with its range and what was declared of it; None where the figure lies within."""
        before, figure = judged.before, judged.figure
        low, high = (float(before.yearly * np.exp(end)) for end in steps.over(years, error=error))
        if low <= judged.value <= high:
            return None
        mapped = self.terms.get(figure.indicator)
        between = breaks_between(self.province, mapped.indicator, _month(before), _month(figure)) if mapped else ()
        shift = sum(one.shift[mapped.indicator] ** 2 for one in between) ** 0.5 if mapped else 0.0
        wide = [before.yearly * np.exp(end) for end in steps.over(years, error=error, shift=shift)]
        breaks = between if wide[0] <= judged.value <= wide[1] else ()
        aside = figure.line in self.province.set_aside
        return replace(judged, low=low, high=high, breaks=breaks, aside=aside)

    def _before(self, figure: Observation, earlier: Sequence[Observation]) -> list[Observation]:
        """Figures of earlier months; those that were set aside only where there are no others."""
        before = [row for row in earlier if _month(row) < _month(figure)]
        return [row for row in before if row.line not in self.province.set_aside] or before

    def _middle(self, row: Observation) -> Month:
        """The month in which the time a figure speaks of is half over: of a year's average, June."""
        year, month = _month(row)
        mapped = self.terms.get(row.indicator)
        whole = mapped is not None and mapped.indicator in AVERAGES and row.period in YEAR_END
        return year, MONTHS_PER_YEAR // 2 if whole else month

    def _few(self, figure: Observation, before: Observation) -> bool:
        return figure.unit == "count" and min(figure.value, before.value) < _FEW

    def _growth(self, figure: Observation) -> float | None:
        """Growth over a year that a figure's note begins with, or that a row of its own states."""
        found = _GROWTH_SAID.match(figure.note)
        if found:
            sign = 1 if found.group(1) == "+" else -1
            return sign * float(found.group(2).replace(",", ".")) / PERCENT
        return self._said.get((figure.area_code, figure.indicator, figure.year, figure.period))

    def _steps(self, figure: Observation) -> Steps | None:
        mapped = self.terms.get(figure.indicator)
        name = mapped.indicator if mapped and mapped.indicator not in self.model.missing else ""
        name = "" if not name or INDICATOR[name].flow else name
        key = name or _kind(figure)
        if key not in self._known:
            self._known[key] = self._modelled(name) if name else self._among_others(key)
        return self._known[key]

    def _modelled(self, indicator: str) -> Steps:
        """The model's steps from a figure, from its first years."""
        self._result = self._result or _projected(self.model, self.register)
        basis, least = NOMINAL if INDICATOR[indicator].money else "", np.finfo(float).tiny
        start = self._result.base_values(self._result.scenarios[0], indicator, basis)[-1:]
        ends = []
        for slug in self._result.scenarios:
            series = self._result.series(slug, indicator, basis)[:, -1]
            logs = np.log(np.maximum(series, least) / np.maximum(start, least))
            ends.append(np.quantile(logs, (ENDS[0], 0.5, ENDS[1]), axis=-1))
        low, middle, high = np.min(ends, axis=0)[0], np.mean(ends, axis=0)[1], np.max(ends, axis=0)[2]
        centre, below, above = ([0.0, *map(float, row)] for row in (middle, middle - low, high - middle))
        error = INDICATOR[indicator].error or INDICATOR[indicator].count_error
        return Steps(centre, below, above, error=self.register.value(error) if error else 0.0)

    def _among_others(self, kind: str) -> Steps | None:
        """Steps of all series of one unit; None where there are too few."""
        everywhere = (*self.model.observations, *(_peers(data_root()) if self.others is None else self.others))
        steps = []
        for rows in _series(row for row in everywhere if _kind(row) == kind):
            for before, after in pairwise(rows):
                years = _months(_month(before), _month(after)) / MONTHS_PER_YEAR
                if 0.0 < years <= _REACH and not self._few(before, after):
                    steps.append((np.log(after.yearly / before.yearly), years))
        if len(steps) < _LEAST_STEPS:
            return None
        growth = float(median(step / years for step, years in steps))
        spread = _ROBUST * float(median(abs(step - growth * years) / years**0.5 for step, years in steps))
        wide = [_NORMAL * spread * years**0.5 for years in range(_REACH + 1)]
        return Steps([growth * years for years in range(_REACH + 1)], wide, wide, modelled=False)


def _projected(province: Province, register: Register) -> Result:
    """The province without support and with its reference fund, split evenly: what was spent is seldom known."""
    year, label, scenarios = province.base_year + 1, {"vi": "", "en": ""}, []
    for name, fund in (("none", 0), ("reference", province.reference_fund)):
        lines = {line: {year: fund // len(LINES)} for line in LINES}
        plan = Plan(name, label, NOMINAL, {year: fund}, lines, repeat_last=True)
        world = World(CENTRAL, label, label, {})
        scenarios.append(Scenario(name, label, plan, world, province.base_year + _REACH))
    return run(province, register, scenarios, draws=_DRAWS, seed=_SEED)
