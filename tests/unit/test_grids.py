"""A grid file names shipped plans, worlds and scenarios, and files of one's own beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.cli import main
from sim.domain import InputError
from sim.ensemble import run
from sim.inputs.scenarios import load_plan, load_scenario
from sim.inputs.text import limit, source_data
from sim.inputs.yaml import load_catalogue, scenario_text
from sim.run import SERIES, write_grid
from tests.support import tiny

HEAD = 'slug: grid\nlabel: {vi: "L", en: "G"}\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a saved scenario and a plan of one's own."""
    saved = scenario_text(load_scenario("fund-12.3--weak-markets")).replace("fund-12.3--weak-markets", "sang", 1)
    plan = (source_data() / "plans" / "market-first.yaml").read_text(encoding="utf-8")
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "sang.yaml").write_text(saved, encoding="utf-8")
    (tmp_path / "plan.yaml").write_text(plan.replace("market-first", "cua-toi", 1), encoding="utf-8")
    return tmp_path


def grid(folder: Path, rest: str) -> Path:
    path = folder / "grid.yaml"
    path.write_text(HEAD + rest, encoding="utf-8")
    return path


def test_files_of_one_s_own_are_found_from_where_the_grid_is(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rest = "plans: [fund-12.3, plan.yaml]\nworlds: [central, weak-markets]\n"
    file = grid(folder, rest + "scenarios: [no-support, scenarios/sang.yaml]\n")
    monkeypatch.chdir(folder.parent)
    names = write_grid(str(file), folder / "out", yes=False).names
    found = [load_scenario(name) for name in names]
    slugs = ["fund-12.3", "fund-12.3--weak-markets", "cua-toi", "cua-toi--weak-markets", "no-support", "sang"]
    assert [scenario.slug for scenario in found] == slugs
    own, shipped = found[2].plan, load_plan("market-first")
    assert (own.slug, own.fund, own.lines) == ("cua-toi", shipped.fund, shipped.lines)
    assert 'plan: "fund-12.3"' in Path(names[0]).read_text(encoding="utf-8"), "what is shipped is named, not copied"


#: (lines of a grid file, code, where it is told, value): what any command that reads it must refuse.
REFUSED = [
    ("plans: [fund-12.4]", "F52", "grid.yaml:3:9", "fund-12.4"),
    ("plans: [A b]", "F57", "grid.yaml:3:9", "A b"),
    ("plans: [fund-12.3, fund-12.3]", "F61", "grid.yaml:3", "fund-12.3"),
    ("plans: [fund-12.3]\nscenarios: [fund-12.3]", "F61", "grid.yaml:4:13", "fund-12.3"),
    ("scenarios: [no-support, no-support]", "F61", "grid.yaml:3:25", "no-support"),
    ("scenarios: [scenarios/sang.yaml, ./scenarios/sang.yaml]", "F61", "grid.yaml:3:34", "./scenarios/sang.yaml"),
    ("scenarios: [no-support, scenarios/none.yaml]", "", "grid.yaml:3:25", "scenarios/none.yaml"),
    ("worlds: [../../etc/passwd]\nplans: [plan.yaml]", "", "grid.yaml:3:10", "../../etc/passwd"),
    ("plans: [fund-12.3]\nhorizons: [2070]", "F68", "grid.yaml:4", "2070"),
    ("scenarios: [broken.yaml]", "F52", "broken.yaml:1", "label"),
    ("plans: [fund-12.3]\nhorizon: 2030", "F52", "grid.yaml:4", "horizons"),
    ("worlds: [weak-markets]", "F67", "grid.yaml", ""),
    ("plans: []", "F67", "grid.yaml", ""),
]


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(("rest", "code", "place", "value"), REFUSED)
def test_what_cannot_be_found_or_read_is_told_before_anything_runs(
    rest: str, code: str, place: str, value: str, lang: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "broken.yaml").write_text("slug: broken\n", encoding="utf-8")
    file = str(grid(folder, rest))
    for command in (["batch", file, "-o", str(folder / "out")], ["check", file]):
        assert main([*command, "--lang", lang]) == 2
        told = capsys.readouterr().err
        assert code in told and place in told and value in told and "Traceback" not in told
    assert not (folder / "out").exists()


@pytest.mark.parametrize("rest", ["plans: [fund-12.3, plan.yaml]\nhorizons: [2028, 2030]", "scenarios: [no-support]"])
def test_a_grid_that_can_be_run_is_found_fine_and_called_by_its_kind(rest: str, folder: Path, capsys) -> None:
    file = grid(folder, rest)
    assert main(["check", str(file), "--lang", "vi"]) == 0
    assert capsys.readouterr().out == f"{file}: hợp lệ (lưới kịch bản)\n"
    assert main(["check", str(file), "--lang", "en"]) == 0
    assert capsys.readouterr().out == f"{file}: fine (grid of scenarios)\n"


def test_checking_a_grid_warns_where_running_it_would_ask_again(folder: Path, capsys, monkeypatch) -> None:
    monkeypatch.setattr("sim.inputs.text.limit", lambda name: 1 if name == "grid_scenarios" else limit(name))
    file = grid(folder, "plans: [fund-12.3, market-first]")
    assert main(["check", str(file)]) == 0
    told = capsys.readouterr().out
    assert "F67" in told and "--yes" in told and "grid.yaml" in told
    assert main(["batch", str(file), "-o", str(folder / "out")]) == 2


def test_checking_a_grid_passes_on_the_warnings_of_the_files_it_names(folder: Path, capsys) -> None:
    world = (
        'slug: hep\nlabel: {vi: "H", en: "N"}\ndescription: {vi: "H", en: "N"}\noverrides:\n'
        '  inflation: {p10: 0.03, p50: 0.03, p90: 0.03, reason: {vi: "thử", en: "test"}}\n'
    )
    (folder / "hep.yaml").write_text(world, encoding="utf-8")
    assert main(["check", str(grid(folder, "plans: [fund-12.3]\nworlds: [hep.yaml]\n"))]) == 0
    told = capsys.readouterr().out
    assert told.count("hep.yaml:5") == 1 and "inflation.p10" in told


def test_every_mistake_of_a_grid_is_told_at_once(folder: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_grid(str(grid(folder, "plans: [a, b.yaml]\nworlds: [c]\n")), folder / "out", yes=False)
    assert [problem.value for problem in caught.value.problems] == ["a", "b.yaml", "c"]
    assert all(load_catalogue("vi").describe_all(caught.value))


@pytest.mark.parametrize("parts", ["scenarios: [fund-12.3]", "plans: [fund-12.3]\nworlds: [central]"])
def test_a_grid_with_a_stray_key_of_a_scenario_is_told_as_a_grid(parts: str, folder: Path, capsys) -> None:
    (folder / "g.yaml").write_text(f"schema_version: 1\nslug: g\n{parts}\nhorizon: 2030\n", encoding="utf-8")
    assert main(["check", str(folder / "g.yaml"), "--lang", "en"]) != 0
    told = capsys.readouterr()
    assert "horizons" in told.out + told.err and "overrides" not in told.out + told.err


def test_the_memory_foretold_counts_the_series_a_run_keeps() -> None:
    ran = run(tiny.province(), tiny.register(), [tiny.scenario(years=2)], draws=8)
    assert len(ran.runs[0].series) == SERIES
