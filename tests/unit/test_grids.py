"""A grid file names shipped plans, worlds and scenarios, and files of one's own beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.batch.grid import write_grid
from sim.cli import main
from sim.domain.errors import InputError
from sim.inputs.catalogue import load_catalogue
from sim.inputs.plans import load_plan
from sim.inputs.roots import source_data
from sim.inputs.scenario_text import scenario_text
from sim.inputs.scenarios import load_scenario

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
    names = write_grid(str(file), folder / "out", yes=False)
    found = [load_scenario(name) for name in names]
    slugs = ["fund-12.3", "fund-12.3--weak-markets", "cua-toi", "cua-toi--weak-markets", "no-support", "sang"]
    assert [scenario.slug for scenario in found] == slugs
    own, shipped = found[2].plan, load_plan("market-first")
    assert (own.slug, own.fund, own.lines) == ("cua-toi", shipped.fund, shipped.lines)
    assert 'plan: "fund-12.3"' in Path(names[0]).read_text(encoding="utf-8"), "what is shipped is named, not copied"


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize(
    ("rest", "code", "place", "value"),
    [
        ("plans: [fund-12.4]", "F52", "grid.yaml:3:9", "fund-12.4"),
        ("plans: [A b]", "F57", "grid.yaml:3:9", "A b"),
        ("plans: [fund-12.3, fund-12.3]", "F61", "grid.yaml:3", "fund-12.3"),
        ("scenarios: [no-support, scenarios/none.yaml]", "", "grid.yaml:3:25", "scenarios/none.yaml"),
        ("worlds: [../../etc/passwd]\nplans: [plan.yaml]", "", "grid.yaml:3:10", "../../etc/passwd"),
        ("plans: [fund-12.3]\nhorizons: [2070]", "F68", "grid.yaml:4", "2070"),
        ("scenarios: [broken.yaml]", "F52", "broken.yaml:1", "label"),
    ],
)
def test_what_cannot_be_found_or_read_is_told_before_anything_runs(
    rest: str, code: str, place: str, value: str, lang: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "broken.yaml").write_text("slug: broken\n", encoding="utf-8")
    assert main(["batch", str(grid(folder, rest)), "-o", str(folder / "out"), "--lang", lang]) == 2
    told = capsys.readouterr().err
    assert code in told and place in told and value in told and "Traceback" not in told
    assert not (folder / "out").exists()


def test_every_mistake_of_a_grid_is_told_at_once(folder: Path) -> None:
    with pytest.raises(InputError) as caught:
        write_grid(str(grid(folder, "plans: [a, b.yaml]\nworlds: [c]\n")), folder / "out", yes=False)
    assert [problem.value for problem in caught.value.problems] == ["a", "b.yaml", "c"]
    assert all(load_catalogue("vi").describe_all(caught.value))
