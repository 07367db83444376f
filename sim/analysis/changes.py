"""What a scenario is given that another is not: money, stated assumptions, last year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sim.domain.budget import LINES, Plan
from sim.domain.parameters import Override
from sim.domain.scenario import Scenario


@dataclass(frozen=True)
class InputChanges:
    """Inputs of a scenario that differ from a reference's.

    Attributes
    ----------
    lines : lines whose money differs in some year
    fund, basis, horizon : whether the fund, the price basis of the plan, the last year differ
    overrides : {assumption: what this world states}, where the reference's world states otherwise
    dropped : assumptions that only the reference's world restates
    """

    lines: frozenset[str]
    fund: bool
    basis: bool
    horizon: bool
    overrides: Mapping[str, Override]
    dropped: Sequence[str]

    @property
    def none(self) -> bool:
        """Whether nothing differs."""
        return not (self.lines or self.fund or self.basis or self.horizon or self.overrides or self.dropped)


def input_changes(scenario: Scenario, reference: Scenario, years: Sequence[int]) -> InputChanges:
    """Compare the inputs of two scenarios over the years both have."""
    plan, base = scenario.plan, reference.plan
    ours, theirs = scenario.world.overrides, reference.world.overrides
    return InputChanges(
        lines=frozenset(line for line in LINES if _line(plan, line, years) != _line(base, line, years)),
        fund=[plan.annual_budget(when) for when in years] != [base.annual_budget(when) for when in years],
        basis=plan.price_basis != base.price_basis,
        horizon=scenario.horizon != reference.horizon,
        overrides={
            key: stated
            for key, stated in ours.items()
            if key not in theirs or theirs[key].distribution != stated.distribution
        },
        dropped=[key for key in theirs if key not in ours],
    )


def _line(plan: Plan, line: str, years: Sequence[int]) -> list[int]:
    return [plan.line_budget(line, when) for when in years]
