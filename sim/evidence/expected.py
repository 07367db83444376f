"""What a projection expects where figures of its first years stand, and how likely those figures are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from sim.domain import INDICATOR, LINES, MONTHS_PER_YEAR, NOMINAL, Break, InputError, Problem, Register, Scenario
from sim.ensemble import (
    Array,
    Block,
    Outturns,
    Result,
    ScenarioRun,
    areas_of,
    made,
    plan_money,
    random_block,
    run_block,
    stream_key,
)
from sim.evidence.arrivals import Arrival, spent_of
from sim.evidence.knowledge import Knowledge
from sim.evidence.within_year import Months, disjoint, level_within, log_copied, log_normal, log_parts, part_variance
from sim.inputs.figures import grain
from sim.model import EVENTS, EventRanks

#: Futures that find what takes part in the figures.
_TRIAL = 1 << 9
#: Errors of counts that have none of their own, and of a whole year's; a part of a year is averaged less exactly.
_OTHER_COUNT, _YEAR_COUNT = "error_count_groups", "error_count_year"
_PART_YEAR_ERROR = {"htx_revenue": "error_revenue_mid", "htx_profit": "error_revenue_mid"}
#: What moves a stock within a year, so that a part of its way is known where a part of the flow is.
_MOVED_BY: Mapping[str, Mapping[str, float]] = {
    "htx_registered": {"htx_founded": 1.0, "htx_dissolved": -1.0},
    "htx_active": {"htx_founded_active": 1.0, "htx_reactivated": 1.0, "htx_stopped": -1.0},
    "htx_inactive": {"htx_stopped": 1.0, "htx_reactivated": -1.0, "htx_dissolved": -1.0},
}
_HALF = 0.5
#: The event that makes a whole year of a flow good or bad, and how far; no year is less uneven than the last.
_YEAR_EFFECT = {
    "htx_founded": ("founding_year", "founding_lumpiness"),
    "htx_dissolved": ("dissolution_year", "dissolution_lumpiness"),
}
_LEAST = 1e-3


@dataclass(frozen=True)
class Expected:
    """The figures of one province and how likely they are in any future."""

    known: Knowledge
    figures: tuple[Arrival, ...]
    scenario: Scenario

    @property
    def years(self) -> int:
        """Years simulated: to the last figure."""
        return max(one.year for one in self.figures) - self.known.province.base_year

    @property
    def breaks(self) -> tuple[Break, ...]:
        """Declared breaks of the province."""
        return self.known.province.breaks

    def futures(self, rng: np.random.Generator, first: int, size: int) -> tuple[Block, Outturns]:
        """Draws with fresh event ranks beside rows of the posterior from `first` on."""
        province, register, posterior = self.known.province, self.known.register, self.known.posterior
        wanted = (np.arange(first, first + size)) % max(posterior.values.shape[1], 1)
        learnt = {key: posterior.values[at, wanted].astype(np.float64) for at, key in enumerate(posterior.ids)}
        block = random_block(register, rng, size=size, years=self.years, areas=len(province.areas), learnt=learnt)
        self._recount(block, rng)
        latent = {key: values[..., wanted].astype(np.float64) for key, values in posterior.latent.items()}
        return block, Outturns(province, register, latent, self.years, areas_of(province), size, 0)

    def _recount(self, block: Block, rng: np.random.Generator) -> None:
        """Let the year's own effect take up what a break may have moved of a flow whose count stands behind it.

        What is counted is the count; a break makes it say less of the years before and after.
        """
        for flow, (event, spread) in _YEAR_EFFECT.items():
            those = [one for one in self.figures if one.indicator == flow]
            for year in sorted({one.year for one in those}):
                shift = sum(
                    (brk.shift.get(flow, 0.0) * (1.0 - (brk.date.month - 1) / MONTHS_PER_YEAR)) ** 2
                    for brk in self.breaks
                    if brk.date.year == year and any(one.year == year and one.moment >= brk.month for one in those)
                )
                moved = shift**_HALF * rng.standard_normal(block.size)
                scores = block.event_ranks.score[event]
                spreads = [block.calibrated[one] for one in self.known.register.versions(spread)]  # one event, by area
                scores[year - self.known.province.base_year - 1] += moved / np.maximum(np.mean(spreads, axis=0), _LEAST)

    def result(self, block: Block, outturns: Outturns) -> Result:
        """The years as the plan in force gives them; money paid out so far stands in its place."""
        province = self.known.province
        scenario = replace(self.scenario, horizon=province.base_year + self.years)
        money = self._money(scenario, block)
        found = run_block(province, scenario, block, money)
        return Result(province, self.known.register, (ScenarioRun.join(scenario, [found]),), block.size, 0, outturns)

    def _money(self, scenario: Scenario, block: Block) -> Array | None:
        """(year, line, draw) [billion VND]; None where nothing is known of what was paid out.

        The year's rest is paid out like the plan: planned money times the share of it that is paid out. The model
        counts planned money, so that what was paid is divided by that share.
        """
        spent = spent_of(self.figures)
        if not spent or scenario.plan.price_basis != NOMINAL:
            return None
        years = scenario.years(self.known.province.base_year)
        money = np.repeat(plan_money(scenario.plan, years)[:, :, None], block.size, axis=2)
        rate = block.calibrated["disbursement_rate"]
        for year, (share, paid) in spent.items():
            planned = money[year - years[0]]
            parts = planned / np.maximum(planned.sum(axis=0), np.finfo(float).tiny)
            together = paid.get("", np.nan) * parts
            lines = [paid.get(line, part) for line, part in zip(LINES, together, strict=True)]
            known = np.stack([np.broadcast_to(line, rate.shape) for line in lines])
            whole = known / rate + (1.0 - share) * planned
            money[year - years[0]] = np.where(np.isfinite(whole), whole, planned)
        return money

    def predicted(self, result: Result) -> dict[tuple[str, int], Array]:
        """Series the figures meet, {(series, place of the area): (year, draw)}, levels with the base year first."""
        series = {one.indicator for one in self.figures if one.indicator in INDICATOR}
        moving = {flow for name in series for flow in _MOVED_BY.get(name, ())}
        slug = result.scenarios[0]
        found: dict[tuple[str, int], Array] = {}
        for name in sorted(series | moving):
            flow = name not in INDICATOR or INDICATOR[name].flow
            values = result.series(slug, name) if flow else _true(result, name)
            found |= {(name, place): values[:, place] for place in range(len(result.areas))}
        return found

    def taking_part(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Assumptions and events that the figures depend on, found by trial: those whose exchange changes one."""
        rng = generator("trial")
        block, outturns = self.futures(rng, 0, _TRIAL)
        usual = self.predicted(self.result(block, outturns))
        order = rng.permutation(_TRIAL)

        def matters(changed: Block) -> bool:
            other = self.predicted(self.result(changed, outturns))
            return any(not np.array_equal(usual[one], other[one]) for one in usual)

        register, learnt = self.known.register, self.known.posterior.ids
        ids = [key for key in block.calibrated if key not in learnt and not register[key].distribution.constant]
        groups = dict.fromkeys(tuple(_whole_of(register, key, ids)) for key in ids)
        moving: set[str] = set()
        for group in groups:
            other = {key: block.calibrated[key][order] for key in group}
            if matters(replace(block, calibrated={**block.calibrated, **other})):
                moving |= other.keys()
        events = {one.name: _exchanged(block, one.name, order) for one in EVENTS}
        moved = (name for name, ranks in events.items() if matters(replace(block, event_ranks=ranks)))
        return (*learnt, *(key for key in ids if key in moving)), tuple(moved)

    def log_likelihood(self, result: Result) -> Array:
        """Log likelihood of all figures, (draw), up to a constant."""
        found = self.predicted(result)
        total = np.zeros(result.draws)
        groups: dict[tuple[str, str], list[Arrival]] = {}
        for one in self.figures:
            if one.indicator in INDICATOR:
                groups.setdefault((one.indicator, one.area), []).append(one)
        for (indicator, area), those in groups.items():
            place = result.areas.index(area)
            judged = self._flows if INDICATOR[indicator].flow else self._levels
            total = total + judged(found, indicator, place, those)
        return total

    def _parts(self, indicator: str, area: str, year: int) -> dict[Months, float]:
        """What is known of a year's count, by parts of the year that do not overlap."""
        those = [one for one in self.figures if (one.indicator, one.area, one.year) == (indicator, area, year)]
        parts = disjoint([(one.months, one.value) for one in those])
        if parts is None:
            printed = ", ".join(f"{one.observation.period}: {one.value:g}" for one in those)
            raise InputError(Problem("figures_contradict", {"indicator": indicator, "year": year, "figures": printed}))
        return parts

    def _flows(
        self, found: Mapping[tuple[str, int], Array], indicator: str, place: int, those: Sequence[Arrival]
    ) -> Array:
        register = self.known.register
        total: Array | float = 0.0
        for year in sorted({one.year for one in those}):
            total = total + log_parts(
                found[indicator, place][year - self.known.province.base_year - 1],
                self._parts(indicator, those[0].area, year),
                concentration=register.value("part_year_concentration"),
                error=register.value(_YEAR_COUNT),
            )
        return np.asarray(total)

    def _levels(
        self, found: Mapping[tuple[str, int], Array], indicator: str, place: int, those: Sequence[Arrival]
    ) -> Array:
        """Normal, on the log of what is no count; figures of one series share breaks and the year's way."""
        count = INDICATOR[indicator].count
        expected = [self._expected(found, indicator, place, one) for one in those]
        value = np.array([one.value for one in those])
        size = value if count else np.ones(len(those))
        residual = np.stack([
            one.value - level if count else np.log(one.value / np.maximum(level, np.finfo(float).tiny))
            for one, level in zip(those, expected, strict=True)
        ])  # fmt: skip
        covariance = np.zeros((len(those), len(those), residual.shape[1]))
        for i, one in enumerate(those):
            for j, other in enumerate(those[: i + 1]):
                shared = self._shift(one, other) * size[i] * size[j]
                if count and one.year == other.year:
                    shared = shared + self._on_the_way(found, indicator, place, other, one)
                covariance[i, j] = covariance[j, i] = shared
            covariance[i, i] += self._error(indicator, one) ** 2
        copied = [at for at, one in enumerate(those) if one.copied]
        fresh = [at for at, one in enumerate(those) if not one.copied]
        total = log_normal(residual[fresh], covariance[np.ix_(fresh, fresh)]) if fresh else np.zeros(residual.shape[1])
        for at in copied:
            digit = grain(those[at].value) / (1.0 if count else those[at].value)
            share = self.known.register.value("copied_says_nothing")
            total = total + log_copied(residual[at], covariance[at, at], grain=digit, copied=share)
        return total

    def _expected(self, found: Mapping[tuple[str, int], Array], indicator: str, place: int, one: Arrival) -> Array:
        """The level at the date of a figure: on the way from year's end to year's end, and moved by what is known."""
        path, at = found[indicator, place], one.year - self.known.province.base_year
        before, after = path[at - 1], path[at]
        if INDICATOR[indicator].per:
            above = np.maximum(before, 0.0), np.maximum(after, 0.0)
            return np.asarray(level_within(*above, one.share, average=True))
        level = level_within(before, after, one.share, average=False)
        for flow, sign in _MOVED_BY.get(indicator, {}).items():
            until = self._known_until(flow, one)
            if until is not None:
                level = level + sign * (until - one.share * found[flow, place][at - 1])
        return np.asarray(level)

    def _known_until(self, flow: str, one: Arrival) -> float | None:
        """The count of a flow from the beginning of the year to the date of a level, where it is known."""
        until = [
            other.value for other in self.figures
            if (other.indicator, other.area, other.year) == (flow, one.area, one.year)
            and other.months == frozenset(range(1, max(one.months) + 1))
        ]  # fmt: skip
        return until[0] if until else None

    def _on_the_way(
        self, found: Mapping[tuple[str, int], Array], indicator: str, place: int, first: Arrival, then: Arrival
    ) -> Array | float:
        """Covariance of a stock at two dates of a year: which of the year's flows fell before them is not known."""
        at = first.year - self.known.province.base_year - 1
        total: Array | float = 0.0
        for flow in _MOVED_BY.get(indicator, {}):
            if self._known_until(flow, first) is None or self._known_until(flow, then) is None:
                year = found[flow, place][at]
                concentration = self.known.register.value("part_year_concentration")
                total = total + part_variance(year, first.share, then.share, concentration=concentration)
        return total

    def _error(self, indicator: str, one: Arrival) -> float:
        """Standard deviation of a printed level, of the log of what is no count; rounding is part of it."""
        row, register = INDICATOR[indicator], self.known.register
        rounding = grain(one.value) / np.sqrt(12.0)
        if row.count:
            own = register.value(row.count_error or _OTHER_COUNT) * one.value
            return float(np.hypot(max(own, _HALF), rounding))
        part = _PART_YEAR_ERROR.get(indicator, row.error) if one.share < 1.0 else row.error
        own = register.value(part or "error_averages")
        return float(np.hypot(own, rounding / max(one.value, 1.0)))

    def _shift(self, one: Arrival, other: Arrival) -> float:
        """Variance of the log of the shift that two figures share: of breaks that both stand behind."""
        first, base = min(one.moment, other.moment), (self.known.province.base_year, MONTHS_PER_YEAR)
        spreads = [brk.shift.get(one.indicator, 0.0) for brk in self.breaks if base < brk.month <= first]
        return float(sum(spread**2 for spread in spreads))


def _true(result: Result, indicator: str) -> Array:
    """A level behind what will be printed, (year, area, draw), the base year first."""
    row = INDICATOR[indicator]
    if row.made_of:
        return made(indicator, lambda part: _true(result, part))
    slug = result.scenarios[0]
    base = np.broadcast_to(result.base_values(slug, indicator), (len(result.areas), result.draws))
    return result.outturns.true(indicator, np.concatenate([base[None], result.series(slug, indicator)]))


def _whole_of(register: Register, key: str, ids: Sequence[str]) -> Iterator[str]:
    """The assumption, or all shares of the whole it is a share of."""
    simplex = register[key].distribution.simplex
    return (one for one in ids if one == key or (simplex and register[one].distribution.simplex == simplex))


def _exchanged(block: Block, name: str, order: NDArray[np.intp]) -> EventRanks:
    ranks = block.event_ranks
    uniform, score = dict(ranks.uniform), dict(ranks.score)
    score[name] = score[name][..., order]
    if name in uniform:
        uniform[name] = uniform[name][..., order]
    return EventRanks(uniform, score)


def generator(*names: str | int) -> np.random.Generator:
    """Random numbers of a purpose of the nowcast, the same in every run."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence(stream_key(0, "nowcast", *names))))
