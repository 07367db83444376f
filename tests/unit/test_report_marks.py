"""Every printed number carries its provenance, and the walker finds the ones that do not."""

from __future__ import annotations

import pytest
from markupsafe import Markup, escape

from sim.analysis.compare import Difference
from sim.inputs.pack import load_province, load_register
from sim.inputs.scenarios import load_scenario
from sim.report.print import (
    ACTUAL,
    ASSUMED,
    ESTIMATE,
    LEGEND,
    Column,
    Figure,
    Mark,
    NotWellFormed,
    Table,
    Unmarked,
    Unsafe,
    Wording,
    el,
    marked,
    number,
    page,
    parse,
    plain,
    printed,
    said,
    unmarked_numbers,
    year,
)

VI = Wording("vi")


def test_a_number_shows_its_mark():
    assert str(number("615", Mark.MODEL)) == '<span class="n" data-mark="model">615\u2060<sup>◐</sup></span>'
    assert Mark.ACTUAL.symbol == ACTUAL and Mark.PLAN.symbol == ASSUMED and Mark.DERIVED.symbol == ESTIMATE
    assert Mark.CITED.symbol == "●◐"


def test_prose_of_the_data_is_marked_only_when_it_holds_figures():
    plan = load_scenario("fund-12.3").plan
    assert escape(said("không có số", plan)) == "không có số"
    assert 'data-mark="plan"' in escape(said("quỹ 12,3 tỷ", plan))


@pytest.mark.parametrize(
    "html",
    [
        "<p>37</p>",
        "<p>tăng 6,4 %</p>",
        '<p><span data-mark="model">37◐</span> và 38</p>',
        "<table><thead><tr><th>x</th></tr></thead><tbody><tr><td>5</td></tr></tbody></table>",
        "<svg><text>2,5</text></svg>",
        "<details><summary>12</summary></details>",
    ],
)
def test_a_number_without_provenance_is_found(html: str):
    assert unmarked_numbers(html)


@pytest.mark.parametrize(
    "html", ['<p data-mark="model">37</p>', '<p data-mark="guess">37◐</p>', '<p data-mark="">37</p>']
)
def test_a_mark_that_is_not_printed_or_not_known_covers_nothing(html: str):
    assert unmarked_numbers(html)


def test_years_names_and_page_furniture_are_exempt():
    furniture = el("p", year(2030), " ", plain("80 %"), " ", el("code", "4f2c"), " ", el("cite", "Quyết định 1804"))
    assert unmarked_numbers(str(furniture)) == []


def test_a_column_head_marks_its_whole_column_and_no_other():
    columns = (Column("a", numeric=False), Column("b"), Column("c"))
    assert unmarked_numbers(str(Table(columns, [("x", Figure.planned(3), "–")]).html(VI))) == []
    assert len(unmarked_numbers(str(Table(columns, [("x", Figure.planned(3), "4")]).html(VI)))) == 1


def test_a_spanning_head_marks_the_columns_it_spans():
    head = '<thead><tr><th>a</th><th colspan="2" data-mark="plan">b ○</th></tr></thead>'
    assert unmarked_numbers(f"<table>{head}<tbody><tr><th>x</th><td>1</td><td>2</td></tr></tbody></table>") == []


def test_a_row_may_carry_the_mark_of_its_figures():
    row = load_province("lao-cai").observations[0]
    rows = Table((Column("a", numeric=False), Column("b")), [("x", Figure.observed(row))], by_row=True).html(VI)
    assert f'<tr data-mark="{row.status}">' in rows
    assert unmarked_numbers(str(rows)) == []


@pytest.mark.parametrize(
    "html", ["<p>", "</p>", "<b><i></b></i>", "<div/>", "<!-- x -->", '<p class="a" class="b"></p>']
)
def test_markup_a_browser_would_read_otherwise_is_refused(html: str):
    with pytest.raises(NotWellFormed):
        parse(html)


def test_a_table_cell_on_a_phone_carries_its_head_and_mark():
    html = str(Table((Column("Dòng", numeric=False), Column("Kế hoạch")), [("x", Figure.planned(3))]).html(VI))
    assert 'data-label="Kế hoạch\u00a0○"' in html


def test_a_figure_whose_source_nobody_knows_cannot_be_built():
    with pytest.raises(TypeError):
        Figure(615.0)  # type: ignore[call-arg]
    with pytest.raises(TypeError):
        Figure(615.0, "model")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Mark.of("615")
    with pytest.raises(TypeError):
        marked("b", "615◐", mark="model")  # type: ignore[arg-type]


def test_the_mark_of_a_figure_is_that_of_the_thing_it_came_from():
    scenario, province = load_scenario("fund-12.3"), load_province("lao-cai")
    entry = next(iter(load_register().entries.values()))
    assert Mark.of(scenario) is Mark.of(scenario.plan) is Mark.PLAN
    assert Mark.of(scenario.world) is Mark.of(entry) is Mark.ASSUMPTION
    assert Mark.of(province.targets[0]) is Figure.target(province.targets[0]).mark is Mark.TARGET
    assert all(Figure.observed(row).mark.value == row.status for row in province.observations)


def test_the_gate_refuses_another_mark_than_that_of_the_figure():
    """An assumption printed as observed, and a number marked by hand: both look right, and neither was printed so."""
    assumed = Figure.assumed(0.3, "share")

    def honest() -> Markup:
        return el("p", assumed.html(VI))

    def as_observed() -> Markup:
        return Markup(str(honest()).replace('data-mark="assumption"', 'data-mark="actual"').replace("○", "●"))

    def by_hand() -> Markup:
        return el("p", el("span", "615●", data_mark="actual"))

    def unmarked() -> Markup:
        return el("p", "615")

    assert printed(honest) == str(honest())
    for dishonest in (as_observed, by_hand, unmarked):
        with pytest.raises(Unsafe):
            printed(dishonest)


def test_a_mark_cannot_be_borrowed_from_another_element():
    def borrowed() -> Markup:
        first = str(marked("p", "1◐", mark=Mark.MODEL))
        return Markup(first + first.replace("model", "actual").replace("1◐", "2●"))

    with pytest.raises(Unsafe):
        printed(borrowed)


def test_a_number_written_into_a_column_of_figures_is_refused():
    columns = (Column("a", numeric=False), Column("b"))
    with pytest.raises(Unmarked):
        Table(columns, [("x", Figure.planned(3)), ("y", "4")]).html(VI)
    with pytest.raises(Unmarked):
        Table(columns, [("x", Figure.planned(3)), ("y", Figure.computed(4))]).html(VI)


def test_a_table_gives_short_lines_for_a_terminal():
    change = Figure.of_draws(Difference(12.3456, 2.5, 12, 22.5, 0.4, 0.9, False, True), "htx_active")
    table = Table((Column("Dòng", numeric=False), Column("HTX")), [("Thành lập mới", change)], caption="Đổi gì")
    lines = table.terminal(VI, 24).splitlines()
    assert max(map(len, lines)) <= 24 and any("+12,3 (2,5–22,5)" in line for line in lines)


def test_a_count_stands_without_a_symbol_and_only_where_a_figure_counted_it():
    """Nobody doubts “5 worlds” or “8.192 draws”; the gate still asks who counted."""
    assert (
        printed(lambda: el("p", Figure.counted(8192).html(VI)))
        == '<p><span class="n" data-mark="count">8.192</span></p>'
    )
    assert Figure.counted([load_scenario("fund-12.3")]).mark is Mark.COUNT
    with pytest.raises(Unsafe):
        printed(lambda: el("p", el("span", "615", data_mark="count")))


def test_every_page_tells_what_the_marks_mean_before_its_first_number():
    html = page("x", [str(el("h1", "a"))], "vi")
    key = next(node for node in parse(html).walk() if "marks-key" in node.classes)
    assert all(mark.symbol in key.content for mark in LEGEND) and html.index("marks-key") < html.index("<main")
