"""What a line's money does, in closed form: at none, at reference, doubled, and without limit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, strategies as st

from sim.domain import BUDGET_LINES, LINES
from sim.model import (
    LINE_IDS,
    effect_state,
    first_effect,
    line_effects,
    reference_effects,
    revenue_strength,
    spending_per_billion,
)

DOUBLING = st.floats(0.05, 0.9)
SPENDING = st.floats(0.0, 6.0)
ESTABLISHMENT, CAPACITY, MARKET, SURVEY = range(4)
YEARS = 40


def parameters(**changes: float) -> dict[str, np.ndarray]:
    """One draw of every parameter of the response, all effects on and immediate unless changed."""
    values = {f"doubling_return_{line}": 0.5 for line in LINE_IDS}
    values |= {f"persistence_{channel}": 0.0 for channel in ("founding", "reactivation", "capacity", "market")}
    values |= {f"phi_{name}": 0.2 for name in ("establishment_founding", "establishment_reactivation")}
    values |= {"phi_capacity_stopping": 0.2, "phi_survey_dissolution": 0.2, "targeting_gain": 0.0}
    for line in ("capacity", "market"):
        values |= {f"coverage_{line}_revenue": 0.1, f"effect_{line}_revenue": 0.05}
    return {key: np.array([value]) for key, value in (values | changes).items()}


def spending(**lines: float) -> np.ndarray:
    """Constant relative spending, 1 where nothing is said, (year, line, draw)."""
    levels = [lines.get(line, 1.0) for line in LINE_IDS]
    return np.broadcast_to(np.array(levels)[None, :, None], (YEARS, len(levels), 1)).copy()


def one(values: np.ndarray) -> float:
    return float(values[-1, 0, 0])


def h(u: float, rho: float) -> float:
    return float(first_effect(np.array(u), np.array(rho)))


@given(rho=DOUBLING)
def test_no_money_has_no_effect_and_reference_money_exactly_one(rho: float) -> None:
    assert h(0.0, rho) == 0.0
    assert h(1.0, rho) == 1.0


@given(rho=DOUBLING)
def test_doubled_money_brings_the_stated_share_of_the_first_effect_again(rho: float) -> None:
    assert h(2.0, rho) == pytest.approx(1.0 + rho, rel=1e-12)


@given(rho=DOUBLING)
def test_money_without_limit_has_an_effect_with_a_limit(rho: float) -> None:
    assert h(1e6, rho) == pytest.approx(1.0 / (1.0 - rho), rel=1e-12)


@given(u=SPENDING)
def test_where_doubling_repeats_the_whole_effect_effects_are_proportional_to_money(u: float) -> None:
    assert h(u, 1.0) == u
    assert h(u, 1.0 - 1e-7) == pytest.approx(u, rel=1e-5, abs=1e-6)


@given(rho=DOUBLING, u=SPENDING, step=st.floats(0.01, 2.0))
def test_more_money_always_adds_but_every_next_amount_adds_less(rho: float, u: float, step: float) -> None:
    first, second = h(u + step, rho) - h(u, rho), h(u + 2 * step, rho) - h(u + step, rho)
    assert 0.0 <= second <= first * (1.0 + 1e-9) + 1e-12
    assert second == pytest.approx(first * rho**step, rel=1e-6, abs=1e-12)


@given(persistence=st.floats(0.0, 0.9))
def test_at_reference_funding_an_effect_stays_exactly_one_for_ever(persistence: float) -> None:
    assert (effect_state(np.ones((YEARS, 1)), np.array([persistence])) == 1.0).all()


@given(persistence=st.floats(0.0, 0.9))
def test_an_effect_fades_by_its_persistence_every_year_after_money_stops(persistence: float) -> None:
    left = effect_state(np.zeros((5, 1)), np.array([persistence]))[:, 0]
    np.testing.assert_allclose(left, persistence ** np.arange(1, 6), atol=1e-15)


@given(persistence=st.floats(0.0, 0.9), first=st.floats(0.0, 3.0))
def test_an_effect_settles_at_what_its_money_brings(persistence: float, first: float) -> None:
    settled = effect_state(np.full((400, 1), first), np.array([persistence]))[-1, 0]
    assert settled == pytest.approx(first, abs=1e-9)


def test_reference_funding_changes_nothing_at_all() -> None:
    effects = line_effects(spending(), parameters(targeting_gain=0.3, persistence_capacity=0.6))
    reference = reference_effects(YEARS, 1)
    for name in ("founding", "reactivation", "stopping", "dissolution", "revenue_level"):
        np.testing.assert_array_equal(getattr(effects, name), getattr(reference, name))
    assert (reference.founding == 1).all() and (reference.revenue_level == 0).all()


@pytest.mark.parametrize("line", LINE_IDS)
def test_what_effects_share_is_taken_over_and_nothing_else(line: str) -> None:
    """Other money on a line, or another return of doubling it, beside effects that are known."""
    p, before = parameters(targeting_gain=0.3), spending(establishment=2, capacity=3, market=0.5, survey=0.7)
    known = line_effects(before, p), p
    moved = parameters(targeting_gain=0.3, **{f"doubling_return_{line}": 0.31})
    for money, under in ((spending(**{line: 1.7}), p), (before, moved)):
        found, alone = line_effects(money, under, known), line_effects(money, under)
        for name in ("founding", "reactivation", "stopping", "dissolution", "revenue_level"):
            np.testing.assert_array_equal(getattr(found, name), getattr(alone, name))


@given(phi=st.floats(0.0, 0.8))
def test_without_a_line_its_share_of_the_outcome_does_not_happen(phi: float) -> None:
    p = parameters(
        phi_establishment_founding=phi,
        phi_establishment_reactivation=phi,
        phi_survey_dissolution=phi,
        phi_capacity_stopping=phi,
    )
    none = line_effects(spending(establishment=0, capacity=0, market=0, survey=0), p)
    assert one(none.founding) == pytest.approx(1.0 - phi)
    assert one(none.reactivation) == pytest.approx(1.0 - phi)
    assert one(none.dissolution) == pytest.approx(1.0 - phi)
    # Of the stoppings there would be without it, the line prevents the share phi.
    assert one(none.stopping) * (1.0 - phi) == pytest.approx(1.0)


@given(phi=st.floats(0.0, 0.8), rho=DOUBLING)
def test_doubling_a_line_returns_exactly_its_doubling_share_of_the_first_effect(phi: float, rho: float) -> None:
    p = parameters(phi_establishment_founding=phi, doubling_return_establishment=rho)
    doubled = line_effects(spending(establishment=2), p)
    assert one(doubled.founding) == pytest.approx(1.0 + phi * rho)


@given(phi=st.floats(0.0, 0.8), rho=DOUBLING)
def test_foundings_stay_bounded_however_much_money_comes(phi: float, rho: float) -> None:
    p = parameters(phi_establishment_founding=phi, doubling_return_establishment=rho)
    flooded = line_effects(spending(establishment=1e6), p)
    assert one(flooded.founding) == pytest.approx(1.0 + phi * rho / (1.0 - rho))


def test_a_line_that_has_no_effect_is_not_missed() -> None:
    p = parameters(phi_establishment_founding=0, phi_establishment_reactivation=0)
    none = line_effects(spending(establishment=0), p)
    assert (none.founding == 1).all() and (none.reactivation == 1).all()


def test_the_survey_line_aims_the_other_three_but_not_itself() -> None:
    kappa, rho = 0.3, 0.5
    p = parameters(targeting_gain=kappa)
    aimed = 1.0 + kappa * rho
    doubled = line_effects(spending(survey=2), p)
    assert one(doubled.founding) == pytest.approx(1.0 + 0.2 * (aimed - 1.0))
    assert one(doubled.reactivation) == pytest.approx(1.0 + 0.2 * (aimed - 1.0))
    assert one(doubled.stopping) == pytest.approx(0.8 ** (aimed - 1.0))
    assert one(doubled.dissolution) == pytest.approx(1.0 + 0.2 * rho)
    assert one(doubled.revenue_level) == pytest.approx(2 * 0.1 * 0.05 * (aimed - 1.0))


def test_without_survey_the_other_lines_are_aimed_worse_never_backwards() -> None:
    blind = line_effects(spending(survey=0), parameters(targeting_gain=1.0))
    assert one(blind.founding) == pytest.approx(0.8)
    aware = line_effects(spending(survey=0), parameters(targeting_gain=0.4))
    assert one(aware.founding) == pytest.approx(1.0 + 0.2 * (0.6 - 1.0))


def test_revenue_support_holds_a_level_up_and_never_a_growth_rate() -> None:
    p = parameters(persistence_market=0.4, persistence_capacity=0.6)
    level = line_effects(spending(market=0, capacity=0), p).revenue_level[:, 0, 0]
    strength = 0.1 * 0.05 * (1 / 0.6 + 1 / 0.4)
    assert (np.diff(level) <= 0).all()
    assert level[-1] == pytest.approx(-strength, rel=1e-4)
    assert abs(np.diff(level)[-1]) < 1e-6


def test_no_more_than_all_htx_can_be_treated() -> None:
    p = parameters(coverage_capacity_revenue=0.5, persistence_capacity=0.9, effect_capacity_revenue=0.07)
    assert revenue_strength(p, "capacity")[0] == pytest.approx(0.07)


def test_persistence_of_stopping_is_that_of_capacity() -> None:
    effects = line_effects(spending(capacity=0), parameters(persistence_capacity=0.5))
    np.testing.assert_allclose(effects.stopping[:4, 0, 0], 0.8 ** (0.5 ** np.arange(1, 5) - 1.0))


class TestMoneyAtWork:
    """u: real money that reaches a line over the funding under which history was lived."""

    REFERENCE = dict(zip(LINE_IDS, (0.25, 0.30, 0.30, 0.15), strict=True))

    def spent(
        self, money: float, *, real: bool = False, prices: float = 1.0, rate: float = 0.9, ratio: float = 1.0
    ) -> np.ndarray:
        calibrated = {f"reference_split_{line}": np.array([share]) for line, share in self.REFERENCE.items()}
        calibrated |= {"disbursement_rate": np.array([0.9]), "prior_funding_ratio": np.array([ratio])}
        under = calibrated | {"disbursement_rate": np.array([rate])}
        per_billion = spending_per_billion(
            real=real,
            price_index=np.array([[prices]]),
            reference_fund=12.3,
            world=under,
            calibrated=calibrated,
        )
        return money * per_billion[0, :, 0]

    def test_the_fund_split_like_the_reference_is_one_where_earlier_funding_was_as_large(self) -> None:
        expected = [3.075 / (12.3 * share) for share in self.REFERENCE.values()]
        np.testing.assert_allclose(self.spent(3.075), expected)

    def test_the_2024_fund_is_probably_an_increase(self) -> None:
        # Earlier budgets were about three quarters of it, and prices rose 3.3 % since.
        assert self.spent(3.075, prices=1.033, ratio=0.75)[ESTABLISHMENT] == pytest.approx(1.29, abs=0.005)

    def test_prices_wear_nominal_money_down_and_leave_real_money_alone(self) -> None:
        np.testing.assert_allclose(self.spent(5.0, prices=1.25), self.spent(5.0) / 1.25)
        np.testing.assert_array_equal(self.spent(5.0, real=True, prices=1.25), self.spent(5.0))

    def test_disbursement_cancels_unless_a_world_restates_it(self) -> None:
        np.testing.assert_allclose(self.spent(5.0, rate=0.45), self.spent(5.0) / 2.0)


def test_a_line_moves_what_its_row_says_and_nothing_else() -> None:
    """`targeting` is what money for the survey does to the other lines, where it aims them at all."""
    assert LINE_IDS == LINES
    rates = ("founding", "reactivation", "stopping", "dissolution")
    fields = {role: role for role in rates} | {"revenue": "revenue_level"}
    reference = line_effects(spending(), parameters())
    for line in BUDGET_LINES:
        money = spending(**{line.id: 2.0})
        found, aimed = (line_effects(money, parameters(targeting_gain=gain)) for gain in (0.0, 0.5))
        moved = {role for role, name in fields.items() if one(getattr(found, name)) != one(getattr(reference, name))}
        if one(aimed.founding) != one(found.founding):
            moved.add("targeting")
        assert moved == set(line.acts_on), line.id
