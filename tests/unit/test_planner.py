"""Claims about the planner without a browser: nothing is lost, nothing is guessed, nothing is made up."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.websocket import KernelWebsocketHandler

from sim.analysis.answer import answer_for
from sim.analysis.compare import difference
from sim.domain import HEADLINE, LEADING, LINES, VND_PER_BILLION, InputError, Limits, Plan, Problem, Scenario, World
from sim.ensemble import DEFAULT_SEED, run
from sim.evidence import load_knowledge
from sim.inputs.scenarios import list_scenarios, load_plan, load_scenario, load_world
from sim.inputs.text import shown_path
from sim.inputs.yaml import load_catalogue, placeholders, scenario_text
from sim.planner import (
    CURRENT,
    REFERENCE,
    Engine,
    Lodging,
    Planner,
    PromptConnection,
    Reader,
    Reference,
    Refusal,
    Service,
    Shown,
    State,
    Words,
    amount,
    frame,
    levers_content,
    named,
    read_parameters,
    save,
    slug_of,
    suggest,
)
from sim.planner.serve import _config
from sim.report.print import Figure
from tests.support.planners import notice, rest

ROOT = Path(__file__).resolve().parents[2]
DRAWS = 256
FUND = 12_300_000_000


def opened(name: str = "fund-12.3", reference: str = "no-support") -> State:
    """A scenario as the planner opens it."""
    return State.opened(load_scenario(name), Reference(reference, load_plan(reference)), base_year=2023, draws=DRAWS)


def session(**asked: Any) -> Any:
    """A planner's session, without any browser."""
    return Planner(**{"draws": DRAWS, "reference": "no-support", **asked})._session


# -- the engine ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lang", "vnd", "text"),
    [
        ("vi", 12_300_000_000, "12,3"),
        ("vi", 3_690_000_000, "3,69"),
        ("vi", 1_000_000_000, "1"),
        ("vi", 1_845_000_000, "1,845"),
        ("vi", 100_000_000_000, "100"),
        ("vi", 1_234_500_000_000, "1234,5"),
        ("vi", 0, "0"),
        ("en", 12_300_000_000, "12.3"),
        ("en", 12_000_000_000_000, "12000"),
    ],
)
def test_a_money_field_has_no_zeros_that_pass_for_thousands_and_reads_back_as_the_same_amount(lang, vnd, text):
    shown = Shown({name: [] for name in ("start", "world", "reference", "horizon")})
    content = levers_content(opened().with_fund(vnd).with_limit("market", floor=0, cap=vnd), Words(lang), shown)
    assert content["fund"]["text"] == text
    assert amount(text, lang) == vnd
    assert next(line["cap"] for line in content["lines"] if line["id"] == "market") == text


def test_the_fund_of_12_3_is_shown_so():
    shown = Shown({name: [] for name in ("start", "world", "reference", "horizon")})
    assert levers_content(opened(), Words("vi"), shown)["fund"]["text"] == "12,3"


def test_the_planner_shows_what_a_direct_run_gives() -> None:
    known, scenario, reference = load_knowledge(), load_scenario("market-first"), load_scenario("no-support")
    engine = Engine(known, DEFAULT_SEED)
    engine.compare(load_scenario("fund-12.3"), reference, DRAWS)
    kept = engine.compare(scenario, reference, DRAWS)
    direct = run(
        known.province, known.register, [scenario, reference], draws=DRAWS, seed=DEFAULT_SEED, posterior=known.posterior
    )
    for indicator in HEADLINE:
        assert (kept.series(CURRENT, indicator) == direct.series("market-first", indicator)).all()
        assert (kept.series(REFERENCE, indicator) == direct.series("no-support", indicator)).all()
    assert kept.effective_draws == direct.effective_draws


def test_only_what_changed_is_run_again(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.planner import answer as module

    engine = Engine(load_knowledge(), DEFAULT_SEED)
    reference = load_scenario("no-support")
    engine.compare(load_scenario("fund-12.3"), reference, DRAWS)
    ran: list[str] = []
    real = module.run_block
    monkeypatch.setattr(module, "run_block", lambda p, s, b: ran.append(s.slug) or real(p, s, b))
    monkeypatch.setattr(module, "draws_for", lambda *a, **k: pytest.fail("the draws are frozen"))
    engine.compare(load_scenario("market-first"), reference, DRAWS)
    engine.compare(load_scenario("market-first"), reference, DRAWS)
    assert ran == [CURRENT]


def test_what_belongs_to_a_reference_that_stays_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from sim.planner import answer as module

    read, fan = [], module.read.fan
    monkeypatch.setattr(module.read, "fan", lambda result, slug, *rest: read.append(slug) or fan(result, slug, *rest))
    planner = session(reference="no-support")
    assert read.count(REFERENCE) == read.count(CURRENT) == len(HEADLINE)
    planner.wish("line", ["market", 5000])
    assert (read.count(REFERENCE), read.count(CURRENT)) == (len(HEADLINE), 2 * len(HEADLINE))
    planner.wish("reference", "market-first")
    assert read.count(REFERENCE) == 2 * len(HEADLINE), "the negative control: another reference is read anew"


def test_a_plan_compared_with_itself_differs_by_nothing() -> None:
    scenario = load_scenario("fund-12.3")
    found = Reader().answer(Engine(load_knowledge(), DEFAULT_SEED).compare(scenario, scenario, DRAWS))
    assert found.identical
    top = Words("vi").top(found, load_knowledge().province, "Mốc")
    assert "trùng với mốc" in top


def test_parts_of_growth_add_up_to_the_whole() -> None:
    found = Reader().answer(
        Engine(load_knowledge(), DEFAULT_SEED).compare(load_scenario("fund-24.6"), load_scenario("no-support"), DRAWS)
    )
    for parts in found.parts:
        assert parts.whole == pytest.approx(parts.like_for_like + parts.catch_up + parts.composition, abs=1e-12)


# -- levers ----------------------------------------------------------------------------------------


def test_moving_a_line_moves_every_year_of_a_flat_plan_and_one_year_of_another() -> None:
    flat = opened().with_line("market", FUND // 2)
    assert flat.year is None
    assert {flat.plan.line_budget("market", year) for year in flat.years} == {FUND // 2}
    uneven = opened("front-loaded")
    assert uneven.year == 2024
    moved = uneven.with_line("market", 0)
    assert moved.plan.line_budget("market", 2024) == 0 < moved.plan.line_budget("market", 2025)
    assert moved.same_every_year().flat


def test_every_lever_leaves_the_fund_adding_up_to_the_dong() -> None:
    state = opened().with_locks({"survey"}).with_line("market", 1_234_567_891).with_fund(9_876_543_211)
    state = state.at_year(2026).with_line("capacity", 3).with_locks(LINES).with_fund(10**10).with_remainder_spread()
    for year in state.years:
        assert sum(state.plan.line_budget(line, year) for line in LINES) + state.plan.unallocated(year) == (
            state.plan.annual_budget(year)
        )
    assert state.allocation.unallocated == 10**10 - state.allocation.least


def test_floors_and_caps_hold_while_other_lines_move_and_are_refused_in_words_where_they_cannot() -> None:
    planner = session()
    planner.wish("limits", ["survey", "1,5", "2"])
    planner.wish("line", ["market", 12_300])
    assert planner.state.allocation.lines["survey"] == 1_500_000_000
    planner.wish("line", ["market", 0])
    assert planner.state.allocation.lines["survey"] == 2_000_000_000
    planner.wish("limits", ["survey", "3", "2"])
    assert "sàn" in notice(planner)
    planner.wish("limits", ["survey", "", ""])
    assert notice(planner) == "" and not planner.state.allocation.limits.floors


def test_one_drag_is_undone_at_once_and_redone() -> None:
    planner = session()
    before = planner.state
    for million in (4000, 4500, 5000):
        planner.wish("line", ["market", million], live=True)
    planner.wish("settled")
    planner.wish("line", ["capacity", 1000], live=True)
    moved = planner.state
    planner.wish("undo")
    assert planner.state.allocation.lines["market"] == 5 * VND_PER_BILLION
    planner.wish("undo")
    assert planner.state == before and not planner.view.levers["buttons"]["undo"]
    planner.wish("redo")
    planner.wish("redo")
    assert planner.state == moved
    planner.wish("reset")
    assert planner.state == before


def test_money_can_be_read_in_prices_of_the_base_year_and_differences_always_are() -> None:
    planner = session()
    planner.wish("prices", "real_2023")
    assert "giá 2023" in planner.view.answer["bottom"]
    real, reader = planner.view.frame, Reader()
    result = planner.engine.compare(
        planner.state.scenario, planner.state.reference.scenario(planner.state.scenario), DRAWS
    )
    assert frame(reader.answer(result, "real_2023")).tobytes() == real != frame(reader.answer(result)).tobytes()
    assert reader.answer(result).figures[1].difference == reader.answer(result, "real_2023").figures[1].difference


def test_a_plan_in_real_money_is_another_plan() -> None:
    planner = session()
    planner.wish("basis", "real_2023")
    assert planner.state.plan.price_basis == "real_2023" and planner.state.edited


@pytest.mark.parametrize("wish", ["nothing", "__init__", "_compute", "more_"])
def test_a_wish_nobody_knows_does_nothing_and_says_so(wish: str) -> None:
    planner = session()
    before = planner.state
    planner.wish(wish, {"x": 1})
    assert planner.state == before and "không hiểu" in notice(planner)


@pytest.mark.parametrize(
    ("wish", "value"), [("line", ["nope", 1]), ("line", None), ("world", "nope"), ("horizon", 9999), ("draws", "many")]
)
def test_a_value_the_lever_cannot_have_changes_nothing_and_is_told_in_words(wish: str, value: Any) -> None:
    planner = session()
    before = planner.view.answer["top"]
    planner.wish(wish, value)
    assert notice(planner) or planner.view.status["state"] == "error"
    assert planner.view.answer["top"] == before


# -- tries -----------------------------------------------------------------------------------------


def test_what_was_looked_at_is_kept_once_and_rated_against_the_reference_of_the_moment() -> None:
    planner = session()
    rest(planner)
    planner.wish("line", ["market", 6000])
    strip = rest(planner)["tries"]
    assert [one["name"] for one in strip] == ["lần thử 2", "lần thử 1"]
    assert strip[0]["current"] and "tỷ\u00a0đồng/năm" in strip[1]["gain"]
    assert sum(money for _, money, _ in strip[0]["split"]) + strip[0]["left"] == 7 * FUND  # told by the whole plan
    planner.wish("undo")
    assert len(rest(planner)["tries"]) == 2
    planner.wish("reference", strip[0]["key"])
    again = {one["key"]: one["gain"] for one in rest(planner)["tries"]}
    assert "không khác" in again[strip[0]["key"]] and again[strip[1]["key"]] != strip[1]["gain"]


def test_naming_saving_and_comparing_keeps_the_name_as_text(tmp_path: Path) -> None:
    planner = session(folder=str(tmp_path))
    planner.wish("save", {"name": "Sở <b>A<b>", "overwrite": False})
    assert "tên tệp" in notice(planner)
    planner.wish("save", {"name": "Sở A", "overwrite": False})
    planner.wish("line", ["market", 0])
    planner.wish("reference", planner.view.more["tries"][0]["key"])
    assert planner.words.label(planner.state.reference.plan.label) == "Sở A"
    assert "Sở A" in planner.view.answer["top"]


def test_more_follows_only_the_answer_that_is_shown() -> None:
    planner = session()
    planner.wish("more", planner.view.revision - 1)
    assert not planner.view.more
    found = rest(planner)
    assert "Mức độ bằng chứng" in found["evidence"] and found["margins"].count("<tr>") == 1 + len(LINES)


def test_evidence_is_told_of_what_is_shown_the_difference_or_without_one_the_level() -> None:
    planner = session()
    assert "bằng chứng của chênh lệch về tổng doanh thu" in rest(planner)["evidence"]
    planner.wish("reference", "fund-12.3")
    assert "bằng chứng của tổng doanh thu dự kiến" in rest(planner)["evidence"]


def test_one_more_billion_is_what_the_report_says_it_is() -> None:
    known, scenario = load_knowledge(), load_scenario("fund-12.3")
    answer = answer_for(
        known.province, known.register, scenario, [load_scenario("no-support")],
        posterior=known.posterior, draws=DRAWS, seed=DEFAULT_SEED,
    )  # fmt: skip
    planner = session()
    shown = rest(planner)["margins"]
    for margin in answer.margins:
        for indicator in LEADING:
            assert Figure.of_difference(margin.extra[indicator], indicator).text(planner.words) in shown


def test_a_pin_keeps_its_world_and_a_plan_takes_the_world_looked_at() -> None:
    state = opened()
    pin = Reference("pin", state.plan, state.scenario.world)
    weak = state.with_world(load_world("weak-markets"))
    assert pin.scenario(weak.scenario).world.slug == "central"
    assert weak.reference.scenario(weak.scenario).world.slug == "weak-markets"
    assert pin.plan.fund == dict.fromkeys(state.years, FUND)


def test_a_plan_that_ends_cannot_be_projected_beyond_its_last_year() -> None:
    def horizons(**asked: str) -> list[int]:
        return [year for _, year in session(**asked).view.levers["choosers"]["horizon"]["options"]]

    assert horizons(scenario="front-loaded") == horizons(reference="front-loaded") == [*range(2024, 2031)]
    assert horizons() == [*range(2024, 2054)]


@pytest.mark.parametrize(
    ("text", "lang", "vnd"), [("12,3", "vi", FUND), ("12.3", "en", FUND), (" 3 ", "vi", 3 * VND_PER_BILLION)]
)
def test_typed_money_is_exact(text: str, lang: str, vnd: int) -> None:
    assert amount(text, lang) == vnd


@pytest.mark.parametrize("text", ["", "12.3", "1.234", "-1", "nhiều", "1e3", "0,1234567891", "12,3 tỷ", "nan"])
def test_typed_money_is_never_guessed(text: str) -> None:
    with pytest.raises(Refusal) as caught:
        amount(text, "vi")
    assert text in "".join(Words("vi").why(caught.value))


def test_locks_hold_against_typing_and_dragging() -> None:
    planner = session()
    planner.wish("lock", ["market", True])
    planner.wish("fund", 1_000)
    assert "hóa" in notice(planner)
    assert planner.state.allocation.fund == FUND
    planner.wish("line_text", ["capacity", "12,3"])
    assert "8,61" in notice(planner)
    planner.wish("line", ["capacity", 12_300])
    assert planner.state.allocation.lines["capacity"] == FUND - planner.state.allocation.lines["market"]


def test_what_moved_without_being_asked_is_said() -> None:
    planner = session()
    planner.wish("lock", ["market", True])
    planner.wish("line", ["capacity", 12_300])
    assert "8,61" in notice(planner)
    planner.wish("horizon", 2035)
    planner.wish("start", "front-loaded")
    assert planner.state.scenario.horizon == 2030
    assert "2030" in notice(planner)
    planner.wish("reference", "front-loaded")
    assert notice(planner) == ""


def test_a_failed_run_is_told_in_words_and_the_old_answer_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    planner = session()
    before = planner.view.answer
    monkeypatch.setattr(planner.engine, "compare", lambda *_: (_ for _ in ()).throw(MemoryError()))
    planner.wish("line", ["market", 0])
    assert planner.view.status["state"] == "error"
    assert planner.view.answer is before
    assert "MemoryError" in planner.view.status["message"] and "lần tính trước" in planner.view.status["message"]


def test_words_change_with_the_language_and_numbers_do_not() -> None:
    planner = session()
    vietnamese, numbers = planner.view.answer, planner.view.frame
    planner.wish("language", "en")
    english = planner.view.answer
    assert vietnamese["lang"] == "vi" and english["lang"] == "en"
    assert numbers == planner.view.frame
    assert planner.view.levers["texts"]["pin"] == "Pin this plan as the reference"


def test_names_from_files_are_inert_text() -> None:
    planner = session()
    planner.wish("pin")
    hostile = {"vi": "<img src=x onerror=alert(1)>{x}", "en": "</script>"}
    object.__setattr__(planner.state.reference.plan, "label", hostile)
    planner._compute()
    assert "<img" not in planner.view.answer["top"] + planner.view.answer["bottom"]
    assert "&lt;img" in planner.view.answer["top"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"scenari": "x"},
        {"lang": "fr"},
        {"lang": ["vi"]},
        {"draws": 0},
        {"draws": True},
        {"draws": 1.5},
        {"seed": -1},
        {"scenario": 3},
        {"reference": None},
    ],
)
def test_parameters_out_of_range_are_refused_in_words(parameters: dict[str, object]) -> None:
    with pytest.raises(Refusal):
        read_parameters(parameters)
    (told,) = Planner(**parameters).children
    assert told.value.startswith("<p>")
    assert "Traceback" not in told.value


def test_an_unknown_scenario_is_told_in_words_with_the_nearest_one() -> None:
    (told,) = Planner("fund-12.4").children
    assert "fund-12.3" in told.value


# -- saving ----------------------------------------------------------------------------------------


def reloaded(scenario: Scenario, folder: Path) -> Scenario:
    """The scenario after a trip through its file."""
    worlds = {"central": load_world("central"), "weak-markets": load_world("weak-markets")}
    return load_scenario(str(save(scenario, folder, known_worlds=worlds)))


@pytest.mark.parametrize(
    "name", ["fund-12.3", "market-first", "indexed", "front-loaded", "no-support", "fund-12.3--weak-markets"]
)
def test_a_saved_scenario_comes_back_to_the_dong(name: str, tmp_path: Path) -> None:
    scenario = named(load_scenario(name), "mine", 'Của "tôi": {x} & #1')
    back = reloaded(scenario, tmp_path)
    assert back == scenario


def test_a_moved_plan_and_an_unknown_world_come_back_too(tmp_path: Path) -> None:
    state = opened("fund-12.3--weak-markets").with_line("market", 1).with_fund(10**9 + 7)
    world = state.scenario.world
    own = World("own", {"vi": "Riêng", "en": "Own"}, {"vi": "Mô tả", "en": "About"}, world.overrides)
    scenario = named(state.with_world(own).scenario, "own-plan", "Phương án riêng")
    assert reloaded(scenario, tmp_path) == scenario


def test_money_is_written_as_exact_decimals() -> None:
    plan = Plan("p", {"vi": "p", "en": "p"}, "nominal", {2024: 3}, {line: {2024: 0} for line in LINES}, True)
    scenario = Scenario("p", {"vi": "p", "en": "p"}, plan, load_world("central"), 2024)
    text = scenario_text(scenario, worlds={"central": load_world("central")})
    assert "fund: {2024: 0.000000003}" in text
    assert "!!" not in text and "e-" not in text
    assert Decimal("0.000000003") * VND_PER_BILLION == 3


def test_no_file_is_replaced_without_saying_so(tmp_path: Path) -> None:
    scenario = named(load_scenario("fund-12.3"), "mine", "Mine")
    path = save(scenario, tmp_path, known_worlds={})
    path.write_text("kept", encoding="utf-8")
    with pytest.raises(Refusal, match="exists"):
        save(scenario, tmp_path, known_worlds={})
    assert path.read_text(encoding="utf-8") == "kept"
    save(scenario, tmp_path, known_worlds={}, overwrite=True)
    assert load_scenario(str(path)).plan == scenario.plan


def test_the_save_button_asks_before_it_replaces(tmp_path: Path) -> None:
    planner = session(folder=str(tmp_path))
    asked = {"name": "Phương án của Sở", "overwrite": False}
    planner.wish("save", asked)
    path = tmp_path / "phuong-an-cua-so.yaml"
    assert path.name in planner.view.status["saved"]
    planner.wish("save", asked)
    assert "Ghi đè" in notice(planner) and planner.view.status["exists"]
    planner.wish("line", ["market", 0])
    planner.wish("save", {**asked, "overwrite": True})
    assert load_scenario(str(path)).plan.line_budget("market", 2024) == 0
    assert not planner.view.status["exists"]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Ưu tiên thị trường 2025", "uu-tien-thi-truong-2025"),
        ("fund-13.5", "fund-13.5"),
        ("Đợt 1, phương án B", "dot-1-phuong-an-b"),
    ],
)
def test_a_vietnamese_name_gives_a_plain_file_name(name: str, slug: str) -> None:
    assert slug_of(name) == slug


@pytest.mark.parametrize(
    "name", ["", "  ", "../x", "a\\b", "/etc/x", "CON", "nul", "index", "!!!", "<b>", "a:b", "x" * 300, "fund-12.3"]
)
def test_names_that_could_leave_the_folder_or_mislead_are_refused_in_words(name: str) -> None:
    with pytest.raises(Refusal) as caught:
        slug_of(name, list_scenarios())
    assert all(Words(lang).why(caught.value)[0] for lang in ("vi", "en"))


# -- words -----------------------------------------------------------------------------------------


def test_both_languages_say_the_same_things() -> None:
    vietnamese, english = (load_catalogue(lang).section("planner") for lang in ("vi", "en"))
    assert vietnamese.keys() == english.keys()
    for key, text in vietnamese.items():
        assert placeholders(text) == placeholders(english[key]), key


# -- files in and out, and suggestions -------------------------------------------------------------


@pytest.mark.parametrize("kind", ["excel", "yaml"])
def test_a_scenario_taken_away_and_brought_back_is_the_same_to_the_dong(kind: str, tmp_path: Path) -> None:
    planner = session(folder=str(tmp_path))
    planner.wish("line_text", ["market", "4,123456789"])
    planner.wish("world", "weak-markets")
    given: list[tuple[dict[str, str], bytes]] = []
    planner.view.send = lambda content, buffers: given.append((content, buffers[0]))
    planner.wish("export", kind)
    ((content, data),) = given
    other = session(folder=str(tmp_path))
    other.wish("import_scenario", {"file": content["file"]}, [data])
    assert "4,123456789" in other.view.status["proposal"] and other.view.status["acceptable"]
    assert not other.state.edited and not list(tmp_path.iterdir())
    other.wish("accept")
    assert (other.state.plan.fund, other.state.plan.lines) == (planner.state.plan.fund, planner.state.plan.lines)
    assert other.state.scenario.world == planner.state.scenario.world
    assert other.view.status["proposal"] == ""
    other.wish("undo")
    assert other.state == other.start


@pytest.mark.parametrize(
    ("file", "data", "told"),
    [
        ("x.docx", b"", "x.docx"),
        ("../../etc/passwd", b"", "passwd"),
        ("C:\\Users\\a\\p.yaml", b"slug: [", "p.yaml"),
        ("p.xlsx", b"PK\x03\x04", "p.xlsx"),
        ("p.yaml", b"a: &x 1\nb: *x\n", "p.yaml"),
        ("p.yaml", b"x" * 60_000_000, "p.yaml"),
    ],
)
def test_a_file_that_is_refused_changes_nothing_and_is_named_without_its_folder(
    file: str, data: bytes, told: str
) -> None:
    planner = session()
    planner.wish("import_scenario", {"file": file}, [data])
    assert told in notice(planner) and "coopsim-upload" not in notice(planner) and "etc" not in notice(planner)
    assert planner.state == planner.start and not planner.view.status.get("proposal")


def test_a_hostile_name_in_a_file_is_inert_in_its_preview() -> None:
    planner = session()
    text = scenario_text(named(load_scenario("fund-12.3"), "mine", "<img src=x onerror=alert(1)>"))
    planner.wish("import_scenario", {"file": "p.yaml"}, [text.encode()])
    assert "&lt;img" in planner.view.status["proposal"] and "<img" not in planner.view.status["proposal"]


def test_a_suggested_split_keeps_fund_and_locks_and_is_only_taken_when_accepted() -> None:
    planner = session()
    planner.wish("lock", ["survey", True])
    before = planner.state
    planner.wish("suggest")
    assert planner.state == before
    assert "lần mô phỏng khác" in planner.view.status["proposal"]
    planner.wish("accept")
    after = planner.state
    assert after.allocation.lines["survey"] == before.allocation.lines["survey"]
    assert after.allocation.fund == FUND and after.allocation.unallocated == before.allocation.unallocated
    assert after.plan != before.plan
    planner.wish("suggest")
    planner.wish("discard")
    assert planner.state == after and not planner.view.status["proposal"]


def test_a_suggestion_is_told_on_the_draws_of_the_answer_as_if_it_were_a_plan() -> None:
    known, scenario = load_knowledge(), load_scenario("fund-12.3")
    found = suggest.suggest(known, scenario, Limits(), DEFAULT_SEED, 512)
    saved = replace(scenario, slug="saved", plan=found.chosen.plan_of_best)
    result = Engine(known, DEFAULT_SEED).compare(saved, scenario, 512)
    for outcome, change in found.seen.changes.items():
        named = {"year": outcome.year, "price_basis": outcome.price_basis}
        again = difference(result, REFERENCE, CURRENT, outcome.indicator, **named)
        assert again.mean == pytest.approx(change.mean, rel=1e-5)  # draws are kept as float32


@pytest.mark.parametrize(("near", "told"), [(1, ""), (3, "Còn 2 cách khác gần như nhau với cách này.")])
def test_a_suggestion_is_not_counted_among_those_as_good_as_it(near: int, told: str) -> None:
    chosen = SimpleNamespace(near_best=range(near), candidates=100)
    note = str(suggest._note(Words("vi"), SimpleNamespace(chosen=chosen, seen=SimpleNamespace(draws=256))))
    assert told in note and ("gần như nhau" in note) is bool(told)
    assert "100 cách chia" in note and "256 lần mô phỏng như mọi con số" in note


def test_where_no_money_can_be_moved_no_split_is_suggested() -> None:
    planner = session()
    for line in LINES:
        planner.wish("lock", [line, True])
    planner.wish("suggest")
    assert not planner.view.status.get("acceptable")


def test_a_table_of_figures_becomes_a_pack_only_after_it_was_shown_and_agreed_to(own_data: Path) -> None:
    table = (own_data / "provinces" / "yen-bai" / "observations.csv").read_bytes()
    asked = {"file": "số liệu.csv", "pack": "thu", "name": "Thử", "area": "VN-06", "base_year": "2024"}
    planner = session()
    before = planner.state
    planner.wish("import_figures", {**asked, "pack": "../thu"}, [table])
    assert notice(planner) and not planner.view.status.get("proposal")
    planner.wish("import_figures", asked, [table])
    assert "số liệu.csv" in planner.view.status["proposal"] and planner.view.status["acceptable"]
    assert not (own_data / "provinces" / "thu").exists()
    planner.wish("accept")
    assert (own_data / "provinces" / "thu" / "observations.csv").exists()
    assert "--province thu" in planner.view.status["saved"]
    assert planner.state == before and not planner.view.status["proposal"]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_field_of_the_form_is_refused_by_its_label_not_by_an_option_of_the_command_line(lang, own_data: Path) -> None:
    table = (own_data / "provinces" / "yen-bai" / "observations.csv").read_bytes()
    asked = {"file": "số liệu.csv", "pack": "thu", "name": "Thử", "area": "VN-06", "base_year": "2024"}
    planner, words = session(lang=lang), Words(lang)
    empty = load_catalogue(lang).text("errors.field_empty")
    for field in ("pack", "name", "area", "base_year"):
        planner.wish("import_figures", {**asked, field: " "}, [table])
        assert f"{words.say(f'figures_{field}')}: {empty}" in notice(planner)
    planner.wish("import_figures", {**asked, "pack": "", "name": "", "area": "", "base_year": ""}, [table])
    assert len(notice(planner).splitlines()) == 4 and "--" not in notice(planner)
    wrong = {"pack": "../thu", "area": "VN-99", "base_year": "hai nghìn"}
    years = [("base_year", typed) for typed in ("0", "²", "2023.5", "2023,5", "-2023", "1", "1989", "2101", "9" * 60)]
    for field, value in [*wrong.items(), ("pack", "yen-bai"), *years]:
        planner.wish("import_figures", {**asked, field: value}, [table])
        assert words.say(f"figures_{field}") in notice(planner) and value in notice(planner)
        assert "--" not in notice(planner) and ".yaml" not in notice(planner)
    planner.wish("import_figures", {**asked, "base_year": "9" * 5000}, [table])
    assert f"{words.say('figures_base_year')}: " in notice(planner) and "1990 … 2100" in notice(planner)
    assert len(notice(planner)) < 200 and not planner.view.status.get("proposal")


ASKED = {"file": "số liệu.xlsx", "pack": "thu", "name": "Thử", "area": "VN-06", "base_year": "2024"}


def figures_book(own_data: Path, *, hidden_row: int = 0) -> bytes:
    """The figures of Yên Bái as a workbook that holds a second sheet of something else."""
    with (own_data / "provinces" / "yen-bai" / "observations.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    book = openpyxl.Workbook()
    book.active.title = "Số liệu, in 2024"
    for row in rows:
        book.active.append(row)
    if hidden_row:
        book.active.row_dimensions[hidden_row].hidden = True
    book.create_sheet("Ghi chú")["A1"] = "chưa đối chiếu"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_of_a_workbook_with_several_sheets_the_planner_chooses_one(own_data: Path) -> None:
    planner, book = session(), figures_book(own_data, hidden_row=9)
    planner.wish("import_figures", ASKED, [book])
    assert planner.view.status["sheets"] == ["Số liệu, in 2024", "Ghi chú"] and not planner.view.status.get("proposal")
    assert "số liệu.xlsx" in notice(planner) and "--sheet" not in notice(planner)
    planner.wish("import_figures", {**ASKED, "sheet": "Ghi chú"}, [book])
    assert "Ghi chú" in notice(planner) and planner.view.status["sheets"], "another one can still be chosen"
    planner.wish("import_figures", {**ASKED, "sheet": "Số liệu, in 2024"}, [book])
    assert not notice(planner) and planner.view.status["acceptable"]
    assert "F42" in planner.view.status["proposal"] and "coopsim-upload" not in planner.view.status["proposal"]
    planner.wish("accept")
    assert (own_data / "provinces" / "thu" / "observations.csv").exists() and not planner.view.status["sheets"]


def test_another_table_takes_the_choice_of_sheets_away(own_data: Path) -> None:
    planner = session()
    planner.wish("import_figures", ASKED, [figures_book(own_data)])
    planner.wish("import_figures", {**ASKED, "file": "khác.csv"}, [b"a,b\n1,2\n"])
    assert "khác.csv" in notice(planner) and not planner.view.status["sheets"]


def test_the_sources_put_beside_a_table_are_those_of_the_pack(own_data: Path) -> None:
    pack = own_data / "provinces" / "yen-bai"
    table, sources = ((pack / name).read_bytes() for name in ("observations.csv", "sources.csv"))
    asked = {**ASKED, "file": "số liệu.csv", "sources": "nguồn.csv"}
    planner = session()
    planner.wish("import_figures", asked, [table, b"id,title\n1,2\n"])
    assert "nguồn.csv" in notice(planner) and "số liệu.csv" not in notice(planner)
    short = b"\n".join(sources.splitlines()[:2])
    planner.wish("import_figures", asked, [table, short])
    assert "số liệu.csv" in notice(planner) and "laocai-plan-2024" in notice(planner)
    assert not planner.view.status.get("proposal")
    planner.wish("import_figures", {**asked, "sources": "nguồn.docx"}, [table, sources])
    assert "nguồn.docx" in notice(planner) and not planner.view.status.get("proposal")
    planner.wish("import_figures", asked, [table, sources])
    planner.wish("accept")
    assert (own_data / "provinces" / "thu" / "sources.csv").read_bytes() == sources


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_the_pack_s_readers_refuse_is_told_before_the_preview_by_the_user_s_own_cell(lang, own_data: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(figures_book(own_data)))
    (fund,) = (row for row in book.worksheets[0].iter_rows() if row[5].value == "support_budget_total")
    fund[6].value = 0
    stream = io.BytesIO()
    book.save(stream)
    planner = session(lang=lang)
    planner.wish("import_figures", {**ASKED, "sheet": "Số liệu, in 2024"}, [stream.getvalue()])
    assert f"số liệu.xlsx:{fund[6].row}:7: Số liệu, in 2024!{fund[6].coordinate}" in notice(planner)
    assert "F17" in notice(planner) and not planner.view.status.get("proposal")
    assert "coopsim-" not in notice(planner) and "pack.yaml" not in notice(planner)


def test_what_is_refused_at_last_is_told_by_the_user_s_own_cell_too(
    own_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The data root may change between the preview and the agreement."""

    def refuse(root: Path, *, province: str) -> None:
        file = shown_path(root / "provinces" / province / "pack.yaml")
        raise InputError(Problem("base_zero", file=file, line=12, place="base.htx_registered", value=0.0))

    planner = session()
    planner.wish("import_figures", {**ASKED, "sheet": "Số liệu, in 2024"}, [figures_book(own_data)])
    monkeypatch.setattr("sim.run.imports.load_inputs", refuse)
    planner.wish("accept")
    assert "số liệu.xlsx" in notice(planner) and "Số liệu, in 2024!G" in notice(planner)
    assert "coopsim-" not in notice(planner) and "pack.yaml" not in notice(planner)
    assert not (own_data / "provinces" / "thu").exists()


def test_another_province_opens_with_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOPSIM_PROVINCE", "yen-bai")
    planner = session()
    assert planner.view.status["state"] == "ready" and "Yên Bái" in planner.view.answer["top"]
    assert rest(planner)["evidence"]


def test_an_answer_leaves_for_the_browser_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Without it the second message of an answer waits up to 40 ms for the first to be acknowledged."""
    done: list[object] = []
    monkeypatch.setattr(ZMQChannelsWebsocketConnection, "connect", lambda self: done.append("connected"))
    monkeypatch.setattr(KernelWebsocketHandler, "set_nodelay", lambda self, value: done.append(value))
    connection = PromptConnection.__new__(PromptConnection)
    connection.websocket_handler = KernelWebsocketHandler.__new__(KernelWebsocketHandler)
    connection.connect()
    assert done == [True, "connected"]
    served = _config(Service({}, "vi", 0), Lodging(tmp_path, True)).Voila
    lab = (ROOT / "Makefile").read_text(encoding="utf-8")
    name = f"{PromptConnection.__module__}.{PromptConnection.__name__}"
    assert served["kernel_websocket_connection_class"] == name and name in lab


def test_it_is_served_on_this_machine_alone(tmp_path: Path) -> None:
    """That another address stays free is seen in a running planner (`tests/browser/test_app_door.py`)."""
    assert _config(Service({}, "vi", 1), Lodging(tmp_path, True))["Voila"]["ip"] == "127.0.0.1"
