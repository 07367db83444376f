"""Stock Papermill, nbconvert and a plain kernel run the notebooks as they are: what is asked is what is reported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest

from sim.domain import CoopsimError, InputError, Problem
from sim.inputs.yaml import load_catalogue, speak
from sim.run import cells
from tests.support.notebook_pages import NOTEBOOKS

SCENARIO = NOTEBOOKS / "02_scenario_report.ipynb"


def papermill(folder: Path, *arguments: str, notebook: Path = SCENARIO) -> tuple[int, str, str]:
    """Exit code, the page's text as cells showed it, and what was said on stderr; run in an empty folder."""
    out = folder / "o.ipynb"
    command = [sys.executable, "-m", "papermill", str(notebook), str(out), "--no-progress-bar", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    found: list[str] = []
    for cell in nbformat.read(out, as_version=4).cells if out.exists() else ():
        for output in cell.get("outputs", ()):
            found.append("".join(output.get("data", {}).get("text/html", "")) + "\n".join(output.get("traceback", ())))
    return done.returncode, "\n".join(found), done.stderr


def test_papermills_own_parameters_are_what_is_reported(tmp_path: Path) -> None:
    """`-p scenario no-support` is about no-support, in English, on 64 draws, from a folder that holds nothing."""
    code, shown, said = papermill(tmp_path, "-p", "scenario", "no-support", "-p", "lang", "en", "-p", "draws", "64")
    assert code == 0, said
    assert "<h1" in shown
    assert "No support" in shown[shown.index("<h1") : shown.index("</h1>")]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-p", "scenaro", "no-support"), ("scenaro", "scenario")),
        (("-p", "scenario", "no-suport", "-p", "lang", "en"), ("no-suport", "no-support")),
        (("-p", "draws", "many"), ("draws", "many")),
        (("-y", "scenarios: [no-support]"), ("scenarios", "scenario")),
    ],
)
def test_what_the_command_line_refuses_papermill_refuses(
    arguments: tuple[str, ...], words: tuple[str, str], tmp_path: Path
) -> None:
    """A misspelt name, an unknown scenario, another type: refused in words, with the right one, nothing reported."""
    code, shown, said = papermill(tmp_path, *arguments)
    assert code != 0
    assert "<h1" not in shown
    for word in words:
        assert word in said
    assert "Traceback (most recent call last)" not in shown


def test_help_of_every_notebook_documents_its_parameters() -> None:
    """`papermill --help-notebook` shows name, type, default and what it means."""
    from papermill.inspection import inspect_notebook

    for notebook in sorted(NOTEBOOKS.glob("*.ipynb")):
        found = inspect_notebook(str(notebook))
        assert {"lang"} <= set(found), notebook
        for one in found.values():
            assert one["inferred_type_name"] in {"str", "int", "list"}, (notebook, one)
            assert " · " in one["help"] or one["name"] == "lang", (notebook, one)


def names(**values: Any) -> dict[str, Any]:
    """What a notebook has defined after its cell of parameters."""
    return {"__annotations__": {name: type(value) for name, value in values.items()}, **values}


@pytest.mark.parametrize(
    ("asked", "key"),
    [
        ({"scenario": 3}, "parameter_type"),
        ({"scenario": "fund-12.4"}, "unknown_scenario"),
        ({"lang": "fr"}, "unknown_language"),
        ({"draws": 0}, "out_of_bounds"),
        ({"draws": 1 << 21}, "out_of_bounds"),
        ({"draws": 64.5}, "parameter_type"),
        ({"draws": True}, "parameter_type"),
        ({"seed": -1}, "out_of_bounds"),
        ({"scenarios": "fund-12.3"}, "parameter_type"),
        ({"scenarios": ["fund-12.3", 4]}, "parameter_type"),
        ({"for_report": "{"}, "parameters_not_json"),
        ({"for_report": '{"state": []}'}, "unknown_parameter"),
        ({"for_report": '{"states": 1}'}, "parameter_type"),
    ],
)
def test_values_are_checked_in_the_notebooks_language(asked: dict[str, Any], key: str) -> None:
    with pytest.raises(InputError) as refused:
        cells.read(names(**asked))
    assert refused.value.problems[0].key == key


def test_an_injected_name_is_compared_with_what_is_declared_and_nothing_else() -> None:
    """A variable an analyst has defined is no parameter; one that Papermill wrote is."""
    declared = names(scenario="fund-12.3", mine=3)
    assert cells.read({**declared, "x": 5, "In": ["", "x = 5"]}).scenarios == ("fund-12.3",)
    with pytest.raises(InputError) as refused:
        cells.read({**declared, "In": ["", "# Parameters\nscenaro = 'x'\nscenario = 'fund-12.3'\n"]})
    assert [(one.value, one.suggestion) for one in refused.value.problems] == [("scenaro", "scenario")]


def test_a_run_of_the_report_says_which_scenarios_whatever_the_notebook_declares() -> None:
    run = json.dumps({"scenarios": ["no-support", "market-first"], "lang": "en"})
    found = cells.read(names(scenario="fund-12.3", lang="vi", for_report=run))
    assert (found.scenarios, found.lang) == (("no-support", "market-first"), "en")


def test_errors_read_as_sentences_wherever_they_are_printed() -> None:
    """`str`, a traceback and IPython give what the command line prints, in the language asked."""
    error = InputError(Problem("unknown_parameter", {"name": "x"}, place="parameters", value="x", allowed="y"))
    try:
        for lang in ("en", "vi"):
            speak(lang)
            assert str(error) == load_catalogue(lang).describe(error.problems[0])
            assert error._render_traceback_() == [f"InputError: {error}"]
    finally:
        speak("vi")
    assert str(CoopsimError(Problem("no such key at all"))) == "no such key at all"


def test_every_scenario_is_in_compare_csv_whatever_its_horizon(tmp_path: Path) -> None:
    """Scenarios to 2028 are compared with the reference's plan to 2028: half of a run was left out before."""
    short = tmp_path / "short.yaml"
    text = (NOTEBOOKS.parent / "data" / "scenarios" / "market-first.yaml").read_text(encoding="utf-8")
    short.write_text(text.replace('slug: "market-first"', 'slug: "short"', 1).replace("2030", "2028"), encoding="utf-8")
    asked = cells.Ask(("no-support", "fund-12.3", str(short)), draws=32, folder=str(tmp_path))
    cells.keep_comparison(asked, "no-support")
    rows = [row.split(",") for row in (tmp_path / "compare.csv").read_text(encoding="utf-8").splitlines()[1:]]
    assert {(row[1], row[4]) for row in rows} == {
        ("fund-12.3", "2024"), ("fund-12.3", "2030"), ("short", "2024"), ("short", "2028"),
    }  # fmt: skip
    assert {row[0] for row in rows} == {"no-support"}


def test_the_notebook_that_speed_is_measured_with_runs(tmp_path: Path) -> None:
    """The benchmark's own small notebook asks as the shipped ones do; its parameters change what it draws."""
    small = Path(__file__).parents[2] / "benchmarks" / "small.ipynb"
    code, shown, said = papermill(tmp_path, "-p", "scenario", "no-support", "-p", "draws", "64", notebook=small)
    assert code == 0, said
    assert "no-support" in shown
