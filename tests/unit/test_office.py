"""Claims about the import assistant at its doors: matching says why, answers are kept, what was shown is written."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sim.cli import main
from sim.domain import InputError, Problem
from sim.inputs.excel import parse_workbook
from sim.inputs.figures import ENTITIES, coded, figures_book, sheet_table
from sim.inputs.office import FILE, Vocabulary, keep, load_kept
from sim.inputs.pack import load_province
from sim.inputs.text import this_year
from sim.inputs.yaml import load_catalogue, options_in
from sim.planner import Planner, Words
from sim.planner.assistant import opened
from sim.report.forms import reading_content, reading_lines
from tests.support.offices import LAYOUTS, ONE, TWO, asked, figures_of, read, workbook

REPORT: dict[str, Any] = {
    "Biểu": [
        ["TÌNH HÌNH HTX 6 THÁNG ĐẦU NĂM 2024"],
        ["Chỉ tiêu", "ĐVT", "Thực hiện", "Điểm"],
        ["Tổng số HTX", "HTX", "502 HTX", 1],
        ["Kinh phí đã chi", "triệu đồng", "4.200,5", 2],
    ]
}


@pytest.fixture
def root(own_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with data of one's own."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def rows_of(root: Path) -> list[str]:
    """Rows of the pack's table that the assistant added."""
    text = (root / "data/provinces/lao-cai/observations.csv").read_text(encoding="utf-8")
    return [line for line in text.splitlines() if "outturn-2024-h1" in line]


# -- matching ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "term", "reason"),
    [
        (["Tổng số HTX"], "htx_total", "exact"),
        (["TONG SO HTX"], "htx_total", "alike"),
        (["htx_total"], "htx_total", "exact"),
        (["Số lượng\nhợp tác xã"], "htx_total", "known"),
        (["1.2. HTX đang hoạt động"], "htx_active", "exact"),
        (["Số HTX", "Đang hoạt động"], "htx_active", "known"),
        (["II. Tổ hợp tác", "- Thành viên"], "tht_members", "known"),
        (["Bình quân 1 HTX", "Lợi nhuận (tr.đ)"], "htx_avg_profit", "known"),
        (["Doanh thu BQ/HTX năm 2024"], "htx_avg_revenue", "known"),
    ],
)
def test_a_heading_is_matched_and_says_why(path: list[str], term: str, reason: str) -> None:
    said = Vocabulary().read(path)
    assert (said.terms, said.reason, said.sure) == ((term,), reason, True)


@pytest.mark.parametrize(
    ("text", "year", "part", "status"),
    [
        ("Ước TH 6 tháng đầu năm 2026", 2026, "to-06", "estimate"),
        ("KH năm 2025", 2025, "", "plan"),
        ("Tháng 5/2026", 2026, "month-05", ""),
        ("Thực hiện quý I", 0, "quarter-1", "actual"),
        ("Đến 30/9/2025", 2025, "to-09", ""),
        ("31/12/2024", 2024, "year", ""),
        ("Lũy kế 5 tháng", 0, "to-05", ""),
        ("6 tháng cuối năm 2024", 2024, "h2", ""),
    ],
)
def test_years_parts_and_states_are_read_off_headings(text: str, year: int, part: str, status: str) -> None:
    said = Vocabulary().read([text])
    assert (said.moment.year, said.moment.part, said.status, said.rest) == (year, part, status, "")


@pytest.mark.parametrize(
    "text", ["Dân số", "Doanh số", "HTX điển hình", "15/6/2024", "Giai đoạn 2021-2025", "htx_totaI"]
)
def test_what_is_only_like_a_known_heading_is_not_known(text: str) -> None:
    assert not Vocabulary().read([text]).sure


def test_an_area_whose_code_holds_a_year_names_no_year() -> None:
    said = Vocabulary({"VN-02-2025": ("Toàn tỉnh",)}).read(["VN-02-2025"])
    assert (said.area, said.moment.years) == ("VN-02-2025", ())
    assert not Vocabulary({"VN-02-2025": ("Toàn tỉnh",)}).meaning("VN-02-2025").moment


def test_every_word_of_the_dictionary_leads_where_it_should() -> None:
    """No entry hides another: each known name stands for its own term alone, in both languages."""
    vocabulary = Vocabulary()
    for term in sorted(vocabulary.known_terms):
        for language in ("vi", "en"):
            name = load_catalogue(language).texts.get(f"terms.page_{term}")
            if name:
                assert term in vocabulary.read([name]).terms, (term, name)


# -- answers kept for next month ---------------------------------------------------------------------


def test_answers_hold_next_month_but_for_year_and_part(tmp_path: Path) -> None:
    answers = {"Điểm": "bỏ", "*": "2024, h1, thực hiện"}
    june = {"Biểu": [["Chỉ tiêu", "ĐVT", "Tháng 6", "Điểm"], ["HTX thành lập mới", "HTX", 2, 1]]}
    july = {"Biểu": [["Chỉ tiêu", "ĐVT", "Tháng 7", "Điểm"], ["HTX thành lập mới", "HTX", 3, 1]]}
    first = read(workbook(june), answers)
    path = tmp_path / FILE
    path.write_text(keep(path, first, answers, Vocabulary(ONE.areas)), encoding="utf-8")
    notes: list[Problem] = []
    tables = load_kept(path, notes)
    again = read(workbook(july), tables=tables)
    assert not notes and asked(again) == {("year", "*")}, "a year is never remembered"
    found = figures_of(read(workbook(july), {"*": "2024"}, tables=tables))
    assert {(row[3], row[4]) for row in found} == {("month-07", "actual")}
    other = {"Biểu": [["Chỉ tiêu", "Đơn vị", "Tháng 7", "Hạng"], ["HTX thành lập mới", "HTX", 3, 1]]}
    assert ("column", "Hạng") in asked(read(workbook(other), tables=tables)), "of another shape nothing is remembered"


@pytest.mark.parametrize(
    ("content", "key"),
    [
        ("{", "assist_kept_unreadable"),
        ("[" * 100_000, "assist_kept_unreadable"),
        ("[1]", "assist_kept_version"),
        ('{"version": 2, "tables": {}}', "assist_kept_version"),
        ('{"version": 1, "tables": [1]}', ""),
        ('{"version": 1, "tables": {"../../x": {"a": "b"}, "0": 3}}', ""),
    ],
)
def test_a_damaged_memory_is_told_and_passed_over(tmp_path: Path, content: str, key: str) -> None:
    path = tmp_path / FILE
    path.write_text(content, encoding="utf-8")
    notes: list[Problem] = []
    assert load_kept(path, notes) == {} and [note.key for note in notes] == [key] * bool(key)


def test_a_memory_of_another_version_is_told_in_the_planner_and_put_aside(tmp_path: Path) -> None:
    newer = '{"version": 2, "tables": {"of": "next year"}}'
    (tmp_path / FILE).write_text(newer, encoding="utf-8")
    words = Words("vi")
    office = opened("x.xlsx", workbook(REPORT), province=load_province(), folder=tmp_path)
    assert any("phiên bản khác" in told for told in office.content(words)["refused"])
    office.change({"leave_out": True})
    assert office.reading
    office.assistant.remember(office.reading, {"Điểm": "bỏ"})
    (aside,) = tmp_path.glob("office-tables.unread-*.json")
    assert aside.read_text(encoding="utf-8") == newer
    notes: list[Problem] = []
    assert load_kept(tmp_path / FILE, notes) and not notes


def test_a_remembered_answer_that_says_nothing_is_passed_over() -> None:
    raw = workbook(REPORT)
    shape = read(raw, leave_out=True).shape
    reading = read(raw, tables={shape: {"diem": "__import__('os')", "*": "htx_<b>"}})
    assert ("column", "Điểm") in asked(reading)
    assert [note.key for note in reading.notes] == ["assist_kept_broken"] * 2


def test_an_answer_for_a_label_there_is_not_is_refused() -> None:
    with pytest.raises(InputError) as refused:
        read(workbook(REPORT), {"Điểm": "bỏ", "Đeểm": "bỏ"})
    assert [problem.key for problem in refused.value.problems] == ["assist_no_label"]
    with pytest.raises(InputError) as refused:
        read(workbook(REPORT), {"Điểm": "số dân"})
    assert [problem.key for problem in refused.value.problems] == ["assist_meaning"]


# -- the command line --------------------------------------------------------------------------------


def told(capsys: pytest.CaptureFixture[str]) -> str:
    out = capsys.readouterr()
    return out.out + out.err


def test_the_command_line_refuses_what_is_open_and_writes_what_it_showed(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (root / "bao-cao.xlsx").write_bytes(workbook(REPORT))
    assert main(["import", "bao-cao.xlsx", "--assist", "--yes"]) == 2
    said = told(capsys)
    assert "F117 bao-cao.xlsx: Biểu!D2" in said and '--map "Điểm=…"' in said and not rows_of(root)
    assert main(["import", "bao-cao.xlsx", "--assist", "--map", "Điểm=bỏ", "--save-map", "--yes"]) == 0
    said = told(capsys)
    assert "502 HTX → Tổng số HTX" in said and "4,2005" in said
    rows = rows_of(root)
    assert len(rows) == 2 and ",htx_total,502,count,actual,outturn-2024-h1," in rows[0]
    assert ",support_spent_total,4.2005,billion VND,actual,outturn-2024-h1,4.200\N{COMMA}5" in rows[1].replace('"', "")
    kept = json.loads((root / "scenarios" / FILE).read_text(encoding="utf-8"))
    assert list(kept["tables"].values()) == [{"diem": "out"}]
    assert main(["import", "bao-cao.xlsx", "--assist", "--yes"]) == 2
    said = told(capsys)
    assert "đã nhớ từ lần trước" in said and "F22" in said, "the same figures twice are refused, at their cells"
    assert "Biểu!C3" in said


def test_a_new_pack_may_come_from_an_office_table(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    income = "Thu nhập bình quân lao động HTX (triệu đồng/tháng)"
    heads = ["Năm", "Tổng số HTX", "Doanh thu bình quân một HTX (tỷ đồng)", income]
    rows = [heads, ["TH 2023", 300, 1.5, 4.1], ["TH 2024", 310, 1.6, 4.2]]
    (root / "nam.xlsx").write_bytes(workbook({"Năm": rows}))
    pack = ["--pack", "tinh-mau", "--name", "Tỉnh Mẫu", "--area", "VN-99", "--base-year", "2023"]
    code = main(["import", "nam.xlsx", "--assist", "--yes", *pack])
    said = told(capsys)
    assert "1.500" in said and code in (0, 2)
    if code == 0:
        text = (root / "data/provinces/tinh-mau/observations.csv").read_text(encoding="utf-8")
        assert ",htx_avg_revenue,1500,million VND/yr," in text


def test_the_strict_path_stays_as_it_was(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "bao-cao.xlsx").write_bytes(workbook(REPORT))
    assert main(["import", "bao-cao.xlsx", "--add", "--yes"]) == 2
    assert "F21" in told(capsys) and not rows_of(root)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_the_entry_sheet_speaks_and_its_words_come_back_as_codes(root: Path, lang: str) -> None:
    for period in ("year", "to-03", "h1", "month-05"):
        words, province = load_catalogue(lang), load_province()
        book = openpyxl.load_workbook(io.BytesIO(figures_book(province, [2024], words, period=period)))
        heads, *rows = list(book.active.iter_rows(values_only=True))
        assert {"vi": "thực hiện", "en": "actual"}[lang] in {row[8] for row in rows}
        for row in book.active.iter_rows(min_row=2):
            row[6].value = 7
        book.save(root / "mau.xlsx")
        table, _ = sheet_of(root / "mau.xlsx")
        codes = {(row["indicator"].text, row["period"].text, row["unit"].text) for row in table.rows}
        assert ("htx_new", period, "count") in codes and len(table.rows) == len(rows)
        assert {row["status"].text for row in table.rows} == {"actual"}
        assert {row["entity"].text for row in table.rows} <= set(ENTITIES)


def sheet_of(path: Path) -> Any:
    """A sheet of figures with its names as codes, before what its figures say is judged."""
    sheets = parse_workbook(path.read_bytes(), file=path.name)
    return coded(sheet_table(next(iter(sheets.values())), [])), None


def test_several_sheets_are_offered_and_may_all_be_of_one_form(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (root / "nam.xlsx").write_bytes(LAYOUTS[3].raw)
    assert main(["import", "nam.xlsx", "--assist", "--yes"]) == 2
    assert "2024, 2025" in told(capsys)
    assert main(["import", "nam.xlsx", "--assist", "--sheet", "2024"]) == 2
    assert "501 → " in told(capsys) and not rows_of(root)


# -- the planner -------------------------------------------------------------------------------------


def test_the_planner_shows_asks_and_writes_exactly_what_it_showed(root: Path) -> None:
    session = Planner(draws=256, folder=str(root / "scenarios"))._session
    session.wish("assist_open", {"file": "../bao-cao.xlsx"}, [workbook(REPORT)])
    panel = session.view.status["assist"]
    assert panel["file"] == "bao-cao.xlsx" and [one["name"] for one in panel["questions"]] == ["Điểm"]
    session.wish("assist_read")
    assert "phải trả lời" in session.view.status["notice"] and not session.view.status.get("proposal")
    session.wish("assist_say", {"name": "Điểm", "answer": "nghĩa lạ"})
    assert session.view.status["assist"]["refused"] and not session.view.status["assist"]["settled"]
    session.wish("assist_say", {"name": "Điểm", "answer": "out"})
    panel = session.view.status["assist"]
    assert panel["settled"] and not panel["refused"] and "502 HTX → Tổng số HTX" in panel["first"][0]
    session.wish("assist_read")
    assert "502" in session.view.status["proposal"] and session.view.status["acceptable"] and not rows_of(root)
    session.wish("accept")
    assert len(rows_of(root)) == 2 and session.view.status["assist"] is None
    assert (root / "scenarios" / FILE).is_file()
    session.wish("assist_open", {"file": "bao-cao.xlsx"}, [workbook(REPORT)])
    assert not session.view.status["assist"]["questions"], "next month nothing is asked again"
    session.wish("language", "en")
    assert session.view.status["assist"]["texts"]["close"] == "Close"
    session.wish("assist_close")
    assert session.view.status["assist"] is None


@pytest.mark.parametrize(
    ("file", "content"), [("a.csv", b"a,b"), ("a.xlsx", b"no workbook"), ("a.xlsx", b"PK\x03\x04x")]
)
def test_what_is_no_workbook_is_refused_beside_the_choice_of_a_file(file: str, content: bytes) -> None:
    session = Planner(draws=256)._session
    session.wish("assist_open", {"file": file}, [content])
    assert session.view.status["notice"] and session.view.status["of_file"] and not session.view.status.get("assist")


@pytest.mark.parametrize(("lang", "field"), [("vi", "Dòng tiêu đề"), ("en", "Heading row")])
def test_the_planner_refuses_an_answer_in_its_own_words_without_options_of_a_command(lang: str, field: str) -> None:
    session = Planner(draws=256, lang=lang)._session
    session.wish("assist_open", {"file": "a.xlsx"}, [workbook(REPORT)])
    session.wish("assist_say", {"name": "Điểm", "answer": "nghĩa lạ"})
    meaning = " ".join(session.view.status["assist"]["refused"])
    session.wish("assist_say", {"heading": "999"})
    heading = " ".join(session.view.status["assist"]["refused"])
    assert "nghĩa lạ" in meaning and f"{field}: " in heading and "999" in heading
    assert not options_in(meaning) | options_in(heading)


# -- data never becomes code, markup or a path -------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>", "=HYPERLINK(\"http://x\")", "{p.__class__}", "../../etc/passwd", "\x1b[31m",
    "a" * 5000, "](javascript:1)", "%s%n", "${HOME}",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_heading_is_text_that_has_to_be_answered(text: str) -> None:
    shown = text.replace("\x1b", "") if "\x1b" in text else text
    rows = [
        ["Chỉ tiêu", "ĐVT", "TH 2024", "'" + shown if shown.startswith("=") else shown],
        ["Tổng số HTX", "HTX", 500, 7],
    ]
    reading = read(workbook({"A": rows}))
    assert len(reading.questions) == 1 and reading.table is None
    assert figures_of(read(workbook({"A": rows}), leave_out=True))


def test_a_formula_without_a_value_and_a_merged_figure_are_refused_at_their_cells() -> None:
    rows = [["Chỉ tiêu", "ĐVT", "TH 2024"], ["Tổng số HTX", "HTX", "=1+1"], ["HTX đang hoạt động", "HTX", 400]]
    assert [(one.key, one.place) for one in read(workbook({"A": rows})).problems] == [("xlsx_formula_empty", "A!C2")]
    wide = [["Chỉ tiêu", "TH 2024", "TH 2025"], ["Tổng số HTX", 500, None], ["HTX đang hoạt động", 400, 410]]
    assert [one.key for one in read(workbook({"A": wide}, ["B2:C2"])).problems] == ["xlsx_merged"]


def test_hidden_characters_in_a_heading_are_refused() -> None:
    raw = workbook({"A": [["Chỉ tiêu", "ĐVT", "TH 2024"], ["Tổng số\u202e HTX", "HTX", 500]]})
    assert "hidden_character" in {one.key for one in read(raw).problems}


def test_a_sheet_without_end_is_refused_before_it_is_matched() -> None:
    rows = [["Chỉ tiêu", "ĐVT", "TH 2024"], *(["Tổng số HTX", "HTX", 500] for _ in range(5100))]
    with pytest.raises(InputError) as refused:
        read(workbook({"A": rows}))
    assert [problem.key for problem in refused.value.problems] == ["assist_too_long"]
    many = [
        ["Chỉ tiêu", "ĐVT", "TH 2024"],
        *([f"Dòng lạ số {chr(97 + place % 26)}{place}", "HTX", 5] for place in range(100)),
    ]
    with pytest.raises(InputError) as refused:
        read(workbook({"A": many}))
    assert [problem.key for problem in refused.value.problems] == ["assist_too_many"]


def test_a_merged_range_without_end_costs_nothing() -> None:
    raw = io.BytesIO(workbook({"A": [["Chỉ tiêu", "ĐVT", "TH 2024"], ["Tổng số HTX", "HTX", 500]]}))
    made = io.BytesIO()
    with zipfile.ZipFile(raw) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            merge = b'</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
            new.writestr(name, old.read(name).replace(b"</sheetData>", merge))
    with pytest.raises(InputError) as refused:
        read(made.getvalue())
    assert [problem.key for problem in refused.value.problems] == ["csv_header_only"]


def test_at_a_terminal_what_is_not_sure_is_asked_by_number_or_in_words(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [["Năm", "Doanh thu (triệu đồng)", "Điểm"], ["2024", 900, 1]]
    (root / "bao-cao.xlsx").write_bytes(workbook({"Bìa": [["UBND TỈNH"]], "Số liệu": rows}))
    answers = iter(["2", "nghĩa lạ", "3", "htx_avg_revenue", "1", "c"])
    asked_for: list[str] = []
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", lambda prompt: asked_for.append(prompt) or next(answers))
    assert main(["import", "bao-cao.xlsx", "--assist"]) == 0
    said = told(capsys)
    assert "Tệp có nhiều trang tính" in said and "2. Số liệu" in said and "F117" in said
    assert "có thể là nhiều chỉ tiêu" in said and "1. thực hiện" in said and "Đã nhớ các câu trả lời" in said
    text = (root / "data/provinces/lao-cai/observations.csv").read_text(encoding="utf-8")
    assert ",2024,year,HTX,htx_avg_revenue,900,million VND/yr,actual,outturn-2024," in text
    assert not list(answers)


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_every_question_and_answer_has_words(lang: str) -> None:
    """Tables that raise each kind of question, told in both languages without a code left over."""
    asks = {
        "several": [["Năm", "Doanh thu (triệu đồng)"], ["TH 2024", 9]],
        "narrower": [["Chỉ tiêu", "TH 2024"], ["HTX nông nghiệp"], ["Tổng số HTX", 9]],
        "column": [["Chỉ tiêu", "TH 2024", "Điểm"], ["Tổng số HTX", 9, 1]],
        "row": [["Chỉ tiêu", "TH 2024"], ["Tổng số HTX", 9], ["Dân số", 9]],
        "unit": [["Năm", "Doanh thu bình quân một HTX"], ["TH 2024", 9]],
        "unit_kind": [["Năm", "Doanh thu bình quân một HTX (người)"], ["TH 2024", 9]],
        "unit_per": [["Năm", "Thu nhập bình quân lao động HTX (triệu đồng)"], ["TH 2024", 9]],
        "size": [["Năm", "Doanh thu bình quân một HTX (tỷ đồng)"], ["TH 2024", 900]],
        "year": [["Chỉ tiêu", "Thực hiện"], ["Tổng số HTX", 9]],
        "years": [["Năm", "Tổng số HTX năm 2025"], ["TH 2024", 9]],
        "part": [["Năm", "Tổng số HTX"], [f"TH {this_year()}", 9]],
        "status": [["Năm", "Tổng số HTX"], [2024, 9]],
        "quarter": [["Năm 2024"], ["Chỉ tiêu", "TH quý II"], ["HTX thành lập mới", 9]],
        "twice": [["Năm", "Số HTX", "Tổng số HTX"], ["TH 2024", 9, 9]],
        "order": [["Năm", "Số HTX"], ["TH 2024", 9], ["KH 2026", 9], ["TH 2026 6 tháng", 9], ["TH 2025", 9]],
        "decimal": [["Năm", "Doanh thu bình quân một HTX (triệu đồng)"], ["TH 2024", "1.234"]],
        "clash": [["Chỉ tiêu", "Tổng số HTX", "TH 2024"], ["HTX đang hoạt động", 9, 9]],
    }
    for key, rows in asks.items():
        content = reading_content(read(workbook({"A": rows})), lang)
        assert key in {question["key"] for question in content["questions"]}, key
        lines = "\n".join(reading_lines(content, lang))
        assert not re.search(r"(?<!: )\b(?:htx|tht)_[a-z]+(?! \||$|\")", lines.split("--map")[0]), lines
        assert all(option["text"] for question in content["questions"] for option in question["options"])
    area = read(workbook({"A": [["Năm", "Tổng số HTX"], ["TH 2024", 9]]}), aim=TWO)
    assert [question["key"] for question in reading_content(area, lang)["questions"]] == ["area"]
