"""Every printed number carries its provenance, and the walker finds the ones that do not."""

from __future__ import annotations

import pytest

from sim.report.print import (
    ACTUAL,
    ASSUMED,
    ESTIMATE,
    Column,
    NotWellFormed,
    el,
    number,
    parse,
    plain,
    said,
    symbols,
    table,
    unmarked_numbers,
    year,
)


def test_a_number_shows_its_mark():
    assert str(number("615", "model")) == '<span class="n" data-mark="model">615\u2060<sup>◐</sup></span>'
    assert symbols("actual") == ACTUAL and symbols("plan") == ASSUMED and symbols("derived") == ESTIMATE
    assert symbols("actual estimate") == "●◐"


def test_prose_of_the_data_is_marked_only_when_it_holds_figures():
    assert said("không có số", "plan") == "không có số"
    assert 'data-mark="plan"' in said("quỹ 12,3 tỷ", "plan")


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
    columns = (Column("a", numeric=False), Column("b", "plan"), Column("c"))
    assert unmarked_numbers(str(table(columns, [("x", "3", "–")]))) == []
    assert len(unmarked_numbers(str(table(columns, [("x", "3", "4")])))) == 1


def test_a_spanning_head_marks_the_columns_it_spans():
    head = '<thead><tr><th>a</th><th colspan="2" data-mark="plan">b ○</th></tr></thead>'
    assert unmarked_numbers(f"<table>{head}<tbody><tr><th>x</th><td>1</td><td>2</td></tr></tbody></table>") == []


def test_a_row_may_carry_the_mark_of_its_figures():
    rows = table((Column("a", numeric=False), Column("b")), [("x", "3 ●")], row_marks=["actual"])
    assert unmarked_numbers(str(rows)) == []


@pytest.mark.parametrize(
    "html", ["<p>", "</p>", "<b><i></b></i>", "<div/>", "<!-- x -->", '<p class="a" class="b"></p>']
)
def test_markup_a_browser_would_read_otherwise_is_refused(html: str):
    with pytest.raises(NotWellFormed):
        parse(html)


def test_a_table_cell_on_a_phone_carries_its_head_and_mark():
    html = str(table((Column("Dòng", numeric=False), Column("Kế hoạch", "plan")), [("x", "3")]))
    assert 'data-label="Kế hoạch\u00a0○"' in html
