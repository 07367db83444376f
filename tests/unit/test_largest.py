"""Where one HTX makes up much of the total, the average without it stands wherever the average is headline."""

import re
from dataclasses import replace
from functools import cache

import pytest

from sim.analysis.answer import ScenarioAnswer, answer_for, without_largest
from sim.domain import NOMINAL
from sim.evidence import Knowledge, load_knowledge
from sim.inputs.pack import load_province, load_register
from sim.inputs.scenarios import load_scenario
from sim.planner import Engine, Reader, Words
from sim.report.pages import sections
from sim.report.print import printed, unmarked_numbers

SAID = {"vi": "bình quân không kể HTX lớn nhất: khoảng", "en": "average without the largest HTX: about"}


@cache
def known() -> Knowledge:
    return load_knowledge(province="lao-cai")


@cache
def found(*, row: bool = True) -> ScenarioAnswer:
    province = known().province
    rows = tuple(one for one in province.observations if row or one.indicator != "largest_htx_revenue")
    province = replace(province, observations=rows)
    scenarios = load_scenario("fund-12.3"), [load_scenario("no-support")]
    return answer_for(
        province, known().register, *scenarios, posterior=known().posterior, draws=256, seed=1
    )  # fmt: skip


def test_the_share_is_what_the_printed_figures_give():
    province, register = load_province("lao-cai"), load_register(province="lao-cai")
    (row,) = [one for one in province.observations if one.indicator == "largest_htx_revenue"]
    entry = register["largest_htx_share"]
    assert (row.value, row.unit, row.source_id) == (162, "billion VND", "laocai24h-quy-hien-2022")
    assert entry.distribution.p50 == pytest.approx(row.value / (452 * 0.773), abs=0.005)
    assert row.source_id in entry.source and (entry.grade, entry.role) == ("D", "measurement")
    assert without_largest(province, register, 773.0) == pytest.approx(415, abs=5)


def test_nothing_is_said_without_such_a_row_or_of_several_areas():
    province, register = load_province("lao-cai"), load_register(province="lao-cai")
    rows = tuple(one for one in province.observations if one.indicator != "largest_htx_revenue")
    assert without_largest(replace(province, observations=rows), register, 773.0) is None
    assert without_largest(replace(province, areas=province.areas * 2), register, 773.0) is None
    other = load_province("yen-bai")
    assert without_largest(other, load_register(province="yen-bai"), 773.0) is None


@pytest.mark.parametrize("lang", ["vi", "en"])
@pytest.mark.parametrize("section", ["answer", "growth"])
def test_answer_and_growth_say_it_beside_the_average_as_an_assumption(section, lang):
    html = printed(getattr(sections, section), found(), lang)
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html))
    assert re.search(re.escape(SAID[lang]) + r" [0-9]\d0\W", text) and "○" in text
    assert unmarked_numbers(html) == []
    assert SAID[lang] not in printed(getattr(sections, section), found(row=False), lang)


def test_the_planner_says_it_on_its_card():
    engine = Engine(known(), 1)
    plan = load_scenario("fund-12.3")
    seen = Reader().answer(engine.compare(plan, load_scenario("no-support"), 256))
    html = str(Words("vi").top(seen, known().province, "x"))
    assert html.count(SAID["vi"]) == 1
    assert SAID["vi"] not in str(Words("vi").top(replace(seen, others=None), known().province, "x"))


def test_it_moves_no_forecast():
    one, other = (found(row=row).result for row in (True, False))
    ours, theirs = (result.series("fund-12.3", "htx_revenue", NOMINAL) for result in (one, other))
    assert (ours == theirs).all()
