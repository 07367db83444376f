"""The planner as a widget among widgets, and as a page without script where nobody answers."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import ipywidgets
import nbformat
import pytest
from nbclient import NotebookClient

import sim
from sim.domain import VND_PER_BILLION, InputError
from sim.planner import Planner

DRAWS = 256


@pytest.fixture(scope="module")
def widget() -> Planner:
    return sim.planner("fund-12.3", draws=DRAWS)


def test_it_gives_what_is_on_the_screen(widget: Planner) -> None:
    seen: list[Any] = []

    def see(change: Any) -> None:
        seen.append(change["new"])

    widget.observe(see, "scenario")
    widget._session.wish("line", ["market", 5000])
    assert seen == [widget.scenario] and widget.value is widget.scenario
    assert widget.scenario.plan.line_budget("market", 2027) == 5 * VND_PER_BILLION
    assert isinstance(widget.result, sim.Result) and widget.result.scenarios[0] == widget.scenario.slug
    direct = sim.run([widget.scenario], draws=DRAWS)
    ours, alone = (one.values("htx_active")[0] for one in (widget.result, direct))
    assert (ours == alone).all(), "the figures on the screen are those of a run of what is on the screen"
    widget.unobserve(see, "scenario")


def test_others_are_linked_to_it_and_it_to_them(widget: Planner) -> None:
    other = sim.planner("no-support", draws=DRAWS)
    ipywidgets.link((widget, "scenario"), (other, "scenario"))
    other._session.wish("line", ["survey", 2000])
    assert widget.scenario == other.scenario == widget._session.state.scenario
    told: list[Any] = []
    ipywidgets.interactive_output(lambda shown: told.append(shown.slug), {"shown": widget})
    widget.scenario = "founding-first"
    assert other.scenario.slug == "founding-first" and widget.value.slug == "founding-first"
    other.close()


def test_a_scenario_it_cannot_show_is_refused_and_the_screen_stays(widget: Planner) -> None:
    before = widget.scenario
    for wrong in ("no-such-scenario", 7):
        with pytest.raises(InputError):
            widget.scenario = wrong
    assert widget.scenario is before and widget._session.state.scenario == before


def test_known_money_under_a_known_name_is_not_called_edited_and_other_money_is(widget: Planner) -> None:
    widget.scenario = "market-first"
    assert not widget._session.state.edited
    widget._session.wish("line", ["market", 1000])
    changed = widget.scenario
    other = sim.planner("fund-12.3", draws=DRAWS)
    other.scenario = changed
    assert other._session.state.edited
    assert other._session.desk.labelled(other._session.state).slug != "market-first"
    other.close()


def test_in_a_notebook_that_is_run_without_a_reader_the_cell_holds_the_answer(tmp_path: Path) -> None:
    made = f"import sim\np = sim.planner('founding-first', draws={DRAWS})\n"
    source = f"{made}p._session.wish('line', ['market', 1000])\np"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
    done = NotebookClient(notebook, kernel_name="python3", resources={"metadata": {"path": str(tmp_path)}}).execute()
    (data,) = [output["data"] for output in done.cells[0].outputs if "data" in output]
    assert "application/vnd.jupyter.widget-view+json" not in data
    page = data["text/html"]
    assert "<script" not in page and "Đang chỉnh, từ “Ưu tiên thành lập mới”" in page and page.count("<svg") == 4
    assert not list(tmp_path.iterdir()), "nothing is kept where nobody is"
    path = tmp_path / "run.ipynb"
    nbformat.write(done, path)
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--log-level=ERROR", str(path)]
    subprocess.run(command, check=True, timeout=120)
    assert "Đang chỉnh, từ “Ưu tiên thành lập mới”" in path.with_suffix(".html").read_text(encoding="utf-8")
