"""Plans, worlds, targets and scenarios as plain data: what the page carries and its scripts hold in their state."""

import math
from typing import Any

from sim.domain import LINES, Plan, Scenario, Target, World


def plain_plan(plan: Plan) -> dict[str, Any]:
    """Money in whole đồng by line and year; shares of areas as exact decimal text."""
    return {
        "slug": plan.slug,
        "label": dict(plan.label),
        "price_basis": plan.price_basis,
        "fund": dict(sorted(plan.fund.items())),
        "lines": {line: dict(sorted(plan.lines[line].items())) for line in LINES},
        "repeat_last": plan.repeat_last,
        "areas": {
            line: {year: {area: f"{share:f}" for area, share in shares.items()} for year, shares in years.items()}
            for line, years in plan.areas.items()
        },
    }


def plain_world(world: World) -> dict[str, Any]:
    """What it states of which assumption: one number three times where it is fixed."""
    overrides = {}
    for key, one in world.overrides.items():
        stated = one.distribution
        overrides[key] = {"p10": stated.p10, "p50": stated.p50, "p90": stated.p90, "reason": dict(one.reason)}
    return {
        "slug": world.slug, "label": dict(world.label), "description": dict(world.description), "overrides": overrides,
    }  # fmt: skip


def plain_target(target: Target) -> dict[str, Any]:
    """A target; None for no lower end, which only a level not to be exceeded has."""
    return {
        "id": target.id,
        "indicator": target.indicator,
        "year": target.year,
        "low": target.low if math.isfinite(target.low) else None,
        "high": target.high,
        "label": dict(target.label),
        "headline": target.headline,
        "source_id": target.source_id,
    }


def plain_scenario(scenario: Scenario) -> dict[str, Any]:
    """Plan, world, horizon and targets of one's own."""
    return {
        "slug": scenario.slug,
        "label": dict(scenario.label),
        "plan": plain_plan(scenario.plan),
        "world": plain_world(scenario.world),
        "horizon": scenario.horizon,
        "targets": [plain_target(target) for target in scenario.targets],
    }
