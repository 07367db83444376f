"""How the chances of targets, and what is expected of the year, moved with each figure that came in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from sim.analysis.answer.drivers import SHARE_DRAWS
from sim.analysis.answer.scenario import Range, Since, TargetChance, chance_in, range_of
from sim.domain import (
    INDICATOR,
    InputError,
    Problem,
    RunError,
    Scenario,
    Target,
    fingerprint,
    inputs_fingerprint,
    scenario_fingerprint,
)
from sim.ensemble import Block, CommonDraws, Posterior, code_of, common_draws, learnt_anew, remember, run
from sim.evidence import Arrival, Knowledge, later_figures, nowcast, plan_in_force

#: What else is told of the year: who came, how many there are, how many of them work.
FOLLOWED = ("htx_founded", "htx_registered", "htx_active")
#: Rows of the posterior on the way to the last figure; more figures than this are taken date by date.
_ROWS, _MOST = 1 << 14, 12
#: Statistics of a series, in the order `Range` takes them.
_FIELDS = ("mean", "p10", "p25", "p50", "p75", "p90", "mcse")
_CODE = ("sim.model", "sim.ensemble", "sim.evidence", "sim.analysis.answer")


@dataclass(frozen=True)
class Standing:
    """What was expected once some figures were known.

    Attributes
    ----------
    figures : those that came in last; none at the beginning
    chances : one per target of `CameIn.targets`
    expected : {indicator of `FOLLOWED`: at the end of the year, or over it}
    effective : equal-weight draws the sample is worth
    """

    figures: tuple[Arrival, ...]
    chances: tuple[TargetChance, ...]
    expected: Mapping[str, Range]
    effective: float


@dataclass(frozen=True)
class CameIn:
    """The figures of one year and how they moved what was expected.

    Attributes
    ----------
    steps : before any figure, and after each, by date
    used : how many of the steps after the first the page's other figures rest on
    spent : figures of money paid out, which take the place of the plan's
    refused : why figures could not be used, where they could not
    """

    year: int
    targets: tuple[Target, ...]
    steps: tuple[Standing, ...]
    used: int
    spent: tuple[Arrival, ...]
    refused: tuple[Problem, ...] = ()


def came_in(
    known: Knowledge, scenario: Scenario, *, draws: int, seed: int, first: CommonDraws | None = None
) -> CameIn | None:
    """What the pack's figures of its last begun year say of a scenario; None where there are none.

    Parameters
    ----------
    first : the first `SHARE_DRAWS` of what is known, where they are at hand

    Notes
    -----
    Each step is the answer a pack would give that held figures up to there (`nowcast`): the first is the forecast
    without any of them, on the same draws as every page. What was worked out is kept.
    """
    arrived = [one for one in later_figures(known.province) if one.year <= scenario.horizon]
    told = [one for one in arrived if one.indicator in INDICATOR]
    if not told:
        return None
    year = told[-1].year
    targets = tuple(one for one in (*known.province.targets, *scenario.targets) if one.year == year)
    steps = _Steps(known, replace(scenario, horizon=year), targets, tuple(arrived), draws, seed, first)
    stops, refused = _stops(told), known.told
    try:
        numbers = remember(steps.key, lambda: np.array([steps.numbers(stop) for stop in (0, *stops)]))
    except (InputError, RunError) as error:
        numbers, refused = np.array([steps.numbers(0)]), error.problems
    standings, last = [], 0
    for stop, row in zip((0, *stops), numbers, strict=False):
        standings.append(steps.standing(tuple(told[last:stop]), row.tolist()))
        last = stop
    spent = tuple(one for one in arrived if one.indicator not in INDICATOR and one.year == year)
    used = sum(known.province.uses(one.moment) for one in told) if known.before else 0
    return CameIn(year, targets, tuple(standings), sum(stop <= used for stop in stops), spent, refused)


def _stops(told: Sequence[Arrival]) -> list[int]:
    """After how many figures a step ends: each one, or each date where there are many."""
    ends = range(1, len(told) + 1)
    if len(told) <= _MOST:
        return list(ends)
    return [end for end in ends if end == len(told) or told[end].moment != told[end - 1].moment]


@dataclass(frozen=True)
class _Steps:
    """What is asked of every step."""

    known: Knowledge
    scenario: Scenario
    targets: tuple[Target, ...]
    arrived: tuple[Arrival, ...]
    draws: int
    seed: int
    first: CommonDraws | None = None
    _drawn: list[tuple[Posterior, Sequence[Block]]] = field(default_factory=list, init=False)

    @property
    def key(self) -> list[object]:
        """Everything the numbers depend on."""
        known, before = self.known, self.known.before or self.known.posterior
        figures = [(one.observation.indicator, one.value, one.area, sorted(one.months), one.year, one.copied)
                   for one in self.arrived]  # fmt: skip
        asked = [(one.indicator, one.low, one.high) for one in self.targets]
        plan = scenario_fingerprint(plan_in_force(known.province, register=known.register))
        return [
            "arrived", before.key, known.posterior.key, inputs_fingerprint(known.province, known.register), plan,
            scenario_fingerprint(self.scenario), fingerprint([figures, asked]), self.draws, self.seed, code_of(*_CODE),
        ]  # fmt: skip

    def _posterior(self, stop: int) -> Posterior:
        """The posterior after so many figures, and the money told by then."""
        known = self.known
        begin = replace(known, posterior=known.before or known.posterior, before=None)
        told = [one for one in self.arrived if one.indicator in INDICATOR]
        used = [one for one in told if known.province.uses(one.moment)]
        if stop == 0 or (known.before and told[:stop] == used):
            return known.posterior if stop else begin.posterior
        now = told[stop - 1].moment
        money = [one for one in self.arrived if one.indicator not in INDICATOR and one.moment <= now]
        rows = [one.observation for one in (*told[:stop], *money)]
        return nowcast(begin, rows, scenario=plan_in_force(known.province, register=known.register), size=_ROWS)

    def numbers(self, stop: int) -> list[float]:
        """Effective draws, each target's chance and its error, and the statistics of each series followed."""
        known, slug, posterior = self.known, self.scenario.slug, self._posterior(stop)
        asked: dict[str, Any] = {"draws": self.draws, "seed": self.seed, "posterior": posterior}
        result = run(known.province, known.register, [self.scenario], drawn=self._blocks(posterior), **asked)
        found = [result.effective_draws]
        for target in self.targets:
            chance = chance_in(result, slug, target)
            found += [chance.probability, chance.mcse]
        for name in FOLLOWED:
            one = range_of(result, slug, name, self.scenario.horizon)
            found += [getattr(one, field) for field in _FIELDS]
        return found

    def _blocks(self, posterior: Posterior) -> Sequence[Block]:
        """The first draws under a posterior, or none; what no posterior has a part in is drawn once."""
        if not self._drawn:
            known, asked = self.known, {"draws": min(self.draws, SHARE_DRAWS), "seed": self.seed}
            years = self.scenario.horizon - known.province.base_year
            at_hand = self.first if posterior is known.posterior else None
            first = at_hand or common_draws(
                known.province, known.register, horizon=self.scenario.horizon, posterior=posterior, **asked
            )
            self._drawn.append((posterior, [block.first(years) for block in first.blocks]))
        before, blocks = self._drawn[0]
        if before is posterior:
            return blocks
        found = [learnt_anew(block, before, posterior, index) for index, block in enumerate(blocks)]
        return [block for block in found if block] if all(found) else ()

    def standing(self, figures: tuple[Arrival, ...], numbers: list[float]) -> Standing:
        """The numbers by name."""
        effective, *rest = numbers
        chances = [TargetChance(target, rest.pop(0), rest.pop(0)) for target in self.targets]
        expected = {}
        for name in FOLLOWED:
            statistics: dict[str, Any] = {field: rest.pop(0) for field in _FIELDS}
            expected[name] = Range(name, self.scenario.horizon, "", **statistics)
        return Standing(figures, tuple(chances), expected, effective)


ARRIVED_COLUMNS = ("scenario", "step", "year", "month", "figures", "what", "mean", "p10", "p90", "mcse")


def arrived_rows(scenario: str, found: CameIn) -> Iterator[tuple[object, ...]]:
    """Rows of nowcast.csv: a chance for each target [share] and statistics of each series followed, step by step."""
    for step, standing in enumerate(found.steps):
        month = standing.figures[-1].moment[1] if standing.figures else ""
        figures = "; ".join(f"{one.observation.indicator} {one.observation.period} {one.observation.value:g}"
                            for one in standing.figures)  # fmt: skip
        begin = (scenario, step, found.year, month, figures)
        for chance in standing.chances:
            yield (*begin, chance.target.id, chance.probability, "", "", chance.mcse)
        for name, one in standing.expected.items():
            yield (*begin, name, one.mean, one.p10, one.p90, one.mcse)


def since(found: CameIn | None, main: TargetChance | None) -> Since | None:
    """What figures that an answer does not rest on make of its main chance; None where there are none."""
    if found is None or main is None or found.used == len(found.steps) - 1:
        return None
    last = found.steps[-1]
    chance = next((one for one in last.chances if one.target.id == main.target.id), None)
    return Since(chance, last.figures[-1].moment) if chance else None
