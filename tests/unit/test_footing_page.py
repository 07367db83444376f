"""The data page asks about figures that jump, marks copies and puts the ways of counting side by side."""

import re
from dataclasses import replace
from functools import cache

import pytest

from sim.domain import Province
from sim.evidence import jumps
from sim.inputs.pack import load_province, load_register
from sim.report.pages import sections
from sim.report.print import printed


def words_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@cache
def page(lang: str, *, declared: bool = True) -> str:
    province = load_province("lao-cai")
    province = province if declared else replace(province, breaks=())
    return printed(sections.observations, province, lang, jumps=jumps(province, load_register()))


def section(html: str, name: str) -> str:
    start = html.index(f'id="{name}"')
    return words_of(html[start : html.index("</section>", start)])


def test_the_page_asks_about_the_groups_and_their_revenue():
    asked = section(page("vi"), "asked")
    assert "3.958" in asked and "2.700" in asked and "198" in asked and "+3,1" in asked
    assert "đang hỏi" in asked and "pack.yaml" in asked
    assert "Tổng số HTX" not in asked


def test_a_declared_break_answers_a_jump_and_is_listed():
    asked, breaks = section(page("en"), "asked"), section(page("en"), "breaks")
    assert "THT counted anew (second half of 2023)" in asked
    assert all(part in breaks for part in ("Cooperatives Law 2023", "Provinces merged", "Decree 295/2026", "mirror"))
    assert "THT counted anew" not in page("en", declared=False)


def test_the_four_ways_of_counting_stand_side_by_side_with_what_each_counts():
    told = section(page("vi"), "concepts")
    assert re.search(r"cuối 2018 \W*397\W+–\W+–\W+76\W+19\s%", told)
    assert re.search(r"275\W+68\s%", told) and re.search(r"405\W+81\s%", told) and re.search(r"72\s%", told)
    assert "Sách trắng hợp tác xã" in told and "Liên minh Hợp tác xã tỉnh" in told


def test_a_copied_figure_is_marked_beside_itself():
    assert "equal to the figure of 2023 to the digit" in words_of(page("en"))
    assert "trùng khít số 2023" in words_of(page("vi"))


def without(province: Province, *terms: str) -> Province:
    return replace(province, observations=tuple(row for row in province.observations if row.indicator not in terms))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_pack_with_nothing_to_say_of_counting_says_nothing(lang):
    bare = replace(without(load_province("yen-bai"), "htx_active"), breaks=())
    html = printed(sections.observations, bare, lang)
    assert not any(f'id="{name}"' in html for name in ("asked", "breaks", "concepts"))
