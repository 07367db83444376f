"""The list of scenarios and what each was given: in order, complete, light, and true to the inputs."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import pytest

from sim.analysis.compare import InputChanges, input_changes
from sim.domain import Distribution, Override, World
from sim.ensemble import Result, run
from sim.inputs.pack import load_province, load_register
from sim.inputs.scenarios import load_scenario
from sim.report.pages import ScenarioRow, sections
from sim.report.print import Node, check_fragment, parse

SLUGS = ("fund-12.3", "no-support", "market-first", "fund-12.3--weak-markets", "market-first--weak-markets")
YEARS = range(2024, 2031)


@cache
def result() -> Result:
    scenarios = [load_scenario(slug) for slug in SLUGS]
    return run(load_province("lao-cai"), load_register(), scenarios, draws=256, seed=7)


@cache
def rows() -> tuple[ScenarioRow, ...]:
    return tuple(sections.row_of(result(), slug, href=f"{slug}.html") for slug in SLUGS)


def tables(html: str) -> list[Node]:
    return [node for node in parse(html).walk() if node.tag == "table"]


def body(table: Node) -> list[Node]:
    return [node for node in table.walk() if node.tag == "tr" and node.parent.tag == "tbody"]


def first_number(text: str) -> float:
    found = re.match(r"[\d.,]+", text)
    assert found
    return float(found.group().replace(".", "").replace(",", "."))


def test_each_figure_has_its_own_table_with_every_scenario_highest_first():
    found = tables(sections.scenario_table(rows(), "vi"))
    assert len(found) == 5
    for table in found[:4]:
        figures = [first_number(row.children[-1].content) for row in body(table)]
        assert len(figures) == len(SLUGS) and figures == sorted(figures, reverse=True)


def test_ranks_are_given_within_a_world_and_not_across():
    table = tables(sections.scenario_table(rows(), "vi"))[0]
    by_world: dict[str, list[str]] = {}
    for row in body(table):
        by_world.setdefault(row.classes[1], []).append(row.children[0].content)
    assert sorted(map(len, by_world.values())) == [2, 3]
    assert all(ranks[0].startswith("1") for ranks in by_world.values())


def test_a_world_named_by_the_scenario_is_not_named_beside_it_again():
    def named(row: ScenarioRow) -> ScenarioRow:
        one = row.scenario
        label = {lang: f"{text} · {one.world.label[lang]}" for lang, text in one.plan.label.items()}
        return replace(row, scenario=replace(one, label=label))

    worlds = {row.scenario.world.label["vi"] for row in rows()}
    table = tables(sections.scenario_table([named(row) for row in rows()], "vi"))[0]
    told = [row.children[1].content for row in body(table)]
    assert [sum(text.count(world) for world in worlds) for text in told] == [1] * len(SLUGS)


def test_two_hundred_scenarios_fit_on_a_page_of_sane_weight():
    many = [
        replace(row, scenario=replace(row.scenario, slug=slug), href=f"{slug}.html")
        for row in rows()
        for slug in (f"{row.scenario.slug}-{n}" for n in range(40))
    ]
    html = sections.scenario_table(many, "vi")
    assert len(body(tables(html)[0])) == 200 and len(html.encode()) < 600_000


def test_a_scenario_alone_has_no_rank_and_nothing_to_pick():
    html = str(sections.scenario_table(rows()[:1], "vi"))
    assert all(body(table)[0].children[0].content == "–" for table in tables(html))
    assert sum(node.tag == "select" for node in parse(html).walk()) == 1


def test_rows_that_end_in_other_years_say_so():
    shorter = replace(rows()[1], scenario=replace(rows()[1].scenario, horizon=2027))
    html = str(sections.scenario_table([rows()[0], shorter, rows()[2]], "vi"))
    assert "2027" in tables(html)[0].content and "2027" not in str(sections.scenario_table(rows(), "vi"))


def test_figures_of_several_years_stand_under_none_of_them_and_not_among_each_other():
    early = replace(rows()[0], scenario=replace(rows()[0].scenario, slug="early", horizon=2027))
    shorter = replace(rows()[1], scenario=replace(rows()[1].scenario, horizon=2027))
    for table in tables(str(sections.scenario_table([early, rows()[1], shorter, rows()[2]], "vi"))):
        last = [re.search(r"2027|2030", row.children[1].content).group() for row in body(table)]
        assert last == ["2030", "2030", "2027", "2027"]
        heading = next(node for node in table.walk() if node.tag == "thead")
        assert "2027" not in heading.content and "2030" not in heading.content
    assert "2030" in tables(str(sections.scenario_table(rows(), "vi")))[0].content


def test_failures_come_with_their_reasons_which_alone_say_what_to_do():
    failed = [sections.FailedScenario("slow", "Chậm", "> 600 s"), sections.FailedScenario("x", "X", "F21 x.yaml:3")]
    items = [node for node in parse(sections.failures(failed, "vi")).walk() if node.tag == "li"]
    assert [item.content.partition("): ")[2] for item in items] == ["> 600 s", "F21 x.yaml:3"]


def test_nothing_differs_between_equal_inputs():
    fund = load_scenario("fund-12.3")
    nothing = InputChanges(frozenset(), False, False, False, {}, [])
    assert input_changes(fund, replace(fund, slug="twin"), YEARS) == nothing


@pytest.mark.parametrize(
    ("slug", "lines", "fund", "basis"),
    [("market-first", 4, False, False), ("fund-24.6", 4, True, False), ("indexed", 0, False, True)],
)
def test_what_differs_in_money_is_found(slug: str, lines: int, fund: bool, basis: bool):
    found = input_changes(load_scenario(slug), load_scenario("fund-12.3"), YEARS)
    assert (len(found.lines), found.fund, found.basis, found.horizon) == (lines, fund, basis, False)
    assert not found.overrides and not found.dropped


def test_what_differs_in_the_world_is_found_from_both_sides():
    plain, weak = load_scenario("fund-12.3"), load_scenario("fund-12.3--weak-markets")
    there, back = input_changes(weak, plain, YEARS), input_changes(plain, weak, YEARS)
    assert set(there.overrides) == set(back.dropped) == set(weak.world.overrides) and not there.dropped
    key = next(iter(weak.world.overrides))
    other = Override(key, Distribution(0.0, 0.5, 1.0), {"vi": "x", "en": "x"})
    changed = replace(weak, world=World("other", weak.world.label, {}, {**weak.world.overrides, key: other}))
    assert set(input_changes(changed, weak, YEARS).overrides) == {key}


def test_the_page_shows_each_plan_and_each_other_world_once_and_what_was_left_out():
    later = [replace(load_scenario("fund-24.6"), slug="later", horizon=2028)]
    html = str(sections.changes(result(), "fund-12.3", "vi", left_out=later))
    check_fragment(html)
    plans, worlds = tables(html)
    assert len(body(plans)) == 3 and len(body(worlds)) == 1
    market = next(row for row in body(plans) if "thị trường" in row.content)
    assert sum(node.tag == "b" for node in market.walk()) == 4
    assert "2028" in parse(html).content and "Không đưa vào so sánh" in parse(html).content


def test_small_pictures_share_one_scale():
    html = str(sections.multiples(result(), "no-support", "vi"))
    check_fragment(html)
    figures = [node for node in parse(html).walk() if node.tag == "figure"]
    assert len(figures) == 2 * len(SLUGS)
    ticks = [tuple(node.content for node in figure.walk() if node.tag == "text")[:-1] for figure in figures]
    assert len(set(ticks[: len(SLUGS)])) == 1 and len(set(ticks[len(SLUGS) :])) == 1


def test_a_comparison_puts_plans_of_one_world_in_order():
    html = str(sections.comparison(result(), "no-support", "vi"))
    section = next(node for node in parse(html).walk() if node.attributes.get("id") == "ranking")
    found = body(tables(html)[0])
    assert {row.children[0].content for row in found} == {load_scenario(slug).label["vi"] for slug in SLUGS[:3]}
    assert "không phải phương án tốt nhất" in section.content


def test_two_scenarios_make_no_ranking():
    two = result().only(["fund-12.3", "no-support"])
    assert 'id="ranking"' not in str(sections.comparison(two, "no-support", "vi"))
