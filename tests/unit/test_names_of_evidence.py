"""Ids of the data never stand where a reader expects a name."""

from __future__ import annotations

import pytest

from sim.evidence import PASS, REVIEW, Check, Knowledge
from sim.inputs.pack import NO_SOURCE, studies
from sim.report.forms import show, terminal
from sim.report.pages import checks_of, checks_section, sources_of
from sim.report.print import Wording, plain_text


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_matched_figure_has_a_name_in_the_table_of_checks(knowledge: Knowledge, lang: str) -> None:
    names = set()
    for match in knowledge.calibration.matches:
        check = Check("prior_predictive", PASS, {"worst": match.id})
        figures = plain_text(checks_of(Wording(lang), [check]).rows[0][2], Wording(lang))
        names.add(figures)
        assert match.id not in str(checks_section([check], lang)) + figures
    assert len(names) == len(knowledge.calibration.matches), "two figures share a name"


def test_every_source_an_assumption_names_is_found_with_a_title_and_an_address(knowledge: Knowledge) -> None:
    named = {part.strip() for key in knowledge.register for part in knowledge.register[key].source.split(",")}
    named -= {NO_SOURCE}
    found = sources_of(knowledge.province, named)
    assert named & set(studies()), "no assumption names a study"
    assert {source.id for source in found} == named
    assert all(source.title and source.title != source.id for source in found)
    assert all(source.url for source in found if source.id in studies())


def test_the_table_in_the_terminal_ends_with_how_many_came_out_each_way(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")  # narrower, a cell's sentence goes on below itself
    checks = [Check("truth_effective", PASS, {"least": 251, "few": 0}), *[Check("truth_effective", REVIEW, {})] * 2]
    w = Wording("vi")
    show(w, terminal.checks(w, checks, ""))
    said = capsys.readouterr().out
    assert "1 đạt, 2 cần xem lại" in said
    assert "số trường hợp dưới 200: 0" in said
