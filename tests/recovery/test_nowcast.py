"""Figures of the current year: what they teach is found, what they cannot teach is not, nothing counts twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
from scipy.stats import betabinom, gamma, genpareto, multinomial, nbinom

from sim.analysis.answer import came_in
from sim.domain import Calibration, Distribution, InputError, Observation, Register, RunError, Scenario
from sim.ensemble import Posterior, run
from sim.evidence import (
    Expected,
    Knowledge,
    arrivals,
    covered,
    disjoint,
    load_knowledge,
    log_copied,
    log_parts,
    nowcast,
    pareto_k,
    part_variance,
    plan_in_force,
)
from sim.inputs.figures import load_indicator_map, period_asked
from sim.run import export_figures, understand_later, write_later
from tests.support import tiny
from tests.support.offices import term_named

FIRST, SECOND = frozenset(range(1, 7)), frozenset(range(7, 13))
YEAR = 2024


def row(
    indicator: str, value: float, period: str = "h1", *, year: int = YEAR, area: str = "VN-02", **more: Any
) -> Observation:
    """A figure as a page prints it."""
    entity, unit = ("budget", "billion VND") if indicator.startswith("support") else ("HTX", "count")
    found = Observation(area, area, year, period, entity, indicator, value, unit, "actual", "a-page", "", 9999)
    return replace(found, **more)


@pytest.fixture(scope="module")
def scenario(knowledge: Knowledge) -> Scenario:
    return replace(plan_in_force(knowledge.province), horizon=YEAR)


def founded(known: Knowledge, scenario: Scenario, posterior: Posterior) -> np.ndarray:
    """New HTX of the year, (draw), as every page projects them."""
    asked = replace(scenario, horizon=YEAR)
    return run(known.province, known.register, [asked], posterior=posterior).series(asked.slug, "htx_founded")[0, -1]


def stated(register: Register, **values: float) -> Register:
    """The register with some assumptions known for certain."""
    entries = {key: register[key] for key in register}
    for key, value in values.items():
        entries[key] = replace(entries[key], distribution=Distribution(value, value, value))
    return Register(entries)


# -- what was asked: fourteen in the first half ------------------------------------------------------


def test_fourteen_by_the_end_of_june_make_forty_hard(knowledge: Knowledge, scenario: Scenario) -> None:
    before = (founded(knowledge, scenario, knowledge.posterior) >= 40).mean()
    told = nowcast(knowledge, [row("htx_new", 14)], scenario=scenario)
    after = founded(knowledge, scenario, told)
    assert 0.40 < before < 0.55
    assert 0.15 < (after >= 40).mean() < 0.35
    assert after.min() >= 14 and told.effective >= 1000 and told.tail < 0.7
    # A good first half makes it likely, and the whole year settles it.
    assert (
        founded(knowledge, scenario, nowcast(knowledge, [row("htx_new", 26)], scenario=scenario)) >= 40
    ).mean() > 0.65
    year = founded(knowledge, scenario, nowcast(knowledge, [row("htx_new", 33, "year")], scenario=scenario))
    assert (np.abs(year - 33) <= 3).mean() > 0.98


def test_the_known_year_is_common_to_all_plans(knowledge: Knowledge, scenario: Scenario) -> None:
    told = nowcast(knowledge, [row("htx_new", 14)], scenario=scenario)
    twin = replace(scenario, slug="twin")
    result = run(knowledge.province, knowledge.register, [scenario, twin], draws=4096, posterior=told)
    ours, theirs = (result.series(slug, "htx_founded") for slug in (scenario.slug, "twin"))
    assert (ours == theirs).all()


# -- against an exact answer -------------------------------------------------------------------------


def test_the_conjugate_case_is_found(knowledge: Knowledge, scenario: Scenario) -> None:
    """A Gamma rate, a Poisson year and an evenly spread first half: both posteriors are known in closed form."""
    shape, rate, seen = 25.0, 0.7, 14
    rng = np.random.default_rng(5)
    drawn = rng.gamma(shape, 1.0 / rate, (1, 1 << 17)).astype(np.float32)
    register = stated(
        knowledge.register, founding_lumpiness=0.0, phi_establishment_founding=0.0, part_year_concentration=1e7
    )
    flat = Posterior(("foundings_reference",), drawn, {}, np.inf, "a gamma")
    known = replace(knowledge, register=register, posterior=flat)
    told = nowcast(known, [row("htx_new", seen)], scenario=scenario)
    exact = gamma(shape + seen, scale=1.0 / (rate + 0.5))
    found = told.values[told.ids.index("foundings_reference")].astype(float)
    assert found.mean() == pytest.approx(exact.mean(), abs=4 * exact.std() / np.sqrt(told.effective))
    assert found.std() == pytest.approx(exact.std(), rel=0.05)
    # What is still to come is negative binomial.
    rest = founded(known, scenario, told) - seen
    to_come = nbinom(shape + seen, (rate + 0.5) / (rate + 1.0))
    assert rest.mean() == pytest.approx(
        to_come.mean(), abs=4 * to_come.std() / np.sqrt(1 / (1 / 8192 + 1 / told.effective))
    )
    assert rest.std() == pytest.approx(to_come.std(), rel=0.06)


def test_counts_of_parts_have_their_distribution() -> None:
    year = np.arange(14, 60).astype(float)
    ours = log_parts(year, {FIRST: 14.0}, concentration=12.0, error=0.0)
    theirs = betabinom(year, 6.0, 6.0).logpmf(14)
    np.testing.assert_allclose(ours - ours[0], theirs - theirs[0], rtol=1e-9)
    quarters = {frozenset(range(1 + 3 * at, 4 + 3 * at)): count for at, count in enumerate((3.0, 5.0, 4.0))}
    even = log_parts(year, quarters, concentration=1e9, error=0.0)
    exact = np.array([multinomial(n, [0.25] * 4).logpmf([3, 5, 4, n - 12]) for n in year.astype(int)])
    np.testing.assert_allclose(even - even[0], exact - exact[0], atol=1e-4)
    assert log_parts(np.array([13.0]), {FIRST: 14.0}, concentration=12.0, error=0.0)[0] == -np.inf


def test_variance_of_a_part_is_that_of_its_count() -> None:
    found = part_variance(np.array([33.0]), 0.25, 0.25, concentration=12.0)[0]
    assert found == pytest.approx(betabinom(33, 3.0, 9.0).var())
    rng = np.random.default_rng(1)
    parts = np.array([rng.multinomial(33, share) for share in rng.dirichlet([3.0, 3.0, 6.0], 40_000)])
    both = np.cov(parts[:, 0], parts[:, :2].sum(axis=1))[0, 1]
    assert part_variance(np.array([33.0]), 0.25, 0.5, concentration=12.0)[0] == pytest.approx(both, rel=0.05)


@pytest.mark.parametrize("shape", [0.2, 0.5, 0.9])
def test_the_shape_of_the_largest_weights_is_found(shape: float) -> None:
    rng = np.random.default_rng(3)
    found = [pareto_k(np.log(genpareto(shape).rvs(1 << 14, random_state=rng))) for _ in range(12)]
    assert np.mean(found) == pytest.approx(shape, abs=0.12)


# -- planted truths ----------------------------------------------------------------------------------

TRUTHS, FUTURES = 240, 1 << 14


@pytest.fixture(scope="module")
def planted(knowledge: Knowledge, scenario: Scenario) -> Mapping[str, np.ndarray]:
    """Truths of the posterior with the first half as it is printed; and quantiles found with and without it.

    The futures truths are weighed on are drawn apart from them.
    """
    start = Expected(knowledge, arrivals([row("htx_new", 10)], knowledge.province, load_indicator_map()), scenario)
    rng = np.random.default_rng(11)
    truth = start.result(*start.futures(rng, 0, TRUTHS))
    pool = start.result(*start.futures(rng, 1 << 15, FUTURES))
    year, rate = truth.series(scenario.slug, "htx_founded")[0, -1], truth.runs[0].parameters["foundings_reference"]
    half = rng.binomial(year.astype(int), rng.beta(6.0, 6.0, TRUTHS)).tolist()
    years, rates = pool.series(scenario.slug, "htx_founded")[0, -1], pool.runs[0].parameters["foundings_reference"]
    found: dict[str, list[Any]] = {name: [] for name in ("ends", "even", "blind", "rank", "rate", "blind_rank")}
    for at in range(TRUTHS):
        one = Expected(
            knowledge, arrivals([row("htx_new", float(half[at]))], knowledge.province, load_indicator_map()), scenario
        )
        weights = weights_of(one.log_likelihood(pool))
        even = weights_of(log_parts(years, {FIRST: half[at]}, concentration=1e7, error=0.0))
        found["ends"].append(weighted(years, weights, (0.1, 0.9)))
        found["even"].append(weighted(years, even, (0.1, 0.9)))
        found["blind"].append(np.quantile(years, (0.1, 0.9)))
        found["rank"].append(placed(years, weights, year[at]))
        found["rate"].append(placed(rates, weights, rate[at]))
        found["blind_rank"].append(placed(years, np.ones(FUTURES), year[at]))
    return {**{name: np.array(values) for name, values in found.items()}, "year": year, "half": np.array(half)}


def weights_of(log_weights: np.ndarray) -> np.ndarray:
    """Weights, the largest of which is one."""
    return np.exp(log_weights - log_weights.max())


def weighted(values: np.ndarray, weights: np.ndarray, levels: Sequence[float]) -> np.ndarray:
    """Quantiles of weighted draws."""
    order = np.argsort(values)
    return values[order][np.searchsorted(np.cumsum(weights[order]) / weights.sum(), levels)]


def placed(values: np.ndarray, weights: np.ndarray, truth: float) -> float:
    """Share of the weight below a truth, ties half."""
    return float(weights @ ((values < truth) + 0.5 * (values == truth)) / weights.sum())


def test_ranges_of_the_year_hold_what_they_say(planted: Mapping[str, np.ndarray]) -> None:
    low, high = planted["ends"].T
    assert 0.73 <= covered(low, high, planted["year"]) <= 0.88
    # Half of what was not known is gone: the figure is used.
    assert (high - low).mean() < 0.85 * np.diff(planted["blind"]).mean()


@pytest.mark.parametrize("quantity", ["rank", "rate"])
def test_ranks_of_planted_truths_are_uniform(planted: Mapping[str, np.ndarray], quantity: str) -> None:
    counts = np.histogram(planted[quantity], bins=8, range=(0.0, 1.0))[0]
    assert ((counts - TRUTHS / 8) ** 2 / (TRUTHS / 8)).sum() < 18.5  # the 99 % point of 7 degrees of freedom
    # Given any first half, not only on average over them.
    assert abs(np.corrcoef(planted[quantity], planted["half"])[0, 1]) < 0.2


def test_a_nowcast_that_ignores_the_figure_shows(planted: Mapping[str, np.ndarray]) -> None:
    assert np.corrcoef(planted["blind_rank"], planted["half"])[0, 1] > 0.5


def test_an_even_half_year_is_too_sure(planted: Mapping[str, np.ndarray]) -> None:
    low, high = planted["even"].T
    assert covered(low, high, planted["year"]) < 0.72


def test_months_and_quarters_are_counted_once() -> None:
    assert disjoint([(FIRST, 14), (frozenset(range(1, 10)), 20)]) == {FIRST: 14, frozenset({7, 8, 9}): 6}
    assert disjoint([(frozenset({6}), 3), (FIRST, 14)]) == {frozenset({6}): 3, frozenset(range(1, 6)): 11}
    assert disjoint([(FIRST, 14), (SECOND, 10), (FIRST | SECOND, 24)]) == {FIRST: 14, SECOND: 10}
    assert disjoint([(FIRST, 14), (frozenset(range(1, 10)), 10)]) is None
    assert disjoint([(frozenset({5, 6, 7}), 4), (FIRST, 14)]) is None


# -- other figures -----------------------------------------------------------------------------------


def spread(known: Knowledge, scenario: Scenario, posterior: Posterior, indicator: str) -> tuple[float, float]:
    """Mean and standard deviation of a level at the end of the year, as it is expected to be printed."""
    asked = replace(scenario, horizon=YEAR)
    printed = run(known.province, known.register, [asked], posterior=posterior).printed(asked.slug, indicator)[0, -1]
    return float(printed.mean()), float(printed.std())


def test_a_copied_figure_does_not_sharpen(knowledge: Knowledge, scenario: Scenario) -> None:
    """48 million again says next to nothing; 49, which nobody can have copied, does."""
    plain = spread(knowledge, scenario, knowledge.posterior, "htx_worker_income")
    income = {"period": "mid", "unit": "million VND/yr"}
    sure = stated(knowledge.register, error_averages=0.01)
    known = replace(knowledge, register=sure)
    before = spread(known, scenario, knowledge.posterior, "htx_worker_income")
    for value, factor in ((48.0, (0.9, 1.1)), (49.0, (0.0, 0.75))):
        told = nowcast(known, [row("htx_worker_income", value, **income)], scenario=scenario)
        low, high = factor
        assert low < spread(known, scenario, told, "htx_worker_income")[1] / before[1] < high, value
    assert plain[1] > before[1]


def test_a_copied_figure_counts_as_often_as_it_is_likely_counted() -> None:
    residual = np.array([0.0, 30.0])
    never, always = (log_copied(residual, np.ones(2), grain=1.0, copied=share) for share in (0.0, 1.0))
    assert always[0] == always[1] == 0.0 and never[0] - never[1] > 100
    half = log_copied(residual, np.ones(2), grain=1.0, copied=0.5)
    assert 0.0 < half[0] - half[1] < 1.0


def test_a_level_moves_the_year_and_less_so_behind_a_break(knowledge: Knowledge, scenario: Scenario) -> None:
    registered = {"unit": "count"}
    before = spread(knowledge, scenario, knowledge.posterior, "htx_registered")
    low = spread(
        knowledge, scenario, nowcast(knowledge, [row("htx_total", 505, "to-06", **registered)], scenario=scenario),
        "htx_registered",
    )  # fmt: skip
    behind = spread(
        knowledge, scenario, nowcast(knowledge, [row("htx_total", 505, "to-07", **registered)], scenario=scenario),
        "htx_registered",
    )  # fmt: skip
    assert low[0] < before[0] - 5 and low[1] < before[1]
    assert abs(behind[0] - before[0]) < 0.5 * abs(low[0] - before[0])


def test_two_areas_learn_from_their_sum(knowledge: Knowledge) -> None:
    """A figure of the whole moves both areas alike; one of an area moves the other less."""
    province, empty = tiny.province(2), np.empty((0, 4096), np.float32)
    known = Knowledge(
        province, knowledge.register, Calibration(YEAR - 1, (), (), ()), Posterior((), empty, {}, np.inf, "")
    )
    scenario = tiny.scenario(years=1)

    def means(*rows: Observation) -> np.ndarray:
        posterior = nowcast(known, rows, scenario=scenario, whole=["SUM"]) if rows else known.posterior
        result = run(province, known.register, [scenario], posterior=posterior)
        return result.series(scenario.slug, "htx_founded")[0].mean(axis=1)

    before, whole, one = means(), means(row("htx_new", 10, area="SUM")), means(row("htx_new", 3, area="A00"))
    assert whole[2] < before[2] - 5 and abs(whole[0] - whole[1]) < 0.5
    assert before[0] - one[0] > 1.5 * (before[1] - one[1]) > 0  # what both share moves the other too
    assert np.allclose(whole[:2].sum(), whole[2])


def test_money_handed_out_slowly_slows_the_year(knowledge: Knowledge, scenario: Scenario) -> None:
    figures = [row("htx_new", 18), row("support_spent_total", 0.5)]
    told = [nowcast(knowledge, some, scenario=scenario) for some in (figures[:1], figures)]
    at = [one.ids.index("foundings_reference") for one in told]
    rates = [one.values[place].mean() for one, place in zip(told, at, strict=True)]
    # The same count with less money speaks for a higher rate at reference funding.
    assert rates[1] > rates[0]


def test_nothing_new_changes_nothing(knowledge: Knowledge, scenario: Scenario) -> None:
    old = [row("htx_new", 22, year=2023), row("tht_count", 2700, "mid"), row("htx_new", 40, "plan", status="plan")]
    assert nowcast(knowledge, old, scenario=scenario) is knowledge.posterior


def test_figures_that_contradict_each_other_are_refused_in_words(knowledge: Knowledge, scenario: Scenario) -> None:
    with pytest.raises(InputError) as caught:
        nowcast(knowledge, [row("htx_new", 14), row("htx_new", 10, "to-09")], scenario=scenario)
    assert caught.value.problems[0].key == "figures_contradict"


def test_figures_beyond_all_that_was_expected_are_refused_in_words(knowledge: Knowledge, scenario: Scenario) -> None:
    with pytest.raises(RunError) as caught:
        nowcast(knowledge, [row("htx_new", 400)], scenario=scenario)
    assert caught.value.problems[0].key == "nowcast_too_thin"


# -- from a sheet to a chance ------------------------------------------------------------------------


@pytest.fixture
def own_root(own_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Data of one's own, and a folder to work in."""
    monkeypatch.chdir(tmp_path)
    return own_data


def filled(path: Path, values: Mapping[str, float]) -> Path:
    """The sheet with some values entered."""
    book = openpyxl.load_workbook(path)
    for cells in book.active.iter_rows(min_row=2):
        term = term_named(cells[5].value)
        cells[6].value = values.get(term, cells[6].value)
    book.save(path)
    return path


def test_a_sheet_of_nine_months_comes_back_as_a_chance(own_root: Path) -> None:
    sheet = Path("nine.xlsx")
    export_figures([YEAR], sheet, lang="vi", force=False, part="9m")
    filled(sheet, {"htx_new": 19, "support_spent_total": 5.5})
    found = understand_later(sheet)
    assert [(one.indicator, one.period, one.value) for one in found.rows] == [
        ("htx_new", "to-09", 19), ("support_spent_total", "to-09", 5.5)
    ]  # fmt: skip
    came = found.came
    assert came is not None and came.steps[-1].figures[0].value == 19 and came.spent[0].value == 5.5
    assert came.steps[-1].chances[0].probability < came.steps[1].chances[0].probability < 0.4
    before = (own_root / "provinces" / "lao-cai" / "observations.csv").read_text()
    write_later(found)
    after = (own_root / "provinces" / "lao-cai" / "observations.csv").read_text()
    assert after.startswith(before) and after.count("\n") == before.count("\n") + 2
    with pytest.raises(InputError) as caught:
        understand_later(sheet)
    assert {problem.key for problem in caught.value.problems} == {"duplicate_row"}


def test_periods_are_asked_for_by_name() -> None:
    assert [period_asked(part) for part in ("q1", "h1", "9m", "month-05")] == ["to-03", "h1", "to-09", "month-05"]
    with pytest.raises(InputError) as caught:
        period_asked("q5")
    assert "h1" in str(caught.value.problems[0].allowed)


def test_every_step_is_the_answer_of_a_pack_up_to_there(knowledge: Knowledge, scenario: Scenario) -> None:
    """The first row is what every page says; each row after it has one figure more."""
    found = came_in(knowledge, scenario, draws=4096, seed=3)
    assert found is not None and found.used == 0 and not found.refused
    plain = run(knowledge.province, knowledge.register, [scenario], draws=4096, seed=3, posterior=knowledge.posterior)
    first = plain.series(scenario.slug, "htx_founded")[0, -1]
    assert found.steps[0].chances[0].probability == (first >= 40).mean()
    assert [len(step.figures) for step in found.steps] == [0] + [1] * (len(found.steps) - 1)
    assert found.steps[0].chances[0].probability - found.steps[1].chances[0].probability > 0.1
    assert 0.15 < found.steps[-1].chances[0].probability < 0.35


def test_a_pack_without_a_day_uses_all_it_has(own_root: Path) -> None:
    pack = own_root / "provinces" / "lao-cai" / "pack.yaml"
    text = pack.read_text(encoding="utf-8")
    pack.write_text(text.replace('conditioned_to: "2023-12-31"\n', ""), encoding="utf-8")
    known = load_knowledge(own_root)
    assert known.before is not None and known.posterior.events and not known.told
    asked = replace(plan_in_force(known.province, own_root), horizon=YEAR)
    assert (founded(known, asked, known.posterior) >= 40).mean() < 0.35
    pack.write_text(text.replace("2023-12-31", "2022-12-31"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_knowledge(own_root)
    assert caught.value.problems[0].place == "conditioned_to"
