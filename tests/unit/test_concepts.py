"""Four ways of counting HTX stand side by side and never stand for one another."""

from dataclasses import replace

import pytest

from sim.domain import InputError
from sim.inputs.figures import load_concepts, load_indicator_map, other_concept
from sim.inputs.pack import Asked, draft_pack, load_calibration, load_province, load_register
from sim.inputs.yaml import LANGUAGES

FOREIGN = ("htx_with_results", "htx_effective", "htx_share_effective", "htx_operating_with_results")


def refused(read) -> tuple[str, str]:
    with pytest.raises(InputError) as told:
        read()
    (problem,) = told.value.problems
    return problem.key, problem.place


def test_each_way_says_what_it_counts_and_who_counts_it():
    concepts = {one.id: one for one in load_concepts()}
    assert list(concepts) == ["htx_registered", "htx_active", "htx_effective", "htx_with_results"]
    for one in concepts.values():
        assert all(text[lang] for text in (one.label, one.counts, one.counted_by) for lang in LANGUAGES)
    assert [one.indicator for one in concepts.values()] == ["htx_registered", "htx_active", "", ""]


@pytest.mark.parametrize("term", FOREIGN)
def test_no_figure_of_another_way_stands_for_an_indicator(term):
    assert term not in load_indicator_map()
    assert other_concept(term, "htx_active") and other_concept(term, "htx_registered")


@pytest.mark.parametrize("indicator", ["htx_active", "htx_registered"])
@pytest.mark.parametrize("term", ["htx_with_results", "htx_effective"])
def test_a_base_figure_of_another_way_is_refused(own_data, indicator, term):
    pack = own_data / "provinces" / "lao-cai"
    table = pack / "observations.csv"
    row = f"x,VN-02,2023,year,HTX,{term},120,count,actual,laocai-plan-2024,\n"
    table.write_text(table.read_text(encoding="utf-8") + row, encoding="utf-8")
    text = (pack / "pack.yaml").read_text(encoding="utf-8")
    own = {"htx_registered": "htx_total", "htx_active": "htx_active"}[indicator]
    old = f"  {indicator}: {{entity: HTX, indicator: {own},"
    assert old in text
    (pack / "pack.yaml").write_text(text.replace(old, old.replace(f": {own},", f": {term},")), encoding="utf-8")
    assert refused(load_province) == ("other_concept", f"base.{indicator}.indicator")


def test_the_map_of_terms_cannot_make_one_of_the_other(own_data):
    path = own_data / "indicator_map.yaml"
    text = path.read_text(encoding="utf-8") + "htx_with_results: {indicator: htx_active, factor: 1}\n"
    path.write_text(text, encoding="utf-8")
    assert refused(load_indicator_map) == ("other_concept", "htx_with_results.indicator")


@pytest.mark.parametrize("term", ["htx_with_results", "htx_effective"])
def test_no_history_is_matched_with_another_way(term):
    """The same matches with and without such rows beside every figure of the active."""
    province, register = load_province("lao-cai"), load_register(province="lao-cai")
    active = [row for row in province.observations if row.indicator == "htx_active" and row.area_code == "VN-02"]
    more = [replace(row, indicator=term, value=row.value / 4, line=10_000 + row.line) for row in active]
    beside = replace(province, observations=(*province.observations, *more))
    before, after = (load_calibration(one, register).matches for one in (province, beside))
    assert active and [one.id for one in before] == [one.id for one in after]
    assert not {one.observation.indicator for one in after} & {*FOREIGN}


def test_a_draft_without_active_htx_assumes_them_rather_than_take_those_with_results():
    province, register = load_province("lao-cai"), load_register(province="lao-cai")
    own = [row for row in province.observations if not (row.indicator == "htx_active" and row.year == 2023)]
    figure = next(row for row in province.observations if row.indicator == "htx_with_results")
    rows = [*own, replace(figure, year=2023, value=96.0, line=10_000)]
    asked = Asked("x", "X", "VN-02", 2023)
    draft = draft_pack(asked, rows, terms=load_indicator_map(), register=register, file="f")
    assert "assumption" in draft.base["htx_active"]


def test_the_shipped_pack_has_the_four_beside_one_another():
    rows = {(row.indicator, row.year): row.value for row in load_province("lao-cai").observations
            if row.area_code == "VN-02"}  # fmt: skip
    assert (rows["htx_total", 2018], rows["htx_with_results", 2018]) == (397, 76)
    assert rows["htx_share_effective", 2024] == 72
