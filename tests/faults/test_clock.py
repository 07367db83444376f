"""A clock that is far off: one line says so, and nothing is refused or kept by a day that is not today."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from sim.cli import main
from sim.inputs.figures import OBSERVED
from sim.inputs.pack import list_provinces, load_province
from sim.inputs.text import limit, source_data
from tests.support.caches import cache, clock

OFF = {"vi": "đồng hồ máy tính chỉ ngày 2010-06-15", "en": "the clock of this computer says 2010-06-15"}
FIGURES = source_data() / "provinces" / "lao-cai" / "observations.csv"


@pytest.fixture(params=["vi", "en"])
def lang(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The reader's language; the clock stands in 2010."""
    cache.forget()
    clock(monkeypatch, 2010)
    return str(request.param)


def told(capsys: pytest.CaptureFixture[str], lang: str, *arguments: str) -> tuple[int, list[str]]:
    """The exit code of a command, and what it says beside its answer, line by line."""
    code = main(["--lang", lang, *arguments])
    return code, [line for line in capsys.readouterr().err.splitlines() if line]


@pytest.mark.parametrize("question", [("check", str(FIGURES)), ("project", "fund-12.3", "--draws", "16")])
def test_a_question_is_answered_with_one_line_on_the_clock(lang: str, question: tuple[str, ...], capsys) -> None:
    code, lines = told(capsys, lang, *question)
    about = [line for line in lines if "F89" in line]
    assert code == 0 and len(about) == 1 and OFF[lang] in about[0] and len(lines) <= 2, "beside it the year's figures"


def test_a_report_is_made_with_one_line_on_the_clock(lang: str, tmp_path: Path, capsys) -> None:
    pages = ["no-support", "--only", "page", "--draws", "16", "-o", str(tmp_path / "out")]
    code, lines = told(capsys, lang, "report", *pages)
    assert code == 0 and sum(OFF[lang] in line for line in lines) == 1
    assert not [line for line in lines if "F25" in line]


def test_an_import_which_writes_the_day_down_is_refused_in_one_line(lang: str, capsys) -> None:
    asked = ["--pack", "thu", "--name", "Thử", "--area", "VN-02", "--base-year", "2023", "--yes"]
    code, lines = told(capsys, lang, "import", str(FIGURES), *asked)
    assert code == 2 and len(lines) == 2 and all(OFF[lang] in line for line in lines)
    assert not (source_data() / "provinces" / "thu").exists()


@pytest.mark.parametrize("year", [1970, 2024, 2101])
def test_a_clock_is_off_before_the_newest_figures_and_beyond_all_years(year: int, monkeypatch, capsys) -> None:
    clock(monkeypatch, year)
    assert "F89" in told(capsys, "en", "check", str(FIGURES))[1][0]


def test_a_clock_that_is_right_is_no_news(capsys) -> None:
    assert told(capsys, "en", "check", str(FIGURES)) == (0, [])


def test_the_year_a_clock_must_have_reached_is_no_later_than_today_and_no_earlier_than_any_shipped_figure() -> None:
    figures = [row for slug in list_provinces() for row in load_province(slug).observations]
    newest = max(row.year for row in figures if row.status in OBSERVED)
    assert newest <= limit("clock_year") <= datetime.date.today().year
