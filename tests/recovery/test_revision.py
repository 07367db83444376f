"""What moved between two base years is parted so that the parts add up, and each cause gets what it did."""

from dataclasses import replace

import numpy as np
import pytest

from sim.analysis.answer import CAUSES, Revised, revision
from sim.evidence import Knowledge
from sim.inputs.scenarios import load_scenario

SEED, DRAWS = 3, 2048


def newer(
    known: Knowledge, *, counts: float = 1.0, money: float = 1.0, foundings: float = 1.0, prices: float = 0.03
) -> Knowledge:
    """The same province a year on: its figures, and what is known of foundings, by some factors."""

    def moved(name: str, value: float) -> float:
        if name in ("htx_registered", "htx_active"):
            return float(round(value * counts))
        return value * money if name == "htx_revenue" else value

    base = {
        name: {area: replace(row, year=2024, value=moved(name, row.value)) for area, row in rows.items()}
        for name, rows in known.province.base.items()
    }
    values = known.posterior.values.copy()
    values[known.posterior.ids.index("foundings_reference")] *= np.float32(foundings)
    province = replace(known.province, base_year=2024, base=base, deflator=1.0 / (1.0 + prices), planning_year=2025)
    history = replace(known.calibration, inflation=(*known.calibration.inflation, prices))
    return replace(known, province=province, calibration=history, posterior=replace(known.posterior, values=values))


def figures(known: Knowledge, new: Knowledge) -> dict[tuple[str, int], Revised]:
    found = revision(known, new, load_scenario("fund-12.3"), draws=DRAWS, seed=SEED)
    return {(one.indicator, one.year): one for one in found.figures}


def test_parts_add_up_to_the_move_of_every_figure(knowledge: Knowledge) -> None:
    found = figures(knowledge, newer(knowledge, counts=1.04, money=1.1, foundings=1.3, prices=0.05))
    assert {year for _, year in found} == set(range(2025, 2031))
    for one in found.values():
        parts = sum(part.mean for part in one.parts.values())
        assert parts == pytest.approx(one.after.mean - one.before.mean, abs=1e-6 * abs(one.after.mean))


def test_rates_that_did_not_move_move_nothing(knowledge: Knowledge) -> None:
    found = figures(knowledge, newer(knowledge, counts=1.2))
    assert all(one.parts["rates"].mean == 0.0 for one in found.values())
    assert found["htx_registered", 2025].parts["base"].mean > 20.0


def test_more_foundings_are_told_of_the_rates_and_not_of_the_base(knowledge: Knowledge) -> None:
    found = figures(knowledge, newer(knowledge, foundings=1.3))["htx_founded", 2026]
    assert found.parts["rates"].mean == pytest.approx(0.3 * found.before.mean, rel=0.05)
    assert abs(found.parts["base"].mean) < 0.1 * found.parts["rates"].mean
    # Counts are no money: prices are no cause of theirs.
    assert set(found.parts) == set(CAUSES) - {"prices", "plan"}


def test_a_changed_plan_is_told_as_a_plan(knowledge: Knowledge) -> None:
    now, before = load_scenario("no-support"), load_scenario("fund-12.3")
    found = revision(knowledge, newer(knowledge), now, planned=before, draws=DRAWS, seed=SEED)
    (last,) = [one for one in found.of("htx_active") if one.year == 2030]
    assert last.parts["plan"].mean < -30.0 and last.parts["rates"].mean == 0.0


def test_dearer_years_lift_money_told_in_the_years_own(knowledge: Knowledge) -> None:
    dear = figures(knowledge, newer(knowledge, prices=0.10))["htx_revenue", 2025]
    usual = figures(knowledge, newer(knowledge, prices=0.033))["htx_revenue", 2025]
    assert dear.parts["prices"].mean > 20.0 and abs(usual.parts["prices"].mean) < 5.0
