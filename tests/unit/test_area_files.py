"""A plan that divides money between areas: the same in YAML, Excel and Python, refused in the same words."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from sim.domain import InputError, Plan, Scenario, scenario_fingerprint
from sim.inputs.excel import scenario_book
from sim.inputs.pack import load_register
from sim.inputs.scenarios import (
    Background,
    check_file,
    list_plans,
    list_scenarios,
    list_worlds,
    load_grid,
    load_plan,
    load_scenario,
    load_world,
    opening,
)
from sim.inputs.text import source_data
from sim.inputs.yaml import load_catalogue, scenario_text
from sim.report.forms import scenario_preview

PLAN = """slug: mine
label: {vi: "Của tôi", en: "Mine"}
price_basis: nominal
fund: {2026: 12.3}
lines:
  establishment: {2026: 3.075}
  capacity: {2026: 3.69}
  market: {2026: 3.69}
  survey: {2026: 1.845}
repeat_last: true
areas:
  shares:
    all: {VN-02: {2026: 0.4, 2028: 0}, VN-06: {2026: 0.6, 2028: 0}}
    survey: {VN-02: {2027: 1}}
  money:
    market: {VN-02: {2026: 1.000000001}, VN-06: {2026: 2.689999999}}
"""
AREAS = ("VN-02", "VN-06")


def plan_of(folder: Path, text: str = PLAN) -> Plan:
    path = folder / "mine.yaml"
    path.write_text(text, encoding="utf-8")
    return load_plan(str(path))


def background(areas: tuple[str, ...] = AREAS) -> Background:
    return Background(source_data(), load_register(), 2025, None, areas)


def scenario_of(plan: Plan) -> Scenario:
    return Scenario("mine", {"vi": "Của tôi", "en": "Mine"}, plan, load_world("central"), 2030)


def test_a_file_says_shares_of_every_line_of_one_line_and_amounts(tmp_path: Path) -> None:
    plan = plan_of(tmp_path)
    assert plan.area_budget("capacity", 2027) == {"VN-02": 1_476_000_000, "VN-06": 2_214_000_000}
    assert plan.area_budget("capacity", 2028) == {}  # nothing to anyone: by active HTX again
    assert plan.area_budget("survey", 2026) == {}
    assert plan.area_budget("survey", 2030) == {"VN-02": 1_845_000_000}
    assert plan.area_budget("market", 2030) == {"VN-02": 1_000_000_001, "VN-06": 2_689_999_999}


def test_yaml_and_excel_give_back_the_same_plan_and_hash(tmp_path: Path) -> None:
    scenario = scenario_of(plan_of(tmp_path))
    written = tmp_path / "out.yaml"
    written.write_text(scenario_text(scenario), encoding="utf-8")
    worlds = {slug: load_world(slug) for slug in list_worlds()}
    book = tmp_path / "out.xlsx"
    names = {"VN-02": "Lào Cai", "VN-06": "Yên Bái"}
    for lang in ("vi", "en"):
        words = load_catalogue(lang)
        book.write_bytes(scenario_book(scenario, words, worlds=worlds, register=load_register(), areas=names))
        for path in (written, book):
            again = load_scenario(str(path), background=background())
            assert again.plan.areas == scenario.plan.areas
            assert scenario_fingerprint(again) == scenario_fingerprint(scenario)


def test_shares_typed_in_excel_as_percent_or_number_are_read(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, PLAN.partition("areas:")[0])
    words, worlds = load_catalogue("vi"), {"central": load_world("central")}
    names = dict(zip(AREAS, ("Lào Cai", "Yên Bái"), strict=True))
    raw = scenario_book(scenario_of(plan), words, worlds=worlds, register=load_register(), areas=names)
    book = openpyxl.load_workbook(io.BytesIO(raw))
    sheet = book[words.text("workbook.sheet_areas")]
    sheet["C6"], sheet["C7"] = 0.35, 0.65  # formatted in per cent
    sheet["D6"], sheet["D7"] = "25 %", "75 %"
    path = tmp_path / "typed.xlsx"
    book.save(path)
    read = load_scenario(str(path), background=background()).plan
    assert {str(share) for share in read.area_shares("establishment", 2026).values()} == {"0.35", "0.65"}
    assert not read.area_shares("market", 2026)
    assert {str(share) for share in read.area_shares("capacity", 2026).values()} == {"0.25", "0.75"}
    sheet["C7"] = 0.75
    book.save(path)
    with pytest.raises(InputError) as refused:
        load_scenario(str(path), background=background())
    assert [problem.key for problem in refused.value.problems] == ["cell_shares_not_whole"]
    assert refused.value.problems[0].place.startswith(words.text("workbook.sheet_areas"))


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("typed", "told", "allowed"),
    [
        (0.5, "110 %", "100 %"),
        ("62,5 %", "122,5 %", "100 %"),
        (1.2, "120 %", "0 … 100 %"),
        ("-5%", "−5 %", "0 … 100 %"),
        (60, "6.000 %", "0 … 100 %"),
    ],
)
def test_shares_of_a_workbook_are_refused_in_per_cent_as_its_cells_show_them(
    tmp_path: Path, lang: str, typed: object, told: str, allowed: str
) -> None:
    plan, words = plan_of(tmp_path), load_catalogue(lang)
    names = dict(zip(AREAS, ("Lào Cai", "Yên Bái"), strict=True))
    worlds = {"central": load_world("central")}
    raw = scenario_book(scenario_of(plan), words, worlds=worlds, register=load_register(), areas=names)
    book = openpyxl.load_workbook(io.BytesIO(raw))
    book[words.text("workbook.sheet_areas")]["C6"] = typed
    book.save(path := tmp_path / "typed.xlsx")
    with pytest.raises(InputError) as refused:
        load_scenario(str(path), background=background())
    said = words.describe(refused.value.problems[0])
    if lang == "en":
        told, allowed = (text.translate(str.maketrans(",.", ".,")).replace(" %", "%") for text in (told, allowed))
    assert f"“{told}”" in said and said.endswith(allowed), said


@pytest.mark.parametrize(
    ("old", "new", "key", "line"),
    [
        ("VN-06: {2026: 0.6", "VN-06: {2026: 0.5", "area_shares_not_one", 13),
        ("2.689999999", "2.7", "area_money_not_line", 16),
        (", 2028: 0}}", "}}", "area_year_missing", 13),
        ("survey: {VN-02: {2027: 1}}", "survey: {VN-02: {2027: 1.5}}", "out_of_range", 14),
        ("survey: {VN-02", "survey: {vn02", "bad_area_code", 14),
        ("survey: {VN-02: {2027: 1}}", "market: {VN-02: {2027: 1}}", "areas_both_ways", 16),
        ("    survey:", "    surveys:", "unknown_key", 14),
        ("1.000000001", "-1", "out_of_range", 16),
        ("0.4", '"0.4"', "expected_number", 13),
    ],
)  # fmt: skip
@pytest.mark.parametrize("lang", ["vi", "en"])
def test_one_mistake_is_refused_once_at_its_line(  # noqa: PLR0913
    tmp_path: Path, old: str, new: str, key: str, line: int, lang: str
) -> None:
    assert old in PLAN
    with pytest.raises(InputError) as refused:
        plan_of(tmp_path, PLAN.replace(old, new, 1))
    assert [(problem.key, problem.line) for problem in refused.value.problems] == [(key, line)]
    assert key not in load_catalogue(lang).describe(refused.value.problems[0])


@pytest.mark.parametrize(("areas", "key"), [(("VN-99",), "areas_of_one"), (("VN-02", "VN-07"), "unknown_area")])
def test_a_pack_without_these_areas_refuses_the_plan_at_every_door(
    tmp_path: Path, areas: tuple[str, ...], key: str
) -> None:
    plan = plan_of(tmp_path)
    path = tmp_path / "scenario.yaml"
    path.write_text(scenario_text(scenario_of(plan)), encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_scenario(str(path), background=background(areas))
    assert {problem.key for problem in refused.value.problems} == {key}
    assert refused.value.problems[0].line == 1 + path.read_text(encoding="utf-8").splitlines().index("  areas:")
    grid = tmp_path / "grid.yaml"
    grid.write_text('slug: g\nlabel: {vi: "g", en: "g"}\nplans: [./mine.yaml]\n', encoding="utf-8")
    with pytest.raises(InputError) as refused:
        load_grid(grid, background(areas))
    assert {problem.key for problem in refused.value.problems} == {key}
    with pytest.raises(InputError) as refused:  # the chosen pack has one area
        check_file(str(tmp_path / "mine.yaml"), [])
    assert {problem.key for problem in refused.value.problems} == {"areas_of_one"}


class TestShelf:
    """Plans and scenarios of one pack lie in its folder; the others stay for packs that bring none."""

    @pytest.fixture
    def root(self, own_data: Path) -> Path:
        root = own_data
        own = root / "provinces" / "yen-bai"
        for kind in ("plans", "scenarios"):
            (own / kind).mkdir()
        text = (root / "plans" / "fund-12.3.yaml").read_text(encoding="utf-8")
        (own / "plans" / "fund-12.3.yaml").write_text(re.sub("12[.]3, ", "20, ", text, count=99), encoding="utf-8")
        scenario = (root / "scenarios" / "fund-12.3.yaml").read_text(encoding="utf-8")
        (own / "scenarios" / "fund-12.3.yaml").write_text(scenario, encoding="utf-8")
        (own / "scenarios" / "ours.yaml").write_text(scenario.replace("slug: fund-12.3", "slug: ours").replace(
            'slug: "fund-12.3"', 'slug: "ours"'), encoding="utf-8")  # fmt: skip
        return root

    def test_a_report_opens_with_the_plan_in_force_where_the_pack_offers_it(
        self, root: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert opening() == "fund-12.3"
        monkeypatch.setenv("COOPSIM_PROVINCE", "lao-cai-2025")
        assert opening() == "fund-31.7"
        (root / "provinces" / "lao-cai-2025" / "scenarios" / "fund-31.7.yaml").unlink()
        assert opening() == "fund-12.3"
        monkeypatch.setenv("COOPSIM_PROVINCE", "yen-bai")  # names none
        assert opening() == "fund-12.3"

    def test_a_pack_offers_its_own_and_finds_them_first(self, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        everyone = list_scenarios()
        assert "ours" not in everyone and "market-first" in everyone
        monkeypatch.setenv("COOPSIM_PROVINCE", "yen-bai")
        assert (list_scenarios(), list_plans()) == (("fund-12.3", "ours"), ("fund-12.3",))
        assert load_plan("fund-12.3").annual_budget(2026) == 20 * 10**9
        assert load_scenario("ours").plan.annual_budget(2026) == 20 * 10**9
        assert load_plan("market-first").annual_budget(2026) == 12_300_000_000  # one that all packs share
        with pytest.raises(InputError) as refused:
            load_scenario("our")
        assert refused.value.problems[0].suggestion == "ours"

    def test_check_reads_a_file_in_a_packs_folder_for_that_pack(self, root: Path) -> None:
        folder = root / "provinces" / "yen-bai" / "scenarios"
        early = (folder / "ours.yaml").read_text(encoding="utf-8").replace("2030", "2024")
        (folder / "early.yaml").write_text(early.replace('"ours"', '"early"'), encoding="utf-8")
        with pytest.raises(InputError) as refused:  # its base year is 2024
            check_file(str(folder / "early.yaml"), [])
        assert [problem.key for problem in refused.value.problems] == ["horizon_out_of_range"]
        assert check_file(str(folder / "ours.yaml"), []) == "scenario"


def test_a_plan_of_one_area_has_no_section_in_its_file(tmp_path: Path) -> None:
    plain = replace(plan_of(tmp_path), areas={})
    assert "areas" not in scenario_text(scenario_of(plain))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_preview_says_how_money_is_divided_once_where_all_lines_are_alike(tmp_path: Path, lang: str) -> None:
    mixed = plan_of(tmp_path)
    alike = replace(mixed, areas={}).with_areas({"VN-02": 0.25, "VN-06": 0.75})

    def told(plan: Plan) -> list[str]:
        return [line for line in scenario_preview(scenario_of(plan), (), lang) if "VN-02" in line]

    sign = "%" if lang == "en" else "\u00a0%"
    assert len(told(alike)) == 1 and all(f"{part}{sign}" in told(alike)[0] for part in ("25", "75"))
    assert len(told(mixed)) == 4  # establishment, capacity, market, survey from their own years on
    assert told(replace(mixed, areas={})) == []
