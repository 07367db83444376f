"""What an answer rests on: the worst grade among the inputs that decide it."""

from __future__ import annotations

import numpy as np
import pytest

from sim.analysis.answer import evidence, first_order
from sim.domain import Distribution, Register
from tests.support import tiny

SIZE = 8192


def graded(**grades: str) -> Register:
    return Register(
        {
            key: tiny.assumption(key, Distribution(0, 1, 2), (0, 2), place, grade)
            for place, (key, grade) in enumerate(grades.items())
        }
    )


@pytest.fixture(scope="module")
def inputs() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {key: rng.random(SIZE) for key in ("big", "small", "idle")}


def test_the_grade_is_that_of_the_inputs_that_decide(inputs: dict[str, np.ndarray]) -> None:
    output = 10 * inputs["big"] + inputs["small"]
    assert evidence(output, inputs, graded(big="B", small="E", idle="E")).grade == "B"
    assert evidence(output, inputs, graded(big="D", small="A", idle="A")).grade == "D"


def test_the_worst_of_several_deciding_inputs_counts(inputs: dict[str, np.ndarray]) -> None:
    output = inputs["big"] + inputs["small"]
    assert evidence(output, inputs, graded(big="B", small="E", idle="A")).grade == "E"


def test_drivers_come_by_falling_share_with_what_they_leave_to_luck(inputs: dict[str, np.ndarray]) -> None:
    luck = np.random.default_rng(1).standard_normal(SIZE) * np.sqrt(1 / 12)
    found = evidence(2 * inputs["big"] + inputs["small"] + luck, inputs, graded(big="B", small="D", idle="E"))
    assert [driver.id for driver in found.drivers] == ["big", "small", "idle"]
    assert found.drivers[0].share == pytest.approx(4 / 6, abs=0.02)
    assert found.drivers[1].share == pytest.approx(1 / 6, abs=0.02)
    assert found.residual == pytest.approx(1 / 6, abs=0.03)
    assert found.weak_share == pytest.approx(1 / 6, abs=0.03)


def test_an_answer_nothing_explains_has_the_lowest_grade(inputs: dict[str, np.ndarray]) -> None:
    found = evidence(np.zeros(SIZE), inputs, graded(big="A", small="A", idle="A"))
    assert found.grade == "E" and found.residual == 1.0 and found.weak_share == 0.0


def test_parameters_outside_the_register_do_not_count(inputs: dict[str, np.ndarray]) -> None:
    found = evidence(inputs["big"], inputs, graded(small="A"))
    assert [driver.id for driver in found.drivers] == ["small"]


def test_an_input_that_never_varies_explains_nothing() -> None:
    assert first_order(np.arange(100.0), np.ones(100)) == 0.0
    assert first_order(np.ones(100), np.arange(100.0)) == 0.0


def test_what_only_luck_explains_is_graded_by_the_assumptions_that_size_luck(knowledge):
    register = knowledge.register
    noise = np.random.default_rng(1).standard_normal(4000)
    value = np.random.default_rng(2).standard_normal(4000)
    found = evidence(noise, {"inflation": value}, register)
    assert found.residual > 0.9
    assert found.grade == register["revenue_volatility"].grade != register["inflation"].grade
