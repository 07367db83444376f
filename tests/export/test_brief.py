"""The document for a decision: two pages, the figures of the report's pages, an office's letterhead, and its doors."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import docx as reader
import pypdf
import pytest
from docx.oxml.ns import qn

from sim.cli import main
from sim.domain import InputError, RunError
from sim.inputs.scenarios import load_scenario
from sim.report.forms import decision_docx, decision_pdf, find_browser
from sim.report.pages import brief
from sim.report.print import printed
from sim.run import briefed
from tests.security.payloads import ALL
from tests.support.shared_figures import bare

DRAWS, SEED = 512, 7
NAMES = ("fund-12.3", "market-first", "founding-first")


@pytest.fixture(scope="module")
def found(knowledge):
    return briefed(knowledge, [load_scenario(name) for name in NAMES], draws=DRAWS, seed=SEED)


@pytest.fixture(scope="module")
def word(found):
    return reader.Document(io.BytesIO(decision_docx(found, "vi")))


def text_of(word) -> str:
    cells = (cell.text for table in word.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in word.paragraphs), *cells])


def test_it_has_the_parts_of_a_submission_in_their_order(word):
    heads = [paragraph.text for paragraph in word.paragraphs if paragraph.style.name.startswith("Heading")]
    assert [head.split(". ")[0] for head in heads] == ["1", "2", "3", "4", "5", "6"]
    text = text_of(word)
    for part in ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "Kính gửi", "TỜ TRÌNH",
                 "Nơi nhận", "[CHỨC VỤ NGƯỜI KÝ]", "Số: "):  # fmt: skip
        assert part in text
    assert "{" not in text and "**" not in text


def test_a_provinces_name_keeps_its_capitals_inside_a_sentence(found, word):
    assert "kinh tế tập thể của tỉnh Lào Cai." in text_of(word)
    english = reader.Document(io.BytesIO(decision_docx(found, "en")))
    assert "the collective economy of Lào Cai province." in text_of(english)


def test_letterhead_and_signature_have_no_lines_and_the_tables_between_have(word):
    first, *between, last = word.tables
    styles = [table._tbl.tblPr.find(qn("w:tblStyle")) for table in (first, last)]
    assert styles == [None, None] and len(between) == 2
    assert all(table._tbl.tblPr.find(qn("w:tblStyle")) is not None for table in between)


def test_money_of_every_variant_adds_up_to_its_sum(word):
    money = word.tables[1]
    rows = [[cell.text for cell in row.cells] for row in money.rows]
    values = [[float(bare(text).replace(",", ".")) for text in row[1:]] for row in rows[1:6]]
    for place in range(len(NAMES)):
        *lines, whole = (row[place] for row in values)
        assert round(sum(lines), 3) == whole == 12.3


def test_a_fund_of_three_decimals_adds_up_where_its_lines_are_finer(found):
    """The negative control: each line rounded by itself would miss a million đồng."""
    plan = found.variants[1].plan
    year = found.result.province.planning_year
    apart = [round(plan.line_budget(line, year) / 1e9, 3) for line in plan.lines]
    assert any(plan.line_budget(line, year) % 10**6 for line in plan.lines)
    shown = re.findall(r"2,196|2,636|6,150|1,318", printed(brief, found, "vi"))
    assert len(shown) >= 4 and apart


def test_every_number_has_its_mark_in_both_languages(found):
    for lang in ("vi", "en"):
        assert printed(brief, found, lang)  # the gate refuses a number without one


def test_word_and_paper_hold_at_most_two_pages(found):
    try:
        find_browser()
    except RunError:
        pytest.skip("no Chromium, Chrome or Edge on this computer")
    paper = pypdf.PdfReader(io.BytesIO(decision_pdf(found, "vi")))
    assert len(paper.pages) == 2
    letters = re.sub(r"\s+", "", "".join(page.extract_text() for page in paper.pages))  # fonts part words
    assert "12,3tỷđồng" in letters
    assert decision_pdf(found, "vi") == decision_pdf(found, "vi")


def test_the_same_document_twice_is_the_same_bytes(found):
    assert decision_docx(found, "en") == decision_docx(found, "en")


@pytest.mark.parametrize("payload", ALL[::9])
def test_hostile_names_are_letters_and_nothing_else(found, payload):
    named = [
        replace(run, scenario=replace(run.scenario, label={"vi": payload, "en": payload})) for run in found.result.runs
    ]
    hostile = replace(found, result=replace(found.result, runs=tuple(named)))
    printed(brief, hostile, "vi")  # the gate refuses what could run
    assert reader.Document(io.BytesIO(decision_docx(hostile, "vi"))).tables


def test_one_plan_in_two_worlds_says_that_the_difference_is_the_worlds(knowledge):
    pair = [load_scenario("fund-12.3"), load_scenario("fund-12.3--weak-markets")]
    told = printed(brief, briefed(knowledge, pair, draws=DRAWS, seed=SEED), "vi")
    assert "do bối cảnh, không phải do tiền" in told and "Bối cảnh của từng phương án" in told


def test_too_few_and_too_many_are_refused(knowledge):
    one = load_scenario("fund-12.3")
    for several in ([one], [replace(one, slug=f"s{place}") for place in range(6)]):
        with pytest.raises(InputError) as refused:
            briefed(knowledge, several, draws=DRAWS, seed=SEED)
        assert refused.value.problems[0].key == "brief_variants"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("fund-12.3", "-o", "a.docx"), "2–5"),
        (("fund-12.3", "market-first", "-o", "a.odt"), ".docx"),
        (("fund-12.3", "market-first", "-o", "there.docx"), "there.docx"),
        (("fund-12.3", "market-first", "-o", "a.docx", "--goal", "htx_activ"), "htx_active"),
        (("fund-12.3", "no-such", "-o", "a.docx"), "no-such"),
    ],
)
def test_bad_input_is_refused_in_words_and_nothing_is_written(tmp_path: Path, monkeypatch, capfd, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "there.docx").write_bytes(b"mine")
    assert main(["brief", *arguments, "--draws", "64"]) == 2
    assert said in capfd.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["there.docx"]
    assert (tmp_path / "there.docx").read_bytes() == b"mine"


def test_the_command_writes_the_document(tmp_path: Path):
    path = tmp_path / "to-trinh.docx"
    assert main(["brief", "no-support", "fund-12.3", "-o", str(path), "--draws", "64", "--lang", "en"]) == 0
    assert "SUBMISSION" in text_of(reader.Document(str(path)))
