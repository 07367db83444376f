"""Rows 1–65 and 93–96 of the list of bad inputs: refused with code, place, value, reason and fix in both languages."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from sim.cli import main
from sim.domain import InputError, Problem
from sim.inputs.excel import parse_workbook
from sim.inputs.figures import COLUMNS, load_figures
from sim.inputs.pack import load_province
from sim.inputs.scenarios import load_plan, load_scenario
from sim.inputs.text import collation_key, csv_cell, csv_words, put, source_data
from sim.inputs.yaml import exact, load_catalogue, scenario_text
from sim.report.print import el
from sim.run import cells as ask, load_all, page_stem, scenario_bytes, write_atomic

WORDS = {language: load_catalogue(language) for language in ("vi", "en")}
GOOD = dict(
    zip(COLUMNS, "Lào Cai,VN-02,2023,year,HTX,htx_avg_revenue,1010,million VND/yr,actual,p1,".split(","), strict=True)
)
PLAN = """slug: p
label: {vi: "P", en: "P"}
price_basis: nominal
fund: {2024: 12.3}
lines: {establishment: {2024: 3}, capacity: {2024: 3}, market: {2024: 3}, survey: {2024: 3}}
repeat_last: true
"""


@dataclass(frozen=True)
class Case:
    """One bad input and what has to be said about it."""

    row: int
    raw: bytes
    code: str
    place: str
    value: str
    vi: str
    en: str
    name: str = "t.csv"


def table(*changes: dict[str, str], sep: str = ",", first: str = "", header: str = "") -> bytes:
    """A table of figures with some cells changed, a row for each change."""
    rows = [header or sep.join(COLUMNS)]
    for change in changes:
        cells = [change.get(name, text) for name, text in GOOD.items()]
        rows.append(sep.join(f'"{cell}"' if sep in cell and not cell.startswith("\0") else cell for cell in cells))
    return (first + "\n".join([*rows, ""])).encode()


def book(*rows: list[object], then=None) -> bytes:
    """A workbook with the columns of figures and these rows."""
    made = openpyxl.Workbook()
    page = made.active
    page.title = "So lieu"
    page.append(list(COLUMNS))
    for row in rows:
        page.append(row)
    if then:
        then(made, page)
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


def cells(**changes: object) -> list[object]:
    return [changes.get(name, text) for name, text in GOOD.items()]


def archive(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return stream.getvalue()


def plan(old: str, new: str) -> bytes:
    assert old in PLAN
    return PLAN.replace(old, new, 1).encode()


CASES = [
    Case(2, table({"value": "12,3"}).replace(b'"12,3"', b"12,3"), "F02", "t.csv:2", "12,3", "12", "12"),
    Case(3, table({"value": "1.234"}), "F03", "value", "1.234", "1234", "1234"),
    Case(4, table({"value": "12.3"}, first="decimal=,\n"), "F04", "value", "12.3", "dấu", "decimal"),
    Case(6, table({"value": "1,234.5"}), "F06", "value", "1,234.5", "decimal", "decimal"),
    Case(7, table({"value": "12,3"}, {"value": "12.3", "year": "2022"}), "F07", "value", "12", "3, 2", "3, 2"),
    Case(9, table({"value": "(5)"}), "F09", "value", "(5)", "-5", "-5"),
    Case(10, table({"value": "１２"}), "F10", "value", "１２", "0–9", "0–9"),
    Case(11, table({"value": "nan"}), "F11", "value", "nan", "số", "number"),
    Case(15, table({"value": ""}), "F15", "value", "", "chưa có số liệu", "no figure yet"),
    Case(16, table({"value": "12%"}), "F16", "value", "12%", "%", "%"),
    Case(
        16,
        table({"value": "12", "unit": "share", "indicator": "htx_share_effective"}),
        "F16",
        "value",
        "12",
        "0 … 1",
        "0 … 1",
    ),
    Case(17, table({"value": "1010000"}), "F17", "value", "1010000", "20 … 100.000", "20 … 100,000"),
    Case(18, book(cells(value="#REF!")), "F18", "So lieu!G2", "#REF!", "sửa công thức", "formula", "t.xlsx"),
    Case(19, book(cells(value="=1+1")), "F19", "So lieu!G2", "", "dán giá trị", "paste the value", "t.xlsx"),
    Case(20, table({}, header=",".join([*COLUMNS[:-1], "unit"])), "F20", "t.csv:1", "unit", "hai lần", "twice"),
    Case(
        21,
        table({}, header=",".join([*COLUMNS[:-2], "sourc_id", "note"])),
        "F21",
        "t.csv:1",
        "sourc_id",
        "source_id",
        "source_id",
    ),
    Case(22, table({}, {"value": "1020"}), "F22", "t.csv:3", "VN-02", "2", "2"),
    Case(23, table({"year": "2O23"}), "F23", "year", "2O23", "1990 … 2100", "1990 … 2100"),
    Case(23, table({"year": "2023.0"}), "F23", "year", "2023.0", "2023", "2023"),
    Case(25, table({"year": "2099"}), "F25", "year", "2099", "actual", "actual"),
    Case(26, table({"value": "-3", "indicator": "htx_total", "unit": "count"}), "F26", "value", "-3", "≥ 0", "≥ 0"),
    Case(
        27,
        table(
            {"value": "502", "indicator": "htx_total", "unit": "count"},
            {"value": "400", "indicator": "htx_active", "unit": "count"},
            {"value": "60", "indicator": "htx_inactive", "unit": "count"},
        ),
        "F27",
        "value",
        "502",
        "42",
        "42",
    ),
    Case(29, b"", "F29", "t.csv", "", "trống", "empty"),
    Case(29, table(), "F29", "t.csv:1", "", "dòng tiêu đề", "only its header"),
    Case(30, table({}, sep="|"), "F30", "t.csv:1", "area|", "1 cột", "1 column"),
    Case(
        34,
        "Lào Cai".encode("cp1258", "replace").join([b"area,", b"\xe0\xff\n"]),
        "F34",
        "t.csv:1",
        "E0",
        "UTF-8",
        "UTF-8",
    ),
    Case(37, table({"area": "Lào\u202eCai"}), "F37", "t.csv:2", "U+202E", "U+202E", "U+202E"),
    Case(38, table({"area_code": "VN-0\u0410"}), "F38", "area_code", "VN-0\u0410", "không dấu", "without accents"),
    Case(40, table({}).replace(b"L\xc3\xa0o Cai", b'L\xc3\xa0o "Cai"'), "F40", "t.csv:2", '"Cai"', "kép", "quote"),
    Case(41, table({"note": "a\0b"}), "F41", "t.csv:2", "U+0000", "U+0000", "U+0000"),
    Case(
        42,
        book(cells(), then=lambda made, page: page.merge_cells("A2:B2")),
        "F42",
        "So lieu!A2:B2",
        "A2:B2",
        "bỏ trộn",
        "unmerge",
        "t.xlsx",
    ),
    Case(
        42,
        book(cells(), then=lambda made, page: made.create_sheet("Nháp").append(["x"])),
        "F42",
        "t.xlsx",
        "",
        "Nháp",
        "Nháp",
        "t.xlsx",
    ),
    Case(43, archive(xl__workbook_dot_xml=b"0" * 30_000_000), "F43", "t.xlsx", "", "50 MB", "50 MB", "t.xlsx"),
    Case(44, b"\xd0\xcf\x11\xe0" + b"0" * 600, "F44", "t.xlsx", "", ".xls", ".xls", "t.xlsx"),
    Case(
        44,
        b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
        "F44",
        "t.xlsx",
        "",
        "mật khẩu",
        "password",
        "t.xlsx",
    ),
    Case(44, archive(xl__vbaProject_dot_bin=b"x"), "F44", "t.xlsx", "", "macro", "macro", "t.xlsx"),
    Case(44, archive(x=b"x"), "F44", "t.csv", "", "Excel", "Excel"),
    Case(47, b"a: &a [x,x]\nb: [*a,*a]\n", "F47", "p.yaml:1", "a", "neo", "anchor", "p.yaml"),
    Case(
        48,
        plan("price_basis: nominal", "slug: q\nprice_basis: nominal"),
        "F48",
        "p.yaml:3",
        "slug",
        "dòng 1",
        "line 1",
        "p.yaml",
    ),
    Case(
        49, plan("slug: p", "slug: !!python/object:os.system p"), "F49", "p.yaml:1", "python", "nhãn", "tag", "p.yaml"
    ),
    Case(50, plan("slug: p", "slug: no"), "F50", "p.yaml:1", "no", '"no"', '"no"', "p.yaml"),
    Case(50, plan("12.3", "1_000"), "F50", "p.yaml:4", "1_000", "1000", "1000", "p.yaml"),
    Case(51, b"a: " + b"[" * 3000, "F51", "p.yaml:1", "", "12", "12", "p.yaml"),
    Case(51, b"#" * (1 << 20), "F51", "p.yaml", "", "262.144", "262,144", "p.yaml"),
    Case(
        52, plan("repeat_last", "repeat_lsat"), "F52", "p.yaml:6", "repeat_lsat", "repeat_last", "repeat_last", "p.yaml"
    ),
    Case(53, plan("12.3", '"12.3"'), "F53", "p.yaml:4", "12.3", "12.3", "12.3", "p.yaml"),
    Case(53, plan("repeat_last: true", "repeat_last: 1"), "F53", "p.yaml:6", "1", "true", "true", "p.yaml"),
    Case(
        53,
        book(cells(indicator="htx_total", unit="count", value=400.5)),
        "F53",
        "So lieu!G2",
        "400",
        "số nguyên",
        "whole number",
        "t.xlsx",
    ),
    Case(65, plan("{2024: 3}", "{2024: 30}"), "F27", "p.yaml:4", "39", "26,7", "26.7", "p.yaml"),
    Case(65, plan("{2024: 3}", "{2024: -1}"), "F17", "p.yaml:5", "-1", "0 … 1.000", "0 … 1,000", "p.yaml"),
]


def problems_of(call) -> list[Problem]:
    with pytest.raises(InputError) as caught:
        call()
    return list(caught.value.problems)


def says(problems: list[Problem], case: Case) -> None:
    """One of the sentences carries code, place, value and the words that tell reason and fix, in both languages."""
    for language, words in (("vi", case.vi), ("en", case.en)):
        told = [WORDS[language].describe(problem) for problem in problems]
        parts = (case.code, case.place, case.value, words)
        assert any(all(part in sentence for part in parts) for sentence in told), (language, parts, told)
        assert not any("Traceback" in sentence or "{" in sentence.replace("{…}", "") for sentence in told)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.row:02}-{case.code}")
def test_a_bad_file_is_refused_in_words(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    path = Path(case.name)
    path.write_bytes(case.raw)
    says(problems_of(lambda: load_plan("./p.yaml") if path.suffix == ".yaml" else load_figures(path)), case)


def figures(raw: bytes, tmp_path: Path, name: str = "t.csv", notes: list[Problem] | None = None):
    (tmp_path / name).write_bytes(raw)
    return load_figures(tmp_path / name, notes=notes)


#: Rows that are read, since they have one reading: (row, file, value).
READ = [
    (1, table({"value": "1012,3"}, sep=";", first="sep=;\ndecimal=,\n"), 1012.3),
    (5, table({"value": "1.234,8"}, sep=";", first="sep=;\n"), 1234.8),
    (8, table({"value": "1 010"}), 1010),
    (8, table({"value": "1\u202f010"}), 1010),
    (9, table({"value": "\u2212300", "indicator": "htx_avg_profit"}), -300),
    (31, b"\xef\xbb\xbf" + table({}), 1010),
    (32, table({}, sep=";", first="sep=;\n"), 1010),
    (33, table({}, sep="\t").decode().encode("utf-16"), 1010),
    (40, table({"note": "hai\ndòng, có dấu phẩy"}), 1010),
]


@pytest.mark.parametrize(("row", "raw", "value"), READ)
def test_what_has_one_reading_is_read(row, raw, value, tmp_path):
    assert figures(raw, tmp_path)[0].value == value


def test_12_to_14_codes_and_names_stay_text(tmp_path):
    found = figures(table({"source_id": "1e5", "area": "NA"}, {"source_id": "0123", "area": "NULL"}), tmp_path)
    assert [(row.source_id, row.area) for row in found] == [("1e5", "NA"), ("0123", "NULL")]


def with_number(typed: str, **changes: object) -> bytes:
    """A workbook one of whose numbers is spelt in a way that openpyxl would not write."""
    made, stream = zipfile.ZipFile(io.BytesIO(book(cells(value=4711.5, **changes)))), io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as spoilt:
        for name in made.namelist():
            spoilt.writestr(name, made.read(name).replace(b">4711.5<", f">{typed}<".encode()))
    return stream.getvalue()


@pytest.mark.parametrize("typed", ["1E400", "-1E+400"])
@pytest.mark.parametrize("term", ["htx_avg_revenue", "a_term_of_ones_own"])
def test_11_a_number_of_a_cell_beyond_all_bounds_is_told_as_it_stands_there(typed, term, tmp_path):
    says(
        problems_of(lambda: figures(with_number(typed, indicator=term), tmp_path, "t.xlsx")),
        Case(11, b"", "F11", "So lieu!G2", f"“{typed}”", "số", "number"),
    )


def test_19_a_stored_result_is_used_and_told(tmp_path):
    raw = book(cells(value="=1000+10"))
    with zipfile.ZipFile(io.BytesIO(raw)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    sheet = next(name for name in parts if name.startswith("xl/worksheets/"))
    parts[sheet] = (
        parts[sheet]
        .replace(b"<v></v>", b"<v>1010</v>")
        .replace(b"<v />", b"<v>1010</v>")
        .replace(b"<v/>", b"<v>1010</v>")
    )
    stream, notes = io.BytesIO(), []
    with zipfile.ZipFile(stream, "w") as made:
        for name, content in parts.items():
            made.writestr(name, content)
    assert figures(stream.getvalue(), tmp_path, "t.xlsx", notes)[0].value == 1010
    assert "F19" in WORDS["vi"].describe(notes[0]) and "So lieu!G2" in WORDS["vi"].describe(notes[0])


def test_24_a_gap_is_flagged_and_never_filled(tmp_path):
    notes = []
    found = figures(table({"year": "2021"}, {"year": "2023"}), tmp_path, notes=notes)
    assert len(found) == 2 and [note.key for note in notes] == ["years_missing"]


@pytest.mark.parametrize(("lang", "told"), [("vi", "thiếu 2022"), ("en", "2022 missing")])
def test_24_whoever_checks_a_table_reads_which_year_is_missing(lang, told, tmp_path, capsys):
    path = tmp_path / "o.csv"
    path.write_bytes(table({"year": "2021"}, {"year": "2023"}))
    assert main(["check", str(path), "--lang", lang]) == 0
    assert "F24" in (said := capsys.readouterr().out) and f"{path}:3" in said and told in said


def test_28_a_range_out_of_order_is_refused(tmp_path):
    triple = "{p10: 0.7, p50: 0.6, p90: 0.8, reason: {vi: x, en: x}}"
    world = f'slug: w\nlabel: {{vi: "W", en: "W"}}\noverrides:\n  disbursement_rate: {triple}\n'
    from sim.inputs.scenarios import load_world

    (tmp_path / "w.yaml").write_text(world, encoding="utf-8")
    found = problems_of(lambda: load_world(str(tmp_path / "w.yaml")))
    says(found, Case(28, b"", "F28", "w.yaml:4", "0.7", "p10 ≤ p50 ≤ p90", "p10 ≤ p50 ≤ p90"))
    (tmp_path / "w.yaml").write_text(
        world.replace("p10: 0.7, p50: 0.6, p90: 0.8", "p10: 0.6, p50: 0.6, p90: 0.6"), encoding="utf-8"
    )
    notes: list[Problem] = []
    load_world(str(tmp_path / "w.yaml"), notes=notes)
    assert [note.key for note in notes] == ["zero_width"]


def test_35_names_in_either_unicode_form_are_one_name(tmp_path):
    import unicodedata

    found = figures(table({"area": unicodedata.normalize("NFD", "Lào Cai")}), tmp_path)
    assert found[0].area == "Lào Cai"


def test_36_two_spellings_of_a_place_are_joined_by_code_alone(tmp_path):
    found = figures(table({"area": "Hòa Bình"}, {"area": "Hoà Bình", "year": "2022"}), tmp_path)
    assert {row.area_code for row in found} == {"VN-02"} and len({row.area for row in found}) == 2
    says(
        problems_of(lambda: load_scenario("no-suport")),
        Case(36, b"", "F52", "", "no-suport", "no-support", "no-support"),
    )


def test_39_vietnamese_letters_sort_as_in_a_dictionary():
    assert sorted(["Ân", "An", "Ăn", "Đà", "Da"], key=collation_key) == ["An", "Ăn", "Ân", "Da", "Đà"]


def test_42_hidden_rows_are_read_and_told(tmp_path):
    notes: list[Problem] = []

    def hide(made, page):
        page.row_dimensions[2].hidden = True

    assert figures(book(cells(), then=hide), tmp_path, "t.xlsx", notes)[0].value == 1010
    assert [note.key for note in notes] == ["xlsx_hidden"]


def test_45_and_46_text_that_looks_like_a_formula_stays_text_and_numbers_stay_numbers():
    for text in ('=HYPERLINK("http://h")', "@SUM(1)", "\tx", "+1", "-1"):
        assert str(csv_cell(text)).startswith("'")
        assert csv_words(str(csv_cell(text))) == text, "no stray apostrophe after an import"
        cell = put(openpyxl.Workbook().active.cell(1, 1), text)
        assert cell.data_type == "s" and cell.value == text and cell.quotePrefix
    assert csv_cell(-5) == -5 and put(openpyxl.Workbook().active.cell(1, 1), -5).value == -5


def test_54_a_parameter_nobody_asks_for_is_refused():
    asked = {"__annotations__": {"for_report": str}, "for_report": '{"x; import os": 1}'}
    found = problems_of(lambda: ask.read(asked))
    says(found, Case(54, b"", "F54", "parameters.for_report", "x; import os", "scenario", "scenario"))


def test_55_awkward_text_survives_a_round_trip(tmp_path):
    nasty = 'a "b" \\ \'c\' """ ${x} {p.__class__} `d` \n e'
    scenario = replace(load_scenario("fund-12.3"), slug="nasty", label={"vi": nasty, "en": nasty})
    (tmp_path / "nasty.yaml").write_text(scenario_text(scenario), encoding="utf-8")
    assert load_scenario(str(tmp_path / "nasty.yaml")).label["vi"] == nasty


def test_56_numbers_of_numpy_become_exact_and_other_things_are_refused():
    assert exact(np.int64(3)) == 3 and str(exact(np.float64(0.1))) == "0.1"
    assert load_scenario(source_data() / "scenarios" / "no-support.yaml").slug == "no-support"
    for wrong in ((1, 2), Path("x"), True, "12"):
        with pytest.raises(Exception, match="not a number"):
            exact(wrong)


@pytest.mark.parametrize(
    "name",
    [
        "../../etc/x",
        "/abs",
        "C:\\x",
        "\\\\srv\\s",
        "‥／x",
        "s3://b/k",
        "http://h",
        "CON",
        "nul.txt",
        "x.",
        "a:b",
        "a?",
        "x" * 300,
    ],
)
def test_57_to_62_a_name_never_leaves_the_folder_nor_takes_a_reserved_one(name, tmp_path):
    stem = page_stem(name)
    assert (tmp_path / f"{stem}.html").resolve().parent == tmp_path.resolve()
    assert stem.split(".")[0] not in ("con", "nul") and len(stem) <= 140 and not set(stem) & set('<>:"/\\|?*')
    for problem in problems_of(lambda: load_scenario(name)):
        assert all(words.describe(problem) for words in WORDS.values())


def test_57_a_name_that_is_no_slug_says_what_a_slug_is():
    says(problems_of(lambda: load_scenario("Quỹ")), Case(57, b"", "F57", "", "Quỹ", "không dấu", "without accents"))


def test_57_a_file_is_advised_only_where_one_is_taken(tmp_path):
    (tmp_path / "p.yaml").write_bytes(plan("slug: p", "slug: fund-12,3"))
    for language, path in (("vi", "viết đường dẫn"), ("en", "write a path")):
        (told,) = WORDS[language].describe_all(InputError(*problems_of(lambda: load_plan(tmp_path / "p.yaml"))))
        assert "F57" in told and path not in told and "fund-12-3" in told
        assert path in WORDS[language].describe(problems_of(lambda: load_scenario("Quỹ"))[0])


def test_59_braces_in_a_name_are_letters():
    assert WORDS["vi"].text("cli.wrote", path="{p.__class__}{x}") == "Đã ghi {p.__class__}{x}"


def test_61_the_same_name_twice_is_refused():
    found = problems_of(lambda: load_all(["no-support", "no-support"]))
    says(found, Case(61, b"", "F61", "", "no-support", "no-support", "no-support"))


@pytest.mark.parametrize("text", ["</script>", "<img onerror=x>", "[x](javascript:alert(1))", "$$x$$", "`x`"])
def test_63_markup_in_a_name_is_text(text):
    made = str(el("p", text))
    assert "<img" not in made and "</script>" not in made


def test_64_a_link_in_the_output_folder_is_replaced_and_not_followed(tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("đừng sửa", encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "summary.csv").symlink_to(outside)
    write_atomic(tmp_path / "out" / "summary.csv", "mới")
    assert outside.read_text(encoding="utf-8") == "đừng sửa" and not (tmp_path / "out" / "summary.csv").is_symlink()


def add_row(root: Path, text: str) -> None:
    with (root / "provinces" / "lao-cai" / "observations.csv").open("a", encoding="utf-8") as file:
        file.write(text + "\n")


def test_93_figures_of_other_boundaries_are_refused_by_their_row(own_data):
    add_row(own_data, "x,VN-02,2025,year,HTX,htx_total,900,count,actual,laocai-plan-2024,")
    says(
        problems_of(lambda: load_province("lao-cai", root=own_data)),
        Case(93, b"", "F93", "year", "VN-02 2025", "2025-07-01", "2025-07-01"),
    )


def test_94_counts_after_the_law_of_2023_are_flagged_as_another_series():
    for province in ("lao-cai", "yen-bai"):
        assert any("htx_total" in trap.indicators for trap in load_province(province).traps if trap.id == "law-2023")
        (law,) = (one for one in load_province(province).breaks if one.id == "law-2023")
        assert law.month == (2024, 7) and "htx_registered" in law.shift


def test_95_a_figure_in_another_unit_is_refused(own_data):
    path = own_data / "provinces" / "lao-cai" / "observations.csv"
    text = path.read_text(encoding="utf-8")
    old = next(
        line for line in text.splitlines() if ",2023,year,HTX,htx_avg_revenue," in line and "laocai-plan-2024" in line
    )
    path.write_text(text.replace(old, old.replace("million VND/yr", "billion VND/yr")), encoding="utf-8")
    says(
        problems_of(lambda: load_province("lao-cai", root=own_data)),
        Case(95, b"", "F95", "base.htx_revenue", "billion VND/yr", "million VND/yr", "million VND/yr"),
    )


def test_96_a_revised_value_stands_beside_the_old_one_and_the_pack_names_which_is_used(own_data):
    add_row(own_data, "x,VN-02,2023,year,HTX,htx_total,505,count,actual,bao-lao-cai-28-07-2023-alliance-bch-session,")
    found = load_province("lao-cai", root=own_data)
    assert {
        row.value
        for row in found.observations
        if (row.area_code, row.indicator, row.year, row.period) == ("VN-02", "htx_total", 2023, "year")
    } >= {505.0}
    assert found.base["htx_registered"]["VN-02"].source_id == "laocai-plan-2024"
    assert found.base["htx_registered"]["VN-02"].value != 505


def test_42_sheets_are_read_by_name(tmp_path):
    raw = book(cells(), then=lambda made, page: made.create_sheet("Khac").append(["x"]))
    assert set(parse_workbook(raw, file="t.xlsx")) == {"So lieu", "Khac"}
    (tmp_path / "t.xlsx").write_bytes(raw)
    assert load_figures(tmp_path / "t.xlsx", sheet="So lieu")[0].value == 1010


GROUPED = re.compile(r"[0-9],[0-9]{3}\b")


def told_of(raw: bytes, tmp_path: Path, name: str, lang: str) -> str:
    """Every sentence about a refused table of figures, without the file's name."""
    with pytest.raises(InputError) as caught:
        figures(raw, tmp_path, name)
    return "\n".join(WORDS[lang].describe_all(caught.value))


PARTS = [{"indicator": "htx_total", "value": "1502"}, {"indicator": "htx_active", "value": "1394"}]
PARTS += [{"indicator": "htx_inactive", "value": "0"}]


@pytest.mark.parametrize(("lang", "numbers"), [("vi", ("1.502", "1.394", "108")), ("en", ("1,502", "1,394", "108"))])
def test_numbers_in_a_sentence_are_written_as_its_language_writes_them(lang, numbers, tmp_path):
    said = told_of(table(*({"unit": "count"} | part for part in PARTS)), tmp_path, "t.csv", lang)
    assert all(number in said for number in numbers), said


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_number_that_was_typed_is_quoted_as_typed(lang, tmp_path):
    raw = table({"value": "1010000,5"}, sep=";", first="sep=;\n")
    assert "“1010000,5”" in told_of(raw, tmp_path, "t.csv", lang)


@pytest.mark.parametrize(("lang", "number"), [("vi", "1.010.107,61"), ("en", "1,010,107.61")])
def test_a_number_of_a_cell_is_written_as_the_reader_writes_numbers(lang, number, tmp_path):
    assert f"“{number}”" in told_of(book(cells(value=1010107.61)), tmp_path, "t.xlsx", lang)
    changed = openpyxl.load_workbook(io.BytesIO(scenario_bytes(load_scenario("fund-12.3"), Path("t.xlsx"), lang=lang)))
    changed.worksheets[1]["B6"] = 1010107.61
    changed.save(tmp_path / "s.xlsx")
    with pytest.raises(InputError) as caught:
        load_scenario(tmp_path / "s.xlsx")
    assert f"“{number}”" in (said := WORDS[lang].describe_all(caught.value)[0]) and "!B6" in said


@pytest.mark.parametrize("value", [1e300, -1e300, 5e-300, 12345678901234567890123456789012345.5])
def test_a_number_far_too_large_or_small_is_refused_in_a_sentence_of_some_length(value, tmp_path):
    for lang in WORDS:
        assert len(told_of(book(cells(value=value, unit="VND")), tmp_path, "t.xlsx", lang)) < 1000


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_years_lines_and_ids_are_never_grouped_or_pointed(lang, tmp_path):
    rows = [{"year": "2023"}] * 1200 + [{"year": "2123", "indicator": "htx_total"}]
    said = told_of(table(*rows), tmp_path, "t.csv", lang)
    assert "2123" in said and "1990 … 2100" in said and "t.csv:1202:" in said
    problem = Problem("plan_too_short", {"plan": "fund-12.3", "years": "2024", "horizon": 2030}, value=2030)
    said = WORDS[lang].describe(problem)
    assert "fund-12.3" in said and not GROUPED.search(said) and "2.030" not in said
