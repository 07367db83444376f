"""The error of a forecast comes apart into what really made it: money, luck, assumptions; on truths that are known."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest

from sim.analysis.answer import effect_of_money, freeze
from sim.domain import INDICATOR, LINES, Observation, Scenario
from sim.ensemble import Array, CommonDraws, Result, ScenarioRun, block_count, exchanged, fixed, run, run_block
from sim.evidence import Effect, Knowledge, Published, Scored, Spent, draws_for, score
from sim.inputs.figures import Mapped
from sim.inputs.scenarios import load_scenario

YEAR, SEED, TRUTHS, REPEATS = 2024, 31, 1024, 24
SERIES = ("htx_active", "htx_revenue", "htx_founded", "htx_members")


@dataclass(frozen=True)
class Known:
    """Truths of one year, {indicator: (truth)}: as printed, and what was to be expected knowing all assumptions."""

    printed: dict[str, Array]
    expected: dict[str, Array]


@pytest.fixture(scope="module")
def frozen(knowledge: Knowledge) -> Published:
    """The reference fund as published."""
    return freeze(knowledge, load_scenario("fund-12.3"), draws=4096, seed=5, vintage="2026-11-24T00:00:00Z")


@pytest.fixture(scope="module")
def scenario() -> Scenario:
    """The same, as far as truths are simulated."""
    return replace(load_scenario("fund-12.3"), horizon=YEAR)


@pytest.fixture(scope="module")
def plain(knowledge: Knowledge, scenario: Scenario) -> Known:
    """Truths from the model itself, met by the plan."""
    return simulated(knowledge, scenario, draws_for(knowledge, scenario, draws=TRUTHS, seed=SEED))


def simulated(known: Knowledge, scenario: Scenario, truths: CommonDraws) -> Known:
    """Futures of these assumptions; their events drawn anew many times give what was to be expected."""
    frame = run(known.province, known.register, [scenario], draws=truths.size, seed=SEED, posterior=known.posterior)

    def printed(draws: CommonDraws, seed: int) -> dict[str, Array]:
        blocks = [run_block(known.province, scenario, block) for block in draws.blocks]
        result = replace(frame, runs=(ScenarioRun.join(scenario, blocks),), outturns=replace(frame.outturns, seed=seed))
        return {name: as_printed(result, name)[0] for name in SERIES}

    def again(number: int) -> dict[str, Array]:
        first = number * block_count(truths.size)
        others = draws_for(known, scenario, draws=truths.size, seed=SEED, first_block=first)
        return printed(exchanged(truths, others, (), event_ranks=True), SEED + number)

    repeats = [again(number) for number in range(1, REPEATS + 1)]
    expected = {name: np.mean([one[name] for one in repeats], axis=0) for name in SERIES}
    return Known(printed(truths, SEED), expected)


def as_printed(result: Result, indicator: str) -> Array:
    """One series of the whole province as it will be printed, (year, truth)."""
    return result.printed(result.scenarios[0], indicator, "nominal" if INDICATOR[indicator].money else "")[:, -1]


def split(
    published: Published, indicator: str, value: float, spent: float | None = None, effect: Effect | None = None,
    *, year: int = YEAR, period: str = "year",
) -> Scored:  # fmt: skip
    """One printed figure, scored."""
    row = Observation("Lào Cai", "VN-02", year, period, "HTX", "figure", value, "", "actual", "page", "", 2)
    money = replace(row, entity="budget", indicator="support_spent_total", value=spent or 0.0)
    rows = [row] if spent is None else [row, money]
    return score(published, rows, {"figure": Mapped(indicator, 1.0)}, effect=effect)[0]


@pytest.mark.parametrize("indicator", SERIES)
def test_luck_and_assumptions_get_what_they_gave_on_average(frozen: Published, plain: Known, indicator: str) -> None:
    """Over many truths a part is neither too large nor too small on average, however large the error was."""
    found = [split(frozen, indicator, value) for value in plain.printed[indicator]]
    error, underlying = (np.array([getattr(one, name) for one in found]) for name in ("error", "underlying"))
    forecast = next(one for one in frozen.forecasts if one.indicator == indicator)
    missed = plain.expected[indicator] - forecast.means[str(YEAR)] - underlying
    for by in (np.ones(TRUTHS), error - error.mean()):
        assert abs((missed * by).mean()) < 3.5 * (missed * by).std() / np.sqrt(TRUTHS)


@pytest.mark.parametrize("indicator", ["htx_active", "htx_revenue", "htx_members"])
def test_the_share_of_another_year_would_be_found_out(frozen: Published, plain: Known, indicator: str) -> None:
    """The negative control: with the last year's shares the same test fails."""
    forecast = next(one for one in frozen.forecasts if one.indicator == indicator)
    horizon = max(forecast.underlying)
    error = plain.printed[indicator] - plain.printed[indicator].mean()
    true = plain.expected[indicator] - plain.expected[indicator].mean()
    missed = (true - forecast.underlying[horizon] * error) * error
    assert abs(missed.mean()) > 3.5 * missed.std() / np.sqrt(TRUTHS)


def parts(published: Published, indicator: str, printed: Array, *asked: object, **where: object) -> dict[str, float]:
    """Means of the error and of its parts over truths."""
    found = [split(published, indicator, value, *asked, **where) for value in printed]
    names = ("error", "policy", "one_off", "underlying")
    return {name: float(np.mean([getattr(one, name) or 0.0 for one in found])) for name in names}


def printed_of(
    known: Knowledge, scenario: Scenario, indicator: str, truths: CommonDraws, money: Array | None = None
) -> Array:
    """Futures of these draws as they will be printed, (year, truth), the first projected year first."""
    frame = run(known.province, known.register, [scenario], draws=truths.size, seed=SEED, posterior=known.posterior)
    blocks = [run_block(known.province, scenario, block, money) for block in truths.blocks]
    result = replace(frame, runs=(ScenarioRun.join(scenario, blocks),))
    return as_printed(result, indicator)


def test_planted_money_is_found_by_the_policy_part(frozen: Published, knowledge: Knowledge, scenario: Scenario) -> None:
    """Nothing was spent: the policy part takes the 12 HTX that are missing, and the others stay what they were."""
    truths, nothing = draws_for(knowledge, scenario, draws=TRUTHS, seed=SEED), np.zeros((1, len(LINES), 1))
    usual, planted = (printed_of(knowledge, scenario, "htx_active", truths, money)[0] for money in (None, nothing))
    changes = effect_of_money(knowledge, scenario, [Spent(0.0, paid=True)], draws=frozen.draws, seed=frozen.seed)
    before, after = parts(frozen, "htx_active", usual), parts(frozen, "htx_active", planted, 0.0, lambda _: changes)
    assert before["policy"] == 0.0 and after["policy"] == pytest.approx(-12.0, abs=0.3)
    assert after["policy"] == pytest.approx(after["error"] - before["error"], abs=0.5)
    for part in ("one_off", "underlying"):
        assert after[part] == pytest.approx(before[part], abs=0.5)


def test_a_planted_shock_goes_to_luck(frozen: Published, knowledge: Knowledge, scenario: Scenario) -> None:
    """A bad year for all founding, the assumptions as they are."""
    truths = draws_for(knowledge, scenario, draws=TRUTHS, seed=SEED)
    usual = printed_of(knowledge, scenario, "htx_founded", truths)[0]
    bad = draws_for(knowledge, scenario, draws=TRUTHS, seed=SEED)
    for block in bad.blocks:
        block.event_ranks.score["founding_year"][:] = -2.0
    planted = printed_of(knowledge, scenario, "htx_founded", bad)[0]
    before, after = (parts(frozen, "htx_founded", printed) for printed in (usual, planted))
    missing = after["error"] - before["error"]
    assert missing < -5 and after["one_off"] - before["one_off"] < 0.6 * missing


def test_a_planted_trend_goes_to_assumptions(frozen: Published, knowledge: Knowledge) -> None:
    """Members grow as slowly as they may: a year and a half on, more of what is missing lies with assumptions."""
    scenario = replace(load_scenario("fund-12.3"), horizon=YEAR + 1)
    usual = draws_for(knowledge, scenario, draws=TRUTHS, seed=SEED)
    slow = fixed(usual, {"member_growth": knowledge.register["member_growth"].distribution.p10})
    before, after = (
        parts(frozen, "htx_members", printed_of(knowledge, scenario, "htx_members", draws).mean(axis=0),
              year=YEAR + 1, period="mid")
        for draws in (usual, slow)
    )  # fmt: skip
    missing = after["error"] - before["error"]
    assert missing < -50 and after["underlying"] - before["underlying"] < 0.5 * missing
