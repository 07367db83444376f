"""What lies before the planner's user speaks the language of the moment, and nothing that was opened goes unasked."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from sim.inputs.scenarios import load_scenario
from sim.inputs.yaml import scenario_text
from sim.planner import Planner, Words
from tests.support.offices import workbook
from tests.unit.test_office import REPORT


@pytest.fixture
def root(own_data: Path) -> Path:
    """The folder that data of one's own lies in."""
    return own_data.parent


def session(folder: Path | None = None) -> Any:
    return Planner(draws=256, lang="vi", **({"folder": str(folder)} if folder else {}))._session


def status(planner: Any, name: str) -> Any:
    return planner.view.status.get(name)


def later_figures(root: Path) -> tuple[dict[str, str], bytes]:
    """A table of one figure of 2024 as the strict door takes it."""
    path = root / "data/provinces/lao-cai/observations.csv"
    with path.open(encoding="utf-8", newline="") as file:
        row = next(csv.DictReader(file))
    when = {"year": "2024", "period": "year", "status": "actual"}
    what = {"entity": "THT", "indicator": "tht_count", "value": "3990", "unit": "count"}
    text = io.StringIO()
    writer = csv.DictWriter(text, row, lineterminator="\n")
    writer.writeheader()
    writer.writerow(row | when | what)
    return {"file": "năm 2024.csv", "pack": "", "name": "", "area": "", "base_year": ""}, text.getvalue().encode()


def test_a_suggestion_follows_the_language_and_can_still_be_used() -> None:
    planner, straight = session(), session()
    for one in (planner, straight):
        one.wish("suggest", {"goal": "htx_active"})
    assert Words("vi").say("suggest_cost") in status(planner, "proposal")
    planner.wish("language", "en")
    assert Words("en").say("suggest_cost") in status(planner, "proposal")
    assert Words("vi").say("suggest_cost") not in status(planner, "proposal") and status(planner, "acceptable")
    for one in (planner, straight):
        one.wish("accept")
    assert planner.state == straight.state != planner.start and not status(planner, "proposal")


def test_a_scenarios_preview_follows_the_language() -> None:
    planner, english = session(), Planner(draws=256, lang="en")._session
    for one in (planner, english):
        one.wish("import_scenario", {"file": "p.yaml"}, [scenario_text(load_scenario("market-first")).encode()])
    assert status(planner, "proposal") != status(english, "proposal")
    planner.wish("language", "en")
    assert status(planner, "proposal") == status(english, "proposal")


def test_figures_laid_before_the_user_follow_the_language(root: Path) -> None:
    planner = session()
    asked, table = later_figures(root)
    planner.wish("import_figures", asked, [table])
    before = status(planner, "proposal")
    planner.wish("language", "en")
    assert before and status(planner, "proposal") not in ("", before) and status(planner, "acceptable")


def test_what_the_assistant_could_not_read_follows_the_language(root: Path) -> None:
    planner = session(root / "scenarios")
    planner.wish("assist_open", {"file": "a.xlsx"}, [workbook(REPORT)])
    planner.wish("assist_say", {"name": "Điểm", "answer": "nghĩa lạ"})
    before = status(planner, "assist")["refused"]
    planner.wish("language", "en")
    after = status(planner, "assist")["refused"]
    assert before and len(after) == len(before) and after != before
    planner.wish("language", "vi")
    assert status(planner, "assist")["refused"] == before


def test_accepting_another_files_figures_leaves_the_open_workbook_and_its_answers(root: Path) -> None:
    planner = session(root / "scenarios")
    planner.wish("assist_open", {"file": "a.xlsx"}, [workbook(REPORT)])
    planner.wish("assist_say", {"name": "Điểm", "answer": "out"})
    open_ = status(planner, "assist")
    asked, table = later_figures(root)
    planner.wish("import_figures", asked, [table])
    assert status(planner, "acceptable"), status(planner, "notice")
    planner.wish("accept")
    assert status(planner, "saved") and status(planner, "assist") == open_
    planner.wish("assist_read")
    planner.wish("accept")
    assert status(planner, "assist") is None, "the negative control: its own figures close it"


def test_an_answer_in_the_assistant_leaves_another_files_figures_where_they_are(root: Path) -> None:
    planner = session(root / "scenarios")
    asked, table = later_figures(root)
    planner.wish("assist_open", {"file": "a.xlsx"}, [workbook(REPORT)])
    planner.wish("import_figures", asked, [table])
    planner.wish("assist_say", {"name": "Điểm", "answer": "out"})
    assert status(planner, "acceptable") and "3.990" in status(planner, "proposal")
    planner.wish("assist_read")
    planner.wish("assist_say", {"name": "Điểm", "answer": "out", "again": True})
    assert not status(planner, "proposal"), "its own are read anew"


def test_what_came_from_a_file_stays_when_the_plan_moves_and_a_suggestion_goes() -> None:
    planner = session()
    planner.wish("import_scenario", {"file": "p.yaml"}, [scenario_text(load_scenario("market-first")).encode()])
    planner.wish("line", ["market", 5000])
    assert status(planner, "acceptable")
    planner.wish("accept")
    assert planner.state.plan.lines == load_scenario("market-first").plan.lines or not planner.state.edited
    planner.wish("suggest", {"goal": "htx_active"})
    assert status(planner, "proposal")
    planner.wish("line", ["market", 4000])
    assert not status(planner, "proposal"), "it was made for what is no longer shown"
