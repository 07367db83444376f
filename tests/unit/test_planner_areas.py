"""The planner divides money between areas: every move adds up, is undone, saved and read back."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from sim.domain import LINES, moved
from sim.inputs.scenarios import load_plan, load_scenario, opening
from sim.inputs.yaml import scenario_text
from sim.planner import Planner, Reference, Refusal, State, part
from tests.support.planners import rest

PACK = "lao-cai-2025"
OLD, OTHER = "VN-02", "VN-06"


@pytest.fixture
def merged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOPSIM_PROVINCE", PACK)


def session(**asked: Any) -> Any:
    return Planner(**{"draws": 256, "reference": "no-support", **asked})._session


@pytest.mark.parametrize(
    ("held", "share", "expected"),
    [
        ({"a": 0.25, "b": 0.75}, "0.5", {"a": "0.5", "b": "0.5"}),
        ({"a": 0.2, "b": 0.2, "c": 0.6}, "0.6", {"a": "0.6", "b": "0.1", "c": "0.3"}),
        ({"a": 1, "b": 0, "c": 0}, "0.5", {"a": "0.5", "b": "0.25", "c": "0.25"}),
        ({"a": 0.5, "b": 0.5}, "1", {"a": "1"}),
        ({"a": 1 / 3, "b": 1 / 3, "c": 1 / 3}, "0", {"b": "0.5", "c": "0.5"}),
    ],
)
def test_one_share_moved_keeps_the_others_in_proportion_and_the_whole(
    held: dict[str, float], share: str, expected: dict[str, str]
) -> None:
    found = moved(held, "a", Decimal(share))
    assert found == {area: Decimal(one) for area, one in expected.items()}
    assert sum(found.values()) == 1


class TestState:
    """Without a session: what a move does to the plan."""

    @pytest.fixture
    def state(self, merged: None) -> State:
        reference = Reference("no-support", load_plan("no-support"))
        return State.opened(load_scenario("fund-31.7"), reference, base_year=2024, draws=256, present=2027)

    def test_every_line_is_divided_alike_from_the_first_year_on(self, state: State) -> None:
        found = state.with_areas({OLD: Decimal("0.3"), OTHER: Decimal("0.7")})
        for line in LINES:
            for year in state.years:
                money = found.plan.area_budget(line, year)
                assert sum(money.values()) == state.plan.line_budget(line, year)
                assert money[OLD] == round(0.3 * state.plan.line_budget(line, year))
        assert found.edited and found.with_areas({}).plan == state.plan

    def test_one_line_in_one_year_leaves_all_others_as_they_are(self, state: State) -> None:
        here = replace(state.at_year(2028), area_line="market").with_areas({OTHER: Decimal(1)})
        assert here.plan.area_budget("market", 2028) == {OTHER: state.plan.line_budget("market", 2028)}
        assert not here.plan.area_shares("market", 2027) and not here.plan.area_shares("market", 2029)
        assert list(here.plan.areas) == ["market"] and not here.flat

    def test_money_moved_afterwards_keeps_the_division(self, state: State) -> None:
        found = state.with_areas({OLD: Decimal("0.3"), OTHER: Decimal("0.7")}).with_fund(20 * 10**9)
        assert found.plan.area_shares("market", 2030) == {OLD: Decimal("0.3"), OTHER: Decimal("0.7")}


def test_a_slider_moves_money_to_one_area_and_only_that_areas_htx(merged: None, tmp_path: Any) -> None:
    planner = session(folder=str(tmp_path), scenario="fund-31.7")
    levers = planner.view.levers["areas"]
    assert [row["code"] for row in levers["rows"]] == [OLD, OTHER] and levers["even"]
    assert sum(row["value"] for row in levers["rows"]) == 100
    before = planner.engine.compare(planner.state.scenario, planner.state.scenario, 256)
    planner.wish("area", [OLD, 80])
    levers = planner.view.levers["areas"]
    assert [row["value"] for row in levers["rows"]] == [80, 20] and not levers["even"]
    after = planner.engine.compare(planner.state.scenario, planner.state.scenario, 256)
    change = (after.series("planner-current", "htx_active") - before.series("planner-current", "htx_active"))[-1]
    assert change[0].mean() > 0 > change[1].mean()
    planner.wish("area_text", [OLD, "37,5 %"])
    assert planner.view.levers["areas"]["rows"][0]["text"] == "37,5"
    planner.wish("save", {"name": "Chia khác", "overwrite": False})
    (path,) = tmp_path.glob("*.yaml")
    saved = load_scenario(str(path)).plan
    assert saved.area_shares("survey", 2030) == {OLD: Decimal("0.375"), OTHER: Decimal("0.625")}
    planner.wish("undo")
    assert planner.view.levers["areas"]["rows"][0]["value"] == 80
    planner.wish("areas_even")
    assert planner.view.levers["areas"]["even"] and not planner.state.plan.areas


def test_a_division_of_one_line_is_shown_as_mixed_where_every_line_is_looked_at(merged: None) -> None:
    planner = session(scenario="fund-31.7")
    planner.wish("area_line", "market")
    planner.wish("area", [OTHER, 100])
    assert [row["value"] for row in planner.view.levers["areas"]["rows"]] == [0, 100]
    planner.wish("area_line", "")
    content = planner.view.levers["areas"]
    assert content["note"] == planner.words.say("areas_mixed_note") and not content["even"]


@pytest.mark.parametrize("wish", [("area", ["VN-99", 50]), ("area", [OLD, 101]), ("area_text", [OLD, "abc"]),
                                  ("area_text", [OLD, "120"]), ("area_text", [OLD, "-3"])])  # fmt: skip
def test_what_is_no_share_of_an_area_is_refused_in_words(merged: None, wish: tuple[str, list[Any]]) -> None:
    planner = session(scenario="fund-31.7")
    state = planner.state
    planner.wish(*wish)
    assert planner.state == state and planner.view.status["notice"]


def test_a_pack_of_one_area_has_no_such_lever() -> None:
    planner = session()
    assert "areas" not in planner.view.levers
    planner.wish("area", [OLD, 50])
    assert planner.view.status["notice"] and not planner.state.plan.areas


@pytest.mark.parametrize(("text", "lang", "share"), [("37,5", "vi", "0.375"), ("40%", "en", "0.4"), ("100", "vi", "1")])
def test_a_share_is_typed_in_per_cent(text: str, lang: str, share: str) -> None:
    assert part(text, lang) == Decimal(share)
    with pytest.raises(Refusal):
        part("100,1" if lang == "vi" else "100.1", lang)


def test_what_a_file_may_state_has_a_slider_for_all_areas_and_for_one(merged: None, tmp_path: Any) -> None:
    """Offered is one slider where areas are alike and one each where not; a file may state it either way."""
    found = session()
    for key in ("foundings_reference", "foundings_reference_vn_06", "disaster_loss", "disaster_loss_vn_06"):
        found.wish("assume_more", key)
        row = next(row for row in found.view.levers["assumptions"]["rows"] if row["id"] == key)
        found.wish("assume", [key, row["high"]])
        assert found.state.scenario.world.overrides[key].distribution.constant
        path = tmp_path / f"{key.replace('_', '-')}.yaml"
        path.write_text(scenario_text(replace(found.state.scenario, slug=path.stem)), encoding="utf-8")
        again = load_scenario(str(path)).world.overrides
        assert {name: one.distribution for name, one in again.items()} == {
            name: one.distribution for name, one in found.state.scenario.world.overrides.items()
        }
        found.wish("assume_free", key)
        assert key not in found.state.scenario.world.overrides
    found.wish("assume", ["no_such_thing", 1])
    assert found.view.status["notice"] and not found.state.scenario.world.overrides


def test_without_a_name_the_planner_opens_with_the_plan_in_force_as_the_command_does(merged: None) -> None:
    found = session()
    assert found.opened.asked.scenario == found.state.scenario.slug == opening() == "fund-31.7"
    assert session(scenario="fund-12.3").state.scenario.slug == "fund-12.3"


def test_a_figure_of_one_area_that_came_in_says_of_which(merged: None) -> None:
    planner = session()
    told = re.sub(r"<[^>]*>|\u2060", "", rest(planner)["arrived"])
    assert "Tổng số HTX, Yên Bái cũ, đến hết tháng 02/2025: 834" in told
    assert "Tổng số HTX, giữa 2025: 1.400" in told, "the whole province needs no name"
    assert "mục tiêu" not in told, "no target is left to have a chance"
