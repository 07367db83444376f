"""Shares of whole groups: known functions, an outside oracle, correlated inputs, and the shipped model."""

from __future__ import annotations

import numpy as np
import pytest
from SALib.analyze import sobol as oracle
from SALib.sample import sobol as design

from sim.analysis.answer import RestsOn, answer_for, closed_index, kept_draws
from sim.analysis.compare import outcome_of
from sim.analysis.unknowns import EVENT_RANKS, Alternatives, experiment, uncertainty
from sim.domain import HEADLINE
from sim.ensemble import Beside, Posterior, evaluate_each, run, uncertain_ids
from sim.evidence import Knowledge, draws_for
from sim.inputs.scenarios import load_scenario
from sim.planner import Engine, evidence_of

SIZE = 8192
A, B = 7.0, 0.1


def ishigami(x: np.ndarray) -> np.ndarray:
    return np.sin(x[0]) + A * np.sin(x[1]) ** 2 + B * x[2] ** 4 * np.sin(x[0])


def signs(x: np.ndarray) -> np.ndarray:
    """Three inputs that act only together: no sum of first-order indices finds any of it."""
    return x[0] * x[1] * x[2] + 0.0 * x[3]


def share(function, kept: list[int], inputs: int, seed: int):
    """The closed index of a group by keeping it, with the part drawn anew beside it as control."""
    rng = np.random.default_rng(seed)
    ours, theirs = rng.uniform(-np.pi, np.pi, (2, inputs, SIZE))
    mask = np.isin(np.arange(inputs), kept)[:, None]
    again, apart = function(np.where(mask, ours, theirs)), function(np.where(mask, theirs, ours))
    return closed_index(function(ours), again), closed_index(function(ours), again, rest=apart)


def oracles(function, groups: list[str]) -> dict[str, tuple[float, float]]:
    """{group: (first-order, total)} by SALib, whose first-order index of a group is the closed one."""
    inputs = [f"x{place}" for place in range(len(groups))]
    bounds = [[-np.pi, np.pi]] * len(groups)
    problem = {"num_vars": len(groups), "names": inputs, "groups": groups, "bounds": bounds}
    values = function(design.sample(problem, 1 << 14, calc_second_order=False, seed=1).T)
    found = oracle.analyze(problem, values, calc_second_order=False, seed=1)
    names = list(dict.fromkeys(groups))
    return {name: (found["S1"][at], found["ST"][at]) for at, name in enumerate(names)}


@pytest.mark.parametrize(
    ("function", "groups"),
    [
        (ishigami, ["weak", "strong", "weak"]),
        (ishigami, ["weak", "weak", "strong"]),
        (ishigami, ["strong", "weak", "strong"]),
        (signs, ["weak", "weak", "weak", "strong"]),
        (signs, ["weak", "weak", "strong", "strong"]),
    ],
)
def test_groups_have_the_shares_an_outside_oracle_finds(function, groups: list[str]) -> None:
    known, known_total = oracles(function, groups)["weak"]
    weak = [place for place, name in enumerate(groups) if name == "weak"]
    strong = [place for place, name in enumerate(groups) if name == "strong"]
    for found in share(function, weak, len(groups), 5):
        assert abs(found.value - known) < 3.5 * found.error + 0.01
    complement = share(function, strong, len(groups), 6)[0]
    assert abs((1.0 - complement.value) - known_total) < 3.5 * complement.error + 0.01


def test_the_interval_holds_the_known_share_about_as_often_as_it_says() -> None:
    """80 % intervals of x in x + interplay with luck, with and without the control; the control narrows a small one."""

    def function(x: np.ndarray) -> np.ndarray:
        return 0.5 * x[0] + x[1] + 0.5 * x[0] * x[1]

    variance = np.pi**2 / 3
    known = 0.25 * variance / (1.25 * variance + 0.25 * variance**2)
    found = [share(function, [0], 2, seed) for seed in range(200)]
    for estimates in zip(*found, strict=True):
        hits = np.mean([one.low <= known <= one.high for one in estimates])
        assert 0.72 <= hits <= 0.88
    assert np.mean([control.error / plain.error for plain, control in found]) < 0.9


def test_a_group_that_does_not_matter_has_an_interval_that_holds_zero() -> None:
    """The negative control: also within three errors of zero nearly always, so that it is not called found."""
    found = [share(lambda x: ishigami(x[:3]), [3], 4, seed)[1] for seed in range(40)]
    assert all(one.low == 0.0 for one in found if one.value <= 1.28 * one.error)
    assert np.mean([one.low == 0.0 for one in found]) > 0.8
    assert not any(one.distinguished for one in found)


# -- Correlated inputs -----------------------------------------------------------------------------


def correlated(rho: float) -> Posterior:
    """A posterior of two assumptions: what is one's is mostly the other's."""
    rng = np.random.default_rng(2)
    first, noise = rng.standard_normal((2, 1 << 15))
    values = np.stack([first, rho * first + np.sqrt(1 - rho**2) * noise]).astype(np.float32)
    # Margins that are no normal ones, with an atom: the copula works on their ranks.
    values = np.stack([np.exp(values[0]), np.maximum(values[1], -1.2816)])
    return Posterior(("weak", "strong"), values, {}, effective=np.inf, key="")


def test_what_two_correlated_inputs_both_know_counts_once() -> None:
    """Y = weak + strong, correlated .9: each alone explains 95 %, together 100 %, and their sum would be 190 %."""
    rho = 0.9
    posterior = correlated(rho)
    rows = posterior.values.astype(np.float64)
    kept = {"weak": rows[0, :SIZE], "strong": rows[1, :SIZE]}
    other = {"weak": rows[0, SIZE : 2 * SIZE], "strong": rows[1, SIZE : 2 * SIZE]}
    anew = Beside(posterior, ["strong"], ["weak"]).draw(kept, other)["strong"]

    def output(weak: np.ndarray, strong: np.ndarray) -> np.ndarray:
        return np.log(weak) + strong

    alone = closed_index(output(**kept), output(kept["weak"], anew)).value
    loose = closed_index(output(**kept), output(kept["weak"], other["strong"])).value
    assert alone == pytest.approx((1 + rho) / 2, abs=0.02)  # exact for two normal inputs
    assert loose < 0.8 < alone <= 1.0  # as if what one says of the other were nothing


def test_drawn_beside_the_kept_ones_they_keep_their_margins_and_their_correlation() -> None:
    posterior = correlated(0.7)
    rows = posterior.values.astype(np.float64)
    kept, other = ({"weak": rows[0, part], "strong": rows[1, part]} for part in (slice(0, SIZE), slice(SIZE, 2 * SIZE)))
    anew = Beside(posterior, ["strong"], ["weak"]).draw(kept, other)["strong"]
    shares = (0.05, 0.25, 0.5, 0.75, 0.95)
    np.testing.assert_allclose(np.quantile(anew, shares), np.quantile(rows[1], shares), atol=0.06)
    assert (anew == anew.min()).mean() == pytest.approx(0.1, abs=0.03)
    expected = np.corrcoef(np.log(kept["weak"]), kept["strong"])[0, 1]
    assert np.corrcoef(np.log(kept["weak"]), anew)[0, 1] == pytest.approx(expected, abs=0.02)
    left = [np.corrcoef(anew, values)[0, 1] for values in (other["weak"], kept["strong"])]
    assert left[0] == pytest.approx(0.0, abs=0.04) and left[1] == pytest.approx(0.49, abs=0.05)


def test_without_correlation_they_are_the_other_draws() -> None:
    posterior = correlated(0.0)
    rows = posterior.values.astype(np.float64)
    kept, other = ({"weak": rows[0, part], "strong": rows[1, part]} for part in (slice(0, SIZE), slice(SIZE, 2 * SIZE)))
    anew = Beside(posterior, ["strong"], []).draw(kept, other)["strong"]
    np.testing.assert_allclose(anew, other["strong"], atol=0.05)


# -- The shipped model -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def rests_on(knowledge: Knowledge) -> RestsOn:
    rows = [load_scenario("fund-12.3"), load_scenario("no-support")]
    result = run(knowledge.province, knowledge.register, rows, posterior=knowledge.posterior)
    outcomes = [outcome_of(name, 2030) for name in HEADLINE]
    return RestsOn.of(result, dict.fromkeys(result.scenarios, outcomes), knowledge.posterior)


def test_most_of_what_the_money_brings_rests_on_weak_evidence_and_little_on_luck(rests_on: RestsOn) -> None:
    """The page said 66 % and 27 %: sums of first-order indices, and all they left over."""
    found = rests_on.evidence(outcome_of("htx_revenue_total", 2030), "fund-12.3", "no-support")
    assert 0.77 < found.weak.low and found.weak.high < 0.90
    assert found.luck.value < 0.07 and found.interplay < 0.06
    assert sum(driver.share for driver in found.drivers if driver.grade in "DE") < 0.72


def test_parts_that_are_independent_never_make_more_than_the_whole(rests_on: RestsOn) -> None:
    for name in HEADLINE:
        for reference in ("", "no-support"):
            found = rests_on.evidence(outcome_of(name, 2030), "fund-12.3", reference)
            assert found.weak.value <= found.assumed.value + 3 * found.weak.error
            assert found.assumed.value + found.luck.value <= 1.0 + 3 * (found.assumed.error + found.luck.error)


def test_other_seeds_find_the_same_shares_within_their_errors(knowledge: Knowledge) -> None:
    rows, total = [load_scenario("fund-12.3"), load_scenario("no-support")], outcome_of("htx_revenue_total", 2030)
    found = []
    for seed in range(6):
        result = run(
            knowledge.province, knowledge.register, rows, draws=2048, seed=seed, posterior=knowledge.posterior
        )
        rests_on = RestsOn.of(result, dict.fromkeys(result.scenarios, [total]), knowledge.posterior)
        found.append(rests_on.evidence(total, "fund-12.3", "no-support"))
    for part in ("weak", "assumed", "luck"):
        estimates = [getattr(one, part) for one in found]
        scatter, printed = np.std([one.value for one in estimates]), np.mean([one.error for one in estimates])
        assert 0.25 * printed < scatter < 1.7 * printed


def test_each_part_keeps_its_own_and_draws_all_else_anew(knowledge: Knowledge) -> None:
    """In a world that restates assumptions, too."""
    scenario = load_scenario("fund-12.3--adverse-weather-disease")
    draws = draws_for(knowledge, scenario, draws=2048, seed=3)
    futures = kept_draws(draws, knowledge.posterior, scenario.world)
    ours = draws.parameters(scenario.world)
    for part, moved in (("luck", True), ("assumptions", False)):
        theirs = futures[part].parameters(scenario.world)
        ids = uncertain_ids(draws, scenario.world)
        assert all((ours[key] != theirs[key]).any() == moved for key in ids)
    weak = futures["weak"].parameters(scenario.world)
    for key in uncertain_ids(draws, scenario.world):
        kept = knowledge.register[key].grade in "DE"
        assert (weak[key] == ours[key]).all() == kept
    values = evaluate_each(futures["assumptions"], [scenario], [outcome_of("htx_active", 2030)])
    assert values.shape == (1, 1, 2048)


def test_page_unknowns_and_planner_say_the_same_shares(knowledge: Knowledge) -> None:
    """One question, one answer: of the gain in total revenue over no support."""
    scenario, reference = load_scenario("fund-12.3"), load_scenario("no-support")
    known, asked = knowledge, {"draws": 2048, "seed": 11}
    page = answer_for(
        known.province, known.register, scenario, [reference], posterior=known.posterior, **asked
    ).difference_evidence
    runs = experiment(known, Alternatives((scenario,), reference), **asked)
    unknowns = uncertainty(runs, []).sensitivities[1]
    planner = evidence_of(Engine(known, 11).compare(scenario, reference, 2048), known.posterior)
    for other in (unknowns.evidence, planner):
        assert other.grade == page.grade
        for part in ("weak", "assumed", "luck"):
            ours, theirs = getattr(page, part), getattr(other, part)
            assert (ours.value, ours.error) == pytest.approx((theirs.value, theirs.error), abs=1e-4)
        shares = [{driver.id: driver.share for driver in one.drivers[:5]} for one in (page, other)]
        assert shares[0] == pytest.approx(shares[1], abs=1e-4)
    luck = next(one for one in unknowns.influences if one.name == EVENT_RANKS)
    assert luck.alone.estimate == unknowns.evidence.luck
    assert luck.total.estimate.value == pytest.approx(1.0 - page.assumed.value, abs=1e-4)
