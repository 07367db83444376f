"""Ids of the data never stand where a reader expects a name."""

from __future__ import annotations

import re

import pytest

from sim.evidence import PASS, REVIEW, Check, Knowledge
from sim.inputs.pack import NO_SOURCE, studies
from sim.inputs.yaml import load_catalogue
from sim.report.forms import show, terminal
from sim.report.pages import checks_of, checks_section, counts, sources_of
from sim.report.print import LANGUAGES, Node, Wording, parse, plain_text


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


#: Words of those who made the checks, in both languages; posterior, coverage, p, effective sample …
JARGON = re.compile(
    r"hậu nghiệm|mẫu hữu hiệu|bao phủ|hiệu chuẩn|sự thật giả lập|\bp\b|posterior|coverage|effective|synthetic|rank",
    re.IGNORECASE,
)


def read(node: Node) -> str:
    """What is read without a click."""
    return node.text if node.tag == "" else "" if node.tag == "table" else " ".join(map(read, node.children))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_terms_of_statisticians_are_folded_away_behind_how_many_passed(lang: str) -> None:
    checks = [Check("effective_size", PASS), Check("coverage", PASS), Check("misspecified_wrong_trend", REVIEW)]
    root = parse(str(checks_section(checks, lang)))
    fold = next(node for node in root.walk() if node.tag == "details")
    assert "open" not in fold.attributes and counts(checks, lang) == fold.children[0].content
    assert all(fold in node.ancestors() for node in root.walk() if node.tag == "table")
    text, texts = read(root), load_catalogue(lang)
    assert not JARGON.search(text), JARGON.search(text)
    assert texts.text("evidence.name_misspecified_wrong_trend") in text


@pytest.mark.parametrize(("held", "narrow"), [(0.62, True), (0.95, False)])
def test_ranges_that_hold_too_much_are_not_called_too_narrow(held: float, narrow: bool) -> None:
    """Under correlated truths one figure was held 95 % of the time, and the page said ranges were too narrow."""
    figures = {"eighty": 0.8, "fifty": 0.5, "worst": "htx_stopped", "worst_eighty": held, "truths": 100}
    said = str(checks_section([Check("misspecified_correlated", REVIEW, figures)], "en"))
    assert ("too narrow" in said) is narrow
    assert ("wider than they need be" in said) is not narrow
