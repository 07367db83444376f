"""What stands together in print adds up and subtracts in print: 619.6 less 538.3 is not 620 less 538 = 81."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache

import pytest
from hypothesis import given, strategies as st

from sim.analysis.answer import ScenarioAnswer, answer_for, range_of
from sim.analysis.split import attribute, judged_outcomes
from sim.domain import COUNT_UNITS, INDICATOR, LINES, REAL
from sim.evidence import draws_for, load_knowledge
from sim.inputs.scenarios import load_scenario
from sim.report.forms import terminal
from sim.report.pages import sections
from sim.report.print import LANGUAGES, Figure, Mark, Node, Wording, parse, rounded, rounded_together, side_by_side

SLUGS = ("fund-12.3", "market-first")
PLACES = st.integers(-2, 2)
#: A number with its sign as it is printed in either language.
NUMBER = re.compile(r"[+\u2212]?\d[\d.,]*")


@given(st.lists(st.floats(-1e5, 1e5), min_size=1, max_size=12), PLACES)
def test_parts_add_up_to_their_whole_and_none_is_a_unit_off(parts: list[float], place: int):
    exact = [Decimal(repr(part)) for part in parts]
    found, unit = rounded_together(parts, sum(exact), place), Decimal(1).scaleb(place)
    assert sum(found) == rounded(sum(exact), place)
    assert all(abs(shown - part) < unit for shown, part in zip(found, exact, strict=True))


def test_three_thirds_are_a_hundred_and_the_largest_remainder_gives_way():
    assert rounded_together([100 / 3] * 3, 100, 0) == [34, 33, 33]
    assert rounded_together([48.4, 25.4, 5.3, 2.2], 81.3, 0) == [49, 25, 5, 2]


@given(st.floats(1, 1e4), st.lists(st.tuples(st.floats(-300, 300), st.floats(0.01, 20)), min_size=1, max_size=2))
def test_levels_subtract_as_printed(level: float, gaps: list[tuple[float, float]]):
    own = Figure.of_level("htx_revenue", level, 3.0)
    others = [
        (Figure.of_level("htx_revenue", level - gap, 3.0), Figure.of_change(gap, error, "htx_revenue"))
        for gap, error in gaps
    ]
    shown, pairs = side_by_side(own, others)
    unit = Decimal(1).scaleb(shown.place or 0)
    for (other, gap), (reference, difference) in zip(others, pairs, strict=True):
        assert shown.as_printed() - reference.as_printed() == difference.as_printed()
        for before, after in ((other, reference), (gap, difference), (own, shown)):
            assert abs(after.as_printed() - Decimal(repr(float(before.value)))) <= unit * Decimal("1.000001")
            assert after.value == before.value, "a figure keeps what it is"
        # On another page it stands beside others, and has to read alike there.
        assert reference.as_printed() == rounded(other.value, reference.place or 0)
        if difference.place == gap.place:
            assert difference.as_printed() == gap.as_printed()
    assert shown.as_printed() == rounded(own.value, shown.place or 0)


def test_the_case_that_was_read_is_told_to_one_digit_more():
    def level(value: float) -> Figure:
        return Figure.of_level("htx_active", value, 0.75)

    shown, [(reference, gap)] = side_by_side(level(619.606), [(level(538.317), Figure.of_change(81.289, 0.8))])
    assert [one.text(Wording("en")) for one in (shown, reference, gap)] == ["619.6", "538.3", "+81.3"]
    kept, [(reference, gap)] = side_by_side(level(619.4), [(level(538.3), Figure.of_change(81.1, 0.8))])
    assert [one.text(Wording("en")) for one in (kept, reference, gap)] == ["619", "538", "+81"]


# -- The tables a planner reads: every one in which levels stand beside a difference, or parts beside their whole ------


@cache
def answer(slug: str) -> ScenarioAnswer:
    known = load_knowledge()
    references = [load_scenario(name) for name in ("no-support", "fund-12.3")]
    return answer_for(
        known.province, known.register, load_scenario(slug), references, posterior=known.posterior, draws=1024, seed=7
    )


@cache
def contributions(slug: str):
    known, scenario = load_knowledge(), load_scenario(slug)
    frozen = draws_for(known, scenario, draws=1024, seed=7)
    return attribute(frozen, scenario, judged_outcomes(known.province, scenario))


def number(text: str, lang: str) -> Decimal | None:
    """The first number of a cell; None where words stand for it."""
    found = NUMBER.match(text.strip())
    if found is None:
        return None
    thousands, point = (".", ",") if lang == "vi" else (",", ".")
    return Decimal(found[0].replace(thousands, "").replace(point, ".").replace("\u2212", "-"))


def rows(html: str, *heads: str) -> Iterator[list[str]]:
    """Body rows of every table whose heads hold these words."""
    for table in (node for node in parse(html).walk() if node.tag == "table"):
        lines = [[cell.content for cell in row.children if cell.tag in ("td", "th")] for row in _rows(table)]
        if lines and all(any(head in text for text in lines[0]) for head in heads):
            yield from lines[1:]


def _rows(table: Node) -> list[Node]:
    return [node for node in table.walk() if node.tag == "tr"]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slug", SLUGS)
def test_levels_of_a_page_less_those_they_are_compared_with_are_the_differences(slug: str, lang: str):
    w, seen = Wording(lang), 0
    for name, level, *pairs in rows(str(sections.futures(answer(slug), lang)), w.text("column_gap")):
        own = number(level, lang)
        for reference, gap in zip(pairs[::2], pairs[1::2], strict=True):
            told = number(gap, lang)
            if own is not None and told is not None:
                assert own - (number(reference, lang) or 0) == told, name
                seen += 1
    assert seen >= 2


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slug", SLUGS)
def test_parts_of_growth_add_up_in_every_year(slug: str, lang: str):
    w, seen = Wording(lang), 0
    for _, *cells in rows(str(sections.growth(answer(slug), lang)), w.term("part_whole"), w.term("part_catch_up")):
        *parts, whole = (number(cell, lang) for cell in cells)
        assert None not in parts and sum(filter(None, parts)) == whole
        seen += 1
    assert seen == len(answer(slug).parts)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_contributions_add_up_on_the_page_and_in_the_terminal(lang: str):
    w, found = Wording(lang), contributions("fund-12.3")
    *lines, whole = rows(str(sections.contributions(found, lang)), w.text("column_line"))
    page = [[*column] for column in zip(*(line[1:] for line in (*lines, whole)), strict=True)]
    (table,) = terminal.contributions(w, found)
    shown = [[cell.text(w) for cell in row[1:]] for row in table.rows]
    added = 0
    for texts in (*page, *shown):
        values = [Decimal() if text == w.text("no_difference") else number(text, lang) for text in texts]
        if None not in values:
            *parts, total = values
            assert sum(parts) == total, texts
            added += 1
    assert added >= 4


@pytest.mark.parametrize("lang", LANGUAGES)
@given(st.lists(st.integers(0, 10**10), min_size=4, max_size=4).filter(any))
def test_shares_of_money_add_up_to_a_hundred(lang: str, money: list[int]):
    told = Wording(lang).shares([one / sum(money) for one in money])
    below = sum(re.match(r"\d", text) is None for text in told)
    assert abs(sum(int(re.search(r"\d+", text)[0]) for text in told if re.match(r"\d", text)) - 100) <= below


def test_no_figure_of_a_count_is_told_finer_where_nothing_is_subtracted():
    assert "HTX" in COUNT_UNITS and Figure.of_level("htx_active", 619.6, 0.75).text(Wording("vi")) == "620"
    assert Figure(3.4, Mark.MODEL, 0).finer.text(Wording("vi")) == "3,4"


@pytest.mark.parametrize("slug", SLUGS)
def test_before_rounding_levels_subtract_and_contributions_add_up_exactly(slug: str):
    told, found = answer(slug), contributions(slug)
    for card in told.cards:
        name = card.range.indicator
        basis = REAL if INDICATOR[name].money else ""
        for reference, gap in card.differences.items():
            own, other = (
                range_of(told.result, one, name, card.range.year, basis).mean
                for one in (told.scenario.slug, reference)
            )
            assert own - other == pytest.approx(gap.mean, rel=1e-9, abs=1e-9)
    for outcome in found.outcomes:
        parts = sum(found.contribution(outcome, line).mean for line in LINES)
        assert parts == pytest.approx(found.whole(outcome).mean, rel=1e-9, abs=1e-9)
