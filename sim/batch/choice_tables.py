"""Tables of choices, as the command line writes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sim.analysis.allocation import Allocated
from sim.analysis.attribution import Attribution
from sim.analysis.compare import Difference
from sim.analysis.curves import Curve
from sim.domain.budget import LINES
from sim.domain.indicators import INDICATOR
from sim.domain.scenario import Scenario
from sim.domain.units import VND_PER_BILLION
from sim.ensemble.plans import Outcome

ALLOCATE_COLUMNS = (
    "scenario", "rank", "establishment", "capacity", "market", "survey",
    "value", "behind", "mcse", "near_best", "is_plan",
)  # fmt: skip
ATTRIBUTE_COLUMNS = (
    "scenario", "line", "indicator", "year", "unit", "price_basis", "mean", "p10", "p50", "p90", "mcse",
)  # fmt: skip
CURVE_COLUMNS = (
    "scenario", "line", "multiple", "billion_vnd", "spending", "outside_experience",
    "indicator", "year", "unit", "price_basis", "mean", "p10", "p50", "p90", "mcse",
)  # fmt: skip


def allocate_rows(found: Allocated) -> Iterator[tuple[object, ...]]:
    """The best split, those that come as near, and the plan: money of a year, mean over the horizon [billion VND]."""
    listed = list(found.near_best)
    if found.plan.row not in {choice.row for choice in listed}:
        listed.append(found.plan)
    years = len(found.surface.splits.years)
    near = {choice.row for choice in found.near_best}
    for rank, choice in enumerate(listed, start=1):
        money = [choice.money[line] / years / VND_PER_BILLION for line in LINES]
        is_plan = choice.money == found.plan.money
        yield (
            found.surface.scenario.slug, rank, *money, choice.value, choice.behind, choice.behind_mcse,
            choice.row in near, is_plan,
        )  # fmt: skip


def attribute_rows(found: Attribution) -> Iterator[tuple[object, ...]]:
    """Every line's part and, as line ``total``, all together."""
    for outcome in found.outcomes:
        parts = {line: found.contribution(outcome, line) for line in LINES} | {"total": found.whole(outcome)}
        for line, part in parts.items():
            yield (found.scenario.slug, line, *_named(outcome), *_numbers(part))


def curve_rows(scenario: Scenario, curves: Sequence[Curve]) -> Iterator[tuple[object, ...]]:
    """Every level of every line: change from nothing on that line."""
    for curve in curves:
        for point in curve.points:
            for outcome, change in point.change.items():
                yield (
                    scenario.slug, curve.line, point.multiple, point.billion, point.spending, point.outside_experience,
                    *_named(outcome), *_numbers(change),
                )  # fmt: skip


def _named(outcome: Outcome) -> tuple[object, ...]:
    return outcome.indicator, outcome.year, INDICATOR[outcome.indicator].unit, outcome.price_basis


def _numbers(found: Difference) -> tuple[float, ...]:
    return found.mean, found.p10, found.p50, found.p90, found.mcse
