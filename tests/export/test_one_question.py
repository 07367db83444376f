"""One question, one answer: on every page, in workbook and tables, in the explorer, the planner and the terminal.

Word, paper and the Excel file are made from these pages and workbooks: that they hold the same figures in the same
places is tested where they are made (`test_docx.py`, `test_pdf.py`, `test_xlsx.py`).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from sim.cli import main
from sim.evidence import load_knowledge
from sim.inputs.scenarios import load_scenario
from sim.planner import Planner
from sim.report.pages import brief
from sim.report.print import Told, answers, printed
from sim.run import briefed
from tests.support.notebook_pages import shown
from tests.support.one_answer import conflicts, question, questions

DRAWS, SEED = 512, 20240101
SLUGS = ("fund-12.3", "no-support", "fund-12.3--weak-markets")
#: Notebooks whose pages answer questions about scenarios.
PAGES = ("00_start_here", "03_compare", "04_allocation", "05_uncertainty")
SAMPLING = ("--draws", str(DRAWS), "--lang", "vi")
ASKED = (
    ("compare", "no-support", "fund-12.3"), ("compare", "fund-12.3", "no-support"), ("allocate", "fund-12.3"),
    ("attribute", "fund-12.3"), ("curve", "fund-12.3"), ("sensitivity", "fund-12.3"),
)  # fmt: skip




def asked(first: str = SLUGS[0]) -> dict[str, object]:
    states = [{"slug": slug, "page": f"{slug}.html", "state": "ok", "reason": "", "label": slug} for slug in SLUGS]
    others = [slug for slug in SLUGS if slug != first]
    return {"scenarios": [first, *others], "draws": DRAWS, "lang": "vi", "states": states}


@dataclass(frozen=True)
class Report:
    """What the pages and workbooks of three scenarios printed, and the folder with their tables."""

    kept: list[Told]
    folder: Path


@pytest.fixture(scope="module", params=["", "2026"], ids=["the pack's year", "planning 2026"])
def year(request: pytest.FixtureRequest) -> Iterator[str]:
    """The planning year all doors are asked in."""
    with pytest.MonkeyPatch.context() as patch:
        if request.param:
            patch.setenv("COOPSIM_YEAR", request.param)
        yield request.param


@pytest.fixture(scope="module")
def report(year: str, tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("report")
    with answers() as kept:
        for slug in SLUGS:
            (folder / slug).mkdir()
            shown("02_scenario_report", asked(slug), folder=str(folder / slug))
        for notebook in PAGES:
            shown(notebook, asked(), folder=str(folder))
    return Report(kept, folder)


@pytest.fixture(scope="module")
def terminal(year: str) -> list[Told]:
    """What the questions of the command line print."""
    with answers() as kept:
        for question in ASKED:
            assert main([*question, *SAMPLING]) == 0
    return kept


def planner(draws: int) -> list[Told]:
    """What the planner prints when it opens, behind its answer, and as a suggestion."""
    with answers() as kept:
        session = Planner(scenario=SLUGS[0], draws=draws, lang="vi")._session
        for wish in ("more", "more", "more", "suggest"):
            session.wish(wish, session.view.revision)
    return kept


def document() -> list[Told]:
    """What the document for a decision prints."""
    known, two = load_knowledge(), [load_scenario(slug) for slug in SLUGS[1::-1]]
    with answers() as kept:
        printed(brief, briefed(known, two, draws=DRAWS, seed=SEED), "vi")
    return kept


def test_a_question_has_one_answer_on_all_pages_in_the_workbook_the_terminal_and_the_planner(report, terminal):
    planned, handed = planner(DRAWS), document()
    assert conflicts([*report.kept, *terminal, *planned, *handed]) == []
    # Answers that meet nowhere would prove nothing.
    ours = questions(report.kept)
    assert len(ours) > 1000 and sum(count > 1 for count in ours.values()) > 200
    for elsewhere, fewest in ((terminal, 20), (planned, 20), (handed, 8)):
        assert len(ours.keys() & questions(elsewhere).keys()) > fewest


@pytest.mark.parametrize("place", [0, 100, -1])
def test_one_figure_tampered_with_is_found(report, place):
    """The negative control: another value, another rounding, another number of draws."""
    often = questions(report.kept)
    numbers = [one for one in report.kept if re.search(r"[1-9]", one.text) and one.place is not None]
    one = [told for told in numbers if often[question(told)] > 1][place]
    assert conflicts([*report.kept, replace(one, value=1.01 * one.value)])
    assert conflicts([*report.kept, replace(one, text=f"1{one.text.lstrip('+−')}")])


def test_an_answer_from_other_draws_is_found(report):
    assert conflicts([*report.kept, *planner(DRAWS // 2)])


def test_tables_and_files_hold_the_figures_that_are_printed(report):
    told = {}
    for one in report.kept:
        subject = one.subject
        if subject.stat in ("level", "difference"):
            beside = subject.reference.slug if subject.reference else ""
            told[subject.scenario.slug, beside, subject.indicator, str(subject.year), subject.basis] = one.value
    seen = 0
    for path in report.folder.rglob("*.csv"):
        for row in csv.DictReader(path.open(encoding="utf-8")) if path.stem in ("summary", "compare") else ():
            key = row["scenario"], row.get("reference", ""), row["indicator"], row["year"], row["price_basis"]
            if key in told:
                assert told[key] == pytest.approx(float(row["mean"]), rel=1e-5), (path, key)
                seen += 1
    assert seen > 100

