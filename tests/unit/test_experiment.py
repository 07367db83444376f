"""One assumption changed at a time on common draws: nothing else moves, and a switch is where plans really cross."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.analysis.unknowns import (
    EVENT_RANKS,
    Alternatives,
    Experiment,
    alternatives_to,
    evppi_in,
    exchanged_outcomes,
    experiment,
    outcomes_fixing,
    perfect_information,
    sweep,
    switches,
    tornado,
    uncertainty,
)
from sim.ensemble import Outcome, Posterior, exchanged, fixed, groups_of, shuffled, uncertain_ids
from sim.evidence import Knowledge
from tests.support import tiny

DRAWS, SEED = 1024, 3
ACTIVE = Outcome("htx_active", tiny.BASE_YEAR + 3)
PHI = "phi_establishment_founding"
#: Capacity prevents enough stopping for the choice to hang on what founding support brings.
HELPS = {"phi_capacity_stopping": (0.2, 0.35, 0.5)}


def known(changes=None, *, certain=False) -> Knowledge:
    return Knowledge(tiny.province(), tiny.register(changes, certain=certain), None, None)


def plan_of(slug: str, line: str):
    scenario = tiny.scenario(slug, {line: tiny.FUND / tiny.BILLION}, years=3)
    return replace(scenario, plan=replace(scenario.plan, slug=slug))


NONE = tiny.scenario("none", {}, years=3)
FOUND, KEEP = plan_of("found", "establishment"), plan_of("keep", "capacity")


@pytest.fixture(scope="module")
def runs() -> Experiment:
    """All money to founding against all money to capacity, which helps more than usual; every assumption uncertain."""
    return experiment(known(HELPS), Alternatives((FOUND, KEEP), NONE), outcomes=(ACTIVE,), draws=DRAWS, seed=SEED)


def test_draws_that_took_one_draw_of_the_posterior_are_known_and_teach_no_rule_about_themselves() -> None:
    rng = np.random.default_rng(2)
    rows = rng.standard_normal((2, 40)).astype(np.float32)
    rows[:, 20:] = rows[:, :20]
    posterior = Posterior(("decides", "idle"), rows, {}, 40.0, "key")
    which = np.arange(8192) % 40
    decides, idle = rows[:, which].astype(float)
    given = np.stack([0 * decides, 0 * decides, decides + 0.1 * rng.standard_normal(8192)])[None]
    repeats = replace(known(), posterior=posterior)
    runs = Experiment(repeats, Alternatives((FOUND, KEEP), NONE), (ACTIVE,), 8192, SEED, given, {"idle": idle})
    np.testing.assert_array_equal(runs.copies, which % 20)
    ((idle_worth,),) = evppi_in(runs, {"idle": ("idle",)})
    assert idle_worth.worth.value < 0.01
    assert (replace(runs, known=known()).copies == np.arange(8192)).all()


def test_rows_are_those_of_a_plain_run(runs: Experiment) -> None:
    from sim.ensemble import run

    plain = run(runs.known.province, runs.known.register, [NONE, FOUND, KEEP], draws=DRAWS, seed=SEED)
    for row, slug in enumerate(("none", "found", "keep")):
        np.testing.assert_array_equal(runs.given[0, row], plain.series(slug, "htx_active")[-1, -1])


def test_only_plans_of_the_same_money_are_compared() -> None:
    richer = tiny.scenario("richer", {"market": 13.0}, years=3)
    candidates = [KEEP, replace(richer, plan=replace(richer.plan, slug="richer"))]
    found = alternatives_to(FOUND, candidates, NONE, tiny.BASE_YEAR)
    assert [one.plan.slug for one in found.plans] == ["found", "keep"]


def test_exchanging_what_nothing_reads_changes_nothing(runs: Experiment) -> None:
    draws = runs.common(DRAWS)
    other = shuffled(runs.common(DRAWS, first_block=1), seed=1)
    same = runs.run(exchanged(draws, other, [tiny.INERT]), runs.alternatives.rows)
    np.testing.assert_array_equal(same, runs.given)
    unread = runs.run(exchanged(draws, other, ["effect_market_revenue"]), runs.alternatives.rows)
    np.testing.assert_array_equal(unread, runs.given)
    assert (runs.run(exchanged(draws, other, [PHI]), runs.alternatives.rows) != runs.given).any()


def test_parts_of_one_whole_stay_one_part_and_luck_is_one(runs: Experiment) -> None:
    _, parts, values = exchanged_outcomes(runs, sweep(runs).moving)
    assert set(parts["reference_split"]) <= {f"reference_split_{line}" for line in tiny.REFERENCE_SPLIT}
    assert list(parts)[-1] == EVENT_RANKS and parts[EVENT_RANKS] == () and len(values) == len(parts)
    draws = runs.common(DRAWS)
    together = groups_of(draws, uncertain_ids(draws, FOUND.world), {"shell_share", "stopping_rate"})
    assert set(together["history"]) == {"shell_share", "stopping_rate"}


def test_holding_an_assumption_is_running_with_it_known(runs: Experiment) -> None:
    certain = experiment(
        known({**HELPS, PHI: 0.3}), Alternatives((FOUND, KEEP), NONE), outcomes=(ACTIVE,), draws=DRAWS, seed=SEED
    )
    np.testing.assert_array_equal(outcomes_fixing(runs, PHI, 0.3, runs.alternatives.rows), certain.given)


def test_a_held_share_leaves_the_others_their_proportions(runs: Experiment) -> None:
    draws = runs.common(DRAWS)
    shares = [f"reference_split_{line}" for line in tiny.REFERENCE_SPLIT]
    before, after = (one.parameters(FOUND.world) for one in (draws, fixed(draws, {shares[0]: 0.4})))
    np.testing.assert_allclose(sum(after[share] for share in shares), 1.0)
    np.testing.assert_allclose(after[shares[1]] / after[shares[2]], before[shares[1]] / before[shares[2]])
    assert (after[shares[0]] == 0.4).all()


def test_what_changes_nothing_is_held_no_further_and_swings_nothing(runs: Experiment) -> None:
    found = sweep(runs)
    assert tiny.INERT in found.levels and tiny.INERT not in found.moving
    swings = tornado(found, 0, center=float(runs.gains(0)[0].mean()), gain=True)
    assert swings[0].id == PHI and swings[0].means[1] > swings[0].means[0] and swings[0].distinguished
    assert tiny.INERT not in {swing.id for swing in swings}
    low, high = (outcomes_fixing(runs, PHI, value, runs.alternatives.rows)[0] for value in swings[0].values)
    assert swings[0].means == pytest.approx(((low[1] - low[0]).mean(), (high[1] - high[0]).mean()))


def test_a_swing_begins_at_the_answer_of_all_draws_however_few_it_was_made_on(
    runs: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sim.analysis.unknowns.experiments.FIXED_DRAWS", 64)
    (first, *_), answer = uncertainty(runs, [FOUND.world]).sensitivities[0].swings, runs.gains(0)[0]
    assert first.center == answer.mean() != answer[:64].mean()
    low, high = (outcomes_fixing(runs, PHI, value, runs.alternatives.rows, draws=64)[0] for value in first.values)
    changes = [float(((one[1] - one[0]) - answer[:64]).mean()) for one in (low, high)]
    assert first.means == pytest.approx([first.center + change for change in changes])


def test_plans_change_places_on_the_two_sides_of_a_switch(runs: Experiment) -> None:
    found = {one.id: one for one in switches(runs, sweep(runs), 0)}[PHI]
    assert found.value is not None and {found.best, found.rival} == {"found", "keep"}

    def lead(value: float) -> float:
        founding, keeping = outcomes_fixing(runs, PHI, value, [FOUND, KEEP])[0]
        return float((founding - keeping).mean())

    assert lead(found.value - 0.02) < 0.0 < lead(found.value + 0.02)


def test_plans_swept_alone_are_as_beside_the_reference(runs: Experiment) -> None:
    whole, alone = sweep(runs), sweep(runs, alone=True)
    assert alone.levels == whole.levels
    np.testing.assert_array_equal(alone.base, whole.base[:, 1:])
    for key, values in alone.values.items():
        np.testing.assert_array_equal(values, whole.values[key][:, :, 1:])
    assert switches(runs, alone, 0) == switches(runs, whole, 0)


def test_a_switch_is_where_the_means_of_a_fine_grid_cross(runs: Experiment) -> None:
    found = switches(runs, sweep(runs, [PHI]), 0, ids=[PHI])[0]
    grid = np.linspace(*found.allowed, 33)
    leads = [float(np.subtract(*outcomes_fixing(runs, PHI, value, [FOUND, KEEP])[0]).mean()) for value in grid]
    assert found.value == pytest.approx(float(np.interp(0.0, leads, grid)), abs=0.01)


def test_the_best_stays_best_where_an_assumption_cannot_turn_it() -> None:
    """The negative control: founding never falls behind what has no effect at all."""
    idle = {"phi_capacity_stopping": (0.0, 0.0, 0.0), "effect_capacity_revenue": (0.0, 0.0, 0.0), PHI: (0.2, 0.3, 0.4)}
    runs = experiment(known(idle), Alternatives((FOUND, KEEP), NONE), outcomes=(ACTIVE,), draws=DRAWS, seed=SEED)
    found = switches(runs, sweep(runs, ["stopping_rate", "prior_funding_ratio"]), 0)
    assert found and all(one.value is None and one.best == "found" and not one.open for one in found)


def test_worth_read_off_one_run_is_that_of_a_run_at_every_value(runs: Experiment) -> None:
    """Regression on given draws against brute force: the assumption held at each of its percentiles in turn."""
    worth = evppi_in(runs, {PHI: (PHI,)})[0][0].worth
    percentiles = np.quantile(runs.parameters[PHI], (np.arange(24) + 0.5) / 24)
    means = np.array([outcomes_fixing(runs, PHI, value, [FOUND, KEEP])[0].mean(axis=1) for value in percentiles])
    brute = means.max(axis=1).mean() - means.mean(axis=0).max()
    assert brute > 1.0
    assert worth.value == pytest.approx(brute, abs=max(3 * worth.error, 0.1 * brute))


def test_knowing_what_nothing_reads_is_worth_less_than_a_hundredth_of_knowing_everything(runs: Experiment) -> None:
    """The negative control in the model itself."""
    everything = perfect_information(runs.given[0, 1:].astype(float))
    idle = evppi_in(runs, {tiny.INERT: (tiny.INERT,)})[0][0].worth
    assert everything.distinguished
    assert idle.value < 0.01 * everything.value and not idle.distinguished


def test_what_was_kept_of_a_choice_serves_that_choice_alone(
    runs: Experiment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Worths and switching values from the disk are those worked out; other outcomes have their own."""
    found = sweep(runs)
    parts = {key: (key,) for key in (PHI, "stopping_rate", tiny.INERT)}

    def asked(one: Experiment, again: bool = True) -> tuple[object, ...]:
        return evppi_in(one, parts, again=again), switches(one, found, 0), switches(one, found, 0, ids=[PHI])

    monkeypatch.setenv("COOPSIM_CACHE", str(tmp_path))
    first = asked(runs)
    monkeypatch.setattr("sim.analysis.unknowns.together.worths_of", None)  # what is not kept cannot be had
    monkeypatch.setattr("sim.analysis.unknowns.one_at_a_time._turned", None)
    assert asked(replace(runs, seed=runs.seed)) == first
    assert all(one.rival in ("", "found", "keep") and one.best != one.rival for one in first[1])
    turned = replace(runs, given=runs.given[:, [0, 2, 1]])
    knowing_less = replace(runs, parameters=runs.parameters | {PHI: runs.parameters[PHI][::-1]})
    for other, again in ((turned, True), (knowing_less, True), (runs, False), (replace(runs, seed=1), True)):
        with pytest.raises(TypeError):
            asked(other, again)
