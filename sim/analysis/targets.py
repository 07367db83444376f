"""Chances that the province's own targets are met."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from sim.domain.scenario import Target
from sim.ensemble.results import Result

TARGET_COLUMNS = ("scenario", "target", "year", "probability", "mcse")


@dataclass(frozen=True)
class TargetChance:
    """Probability that one target is met, with its Monte Carlo error."""

    target: Target
    probability: float
    mcse: float


def target_chances(result: Result, scenario: str) -> tuple[TargetChance, ...]:
    """Chance of every target whose year lies within the horizon."""
    chances = []
    for target in result.province.targets:
        if target.year not in result.years[1:]:
            continue
        values = result.run_of(scenario).values(target.indicator)
        year = values[target.year - result.province.base_year - 1].sum(axis=0)
        met = (year >= target.low) & (True if target.high is None else year <= target.high)
        probability = float(met.mean())
        worth = min(result.draws, result.effective_draws)
        error = float(np.sqrt(probability * (1.0 - probability) / worth))
        chances.append(TargetChance(target, probability, error))
    return tuple(chances)


class TargetCounter:
    """Counts met targets block by block, for runs too large to keep."""

    def __init__(self, effective_draws: float = np.inf) -> None:
        self._effective = effective_draws
        self._met: dict[tuple[str, str, int], list[float]] = {}

    def add(self, block: Result) -> None:
        """Count one block's draws."""
        for scenario in block.scenarios:
            for chance in target_chances(block, scenario):
                entry = self._met.setdefault((scenario, chance.target.id, chance.target.year), [0.0, 0.0])
                entry[0] += chance.probability * block.draws
                entry[1] += block.draws

    def rows(self) -> Iterator[tuple[object, ...]]:
        """Rows of targets.csv."""
        for key, (met, draws) in sorted(self._met.items(), key=lambda item: item[0][0]):
            share = met / draws
            yield (*key, share, float(np.sqrt(share * (1.0 - share) / min(draws, self._effective))))


def target_rows(result: Result) -> Iterator[tuple[object, ...]]:
    """Rows of targets.csv."""
    for scenario in sorted(result.scenarios):
        for chance in target_chances(result, scenario):
            yield (scenario, chance.target.id, chance.target.year, chance.probability, chance.mcse)
