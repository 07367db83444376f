"""Questions of every meeting, assumptions of one's own and suggestions: what each changes, and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from sim.domain import GOALS, LINES, Distribution, Plan
from sim.evidence import draws_for, load_knowledge
from sim.inputs.scenarios import load_scenario, load_world
from sim.inputs.yaml import scenario_text
from sim.planner import Planner, Words
from sim.planner.assume import (
    OWN,
    Threshold,
    _lead,
    adjustable,
    assumptions_content,
    base_of,
    own_of,
    scale_of,
    set_to,
    threshold,
    threshold_text,
)
from sim.planner.exchange import read_scenario
from sim.report.print import Figure
from tests.support.planners import notice, rest

FUND = 12_300_000_000


def session(**asked: Any) -> Any:
    return Planner(**{"draws": 256, "lang": "vi", **asked})._session


def money(plan: Plan, years: range) -> list[tuple[int, ...]]:
    return [tuple(plan.line_budget(line, year) for line in LINES) for year in years]


# -- the questions of every meeting ----------------------------------------------------------------


def test_cutting_a_line_leaves_its_money_unspent_unless_one_says_otherwise() -> None:
    planner = session()
    before = planner.state.plan
    planner.wish("cut", ["market", False])
    plan, years = planner.state.plan, planner.state.years
    for year in years:
        assert plan.line_budget("market", year) == 0
        assert plan.unallocated(year) == before.line_budget("market", year)
        assert all(plan.line_budget(line, year) == before.line_budget(line, year) for line in LINES if line != "market")
    planner.wish("undo")
    planner.wish("cut", ["market", True])
    plan = planner.state.plan
    assert [plan.annual_budget(year) for year in years] == [FUND] * len(years)
    assert all(plan.unallocated(year) == 0 == plan.line_budget("market", year) for year in years)


def test_only_the_year_being_edited_is_cut() -> None:
    planner = session()
    planner.wish("year", 2026)
    before = money(planner.state.plan, planner.state.years)
    planner.wish("cut", ["market", False])
    after = money(planner.state.plan, planner.state.years)
    changed = [year for year, one, other in zip(planner.state.years, before, after, strict=True) if one != other]
    assert changed == [2026]


def test_doubling_a_line_makes_the_fund_larger_by_it_and_a_line_without_money_cannot_be_doubled() -> None:
    planner = session()
    before = planner.state.allocation.lines
    planner.wish("double", "capacity")
    after = planner.state.allocation
    assert after.lines["capacity"] == 2 * before["capacity"] and after.fund == FUND + before["capacity"]
    assert all(after.lines[line] == before[line] for line in LINES if line != "capacity")
    planner.wish("cut", ["capacity", False])
    planner.wish("double", "capacity")
    assert notice(planner) == planner.words.say("problem_asked_nothing")
    planner.wish("double", "nothing")
    assert notice(planner) == planner.words.say("problem_unknown")


def test_half_a_year_later_moves_half_of_each_years_money_to_the_next_and_loses_no_dong() -> None:
    planner = session()
    planner.wish("year", 2025)
    planner.wish("line_text", ["market", "2,000000001"])
    plan, years = planner.state.plan, [*planner.state.years]
    planner.wish("delay")
    later = planner.state.plan
    for line in LINES:
        halves = {year: plan.line_budget(line, year) // 2 for year in years}
        for year in years:
            wanted = plan.line_budget(line, year) - halves[year] + halves.get(year - 1, 0)
            assert later.line_budget(line, year) == wanted
    handed_on = sum(plan.line_budget(line, years[-1]) // 2 for line in LINES) + plan.unallocated(years[-1]) // 2
    whole, left = (sum(one.annual_budget(year) for year in years) for one in (plan, later))
    assert whole - left == handed_on
    assert all(later.unallocated(year) >= 0 for year in years)


def test_what_if_less_is_paid_out_is_compared_with_the_plan_before_the_question() -> None:
    planner = session()
    planner.wish("disburse")
    world = planner.state.scenario.world
    assert world.overrides["disbursement_rate"].distribution == Distribution(0.6, 0.6, 0.6)
    assert planner.state.reference.world == load_world("central") and planner.state.reference.plan.fund
    assert "chưa có nguồn" in world.overrides["disbursement_rate"].reason["vi"]


# -- compared with one's own plan ------------------------------------------------------------------


def test_a_plan_is_compared_with_the_one_it_started_from() -> None:
    planner = session()
    assert planner.state.reference.key == planner.state.plan.slug
    planner.wish("start", "market-first")
    assert planner.state.reference.key == "market-first" == planner.state.plan.slug
    planner.wish("line", ["market", 1000])
    assert planner.state.reference.plan.line_budget("market", 2024) != planner.state.plan.line_budget("market", 2024)
    planner.wish("reference", "no-support")
    planner.wish("start", "capacity-first")
    assert planner.state.reference.key == "no-support"


# -- assumptions of one's own ----------------------------------------------------------------------


def test_every_slider_reaches_the_middle_within_the_limits_in_steps_people_count_in() -> None:
    for key, entry in adjustable(load_knowledge().register).items():
        scale = scale_of(entry)
        low, high = scale.value(scale.low), scale.value(scale.high)
        assert entry.bounds[0] - 1e-12 <= low < high <= entry.bounds[1] + 1e-12, key
        assert low <= entry.distribution.p50 <= high, key
        assert 40 <= scale.high - scale.low <= 130, key
        assert all(scale.place(scale.value(place)) == place for place in range(scale.low, scale.high + 1)), key


def test_an_assumption_of_ones_own_is_the_worlds_and_goes_again() -> None:
    planner, register = session(), load_knowledge().register
    scale = scale_of(register["stopping_rate"])
    planner.wish("assume", ["stopping_rate", scale.high])
    world = planner.state.scenario.world
    assert world.slug == f"central{OWN}" and set(world.overrides) == {"stopping_rate"} == set(own_of(world))
    assert "đặt tay" in world.label["vi"]
    assert scenario_text(planner.state.scenario).count("stopping_rate") == 1
    planner.wish("world", "weak-markets")
    mixed = planner.state.scenario.world
    assert set(own_of(mixed)) == {"stopping_rate"} and set(mixed.overrides) > {"stopping_rate"}
    planner.wish("assume_free", "stopping_rate")
    assert planner.state.scenario.world == load_world("weak-markets")
    assert own_of(load_world("weak-markets")) == {}
    assert base_of(mixed, {"weak-markets": load_world("weak-markets")}) == load_world("weak-markets")


def test_an_assumption_of_ones_own_survives_its_file_with_its_mark() -> None:
    planner = session()
    planner.wish("assume", ["stopping_rate", scale_of(load_knowledge().register["stopping_rate"]).low])
    scenario = planner.state.scenario
    again = read_scenario("kept.yaml", scenario_text(scenario).encode()).scenario
    assert again.world == scenario.world and set(own_of(again.world)) == {"stopping_rate"}


@pytest.mark.parametrize(
    "value", [["reference_split_market", 1], ["nothing", 1], ["stopping_rate", 10**6], ["stopping_rate", "x"], None]
)
def test_an_assumption_that_cannot_be_set_so_is_refused_and_nothing_changes(value: Any) -> None:
    planner = session()
    before = planner.state
    planner.wish("assume", value)
    assert notice(planner) and planner.state == before


def test_sliders_mark_what_is_ones_own_and_offer_every_other_assumption() -> None:
    register, words, world = load_knowledge().register, Words("vi"), load_world("central")
    own = set_to(world, {}, "stopping_rate", 0.05)
    content = assumptions_content(words, register, own, ["disbursement_rate"])
    rows = [(row["id"], row["own"]) for row in content["rows"]]
    assert rows == [("disbursement_rate", False), ("stopping_rate", True)]
    spread = register["stopping_rate"].distribution
    usual = [Figure.assumed(value, register["stopping_rate"].unit).text(words) for value in (spread.p10, spread.p90)]
    assert content["rows"][1]["text"].startswith("5") and all(one in content["rows"][1]["note"] for one in usual)
    offered = {key for _, key in content["choices"]}
    assert offered == {"", *adjustable(register)} - {"disbursement_rate", "stopping_rate"}


def test_an_assumption_that_areas_do_not_share_has_a_slider_for_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """One slider of new HTX a year, at the old Lào Cai's 36, would have set the other area's 96 to 36 too."""
    monkeypatch.setenv("COOPSIM_PROVINCE", "lao-cai-2025")
    planner = session()
    known = adjustable(planner.opened.knowledge.register)
    assert {"foundings_reference_vn_02", "foundings_reference_vn_06", "stopping_rate"} <= {*known}
    assert not {"foundings_reference", "stopping_rate_vn_02"} & {*known}
    middles = [known[f"foundings_reference_{area}"].distribution.p50 for area in ("vn_02", "vn_06")]
    assert middles[0] < middles[1] / 2
    before = planner.answer.founded.mean
    row = next(
        row
        for wish in [planner.wish("assume_more", "foundings_reference_vn_02")]
        for row in planner.view.levers["assumptions"]["rows"]
    )
    assert "Lào Cai cũ" in row["label"]
    planner.wish("assume", ["foundings_reference_vn_02", row["low"]])
    assert 0.6 * before < planner.answer.founded.mean < before, "the other area founds as before"


def test_what_was_set_for_all_areas_in_a_file_can_be_set_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOPSIM_PROVINCE", "lao-cai-2025")
    planner = session()
    world = set_to(planner.state.scenario.world, {}, "foundings_reference", 40.0)
    planner.put(replace(planner.state.scenario, world=world))
    (row,) = planner.view.levers["assumptions"]["rows"]
    assert row["own"] and row["id"] == "foundings_reference"
    planner.wish("assume_free", row["id"])
    assert not planner.state.scenario.world.overrides


# -- what must be true for the plan to win ---------------------------------------------------------


def test_a_threshold_is_found_where_two_plans_are_equal() -> None:
    """Recovery: set at the threshold the plans are equal, above it one is ahead and below it the other."""
    known, key = load_knowledge(), "phi_establishment_founding"
    founding, capacity = (
        replace(load_scenario(name), world=load_world("central")) for name in ("founding-first", "capacity-first")
    )
    draws = draws_for(known, founding, draws=1024, seed=1)
    found = threshold(draws, founding, capacity, key)
    assert found.value is not None and found.above
    turned = threshold(draws, capacity, founding, key)
    assert turned.value == pytest.approx(found.value) and not turned.above
    text = threshold_text(Words("vi"), known.register, key, found)
    assert "cao hơn" in text and "tổng doanh thu" in text
    below, at, above = (_lead(draws, founding, capacity, key, found.value * times).mean for times in (0.5, 1.0, 1.5))
    assert below < 0 < above and abs(at) < 0.1 * min(-below, above)


def test_the_negative_control_the_same_plan_wins_nowhere() -> None:
    known, scenario = load_knowledge(), load_scenario("fund-12.3")
    draws = draws_for(known, scenario, draws=256, seed=1)
    assert threshold(draws, scenario, scenario, "stopping_rate") == Threshold(None)


def test_thresholds_come_behind_the_answer_for_the_assumptions_that_decide_most() -> None:
    planner = session(reference="no-support")
    thresholds = rest(planner)["thresholds"]
    rows = planner.view.levers["assumptions"]["rows"]
    assert len(rows) == 3 and set(thresholds) == {row["id"] for row in rows}


def test_beside_itself_a_plan_has_no_thresholds() -> None:
    planner = session()
    assert rest(planner)["thresholds"] == {} and planner.view.levers["assumptions"]["rows"]


# -- suggestions that can be used ------------------------------------------------------------------


@pytest.mark.parametrize("goal", ["htx_active", "htx_worker_income", "target-0", "several"])
def test_a_suggestion_for_a_goal_keeps_money_and_tells_its_cost(goal: str) -> None:
    planner = session()
    planner.wish("suggest", {"goal": goal, "weights": {"htx_active": "2", "htx_worker_income": "1,5"}})
    assert not notice(planner)
    proposal = planner.view.status["proposal"]
    before = planner.state
    planner.wish("accept")
    after = planner.state.plan
    assert [after.annual_budget(year) for year in before.years] == [FUND] * len(before.years)
    assert [after.unallocated(year) for year in before.years] == [0] * len(before.years)
    if planner.state != before:
        assert planner.words.say("suggest_cost") in proposal
        for name in GOALS:  # an average that falls while the total grows is told before it is accepted
            assert name == goal or planner.words.term(f"card_{name}") in proposal


def test_only_the_year_being_edited_is_changed_by_a_suggestion() -> None:
    planner = session()
    planner.wish("year", 2026)
    before = money(planner.state.plan, planner.state.years)
    planner.wish("suggest", {"goal": "htx_active"})
    planner.wish("accept")
    after = money(planner.state.plan, planner.state.years)
    changed = [year for year, one, other in zip(planner.state.years, before, after, strict=True) if one != other]
    assert changed == [2026] and sum(after[2]) == FUND


def test_shares_told_of_a_suggestion_add_up_to_a_hundred() -> None:
    planner = session()
    planner.wish("suggest", {"goal": "htx_active"})
    told = re.findall(r"(\d+)\s*%\s*→\s*(\d+)\s*%", planner.view.status["proposal"].replace("\u00a0", " "))
    assert len(told) == len(LINES)
    assert [sum(map(int, column)) for column in zip(*told, strict=True)] == [100, 100]


def test_a_suggestion_tells_a_line_as_its_box_will() -> None:
    """To a million đồng, adding up; what is taken is exact to the đồng."""
    planner = session()
    planner.wish("fund", "12,299999999")
    planner.wish("suggest", {"goal": "htx_active"})
    proposal = re.sub(r"<[^>]+>", "", planner.view.status["proposal"]).replace("\u00a0", " ")
    told = re.findall(r"→ ([\d,]+) tỷ đồng", proposal)[: len(LINES) + 1]
    planner.wish("accept")
    boxes = [line["text"] for line in planner.view.levers["lines"]]
    assert any(amount % 1_000_000 for amount in money(planner.state.plan, planner.state.years)[0])
    assert told == [*boxes, "12,3"]


@pytest.mark.parametrize(
    "asked",
    [
        {"goal": "several", "weights": {}},
        {"goal": "several", "weights": {"htx_active": "x"}},
        {"goal": "nothing"},
        {"goal": "target-99"},
    ],
)
def test_a_goal_that_is_none_is_refused_in_words(asked: Any) -> None:
    planner = session()
    planner.wish("suggest", asked)
    assert notice(planner) and not planner.view.status.get("acceptable")
