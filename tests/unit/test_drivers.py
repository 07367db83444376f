"""What an answer rests on: the worst grade among the inputs that decide it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sim.analysis.answer import Evidence, RestsOn, answer_for, came_in, evidence, first_order
from sim.analysis.compare import outcome_of
from sim.analysis.split import next_money
from sim.domain import Distribution, Register
from sim.ensemble import BLOCK, Outcome, run
from sim.evidence import Knowledge, draws_for
from sim.inputs.scenarios import load_scenario
from tests.support import tiny

SIZE = 8192
Inputs = dict[str, np.ndarray]


def graded(**grades: str) -> Register:
    return Register(
        {
            key: tiny.assumption(key, Distribution(0, 1, 2), (0, 2), place, grade)
            for place, (key, grade) in enumerate(grades.items())
        }
    )


def drawn(seed: int) -> tuple[Inputs, np.ndarray]:
    rng = np.random.default_rng(seed)
    return {key: rng.random(SIZE) for key in ("big", "small", "idle")}, rng.standard_normal(SIZE)


def found(output: Callable[[Inputs, np.ndarray], np.ndarray], register: Register) -> Evidence:
    """Evidence of an output of inputs and luck, each part of the futures kept in turn."""
    (inputs, luck), (others, other_luck) = drawn(0), drawn(1)
    weak = {key: values if key in register.entries and register[key].grade in "DE" else others[key]
            for key, values in inputs.items()}  # fmt: skip
    kept = {
        "weak": output(weak, other_luck), "assumptions": output(inputs, other_luck), "luck": output(others, luck),
    }  # fmt: skip
    return evidence(output(inputs, luck), kept, inputs, register)


def test_the_grade_is_that_of_the_inputs_that_decide() -> None:
    def output(x: Inputs, luck: np.ndarray) -> np.ndarray:
        return 10 * x["big"] + x["small"]

    assert found(output, graded(big="B", small="E", idle="E")).grade == "B"
    assert found(output, graded(big="D", small="A", idle="A")).grade == "D"


def test_the_worst_of_several_deciding_inputs_counts() -> None:
    assert found(lambda x, luck: x["big"] + x["small"], graded(big="B", small="E", idle="A")).grade == "E"


def test_drivers_come_by_falling_share_with_what_they_leave_to_luck() -> None:
    def output(x: Inputs, luck: np.ndarray) -> np.ndarray:
        return 2 * x["big"] + x["small"] + luck * np.sqrt(1 / 12)

    rests_on = found(output, graded(big="B", small="D", idle="E"))
    assert [driver.id for driver in rests_on.drivers] == ["big", "small", "idle"]
    assert rests_on.drivers[0].share == pytest.approx(4 / 6, abs=0.02)
    assert rests_on.drivers[1].share == pytest.approx(1 / 6, abs=0.02)
    assert rests_on.weak.value == pytest.approx(1 / 6, abs=0.03)
    assert rests_on.assumed.value == pytest.approx(5 / 6, abs=0.02)
    assert rests_on.luck.value == pytest.approx(1 / 6, abs=0.02)
    assert rests_on.interplay == pytest.approx(0.0, abs=0.03)


def test_luck_alone_is_told_apart_from_its_interplay_with_assumptions() -> None:
    """Luck scaled by an input: four fifths of what single inputs leave over were called luck, a fifth is."""

    def output(x: Inputs, luck: np.ndarray) -> np.ndarray:
        return luck * (x["big"] - 0.5 + np.sqrt(1 / 48))

    rests_on = found(output, graded(big="D", small="A", idle="A"))
    assert rests_on.luck.value == pytest.approx(0.2, abs=0.02)
    assert rests_on.interplay == pytest.approx(0.8, abs=0.03)


def test_inputs_that_act_only_together_are_graded_as_a_group() -> None:
    """None of them explains anything alone: the sum of first-order indices gave the answer to luck."""
    rests_on = found(lambda x, luck: (x["big"] - 0.5) * (x["small"] - 0.5), graded(big="D", small="D", idle="A"))
    assert rests_on.drivers[0].share < 0.01
    assert rests_on.weak.value == pytest.approx(1.0, abs=0.01)
    assert rests_on.grade == "D"


def test_what_lies_between_an_output_and_its_printed_figure_narrows_every_share() -> None:
    """Reporting error as wide as the output: what rests on an input is half of the range that is printed."""
    output, again, noise = np.random.default_rng(2).standard_normal((3, SIZE))
    kept = {"weak": output, "assumptions": output, "luck": again}
    register = graded(big="A", founding_lumpiness="D")
    plain = evidence(output, kept, {"big": output}, register)
    printed = evidence(output, kept, {"big": output}, register, printed=output + noise)
    assert (plain.weak.value, plain.grade) == (pytest.approx(1.0), "A")
    assert printed.weak.value == pytest.approx(0.5, abs=0.02) == printed.assumed.value
    assert printed.drivers[0].share == pytest.approx(0.5, abs=0.03) and printed.grade == "D"


def test_an_answer_nothing_explains_has_the_lowest_grade() -> None:
    rests_on = found(lambda x, luck: np.zeros(SIZE), graded(big="A", small="A", idle="A"))
    assert rests_on.grade == "E"
    assert rests_on.weak.value == rests_on.assumed.value == rests_on.luck.value == 0.0


def test_parameters_outside_the_register_do_not_count() -> None:
    assert [driver.id for driver in found(lambda x, luck: x["big"], graded(small="A")).drivers] == ["small"]


def test_an_input_that_never_varies_explains_nothing() -> None:
    assert first_order(np.arange(100.0), np.ones(100)) == 0.0
    assert first_order(np.ones(100), np.arange(100.0)) == 0.0


def test_what_only_luck_explains_is_graded_by_the_assumptions_that_size_luck(knowledge):
    register = knowledge.register
    noise, value, other = np.random.default_rng(1).standard_normal((3, 4000))
    rests_on = evidence(noise, {"weak": other, "assumptions": other, "luck": noise}, {"inflation": value}, register)
    assert rests_on.luck.value > 0.9
    assert rests_on.grade == register["revenue_volatility"].grade != register["inflation"].grade


def test_all_that_is_asked_of_a_plan_is_the_same_on_the_draws_of_its_answer_as_on_draws_made_anew(
    knowledge: Knowledge,
) -> None:
    """They are handed on, and must be what every question would draw for itself: two blocks, the second cut short."""
    plan, nothing, draws, seed = load_scenario("fund-12.3"), load_scenario("no-support"), BLOCK + 100, 4
    asked = {"posterior": knowledge.posterior, "draws": draws, "seed": seed}
    answer = answer_for(knowledge.province, knowledge.register, plan, [nothing], **asked)
    again = run(knowledge.province, knowledge.register, [plan, nothing], **asked)
    for slug in again.scenarios:
        ours, theirs = (result.run_of(slug).series for result in (answer.result, again))
        assert all(np.array_equal(ours[name], theirs[name]) for name in theirs)
    own = draws_for(knowledge, plan, draws=draws, seed=seed)
    for handed, made in zip(answer.first.blocks, own.blocks, strict=True):
        assert handed.size == made.size
        assert all(np.array_equal(handed.calibrated[key], made.calibrated[key]) for key in made.calibrated)
    assert next_money(knowledge, answer) == next_money(knowledge, replace(answer, first=None))
    total = outcome_of("htx_revenue_total", plan.horizon)
    apart = RestsOn.of(answer.result, dict.fromkeys(again.scenarios, [total]), knowledge.posterior)
    assert apart.evidence(total, "fund-12.3", "no-support") == answer.difference_evidence


def test_figures_that_came_in_say_the_same_on_the_draws_of_the_answer(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plan, asked = load_scenario("fund-12.3"), {"draws": BLOCK + 100, "seed": 4}
    first = draws_for(knowledge, plan, **asked)
    told = []
    for name, at_hand in (("handed", first), ("made", None)):
        monkeypatch.setenv("COOPSIM_CACHE", str(tmp_path / name))
        told.append(came_in(knowledge, plan, first=at_hand, **asked))
    assert told[0] is not None and told[0] == told[1]


def test_what_answers_share_is_kept_for_the_same_question_alone(
    knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of other draws, another world, horizon or outcome, or another part of the futures, the kept runs say nothing."""
    monkeypatch.setenv("COOPSIM_CACHE", str(tmp_path))
    plan, nothing, weak = (load_scenario(name) for name in ("fund-12.3", "no-support", "fund-12.3--weak-markets"))
    total, active = (outcome_of(name, plan.horizon) for name in ("htx_revenue_total", "htx_active"))

    def matched(outcome: Outcome, **other: object) -> None:
        seed, rows = other.pop("seed", 1), [replace(one, **other) for one in (plan, nothing)]
        result = run(knowledge.province, knowledge.register, rows, posterior=knowledge.posterior, draws=300, seed=seed)
        asked = dict.fromkeys(result.scenarios, [outcome])
        made, *kept = (
            RestsOn.of(result, asked, knowledge.posterior, shared=shared).kept
            for shared in ((), ["no-support"], ["no-support"])
        )
        for part, values in made.items():
            for name, draws in values.items():
                assert all(np.array_equal(one[part][name], draws) for one in kept)

    matched(total)
    matched(total, seed=2)
    matched(active)
    matched(total, world=weak.world)
    matched(outcome_of("htx_revenue_total", plan.horizon - 1), horizon=plan.horizon - 1)
