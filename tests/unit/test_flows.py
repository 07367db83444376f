"""Whole HTX are founded, stop, come back and are dissolved; members and workers follow them."""

from __future__ import annotations

import numpy as np
import pytest

from sim.ensemble import Result
from sim.model import flows, reference_effects
from tests.support import tiny
from tests.support.runs import run_one, values

NO_EXITS = {"stopping_rate": 0.0, "reactivation_rate": 0.0, "dissolution_rate": 0.0}
EXITS = ("stopping_rate", "reactivation_rate")
NOTHING_HAPPENS = NO_EXITS | {"foundings_reference": 0.0, "union_founding_rate": 0.0}


def flows_of(result: Result) -> dict[str, np.ndarray]:
    names = ("founded", "stopped", "reactivated", "dissolved", "active", "inactive", "registered")
    return {name: values(result, f"htx_{name}") for name in names}


def test_rates_above_one_are_cut_however_they_lie_in_memory() -> None:
    """Of areas with rates of their own, of which the effects know nothing."""
    draws, found = 50, []
    rates = np.random.default_rng(1).uniform(0.5, 1.5, (3, 4, draws))
    nothing = {name: np.zeros(draws) for name in EXITS}
    for dissolution in (rates, np.asfortranarray(rates)):
        clipped = np.zeros(draws, dtype=np.int64)
        _, dissolved = flows.exit_rates(dissolution, reference_effects(3, draws), nothing, clipped, slice(0, 3))
        np.testing.assert_array_equal(dissolved, np.minimum(rates, 1.0))
        found.append(clipped)
    np.testing.assert_array_equal(*found)
    assert found[0].sum() == (rates > 1.0).sum()


def test_every_draw_starts_from_the_printed_figures(result: Result) -> None:
    for indicator, figure in (("htx_registered", 502), ("htx_active", 405), ("htx_inactive", 97), ("tht_count", 3958)):
        assert (result.base_values("reference", indicator) == figure).all()


def test_where_nothing_happens_the_stocks_stay_as_printed() -> None:
    still = run_one(tiny.certain_register(NOTHING_HAPPENS))
    assert (values(still, "htx_active") == 405).all()
    assert (values(still, "htx_inactive") == 97).all()
    assert (values(still, "lhhtx_count") == 3).all()


def test_foundings_average_the_reference_rate_at_reference_funding() -> None:
    register = tiny.register({**tiny.AT_REFERENCE, "foundings_reference": 36.0})
    founded = values(run_one(register, tiny.scenario(real=True), draws=8192), "htx_founded")
    assert founded.mean() == pytest.approx(36.0, abs=4 * founded.std() / np.sqrt(founded.size))


def test_lumpy_years_widen_foundings_but_do_not_move_their_mean() -> None:
    plain = tiny.certain_register(tiny.AT_REFERENCE)
    lumpy = tiny.certain_register({**tiny.AT_REFERENCE, "founding_lumpiness": 0.5})
    scenario = tiny.scenario(real=True)
    even, uneven = (values(run_one(r, scenario, draws=8192), "htx_founded") for r in (plain, lumpy))
    assert uneven.var() > 5 * even.var()
    assert uneven.mean() == pytest.approx(even.mean(), abs=4 * uneven.std() / np.sqrt(uneven.size))


def test_without_lumpiness_the_variance_of_foundings_is_that_of_pure_chance() -> None:
    founded = values(
        run_one(tiny.certain_register(tiny.AT_REFERENCE), tiny.scenario(real=True), draws=8192), "htx_founded"
    )
    assert founded.var() / founded.mean() == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("shell_share", [0.0, 0.3, 1.0])
def test_shells_are_registered_and_never_active(shell_share: float) -> None:
    moved = flows_of(run_one(tiny.certain_register(NO_EXITS | {"shell_share": shell_share}), draws=4096))
    entered = np.diff(moved["active"], axis=0, prepend=405)
    shells = np.diff(moved["inactive"], axis=0, prepend=97)
    np.testing.assert_array_equal(entered + shells, moved["founded"])
    assert shells.sum() / moved["founded"].sum() == pytest.approx(shell_share, abs=0.01)


def test_every_htx_is_accounted_for_on_every_draw(result: Result) -> None:
    for scenario in result.scenarios:
        founded, dissolved = (values(result, f"htx_{name}", scenario) for name in ("founded", "dissolved"))
        registered = values(result, "htx_registered", scenario)
        np.testing.assert_array_equal(np.diff(registered, axis=0, prepend=502), founded - dissolved)


def test_a_probability_above_one_is_cut_and_counted() -> None:
    certain_to_return = tiny.certain_register({"reactivation_rate": 1.0, "phi_establishment_reactivation": 0.3})
    ran = run_one(certain_to_return, tiny.scenario(money=tiny.times(3.0)), draws=64)
    assert (ran.runs[0].clipped == 7).all()
    np.testing.assert_array_equal(values(ran, "htx_reactivated")[0], 97)
    assert (run_one(tiny.certain_register(), draws=64).runs[0].clipped == 0).all()


def test_when_all_stop_none_is_left_and_none_goes_missing() -> None:
    ending = NOTHING_HAPPENS | {"stopping_rate": 1.0, "phi_capacity_stopping": 0.0}
    moved = flows_of(run_one(tiny.certain_register(ending)))
    assert (moved["active"] == 0).all()
    assert (moved["stopped"][0] == 405).all() and (moved["inactive"] == 502).all()


def test_dissolved_htx_are_never_among_the_reactivated() -> None:
    moved = flows_of(run_one(tiny.certain_register({"reactivation_rate": 0.9, "dissolution_rate": 1.0}), draws=256))
    inactive = np.concatenate([np.full((1, 256), 97.0), moved["inactive"][:-1]])
    np.testing.assert_array_equal(moved["reactivated"] + moved["dissolved"], inactive)


def test_members_grow_join_with_new_htx_and_leave_with_dissolved_ones() -> None:
    register = tiny.register({"shell_share": 0.1})
    ran = run_one(register)
    p = ran.runs[0].parameters
    members, before = values(ran, "htx_members"), np.full(512, 7500.0)
    founded, dissolved = values(ran, "htx_founded"), values(ran, "htx_dissolved")
    for year in range(7):
        per_htx = p["members_per_new_htx"]
        expected = (1 + p["member_growth"]) * (before - per_htx * dissolved[year]) + per_htx * founded[year]
        np.testing.assert_allclose(members[year], expected, rtol=1e-6)
        before = members[year]


def test_members_never_fall_below_zero() -> None:
    few = tiny.province(base={"htx_members": 100})
    register = tiny.certain_register({"dissolution_rate": 0.9, "members_per_new_htx": 50.0, "foundings_reference": 0.0})
    members = values(run_one(register, province=few), "htx_members")
    assert members.min() == 0.0


def test_workers_come_with_a_net_gain_of_active_htx() -> None:
    growing = tiny.certain_register(NO_EXITS | {"workers_per_added_active": 9.0, "base_regular_workers": 9400.0})
    ran = run_one(growing)
    added = values(ran, "htx_active")[-1] - 405
    np.testing.assert_allclose(values(ran, "htx_workers")[-1], 9400 + 9 * added, rtol=1e-6)


@pytest.mark.parametrize(("per_htx", "lost_each"), [(9.0, 9.0), (60.0, 20.0)])
def test_a_stopped_htx_takes_at_most_the_workers_an_average_htx_has(per_htx: float, lost_each: float) -> None:
    shrinking = NOTHING_HAPPENS | {
        "stopping_rate": 0.3,
        "workers_per_added_active": per_htx,
        "base_regular_workers": 8100.0,
    }
    ran = run_one(tiny.certain_register(shrinking), tiny.scenario(years=1))
    lost = 405 - values(ran, "htx_active")[0]
    assert (lost > 0).all()
    np.testing.assert_allclose(values(ran, "htx_workers")[0], 8100 - lost_each * lost, rtol=1e-6)


def test_workers_never_fall_below_zero() -> None:
    emptied = NOTHING_HAPPENS | {"stopping_rate": 0.9, "workers_per_added_active": 100.0}
    assert values(run_one(tiny.certain_register(emptied)), "htx_workers").min() >= -1e-6


def test_base_year_workers_are_uncertain_and_only_they(result: Result) -> None:
    assert result.base_values("reference", "htx_workers").std() > 100
    assert result.base_values("reference", "htx_members").std() == 0


def test_tht_shrink_steadily_and_are_moved_by_no_line(result: Result) -> None:
    np.testing.assert_array_equal(values(result, "tht_count", "none"), values(result, "tht_count", "doubled"))
    register = tiny.certain_register({"tht_count_change": -0.02})
    counts = values(run_one(register, draws=4), "tht_count")
    np.testing.assert_array_equal(counts[:, 0], np.rint(3958 * 0.98 ** np.arange(1, 8)))
    members = values(run_one(register, draws=4), "tht_members")
    np.testing.assert_allclose(members[:, 0], 12 * 3958 * 0.98 ** np.arange(1, 8), rtol=1e-6)


def test_unions_only_grow_and_are_moved_by_no_line(result: Result) -> None:
    unions = values(result, "lhhtx_count", "reference")
    np.testing.assert_array_equal(unions, values(result, "lhhtx_count", "none"))
    assert (np.diff(unions, axis=0, prepend=3) >= 0).all()
    founded = np.diff(unions, axis=0, prepend=3)
    np.testing.assert_array_equal(result.run_of("reference").values("lhhtx_founded")[:, 0], founded)


def test_each_new_union_brings_a_whole_number_of_htx() -> None:
    ran = run_one(tiny.certain_register({"htx_per_union": 5.6, "union_founding_rate": 1.0}))
    founded = values(ran, "lhhtx_count") - 3
    np.testing.assert_array_equal(values(ran, "lhhtx_member_htx"), 18 + 6 * founded)


def test_unions_never_have_more_htx_than_are_registered() -> None:
    crowded = {"htx_per_union": 50.0, "union_founding_rate": 8.0, "dissolution_rate": 0.5}
    ran = run_one(tiny.certain_register(crowded))
    assert (values(ran, "lhhtx_member_htx") <= values(ran, "htx_registered")).all()
    assert (values(ran, "lhhtx_member_htx") == values(ran, "htx_registered")).any()
