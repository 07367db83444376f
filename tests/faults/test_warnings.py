"""Warnings are not refusals: every one, through every reader that gives it and every door its file goes through."""

from __future__ import annotations

import ast
import csv
import io
import re
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

import sim
from sim.cli import main
from sim.inputs.figures import COLUMNS
from sim.inputs.scenarios import load_scenario
from sim.inputs.text import data_root
from sim.inputs.yaml import LANGUAGES, load_catalogue, scenario_text
from sim.planner import Planner
from sim.run import scenario_bytes

#: Code of each warning: what a planner reads of it in both languages.
CODES = {"xlsx_hidden": "F42", "xlsx_formula": "F19", "zero_width": "F28", "years_missing": "F24",
         "heading_respelt": "F21", "row_left_out": "F21", "sheets_unseen": "F42",
         "number_spaced": "F08", "grid_too_large": "F67", "figure_stored_only": "F22",
         "price_rise_not_needed": "F22", "figure_jumps": "F94", "figure_said_otherwise": "F94",
         "figure_copies_plan": "F94", "figure_copies_year": "F94"}  # fmt: skip
PACK = {"pack": "thu", "name": "Thử", "area": "VN-06", "base_year": "2024"}


@pytest.fixture
def own_data(own_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """And a folder to work in."""
    monkeypatch.chdir(tmp_path)
    return own_data


# -- files that are sound, each with one warning ---------------------------------------------------


def saved(made: openpyxl.Workbook) -> bytes:
    """The workbook as a spreadsheet would keep it: with the result beside each formula `=A*B` of two numbers."""
    stream, kept = io.BytesIO(), io.BytesIO()
    made.save(stream)

    def result(found: re.Match[bytes]) -> bytes:
        return b"<f>%s</f><v>%s</v>" % (found[1], repr(eval(found[1])).encode())  # two numbers we wrote ourselves

    with zipfile.ZipFile(stream) as source, zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, re.sub(rb"<f>([0-9.]+\*[0-9.]+)</f><v ?/?>(?:</v>)?", result, source.read(name)))
    return kept.getvalue()


def scenario_book(change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """The workbook of a scenario, changed by a planner."""
    made = openpyxl.load_workbook(io.BytesIO(scenario_bytes(load_scenario("market-first"), Path("s.xlsx"), lang="vi")))
    change(made)
    return saved(made)


def hide_row(made: openpyxl.Workbook) -> None:
    """A year of money hidden."""
    made.worksheets[1].row_dimensions[7].hidden = True


def hide_column(made: openpyxl.Workbook) -> None:
    """A line of money hidden."""
    made.worksheets[1].column_dimensions["E"].hidden = True


def type_a_formula(made: openpyxl.Workbook) -> None:
    """Money typed as a sum."""
    made.worksheets[1]["C6"] = "=0.5*2"


def hide_a_row_of_the_first_sheet(made: openpyxl.Workbook) -> None:
    """A field of the scenario hidden."""
    made.worksheets[0].row_dimensions[7].hidden = True


OWN_WORLD = """world:
  slug: own
  label: {vi: "Riêng", en: "Own"}
  overrides:
    inflation: {p10: 0.03, p50: 0.03, p90: 0.03, reason: {vi: "đã công bố", en: "published"}}
"""


def scenario_yaml() -> bytes:
    """A scenario whose world states a spread of no width."""
    text = scenario_text(load_scenario("market-first"))
    return re.sub(r"^world:.*?(?=^horizon:)", OWN_WORLD, text, flags=re.DOTALL | re.MULTILINE).encode()


def world_yaml() -> bytes:
    """The same world by itself."""
    return "\n".join(line.removeprefix("  ") for line in OWN_WORLD.splitlines()[1:]).encode()


def register_yaml() -> bytes:
    """The shipped assumptions on prices and discrepancy, one of no width."""
    text = (data_root() / "assumptions" / "funding.yaml").read_text(encoding="utf-8")
    return text.replace("{p10: 0.75, p50: 0.9, p90: 0.98}", "{p10: 0.9, p50: 0.9, p90: 0.9}").encode()


def grid_yaml() -> bytes:
    """A grid of more scenarios than are run unasked."""
    plans, worlds = ", ".join(load_names("plans")), ", ".join(load_names("worlds"))
    head = 'slug: large\nlabel: {vi: "Lớn", en: "Large"}\nhorizons: [2029, 2030]\n'
    return f"{head}plans: [{plans}]\nworlds: [{worlds}]\n".encode()


def load_names(kind: str) -> list[str]:
    """Slugs of a kind in the data root."""
    return sorted(path.stem for path in (data_root() / kind).glob("*.yaml"))


def rows() -> list[list[str]]:
    """The figures of Yên Bái."""
    with (data_root() / "provinces" / "yen-bai" / "observations.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


def figures_csv(change: Callable[[list[list[str]]], None]) -> bytes:
    """These figures as a planner's CSV, changed."""
    table, stream = rows(), io.StringIO()
    change(table)
    csv.writer(stream, lineterminator="\n").writerows(table)
    return stream.getvalue().encode()


def one_figure(value: str, term: str = "htx_avg_revenue", unit: str = "million VND/yr", note: str = "") -> bytes:
    """A figure of the year after those of the shipped pack."""
    row = ("Lào Cai", "VN-02", "2024", "year", "HTX", term, value, unit, "actual", "outturn", note)
    return "\n".join([",".join(COLUMNS), ",".join(row), ""]).encode()


def figures_book(change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """These figures as a workbook, changed."""
    made = openpyxl.Workbook()
    for row in rows():
        made.active.append(row)
    change(made)
    return saved(made)


def leave_a_year_out(table: list[list[str]]) -> None:
    """A series that misses a year between two others."""
    last = dict(zip(table[0], table[-1], strict=True))
    for year in (2019, 2021):
        own = {**last, "area": "Yên Bái", "area_code": "VN-06", "entity": "HTX", "indicator": "a_series"}
        own |= {"year": str(year), "period": "year", "value": "7", "unit": "count", "status": "actual"}
        table.append([own[name] for name in table[0]])


def space_a_number(table: list[list[str]]) -> None:
    """1 234 with a blank between thousands."""
    leave_a_year_out(table)
    table[-1][table[0].index("year")] = "2020"
    table[-1][table[0].index("value")] = "1 234"


def plan_another_fund(table: list[list[str]]) -> None:
    """A second fund of another year."""
    fund = next(row for row in table if "support_budget_total" in row)
    table.append([{"year": "2022", "value": "7.5"}.get(name, text) for name, text in zip(table[0], fund, strict=True)])


def respell_headings(table: list[list[str]]) -> None:
    """Headings in Vietnamese, one with the Icelandic Đ, one with a line break, one with i for y."""
    table[0] = ["Ðịa bàn", "Mã  địa bàn", "Năm", "Kì", "Loại hình", "Chỉ tiêu", "Giá\ntrị", "Đơn vị", "Tình trạng",
                "Mã nguồn", "Ghi chú"]  # fmt: skip


def put_words_around(table: list[list[str]]) -> None:
    """A title above, a total and a source below."""
    width = len(table[0])
    table.insert(0, ["SỐ LIỆU KINH TẾ TẬP THỂ", *[""] * (width - 1)])
    table.append(["Tổng cộng", *[""] * 5, "812", *[""] * 4])
    table.append(["Nguồn: Liên minh HTX tỉnh", *[""] * (width - 1)])


def write_words_around(made: openpyxl.Workbook) -> None:
    """The same in a workbook."""
    made.active.append(["Tổng cộng", *[None] * 5, 812])
    made.active.append(["Nguồn: Liên minh HTX tỉnh"])


def hide_a_sheet(made: openpyxl.Workbook) -> None:
    """A sheet somebody left behind and nobody can see."""
    made.create_sheet("foxz").append(["x"])
    made["foxz"].sheet_state = "veryHidden"


def add_totals(made: openpyxl.Workbook) -> None:
    """A row of totals below the money."""
    page = made.worksheets[1]
    row = next(row for row in range(6, 60) if page.cell(row, 1).value is None)
    page.cell(row, 1).value, page.cell(row, 2).value = "Tổng cộng", 99


def hide_a_figure(made: openpyxl.Workbook) -> None:
    """A row of figures hidden."""
    made.active.row_dimensions[3].hidden = True


def work_a_figure_out(made: openpyxl.Workbook) -> None:
    """A year typed as a product: what is stored beside it is used."""
    made.active.cell(2, rows()[0].index("value") + 1).value = "=20.5*2"
    made.active.cell(2, rows()[0].index("status") + 1).value = "derived"


SCENARIOS = [
    ("xlsx_hidden", "s.xlsx", lambda: scenario_book(hide_row)),
    ("xlsx_hidden", "s.xlsx", lambda: scenario_book(hide_column)),
    ("xlsx_hidden", "s.xlsx", lambda: scenario_book(hide_a_row_of_the_first_sheet)),
    ("row_left_out", "s.xlsx", lambda: scenario_book(add_totals)),
    ("xlsx_formula", "s.xlsx", lambda: scenario_book(type_a_formula)),
    ("zero_width", "s.yaml", scenario_yaml),
]
FIGURES = [
    ("years_missing", "f.csv", lambda: figures_csv(leave_a_year_out)),
    ("number_spaced", "f.csv", lambda: figures_csv(space_a_number)),
    ("heading_respelt", "f.csv", lambda: figures_csv(respell_headings)),
    ("row_left_out", "f.csv", lambda: figures_csv(put_words_around)),
    ("row_left_out", "f.xlsx", lambda: figures_book(write_words_around)),
    ("sheets_unseen", "f.xlsx", lambda: figures_book(hide_a_sheet)),
    ("xlsx_hidden", "f.xlsx", lambda: figures_book(hide_a_figure)),
    ("xlsx_formula", "f.xlsx", lambda: figures_book(work_a_figure_out)),
]
#: What only the pack that is made of figures can say.
IMPORTED = [
    ("price_rise_not_needed", "f.csv", lambda: figures_csv(lambda table: None)),
    ("figure_stored_only", "f.csv", lambda: figures_csv(plan_another_fund)),
]
CHECKED = [
    ("zero_width", "world.yaml", world_yaml),
    ("zero_width", "register.yaml", register_yaml),
    ("grid_too_large", "grid.yaml", grid_yaml),
    ("figure_jumps", "asked.csv", lambda: one_figure("290", "htx_active", "count")),
    ("figure_said_otherwise", "asked.csv", lambda: one_figure("930", note="+45% yoy")),
    ("figure_copies_plan", "asked.csv", lambda: one_figure("930", note="100% of plan")),
    ("figure_copies_year", "asked.csv", lambda: one_figure("895")),
]


def named(cases: list[tuple[str, str, Any]]) -> dict[str, Any]:
    """Parameters of a test and their ids."""
    ids = [f"{key}-{name}-{number}" for number, (key, name, _) in enumerate(cases)]
    return {"argnames": ("key", "name", "made"), "argvalues": cases, "ids": ids}


def test_every_warning_the_program_can_give_is_tried_here() -> None:
    """Keys of problems made with `warning=True`; those that are passed on by a variable are named."""
    keys = {"grid_too_large", "number_spaced", "figure_stored_only", "price_rise_not_needed"}
    keys |= {key for key in CODES if CODES[key] == "F94"}
    for path in Path(sim.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and any(
                one.arg == "warning" and getattr(one.value, "value", False) is True for one in call.keywords
            ):
                keys |= {one.value for one in call.args[:1] if isinstance(one, ast.Constant)}
    # of no file a user gives; what is remembered of tables is tried in tests/unit/test_office.py
    keys -= {"cache_damaged", "clock_off", "assist_kept_unreadable", "assist_kept_version", "assist_kept_broken"}
    assert keys == set(CODES) == {key for key, *_ in SCENARIOS + FIGURES + IMPORTED + CHECKED}


@pytest.mark.parametrize(**named(SCENARIOS + FIGURES + CHECKED))
def test_a_file_with_a_warning_is_sound_and_the_warning_is_read_in_both_languages(
    key: str, name: str, made: Callable[[], bytes], own_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(name).write_bytes(made())
    for language in LANGUAGES:
        assert main(["check", name, "--lang", language]) == 0
        told, words = capsys.readouterr(), load_catalogue(language)
        assert CODES[key] in told.out and words.text("errors.part_warning") in told.out and not told.err


@pytest.mark.parametrize(**named(SCENARIOS))
def test_a_scenario_with_a_warning_goes_through_every_door(
    key: str, name: str, made: Callable[[], bytes], own_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(name).write_bytes(made())
    doors = (
        f"project {name} --draws 64", f"compare fund-12.3 {name} --draws 64", f"export {name} -o out.yaml",
        f"allocate {name} --draws 64", f"ledger add {name} --draws 64 --ledger l.jsonl",
    )  # fmt: skip
    for door in doors:
        assert main(door.split()) == 0, (door, capsys.readouterr().err)
    capsys.readouterr()
    if name.endswith(".xlsx"):
        assert main(["import", name, "--yes", "-o", "back.yaml"]) == 0
        assert CODES[key] in capsys.readouterr().out
        assert load_scenario("./back.yaml").plan.lines == load_scenario(f"./{name}").plan.lines
    planner = Planner(draws=64)._session
    planner.wish("import_scenario", {"file": name}, [made()])
    assert planner.view.status["acceptable"] and CODES[key] in planner.view.status["proposal"]


@pytest.mark.parametrize(**named(FIGURES + IMPORTED))
def test_figures_with_a_warning_go_through_every_door(
    key: str, name: str, made: Callable[[], bytes], own_data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(name).write_bytes(made())
    asked = [word for flag, value in PACK.items() for word in (f"--{flag.replace('_', '-')}", value)]
    assert main(["import", name, *asked, "--yes"]) == 0, capsys.readouterr().err
    assert CODES[key] in capsys.readouterr().out
    assert main(["ledger", "add", "fund-12.3", "--draws", "64", "--ledger", "l.jsonl"]) == 0
    assert main(["ledger", "score", name, "--ledger", "l.jsonl"]) == 0
    shutil.rmtree(own_data / "provinces" / PACK["pack"])
    planner = Planner(draws=64)._session
    planner.wish("import_figures", {**PACK, "file": name}, [made()])
    assert planner.view.status["acceptable"] and CODES[key] in planner.view.status["proposal"]


def test_what_is_refused_is_still_refused_beside_a_warning(own_data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The negative control: a hidden row hides no mistake."""

    def spoil(made: openpyxl.Workbook) -> None:
        hide_row(made)
        made.worksheets[1]["C7"] = 99

    Path("s.xlsx").write_bytes(scenario_book(spoil))
    for door in ("check s.xlsx", "project s.xlsx --draws 64", "import s.xlsx --yes -o back.yaml"):
        assert main(door.split()) == 2
        told = capsys.readouterr()
        assert "F27" in told.err
        assert not Path("back.yaml").exists()
