"""The JavaScript twin gives the model's own figures: every count, and money to nine digits and more."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from functools import cache
from typing import Any

import numpy as np
import pytest

from sim.analysis.compare import indicator_difference, outcome_of
from sim.analysis.split import without_money
from sim.domain import LINES, NOMINAL, REAL, Distribution, Override, Plan, Scenario, own_target
from sim.ensemble import DEFAULT_SEED, apart, evaluate_each
from sim.evidence import Knowledge, draws_for, load_knowledge
from sim.inputs.scenarios import list_scenarios, list_worlds, load_background, load_scenario, load_world
from sim.planner import CURRENT, REFERENCE, Engine, Reader, evidence_of, margin, variants
from sim.run import funding_of, printed_by_years
from tests.support.twin import CLOSE, COUNTS, Compared, Twin, beside, twin

PACKS = ("lao-cai", "yen-bai", "lao-cai-2025")
#: Enough for every branch of a count's inversion to be taken thousands of times.
DRAWS = 512
#: Enough for shares of the variance to be told apart.
EVIDENCE_DRAWS = 4096


@cache
def knowledge(pack: str) -> Knowledge:
    return load_knowledge(province=pack)


@cache
def scenario(pack: str, slug: str = "fund-12.3") -> Scenario:
    return load_scenario(slug, background=load_background(province=pack))


@pytest.fixture(scope="module", params=PACKS)
def engine(request: pytest.FixtureRequest) -> Iterator[Twin]:
    with twin(knowledge(request.param), DRAWS) as found:
        yield found


def random_plan(pack: str, rng: np.random.Generator) -> Plan:
    """Money of its own in every line and year, some of it nothing and some far beyond experience."""
    province = knowledge(pack).province
    years = range(province.base_year + 1, 2031)
    money = rng.uniform(0, 9, (len(years), len(LINES))).round(3) * rng.choice([1, 1, 6])
    money[rng.random(money.shape) < 0.2] = 0.0
    vnd = {line: {year: int(round(one * 1e9)) for year, one in zip(years, money[:, at], strict=True)}
           for at, line in enumerate(LINES)}  # fmt: skip
    fund = {year: sum(vnd[line][year] for line in LINES) for year in years}
    basis = str(rng.choice([NOMINAL, REAL]))
    plan = Plan("random", {"vi": "ngẫu nhiên", "en": "random"}, basis, fund, vnd)
    if len(province.areas) == 1 or rng.random() < 0.5:
        return plan
    share = round(float(rng.random()), 3)
    codes = [area.code for area in province.areas]
    first, later = rng.choice(list(LINES), 2, replace=False)
    plan = plan.with_areas(dict(zip(codes, (share, 1 - share), strict=True)), lines=[str(first)])
    return plan.with_areas({codes[0]: 1}, lines=[str(later)], years=[2028, 2029])


def looked_at(engine: Twin, one: Scenario) -> Compared:
    """A scenario beside the shipped plan in its world: every series of it, as the model has it and as printed."""
    reference = replace(scenario(engine.known.province.slug), slug="reference", world=one.world, horizon=one.horizon)
    result = beside(engine.known, replace(one, slug="mine"), reference, engine.draws)
    engine.compare(one, reference)
    found = Compared()
    for row in engine.known.province.indicators:
        for basis in (NOMINAL, REAL) if row.money else ("",):
            found.add(engine, result, row.id, basis)
            found.add(engine, result, row.id, basis, printed=True)
    return found


def test_every_series_of_the_shipped_scenario_is_the_models(engine: Twin) -> None:
    found = looked_at(engine, scenario(engine.known.province.slug))
    assert found.counts > 40_000
    assert found.unequal == 0
    assert found.furthest <= CLOSE


@pytest.mark.parametrize("seed", range(2))
def test_random_plans_in_every_world_are_the_models(engine: Twin, seed: int) -> None:
    pack, rng = engine.known.province.slug, np.random.default_rng(seed)
    worlds = list_worlds()
    world = load_world(worlds[seed % len(worlds)], register=engine.known.register)
    found = looked_at(engine, replace(scenario(pack), plan=random_plan(pack, rng), world=world))
    assert found.unequal == 0
    assert found.furthest <= CLOSE


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("pack", PACKS)
def test_every_shipped_scenario_and_many_plans_are_the_models(pack: str) -> None:
    rng, found = np.random.default_rng(1), Compared()
    with twin(knowledge(pack), 2048) as engine:
        for slug in list_scenarios():
            one = looked_at(engine, scenario(pack, slug))
            found = Compared(found.counts + one.counts, found.unequal + one.unequal, max(found.furthest, one.furthest))
        for slug in list_worlds():
            world = load_world(slug, register=engine.known.register)
            for _ in range(10):
                one = looked_at(engine, replace(scenario(pack), plan=random_plan(pack, rng), world=world))
                unequal, furthest = found.unequal + one.unequal, max(found.furthest, one.furthest)
                found = Compared(found.counts + one.counts, unequal, furthest)
    assert found.unequal == 0, found
    assert found.furthest <= CLOSE, found


# -- Assumptions of a world, horizons, fewer draws ---------------------------------------------------------


def restated(one: Scenario, **points: tuple[float, float, float]) -> Scenario:
    reason = {"vi": "người lập kế hoạch đặt", "en": "set by the planner"}
    stated = {key: Override(key, Distribution(*three), reason) for key, three in points.items()}
    return replace(one, world=replace(one.world, slug="stated", overrides=stated))


@pytest.mark.parametrize(
    "stated",
    [
        {"stopping_rate": (0.1, 0.2, 0.4), "effect_market_revenue": (0.05, 0.05, 0.05)},
        {"reference_split_market": (0.2, 0.3, 0.5), "disbursement_rate": (0.6, 0.6, 0.6), "inflation": (0, 0.02, 0.1)},
        {"revenue_volatility": (0.1, 0.2, 0.3), "disaster_probability": (0.5, 0.5, 0.5), "shock_recovery": (0, 0, 0.9)},
    ],
)
def test_what_a_planner_states_is_taken_as_the_model_takes_it(
    engine: Twin, stated: dict[str, tuple[float, float, float]]
) -> None:
    found = looked_at(engine, restated(scenario(engine.known.province.slug), **stated))
    assert found.unequal == 0
    assert found.furthest <= CLOSE


def test_an_area_keeps_what_is_stated_of_it_alone() -> None:
    with twin(knowledge("lao-cai-2025"), DRAWS) as engine:
        stated = {"stopping_rate": (0.1, 0.2, 0.3), "stopping_rate_vn_06": (0.5, 0.5, 0.5)}
        found = looked_at(engine, restated(scenario("lao-cai-2025"), **stated))
    assert found.unequal == 0
    assert found.furthest <= CLOSE


def test_further_years_and_fewer_draws_are_the_models_too(engine: Twin) -> None:
    one = replace(scenario(engine.known.province.slug), horizon=2034)
    assert looked_at(engine, one).unequal == 0
    fewer = Twin(engine.known, 100, engine.script, engine.content)
    found = looked_at(fewer, replace(one, horizon=2028))
    assert found.counts and found.unequal == 0
    assert found.furthest <= CLOSE


# -- The answer ---------------------------------------------------------------------------------------------


def same(ours: Any, theirs: Any, place: str = "") -> list[str]:
    """Where two answers differ: numbers by more than nine digits, everything else at all."""
    if isinstance(theirs, dict):
        return [fault for key in theirs for fault in same(ours[key], theirs[key], f"{place}.{key}")]
    if isinstance(theirs, (list, tuple)):
        pairs = list(zip(ours, theirs, strict=True))
        return [fault for at, (one, other) in enumerate(pairs) for fault in same(one, other, f"{place}[{at}]")]
    if isinstance(theirs, float) and isinstance(ours, (int, float)):
        close = abs(ours - theirs) <= CLOSE * max(1.0, abs(theirs))
        return [] if close else [f"{place}: {ours} for {theirs}"]
    return [] if ours == theirs else [f"{place}: {ours} for {theirs}"]


def told(answer: Any) -> dict[str, Any]:
    """Python's answer without words and questions."""

    def drop(value: Any) -> Any:
        if isinstance(value, dict):
            return {str(key): drop(one) for key, one in value.items() if key not in {"subject", "label"}}
        return [drop(one) for one in value] if isinstance(value, (list, tuple)) else value

    plain = {name: getattr(answer, name) for name in answer.__dataclass_fields__ if name != "scenario"}
    found: dict[str, Any] = {
        name: [asdict(one) for one in value] if isinstance(value, tuple)
        else asdict(value) if hasattr(value, "__dataclass_fields__") else value
        for name, value in plain.items()
    }  # fmt: skip
    for chance in found["chances"]:
        chance["target"] = {key: chance["target"][key] for key in ("id", "indicator", "year", "high")}
    return dict(drop({**found, "identical": answer.identical}))


@pytest.mark.parametrize("basis", [NOMINAL, REAL])
def test_the_answer_holds_the_planners_own_numbers(engine: Twin, basis: str) -> None:
    pack = engine.known.province.slug
    targets = (
        own_target("htx_active", 2030, 300, 500), own_target("htx_revenue", 2030, 500),
        own_target("htx_stopped", 2029, 30),
    )  # fmt: skip
    one = replace(scenario(pack, "market-first"), targets=targets)
    reference = scenario(pack, "no-support")
    run = Engine(engine.known, DEFAULT_SEED)
    result = run.compare(one, reference, engine.draws)
    engine.compare(one, reference)
    assert same(engine.answer(basis), told(Reader().answer(result, basis))) == []
    wanted = {
        line: {key: asdict(value) for key, value in margin(run.beside(result, variant), line).items()}
        for line, variant in variants(result.run_of(CURRENT).scenario, engine.known.province.planning_year).items()
    }
    assert same(engine.script.run("engine.margins(found)"), told_margins(wanted)) == []
    assert REFERENCE in result.scenarios


def told_margins(margins: dict[str, Any]) -> dict[str, Any]:
    drop = {"subject"}
    return {line: {key: {name: number for name, number in one.items() if name not in drop} for key, one in by.items()}
            for line, by in margins.items()}  # fmt: skip


def test_a_plan_beside_itself_is_the_same_in_every_draw(engine: Twin) -> None:
    one = scenario(engine.known.province.slug)
    engine.compare(one, replace(one, slug="again"))
    answer = engine.answer(NOMINAL)
    assert answer["identical"] and answer["figures"][0]["difference"]["p_better"] == 0.5


@pytest.mark.parametrize(
    ("pack", "slug"),
    [("lao-cai", "fund-12.3"), ("lao-cai", "no-support"), ("yen-bai", "market-first"), ("lao-cai-2025", "fund-12.3")],
)
def test_the_grade_of_evidence_is_the_planners(pack: str, slug: str) -> None:
    """Other futures are the same draws in another order, so that shares differ by their own error and no more."""
    known, one, reference = knowledge(pack), scenario(pack, slug), scenario(pack, "no-support")
    result = Engine(known, DEFAULT_SEED).compare(one, reference, EVIDENCE_DRAWS)
    wanted = evidence_of(result, known.posterior)
    with twin(known, EVIDENCE_DRAWS) as engine:
        engine.compare(one, reference)
        found = engine.script.run("engine.evidence(found)")
    assert found["grade"] == wanted.grade
    for part in ("weak", "assumed"):
        share = getattr(wanted, part)
        assert abs(found[part] - share.value) < 6 * share.error
    shares = {one["id"]: one["share"] for one in found["drivers"]}
    assert same([shares[one.id] for one in wanted.drivers], [one.share for one in wanted.drivers]) == []
    told = [one for one in wanted.drivers if one.share > 0.01]
    assert [one["id"] for one in found["drivers"][: len(told)]] == [one.id for one in told]


def test_one_assumption_set_in_both_worlds_moves_the_lead_as_the_model_has_it(engine: Twin) -> None:
    """What a threshold under a slider is looked for with."""
    pack = engine.known.province.slug
    one, reference = scenario(pack, "market-first"), scenario(pack, "capacity-first")
    engine.compare(one, reference)
    stated = [restated(each, effect_market_revenue=(0.2, 0.2, 0.2)) for each in (one, reference)]
    draws = draws_for(engine.known, one, draws=engine.draws, seed=DEFAULT_SEED)
    outcome = outcome_of("htx_revenue_total", one.horizon)
    ours, theirs = (evaluate_each(draws, [each], [outcome])[0, 0].astype(float) for each in stated)
    wanted = indicator_difference(outcome.indicator, apart(ours, theirs), draws.effective_draws)
    found = engine.script.run("engine.lead(found, 'effect_market_revenue', 0.2)")
    assert same(found, {name: getattr(wanted, name) for name in ("mean", "p10", "p90", "mcse", "p_better")}) == []


def test_what_is_kept_from_one_move_to_the_next_changes_nothing() -> None:
    """Runs and buffers are shared and used again: an engine that has seen other pairs says what a new one says."""
    plans = [scenario("lao-cai", slug) for slug in ("fund-12.3", "market-first", "fund-12.3--weak-markets")]
    further = [replace(one, horizon=2032) for one in plans]
    pairs = [(0, 0), (1, 0), (1, 1), (0, 1), (2, 0), (2, 2), (1, 2)]
    with twin(knowledge("lao-cai"), DRAWS) as kept, twin(knowledge("lao-cai"), DRAWS) as fresh:
        for of in (plans, further, plans):
            for ours, theirs in pairs:
                kept.compare(of[ours], of[theirs])
                kept.script.run("[engine.margins(found), engine.rating(found, found.reference.scenario), null][2]")
                fresh.script.run("globalThis.engine = makeEngine(engine.payload); null")
                fresh.compare(of[ours], of[theirs])
                assert kept.answer(NOMINAL) == fresh.answer(NOMINAL)


@pytest.mark.parametrize("horizon", [2030, 2027])
def test_money_and_effect_per_htx_are_the_reports_where_the_fund_is_assumed(horizon: int) -> None:
    known, one = knowledge("lao-cai-2025"), replace(scenario("lao-cai-2025", "market-first"), horizon=horizon)
    run, reference = Engine(known, DEFAULT_SEED), replace(scenario("lao-cai-2025", "no-support"), horizon=horizon)
    result = run.compare(one, reference, DRAWS)
    without = without_money(result.run_of(CURRENT).scenario, known.province.open_years(horizon))
    wanted = funding_of(run.beside(result, replace(without, slug="none")), "none", CURRENT)
    assert wanted is not None
    printed = printed_by_years(known.province, longest=6, draws=DRAWS, seed=DEFAULT_SEED)
    with twin(known, DRAWS, funding=printed) as engine:
        engine.compare(one, reference)
        found = engine.script.run("engine.funding(found)")
    assert same(found["multiple"], wanted.multiple) == []
    for name in ("ours", "theirs"):
        side = getattr(wanted, name)
        change = {key: getattr(side.change, key) for key in ("mean", "p10", "p90", "mcse", "identical")}
        told = {key: getattr(side, key) for key in ("fund", "active", "years", "million_per_htx")}
        assert same(found[name], {**told, "change": change}) == []


@pytest.mark.browser
def test_without_v8_a_browser_runs_it_and_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "py_mini_racer", None)
    with pytest.warns(UserWarning, match="no V8"), twin(knowledge("lao-cai"), DRAWS) as engine:
        found = looked_at(engine, scenario("lao-cai"))
    assert found.counts and found.unequal == 0
    assert found.furthest <= CLOSE


# -- Controls: what must be found ---------------------------------------------------------------------------

STOPPING = "const stopping = stoppingRate[i] * effects.stopping[at];"
MASS = "mass *= Math.max(a + b / k, 0);"


def unequal_counts(old: str, new: str, scenarios: Sequence[Scenario]) -> int:
    """How many counts of all draws differ once a piece of the twin is another."""
    found = Compared()
    with twin(knowledge("lao-cai"), 8192, changed={old: new}) as engine:
        for one in scenarios:
            engine.compare(one, one)
            result = beside(engine.known, one, replace(one, slug="again"), engine.draws)
            for name in COUNTS:
                found.add(engine, result, name)
    return found.unequal


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (STOPPING, STOPPING.replace(";", " * (1 + 1e-4);")),
        (MASS, MASS.replace(";", " * (1 + 1e-3);")),
        ("const EXACT_UP_TO = 40;", "const EXACT_UP_TO = 1e9;"),
    ],
    ids=["stopping", "mass", "better-than-python"],
)
def test_a_count_that_is_worked_out_otherwise_is_found(old: str, new: str) -> None:
    assert unequal_counts(old, new, [scenario("lao-cai")]) > 0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new"),
    [(STOPPING, STOPPING.replace(";", " * (1 + 1e-7);")), (MASS, MASS.replace(";", " * (1 + 1e-5);"))],
    ids=["stopping", "mass"],
)
def test_a_count_that_is_off_by_a_hair_is_found(old: str, new: str) -> None:
    assert unequal_counts(old, new, [scenario("lao-cai", slug) for slug in list_scenarios()]) > 0


def test_a_factor_left_out_of_catching_up_is_found_in_money_alone() -> None:
    one, counts, money = scenario("lao-cai"), Compared(), Compared()
    old = "const caughtUp = speed * common * missing;"
    with twin(knowledge("lao-cai"), DRAWS, changed={old: "const caughtUp = speed * missing;"}) as engine:
        engine.compare(one, one)
        result = beside(engine.known, one, replace(one, slug="again"), engine.draws)
        for name in COUNTS:
            counts.add(engine, result, name)
        money.add(engine, result, "htx_revenue", REAL)
    assert counts.unequal == 0
    assert money.furthest > 1000 * CLOSE
