"""A table of figures becomes a data pack, and outturns a newer start: shown first, whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from sim.cli import main
from sim.domain import InputError, Problem
from sim.evidence import entries_of, load_knowledge
from sim.inputs.figures import COLUMNS, load_figures
from sim.inputs.pack import load_province
from sim.inputs.text import source_data
from sim.inputs.yaml import load_catalogue
from sim.run import score_forecasts, understand_outturns, write_new_base
from tests.support.offices import term_named

ROWS = [
    ("HTX", "htx_total", 300, "count"),
    ("HTX", "htx_avg_revenue", "1.512,5", "million VND/yr"),
    ("HTX", "htx_worker_income", "4,1", "million VND/month"),
    ("HTX", "htx_new", 31, "count"),
    ("THT", "tht_count", 900, "count"),
]
FUND = [
    "Lào Cai",
    "VN-02",
    2024,
    "plan",
    "budget",
    "support_budget_total",
    12.3,
    "billion VND",
    "plan",
    "p",
    "mốc của tỉnh khác",
]
OUTTURNS = {
    "htx_total": 552, "htx_active": 430, "htx_members": 7900, "htx_avg_revenue": 1110, "htx_avg_profit": 225,
    "htx_worker_income": 50, "tht_count": 3990, "tht_avg_revenue": 230, "tht_avg_profit": 32, "cpi_inflation": 3.63,
    "htx_workers": 9900, "tht_members": 48000, "union_active": 1, "union_member_htx": 4,
    "support_spent_total": 10.5,
}  # fmt: skip


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data root of its own beside the shipped one's files."""
    made = tmp_path / "data"
    (made / "provinces").mkdir(parents=True)
    for entry in source_data().iterdir():
        if entry.name != "provinces":
            os.symlink(entry, made / entry.name)
    for pack in (source_data() / "provinces").iterdir():
        os.symlink(pack, made / "provinces" / pack.name)
    monkeypatch.setenv("COOPSIM_DATA", str(made))
    monkeypatch.chdir(tmp_path)
    return made


def figures(path: Path, *, drop: str = "", sheet: str = "Số liệu") -> Path:
    """A planner's sheet with Vietnamese headings and Vietnamese numbers."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    page.append(["Số liệu kinh tế tập thể tỉnh Mẫu"])
    page.append([])
    page.append("Địa bàn,Mã địa bàn,Năm,Kỳ,Loại hình,Chỉ tiêu,Giá trị,Đơn vị,Tình trạng,Mã nguồn,Ghi chú".split(","))
    for entity, term, value, unit in ROWS:
        if term != drop:
            page.append(["Mẫu", "VN-99", 2023, "year", entity, term, value, unit, "actual", "p", None])
    page.append(FUND)
    book.save(path)
    return path


ASKED = ("--pack", "tinh-mau", "--name", "Tỉnh Mẫu", "--area", "VN-99", "--base-year", "2023")


def test_a_sheet_is_shown_first_and_written_only_when_agreed_to(root: Path, tmp_path: Path, capsys):
    file = figures(tmp_path / "f.xlsx")
    assert main(["import", str(file), *ASKED]) == 2
    said = capsys.readouterr().out
    assert "1.512,5 triệu đồng" in said and "chưa có số liệu" in said and "active_share" in said
    assert "dựa trên 17 tỉnh khác" in said and "dựa trên 7 tỉnh khác" in said
    assert not (root / "provinces" / "tinh-mau").exists()
    assert main(["import", str(file), *ASKED, "--yes"]) == 0
    known = load_knowledge(root, province="tinh-mau")
    assert known.province.base["htx_revenue"]["VN-99"].value == 1512.5
    assert known.province.base["htx_worker_income"]["VN-99"].value == pytest.approx(49.2)
    assert known.register["foundings_reference"].distribution.p50 == 35  # 31 printed, 11.5 % of the register elsewhere
    assert known.register["active_share"].grade == "B" and "lhhtx_count" in known.province.missing


def test_a_pack_that_is_there_is_never_written_over(root: Path, tmp_path: Path, capsys):
    before = (source_data() / "provinces" / "yen-bai" / "pack.yaml").read_bytes()
    assert main(["import", str(figures(tmp_path / "f.xlsx")), "--pack", "yen-bai", *ASKED[2:], "--yes"]) == 2
    assert "yen-bai" in capsys.readouterr().err
    assert (source_data() / "provinces" / "yen-bai" / "pack.yaml").read_bytes() == before


@pytest.mark.parametrize(
    ("drop", "words"), [("htx_total", "htx_registered"), ("htx_worker_income", "htx_worker_income")]
)
def test_what_nothing_can_stand_for_is_asked_for(root: Path, tmp_path: Path, capsys, drop: str, words: str):
    assert main(["import", str(figures(tmp_path / "f.xlsx", drop=drop)), *ASKED, "--yes"]) == 2
    assert words in capsys.readouterr().err and not (root / "provinces" / "tinh-mau").exists()


def test_what_cannot_be_guessed_is_asked_for(root: Path, tmp_path: Path, capsys):
    assert main(["import", str(figures(tmp_path / "f.xlsx"))]) == 2
    said = capsys.readouterr().err
    assert said.startswith("F52 ") and "f.xlsx: " in said and said.count("F52") == 1
    assert all(flag in said for flag in ("--pack", "--name", "--area", "--base-year", "--new-base", "--assist"))
    assert main(["import", str(tmp_path / "f.xlsx"), "--pack", "tinh-mau", "--area", "VN-99"]) == 2
    said = capsys.readouterr().err
    assert "--name" in said and "--base-year" in said and "--area:" not in said and "khóa" not in said


def test_a_base_year_that_is_no_year_is_refused_by_the_argument(root: Path, tmp_path: Path, capsys):
    assert main(["import", str(figures(tmp_path / "f.xlsx")), *ASKED[:-1], "20233"]) == 2
    told = capsys.readouterr().err
    assert "F23" in told and "--base-year" in told and "“20233”" in told and "1990 … 2100" in told


@pytest.mark.parametrize(("typed", "meant"), [("fund-12,3", "fund-12-3"), ("Yên Bái", "yen-bai"), ("../x", "")])
def test_a_pack_name_that_is_none_is_told_with_the_one_it_gives(root: Path, typed: str, meant: str):
    from sim.run import asked_of

    with pytest.raises(InputError) as caught:
        asked_of(typed, "Mẫu", "VN-99", 2023)
    assert [(problem.key, problem.suggestion) for problem in caught.value.problems] == [("bad_pack_name", meant)]


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_text_table_may_be_headed_in_words_as_a_workbook_may(tmp_path: Path, lang: str):
    words = load_catalogue(lang)
    row = ["Tỉnh Mẫu", "VN-99", "2024", "year", "HTX", "htx_total", "300", "count", "actual", "p", ""]
    named, worded = tmp_path / "named.csv", tmp_path / "worded.csv"
    named.write_text("\n".join([",".join(COLUMNS), ",".join(row)]), encoding="utf-8")
    heads = [words.text(f"figures.column_{column}") for column in COLUMNS]
    worded.write_text("\n".join(["sep=;", ";".join(heads), ";".join(row)]), encoding="utf-8")
    assert [replace(figure, line=0) for figure in load_figures(worded)] == [
        replace(figure, line=0) for figure in load_figures(named)
    ]


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"G4": "1.020", "G5": 1512, "G6": 4}, ["F03", "Số liệu!G4", "viết 1020 hay 1.02"]),
        ({"G4": "30.5", "G5": "1.512,5"}, ["F07", "(Số liệu!G4, Số liệu!G5)"]),
    ],
)
def test_numbers_typed_as_text_are_told_by_their_cells(tmp_path: Path, cells: dict[str, object], told: list[str]):
    path = figures(tmp_path / "so.xlsx")
    book = openpyxl.load_workbook(path)
    for address, value in cells.items():
        book.active[address] = value
    book.save(path)
    with pytest.raises(InputError) as caught:
        load_figures(path)
    said = " ".join(load_catalogue("vi").describe_all(caught.value))
    assert [part for part in told if part not in said] == [] and "decimal=" not in said


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("htx dang  hoat dong", "htx_active"),
        ("Doanh thu bình quân một HTX đang hoạt động", "htx_avg_revenue"),
        ("HTX bay", ""),
    ],
)
def test_an_indicator_in_words_is_told_with_its_code(tmp_path: Path, typed: str, meant: str):
    path = figures(tmp_path / "so.xlsx")
    book = openpyxl.load_workbook(path)
    book.active["F4"] = typed
    book.save(path)
    with pytest.raises(InputError) as caught:
        load_figures(path)
    assert [(problem.key, problem.suggestion) for problem in caught.value.problems] == [("id_not_ascii", meant)]


@pytest.mark.parametrize("typed", ["HTX giải thể", "HTX  GIẢI THỂ", "HTX dissolved"])
def test_a_name_of_the_pages_stands_for_its_indicator(tmp_path: Path, typed: str):
    path = figures(tmp_path / "so.xlsx")
    book = openpyxl.load_workbook(path)
    for cell, text in (("F4", typed), ("D4", "cả năm"), ("H4", "đơn vị"), ("I4", "Ước")):
        book.active[cell] = text
    book.save(path)
    figure = load_figures(path)[0]
    assert (figure.indicator, figure.period) == ("htx_dissolved", "year")
    assert (figure.unit, figure.status) == ("count", "estimate")


def test_a_table_is_checked_as_a_table(root: Path, tmp_path: Path, capsys):
    assert main(["check", str(figures(tmp_path / "f.xlsx"))]) == 0
    assert "bảng số liệu" in capsys.readouterr().out


def test_the_merged_province_is_a_pack_of_its_own(root: Path, tmp_path: Path):
    """From 1 July 2025 on: figures of the new boundaries only, and nothing of the old ones."""
    from sim.run import asked_of, understand_figures, write_pack

    book = openpyxl.load_workbook(figures(tmp_path / "f.xlsx"))
    for row in book.active.iter_rows(min_row=4):
        if row[1].value == "VN-99":
            row[1].value, row[2].value = "VN-02-2025", 2025
    for year, growth in ((2024, 3.63), (2025, 3.31)):
        book.active.append(["Vietnam", "VN", year, "year", "macro", "cpi_inflation", growth, "%", "actual", "p", None])
    book.save(tmp_path / "m.xlsx")
    write_pack(understand_figures(tmp_path / "m.xlsx", asked_of("moi", "Lào Cai mới", "VN-02-2025", 2025)))
    known = load_knowledge(root, province="moi")
    assert known.province.context["boundary_vintage"] == "from-2025-07-01"
    assert known.province.deflator == pytest.approx(1 / (1.0363 * 1.0331))
    with (root / "provinces" / "moi" / "observations.csv").open("a", encoding="utf-8") as file:
        file.write("x,VN-02-2025,2024,year,HTX,htx_total,1,count,actual,p,\n")
    with pytest.raises(InputError) as caught:
        load_knowledge(root, province="moi")
    assert caught.value.problems[0].key == "other_boundary"


def filled(path: Path, year: int) -> Path:
    """The entry sheet with its values filled in."""
    assert main(["export", "--figures", str(year), "-o", str(path)]) == 0
    book = openpyxl.load_workbook(path)
    for row in book.active.iter_rows(min_row=2):
        row[6].value = OUTTURNS.get(term_named(row[5].value))
    book.save(path)
    return path


def test_the_entry_sheet_comes_back_and_shows_the_newer_start(root: Path, tmp_path: Path):
    new = understand_outturns(filled(tmp_path / "o.xlsx", 2024), 2024, slug=None)
    assert new.understood.draft.asked.slug == "lao-cai-2024"
    assert new.understood.draft.printed["htx_active"].value == 430
    assert not (root / "provinces" / "lao-cai-2024").exists()


def test_the_planning_year_of_the_older_pack_is_not_taken_over(root: Path, tmp_path: Path):
    """The newer pack begins after it: what it said of its present would be refused, or hold for a year that is over."""
    pack = root / "provinces" / "lao-cai"
    pack.unlink()
    shutil.copytree(source_data() / "provinces" / "lao-cai", pack)
    with (pack / "pack.yaml").open("a", encoding="utf-8") as file:
        file.write("planning_year: 2024\n")
    assert load_province().planning_year == 2024
    new = understand_outturns(filled(tmp_path / "o.xlsx", 2024), 2024, slug=None)
    assert "planning_year" not in new.understood.files["pack.yaml"]


def test_outturns_of_other_boundaries_do_not_continue_the_old_series(root: Path, tmp_path: Path):
    with pytest.raises(InputError) as caught:
        understand_outturns(filled(tmp_path / "o.xlsx", 2025), 2025, slug=None)
    assert {problem.key for problem in caught.value.problems} == {"history_not_joined"}


def test_a_base_year_that_is_no_later_is_refused(root: Path, tmp_path: Path):
    with pytest.raises(InputError) as caught:
        understand_outturns(filled(tmp_path / "o.xlsx", 2024), 2023, slug=None)
    assert caught.value.problems[0].key == "new_base_not_later"


def notes_of(path: Path, *rows: list[object], change: Mapping[str, object] | None = None) -> list[Problem]:
    """What is told of an outturn sheet with some values changed and some rows added."""
    book = openpyxl.load_workbook(filled(path, 2024))
    for row in book.active.iter_rows(min_row=2):
        row[6].value = (change or {}).get(term_named(row[5].value), row[6].value)
    for row in rows:
        book.active.append(row)
    book.save(path)
    kept = ("figure_stored_only", "price_rise_not_needed")
    return [note for note in understand_outturns(path, 2024, slug=None).understood.notes if note.key in kept]


def test_a_price_rise_that_is_there_already_is_stored_and_said_not_to_be_used(root: Path, tmp_path: Path):
    """The shipped row comes first: its value, source and place are named; the same figure again is no news."""
    assert notes_of(tmp_path / "o.xlsx") == []
    (note,) = notes_of(tmp_path / "other.xlsx", change={"cpi_inflation": 4.2})
    assert note.key == "figure_stored_only" and note.warning and note.value == 4.2
    for lang, used in (("vi", "3,63"), ("en", "3.63")):
        told = load_catalogue(lang).describe(note)
        assert used in told and "!G" in told and "lao-cai/observations.csv:393" in told and "F22" in told
        assert "SGGP (GSO), 06/01/2025" in told


def test_a_price_rise_of_a_year_that_is_not_needed_is_said_to_be_kept_only(root: Path, tmp_path: Path):
    row = ["Vietnam", "VN", 2017, "year", "macro", "cpi_inflation", 3.53, "%", "actual", "p", None]
    (note,) = notes_of(tmp_path / "o.xlsx", row)
    assert note.key == "price_rise_not_needed"
    told = [load_catalogue(lang).describe(note) for lang in ("vi", "en")]
    assert all("2024" in one and "2017" in one for one in told)


def test_another_fund_and_a_plan_beside_the_outturn_are_said_to_be_kept_only(root: Path, tmp_path: Path):
    place = ["Tỉnh Lào Cai", "VN-02", 2024]
    fund = [*place, "plan", "budget", "support_budget_total", 14.0, "billion VND", "plan", "p", None]
    planned = [*place, "year", "HTX", "htx_total", 560, "count", "plan", "p", None]
    notes = notes_of(tmp_path / "o.xlsx", fund, planned)
    assert [(note.key, note.value) for note in notes] == [("figure_stored_only", 14.0), ("figure_stored_only", 560)]
    fund_told, plan_told = (load_catalogue("en").describe(note) for note in notes)
    assert "12.3" in fund_told and "observations.csv:" in fund_told
    assert "552" in plan_told and "o.xlsx:" in plan_told


@pytest.mark.slow
def test_a_newer_start_keeps_the_old_forecast_to_be_scored(root: Path, tmp_path: Path):
    new = understand_outturns(filled(tmp_path / "o.xlsx", 2024), 2024, slug=None)
    kept = tmp_path / "forecasts.jsonl"
    assert write_new_base(new, draws=256, seed=1, kept=kept)
    (entry,) = entries_of(kept)
    assert (entry.base_year, entry.area_code) == (2023, "VN-02")
    known = load_knowledge(root, province="lao-cai-2024")
    assert known.province.base_year == 2024 and known.posterior.ids
    assert known.calibration.years[-1] == 2024 and "htx_registered" in known.posterior.latent
    (found,) = score_forecasts(str(tmp_path / "o.xlsx"), str(kept))
    parts = [(one.policy, one.one_off, one.underlying, one.error) for one in found.scored if one.outcome == "scored"]
    assert parts and not found.renewed  # the old pack is as it was: money is told by the forecast's own assumptions
    assert all(sum(some) == pytest.approx(error) for *some, error in parts)


def test_sources_that_leave_one_out_are_refused_before_anything_is_shown(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "nguon.csv").write_text("id,title,url,note\nq,Niên giám,,\n", encoding="utf-8")
    asked = ["--pack", "tinh-mau", "--name", "Mẫu", "--area", "VN-99", "--base-year", "2023"]
    book = figures(tmp_path / "so.xlsx")
    assert main(["import", str(book), *asked, "--sources", "nguon.csv", "--yes"]) == 2
    told = capsys.readouterr()
    assert told.err.count("F52") == 1 and "so.xlsx:4" in told.err and "“p”" in told.err and not told.out
    assert "Số liệu!J4" in told.err and "nguon.csv" in told.err and "effects.csv" not in told.err


@pytest.mark.parametrize(("lang", "told"), [("vi", "thiếu 2021–2022"), ("en", "2021–2022 missing")])
def test_years_missing_in_a_series_are_shown_before_a_pack_is_written(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], lang: str, told: str
) -> None:
    path = figures(tmp_path / "so.xlsx")
    book = openpyxl.load_workbook(path)
    book.active.append(["Mẫu", "VN-99", 2020, "year", "HTX", "htx_total", 280, "count", "actual", "p", None])
    book.save(path)
    asked = ["--pack", "tinh-mau", "--name", "Mẫu", "--area", "VN-99", "--base-year", "2023", "--lang", lang]
    assert main(["import", str(path), *asked]) == 2  # nobody was there to agree
    shown = capsys.readouterr().out
    assert "F24" in shown and told in shown and "so.xlsx:4" in shown and "htx_total" in shown


#: What only the pack's own readers notice: (cell, what to write there or the argument, where it is told, code).
NOTICED_LATE = [
    ("G9", 0, "Số liệu!G9 (value)", "F17"),
    ("G9", 12.3456789012345, "Số liệu!G9 (value)", "F65"),
    ("H5", "billion VND/yr", "Số liệu!H5 (unit)", "F95"),
    ("C9", 1900, "Số liệu!C9 (year)", "F23"),
    ("J7", "báo cáo", "Số liệu!J7 (source_id)", "F38"),
    ("--name", "Mẫu\u202e", "--name", "F37"),
    ("--name", "  ", "--name", "F52"),
]


@pytest.mark.parametrize(("at", "value", "told", "code"), NOTICED_LATE)
def test_what_writing_would_refuse_is_refused_before_anything_is_shown(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], at: str, value: object, told: str, code: str
) -> None:
    path = figures(tmp_path / "so.xlsx")
    asked = dict(zip(ASKED[::2], ASKED[1::2], strict=True))
    if at.startswith("--"):
        asked[at] = str(value)
    else:
        book = openpyxl.load_workbook(path)
        book.active[at] = value
        book.save(path)
    before = sorted(item.name for item in (root / "provinces").iterdir())
    assert main(["import", str(path), *(part for pair in asked.items() for part in pair)]) == 2
    seen = capsys.readouterr()
    assert told in seen.err and code in seen.err and not seen.out
    assert ".coopsim-" not in seen.err and "pack.yaml" not in seen.err
    assert sorted(item.name for item in (root / "provinces").iterdir()) == before


def test_more_active_than_registered_is_told_at_the_cell_of_the_active(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = figures(tmp_path / "so.xlsx")
    book = openpyxl.load_workbook(path)
    page = book.active
    page.append(["Mẫu", "VN-99", 2023, "year", "HTX", "htx_active", 301, "count", "actual", "p", "ghi chú\nhai dòng"])
    page.append(["Mẫu", "VN-99", 2025, "end", "HTX", "htx_active", 310, "count", "actual", "p", None])
    book.save(path)
    assert main(["import", str(path), *ASKED, "--lang", "en"]) == 2
    told = capsys.readouterr().err
    assert "so.xlsx:10:7: Số liệu!G10 (value)" in told and "more are active (301)" in told
    assert "so.xlsx:11:3: Số liệu!C11 (year)" in told and "F93" in told and ".coopsim-" not in told


@pytest.mark.parametrize("year", [2022, 2024])
def test_money_of_another_year_needs_the_growth_of_prices_and_says_so_by_the_argument(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], year: int
) -> None:
    path = figures(tmp_path / "so.xlsx")
    book = openpyxl.load_workbook(path)
    for row in range(4, 9):
        book.active.cell(row, 3).value = year
    book.save(path)
    assert main(["import", str(path), *ASKED[:-1], str(year)]) == 2
    told = capsys.readouterr().err
    assert "so.xlsx: --base-year" in told and f"“{year}”" in told and "cpi_inflation" in told
    assert "pack.yaml" not in told


def test_money_of_an_earlier_year_is_brought_to_prices_of_2023_too(root: Path, tmp_path: Path) -> None:
    path = figures(tmp_path / "so.xlsx")
    book = openpyxl.load_workbook(path)
    for row in range(4, 9):
        book.active.cell(row, 3).value = 2022
    book.active.append(["Vietnam", "VN", 2023, "year", "macro", "cpi_inflation", 3.25, "%", "actual", "p", None])
    book.save(path)
    assert main(["import", str(path), *ASKED[:-1], "2022", "--yes"]) == 0
    assert load_knowledge(root, province="tinh-mau").province.deflator == pytest.approx(1.0325)


def test_what_a_newer_start_lacks_is_told_before_the_old_forecast_is_frozen(root: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(filled(tmp_path / "o.xlsx", 2024))
    for row in book.active.iter_rows(min_row=2):
        if term_named(row[5].value) == "htx_active":
            row[6].value, cell = 0, row[6].coordinate
    book.save(tmp_path / "o.xlsx")
    with pytest.raises(InputError) as caught:
        understand_outturns(tmp_path / "o.xlsx", 2024, slug=None)
    (problem,) = caught.value.problems
    assert (problem.key, problem.file) == ("base_zero", "o.xlsx") and cell in problem.place


def test_a_small_figure_is_written_in_digits_that_are_read_again(root: Path, tmp_path: Path) -> None:
    path = figures(tmp_path / "so.xlsx")
    book = openpyxl.load_workbook(path)
    book.active.append(["Mẫu", "VN-99", 2023, "year", "HTX", "own_share", 0.00002, "share", "actual", "p", None])
    book.save(path)
    assert main(["import", str(path), *ASKED, "--yes"]) == 0
    written = load_figures(root / "provinces" / "tinh-mau" / "observations.csv")
    assert {row.value for row in written if row.indicator == "own_share"} == {0.00002}
