"""The notebooks teach the public calls; what they show beside the page is run by hand and never by a report."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

import sim
from sim.report import FRAGMENT
from sim.run import ASIDE, Job, ended
from tests.support.kernels import executing
from tests.support.notebook_pages import NOTEBOOKS, page_notebooks

PAGES = page_notebooks()
DRAWS = {"draws": 256}


def cells(stem: str, kind: str = "code") -> Iterator[tuple[str, list[str]]]:
    """Source and tags of the cells of a kind."""
    for cell in json.loads((NOTEBOOKS / f"{stem}.ipynb").read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == kind:
            yield "".join(cell["source"]), cell["metadata"].get("tags", [])


def calls(source: str) -> set[str]:
    """Names of `sim` that a cell uses."""
    return {
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "sim"
    }


@pytest.mark.parametrize("stem", PAGES)
def test_a_notebook_asks_by_public_names_in_short_cells_without_figures(stem: str) -> None:
    """Ten lines a cell; no number but 0 and 1, rounding and the declared parameters: figures belong in the data."""
    used: set[str] = set()
    for source, tags in cells(stem):
        assert len([line for line in source.splitlines() if line.strip()]) <= 10, source
        used |= calls(source)
        if "parameters" not in tags:
            nodes = list(ast.walk(ast.parse(source)))
            known = [node for node in nodes if isinstance(node, ast.Call)]
            rounding = {id(one.args[0]) for one in known if getattr(one.func, "attr", "") == "round" and one.args}
            figures = [
                node.value
                for node in nodes
                if isinstance(node, ast.Constant) and type(node.value) in (int, float) and id(node) not in rounding
            ]
            assert set(figures) <= {0, 1}, source
    assert used and used <= {*sim.__all__, *sim._FURTHER}
    assert any(ASIDE in tags for _, tags in cells(stem))


@pytest.mark.parametrize("stem", PAGES)
def test_every_group_of_cells_beside_the_page_is_said_to_be_one(stem: str) -> None:
    book = json.loads((NOTEBOOKS / f"{stem}.ipynb").read_text(encoding="utf-8"))["cells"]
    for before, cell in zip(book, book[1:], strict=False):
        if ASIDE in cell["metadata"].get("tags", ()):
            said = "".join(before["source"])
            assert ASIDE in before["metadata"].get("tags", ()) or ("Đi tiếp" in said and "Go on from here" in said)


def run_by_hand(stem: str, folder: Path, *, extra: dict[int, str] | None = None, **given: Any) -> Any:
    """A notebook run in a folder of its own, with cells put in behind some of its own."""
    book = nbformat.read(NOTEBOOKS / f"{stem}.ipynb", as_version=4)
    for at in sorted(extra or {}, reverse=True):
        book.cells.insert(at + 1, nbformat.v4.new_code_cell((extra or {})[at]))
    place = next(at for at, cell in enumerate(book.cells) if "parameters" in cell.metadata.get("tags", ()))
    declared = book.cells[place].source
    asked = [f"{name} = {value!r}" for name, value in given.items() if f"{name}:" in declared]
    book.cells.insert(place + 1, nbformat.v4.new_code_cell("\n".join(asked)))
    NotebookClient(book, timeout=300, resources={"metadata": {"path": str(folder)}}).execute()
    return book


def shown_beside(book: Any) -> list[set[str]]:
    """MIME types of what each cell beside the page showed."""
    return [
        {kind for output in cell.outputs for kind in output.get("data", {})}
        for cell in book.cells
        if ASIDE in cell.metadata.get("tags", ()) and cell.cell_type == "code"
    ]


@pytest.mark.slow
@pytest.mark.parametrize("stem", PAGES)
def test_cells_beside_the_page_run_by_hand_and_show_something(stem: str, tmp_path: Path) -> None:
    beside = shown_beside(run_by_hand(stem, tmp_path, lang="en", **DRAWS))
    assert beside and all(kinds and FRAGMENT not in kinds for kinds in beside)
    assert any("text/html" in kinds for kinds in beside)


@pytest.mark.slow
def test_an_analyst_goes_on_from_any_cell(tmp_path: Path) -> None:
    """What the cells so far have made is there, wherever one's own cell stands, and no page is in its way."""
    book = nbformat.read(NOTEBOOKS / "02_scenario_report.ipynb", as_version=4)
    begun = next(at for at, cell in enumerate(book.cells) if "cells.answer(" in cell.source)
    made = next(at for at, cell in enumerate(book.cells) if "result = " in cell.source)
    extra = dict.fromkeys(range(begun, made), "assert answer.scenario.slug == 'no-support' and ask.draws == 256")
    later = "assert result.values('htx_active').shape[1] == ask.draws\nresult.plot('htx_revenue')"
    extra |= dict.fromkeys(range(made, len(book.cells) - 1), later)
    run_by_hand("02_scenario_report", tmp_path, extra=extra, scenario="no-support", **DRAWS)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("stem", "scenario"),
    [("02_scenario_report", "fund-12.3--weak-markets"), ("04_allocation", "no-support")],
)
def test_cells_beside_the_page_take_every_scenario_the_page_takes(stem: str, scenario: str, tmp_path: Path) -> None:
    """One in a world of its own is compared in that world, one without money is divided as the page divides it."""
    beside = shown_beside(run_by_hand(stem, tmp_path, scenario=scenario, **DRAWS))
    assert beside and all(beside)


@pytest.mark.slow
@pytest.mark.parametrize("pack", ["lao-cai-2025", "yen-bai"])
@pytest.mark.parametrize(("stem", "given"), [("04_allocation", {"scenario": "no-support"}), ("07_ledger", {})])
def test_cells_run_by_hand_for_every_pack(
    pack: str, stem: str, given: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One whose past years had money though none is planned, one that no forecast was kept of."""
    monkeypatch.setenv("COOPSIM_PROVINCE", pack)
    assert all(shown_beside(run_by_hand(stem, tmp_path, **DRAWS, **given)))


@pytest.mark.slow
@pytest.mark.parametrize("stem", ["00_start_here", "02_scenario_report", "03_compare"])
def test_nbconvert_executes_a_notebook_from_another_folder(stem: str, tmp_path: Path) -> None:
    """A copy of it, in a folder that holds nothing else."""
    shutil.copy(NOTEBOOKS / f"{stem}.ipynb", tmp_path / "mine.ipynb")
    source = (tmp_path / "mine.ipynb").read_text(encoding="utf-8")
    (tmp_path / "mine.ipynb").write_text(source.replace("draws: int = 8192", "draws: int = 128"), encoding="utf-8")
    options = ["--to", "notebook", "--execute", "mine.ipynb", "--output", "out.ipynb"]
    command = [sys.executable, "-m", "nbconvert", *options]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    book = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    assert any(FRAGMENT in output.get("data", {}) for cell in book.cells for output in cell.get("outputs", ()))


@pytest.mark.slow
def test_a_report_runs_no_cell_beside_the_page(tmp_path: Path) -> None:
    """Not even one that fails: it costs a report no time and lands on no page."""
    book = nbformat.read(NOTEBOOKS / "06_credibility.ipynb", as_version=4)
    failing = nbformat.v4.new_code_cell("raise SystemError('run')", metadata={"tags": [ASIDE]})
    book.cells.insert(len(book.cells) - 1, failing)
    path = tmp_path / "own.ipynb"
    nbformat.write(book, path)
    job = Job("own", path, {"lang": "en"}, tmp_path / "run")
    assert executing.execute(job).ok
    executed = tmp_path / "run" / "executed.ipynb"
    assert ended(executed, job.token)
    assert not any(shown_beside(nbformat.read(executed, as_version=4)))
