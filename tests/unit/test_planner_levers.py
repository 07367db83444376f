"""What the planner says beside its levers: money of every year, warnings of experience, figures of a year."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest

from sim.domain import LINES
from sim.planner import Planner, setting
from sim.planner.tries import Whole
from sim.report.pages import amounts_of

DRAWS = 256


def session(**asked: Any) -> Any:
    return Planner(**{"draws": DRAWS, "reference": "no-support", **asked})._session


def decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))


def kinds(planner: Any) -> dict[int, str]:
    return {row["year"]: row["kind"] for row in planner.view.levers["table"]["rows"]}


def test_the_table_shows_the_money_of_every_line_in_every_year() -> None:
    planner = session(scenario="front-loaded")
    table = planner.view.levers["table"]
    assert len(table["heads"]) == 1 + len(LINES) + 1
    for row in table["rows"]:
        money = [Decimal(text.replace(",", ".")) for text in row["cells"]]
        lines = planner.state.plan.lines
        exact = [*(lines[line][row["year"]] for line in LINES), planner.state.plan.annual_budget(row["year"])]
        assert all(abs(shown * 10**9 - vnd) < 1_000_000 for shown, vnd in zip(money, exact, strict=True))
        assert sum(money[:-1]) == money[-1]
    assert len({row["cells"][-1] for row in table["rows"]}) == 2


@pytest.mark.parametrize(
    "typed",
    [
        (("fund_text", "15,5"), ("line_text", ["market", "5,5475"])),
        (("fund_text", "12,3456789"), ("line_text", ["survey", "1,000000001"])),
        (("limits", ["market", "", "1,0005"]), ("limits", ["survey", "", "1,0005"]), ("line_text", ["capacity", "2"])),
    ],
)
def test_boxes_table_and_document_say_one_amount_of_one_line_and_add_up(typed: Any) -> None:
    planner = session()
    for wish, value in typed:
        planner.wish(wish, value)
        assert not planner.view.status["notice"]
    plan, year = planner.state.plan, planner.state.years[0]
    *document, left, fund = (figure.text(planner.words) for figure in amounts_of(plan, year))
    assert sum(map(decimal, (*document, left))) == decimal(fund) == decimal(planner.view.levers["fund"]["text"])
    boxes = [line["text"] for line in planner.view.levers["lines"]]
    (row,) = (row for row in planner.view.levers["table"]["rows"] if row["year"] == year)
    assert [decimal(text) for text in boxes] == [decimal(text) for text in document]
    assert row["cells"][: len(LINES)] == boxes
    assert sum(map(decimal, row["cells"][:-1])) == decimal(row["cells"][-1])
    assert [line["exact"] for line in planner.view.levers["lines"]] == [
        planner.words.with_unit(planner.words.money(plan.line_budget(line, year)), planner.words.say("billion"))
        for line in LINES
    ], "every đồng stays behind the box"


def test_a_box_that_rounds_by_itself_is_noticed() -> None:
    planner = session()
    planner.wish("fund_text", "15,8535")
    alone = [round(Decimal(vnd) / 10**9, 3) for vnd in planner.state.allocation.lines.values()]
    assert sum(alone) != decimal(planner.view.levers["fund"]["text"]), "the negative control"


def test_areas_add_up_in_percent_and_in_money(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COOPSIM_PROVINCE", "lao-cai-2025")
    planner = session()
    planner.wish("area_text", [planner.view.levers["areas"]["rows"][0]["code"], "33,333333"])
    planner.wish("fund_text", "12,3456789")
    rows = planner.view.levers["areas"]["rows"]
    assert sum(decimal(row["text"]) for row in rows) == 100
    money = sum(decimal(row["note"].split("\u00a0")[0]) for row in rows)
    assert money == sum(decimal(line["text"]) for line in planner.view.levers["lines"])


def test_money_not_allocated_has_a_column_of_its_own_where_there_is_any() -> None:
    planner = session()
    planner.wish("lock", ["establishment", True])
    for line in ("capacity", "survey"):
        planner.wish("lock", [line, True])
    planner.wish("line", ["market", 3000])
    table = planner.view.levers["table"]
    assert len(table["heads"]) == 1 + len(LINES) + 2
    assert table["rows"][0]["cells"][-2:] == ["0,69", "12,3"]


def test_the_table_marks_the_year_that_the_levers_set() -> None:
    planner = session()
    assert set(kinds(planner).values()) == {"edited"}
    planner.wish("year", 2027)
    assert [year for year, kind in kinds(planner).items() if kind == "edited"] == [2027]
    planner.wish("fund_text", "20")
    rows = {row["year"]: row for row in planner.view.levers["table"]["rows"]}
    assert rows[2027]["cells"][-1] == "20" and rows[2026]["cells"][-1] == "12,3"


def test_years_that_are_over_stand_in_the_table_as_facts() -> None:
    planner = session(year=2026)
    found = kinds(planner)
    assert [year for year, kind in found.items() if kind == "past"] == [2024, 2025]
    planner.wish("year", 2025)
    assert kinds(planner) == found, "the negative control: a year that is over cannot be chosen"


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_lies_beyond_experience_is_said_at_its_lever(lang: str) -> None:
    planner = session(lang=lang)
    calm = planner.view.levers["warnings"]
    assert not calm["fund_html"] and not calm["horizon"] and not any(calm["lines"].values())
    planner.wish("line", ["market", 12000])
    planner.wish("fund_text", "24,6" if lang == "vi" else "24.6")
    planner.wish("horizon", 2023 + setting("far_horizon"))
    told = planner.view.levers["warnings"]
    assert told["fund_html"] and not told["horizon"]
    assert [line for line, text in told["lines"].items() if text] == ["market"]
    assert "2024" in told["lines"]["market"]
    planner.wish("horizon", 2024 + setting("far_horizon"))
    assert str(setting("far_horizon")) in planner.view.levers["warnings"]["horizon"]


def test_a_line_is_warned_of_exactly_where_the_answer_says_so() -> None:
    planner = session()
    planner.wish("line", ["market", 12000])
    assert planner.view.levers["warnings"]["lines"]["market"]
    assert "cs-review" in planner.view.answer["bottom"]
    planner.wish("line", ["market", 4000])
    assert not planner.view.levers["warnings"]["lines"]["market"]
    assert "cs-review" not in planner.view.answer["bottom"]


def test_every_year_of_a_chart_tells_the_figures_that_stand_at_its_end() -> None:
    planner = session()
    planner.wish("more", planner.view.revision)
    panels, tips = planner.view.answer["panels"], planner.view.more["tips"]
    assert len(tips) == len(panels)
    for panel, told in zip(panels, tips, strict=True):
        years = [year for year, _ in told]
        assert years == sorted(set(years)) and years[-1] == planner.state.scenario.horizon
        low, mean, high = panel["ends"]
        assert mean in told[-1][1][0] and low in told[-1][1][0] and high in told[-1][1][0]
        assert len(told[-1][1]) == 2, "beside the reference"
    planner.wish("pin")
    planner.wish("more", planner.view.revision)
    assert len(planner.view.more["tips"][0][-1][1]) == 1, "a reference that is the plan itself is not told twice"


@pytest.mark.parametrize(
    ("text", "told"),
    [("1.500", ["1500", "1,500"]), ("1.234.567", ["1234567"]), ("2.5", ["2,5"]), ("0.500", ["0,500"])],
)
def test_a_number_of_two_readings_is_refused_with_both(text: str, told: list[str]) -> None:
    planner = session(lang="vi")
    planner.wish("line_text", ["market", text])
    said = planner.view.status["notice"]
    assert all(one in said for one in told) and ("hai cách đọc" in said) == (len(told) > 1)


def test_a_plan_in_words_adds_up_to_a_hundred_with_what_is_not_allocated() -> None:
    planner = session(lang="vi")
    planner.wish("cut", ["survey", False])
    told = Whole.of(planner.state.plan, planner.state.years).in_words(planner.words)
    assert "chưa phân bổ" in told and sum(map(int, re.findall(r"(\d+)\s*%", told))) == 100
    planner.wish("undo")
    assert "chưa phân bổ" not in Whole.of(planner.state.plan, planner.state.years).in_words(planner.words)
