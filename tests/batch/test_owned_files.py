"""A folder given with -o may hold a person's own files: they are never replaced, never removed, always told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sim.cli import main
from sim.domain import InputError
from sim.inputs.scenarios import load_scenario
from sim.inputs.yaml import scenario_text
from sim.run import only_one, sha256_file, sweep, verify, write_record
from tests.support.tiny_report import tiny_notebooks, tiny_report

GRID = 'slug: g\nlabel: {vi: "L", en: "G"}\n'
FEW = ("--draws", "16", "--jobs", "1")


@pytest.fixture(autouse=True)
def tiny():
    """Every report of these tests is made with tiny notebooks."""
    with tiny_notebooks():
        yield


def batch(folder: Path, rest: str) -> int:
    """Run a grid into the folder it lies in, as `coopsim batch g.yaml -o .` does."""
    (folder / "g.yaml").write_text(GRID + rest, encoding="utf-8")
    return main(["batch", str(folder / "g.yaml"), "-o", str(folder), *FEW, "--lang", "en"])


def own(folder: Path, name: str = "no-support") -> Path:
    """A scenario file somebody wrote by hand, with a comment."""
    path = folder / "scenarios" / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text("# my own work\n" + scenario_text(load_scenario("no-support")), encoding="utf-8")
    return path


def test_a_grid_does_not_replace_a_scenario_somebody_wrote(tmp_path, capsys) -> None:
    mine = own(tmp_path)
    before = mine.read_bytes()
    assert batch(tmp_path, "plans: [no-support, fund-12.3]") == 2
    told = capsys.readouterr().err
    assert "F84" in told and str(mine) in told and "-o" in told
    assert mine.read_bytes() == before
    assert not (tmp_path / "scenarios" / "fund-12.3.yaml").exists(), "nothing is written before all is known to fit"


def test_a_grid_replaces_and_removes_what_it_wrote_itself_but_not_what_was_edited_since(tmp_path) -> None:
    assert batch(tmp_path, "plans: [no-support, fund-12.3]") == 0
    assert batch(tmp_path, "plans: [no-support]") == 0
    written = tmp_path / "scenarios" / "no-support.yaml"
    assert written.is_file() and not (tmp_path / "scenarios" / "fund-12.3.yaml").exists()
    written.write_text("# edited\n" + written.read_text(encoding="utf-8"), encoding="utf-8")
    assert batch(tmp_path, "plans: [no-support]") == 2
    assert batch(tmp_path, "plans: [fund-12.3]") == 0
    assert written.read_text(encoding="utf-8").startswith("# edited")


@pytest.mark.parametrize("again", [(), ("market-first",)])
def test_a_scenario_file_reported_on_where_it_lies_outlives_later_reports(again, tmp_path) -> None:
    mine = own(tmp_path)
    assert main(["report", str(mine), "-o", str(tmp_path), *FEW]) == 0
    assert json.loads((tmp_path / "record.json").read_text())["given"] == ["scenarios/no-support.yaml"]
    assert verify(tmp_path)
    assert main(["report", *(again or ("fund-12.3",)), "-o", str(tmp_path), *FEW]) == 0
    assert mine.is_file(), "a later report took it for its own and removed it"


def test_a_copy_of_what_a_grid_would_write_stays_its_owner_s(tmp_path) -> None:
    assert batch(tmp_path, "plans: [fund-12.3]") == 0
    mine = tmp_path / "scenarios" / "fund-12.3.yaml"
    copy = mine.read_bytes()
    for path in (tmp_path / "record.json", tmp_path / "plan.json"):
        path.unlink()
    for path in tmp_path.glob(".records/*"):
        path.unlink() if path.is_file() else None
    for path in (*tmp_path.glob("*.html"), *tmp_path.glob("*.csv"), *tmp_path.glob("notebooks/*")):
        path.unlink()
    assert batch(tmp_path, "plans: [fund-12.3]") == 0
    assert batch(tmp_path, "plans: [no-support]") == 0
    assert mine.read_bytes() == copy


@pytest.mark.parametrize("name", ["index.html", "summary.csv", "fund-12.3.html", "plan.json", "record.json"])
def test_a_report_does_not_replace_a_file_no_report_lists(name: str, tmp_path) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(InputError) as refused:
        tiny_report(tmp_path, 1, scenarios=("fund-12.3",))
    assert [(problem.key, problem.file) for problem in refused.value.problems] == [
        ("file_not_ours", str(tmp_path / name))
    ]
    assert (tmp_path / name).read_text() == "mine"


def test_a_report_that_was_killed_knows_its_pages_without_a_record(tmp_path) -> None:
    tiny_report(tmp_path, 1, scenarios=("fund-12.3",))
    (tmp_path / "record.json").unlink()
    for path in tmp_path.glob(".records/*.json"):
        path.unlink()
    tiny_report(tmp_path, 1, scenarios=("fund-12.3",))
    assert verify(tmp_path)


PROJECT, REPORT, BATCH = "project", "report", "batch"


def done(kind: str, folder: Path, name: str) -> int:
    """One command into one folder."""
    if kind == PROJECT:
        return main(["project", name, "-o", str(folder), "--draws", "16"])
    if kind == REPORT:
        return main(["report", name, "-o", str(folder), *FEW])
    grid = folder.parent / "g.yaml"
    grid.write_text(GRID + f"plans: [{name}]", encoding="utf-8")
    return main(["batch", str(grid), "-o", str(folder), *FEW])


@pytest.mark.parametrize("first", [PROJECT, REPORT, BATCH])
@pytest.mark.parametrize("second", [PROJECT, REPORT, BATCH])
def test_a_folder_can_be_verified_after_any_two_commands_into_it(first: str, second: str, tmp_path, capsys) -> None:
    folder = tmp_path / "out"
    assert done(first, folder, "fund-12.3") == 0
    refused = second == PROJECT and first != PROJECT
    assert done(second, folder, "no-support") == (2 if refused else 0)
    assert ("F84" in capsys.readouterr().err) == refused
    assert verify(folder)


def test_a_projection_waits_for_nobody_and_disturbs_nobody(tmp_path, capsys) -> None:
    with only_one(tmp_path):
        assert done(PROJECT, tmp_path, "fund-12.3") == 2
    assert "F81" in capsys.readouterr().err and not (tmp_path / "summary.csv").exists()


def test_a_projection_does_not_replace_a_table_edited_since(tmp_path, capsys) -> None:
    assert done(PROJECT, tmp_path, "fund-12.3") == 0
    table = tmp_path / "summary.csv"
    table.write_text("mine")
    assert done(PROJECT, tmp_path, "fund-12.3") == 2
    assert "summary.csv" in capsys.readouterr().err and table.read_text() == "mine"


def test_a_comparison_does_not_replace_the_table_of_a_report(tmp_path, capsys) -> None:
    tiny_report(tmp_path, 1, scenarios=("fund-12.3",))
    record = json.loads((tmp_path / "record.json").read_text())
    assert "compare.csv" not in record["outputs"], "tiny pages leave no such table; a real one does"
    (tmp_path / "compare.csv").write_text("theirs")
    record["outputs"]["compare.csv"] = sha256_file(tmp_path / "compare.csv")
    write_record(tmp_path / "record.json", {name: value for name, value in record.items() if name != "seal"})
    assert main(["compare", "fund-12.3", "no-support", "-o", str(tmp_path), "--draws", "16"]) == 2
    assert "F84" in capsys.readouterr().err and (tmp_path / "compare.csv").read_text() == "theirs"


def test_only_our_own_half_written_files_are_swept(tmp_path) -> None:
    ours, theirs = tmp_path / ".abcd_123.part", tmp_path / ".movie.mkv.part"
    ours.touch(), theirs.touch()
    sweep(tmp_path)
    assert not ours.exists() and theirs.exists()
