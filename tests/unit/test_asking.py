"""Figures that jump or repeat are asked about at check, import and import --new-base, and refuse nothing."""

from pathlib import Path

import pytest

from sim.cli import main
from sim.inputs.text import source_data
from sim.run import questions_of_file

HEAD = "area,area_code,year,period,entity,indicator,value,unit,status,source_id,note\n"
OWN = source_data() / "provinces" / "lao-cai" / "observations.csv"
#: A pack of its own: members fall to a half, and revenue is its plan.
NEW = """x,VN-09,2023,year,HTX,htx_total,300,count,actual,p,
x,VN-09,2023,year,HTX,htx_active,240,count,actual,p,
x,VN-09,2022,year,HTX,htx_total,290,count,actual,p,
x,VN-09,2023,year,HTX,htx_members,4000,persons,actual,p,
x,VN-09,2022,year,HTX,htx_members,8100,persons,actual,p,
x,VN-09,2023,year,HTX,htx_avg_revenue,1510,million VND/yr,estimate,p,100% of plan
x,VN-09,2023,year,HTX,htx_worker_income,50,million VND/yr,actual,p,
x,VN-09,2024,plan,budget,support_budget_total,12.3,billion VND,plan,p,
"""


def written(tmp_path: Path, rows: str) -> Path:
    path = tmp_path / "figures.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    return path


def asked(path: Path) -> list[tuple[str, int | None]]:
    return [(note.key, note.line) for note in questions_of_file(path)]


def row(term: str, value: float, *, entity: str = "HTX", unit: str = "count", year: int = 2024, note: str = "") -> str:
    return f"Lào Cai,VN-02,{year},year,{entity},{term},{value},{unit},actual,outturn,{note}\n"


def test_the_packs_own_table_is_asked_about_and_the_register_left_alone():
    lines = OWN.read_text(encoding="utf-8").splitlines()
    told = [(key, lines[line - 1].split(",")[5:7]) for key, line in asked(OWN) if line]
    assert ("figure_jumps", ["tht_count", "2700"]) in told
    assert ("figure_said_otherwise", ["tht_avg_revenue", "198"]) in told
    assert ("figure_copies_year", ["htx_worker_income", "48"]) in told
    assert "htx_total" not in {term for _, (term, _) in told}


def test_check_asks_and_accepts(tmp_path, capsys):
    path = written(tmp_path, row("htx_active", 290) + row("htx_total", 530))
    assert main(["check", str(path), "--lang", "en"]) == 0
    said = capsys.readouterr().out
    assert "figures.csv:2" in said and "did the way of counting change?" in said and "405" in said
    assert "figures.csv:3" not in said


def test_a_usual_year_is_not_asked_about(tmp_path):
    rows = row("htx_total", 530) + row("htx_active", 428) + row("htx_new", 60) + row("htx_dissolved", 20)
    assert asked(written(tmp_path, rows)) == []


def test_a_growth_that_a_note_tells_is_held_beside_what_was_printed_then(tmp_path):
    told = row("htx_avg_revenue", 930, unit="million VND/yr", note='"+45,5 % so với năm trước"')
    fits = told.replace("+45,5", "+3,9")
    assert asked(written(tmp_path, told)) == [("figure_said_otherwise", 2)]
    assert asked(written(tmp_path, fits)) == []


def test_areas_of_no_pack_are_looked_through_for_copies_only(tmp_path):
    assert asked(written(tmp_path, NEW)) == [("figure_copies_plan", 7)]


def test_import_asks_before_it_writes(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    path = written(tmp_path, NEW)
    arguments = ["import", str(path), "--pack", "lang-son", "--name", "Lạng Sơn", "--area", "VN-09"]
    assert main([*arguments, "--base-year", "2023", "--lang", "en"]) != 0  # nobody agreed
    said = capsys.readouterr().out
    assert "figures.csv:5" in said and "did the way of counting change?" in said and "8,100" in said
    assert "figures.csv:7" in said and "the plan of 2023" in said


def test_import_of_a_newer_year_asks_about_its_figures_alone(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    level = {"htx_total": 525, "htx_active": 200, "htx_avg_revenue": 930, "htx_worker_income": 50}
    rows = "".join(row(name, value, unit="count" if value in (525, 200) else "million VND/yr")
                   for name, value in level.items())  # fmt: skip
    rows += row("tht_count", 3900, entity="THT")
    rows += "Vietnam,VN,2024,year,macro,cpi_inflation,3.63,%,actual,outturn,\n"
    main(["import", str(written(tmp_path, rows)), "--new-base", "2024", "--lang", "en"])
    said = capsys.readouterr().out
    assert said.count("did the way of counting change?") == 1 and "figures.csv:3" in said


@pytest.mark.parametrize("confirmed", [False, True])
def test_an_answer_in_the_pack_ends_the_question(own_data, confirmed):
    pack = own_data / "provinces" / "lao-cai" / "pack.yaml"
    if confirmed:
        source = "bao-moi-copy-stored-mirror-of-baomoi-com-mid"
        rest = f"year: 2024, period: mid, source_id: {source}"
        text = pack.read_text(encoding="utf-8")
        answered = f"confirmed:\n  - {{area_code: VN-02, entity: THT, indicator: tht_count, {rest}}}\n"
        pack.write_text(text.replace("context:\n  solution", answered + "context:\n  solution"), encoding="utf-8")
    table = own_data / "provinces" / "lao-cai" / "observations.csv"
    values = [str(note.value) for note in questions_of_file(table) if note.key == "figure_jumps"]
    assert ("2700.0" in values) != confirmed and "36385.0" in values
