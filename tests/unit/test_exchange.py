"""One scenario, three doors: YAML, Excel and the planner give and take the same scenario."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from sim.cli import main
from sim.domain import Distribution, InputError, Override, World, scenario_fingerprint
from sim.inputs.scenarios import list_scenarios, load_scenario, load_world
from sim.inputs.yaml import load_catalogue, scenario_text
from sim.planner import named, save
from sim.run import export_scenario, scenario_bytes, understand_scenario, write_scenario

#: Texts that other programs would take for something else than text.
NASTY = '=HYPERLINK("http://h";"x") \\ {p.__class__} ${x} \'"""\' </script> `$$`'
WORLD = World(
    "one-off",
    {"vi": "Bối cảnh riêng", "en": "One-off"},
    {"vi": "", "en": ""},
    {"disbursement_rate": Override("disbursement_rate", Distribution(0.5, 0.61, 0.7), {"vi": "chậm", "en": "slow"})},
)


def through_excel(scenario, folder: Path, lang: str = "vi"):
    path = folder / "door.xlsx"
    path.write_bytes(scenario_bytes(scenario, path, lang=lang))
    return load_scenario(path)


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("name", list_scenarios())
def test_every_shipped_scenario_comes_back_from_excel_unchanged(name: str, lang: str, tmp_path: Path):
    scenario = load_scenario(name)
    assert through_excel(scenario, tmp_path, lang) == scenario


def test_planner_yaml_and_excel_give_one_canonical_hash(tmp_path: Path):
    chosen = named(load_scenario("front-loaded"), "thu-nghiem", "Thử nghiệm")
    saved = load_scenario(save(chosen, tmp_path, known_worlds={"central": load_world("central")}))
    book = tmp_path / "thu.xlsx"
    export_scenario(str(tmp_path / "thu-nghiem.yaml"), book, lang="vi", force=False)
    again = understand_scenario(book, tmp_path / "again.yaml")
    write_scenario(again, lang="vi")
    last = load_scenario(tmp_path / "again.yaml")
    assert len({scenario_fingerprint(item) for item in (chosen, saved, again.scenario, last)}) == 1


def test_a_world_of_its_own_survives_both_doors(tmp_path: Path):
    scenario = replace(load_scenario("fund-12.3"), slug="mine", world=WORLD)
    assert through_excel(scenario, tmp_path) == scenario
    (tmp_path / "mine.yaml").write_text(scenario_text(scenario), encoding="utf-8")
    assert load_scenario(tmp_path / "mine.yaml") == scenario


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_world_is_shown_and_chosen_by_its_name_and_its_slug_still_understood(lang: str, tmp_path: Path):
    path = tmp_path / "door.xlsx"
    for given in (load_world("weak-markets").label[lang], "weak-markets"):
        path.write_bytes(scenario_bytes(load_scenario("fund-12.3"), path, lang=lang))
        book = openpyxl.load_workbook(path)
        page = book.worksheets[0]
        row = next(cell.row for cell in page["D"] if cell.value == "world")
        assert page[f"B{row}"].value == load_world("central").label[lang]
        (rule,) = [one for one in page.data_validations.dataValidation if f"B{row}" in str(one.sqref)]
        offered = [cell[0].value for cell in page[rule.formula1.replace("$", "")]]
        assert load_world("central").label[lang] in offered and not {"central", "weak-markets"} & set(offered)
        page[f"B{row}"] = given
        book.save(path)
        assert load_scenario(path).world == load_world("weak-markets")


@pytest.mark.parametrize("own", [False, True])
def test_a_hidden_row_of_a_workbook_is_told_and_refuses_nothing(tmp_path: Path, own: bool):
    scenario = load_scenario("fund-12.3")
    scenario = replace(scenario, slug="mine", world=WORLD) if own else scenario
    path, notes = tmp_path / "door.xlsx", []
    path.write_bytes(scenario_bytes(scenario, path, lang="vi"))
    book = openpyxl.load_workbook(path)
    book.worksheets[0].row_dimensions[2].hidden = True
    book.save(path)
    assert load_scenario(path, notes=notes) == scenario
    assert [note.key for note in notes] == ["xlsx_hidden"]


def test_a_name_that_looks_like_a_formula_stays_text_in_excel_and_back(tmp_path: Path):
    scenario = replace(load_scenario("fund-12.3"), label={"vi": NASTY, "en": "@SUM(1)\\t"})
    assert through_excel(scenario, tmp_path).label == scenario.label
    page = openpyxl.load_workbook(tmp_path / "door.xlsx")["Kịch bản"]
    cells = [cell for row in page.iter_rows() for cell in row if str(cell.value).startswith(("=", "@"))]
    assert cells and all(cell.data_type == "s" and cell.quotePrefix for cell in cells)


def test_one_dong_is_not_lost_in_excel(tmp_path: Path):
    scenario = load_scenario("fund-12.3")
    fund = {year: vnd + 1 for year, vnd in scenario.plan.fund.items()}
    finer = replace(scenario, plan=replace(scenario.plan, fund=fund))
    assert through_excel(finer, tmp_path).plan.fund == fund
    assert scenario_fingerprint(finer) != scenario_fingerprint(scenario)


def test_replacing_a_yaml_file_keeps_its_comments_and_spellings(tmp_path: Path):
    path = tmp_path / "mine.yaml"
    text = scenario_text(replace(load_scenario("fund-12.3"), slug="mine"))
    text = text.replace("horizon: 2030", "horizon: 2030  # đến hết kế hoạch").replace("2024: 12.3,", "2024: 12.30,")
    path.write_text("# Bản của Sở\n" + text, encoding="utf-8")
    scenario = load_scenario(path)
    fund = {**scenario.plan.fund, 2025: scenario.plan.fund[2025] + 1_000_000_000}
    changed = replace(scenario, plan=replace(scenario.plan, fund=fund))
    path.write_bytes(scenario_bytes(changed, path, lang="vi"))
    written = path.read_text(encoding="utf-8")
    assert "# Bản của Sở" in written and "# đến hết kế hoạch" in written and "2024: 12.30" in written
    assert load_scenario(path) == changed


def test_nothing_is_written_before_it_was_agreed_to(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    book, target = tmp_path / "a.xlsx", tmp_path / "a.yaml"
    assert main(["export", "fund-12.3", "-o", str(book)]) == 0
    assert main(["import", str(book), "-o", str(target)]) == 2
    assert not target.exists() and "12,3 tỷ đồng/năm" in capsys.readouterr().out
    assert main(["import", str(book), "-o", str(target), "--yes"]) == 0
    assert load_scenario(target) == load_scenario("fund-12.3")


def test_an_export_replaces_a_file_only_when_told(tmp_path: Path):
    target = tmp_path / "a.yaml"
    target.write_text("đừng xóa", encoding="utf-8")
    assert main(["export", "fund-12.3", "-o", str(target)]) == 2
    assert target.read_text(encoding="utf-8") == "đừng xóa"
    assert main(["export", "fund-12.3", "-o", str(tmp_path / "a.docx")]) == 2


def edited(tmp_path: Path, sheet: str = "Kinh phí", **cells: object) -> Path:
    """The workbook of a shipped scenario with some cells of a sheet changed."""
    path = tmp_path / "edited.xlsx"
    path.write_bytes(scenario_bytes(load_scenario("fund-12.3"), path, lang="vi"))
    book = openpyxl.load_workbook(path)
    for address, value in cells.items():
        book[sheet][address] = value
    book.save(path)
    return path


@pytest.mark.parametrize(
    ("cells", "key", "address"),
    [
        ({"C6": "#REF!"}, "number_formula_error", "Kinh phí!C6"),
        ({"C6": "=1+1"}, "xlsx_formula_empty", "Kinh phí!C6"),
        ({"C6": -1}, "out_of_range", "Kinh phí!C6"),
        ({"C6": 20}, "lines_exceed_fund", "Kinh phí!B6"),
        ({"B6": "1.234"}, "number_ambiguous_cell", "Kinh phí!B6"),
        ({"B6": "12,3", "B7": "12.3"}, "number_mixed_cells", "Kinh phí!B7"),
        ({"B6": "2,69 tỷ"}, "money_with_words", "Kinh phí!B6"),
        ({"B6": True}, "cell_money", "Kinh phí!B6"),
        ({"B6": 12300}, "cell_money_range", "Kinh phí!B6"),
        ({"A7": 2024}, "duplicate_key", "Kinh phí!A7"),
        ({"A7": None}, "cell_missing", "Kinh phí!A7"),
        ({"D8": None}, "missing_year", "Kinh phí!D"),
        ({"C5": "mkt"}, "table_keys_missing", "Kinh phí"),
    ],
)
def test_a_wrong_cell_is_refused_by_its_address(cells, key, address, tmp_path: Path):
    with pytest.raises(InputError) as caught:
        load_scenario(edited(tmp_path, **cells))
    assert (key, True) in [(problem.key, problem.place.startswith(address)) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"B6": "1.020"}, ["F03", "viết 1020 hay 1.02"]),
        ({"B6": "1.234"}, ["F03", "viết 1234 hay 1.2340"]),
        ({"B6": "12,3", "B7": "12.3"}, ["F07", "Kinh phí!B7, Kinh phí!B6"]),
        ({"B6": "1,234.5"}, ["F06", "bỏ dấu phẩy"]),
        ({"B6": "2,69 tỷ đồng"}, ["F04", "tỷ đồng (500 triệu", "nên viết: 2,69"]),
    ],
)
def test_a_cell_is_told_what_helps_in_a_workbook(cells, told, tmp_path: Path):
    """A first line ``decimal=,`` is read in text files only, and money in cells is tỷ đồng already."""
    with pytest.raises(InputError) as caught:
        load_scenario(edited(tmp_path, **cells))
    said = " ".join(load_catalogue("vi").describe_all(caught.value))
    assert [part for part in told if part not in said] == [] and "decimal=" not in said


@pytest.mark.parametrize(
    ("sheet", "cells", "key", "told"),
    [
        ("Kịch bản", {"B8": "năm 2030"}, "cell_whole", ["F53", "Kịch bản!B8", "phải là số nguyên"]),
        ("Kịch bản", {"B14": "maybe"}, "cell_truth", ["F53", "“có” hoặc “không”"]),
        ("Kịch bản", {"B9": "thị trường yêu"}, "not_one_of", ["F52", "Chuyển đổi số mạnh", "nên viết: Thị trường yếu"]),
        ("Kịch bản", {"B9": "riêng"}, "world_own_empty", ["F15", "Kịch bản!B9", "“Bối cảnh riêng” còn trống"]),
        ("Kinh phí", {"C5": "x"}, "table_keys_missing", ["F21", "chữ xám nhỏ"]),
        ("Chỉ tiêu tự đặt", {"A6": "HTX đang hoạt đông", "B6": 2028, "C6": 600}, "not_one_of",
         ["F52", "Chỉ tiêu tự đặt!A6", "Tổng doanh thu HTX", "nên viết: HTX đang hoạt động"]),
    ],
)  # fmt: skip
def test_a_cell_is_refused_once_in_words_of_the_workbook(sheet, cells, key, told, tmp_path: Path):
    """Nothing of quotation marks, true, ids and slugs, which only text files have."""
    with pytest.raises(InputError) as caught:
        load_scenario(edited(tmp_path, sheet, **cells))
    assert [problem.key for problem in caught.value.problems] == [key]
    (said,) = load_catalogue("vi").describe_all(caught.value)
    assert [part for part in told if part not in said] == []
    assert [word for word in ("ngoặc", "true", "htx_", "{") if word in said] == []


def test_limits_of_assumptions_are_written_as_the_language_does(tmp_path: Path):
    guide = openpyxl.load_workbook(edited(tmp_path))["Giả định"]
    assert "0 … 0,2" in {cell.value for cell in guide["F"]}


def test_money_in_another_unit_is_never_respelt(tmp_path: Path):
    with pytest.raises(InputError) as caught:
        load_scenario(edited(tmp_path, B6="2690 triệu"))
    assert [problem.suggestion for problem in caught.value.problems] == [""]


def test_money_typed_as_text_with_a_decimal_comma_is_read_where_it_has_one_reading(tmp_path: Path):
    assert load_scenario(edited(tmp_path, B6="12,3")) == load_scenario("fund-12.3")


def test_merged_cells_are_refused_where_they_are(tmp_path: Path):
    path = edited(tmp_path)
    book = openpyxl.load_workbook(path)
    book["Kinh phí"].merge_cells("C6:D6")
    book.save(path)
    with pytest.raises(InputError) as caught:
        load_scenario(path)
    assert [(problem.key, problem.place) for problem in caught.value.problems] == [("xlsx_merged", "Kinh phí!C6:D6")]
