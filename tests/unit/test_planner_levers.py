"""What the planner says beside its levers: money of every year, warnings of experience, figures of a year."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sim.domain import LINES
from sim.planner import Planner, setting

DRAWS = 256


def session(**asked: Any) -> Any:
    return Planner(**{"draws": DRAWS, "reference": "no-support", **asked})._session


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
        assert all(abs(shown * 10**9 - vnd) <= 500_000 for shown, vnd in zip(money, exact, strict=True))
    assert len({row["cells"][-1] for row in table["rows"]}) == 2


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
    assert kinds(planner) == found, "the negative control: a fact cannot be chosen"


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
